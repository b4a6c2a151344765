/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * branch_history.h - what the history of a branch says about a bug.
 *
 * The fix is there when the branch reaches it or a message of its own names
 * it (lineage.h); so is the commit that the fix blames in "Fixes:". Where the
 * branch shares its history with mainline and names what it takes, a blamed
 * commit that is not seen is not there, and the bug that it brought is not
 * either. A release that was imported as one commit says nothing.
 */
#ifndef OST_REVIEW_BRANCH_HISTORY_H
#define OST_REVIEW_BRANCH_HISTORY_H

#include "ostler/branches.h"
#include "review/input.h"
#include "review/shared.h"

enum ost_history_says {
	OST_HISTORY_NOTHING,
	OST_HISTORY_FIX_THERE,
	OST_HISTORY_FIX_UNDONE,		/* it was there and is reverted */
	OST_HISTORY_BUG_THERE,		/* a blamed commit is there, the fix is not seen */
	OST_HISTORY_BUG_ABSENT,		/* none of the blamed commits is there */
};

struct ost_branch_history {
	enum ost_history_says says;
	const char *statement;		/* one sentence; NULL for NOTHING */
	const char *ref;		/* full id of the commit that it is about */
	const char *command;		/* that shows it */
};

/* `upstream` is the fix's id in mainline, or "". Strings are the arena's. */
OST_WARN_UNUSED
struct ost_err *ost_branch_history(struct ost_arena *arena, struct ost_review_shared *s,
				   const struct ost_review_item *item, const char *upstream,
				   const struct ost_stable *stable, struct ost_branch_history *ret);

/*
 * History and code together. What they contradict each other in is UNKNOWN;
 * `is_removed_here`: code that the patch removes stands in the branch, which
 * is more than context.
 */
enum ost_affected ost_history_combine(enum ost_history_says says, enum ost_affected text,
				      bool is_removed_here);

#endif
