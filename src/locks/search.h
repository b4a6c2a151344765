/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search.h - from waits and acquisitions to candidates.
 *
 * Down: what a callback reaches (ost_reach_from()): direct calls cost
 * nothing, a call through a slot that holds several functions costs one,
 * because another function may be meant, and so does a name that several
 * files define. Slots with more than OST_REACH_FAN functions are entered where
 * the function lies in the folder of the callback. What cannot reach a goal
 * (aim.h) is not entered. Up: who may be on the stack above a unit
 * (ost_climb_from()): direct callers, and the callers of the slots that the
 * unit is a target of, which is definite. A node's parent is one step
 * nearer to where the search began.
 *
 * Limits: OST_REACH_MAX, OST_CLIMB_MAX nodes a search and OST_CLIMB_DEPTH
 * steps; `is_limited` says that one was hit.
 */
#ifndef OST_LOCKS_SEARCH_H
#define OST_LOCKS_SEARCH_H

#include "base/vec.h"
#include "locks/aim.h"
#include "locks/world.h"

#define OST_REACH_MAX 6000
#define OST_REACH_COST 3
#define OST_REACH_VARIANTS 4	/* functions in a slot that a driver has for itself */
#define OST_REACH_FAN OST_AIM_FAN
#define OST_CLIMB_MAX 2500
#define OST_CLIMB_DEPTH 12
#define OST_NO_NODE UINT32_MAX

struct ost_reach_node {
	uint32_t unit, parent;
	uint32_t line;		/* of the call in the parent's file */
	uint32_t slot;		/* OST_NO_ID: direct */
	uint32_t target;	/* of the slot: position in ost_program_slot_targets() */
	uint16_t cost, depth;
	bool is_one_of;		/* the edge's */
};

struct ost_climb_node {
	uint32_t unit, parent;	/* parent: the callee, towards the wait */
	uint32_t line;		/* of the call, in this unit's file */
	uint32_t slot, target;	/* crossed between this unit and the callee */
	uint32_t impl;		/* first function whose slot was crossed, or OST_NO_ID */
	uint16_t depth;
	bool is_one_of;		/* the edge's */
	bool is_leaf;		/* another call site of the unit is climbed on from */
	bool has_held;		/* the edge's */
	uint16_t nr_rel;	/* classes released between here and the start */
	uint32_t event;		/* the edge's */
	uint32_t next;		/* another call site of the unit, crossed by the same way; 0: none */
	const uint64_t *rel;
};

/* Units and ways into them; emptied at no cost: a search begins some ten thousand times in a run. */
struct ost_seen {
	struct ost_seen_slot { uint64_t key; uint32_t round, node; } *slots;	/* node: the last one with that key */
	size_t nr, mask;
	uint32_t round;
};

/* By unit, its direct calls of one function that may be entered, each function once, in their order (ost_lk_sure_make()). */
struct ost_lk_sure {
	uint32_t *first;		/* nr_units + 1 */
	uint32_t *units, *via;		/* called; position in graph.out */
};

struct ost_search {
	const struct ost_lk_world *w;
	const struct ost_lk_graph *g;
	struct ost_arena arena;
	OST_VEC(struct ost_reach_node) down;
	OST_VEC(struct ost_climb_node) up;
	struct ost_seen seen;		/* of a climb */
	uint32_t last_unit;		/* what s->up is the climb from: OST_NO_ID none */
	unsigned last_depth;
	OST_VEC(uint64_t) last_rel;
	bool last_limited;
	uint32_t *mark;			/* of a reach: by unit, the number of the reach that met it */
	uint32_t nr_reaches;
	unsigned max_depth;	/* of climbs; OST_CLIMB_DEPTH unless set */
	unsigned max_cost;	/* of reaches; OST_REACH_COST unless set */
	bool is_in_driver;	/* of reaches: a slot of a few functions of the caller's folder costs nothing */
	bool is_aimed;		/* reaches keep to what leads to the goals of g->aim */
	const uint8_t *leads;	/* of reaches: by unit, to be entered; NULL: all are */
	const struct ost_lk_sure *sure;	/* of reaches: the sure calls of what is to be entered; NULL: they are in g */
	bool is_limited;
};

