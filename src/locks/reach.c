// SPDX-License-Identifier: GPL-2.0-or-later
/* Down from a callback: what it may come to, the surest ways first. */
#include <stdlib.h>

#include "base/alloc.h"
#include "locks/aim.h"
#include "locks/search.h"

static void add(struct ost_search *s, uint32_t parent, const struct ost_lk_edge *e,
		uint32_t unit, uint32_t target, unsigned cost)
{
	struct ost_reach_node *n;

	if (s->mark[unit] == s->nr_reaches)
		return;
	if (s->down.nr >= OST_REACH_MAX) {
		s->is_limited = true;
		return;
	}
	s->mark[unit] = s->nr_reaches;
	n = ost_vec_push(&s->down);
	n->unit = unit;
	n->parent = parent;
	n->line = e->line;
	n->slot = e->slot;
	n->target = target;
	n->is_one_of = e->is_one_of != 0;
	n->cost = (uint16_t)cost;
	n->depth = parent == OST_NO_NODE ? 0 : (uint16_t)(s->down.items[parent].depth + 1);
}

/* Not entered: leaves, what everybody calls, and what leads nowhere. */
static bool is_barred(const struct ost_lk_graph *g, const uint8_t *leads, uint32_t unit)
{
	return (leads && !leads[unit]) || g->unit_flags[unit] & (OST_GU_LEAF | OST_GU_CORE);
}

void ost_lk_sure_make(struct ost_lk_sure *sure, const struct ost_lk_graph *g, const uint8_t *leads)
{
	uint32_t *seen = ost_calloc(g->nr_units + 1, sizeof(*seen)), nr = 0;
	uint64_t max = g->out_first[g->nr_units];

	sure->first = ost_calloc(g->nr_units + 1, sizeof(*sure->first));
	sure->units = ost_reallocarray(NULL, max + 1, sizeof(*sure->units));
	sure->via = ost_reallocarray(NULL, max + 1, sizeof(*sure->via));
	for (uint32_t u = 0; u < g->nr_units; u++) {
		sure->first[u] = nr;
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++) {
			uint32_t to = g->out[i].unit;

			if (g->out[i].is_one_of || is_barred(g, leads, to) || !ost_is_first(seen, to, u))
				continue;
			sure->units[nr] = to;
			sure->via[nr++] = (uint32_t)i;
		}
	}
	sure->first[g->nr_units] = nr;
	free(seen);
}

void ost_lk_sure_deinit(struct ost_lk_sure *sure)
{
	free(sure->first);
	free(sure->units);
	free(sure->via);
	*sure = (struct ost_lk_sure){ NULL, NULL, NULL };
}

/* A driver's own slot, for the variants of what it drives: each of them is entered by some device's callback. */
static bool is_own_slot(const struct ost_search *s, const struct ost_lk_slot *slot, uint32_t caller)
{
	if (!s->is_in_driver || slot->nr_targets > OST_REACH_VARIANTS)
		return false;
	for (uint32_t t = 0; t < slot->nr_targets; t++)
		if (slot->targets[t].unit == OST_NO_ID || s->g->folder[slot->targets[t].unit] != s->g->folder[caller])
			return false;
	return true;
}

/* The functions that slot calls of node `at` may mean, those whose slot costs `extra`. */
static void enter_slots(struct ost_search *s, uint32_t at, unsigned extra)
{
	uint32_t unit = s->down.items[at].unit, root = s->down.items[0].unit;

	for (uint64_t i = s->g->site_first[unit]; i < s->g->site_first[unit + 1]; i++) {
		const struct ost_lk_edge *site = &s->g->sites[i];
		const struct ost_lk_slot *slot = ost_lk_slot(s->g, site->slot);
		unsigned cost = is_own_slot(s, slot, unit) ? 0 : slot->cost;

		for (uint32_t t = 0; t < slot->nr_targets && cost == extra; t++) {
			uint32_t to = slot->targets[t].unit;

			if (to != OST_NO_ID && !is_barred(s->g, s->leads, to) &&
			    (slot->nr_targets <= OST_REACH_FAN || s->g->folder[root] == s->g->folder[to]))
				add(s, at, site, to, t, s->down.items[at].cost + extra);
		}
	}
}

static void enter_sure(struct ost_search *s, uint32_t at)
{
	const struct ost_lk_sure *sure = s->sure;
	uint32_t u = s->down.items[at].unit;
	unsigned cost = s->down.items[at].cost;

	for (uint32_t i = sure->first[u]; i < sure->first[u + 1]; i++)
		if (s->mark[sure->units[i]] != s->nr_reaches)
			add(s, at, &s->g->out[sure->via[i]], sure->units[i], 0, cost);
}

static void enter_direct(struct ost_search *s, uint32_t at, unsigned extra)
{
	const struct ost_lk_graph *g = s->g;
	uint32_t u = s->down.items[at].unit;

	for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++)
		if (g->out[i].is_one_of == extra && !is_barred(g, s->leads, g->out[i].unit))
			add(s, at, &g->out[i], g->out[i].unit, 0, s->down.items[at].cost + extra);
}

static void enter_all(struct ost_search *s, uint32_t at, unsigned extra)
{
	if (!extra && s->sure)
		enter_sure(s, at);
	else
		enter_direct(s, at, extra);
	enter_slots(s, at, extra);
}

/* The same, but only what leads to a goal. */
static void enter_aimed(struct ost_search *s, uint32_t at, unsigned extra)
{
	const struct ost_lk_graph *g = s->g;
	const struct ost_lk_aim *aim = g->aim;
	uint32_t u = s->down.items[at].unit, folder = g->folder[s->down.items[0].unit];
	unsigned cost = s->down.items[at].cost + extra;

	for (uint32_t i = aim->direct_first[extra][u]; i < aim->direct_first[extra][u + 1]; i++) {
		const struct ost_lk_aimed *to = &aim->direct[extra][i];

		if (to->need + cost <= s->max_cost)
			add(s, at, &g->out[to->via], to->unit, 0, cost);
	}
	for (uint32_t i = aim->site_first[extra][u]; i < aim->site_first[extra][u + 1]; i++) {
		const struct ost_lk_edge *site = &g->sites[aim->sites[extra][i]];
		const struct ost_lk_aimed *to;
		uint32_t nr = ost_lk_aimed_targets(g, ost_lk_slot(g, site->slot), folder, &to);

		for (uint32_t t = 0; t < nr; t++)
			if (to[t].need + cost <= s->max_cost)
				add(s, at, site, to[t].unit, to[t].via, cost);
	}
}

static void enter(struct ost_search *s, uint32_t at, unsigned extra)
{
	if (s->is_aimed)
		enter_aimed(s, at, extra);
	else
		enter_all(s, at, extra);
}

void ost_reach_from(struct ost_search *s, uint32_t unit)
{
	struct ost_lk_edge start = { .unit = unit, .slot = OST_NO_ID };
	size_t begin = 0;

	ost_vec_clear(&s->down);
	s->nr_reaches++;
	s->is_limited = false;
	if (s->is_aimed && s->g->aim->need[unit] > s->max_cost)
		return;
	add(s, OST_NO_NODE, &start, unit, 0, 0);
	for (unsigned cost = 0; cost <= s->max_cost; cost++) {
		size_t level = begin;

		/* once there is no room, nothing more is entered */
		for (size_t at = begin; at < s->down.nr && !s->is_limited; at++)
			enter(s, (uint32_t)at, 0);
		begin = s->down.nr;
		for (size_t at = level; at < begin && cost < s->max_cost && !s->is_limited; at++)
			enter(s, (uint32_t)at, 1);
	}
}
