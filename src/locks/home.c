// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Of all who hold a lock over a call through a slot, entry.h remembers one: the
 * nearest, and that is a stranger as a rule. The object that a driver's
 * function is called for is one of that driver; so a function of its own that
 * calls the core with the lock held is the one to be asked about.
 */
#include "locks/chain.h"

#define HOME_NODES 128

struct home_node {
	uint32_t unit, line;	/* makes the call */
	uint32_t below;		/* of node; OST_NO_ID: through the slot */
	uint32_t depth;
};

struct home {
	struct ost_finder *f;
	const struct ost_chain *from;
	uint64_t cls, folder;
	unsigned crossed;	/* frame of `from` that calls through the slot */
	struct home_node nodes[HOME_NODES];
	unsigned nr;
};

static void note(struct home *h, const struct ost_lk_edge *call, uint32_t below, uint32_t depth)
{
	for (unsigned i = 0; i < h->nr; i++)
		if (h->nodes[i].unit == call->unit)
			return;
	if (h->nr < HOME_NODES)
		h->nodes[h->nr++] = (struct home_node){ call->unit, call->line, below, depth };
}

static struct ost_frame frame_of(const struct home *h, uint32_t unit, uint32_t line, uint32_t callee)
{
	return (struct ost_frame){ unit, line, ost_callee_text(h->f->p, callee, OST_NO_ID), OST_NO_ID, 0, false };
}

/* The chain from who makes the call of node `at` down. */
static bool make(const struct home *h, const struct ost_lk_edge *call, unsigned at, const struct ost_lk_held *held,
		 struct ost_chain *ret)
{
	const struct ost_lk_event *ev = ost_edge_event(h->f->w, call->unit, call);
	unsigned nr = h->crossed + h->nodes[at].depth + 2;

	if (nr > OST_CHAIN_FRAMES)
		return false;
	*ret = *h->from;
	ret->has_met = false;
	ret->nr_slots = 0;
	for (unsigned i = 1; i <= h->crossed; i++)
		ret->nr_slots += ret->frames[i].slot != OST_NO_ID && !ost_slot_is_closed(h->f->p, ret->frames[i].slot, ret->frames[i].unit);
	ret->nr = nr;
	ret->frames[nr - 1] = frame_of(h, call->unit, call->line, h->nodes[at].unit);
	for (; h->nodes[at].below != OST_NO_ID; at = h->nodes[at].below)
		ret->frames[h->crossed + h->nodes[at].depth] =
			frame_of(h, h->nodes[at].unit, h->nodes[at].line, h->nodes[h->nodes[at].below].unit);
	ret->frames[h->crossed].unit = h->nodes[at].unit;
	ret->frames[h->crossed].line = h->nodes[at].line;
	ret->hold.entry = OST_NO_ID;
	ret->hold.event = (uint32_t)(ev - ost_lk_sum(h->f->w, call->unit)->events);
	ret->hold.held = (uint16_t)(held - ev->held);
	ret->hold_at = ev;
	ret->held = held;
	ret->hold_ref = &ost_lk_sum(h->f->w, call->unit)->locks[held->lock];
	ret->hold.is_sure = true;
	return true;
}

static bool look_above(struct home *h, unsigned at, struct ost_chain *ret)
{
	const struct ost_lk_graph *g = &h->f->graph;
	uint32_t unit = h->nodes[at].unit;

	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		const struct ost_lk_edge *call = &g->in[i];
		const struct ost_lk_event *ev = ost_edge_event(h->f->w, call->unit, call);
		const struct ost_lk_held *held = ost_event_held(ost_lk_sum(h->f->w, call->unit), ev, h->cls, false);

		if (call->is_one_of || call->is_handed || ost_event_releases(ost_lk_sum(h->f->w, call->unit), ev, h->cls))
			continue;
		if (held && ost_lk_folder(h->f->p, call->unit) == h->folder && make(h, call, at, held, ret))
			return true;
		if (!held && h->nodes[at].depth + 1 < OST_HOME_DEPTH)
			note(h, call, at, h->nodes[at].depth + 1);
	}
	return false;
}

/* The lowest slot that is crossed from outside of the folder that it leads to, 0: none. */
static unsigned lowest_slot(const struct ost_finder *f, const struct ost_chain *c)
{
	for (unsigned i = 1; i < c->nr; i++)
		if (c->frames[i].slot != OST_NO_ID)
			return ost_lk_folder(f->p, c->frames[i].unit) == ost_lk_folder(f->p, c->frames[i - 1].unit) ? 0 : i;
	return 0;
}

bool ost_chain_home(struct ost_finder *f, const struct ost_chain *c, struct ost_chain *ret)
{
	struct home h = { .f = f, .from = c, .cls = c->hold.cls, .crossed = lowest_slot(f, c) };
	const struct ost_lk_edge *callers;
	uint32_t nr;

	if (!h.crossed || f->entries->v.items[c->hold.entry].is_one_of)
		return false;
	h.folder = ost_lk_folder(f->p, c->frames[h.crossed - 1].unit);
	if (ost_lk_folder(f->p, ost_chain_top(c)) == h.folder)
		return false;
	nr = ost_lk_slot_callers(&f->graph, c->frames[h.crossed].slot, &callers);
	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_lk_event *ev = ost_edge_event(f->w, callers[i].unit, &callers[i]);

		/* a core that has the lock itself would wait for who calls it with the lock, at once */
		if (!ost_event_releases(ost_lk_sum(f->w, callers[i].unit), ev, h.cls) && !ost_event_held(ost_lk_sum(f->w, callers[i].unit), ev, h.cls, false))
			note(&h, &callers[i], OST_NO_ID, 0);
	}
	for (unsigned at = 0; at < h.nr; at++)
		if (look_above(&h, at, ret))
			return true;
	return false;
}
