// SPDX-License-Identifier: GPL-2.0-or-later
/* Each column is a part of its own; the head comes last. */
#include "locks/kept_entry.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "locks/entry_making.h"
#include "locks/kept_column.h"
#include "ostler/progress.h"
#include "source/tree.h"

static struct ost_kept_entries_head head_of(const struct ost_entries *e)
{
	const struct ost_lk_graph *g = e->g;
	struct ost_kept_entries_head head = { ost_program_ids(e->w->p), e->v.nr, g->out_first[g->nr_units],
		g->site_first[g->nr_units], g->nr_units, ost_program_nr_fields(g->p), { { 0 } } };

	memcpy(head.ends, e->ends, sizeof(head.ends));
	return head;
}

static uint64_t rows_of(const struct ost_kept_entries_head *h, enum ost_kept_entry_column c)
{
	switch (c) {
	case OST_KE_CALLS:
		return h->nr_units;
	case OST_KE_FANS:
		return h->nr_fields;
	case OST_KE_CLOSED:
		return h->nr_units / 32 + 1;
	default:
		return h->nr;
	}
}

static struct ost_kept_table_at table_at(const struct ost_tree_facts *tree)
{
	return (struct ost_kept_table_at){ tree, &tree->key, "held", OST_NR_KE };
}

/* ---- writing ------------------------------------------------------------------ */

/* The place of the entry's call among those of its caller. */
static uint32_t call_of(const struct ost_entries *e, const struct ost_entry *en)
{
	bool is_slot = en->call & OST_ENTRY_BY_SLOT;
	const uint64_t *first = is_slot ? e->g->site_first : e->g->out_first;
	const struct ost_lk_edge *calls = is_slot ? e->g->sites : e->g->out;

	return (uint32_t)(ost_entry_call(e, en) - calls - first[ost_entry_caller(e, en)]) << OST_KE_CALL_SHIFT |
		(is_slot ? OST_KE_IS_SLOT : 0) | (en->up == OST_NO_ID ? OST_KE_IS_SEED : 0) |
		(!is_slot && ost_entry_call(e, en)->is_one_of ? OST_KE_IS_ONE_OF : 0);
}

static uint32_t cell(const struct ost_entries *e, const struct ost_entry *en, enum ost_kept_entry_column c)
{
	bool is_seed = en->up == OST_NO_ID;

	switch (c) {
	case OST_KE_FROM:
		return is_seed ? ost_entry_caller(e, en) : en->up;
	case OST_KE_CALL:
		return call_of(e, en);
	case OST_KE_TARGET:
		return ost_entry_target(en);
	case OST_KE_EVENT:
		return is_seed ? ost_entry_seed(e, en)->event : 0;
	case OST_KE_HELD:
		return is_seed ? ost_entry_seed(e, en)->held : 0;
	case OST_KE_UNIT:
		return en->unit;
	default:
		return en->cls;
	}
}

static bool save_rows(const struct ost_entries *e, const struct ost_kept_table_at *at)
{
	uint32_t *column = ost_calloc(e->v.nr + 1, sizeof(*column));
	bool ok = true;

	for (uint32_t c = 0; c <= OST_KE_CLASS && ok; c++) {
		for (size_t i = 0; i < e->v.nr; i++)
			column[i] = cell(e, &e->v.items[i], c);
		ok = ost_kept_column_put(at, c, column, e->v.nr);
	}
	free(column);
	return ok;
}

/* What the graph was like when the first entry was made. */
static bool save_graph(struct ost_entries *e, const struct ost_kept_table_at *at, const struct ost_kept_entries_head *head)
{
	struct ost_making m;
	uint32_t *v = ost_entry_hash_units(e->g, NULL, NULL);
	bool ok = ost_kept_column_put(at, OST_KE_CALLS, v, rows_of(head, OST_KE_CALLS));

	free(v);
	ost_making_init(&m, e, true);
	v = ost_entry_hash_slots(&m, NULL);
	ok = ok && ost_kept_column_put(at, OST_KE_FANS, v, rows_of(head, OST_KE_FANS));
	free(v);
	v = ost_calloc(rows_of(head, OST_KE_CLOSED), sizeof(*v));
	for (uint32_t u = 0; u < e->g->nr_units; u++)
		v[u / 32] |= ost_making_is_closed(&m, u) ? 1u << u % 32 : 0;
	ok = ok && ost_kept_column_put(at, OST_KE_CLOSED, v, rows_of(head, OST_KE_CLOSED));
	free(v);
	ost_making_deinit(&m);
	return ok;
}

void ost_entries_save(struct ost_entries *e, const struct ost_tree_facts *tree)
{
	struct ost_kept_table_at at = table_at(tree);
	struct ost_kept_entries_head head = head_of(e);

	if (save_rows(e, &at) && save_graph(e, &at, &head))
		ost_kept_head_put(&at, &head, sizeof(head));
}

