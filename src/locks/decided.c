// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/decided.h"

#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 6
#define MAX_PARAMS 8
#define MAX_CALLERS 8

enum value_kind { VAL_NONE, VAL_CONST, VAL_ADDRESS };

/* What is known of an expression: a sum of constants, or that it is no NULL. */
struct value {
	enum value_kind kind;
	bool has_number;
	long long number;
	unsigned nr;
	uint32_t names[MAX_NAMES];	/* ost_const_text() of the constants in it */
};

struct known {
	struct ost_finder *f;
	struct ost_scope *s;
	struct value params[MAX_PARAMS];
};

static const struct value nothing = { VAL_NONE, false, 0, 0, { 0 } };

static const struct ost_node *at(const struct ost_scope *s, uint32_t n)
{
	return &s->tree.v.items[n];
}

static const char *str(const struct ost_scope *s, uint32_t n)
{
	return ost_facts_str(s->f, at(s, n)->a);
}

/* ---- values ------------------------------------------------------------------- */

static struct value number(long long n)
{
	return (struct value){ .kind = VAL_CONST, .has_number = true, .number = n };
}

static bool is_set_at(const struct ost_scope *s, uint32_t n, uint32_t name)
{
	const struct ost_node *node = at(s, n);

	return (node->op == OST_N_ASSIGN || (node->op == OST_N_UNARY && (node->sub >= OST_OP_PREINC || node->sub == OST_OP_ADDR))) &&
	       at(s, n + 1)->op == OST_N_NAME && at(s, n + 1)->a == name;
}

/* The node may be walked after what stands behind it: in a loop, or behind a label. */
static bool may_come_again(const struct ost_scope *s, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++) {
		unsigned op = at(s, n)->op;

		if (op == OST_N_LABEL || (at(s, n)->end > node && (op == OST_N_WHILE || op == OST_N_DO || op == OST_N_FOR || op == OST_N_MACRO_STMT)))
			return true;
	}
	return false;
}

/* The variable of that name may have been set, or its address been given away, before the node. */
static bool is_set_before(const struct ost_scope *s, uint32_t name, uint32_t node)
{
	uint32_t end = may_come_again(s, node) ? s->tree.v.nr - 1 : node;

	for (uint32_t n = 0; n < end; n++)
		if (is_set_at(s, n, name))
			return true;
	return false;
}

static const struct ost_local *local_named(const struct ost_scope *s, uint32_t name)
{
	for (size_t i = 0; i < s->locals.nr; i++)
		if (s->locals.items[i].name == name)
			return &s->locals.items[i];
	return NULL;
}

static struct value value_of(struct known *k, uint32_t n);

static struct value local_value(struct known *k, const struct ost_local *l, uint32_t n)
{
	for (size_t i = 0; i < k->s->locals.nr; i++)
		if (&k->s->locals.items[i] != l && k->s->locals.items[i].name == l->name)
			return nothing;	/* two of one name */
	return l->nr_defs == 1 && l->def && l->def < n && !l->is_address_taken ? value_of(k, l->def) : nothing;
}

static bool is_function_name(const struct ost_scope *s, uint32_t n)
{
	uint32_t name = ost_program_find_name(s->p, str(s, n));
	struct ost_resolved to;

	if (name == OST_NO_ID)
		return false;
	ost_program_resolve(s->p, s->file, name, &to);
	return to.nr && ost_program_unit(s->p, to.units[0])->kind == OST_UNIT_FUNC;
}

static struct value name_value(struct known *k, uint32_t n)
{
	const char *name = str(k->s, n);
	const struct ost_local *l = local_named(k->s, at(k->s, n)->a);
	int param = l ? -1 : ost_arg_param(k->s, n);
	struct value v = { .kind = VAL_CONST };

