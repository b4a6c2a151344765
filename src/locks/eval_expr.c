// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions and conditions: what is true on which way. */
#include "locks/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

bool ost_ev_has_calls(const struct ost_lk_eval *e, uint32_t n)
{
	uint32_t end = ost_ev_node(e, n)->end;

	for (; n < end; n++) {
		unsigned op = ost_ev_node(e, n)->op;

		if (op == OST_N_CALL || op == OST_N_ASSIGN || op == OST_N_STMT_EXPR)
			return true;
	}
	return false;
}

/* The hash of the expression, its outermost operator being `sub`. */
static uint32_t hash_as(const struct ost_lk_eval *e, uint32_t n, unsigned sub)
{
	uint32_t end = ost_ev_node(e, n)->end, first = n;
	uint64_t h = 0x12345;

	for (; n < end; n++) {
		const struct ost_node *node = ost_ev_node(e, n);
		const char *s = "";

		if (node->op == OST_N_CAST || node->op == OST_N_TYPE)
			continue;
		if (node->op == OST_N_NAME || node->op == OST_N_MEMBER || node->op == OST_N_NUM ||
		    node->op == OST_N_STR || node->op == OST_N_CHAR || node->op == OST_N_TEXT)
			s = ost_ev_str(e, node->a);
		h = ost_hash_mix(h * 31 + node->op * 64u + (n == first ? sub : node->sub) + ost_hash_bytes(s, strlen(s)));
	}
	return (uint32_t)h | 1;
}

uint32_t ost_ev_hash(const struct ost_lk_eval *e, uint32_t n)
{
	return hash_as(e, n, ost_ev_node(e, n)->sub);
}

uint32_t ost_ev_strip(const struct ost_lk_eval *e, uint32_t n)
{
	for (;;) {
		const struct ost_node *node = ost_ev_node(e, n);

		if (node->op != OST_N_CAST)
			return n;
		n = ost_ev_node(e, n + 1)->end;	/* past the TYPE */
		if (n >= node->end)
			return node->end - 1;
	}
}

static int const_name(const char *name)
{
	if (!strcmp(name, "NULL") || !strcmp(name, "false"))
		return 0;
	return !strcmp(name, "true") ? 1 : -1;
}

/* With these somebody else goes on. */
static bool is_error_name(const char *name)
{
	if (!strcmp(name, "EIOCBQUEUED") || !strcmp(name, "EINPROGRESS"))
		return false;
	return name[0] == 'E' && name[1] >= 'A' && name[1] <= 'Z';
}

int ost_ev_const(const struct ost_lk_eval *e, uint32_t n, bool *ret_error)
{
	const struct ost_node *node;
	const char *callee;
	int inner;

	*ret_error = false;
	n = ost_ev_strip(e, n);
	node = ost_ev_node(e, n);
	switch (node->op) {
	case OST_N_NUM:
		return strtoull(ost_ev_str(e, node->a), NULL, 0) != 0;
	case OST_N_CHAR:
		return strcmp(ost_ev_str(e, node->a), "'\\0'") != 0;
	case OST_N_NAME:
		return const_name(ost_ev_str(e, node->a));
	case OST_N_UNARY:
		if (node->sub != OST_OP_NEG)
			return -1;
		n = ost_ev_strip(e, n + 1);
		inner = ost_ev_node(e, n)->op == OST_N_NAME &&
			is_error_name(ost_ev_str(e, ost_ev_node(e, n)->a)) ? 1 :
			ost_ev_const(e, n, ret_error);
		*ret_error = inner == 1;
		return inner;
	case OST_N_CALL:
		callee = ost_ev_callee(e, n, NULL);
		if (!callee || (strcmp(callee, "ERR_PTR") && strcmp(callee, "dev_err_probe") &&
				strcmp(callee, "ERR_CAST")))
			return -1;
		*ret_error = true;
		return 1;
	default:
		return -1;
	}
}

