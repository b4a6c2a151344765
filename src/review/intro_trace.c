// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who wrote what is wrong in a line? Blame says who touched it last. Where
 * that commit only rewrote the line around (re-indented, renamed something
 * else, moved it) the tokens in question stood there before: then the line
 * that it replaced, or the same line elsewhere in the same commit, is
 * followed in the commit's parent.
 */
#include <string.h>

#include "git/commit.h"
#include "git/walk.h"
#include "review/history.h"
#include "review/intro.h"

/* Rewrites of one line that are looked through. */
#define MAX_DEPTH 10
/* Below this share of common tokens one line is not the other's successor. */
#define MIN_LIKENESS 0.5
/* A line that moved is known again by tokens of this weight at least. */
#define MIN_MOVED_WEIGHT 600

void ost_intro_lex(struct ost_intro *k, const char *text, size_t len, ost_image_toks *ret)
{
	ost_vec_clear(ret);
	ost_image_lex(ret, &k->words, k->arena, text, len);
}

/* ---- commits ---- */

static struct ost_err *read_change(struct ost_intro *k, struct ost_intro_commit *c)
{
	struct ost_err *err = ost_change_from_commit(&c->change, k->arena, k->s->repo, c->id, NULL);

	if (!err) {
		c->has_change = true;
		if (c->change.nr_files >= OST_IMPORT_FILES)
			c->end_why = "that commit brings in a whole release: it changes thousands of files";
		return NULL;
	}
	if (err->code != OST_ERR_INPUT)
		return err;
	c->end_why = "what that commit changes cannot be read";
	ost_err_destroy(err);
	return NULL;
}

/* A vendor's history goes by releases: the Makefile says another one than before. */
static struct ost_err *is_release_step(struct ost_intro *k, const struct ost_intro_commit *c, bool *ret)
{
	const char *now, *before;
	uint32_t i;

	*ret = false;
	for (i = 0; i < c->change.nr_files && !*ret; i++)
		*ret = !strcmp(c->change.files[i].new_path, "Makefile");
	if (!*ret || c->change.nr_files < 10 || !*c->parent)
		return NULL;
	ost_try(ost_kernel_release(k->s->repo, k->arena, c->id, &now));
	ost_try(ost_kernel_release(k->s->repo, k->arena, c->parent, &before));
	*ret = *now && strcmp(now, before);
	return NULL;
}

static struct ost_err *describe(struct ost_intro *k, struct ost_intro_commit *c)
{
	struct ost_commit info;

	ost_try(ost_commit_read(&info, k->arena, k->s->repo, c->id));
	c->subject = info.subject;
	c->when = info.committer.when;
	if (info.is_boundary)
		c->end_why = "the history of this repository is cut off there";
	else if (!info.nr_parents)
		c->end_why = "the history of this repository begins there";
	else if (info.nr_parents == 1)
		memcpy(c->parent, info.parents[0], sizeof(c->parent));
	return NULL;
}

/* What the commit changes, once it is needed. */
static struct ost_err *ask_change(struct ost_intro *k, struct ost_intro_commit *c)
{
	bool is_step = false;

	if (c->was_asked || c->end_why || !*c->parent)
		return NULL;
	c->was_asked = true;
	ost_try(read_change(k, c));
	if (!c->end_why && c->has_change)
		ost_try(is_release_step(k, c, &is_step));
	if (is_step)
		c->end_why = "that commit is a whole release";
	return NULL;
}

static struct ost_err *get_commit(struct ost_intro *k, const char *id, struct ost_intro_commit **ret)
{
	struct ost_intro_commit *c;
	size_t i;

	for (i = 0; i < k->commits.nr; i++) {
		*ret = k->commits.items[i];
		if (!strcmp((*ret)->id, id))
			return NULL;
	}
	c = ost_arena_calloc(k->arena, 1, sizeof(*c));
	memcpy(c->id, id, OST_HEX_SIZE);
	ost_vec_add(&k->commits, c);
	*ret = c;
	return describe(k, c);
}

struct ost_err *ost_intro_commit(struct ost_intro *k, const char *id, struct ost_intro_commit **ret)
{
	ost_try(get_commit(k, id, ret));
	return ask_change(k, *ret);
}

/* ---- the line before ---- */

static uint32_t weight_of(const ost_image_toks *t)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < t->nr; i++)
		sum += t->items[i].weight;
	return sum;
}

