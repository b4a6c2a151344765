// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which old lines is a patch about? Those that lose tokens (comments, white
 * space and rewrapped lines lose none). An addition without any removal is
 * about the lines of its function that use the same words, the nearer the
 * better, and about the lines it stands between; and if nothing else, about
 * the function.
 */
#include <string.h>

#include "review/intro.h"
#include "review/texts.h"
#include "review/touched.h"

/* Lines of a function, at most, in which an addition looks for its words. */
#define MAX_REACH 200
#define MAX_USED 6

struct place {
	struct ost_intro *k;
	struct ost_branch_file *file;
	const struct ost_hunk *hunk;
	uint32_t at;		/* line of the base where the hunk begins */
	double factor;		/* of all lines of the file */
};

/* How much a change of so many tokens counts; more than four words count no more. */
static double share_of(uint32_t weight)
{
	return weight < 1200 ? weight / 1200.0 : 1.0;
}

static unsigned doublings(unsigned n)
{
	unsigned bits = 0;

	while (n >>= 1)
		bits++;
	return bits;
}

static bool is_word(const struct ost_image_tok *t)
{
	return t->kind == T_IDENT && t->weight >= 100;
}

static const struct ost_branch_func *func_at(const struct place *p, uint32_t line)
{
	return ost_branch_func_at(p->file, line);
}

static struct ost_intro_line *add(const struct place *p, enum ost_intro_kind kind, uint32_t line, double weight)
{
	struct ost_intro *k = p->k;
	const struct ost_branch_func *f = func_at(p, line);
	struct ost_intro_line *l;
	size_t i;

	for (i = 0; i < k->lines.nr; i++) {
		l = &k->lines.items[i];
		if (l->line == line && !strcmp(l->path, p->file->path) && l->kind == kind) {
			l->weight += weight * p->factor;
			return NULL;
		}
	}
	if (k->lines.nr == OST_INTRO_MAX_LINES)
		return NULL;
	l = ost_vec_push(&k->lines);
	*l = (struct ost_intro_line){ .kind = kind, .path = p->file->path, .line = line, .weight = weight * p->factor,
				      .func = f ? f->name : NULL };
	return l;
}

/* The tokens of an old line. */
static void tokens_of(const struct place *p, uint32_t line, size_t *ret_from, size_t *ret_to)
{
	const ost_image_toks *t = &p->file->toks;
	size_t low = 0, high = t->nr;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (t->items[mid].line < line)
			low = mid + 1;
		else
			high = mid;
	}
	for (*ret_from = low; low < t->nr && t->items[low].line == line; low++)
		;
	*ret_to = low;
}

static void set_wrong(struct ost_intro *k, struct ost_intro_line *l, const uint64_t *keys, uint32_t nr)
{
	uint64_t *copy = ost_arena_calloc(k->arena, nr + 1, sizeof(*copy));

	if (nr)
		memcpy(copy, keys, nr * sizeof(*copy));
	l->wrong = copy;
	l->nr_wrong = nr;
}

/* ---- removed tokens ---- */

/* Old line of each line of the hunk (of an added one: of the line before). */
static uint32_t *old_lines(const struct place *p)
{
	uint32_t *list = ost_arena_calloc(p->k->arena, p->hunk->nr_lines + 1, sizeof(*list));
	uint32_t at = p->at, i;

	for (i = 0; i < p->hunk->nr_lines; i++)
		list[i] = p->hunk->lines[i].kind == OST_LINE_ADDED ? (at > 1 ? at - 1 : 1) : at++;
	return list;
}

#define MAX_KEYS 64
/* Of a token that is enough to know a line by: a word, a number, a string. */
#define TELLING_WEIGHT 60

