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
#include <string.h>

#include "base/alloc.h"
#include "base/table.h"
#include "locks/entry.h"
#include "ostler/progress.h"

/* What one unit has: its classes lie in `classes` from `block` on, in a block as large as the next power of two. */
struct has {
	uint32_t block;
	uint8_t nr;
};
enum { LEAST_BITS = 2, MOST_BITS = 6 };
_Static_assert(1 << MOST_BITS == OST_ENTRY_MAX, "the largest block is for as many as there may be");

/* A call: of whom, and two bits. */
#define ONE_OF (1u << 30)
#define RELEASES (1u << 31)
#define UNIT_OF(call) ((call) & (ONE_OF - 1))

/* A function that a slot leads to: its place among the slot's targets. */
struct fan { uint32_t unit, target; };

struct making {
	struct ost_entries *e;
	uint64_t *closed;		/* bits by unit: nothing below it blocks, or it has no room */
	struct has *has;		/* by unit */
	OST_VEC(uint32_t) classes;
	uint32_t free[MOST_BITS + 1];	/* first free block of each size, + 1; the next one's stands in it */
	/* by unit, what it calls that is not closed: out of g->out, in that order */
	uint64_t *first;
	uint32_t *end;			/* from first on */
	uint32_t *calls, *number;	/* number: in g->out */
	/* by slot (position in g->slots), the functions that it crosses to */
	uint32_t *fan_first, *fan_end;
	OST_VEC(struct fan) fans;
};

static bool is_closed(const struct making *m, uint32_t unit)
{
	return m->closed[unit / 64] >> unit % 64 & 1;
}

static void close_unit(struct making *m, uint32_t unit)
{
	m->closed[unit / 64] |= 1ull << unit % 64;
}

/* ---- what a unit has ------------------------------------------------------------ */

static unsigned bits_for(unsigned nr)
{
	unsigned bits = LEAST_BITS;

	while (1u << bits < nr)
		bits++;
	return bits;
}

static uint32_t get_block(struct making *m, unsigned bits)
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

static void put_block(struct making *m, uint32_t at, unsigned bits)
{
	m->classes.items[at] = m->free[bits];
	m->free[bits] = at + 1;
}

static void grow_block(struct making *m, struct has *has)
{
	unsigned bits = bits_for(has->nr);
	uint32_t block = get_block(m, has->nr ? bits + 1 : LEAST_BITS);

	if (has->nr) {
		memcpy(&m->classes.items[block], &m->classes.items[has->block], has->nr * sizeof(uint32_t));
		put_block(m, has->block, bits);
	}
	has->block = block;
}

static bool has_class(const struct making *m, const struct has *has, uint32_t cls)
{
	const uint32_t *classes = &m->classes.items[has->block];
	uint32_t found = 0;

	for (unsigned i = 0; i < has->nr; i++)	/* to the end: several are compared at once */
		found |= classes[i] == cls;
	return found;
}

/* False: the unit is entered with that class already. It is not closed. */
static bool note_class(struct making *m, uint32_t unit, uint32_t cls)
{
	struct has *has = &m->has[unit];

	if (has_class(m, has, cls))
		return false;
	if (!has->nr || (has->nr >= 1u << LEAST_BITS && !(has->nr & (has->nr - 1u))))
		grow_block(m, has);
	m->classes.items[has->block + has->nr++] = cls;
	if (has->nr == OST_ENTRY_MAX)
		close_unit(m, unit);
	return true;
}

/* ---- what somebody holds at a call ---------------------------------------------- */

struct events { OST_VEC(uint32_t) v; };

/* The events by which the unit says that it is entered with a lock. */
static void list_told(const struct ost_lk_summary *sum, struct events *ret)
{
	ost_vec_clear(&ret->v);
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ASSERT && ost_entry_is_told(sum, &sum->events[i]))
			ost_vec_add(&ret->v, i);
}

/* A call of which something is to be handed to `unit`. */
struct seeding {
	uint32_t unit, caller, number;	/* number: for struct ost_entry */
	bool is_by_slot;
	const struct ost_lk_edge *call;
	const struct ost_lk_event *ev;	/* or NULL */
	const struct events *told;
};

static void try_seed(struct making *m, const struct seeding *s, uint32_t event, uint16_t held)
{
	uint64_t cls;
	struct ost_entry_seed seed = ost_entry_seed_of(ost_lk_sum(m->e->w, s->caller), event, held, &cls);
	struct ost_entry new = { .cls = ost_entry_short(cls), .unit = s->unit, .nr_slots = s->is_by_slot,
				 .is_one_of = s->call->is_one_of, .up = OST_NO_ID, .seed = (uint32_t)m->e->seeds.nr,
				 .call = s->number };

	if (!cls || is_closed(m, s->unit) || !note_class(m, s->unit, new.cls))
		return;
	ost_vec_add(&m->e->seeds, seed);
	ost_entry_link(m->e, &new);
}

