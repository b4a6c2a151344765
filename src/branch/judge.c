// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/judge.h"

#include "branch/elsewhere.h"
#include "branch/entry.h"
#include "branch/guards.h"
#include "branch/locate.h"
#include "branch/needs.h"
#include "branch/search.h"
#include "branch/uses.h"

const struct ost_judge_params ost_judge_default = {
	.added_there = 75, .added_whole = 90, .added_missing = 50,
	.removed_there = 65, .removed_missing = 40,
	.near_there = 75, .near_missing = 50, .old_missing = 50,
};

/* A change of less is no change of code: a bracket, a comma. */
#define MIN_WEIGHT 150
/* But one operator for another is: `<` for `<=`. */
#define OPERATOR_WEIGHT 80
/* Without its function, a place must fit this well. */
#define STRANGE_THERE 90
#define STRANGE_NEARLY 85	/* with all that the patch removes */
/* and this well to make the answer unknown; the changed lines as well. */
#define STRANGE_LIKE 60
#define STRANGE_MARGIN (-50)	/* the old side fits so much better */
#define MAX_STRANGERS 5
/* An image is whole when at most two foreign tokens stand in it. */
#define WHOLE_LOSS 8
/* What is added, found over so many lines more than its surroundings take by themselves, are words from here and there. */
#define SCATTERED_LINES 20
/* Of two places of one shape the patch means the one that is so much nearer to its line. */
#define TWIN_NEARER 3

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
	bool is_bare;	/* the hunk has no code but what it adds */
};

static bool align_side(const struct ost_image *image, enum ost_side without, const ost_image_toks *toks,
		       size_t from, size_t to, struct ost_alignment *ret, bool *ret_empty)
{
	ost_image_toks part = OST_VEC_INIT;
	bool is_done = true;

	ost_image_part(image, without, &part);
	*ret_empty = !part.nr;
	if (part.nr)
		is_done = ost_align(&part, toks, from, to, ret);
	else
		*ret = (struct ost_alignment){ .loss = (int64_t)image->added_weight + image->removed_weight };
	ost_vec_deinit(&part);
	return is_done;
}

static void fit_toks(const struct ost_image *image, const ost_image_toks *toks,
		     size_t from, size_t to, struct fit *fit)
{
	bool is_empty;

	fit->is_done = align_side(image, OST_SIDE_ADDED, toks, from, to, &fit->pre, &fit->is_bare) &&
		       align_side(image, OST_SIDE_REMOVED, toks, from, to, &fit->post, &is_empty);
}

static void fit_in(const struct ost_image *image, const struct ost_branch_file *f,
		   const struct ost_branch_func *func, struct fit *fit)
{
	fit_toks(image, &f->toks, func ? func->from : 0, func ? func->to : f->toks.nr, fit);
}

