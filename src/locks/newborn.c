// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects that a function on the way has just made: nobody else has them yet,
 * and what their members say is known to who made them.
 */
#include <string.h>

#include "locks/chain.h"
#include "locks/decided.h"

/* Behind the pointer to the object the path stays in it, and goes on to no other that it points to. */
static bool stays_inside(const struct ost_path *path)
{
	for (uint32_t i = 1; i < path->nr_steps; i++)
		if (path->steps[i].kind != OST_STEP_FIELD && path->steps[i].kind != OST_STEP_UP)
			return false;
	return path->nr_steps;
}

static const char *callee_of(const struct ost_scope *s, uint32_t call)
{
	uint32_t n = ost_skip_casts(s, call + 1);

	return ost_at(s, n)->op == OST_N_NAME ? ost_facts_str(s->f, ost_at(s, n)->a) : "";
}

/* What the local variable was set to last on every way to the node: a call; 0: something else. */
static uint32_t last_set(const struct ost_scope *s, uint32_t decl, uint32_t node)
{
	uint32_t call = 0;

	for (uint32_t n = decl + 1; n < node; n++)
		if (ost_at(s, n)->op == OST_N_ASSIGN && ost_at(s, n + 1)->op == OST_N_NAME && ost_at(s, n + 1)->a == ost_at(s, decl)->a)
			call = ost_at(s, n)->sub == OST_OP_ASSIGN && ost_is_passed(s, n, node) ? ost_skip_casts(s, ost_at(s, n + 1)->end) : 0;
	return call && ost_at(s, call)->op == OST_N_CALL ? call : 0;
}

/* The call that has made what the path of the entered function begins with, before the node; 0: none. */
static uint32_t made_by(const struct ost_finder *f, const struct ost_path *path, uint32_t node)
{
	uint32_t call = path->kind == OST_BASE_CALL ? path->base : path->kind == OST_BASE_LOCAL ? last_set(f->cur, path->base, node) : 0;

	return call && ost_lk_name_says(&f->w->tables, OST_LKN_ALLOCATING, callee_of(f->cur, call)) ? call : 0;
}

/*
 * Follows the path up from frames[*level] to the function that has made the
 * object, which is entered then: the call that has; 0: it comes from elsewhere.
 */
static uint32_t find_maker(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned *level,
			   struct ost_path *path)
{
	*level = ost_way_lift(f, frames, nr, *level, path);
	if (!*level || (path->nr_steps && !stays_inside(path)) || !ost_finder_enter(f, frames[*level].unit))
		return 0;
	return made_by(f, path, ost_way_node(f->cur, frames, *level, NULL));
}

static bool names(const struct ost_scope *s, uint32_t n, uint32_t name)
{
	for (uint32_t end = ost_at(s, n)->end; n < end; n++)
		if (ost_at(s, n)->op == OST_N_NAME && ost_at(s, n)->a == name)
			return true;
	return false;
}

/* `list_add(&x->list, ...)`, `table->x = x` */
static bool shows(const struct ost_finder *f, const struct ost_scope *s, uint32_t n, uint32_t name)
{
	if (ost_at(s, n)->op == OST_N_CALL)
		return ost_lk_name_says(&f->w->tables, OST_LKN_PUBLISHING, callee_of(s, n)) && names(s, n, name);
	return ost_at(s, n)->op == OST_N_ASSIGN && ost_at(s, n + 1)->op != OST_N_NAME && !names(s, n + 1, name) &&
	       names(s, ost_at(s, n + 1)->end, name);
}

/* The variable that is set to what the call has made; 0: none. */
static uint32_t holder_of(const struct ost_scope *s, uint32_t call)
{
	for (size_t i = 0; i < s->locals.nr; i++)
		if (s->locals.items[i].def && ost_skip_casts(s, s->locals.items[i].def) == call)
			return s->locals.items[i].name;
	for (uint32_t n = 0; n < call; n++)
		if (ost_at(s, n)->op == OST_N_ASSIGN && ost_at(s, n + 1)->op == OST_N_NAME && ost_skip_casts(s, ost_at(s, n + 1)->end) == call)
			return ost_at(s, n + 1)->a;
	return 0;
}

bool ost_is_new_object(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned level,
		       const struct ost_path *path)
{
	struct ost_path up = *path;
	uint32_t made = find_maker(f, frames, nr, &level, &up), name, call;

	if (!made)
		return false;
	name = holder_of(f->cur, made);
	call = ost_way_node(f->cur, frames, level, NULL);
	for (uint32_t n = made; name && n < call; n++)
		if (shows(f, f->cur, n, name))
			return false;
	return name;
}

/* Of a call in the condition. */
static bool is_argument(const struct ost_scope *s, uint32_t cond, uint32_t n)
{
	for (uint32_t k = cond; k < n; k++)
		if (ost_at(s, k)->op == OST_N_CALL && ost_at(s, k)->end > n && ost_at(s, k + 1)->end <= n)
			return true;
	return false;
}

/* The condition asks for a member of an object that is new there, or a predicate for the object. */
static bool asks_for_new(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned level, uint32_t cond)
{
	for (uint32_t n = cond; ost_finder_enter(f, frames[level].unit) && n < ost_at(f->cur, cond)->end; n++) {
		struct ost_path path;
		unsigned from = level;

		if ((ost_at(f->cur, n)->op != OST_N_MEMBER && ost_at(f->cur, n)->op != OST_N_NAME) ||
		    (n > cond && ost_at(f->cur, n - 1)->op == OST_N_MEMBER))
			continue;
		ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		if (path.kind == OST_BASE_PARAM && (path.nr_steps || is_argument(f->cur, cond, n)) && find_maker(f, frames, nr, &from, &path))
			return true;
	}
	return false;
}

/* The `if` is around the node, or (with_returns) may have left before it. */
static bool decides(const struct ost_scope *s, uint32_t n, uint32_t node, bool with_returns)
{
	if (ost_at(s, n)->op != OST_N_IF || ost_at(s, n + 1)->end > node)
		return false;
	return ost_at(s, n)->end > node || (with_returns && ost_arm_leaves(s, ost_at(s, n + 1)->end, node) && ost_is_passed(s, n + 1, node));
}

const char *ost_asks_for_new(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			     const struct ost_lk_event *last, bool with_returns)
{
	for (unsigned i = 0; i + 1 < nr; i++) {
		uint32_t node;

		if (!ost_finder_enter(f, frames[i].unit))
			continue;
		node = ost_way_node(f->cur, frames, i, last);
		for (uint32_t n = 0; n < node; n++) {
			if (!decides(f->cur, n, node, with_returns))
				continue;
			if (asks_for_new(f, frames, nr, i, n + 1))
				return ost_unit_name(f, frames[i].unit);
			ost_finder_enter(f, frames[i].unit);
		}
	}
	return NULL;
}

void ost_judge_new(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last)
{
	const char *made = ost_asks_for_new(f, frames, nr, last, true);

	if (made)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on for some state only of an object that was just made", made);
}