uint8_t ost_ev_param_of(const struct ost_lk_eval *e, uint32_t str)
{
	const struct ost_unit *u = ost_program_unit(e->scope.p, e->unit);
	const struct ost_facts *f = e->scope.f;
	uint32_t first, nr;

	if (u->kind == OST_UNIT_FUNC) {
		first = f->funcs[u->index].first_param;
		nr = f->funcs[u->index].nr_params;
	} else {
		first = f->macros[u->index].first_param;
		nr = f->macros[u->index].nr_params;
	}
	for (uint32_t i = 0; i < nr && i < 200; i++)
		if (f->params[first + i].name == str)
			return (uint8_t)(i + 1);
	return 0;
}

void ost_ev_fact_of(struct ost_lk_eval *e, uint32_t n, bool truth, struct ost_st_fact *ret)
{
	uint32_t end = ost_ev_node(e, n)->end;
	unsigned nr = 0;

	memset(ret, 0, sizeof(*ret));
	ret->key = ost_ev_hash(e, n);
	if (ost_ev_node(e, n)->op == OST_N_BINARY && ost_ev_node(e, n)->sub == OST_OP_NE) {
		/* `a != b` is `a == b`, negated */
		ret->key = hash_as(e, n, OST_OP_EQ);
		ret->is_negated = true;
	}
	ret->truth = truth;
	ost_ev_describe(e, n, &ret->m);
	if (ret->m.kind == OST_MF_BIT)	/* as set_bit() has it */
		ret->key = (uint32_t)ost_hash_mix(ret->m.kind * 1000003ull + ret->m.name) | 1;
	while (n < end && nr < OST_ST_NAMES) {
		const struct ost_node *node = ost_ev_node(e, n);

		if (node->op == OST_N_NAME)
			ret->names[nr++] = node->a;
		n = node->op == OST_N_SIZEOF ? node->end : n + 1;	/* a size does not change */
	}
}

uint32_t ost_ev_name_key(const struct ost_lk_eval *e, uint32_t str)
{
	const char *name = ost_ev_str(e, str);

	return (uint32_t)ost_hash_mix(0x12345ull * 31 + OST_N_NAME * 64u + ost_hash_bytes(name, strlen(name))) | 1;
}

/* PTR_ERR(x) where IS_ERR(x) is known (such an x counts as none): an error code. */
static bool is_error_of_known(struct ost_lk_eval *e, uint32_t rhs, const struct ost_states *s)
{
	uint32_t call = ost_ev_strip(e, rhs), arg;
	struct ost_st_fact fact;
	const char *name;

	if (ost_ev_node(e, call)->op != OST_N_CALL)
		return false;
	name = ost_ev_callee(e, call, NULL);
	arg = ost_ev_arg(e, call, 0);
	if (!name || strcmp(name, "PTR_ERR") || !arg || !s->nr)
		return false;
	ost_ev_fact_of(e, ost_ev_strip(e, arg), false, &fact);
	for (int i = 0; i < s->nr; i++)
		if (!ost_state_knows(&s->s[i], &fact))
			return false;
	return true;
}

/* The key of the fact that the variable is what was left of a time. */
static uint32_t rest_of(uint32_t key)
{
	return (uint32_t)ost_hash_mix(key * 31ull + 0x7157) | 1;
}

/* `left = wait_..._timeout(...)`: negative, zero, or more. */
static void is_rest_now(const struct ost_lk_eval *e, uint32_t key, uint32_t name, uint32_t rhs, struct ost_states *s)
{
	uint32_t call = ost_ev_strip(e, rhs);
	const char *callee = ost_ev_node(e, call)->op == OST_N_CALL ? ost_ev_callee(e, call, NULL) : NULL;
	struct ost_st_fact fact = { .key = rest_of(key), .names = { name }, .truth = 1 };

	if (name && callee && strstr(callee, "timeout"))
		ost_states_assume(s, &fact);
}

