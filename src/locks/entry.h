/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry.h - which locks may be held when a function is entered.
 *
 * For each unit the classes that some caller holds at the call, with the way
 * back to that caller. What a unit may be entered with it hands on to its own
 * callees, except for what it releases before the call. The search goes by the
 * number of slots crossed (a call through a slot reaches every function that
 * is stored in it, which is definite seen from that function), then by the
 * number of calls, so that the way back is a short one.
 *
 * Slots that callbacks are bound to by a row of data/bindings.txt are not
 * crossed: who runs a notifier or a work item is no caller of it.
 *
 * Limits: OST_ENTRY_DEPTH calls, OST_ENTRY_SLOTS slots, OST_ENTRY_MAX classes
 * a unit, slots with more than OST_ENTRY_FAN targets.
 */
#ifndef OST_LOCKS_ENTRY_H
#define OST_LOCKS_ENTRY_H

#include "locks/graph.h"
#include "locks/search.h"
#include "locks/world.h"

#define OST_ENTRY_DEPTH 8
#define OST_ENTRY_SLOTS 2
#define OST_ENTRY_MAX 64
#define OST_ENTRY_FAN 600

struct ost_entry {
	uint64_t cls;		/* of ost_lk_class() */
	uint32_t unit;		/* which is entered with it held */
	uint32_t caller, line;	/* the call */
	uint32_t slot, target;	/* crossed by it: field or OST_NO_ID, index for ost_program_target() */
	uint32_t up;		/* entry of the caller that this comes from; OST_NO_ID: the caller holds it */
	uint32_t event;		/* where the caller holds it: CALL or ASSERT event, when up is OST_NO_ID */
	uint16_t held;		/* index into that event's held; OST_ENTRY_ASSERTED */
	uint8_t depth, nr_slots;
	uint8_t kind, mode;	/* enum ost_lk_kind, ost_lk_mode */
	bool is_sure;		/* held on every way to the call */
	bool is_one_of;		/* some name on the way has several definitions */
	uint32_t next;		/* of the same unit, index + 1; 0: last */
};
#define OST_ENTRY_ASSERTED UINT16_MAX

struct ost_entries {
	const struct ost_lk_world *w;
	const struct ost_lk_graph *g;
	OST_VEC(struct ost_entry) v;
	uint32_t *first;	/* by unit: index + 1 of its first entry, 0: none */
	uint16_t *nr;		/* by unit */
	/* while they are made: */
	uint8_t *leads;		/* by unit: it, or something below it, blocks on a lock or waits; others get no entries */
	uint8_t *room;		/* by unit: entries that it may still get */
	struct ost_entry_known { uint64_t key; } *known;	/* (unit, class) of all entries, by hash; key 0: free */
	size_t known_mask;
	struct ost_table bound;	/* slots that are not crossed */
};

struct ost_tree_facts;

/*
 * Ends with _deinit(). w and g must outlive it. tree: whose entries are kept
 * with it are taken from there, or else put there; NULL: neither. It must be
 * the one that w and g were made of, all of it.
 */
void ost_entries_init(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g,
		      const struct ost_tree_facts *tree);
void ost_entries_deinit(struct ost_entries *e);
struct ost_focus;
/* By entry: something asked for is on the way back to who holds it. free() it. */
uint8_t *ost_entries_asked(const struct ost_entries *e, const struct ost_focus *focus);

/*
 * kept_entry.c: the entries as they are kept with the tree. _load() fills e,
 * of which w, g and empty lists by unit are there; false: there are none, or
 * they make no sense with this graph and are dropped.
 */
bool ost_entries_load(struct ost_entries *e, const struct ost_tree_facts *tree);
void ost_entries_save(const struct ost_entries *e, const struct ost_tree_facts *tree);

/*
 * Does the unit say by its ASSERT event `as` that it is entered with the lock?
 * Not when it takes the lock itself: the word is about that, then.
 */
bool ost_entry_is_told(const struct ost_lk_summary *sum, const struct ost_lk_event *as);

#endif
