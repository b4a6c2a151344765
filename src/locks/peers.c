// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/peers.h"

#define MIN_PEERS 10
#define ONE_OF 50	/* one of so many may be odd */

static bool takes(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].lock < sum->nr_locks &&
		    ost_lk_ref_class(&sum->locks[sum->events[i].lock]) == cls)
			return true;
	return false;
}

static bool takes_below(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_graph *g = &f->graph;

	if (takes(f, unit, cls))
		return true;
	for (uint64_t i = g->out_first[unit]; i < g->out_first[unit + 1]; i++)
		if (!g->out[i].is_handed && !g->out[i].is_one_of && takes(f, g->out[i].unit, cls))
			return true;
	return false;
}

/* Functions, each once, however many tables have it. */
static void count_peers(const struct ost_finder *f, const struct ost_lk_slot *slot, uint64_t cls, struct ost_peers *ret)
{
	struct ost_table seen = OST_TABLE_INIT;

	ret->nr = ret->nr_takers = 0;
	for (uint32_t i = 0; i < slot->nr_targets; i++) {
		uint32_t unit = slot->targets[i].unit;
		bool is_new = false;

		if (unit != OST_NO_ID)
			ost_table_put(&seen, unit, &is_new);
		ret->nr += is_new;
		ret->nr_takers += is_new && takes_below(f, unit, cls);
	}
	ost_table_deinit(&seen);
}

static bool holds_over(struct ost_finder *f, const struct ost_lk_edge *call, const char *callee, uint64_t cls)
{
	const struct ost_lk_event *ev = ost_call_event_at(f->w, call->unit, call->line, callee);
	const struct ost_lk_held *held = ev ? ost_event_held(ost_lk_sum(f->w, call->unit), ev, cls, false) : NULL;

	return held != NULL;
}

static bool do_callers_hold(struct ost_finder *f, const struct ost_lk_slot *slot, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_edge *calls;
	uint32_t nr = ost_lk_slot_callers(&f->graph, slot->field, &calls), nr_held = 0;

	for (uint32_t i = 0; i < nr; i++) {
		if (ost_lk_slot_is_in_folder(&f->graph, slot, ost_program_unit(f->p, calls[i].unit)->file))
			continue;
		if (!holds_over(f, &calls[i], ost_callee_name(f, unit, slot->field), cls))
			return false;
		nr_held++;
	}
	return nr_held > 0;
}

/* The record has a member of that kind, or one that points at it. */
static bool has_member_of(const struct ost_program *p, uint32_t record, uint32_t kind)
{
	struct ost_record_def def;

	if (record == OST_NO_ID)
		return false;
	ost_program_record(p, record, &def);
	for (uint32_t i = 0; i < def.nr_fields; i++)
		if (ost_ctype_record(p, ost_field_type(p, def.first_field + i)) == kind)
			return true;
	return record == kind;
}

/* A parameter points at a record of the lock's kind, or at one that leads to one. */
static bool is_handed_one(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_unit *u = ost_program_unit(f->p, unit);
	struct ost_field_def lock;

	if (ost_lk_is_global(cls))
		return false;
	ost_program_field(f->p, (uint32_t)(cls - 1), &lock);
	for (uint32_t i = 0; i < u->nr_params; i++)
		if (has_member_of(f->p, ost_ctype_record(f->p, ost_unit_param_type(f->p, unit, i)), lock.record))
			return true;
	return false;
}

bool ost_is_odd_peer(struct ost_finder *f, const struct ost_lk_slot *slot, uint32_t unit, uint64_t cls, struct ost_peers *ret)
{
	if (f->graph.is_near || f->graph.is_slice)	/* not all of them are seen */
		return false;
	if (slot->nr_targets < MIN_PEERS || !do_callers_hold(f, slot, unit, cls) || is_handed_one(f, unit, cls))
		return false;
	count_peers(f, slot, cls, ret);
	return ret->nr >= MIN_PEERS && (ret->nr_takers <= 1 || ret->nr_takers * ONE_OF <= ret->nr);
}
