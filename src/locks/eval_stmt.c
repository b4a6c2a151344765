// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements: the walk itself. */
#include "locks/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "locks/values.h"

static struct ost_states *new_states(struct ost_lk_eval *e)
{
	struct ost_states *s = ost_arena_alloc(&e->tmp, sizeof(*s));

	s->nr = 0;
	s->is_limited = false;
	return s;
}

/* The condition asks who is running, so that the point is not reached by everybody. */
static bool tests_self(const struct ost_lk_eval *e, uint32_t n)
{
	uint32_t end = ost_ev_node(e, n)->end;

	for (; n < end; n++) {
		const struct ost_node *node = ost_ev_node(e, n);
		const char *name;

		if (node->op != OST_N_NAME)
			continue;
		name = ost_ev_str(e, node->a);
		if (!strcmp(name, "current_work") || !strcmp(name, "current") ||
		    !strcmp(name, "in_interrupt") || !strcmp(name, "in_task") ||
		    !strcmp(name, "in_atomic") || !strcmp(name, "oops_in_progress") ||
		    !strcmp(name, "irqs_disabled") || !strcmp(name, "in_hardirq") ||
		    !strcmp(name, "in_irq") || !strcmp(name, "lockdep_is_held") ||
		    !strcmp(name, "mutex_is_locked") || !strcmp(name, "spin_is_locked") ||
		    !strcmp(name, "rwsem_is_locked") || !strcmp(name, "lockdep_rtnl_is_held") ||
		    !strcmp(name, "rtnl_is_locked"))
			return true;
	}
	return false;
}

static void ev_if(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t cond = n + 1, then = ost_ev_node(e, cond)->end, other = ost_ev_node(e, then)->end;
	struct ost_states *t = new_states(e), *f = new_states(e);
	bool is_self = tests_self(e, cond);

	ost_ev_cond(e, cond, s, t, f);
	e->cond_depth++;
	e->self_depth += is_self;
	ost_ev_stmt(e, then, t);
	if (other < ost_ev_node(e, n)->end)
		ost_ev_stmt(e, other, f);
	e->self_depth -= is_self;
	e->cond_depth--;
	s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, f);
}

static struct ost_eval_jump *push_jump(struct ost_lk_eval *e, bool is_loop)
{
	struct ost_eval_jump *j = ost_vec_push(&e->jumps);

	j->brk = new_states(e);
	if (is_loop)
		j->cont = new_states(e);
	return j;
}

/* At the head of a loop nothing is known of what its nodes first..end-1 assign. */
static void forget_assigned(struct ost_lk_eval *e, uint32_t first, uint32_t end, struct ost_states *s)
{
	for (uint32_t n = first; n < end; n++) {
		const struct ost_node *node = ost_ev_node(e, n);
		uint32_t lhs;

		if (node->op != OST_N_ASSIGN && !(node->op == OST_N_UNARY && node->sub >= OST_OP_PREINC &&
						  node->sub <= OST_OP_POSTDEC))
			continue;
		lhs = ost_ev_strip(e, n + 1);
		if (ost_ev_node(e, lhs)->op == OST_N_NAME)
			ost_states_forget(s, ost_ev_node(e, lhs)->a, 0);
		else if (ost_ev_node(e, lhs)->op == OST_N_MEMBER)
			ost_ev_assigned(e, 0, lhs, 0, s);
	}
}

/* The way that a loop's body takes back to its head. */
static void loop_body(struct ost_lk_eval *e, uint32_t body, uint32_t step, struct ost_states *t)
{
	size_t at = e->jumps.nr - 1;

	e->loop_depth++;
	ost_ev_stmt(e, body, t);
	e->loop_depth--;
	ost_states_join(t, e->jumps.items[at].cont);
	if (step)
		ost_ev_expr(e, step, t);
}

/* The loop's body is run once at least: is_first says so of its first test. */
static void ev_while(struct ost_lk_eval *e, uint32_t cond, uint32_t body, uint32_t step, bool is_first,
		     struct ost_states *s)
{
	struct ost_states *t = new_states(e), *f = new_states(e);
	size_t at = e->jumps.nr;
	bool error, is_endless;

