// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/declared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "branch/compile.h"
#include "branch/locate.h"
#include "branch/open_records.h"
#include "git/run.h"
#include "ostler/progress.h"
#include "review/branch_answer.h"
#include "review/compiles.h"
#include "source/tree.h"

#define MAX_NEIGHBOURS 400
#define MAX_INCLUDED 1000

struct ost_err *ost_declared_shared(struct ost_symbols **ret, const char **ret_why, struct ost_arena *arena,
				    const struct ost_branches_options *options, const char *rev)
{
	struct ost_source src = { .repo = options->repo ? options->repo : ".", .rev = rev, .under = "include" };
	struct ost_source_opts opts = { .jobs = options->jobs, .store_dir = options->store, .no_store = options->no_store };
	struct ost_tree_facts *tree;
	struct ost_err *err = ost_tree_facts_read(&tree, &src, &opts);

	*ret = NULL;
	*ret_why = NULL;
	if (!err) {
		if (tree->nr_files)	/* else no kernel: everything would be missing */
			err = ost_symbols_create(tree, opts.jobs, ret);
		ost_tree_facts_destroy(tree);
	}
	if (err && err->code != OST_ERR_INTERRUPTED) {
		*ret_why = ost_arena_printf(arena, "the shared headers could not be read: %s: %s", err->what, err->why);
		ost_err_destroy(err);
		err = NULL;
	}
	return err;
}

static struct ost_err *read_headers(struct ost_headers **ret, const struct ost_branches_options *options, const char *rev,
				    const char *folder)
{
	struct ost_source src = { .repo = options->repo ? options->repo : ".", .rev = rev, .under = folder };
	struct ost_source_opts opts = { .jobs = options->jobs, .store_dir = options->store, .no_store = options->no_store };
	struct ost_tree_facts *tree;
	struct ost_err *err = ost_tree_facts_read(&tree, &src, &opts);

	*ret = NULL;
	if (!err) {
		if (tree->nr_files)
			err = ost_headers_create(tree, opts.jobs, ret);
		ost_tree_facts_destroy(tree);
	}
	if (err && err->code != OST_ERR_INTERRUPTED) {
		ost_err_destroy(err);
		err = NULL;
	}
	return err;
}

struct ost_err *ost_declared_headers(struct ost_header_trees *ret, const struct ost_branches_options *options, const char *rev)
{
	ret->arch = NULL;
	ost_try(read_headers(&ret->shared, options, rev, "include"));
	return ret->shared ? read_headers(&ret->arch, options, rev, "arch/x86/include") : NULL;
}

void ost_declared_headers_end(struct ost_header_trees *trees)
{
	ost_headers_destroy(trees->shared);
	ost_headers_destroy(trees->arch);
}

/* ---- for all who ask ---- */

static void destroy(struct ost_declared *d)
{
	ost_symbols_destroy(d->symbols);
	ost_declared_headers_end(&d->trees);
	free(d);
}

static struct ost_err *read_declared(struct ost_declared **ret, struct ost_review_shared *s,
				     const struct ost_branches_options *options, const char *rev)
{
	struct ost_declared *d = ost_calloc(1, sizeof(*d));
	struct ost_err *err = ost_declared_shared(&d->symbols, &d->why, &s->arena, options, rev);

	*ret = NULL;
	if (err) {
		free(d);
		return err;
	}
	snprintf(d->rev, sizeof(d->rev), "%s", rev);
	ost_vec_add(&s->declared, d);
	*ret = d;
	return NULL;
}

struct ost_err *ost_declared_take(struct ost_declared **ret, struct ost_review_shared *s, const struct ost_branches_options *options,
				  const char *rev)
{
	size_t i;

	*ret = NULL;
	for (i = 0; i < s->declared.nr && !*ret; i++)
		if (!strcmp(s->declared.items[i]->rev, rev))
			*ret = s->declared.items[i];
	if (!*ret)
		ost_try(read_declared(ret, s, options, rev));
	(*ret)->nr_users++;
	return NULL;
}

struct ost_err *ost_declared_trees(struct ost_declared *d, const struct ost_branches_options *options)
{
	if (d->has_trees)
		return NULL;
	ost_try(ost_declared_headers(&d->trees, options, d->rev));
	d->has_trees = true;
	return NULL;
}

/* Does all of it lie in the store, where it can stay? */
static bool rest(const struct ost_declared *d)
{
	bool is_kept = !d->symbols || ost_symbols_rest(d->symbols);

	if (d->trees.shared)
		is_kept &= ost_headers_rest(d->trees.shared);
	if (d->trees.arch)
		is_kept &= ost_headers_rest(d->trees.arch);
	return is_kept;
}

