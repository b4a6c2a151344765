/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_search.h - where the deadlocks of a change are looked for.
 *
 * Two trees are searched (locks/run.h): the base, and the base with the new
 * texts laid over it in memory. Of both only a slice is read (slice.h): the
 * changed folders and what MAINTAINERS names beside the headers that they include.
 * Who calls is asked of the whole tree, and added: the folders of those who call
 * into the changed files (unless they are too many), the files that the changed
 * functions are called from through slots, and those that they call into; and,
 * where a lock or a wait comes or goes, who has to do with that lock (grow.h).
 * What of it was left out is said in a record. A pointer that only code elsewhere
 * sets is not seen in a slice.
 */
#ifndef OST_REVIEW_DEADLOCK_SEARCH_H
#define OST_REVIEW_DEADLOCK_SEARCH_H

#include "base/vec.h"
#include "ostler/deadlocks.h"

struct ost_program;
struct ost_review_ctx;

/* The functions that the search is about. */
struct ost_dl_places {
	OST_VEC(struct ost_dl_place) v;
	size_t nr_touched;	/* the first of them: the functions touched, and who calls them */
};

/* Both reports are the caller's to end. */
struct ost_dl_searched {
	struct ost_deadlocks_report *before, *after;
	bool is_cut;		/* something was left out, since it is too much */
	uint32_t nr_files;	/* read, headers of include/ among them */
};

/* Errors: interrupted, damaged store. */
OST_WARN_UNUSED
struct ost_err *ost_review_search_deadlocks(struct ost_review_ctx *c, const struct ost_program *whole,
					    struct ost_dl_places *places, struct ost_dl_searched *ret);

#endif
