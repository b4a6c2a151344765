/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * focus.h - what a question about some functions needs to look at.
 *
 * A finding is wanted when one of its steps lies in one of the functions that
 * are asked for. Before anything is climbed, reached or judged, the finders ask
 * here whether that can be: by the number of calls between the asked functions
 * and a place below them, the classes that are held above them, and what may
 * reach them from above. The searches of search.h have the same limits, so that
 * what is passed over has no wanted chain. Whoever passes over something passes
 * over all that could be the same finding: of several chains with one id the
 * best is told, and it must be the one that a run over everything tells.
 *
 * Where the question names places (ost_deadlocks_opts.places), calls between
 * units that are not near them are left out of the graph, too.
 */
#ifndef OST_LOCKS_FOCUS_H
#define OST_LOCKS_FOCUS_H

#include "locks/graph.h"
#include "locks/world.h"
#include "ostler/deadlocks.h"

#define OST_FOCUS_FAR 255

struct ost_focus {
	const struct ost_program *p;
	uint8_t *asked;		/* by unit: one of the functions */
	uint8_t *asked_file;	/* by file: all of it is asked for */
	uint8_t *down;		/* by unit: calls from the nearest asked one down to it, or OST_FOCUS_FAR */
	uint8_t *above;		/* by unit: as a callback, it may reach an asked one */
	uint8_t *direct;	/* by unit: direct calls from it down to the nearest asked one, or OST_FOCUS_FAR */
	uint8_t *under;		/* by unit: the same as down, by direct calls and at most one slot */
	struct ost_table held;	/* class → calls from an asked one up to the nearest who holds it, + 1 */
};

/* NULL when the options ask for everything. Of opts: paths, function, places. */
struct ost_focus *ost_focus_make(const struct ost_lk_graph *g, const struct ost_lk_world *w,
				 const struct ost_deadlocks_opts *opts);
void ost_focus_destroy(struct ost_focus *focus);

/* All are true without a focus. */
static inline bool ost_focus_asks(const struct ost_focus *f, uint32_t unit)
{
	return !f || f->asked[unit];
}
/* A climb of so many calls from the unit may come by an asked one. */
static inline bool ost_focus_is_below(const struct ost_focus *f, uint32_t unit, unsigned depth)
{
	return !f || f->down[unit] <= depth;
}
static inline bool ost_focus_is_above(const struct ost_focus *f, uint32_t callback)
{
	return !f || f->above[callback];
}
/* So many direct calls from the callback may come by an asked one. */
static inline bool ost_focus_is_called(const struct ost_focus *f, uint32_t callback, unsigned depth)
{
	return !f || f->direct[callback] <= depth;
}
/* So many calls up from the unit, at most one of them through a slot, may come by an asked one. */
static inline bool ost_focus_is_under(const struct ost_focus *f, uint32_t unit, unsigned depth)
{
	return !f || f->under[unit] <= depth;
}
/* A climb of so many calls from the unit may come by an asked one and then to who holds the class. */
bool ost_focus_may_hold(const struct ost_focus *f, uint32_t unit, uint64_t cls, unsigned depth);
/* The binding stands in what is asked for. */
bool ost_focus_binds(const struct ost_focus *f, uint32_t binding);

/*
 * By unit: lies in a folder around opts->places, or in a header for all. NULL
 * without places. free() it.
 */
uint8_t *ost_near_make(const struct ost_program *p, const struct ost_deadlocks_opts *opts);

/* `file` is `path`, or lies below it; "./" before and "/" behind are passed over, "." is everything. */
bool ost_in_path(const char *file, const char *path);

#endif