	if (l)
		return local_value(k, l, n);
	if (param >= 0)
		return param < MAX_PARAMS && !is_set_before(k->s, at(k->s, n)->a, n) ? k->params[param] : nothing;
	if (!strcmp(name, "NULL") || !strcmp(name, "false"))
		return number(0);
	if (!strcmp(name, "true"))
		return number(1);
	v.names[0] = ost_const_text(k->s->f, at(k->s, n));
	if (!v.names[0])
		return is_function_name(k->s, n) ? (struct value){ .kind = VAL_ADDRESS } : nothing;
	v.nr = 1;
	v.has_number = ost_constant(&k->f->constants, k->s, v.names[0], &v.number);
	return v;
}

/* `A | B`, `A + B` */
static struct value sum_of(const struct value *a, const struct value *b, bool is_or)
{
	struct value v = *a;

	if (a->kind != VAL_CONST || b->kind != VAL_CONST || a->nr + b->nr > MAX_NAMES)
		return nothing;
	memcpy(&v.names[a->nr], b->names, b->nr * sizeof(b->names[0]));
	v.nr += b->nr;
	v.has_number = a->has_number && b->has_number;
	v.number = is_or ? a->number | b->number : a->number + b->number;
	return v;
}

/* `REG(WINDOW, 4)`: a macro of constants, whatever number that is. */
static struct value macro_value(struct known *k, uint32_t n)
{
	uint32_t arg, name = ost_const_text(k->s->f, at(k->s, ost_skip_casts(k->s, n + 1)));
	struct value v = { .kind = VAL_CONST, .nr = 1, .names = { name } };

	for (unsigned i = 0; name && (arg = ost_lk_call_arg(k->s, n, i)) != 0; i++) {
		struct value of = value_of(k, arg);

		if (of.kind != VAL_CONST)
			return nothing;
		v.names[0] = v.names[0] * 31 + (of.nr ? of.names[0] : (uint32_t)of.number);
	}
	return name ? v : nothing;
}

static struct value value_of(struct known *k, uint32_t n)
{
	const struct ost_node *node;
	struct value a, b;

	n = ost_skip_casts(k->s, n);
	node = at(k->s, n);
	switch (node->op) {
	case OST_N_NUM:
		return number(strtoll(str(k->s, n), NULL, 0));
	case OST_N_NAME:
		return name_value(k, n);
	case OST_N_UNARY:
		if (node->sub == OST_OP_ADDR)
			return (struct value){ .kind = VAL_ADDRESS };
		a = node->sub == OST_OP_NEG ? value_of(k, n + 1) : nothing;
		return a.kind == VAL_CONST && a.has_number && !a.nr ? number(-a.number) : nothing;
	case OST_N_BINARY:
		if (node->sub != OST_OP_OR && node->sub != OST_OP_ADD)
			return nothing;
		a = value_of(k, n + 1);
		b = value_of(k, at(k->s, n + 1)->end);
		return sum_of(&a, &b, node->sub == OST_OP_OR);
	case OST_N_CALL:
		return macro_value(k, n);
	default:
		return nothing;
	}
}

/* ---- conditions: 1 or 0, -1: not known ------------------------------------------- */

static int are_equal(const struct value *a, const struct value *b)
{
	if (a->kind == VAL_NONE || b->kind == VAL_NONE)
		return -1;
	if (a->kind == VAL_ADDRESS || b->kind == VAL_ADDRESS) {
		const struct value *other = a->kind == VAL_ADDRESS ? b : a;

		return other->kind == VAL_CONST && other->has_number && !other->number ? 0 : -1;
	}
	if (a->nr == b->nr && !memcmp(a->names, b->names, a->nr * sizeof(a->names[0])) && (a->nr || a->number == b->number))
		return 1;
	if (a->has_number && b->has_number)
		return a->number == b->number;
	return a->nr == 1 && b->nr == 1 && !a->has_number && !b->has_number ? 0 : -1;
}

static int have_common_bits(const struct value *a, const struct value *b)
{
	if ((a->kind == VAL_CONST && a->has_number && !a->number) || (b->kind == VAL_CONST && b->has_number && !b->number))
		return 0;
	if (a->kind != VAL_CONST || b->kind != VAL_CONST)
		return -1;
	for (unsigned i = 0; i < a->nr; i++)
		for (unsigned m = 0; m < b->nr; m++)
			if (a->names[i] == b->names[m])
				return 1;
	return a->has_number && b->has_number && a->nr && b->nr ? (a->number & b->number) != 0 : -1;
}

