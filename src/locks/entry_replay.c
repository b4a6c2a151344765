// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be held on entry of an overlay, out of what was worked out for the tree below.
 *
 * Entries are made in one order (entry_make.c), and an entry is what the first try with its class came from. So
 * the rows of the tree below are gone through in that order, and what came of an entry there comes of it here,
 * unless its function calls something else or a function that it calls is *touched*: it has an entry more or less
 * than it had there at that time. Those are asked: each of their calls is tried, as entry_make.c does. What comes
 * of that is paired with the rows of the same entry, in their order. What has no row is new, a row without its like
 * is lost; both touch a function, whose callers are asked from then on.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "locks/entry_making.h"
#include "locks/kept_entry.h"
#include "ostler/progress.h"

enum {
	IS_SAME = 1,	/* by unit: its summary and its calls are those of the tree below */
	IS_TOUCHED = 2,
	IS_ASKED = 4,	/* it calls somebody who is touched */
};

struct replay {
	struct ost_making m;
	struct ost_entries *e;
	const struct ost_kept_entries *k;
	const struct ost_moved *moved;
	uint32_t *old_of;		/* by unit: there, or OST_NO_ID */
	uint8_t *is;			/* by unit */
	OST_VEC(uint32_t) row;		/* by entry: there, or OST_NO_ID */
	uint32_t at, end;		/* rows of this step: not looked at yet */
	uint64_t nr_asked, most_asked;
};

/* ---- what differs ------------------------------------------------------------------ */

static uint32_t number_of(const uint32_t *old_of, uint32_t id)
{
	return old_of ? old_of[id] : id;
}

static uint32_t mix(uint32_t hash, uint32_t word)
{
	return (uint32_t)ost_hash_mix((uint64_t)hash << 32 | word) | 1;
}

uint32_t *ost_entry_hash_units(const struct ost_lk_graph *g, const uint32_t *old_of, const uint32_t *old_field)
{
	uint32_t *ret = ost_calloc(g->nr_units + 1, sizeof(*ret));

	for (uint32_t u = 0; u < g->nr_units; u++) {
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++)
			ret[u] = mix(mix(ret[u], number_of(old_of, g->out[i].unit)),
				     g->out[i].is_one_of | g->out[i].has_held << 1 | g->out[i].has_rel << 2);
		for (uint64_t i = g->site_first[u]; i < g->site_first[u + 1]; i++)
			ret[u] = mix(mix(ret[u], number_of(old_field, g->sites[i].slot)),
				     g->sites[i].has_held << 1 | g->sites[i].has_rel << 2);
	}
	return ret;
}

uint32_t *ost_entry_hash_slots(const struct ost_making *m, const uint32_t *old_of)
{
	const struct ost_lk_graph *g = m->e->g;
	uint32_t *ret = ost_calloc(ost_program_nr_fields(g->p) + 1, sizeof(*ret));

	for (size_t s = 0; s < g->slots.nr; s++) {
		uint32_t *hash = &ret[g->slots.items[s].field];

		*hash = 1;
		for (uint32_t i = m->fan_first[s]; i < m->fan_end[s]; i++)
			*hash = mix(mix(*hash, number_of(old_of, m->fans.items[i].unit)), m->fans.items[i].target);
	}
	return ret;
}

/* By id here, that of the tree below. */
static uint32_t *turn_ids(const uint32_t *moved, uint32_t nr_old, uint32_t nr)
{
	uint32_t *ret = ost_reallocarray(NULL, nr + 1, sizeof(*ret));

	memset(ret, 0xff, (nr + 1) * sizeof(*ret));
	for (uint32_t i = 0; i < nr_old; i++)
		if (moved[i] < nr)
			ret[moved[i]] = i;
	return ret;
}

static void ask_slot(struct replay *r, const struct ost_lk_slot *slot)
{
	for (uint32_t i = 0; i < slot->nr_callers; i++)
		r->is[r->e->g->by_slot.items[slot->first_caller + i].unit] |= IS_ASKED;
}

