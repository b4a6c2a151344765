// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/align.h"

#define GAP_IN_FILE 4		/* a token of the file that the image has not */
#define RENAME_LOSS 30		/* one word for another */
#define NOWHERE UINT32_MAX
#define IMPOSSIBLE (-(1 << 29))

static int32_t loss(const struct ost_image_tok *t)
{
	return t->weight * 2 / 5;
}

static int32_t pair_score(const struct ost_image_tok *a, const struct ost_image_tok *b)
{
	if (a->key == b->key)
		return a->weight;
	return a->kind == T_IDENT && b->kind == T_IDENT ? -RENAME_LOSS : IMPOSSIBLE;
}

struct rows {
	int32_t *prev, *cur;
	uint32_t *prev_start, *cur_start;
};

static void swap_rows(struct rows *r)
{
	int32_t *s = r->prev;
	uint32_t *t = r->prev_start;

	r->prev = r->cur;
	r->cur = s;
	r->prev_start = r->cur_start;
	r->cur_start = t;
}

/* One more token of the image against the whole stretch. */
static void next_row(struct rows *r, const struct ost_image_tok *a,
		     const struct ost_image_tok *file, size_t m)
{
	int32_t miss = loss(a);
	size_t j;

	r->cur[0] = r->prev[0] - miss;
	r->cur_start[0] = 0;
	for (j = 0; j < m; j++) {
		int32_t pair = r->prev[j] + pair_score(a, &file[j]);
		int32_t up = r->prev[j + 1] - miss, left = r->cur[j] - GAP_IN_FILE;

		if (pair >= up && pair >= left) {
			r->cur[j + 1] = pair;
			r->cur_start[j + 1] = r->prev_start[j];
		} else if (up >= left) {
			r->cur[j + 1] = up;
			r->cur_start[j + 1] = r->prev_start[j + 1];
		} else {
			r->cur[j + 1] = left;
			r->cur_start[j + 1] = r->cur_start[j];
		}
	}
}

/* The best stretch of file[0..m); first and last token in ret. */
static void find_stretch(const ost_image_toks *part, const struct ost_image_tok *file,
			 size_t m, struct ost_alignment *ret)
{
	struct rows r = {
		ost_calloc(m + 1, sizeof(int32_t)), ost_calloc(m + 1, sizeof(int32_t)),
		ost_calloc(m + 1, sizeof(uint32_t)), ost_calloc(m + 1, sizeof(uint32_t)),
	};
	size_t i, j, best = 0;

	for (j = 0; j <= m; j++)
		r.prev_start[j] = (uint32_t)j;
	for (i = 0; i < part->nr; i++) {
		next_row(&r, &part->items[i], file, m);
		swap_rows(&r);
	}
	for (j = 0; j <= m; j++)
		if (r.prev[j] > r.prev[best])
			best = j;
	ret->score = r.prev[best];
	ret->first = r.prev_start[best];
	ret->end = (uint32_t)best;
	free(r.prev);
	free(r.cur);
	free(r.prev_start);
	free(r.cur_start);
}

/*
 * The pairs of the best alignment inside the stretch: at[i] is the token of
 * the file that image token i lies on (stands for: is_renamed[i]) or NOWHERE.
 */
static void trace(const ost_image_toks *part, const struct ost_image_tok *file, size_t m,
		  uint32_t *at, bool *is_renamed)
{
	size_t n = part->nr, w = m + 1, i, j;
	int32_t *t = ost_calloc((n + 1) * w, sizeof(*t));

	for (j = 0; j <= m; j++)
		t[j] = -GAP_IN_FILE * (int32_t)j;
	for (i = 0; i < n; i++) {
		int32_t miss = loss(&part->items[i]);

		t[(i + 1) * w] = t[i * w] - miss;
		for (j = 0; j < m; j++) {
			int32_t best = t[i * w + j] + pair_score(&part->items[i], &file[j]);

			if (t[i * w + j + 1] - miss > best)
				best = t[i * w + j + 1] - miss;
			if (t[(i + 1) * w + j] - GAP_IN_FILE > best)
				best = t[(i + 1) * w + j] - GAP_IN_FILE;
			t[(i + 1) * w + j + 1] = best;
		}
	}
	for (i = n, j = m; i > 0 && j > 0;) {
		const struct ost_image_tok *a = &part->items[i - 1], *b = &file[j - 1];

		if (t[i * w + j] == t[(i - 1) * w + j - 1] + pair_score(a, b)) {
			at[--i] = (uint32_t)--j;
			is_renamed[i] = a->key != b->key;
		} else if (t[i * w + j] == t[(i - 1) * w + j] - loss(a)) {
			i--;
		} else {
			j--;
		}
	}
	free(t);
}

/* Does a token of the image lie beside one of its neighbours in the file? */
static bool is_in_company(const uint32_t *at, size_t nr, size_t i)
{
	size_t d;

	for (d = 1; d <= 2; d++) {
		if (i >= d && at[i - d] != NOWHERE && at[i] - at[i - d] <= d + 1)
			return true;
		if (i + d < nr && at[i + d] != NOWHERE && at[i + d] - at[i] <= d + 1)
			return true;
	}
	return false;
}

struct renaming {
	uint64_t from, to;
	uint32_t nr;
};
#define MAX_RENAMINGS 256

/*
 * A word that stands for the same other word at least twice, and for no other
 * one, is that word under another name.
 */
