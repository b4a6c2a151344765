// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/frames.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "locks/values.h"

#define HANDED_SHIFT 26		/* trees have fewer nodes */
#define MAX_HANDED 60
#define MAX_HAND_ON 4		/* functions that hand a function on */

static uint32_t arg_at(const struct ost_scope *s, uint32_t call, unsigned nth)
{
	uint32_t end = ost_at(s, call)->end, n = ost_at(s, call + 1)->end;

	for (; n < end && nth; nth--)
		n = ost_at(s, n)->end;
	return n < end ? n : 0;
}

/* Which argument of the call is that function's name; -1: none. */
static int handed_at(const struct ost_scope *s, uint32_t call, const char *name)
{
	uint32_t n;

	for (int i = 0; i < MAX_HANDED && (n = arg_at(s, call, (unsigned)i)) != 0; i++) {
		n = ost_skip_casts(s, n);
		if (ost_at(s, n)->op == OST_N_UNARY && ost_at(s, n)->sub == OST_OP_ADDR)
			n = ost_skip_casts(s, n + 1);
		if (ost_at(s, n)->op == OST_N_NAME && !strcmp(ost_facts_str(s->f, ost_at(s, n)->a), name))
			return i;
	}
	return -1;
}

uint32_t ost_call_node(const struct ost_scope *s, uint32_t line, const char *callee)
{
	uint32_t any = 0, nr = 0, handed = 0;

	for (uint32_t n = 0; n < s->tree.v.nr; n++) {
		const struct ost_node *fn;
		int arg;

		if (ost_at(s, n)->op != OST_N_CALL || ost_at(s, n)->line != line)
			continue;
		fn = ost_at(s, ost_skip_casts(s, n + 1));
		if (fn->op == OST_N_UNARY)	/* (*x->f)(...) */
			fn = ost_at(s, ost_skip_casts(s, n + 2));
		if ((fn->op == OST_N_NAME || fn->op == OST_N_MEMBER) &&
		    !strcmp(ost_facts_str(s->f, fn->a), callee))
			return n;
		arg = handed ? -1 : handed_at(s, n, callee);
		if (arg >= 0)
			handed = n | (uint32_t)(arg + 1) << HANDED_SHIFT;
		any = n;
		nr++;
	}
	return handed ? handed : nr == 1 ? any : 0;
}

/* The number of the unit's parameter that the node is; -1: it is none. */
static int param_at(const struct ost_scope *s, uint32_t n)
{
	const struct ost_unit *u = ost_program_unit(s->p, s->unit);
	const struct ost_node *node = ost_at(s, ost_skip_casts(s, n));

	if (u->kind != OST_UNIT_FUNC || node->op != OST_N_NAME)
		return -1;
	for (uint32_t i = 0; i < s->f->funcs[u->index].nr_params; i++)
		if (s->f->params[s->f->funcs[u->index].first_param + i].name == node->a)
			return (int)i;
	return -1;
}

/* What unit calls its parameter `fn` with as n-th argument: a parameter of its own, or -1. */
static int handed_on(const struct ost_program *p, uint32_t unit, int fn, unsigned nth, unsigned depth)
{
	struct ost_scope s;
	int found = -1;

	ost_scope_init(&s, p);
	if (!ost_scope_enter(&s, unit))
		s.tree.v.nr = 0;
	for (uint32_t n = 0; n < s.tree.v.nr && found < 0; n++) {
		struct ost_call call;
		uint32_t arg = 0;

		if (ost_at(&s, n)->op != OST_N_CALL)
			continue;
		if (param_at(&s, n + 1) == fn) {
			arg = arg_at(&s, n, nth);
			found = arg ? param_at(&s, arg) : -1;
			continue;
		}
		for (unsigned i = 0; depth < MAX_HAND_ON && (arg = arg_at(&s, n, i)) != 0 && found < 0; i++) {
			int inner;

			if (param_at(&s, arg) != fn)
				continue;
			ost_call_resolve(&s, n, &call);
			inner = call.kind == OST_CALL_DIRECT && call.to.nr ?
				handed_on(p, call.to.units[0], (int)i, nth, depth + 1) : -1;
			arg = inner >= 0 ? arg_at(&s, n, (unsigned)inner) : 0;
			found = arg ? param_at(&s, arg) : -1;
		}
	}
	ost_scope_deinit(&s);
	return found;
}

