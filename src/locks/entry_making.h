/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry_making.h - what is at hand while entries are worked out (entry_make.c, entry_replay.c only).
 *
 * A try: may the unit be entered with that class, and was that not known yet? It is for who is not closed: of a
 * function below which nothing blocks, or that has no room for a class any more, nothing is noted.
 */
#ifndef OST_LOCKS_ENTRY_MAKING_H
#define OST_LOCKS_ENTRY_MAKING_H

#include "locks/entry.h"

/* What one unit has: its classes lie in `classes` from `block` on, in a block as large as the next power of two. */
struct ost_entry_has {
	uint32_t block;
	uint8_t nr;
};
enum { OST_ENTRY_LEAST_BITS = 2, OST_ENTRY_MOST_BITS = 6 };
_Static_assert(1 << OST_ENTRY_MOST_BITS == OST_ENTRY_MAX, "the largest block is for as many as there may be");

/* A function that a slot leads to: its place among the slot's targets. */
struct ost_entry_fan { uint32_t unit, target; };

struct ost_making {
	struct ost_entries *e;
	bool is_lazy;			/* entries are linked without a try: what a unit has is looked up when one is made */
	uint64_t *closed;		/* bits by unit */
	struct ost_entry_has *has;	/* by unit */
	OST_VEC(uint32_t) classes;
	uint32_t free[OST_ENTRY_MOST_BITS + 1];	/* first free block of each size, + 1; the next one's stands in it */
	OST_VEC(uint32_t) told;		/* events by which the unit at hand says that it is entered with a lock */
	/* by slot (position in g->slots), the functions that it crosses to */
	uint32_t *fan_first, *fan_end;
	OST_VEC(struct ost_entry_fan) fans;
};

/* Nothing is noted yet, and closed are only those below which nothing blocks. */
void ost_making_init(struct ost_making *m, struct ost_entries *e, bool is_lazy);
void ost_making_deinit(struct ost_making *m);

static inline bool ost_making_is_closed(const struct ost_making *m, uint32_t unit)
{
	return m->closed[unit / 64] >> unit % 64 & 1;
}
static inline void ost_making_close(struct ost_making *m, uint32_t unit)
{
	m->closed[unit / 64] |= 1ull << unit % 64;
}
/* Gives the unit another class; of one that is lazy, those first that were linked since. */
void ost_making_add(struct ost_making *m, struct ost_entry_has *has, uint32_t cls);
void ost_making_catch_up(struct ost_making *m, uint32_t unit);

static inline bool ost_making_has(const struct ost_making *m, const struct ost_entry_has *has, uint32_t cls)
{
	const uint32_t *classes = &m->classes.items[has->block];
	uint32_t found = 0;

	for (unsigned i = 0; i < has->nr; i++)	/* to the end: several are compared at once */
		found |= classes[i] == cls;
	return found;
}
/* False: the unit is entered with that class already. It is not closed; who is told yes links an entry. */
static inline bool ost_making_note(struct ost_making *m, uint32_t unit, uint32_t cls)
{
	struct ost_entry_has *has = &m->has[unit];

	if (m->is_lazy)
		ost_making_catch_up(m, unit);
	if (ost_making_has(m, has, cls))
		return false;
	ost_making_add(m, has, cls);
	if (has->nr == OST_ENTRY_MAX)
		ost_making_close(m, unit);
	return true;
}
/* What the unit itself holds, or says to be held, at its calls by name or through slots. */
void ost_making_seed(struct ost_making *m, uint32_t unit, bool by_slot);
/* What the entry hands on through slots. */
void ost_making_cross(struct ost_making *m, uint32_t from);
/* What comes of that entry, but for the unit and the call. */
struct ost_entry ost_making_below(const struct ost_making *m, uint32_t from);
/* The call has released the class for who calls the unit of the entry. */
bool ost_making_is_released(const struct ost_making *m, const struct ost_entry *from, const struct ost_lk_edge *call);

#endif