/* ---- reading ------------------------------------------------------------------- */

bool ost_kept_entries_read(struct ost_kept_entries *k, const struct ost_tree_facts *tree)
{
	struct ost_kept_table_at at = table_at(tree);

	memset(k, 0, sizeof(*k));
	if (!ost_kept_head_get(&at, &k->head, sizeof(k->head)))
		return false;
	for (uint32_t c = 0; c < OST_NR_KE; c++) {
		k->of[c] = ost_kept_column_get(&at, c, rows_of(&k->head, c));
		if (!k->of[c])
			return false;
	}
	return true;
}

void ost_kept_entries_deinit(struct ost_kept_entries *k)
{
	for (uint32_t c = 0; c < OST_NR_KE; c++)
		free(k->of[c]);
	memset(k, 0, sizeof(*k));
}

struct ost_kept_ahead {
	const struct ost_tree_facts *tree;
	struct ost_kept_entries k;
	bool is_there;
	pthread_t thread;
};

static void *read_ahead(void *ctx)
{
	struct ost_kept_ahead *ahead = ctx;

	ahead->is_there = ost_kept_entries_read(&ahead->k, ahead->tree);
	return NULL;
}

struct ost_kept_ahead *ost_kept_entries_start(const struct ost_tree_facts *tree)
{
	struct ost_kept_ahead *ahead = ost_calloc(1, sizeof(*ahead));

	ahead->tree = tree;
	if (!pthread_create(&ahead->thread, NULL, read_ahead, ahead))
		return ahead;
	free(ahead);
	return NULL;
}

bool ost_kept_entries_end(struct ost_kept_ahead *ahead, struct ost_kept_entries *k)
{
	bool is_there;

	if (!ahead)
		return false;
	pthread_join(ahead->thread, NULL);
	is_there = ahead->is_there && k;
	if (is_there)
		*k = ahead->k;
	else
		ost_kept_entries_deinit(&ahead->k);
	free(ahead);
	return is_there;
}

/* ---- those of the tree itself ---------------------------------------------------- */

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
	bool is_slot = call & OST_KE_IS_SLOT;
	const uint64_t *first = is_slot ? g->site_first : g->out_first;
	uint64_t at = first[caller] + (call >> OST_KE_CALL_SHIFT);
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

static bool get_row(struct ost_entries *e, const struct ost_kept_entries *k, size_t i)
{
	uint32_t from = k->of[OST_KE_FROM][i], call = k->of[OST_KE_CALL][i], caller = from;
	struct ost_entry en = { .up = OST_NO_ID };
	unsigned depth = 0, nr_slots = 0;

	if (!(call & OST_KE_IS_SEED)) {
		if (from >= i)
			return false;
		en = e->v.items[from];
		caller = en.unit;
		en.up = from;
		depth = en.depth + 1u;
		nr_slots = en.nr_slots;
	} else if (from >= e->g->nr_units || !get_seed(e, from, k->of[OST_KE_EVENT][i], k->of[OST_KE_HELD][i], &en)) {
		return false;
	}
	nr_slots += call & OST_KE_IS_SLOT ? 1 : 0;
	if (!get_call(e, caller, call, k->of[OST_KE_TARGET][i], &en) || depth > OST_ENTRY_DEPTH || nr_slots > OST_ENTRY_SLOTS ||
	    e->nr[en.unit] >= OST_ENTRY_MAX)
		return false;
	en.depth = depth & 15;
	en.nr_slots = nr_slots & 3;
	ost_entry_link(e, &en);
	return true;
}

static bool get_rows(struct ost_entries *e, const struct ost_kept_entries *k)
{
	struct ost_kept_entries_head want = head_of(e);
	bool ok;

	want.nr = k->head.nr;
	memcpy(want.ends, k->head.ends, sizeof(want.ends));
	ok = !memcmp(&k->head, &want, sizeof(want));
	if (ok)
		ost_vec_reserve(&e->v, (size_t)want.nr + 1);
	for (size_t i = 0; i < want.nr && ok; i++)
		ok = get_row(e, k, i);
	return ok;
}

bool ost_entries_load(struct ost_entries *e, const struct ost_tree_facts *tree)
{
	struct ost_kept_table_at at = table_at(tree);
	struct ost_kept_entries k;
	bool ok = ost_kept_entries_read(&k, tree) && get_rows(e, &k), has_head = k.head.ids != 0;

	ost_kept_entries_deinit(&k);
	if (ok)
		return true;
	ost_entries_clear(e);
	if (has_head && !ost_interrupted())	/* stopped: the graph is not whole, and what does not fit it may be good */
		ost_kept_table_drop(&at);
	return false;
}