static void touch(struct replay *r, uint32_t unit)
{
	const struct ost_lk_graph *g = r->e->g;

	if (r->is[unit] & IS_TOUCHED)
		return;
	r->is[unit] |= IS_TOUCHED;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++)
		r->is[g->in[i].unit] |= IS_ASKED;
	for (uint64_t i = g->entry_first[unit]; i < g->entry_first[unit + 1]; i++)
		ask_slot(r, &g->slots.items[g->entries[i].slot]);
}

static void compare_units(struct replay *r, const uint32_t *hash)
{
	const struct ost_lk_world *w = r->e->w;
	const uint32_t *was = r->k->of[OST_KE_CALLS], *closed = r->k->of[OST_KE_CLOSED];

	for (uint32_t u = 0; u < r->e->g->nr_units; u++) {
		uint32_t old = r->old_of[u];

		if (old != OST_NO_ID && w->kept_files[ost_program_unit(w->p, u)->file] && !w->walked[u] && was[old] == hash[u])
			r->is[u] |= IS_SAME;
		if (old == OST_NO_ID || (closed[old / 32] >> old % 32 & 1) != ost_making_is_closed(&r->m, u))
			touch(r, u);
	}
}

static void compare_slots(struct replay *r, const uint32_t *old_field)
{
	const struct ost_lk_graph *g = r->e->g;
	uint32_t *hash = ost_entry_hash_slots(&r->m, r->old_of);

	for (size_t s = 0; s < g->slots.nr; s++) {
		uint32_t field = g->slots.items[s].field, old = old_field[field];

		if (old == OST_NO_ID || r->k->of[OST_KE_FANS][old] != hash[field])
			ask_slot(r, &g->slots.items[s]);
	}
	free(hash);
}

static void compare(struct replay *r)
{
	uint32_t *old_field = turn_ids(r->moved->fields, r->moved->nr_fields, ost_program_nr_fields(r->e->g->p));
	uint32_t *hash = ost_entry_hash_units(r->e->g, r->old_of, old_field);

	compare_units(r, hash);
	compare_slots(r, old_field);
	free(hash);
	free(old_field);
}

/* ---- rows ----------------------------------------------------------------------------- */

/* Whom the row is of, here. */
static uint32_t unit_of(const struct replay *r, uint32_t row)
{
	uint32_t old = r->k->of[OST_KE_UNIT][row];

	return old < r->moved->nr_units ? r->moved->units[old] : OST_NO_ID;
}

/* Its class here, 0: it is gone. */
static uint32_t class_of(const struct replay *r, uint32_t row)
{
	uint32_t cls = r->k->of[OST_KE_CLASS][row], id = cls & ~(1u << 31);

	if (cls >> 31) {
		id = id < r->moved->nr_globals ? r->moved->globals[id] : OST_NO_ID;
		return id == OST_NO_ID ? 0 : 1u << 31 | id;
	}
	id = id && id <= r->moved->nr_fields ? r->moved->fields[id - 1] : OST_NO_ID;
	return id == OST_NO_ID ? 0 : id + 1;
}

static void lose(struct replay *r, uint32_t until)
{
	for (; r->at < until; r->at++) {
		uint32_t unit = unit_of(r, r->at);

		if (unit != OST_NO_ID)
			touch(r, unit);
	}
}

/* The rows that came of `from` begin at r->at now; where they end. What came of others before it is lost. */
static uint32_t rows_from(struct replay *r, uint32_t from)
{
	const uint32_t *of = r->k->of[OST_KE_FROM];
	uint32_t last = r->at;

	while (last < r->end && of[last] < from)
		last++;
	lose(r, last);
	while (last < r->end && of[last] == from)
		last++;
	return last;
}

/* The entries from `first` on are what was asked for just now, the rows from r->at to `last` what was there. */
static void pair(struct replay *r, size_t first, uint32_t last)
{
	for (size_t i = first; i < r->e->v.nr; i++) {
		const struct ost_entry *en = &r->e->v.items[i];
		uint32_t row = r->at;

		while (row < last && (unit_of(r, row) != en->unit || class_of(r, row) != en->cls))
			row++;
		if (row == last) {
			ost_vec_add(&r->row, OST_NO_ID);
			touch(r, en->unit);
			continue;
		}
		lose(r, row);
		ost_vec_add(&r->row, row);
		r->at++;
	}
	lose(r, last);
	r->nr_asked++;
}

