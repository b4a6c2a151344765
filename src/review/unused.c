// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/unused.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/datafile.h"

#define MAX_SMALL_TREE 6000	/* files that are searched in any case */
#define MAX_NEAR 3000

/* ---- one text ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind the comment that begins at p, or p. */
static const char *skip_comment(const char *p, const char *end)
{
	const char *s;

	if (end - p < 2 || p[0] != '/' || (p[1] != '*' && p[1] != '/'))
		return p;
	s = p[1] == '*' ? memmem(p + 2, (size_t)(end - p - 2), "*/", 2) : memchr(p, '\n', (size_t)(end - p));
	return !s ? end : p[1] == '*' ? s + 2 : s;
}

/* Is the word at p, of n bytes, the argument of EXPORT_SYMBOL*()? */
static bool is_exported(const char *text, const char *p)
{
	const char *s = p;

	while (s > text && isspace((unsigned char)s[-1]))
		s--;
	if (s == text || s[-1] != '(')
		return false;
	for (s--; s > text && is_word(s[-1]); s--)
		;
	return !strncmp(s, "EXPORT_SYMBOL", 13);
}

/* Is [p, p + n) all of one argument: "(foo)", "(foo,", ", foo)"? */
static bool is_argument(const char *text, const char *p, size_t n)
{
	const char *a = p, *b = p + n;

	while (a > text && isspace((unsigned char)a[-1]))
		a--;
	while (isspace((unsigned char)*b))
		b++;
	return a > text && (a[-1] == '(' || a[-1] == ',') && (*b == ')' || *b == ',');
}

/* Is the word a part of the name that a macro could join to the whole of it? */
static bool is_part(const char *name, const char *word, size_t n)
{
	size_t len = strlen(name);

	return n >= 3 && n < len && ((!strncmp(name, word, n) && name[n] == '_') ||
				     (!strncmp(name + len - n, word, n) && name[len - n - 1] == '_'));
}

struct own_lines {	/* lines that are no use: definitions and prototypes of the name, from..to */
	uint32_t v[64][2];
	uint32_t nr;
};

static void add_lines(struct own_lines *o, uint32_t first, uint32_t last)
{
	if (o->nr < OST_ARRAY_SIZE(o->v)) {
		o->v[o->nr][0] = first;
		o->v[o->nr][1] = last < first ? first : last;
		o->nr++;
	}
}

/* Lines of a macro's definition end with the last that is not continued. */
static uint32_t end_of_macro(const char *text, uint32_t line)
{
	uint32_t nr = 1;
	const char *p = text, *eol;

	for (; (eol = strchr(p, '\n')); p = eol + 1, nr++)
		if (nr >= line && (eol == text || eol[-1] != '\\'))
			break;
	return nr;
}

static void find_own_lines(const struct ost_facts *f, const char *text, const char *name, struct own_lines *ret)
{
	uint32_t i;

	ret->nr = 0;
	for (i = 0; i < f->nr_funcs; i++)
		if (!strcmp(ost_facts_str(f, f->funcs[i].name), name))
			add_lines(ret, f->funcs[i].first_line, f->funcs[i].end_line);
	for (i = 0; i < f->nr_protos; i++)
		if (!strcmp(ost_facts_str(f, f->protos[i].name), name))
			add_lines(ret, f->protos[i].first_line, f->protos[i].line);
	for (i = 0; i < f->nr_macros; i++)
		if (!strcmp(ost_facts_str(f, f->macros[i].name), name))
			add_lines(ret, f->macros[i].line, end_of_macro(text, f->macros[i].line));
	for (i = 0; i < f->nr_globals; i++)
		if (!strcmp(ost_facts_str(f, f->globals[i].name), name))
			add_lines(ret, f->globals[i].line, f->globals[i].end_line);
}

static bool is_own(const struct own_lines *o, uint32_t line)
{
	uint32_t i;

	for (i = 0; i < o->nr; i++)
		if (line >= o->v[i][0] && line <= o->v[i][1])
			return true;
	return false;
}