/* What one line loses; with its neighbours where that is punctuation alone. */
static void take_removed_line(const struct place *p, const struct ost_image *image, size_t from, uint32_t line)
{
	uint64_t keys[MAX_KEYS + 4];
	uint32_t nr = 0, weight = 0, hunk_line = image->all.items[from].line;
	bool is_telling = false;
	struct ost_intro_line *l;
	size_t i;

	for (i = from; i < image->all.nr && nr < MAX_KEYS; i++) {
		const struct ost_image_tok *t = &image->all.items[i];

		if (t->side != OST_SIDE_REMOVED || t->line != hunk_line)
			continue;
		keys[nr++] = t->key;
		weight += t->weight;
		is_telling |= t->weight >= TELLING_WEIGHT;
	}
	for (i = from ? from - 1 : 0; !is_telling && i < image->all.nr && i <= from + 1 && nr < MAX_KEYS; i++)
		if (image->all.items[i].side == OST_SIDE_KEPT && image->all.items[i].line == hunk_line)
			keys[nr++] = image->all.items[i].key;
	l = add(p, OST_INTRO_REMOVED, line, share_of(weight));
	if (l)
		set_wrong(p->k, l, keys, nr);
}

static void take_removed(const struct place *p, const struct ost_image *image, const uint32_t *old)
{
	uint32_t last = UINT32_MAX;
	size_t i;

	for (i = 0; i < image->all.nr; i++) {
		const struct ost_image_tok *t = &image->all.items[i];

		if (t->side != OST_SIDE_REMOVED || t->line == last)
			continue;
		last = t->line;
		take_removed_line(p, image, i, old[t->line]);
	}
}

/* ---- additions ---- */

struct words_added {
	uint64_t keys[MAX_KEYS];
	uint32_t nr;
};

static bool has_key(const uint64_t *keys, uint32_t nr, uint64_t key)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (keys[i] == key)
			return true;
	return false;
}

/* How often the function has a word: a word that is everywhere says little. */
static unsigned count_in(const struct place *p, const struct ost_branch_func *f, uint64_t key)
{
	unsigned n = 0;
	size_t i;

	for (i = f->from; i < f->to; i++)
		n += p->file->toks.items[i].key == key;
	return n;
}

static double likeness(const struct place *p, const struct ost_branch_func *f, const struct words_added *w,
		       uint32_t line, uint64_t *ret_keys, uint32_t *ret_nr)
{
	size_t from, to, i;
	double sum = 0;

	*ret_nr = 0;
	tokens_of(p, line, &from, &to);
	for (i = from; i < to && *ret_nr < 8; i++) {
		const struct ost_image_tok *t = &p->file->toks.items[i];

		if (!is_word(t) || !has_key(w->keys, w->nr, t->key) || has_key(ret_keys, *ret_nr, t->key))
			continue;
		ret_keys[(*ret_nr)++] = t->key;
		sum += 1.0 / (1.0 + doublings(count_in(p, f, t->key)));
	}
	return sum;
}

struct used {
	uint32_t line, nr;
	double score;
	uint64_t keys[8];
};

static void keep_best(struct used *best, const struct used *u)
{
	int i, worst = 0;

	for (i = 1; i < MAX_USED; i++)
		if (best[i].score < best[worst].score)
			worst = i;
	if (u->score > best[worst].score)
		best[worst] = *u;
}

/* Lines of the function that use the words of an addition behind old line `after`. */
static void take_used(const struct place *p, const struct ost_branch_func *f, const struct words_added *w,
		      uint32_t after, double weight)
{
	struct used best[MAX_USED] = { 0 }, u;
	struct ost_intro_line *l;
	double sum = 0;
	uint32_t line;
	int i;

	for (line = f->line + 1; line <= f->end_line; line++) {
		uint32_t apart = line > after ? line - after - 1 : after - line;

		if (apart > MAX_REACH)
			continue;
		u.line = line;
		u.score = likeness(p, f, w, line, u.keys, &u.nr) * (line > after ? 1.2 : 1.0) / (1.0 + apart / 8.0);
		if (u.score > 0)
			keep_best(best, &u);
	}
	for (i = 0; i < MAX_USED; i++)
		sum += best[i].score;
	for (i = 0; i < MAX_USED && sum > 0; i++) {
		l = best[i].score > 0 ? add(p, OST_INTRO_USED, best[i].line, weight * best[i].score / sum) : NULL;
		if (l)
			set_wrong(p->k, l, best[i].keys, best[i].nr);
	}
}

