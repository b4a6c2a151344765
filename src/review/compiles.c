// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/compiles.h"

#include <stdlib.h>
#include <string.h>

#include "branch/built_headers.h"
#include "branch/locate.h"
#include "branch/module_lines.h"
#include "branch/open_records.h"
#include "branch/syntax.h"
#include "branch/types.h"
#include "git/difftext.h"
#include "review/declared.h"
#include "review/unseen.h"

struct compiling {
	const struct ost_branch_question *q;
	struct ost_arena *arena;
	struct ost_recogniser *recogniser;
	struct ost_side_files *side;
	const struct ost_trial *trial;
	struct ost_header_trees trees;
	struct ost_branch_answer *a;
};

/* ---- headers ---- */

/* Is `name` the path, or its last parts? */
static bool ends_with_path(const char *path, const char *name)
{
	size_t n = strlen(path), k = strlen(name);

	return n >= k && !strcmp(path + n - k, name) && (n == k || path[n - k - 1] == '/');
}

bool ost_has_header(struct ost_side_files *side, const char *name)
{
	const struct ost_tree_list *list = ost_side_tree(side);
	size_t i;

	name = ost_include_name(name);
	if (!list->nr || !strncmp(name, "asm/", 4) || ost_built_header(side, name) != OST_BUILT_HEADER_NO)
		return true;	/* made by the build, or chosen by it */
	for (i = 0; i < list->nr; i++)
		if (ends_with_path(list->entries[i].path, name) && !ost_is_of_programs(list->entries[i].path))
			return true;
	return false;
}

/* ---- one file ---- */

static bool is_c(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && path[n - 2] == '.' && (path[n - 1] == 'c' || path[n - 1] == 'h');
}

static uint32_t count_lines(const char *text, size_t len)
{
	uint32_t nr = 1;
	size_t i;

	for (i = 0; i < len; i++)
		nr += text[i] == '\n';
	return nr;
}

/* Marks the added lines of a diff: `lines` counts from 1. */
static void mark_added(const char *diff, size_t len, bool *lines, uint32_t nr)
{
	const char *p = diff, *end = diff + len, *plus;
	uint32_t line = 0;
	bool in_hunk = false;

	for (; p < end; p++) {
		if (!strncmp(p, "@@ -", 4)) {
			plus = strchr(p, '+');
			line = plus ? (uint32_t)strtoul(plus + 1, NULL, 10) : 0;
			in_hunk = true;
		} else if (in_hunk && (*p == '+' || *p == ' ')) {
			if (*p == '+' && line && line <= nr)
				lines[line] = true;
			line++;
		}
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return;
	}
}

/* Which lines of the result does the branch not have? */
static struct ost_err *added_lines(struct compiling *g, const struct ost_file_trial *f, uint32_t nr, bool **ret)
{
	const struct ost_diff_side from = { f->path, f->before, f->before_len }, to = { f->path, f->text, f->len };
	OST_BUF diff = OST_BUF_INIT;
	struct ost_err *err;

	*ret = ost_arena_calloc(g->arena, nr + 2, sizeof(**ret));
	err = ost_diff_texts(&diff, &from, &to);
	if (!err && diff.len)
		mark_added(diff.ptr, diff.len, *ret, nr);
	ost_buf_deinit(&diff);
	return err;
}

/* Does the change itself bring it? */
static bool is_brought(const struct compiling *g, const char *name)
{
	uint32_t i;

	for (i = 0; i < g->trial->nr_files; i++)
		if (g->trial->files[i].path && ends_with_path(g->trial->files[i].path, name))
			return true;
	return false;
}

static void check_includes(struct compiling *g, const struct ost_file_trial *f, const struct ost_facts *facts,
			   const bool *added, uint32_t nr, struct ost_uses_check *check)
{
	struct ost_missing_symbol *m;
	uint32_t i;

	for (i = 0; i < facts->nr_includes; i++) {
		const char *name = ost_facts_str(facts, facts->includes[i].path);
		uint32_t line = facts->includes[i].line;

		if (!line || line > nr || !added[line] || ost_has_header(g->side, name) || is_brought(g, name))
			continue;
		m = ost_vec_push(&check->missing);
		m->kind = "header";
		m->name = ost_arena_strdup(g->arena, name);
		m->file = ost_arena_strdup(g->arena, f->path);
		m->line = line;
	}
}