/* ---- what is taken over ------------------------------------------------------------- */

/* The entry of the row at hand: new, but for the call and the unit. False: the row makes no sense here. */
static bool take(struct replay *r, struct ost_entry new, uint32_t caller)
{
	const struct ost_lk_graph *g = r->e->g;
	uint32_t call = r->k->of[OST_KE_CALL][r->at], unit = unit_of(r, r->at);
	bool is_slot = call & OST_KE_IS_SLOT;
	const uint64_t *first = is_slot ? g->site_first : g->out_first;
	uint64_t at = first[caller] + (call >> OST_KE_CALL_SHIFT);

	if (unit == OST_NO_ID || unit >= OST_ENTRY_UNITS || at >= first[caller + 1] || ost_making_is_closed(&r->m, unit) ||
	    r->k->of[OST_KE_TARGET][r->at] > OST_ENTRY_FAN)
		return false;
	new.unit = unit;
	new.call = is_slot ? ost_entry_slot_call(at, r->k->of[OST_KE_TARGET][r->at]) : (uint32_t)at;
	new.is_one_of |= (call & OST_KE_IS_ONE_OF) != 0;
	ost_entry_link(r->e, &new);
	ost_vec_add(&r->row, r->at);
	if (r->e->nr[unit] == OST_ENTRY_MAX)
		ost_making_close(&r->m, unit);
	r->at++;
	return true;
}

static bool take_seed(struct replay *r, uint32_t caller, bool by_slot)
{
	const struct ost_lk_summary *sum = ost_lk_sum(r->e->w, caller);
	uint32_t event = r->k->of[OST_KE_EVENT][r->at], held = r->k->of[OST_KE_HELD][r->at];
	const struct ost_lk_event *ev = sum && event < sum->nr_events ? &sum->events[event] : NULL;
	struct ost_entry new = { .up = OST_NO_ID, .nr_slots = by_slot, .seed = (uint32_t)r->e->seeds.nr };
	struct ost_entry_seed seed;
	uint64_t cls;

	if (!ev || (held == OST_ENTRY_ASSERTED ? ev->lock >= sum->nr_locks : held >= ev->nr_held))
		return false;
	seed = ost_entry_seed_of(sum, event, (uint16_t)held, &cls);
	new.cls = ost_entry_short(cls);
	if (!new.cls || new.cls != class_of(r, r->at) || !take(r, new, caller))
		return false;
	ost_vec_add(&r->e->seeds, seed);
	return true;
}

static bool is_to_be_asked(const struct replay *r, uint32_t unit)
{
	return (r->is[unit] & (IS_SAME | IS_ASKED)) != IS_SAME;
}

/* ---- the steps ------------------------------------------------------------------------ */

/* False: the rows make no sense. */
static bool replay_seeds(struct replay *r, bool by_slot)
{
	for (uint32_t u = 0; u < r->e->g->nr_units && !ost_interrupted(); u++) {
		uint32_t last = r->old_of[u] == OST_NO_ID ? r->at : rows_from(r, r->old_of[u]);
		size_t first = r->e->v.nr;

		if (is_to_be_asked(r, u)) {
			ost_making_seed(&r->m, u, by_slot);
			pair(r, first, last);
		}
		while (r->at < last)
			if (!take_seed(r, u, by_slot))
				return false;
	}
	lose(r, r->end);
	return true;
}