void ost_declared_give(struct ost_review_shared *s, struct ost_declared *d)
{
	size_t i;

	if (!d || --d->nr_users || rest(d))
		return;
	for (i = 0; s->declared.items[i] != d; i++)
		;
	s->declared.items[i] = s->declared.items[--s->declared.nr];
	destroy(d);
}

void ost_declared_deinit(struct ost_review_shared *s)
{
	size_t i;

	for (i = 0; i < s->declared.nr; i++)
		destroy(s->declared.items[i]);
	ost_vec_deinit(&s->declared);
}

/* ---- around a file ---- */

/* Headers that were added already, and those still to be looked at. */
struct around {
	struct ost_symbols *s;
	struct ost_side_files *side;
	const char *paths[MAX_INCLUDED];
	uint32_t nr;
	bool is_open;		/* something is included that was not found */
};

static void note(struct around *a, const char *path)
{
	uint32_t i;

	for (i = 0; i < a->nr; i++)
		if (!strcmp(a->paths[i], path))
			return;
	if (a->nr < MAX_INCLUDED)
		a->paths[a->nr++] = path;
}

/* Every path below `top` that ends with /name; the number is returned. */
static uint32_t note_ending(struct around *a, const char *top, size_t top_len, const char *name)
{
	uint32_t nr = 0, at = 0;
	const char *p;

	while ((p = ost_side_ending(a->side, name, &at))) {
		if (strncmp(p, top, top_len))
			continue;
		note(a, p);
		nr++;
	}
	return nr;
}

/*
 * <asm/octeon.h> is some architecture's own header: whatever has it. What all have is
 * in include/asm-generic/, or known to nobody by another name.
 */
static void note_asm(struct around *a, const char *name)
{
	if (ost_tree_has(ost_side_tree(a->side), ost_arena_printf(&a->side->arena, "include/asm-generic/%s", name + 4)))
		return;
	if (!note_ending(a, "arch/", 5, ost_arena_printf(&a->side->arena, "include/%s", name)))
		a->is_open = true;
}

/* <core/falcon.h> that is in no shared folder: by a -I, too. Those made by the build are nowhere. */
static void note_system(struct around *a, const char *name)
{
	struct ost_arena *arena = &a->side->arena;

	if (!strncmp(name, "generated/", 10) || ost_tree_has(ost_side_tree(a->side), ost_arena_printf(arena, "include/%s", name)) ||
	    ost_tree_has(ost_side_tree(a->side), ost_arena_printf(arena, "include/uapi/%s", name)))
		return;
	if (!note_ending(a, "", 0, name))
		a->is_open = true;
}

/* Where "fw/api.h" of a file in drivers/net/x/y/ is: the path under the folder above its own that ends so. */
static void note_included(struct around *a, const char *from, const char *name)
{
	size_t n = strlen(from), k;
	int up;

	name = ost_include_name(name);
	for (up = 0; up < 3 && n; up++) {
		for (k = n - 1; k && from[k - 1] != '/'; k--)
			;
		if (k)
			n = k;
	}
	/* else by a -I of its Makefile, from wherever */
	if (!n || (!note_ending(a, from, n, name) && !note_ending(a, "", 0, name)))
		a->is_open = true;
}

/* What a file includes by "...". */
static void note_includes(struct around *a, const char *path)
{
	const struct ost_branch_file *f = ost_side_facts(a->side, path);
	uint32_t i;

	for (i = 0; f->is_there && !f->is_unreadable && i < f->facts.nr_includes; i++) {
		const char *name = ost_facts_str(&f->facts, f->facts.includes[i].path);

		if (!f->facts.includes[i].is_system)
			note_included(a, path, name);
		else if (!strncmp(name, "asm/", 4))
			note_asm(a, name);
		else
			note_system(a, name);
	}
}

static void add_header(struct ost_symbols *s, const struct ost_branch_file *f)
{
	ost_symbols_add_text(s, &f->facts, f->text.ptr, f->text.len);
	ost_open_records_add(s, &f->facts, f->open_records);
}

bool ost_declared_around(struct ost_symbols *s, struct ost_side_files *side, const char *path)
{
	struct around *a = ost_arena_calloc(&side->arena, 1, sizeof(*a));
	const char *paths[MAX_NEIGHBOURS];
	uint32_t i, nr = ost_neighbours(side, path, paths, MAX_NEIGHBOURS);

	a->s = s;
	a->side = side;
	for (i = 0; i < nr; i++)
		if (paths[i][strlen(paths[i]) - 1] == 'h')
			note(a, paths[i]);
	note_includes(a, path);
	for (i = 0; i < a->nr; i++) {
		const struct ost_branch_file *f = ost_side_facts(side, a->paths[i]);

		if (f->is_there && !f->is_unreadable)
			add_header(s, f);
		note_includes(a, a->paths[i]);
	}
	return !a->is_open && a->nr < MAX_INCLUDED;
}