static uint32_t find_renamings(const ost_image_toks *part, const struct ost_image_tok *file,
			       const uint32_t *at, const bool *is_renamed, struct renaming *list)
{
	uint32_t nr = 0, r;
	size_t i;

	for (i = 0; i < part->nr; i++) {
		if (at[i] == NOWHERE || !is_renamed[i])
			continue;
		for (r = 0; r < nr && list[r].from != part->items[i].key; r++)
			;
		if (r == nr && nr == MAX_RENAMINGS)
			continue;
		if (r == nr)
			list[nr++] = (struct renaming){ part->items[i].key, file[at[i]].key, 1 };
		else if (list[r].to == file[at[i]].key)
			list[r].nr += list[r].nr > 0;
		else
			list[r].nr = 0;
	}
	return nr;
}

static bool is_consistent(const struct renaming *list, uint32_t nr, uint64_t from)
{
	uint32_t r;

	for (r = 0; r < nr; r++)
		if (list[r].from == from)
			return list[r].nr >= 2;
	return false;
}

static void count_one(const struct ost_image_tok *t, uint32_t found, struct ost_alignment *ret)
{
	if (t->is_old) {
		ret->old_weight += t->weight;
		ret->old_found += found;
	}
	if (t->side != OST_SIDE_KEPT) {
		ret->changed_weight += t->weight;
		ret->changed_found += found;
		return;
	}
	ret->kept_weight += t->weight;
	ret->kept_found += found;
	if (t->is_near) {
		ret->near_weight += t->weight;
		ret->near_found += found;
	}
	if (t->is_exit) {
		ret->exit_weight += t->weight;
		ret->exit_found += found;
	}
	if (t->is_after) {
		ret->after_weight += t->weight;
		ret->after_found += found;
	}
}

/* Do the two sides of a place where something is added lie side by side in the file? */
static bool is_closed(const uint32_t *at, const bool *is_renamed, size_t i)
{
	return i && at[i] != NOWHERE && at[i - 1] != NOWHERE && at[i] == at[i - 1] + 1 && !is_renamed[i] && !is_renamed[i - 1];
}

/* A call lies on the call of another function. */
static bool is_renamed_call(const ost_image_toks *part, size_t i, const struct ost_image_tok *file, size_t m,
			    const uint32_t *at, const bool *is_renamed)
{
	return at[i] != NOWHERE && is_renamed[i] && i + 1 < part->nr && part->items[i + 1].kind == T_LPAREN &&
	       at[i] + 1 < m && file[at[i] + 1].kind == T_LPAREN;
}

static void count(const ost_image_toks *part, const struct ost_image_tok *file, size_t m, const uint32_t *at,
		  const bool *is_renamed, struct ost_alignment *ret)
{
	struct renaming list[MAX_RENAMINGS];
	uint32_t nr = find_renamings(part, file, at, is_renamed, list);
	size_t i;

	for (i = 0; i < part->nr; i++) {
		const struct ost_image_tok *t = &part->items[i];
		uint32_t found = 0;

		if (is_renamed_call(part, i, file, m, at, is_renamed)) {
			ret->renamed_calls += t->is_old;
			ret->renamed_new_calls += t->side == OST_SIDE_ADDED;
		}
		ret->nr_seams += t->is_behind_added;
		ret->nr_closed += t->is_behind_added && is_closed(at, is_renamed, i);
		if (t->is_before && at[i] != NOWHERE)
			ret->change_at = at[i] + 1;
		if (t->is_behind_exit && at[i] != NOWHERE)
			ret->behind_exit_at = at[i] + 1;

		if (at[i] != NOWHERE && is_in_company(at, part->nr, i)) {
			if (!is_renamed[i] || is_consistent(list, nr, t->key))
				found = t->weight;
			if (is_renamed[i] && t->side != OST_SIDE_KEPT)
				ret->renamed += t->weight;
		}
		count_one(t, found, ret);
	}
}

bool ost_align(const ost_image_toks *part, const ost_image_toks *file,
	       size_t from, size_t to, struct ost_alignment *ret)
{
	size_t m = to - from, width, i;
	uint32_t *at;
	bool *is_renamed;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < part->nr; i++)
		ret->loss += part->items[i].weight;
	if (!part->nr || from >= to || (uint64_t)part->nr * m > OST_ALIGN_MAX_STEPS)
		return false;
	find_stretch(part, file->items + from, m, ret);
	ret->loss -= ret->score;
	width = ret->end - ret->first;
	at = ost_malloc(part->nr * sizeof(*at));
	is_renamed = ost_calloc(part->nr, sizeof(*is_renamed));
	memset(at, 0xff, part->nr * sizeof(*at));
	if (width && (uint64_t)part->nr * width < OST_ALIGN_MAX_STEPS / 8)
		trace(part, file->items + from + ret->first, width, at, is_renamed);
	count(part, file->items + from + ret->first, width, at, is_renamed, ret);
	free(at);
	free(is_renamed);
	ret->change_at += (uint32_t)from + ret->first;
	if (ret->behind_exit_at)
		ret->behind_exit_at += (uint32_t)from + ret->first - 1;
	ret->first += (uint32_t)from;
	ret->end += (uint32_t)from;
	if (width) {
		ret->first_line = file->items[ret->first].line;
		ret->last_line = file->items[ret->end - 1].line;
	}
	return true;
}
