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
#include "base/columns.h"
#include "locks/entry.h"
#include "locks/found_fingerprint.h"
#include "source/tree.h"

#define KIND "held"

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

/* ---- writing ------------------------------------------------------------------ */

static bool was_one_of(const struct ost_entries *e, const struct ost_entry *en)
{
	return en->up != OST_NO_ID && e->v.items[en->up].is_one_of;
}

/* The place of the entry's call among those of its caller. */
static uint32_t call_of(const struct ost_entries *e, const struct ost_entry *en)
{
	const struct ost_lk_graph *g = e->g;
	bool is_slot = en->slot != OST_NO_ID;
	const uint64_t *first = is_slot ? g->site_first : g->out_first;

	for (uint64_t i = first[en->caller]; i < first[en->caller + 1]; i++) {
		const struct ost_lk_edge *call = is_slot ? &g->sites[i] : &g->out[i];

		if (call->line == en->line && (is_slot ? call->slot == en->slot : call->unit == en->unit) &&
		    (call->is_one_of || was_one_of(e, en)) == en->is_one_of)
			return (uint32_t)(i - first[en->caller]);
	}
	return UINT32_MAX >> CALL_SHIFT;	/* it will not be taken for one that is there */
}

static uint32_t cell(const struct ost_entries *e, const struct ost_entry *en, enum column c)
{
	bool is_seed = en->up == OST_NO_ID;

	switch (c) {
	case FROM:
		return is_seed ? en->caller : en->up;
	case CALL:
		return call_of(e, en) << CALL_SHIFT | (is_seed ? IS_SEED : 0) | (en->slot != OST_NO_ID ? IS_SLOT : 0);
	case TARGET:
		return en->target;
	case EVENT:
		return is_seed ? en->event : 0;
	default:
		return is_seed ? en->held : 0;
	}
}

void ost_entries_save(const struct ost_entries *e, const struct ost_tree_facts *tree)
{
	struct head head = head_of(e);
	uint32_t *column = ost_calloc(e->v.nr + 1, sizeof(*column));
	bool is_bad = false;

	for (uint32_t c = 0; c < NR_COLUMNS && !is_bad; c++) {
		OST_BUF b = OST_BUF_INIT;

		for (size_t i = 0; i < e->v.nr; i++)
			column[i] = cell(e, &e->v.items[i], c);
		ost_columns_pack(column, e->v.nr, 1, &b);
		is_bad = b.len > OST_TREE_PART_MAX;
		if (!is_bad)
			ost_tree_part_put(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, c + 1, b.ptr, b.len);
	}
	if (!is_bad)
		ost_tree_part_put(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, 0, &head, sizeof(head));
	free(column);
}

/* ---- reading ------------------------------------------------------------------- */

struct rows { uint32_t *of[NR_COLUMNS]; };

/* What the caller holds, or says to be held, by that event. */
static bool get_seed(const struct ost_entries *e, uint32_t event, uint32_t held, struct ost_entry *en)
{
	const struct ost_lk_summary *sum = ost_lk_sum(e->w, en->caller);
	const struct ost_lk_event *ev = sum && event < sum->nr_events ? &sum->events[event] : NULL;
	const struct ost_lk_ref *ref;

	if (!ev || (held == OST_ENTRY_ASSERTED ? ev->lock >= sum->nr_locks : held >= ev->nr_held))
		return false;
	ref = &sum->locks[held == OST_ENTRY_ASSERTED ? ev->lock : ev->held[held].lock];
	en->cls = ost_lk_ref_class(ref);
	en->kind = ref->kind;
	en->mode = held == OST_ENTRY_ASSERTED ? ev->mode : ev->held[held].mode;
	en->is_sure = held == OST_ENTRY_ASSERTED || ev->held[held].in_all;
	en->event = event;
	en->held = (uint16_t)held;
	return en->cls != 0;
}