	is_endless = ost_ev_node(e, cond)->op == OST_N_NONE || ost_ev_const(e, cond, &error) == 1;
	push_jump(e, true);
	forget_assigned(e, cond, ost_ev_node(e, body)->end, s);
	if (step)
		forget_assigned(e, step, ost_ev_node(e, step)->end, s);
	if (ost_ev_node(e, cond)->op == OST_N_NONE)
		*t = *s;
	else
		ost_ev_cond(e, cond, s, t, f);
	if (is_first)
		f->nr = 0;
	e->cond_depth += !is_endless && !is_first;
	loop_body(e, body, step, t);
	e->cond_depth -= !is_endless && !is_first;
	s->nr = 0;
	ost_states_join(s, f);
	if (!is_endless)
		ost_states_join(s, t);
	ost_states_join(s, e->jumps.items[at].brk);
	e->jumps.nr = at;
}

static void ev_do(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t body = n + 1, cond = ost_ev_node(e, body)->end;
	struct ost_states *t = new_states(e), *f = new_states(e);
	size_t at = e->jumps.nr;
	bool error;

	push_jump(e, true);
	if (cond < ost_ev_node(e, n)->end && ost_ev_const(e, cond, &error) == 0) {
		ost_ev_stmt(e, body, s);	/* do { } while (0) is no loop */
		ost_states_join(s, e->jumps.items[at].cont);
	} else {
		forget_assigned(e, n, ost_ev_node(e, n)->end, s);
		loop_body(e, body, 0, s);
		if (cond < ost_ev_node(e, n)->end)
			ost_ev_cond(e, cond, s, t, f);
		/* the way back to the head ends here, the others go on */
		*s = *f;
		if (!s->nr && cond >= ost_ev_node(e, n)->end)
			*s = *t;
	}
	ost_states_join(s, e->jumps.items[at].brk);
	e->jumps.nr = at;
}

/* A number of times that is not 0: a number, a constant, ARRAY_SIZE(). */
static bool is_count(const struct ost_lk_eval *e, uint32_t n)
{
	const struct ost_node *node = ost_ev_node(e, ost_ev_strip(e, n));
	const char *name = node->op == OST_N_CALL ? ost_ev_callee(e, ost_ev_strip(e, n), NULL) : NULL;

	if (node->op == OST_N_NUM)
		return strtoull(ost_ev_str(e, node->a), NULL, 0) != 0;
	return name ? !strcmp(name, "ARRAY_SIZE") : ost_const_text(e->scope.f, node) != 0;
}

/* `for (i = 0; i < RETRIES; ...)`: it is so the first time. */
static bool is_counted(const struct ost_lk_eval *e, uint32_t init, uint32_t cond)
{
	uint32_t left = ost_ev_strip(e, cond + 1), zero;

	if (ost_ev_node(e, cond)->op != OST_N_BINARY || ost_ev_node(e, cond)->sub != OST_OP_LT ||
	    ost_ev_node(e, left)->op != OST_N_NAME || !is_count(e, ost_ev_node(e, cond + 1)->end))
		return false;
	while (init < cond && ost_ev_node(e, init)->op != OST_N_ASSIGN)
		init++;
	if (init == cond || ost_ev_node(e, init + 1)->op != OST_N_NAME || ost_ev_node(e, init + 1)->a != ost_ev_node(e, left)->a)
		return false;
	zero = ost_ev_strip(e, ost_ev_node(e, init + 1)->end);
	return ost_ev_node(e, zero)->op == OST_N_NUM && !strtoull(ost_ev_str(e, ost_ev_node(e, zero)->a), NULL, 0);
}

static void ev_for(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t init = n + 1, cond = ost_ev_node(e, init)->end;
	uint32_t step = ost_ev_node(e, cond)->end, body = ost_ev_node(e, step)->end;
	bool is_first = is_counted(e, init, cond);

	ost_ev_stmt(e, init, s);
	ev_while(e, cond, body, step, is_first, s);
}