/* The nearest line with a word at or before / at or behind a line. */
static uint32_t telling_line(const struct place *p, uint32_t line, int step)
{
	size_t from, to, i;
	int n;

	for (n = 0; n < 4 && line; n++, line += step) {
		tokens_of(p, line, &from, &to);
		for (i = from; i < to; i++)
			if (is_word(&p->file->toks.items[i]))
				return line;
	}
	return 0;
}

static void take_beside(const struct place *p, uint32_t line, double weight)
{
	uint64_t keys[MAX_KEYS];
	struct ost_intro_line *l;
	size_t from, to, i;
	uint32_t nr = 0;

	if (!line)
		return;
	tokens_of(p, line, &from, &to);
	for (i = from; i < to && nr < MAX_KEYS; i++)
		if (is_word(&p->file->toks.items[i]))
			keys[nr++] = p->file->toks.items[i].key;
	l = add(p, OST_INTRO_BESIDE, line, weight);
	if (l)
		set_wrong(p->k, l, keys, nr);
}

static void take_function(const struct place *p, const struct ost_branch_func *f, double weight)
{
	struct ost_intro_line *l = add(p, OST_INTRO_FUNC, f->line, weight);
	uint64_t keys[1];
	size_t from, to, i;

	if (!l)
		return;
	tokens_of(p, f->line, &from, &to);
	for (i = from; i < to; i++) {
		const struct ost_image_tok *t = &p->file->toks.items[i];

		if (t->kind != T_IDENT || !(i + 1 < p->file->toks.nr && p->file->toks.items[i + 1].kind != T_IDENT))
			continue;
		keys[0] = t->key;
		set_wrong(p->k, l, keys, 1);
		return;
	}
}

/* One run of added tokens [from, to) of an image, behind old line `after`. */
static void take_addition(const struct place *p, const struct ost_image *image, size_t from, size_t to, uint32_t after)
{
	const struct ost_branch_func *f = func_at(p, after);
	struct words_added w = { .nr = 0 };
	uint32_t weight = 0;
	double share;
	size_t i;

	for (i = from; i < to; i++) {
		const struct ost_image_tok *t = &image->all.items[i];

		weight += t->weight;
		if (is_word(t) && w.nr < MAX_KEYS && !has_key(w.keys, w.nr, t->key))
			w.keys[w.nr++] = t->key;
	}
	share = share_of(weight);
	if (f) {
		take_used(p, f, &w, after, share);
		take_function(p, f, share);
	}
	take_beside(p, telling_line(p, after, -1), share / 2);
	take_beside(p, telling_line(p, after + 1, 1), share / 2);
}

/* Runs of added tokens that replace nothing. */
static void take_additions(const struct place *p, const struct ost_image *image, const uint32_t *old)
{
	size_t i, from;

	for (i = 0; i < image->all.nr;) {
		if (image->all.items[i].side == OST_SIDE_KEPT) {
			i++;
			continue;
		}
		for (from = i; i < image->all.nr && image->all.items[i].side != OST_SIDE_KEPT; i++)
			;
		for (; from < i && image->all.items[from].side == OST_SIDE_REMOVED; from++)
			;
		/* replaced tokens speak for themselves */
		if (from < i && (!from || image->all.items[from - 1].side == OST_SIDE_KEPT))
			take_addition(p, image, from, i, old[image->all.items[from].line]);
	}
}

/* ---- functions as a whole ---- */