/* `before`: the file as it was, or NULL. `check` NULL: what it declares is added, and that is all. */
static struct ost_err *check_all(struct compiling *g, struct ost_symbols *symbols, const struct ost_file_trial *f,
				 const struct ost_facts *facts, const struct ost_facts *before, struct ost_uses_check *check)
{
	struct ost_unseen u = { g->side, &g->trees, g->q, g->trial, symbols };
	struct ost_unseen_file a = { f, facts, before, NULL, count_lines(f->text, f->len) };
	uint32_t nr = a.nr_lines;
	bool *added;

	ost_symbols_add(symbols, facts, true);
	ost_open_records_add(symbols, facts, ost_open_records(g->arena, facts, f->text, f->len));
	if (!check)
		return NULL;
	check->ifs = ost_if_lines(g->arena, f->text, f->len, nr, NULL);
	ost_try(added_lines(g, f, nr, &added));
	a.is_added = added;
	check_includes(g, f, facts, added, nr, check);
	ost_try(ost_unseen_check(&u, &a, check));
	if (!check->trouble)
		check->trouble = f->before && ost_unbalanced_ifs(g->arena, f->before, f->before_len) ? NULL :
				 ost_unbalanced_ifs(g->arena, f->text, f->len);
	if (!check->trouble)
		check->trouble = ost_unbalanced_braces(g->arena, f->before, f->text);
	if (!check->trouble)
		ost_check_types(check, symbols, facts, added, nr);
	return NULL;
}

static struct ost_err *check_file(struct compiling *g, struct ost_symbols *symbols, const struct ost_file_trial *f,
				  struct ost_uses_check *check)
{
	OST_BUF record = OST_BUF_INIT;
	OST_BUF old_record = OST_BUF_INIT;
	struct ost_facts facts, before;
	struct ost_err *err, *old_err = NULL;

	ost_recognise(g->recogniser, f->path, f->text, f->len, &record);
	err = ost_facts_open(&facts, record.ptr, record.len);
	if (!err && f->before) {
		ost_recognise(g->recogniser, f->path, f->before, f->before_len, &old_record);
		old_err = ost_facts_open(&before, old_record.ptr, old_record.len);
	}
	if (!err) {
		err = check_all(g, symbols, f, &facts, f->before && !old_err ? &before : NULL, check);
	} else {	/* not a file that can be read */
		ost_err_destroy(err);
		err = NULL;
	}
	ost_err_destroy(old_err);
	ost_buf_deinit(&record);
	ost_buf_deinit(&old_record);
	return err;
}

/* ---- warnings ---- */

/* Has a file of the branch the word, in front of `before` where that stands in it (NULL: anywhere)? */
static bool has_text(struct compiling *g, const char *path, const char *word, const char *before)
{
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err = ost_repo_read_path(g->side->repo, g->side->rev, path, &text);
	const char *at = !err && text.len ? strstr(text.ptr, word) : NULL, *stop = at && before ? strstr(text.ptr, before) : NULL;
	bool found = at && (!stop || at < stop);

	ost_buf_deinit(&text);
	ost_err_destroy(err);
	return found;
}

/*
 * A warning is an error where somebody sets CONFIG_WERROR, which 5.15 brought: whether it compiles is not known then,
 * but for a number in place of a pointer, which nobody means.
 */