static double likeness(const ost_image_toks *a, const ost_image_toks *b)
{
	uint32_t common = 0, all = weight_of(a) + weight_of(b);
	uint64_t used = 0;
	size_t i, j;

	for (i = 0; i < a->nr; i++)
		for (j = 0; j < b->nr && j < 64; j++) {
			if (used & 1ull << j || a->items[i].key != b->items[j].key)
				continue;
			used |= 1ull << j;
			common += a->items[i].weight;
			break;
		}
	return all ? 2.0 * common / all : 0;
}

static bool has_wrong(const ost_image_toks *t, const struct ost_intro_line *l)
{
	uint32_t i;
	size_t j;

	for (i = 0; i < l->nr_wrong; i++) {
		for (j = 0; j < t->nr && t->items[j].key != l->wrong[i]; j++)
			;
		if (j == t->nr)
			return false;
	}
	return true;
}

struct spot {
	const char *path;
	uint32_t line;
	double likeness;
};

static void consider(struct ost_intro *k, const struct ost_intro_line *l, const ost_image_toks *now,
		     const struct ost_file_change *f, const struct ost_diff_line *d, double least, struct spot *best)
{
	ost_image_toks before = OST_VEC_INIT;
	double like;

	ost_intro_lex(k, d->text, d->len, &before);
	like = likeness(now, &before);
	if (like >= least && like > best->likeness && has_wrong(&before, l))
		*best = (struct spot){ f->old_path, d->old_line, like };
	ost_vec_deinit(&before);
}

/* The hunk and index of the line that the commit added at `line`; false when it did not. */
static bool find_added(const struct ost_file_change *f, uint32_t line, const struct ost_hunk **ret_hunk, uint32_t *ret_i)
{
	uint32_t h, i;

	for (h = 0; h < f->nr_hunks; h++)
		for (i = 0; i < f->hunks[h].nr_lines; i++)
			if (f->hunks[h].lines[i].kind == OST_LINE_ADDED && f->hunks[h].lines[i].new_line == line) {
				*ret_hunk = &f->hunks[h];
				*ret_i = i;
				return true;
			}
	return false;
}

/* Of the lines that were replaced together with it, the most similar one. */
static void search_group(struct ost_intro *k, const struct ost_intro_line *l, const ost_image_toks *now,
			 const struct ost_file_change *f, const struct ost_hunk *h, uint32_t at, struct spot *best)
{
	uint32_t from = at, to = at, i;

	while (from && h->lines[from - 1].kind != OST_LINE_CONTEXT)
		from--;
	while (to < h->nr_lines && h->lines[to].kind != OST_LINE_CONTEXT)
		to++;
	for (i = from; i < to; i++)
		if (h->lines[i].kind == OST_LINE_REMOVED)
			consider(k, l, now, f, &h->lines[i], MIN_LIKENESS, best);
}

/* The same line taken away anywhere else in the commit. */
static void search_moved(struct ost_intro *k, const struct ost_intro_line *l, const ost_image_toks *now,
			 const struct ost_change *c, struct spot *best)
{
	uint32_t i, h, n;

	if (weight_of(now) < MIN_MOVED_WEIGHT || c->nr_files > 200)
		return;
	for (i = 0; i < c->nr_files; i++)
		for (h = 0; h < c->files[i].nr_hunks; h++)
			for (n = 0; n < c->files[i].hunks[h].nr_lines; n++)
				if (c->files[i].hunks[h].lines[n].kind == OST_LINE_REMOVED)
					consider(k, l, now, &c->files[i], &c->files[i].hunks[h].lines[n], 0.95, best);
}

/* Where the line stood before the commit; false: the commit wrote what matters in it. */
static bool line_before(struct ost_intro *k, const struct ost_intro_line *l, const struct ost_intro_commit *c,
			const struct ost_blame_line *b, struct spot *ret)
{
	ost_image_toks now = OST_VEC_INIT;
	const struct ost_hunk *h;
	uint32_t i, at;

	ret->likeness = 0;
	for (i = 0; i < c->change.nr_files; i++) {
		const struct ost_file_change *f = &c->change.files[i];

		if (strcmp(f->new_path, b->path) || !find_added(f, b->orig_line, &h, &at))
			continue;
		ost_intro_lex(k, h->lines[at].text, h->lines[at].len, &now);
		search_group(k, l, &now, f, h, at, ret);
		if (ret->likeness == 0)
			search_moved(k, l, &now, &c->change, ret);
		break;
	}
	ost_vec_deinit(&now);
	return ret->likeness > 0;
}

/* ---- following ---- */

