// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be held on entry, worked out for all functions at once.
 *
 * Each entry is looked at once, and what its function calls is entered with
 * the class, too: some fifty million tries for six million entries, all over
 * the memory. So what a try needs is laid out for it: of a function's calls
 * those that lead to a place that blocks, a number each; of what has no room
 * any more one bit, and calls of that are taken out when somebody comes by.
 * The classes that a function has are numbers in a row.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "locks/entry_making.h"
#include "ostler/progress.h"

/* A call: of whom, and two bits. */
#define ONE_OF (1u << 30)
#define RELEASES (1u << 31)
#define UNIT_OF(call) ((call) & (ONE_OF - 1))

/* By unit, what it calls that is not closed: out of g->out, in that order. */
struct calls {
	uint64_t *first;
	uint32_t *end;			/* from first on */
	uint32_t *calls, *number;	/* number: in g->out */
};

/* What the entry hands on by direct calls. Calls of who is closed by now are left out from now on. */
static void hand_on(struct ost_making *m, struct calls *c, uint32_t from)
{
	const struct ost_entry in = m->e->v.items[from];
	uint32_t *calls = &c->calls[c->first[in.unit]], *number = &c->number[c->first[in.unit]], kept = 0;
	struct ost_entry new = ost_making_below(m, from);

	for (uint32_t i = 0; i < c->end[in.unit]; i++) {
		uint32_t call = calls[i];

		if (ost_making_is_closed(m, UNIT_OF(call)))
			continue;
		calls[kept] = call;
		number[kept] = number[i];
		if ((!(call & RELEASES) || !ost_making_is_released(m, &in, &m->e->g->out[number[kept]])) &&
		    ost_making_note(m, UNIT_OF(call), in.cls)) {
			new.unit = UNIT_OF(call);
			new.call = number[kept];
			new.is_one_of = in.is_one_of || call & ONE_OF;
			ost_entry_link(m->e, &new);
		}
		kept++;
	}
	c->end[in.unit] = kept;
}

#define AHEAD 6	/* entries between asking for memory and needing it */

/* The calls of one that comes twice as far behind, and the classes of what the other one calls. */
static void fetch_ahead(const struct ost_making *m, const struct calls *c, size_t i)
{
	const struct ost_entries *e = m->e;

	if (i + 2 * AHEAD < e->v.nr)
		__builtin_prefetch(&c->calls[c->first[e->v.items[i + 2 * AHEAD].unit]]);
	if (i + AHEAD < e->v.nr && e->v.items[i + AHEAD].depth < OST_ENTRY_DEPTH) {
		uint32_t unit = e->v.items[i + AHEAD].unit;

		for (uint64_t k = c->first[unit]; k < c->first[unit] + c->end[unit]; k++)
			if (!ost_making_is_closed(m, UNIT_OF(c->calls[k])))
				__builtin_prefetch(&m->classes.items[m->has[UNIT_OF(c->calls[k])].block]);
	}
}

static void close_level(struct ost_making *m, struct calls *c, size_t from)
{
	for (size_t i = from; i < m->e->v.nr && !ost_interrupted(); i++) {
		fetch_ahead(m, c, i);
		if (m->e->v.items[i].depth < OST_ENTRY_DEPTH)
			hand_on(m, c, (uint32_t)i);
	}
}

static void seed_all(struct ost_making *m, bool by_slot)
{
	for (uint32_t u = 0; u < m->e->g->nr_units; u++)
		ost_making_seed(m, u, by_slot);
}

static void cross_slots(struct ost_making *m, size_t from, size_t to)
{
	for (size_t i = from; i < to && !ost_interrupted(); i++)
		ost_making_cross(m, (uint32_t)i);
}

/* Of several calls of one function by another one the first that releases nothing is as good as those behind it. */
static void list_calls(const struct ost_making *m, struct calls *c)
{
	const struct ost_lk_graph *g = m->e->g;
	uint32_t *seen = ost_calloc(g->nr_units + 1, sizeof(*seen));	/* by unit: the last caller, + 1 */
	uint64_t nr = 0;

	c->first = ost_calloc(g->nr_units + 2, sizeof(*c->first));
	c->end = ost_calloc(g->nr_units + 1, sizeof(*c->end));
	c->calls = ost_reallocarray(NULL, g->out_first[g->nr_units] + 1, sizeof(*c->calls));
	c->number = ost_reallocarray(NULL, g->out_first[g->nr_units] + 1, sizeof(*c->number));
	for (uint32_t u = 0; u < g->nr_units; u++) {
		c->first[u] = nr;
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++) {
			const struct ost_lk_edge *call = &g->out[i];

			if (ost_making_is_closed(m, call->unit) || seen[call->unit] == u + 1)
				continue;
			if (!call->has_rel)
				seen[call->unit] = u + 1;
			c->number[nr] = (uint32_t)i;
			c->calls[nr++] = call->unit | (call->is_one_of ? ONE_OF : 0) | (call->has_rel ? RELEASES : 0);
		}
		c->end[u] = (uint32_t)(nr - c->first[u]);
	}
	free(seen);
}

void ost_entries_make(struct ost_entries *e)
{
	struct ost_making m;
	struct calls c;
	size_t level = 0, end;

	ost_making_init(&m, e, false);
	list_calls(&m, &c);
	for (unsigned slots = 0; slots <= OST_ENTRY_SLOTS; slots++) {
		ost_progress("held on entry", slots, OST_ENTRY_SLOTS + 1);
		end = e->v.nr;
		if (slots <= 1)
			seed_all(&m, slots);
		e->ends[slots][OST_ENTRY_SEEDS] = e->v.nr;
		if (slots)
			cross_slots(&m, level, end);
		e->ends[slots][OST_ENTRY_CROSSED] = e->v.nr;
		level = end;
		close_level(&m, &c, level);
		e->ends[slots][OST_ENTRY_CALLED] = e->v.nr;
	}
	e->v.items = ost_reallocarray(e->v.items, e->v.nr + 1, sizeof(*e->v.items));
	e->v.cap = e->v.nr + 1;
	free(c.first);
	free(c.end);
	free(c.calls);
	free(c.number);
	ost_making_deinit(&m);
}
