// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function that is handed over: `walk(net, each_one, ctx)` may call it with
 * a lock held. That lock is said in walk() by the parameter that it calls, and
 * at the call of walk() it is held, as its arguments name it, by an event of
 * the function that is handed over.
 */
#include "locks/eval.h"

#include <string.h>

/* The lock is held at this call of the parameter, too. */
static bool has(const struct ost_lk_held *held, unsigned nr, uint16_t lock)
{
	for (unsigned i = 0; i < nr; i++)
		if (held[i].lock == lock && held[i].in_all)
			return true;
	return false;
}

void ost_ev_note_around(struct ost_lk_eval *e, uint8_t param, const struct ost_lk_held *held, unsigned nr)
{
	struct ost_eval_around *a = NULL;
	uint8_t kept = 0;

	if (param > OST_EVAL_PARAMS)
		return;
	for (size_t i = 0; i < e->arounds.nr; i++)
		if (e->arounds.items[i].param == param)
			a = &e->arounds.items[i];
	if (a) {
		for (uint8_t i = 0; i < a->nr; i++)
			if (has(held, nr, a->held[i].lock))
				a->held[kept++] = a->held[i];
		a->nr = kept;
		return;
	}
	a = ost_vec_push(&e->arounds);
	memset(a, 0, sizeof(*a));
	a->param = param;
	for (unsigned i = 0; i < nr && a->nr < OST_EVAL_AROUND; i++)
		if (held[i].in_all && e->locks.items[held[i].lock].kind != OST_LKK_SRCU)
			a->held[a->nr++] = held[i];
}

/* What the callee holds over the calls of its parameter, as this call names it; behind what is held already. */
static unsigned carry_all(struct ost_lk_eval *e, uint32_t call, const struct ost_lk_summary *callee, unsigned param,
			  struct ost_lk_held *ret)
{
	unsigned nr = 0;

	for (uint32_t i = 0; i < callee->nr_effects && nr < OST_EVAL_AROUND; i++) {
		const struct ost_lk_effect *fx = &callee->effects[i];
		uint16_t lock;

		if (fx->kind != OST_FX_AROUND || ost_fx_param(fx) != param)
			continue;
		lock = ost_ev_carry(e, call, callee, fx->lock);
		if (lock != OST_EVAL_LOCKS)
			ret[nr++] = (struct ost_lk_held){ .lock = lock, .mode = fx->mode, .ctx = fx->ctx, .in_all = true,
							  .node = call, .line = ost_ev_node(e, call)->line };
	}
	return nr;
}

static void add_held(struct ost_lk_eval *e, struct ost_lk_event *ev, const struct ost_lk_held *more, unsigned nr)
{
	struct ost_lk_held *held = ost_arena_alloc(e->out, (ev->nr_held + nr) * sizeof(*held));

	memcpy(held, ev->held, ev->nr_held * sizeof(*held));
	for (unsigned i = 0; i < nr; i++) {
		if (has(ev->held, ev->nr_held, more[i].lock))
			continue;
		held[ev->nr_held++] = more[i];
		if (more[i].ctx == OST_LKC_IRQ || more[i].ctx == OST_LKC_IRQSAVE)
			ev->flags |= OST_EVF_IRQS_OFF;
		if (more[i].ctx == OST_LKC_BH)
			ev->flags |= OST_EVF_BH_OFF;
	}
	ev->held = held;
}

/* The name of a function or parameter that is handed in, as a string; 0: something else. */
static uint32_t handed_name(const struct ost_lk_eval *e, uint32_t call, unsigned param)
{
	uint32_t arg = ost_ev_arg(e, call, param);

	if (!arg)
		return 0;
	arg = ost_ev_strip(e, arg);
	if (ost_ev_node(e, arg)->op == OST_N_UNARY && ost_ev_node(e, arg)->sub == OST_OP_ADDR)
		arg = ost_ev_strip(e, arg + 1);
	return ost_ev_node(e, arg)->op == OST_N_NAME ? ost_ev_node(e, arg)->a : 0;
}

static void apply(struct ost_lk_eval *e, uint32_t call, const struct ost_lk_summary *callee, unsigned param,
		  const struct ost_states *s)
{
	uint32_t str = handed_name(e, call, param);
	struct ost_lk_held more[OST_EVAL_AROUND];
	struct ost_lk_event *ev;
	unsigned nr = str ? carry_all(e, call, callee, param, more) : 0;

	if (!nr || e->is_macro)
		return;
	if (ost_ev_param_of(e, str)) {
		ost_ev_note_around(e, ost_ev_param_of(e, str), more, nr);
		return;
	}
	ev = ost_ev_add_event(e, OST_EV_CALL, call, s);
	ev->name = str;
	add_held(e, ev, more, nr);
}

void ost_ev_apply_around(struct ost_lk_eval *e, uint32_t call, const struct ost_lk_summary *callee, const struct ost_states *s)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; s->nr && i < callee->nr_effects; i++) {
		unsigned param = ost_fx_param(&callee->effects[i]);

		if (callee->effects[i].kind != OST_FX_AROUND || seen >> param & 1)
			continue;
		seen |= 1u << param;
		apply(e, call, callee, param, s);
	}
}

uint32_t ost_ev_nr_around(const struct ost_lk_eval *e)
{
	uint32_t nr = 0;

	for (size_t i = 0; i < e->arounds.nr; i++)
		nr += e->arounds.items[i].nr;
	return nr;
}

void ost_ev_add_around(const struct ost_lk_eval *e, struct ost_lk_summary *sum)
{
	for (size_t i = 0; i < e->arounds.nr; i++)
		for (uint8_t k = 0; k < e->arounds.items[i].nr; k++)
			sum->effects[sum->nr_effects++] = (struct ost_lk_effect){
				.lock = e->arounds.items[i].held[k].lock, .kind = OST_FX_AROUND,
				.mode = e->arounds.items[i].held[k].mode, .ctx = e->arounds.items[i].held[k].ctx,
				.when = ost_fx_when(e->arounds.items[i].param - 1u, true) };
}
