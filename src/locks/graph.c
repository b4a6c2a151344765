// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/table.h"
#include "ostler/progress.h"

struct pair {
	uint32_t from;
	struct ost_lk_edge e;
};
struct pairs { OST_VEC(struct pair) v; };

/* Sorts pairs by `from` into arrays; the order within one unit is kept. */
static void lay_out(const struct pairs *pairs, uint32_t nr_units, uint64_t **ret_first,
		    struct ost_lk_edge **ret_edges)
{
	uint64_t *first = ost_calloc(nr_units + 2, sizeof(*first));
	struct ost_lk_edge *edges = ost_calloc(pairs->v.nr + 1, sizeof(*edges));

	for (size_t i = 0; i < pairs->v.nr; i++)
		first[pairs->v.items[i].from + 2]++;
	for (uint32_t u = 0; u < nr_units; u++)
		first[u + 2] += first[u + 1];
	for (size_t i = 0; i < pairs->v.nr; i++)
		edges[first[pairs->v.items[i].from + 1]++] = pairs->v.items[i].e;
	*ret_first = first;
	*ret_edges = edges;
}

static void direct_calls(struct ost_lk_graph *g)
{
	struct ost_edges found = { .v = OST_VEC_INIT };
	struct pairs out = { .v = OST_VEC_INIT };

	for (uint32_t u = 0; u < g->nr_units; u++) {
		if (!(u & 0xffff))
			ost_progress("call graph", u, g->nr_units);
		ost_vec_clear(&found.v);
		ost_program_callees(g->p, u, false, &found);
		for (size_t i = 0; i < found.v.nr; i++) {
			const struct ost_edge *e = &found.v.items[i];

			if (e->kind != OST_EDGE_DIRECT || e->to >= g->nr_units)
				continue;
			*ost_vec_push(&out.v) = (struct pair){ u, { e->to, e->line, OST_NO_ID, e->is_one_of } };
		}
	}
	lay_out(&out, g->nr_units, &g->out_first, &g->out);
	for (size_t i = 0; i < out.v.nr; i++) {	/* turned round */
		struct pair *pr = &out.v.items[i];
		uint32_t to = pr->e.unit;

		pr->e.unit = pr->from;
		pr->from = to;
	}
	lay_out(&out, g->nr_units, &g->in_first, &g->in);
	ost_vec_deinit(&out.v);
	ost_vec_deinit(&found.v);
}

static void slot_calls(struct ost_lk_graph *g)
{
	struct ost_edges found = { .v = OST_VEC_INIT };
	struct pairs sites = { .v = OST_VEC_INIT };
	struct ost_table seen = OST_TABLE_INIT;
	uint32_t nr = ost_program_nr_targets(g->p);

	for (uint32_t t = 0; t < nr; t++) {
		uint32_t slot = ost_program_target(g->p, t)->slot;
		bool is_new;

		ost_table_put(&seen, slot, &is_new);
		if (!is_new)
			continue;
		ost_vec_clear(&found.v);
		ost_program_slot_callers(g->p, slot, &found);
		*ost_table_put(&g->slot_ranges, slot, NULL) = ost_table_pack((uint32_t)g->by_slot.nr,
									     (uint32_t)found.v.nr);
		for (size_t i = 0; i < found.v.nr; i++) {
			const struct ost_edge *e = &found.v.items[i];

			*ost_vec_push(&sites.v) = (struct pair){ e->from, { e->from, e->line, slot, 0 } };
			*ost_vec_push(&g->by_slot) = (struct ost_lk_edge){ e->from, e->line, slot, 0 };
		}
	}
	lay_out(&sites, g->nr_units, &g->site_first, &g->sites);
	ost_table_deinit(&seen);
	ost_vec_deinit(&sites.v);
	ost_vec_deinit(&found.v);
}

uint32_t ost_lk_slot_callers(const struct ost_lk_graph *g, uint32_t slot, const struct ost_lk_edge **ret)
{
	const uint64_t *range = ost_table_get(&g->slot_ranges, slot);

	*ret = range ? &g->by_slot.items[*range >> 32] : NULL;
	return range ? (uint32_t)*range : 0;
}

void ost_lk_graph_init(struct ost_lk_graph *g, const struct ost_program *p)
{
	memset(g, 0, sizeof(*g));
	g->p = p;
	g->nr_units = ost_program_nr_units(p);
	direct_calls(g);
	slot_calls(g);
}

void ost_lk_graph_deinit(struct ost_lk_graph *g)
{
	free(g->out_first);
	free(g->in_first);
	free(g->out);
	free(g->in);
	free(g->site_first);
	free(g->sites);
	ost_table_deinit(&g->slot_ranges);
	ost_vec_deinit(&g->by_slot);
}
