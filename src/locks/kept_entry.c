// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be held on entry, kept with the tree.
 *
 * A row an entry, in the order in which they were found, so that what an entry
 * comes from stands before it: who called (or the entry of the caller that it
 * was handed on from), which of its calls, and for what the caller holds itself
 * the event that shows it. The rest follows from the graph and the summaries.
 * Each column is a part of its own; the head comes last.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "locks/entry.h"
#include "locks/kept_column.h"
#include "ostler/progress.h"
#include "source/tree.h"

enum column {
	FROM,		/* entry of the caller, or the caller */
	CALL,		/* its call, by place among its direct ones or those through slots, and the two bits below */
	TARGET,		/* of the slot */
	EVENT, HELD,	/* as in struct ost_entry, of what the caller holds itself */
	NR_COLUMNS
};
enum { IS_SLOT = 1, IS_SEED = 2, CALL_SHIFT = 2 };

struct head {
	uint64_t ids;		/* ost_program_ids() */
	uint64_t nr, nr_edges, nr_sites;
};

static struct head head_of(const struct ost_entries *e)
{
	const struct ost_lk_graph *g = e->g;

	return (struct head){ ost_program_ids(e->w->p), e->v.nr, g->out_first[g->nr_units], g->site_first[g->nr_units] };
}

static struct ost_kept_table_at table_at(const struct ost_tree_facts *tree)
{
	return (struct ost_kept_table_at){ tree, &tree->key, "held", NR_COLUMNS };
}

/* ---- writing ------------------------------------------------------------------ */

/* The place of the entry's call among those of its caller. */
static uint32_t call_of(const struct ost_entries *e, const struct ost_entry *en)
{
	bool is_slot = en->call & OST_ENTRY_BY_SLOT;
	const uint64_t *first = is_slot ? e->g->site_first : e->g->out_first;
	const struct ost_lk_edge *calls = is_slot ? e->g->sites : e->g->out;

	return (uint32_t)(ost_entry_call(e, en) - calls - first[ost_entry_caller(e, en)]) << CALL_SHIFT |
		(is_slot ? IS_SLOT : 0) | (en->up == OST_NO_ID ? IS_SEED : 0);
}

static uint32_t cell(const struct ost_entries *e, const struct ost_entry *en, enum column c)
{
	bool is_seed = en->up == OST_NO_ID;

	switch (c) {
	case FROM:
		return is_seed ? ost_entry_caller(e, en) : en->up;
	case CALL:
		return call_of(e, en);
	case TARGET:
		return ost_entry_target(en);
	case EVENT:
		return is_seed ? ost_entry_seed(e, en)->event : 0;
	default:
		return is_seed ? ost_entry_seed(e, en)->held : 0;
	}
}

void ost_entries_save(const struct ost_entries *e, const struct ost_tree_facts *tree)
{
	struct ost_kept_table_at at = table_at(tree);
	struct head head = head_of(e);
	uint32_t *column = ost_calloc(e->v.nr + 1, sizeof(*column));
	bool ok = true;

	for (uint32_t c = 0; c < NR_COLUMNS && ok; c++) {
		for (size_t i = 0; i < e->v.nr; i++)
			column[i] = cell(e, &e->v.items[i], c);
		ok = ost_kept_column_put(&at, c, column, e->v.nr);
	}
	if (ok)
		ost_kept_head_put(&at, &head, sizeof(head));
	free(column);
}

/* ---- reading ------------------------------------------------------------------- */

struct rows { uint32_t *of[NR_COLUMNS]; };

/* What the caller holds, or says to be held, by that event. */
static bool get_seed(struct ost_entries *e, uint32_t caller, uint32_t event, uint32_t held, struct ost_entry *en)
{
	const struct ost_lk_summary *sum = ost_lk_sum(e->w, caller);
	const struct ost_lk_event *ev = sum && event < sum->nr_events ? &sum->events[event] : NULL;
	uint64_t cls;

	if (!ev || (held == OST_ENTRY_ASSERTED ? ev->lock >= sum->nr_locks : held >= ev->nr_held))
		return false;
	en->seed = (uint32_t)e->seeds.nr;
	ost_vec_add(&e->seeds, ost_entry_seed_of(sum, event, (uint16_t)held, &cls));
	en->cls = ost_entry_short(cls);
	return en->cls != 0;
}

