// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/aim.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct queue { OST_VEC(uint32_t) v; };

static bool is_barred(const struct ost_lk_graph *g, uint32_t unit)
{
	return g->unit_flags[unit] & (OST_GU_LEAF | OST_GU_CORE);
}

/* ---- what leads there -------------------------------------------------------- */

static void note(const struct ost_lk_graph *g, uint8_t *need, struct queue *levels, uint32_t unit, unsigned level,
		 unsigned max)
{
	if (level > max || need[unit] <= level || is_barred(g, unit))
		return;
	need[unit] = (uint8_t)level;
	ost_vec_add(&levels[level].v, unit);
}

static void note_callers(const struct ost_lk_graph *g, uint8_t *need, struct queue *levels, uint32_t u, unsigned level,
			 unsigned max)
{
	for (uint64_t k = g->in_first[u]; k < g->in_first[u + 1]; k++)
		note(g, need, levels, g->in[k].unit, level + g->in[k].is_one_of, max);
	for (uint64_t t = g->entry_first[u]; t < g->entry_first[u + 1]; t++) {
		const struct ost_lk_slot *slot = &g->slots.items[g->entries[t].slot];

		for (uint32_t k = 0; k < slot->nr_callers; k++)
			note(g, need, levels, g->by_slot.items[slot->first_caller + k].unit, level + slot->cost, max);
	}
}

/* Backwards from the goals, once. */
static uint8_t *measure(const struct ost_lk_graph *g, const uint8_t *goals, unsigned max)
{
	struct queue *levels = ost_calloc(max + 1, sizeof(*levels));
	uint8_t *need = ost_malloc(g->nr_units + 1);

	memset(need, OST_AIM_FAR, g->nr_units + 1);
	for (uint32_t u = 0; u < g->nr_units; u++)
		if (goals[u])
			note(g, need, levels, u, 0, max);
	for (unsigned level = 0; level <= max; level++) {
		for (size_t i = 0; i < levels[level].v.nr; i++)
			if (need[levels[level].v.items[i]] == level)
				note_callers(g, need, levels, levels[level].v.items[i], level, max);
		ost_vec_deinit(&levels[level].v);
	}
	free(levels);
	return need;
}

/* ---- what remains ------------------------------------------------------------- */

static void lay_out_direct(const struct ost_lk_graph *g, struct ost_lk_aim *aim, unsigned cost, unsigned max)
{
	OST_VEC(struct ost_lk_aimed) v = OST_VEC_INIT;
	uint32_t *first = ost_calloc(g->nr_units + 1, sizeof(*first));
	uint32_t *seen = ost_calloc(g->nr_units + 1, sizeof(*seen));

	for (uint32_t u = 0; u < g->nr_units; u++) {
		first[u] = (uint32_t)v.nr;
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++)
			if (g->out[i].is_one_of == cost && aim->need[g->out[i].unit] + cost <= max &&
			    ost_is_first(seen, g->out[i].unit, u))
				*ost_vec_push(&v) = (struct ost_lk_aimed){ g->out[i].unit, (uint32_t)i,
									   aim->need[g->out[i].unit] };
	}
	free(seen);
	first[g->nr_units] = (uint32_t)v.nr;
	aim->direct_first[cost] = first;
	aim->direct[cost] = v.items;
}

static int compare_folders(const void *a, const void *b, void *ctx)
{
	const struct ost_lk_aimed *x = a, *y = b;
	const struct ost_lk_graph *g = ctx;

	if (g->folder[x->unit] != g->folder[y->unit])
		return g->folder[x->unit] < g->folder[y->unit] ? -1 : 1;
	return x->via < y->via ? -1 : x->via > y->via;
}

