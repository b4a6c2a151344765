// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A spinlock that an interrupt takes, taken elsewhere with that interrupt on.
 *
 * First what handlers take: hard ones (irq bindings that are not threaded)
 * and soft ones (timers, tasklets, napi). Then every other place that takes
 * such a lock with plain spin_lock() is climbed from until a context is
 * known that the handler can interrupt: a threaded callback, an attribute, a
 * function that sleeps on a lock; for hard handlers a soft callback, too.
 * Interrupts switched off on the way end it. Two devices of one driver have
 * two locks, so this is `likely` at best.
 */
#include <stdlib.h>
#include <string.h>

#include "locks/finder.h"
#include "ostler/progress.h"

struct handler {
	uint64_t cls;
	uint32_t binding, node_unit, line;
	bool is_hard;
};

struct irqs {
	struct ost_finder *f;
	OST_VEC(struct handler) handlers;
	struct ost_table by_class;	/* class → index + 1 of a handler */
	struct ost_table in_handler;	/* units below a handler → 1 soft | 2 hard */
};

static int context_of(const struct ost_program *p, const struct ost_binding *b)
{
	const struct ost_binding_row *row = ost_program_binding_row(p, b->row);

	if (row->flags & OST_BR_THREADED)
		return 0;
	if (!strcmp(row->kind, "irq"))
		return 2;
	return !strcmp(row->kind, "timer") || !strcmp(row->kind, "tasklet") || !strcmp(row->kind, "napi");
}

static void below_handler(struct irqs *q, uint32_t binding, int context)
{
	struct ost_finder *f = q->f;
	const struct ost_binding *b = ost_program_binding(f->p, binding);

	f->search.max_cost = 0;
	ost_reach_from(&f->search, b->callback);
	f->search.max_cost = OST_REACH_COST;
	for (size_t n = 0; n < f->search.down.nr; n++) {
		uint32_t unit = f->search.down.items[n].unit;
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

		*ost_table_put(&q->in_handler, unit, NULL) |= (uint64_t)context;
		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];
			uint64_t cls, *at;
			bool is_new;

			if (ev->kind != OST_EV_ACQUIRE || ev->lock >= sum->nr_locks || !ev->prim ||
			    (ev->prim->kind != OST_LKK_SPIN && ev->prim->kind != OST_LKK_RAW))
				continue;
			cls = ost_lk_ref_class(&sum->locks[ev->lock]);
			if (!cls)
				continue;
			at = ost_table_put(&q->by_class, cls, &is_new);
			if (!is_new && (q->handlers.items[*at - 1].is_hard || context != 2))
				continue;
			*ost_vec_push(&q->handlers) = (struct handler){ cls, binding, unit, ev->line, context == 2 };
			*at = q->handlers.nr;
		}
	}
}

/* 1: the handler can come in here; 0: nothing is known of it. */
static bool is_interruptible(const struct ost_finder *f, uint32_t unit, bool by_hard)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(f->p, unit, &ids);
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);
		const struct ost_binding_row *row = ost_program_binding_row(f->p, b->row);

		if ((row->flags & OST_BR_THREADED) || (by_hard && context_of(f->p, b) == 1))
			return true;
	}
	for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];

		if (ev->kind == OST_EV_ACQUIRE && ev->prim && ev->prim->kind <= OST_LKK_RWSEM)
			return true;
	}
	return false;
}

/* Interrupts are off at the call, so that what is below is safe. */
static bool is_shut(const struct ost_climb_node *n, bool by_hard)
{
	const struct ost_lk_event *ev = n->ev;

	return ev && (ev->flags & OST_EVF_IRQS_OFF || (!by_hard && ev->flags & OST_EVF_BH_OFF));
}

static bool chain_is_open(const struct ost_finder *f, uint32_t at, bool by_hard)
{
	for (; at; at = f->search.up.items[at].parent)
		if (f->search.up.items[at].slot != OST_NO_ID || is_shut(&f->search.up.items[at], by_hard))
			return false;
	return true;
}