static void ev_switch(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t value = n + 1, body = ost_ev_node(e, value)->end;
	struct ost_states *entry = new_states(e);
	size_t at = e->jumps.nr;

	ost_ev_expr(e, value, s);
	*entry = *s;
	push_jump(e, false)->entry = entry;
	ost_vec_last(&e->jumps)->value = ost_ev_strip(e, value);
	s->nr = 0;
	e->cond_depth++;
	ost_ev_stmt(e, body, s);
	e->cond_depth--;
	if (!e->jumps.items[at].has_default)
		ost_states_join(s, entry);
	ost_states_join(s, e->jumps.items[at].brk);
	e->jumps.nr = at;
}

static void ev_case(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_st_fact fact;
	struct ost_states *one;

	for (size_t i = e->jumps.nr; i-- > 0;) {
		struct ost_eval_jump *j = &e->jumps.items[i];

		if (!j->entry)
			continue;
		one = ost_arena_alloc(&e->tmp, sizeof(*one));
		*one = *j->entry;
		if (ost_ev_case_fact(e, j->value, n, &fact))
			ost_states_assume(one, &fact);
		ost_states_join(s, one);
		if (ost_ev_node(e, n)->op == OST_N_DEFAULT)
			j->has_default = true;
		return;
	}
}

static void ev_break(struct ost_lk_eval *e, bool is_continue, struct ost_states *s)
{
	for (size_t i = e->jumps.nr; i-- > 0;) {
		struct ost_eval_jump *j = &e->jumps.items[i];

		if (is_continue && !j->cont)
			continue;
		for (int k = 0; k < s->nr && j->cont; k++)
			for (int h = 0; h < s->s[k].nr_held; h++)
				if (s->s[k].held[h].in_loop)
					s->s[k].held[h].in_loop |= OST_ST_BROKEN;
		ost_states_join(is_continue ? j->cont : j->brk, s);
		break;
	}
	s->nr = 0;
}

static struct ost_eval_label *label_of(struct ost_lk_eval *e, uint32_t name)
{
	struct ost_eval_label *l;

	for (size_t i = 0; i < e->labels.nr; i++)
		if (e->labels.items[i].name == name)
			return &e->labels.items[i];
	l = ost_vec_push(&e->labels);
	l->name = name;
	l->pending = new_states(e);
	return l;
}

static void ev_label(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_eval_label *l = label_of(e, ost_ev_node(e, n)->a);

	l->is_seen = true;
	for (uint32_t k = (uint32_t)e->scope.tree.v.nr; k-- > n;)	/* jumped back to: a loop */
		if (ost_ev_node(e, k)->op == OST_N_GOTO && ost_ev_node(e, k)->a == l->name) {
			forget_assigned(e, n, k, s);
			forget_assigned(e, n, k, l->pending);
			break;
		}
	ost_states_leave(l->pending, e->block_depth + 1);
	ost_states_join(s, l->pending);
}

static void ev_goto(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	struct ost_eval_label *l = label_of(e, ost_ev_node(e, n)->a);

	if (!l->is_seen)
		ost_states_join(l->pending, s);
	for (int i = 0; l->is_seen && i < s->nr; i++)	/* round again, where the lock may be taken back */
		for (int r = 0; r < s->s[i].nr_rel; r++)
			ost_vec_add(&e->drops, s->s[i].rel[r]);
	s->nr = 0;
}

static void add_return(struct ost_lk_eval *e, uint32_t n, uint8_t cls, const struct ost_states *s)
{
	for (int i = 0; i < s->nr; i++) {
		struct ost_eval_return *r;
		struct ost_states one = { .nr = 1 };

		if (e->returns.nr > 400) {
			e->is_limited = true;
			return;
		}
		r = ost_vec_push(&e->returns);
		r->line = ost_ev_node(e, n)->line;
		r->node = n;
		r->cls = cls;
		one.s[0] = s->s[i];
		ost_states_leave(&one, 1);
		r->st = one.s[0];
	}
}