/* Each direct call of an entry is tried. */
static void try_calls(struct replay *r, uint32_t from)
{
	const struct ost_lk_graph *g = r->e->g;
	const struct ost_entry in = r->e->v.items[from];
	struct ost_entry new = ost_making_below(&r->m, from);

	for (uint64_t i = g->out_first[in.unit]; i < g->out_first[in.unit + 1]; i++) {
		const struct ost_lk_edge *call = &g->out[i];

		if (ost_making_is_closed(&r->m, call->unit) || ost_making_is_released(&r->m, &in, call) ||
		    !ost_making_note(&r->m, call->unit, in.cls))
			continue;
		new.unit = call->unit;
		new.call = (uint32_t)i;
		new.is_one_of = in.is_one_of || call->is_one_of;
		ost_entry_link(r->e, &new);
	}
}

static bool hand_on(struct replay *r, uint32_t from, bool by_slot)
{
	struct ost_entry in = r->e->v.items[from], new;
	uint32_t row = r->row.items[from], last;
	size_t first = r->e->v.nr;

	if (in.depth >= OST_ENTRY_DEPTH)
		return true;
	last = row == OST_NO_ID ? r->at : rows_from(r, row);
	if (row == OST_NO_ID || is_to_be_asked(r, in.unit)) {
		if (by_slot)
			ost_making_cross(&r->m, from);
		else
			try_calls(r, from);
		pair(r, first, last);
		return true;
	}
	new = ost_making_below(&r->m, from);
	new.nr_slots += by_slot;
	while (r->at < last)
		if (!take(r, new, in.unit))
			return false;
	return true;
}

/* What the entries from `from` to *to hand on; *to may grow meanwhile. */
static bool hand_on_all(struct replay *r, size_t from, const size_t *to, bool by_slot)
{
	for (size_t i = from; i < *to && !ost_interrupted(); i++)
		if (!hand_on(r, (uint32_t)i, by_slot) || r->nr_asked > r->most_asked)
			return false;
	lose(r, r->end);
	return true;
}

static bool replay(struct replay *r)
{
	size_t level = 0, end;

	for (unsigned slots = 0; slots <= OST_ENTRY_SLOTS; slots++) {
		const uint64_t *ends = r->k->head.ends[slots];

		end = r->e->v.nr;
		r->end = (uint32_t)ends[OST_ENTRY_SEEDS];
		if (slots <= 1 && !replay_seeds(r, slots))
			return false;
		r->end = (uint32_t)ends[OST_ENTRY_CROSSED];
		if (slots && !hand_on_all(r, level, &end, true))
			return false;
		level = end;
		r->end = (uint32_t)ends[OST_ENTRY_CALLED];
		if (!hand_on_all(r, level, &r->e->v.nr, false))
			return false;
	}
	return true;
}

static bool makes_sense(const struct ost_kept_entries_head *h, const struct ost_moved *moved)
{
	uint64_t before = 0;

	for (unsigned slots = 0; slots <= OST_ENTRY_SLOTS; slots++)
		for (int i = 0; i < OST_NR_ENTRY_ENDS; i++) {
			if (h->ends[slots][i] < before)
				return false;
			before = h->ends[slots][i];
		}
	return before == h->nr && h->nr < OST_NO_ID && h->ids == moved->ids && h->nr_units == moved->nr_units &&
	       h->nr_fields == moved->nr_fields;
}

bool ost_entries_replay(struct ost_entries *e, const struct ost_kept_entries *k, unsigned most_asked)
{
	struct replay r = { .e = e, .k = k, .moved = ost_program_moved(e->w->p), .most_asked = k->head.nr / 100 * most_asked };
	bool ok = false;

	if (!r.moved || !e->w->walked || !makes_sense(&k->head, r.moved))
		return false;
	ost_making_init(&r.m, e, true);
	r.is = ost_calloc(e->g->nr_units + 1, 1);
	r.old_of = turn_ids(r.moved->units, r.moved->nr_units, e->g->nr_units);
	compare(&r);
	ost_vec_reserve_spread(&e->v, (size_t)k->head.nr + k->head.nr / 64 + 1);
	ost_vec_reserve_spread(&r.row, (size_t)k->head.nr + k->head.nr / 64 + 1);
	ok = replay(&r);
	if (!ok)
		ost_entries_clear(e);
	free(r.is);
	free(r.old_of);
	ost_vec_deinit(&r.row);
	ost_making_deinit(&r.m);
	return ok;
}