/* The fact that the variable is that constant; false: the expression is none. */
static bool constant_fact(const struct ost_lk_eval *e, uint32_t name, uint32_t expr, struct ost_st_fact *ret)
{
	uint32_t text = ost_const_text(e->scope.f, ost_ev_node(e, ost_ev_strip(e, expr)));

	memset(ret, 0, sizeof(*ret));
	ret->key = (uint32_t)ost_hash_mix(ost_ev_name_key(e, name) + ((uint64_t)text << 32)) | 1;
	ret->names[0] = name;
	ret->truth = 1;
	return text != 0 && ost_ev_node(e, ost_ev_strip(e, expr))->op == OST_N_NAME;
}

static void is_constant_now(const struct ost_lk_eval *e, uint32_t name, uint32_t expr, struct ost_states *s)
{
	struct ost_st_fact fact;

	if (constant_fact(e, name, expr, &fact))
		ost_states_assume(s, &fact);
}

void ost_ev_assigned(struct ost_lk_eval *e, uint32_t lhs_name, uint32_t lhs, uint32_t rhs,
		     struct ost_states *s)
{
	struct ost_st_fact fact = { 0 };
	bool error;
	int value;

	if (lhs) {
		ost_ev_fact_of(e, lhs, true, &fact);
		lhs_name = ost_ev_node(e, lhs)->op == OST_N_NAME ? ost_ev_node(e, lhs)->a : 0;
	} else {	/* a declaration: same key as the NAME would have */
		fact.key = ost_ev_name_key(e, lhs_name);
		fact.names[0] = lhs_name;
	}
	ost_states_pass(s, fact.key);
	ost_states_forget(s, lhs_name, fact.key);
	if (rhs && lhs_name) {
		is_constant_now(e, lhs_name, rhs, s);
		is_rest_now(e, fact.key, lhs_name, rhs, s);
	}
	if (lhs)
		ost_ev_member_set(e, lhs, rhs, s);
	if (!rhs)
		return;
	value = ost_ev_const(e, rhs, &error);
	if (value < 0 && is_error_of_known(e, rhs, s))
		value = error = true;
	if (value < 0)
		return;
	fact.truth = value == 1;
	fact.is_error = error;
	fact.m.is_made = true;
	if (fact.m.kind >= OST_MF_PARAM)	/* no longer what was handed in */
		fact.m.kind = OST_MF_NONE;
	ost_states_assume(s, &fact);
}

/* `lhs = call()` where the call's result decides what is held. */
static void assign_split(struct ost_lk_eval *e, uint32_t lhs_name, uint32_t lhs,
			 struct ost_states *t, struct ost_states *f, struct ost_states *s)
{
	struct ost_st_fact fact;

	ost_ev_assigned(e, lhs_name, lhs, 0, t);
	ost_ev_assigned(e, lhs_name, lhs, 0, f);
	memset(&fact, 0, sizeof(fact));
	if (lhs) {
		ost_ev_fact_of(e, lhs, true, &fact);
	} else {
		fact.key = ost_ev_name_key(e, lhs_name);
		fact.names[0] = lhs_name;
	}
	fact.truth = 1;
	ost_states_assume(t, &fact);
	fact.truth = 0;
	ost_states_assume(f, &fact);
	s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, f);
}

static void ev_assign(struct ost_lk_eval *e, uint32_t lhs_name, uint32_t lhs, uint32_t rhs,
		      struct ost_states *s);

/* `a ? b : c`, no `a ?: c` */
static bool has_both_arms(const struct ost_lk_eval *e, uint32_t n)
{
	return ost_ev_node(e, ost_ev_node(e, n + 1)->end)->end < ost_ev_node(e, n)->end;
}

/* `got = sleeps ? mutex_trylock(m) : spin_trylock(l)`: got says whether each is held. */
static void assign_ternary(struct ost_lk_eval *e, uint32_t lhs_name, uint32_t lhs, uint32_t n, struct ost_states *s)
{
	struct ost_states *t = ost_arena_alloc(&e->tmp, sizeof(*t));
	struct ost_states *f = ost_arena_alloc(&e->tmp, sizeof(*f));
	uint32_t then = ost_ev_node(e, n + 1)->end;

	ost_ev_cond(e, n + 1, s, t, f);
	e->cond_depth++;
	ev_assign(e, lhs_name, lhs, then, t);
	ev_assign(e, lhs_name, lhs, ost_ev_node(e, then)->end, f);
	e->cond_depth--;
	s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, f);
}