/* What each state says about the value that is returned. */
static void return_by_facts(struct ost_lk_eval *e, uint32_t n, uint32_t value, struct ost_states *s)
{
	struct ost_st_fact fact;

	ost_ev_fact_of(e, value, true, &fact);
	for (int i = 0; i < s->nr; i++) {
		struct ost_states one = { .nr = 1 };
		uint8_t cls = OST_RET_UNKNOWN;

		one.s[0] = s->s[i];
		for (int k = 0; k < s->s[i].nr_facts; k++)
			if (s->s[i].facts[k].key == fact.key)
				cls = s->s[i].facts[k].is_error ? OST_RET_ERROR :
					s->s[i].facts[k].truth ? OST_RET_NONZERO : OST_RET_ZERO;
		add_return(e, n, cls, &one);
		if (ost_ev_node(e, value)->op == OST_N_NAME && e->returns.nr)
			ost_vec_last(&e->returns)->local = ost_ev_node(e, value)->a;
	}
}

static void return_value(struct ost_lk_eval *e, uint32_t n, uint32_t value, struct ost_states *s);

/* `return done ? 0 : -EBUSY;`: two ways. */
static void return_ternary(struct ost_lk_eval *e, uint32_t n, uint32_t value, struct ost_states *s)
{
	struct ost_states *t = new_states(e), *f = new_states(e);
	uint32_t then = ost_ev_node(e, value + 1)->end, other = ost_ev_node(e, then)->end;

	ost_ev_cond(e, value + 1, s, t, f);
	e->cond_depth++;
	return_value(e, n, then, t);
	return_value(e, n, other, f);
	e->cond_depth--;
}

static void return_call(struct ost_lk_eval *e, uint32_t n, uint32_t value, struct ost_states *s)
{
	struct ost_states *t = new_states(e), *f = new_states(e);

	if (ost_ev_call(e, value, s, t, f)) {
		add_return(e, n, OST_RET_NONZERO, t);
		add_return(e, n, OST_RET_ZERO, f);
	} else {
		add_return(e, n, OST_RET_UNKNOWN, s);
	}
}

static void return_truth(struct ost_lk_eval *e, uint32_t n, uint32_t value, struct ost_states *s)
{
	struct ost_states *t = new_states(e), *f = new_states(e);

	ost_ev_cond(e, value, s, t, f);
	add_return(e, n, OST_RET_NONZERO, t);
	add_return(e, n, OST_RET_ZERO, f);
}

static void return_value(struct ost_lk_eval *e, uint32_t n, uint32_t value, struct ost_states *s)
{
	bool error;
	int c;

	value = ost_ev_strip(e, value);
	c = ost_ev_const(e, value, &error);
	if (c >= 0) {
		ost_ev_expr(e, value, s);
		add_return(e, n, error ? OST_RET_ERROR : c ? OST_RET_NONZERO : OST_RET_ZERO, s);
	} else if (ost_ev_node(e, value)->op == OST_N_CALL) {
		return_call(e, n, value, s);
	} else if (ost_ev_node(e, value)->op == OST_N_TERNARY &&
		   ost_ev_node(e, ost_ev_node(e, value + 1)->end)->end < ost_ev_node(e, value)->end) {
		return_ternary(e, n, value, s);
	} else if (ost_ev_is_truth(e, value)) {
		return_truth(e, n, value, s);
	} else {
		ost_ev_expr(e, value, s);
		return_by_facts(e, n, value, s);
	}
}

static void ev_return(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t value = n + 1;

	if (value >= ost_ev_node(e, n)->end)
		add_return(e, n, OST_RET_VOID, s);
	else
		return_value(e, n, value, s);
	s->nr = 0;
}

/* A guard that could not be followed, but whose name says that it switches interrupts off. */
static void guard_by_name(const char *name, struct ost_states *s)
{
	for (int i = 0; strstr(name, "_irq") && i < s->nr; i++)
		s->s[i].irqs_off = 1;
}