/* What the caller itself holds, or says to be held, at the call. */
static void seed(struct making *m, const struct seeding *s)
{
	const struct ost_lk_summary *sum = ost_lk_sum(m->e->w, s->caller);
	const struct ost_lk_event *ev = s->ev;

	for (uint16_t h = 0; ev && h < ev->nr_held; h++)
		try_seed(m, s, (uint32_t)(ev - sum->events), h);
	for (size_t i = 0; i < s->told->v.nr; i++) {
		const struct ost_lk_event *as = &sum->events[s->told->v.items[i]];

		if (as->line <= s->call->line && !ost_event_releases(sum, ev, ost_lk_ref_class(&sum->locks[as->lock])))
			try_seed(m, s, s->told->v.items[i], OST_ENTRY_ASSERTED);
	}
}

static void seed_call(struct making *m, uint32_t u, uint64_t number, const struct events *told)
{
	const struct ost_lk_graph *g = m->e->g;
	const struct ost_lk_edge *call = &g->out[number];
	struct seeding s = { call->unit, u, (uint32_t)number, false, call, NULL, told };

	if ((!call->has_held && !told->v.nr) || is_closed(m, call->unit))
		return;
	s.ev = ost_edge_event(m->e->w, u, call);
	seed(m, &s);
}

static void seed_site(struct making *m, uint32_t u, uint64_t number, const struct events *told)
{
	const struct ost_lk_graph *g = m->e->g;
	const struct ost_lk_edge *call = &g->sites[number];
	struct seeding s = { 0, u, 0, true, call, NULL, told };
	uint32_t slot = g->slot_of_field[call->slot] - 1;

	if (!call->has_held && !told->v.nr)
		return;
	s.ev = ost_edge_event(m->e->w, u, call);
	for (uint32_t i = m->fan_first[slot]; i < m->fan_end[slot]; i++) {
		s.unit = m->fans.items[i].unit;
		s.number = ost_entry_slot_call(number, m->fans.items[i].target);
		seed(m, &s);
	}
}

static void seed_calls(struct making *m, bool by_slot)
{
	const struct ost_lk_graph *g = m->e->g;
	const uint64_t *first = by_slot ? g->site_first : g->out_first;
	struct events told = { .v = OST_VEC_INIT };

	for (uint32_t u = 0; u < g->nr_units; u++) {
		const struct ost_lk_summary *sum = ost_lk_sum(m->e->w, u);

		if (!sum)
			continue;
		list_told(sum, &told);
		for (uint64_t i = first[u]; i < first[u + 1]; i++)
			if (by_slot)
				seed_site(m, u, i, &told);
			else
				seed_call(m, u, i, &told);
	}
	ost_vec_deinit(&told.v);
}

/* ---- what is handed on ----------------------------------------------------------- */

static struct ost_entry below(const struct making *m, uint32_t from)
{
	struct ost_entry en = m->e->v.items[from];

	en.up = from;
	en.depth++;
	return en;
}

/* The call has released the class for who calls the unit. */
static bool is_released(const struct making *m, const struct ost_entry *from, const struct ost_lk_edge *call)
{
	const struct ost_lk_event *ev = call->has_rel ? ost_edge_event(m->e->w, from->unit, call) : NULL;

	return ev && ost_event_releases(ost_lk_sum(m->e->w, from->unit), ev, ost_entry_cls(from));
}

/* What the entry hands on by direct calls. Calls of who is closed by now are left out from now on. */
static void hand_on(struct making *m, uint32_t from)
{
	const struct ost_entry in = m->e->v.items[from];
	uint32_t *calls = &m->calls[m->first[in.unit]], *number = &m->number[m->first[in.unit]], kept = 0;
	struct ost_entry new = below(m, from);

	for (uint32_t i = 0; i < m->end[in.unit]; i++) {
		uint32_t call = calls[i];

		if (is_closed(m, UNIT_OF(call)))
			continue;
		calls[kept] = call;
		number[kept] = number[i];
		if ((!(call & RELEASES) || !is_released(m, &in, &m->e->g->out[number[kept]])) &&
		    note_class(m, UNIT_OF(call), in.cls)) {
			new.unit = UNIT_OF(call);
			new.call = number[kept];
			new.is_one_of = in.is_one_of || call & ONE_OF;
			ost_entry_link(m->e, &new);
		}
		kept++;
	}
	m->end[in.unit] = kept;
}

#define AHEAD 6	/* entries between asking for memory and needing it */

/* The calls of one that comes twice as far behind, and the classes of what the other one calls. */
static void fetch_ahead(const struct making *m, size_t i)
{
	const struct ost_entries *e = m->e;

	if (i + 2 * AHEAD < e->v.nr)
		__builtin_prefetch(&m->calls[m->first[e->v.items[i + 2 * AHEAD].unit]]);
	if (i + AHEAD < e->v.nr && e->v.items[i + AHEAD].depth < OST_ENTRY_DEPTH) {
		uint32_t unit = e->v.items[i + AHEAD].unit;

		for (uint64_t k = m->first[unit]; k < m->first[unit] + m->end[unit]; k++)
			if (!is_closed(m, UNIT_OF(m->calls[k])))
				__builtin_prefetch(&m->classes.items[m->has[UNIT_OF(m->calls[k])].block]);
	}
}