bool ost_ev_is_truth(const struct ost_lk_eval *e, uint32_t n)
{
	const struct ost_node *node = ost_ev_node(e, n);

	if (node->op == OST_N_UNARY ? node->sub != OST_OP_NOT :
	    node->op != OST_N_BINARY || !(node->sub == OST_OP_LAND || node->sub == OST_OP_LOR ||
					  (node->sub >= OST_OP_EQ && node->sub <= OST_OP_GE)))
		return false;
	return ost_ev_has_calls(e, n);
}

/* PTR_ERR_OR_ZERO(x): zero where x is a pointer, an error where it is one (such an x counts as none) */
static bool is_error_or_zero(const struct ost_lk_eval *e, uint32_t call)
{
	const char *name = ost_ev_callee(e, call, NULL);

	return name && !strcmp(name, "PTR_ERR_OR_ZERO") && ost_ev_arg(e, call, 0);
}

static void ev_assign(struct ost_lk_eval *e, uint32_t lhs_name, uint32_t lhs, uint32_t rhs,
		      struct ost_states *s)
{
	uint32_t value = ost_ev_strip(e, rhs);
	struct ost_states *t, *f;

	if (ost_ev_is_truth(e, value)) {	/* `got = down_read_trylock(sem) != 0` */
		t = ost_arena_alloc(&e->tmp, sizeof(*t));
		f = ost_arena_alloc(&e->tmp, sizeof(*f));
		ost_ev_cond(e, value, s, t, f);
		assign_split(e, lhs_name, lhs, t, f, s);
		return;
	}

	if (ost_ev_node(e, value)->op == OST_N_TERNARY && ost_ev_has_calls(e, value) && has_both_arms(e, value)) {
		assign_ternary(e, lhs_name, lhs, value, s);
		return;
	}
	if (ost_ev_node(e, value)->op == OST_N_CALL && is_error_or_zero(e, value)) {
		t = ost_arena_alloc(&e->tmp, sizeof(*t));
		f = ost_arena_alloc(&e->tmp, sizeof(*f));
		ost_ev_cond(e, ost_ev_arg(e, value, 0), s, f, t);
		assign_split(e, lhs_name, lhs, t, f, s);
		return;
	}
	if (ost_ev_node(e, value)->op == OST_N_CALL) {
		t = ost_arena_alloc(&e->tmp, sizeof(*t));
		f = ost_arena_alloc(&e->tmp, sizeof(*f));
		if (ost_ev_call(e, value, s, t, f)) {
			assign_split(e, lhs_name, lhs, t, f, s);
			return;
		}
	} else {
		ost_ev_expr(e, rhs, s);
	}
	ost_ev_assigned(e, lhs_name, lhs, rhs, s);
}

static void join_arms(struct ost_lk_eval *e, uint32_t then, uint32_t other, struct ost_states *t,
		      struct ost_states *f, struct ost_states *s)
{
	ost_ev_expr(e, then, t);
	if (other)
		ost_ev_expr(e, other, f);
	s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, f);
}

static void ev_short_circuit(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_states *t = ost_arena_alloc(&e->tmp, sizeof(*t));
	struct ost_states *f = ost_arena_alloc(&e->tmp, sizeof(*f));

	ost_ev_cond(e, n, s, t, f);
	s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, f);
}

static void ev_ternary(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_states *t = ost_arena_alloc(&e->tmp, sizeof(*t));
	struct ost_states *f = ost_arena_alloc(&e->tmp, sizeof(*f));
	uint32_t then = ost_ev_node(e, n + 1)->end, other = ost_ev_node(e, then)->end;

	ost_ev_cond(e, n + 1, s, t, f);
	e->cond_depth++;
	join_arms(e, then, other < ost_ev_node(e, n)->end ? other : 0, t, f, s);
	e->cond_depth--;
}

