// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/irq_open.h"

#include <string.h>

#include "locks/chain.h"
#include "locks/context.h"
#include "locks/irq_slots.h"

bool ost_irq_can_come(struct ost_finder *f, uint32_t unit, bool by_hard)
{
	const uint32_t *ids;
	uint32_t nr = by_hard ? ost_program_callback_bindings(f->p, unit, &ids) : 0;

	if (by_hard && ost_lk_context(&f->w->tables, ost_unit_name(f, unit)) == OST_LKX_IRQS_OFF)
		return false;
	if (ost_irq_is_called_off(f, unit))
		return false;
	for (uint32_t i = 0; i < nr; i++)
		if (ost_callback_context(f, ost_program_binding(f->p, ids[i])) == OST_CX_SOFT)
			return true;
	return ost_may_sleep(f, unit) || ost_irq_is_for_tasks(f, unit);
}

static bool is_off_at(const struct ost_lk_event *ev, bool by_hard)
{
	return ev && (ev->flags & OST_EVF_IRQS_OFF || (!by_hard && ev->flags & OST_EVF_BH_OFF));
}

/* Interrupts are off at the call, so that what is below is safe. */
static bool is_shut(struct ost_finder *f, const struct ost_frame *frame, bool by_hard)
{
	return is_off_at(ost_finder_event(f, frame), by_hard);
}

/*
 * The call at that line hands the function over to somebody who may call it
 * with interrupts off: who is called there must be seen to call it
 * itself, and with interrupts on.
 */
static bool is_handed_away(struct ost_finder *f, uint32_t callee, uint32_t caller, uint32_t line, bool by_hard)
{
	const struct ost_lk_graph *g = &f->graph;
	bool is_handed = false, is_open = false;

	for (uint64_t i = g->in_first[callee]; i < g->in_first[callee + 1] && !is_handed; i++)
		is_handed = g->in[i].unit == caller && g->in[i].line == line && g->in[i].is_handed;
	for (uint64_t i = g->out_first[caller]; i < g->out_first[caller + 1] && is_handed; i++) {
		bool is_shut = false;

		if (g->out[i].line == line && !g->out[i].is_handed)
			is_open |= ost_calls_param(f, g->out[i].unit, by_hard, &is_shut);
		if (is_shut)
			return true;
	}
	return is_handed && !is_open;
}

struct ost_frame ost_irq_call_frame(const struct ost_finder *f, uint32_t node)
{
	const struct ost_climb_node *n = &f->search.up.items[node];
	uint32_t callee = f->search.up.items[n->parent].unit;

	return (struct ost_frame){ n->unit, n->line, ost_callee_text(f->p, callee, n->slot), n->slot, n->target, n->is_one_of };
}

/* Who calls through the slot is the core, or the driver itself: another one that fills it, too, means its own. */
static bool is_core_of(const struct ost_finder *f, uint32_t caller, uint32_t callee, const struct ost_lk_slot *slot)
{
	const char *path = ost_unit_path(f, caller);

	return !strncmp(path, ost_unit_path(f, callee), ost_folder_len(path)) ||
	       !ost_lk_slot_is_in_folder(&f->graph, slot, ost_lk_folder(f->p, caller));
}

/*
 * Each call through the slot that is seen is made with the interrupt on, and
 * what lies in it is put there once for all: what such a function may be called in is
 * told by any of these calls.
 */
static bool is_open_slot(struct ost_finder *f, const struct ost_climb_node *n, bool by_hard)
{
	const struct ost_lk_slot *slot = ost_lk_slot(&f->graph, n->slot);
	const struct ost_lk_edge *in = &f->graph.by_slot.items[slot->first_caller];
	const struct ost_target *t = ost_program_target(f->p, n->target);

	if ((slot->what != OST_LKS_PLAIN && slot->what != OST_LKS_SOFT) || (t->in != OST_NO_ID && !ost_is_making(f, ost_unit_name(f, t->in))))
		return false;
	for (uint32_t i = 0; i < slot->nr_callers; i++) {
		struct ost_frame call = { in[i].unit, in[i].line, ost_callee_text(f->p, t->unit, n->slot), n->slot, n->target, false };

		if (is_shut(f, &call, by_hard))
			return false;
	}
	return true;
}

/* So is everybody above it. */
static bool is_above_core(const struct ost_finder *f, uint32_t top, uint32_t at)
{
	const struct ost_climb_node *up = f->search.up.items;

	for (uint32_t n = top; n != up[at].parent; n = up[n].parent)
		if (!is_core_of(f, up[n].unit, up[up[at].parent].unit, ost_lk_slot(&f->graph, up[at].slot)))
			return false;
	return true;
}

bool ost_irq_is_open(struct ost_finder *f, uint32_t at, bool by_hard, const struct ost_lk_event *ev)
{
	const struct ost_climb_node *up = f->search.up.items;
	struct ost_frame frames[OST_IRQ_DEPTH + 2];
	unsigned nr = 0, nr_slots = 0;

	for (uint32_t n = at; n; n = up[n].parent)
		if (++nr > OST_IRQ_DEPTH || (up[n].slot != OST_NO_ID &&
		    (nr_slots++ || !is_above_core(f, at, n) || !is_open_slot(f, &up[n], by_hard))))
			return false;
	for (uint32_t n = at; n; n = up[n].parent)
		if (up[n].slot == OST_NO_ID &&
		    is_handed_away(f, up[up[n].parent].unit, up[n].unit, up[n].line, by_hard))
			return false;
	for (uint32_t n = at, i = nr; n; n = up[n].parent, i--) {
		frames[i] = ost_irq_call_frame(f, n);
		if (is_off_at(ost_climb_event(&f->search, &up[n]), by_hard) || is_shut(f, &frames[i], by_hard))
			return false;
	}
	frames[0] = (struct ost_frame){ up[0].unit, ev->line, "", OST_NO_ID, 0, false };
	return !ost_way_is_closed(f, frames, nr + 1, ev);
}

uint32_t ost_irq_driver(const struct ost_finder *f, uint32_t at)
{
	const struct ost_climb_node *up = f->search.up.items;

	for (uint32_t n = at; n; n = up[n].parent)
		if (up[n].slot != OST_NO_ID)
			return up[up[n].parent].unit;
	return up[at].unit;
}

/* In a tree of drivers: not the core of other ones. */
static bool is_of_driver(const char *path)
{
	return !strncmp(path, "drivers/", 8) || !strncmp(path, "sound/", 6) || !strncmp(path, "arch/", 5);
}

bool ost_irq_is_by_stranger(const struct ost_finder *f, uint32_t at)
{
	const struct ost_climb_node *up = f->search.up.items;
	const char *top = ost_unit_path(f, up[at].unit), *caller, *callee;

	for (uint32_t n = at; n; n = up[n].parent) {
		if (up[n].slot == OST_NO_ID)
			continue;
		caller = ost_unit_path(f, up[n].unit);
		callee = ost_unit_path(f, up[up[n].parent].unit);
		if (is_of_driver(caller) && !ost_is_same_subsystem(caller, callee))
			return true;
		return !ost_is_same_subsystem(top, callee) && !ost_is_same_subsystem(top, caller);
	}
	return false;
}
