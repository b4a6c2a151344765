// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/entry_making.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/table.h"

/* ---- what a unit has ------------------------------------------------------------ */

static unsigned bits_for(unsigned nr)
{
	unsigned bits = OST_ENTRY_LEAST_BITS;

	while (1u << bits < nr)
		bits++;
	return bits;
}

static uint32_t get_block(struct ost_making *m, unsigned bits)
{
	uint32_t at = m->free[bits];

	if (at) {
		m->free[bits] = m->classes.items[at - 1];
		return at - 1;
	}
	at = (uint32_t)m->classes.nr;
	ost_vec_reserve(&m->classes, m->classes.nr + (1u << bits));
	m->classes.nr += 1u << bits;
	return at;
}

static void put_block(struct ost_making *m, uint32_t at, unsigned bits)
{
	m->classes.items[at] = m->free[bits];
	m->free[bits] = at + 1;
}

static void grow_block(struct ost_making *m, struct ost_entry_has *has)
{
	unsigned bits = bits_for(has->nr);
	uint32_t block = get_block(m, has->nr ? bits + 1 : OST_ENTRY_LEAST_BITS);

	if (has->nr) {
		memcpy(&m->classes.items[block], &m->classes.items[has->block], has->nr * sizeof(uint32_t));
		put_block(m, has->block, bits);
	}
	has->block = block;
}

void ost_making_add(struct ost_making *m, struct ost_entry_has *has, uint32_t cls)
{
	if (!has->nr || (has->nr >= 1u << OST_ENTRY_LEAST_BITS && !(has->nr & (has->nr - 1u))))
		grow_block(m, has);
	m->classes.items[has->block + has->nr++] = cls;
}

void ost_making_catch_up(struct ost_making *m, uint32_t unit)
{
	struct ost_entry_has *has = &m->has[unit];
	unsigned missing = m->e->nr[unit] - has->nr;

	for (uint32_t at = m->e->first[unit]; missing--; at = m->e->v.items[at - 1].next)
		ost_making_add(m, has, m->e->v.items[at - 1].cls);
}

/* ---- what somebody holds at a call ---------------------------------------------- */

/* The events by which the unit says that it is entered with a lock. */
static void list_told(struct ost_making *m, const struct ost_lk_summary *sum)
{
	ost_vec_clear(&m->told);
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ASSERT && ost_entry_is_told(sum, &sum->events[i]))
			ost_vec_add(&m->told, i);
}

/* A call of which something is to be handed to `unit`. */
struct seeding {
	uint32_t unit, caller, number;	/* number: for struct ost_entry */
	bool is_by_slot;
	const struct ost_lk_edge *call;
	const struct ost_lk_event *ev;	/* or NULL */
};

static void try_seed(struct ost_making *m, const struct seeding *s, uint32_t event, uint16_t held)
{
	uint64_t cls;
	struct ost_entry_seed seed = ost_entry_seed_of(ost_lk_sum(m->e->w, s->caller), event, held, &cls);
	struct ost_entry new = { .cls = ost_entry_short(cls), .unit = s->unit, .nr_slots = s->is_by_slot,
				 .is_one_of = s->call->is_one_of, .up = OST_NO_ID, .seed = (uint32_t)m->e->seeds.nr,
				 .call = s->number };

	if (!cls || ost_making_is_closed(m, s->unit) || !ost_making_note(m, s->unit, new.cls))
		return;
	ost_vec_add(&m->e->seeds, seed);
	ost_entry_link(m->e, &new);
}

/* What the caller itself holds, or says to be held, at the call. */
static void seed(struct ost_making *m, const struct seeding *s)
{
	const struct ost_lk_summary *sum = ost_lk_sum(m->e->w, s->caller);
	const struct ost_lk_event *ev = s->ev;

	for (uint16_t h = 0; ev && h < ev->nr_held; h++)
		try_seed(m, s, (uint32_t)(ev - sum->events), h);
	for (size_t i = 0; i < m->told.nr; i++) {
		const struct ost_lk_event *as = &sum->events[m->told.items[i]];

		if (as->line <= s->call->line && !ost_event_releases(sum, ev, ost_lk_ref_class(&sum->locks[as->lock])))
			try_seed(m, s, m->told.items[i], OST_ENTRY_ASSERTED);
	}
}