static void ev_call_value(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_states *t = ost_arena_alloc(&e->tmp, sizeof(*t));
	struct ost_states *f = ost_arena_alloc(&e->tmp, sizeof(*f));

	if (!ost_ev_call(e, n, s, t, f))
		return;
	s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, f);
}

/* `p->flags |= X`, `p->flags &= ~X` */
static void ev_masked(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_st_fact fact = { 0 };

	ost_ev_fact_of(e, n + 1, true, &fact);
	ost_states_pass(s, fact.key);
	ost_states_forget(s, 0, fact.key);
	ost_ev_member_masked(e, n + 1, ost_ev_node(e, n + 1)->end, ost_ev_node(e, n)->sub == OST_OP_OR, s);
}

void ost_ev_expr(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	const struct ost_node *node = ost_ev_node(e, n);

	switch (node->op) {
	case OST_N_CALL:
		ev_call_value(e, n, s);
		return;
	case OST_N_ASSIGN:
		if (node->sub == OST_OP_ASSIGN) {
			ev_assign(e, 0, n + 1, ost_ev_node(e, n + 1)->end, s);
			return;
		}
		ost_ev_expr(e, ost_ev_node(e, n + 1)->end, s);
		if (ost_ev_node(e, n + 1)->op == OST_N_MEMBER && (node->sub == OST_OP_OR || node->sub == OST_OP_AND))
			ev_masked(e, n, s);
		else
			ost_ev_assigned(e, 0, n + 1, 0, s);
		return;
	case OST_N_DECL: {
		uint32_t kid = ost_ev_node(e, n + 1)->end;

		if (kid < node->end && ost_ev_node(e, kid)->op != OST_N_ATTR)
			ev_assign(e, node->a, 0, kid, s);
		return;
	}
	case OST_N_TERNARY:
		if (ost_ev_has_calls(e, n))
			ev_ternary(e, n, s);
		return;
	case OST_N_STMT_EXPR:
		ost_ev_stmt(e, n + 1, s);
		return;
	case OST_N_UNARY:
		if (node->sub >= OST_OP_PREINC)
			ost_ev_assigned(e, 0, n + 1, 0, s);
		break;
	case OST_N_BINARY:
		if ((node->sub == OST_OP_LAND || node->sub == OST_OP_LOR) && ost_ev_has_calls(e, n)) {
			ev_short_circuit(e, n, s);
			return;
		}
		break;
	case OST_N_SIZEOF:
	case OST_N_TYPE:
		return;
	case OST_N_ARG_STMTS:
		ost_for_each_kid(&e->scope.tree, n, k)
			ost_ev_stmt(e, k, s);
		return;
	default:
		break;
	}
	ost_for_each_kid(&e->scope.tree, n, k)
		ost_ev_expr(e, k, s);
}