/* The function that is called by that name, as it is seen from here, or NULL. */
static const struct ost_fact_func *function_called(const struct ost_scope *s, uint32_t call)
{
	uint32_t name = ost_skip_casts(s, call + 1);
	struct ost_resolved to;
	const struct ost_unit *u;

	if (ost_at(s, name)->op != OST_N_NAME)
		return NULL;
	ost_program_resolve(s->p, s->file, ost_program_find_name(s->p, ost_facts_str(s->f, ost_at(s, name)->a)), &to);
	u = to.nr == 1 ? ost_program_unit(s->p, to.units[0]) : NULL;
	return u && u->kind == OST_UNIT_FUNC ? &ost_program_facts(s->p, u->file)->funcs[u->index] : NULL;
}

/* An argument that may stand for several: the call of something in capitals. */
static bool may_be_several(const struct ost_scope *s, uint32_t n)
{
	const char *name;

	n = ost_skip_casts(s, n);
	if (ost_at(s, n)->op != OST_N_CALL || ost_at(s, n + 1)->op != OST_N_NAME)
		return false;
	for (name = ost_facts_str(s->f, ost_at(s, n + 1)->a); *name; name++)
		if (islower((unsigned char)*name))
			return false;
	return true;
}

/* `f(x, MASK_AND_VALUE(a, b), flags)`: what stands behind such an argument is counted from the end. */
static unsigned place_of_arg(const struct ost_scope *s, uint32_t call, unsigned nth)
{
	uint32_t end = ost_at(s, call)->end, n = ost_at(s, call + 1)->end;
	const struct ost_fact_func *func;
	unsigned nr = 0, first, nr_several = 1, more;

	for (; n < end && nr < nth && !may_be_several(s, n); n = ost_at(s, n)->end)
		nr++;
	if (n >= end || nr == nth)	/* none before it: of most calls */
		return nth;
	first = nr++;
	for (n = ost_at(s, n)->end; n < end; n = ost_at(s, n)->end, nr++)
		nr_several += may_be_several(s, n);
	func = nr_several == 1 ? function_called(s, call) : NULL;
	if (!func || func->nr_params <= nr)
		return nth;
	more = func->nr_params - nr;
	return nth > first + more ? nth - more : first;
}

uint32_t ost_lk_call_arg(const struct ost_scope *s, uint32_t call, unsigned nth)
{
	struct ost_resolved to;
	uint32_t name;
	int own;

	if (!(call & OST_CALL_HANDED))
		return arg_at(s, call, place_of_arg(s, call, nth));
	name = call & ~OST_CALL_HANDED;
	if (ost_at(s, ost_skip_casts(s, name + 1))->op != OST_N_NAME)
		return 0;
	ost_program_resolve(s->p, s->file, ost_program_find_name(s->p, ost_facts_str(s->f, ost_at(s, ost_skip_casts(s, name + 1))->a)), &to);
	if (!to.nr)
		return 0;
	own = handed_on(s->p, to.units[0], (int)(call >> HANDED_SHIFT) - 1, nth, 0);
	return own >= 0 ? arg_at(s, name, (unsigned)own) : 0;
}

/* A constant, but neither 0 nor an error. */
static bool is_other_value(const struct ost_scope *s, uint32_t n)
{
	const struct ost_node *node = ost_at(s, ost_skip_casts(s, n));

	if (node->op == OST_N_NUM)
		return strtoull(ost_facts_str(s->f, node->a), NULL, 0) != 0;
	return node->op == OST_N_NAME && ost_const_text(s->f, node) && strcmp(ost_facts_str(s->f, node->a), "NULL");
}

static bool is_function(struct ost_scope *s, uint32_t n)
{
	struct ost_ctype type = ost_ctype_strip(s->p, ost_expr_type(s, n));
	const struct ost_facts *f;

	if (!type.type)
		return false;
	if (!type.addr) {
		f = ost_program_facts(s->p, type.file);
		if (f->types[type.type].kind != OST_T_POINTER)
			return false;
		type = ost_ctype_strip(s->p, ost_ctype_deref(s->p, type));
	} else {
		type.addr--;
	}
	f = ost_program_facts(s->p, type.file);
	return type.type && !type.addr && f->types[type.type].kind == OST_T_FUNC;
}

