// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/gates.h"

#define MAX_UP 5
#define MAX_CALLERS 40

/* The one function that calls the unit, by its name; OST_NO_ID: none, several, or a slot leads to it. */
static uint32_t only_caller(const struct ost_finder *f, uint32_t unit)
{
	const struct ost_lk_graph *g = &f->graph;
	uint32_t caller = OST_NO_ID;

	if (!ost_lk_has_all_callers(g, unit))
		return OST_NO_ID;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		if (caller != OST_NO_ID && g->in[i].unit != caller)
			return OST_NO_ID;
		caller = g->in[i].unit;
	}
	return caller;
}

/* The first function that x and y are both reached by alone, or OST_NO_ID. */
static uint32_t where_they_part(const struct ost_finder *f, uint32_t x, uint32_t y)
{
	for (int i = 0; i < MAX_UP && x != OST_NO_ID; i++, x = only_caller(f, x)) {
		uint32_t at = y;

		for (int k = 0; k < MAX_UP && at != OST_NO_ID; k++, at = only_caller(f, at))
			if (at == x)
				return x;
	}
	return OST_NO_ID;
}

/* What is held in any case at the call, other than a and b; 0: nothing. */
static uint64_t held_over(struct ost_finder *f, const struct ost_lk_edge *call, uint64_t a, uint64_t b)
{
	const struct ost_lk_event *ev = ost_edge_event(f->w, call->unit, call);

	for (int h = 0; ev && h < ev->nr_held; h++) {
		uint64_t cls = ost_lk_ref_class(&ost_lk_sum(f->w, call->unit)->locks[ev->held[h].lock]);

		if (ev->held[h].in_all && ev->held[h].mode == OST_LKM_EXCL && cls && cls != a && cls != b)
			return cls;
	}
	return 0;
}

uint64_t ost_gate_above(struct ost_finder *f, uint32_t x, uint32_t y, uint64_t a, uint64_t b, uint32_t *ret_unit)
{
	uint32_t unit = where_they_part(f, x, y), nr_slots;
	const uint32_t *targets;
	uint64_t gate = 0;

	*ret_unit = unit;
	if (unit == OST_NO_ID || f->graph.in_first[unit] < f->graph.in_first[unit + 1])
		return 0;
	nr_slots = ost_program_unit_slots(f->p, unit, &targets);
	for (uint32_t t = 0; t < nr_slots && !gate; t++) {
		const struct ost_lk_edge *callers;
		uint32_t nr = ost_lk_slot_callers(&f->graph, ost_program_target(f->p, targets[t])->slot, &callers);

		for (uint32_t i = 0; i < nr && nr <= MAX_CALLERS && !gate; i++)
			gate = held_over(f, &callers[i], a, b);
	}
	return gate;
}