/* Does the text use the name? `own` may be NULL. */
static bool uses(const char *text, size_t len, const char *name, const struct own_lines *own)
{
	const char *p = text, *end = text + len, *next;
	size_t n, name_len = strlen(name);
	uint32_t line = 1;

	for (; p < end; p = next) {
		next = skip_comment(p, end);
		if (next != p) {
			for (; p < next; p++)
				line += *p == '\n';
			continue;
		}
		line += *p == '\n';
		next = p + 1;
		if (!is_word(*p))
			continue;
		for (n = 1; p + n < end && is_word(p[n]); n++)
			;
		next = p + n;
		if (n == name_len && !memcmp(p, name, n)) {
			if (!(own && is_own(own, line)) && !is_exported(text, p))
				return true;
		} else if (is_part(name, p, n) && is_argument(text, p, n)) {
			return true;
		}
	}
	return false;
}

/* ---- the files ---- */

struct target {
	struct ost_changed_def def;
	const char *path;
	bool is_used;
};

struct search {
	const struct ost_branch_question *q;
	struct ost_side_files *side;
	const struct ost_trial *trial;
	struct target v[OST_UNUSED_MAX];
	uint32_t nr;
	bool (*hits)[OST_UNUSED_MAX];	/* of the files that are read now */
	uint32_t nr_unread;
};

static bool may_use_any(const struct search *s, const char *text, size_t len)
{
	uint32_t i;

	for (i = 0; i < s->nr; i++)
		if (!s->v[i].is_used && uses(text, len, s->v[i].def.name, NULL))
			return true;
	return false;
}

/* The text of a file whose words may be definitions: with the lines of those left out. */
static void look_closely(struct search *s, const char *text, size_t len)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts facts;
	struct own_lines own;
	struct ost_err *err;
	uint32_t i;

	if (!may_use_any(s, text, len))
		return;
	ost_recognise(s->q->shared->recogniser, NULL, text, len, &record);
	err = ost_facts_open(&facts, record.ptr, record.len);
	for (i = 0; i < s->nr; i++) {
		if (s->v[i].is_used)
			continue;
		if (!err)
			find_own_lines(&facts, text, s->v[i].def.name, &own);
		s->v[i].is_used = uses(text, len, s->v[i].def.name, err ? NULL : &own);
	}
	ost_err_destroy(err);
}

static const struct ost_file_trial *trial_of(const struct search *s, const char *path)
{
	uint32_t i;

	for (i = 0; i < s->trial->nr_files; i++)
		if (s->trial->files[i].path && !strcmp(s->trial->files[i].path, path))
			return &s->trial->files[i];
	return NULL;
}

/* On several threads: which files hold the words at all. */
static bool note_hits(void *ctx, size_t item, unsigned worker, const char *data, size_t len, const char *why)
{
	struct search *s = ctx;
	uint32_t i;

	for (i = 0; i < s->nr; i++) {
		const char *name = s->v[i].def.name, *last = strrchr(name, '_');
		bool has_part = last && last - name >= 3;

		/* the word, or the longest part of it that a macro may join */
		s->hits[item][i] = !s->v[i].is_used &&
				   (!data || memmem(data, len, name, has_part ? (size_t)(last - name) : strlen(name)) ||
				    (has_part && memmem(data, len, strchr(name, '_') + 1, strlen(strchr(name, '_') + 1))));
	}
	return true;
}

static bool is_source(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && path[n - 2] == '.' && strchr("chS", path[n - 1]);
}

static bool is_hit(const struct search *s, uint32_t file)
{
	uint32_t i;

	for (i = 0; i < s->nr; i++)
		if (s->hits[file][i] && !s->v[i].is_used)
			return true;
	return false;
}

/* As the branch has it with the patch; where the patch does not apply, as it stands. NULL: it is not there, or was not read. */
static const char *text_with(const struct ost_file_trial *f, size_t *ret_len)
{
	const char *text = f->text || f->is_deleted ? f->text : f->before;

	*ret_len = f->text ? f->len : f->before_len;
	return text;
}

static void read_hit(struct search *s, const char *path)
{
	const struct ost_file_trial *f = trial_of(s, path);
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err;
	size_t len;

	if (f && (f->is_deleted || text_with(f, &len)))	/* that was looked at */
		return;
	err = ost_repo_read_path(s->side->repo, s->side->rev, path, &text);
	if (err)
		s->nr_unread++;
	else
		look_closely(s, text.ptr, text.len);
	ost_err_destroy(err);
}