static int64_t fit_score(const struct fit *fit)
{
	return fit->pre.score > fit->post.score ? fit->pre.score : fit->post.score;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* Both images stand here whole, apart from each other, and the patch means the one as before. */
static bool is_twin_left(const struct fit *fit, uint32_t told_line)
{
	bool is_apart = fit->pre.end <= fit->post.first || fit->post.end <= fit->pre.first;

	return is_apart && fit->pre.loss <= WHOLE_LOSS && fit->post.loss <= WHOLE_LOSS &&
	       distance(fit->pre.first_line, told_line) * TWIN_NEARER < distance(fit->pre.first_line, fit->post.first_line);
}

static uint32_t lines_of(const struct ost_alignment *a)
{
	return a->last_line - a->first_line;
}

static void fill_shares(const struct ost_image *image, const struct fit *fit,
			struct ost_hunk_verdict *v)
{
	uint32_t near_found = fit->pre.near_found > fit->post.near_found ? fit->pre.near_found :
									   fit->post.near_found;
	bool is_small = image->removed_weight < MIN_WEIGHT && image->added_weight < MIN_WEIGHT;
	uint32_t least = is_small ? OPERATOR_WEIGHT : MIN_WEIGHT;

	v->removed = image->removed_weight >= least ?
		     share(fit->pre.changed_found, image->removed_weight) : -1;
	v->added = image->added_weight >= least ?
		   share(fit->post.changed_found, image->added_weight) : -1;
	v->near_found = image->near_weight ? share(near_found, image->near_weight) : 100;
	v->after_found = share(fit->pre.after_found > fit->post.after_found ? fit->pre.after_found :
			       fit->post.after_found, fit->pre.after_weight);
	v->old_found = share(fit->pre.old_found, fit->pre.old_weight);
	v->margin = (int)((fit->pre.loss - fit->post.loss) * 100 / (image->removed_weight + image->added_weight + 1));
	v->is_whole_before = fit->pre.loss <= WHOLE_LOSS;
	v->is_whole_after = fit->post.loss <= WHOLE_LOSS;
	v->has_renamed_call = fit->pre.renamed_calls > 0;
	v->is_other_call = v->has_renamed_call && fit->post.renamed_new_calls && v->margin <= 15 && v->margin >= -15;
	v->is_unfilled = fit->pre.nr_seams && fit->pre.nr_closed == fit->pre.nr_seams;
	v->is_twin_left = v->removed < 0 && v->is_unfilled && is_twin_left(fit, v->told_line);
	v->fits_before_better = fit->pre.loss < fit->post.loss;
	v->is_scattered = lines_of(&fit->post) > 2 * lines_of(&fit->pre) + SCATTERED_LINES;
	v->is_bare = fit->is_bare;
}

/* Exact answers first: one of the images stands there in one piece. */
static bool decide_whole(const struct ost_hunk_verdict *v, enum ost_hunk_state *ret)
{
	if (v->is_twin_left) {
		*ret = OST_HUNK_BUGGY;
		return true;
	}
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

/* A changed line that is not here at all, in a function that is, was never here. */
static bool is_old_code_missing(const struct ost_judge_params *p, const struct ost_hunk_verdict *v)
{
	return v->old_found >= 0 && v->old_found < p->old_missing && v->added < p->added_there &&
	       v->removed < p->removed_missing;
}

/* A third call in place of the old and of the new one tells nothing. */
static enum ost_hunk_state decide_both(const struct ost_judge_params *p, const struct ost_hunk_verdict *v)
{
	if (v->is_other_call)
		return OST_HUNK_ODD;
	if (v->added >= p->added_there && (v->added > v->removed + 15 || v->margin > 15))
		return OST_HUNK_FIXED;
	if (v->removed >= p->removed_there && v->removed > v->added)
		return v->fits_before_better ? OST_HUNK_BUGGY : OST_HUNK_ODD;
	return v->added >= p->added_there ? OST_HUNK_FIXED : OST_HUNK_ODD;
}

/* Where the surroundings differ, only what stands there whole counts. */
static enum ost_hunk_state decide_strange(const struct ost_judge_params *p, const struct ost_hunk_verdict *v)
{
	bool is_near = v->near_found >= p->near_missing;

	if (is_near && v->removed >= 95 && v->old_found >= 95 && v->added < p->added_missing && v->margin < 0)
		return OST_HUNK_BUGGY;
	if (is_near && v->removed < 0 && v->after_found >= 95 && v->added < p->added_missing)
		return OST_HUNK_BUGGY;
	if (is_near && v->added < 0 && v->removed < p->removed_missing && v->margin >= 60)
		return OST_HUNK_FIXED;
	return is_near ? OST_HUNK_ODD : OST_HUNK_GONE;
}

static enum ost_hunk_state decide(const struct ost_judge_params *p, const struct ost_hunk_verdict *v)
{
	enum ost_hunk_state whole;

	if (v->removed < 0 && v->added < 0)
		return OST_HUNK_NEUTRAL;
	if (decide_whole(v, &whole))
		return whole;
	if (v->is_bare)
		return v->added >= p->added_whole ? OST_HUNK_FIXED : OST_HUNK_ODD;
	if (v->near_found < p->near_there && v->added < 80 && (v->removed < 80 || v->added >= 0))
		return decide_strange(p, v);
	if (v->removed >= 0 && v->added >= 0)
		return decide_both(p, v);
	if (v->added >= 0) {
		if (v->is_unfilled && v->near_found >= p->near_there && (v->added < p->added_whole || v->is_scattered) &&
		    v->fits_before_better)
			return OST_HUNK_BUGGY;
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
		return v->is_bare ? "what the patch adds does not stand here, and it has no other code that would" :
				    "something else stands here";
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

/* A hunk whose function nobody has: where else does its code stand best? */
static struct ost_branch_file *best_stranger(struct ost_side_files *side, const char *path,
					     const struct ost_image *image, struct fit *best)
{
	const char *paths[MAX_STRANGERS + 1] = { path };
	uint32_t nr = 1 + ost_search_code(side, path, image, paths + 1, MAX_STRANGERS), i;
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

/* Not enough to say that the fault is there, too much to say that it is not. */
static bool is_strangely_alike(const struct ost_hunk_verdict *v)
{
	if (v->added >= ost_judge_default.added_missing)
		return false;
	if (v->removed >= 95 && v->old_found >= 95)
		return v->near_found >= ost_judge_default.near_missing;
	if (v->removed < 0 && v->old_found < 0)
		return v->near_found >= STRANGE_LIKE && v->after_found >= 95;
	return v->near_found >= STRANGE_LIKE && v->old_found >= STRANGE_LIKE && v->margin <= STRANGE_MARGIN;
}

/* Has the revision the patch's file, and beside it the file with this function and with code like the hunk's? */
static bool has_both(struct ost_side_files *rev, const struct ost_file_change *file, const struct ost_image *image,
		     const char *path, const char *func)
{
	struct ost_branch_file *f = ost_side_file(rev, file->old_path)->is_there ? ost_side_file(rev, path) : NULL;
	struct ost_hunk_verdict v = { 0 };
	uint32_t from = 0;
	struct fit fit;

	if (!f || !f->is_there || f->is_unreadable || !ost_branch_func_find(f, func, &from))
		return false;
	fit_in(image, f, NULL, &fit);
	if (fit.is_done)
		fill_shares(image, &fit, &v);
	return fit.is_done && v.near_found >= STRANGE_LIKE;
}

/*
 * A branch that lacks the file has code like the hunk's in another one. What a later driver was split off from has lost
 * it since; where another revision has both, they are two drivers that are alike.
 */
static const char *sibling_in(struct ost_side_files *side, const struct ost_file_change *file, const struct ost_image *image,
			      const char *path, const char *func)
{
	size_t i;

	if (!side->other_sides)
		side->other_sides = ost_arena_calloc(&side->arena, side->nr_others + 1, sizeof(*side->other_sides));
	for (i = 0; func && i < side->nr_others; i++) {
		struct ost_side_files *other = &side->other_sides[i];

		if (!other->repo)
			ost_side_files_init(other, side->repo, side->others[i], side->words, side->recogniser);
		if (has_both(other, file, image, path, func))
			return side->others[i];
	}
	return NULL;
}

static void rule_out_sibling(struct ost_side_files *side, const struct ost_file_change *file, const struct ost_image *image,
			     struct ost_hunk_verdict *v)
{
	const char *other = ost_side_file(side, file->old_path)->is_there ? NULL : sibling_in(side, file, image, v->path, v->func);

	if (!other)
		return;
	v->state = OST_HUNK_GONE;
	v->why = ost_arena_printf(&side->arena, "there is no such file; what is alike here, in %s, stands beside it in %.12s", v->path, other);
	v->path = NULL;
	v->func = NULL;
	v->first_line = v->last_line = 0;
	v->is_moved = false;
}

static void judge_strange(struct ost_side_files *side, const struct ost_file_change *file,
			  const struct ost_image *image, struct ost_hunk_verdict *v)
{
	struct fit fit;
	struct ost_branch_file *f = best_stranger(side, file->old_path, image, &fit);

	v->is_func_absent = true;
	v->state = OST_HUNK_GONE;
	v->why = "there is no such function";
	if (!f)
		return;
	fill_shares(image, &fit, v);
	if (v->near_found >= STRANGE_THERE || (v->near_found >= STRANGE_NEARLY && v->removed >= 95)) {
		v->state = decide(&ost_judge_default, v);
		v->why = reason(v->state, v);
	} else if (is_strangely_alike(v)) {
		v->state = OST_HUNK_ODD;
		v->why = "there is no such function, but code like this";
	} else {
		return;
	}
	v->is_moved = strcmp(f->path, file->old_path) != 0;
	set_place(v, &fit, f);
}

/* Is the fix here with a guard in place of lock and unlock, or the other way round? */
static bool is_fixed_with_guard(struct ost_side_files *side, const struct ost_image *image,
				const struct ost_place *place)
{
	size_t from = place->func ? place->func->from : 0;
	size_t to = place->func ? place->func->to : place->file->toks.nr;
	ost_image_toks toks = OST_VEC_INIT;
	struct ost_image plain = { .all = OST_VEC_INIT };
	struct ost_hunk_verdict v = { 0 };
	struct fit fit;
	bool is_fixed = false;

	if (!ost_has_guard(side->words, &image->all, 0, image->all.nr) &&
	    !ost_has_guard(side->words, &place->file->toks, from, to))
		return false;
	ost_without_guards(side->words, &image->all, 0, image->all.nr, &plain.all);
	ost_without_guards(side->words, &place->file->toks, from, to, &toks);
	ost_image_weigh(&plain);
	fit_toks(&plain, &toks, 0, toks.nr, &fit);
	if (fit.is_done && plain.added_weight >= MIN_WEIGHT) {
		fill_shares(&plain, &fit, &v);
		is_fixed = decide(&ost_judge_default, &v) == OST_HUNK_FIXED;
	}
	ost_vec_deinit(&toks);
	ost_image_deinit(&plain);
	return is_fixed;
}

/* An addition without removal: does anything here need it? */
static void check_use(struct ost_side_files *side, const struct ost_image *image,
		      const struct ost_place *place, const struct fit *fit, struct ost_hunk_verdict *v)
{
	bool is_lost = v->state == OST_HUNK_ODD;
	struct ost_use_finding u;
	const char *rest;

	if (v->removed >= 0 || !place->func || (!is_lost && v->state != OST_HUNK_BUGGY))
		return;
	u = ost_find_use(side->words, image, place->file, place->func, fit->pre.change_at);
	if (u.use == OST_USE_UNKNOWN || (u.use == OST_USE_ABSENT && !is_lost) ||
	    (u.use == OST_USE_UNCHECKED && v->added >= ost_judge_default.added_missing))
		return;
	v->state = u.use == OST_USE_UNCHECKED ? OST_HUNK_BUGGY :
		   u.use == OST_USE_DEBUG ? OST_HUNK_ODD : OST_HUNK_GONE;
	v->is_ruled_out = v->state == OST_HUNK_GONE;
	rest = u.use == OST_USE_UNCHECKED ? " indexes an array here and is never compared with anything" :
	       u.use == OST_USE_DEBUG ? ", which the addition tests, is used in debug output only" :
	       u.use == OST_USE_IMPLIED ? ", which the addition tests, is not NULL here: a condition around it says so" :
	       u.use == OST_USE_NONE ? ", which the addition tests, is not used behind it" :
				       ", which the addition sets, does not exist in this function";
	v->why = ost_arena_printf(&side->arena, "`%.*s`%s", (int)side->words->v.items[u.name].len,
				  side->words->v.items[u.name].ptr, rest);
}

/* Is there no way out at all where the patch adds something for one? */
static bool is_exit_missing(const struct fit *fit, const struct ost_branch_file *f)
{
	const struct ost_alignment *a = &fit->pre;
	uint32_t i;

	if (!a->exit_weight || a->exit_found * 2 >= a->exit_weight || a->behind_exit_at <= a->change_at)
		return false;
	for (i = a->change_at; i < a->behind_exit_at; i++)
		if (f->toks.items[i].kind == T_RETURN || f->toks.items[i].kind == T_GOTO ||
		    f->toks.items[i].kind == T_BREAK || f->toks.items[i].kind == T_CONTINUE)
			return false;
	return true;
}

/* What the hunk adds stands here in another form, or cannot stand here. True: the verdict is set. */
static bool is_elsewhere(struct ost_side_files *side, const struct ost_image *image,
			 const struct ost_place *place, const struct fit *fit, struct ost_hunk_verdict *v)
{
	const struct ost_name *names = side->words->v.items;
	uint32_t name, added;

	name = ost_elsewhere_other_wait(side, image, place->file, fit->pre.first, fit->pre.end);
	if (name) {
		v->state = OST_HUNK_FIXED;
		v->why = ost_arena_printf(&side->arena, "%.*s() stands here, which waits for the same", (int)names[name].len, names[name].ptr);
		return true;
	}
	if (v->removed >= 0)
		return false;
	name = ost_elsewhere_limited(side, image, place->file, place->func);
	if (name) {
		v->state = OST_HUNK_FIXED;
		v->why = ost_arena_printf(&side->arena, "%.*s() holds within limits here what the patch tests", (int)names[name].len, names[name].ptr);
		return true;
	}
	name = ost_elsewhere_behind_label(image, place->file, place->func, fit->pre.change_at);
	if (name) {
		v->state = OST_HUNK_FIXED;
		v->why = ost_arena_printf(&side->arena, "the added call stands behind the label `%.*s`, where the way out goes to",
					  (int)names[name].len, names[name].ptr);
		return true;
	}
	name = ost_elsewhere_other_call(image, place->file, fit->pre.first, fit->pre.end, &added);
	if (name) {
		v->state = OST_HUNK_FIXED;
		v->why = ost_arena_printf(&side->arena, "%.*s() stands where the patch adds %.*s(), and no word of that is in this file",
					  (int)names[name].len, names[name].ptr, (int)names[added].len, names[added].ptr);
		return true;
	}
	if (!v->is_whole_before && ost_elsewhere_no_if(image, place->file, place->func, fit->pre.change_at)) {
		v->state = OST_HUNK_GONE;
		v->is_ruled_out = true;
		v->why = "no `if` ends where the patch adds its other arm";
		return true;
	}
	return false;
}

/* Code like the addition stands here, without its test. */
static void doubt_test(struct ost_side_files *side, const struct ost_image *image, const struct ost_place *place,
		       struct ost_hunk_verdict *v)
{
	uint32_t name = ost_elsewhere_untested(image, place->file, place->func);
	const struct ost_name *n = &side->words->v.items[name];

	if (!name)
		return;
	v->state = OST_HUNK_ODD;
	v->why = ost_arena_printf(&side->arena, "code like the added one stands here, but `%.*s` is never tested", (int)n->len, n->ptr);
}

static void judge_fit(struct ost_side_files *side, const struct ost_image *image,
		      const struct ost_place *place, const struct fit *fit, struct ost_hunk_verdict *v)
{
	bool is_same_func = place->func && !place->is_moved && v->wanted && !strcmp(place->func->name, v->wanted);

	fill_shares(image, fit, v);
	v->state = decide(&ost_judge_default, v);
	v->why = reason(v->state, v);
	if (v->state == OST_HUNK_FIXED && is_same_func && v->removed < 0 && !v->is_whole_after)
		doubt_test(side, image, place, v);
	if (v->state == OST_HUNK_NEUTRAL || v->state == OST_HUNK_FIXED)
		return;
	if (is_fixed_with_guard(side, image, place)) {
		v->state = OST_HUNK_FIXED;
		v->why = "the added code stands here, its lock taken in another form";
		return;
	}
	if (is_same_func && is_elsewhere(side, image, place, fit, v))
		return;
	if (is_same_func && is_old_code_missing(&ost_judge_default, v)) {
		v->state = OST_HUNK_GONE;
		v->is_ruled_out = true;
		v->why = "the statement that the patch changes does not stand here";
		return;
	}
	if (is_same_func && v->removed < 0 && is_exit_missing(fit, place->file)) {
		v->state = OST_HUNK_GONE;
		v->is_ruled_out = true;
		v->why = "the way out that the addition is for does not stand here";
		return;
	}
	check_use(side, image, place, fit, v);
}

/*
 * A function that the hunk renames: where the branch has both names, the old one may be a new function
 * (a wrapper that keeps it), so the one that the hunk's code stands in is meant.
 */
static void locate_renamed(struct ost_side_files *side, const struct ost_file_change *file, const struct ost_image *image,
			   const char *new_name, struct ost_hunk_verdict *v, struct ost_place *place)
{
	struct ost_place other;
	struct fit as_old, as_new;

	ost_locate(side, file->old_path, new_name, &other);
	if (!other.func || other.file->is_unreadable || (place->file && place->file->is_unreadable))
		return;
	if (place->func) {
		fit_in(image, place->file, place->func, &as_old);
		fit_in(image, other.file, other.func, &as_new);
		if (!as_old.is_done || !as_new.is_done || fit_score(&as_new) <= fit_score(&as_old))
			return;
	}
	*place = other;
	v->wanted = new_name;
}

static void judge_image(struct ost_side_files *side, const struct ost_file_change *file,
			const struct ost_image *image, const char *new_name, struct ost_hunk_verdict *v)
{
	struct ost_place place;
	struct fit fit;

	ost_locate(side, file->old_path, v->wanted, &place);
	if (!place.file && file->status == OST_FILE_ADDED) {
		v->why = "the patch makes this file";
		return;
	}
	if (new_name)
		locate_renamed(side, file, image, new_name, v, &place);
	v->is_moved = place.is_moved;
	if (place.file && !place.func && ost_is_header(place.file->path))
		v->wanted = NULL;	/* git names the function before it: this is a declaration */
	if (!place.file || (v->wanted && !place.func)) {
		judge_strange(side, file, image, v);
		if (v->state != OST_HUNK_GONE)
			rule_out_sibling(side, file, image, v);
		else if (!place.file)
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
	judge_fit(side, image, &place, &fit, v);
	set_place(v, &fit, place.file);
}

static void rule_out(struct ost_hunk_verdict *v, const char *why)
{
	v->state = OST_HUNK_GONE;
	v->is_ruled_out = true;
	v->why = why;
}

/* Is any member that the addition uses and the branch lacks named where the message tells the fault? */
static bool is_fault_of_member(struct ost_side_files *side, const struct ost_change *change,
			       const struct ost_about *about, const struct ost_image *image, const char *path)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i;

	for (i = 1; i < image->all.nr; i++) {
		const struct ost_name *n = &side->words->v.items[t[i].name];
		const char *word;

		if (t[i].side != OST_SIDE_ADDED || t[i].kind != T_IDENT || t[i - 1].kind != T_ARROW)
			continue;
		word = ost_arena_strndup(&side->arena, n->ptr, n->len);
		if (ost_about_names(about, word) && !ost_needs_exists(side, path, change, word))
			return true;
	}
	return false;
}

/* An addition about something that nothing here has is about something else. */
static void check_needs(struct ost_side_files *side, const struct ost_change *change,
			const struct ost_about *about, const struct ost_image *image,
			struct ost_hunk_verdict *v)
{
	struct ost_arena *arena = &side->arena;
	const char *word;

	if (v->removed >= 0 || !v->path)
		return;
	word = v->state == OST_HUNK_ODD || v->state == OST_HUNK_GONE ?
	       ost_needs_absent_variable(side, image, v->path, change) : NULL;
	if (word) {
		rule_out(v, ost_arena_printf(arena, "nothing in this file has the variable `%s`, which the addition sets", word));
		return;
	}
	if (v->state != OST_HUNK_BUGGY && v->state != OST_HUNK_ODD)
		return;
	word = ost_needs_absent_lock(side, image, v->path, change);
	if (word) {
		rule_out(v, ost_arena_printf(arena, "the addition takes a lock with %s, which neither include/ nor the files around have", word));
		return;
	}
	if (v->state != OST_HUNK_BUGGY)
		return;
	if (!strstr(about->message, "\nFixes: ") && ost_elsewhere_locks_calls(side->words, image)) {
		v->state = OST_HUNK_ODD;
		v->why = "the addition locks nothing but calls, and whether these need it here is not in this code";
		return;
	}
	word = ost_needs_absent_member(side, image, v->path, change);
	if (word && about->is_later_of_series && !is_fault_of_member(side, change, about, image, v->path)) {
		v->state = OST_HUNK_ODD;
		v->why = ost_arena_printf(arena, "the addition is about the member `%s`, which an earlier patch of the series may add", word);
		return;
	}
	if (word) {
		rule_out(v, ost_arena_printf(arena, "the addition is about the member `%s`, which neither include/ nor the files around have", word));
		return;
	}
	word = ost_about_uncounted(about, side, image, v->path);
	if (word) {
		rule_out(v, ost_arena_printf(arena, "no array here is marked __counted_by(%s)", word));
		return;
	}
	word = ost_about_unused_member(about, side, image, ost_side_file(side, v->path));
	if (word)
		rule_out(v, ost_arena_printf(arena, "nothing here looks behind the pointer `%s`, which the message says may be missing", word));
}

/* A statement with a constant that nothing here has was never here, however much like it stands around. */
static void check_constant(struct ost_side_files *side, const struct ost_change *change, const struct ost_image *image,
			   struct ost_hunk_verdict *v)
{
	const char *word = v->state == OST_HUNK_ODD && v->path ? ost_needs_absent_constant(side, image, v->path, change) : NULL;

	if (word)
		rule_out(v, ost_arena_printf(&side->arena, "the patch removes code about %s, which neither include/ nor the files around have", word));
}

/* A change inside the entry of an initialiser is about that entry. */
static void check_entry(struct ost_side_files *side, const struct ost_image *image, struct ost_hunk_verdict *v)
{
	const struct ost_name *n;
	uint32_t name;

	if (v->wanted || !v->path || v->state == OST_HUNK_NEUTRAL)
		return;
	name = ost_entry_missing(image, ost_side_file(side, v->path));
	if (!name)
		return;
	n = &side->words->v.items[name];
	rule_out(v, ost_arena_printf(&side->arena, "there is no entry for `%.*s`, which the patch changes", (int)n->len, n->ptr));
}

/* The first function that the removed tokens call. */
static const char *lost_call(struct ost_side_files *side, const struct ost_image *image)
{
	const struct ost_image_tok *t = image->all.items;
	size_t i;

	for (i = 0; i < image->all.nr; i++)
		if (t[i].side == OST_SIDE_REMOVED && t[i].kind == T_IDENT &&
		    i + 1 < image->all.nr && (t[i + 1].kind == T_LPAREN || t[i + 1].side == OST_SIDE_ADDED))
			return ost_arena_strndup(&side->arena, side->words->v.items[t[i].name].ptr,
						 side->words->v.items[t[i].name].len);
	return NULL;
}

static int brace(const struct ost_image_tok *t)
{
	return t->side == OST_SIDE_KEPT ? (t->kind == T_LBRACE) - (t->kind == T_RBRACE) : 0;
}

/* Nothing removed, and all that is added stands at file scope? */
static bool adds_at_file_scope(const struct ost_image *image)
{
	const struct ost_image_tok *t = image->all.items;
	int depth = 0, least = 0;
	size_t i;

	if (image->removed_weight)
		return false;
	for (i = 0; i < image->all.nr; i++) {
		depth += brace(&t[i]);
		least = depth < least ? depth : least;
	}
	depth = -least;		/* what the hunk closes was opened above it */
	for (i = 0; i < image->all.nr; i++) {
		if (t[i].side == OST_SIDE_ADDED && depth)
			return false;
		depth += brace(&t[i]);
	}
	return true;
}

void ost_judge_hunk(struct ost_side_files *side, const struct ost_change *change,
		    const struct ost_about *about,
		    const struct ost_file_change *file, const struct ost_hunk *hunk,
		    struct ost_hunk_verdict *ret)
{
	struct ost_image image;

	memset(ret, 0, sizeof(*ret));
	ret->removed = ret->added = ret->near_found = ret->after_found = ret->old_found = -1;
	ret->told_line = hunk->old_start;
	ret->wanted = ost_hunk_function(&side->arena, hunk);
	if (!ost_image_make(&image, side->words, &side->arena, hunk)) {
		ret->state = OST_HUNK_ODD;
		ret->why = "the hunk is too large to compare";
	} else {
		ret->weight = image.removed_weight + image.added_weight;
		ret->why = "no code is changed";
		if (ret->weight)
			judge_image(side, file, &image, ost_hunk_renames_to(&side->arena, hunk), ret);
		check_needs(side, change, about, &image, ret);
		check_constant(side, change, &image, ret);
		ret->lost = lost_call(side, &image);
		check_entry(side, &image, ret);
		ret->is_at_file_scope = !ret->wanted && !ost_hunk_is_in_initialiser(hunk) && adds_at_file_scope(&image);
	}
	ost_image_deinit(&image);
}
