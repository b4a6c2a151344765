// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interrupts that wait for what they may have interrupted.
 *
 * A hard handler, or a soft one (timer, tasklet, napi), runs on top of
 * whatever its processor was doing. When it waits for a callback that may be
 * just that (work for both, timers and tasklets for a hard one), nothing
 * goes on any more. No lock is needed for it. The same holds for a function
 * that hands packets on for a napi instance.
 */
#include <stdlib.h>
#include <string.h>

#include "locks/below.h"
#include "locks/context.h"
#include "ostler/progress.h"

#define SURE_DEPTH 4	/* calls below a handler that are likely to be made by it */

struct root {
	uint32_t unit;
	uint32_t binding;	/* OST_NO_ID: known by its parameter */
	enum ost_context context;
};

struct handlers {
	OST_VEC(struct root) roots;	/* by unit */
};

static bool may_be_interrupted(enum ost_context by, unsigned wait_kind)
{
	switch (wait_kind) {
	case OST_WK_WORK:
	case OST_WK_WIPHY_WORK:
	case OST_WK_KTHREAD_WORK:
		return true;
	case OST_WK_TIMER:
	case OST_WK_TASKLET:
		return by == OST_CX_HARD;
	default:
		return false;
	}
}

/* Set up to run with interrupts off, so that it may be waited for with them off. */
static bool is_irqsafe(struct ost_finder *f, uint32_t binding)
{
	const struct ost_binding *b = ost_program_binding(f->p, binding);
	const struct ost_node *nodes;

	if (b->in == OST_NO_ID || !b->node || !ost_finder_enter(f, b->in))
		return false;
	nodes = f->cur->tree.v.items;
	for (uint32_t n = b->node; n < nodes[b->node].end; n++)
		if (nodes[n].op == OST_N_NAME && !strcmp(ost_facts_str(f->cur->f, nodes[n].a), "TIMER_IRQSAFE"))
			return true;
	return false;
}

static void judge(struct ost_finder *f, const struct ost_below *below, uint32_t at, const struct ost_lk_event *ev)
{
	bool self = ev->flags & OST_EVF_SELF_TEST || ost_asks_for_context(ev);

	for (uint32_t n = at; n; n = below->v.items[n].parent) {
		const struct ost_below_node *node = &below->v.items[n];
		const struct ost_lk_event *call = ost_call_event_at(f->w, below->v.items[node->parent].unit, node->line,
								    ost_unit_name(f, node->unit));

		self |= call && (call->flags & OST_EVF_SELF_TEST || ost_asks_for_context(call));
	}
	if (below->v.items[at].depth > SURE_DEPTH)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "conditions of many calls on the way were not followed");
	ost_draft_doubt(f, OST_RANK_LIKELY, "that the interrupt comes while the callback runs on its processor was not shown");
	if (self)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (below->v.items[at].is_one_of)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a name on the way has several definitions");
	if (ost_may_sleep(f, below->v.items[at].unit))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() may sleep: it is not meant to be called by an interrupt",
				ost_unit_name(f, below->v.items[at].unit));
}

static void report(struct ost_finder *f, const struct root *root, const struct ost_below *below, uint32_t at,
		   const struct ost_lk_event *ev, uint32_t binding)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, below->v.items[at].unit);
	const struct ost_lk_ref *ref = &sum->locks[ev->lock];
	struct ost_draft *d = &f->draft;

	if (ost_below_is_excluded(f, below, at, ev) || is_irqsafe(f, binding))
		return;
	ost_draft_start(f, OST_DL_SELF_WAIT);
	d->waitable_kind = ost_wait_kind_name(ev->prim->kind);
	d->waitable_class = ost_class_text(f, ref->field, ref->global);
	d->callback = ost_unit_name(f, ost_program_binding(f->p, binding)->callback);
	d->primitive = ev->prim->name;
	d->wait_function = ost_unit_name(f, below->v.items[at].unit);
	d->wait_file = ost_unit_path(f, below->v.items[at].unit);
	d->wait_line = ev->line;
	judge(f, below, at, ev);
	if (root->binding != OST_NO_ID)
		ost_say_binding(f, root->binding, 1, "an interrupt");
	ost_below_say(f, below, at, 1);
	ost_draft_step(f, OST_ROLE_WAIT, 1, below->v.items[at].unit, ev->line,
		       "%s waits until %s has finished, which this interrupt may have interrupted",
		       ev->prim->name, d->callback);
	ost_say_binding(f, binding, 2, d->waitable_class);
	ost_draft_commit(f);
}

static void look_at_waits(struct ost_finder *f, const struct root *root, const struct ost_below *below, uint32_t at)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, below->v.items[at].unit);

	for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];
		uint32_t binding;

		if (ev->kind != OST_EV_WAIT || ev->lock >= sum->nr_locks || ev->prim->flags & OST_LKF_RUNS ||
		    !may_be_interrupted(root->context, ev->prim->kind))
			continue;
		binding = ost_bound_callback(f, ost_path_object(&sum->locks[ev->lock].path),
					     ost_wait_kind_name(ev->prim->kind));
		if (binding != OST_NO_ID && ost_program_binding(f->p, binding)->callback != root->unit)
			report(f, root, below, at, ev, binding);
	}
}

static void look_at_root(struct ost_finder *f, void *ctx, size_t item)
{
	const struct root *root = &((struct handlers *)ctx)->roots.items[item];
	struct ost_below below;

	if (!ost_focus_is_called(f->focus, root->unit, OST_BELOW_DEPTH) && !ost_focus_binds(f->focus, root->binding))
		return;
	ost_below_init(&below);
	ost_below_from(f, root->unit, &below);
	for (uint32_t at = 0; at < below.v.nr; at++)
		look_at_waits(f, root, &below, at);
	ost_below_deinit(&below);
}

static int by_unit(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->binding < y->binding ? -1 : x->binding > y->binding;
}

static void collect_roots(struct ost_finder *f, struct handlers *h)
{
	size_t kept = 0;

	for (uint32_t i = 0; i < ost_program_nr_bindings(f->p); i++) {
		const struct ost_binding *b = ost_program_binding(f->p, i);
		enum ost_context context = b->callback == OST_NO_ID ? OST_CX_TASK : ost_binding_context(f->p, b);

		if (context != OST_CX_TASK)
			ost_vec_add(&h->roots, ((struct root){ b->callback, i, context }));
	}
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];
		bool waits = false;

		for (uint32_t i = 0; sum && i < sum->nr_events && !waits; i++)
			waits = sum->events[i].kind == OST_EV_WAIT &&
				may_be_interrupted(OST_CX_SOFT, sum->events[i].prim->kind);
		if (waits && ost_is_polling(f, u))
			ost_vec_add(&h->roots, ((struct root){ u, OST_NO_ID, OST_CX_SOFT }));
	}
	if (h->roots.nr)
		qsort(h->roots.items, h->roots.nr, sizeof(struct root), by_unit);
	for (size_t i = 0; i < h->roots.nr; i++)
		if (!i || h->roots.items[i].unit != h->roots.items[i - 1].unit)
			h->roots.items[kept++] = h->roots.items[i];
	h->roots.nr = kept;
}

void ost_find_handlers(struct ost_finder *f)
{
	struct handlers h = { .roots = OST_VEC_INIT };

	collect_roots(f, &h);
	ost_progress("handlers", 0, h.roots.nr);
	ost_finder_each(f, h.roots.nr, look_at_root, &h);
	ost_vec_deinit(&h.roots);
}