bool ost_is_function_member(struct ost_scope *s, uint32_t name)
{
	for (uint32_t n = 0; n < s->tree.v.nr; n++)
		if (ost_at(s, n)->op == OST_N_MEMBER && ost_fact_name(ost_facts_str(s->f, ost_at(s, n)->a)) == name)
			return is_function(s, n);
	return false;
}

static bool asks_for_state(struct ost_scope *s, uint32_t cond)
{
	static const char *const plain[] = { "IS_ERR", "IS_ERR_OR_NULL", "likely", "unlikely", "PTR_ERR" };

	for (uint32_t n = cond; n < ost_at(s, cond)->end; n++) {
		bool is_plain = false;

		if (ost_at(s, n)->op == OST_N_MEMBER && !is_function(s, n))
			return true;
		if (ost_at(s, n)->op == OST_N_MEMBER) {
			n = ost_at(s, n)->end - 1;
			continue;
		}
		if (ost_at(s, n)->op == OST_N_BINARY && (ost_at(s, n)->sub == OST_OP_EQ || ost_at(s, n)->sub == OST_OP_NE) &&
		    is_other_value(s, ost_at(s, n + 1)->end))
			return true;
		if (ost_at(s, n)->op != OST_N_CALL)
			continue;
		for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]) && ost_at(s, n + 1)->op == OST_N_NAME; i++)
			is_plain |= !strcmp(plain[i], ost_facts_str(s->f, ost_at(s, n + 1)->a));
		if (!is_plain)
			return true;
	}
	return false;
}

bool ost_is_in_branch(struct ost_scope *s, uint32_t node)
{
	node &= ~OST_CALL_HANDED;
	for (uint32_t n = 0; n < node; n++) {
		if (ost_at(s, n)->end <= node)
			continue;
		if ((ost_at(s, n)->op == OST_N_IF || ost_at(s, n)->op == OST_N_SWITCH || ost_at(s, n)->op == OST_N_TERNARY) &&
		    ost_at(s, n + 1)->end <= node && (ost_at(s, n)->op == OST_N_SWITCH || asks_for_state(s, n + 1)))
			return true;
	}
	return false;
}

static bool has_part(const struct ost_scope *s, uint32_t cond, ost_part_fn fn, void *ctx)
{
	if (ost_at(s, cond)->op == OST_N_BINARY && ost_at(s, cond)->sub == OST_OP_LAND)
		return has_part(s, cond + 1, fn, ctx) || has_part(s, ost_at(s, cond + 1)->end, fn, ctx);
	return fn(ctx, cond);
}

bool ost_is_granted(const struct ost_scope *s, uint32_t node, ost_part_fn fn, void *ctx)
{
	for (uint32_t n = 0; n < node; n++) {
		uint32_t then = ost_at(s, n)->op == OST_N_IF ? ost_at(s, n + 1)->end : node + 1;

		if (then <= node && node < ost_at(s, then)->end && has_part(s, n + 1, fn, ctx))
			return true;
	}
	return false;
}

/* How many kids of a node are always walked through: those behind them only sometimes. */
static unsigned nr_sure_kids(const struct ost_node *node)
{
	switch (node->op) {
	case OST_N_IF:
	case OST_N_SWITCH:
	case OST_N_WHILE:
	case OST_N_TERNARY:
	case OST_N_MACRO_STMT:
		return 1;
	case OST_N_FOR:
		return 2;
	case OST_N_BINARY:
		return node->sub == OST_OP_LAND || node->sub == OST_OP_LOR ? 1 : 2;
	case OST_N_PP:
	case OST_N_SIZEOF:
	case OST_N_NESTED_FUNC:
		return 0;
	default:
		return UINT32_MAX;
	}
}

