/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept_calls.h - who calls whom by name, kept with the tree.
 *
 * The direct calls of all functions with the event of each, as they came out of
 * the graph of a whole tree; what is held there is in the event. An overlay takes over
 * those of files that are the same: these see the same names as before
 * (kept.h). What a function hands to others to be called is not kept: that is
 * read in their bodies.
 */
#ifndef OST_LOCKS_KEPT_CALLS_H
#define OST_LOCKS_KEPT_CALLS_H

#include "locks/graph.h"
#include "locks/world.h"

struct ost_kept_calls {
	const struct ost_lk_world *w;
	const struct ost_moved *moved;	/* NULL: the ids are the program's own */
	uint32_t nr_units;		/* there */
	uint32_t *old_of;		/* by unit: its number there, or OST_NO_ID; NULL with moved */
	uint64_t *first;		/* by unit there, and one more */
	uint32_t *to, *line, *what;	/* by call */
};
/* False: nothing is kept for this tree or the one below it, or it makes no sense and is dropped, or the run is stopped. */
bool ost_kept_calls_load(struct ost_kept_calls *k, const struct ost_tree_facts *tree, const struct ost_lk_world *w);
void ost_kept_calls_deinit(struct ost_kept_calls *k);
/* Of a tree that is no overlay, once events are noted. Of a run that is stopped nothing is kept. */
void ost_kept_calls_save(const struct ost_lk_graph *g, const struct ost_tree_facts *tree, const struct ost_lk_world *w);

struct ost_lk_edges { OST_VEC(struct ost_lk_edge) v; };
/*
 * Appends the direct calls of the unit. False: they are to be looked up.
 * *ret_noted: events are noted, too.
 */
bool ost_kept_calls_of(const struct ost_kept_calls *k, uint32_t unit, struct ost_lk_edges *ret, bool *ret_noted);

#endif
