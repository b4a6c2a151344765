/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lineage.h - what the history of a branch says about a commit of mainline.
 *
 * A branch has a commit when it reaches it, or when one of its messages names
 * it as its upstream commit ("commit <id> upstream", "(cherry picked from
 * commit <id>)"). A revert takes it back, a revert of the revert brings it
 * again. Messages are looked up in an index (git/walk.h) that is made once a
 * run for each branch, of what mainline does not reach.
 *
 * History only: a release that was imported as one commit names nothing, and
 * `not seen` there says nothing at all. The code is the business of the room
 * branch.
 */
#ifndef OST_REVIEW_LINEAGE_H
#define OST_REVIEW_LINEAGE_H

#include "git/walk.h"
#include "review/shared.h"

enum ost_lineage_state {
	OST_LINEAGE_NOT_SEEN,	/* nothing names it */
	OST_LINEAGE_THERE,
	OST_LINEAGE_UNDONE,	/* it was there and is reverted */
};

struct ost_lineage {
	enum ost_lineage_state state;
	const char *by;		/* full id of the commit that brought it, or NULL */
	const char *subject;	/* of that commit */
	bool is_itself;		/* by is the commit asked for */
	const char *undone_by;	/* full id of the revert, or NULL */
};

/* Commits that brought one in, and reverts of reverts, beyond which nobody looks. */
#define OST_LINEAGE_MAX 32
#define OST_LINEAGE_MAX_DEPTH 8

/*
 * Has the branch at `rev` (a full id) the commit `id` (hex, full or at least
 * 8 digits; it need not be in the repository)? Strings belong to the arena or
 * live as long as shared.
 */
OST_WARN_UNUSED
struct ost_err *ost_lineage_ask(struct ost_arena *arena, struct ost_review_shared *s,
				const char *rev, const char *id, struct ost_lineage *ret);

/* The same for a commit that the branch is known not to reach: no walk of history. */
OST_WARN_UNUSED
struct ost_err *ost_lineage_ask_named(struct ost_arena *arena, struct ost_review_shared *s,
				      const char *rev, const char *id, struct ost_lineage *ret);

/*
 * The commits of the branch that brought `id` in, undone or not, newest
 * first: at most OST_LINEAGE_MAX full ids.
 */
OST_WARN_UNUSED
struct ost_err *ost_lineage_bringers(struct ost_arena *arena, struct ost_review_shared *s,
				     const char *rev, const char *id,
				     struct ost_message_hit **ret_hits, size_t *ret_nr);

#endif
