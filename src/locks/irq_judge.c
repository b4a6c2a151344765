// SPDX-License-Identifier: GPL-2.0-or-later
/* What speaks against it that a handler comes where a lock of its is taken. */
#include "locks/irqs.h"

#include <string.h>

#include "locks/chain.h"
#include "locks/decided.h"
#include "locks/irq_open.h"

/* A wait for handlers of that kind, before the line: what comes then is not interrupted by them. */
static bool stops_before(const struct ost_finder *f, uint32_t unit, uint32_t line, const char *kind)
{
	const struct ost_lk_graph *g = &f->graph;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_WAIT && sum->events[i].line < line &&
		    !strcmp(ost_wait_kind_name(sum->events[i].prim->kind), kind))
			return true;
	for (uint64_t k = g->out_first[unit]; k < g->out_first[unit + 1]; k++) {
		sum = g->out[k].line < line && !g->out[k].is_one_of ? ost_lk_sum(f->w, g->out[k].unit) : NULL;
		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_WAIT && !strcmp(ost_wait_kind_name(sum->events[i].prim->kind), kind))
				return true;
	}
	return false;
}

bool ost_irq_is_stopped(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t at, const struct ost_lk_event *ev)
{
	const struct ost_finder *f = q->f;
	const char *kind;

	if (h->from.binding == OST_NO_ID)
		return false;
	kind = ost_program_binding_row(f->p, ost_program_binding(f->p, h->from.binding)->row)->kind;
	for (; at; at = f->search.up.items[at].parent)
		if (stops_before(f, f->search.up.items[at].unit, f->search.up.items[at].line, kind))
			return true;
	return stops_before(f, f->search.up.items[0].unit, ev->line, kind);
}

/* Some binding in the file is for that callback. */
static bool binds(const struct ost_program *p, uint32_t file, uint32_t callback)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(p, callback, &ids);

	for (uint32_t i = 0; i < nr; i++)
		if (ost_program_binding(p, ids[i])->file == file)
			return true;
	return false;
}

static uint32_t file_of(const struct ost_irqs *q, size_t at)
{
	return ost_program_binding(q->f->p, q->by_file.items[at])->file;
}

/* Some binding of that kind in the file is for a handler. */
static bool binds_handler(const struct ost_irqs *q, uint32_t file, const char *kind)
{
	size_t lo = 0, hi = q->by_file.nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (file_of(q, mid) < file)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < q->by_file.nr && file_of(q, lo) == file; lo++) {
		const struct ost_binding *b = ost_program_binding(q->f->p, q->by_file.items[lo]);

		if (!strcmp(ost_program_binding_row(q->f->p, b->row)->kind, kind) &&
		    ost_callback_context(q->f, b) != OST_CX_TASK && !ost_is_bound_in_vain(q->f, b))
			return true;
	}
	return false;
}

/* The file has its own, so that the binding of another one does not concern it. */
static bool has_own(const struct ost_irqs *q, const struct ost_binding *b, uint32_t file)
{
	const struct ost_program *p = q->f->p;

	return b->file != file && !binds(p, file, b->callback) &&
	       binds_handler(q, file, ost_program_binding_row(p, b->row)->kind);
}

#define BIND_DEPTH 2	/* calls down to who sets the handler up */

static bool comes_to(const struct ost_finder *f, uint32_t unit, uint32_t to, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->out_first[unit]; depth && i < g->out_first[unit + 1]; i++)
		if (g->out[i].unit == to || comes_to(f, g->out[i].unit, to, depth - 1))
			return true;
	return unit == to;
}

/*
 * The chain is part of what makes the object that the handler is of. A helper
 * with such a name that others call at any time is not: nobody on the chain
 * sets the handler up.
 */
static bool is_before_handler(const struct ost_finder *f, const struct ost_binding *b, uint32_t top, uint32_t unit)
{
	if (b && unit == b->in)
		return true;
	return ost_is_making(f, ost_unit_name(f, unit)) &&
	       (!b || b->in == OST_NO_ID || ost_is_making(f, ost_unit_name(f, top)) || comes_to(f, top, b->in, BIND_DEPTH));
}

/* The function's file has a handler of its own. */
bool ost_irq_has_other(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit)
{
	const struct ost_finder *f = q->f;

	return h->from.binding != OST_NO_ID &&
	       has_own(q, ost_program_binding(f->p, h->from.binding), ost_program_unit(f->p, unit)->file);
}

static bool is_early(const struct ost_finder *f, const struct ost_irq_handler *h, uint32_t top, uint32_t unit)
{
	return is_before_handler(f, h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding), top, unit);
}

bool ost_irq_is_part(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit)
{
	const uint64_t *part = ost_table_get(&q->in_handler, unit);

	return part && (*part & OST_CX_HARD || !h->is_hard);
}