static int truth_of(struct known *k, uint32_t n);

static int binary_truth(struct known *k, uint32_t n)
{
	unsigned op = at(k->s, n)->sub;
	uint32_t right = at(k->s, n + 1)->end;
	struct value a, b;
	int t;

	if (op == OST_OP_LAND || op == OST_OP_LOR) {
		int one = truth_of(k, n + 1), two = truth_of(k, right), decides = op == OST_OP_LOR;

		return one == decides || two == decides ? decides : one < 0 || two < 0 ? -1 : !decides;
	}
	a = value_of(k, n + 1);
	b = value_of(k, right);
	switch (op) {
	case OST_OP_EQ:
	case OST_OP_NE:
		t = are_equal(&a, &b);
		return t < 0 ? t : t == (op == OST_OP_EQ);
	case OST_OP_AND:
		return have_common_bits(&a, &b);
	default:
		return -1;
	}
}

static int truth_of(struct known *k, uint32_t n)
{
	const struct ost_node *node;
	struct value v;
	int t;

	n = ost_skip_casts(k->s, n);
	node = at(k->s, n);
	if (node->op == OST_N_UNARY && node->sub == OST_OP_NOT) {
		t = truth_of(k, n + 1);
		return t < 0 ? t : !t;
	}
	if (node->op == OST_N_BINARY && node->sub != OST_OP_OR && node->sub != OST_OP_ADD)
		return binary_truth(k, n);
	if (node->op == OST_N_CALL && at(k->s, n + 1)->op == OST_N_NAME && at(k->s, n + 1)->end < node->end &&
	    (!strcmp(str(k->s, n + 1), "likely") || !strcmp(str(k->s, n + 1), "unlikely")))
		return truth_of(k, n + 2);
	v = value_of(k, n);
	if (v.kind == VAL_ADDRESS)
		return 1;
	return v.kind == VAL_CONST && v.has_number ? v.number != 0 : -1;
}

/* ---- the node in the entered function ------------------------------------------------ */

/* Node n is around `node`, which lies behind its condition, and which it does not let be walked. */
static bool arm_is_shut(struct known *k, uint32_t n, uint32_t node)
{
	const struct ost_node *a = at(k->s, n);
	uint32_t second;

	switch (a->op) {
	case OST_N_IF:
	case OST_N_TERNARY:
		second = at(k->s, at(k->s, n + 1)->end)->end;
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

	if (at(k->s, n)->op != OST_N_IF || at(k->s, n)->end > node || !ost_is_passed(k->s, n + 1, node))
		return false;
	then = at(k->s, n + 1)->end;
	other = at(k->s, then)->end;
	return (ost_arm_leaves(k->s, then, node) && truth_of(k, n + 1) == 1) ||
	       (other < at(k->s, n)->end && ost_arm_leaves(k->s, other, node) && truth_of(k, n + 1) == 0);
}

static bool is_shut(struct known *k, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++)
		if (at(k->s, n)->end > node ? at(k->s, n + 1)->end <= node && arm_is_shut(k, n, node) : is_left_before(k, n, node))
			return true;
	return false;
}

/* ---- the way ---------------------------------------------------------------------------- */

static void hand_down(struct known *k, uint32_t call, struct value *ret)
{
	for (unsigned i = 0; i < MAX_PARAMS; i++) {
		uint32_t arg = call ? ost_lk_call_arg(k->s, call, i) : 0;

		ret[i] = arg ? value_of(k, arg) : nothing;
	}
}

static bool is_same_value(const struct value *a, const struct value *b)
{
	return a->kind == b->kind && a->has_number == b->has_number && a->number == b->number && a->nr == b->nr &&
	       !memcmp(a->names, b->names, a->nr * sizeof(a->names[0]));
}