/* Whom that call of the caller is for. */
static bool get_call(const struct ost_entries *e, uint32_t caller, uint32_t call, uint32_t target, struct ost_entry *en)
{
	const struct ost_lk_graph *g = e->g;
	bool is_slot = call & IS_SLOT;
	const uint64_t *first = is_slot ? g->site_first : g->out_first;
	uint64_t at = first[caller] + (call >> CALL_SHIFT);
	const struct ost_lk_slot *slot;
	uint32_t unit;

	if (at >= first[caller + 1] || (is_slot && at >= OST_ENTRY_SITES))
		return false;
	slot = is_slot ? ost_lk_slot(g, g->sites[at].slot) : NULL;
	if (slot ? target >= slot->nr_targets || target > OST_ENTRY_FAN : target)
		return false;
	unit = slot ? slot->targets[target].unit : g->out[at].unit;
	en->unit = unit;
	en->call = is_slot ? ost_entry_slot_call(at, target) : (uint32_t)at;
	en->is_one_of |= !is_slot && g->out[at].is_one_of;
	return unit < g->nr_units && unit < OST_ENTRY_UNITS;
}

static bool get_row(struct ost_entries *e, const struct rows *r, size_t i)
{
	uint32_t from = r->of[FROM][i], call = r->of[CALL][i], caller = from;
	struct ost_entry en = { .up = OST_NO_ID };
	unsigned depth = 0, nr_slots = 0;

	if (!(call & IS_SEED)) {
		if (from >= i)
			return false;
		en = e->v.items[from];
		caller = en.unit;
		en.up = from;
		depth = en.depth + 1u;
		nr_slots = en.nr_slots;
	} else if (from >= e->g->nr_units || !get_seed(e, from, r->of[EVENT][i], r->of[HELD][i], &en)) {
		return false;
	}
	nr_slots += call & IS_SLOT ? 1 : 0;
	if (!get_call(e, caller, call, r->of[TARGET][i], &en) || depth > OST_ENTRY_DEPTH || nr_slots > OST_ENTRY_SLOTS ||
	    e->nr[en.unit] >= OST_ENTRY_MAX)
		return false;
	en.depth = depth & 15;
	en.nr_slots = nr_slots & 3;
	ost_entry_link(e, &en);
	return true;
}

static bool get_rows(struct ost_entries *e, const struct ost_kept_table_at *at, uint64_t nr)
{
	struct rows r = { { NULL } };
	bool ok = true;

	for (uint32_t c = 0; c < NR_COLUMNS && ok; c++) {
		r.of[c] = ost_kept_column_get(at, c, nr);
		ok = r.of[c];
	}
	if (ok)
		ost_vec_reserve(&e->v, (size_t)nr + 1);
	for (size_t i = 0; i < nr && ok; i++)
		ok = get_row(e, &r, i);
	for (uint32_t c = 0; c < NR_COLUMNS; c++)
		free(r.of[c]);
	return ok;
}

static void clear(struct ost_entries *e)
{
	ost_vec_deinit(&e->v);
	ost_vec_deinit(&e->seeds);
	memset(e->first, 0, (e->g->nr_units + 1) * sizeof(*e->first));
	memset(e->nr, 0, (e->g->nr_units + 1) * sizeof(*e->nr));
}

bool ost_entries_load(struct ost_entries *e, const struct ost_tree_facts *tree)
{
	struct ost_kept_table_at at = table_at(tree);
	struct head head, want = head_of(e);

	if (!ost_kept_head_get(&at, &head, sizeof(head)))
		return false;
	want.nr = head.nr;
	if (!memcmp(&head, &want, sizeof(head)) && get_rows(e, &at, head.nr))
		return true;
	clear(e);
	if (!ost_interrupted())	/* stopped: the graph is not whole, and what does not fit it may be good */
		ost_kept_table_drop(&at);
	return false;
}