/*
 * How well the way shows it: 0 something speaks against it, as judge_handler()
 * has it, 1 at the end of the object's life, 2 well. Who begins it may be part of a handler yet.
 */
unsigned ost_irq_worth_of(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t at)
{
	const struct ost_climb_node *up = q->f->search.up.items;
	uint32_t top = up[at].unit;
	bool is_end = false;

	if (ost_irq_is_by_stranger(q->f, at))
		return 0;
	for (uint32_t n = at;; n = up[n].parent) {
		if (ost_irq_has_other(q, h, up[n].unit) || is_early(q->f, h, top, up[n].unit) || (up[n].unit == h->from.callback && n != at))
			return 0;
		is_end |= ost_is_unmaking(q->f, ost_unit_name(q->f, up[n].unit));
		if (!n)
			return is_end ? 1 : 2;
	}
}

static const struct ost_lk_event *binding_event(struct ost_finder *f, const struct ost_binding *b)
{
	struct ost_frame call = { b->in, b->line, ost_program_binding_row(f->p, b->row)->name, OST_NO_ID, 0, false };

	return b->in == OST_NO_ID ? NULL : ost_finder_event(f, &call);
}

/* What begins is bound where the handler is not: a timer in place of an interrupt, by conditions of one function. */
static bool is_bound_instead(struct ost_finder *f, const struct ost_irq_handler *h, uint32_t top)
{
	const struct ost_binding *b = h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding);
	const struct ost_lk_event *ev = b ? binding_event(f, b) : NULL, *other;
	const uint32_t *ids;
	uint32_t nr = ev ? ost_program_callback_bindings(f->p, top, &ids) : 0;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *own = ost_program_binding(f->p, ids[i]);

		other = own->in == b->in ? binding_event(f, own) : NULL;
		if (!other || (!ost_mfacts_contradict(ev, other) && !ost_mfacts_contradict(other, ev)))
			return false;
	}
	return nr > 0;
}

/*
 * What begins is the thread of the handler's own interrupt, which stays
 * masked until the thread has come to its end (IRQF_ONESHOT).
 */
bool ost_irq_is_masked_by(struct ost_finder *f, const struct ost_irq_handler *h, uint32_t top)
{
	const struct ost_binding *b = h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding);
	const struct ost_node *items;
	const uint32_t *ids;
	uint32_t nr = b && h->is_hard && b->in != OST_NO_ID ? ost_program_callback_bindings(f->p, top, &ids) : 0, call;
	bool is_its_thread = nr > 0;

	/* whatever else begins there is not masked */
	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *own = ost_program_binding(f->p, ids[i]);

		is_its_thread &= own->in == b->in && own->line == b->line && own->row != b->row;
	}
	if (!is_its_thread || !ost_finder_enter(f, b->in))
		return false;
	call = ost_call_node(f->cur, b->line, ost_program_binding_row(f->p, b->row)->name) & ~OST_CALL_HANDED;
	items = f->cur->tree.v.items;
	for (uint32_t n = call; call && n < items[call].end; n++)
		if (items[n].op == OST_N_NAME && !strcmp(ost_facts_str(f->cur->f, items[n].a), "IRQF_ONESHOT"))
			return true;
	return false;
}

static bool is_apart(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit, uint32_t file, bool *found)
{
	if (ost_program_unit(q->f->p, unit)->file != file)
		return true;
	*found = true;
	return !ost_irq_is_part(q, h, unit);
}

/*
 * The function's own file calls what is stored in the slot, or who calls that, and not from a handler: there the row of
 * the slot, which speaks of others, says nothing.
 */
static bool is_called_at_home(const struct ost_irqs *q, const struct ost_irq_handler *h)
{
	const struct ost_lk_graph *g = &q->f->graph;
	const struct ost_lk_edge *callers;
	uint32_t nr = h->is_hard && h->from.binding == OST_NO_ID ? ost_lk_slot_callers(g, h->from.slot, &callers) : 0;
	uint32_t file = ost_program_unit(q->f->p, h->from.callback)->file;
	bool found = false;

	for (uint32_t i = 0; i < nr; i++) {
		if (!is_apart(q, h, callers[i].unit, file, &found))
			return false;
		for (uint64_t k = g->in_first[callers[i].unit]; k < g->in_first[callers[i].unit + 1]; k++)
			if (!is_apart(q, h, g->in[k].unit, file, &found))
				return false;
	}
	return found;
}

