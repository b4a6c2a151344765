/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aim.h - the part of the graph that leads to some goals.
 *
 * A search down begins some thousand times and passes through the same
 * functions each time. So what leads to none of the goals, and what is not
 * entered anyway, is left out once: what remains is laid out by cost, so that
 * a search reads on in memory.
 */
#ifndef OST_LOCKS_AIM_H
#define OST_LOCKS_AIM_H

#include "locks/graph.h"

#define OST_AIM_FAR 255
#define OST_AIM_FAN 24	/* slots with more functions are entered where the function lies in the folder of the search's root */

struct ost_lk_aimed {
	uint32_t unit;		/* to be entered */
	uint32_t via;		/* direct: position in graph.out; through a slot: of its targets */
	uint8_t need;		/* of the unit */
};
struct ost_lk_aim {
	uint8_t *need;		/* by unit: least uncertain calls between it and a goal; OST_AIM_FAR: it never gets there */
	uint32_t *direct_first[2];	/* by cost of the call; then by unit, nr_units + 1 */
	struct ost_lk_aimed *direct[2];
	uint32_t *site_first[2];
	uint32_t *sites[2];		/* positions in graph.sites */
	uint32_t *slot_first;		/* by position in graph.slots */
	struct ost_lk_aimed *targets;	/* of a slot; of one with more than OST_AIM_FAN by folder */
};

/*
 * Aims at `goals` (units, one byte each): sets g->aim, in place of what was
 * there. max: uncertain calls on a way, at most 3.
 */
void ost_lk_graph_aim(struct ost_lk_graph *g, const uint8_t *goals, unsigned max);
void ost_lk_aim_destroy(struct ost_lk_aim *aim);	/* NULL is fine */
/* The functions of a slot that a search from a function of that folder enters; their number is returned. */
uint32_t ost_lk_aimed_targets(const struct ost_lk_graph *g, const struct ost_lk_slot *slot, uint32_t folder,
			      const struct ost_lk_aimed **ret);

#endif