/* What all callers of the unit give it; nothing where somebody may call it that is not seen. */
static void from_callers(struct ost_finder *f, uint32_t unit, struct value *ret)
{
	const struct ost_lk_graph *g = &f->graph;
	const uint32_t *ids;

	memset(ret, 0, MAX_PARAMS * sizeof(*ret));
	if (g->in_first[unit + 1] - g->in_first[unit] > MAX_CALLERS || ost_program_unit_slots(f->p, unit, &ids) ||
	    ost_program_callback_bindings(f->p, unit, &ids))
		return;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		struct known k = { .f = f };
		struct value given[MAX_PARAMS];
		uint32_t call = 0;

		if (ost_finder_enter(f, g->in[i].unit))
			call = ost_call_node(f->cur, g->in[i].line, ost_unit_name(f, unit));
		k.s = f->cur;
		if (g->in[i].is_handed || g->in[i].is_one_of || !call) {
			memset(ret, 0, MAX_PARAMS * sizeof(*ret));
			return;
		}
		hand_down(&k, call, given);
		for (unsigned n = 0; n < MAX_PARAMS; n++)
			ret[n] = i == g->in_first[unit] || is_same_value(&ret[n], &given[n]) ? given[n] : nothing;
	}
}

/* The first function on the way, from above, of which `is` says so; OST_NO_ID: none. */
static uint32_t first_on_way(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last,
			     bool (*is)(struct known *k, uint32_t node))
{
	struct known k = { .f = f };

	from_callers(f, frames[nr - 1].unit, k.params);
	for (unsigned i = nr; i-- > 0;) {
		struct value below[MAX_PARAMS];
		uint32_t node;

		if (!ost_finder_enter(f, frames[i].unit))
			break;
		k.s = f->cur;
		node = i ? ost_call_node(f->cur, frames[i].line, frames[i].callee) : last->node;
		if (is(&k, node & ~OST_CALL_HANDED))
			return frames[i].unit;
		hand_down(&k, i ? node : 0, below);
		memcpy(k.params, below, sizeof(below));
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

	if (at(s, n)->op == OST_N_BINARY && at(s, n)->sub == OST_OP_LAND)
		return asks_for_null_on(s, n + 1, path) || asks_for_null_on(s, at(s, n + 1)->end, path);
	if (at(s, n)->op != OST_N_UNARY || at(s, n)->sub != OST_OP_NOT)
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
			if (at(f->cur, n)->op == OST_N_IF && at(f->cur, n + 1)->end <= node && node < at(f->cur, at(f->cur, n + 1)->end)->end &&
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
		bool is_addr = at(k->s, arg)->op == OST_N_UNARY && at(k->s, arg)->sub == OST_OP_ADDR;
		int param = ost_arg_param(k->s, is_addr ? arg + 1 : arg);

		if (param >= 0 && param < MAX_PARAMS && k->params[param].kind == VAL_CONST)
			return true;
	}
	return false;
}

/* `rv == 1` with `rv = address_of(reg)`, for a constant reg */
static bool is_kind_of_constant(struct known *k, uint32_t cond)
{
	uint32_t n = ost_skip_casts(k->s, cond), left = ost_skip_casts(k->s, n + 1);
	const struct ost_local *l;
	struct value right;
	uint32_t def;

	if (at(k->s, n)->op != OST_N_BINARY || at(k->s, n)->sub != OST_OP_EQ || at(k->s, left)->op != OST_N_NAME)
		return false;
	right = value_of(k, at(k->s, n + 1)->end);
	l = local_named(k->s, at(k->s, left)->a);
	def = l && l->nr_defs == 1 && l->def ? ost_skip_casts(k->s, l->def) : 0;
	return def && at(k->s, def)->op == OST_N_CALL && right.kind == VAL_CONST && (!right.has_number || right.number > 0) &&
	       is_given_constant(k, def);
}

static bool asks_for_constant(struct known *k, uint32_t node)
{
	for (uint32_t n = 0; n < node; n++)
		if (at(k->s, n)->op == OST_N_IF && at(k->s, n)->end > node && at(k->s, n + 1)->end <= node &&
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