/* scoped_guard(mutex, &x->lock) { ... }, scoped_cond_guard(mutex_intr, return -EINTR, &x->lock) */
static bool ev_scoped_guard(struct ost_lk_eval *e, uint32_t n, const char *name, struct ost_states *s)
{
	uint32_t call = n + 1, body = ost_ev_node(e, call)->end;
	bool is_cond = !strcmp(name, "scoped_cond_guard");
	uint32_t which = ost_ev_arg(e, call, 0), arg = ost_ev_arg(e, call, is_cond ? 2 : 1);
	struct ost_states *fail = new_states(e);
	size_t at = e->jumps.nr;
	bool was_off, is_known;

	if ((!is_cond && strcmp(name, "scoped_guard")) || !which ||
	    ost_ev_node(e, which)->op != OST_N_NAME)
		return false;
	was_off = s->nr && s->s[0].irqs_off;
	*fail = *s;
	if (is_cond && ost_ev_arg(e, call, 1))
		ost_ev_expr(e, ost_ev_arg(e, call, 1), fail);
	push_jump(e, true);
	e->block_depth++;
	is_known = ost_ev_guard(e, call, ost_ev_str(e, ost_ev_node(e, which)->a), arg, e->block_depth, s);
	if (!is_known)
		guard_by_name(ost_ev_str(e, ost_ev_node(e, which)->a), s);
	ost_ev_stmt(e, body, s);
	ost_states_join(s, e->jumps.items[at].brk);
	ost_states_join(s, e->jumps.items[at].cont);
	ost_states_leave(s, e->block_depth);
	for (int i = 0; !is_known && !was_off && i < s->nr; i++)
		s->s[i].irqs_off = 0;
	e->block_depth--;
	e->jumps.nr = at;
	if (is_cond)
		ost_states_join(s, fail);
	return true;
}

/* for_each_...(x): it sets x. A parameter that the macro is seen to leave alone is what it goes through. */
static bool may_be_cursor(const struct ost_lk_eval *e, uint32_t call, uint32_t arg)
{
	return ost_ev_node(e, arg)->op == OST_N_NAME &&
	       (!ost_ev_param_of(e, ost_ev_node(e, arg)->a) || ost_is_set_at(&e->scope, call, ost_ev_node(e, arg)->a));
}

static void ev_macro_stmt(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t call = n + 1, body = ost_ev_node(e, call)->end;
	const char *name = ost_ev_callee(e, call, NULL);
	struct ost_states *t;
	size_t at = e->jumps.nr;
	bool is_once;

	if (name && ev_scoped_guard(e, n, name, s))
		return;
	is_once = name && (!strncmp(name, "with_", 5) || !strncmp(name, "scoped_", 7));
	ost_ev_expr(e, call, s);
	t = new_states(e);
	*t = *s;
	push_jump(e, true);
	for (uint32_t k = ost_ev_node(e, call + 1)->end; k < body; k = ost_ev_node(e, k)->end)	/* for_each_...(x) */
		if (may_be_cursor(e, call, k))
			ost_states_forget(t, ost_ev_node(e, k)->a, 0);
	if (!is_once)
		forget_assigned(e, n, ost_ev_node(e, n)->end, t);
	e->cond_depth += !is_once;
	loop_body(e, body, 0, t);
	e->cond_depth -= !is_once;
	if (is_once)
		s->nr = 0;
	ost_states_join(s, t);
	ost_states_join(s, e->jumps.items[at].brk);
	e->jumps.nr = at;
}

static void ev_list(struct ost_lk_eval *e, uint32_t n, uint32_t end, struct ost_states *s);