static void weigh_warnings(struct compiling *g, struct ost_uses_check *check)
{
	if (check->loop_decl && has_text(g, "Makefile", "-std=gnu89", NULL))
		check->trouble = check->loop_decl;
	if (check->late_decl && !check->warning && has_text(g, "Makefile", "-Wdeclaration-after-statement", NULL))
		check->warning = check->late_decl;
	/* given to all files, and not only to those built with W=1 */
	if (check->unannounced && !check->warning &&
	    has_text(g, "scripts/Makefile.extrawarn", "-Wmissing-prototypes", "$(findstring 1,"))
		check->warning = check->unannounced;
	if (!check->warning && !check->conversion)
		return;
	if (!has_text(g, "init/Kconfig", "config WERROR\n", NULL))
		check->warning = check->conversion;
	else if (check->conversion)
		check->trouble = ost_arena_printf(g->arena, "%s (an error with CONFIG_WERROR)", check->conversion);
}

static const char *say_doubtful(struct compiling *g, const struct ost_uses_check *check)
{
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	ost_buf_addf(&b, "%u of %u names that the added lines use could not be told for sure", check->nr_doubtful,
		     check->nr_uses > check->nr_doubtful ? check->nr_uses : check->nr_doubtful);
	for (i = 0; i < OST_ARRAY_SIZE(check->doubtful) && check->doubtful[i]; i++)
		ost_buf_addf(&b, "%s %s", i ? "," : ":", check->doubtful[i]);
	if (i && check->nr_doubtful > i)
		ost_buf_addstr(&b, ", ...");
	return ost_arena_strndup(g->arena, b.ptr, b.len);
}

static struct ost_err *ask_files(struct compiling *g, struct ost_symbols *symbols)
{
	struct ost_err *err = NULL;
	struct ost_uses_check check = { .arena = g->arena };
	uint32_t i, pass;

	for (i = 0; i < g->trial->nr_files; i++)
		check.is_open |= !ost_declared_around(symbols, g->side, g->trial->files[i].path);
	/* the first pass is for what the patched files declare for each other */
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < g->trial->nr_files && !err; i++)
			if (g->trial->files[i].text && is_c(g->trial->files[i].path))
				err = check_file(g, symbols, &g->trial->files[i], pass ? &check : NULL);
	g->a->missing = ost_arena_calloc(g->arena, check.missing.nr + 1, sizeof(*g->a->missing));
	if (check.missing.nr)
		memcpy(g->a->missing, check.missing.items, check.missing.nr * sizeof(*g->a->missing));
	g->a->nr_missing = check.missing.nr;
	if (!check.missing.nr && !check.trouble)
		weigh_warnings(g, &check);
	g->a->compiles = check.missing.nr || check.trouble ? OST_AFFECTED_NO : OST_AFFECTED_YES;
	g->a->compiles_why = check.trouble;
	if (!check.missing.nr && !check.trouble && (check.warning || check.nr_doubtful)) {
		g->a->compiles = OST_AFFECTED_UNKNOWN;
		g->a->compiles_why = check.warning ? check.warning :
				     say_doubtful(g, &check);
	}
	ost_vec_deinit(&check.missing);
	return err;
}

struct ost_err *ost_branch_compiles(struct ost_branch_answer *ret, const struct ost_branch_question *q, struct ost_side_files *side,
			 struct ost_declared *declared, struct ost_symbols *symbols, const struct ost_trial *trial)
{
	struct compiling g = { q, q->arena, q->shared->recogniser, side, trial, { NULL, NULL }, ret };
	struct ost_err *err;
	uint32_t i;

	ret->compiles = OST_AFFECTED_UNKNOWN;
	if (!trial || trial->applies >= OST_APPLIES_CONFLICT) {
		ret->compiles_why = "it does not apply as it is";
		return NULL;
	}
	for (i = 0; i < trial->nr_files; i++)
		if (!strncmp(trial->files[i].path, "arch/", 5)) {
			ret->compiles_why = "headers of single architectures are not read";
			return NULL;
		}
	if (!symbols) {
		ret->compiles_why = "there is no include/ folder to look names up in";
		return NULL;
	}
	ost_try(ost_declared_trees(declared, q->options));
	g.trees = declared->trees;
	err = ask_files(&g, symbols);
	ost_symbols_clear_added(symbols);
	return err;
}