static bool any_left(const struct search *s, bool with_static)
{
	uint32_t i;

	for (i = 0; i < s->nr; i++)
		if (!s->v[i].is_used && (with_static || !s->v[i].def.is_static))
			return true;
	return false;
}

/* Files to read, in rounds. */
struct files {
	OST_VEC(const char *) paths;
	OST_VEC(struct ost_oid) ids;
};

static struct ost_err *search_files(struct search *s, const struct files *f)
{
	size_t nr = f->paths.nr, i;
	struct ost_err *err;

	s->hits = ost_calloc(nr + 1, sizeof(*s->hits));
	err = ost_blobs_read(s->side->repo, s->q->options->jobs, f->ids.items, nr, note_hits, s);
	for (i = 0; i < nr && !err; i++)
		if (is_hit(s, (uint32_t)i))
			read_hit(s, f->paths.items[i]);
	free(s->hits);
	return err;
}

/*
 * What is used at all is mostly used in many files: every 16th is read first, then three times as many, then the
 * rest, until everything has a use. How many could not be read counts only when something has none: then all were tried.
 */
static struct ost_err *search_in_rounds(struct search *s, const struct files *all)
{
	static const unsigned ends[] = { 1, 4, 16 };
	struct files some = { .paths = OST_VEC_INIT, .ids = OST_VEC_INIT };
	struct ost_err *err = NULL;
	unsigned round, from = 0;
	size_t i;

	s->nr_unread = 0;
	for (round = 0; round < OST_ARRAY_SIZE(ends) && !err && any_left(s, true); from = ends[round++]) {
		ost_vec_clear(&some.paths);
		ost_vec_clear(&some.ids);
		for (i = 0; i < all->paths.nr; i++) {
			if (i % 16 < from || i % 16 >= ends[round])
				continue;
			ost_vec_add(&some.paths, all->paths.items[i]);
			ost_vec_add(&some.ids, all->ids.items[i]);
		}
		err = search_files(s, &some);
	}
	ost_vec_deinit(&some.paths);
	ost_vec_deinit(&some.ids);
	return err;
}

/* All C and assembly under `prefix`, unless there are more than `max`. */
static struct ost_err *search_under(struct search *s, const char *prefix, size_t max)
{
	const struct ost_tree_list *list = ost_side_tree(s->side);
	struct files all = { .paths = OST_VEC_INIT, .ids = OST_VEC_INIT };
	size_t n = strlen(prefix), i;
	struct ost_err *err;

	for (i = 0; i < list->nr; i++) {
		const struct ost_tree_entry *e = &list->entries[i];

		if (strncmp(e->path, prefix, n) || !is_source(e->path) || (e->mode & 0170000) != 0100000)
			continue;
		ost_vec_add(&all.paths, e->path);
		ost_vec_add(&all.ids, e->id);
	}
	err = all.paths.nr <= max ? search_in_rounds(s, &all) : NULL;
	ost_vec_deinit(&all.paths);
	ost_vec_deinit(&all.ids);
	return err;
}

/* Folder above the file's, "drivers/net/wireless/"; "" when there is none. */
static const char *around(struct ost_arena *arena, const char *path)
{
	size_t n = strlen(path);
	int up;

	for (up = 0; up < 2 && n; up++)
		for (n -= n > 0; n && path[n - 1] != '/'; n--)
			;
	return ost_arena_strndup(arena, path, n);
}

/* Those that may be used where nobody looked: of them nothing is said. */
static void give_up(struct search *s)
{
	uint32_t i;

	for (i = 0; i < s->nr; i++)
		s->v[i].is_used |= !s->v[i].def.is_static;
}

static struct ost_err *search_all(struct search *s)
{
	size_t nr_files = ost_side_tree(s->side)->nr;
	struct ost_err *err = NULL;
	const char *text;
	size_t len;
	uint32_t i;

	for (i = 0; i < s->trial->nr_files; i++) {
		text = text_with(&s->trial->files[i], &len);
		if (text)
			look_closely(s, text, len);
	}
	for (i = 0; i < s->nr && any_left(s, false) && !err; i++)
		if (!s->v[i].is_used && !s->v[i].def.is_static)
			err = search_under(s, around(s->q->arena, s->v[i].path), MAX_NEAR);
	if (err || !any_left(s, false))
		return err;
	if (s->q->options->no_proofs && nr_files > MAX_SMALL_TREE)
		give_up(s);
	else
		err = search_under(s, "", SIZE_MAX);
	return err;
}

