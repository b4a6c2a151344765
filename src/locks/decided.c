// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/decided.h"

#include <string.h>

#include "locks/values.h"

#define MAX_CALLERS 8

struct known {
	struct ost_finder *f;
	struct ost_scope *s;
	struct ost_values v;
};

static int truth_of(struct known *k, uint32_t n)
{
	return ost_value_truth(&k->v, n);
}

static struct known known_of(struct ost_finder *f)
{
	return (struct known){ .f = f, .v = { .known = &f->constants } };
}

static void enter(struct known *k)
{
	k->s = k->f->cur;
	k->v.s = k->s;
}

/* ---- the node in the entered function ------------------------------------------------ */

/* Node n is around `node`, which lies behind its condition, and which it does not let be walked. */
static bool arm_is_shut(struct known *k, uint32_t n, uint32_t node)
{
	const struct ost_node *a = ost_at(k->s, n);
	uint32_t second;

	for (uint32_t i = n; i < node; i++)	/* somebody may jump into it */
		if (ost_at(k->s, i)->op == OST_N_LABEL)
			return false;
	switch (a->op) {
	case OST_N_IF:
	case OST_N_TERNARY:
		second = ost_at(k->s, ost_at(k->s, n + 1)->end)->end;
		return truth_of(k, n + 1) == (node >= second);
	case OST_N_WHILE:
		return truth_of(k, n + 1) == 0;
	case OST_N_BINARY:
		return (a->sub == OST_OP_LAND || a->sub == OST_OP_LOR) && truth_of(k, n + 1) == (a->sub == OST_OP_LOR);
	default:
		return false;
	}
}

static bool is_left_before(struct known *k, uint32_t n, uint32_t node)
{
	uint32_t then, other;
	bool may, may_else;

	if (ost_at(k->s, n)->op != OST_N_IF || ost_at(k->s, n)->end > node)
		return false;
	then = ost_at(k->s, n + 1)->end;
	other = ost_at(k->s, then)->end;
	may = ost_arm_leaves(k->s, then, node);
	may_else = other < ost_at(k->s, n)->end && ost_arm_leaves(k->s, other, node);
	if ((!may && !may_else) || !ost_is_passed(k->s, n + 1, node))
		return false;
	switch (truth_of(k, n + 1)) {
	case 1:
		return may;
	case 0:
		return may_else;
	default:
		return false;
	}
}

static bool is_shut(struct known *k, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++)
		if (ost_at(k->s, n)->end > node ? ost_at(k->s, n + 1)->end <= node && arm_is_shut(k, n, node) : is_left_before(k, n, node))
			return true;
	return false;
}

/* ---- the way ---------------------------------------------------------------------------- */

static void hand_down(struct known *k, uint32_t call, struct ost_value *ret)
{
	memset(ret, 0, OST_VALUE_PARAMS * sizeof(*ret));
	for (unsigned i = 0; i < OST_VALUE_PARAMS && call; i++) {
		uint32_t arg = ost_lk_call_arg(k->s, call, i);

		if (arg)
			ret[i] = ost_value_of(&k->v, arg);
	}
}

/* What one caller gives; false: the call is not found, or it is not sure that it is one of this unit. */
static bool from_caller(struct ost_finder *f, const struct ost_lk_edge *in, uint32_t unit, struct ost_value *ret)
{
	struct known k = known_of(f);
	uint32_t call;

	if (in->is_handed || in->is_one_of || !ost_finder_enter(f, in->unit))
		return false;
	enter(&k);
	call = ost_call_node(k.s, in->line, ost_unit_name(f, unit));
	if (!call || call & OST_CALL_HANDED)
		return false;
	hand_down(&k, call, ret);
	return true;
}

/* What all callers of the unit give it; nothing where somebody may call it that is not seen. */
static void from_callers(struct ost_finder *f, uint32_t unit, struct ost_value *ret)
{
	const struct ost_lk_graph *g = &f->graph;
	uint64_t first = g->in_first[unit], end = g->in_first[unit + 1];
	struct ost_value given[OST_VALUE_PARAMS];

	memset(ret, 0, sizeof(given));
	if (end - first > MAX_CALLERS || !ost_lk_has_all_callers(g, unit))
		return;
	for (uint64_t i = first; i < end; i++) {
		if (!from_caller(f, &g->in[i], unit, given)) {
			memset(ret, 0, sizeof(given));
			return;
		}
		if (i == first)
			memcpy(ret, given, sizeof(given));
		for (unsigned n = 0; n < OST_VALUE_PARAMS; n++)
			if (!ost_value_is_same(&ret[n], &given[n]))
				memset(&ret[n], 0, sizeof(ret[n]));
	}
}