/* Whom the call of en->caller is for. */
static bool get_call(const struct ost_entries *e, uint32_t call, uint32_t target, struct ost_entry *en)
{
	const struct ost_lk_graph *g = e->g;
	bool is_slot = call & IS_SLOT;
	const uint64_t *first = is_slot ? g->site_first : g->out_first;
	uint64_t at = first[en->caller] + (call >> CALL_SHIFT);
	const struct ost_lk_edge *edge = is_slot ? &g->sites[at] : &g->out[at];
	const struct ost_lk_slot *slot;

	if (at >= first[en->caller + 1])
		return false;
	slot = is_slot ? ost_lk_slot(g, edge->slot) : NULL;
	if (slot ? target >= slot->nr_targets : target)
		return false;
	en->unit = slot ? slot->targets[target].unit : edge->unit;
	en->line = edge->line;
	en->slot = edge->slot;
	en->target = target;
	en->nr_slots += is_slot;
	en->is_one_of |= edge->is_one_of;
	return en->unit < g->nr_units;
}

static bool get_row(struct ost_entries *e, const struct rows *r, size_t i)
{
	uint32_t from = r->of[FROM][i], call = r->of[CALL][i];
	struct ost_entry en = { .caller = from, .up = OST_NO_ID };

	if (!(call & IS_SEED)) {
		if (from >= i)
			return false;
		en = e->v.items[from];
		en.caller = en.unit;
		en.up = from;
		en.depth++;
	} else if (from >= e->g->nr_units || !get_seed(e, r->of[EVENT][i], r->of[HELD][i], &en)) {
		return false;
	}
	if (!get_call(e, call, r->of[TARGET][i], &en) || en.depth > OST_ENTRY_DEPTH || en.nr_slots > OST_ENTRY_SLOTS ||
	    e->nr[en.unit] >= OST_ENTRY_MAX)
		return false;
	en.next = e->first[en.unit];
	e->v.items[i] = en;
	e->first[en.unit] = (uint32_t)i + 1;
	e->nr[en.unit]++;
	return true;
}

static bool get_column(const struct ost_tree_facts *tree, uint32_t c, uint64_t nr, uint32_t **ret)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_columns_in in;

	if (!ost_tree_part_get(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, c + 1, &b))
		return false;
	in = (struct ost_columns_in){ (const uint8_t *)b.ptr, (const uint8_t *)b.ptr + b.len, false };
	if (!ost_columns_may_hold(&in, nr, 1))
		return false;
	*ret = ost_calloc(nr + 1, sizeof(**ret));
	return ost_columns_restore(&in, (size_t)nr, 1, *ret) && in.at == in.end;
}

static bool get_rows(struct ost_entries *e, const struct ost_tree_facts *tree, uint64_t nr)
{
	struct rows r = { { NULL } };
	bool ok = true;

	for (uint32_t c = 0; c < NR_COLUMNS && ok; c++)
		ok = get_column(tree, c, nr, &r.of[c]);
	if (ok)
		ost_vec_reserve(&e->v, (size_t)nr + 1);
	for (size_t i = 0; i < nr && ok; i++) {
		ok = get_row(e, &r, i);
		e->v.nr += ok;
	}
	for (uint32_t c = 0; c < NR_COLUMNS; c++)
		free(r.of[c]);
	return ok;
}

static void clear(struct ost_entries *e)
{
	ost_vec_deinit(&e->v);
	memset(e->first, 0, (e->g->nr_units + 1) * sizeof(*e->first));
	memset(e->nr, 0, (e->g->nr_units + 1) * sizeof(*e->nr));
}

bool ost_entries_load(struct ost_entries *e, const struct ost_tree_facts *tree)
{
	struct head head = { 0 }, want = head_of(e);
	OST_BUF b = OST_BUF_INIT;

	if (!ost_tree_part_get(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, 0, &b))
		return false;
	if (b.len == sizeof(head))
		memcpy(&head, b.ptr, sizeof(head));
	want.nr = head.nr;
	if (!memcmp(&head, &want, sizeof(head)) && get_rows(e, tree, head.nr))
		return true;
	clear(e);
	for (uint32_t c = 0; c <= NR_COLUMNS; c++)	/* a bad one that stayed would keep a good one out */
		ost_tree_part_drop(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, c);
	return false;
}