static void seed_call(struct ost_making *m, uint32_t u, uint64_t number)
{
	const struct ost_lk_graph *g = m->e->g;
	const struct ost_lk_edge *call = &g->out[number];
	struct seeding s = { call->unit, u, (uint32_t)number, false, call, NULL };

	if ((!call->has_held && !m->told.nr) || ost_making_is_closed(m, call->unit))
		return;
	s.ev = ost_edge_event(m->e->w, u, call);
	seed(m, &s);
}

static void seed_site(struct ost_making *m, uint32_t u, uint64_t number)
{
	const struct ost_lk_graph *g = m->e->g;
	const struct ost_lk_edge *call = &g->sites[number];
	struct seeding s = { 0, u, 0, true, call, NULL };
	uint32_t slot = g->slot_of_field[call->slot] - 1;

	if (!call->has_held && !m->told.nr)
		return;
	s.ev = ost_edge_event(m->e->w, u, call);
	for (uint32_t i = m->fan_first[slot]; i < m->fan_end[slot]; i++) {
		s.unit = m->fans.items[i].unit;
		s.number = ost_entry_slot_call(number, m->fans.items[i].target);
		seed(m, &s);
	}
}

void ost_making_seed(struct ost_making *m, uint32_t unit, bool by_slot)
{
	const struct ost_lk_graph *g = m->e->g;
	const uint64_t *first = by_slot ? g->site_first : g->out_first;
	const struct ost_lk_summary *sum = ost_lk_sum(m->e->w, unit);

	if (!sum)
		return;
	list_told(m, sum);
	for (uint64_t i = first[unit]; i < first[unit + 1]; i++)
		if (by_slot)
			seed_site(m, unit, i);
		else
			seed_call(m, unit, i);
}

/* ---- what is handed on ----------------------------------------------------------- */

struct ost_entry ost_making_below(const struct ost_making *m, uint32_t from)
{
	struct ost_entry en = m->e->v.items[from];

	en.up = from;
	en.depth++;
	return en;
}

bool ost_making_is_released(const struct ost_making *m, const struct ost_entry *from, const struct ost_lk_edge *call)
{
	const struct ost_lk_event *ev = call->has_rel ? ost_edge_event(m->e->w, from->unit, call) : NULL;

	return ev && ost_event_releases(ost_lk_sum(m->e->w, from->unit), ev, ost_entry_cls(from));
}

static void cross_slot(struct ost_making *m, uint32_t from, uint64_t site, uint32_t slot)
{
	struct ost_entry new = ost_making_below(m, from);
	uint32_t kept = m->fan_first[slot];

	new.nr_slots++;
	for (uint32_t i = kept; i < m->fan_end[slot]; i++) {
		struct ost_entry_fan to = m->fans.items[i];

		if (ost_making_is_closed(m, to.unit))
			continue;
		m->fans.items[kept++] = to;
		new.unit = to.unit;
		new.call = ost_entry_slot_call(site, to.target);
		if (ost_making_note(m, to.unit, new.cls))
			ost_entry_link(m->e, &new);
	}
	m->fan_end[slot] = kept;
}

void ost_making_cross(struct ost_making *m, uint32_t from)
{
	const struct ost_lk_graph *g = m->e->g;
	const struct ost_entry en = m->e->v.items[from];

	for (uint64_t k = g->site_first[en.unit]; en.depth < OST_ENTRY_DEPTH && k < g->site_first[en.unit + 1]; k++)
		if (!ost_making_is_released(m, &en, &g->sites[k]))
			cross_slot(m, from, k, g->slot_of_field[g->sites[k].slot] - 1);
}

/* ---- how it begins ---------------------------------------------------------------- */

struct queue { OST_VEC(uint32_t) v; };

static void note_leads(struct ost_making *m, struct queue *q, uint32_t unit)
{
	if (!ost_making_is_closed(m, unit))
		return;
	m->closed[unit / 64] &= ~(1ull << unit % 64);
	ost_vec_add(&q->v, unit);
}