/* ---- what was not read as declarations ---- */

struct named {
	struct ost_uses_check *c;
	const char *path;
	bool *is_found;
};

bool ost_is_missing_name(const struct ost_missing_symbol *m)
{
	return !strcmp(m->kind, "function") || !strcmp(m->kind, "macro") || !strcmp(m->kind, "enum") || !strcmp(m->kind, "type");
}

/* That the file at `path` misses. */
static bool is_name_of(const struct ost_missing_symbol *m, const char *path)
{
	return !strcmp(m->file, path) && ost_is_missing_name(m);
}

/* One word that `git grep -o` found. */
static bool see_word(void *ctx, const char *word, size_t len)
{
	struct named *x = ctx;
	size_t i;

	for (i = 0; i < x->c->missing.nr; i++)
		x->is_found[i] |= strlen(x->c->missing.items[i].name) == len && !memcmp(x->c->missing.items[i].name, word, len) &&
				  is_name_of(&x->c->missing.items[i], x->path);
	return true;
}

#define MAX_NAMES 40
#define MAX_PLACES 500

struct arguments {
	OST_VEC(const char *) v;
};

/* arch/x/include of every architecture, and the headers beside the file. */
static void add_places(struct ost_side_files *side, const char *path, struct arguments *args)
{
	const struct ost_tree_list *list = ost_side_tree(side);
	const char *slash = strrchr(path, '/'), *last = "";
	size_t folder = slash ? (size_t)(slash + 1 - path) : 0, top, i, nr = args->v.nr;

	for (i = 0; i < list->nr && args->v.nr - nr < MAX_PLACES; i++) {
		const char *p = list->entries[i].path;
		const char *include = !strncmp(p, "arch/", 5) ? strchr(p + 5, '/') : NULL;

		top = include && !strncmp(include, "/include/", 9) ? (size_t)(include + 8 - p) : 0;
		if (top && strncmp(last, p, top)) {
			last = ost_arena_strndup(&side->arena, p, top);
			ost_vec_add(&args->v, last);
		} else if (!strncmp(p, path, folder) && !strchr(p + folder, '/') && ost_is_header(p)) {
			ost_vec_add(&args->v, p);
		}
	}
}

/* Everything is found that cannot be looked up. */
static void search_names(struct ost_side_files *side, struct named *x)
{
	static const char *const grep[] = { "grep", "-h", "-o", "-w", "-I", "-F", "--no-color" };
	struct ost_git_run run = { .max = 16 << 20, .ok_status = 1 };
	struct arguments args = { OST_VEC_INIT };
	size_t i, names = 0;
	struct ost_err *err;

	for (i = 0; i < OST_ARRAY_SIZE(grep); i++)
		ost_vec_add(&args.v, grep[i]);
	for (i = 0; i < x->c->missing.nr; i++) {
		if (!is_name_of(&x->c->missing.items[i], x->path))
			continue;
		if (names == MAX_NAMES) {
			x->is_found[i] = true;
			continue;
		}
		ost_vec_add(&args.v, "-e");
		ost_vec_add(&args.v, x->c->missing.items[i].name);
		names++;
	}
	ost_vec_add(&args.v, side->rev);
	ost_vec_add(&args.v, "--");
	i = args.v.nr;
	add_places(side, x->path, &args);
	if (names && args.v.nr > i) {
		ost_vec_add(&args.v, NULL);
		run.args = args.v.items;
		err = ost_git_stream(side->repo, &run, '\n', see_word, x);
		for (i = 0; err && i < x->c->missing.nr; i++)
			x->is_found[i] |= is_name_of(&x->c->missing.items[i], x->path);
		ost_err_destroy(err);
	}
	ost_vec_deinit(&args.v);
}

void ost_declared_otherwise(struct ost_side_files *side, const char *path, struct ost_uses_check *c)
{
	struct named x = { c, path, ost_arena_calloc(&side->arena, c->missing.nr + 1, sizeof(bool)) };
	size_t i, nr = 0;

	search_names(side, &x);
	for (i = 0; i < c->missing.nr; i++)
		if (x.is_found[i])
			ost_uses_doubt(c, c->missing.items[i].name);
		else
			c->missing.items[nr++] = c->missing.items[i];
	c->missing.nr = nr;
}

/* ---- who has a missing name first ---- */

