// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/irq_aim.h"

#include <stdlib.h>

#include "base/alloc.h"

struct queue { OST_VEC(uint32_t) v; };

void ost_irq_aim_deinit(struct ost_irq_aim *aim)
{
	ost_table_deinit(&aim->classes);
	free(aim->leads);
}

static void note(uint8_t *leads, struct queue *q, uint32_t unit)
{
	if (!leads[unit])
		ost_vec_add(&q->v, unit);
	leads[unit] = 1;
}

/* Who enters the unit; what is barred is not entered, but a way may begin there. */
static void note_callers(const struct ost_lk_graph *g, uint8_t *leads, struct queue *q, uint32_t unit)
{
	if (g->unit_flags[unit] & (OST_GU_LEAF | OST_GU_CORE))
		return;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++)
		if (!g->in[i].is_one_of)
			note(leads, q, g->in[i].unit);
	for (uint64_t t = g->entry_first[unit]; t < g->entry_first[unit + 1]; t++) {
		const struct ost_lk_slot *slot = &g->slots.items[g->entries[t].slot];

		for (uint32_t k = 0; k < slot->nr_callers && (!slot->cost || slot->nr_targets <= OST_REACH_VARIANTS); k++)
			note(leads, q, g->by_slot.items[slot->first_caller + k].unit);
	}
}

uint8_t *ost_irq_leads(const struct ost_lk_graph *g, const uint8_t *goals)
{
	uint8_t *leads = ost_calloc(g->nr_units + 1, 1);
	struct queue q = { .v = OST_VEC_INIT };

	for (uint32_t u = 0; u < g->nr_units; u++)
		if (goals[u])
			note(leads, &q, u);
	for (size_t at = 0; at < q.v.nr; at++)
		note_callers(g, leads, &q, q.v.items[at]);
	ost_vec_deinit(&q.v);
	return leads;
}
