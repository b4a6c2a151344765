// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"

/* ---- what was seen ------------------------------------------------------- */

static void clear_seen(struct ost_seen *seen)
{
	seen->nr = 0;
	if (!++seen->round) {	/* it came round */
		memset(seen->slots, 0, (seen->mask + 1) * sizeof(*seen->slots));
		seen->round = 1;
	}
}

static struct ost_seen_slot *seen_place(const struct ost_seen *seen, uint64_t key)
{
	size_t at = (size_t)ost_hash_mix(key) & seen->mask;

	while (seen->slots[at].round == seen->round && seen->slots[at].key != key)
		at = (at + 1) & seen->mask;
	return &seen->slots[at];
}

static void grow_seen(struct ost_seen *seen)
{
	struct ost_seen old = *seen;

	seen->mask = old.slots ? 2 * old.mask + 1 : 1023;
	seen->slots = ost_calloc(seen->mask + 1, sizeof(*seen->slots));
	for (size_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].round == old.round)
			*seen_place(seen, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

/* The place of the key; *ret_new: it was not there. */
static struct ost_seen_slot *see(struct ost_seen *seen, uint64_t key, bool *ret_new)
{
	struct ost_seen_slot *slot;

	if (2 * seen->nr >= seen->mask)
		grow_seen(seen);
	slot = seen_place(seen, key);
	*ret_new = slot->round != seen->round;
	if (*ret_new) {
		*slot = (struct ost_seen_slot){ .key = key, .round = seen->round };
		seen->nr++;
	}
	return slot;
}

/* ---- begin and end --------------------------------------------------------- */

void ost_search_init(struct ost_search *s, const struct ost_lk_world *w, const struct ost_lk_graph *g)
{
	memset(s, 0, sizeof(*s));
	s->w = w;
	s->g = g;
	s->max_depth = OST_CLIMB_DEPTH;
	s->max_cost = OST_REACH_COST;
	ost_arena_init(&s->arena);
	s->last_unit = OST_NO_ID;
	s->seen.round = 1;
	grow_seen(&s->seen);
	s->mark = ost_calloc(g->nr_units + 1, sizeof(*s->mark));
}

void ost_search_deinit(struct ost_search *s)
{
	ost_vec_deinit(&s->down);
	ost_vec_deinit(&s->up);
	ost_vec_deinit(&s->last_rel);
	free(s->seen.slots);
	free(s->mark);
	ost_arena_deinit(&s->arena);
}

/* Position in calls of the first one at that line, or of what comes after it. */
static uint32_t first_at(const struct ost_lk_summary *sum, uint32_t line)
{
	uint32_t first = 0, end = sum ? sum->nr_calls : 0;

	while (first < end) {
		uint32_t mid = first + (end - first) / 2;

		if (sum->calls[mid].line < line)
			first = mid + 1;
		else
			end = mid;
	}
	return first;
}

const struct ost_lk_event *ost_sum_call_at(const struct ost_program *p, const struct ost_lk_summary *sum,
					   uint32_t line, const char *callee)
{
	const struct ost_facts *f = NULL;

	for (uint32_t at = first_at(sum, line); sum && at < sum->nr_calls && sum->calls[at].line == line; at++) {
		const struct ost_lk_event *ev = &sum->events[sum->calls[at].event];

		if (!f)
			f = ost_program_facts(p, ost_program_unit(p, sum->unit)->file);
		if (!strcmp(ost_facts_str(f, ev->name), callee))
			return ev;
	}
	return NULL;
}

const struct ost_lk_event *ost_sum_first_call_at(const struct ost_lk_summary *sum, uint32_t line)
{
	uint32_t at = first_at(sum, line);

	return at < sum->nr_calls && sum->calls[at].line == line ? &sum->events[sum->calls[at].event] : NULL;
}

const struct ost_lk_event *ost_call_event_at(const struct ost_lk_world *w, uint32_t unit,
					     uint32_t line, const char *callee)
{
	return ost_sum_call_at(w->p, ost_lk_sum(w, unit), line, callee);
}

/* ---- up --------------------------------------------------------------------- */

/* The call site is known by that way already. */
static bool has_site(const struct ost_search *s, const struct ost_seen_slot *slot, uint32_t line)
{
	for (uint32_t n = slot->node; n; n = s->up.items[n].next)
		if (s->up.items[n].line == line)
			return true;
	return false;
}

static void add_released(struct ost_search *s, struct ost_climb_node *n)
{
	const struct ost_lk_summary *sum = ost_lk_sum(s->w, n->unit);
	const struct ost_lk_event *ev = ost_climb_event(s, n);
	uint64_t *rel = ost_arena_alloc(&s->arena, (size_t)(n->nr_rel + ev->nr_rel) * sizeof(*rel));

	if (n->nr_rel)
		memcpy(rel, n->rel, n->nr_rel * sizeof(*rel));
	for (int i = 0; i < ev->nr_rel; i++)
		rel[n->nr_rel + i] = ost_lk_ref_class(&sum->locks[ev->rel[i]]);
	n->rel = rel;
	n->nr_rel = (uint16_t)(n->nr_rel + ev->nr_rel);
}

/* Each call site is a node of its own, the unit's callers follow the first one. False: there is no room. */
static bool up_add(struct ost_search *s, uint32_t parent, const struct ost_lk_edge *e, uint32_t target, uint32_t impl)
{
	const struct ost_climb_node *below;
	struct ost_seen_slot *slot;
	struct ost_climb_node *n;
	bool is_new;

	if (s->up.nr >= OST_CLIMB_MAX) {
		s->is_limited = true;
		return false;
	}
	slot = see(&s->seen, ost_table_pack(e->unit, impl), &is_new);
	if (!is_new && has_site(s, slot, e->line))
		return true;
	__builtin_prefetch(&s->g->in_first[e->unit]);
	__builtin_prefetch(&s->g->entry_first[e->unit]);
	n = ost_vec_push(&s->up);
	below = &s->up.items[parent];
	*n = (struct ost_climb_node){ .unit = e->unit, .parent = parent, .line = e->line, .slot = e->slot,
		.target = target, .impl = impl, .depth = (uint16_t)(below->depth + 1),
		.nr_rel = below->nr_rel, .rel = below->rel, .is_leaf = !is_new, .next = slot->node,
		.is_one_of = e->is_one_of != 0, .has_held = e->has_held != 0, .event = e->event };
	slot->node = (uint32_t)s->up.nr - 1;
	if (e->has_rel)
		add_released(s, n);
	return true;
}

static bool is_last_climb(const struct ost_search *s, uint32_t unit, const uint64_t *rel, uint16_t nr_rel)
{
	return s->last_unit == unit && s->last_depth == s->max_depth && s->last_rel.nr == nr_rel &&
	       (!nr_rel || !memcmp(s->last_rel.items, rel, nr_rel * sizeof(*rel)));
}

static void start_climb(struct ost_search *s, uint32_t unit, const uint64_t *rel, uint16_t nr_rel)
{
	bool is_new;

	ost_arena_deinit(&s->arena);
	ost_vec_clear(&s->up);
	clear_seen(&s->seen);
	s->is_limited = false;
	s->last_unit = unit;
	s->last_depth = s->max_depth;
	ost_vec_clear(&s->last_rel);
	for (uint16_t i = 0; i < nr_rel; i++)
		ost_vec_add(&s->last_rel, rel[i]);
	*ost_vec_push(&s->up) = (struct ost_climb_node){
		.unit = unit, .parent = OST_NO_NODE, .slot = OST_NO_ID, .impl = OST_NO_ID,
		.rel = s->last_rel.items, .nr_rel = nr_rel };
	see(&s->seen, ost_table_pack(unit, OST_NO_ID), &is_new);
}

/* The callers of the node's unit. False: there is no room for more. */
static bool climb_on(struct ost_search *s, uint32_t at)
{
	const struct ost_lk_graph *g = s->g;
	uint32_t u = s->up.items[at].unit, impl = s->up.items[at].impl;

	for (uint64_t i = g->in_first[u]; i < g->in_first[u + 1]; i++)
		if (!up_add(s, at, &g->in[i], 0, impl))
			return false;
	for (uint64_t t = g->entry_first[u]; t < g->entry_first[u + 1]; t++) {
		const struct ost_lk_slot *slot = &g->slots.items[g->entries[t].slot];
		const struct ost_lk_edge *callers = &g->by_slot.items[slot->first_caller];

		if (slot->what == OST_LKS_THREAD)
			continue;
		for (uint32_t i = 0; i < slot->nr_callers; i++)
			if (!up_add(s, at, &callers[i], g->entries[t].target, impl == OST_NO_ID ? u : impl))
				return false;
	}
	return true;
}

void ost_climb_from(struct ost_search *s, uint32_t unit, const uint64_t *rel, uint16_t nr_rel)
{
	if (is_last_climb(s, unit, rel, nr_rel)) {
		s->is_limited = s->last_limited;
		return;
	}
	start_climb(s, unit, rel, nr_rel);
	for (uint32_t at = 0; at < s->up.nr; at++) {
		const struct ost_climb_node *n = &s->up.items[at];

		if (n->is_leaf || n->depth >= s->max_depth || s->g->unit_flags[n->unit] & OST_GU_LEAF)
			continue;
		if (!climb_on(s, at))
			break;
	}
	s->last_limited = s->is_limited;
}

/* ---- events of calls -------------------------------------------------------- */

const char *ost_callee_text(const struct ost_program *p, uint32_t unit, uint32_t slot)
{
	struct ost_field_def field;

	if (slot == OST_NO_ID)
		return ost_program_name(p, ost_program_unit(p, unit)->name);
	ost_program_field(p, slot, &field);
	return ost_program_name(p, field.name);
}

struct noting {
	struct ost_lk_graph *g;
	const struct ost_lk_world *w;
};

/* `to`: the callee of a direct call. */
static void note_event(const struct noting *n, uint32_t caller, uint32_t to, struct ost_lk_edge *e)
{
	const struct ost_lk_summary *sum = ost_lk_sum(n->w, caller);
	const struct ost_lk_event *ev = NULL;

	if (sum && sum->nr_calls)
		ev = ost_sum_call_at(n->w->p, sum, e->line, ost_callee_text(n->w->p, to, e->slot));
	if (!ev && sum && sum->nr_calls && e->is_handed)
		ev = ost_sum_first_call_at(sum, e->line);
	ost_note_event(e, sum, ev);
}

static void flag_unit(const struct noting *n, uint32_t u)
{
	const struct ost_lk_summary *sum = ost_lk_sum(n->w, u);
	uint8_t flags = 0;

	for (uint32_t i = 0; sum && i < sum->nr_events && !flags; i++)
		flags = ost_asserts_entry(sum, &sum->events[i]) ? OST_GU_ASSERTS : 0;
	for (uint64_t i = n->g->in_first[u]; i < n->g->in_first[u + 1]; i++)
		flags |= n->g->in[i].is_handed ? OST_GU_HANDED : 0;
	n->g->unit_flags[u] |= flags;
}

static bool note_unit(void *ctx, size_t item, unsigned worker)
{
	const struct noting *n = ctx;
	struct ost_lk_graph *g = n->g;
	uint32_t u = (uint32_t)item;

	(void)worker;
	for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++)
		if (!(g->unit_flags[u] & OST_GU_NOTED) || g->out[i].is_handed)
			note_event(n, u, g->out[i].unit, &g->out[i]);
	for (uint64_t i = g->site_first[u]; i < g->site_first[u + 1]; i++)
		note_event(n, u, OST_NO_ID, &g->sites[i]);
	flag_unit(n, u);
	return true;
}

/* What is noted of a call is the same at both ends: the calls of a unit come in the order of their callers. */
static void copy_events(struct ost_lk_graph *g)
{
	uint64_t *next = ost_calloc(g->nr_units + 1, sizeof(*next));

	memcpy(next, g->in_first, g->nr_units * sizeof(*next));
	for (uint64_t k = 0; k < g->out_first[g->nr_units]; k++) {
		const struct ost_lk_edge *out = &g->out[k];
		struct ost_lk_edge *in = &g->in[next[out->unit]++];

		in->event = out->event;
		in->has_held = out->has_held;
		in->has_rel = out->has_rel;
	}
	free(next);
}

void ost_note_call_events(struct ost_lk_graph *g, const struct ost_lk_world *w, unsigned jobs)
{
	struct noting n = { g, w };

	ost_pool_run(jobs, g->nr_units, 4096, note_unit, &n);
	copy_events(g);
	for (size_t i = 0; i < g->by_slot.nr; i++)
		note_event(&n, g->by_slot.items[i].unit, OST_NO_ID, &g->by_slot.items[i]);
}