static void credit(struct ost_intro *k, struct ost_intro_commit *c, const struct ost_intro_line *l)
{
	c->score[l->kind] += l->weight;
	c->nr_lines[l->kind]++;
	if (c->place && c->place_weight >= l->weight)
		return;
	c->place_weight = l->weight;
	c->place = l->func ? ost_arena_printf(k->arena, "%s() in %s:%u", l->func, l->path, l->line) :
			     ost_arena_printf(k->arena, "%s:%u", l->path, l->line);
}

/* All lines of one file in one go. */
static struct ost_err *blame_file(struct ost_intro *k, const char *path, const struct ost_intro_blame **ret)
{
	struct ost_line_range ranges[OST_INTRO_MAX_LINES];
	struct ost_intro_blame *b;
	size_t nr = 0, i;

	for (i = 0; i < k->blames.nr; i++) {
		*ret = &k->blames.items[i];
		if (!strcmp((*ret)->path, path))
			return NULL;
	}
	for (i = 0; i < k->lines.nr; i++)
		if (!strcmp(k->lines.items[i].path, path))
			ranges[nr++] = (struct ost_line_range){ k->lines.items[i].line, k->lines.items[i].line };
	b = ost_vec_push(&k->blames);
	b->path = path;
	*ret = b;
	return ost_blame(&b->lines, &b->nr, k->arena, k->s->repo, k->base, path, ranges, nr);
}

static struct ost_err *blame_line(struct ost_intro *k, const char *rev, const struct spot *spot, struct ost_blame_line *ret, bool *ret_is)
{
	const struct ost_line_range range = { spot->line, spot->line };
	const struct ost_intro_blame *all;
	struct ost_blame_line *lines;
	size_t nr, i;

	*ret_is = false;
	if (rev == k->base) {
		ost_try(blame_file(k, spot->path, &all));
		lines = all->lines;
		nr = all->nr;
	} else {
		ost_try(ost_blame(&lines, &nr, k->arena, k->s->repo, rev, spot->path, &range, 1));
	}
	for (i = 0; i < nr && !*ret_is; i++) {
		*ret_is = lines[i].line == spot->line;
		*ret = lines[i];
	}
	return NULL;
}

static struct ost_err *follow(struct ost_intro *k, const struct ost_intro_line *l)
{
	const char *rev = k->base;
	struct spot spot = { .path = l->path, .line = l->line };
	struct ost_intro_commit *c;
	struct ost_blame_line b;
	unsigned depth;
	bool is;

	for (depth = 0; ; depth++) {
		ost_try(blame_line(k, rev, &spot, &b, &is));
		if (!is)
			return NULL;
		ost_try(get_commit(k, b.id, &c));
		ost_try(ask_change(k, c));
		if (c->end_why || !*c->parent || !c->has_change || depth == MAX_DEPTH || !line_before(k, l, c, &b, &spot)) {
			credit(k, c, l);
			return NULL;
		}
		c->passed += l->weight;
		c->nr_passed++;
		rev = c->parent;
	}
}

/* Every line of a function speaks for the commit that wrote it, a little. */
static struct ost_err *follow_span(struct ost_intro *k, const struct ost_intro_span *s)
{
	const struct ost_line_range range = { s->first, s->last };
	struct ost_blame_line *lines;
	struct ost_intro_commit *c;
	size_t nr, i;

	ost_try(ost_blame(&lines, &nr, k->arena, k->s->repo, k->base, s->path, &range, 1));
	for (i = 0; i < nr; i++) {
		const struct ost_intro_line l = { .kind = s->kind, .path = s->path, .func = s->func,
						  .line = lines[i].line, .weight = s->weight / nr };

		ost_try(get_commit(k, lines[i].id, &c));
		credit(k, c, &l);
	}
	return NULL;
}

static struct ost_err *forgive(struct ost_intro *k, struct ost_err *err)
{
	if (!err || err->code != OST_ERR_INPUT)
		return err;
	if (!k->trouble)
		k->trouble = ost_arena_printf(k->arena, "%s: %s", err->what, err->why);
	ost_err_destroy(err);
	return NULL;
}

struct ost_err *ost_intro_trace(struct ost_intro *k)
{
	size_t i;

	for (i = 0; i < k->lines.nr; i++)
		ost_try(forgive(k, follow(k, &k->lines.items[i])));
	for (i = 0; i < k->spans.nr; i++)
		ost_try(forgive(k, follow_span(k, &k->spans.items[i])));
	return NULL;
}
