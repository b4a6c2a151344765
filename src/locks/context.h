/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * context.h - what runs as an interrupt, and what shows that it does not
 * (find_*.c only).
 */
#ifndef OST_LOCKS_CONTEXT_H
#define OST_LOCKS_CONTEXT_H

#include "locks/finder.h"

enum ost_context {
	OST_CX_TASK,	/* or not known */
	OST_CX_SOFT,	/* timers, tasklets, napi, RCU, USB transfers, soft hrtimers */
	OST_CX_HARD,	/* interrupt handlers that are not threaded, irq work, hrtimers, calls on another processor */
};
/* How the callback of a binding runs. */
enum ost_context ost_binding_context(const struct ost_program *p, const struct ost_binding *b);
/*
 * The same; a work item whose queues all are run by soft interrupts (WQ_BH) is
 * run by these.
 */
enum ost_context ost_callback_context(struct ost_finder *f, const struct ost_binding *b);
/*
 * A timer that is bound again, to another function, before whatever starts it:
 * this binding's function never runs. Looked at is the folder that binds it.
 */
bool ost_is_bound_in_vain(struct ost_finder *f, const struct ost_binding *b);
/*
 * The unit says by what it does itself that it may sleep: it is a threaded
 * callback, takes a lock that sleeps, or calls, in no branch that asks for a
 * state, what data/lock-context.txt knows to sleep.
 */
bool ost_may_sleep(struct ost_finder *f, uint32_t unit);
/*
 * Goes through the calls that the unit makes of functions that it is given,
 * from *node (at first 0) on; *ret: the event there, or NULL. false: no more.
 */
bool ost_next_param_call(struct ost_finder *f, uint32_t unit, uint32_t *node, const struct ost_lk_event **ret);
/* A call at that line hands a parameter that is a function on. */
bool ost_hands_param_on(struct ost_finder *f, uint32_t unit, uint32_t line);
/* It calls a function that it is given; *is_shut: somewhere with (by_hard false: soft) interrupts off. */
bool ost_calls_param(struct ost_finder *f, uint32_t unit, bool by_hard, bool *is_shut);
/* It has a parameter for a napi instance, and hands packets on as only a poll function does. */
bool ost_is_polling(struct ost_finder *f, uint32_t unit);

#endif