bool ost_is_passed(const struct ost_scope *s, uint32_t n, uint32_t node)
{
	bool in_switch = false;

	for (uint32_t a = 0; a < n; a++) {
		unsigned sure = nr_sure_kids(ost_at(s, a)), nr = 0;
		uint32_t kid = a + 1;

		if (ost_at(s, a)->end <= n || sure == UINT32_MAX)
			continue;
		for (; ost_at(s, kid)->end <= n; kid = ost_at(s, kid)->end)
			nr++;
		if (nr >= sure && ost_at(s, kid)->end <= node)
			return false;
		in_switch |= ost_at(s, a)->op == OST_N_SWITCH && nr;
	}
	for (; n < node; n++)
		if (ost_at(s, n)->op == OST_N_LABEL ||
		    (in_switch && (ost_at(s, n)->op == OST_N_CASE || ost_at(s, n)->op == OST_N_DEFAULT)))
			return false;
	return true;
}

static bool jumps_behind(const struct ost_scope *s, uint32_t label, uint32_t node)
{
	for (uint32_t n = node; n < s->tree.v.nr; n++)
		if (ost_at(s, n)->op == OST_N_LABEL && ost_at(s, n)->a == label)
			return true;
	return false;
}

bool ost_arm_leaves(const struct ost_scope *s, uint32_t arm, uint32_t node)
{
	uint32_t last = arm;

	if (ost_at(s, arm)->op == OST_N_BLOCK) {
		if (arm + 1 >= ost_at(s, arm)->end)
			return false;
		for (last = arm + 1; ost_at(s, last)->end < ost_at(s, arm)->end; last = ost_at(s, last)->end)
			;
	}
	return ost_at(s, last)->op == OST_N_RETURN ||
	       (ost_at(s, last)->op == OST_N_GOTO && ost_at(s, last)->end == last + 1 && jumps_behind(s, ost_at(s, last)->a, node));
}

static bool is_named(const struct ost_scope *s, uint32_t n, uint32_t name)
{
	const struct ost_node *node = ost_at(s, ost_skip_casts(s, n));

	return (node->op == OST_N_MEMBER || node->op == OST_N_NAME) &&
	       ost_fact_name(ost_facts_str(s->f, node->a)) == name;
}

/* The arm ends in `return;`, or in one of 0, NULL, false. */
static bool is_done(const struct ost_scope *s, uint32_t arm)
{
	uint32_t last = arm, value;
	const char *text;

	if (ost_at(s, arm)->op == OST_N_BLOCK) {
		if (arm + 1 >= ost_at(s, arm)->end)
			return false;
		for (last = arm + 1; ost_at(s, last)->end < ost_at(s, arm)->end; last = ost_at(s, last)->end)
			;
	}
	if (ost_at(s, last)->op != OST_N_RETURN)
		return false;
	value = last + 1;
	if (value >= ost_at(s, last)->end)
		return true;
	value = ost_skip_casts(s, value);
	if (ost_at(s, value)->op != OST_N_NUM && ost_at(s, value)->op != OST_N_NAME)
		return false;
	text = ost_facts_str(s->f, ost_at(s, value)->a);
	return !strcmp(text, "0") || !strcmp(text, "NULL") || !strcmp(text, "false");
}

bool ost_is_behind_return(struct ost_scope *s, uint32_t node)
{
	node &= ~OST_CALL_HANDED;
	for (uint32_t n = 0; n < node; n++)
		if (ost_at(s, n)->op == OST_N_IF && ost_at(s, n)->end <= node && is_done(s, ost_at(s, n + 1)->end) &&
		    asks_for_state(s, n + 1) && ost_is_passed(s, n + 1, node))
			return true;
	return false;
}

/* By the label's name. */
static bool is_for_errors(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t n)
{
	return ost_lk_name_says(t, OST_LKN_FAILING, ost_facts_str(s->f, ost_at(s, n)->a));
}

/* `return -EIO;`, `return ERR_PTR(...);`, `goto err;`, and `return ret;` where cond asks for ret. */
static bool is_error_exit(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t n, uint32_t cond)
{
	uint32_t value = n + 1;

	if (ost_at(s, n)->op == OST_N_GOTO)
		return ost_at(s, n)->end == value && is_for_errors(t, s, n);
	if (ost_at(s, n)->op != OST_N_RETURN || value >= ost_at(s, n)->end)
		return false;
	value = ost_skip_casts(s, value);
	if (ost_at(s, value)->op == OST_N_UNARY)
		return ost_at(s, value)->sub == OST_OP_NEG;
	if (ost_at(s, value)->op == OST_N_CALL)
		return ost_at(s, value + 1)->op == OST_N_NAME && !strcmp(ost_facts_str(s->f, ost_at(s, value + 1)->a), "ERR_PTR");
	for (uint32_t k = cond; ost_at(s, value)->op == OST_N_NAME && k < ost_at(s, cond)->end; k++)
		if (ost_at(s, k)->op == OST_N_NAME && ost_at(s, k)->a == ost_at(s, value)->a)
			return true;
	return false;
}

