// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/judge.h"

#include "branch/locate.h"
#include "branch/needs.h"

const struct ost_judge_params ost_judge_default = {
	.added_there = 75, .added_missing = 50,
	.removed_there = 65, .removed_missing = 40,
	.near_there = 75, .near_missing = 50,
};

/* A change of less is no change of code: a bracket, a comma. */
#define MIN_WEIGHT 150
/* Without its function, a place must fit this well. */
#define STRANGE_THERE 90
#define MAX_NEIGHBOURS 200
/* An image is whole when at most two foreign tokens stand in it. */
#define WHOLE_LOSS 8

const char *ost_hunk_state_name(enum ost_hunk_state state)
{
	static const char *const names[] = { "neutral", "buggy", "fixed", "gone", "odd" };

	return names[state];
}

static int share(uint32_t found, uint32_t of)
{
	return of ? (int)((uint64_t)found * 100 / of) : -1;
}

/* Both images against one stretch of a file. */
struct fit {
	struct ost_alignment pre, post;
	bool is_done;
};

static void fit_in(const struct ost_image *image, const struct ost_branch_file *f,
		   const struct ost_branch_func *func, struct fit *fit)
{
	ost_image_toks part = OST_VEC_INIT;
	size_t from = func ? func->from : 0, to = func ? func->to : f->toks.nr;

	ost_image_part(image, OST_SIDE_ADDED, &part);
	fit->is_done = ost_align(&part, &f->toks, from, to, &fit->pre);
	ost_image_part(image, OST_SIDE_REMOVED, &part);
	fit->is_done = ost_align(&part, &f->toks, from, to, &fit->post) && fit->is_done;
	ost_vec_deinit(&part);
}

static int64_t fit_score(const struct fit *fit)
{
	return fit->pre.score > fit->post.score ? fit->pre.score : fit->post.score;
}

static void fill_shares(const struct ost_image *image, const struct fit *fit,
			struct ost_hunk_verdict *v)
{
	uint32_t near_found = fit->pre.near_found > fit->post.near_found ? fit->pre.near_found :
									   fit->post.near_found;

	v->removed = image->removed_weight >= MIN_WEIGHT ?
		     share(fit->pre.changed_found, image->removed_weight) : -1;
	v->added = image->added_weight >= MIN_WEIGHT ?
		   share(fit->post.changed_found, image->added_weight) : -1;
	v->near_found = image->near_weight ? share(near_found, image->near_weight) : 100;
	v->is_whole_before = fit->pre.loss <= WHOLE_LOSS;
	v->is_whole_after = fit->post.loss <= WHOLE_LOSS;
	v->fits_before_better = fit->pre.loss < fit->post.loss;
}

/* Exact answers first: one of the images stands there in one piece. */
static bool decide_whole(const struct ost_hunk_verdict *v, enum ost_hunk_state *ret)
{
	if (v->added >= 0 && v->is_whole_after) {
		*ret = OST_HUNK_FIXED;
		return true;
	}
	if (v->is_whole_before) {
		*ret = OST_HUNK_BUGGY;
		return true;
	}
	if (v->is_whole_after) {
		*ret = OST_HUNK_FIXED;
		return true;
	}
	return false;
}

static enum ost_hunk_state decide(const struct ost_judge_params *p, const struct ost_hunk_verdict *v)
{
	enum ost_hunk_state whole;

	if (v->removed < 0 && v->added < 0)
		return OST_HUNK_NEUTRAL;
	if (decide_whole(v, &whole))
		return whole;
	if (v->near_found < p->near_there && v->added < 80 && (v->removed < 80 || v->added >= 0))
		return v->near_found < p->near_missing ? OST_HUNK_GONE : OST_HUNK_ODD;
	if (v->removed >= 0 && v->added >= 0) {
		if (v->added >= p->added_there && v->added > v->removed + 15)
			return OST_HUNK_FIXED;
		if (v->removed >= p->removed_there && v->removed > v->added)
			return v->fits_before_better ? OST_HUNK_BUGGY : OST_HUNK_ODD;
		return v->added >= p->added_there ? OST_HUNK_FIXED : OST_HUNK_ODD;
	}
	if (v->added >= 0) {
		if (v->added >= p->added_there)
			return OST_HUNK_FIXED;
		return v->added < p->added_missing ? OST_HUNK_BUGGY : OST_HUNK_ODD;
	}
	if (v->removed >= p->removed_there)
		return OST_HUNK_BUGGY;
	return v->removed < p->removed_missing ? OST_HUNK_FIXED : OST_HUNK_ODD;
}

static const char *reason(enum ost_hunk_state state, const struct ost_hunk_verdict *v)
{
	switch (state) {
	case OST_HUNK_BUGGY:
		return v->removed >= 0 ? "the removed code stands here" :
					 "the code around the addition stands here without it";
	case OST_HUNK_FIXED:
		return v->added >= 0 ? "the added code stands here" : "the removed code does not stand here";
	case OST_HUNK_GONE:
		return "the code around the change does not stand here";
	case OST_HUNK_ODD:
		return "something else stands here";
	case OST_HUNK_NEUTRAL:
		break;
	}
	return "no code is changed";
}

