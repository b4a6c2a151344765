// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/touched.h"

#include <string.h>

#include "source/facts.h"

/* A function of one text. */
struct span {
	const char *name;
	uint32_t first, last, line;
};

struct spans {
	OST_VEC(struct span) v;		/* in the order of their lines */
};

/* What is gathered for one file. */
struct gather {
	struct ost_arena *arena;
	struct spans old_spans, new_spans;
	OST_VEC(struct ost_touched) v;
	OST_VEC(OST_VEC(struct ost_touched_line)) lines;	/* one for each of v */
};

bool ost_is_c_path(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && path[len - 2] == '.' && (path[len - 1] == 'c' || path[len - 1] == 'h');
}

static struct ost_err *read_spans(struct spans *s, struct ost_arena *arena,
				  struct ost_recogniser *r, const struct ost_buf *text,
				  bool *ret_troubled)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts f;
	uint32_t i;

	ost_recognise(r, NULL, text->ptr, text->len, &record);
	ost_try(ost_facts_open(&f, record.ptr, record.len));
	*ret_troubled |= f.nr_lost || f.kind == OST_FK_NOT_C;
	for (i = 0; i < f.nr_funcs; i++) {
		const struct ost_fact_func *fn = &f.funcs[i];

		*ost_vec_push(&s->v) = (struct span){
			.name = ost_arena_strdup(arena, ost_facts_str(&f, fn->name)),
			.first = fn->first_line && fn->first_line < fn->line ? fn->first_line : fn->line,
			.last = fn->end_line, .line = fn->line,
		};
	}
	return NULL;
}

/* The innermost function around a line: the last one that begins at or before it. */
static const struct span *span_at(const struct spans *s, uint32_t line)
{
	const struct span *best = NULL;
	size_t i;

	for (i = 0; i < s->v.nr; i++)
		if (s->v.items[i].first <= line && line <= s->v.items[i].last &&
		    (!best || s->v.items[i].first >= best->first))
			best = &s->v.items[i];
	return best;
}

static const struct span *span_named(const struct spans *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->v.nr; i++)
		if (!strcmp(s->v.items[i].name, name))
			return &s->v.items[i];
	return NULL;
}

static size_t entry_for(struct gather *g, uint32_t file, const struct span *sp)
{
	const char *name = sp ? sp->name : "";
	struct ost_touched *t;
	size_t i;

	for (i = 0; i < g->v.nr; i++)
		if (!strcmp(g->v.items[i].name, name))
			return i;
	t = ost_vec_push(&g->v);
	(void)ost_vec_push(&g->lines);
	t->file = file;
	t->name = name;
	if (sp) {
		const struct span *now = span_named(&g->new_spans, name);
		const struct span *was = span_named(&g->old_spans, name);

		t->how = now && was ? OST_TOUCH_MODIFIED : now ? OST_TOUCH_ADDED : OST_TOUCH_REMOVED;
		t->line = now ? now->line : was->line;
	}
	return i;
}

static void note_line(struct gather *g, uint32_t file, const struct ost_diff_line *d, uint32_t line)
{
	bool is_new = d->kind == OST_LINE_ADDED;
	size_t i = entry_for(g, file, span_at(is_new ? &g->new_spans : &g->old_spans, line));

	g->v.items[i].nr_new += is_new;
	g->v.items[i].nr_gone += !is_new;
	*ost_vec_push(&g->lines.items[i]) = (struct ost_touched_line){ d, is_new };
}

/* Walks the hunks; a patch may stand elsewhere than its numbers say. */
static void walk_hunks(struct gather *g, uint32_t file, const struct ost_file_text *t)
{
	int64_t grown = 0;
	uint32_t i, k, old_line, new_line;

	for (i = 0; i < t->f->nr_hunks; i++) {
		const struct ost_hunk *h = &t->f->hunks[i];

		old_line = t->at[i];
		new_line = old_line + grown;
		for (k = 0; k < h->nr_lines; k++) {
			const struct ost_diff_line *d = &h->lines[k];

			if (d->kind != OST_LINE_CONTEXT)
				note_line(g, file, d, d->kind == OST_LINE_ADDED ? new_line : old_line);
			old_line += d->kind != OST_LINE_ADDED;
			new_line += d->kind != OST_LINE_REMOVED;
			grown += d->kind == OST_LINE_ADDED;
			grown -= d->kind == OST_LINE_REMOVED;
		}
	}
}

static int by_line(const void *a, const void *b)
{
	const struct ost_touched *x = a, *y = b;

	if (!*x->name != !*y->name)
		return !*x->name - !*y->name;
	return x->line != y->line ? (x->line < y->line ? -1 : 1) : strcmp(x->name, y->name);
}

static void finish_lines(struct gather *g)
{
	size_t i, n;

	for (i = 0; i < g->v.nr; i++) {
		n = g->lines.items[i].nr;
		g->v.items[i].lines = ost_arena_alloc(g->arena, n * sizeof(struct ost_touched_line));
		memcpy(g->v.items[i].lines, g->lines.items[i].items, n * sizeof(struct ost_touched_line));
		g->v.items[i].nr_lines = n;
		ost_vec_deinit(&g->lines.items[i]);
	}
	if (g->v.nr)
		qsort(g->v.items, g->v.nr, sizeof(*g->v.items), by_line);
}

static void gather_deinit(struct gather *g)
{
	ost_vec_deinit(&g->old_spans.v);
	ost_vec_deinit(&g->new_spans.v);
	ost_vec_deinit(&g->v);
	ost_vec_deinit(&g->lines);
}

static struct ost_err *gather_file(struct gather *g, struct ost_recogniser *r, uint32_t file,
				   const struct ost_file_text *t, bool *ret_troubled)
{
	if (t->has_old)
		ost_try(read_spans(&g->old_spans, g->arena, r, &t->old_text, ret_troubled));
	if (t->has_new)
		ost_try(read_spans(&g->new_spans, g->arena, r, &t->new_text, ret_troubled));
	walk_hunks(g, file, t);
	finish_lines(g);
	return NULL;
}

static bool is_readable(const struct ost_file_text *t)
{
	bool wants_old = t->f->status != OST_FILE_ADDED, wants_new = t->f->status != OST_FILE_DELETED;

	return t->has_old == wants_old && t->has_new == wants_new;
}

struct ost_err *ost_touched_find(struct ost_touched_list *ret, struct ost_arena *arena,
				 struct ost_recogniser *r, const struct ost_texts *texts)
{
	OST_VEC(struct ost_touched) all = OST_VEC_INIT;
	struct ost_err *err = NULL;
	uint32_t i, k;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < texts->nr && !err; i++) {
		const struct ost_file_text *t = &texts->files[i];
		struct gather g = { .arena = arena };
		bool troubled = false;

		if (!ost_is_c_path(t->f->new_path) || !t->f->nr_hunks)
			continue;
		if (!is_readable(t)) {
			ret->nr_unread++;
			continue;
		}
		err = gather_file(&g, r, i, t, &troubled);
		ret->nr_troubled += troubled;
		for (k = 0; k < g.v.nr; k++)
			ost_vec_add(&all, g.v.items[k]);
		gather_deinit(&g);
	}
	ret->nr = all.nr;
	ret->items = ost_arena_calloc(arena, all.nr + 1, sizeof(*ret->items));
	if (all.nr)
		memcpy(ret->items, all.items, all.nr * sizeof(*ret->items));
	ost_vec_deinit(&all);
	return err;
}