/* The first function on the way, from above, of which `is` says so; OST_NO_ID: none. */
static uint32_t first_on_way(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last,
			     bool (*is)(struct known *k, uint32_t node))
{
	struct known k = known_of(f);

	from_callers(f, frames[nr - 1].unit, k.v.params);
	for (unsigned i = nr; i-- > 0;) {
		struct ost_value below[OST_VALUE_PARAMS];
		uint32_t node;

		if (!ost_finder_enter(f, frames[i].unit))
			break;
		enter(&k);
		node = i ? ost_call_node(f->cur, frames[i].line, frames[i].callee) : last->node;
		if (is(&k, node & ~OST_CALL_HANDED))
			return frames[i].unit;
		hand_down(&k, i ? node : 0, below);
		memcpy(k.v.params, below, sizeof(below));
	}
	return OST_NO_ID;
}

bool ost_way_is_decided(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			const struct ost_lk_event *last)
{
	return first_on_way(f, frames, nr, last, is_shut) != OST_NO_ID;
}

/* The path leads through the member as a pointer. */
static bool follows(const struct ost_path *path, uint32_t field)
{
	for (uint32_t i = 0; i + 1 < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_FIELD && path->steps[i].id == field && path->steps[i + 1].kind == OST_STEP_DEREF)
			return true;
	return false;
}

/* The condition holds only with a member that is NULL which the path goes by: `!x->input`, or of a variable that is x->input. */
static bool asks_for_null_on(struct ost_scope *s, uint32_t cond, const struct ost_path *path)
{
	uint32_t n = ost_skip_casts(s, cond);
	struct ost_path asked;

	if (ost_at(s, n)->op == OST_N_BINARY && ost_at(s, n)->sub == OST_OP_LAND)
		return asks_for_null_on(s, n + 1, path) || asks_for_null_on(s, ost_at(s, n + 1)->end, path);
	if (ost_at(s, n)->op != OST_N_UNARY || ost_at(s, n)->sub != OST_OP_NOT)
		return false;
	ost_expr_path(s, n + 1, OST_PATH_LOCALS, &asked);
	return asked.nr_steps && asked.steps[asked.nr_steps - 1].kind == OST_STEP_FIELD && !asked.addr &&
	       follows(path, asked.steps[asked.nr_steps - 1].id);
}

bool ost_way_needs_null(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			const struct ost_lk_event *last, const struct ost_path *lock)
{
	for (unsigned i = 0; i + 1 < nr; i++) {
		uint32_t node;

		if (!ost_finder_enter(f, frames[i].unit))
			continue;
		node = ost_way_node(f->cur, frames, i, last);
		for (uint32_t n = 0; n < node; n++)
			if (ost_at(f->cur, n)->op == OST_N_IF && ost_at(f->cur, n + 1)->end <= node && node < ost_at(f->cur, ost_at(f->cur, n + 1)->end)->end &&
			    asks_for_null_on(f->cur, n + 1, lock))
				return true;
	}
	return false;
}

/* One of the call's arguments is a parameter of the function at hand for which a constant is handed down. */
static bool is_given_constant(struct known *k, uint32_t call)
{
	uint32_t arg;

	for (unsigned i = 0; (arg = ost_lk_call_arg(k->s, call, i)) != 0; i++) {
		bool is_addr = ost_at(k->s, arg)->op == OST_N_UNARY && ost_at(k->s, arg)->sub == OST_OP_ADDR;
		int param = ost_arg_param(k->s, is_addr ? arg + 1 : arg);

		if (param >= 0 && param < OST_VALUE_PARAMS && k->v.params[param].kind == OST_VAL_CONST)
			return true;
	}
	return false;
}

/* `rv == 1` with `rv = address_of(reg)`, for a constant reg */
static bool is_kind_of_constant(struct known *k, uint32_t cond)
{
	uint32_t n = ost_skip_casts(k->s, cond), left = ost_skip_casts(k->s, n + 1);
	const struct ost_local *l;
	struct ost_value right;
	uint32_t def;

	if (ost_at(k->s, n)->op != OST_N_BINARY || ost_at(k->s, n)->sub != OST_OP_EQ || ost_at(k->s, left)->op != OST_N_NAME)
		return false;
	right = ost_value_of(&k->v, ost_at(k->s, n + 1)->end);
	l = ost_only_local(k->s, ost_at(k->s, left)->a);
	def = l && l->nr_defs == 1 && l->def ? ost_skip_casts(k->s, l->def) : 0;
	return def && ost_at(k->s, def)->op == OST_N_CALL && right.kind == OST_VAL_CONST && (!right.has_number || right.number > 0) &&
	       is_given_constant(k, def);
}

static bool asks_for_constant(struct known *k, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++)
		if (ost_at(k->s, n)->op == OST_N_IF && ost_at(k->s, n)->end > node && ost_at(k->s, n + 1)->end <= node &&
		    is_kind_of_constant(k, n + 1))
			return true;
	return false;
}

const char *ost_asks_for_constant(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
				  const struct ost_lk_event *last)
{
	uint32_t unit = first_on_way(f, frames, nr, last, asks_for_constant);

	return unit == OST_NO_ID ? NULL : ost_unit_name(f, unit);
}