/* Wrappers that are true when their argument is. */
static bool is_transparent(const char *name)
{
	static const char *const names[] = {
		"likely", "unlikely", "WARN_ON", "WARN_ON_ONCE", "__builtin_expect", "READ_ONCE",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* `x & C`, `x == C`, where x was made C: it is so. */
static void answer_constant(const struct ost_lk_eval *e, uint32_t n, struct ost_states *t, struct ost_states *f)
{
	const struct ost_node *node = ost_ev_node(e, n);
	uint32_t left = ost_ev_strip(e, n + 1), right = ost_ev_node(e, n + 1)->end;
	struct ost_states *not = node->sub == OST_OP_NE ? t : f;
	struct ost_st_fact fact;

	if (node->op != OST_N_BINARY || (node->sub != OST_OP_AND && node->sub != OST_OP_EQ && node->sub != OST_OP_NE) ||
	    ost_ev_node(e, left)->op != OST_N_NAME || !constant_fact(e, ost_ev_node(e, left)->a, right, &fact))
		return;
	for (int i = not->nr - 1; i >= 0; i--)
		if (ost_state_knows(&not->s[i], &fact))
			not->s[i] = not->s[--not->nr];
}

static void cond_value(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
		       struct ost_states *t, struct ost_states *f)
{
	struct ost_st_fact fact;
	bool error;
	int value = ost_ev_const(e, n, &error);

	*t = *s;
	*f = *s;
	if (value >= 0) {
		(value ? f : t)->nr = 0;
		return;
	}
	answer_constant(e, n, t, f);
	ost_ev_fact_of(e, n, true, &fact);
	fact.truth = !fact.is_negated;
	ost_states_assume(t, &fact);
	fact.truth = fact.is_negated;
	ost_states_assume(f, &fact);
}

/* mutex_is_locked(x) and kin: true where x is held. */
static bool cond_is_held(struct ost_lk_eval *e, const char *name, uint32_t arg, const struct ost_states *s,
			 struct ost_states *t, struct ost_states *f)
{
	static const char *const names[] = {
		"mutex_is_locked", "spin_is_locked", "raw_spin_is_locked", "rwsem_is_locked", "lockdep_is_held",
	};
	uint16_t lock = OST_EVAL_LOCKS;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			lock = ost_ev_lock(e, arg, "", OST_LKK_ANY);
	if (lock == OST_EVAL_LOCKS)
		return false;
	*t = *s;
	f->nr = 0;
	f->is_limited = false;
	for (int i = 0; i < s->nr; i++)
		if (ost_state_find(&s->s[i], lock) < 0)
			ost_states_add(f, &s->s[i]);
	return true;
}

static void cond_call(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
		      struct ost_states *t, struct ost_states *f)
{
	const char *name = ost_ev_callee(e, n, NULL);
	uint32_t arg = ost_ev_arg(e, n, 0);

	if (name && arg && is_transparent(name)) {
		ost_ev_cond(e, arg, s, t, f);
		return;
	}
	if (name && arg && cond_is_held(e, name, arg, s, t, f))
		return;
	if (name && arg && (!strcmp(name, "IS_ERR") || !strcmp(name, "IS_ERR_OR_NULL"))) {
		/* a pointer that is an error counts as none: `x = get_locked(); if (IS_ERR(x))` */
		ost_ev_cond(e, arg, s, f, t);
		return;
	}
	if (!ost_ev_call(e, n, s, t, f))
		cond_value(e, n, s, t, f);
}

/* `x->owner == owner`, and owner is known not to be NULL: neither is the member. */
static void equals_known(struct ost_lk_eval *e, uint32_t member, uint32_t name, struct ost_states *s)
{
	struct ost_st_fact known, fact;

	member = ost_ev_strip(e, member);
	name = ost_ev_strip(e, name);
	if (ost_ev_node(e, member)->op != OST_N_MEMBER || ost_ev_node(e, name)->op != OST_N_NAME || !s->nr)
		return;
	ost_ev_fact_of(e, name, true, &known);
	for (int i = 0; i < s->nr; i++)
		if (!ost_state_knows(&s->s[i], &known))
			return;
	ost_ev_fact_of(e, member, true, &fact);
	ost_states_assume(s, &fact);
}

/* `x == -EINTR`, `d->shared == 2`: it is not zero, so that a lock that comes with zero is not held there. */
static void equals_constant(struct ost_lk_eval *e, uint32_t left, bool is_error, struct ost_states *s)
{
	struct ost_st_fact fact;

	left = ost_ev_strip(e, left);
	if (ost_ev_node(e, left)->op != OST_N_NAME && (ost_ev_node(e, left)->op != OST_N_MEMBER || ost_ev_has_calls(e, left)))
		return;
	ost_ev_fact_of(e, left, true, &fact);
	fact.is_error = is_error;
	ost_states_assume(s, &fact);
}

/*
 * `x < 0`: what is not negative is zero as a rule. Of what a wait with a
 * timeout has left it is not: that may be asked for next, and what is not
 * zero may be more than that.
 */
static void cond_negative(struct ost_lk_eval *e, uint32_t n, struct ost_states *s, struct ost_states *negative,
			  struct ost_states *other)
{
	uint32_t left = ost_ev_strip(e, n);
	struct ost_states *sure = ost_arena_alloc(&e->tmp, sizeof(*sure));
	struct ost_st_fact fact;
	bool is_known = false, is_left = false;
	int kept = 0;

	if (ost_ev_node(e, left)->op != OST_N_NAME && ost_ev_node(e, left)->op != OST_N_MEMBER) {
		ost_ev_cond(e, left, s, negative, other);
		return;
	}
	ost_ev_fact_of(e, left, true, &fact);
	sure->nr = 0;
	sure->is_limited = false;
	for (int i = 0; i < s->nr; i++) {
		const struct ost_st_fact *known = ost_state_fact(&s->s[i], fact.key);

		is_known |= known && !known->is_weak;
		is_left |= ost_state_fact(&s->s[i], rest_of(fact.key)) != NULL;
		if (known && (known->is_weak || (known->truth && ost_state_fact(&s->s[i], rest_of(fact.key)))))
			ost_states_add(sure, &s->s[i]);
		if (!known || !known->is_weak)
			s->s[kept++] = s->s[i];
	}
	s->nr = (uint8_t)kept;
	ost_ev_cond(e, left, s, negative, other);
	for (int i = 0; i < other->nr && is_left && !is_known; i++)
		for (int f = 0; f < other->s[i].nr_facts; f++)
			other->s[i].facts[f].is_weak |= other->s[i].facts[f].key == fact.key;
	ost_states_join(other, sure);
}

static void cond_compare(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
			 struct ost_states *t, struct ost_states *f)
{
	const struct ost_node *node = ost_ev_node(e, n);
	uint32_t left = n + 1, right = ost_ev_node(e, left)->end;
	bool error;
	int value = ost_ev_const(e, right, &error);

	if (value == 0 && node->sub == OST_OP_NE)
		ost_ev_cond(e, left, s, t, f);
	else if (value == 0 && node->sub == OST_OP_EQ)
		ost_ev_cond(e, left, s, f, t);
	else if (value == 0 && (node->sub == OST_OP_LT || node->sub == OST_OP_GE))
		cond_negative(e, left, s, node->sub == OST_OP_LT ? t : f, node->sub == OST_OP_LT ? f : t);
	else if (error && node->sub == OST_OP_EQ && ost_ev_node(e, ost_ev_strip(e, left))->op == OST_N_CALL)
		ost_ev_cond(e, left, s, t, f);	/* `mutex_lock_interruptible(x) == -EINTR`: it failed */
	else {
		ost_ev_expr(e, left, s);
		ost_ev_expr(e, right, s);
		cond_value(e, n, s, t, f);
		if (node->sub == OST_OP_EQ || node->sub == OST_OP_NE) {
			equals_known(e, left, right, node->sub == OST_OP_EQ ? t : f);
			equals_known(e, right, left, node->sub == OST_OP_EQ ? t : f);
			if (value == 1)
				equals_constant(e, left, error, node->sub == OST_OP_EQ ? t : f);
		}
	}
}

/* Somewhere else the unit asks the very same. */
static bool is_asked_again(const struct ost_lk_eval *e, uint32_t n)
{
	const struct ost_node *node = ost_ev_node(e, n);
	uint32_t hash = ost_ev_hash(e, n);

	for (uint32_t k = 0; k < e->scope.tree.v.nr; k++) {
		const struct ost_node *other = ost_ev_node(e, k);

		if (k != n && other->op == node->op && other->sub == node->sub &&
		    other->end - k == node->end - n && ost_ev_hash(e, k) == hash)
			return true;
	}
	return false;
}

/* The unit sets a member of that name. */
static bool is_member_set(const struct ost_lk_eval *e, uint32_t name)
{
	for (uint32_t k = 0; k + 1 < e->scope.tree.v.nr; k++) {
		const struct ost_node *node = ost_ev_node(e, k), *lhs;

		if (node->op != OST_N_ASSIGN && !(node->op == OST_N_UNARY && node->sub >= OST_OP_PREINC))
			continue;
		lhs = ost_ev_node(e, ost_ev_strip(e, k + 1));
		if (lhs->op == OST_N_MEMBER && lhs->a == name)
			return true;
	}
	return false;
}

/* Something in it is called that may answer otherwise the next time: what is named like a constant is a macro of the file's own expressions. */
static bool calls_functions(const struct ost_lk_eval *e, uint32_t n)
{
	for (uint32_t end = ost_ev_node(e, n)->end; n < end; n++) {
		unsigned op = ost_ev_node(e, n)->op;

		if (op == OST_N_ASSIGN || op == OST_N_STMT_EXPR ||
		    (op == OST_N_CALL && !ost_const_text(e->scope.f, ost_ev_node(e, n + 1))))
			return true;
	}
	return false;
}

static bool is_among(const struct ost_st_fact *fact, uint32_t name)
{
	for (int i = 0; i < OST_ST_NAMES; i++)
		if (fact->names[i] == name)
			return true;
	return false;
}

/*
 * `a || b`, asked twice, is answered the same as long as nothing in it is
 * set. False: it may not be, or speaks of too much.
 */
static bool composite_fact(const struct ost_lk_eval *e, uint32_t n, struct ost_st_fact *ret)
{
	unsigned nr = 0;

	memset(ret, 0, sizeof(*ret));
	if (calls_functions(e, n) || !is_asked_again(e, n))
		return false;
	ret->key = ost_ev_hash(e, n);
	for (uint32_t k = n; k < ost_ev_node(e, n)->end; k++) {
		const struct ost_node *node = ost_ev_node(e, k);

		if ((node->op == OST_N_UNARY && node->sub >= OST_OP_PREINC) ||
		    (node->op == OST_N_MEMBER && is_member_set(e, node->a)))
			return false;
		if (node->op != OST_N_NAME || ost_const_text(e->scope.f, node) || is_among(ret, node->a))
			continue;
		if (nr == OST_ST_NAMES)
			return false;
		ret->names[nr++] = node->a;
	}
	return true;
}

static void cond_and_or(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
			struct ost_states *t, struct ost_states *f)
{
	bool is_and = ost_ev_node(e, n)->sub == OST_OP_LAND;
	uint32_t left = n + 1, right = ost_ev_node(e, left)->end;
	struct ost_states *more = ost_arena_alloc(&e->tmp, sizeof(*more));
	struct ost_states *first = ost_arena_alloc(&e->tmp, sizeof(*first));
	struct ost_st_fact fact;

	if (is_and) {
		ost_ev_cond(e, left, s, first, f);
		ost_ev_cond(e, right, first, t, more);
		ost_states_join(f, more);
	} else {
		ost_ev_cond(e, left, s, t, first);
		ost_ev_cond(e, right, first, more, f);
		ost_states_join(t, more);
	}
	if (composite_fact(e, n, &fact)) {
		fact.truth = true;
		ost_states_assume(t, &fact);
		fact.truth = false;
		ost_states_assume(f, &fact);
	}
}

static void cond_assign(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
			struct ost_states *t, struct ost_states *f)
{
	ost_ev_expr(e, n, s);
	cond_value(e, n + 1, s, t, f);
}

void ost_ev_cond(struct ost_lk_eval *e, uint32_t n, struct ost_states *s,
		 struct ost_states *t, struct ost_states *f)
{
	const struct ost_node *node;

	n = ost_ev_strip(e, n);
	node = ost_ev_node(e, n);
	if (node->op == OST_N_UNARY && node->sub == OST_OP_NOT)
		ost_ev_cond(e, n + 1, s, f, t);
	else if (node->op == OST_N_CALL)
		cond_call(e, n, s, t, f);
	else if (node->op == OST_N_BINARY && (node->sub == OST_OP_LAND || node->sub == OST_OP_LOR))
		cond_and_or(e, n, s, t, f);
	else if (node->op == OST_N_BINARY && node->sub >= OST_OP_EQ && node->sub <= OST_OP_GE)
		cond_compare(e, n, s, t, f);
	else if (node->op == OST_N_ASSIGN && node->sub == OST_OP_ASSIGN)
		cond_assign(e, n, s, t, f);
	else {
		ost_ev_expr(e, n, s);
		cond_value(e, n, s, t, f);
	}
}
