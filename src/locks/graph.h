/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph.h - who calls whom, laid out for searching.
 *
 * Direct calls as arrays in both directions; calls through a slot as (unit,
 * line, slot), expanded by the searcher. Built once from the program; copies
 * of the struct share the arrays.
 */
#ifndef OST_LOCKS_GRAPH_H
#define OST_LOCKS_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "base/vec.h"
#include "locks/tables.h"
#include "program/program.h"

struct ost_lk_edge {
	uint32_t unit;		/* the other end */
	uint32_t line;		/* of the call, in the caller's file */
	uint32_t slot;		/* field, OST_NO_ID: a direct call */
	uint32_t is_one_of : 1;	/* several files define the name: one of them is meant */
	uint32_t is_handed : 1;	/* the caller hands the function to what it calls at that line, which calls it */
	uint32_t has_held : 1;	/* something is held at the event */
	uint32_t has_rel : 1;	/* something of the caller's was released before it */
	uint32_t event : 28;	/* CALL event in the caller's summary + 1; 0: none (search.h, ost_note_call_events()) */
};

enum {
	OST_GU_LEAF = 1,	/* a primitive, or a function that does not come back */
	OST_GU_CORE = 2,	/* well-trodden (data/lock-core.txt): not entered on the way down */
	OST_GU_UNLOCK = 4,	/* its name says that it unlocks */
	OST_GU_NOTED = 8,	/* events of its direct calls are known from what is kept */
	/* from ost_note_call_events() on: */
	OST_GU_ASSERTS = 16,	/* says of some lock that its caller holds it (ost_asserts_entry()) */
	OST_GU_HANDED = 32,	/* some caller hands it over to be called */
};

/* A field that functions are stored in. */
struct ost_lk_slot {
	uint32_t field;
	const struct ost_target *targets;	/* all, by place */
	uint32_t nr_targets;
	uint32_t first_caller, nr_callers;	/* in by_slot */
	uint8_t cost;		/* how uncertain a call is: 0 (one function only) or 1 */
	uint8_t what;		/* enum ost_lk_slot_what */
	bool has_outside_caller;	/* some folder calls it and stores nothing in it: a core */
};
/* A slot that a unit is stored in; each slot once. */
struct ost_lk_entry {
	uint32_t slot;		/* position in slots */
	uint32_t target;	/* for ost_program_target() */
};

struct ost_lk_graph {
	const struct ost_program *p;
	uint32_t nr_units;
	bool is_near;				/* only with calls between units that are near (focus.h) */
	bool is_slice;				/* the program lacks files that may call functions of it */
	uint8_t *unit_flags;			/* OST_GU_* */
	uint32_t *folder;			/* by unit: a number for the folder of its file */
	struct ost_lk_aim *aim;			/* aim.h; NULL before */
	uint64_t *out_first, *in_first;		/* nr_units + 1 */
	struct ost_lk_edge *out, *in;		/* direct calls: callees of, callers of */
	uint64_t *site_first;			/* nr_units + 1 */
	struct ost_lk_edge *sites;		/* calls through slots made by a unit; unit: itself */
	OST_VEC(struct ost_lk_slot) slots;
	struct ost_table siblings;		/* (record, folder): functions of the folder are stored in one of it */
	uint32_t *slot_of_field;		/* field → position in slots + 1 */
	uint64_t *entry_first;			/* nr_units + 1 */
	struct ost_lk_entry *entries;
	OST_VEC(struct ost_lk_edge) by_slot;	/* unit: who calls through it */
};

static inline bool ost_unit_is_near(const uint8_t *near, uint32_t unit)
{
	return !near || near[unit];
}

/*
 * The calls through slots, which need the program alone: a thread works them out from here on. NULL: there is
 * none to be had, or jobs is 1. Ends with ost_lk_graph_init() or _forget(); near (as there) stays until then.
 */
struct ost_lk_slots_ahead;
struct ost_lk_slots_ahead *ost_lk_slots_start(const struct ost_program *p, const uint8_t *near, unsigned jobs);
void ost_lk_slots_forget(struct ost_lk_slots_ahead *ahead);	/* NULL is fine */

/*
 * near: by unit, calls from and to others are left out (focus.h); or NULL. kept: to take direct calls
 * from (kept_calls.h), or NULL; not both. ahead: the slots being made, or NULL. jobs: threads, at least 1.
 */
struct ost_kept_calls;
void ost_lk_graph_init(struct ost_lk_graph *g, const struct ost_program *p,
		       const struct ost_lk_tables *tables, const uint8_t *near,
		       const struct ost_kept_calls *kept, struct ost_lk_slots_ahead *ahead, unsigned jobs);
void ost_lk_graph_deinit(struct ost_lk_graph *g);

/*
 * Whoever calls the unit does so by its name, and is among its callers in g->in. A function that stands in a
 * plain array of pointers is not noticed.
 */
bool ost_lk_has_all_callers(const struct ost_lk_graph *g, uint32_t unit);

/* A number for the folder that the unit's file lies in. */
uint64_t ost_lk_folder(const struct ost_program *p, uint32_t unit);
/* That file (its id), or a file of that folder, stores a function in the slot or beside it in its record. */
bool ost_lk_slot_is_in_folder(const struct ost_lk_graph *g, const struct ost_lk_slot *s, uint64_t folder);
static inline const struct ost_lk_slot *ost_lk_slot(const struct ost_lk_graph *g, uint32_t field)
{
	return &g->slots.items[g->slot_of_field[field] - 1];
}
/*
 * seen: by what is called, who was there last, + 1. Where one after the other is looked at, only the first of several
 * calls of one thing counts.
 */
static inline bool ost_is_first(uint32_t *seen, uint32_t what, uint32_t by)
{
	bool is = seen[what] != by + 1;

	seen[what] = by + 1;
	return is;
}
/* Who calls through the slot; the number is returned. */
static inline uint32_t ost_lk_slot_callers(const struct ost_lk_graph *g, uint32_t field,
					   const struct ost_lk_edge **ret)
{
	const struct ost_lk_slot *slot = g->slot_of_field[field] ? ost_lk_slot(g, field) : NULL;

	*ret = slot ? &g->by_slot.items[slot->first_caller] : NULL;
	return slot ? slot->nr_callers : 0;
}

#endif
