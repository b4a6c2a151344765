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

/* Who holds it, and by what: the same for all entries that come from there. */
struct ost_entry_seed {
	uint32_t caller;	/* holds it at its call, or says that it is held */
	uint32_t event;		/* that shows it: CALL or ASSERT */
	uint16_t held;		/* index into that event's held; OST_ENTRY_ASSERTED */
	uint8_t kind, mode;	/* enum ost_lk_kind, ost_lk_mode */
	bool is_sure;		/* held on every way to the call */
};
#define OST_ENTRY_ASSERTED UINT16_MAX

/* There are six millions in a kernel, and they are looked at in no order: so each is small. */
struct ost_entry {
	uint32_t cls;		/* ost_entry_short() of its class */
	uint32_t unit : 25;	/* which is entered with it held */
	uint32_t depth : 4, nr_slots : 2;
	uint32_t is_one_of : 1;	/* some name on the way has several definitions */
	uint32_t up;		/* entry of the caller that this comes from; OST_NO_ID: the caller holds it */
	uint32_t seed;		/* in seeds */
	uint32_t call;		/* the caller's: ost_entry_call() */
	uint32_t next;		/* of the same unit, index + 1; 0: last */
};
#define OST_ENTRY_UNITS (1u << 25)	/* units from there on have no entries */

enum ost_entry_end { OST_ENTRY_SEEDS, OST_ENTRY_CROSSED, OST_ENTRY_CALLED, OST_NR_ENTRY_ENDS };

struct ost_entries {
	const struct ost_lk_world *w;
	const struct ost_lk_graph *g;
	OST_VEC(struct ost_entry) v;
	OST_VEC(struct ost_entry_seed) seeds;
	/* by slots crossed: where what callers hold ends, what came by a slot, and what those were called by name by */
	uint64_t ends[OST_ENTRY_SLOTS + 1][OST_NR_ENTRY_ENDS];
	uint32_t *first;	/* by unit: index + 1 of its first entry, 0: none */
	uint8_t *nr;		/* by unit */
};

/* Of a class (ost_lk_class()) 32 bits say something. */
static inline uint32_t ost_entry_short(uint64_t cls)
{
	return (uint32_t)(cls >> 40 & 1) << 31 | (uint32_t)cls;
}
static inline uint64_t ost_entry_cls(const struct ost_entry *en)
{
	return (uint64_t)(en->cls >> 31) << 40 | (en->cls & ~(1u << 31));
}
static inline const struct ost_entry_seed *ost_entry_seed(const struct ost_entries *e, const struct ost_entry *en)
{
	return &e->seeds.items[en->seed];
}
static inline uint32_t ost_entry_caller(const struct ost_entries *e, const struct ost_entry *en)
{
	return en->up == OST_NO_ID ? ost_entry_seed(e, en)->caller : e->v.items[en->up].unit;
}

/* A call is a number in out, or, marked, one in sites and a target of the slot. */
#define OST_ENTRY_BY_SLOT (1u << 31)
#define OST_ENTRY_TARGET_BITS 10
_Static_assert(OST_ENTRY_FAN < 1 << OST_ENTRY_TARGET_BITS, "a target has a number of that many bits");
#define OST_ENTRY_SITES (OST_ENTRY_BY_SLOT >> OST_ENTRY_TARGET_BITS)	/* have a number; of a graph with more, no slot is crossed */
static inline uint32_t ost_entry_slot_call(uint64_t site, uint32_t target)
{
	return OST_ENTRY_BY_SLOT | (uint32_t)site << OST_ENTRY_TARGET_BITS | target;
}
static inline const struct ost_lk_edge *ost_entry_call(const struct ost_entries *e, const struct ost_entry *en)
{
	return en->call & OST_ENTRY_BY_SLOT ? &e->g->sites[(en->call & ~OST_ENTRY_BY_SLOT) >> OST_ENTRY_TARGET_BITS] :
		&e->g->out[en->call];
}
/* Of the slot that is crossed by the call: index for ost_program_target(). */
static inline uint32_t ost_entry_target(const struct ost_entry *en)
{
	return en->call & OST_ENTRY_BY_SLOT ? en->call & ((1u << OST_ENTRY_TARGET_BITS) - 1) : 0;
}

/* Appends the entry, first in the list of its unit. */
static inline void ost_entry_link(struct ost_entries *e, const struct ost_entry *en)
{
	ost_vec_add(&e->v, *en);
	ost_vec_last(&e->v)->next = e->first[en->unit];
	e->first[en->unit] = (uint32_t)e->v.nr;
	e->nr[en->unit]++;
}

struct ost_tree_facts;

/*
 * Ends with _deinit(). w and g must outlive it. tree: whose entries are kept
 * with it are taken from there, or else put there; NULL: neither. It must be
 * the one that w and g were made of, all of it.
 */
void ost_entries_init(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g,
		      const struct ost_tree_facts *tree);
/* The same for an overlay, with what is kept of the tree below (kept_entry.h). */
struct ost_kept_entries;
void ost_entries_init_over(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g,
			   const struct ost_kept_entries *below);
void ost_entries_deinit(struct ost_entries *e);
/* Empties it, with empty lists by unit. */
void ost_entries_clear(struct ost_entries *e);
struct ost_focus;
/* By entry: something asked for is on the way back to who holds it. free() it. */
uint8_t *ost_entries_asked(const struct ost_entries *e, const struct ost_focus *focus);

/*
 * What is held by that event of the summary's unit, or said to be held
 * (OST_ENTRY_ASSERTED). *ret_cls: its class, 0 none.
 */
struct ost_entry_seed ost_entry_seed_of(const struct ost_lk_summary *sum, uint32_t event, uint16_t held, uint64_t *ret_cls);

/* entry_make.c: fills e, of which w, g and empty lists by unit are there. */
void ost_entries_make(struct ost_entries *e);

/*
 * kept_entry.c: the entries as they are kept with the tree. _load() fills e,
 * of which w, g and empty lists by unit are there; false: there are none, or
 * they make no sense with this graph and are dropped (not once the run is
 * stopped: the graph is not whole, then).
 */
bool ost_entries_load(struct ost_entries *e, const struct ost_tree_facts *tree);
void ost_entries_save(struct ost_entries *e, const struct ost_tree_facts *tree);

/*
 * Does the unit say by its ASSERT event `as` that it is entered with the lock?
 * Not when it takes the lock itself: the word is about that, then.
 */
bool ost_entry_is_told(const struct ost_lk_summary *sum, const struct ost_lk_event *as);

#endif