/* ---- simulators and tests ---- */

struct words {
	const char *v[64];
	size_t nr;
};

static struct ost_err *add_test_word(void *ctx, const struct ost_data_row *row)
{
	struct words *w = ctx;

	if (w->nr == OST_ARRAY_SIZE(w->v))
		return ost_data_err(row, "more than %zu words", OST_ARRAY_SIZE(w->v));
	w->v[w->nr++] = row->fields[0];
	return NULL;
}

/* A symbol whose prompt says that it is for tests, or NULL. */
static const struct ost_reach_symbol *test_symbol(const struct words *w, const struct ost_reach_file *f)
{
	size_t i, k;

	for (i = 0; i < f->nr_symbols && f->nr_ways == 1; i++)
		for (k = 0; k < w->nr; k++)
			if (!f->symbols[i].is_not && strcasestr(f->symbols[i].prompt, w->v[k]))
				return &f->symbols[i];
	return NULL;
}

/* ---- the answer ---- */

static const char *const kinds[] = { "function", "macro", "object" };

static void add(struct ost_branch_answer *ret, const char *kind, const char *name, const char *file, uint32_t line, const char *why)
{
	ret->unused[ret->nr_unused++] = (struct ost_unused){ kind, name, file, line, why };
}

static struct ost_err *add_tests(struct ost_branch_answer *ret, struct ost_arena *arena)
{
	const struct ost_reach_symbol *symbol;
	struct words w = { .nr = 0 };
	size_t i, room = OST_UNUSED_MAX;

	ost_try(ost_data_read("test-words.txt", '|', 2, 2, arena, add_test_word, &w));
	for (i = 0; i < ret->nr_reach && room; i++) {
		symbol = test_symbol(&w, &ret->reach[i]);
		if (!symbol)
			continue;
		room--;
		add(ret, "file", ret->reach[i].path, ret->reach[i].path, 0,
		    ost_arena_printf(arena, "only a simulator or test has it: %s (\"%s\")", symbol->name, symbol->prompt));
	}
	return NULL;
}

static void add_unused(struct ost_branch_answer *ret, struct search *s)
{
	struct ost_arena *arena = s->q->arena;
	uint32_t i;

	for (i = 0; i < s->nr; i++) {
		const struct ost_changed_def *d = &s->v[i].def;

		if (s->v[i].is_used)
			continue;
		add(ret, kinds[d->kind], d->name, s->v[i].path, d->line,
		    ost_arena_printf(arena, "no effect in this branch: nothing there uses it%s", s->nr_unread ?
				     ost_arena_printf(arena, " (%u files could not be read)", s->nr_unread) : ""));
	}
}

static bool is_asked(const struct ost_changed_def *d)
{
	return !d->is_made && strlen(d->name) >= 3;
}

static void add_target(struct search *s, const struct ost_changed_def *d, const char *path)
{
	struct target *t = &s->v[s->nr++];
	size_t n = strlen(path);

	*t = (struct target){ *d, path, false };
	if (n && path[n - 1] == 'h')	/* static, but whoever includes it may use it */
		t->def.is_static = false;
}

struct ost_err *ost_unused_find(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				struct ost_side_files *side, const struct ost_trial *trial,
				const struct ost_changed_file *files, uint32_t nr)
{
	struct search *s = ost_arena_calloc(q->arena, 1, sizeof(*s));
	struct ost_err *err = NULL;
	uint32_t i, k;

	s->q = q;
	s->side = side;
	s->trial = trial;
	ret->unused = ost_arena_calloc(q->arena, 2 * OST_UNUSED_MAX, sizeof(*ret->unused));
	ost_try(add_tests(ret, q->arena));
	for (i = 0; trial && i < nr; i++)
		for (k = 0; k < files[i].nr_defs && s->nr < OST_UNUSED_MAX; k++)
			if (is_asked(&files[i].defs[k]))
				add_target(s, &files[i].defs[k], files[i].path);
	if (s->nr)
		err = search_all(s);
	if (!err)
		add_unused(ret, s);
	return err;
}
