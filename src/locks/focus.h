/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * focus.h - what a question about some functions needs to look at.
 *
 * A finding has a step in one of these functions only if its place (where it
 * waits, or takes the second lock) lies below one of them, or if its callback
 * lies above one. All else need not be searched. The two sets are what the
 * searches of search.h can reach, so a run with a focus finds what a run over
 * everything would have left after a filter.
 *
 * Where the question names places (ost_deadlocks_opts.places), calls between
 * units that are not near them are left out of the graph, too.
 */
#ifndef OST_LOCKS_FOCUS_H
#define OST_LOCKS_FOCUS_H

#include "locks/graph.h"
#include "ostler/deadlocks.h"

enum { OST_FOCUS_BELOW = 1, OST_FOCUS_ABOVE = 2 };

/*
 * By unit, OST_FOCUS_* bits; NULL when the options ask for everything. Of
 * opts: paths, function, places. free() it.
 */
uint8_t *ost_focus_make(const struct ost_lk_graph *g, const struct ost_program *p,
			const struct ost_deadlocks_opts *opts);
/*
 * By unit: lies in a folder around opts->places, or in a header for all. NULL
 * without places. free() it.
 */
uint8_t *ost_near_make(const struct ost_program *p, const struct ost_deadlocks_opts *opts);

static inline bool ost_focus_has(const uint8_t *focus, uint32_t unit, uint8_t bits)
{
	return !focus || focus[unit] & bits;
}

/* `file` is `path`, or lies below it. */
bool ost_in_path(const char *file, const char *path);

#endif