/* From the places that block upwards, through calls and slots: all but these are closed. */
static void find_leads(struct ost_making *m)
{
	const struct ost_lk_graph *g = m->e->g;
	struct queue q = { .v = OST_VEC_INIT };

	memset(m->closed, 0xff, (g->nr_units / 64 + 1) * sizeof(*m->closed));
	for (uint32_t u = 0; u < g->nr_units; u++) {
		const struct ost_lk_summary *sum = ost_lk_sum(m->e->w, u);

		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_ACQUIRE || sum->events[i].kind == OST_EV_WAIT)
				note_leads(m, &q, u);
	}
	for (size_t at = 0; at < q.v.nr; at++) {
		uint32_t u = q.v.items[at];

		for (uint64_t i = g->in_first[u]; i < g->in_first[u + 1]; i++)
			note_leads(m, &q, g->in[i].unit);
		for (uint64_t t = g->entry_first[u]; t < g->entry_first[u + 1]; t++) {
			const struct ost_lk_slot *slot = &g->slots.items[g->entries[t].slot];

			for (uint32_t i = 0; i < slot->nr_callers; i++)
				note_leads(m, &q, g->by_slot.items[slot->first_caller + i].unit);
		}
	}
	ost_vec_deinit(&q.v);
	for (uint32_t u = 0; u < g->nr_units; u++)
		if (g->unit_flags[u] & OST_GU_LEAF || u >= OST_ENTRY_UNITS)
			ost_making_close(m, u);
}

/* Slots of `struct.field` rows of the bindings are not crossed. */
static void find_bound(const struct ost_making *m, struct ost_table *ret)
{
	const struct ost_program *p = m->e->w->p;
	uint32_t fields[16], nr = ost_program_nr_binding_rows(p);

	for (uint32_t r = 0; r < nr; r++) {
		const char *name = ost_program_binding_row(p, r)->name;
		uint32_t found = strchr(name, '.') ? ost_program_find_fields(p, name, fields, 16) : 0;

		for (uint32_t i = 0; i < found && i < 16; i++)
			ost_table_put(ret, fields[i], NULL);
	}
}

static void list_fans(struct ost_making *m)
{
	const struct ost_lk_graph *g = m->e->g;
	uint32_t *seen = ost_calloc(g->nr_units + 1, sizeof(*seen));
	struct ost_table bound = OST_TABLE_INIT;
	bool has_room = g->site_first[g->nr_units] <= OST_ENTRY_SITES;

	find_bound(m, &bound);
	m->fan_first = ost_calloc(g->slots.nr + 1, sizeof(*m->fan_first));
	m->fan_end = ost_calloc(g->slots.nr + 1, sizeof(*m->fan_end));
	for (uint32_t s = 0; s < g->slots.nr; s++) {
		const struct ost_lk_slot *slot = &g->slots.items[s];
		bool is_crossed = has_room && slot->nr_targets <= OST_ENTRY_FAN && !ost_table_get(&bound, slot->field);

		m->fan_first[s] = (uint32_t)m->fans.nr;
		for (uint32_t t = 0; is_crossed && t < slot->nr_targets; t++) {
			uint32_t unit = slot->targets[t].unit;

			if (unit != OST_NO_ID && !ost_making_is_closed(m, unit) && ost_is_first(seen, unit, s))
				ost_vec_add(&m->fans, ((struct ost_entry_fan){ unit, t }));
		}
		m->fan_end[s] = (uint32_t)m->fans.nr;
	}
	ost_table_deinit(&bound);
	free(seen);
}

void ost_making_init(struct ost_making *m, struct ost_entries *e, bool is_lazy)
{
	memset(m, 0, sizeof(*m));
	m->e = e;
	m->is_lazy = is_lazy;
	m->closed = ost_calloc(e->g->nr_units / 64 + 1, sizeof(*m->closed));
	m->has = ost_calloc(e->g->nr_units + 1, sizeof(*m->has));
	find_leads(m);
	list_fans(m);
}

void ost_making_deinit(struct ost_making *m)
{
	free(m->closed);
	free(m->has);
	ost_vec_deinit(&m->classes);
	ost_vec_deinit(&m->told);
	free(m->fan_first);
	free(m->fan_end);
	ost_vec_deinit(&m->fans);
}