static void report(struct irqs *q, const struct handler *h, uint32_t unit, const struct ost_lk_summary *sum,
		   const struct ost_lk_event *ev, uint32_t at)
{
	struct ost_finder *f = q->f;
	const struct ost_lk_ref *ref = &sum->locks[ev->lock];
	const struct ost_binding *b = ost_program_binding(f->p, h->binding);
	struct ost_draft *d = &f->draft;
	const uint64_t *part;

	ost_draft_start(f, OST_DL_IRQ_CONTEXT);
	d->lock.class_name = ost_class_text(f, ref->field, ref->global);
	d->lock.instance = ost_path_text_in(f, unit, &ref->path);
	d->lock.mode = ost_lk_mode_name(ev->mode);
	d->waitable_kind = ost_program_binding_row(f->p, b->row)->kind;
	d->callback = ost_unit_name(f, b->callback);
	d->waitable_class = d->callback;
	d->wait_function = ost_unit_name(f, unit);
	d->wait_file = ost_unit_path(f, unit);
	d->wait_line = ev->line;
	d->holder = (struct ost_dl_holder){ d->wait_function, d->wait_file, ev->line, ev->prim->name };
	ost_draft_doubt(f, OST_RANK_LIKELY, "that both locks are one object was not shown");
	if (ost_program_unit(f->p, unit)->file != ost_program_unit(f->p, b->callback)->file &&
	    strncmp(d->wait_file, ost_unit_path(f, b->callback), (size_t)(strrchr(d->wait_file, '/') ?
		    strrchr(d->wait_file, '/') - d->wait_file + 1 : 0)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the handler belongs to another driver");
	if (ref->field != OST_NO_ID) {
		struct ost_field_def lock;

		ost_program_field(f->p, ref->field, &lock);
		if (!strncmp(ost_program_path(f->p, lock.file), "include/", 8))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "many drivers have a lock of that kind");
	}
	part = ost_table_get(&q->in_handler, unit);
	if (part && (*part & 2 || !h->is_hard))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the function is part of a handler, too");
	for (; at; at = f->search.up.items[at].parent)
		ost_draft_step(f, OST_ROLE_CALL, 1, f->search.up.items[at].unit, f->search.up.items[at].line,
			       "direct call");
	ost_draft_step(f, OST_ROLE_HOLD, 1, unit, ev->line, "takes %s with %s on", d->lock.class_name,
		       h->is_hard ? "interrupts" : "soft interrupts");
	ost_draft_step(f, OST_ROLE_CALLBACK, 2, b->in, b->line, "%s binds %s",
		       ost_program_binding_row(f->p, b->row)->name, d->callback);
	ost_draft_step(f, OST_ROLE_ACQUIRE, 2, h->node_unit, h->line, "needs %s", d->lock.class_name);
	ost_draft_commit(f);
}

static void look_at(struct irqs *q, uint32_t unit, const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	struct ost_finder *f = q->f;
	const uint64_t *found = ost_table_get(&q->by_class, ost_lk_ref_class(&sum->locks[ev->lock]));
	const struct handler *h = found ? &q->handlers.items[*found - 1] : NULL;

	if (!h || (!ost_focus_has(f->focus, unit, OST_FOCUS_BELOW) &&
		   !ost_focus_has(f->focus, h->node_unit, OST_FOCUS_BELOW)) || ev->flags & OST_EVF_IRQS_OFF || (!h->is_hard && (ev->flags & OST_EVF_BH_OFF || ev->ctx == OST_LKC_BH)))
		return;
	f->search.max_depth = 5;
	ost_climb_from(&f->search, unit, NULL, 0);
	f->search.max_depth = OST_CLIMB_DEPTH;
	f->search.is_limited = false;
	for (uint32_t at = 0; at < f->search.up.nr && at < 400; at++) {
		if (!chain_is_open(f, at, h->is_hard) ||
		    !is_interruptible(f, f->search.up.items[at].unit, h->is_hard))
			continue;
		report(q, h, unit, sum, ev, at);
		break;
	}
}

void ost_find_irqs(struct ost_finder *f)
{
	struct irqs q = { .f = f };

	ost_table_init(&q.by_class);
	ost_table_init(&q.in_handler);
	for (uint32_t b = 0; b < ost_program_nr_bindings(f->p); b++) {
		const struct ost_binding *binding = ost_program_binding(f->p, b);
		int context = binding->callback == OST_NO_ID ? 0 : context_of(f->p, binding);

		if (context)
			below_handler(&q, b, context);
	}
	for (uint32_t u = 0; u < f->w->nr_units && !ost_interrupted(); u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		if (!(u & 0xfff))
			ost_progress("interrupts", u, f->w->nr_units);
		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];

			if (ev->kind == OST_EV_ACQUIRE && ev->prim && ev->lock < sum->nr_locks &&
			    (ev->prim->kind == OST_LKK_SPIN || ev->prim->kind == OST_LKK_RAW) &&
			    (ev->ctx == OST_LKC_NONE || ev->ctx == OST_LKC_BH))
				look_at(&q, u, sum, ev);
		}
	}
	ost_vec_deinit(&q.handlers);
	ost_table_deinit(&q.by_class);
	ost_table_deinit(&q.in_handler);
}