/* One arm of an #if: ways that exclude each other, and the same again further down. */
static void ev_arm(struct ost_lk_eval *e, uint32_t n, struct ost_states *rest, struct ost_states *out)
{
	const struct ost_node *node = ost_ev_node(e, n);
	const char *text = ost_ev_str(e, e->scope.f->conds[node->a].text);
	struct ost_st_fact fact = { .key = (uint32_t)ost_hash_bytes(text, strlen(text)) & ~1u };
	struct ost_states *t = new_states(e);

	*t = *rest;
	if (node->sub == OST_PP_ELSE) {
		rest->nr = 0;
	} else {
		fact.truth = 1;
		ost_states_assume(t, &fact);
		fact.truth = 0;
		ost_states_assume(rest, &fact);
	}
	ev_list(e, n + 1, node->end, t);
	ost_states_join(out, t);
}

static void ev_list(struct ost_lk_eval *e, uint32_t n, uint32_t end, struct ost_states *s)
{
	while (n < end) {
		struct ost_states *out;

		if (ost_ev_node(e, n)->op != OST_N_PP) {
			ost_ev_stmt(e, n, s);
			n = ost_ev_node(e, n)->end;
			continue;
		}
		out = new_states(e);
		do {
			ev_arm(e, n, s, out);
			n = ost_ev_node(e, n)->end;
		} while (n < end && ost_ev_node(e, n)->op == OST_N_PP &&
			 ost_ev_node(e, n)->sub != OST_PP_IF);
		ost_states_join(s, out);
	}
}

static void ev_block(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	e->block_depth++;
	ev_list(e, n + 1, ost_ev_node(e, n)->end, s);
	ost_states_leave(s, e->block_depth);
	e->block_depth--;
}

/* guard(mutex)(&x->lock); */
static bool ev_guard_stmt(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	uint32_t outer = ost_ev_strip(e, n), inner = outer + 1, which;
	const char *name;

	if (ost_ev_node(e, outer)->op != OST_N_CALL || ost_ev_node(e, inner)->op != OST_N_CALL)
		return false;
	name = ost_ev_callee(e, inner, NULL);
	which = ost_ev_arg(e, inner, 0);
	if (!name || strcmp(name, "guard") || !which || ost_ev_node(e, which)->op != OST_N_NAME)
		return false;
	if (ost_ev_guard(e, outer, ost_ev_str(e, ost_ev_node(e, which)->a), ost_ev_arg(e, outer, 0), e->block_depth, s))
		return true;
	guard_by_name(ost_ev_str(e, ost_ev_node(e, which)->a), s);
	return false;
}

void ost_ev_stmt(struct ost_lk_eval *e, uint32_t n, struct ost_states *s)
{
	const struct ost_node *node = ost_ev_node(e, n);
	uint32_t second;

	switch (node->op) {
	case OST_N_NONE:
	case OST_N_NESTED_FUNC:
		return;
	case OST_N_BLOCK:
		ev_block(e, n, s);
		return;
	case OST_N_EXPR:
		if (n + 1 < node->end && !ev_guard_stmt(e, n + 1, s))
			ost_ev_expr(e, n + 1, s);
		return;
	case OST_N_IF:
		ev_if(e, n, s);
		return;
	case OST_N_WHILE:
		second = ost_ev_node(e, n + 1)->end;
		ev_while(e, n + 1, second, 0, false, s);
		return;
	case OST_N_DO:
		ev_do(e, n, s);
		return;
	case OST_N_FOR:
		ev_for(e, n, s);
		return;
	case OST_N_SWITCH:
		ev_switch(e, n, s);
		return;
	case OST_N_CASE:
	case OST_N_DEFAULT:
		ev_case(e, n, s);
		return;
	case OST_N_LABEL:
		ev_label(e, n, s);
		return;
	case OST_N_GOTO:
		if (node->a)
			ev_goto(e, n, s);
		else
			s->nr = 0;
		return;
	case OST_N_BREAK:
	case OST_N_CONTINUE:
		ev_break(e, node->op == OST_N_CONTINUE, s);
		return;
	case OST_N_RETURN:
		ev_return(e, n, s);
		return;
	case OST_N_MACRO_STMT:
		ev_macro_stmt(e, n, s);
		return;
	case OST_N_PP:
		ev_list(e, n, node->end, s);
		return;
	default:
		ost_ev_expr(e, n, s);
	}
}