static void set_place(struct ost_hunk_verdict *v, const struct fit *fit,
		      const struct ost_branch_file *f)
{
	const struct ost_alignment *a = v->state == OST_HUNK_FIXED ? &fit->post : &fit->pre;
	const struct ost_branch_func *func;

	v->path = f->path;
	v->first_line = a->first_line;
	v->last_line = a->last_line;
	func = ost_branch_func_at(f, (a->first_line + a->last_line) / 2);
	v->func = func ? func->name : NULL;
}

/* A hunk whose function nobody has: does its code stand in a neighbouring file? */
static struct ost_branch_file *best_neighbour(struct ost_side_files *side, const char *path,
					      const struct ost_image *image, struct fit *best)
{
	const char *paths[MAX_NEIGHBOURS];
	uint32_t nr = ost_neighbours(side, path, paths, MAX_NEIGHBOURS), i;
	struct ost_branch_file *best_file = NULL;

	for (i = 0; i < nr; i++) {
		struct ost_branch_file *f = ost_side_file(side, paths[i]);
		struct fit fit;

		if (!f->is_there || f->is_unreadable)
			continue;
		fit_in(image, f, NULL, &fit);
		if (fit.is_done && (!best_file || fit_score(&fit) > fit_score(best))) {
			*best = fit;
			best_file = f;
		}
	}
	return best_file;
}

static void judge_strange(struct ost_side_files *side, const struct ost_file_change *file,
			  const struct ost_image *image, struct ost_hunk_verdict *v)
{
	struct fit fit;
	struct ost_branch_file *f = best_neighbour(side, file->old_path, image, &fit);

	v->is_func_absent = true;
	v->state = OST_HUNK_GONE;
	v->why = "there is no such function";
	if (!f)
		return;
	fill_shares(image, &fit, v);
	if (v->near_found < STRANGE_THERE)
		return;
	v->state = decide(&ost_judge_default, v);
	v->why = reason(v->state, v);
	v->is_moved = strcmp(f->path, file->old_path) != 0;
	set_place(v, &fit, f);
}

static void judge_image(struct ost_side_files *side, const struct ost_file_change *file,
			const struct ost_image *image, struct ost_hunk_verdict *v)
{
	struct ost_place place;
	struct fit fit;

	ost_locate(side, file->old_path, v->wanted, &place);
	v->is_moved = place.is_moved;
	if (!place.file || (v->wanted && !place.func)) {
		judge_strange(side, file, image, v);
		if (!place.file && v->state == OST_HUNK_GONE)
			v->why = "there is no such file";
		return;
	}
	if (place.file->is_unreadable) {
		v->state = OST_HUNK_ODD;
		v->path = place.file->path;
		v->why = place.file->why;
		return;
	}
	fit_in(image, place.file, place.func, &fit);
	if (!fit.is_done) {
		v->state = OST_HUNK_ODD;
		v->why = "the hunk or the file is too large to compare";
		return;
	}
	fill_shares(image, &fit, v);
	v->state = decide(&ost_judge_default, v);
	v->why = reason(v->state, v);
	set_place(v, &fit, place.file);
}

/* An addition about a member that nothing here has is about something else. */
static void check_needs(struct ost_side_files *side, const struct ost_change *change,
			const struct ost_image *image, struct ost_hunk_verdict *v)
{
	const char *absent;

	if (v->state != OST_HUNK_BUGGY || v->removed >= 0 || !v->path)
		return;
	absent = ost_needs_absent_member(side, image, v->path, change);
	if (!absent)
		return;
	v->state = OST_HUNK_GONE;
	v->why = ost_arena_printf(&side->arena, "the addition is about the member `%s`, which nothing here has", absent);
}

/* Nothing removed, and all that is added stands at file scope? */
static bool adds_at_file_scope(const struct ost_image *image)
{
	int depth = 0;
	size_t i, first = image->all.nr;

	if (image->removed_weight)
		return false;
	/* the depth before the first token, from what the hunk closes more than it opens */
	for (i = 0; i < image->all.nr; i++) {
		depth += image->all.items[i].kind == T_LBRACE;
		if (image->all.items[i].kind == T_RBRACE && depth)	/* unmatched: the end of what began above */
			depth--;
		if (image->all.items[i].side == OST_SIDE_ADDED && first == image->all.nr) {
			first = i;
			if (depth)
				return false;
		}
	}
	return depth == 0;
}

void ost_judge_hunk(struct ost_side_files *side, const struct ost_change *change,
		    const struct ost_file_change *file, const struct ost_hunk *hunk,
		    struct ost_hunk_verdict *ret)
{
	struct ost_image image;

	memset(ret, 0, sizeof(*ret));
	ret->removed = ret->added = ret->near_found = -1;
	ret->wanted = ost_hunk_function(&side->arena, hunk);
	if (!ost_image_make(&image, side->words, &side->arena, hunk)) {
		ret->state = OST_HUNK_ODD;
		ret->why = "the hunk is too large to compare";
	} else {
		ret->weight = image.removed_weight + image.added_weight;
		judge_image(side, file, &image, ret);
		check_needs(side, change, &image, ret);
		if (!ret->wanted && adds_at_file_scope(&image))
			ret->state = OST_HUNK_NEUTRAL;
	}
	ost_image_deinit(&image);
}