static void add_span(const struct place *p, enum ost_intro_kind kind, const struct ost_branch_func *f)
{
	struct ost_intro *k = p->k;
	size_t i;

	for (i = 0; i < k->spans.nr; i++)
		if (k->spans.items[i].first == f->first_line && !strcmp(k->spans.items[i].path, p->file->path))
			return;
	if (k->spans.nr < OST_INTRO_MAX_SPANS)
		*ost_vec_push(&k->spans) = (struct ost_intro_span){
			.kind = kind, .path = p->file->path, .func = f->name, .weight = p->factor,
			.first = f->first_line, .last = f->end_line,
		};
}

static const struct ost_branch_func *func_named(const struct place *p, uint64_t key)
{
	size_t i;
	uint32_t n;

	for (n = 0; n < p->file->nr_funcs; n++) {
		const struct ost_branch_func *f = &p->file->funcs[n];

		for (i = f->from; i < f->to && p->file->toks.items[i].line <= f->line; i++)
			if (p->file->toks.items[i].key == key && p->file->toks.items[i].line == f->line)
				return f;
	}
	return NULL;
}

static void take_functions(const struct place *p, const struct ost_image *image, const uint32_t *old)
{
	const struct ost_branch_func *f, *callee;
	size_t i;

	for (i = 0; i < image->all.nr; i++) {
		const struct ost_image_tok *t = &image->all.items[i];

		f = t->side == OST_SIDE_KEPT ? NULL : func_at(p, old[t->line]);
		if (f)
			add_span(p, OST_INTRO_BODY, f);
		if (!is_word(t) || !(t->is_near || t->side != OST_SIDE_KEPT))
			continue;
		callee = func_named(p, t->key);
		if (callee && callee != f)
			add_span(p, OST_INTRO_CALLEE, callee);
	}
}

/* ---- the patch ---- */

static void pick_hunk(struct place *p)
{
	const uint32_t *old = old_lines(p);
	struct ost_image image;

	if (ost_image_make(&image, &p->k->words, p->k->arena, p->hunk)) {
		take_removed(p, &image, old);
		take_additions(p, &image, old);
		take_functions(p, &image, old);
	}
	ost_image_deinit(&image);
}

static void pick_file(struct ost_intro *k, const struct ost_file_change *f, double factor)
{
	struct place p = { .k = k, .factor = factor };
	uint32_t i;

	if (f->status == OST_FILE_ADDED)
		return;
	p.file = ost_side_file(&k->side, f->old_path);
	if (!p.file->is_there || p.file->is_unreadable) {
		if (!k->trouble)
			k->trouble = ost_arena_printf(k->arena, "%s: %s", f->old_path, p.file->is_there ? p.file->why : "there is no such file in the base");
		return;
	}
	for (i = 0; i < f->nr_hunks; i++) {
		p.hunk = &f->hunks[i];
		p.at = ost_hunk_find(p.hunk, p.file->text.ptr, p.file->text.len, p.hunk->old_start);
		if (p.at)
			pick_hunk(&p);
	}
}

/* Tests and examples change along with what they test. */
static double factor_of(const char *path)
{
	return strstr(path, "test") ? 0.3 : path[strlen(path) - 1] == 'h' ? 0.5 : 1.0;
}

static bool has_c(const struct ost_change *c)
{
	uint32_t i;

	for (i = 0; i < c->nr_files; i++)
		if (ost_is_c_path(c->files[i].old_path) && c->files[i].status != OST_FILE_ADDED)
			return true;
	return false;
}

void ost_intro_pick(struct ost_intro *k)
{
	const struct ost_change *c = &k->item->change;
	bool c_only = has_c(c);
	uint32_t i;

	for (i = 0; i < c->nr_files; i++) {
		const char *path = c->files[i].old_path;

		if (c_only && !ost_is_c_path(path))
			continue;
		pick_file(k, &c->files[i], factor_of(path));
	}
}