/* "guard(wiphy)" → "wiphy", "foo() takes ..." → "foo", "struct a.b" → "b". */
static const char *word_of(struct ost_arena *arena, const struct ost_missing_symbol *m)
{
	const char *paren = strchr(m->name, '('), *dot = strrchr(m->name, '.');

	if (!strcmp(m->kind, "guard") && paren)
		return ost_arena_strndup(arena, paren + 1, strcspn(paren + 1, ")"));
	if (!strcmp(m->kind, "header"))
		return m->name;
	return dot ? dot + 1 : ost_arena_strndup(arena, m->name, strcspn(m->name, "( "));
}

/* How many arguments the call of "foo() takes 2 arguments, not 3" has. */
static unsigned wanted_args(const struct ost_missing_symbol *m)
{
	const char *p = strstr(m->name, ", not ");
	return p ? (unsigned)strtoul(p + 6, NULL, 10) : OST_ARGS_ANY;
}

static bool declares(const struct ost_symbols *s, const struct ost_missing_symbol *m, const char *word)
{
	static const enum ost_symbol_kind names[] = { OST_SYM_FUNC, OST_SYM_MACRO, OST_SYM_OBJECT, OST_SYM_ENUM };
	unsigned args;
	size_t i;

	if (!strcmp(m->kind, "guard"))
		return ost_symbols_find(s, OST_SYM_GUARD, word, NULL);
	if (!strcmp(m->kind, "field"))
		return ost_symbols_find(s, OST_SYM_FIELD, word, NULL);
	if (!strcmp(m->kind, "type"))
		return ost_symbols_find(s, OST_SYM_TYPE, word, NULL) || ost_symbols_find(s, OST_SYM_MACRO, word, NULL);
	for (i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (ost_symbols_find(s, names[i], word, &args) && (strcmp(m->kind, "arity") || args == wanted_args(m)))
			return true;
	return false;
}

/* Fills in what `later` declares of the names that its elders miss. */
static void fill_from(struct ost_arena *arena, struct ost_symbols *s, struct ost_side_files *side,
		      struct ost_branch_answer *branches, size_t at)
{
	size_t i, k;

	for (i = 0; i < at; i++)
		for (k = 0; k < branches[i].nr_missing; k++) {
			struct ost_missing_symbol *m = &branches[i].missing[k];
			bool is_header = !strcmp(m->kind, "header"), is_there;

			if (m->first_in)
				continue;
			if (!is_header)
				ost_declared_around(s, side, m->file);
			is_there = is_header ? ost_has_header(side, m->name) : declares(s, m, word_of(arena, m));
			ost_symbols_clear_added(s);
			if (is_there)
				m->first_in = branches[at].branch;
		}
}

static bool is_asked_for(const struct ost_branch_answer *branches, size_t at)
{
	size_t i, k;

	for (i = 0; i < at; i++)
		for (k = 0; k < branches[i].nr_missing; k++)
			if (!branches[i].missing[k].first_in)
				return true;
	return false;
}

static struct ost_err *look_in(const struct ost_branch_question *q, struct ost_branch_answer *branches, size_t at)
{
	struct ost_side_files side;
	struct ost_declared *d;
	struct ost_symbols *s;
	struct ost_words words;

	ost_try(ost_declared_take(&d, q->shared, q->options, branches[at].tip));
	if (!d->symbols) {
		ost_declared_give(q->shared, d);
		return NULL;
	}
	s = ost_symbols_create_on(d->symbols);
	ost_words_init(&words);
	ost_side_files_init(&side, q->shared->repo, branches[at].tip, &words, q->shared->recogniser);
	side.kept = q->shared->blob_facts;
	fill_from(q->arena, s, &side, branches, at);
	ost_side_files_deinit(&side);
	ost_words_deinit(&words);
	ost_symbols_destroy(s);
	ost_declared_give(q->shared, d);
	return NULL;
}

/* "it brings function foo" of a prerequisite. */
static void fill_by_prerequisites(struct ost_arena *arena, struct ost_branch_answer *b)
{
	size_t i, k;

	for (k = 0; k < b->nr_missing; k++) {
		const char *brings = ost_arena_printf(arena, "it brings %s %s", b->missing[k].kind, b->missing[k].name);

		for (i = 0; i < b->nr_prerequisites && !b->missing[k].first_in; i++)
			if (!strncmp(b->prerequisites[i].why, brings, strlen(brings)))
				b->missing[k].first_in = b->prerequisites[i].commit;
	}
}

struct ost_err *ost_first_in_fill(const struct ost_branch_question *q, struct ost_branch_answer *branches, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++) {
		if (ost_interrupted())
			return ost_err_create(OST_ERR_INTERRUPTED, q->options->input, NULL, "interrupted");
		if (*branches[i].tip && is_asked_for(branches, i))
			ost_try(look_in(q, branches, i));
	}
	for (i = 0; i < nr; i++)
		fill_by_prerequisites(q->arena, &branches[i]);
	return NULL;
}