static void close_level(struct making *m, size_t from)
{
	for (size_t i = from; i < m->e->v.nr && !ost_interrupted(); i++) {
		fetch_ahead(m, i);
		if (m->e->v.items[i].depth < OST_ENTRY_DEPTH)
			hand_on(m, (uint32_t)i);
	}
}

static void cross_slot(struct making *m, uint32_t from, uint64_t site, uint32_t slot)
{
	struct ost_entry new = below(m, from);
	uint32_t kept = m->fan_first[slot];

	new.nr_slots++;
	for (uint32_t i = kept; i < m->fan_end[slot]; i++) {
		struct fan to = m->fans.items[i];

		if (is_closed(m, to.unit))
			continue;
		m->fans.items[kept++] = to;
		new.unit = to.unit;
		new.call = ost_entry_slot_call(site, to.target);
		if (note_class(m, to.unit, new.cls))
			ost_entry_link(m->e, &new);
	}
	m->fan_end[slot] = kept;
}

static void cross_slots(struct making *m, size_t from, size_t to)
{
	const struct ost_lk_graph *g = m->e->g;

	for (size_t i = from; i < to && !ost_interrupted(); i++) {
		const struct ost_entry en = m->e->v.items[i];

		if (en.depth >= OST_ENTRY_DEPTH)
			continue;
		for (uint64_t k = g->site_first[en.unit]; k < g->site_first[en.unit + 1]; k++)
			if (!is_released(m, &en, &g->sites[k]))
				cross_slot(m, (uint32_t)i, k, g->slot_of_field[g->sites[k].slot] - 1);
	}
}

/* ---- how it begins ---------------------------------------------------------------- */

struct queue { OST_VEC(uint32_t) v; };

static void note_leads(struct making *m, struct queue *q, uint32_t unit)
{
	if (!is_closed(m, unit))
		return;
	m->closed[unit / 64] &= ~(1ull << unit % 64);
	ost_vec_add(&q->v, unit);
}

/* From the places that block upwards, through calls and slots: all but these are closed. */
static void find_leads(struct making *m)
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
			close_unit(m, u);
}

/* Of several calls of one function by another one the first that releases nothing is as good as those behind it. */
static void list_calls(struct making *m)
{
	const struct ost_lk_graph *g = m->e->g;
	uint32_t *seen = ost_calloc(g->nr_units + 1, sizeof(*seen));	/* by unit: the last caller, + 1 */
	uint64_t nr = 0;

	m->first = ost_calloc(g->nr_units + 2, sizeof(*m->first));
	m->end = ost_calloc(g->nr_units + 1, sizeof(*m->end));
	m->calls = ost_reallocarray(NULL, g->out_first[g->nr_units] + 1, sizeof(*m->calls));
	m->number = ost_reallocarray(NULL, g->out_first[g->nr_units] + 1, sizeof(*m->number));
	for (uint32_t u = 0; u < g->nr_units; u++) {
		m->first[u] = nr;
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++) {
			const struct ost_lk_edge *call = &g->out[i];

			if (is_closed(m, call->unit) || seen[call->unit] == u + 1)
				continue;
			if (!call->has_rel)
				seen[call->unit] = u + 1;
			m->number[nr] = (uint32_t)i;
			m->calls[nr++] = call->unit | (call->is_one_of ? ONE_OF : 0) | (call->has_rel ? RELEASES : 0);
		}
		m->end[u] = (uint32_t)(nr - m->first[u]);
	}
	free(seen);
}

/* Slots of `struct.field` rows of the bindings are not crossed. */
static void find_bound(const struct making *m, struct ost_table *ret)
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

static void list_fans(struct making *m)
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

			if (unit != OST_NO_ID && !is_closed(m, unit) && ost_is_first(seen, unit, s))
				ost_vec_add(&m->fans, ((struct fan){ unit, t }));
		}
		m->fan_end[s] = (uint32_t)m->fans.nr;
	}
	ost_table_deinit(&bound);
	free(seen);
}

void ost_entries_make(struct ost_entries *e)
{
	struct making m = { .e = e };
	size_t level = 0, end;

	m.closed = ost_calloc(e->g->nr_units / 64 + 1, sizeof(*m.closed));
	m.has = ost_calloc(e->g->nr_units + 1, sizeof(*m.has));
	find_leads(&m);
	list_calls(&m);
	list_fans(&m);
	for (unsigned slots = 0; slots <= OST_ENTRY_SLOTS; slots++) {
		ost_progress("held on entry", slots, OST_ENTRY_SLOTS + 1);
		end = e->v.nr;
		if (slots <= 1)
			seed_calls(&m, slots);
		if (slots)
			cross_slots(&m, level, end);
		level = end;
		close_level(&m, level);
	}
	e->v.items = ost_reallocarray(e->v.items, e->v.nr + 1, sizeof(*e->v.items));
	e->v.cap = e->v.nr + 1;
	free(m.closed);
	free(m.has);
	ost_vec_deinit(&m.classes);
	free(m.first);
	free(m.end);
	free(m.calls);
	free(m.number);
	free(m.fan_first);
	free(m.fan_end);
	ost_vec_deinit(&m.fans);
}