/* Who is interrupted goes through one driver, and another one beside it binds the handler, which both share. */
static bool is_of_sibling(const struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t at)
{
	const struct ost_program *p = q->f->p;
	const char *binder = h->from.binding == OST_NO_ID ? NULL : ost_program_path(p, ost_program_binding(p, h->from.binding)->file);

	for (uint32_t n = at; binder && !ost_irq_takes_global(h); n = q->f->search.up.items[n].parent) {
		if (ost_are_siblings(ost_unit_path(q->f, q->f->search.up.items[n].unit), binder))
			return true;
		if (!n)
			break;
	}
	return false;
}

/* The handler may be another driver's or another chip's, or not be there yet. One lock for all is everybody's. */
static void judge_handler(struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t at)
{
	struct ost_finder *f = q->f;
	uint32_t unit = f->search.up.items[at].unit;

	if (!ost_irq_takes_global(h) && !ost_is_near(ost_unit_path(f, ost_irq_driver(f, at)), ost_unit_path(f, h->from.callback)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the handler belongs to another driver");
	if (is_of_sibling(q, h, at))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the handler is bound by another driver");
	if (ost_irq_is_by_stranger(f, at))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "whether %s() calls this driver is not known", ost_unit_name(f, unit));
	if (is_bound_instead(f, h, unit))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() and %s() are set up under conditions that exclude each other",
				ost_unit_name(f, unit), ost_unit_name(f, h->from.callback));
	if (is_called_at_home(q, h))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s calls it itself: from no interrupt, as far as is seen",
				ost_unit_path(f, h->from.callback));
	if (ost_irq_is_part(q, h, unit))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is part of a handler, too", ost_unit_name(f, unit));
	for (uint32_t n = at;; n = f->search.up.items[n].parent) {
		uint32_t u = f->search.up.items[n].unit;

		if (ost_irq_has_other(q, h, u))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s has handlers of its own", ost_unit_path(f, u));
		if (u == h->from.callback && n != at)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is called by hand, too: when its interrupt is off, as a rule",
					ost_unit_name(f, u));
		if (is_early(f, h, unit, u))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() may run before the handler can", ost_unit_name(f, u));
		if (!n)
			break;
	}
}

/*
 * A spinlock that a function brought along is held on the way: whether that
 * switched interrupts off is not always seen.
 */
static bool may_be_shut(struct ost_finder *f, uint32_t unit, const struct ost_lk_event *ev)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (int h = 0; sum && ev && h < ev->nr_held; h++) {
		unsigned kind = sum->locks[ev->held[h].lock].kind;
		uint32_t node = ev->held[h].node;

		if ((kind != OST_LKK_SPIN && kind != OST_LKK_RAW) || !ost_finder_enter(f, unit) ||
		    node + 1 >= f->cur->tree.v.nr || f->cur->tree.v.items[node].op != OST_N_CALL ||
		    f->cur->tree.v.items[node + 1].op != OST_N_NAME)
			continue;
		if (!ost_lk_find(&f->w->tables, ost_facts_str(f->cur->f, f->cur->tree.v.items[node + 1].a)))
			return true;
	}
	return false;
}

static void judge_way(struct ost_finder *f, uint32_t at, uint32_t unit, const struct ost_lk_event *ev)
{
	bool is_doubtful = may_be_shut(f, unit, ev);

	for (; at && !is_doubtful; at = f->search.up.items[at].parent)
		is_doubtful = may_be_shut(f, f->search.up.items[at].unit, ost_climb_event(&f->search, &f->search.up.items[at]));
	if (is_doubtful)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a spinlock is held there that a function took: with what switched off was not looked at");
}

/* Code that no build has, on the way from who is interrupted to the lock. */
static void judge_branches(struct ost_finder *f, const struct ost_irq_handler *h, uint32_t at, const struct ost_lk_event *ev)
{
	const struct ost_climb_node *up = f->search.up.items;
	struct ost_frame frames[OST_IRQ_DEPTH + 2];
	unsigned nr = up[at].depth + 1u;
	const char *opposed = NULL;

	if (nr > OST_ARRAY_SIZE(frames))
		return;
	for (uint32_t n = at, i = nr - 1; n; n = up[n].parent, i--)
		frames[i] = ost_irq_call_frame(f, n);
	frames[0] = (struct ost_frame){ up[0].unit, ev->line, "", OST_NO_ID, 0, false };
	ost_judge_branches(f, frames, nr, ev);
	if (h->from.binding != OST_NO_ID)
		opposed = ost_binding_opposes(f, frames, nr, ev, ost_program_binding(f->p, h->from.binding));
	if (opposed)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on where the handler is not bound", opposed);
}

void ost_irq_judge(struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit, const struct ost_lk_event *ev, uint32_t at)
{
	judge_handler(q, h, at);
	judge_way(q->f, at, unit, ev);
	ost_irq_way_judge(q->f, &h->way, at);
	judge_branches(q->f, h, at, ev);
}