static void lay_out_targets(struct ost_lk_graph *g, struct ost_lk_aim *aim, unsigned max)
{
	OST_VEC(struct ost_lk_aimed) v = OST_VEC_INIT;
	uint32_t *seen = ost_calloc(g->nr_units + 1, sizeof(*seen));

	aim->slot_first = ost_calloc(g->slots.nr + 1, sizeof(*aim->slot_first));
	for (size_t s = 0; s < g->slots.nr; s++) {
		const struct ost_lk_slot *slot = &g->slots.items[s];
		size_t first = v.nr;

		aim->slot_first[s] = (uint32_t)first;
		for (uint32_t t = 0; t < slot->nr_targets; t++) {
			uint32_t to = slot->targets[t].unit;

			if (to != OST_NO_ID && aim->need[to] + slot->cost <= max && ost_is_first(seen, to, (uint32_t)s))
				*ost_vec_push(&v) = (struct ost_lk_aimed){ to, t, aim->need[to] };
		}
		if (slot->nr_targets > OST_AIM_FAN && v.nr > first)
			qsort_r(v.items + first, v.nr - first, sizeof(*v.items), compare_folders, g);
	}
	free(seen);
	aim->slot_first[g->slots.nr] = (uint32_t)v.nr;
	aim->targets = v.items;
}

static void lay_out_sites(const struct ost_lk_graph *g, struct ost_lk_aim *aim, unsigned cost)
{
	OST_VEC(uint32_t) v = OST_VEC_INIT;
	uint32_t *first = ost_calloc(g->nr_units + 1, sizeof(*first));
	uint32_t *seen = ost_calloc(g->slots.nr + 1, sizeof(*seen));

	for (uint32_t u = 0; u < g->nr_units; u++) {
		first[u] = (uint32_t)v.nr;
		for (uint64_t i = g->site_first[u]; i < g->site_first[u + 1]; i++) {
			const struct ost_lk_slot *slot = ost_lk_slot(g, g->sites[i].slot);
			size_t at = (size_t)(slot - g->slots.items);

			if (slot->cost == cost && aim->slot_first[at + 1] > aim->slot_first[at] &&
			    ost_is_first(seen, (uint32_t)at, u))
				ost_vec_add(&v, (uint32_t)i);
		}
	}
	free(seen);
	first[g->nr_units] = (uint32_t)v.nr;
	aim->site_first[cost] = first;
	aim->sites[cost] = v.items;
}

void ost_lk_aim_destroy(struct ost_lk_aim *aim)
{
	for (unsigned cost = 0; aim && cost < 2; cost++) {
		free(aim->direct_first[cost]);
		free(aim->direct[cost]);
		free(aim->site_first[cost]);
		free(aim->sites[cost]);
	}
	if (aim) {
		free(aim->need);
		free(aim->slot_first);
		free(aim->targets);
	}
	free(aim);
}

void ost_lk_graph_aim(struct ost_lk_graph *g, const uint8_t *goals, unsigned max)
{
	ost_lk_aim_destroy(g->aim);
	g->aim = ost_calloc(1, sizeof(*g->aim));
	g->aim->need = measure(g, goals, max);
	lay_out_targets(g, g->aim, max);
	for (unsigned cost = 0; cost < 2; cost++) {
		lay_out_direct(g, g->aim, cost, max);
		lay_out_sites(g, g->aim, cost);
	}
}

uint32_t ost_lk_aimed_targets(const struct ost_lk_graph *g, const struct ost_lk_slot *slot, uint32_t folder,
			      const struct ost_lk_aimed **ret)
{
	size_t at = (size_t)(slot - g->slots.items);
	uint32_t first = g->aim->slot_first[at], end = g->aim->slot_first[at + 1], lo = first, hi = end;

	*ret = &g->aim->targets[first];
	if (slot->nr_targets <= OST_AIM_FAN)
		return end - first;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (g->folder[g->aim->targets[mid].unit] < folder)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret = &g->aim->targets[lo];
	for (hi = lo; hi < end && g->folder[g->aim->targets[hi].unit] == folder; hi++)
		;
	return hi - lo;
}