/* The next jump behind the node in that arm of an if or a switch reports an error. */
static bool is_left_by_error(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t arm, uint32_t node, uint32_t cond)
{
	if (ost_at(s, arm)->op != OST_N_BLOCK)
		return is_error_exit(t, s, arm, cond);
	for (uint32_t n = arm + 1; n < ost_at(s, arm)->end; n = ost_at(s, n)->end) {
		if (ost_at(s, n)->end <= node)
			continue;
		switch (ost_at(s, n)->op) {
		case OST_N_RETURN:
		case OST_N_GOTO:
			return is_error_exit(t, s, n, cond);
		case OST_N_BREAK:
		case OST_N_CONTINUE:
		case OST_N_CASE:
		case OST_N_DEFAULT:
		case OST_N_LABEL:
			return false;
		default:
			break;
		}
	}
	return false;
}

/* Behind a `return` and a label: whoever comes there has jumped. */
static bool is_jumped_to(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t node)
{
	for (uint32_t n = 1; n < node; n++) {
		uint32_t next = ost_at(s, n)->end;

		if (ost_at(s, n)->op == OST_N_RETURN && next < node && ost_at(s, next)->op == OST_N_LABEL &&
		    is_for_errors(t, s, next))
			return true;
	}
	return false;
}

bool ost_is_on_error(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t node)
{
	node &= ~OST_CALL_HANDED;
	for (uint32_t n = 0; n < node; n++) {
		uint32_t arm;

		if ((ost_at(s, n)->op != OST_N_IF && ost_at(s, n)->op != OST_N_SWITCH) || ost_at(s, n)->end <= node || ost_at(s, n + 1)->end > node)
			continue;
		arm = ost_at(s, n + 1)->end;
		if (ost_at(s, arm)->end > node && is_left_by_error(t, s, arm, node, n + 1))
			return true;
	}
	return is_jumped_to(t, s, node);
}

bool ost_was_followed(const struct ost_scope *s, uint32_t node, uint32_t name)
{
	for (uint32_t n = node; n-- > 0;) {
		if (ost_at(s, n)->op == OST_N_ASSIGN && is_named(s, n + 1, name))
			return false;
		if (ost_at(s, n)->op == OST_N_MEMBER && ost_at(s, n)->sub == OST_MEMBER_ARROW && ost_at(s, n)->end <= node &&
		    is_named(s, n + 1, name) && ost_is_passed(s, n, node))
			return true;
	}
	return false;
}

bool ost_lift_path(struct ost_scope *s, uint32_t call, const struct ost_path *inner,
		   struct ost_path *ret)
{
	struct ost_path arg;
	uint32_t n;

	if (inner->kind == OST_BASE_GLOBAL || inner->kind == OST_BASE_UNIT) {
		*ret = *inner;
		return true;
	}
	if (inner->kind != OST_BASE_PARAM || !call)
		return false;
	n = ost_lk_call_arg(s, call, inner->base);
	if (!n)
		return false;
	ost_expr_path(s, n, OST_PATH_LOCALS | OST_PATH_CALLS, &arg);
	if (!ost_path_is_rooted(&arg))
		return false;
	ost_path_compose(s->p, &arg, inner, ret);
	return !ret->is_truncated;
}

static bool starts_with(const struct ost_path *path, const struct ost_path *prefix)
{
	if (path->kind != prefix->kind || path->base != prefix->base ||
	    prefix->nr_steps > path->nr_steps || prefix->is_truncated || path->is_truncated)
		return false;
	return !memcmp(path->steps, prefix->steps, prefix->nr_steps * sizeof(path->steps[0]));
}

bool ost_lower_path(struct ost_scope *s, uint32_t call, const struct ost_path *outer,
		    struct ost_path *ret)
{
	uint32_t n, param = 0, best = 0;
	bool found = false;

