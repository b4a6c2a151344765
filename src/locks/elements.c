// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/elements.h"

/* The only index in the expression, 0: there is none, or there are several. */
static uint32_t index_in(const struct ost_scope *s, uint32_t n, bool *is_several)
{
	uint32_t found = 0;

	*is_several = false;
	for (uint32_t end = ost_at(s, n)->end; n < end; n++) {
		if (ost_at(s, n)->op != OST_N_INDEX)
			continue;
		*is_several |= found != 0;
		found = ost_skip_casts(s, ost_at(s, n + 1)->end);
	}
	return found;
}

/* What the index is, or the number of the parameter that it is, in *ret_param. */
static struct ost_element read_index(struct ost_finder *f, uint32_t node, int *ret_param)
{
	struct ost_element e = { .kind = OST_EL_VARIABLE, .unit = f->cur->unit };

	e.text = ost_const_text(f->cur->f, ost_at(f->cur, node));
	*ret_param = e.text ? -1 : ost_arg_param(f->cur, node);
	if (e.text)
		e.kind = OST_EL_CONSTANT;
	return e;
}

/* What parameter `param` of frames[0] is. */
static struct ost_element lift_param(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, int param)
{
	struct ost_element e = { .kind = OST_EL_VARIABLE };

	for (unsigned i = 1; i < nr && param >= 0; i++) {
		uint32_t call, arg;

		if (!ost_finder_enter(f, frames[i].unit))
			return e;
		call = ost_call_node(f->cur, frames[i].line, frames[i].callee);
		arg = call ? ost_lk_call_arg(f->cur, call, (unsigned)param) : 0;
		if (!arg)
			return e;
		e = read_index(f, ost_skip_casts(f->cur, arg), &param);
	}
	return e;
}

/* Inside of the wrappers that the call goes through, down to the primitive. */
static struct ost_element in_call(struct ost_finder *f, uint32_t unit, uint32_t node, uint64_t cls, unsigned depth,
				  int *ret_param)
{
	struct ost_element e = { .kind = OST_EL_NONE };
	const struct ost_lk_event *inner;
	uint32_t index, inner_unit, arg;
	bool is_several;

	*ret_param = -1;
	if (!ost_finder_enter(f, unit) || ost_at(f->cur, node)->op != OST_N_CALL)
		return e;
	index = index_in(f->cur, node, &is_several);
	if (index) {
		e.kind = OST_EL_VARIABLE;
		return is_several ? e : read_index(f, index, ret_param);
	}
	inner = depth ? ost_inner_acquire(f, unit, node, cls, OST_LKM_EXCL, &inner_unit) : NULL;
	if (!inner)
		return e;
	e = in_call(f, inner_unit, inner->node, cls, depth - 1, ret_param);
	if (*ret_param < 0 || !ost_finder_enter(f, unit))
		return e;
	arg = ost_lk_call_arg(f->cur, node, (unsigned)*ret_param);
	*ret_param = -1;
	return arg ? read_index(f, ost_skip_casts(f->cur, arg), ret_param) : e;
}

struct ost_element ost_element_of(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, uint32_t node,
				  const struct ost_lk_ref *lock)
{
	int param;
	struct ost_element e = in_call(f, frames[0].unit, node, ost_lk_ref_class(lock), OST_INNER_DEPTH, &param);

	if (e.kind == OST_EL_NONE && ost_has_element(&lock->path))	/* by a local that points to it */
		e.kind = OST_EL_VARIABLE;
	return param < 0 ? e : lift_param(f, frames, nr, param);
}

static bool value_of(struct ost_finder *f, const struct ost_element *e, long long *ret)
{
	return ost_finder_enter(f, e->unit) && ost_constant(&f->constants, f->cur, e->text, ret);
}

/* OTHER: two different constants; UNKNOWN: a constant and a variable; SAME: nothing speaks against it. */
static enum ost_relation relate(struct ost_finder *f, const struct ost_element *a, const struct ost_element *b)
{
	long long x, y;

	if (a->kind == OST_EL_NONE || b->kind == OST_EL_NONE || (a->kind == OST_EL_VARIABLE && b->kind == OST_EL_VARIABLE))
		return OST_REL_SAME;
	if (a->kind != b->kind)
		return OST_REL_UNKNOWN;
	if (a->text == b->text || (value_of(f, a, &x) && value_of(f, b, &y) && x == y))
		return OST_REL_SAME;
	return OST_REL_OTHER;
}

/* What the expression itself says. */
static struct ost_element written(struct ost_finder *f, uint32_t unit, uint32_t node)
{
	struct ost_element e = { .kind = OST_EL_NONE };
	bool is_several;
	uint32_t index = ost_finder_enter(f, unit) ? index_in(f->cur, node, &is_several) : 0;
	int param;

	return index && !is_several ? read_index(f, index, &param) : e;
}

bool ost_are_other_elements(struct ost_finder *f, uint32_t unit, uint32_t node, uint32_t other_unit, uint32_t other)
{
	struct ost_element a = written(f, unit, node), b = written(f, other_unit, other);

	return a.kind == OST_EL_CONSTANT && b.kind == OST_EL_CONSTANT && relate(f, &a, &b) == OST_REL_OTHER;
}

void ost_judge_elements(struct ost_finder *f, const struct ost_element *a, const struct ost_element *b, bool is_shown)
{
	switch (relate(f, a, b)) {
	case OST_REL_OTHER:
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "two elements of an array are meant");
		break;
	case OST_REL_UNKNOWN:
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "one side means a certain element of an array, the other side any");
		break;
	default:
		if (a->kind == OST_EL_VARIABLE && b->kind == OST_EL_VARIABLE && !is_shown)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "which elements of an array are meant was not shown");
	}
}
