/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grow.h - the files that a slice lacks for a change of locks.
 *
 * A lock that a change takes in code of a subsystem is wanted by whoever runs
 * that code: a work function that waits for a driver's release of it hangs the
 * driver that waits for the work. Such drivers include the subsystem's headers,
 * not the other way round, so that no slice made of the changed files has
 * them. They are looked for in the whole tree's program:
 *
 *	1. from each changed function up to the callbacks that get there (a
 *	   work function, a timer), and from those to the places that wait for
 *	   the object that runs them;
 *	2. from these places, and from the changed functions, up to whoever
 *	   holds the changed lock: takes it, or says that it is held.
 *
 * What lies on a way from a holder down is what the slice lacks. Whether a
 * lock is held at the call itself is for the search to find out.
 *
 * Limits: some thousand functions a climb, 40 objects waited for; nearest first.
 * A wait that comes or goes asks for those who hold what its callback takes.
 */
#ifndef OST_REVIEW_GROW_H
#define OST_REVIEW_GROW_H

#include "review/lock_change.h"
#include "review/slice.h"

/* Does any of it concern code outside? The whole tree need not be asked otherwise. */
bool ost_grow_asks(const struct ost_lock_changes *changes);

/* The functions that such ways go by; strings are the program's. */
struct ost_grown {
	OST_VEC(struct ost_dl_place) v;
	bool is_cut;		/* a limit was hit, or there was no room in the slice for all */
};
/*
 * Adds their files to the slice where it lacks them. t: the trees that the
 * changes were found in; whole: the program of the whole tree before the
 * change. False: nothing was added. End ret->v.
 */
bool ost_grow_slice(struct ost_slice *slice, struct ost_arena *arena, struct ost_side_files *side,
		    const struct ost_program *whole, const struct ost_two_trees *t,
		    const struct ost_lock_changes *changes, struct ost_grown *ret);

#endif