	if (outer->kind == OST_BASE_GLOBAL) {
		*ret = *outer;
		return true;
	}
	if (!call)
		return false;
	for (; (n = ost_lk_call_arg(s, call, param)) != 0 || (call & OST_CALL_HANDED && param < 4); param++) {
		struct ost_path arg;
		uint32_t rest;

		if (!n)
			continue;
		ost_expr_path(s, n, OST_PATH_LOCALS | OST_PATH_CALLS, &arg);
		if (!ost_path_is_rooted(&arg) || arg.addr > 1 || !starts_with(outer, &arg) ||
		    (found && arg.nr_steps < best))
			continue;
		rest = outer->nr_steps - arg.nr_steps;
		if (rest + 1 > OST_PATH_MAX || (arg.addr == 0 && rest && outer->steps[arg.nr_steps].kind == OST_STEP_FIELD))
			continue;
		best = arg.nr_steps;
		memset(ret, 0, sizeof(*ret));
		ret->kind = OST_BASE_PARAM;
		ret->base = param;
		ret->addr = outer->addr;
		if (arg.addr == 1) {
			if (rest || outer->addr == 0)
				ret->steps[ret->nr_steps++] = (struct ost_step){ OST_STEP_DEREF, 0 };
			else
				ret->addr = 0;
		}
		memcpy(&ret->steps[ret->nr_steps], &outer->steps[arg.nr_steps], rest * sizeof(ret->steps[0]));
		ret->nr_steps += rest;
		found = true;
	}
	return found;
}

int ost_const_truth(struct ost_constants *known, const struct ost_scope *s, uint32_t node)
{
	struct ost_values v = { .known = known, .s = s };

	return ost_value_truth(&v, node);
}

/* `flags | FLAG` has the bit, whatever flags are. */
static bool sets_bit(const struct ost_scope *s, uint32_t arg, uint32_t text)
{
	arg = ost_skip_casts(s, arg);
	if (ost_at(s, arg)->op != OST_N_BINARY || ost_at(s, arg)->sub != OST_OP_OR)
		return false;
	for (uint32_t n = arg + 1; n < ost_at(s, arg)->end; n = ost_at(s, n)->end)
		if (ost_const_text(s->f, ost_at(s, ost_skip_casts(s, n))) == text || sets_bit(s, n, text))
			return true;
	return false;
}

bool ost_arg_excludes(struct ost_constants *known, const struct ost_scope *s, uint32_t arg, const struct ost_lk_mfact *m,
		      uint32_t file)
{
	struct ost_values v = { .known = known, .s = s };
	struct ost_value value = ost_value_of(&v, arg), other = ost_value_named(&v, file, m->value);
	int truth = -1;

	switch (m->kind) {
	case OST_MF_PARAM:
		truth = ost_value_truth(&v, arg);
		break;
	case OST_MF_PARAM_EQUAL:
		truth = ost_values_equal(&value, &other);
		break;
	case OST_MF_PARAM_MASK:
		truth = sets_bit(s, arg, m->value) ? 1 : ost_values_meet(&value, &other);
		break;
	default:
		break;
	}
	return truth >= 0 && truth != m->truth;
}

int ost_arg_param(const struct ost_scope *s, uint32_t arg)
{
	return param_at(s, arg);
}

bool ost_rebase_path(const struct ost_program *p, const struct ost_path *o,
		     const struct ost_path *d, const struct ost_path *w, struct ost_path *ret)
{
	struct ost_path root, inner;
	uint32_t keep;

	if (d->kind == OST_BASE_GLOBAL) {
		*ret = *d;
		return true;
	}
	if (o->kind != d->kind || o->base != d->base || o->is_truncated || d->is_truncated ||
	    o->nr_steps > w->nr_steps || o->addr != w->addr)
		return false;
	keep = w->nr_steps - o->nr_steps;
	if (memcmp(&w->steps[keep], o->steps, o->nr_steps * sizeof(o->steps[0])))
		return false;
	root = *w;
	root.nr_steps = keep;
	root.addr = 0;
	inner = *d;
	inner.kind = OST_BASE_PARAM;
	inner.base = 0;
	ost_path_compose(p, &root, &inner, ret);
	return !ret->is_truncated;
}