void ost_search_init(struct ost_search *s, const struct ost_lk_world *w, const struct ost_lk_graph *g);
void ost_search_deinit(struct ost_search *s);

/* leads: as in struct ost_search. For some thousand reaches that enter the same. */
void ost_lk_sure_make(struct ost_lk_sure *sure, const struct ost_lk_graph *g, const uint8_t *leads);
void ost_lk_sure_deinit(struct ost_lk_sure *sure);
/* Fills s->down; node 0 is the unit itself. */
void ost_reach_from(struct ost_search *s, uint32_t unit);
/*
 * Fills s->up; node 0 is the unit itself. rel: classes that are released
 * before the place in it that the search begins at. What a node points to
 * lives until the next climb; one that begins as the last one did is that one.
 */
void ost_climb_from(struct ost_search *s, uint32_t unit, const uint64_t *rel, uint16_t nr_rel);

/* What a call of the unit is written with: its name, or that of the field (slot) that it goes through. */
const char *ost_callee_text(const struct ost_program *p, uint32_t unit, uint32_t slot);
/* The event of the call in the node's unit; NULL in node 0, or when nothing is known there. */
static inline const struct ost_lk_event *ost_climb_event(const struct ost_search *s, const struct ost_climb_node *n)
{
	return n->event ? &s->w->sums[n->unit]->events[n->event - 1] : NULL;
}
/* Gives the edge its event, of the summary of who calls; NULL: it has none. */
static inline void ost_note_event(struct ost_lk_edge *e, const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	e->event = ev ? (uint32_t)(ev - sum->events) + 1 : 0;
	e->has_held = ev && ev->nr_held;
	e->has_rel = ev && ev->nr_rel;
}
/* Gives each edge of the graph its event, for ost_edge_event(), and units what they say. jobs: threads. */
void ost_note_call_events(struct ost_lk_graph *g, const struct ost_lk_world *w, unsigned jobs);
/* The CALL event of an edge whose calling unit this is, or NULL. */
static inline const struct ost_lk_event *ost_edge_event(const struct ost_lk_world *w, uint32_t caller,
							const struct ost_lk_edge *e)
{
	return e->event ? &w->sums[caller]->events[e->event - 1] : NULL;
}

/* A lock of that class as it is held on every way to the event; by_hand: by no guard. NULL: none, or ev is NULL. */
static inline const struct ost_lk_held *ost_event_held(const struct ost_lk_summary *sum, const struct ost_lk_event *ev,
							uint64_t cls, bool by_hand)
{
	for (int h = 0; ev && h < ev->nr_held; h++)
		if (ev->held[h].in_all && !(by_hand && ev->held[h].by_guard) && ost_lk_ref_class(&sum->locks[ev->held[h].lock]) == cls)
			return &ev->held[h];
	return NULL;
}

/* Has the call released a lock of that class for who calls the unit? ev may be NULL. */
static inline bool ost_event_releases(const struct ost_lk_summary *sum, const struct ost_lk_event *ev, uint64_t cls)
{
	for (int i = 0; ev && i < ev->nr_rel; i++)
		if (ost_lk_ref_class(&sum->locks[ev->rel[i]]) == cls)
			return true;
	return false;
}

/* The CALL event of the unit at that line for that callee (or slot's field name), or NULL. */
const struct ost_lk_event *ost_call_event_at(const struct ost_lk_world *w, uint32_t unit,
					     uint32_t line, const char *callee);

/* The same in a summary, which may be NULL. */
const struct ost_lk_event *ost_sum_call_at(const struct ost_program *p, const struct ost_lk_summary *sum,
					   uint32_t line, const char *callee);

/* The first CALL event at that line: of a function that is handed over there, the call that gets it. */
const struct ost_lk_event *ost_sum_first_call_at(const struct ost_lk_summary *sum, uint32_t line);

#endif
