/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * later_fixes.h - what came after a change: commits that name it in Fixes:,
 * that revert it, or that change the lines that it added.
 *
 * They are looked for in mainline and in all branches asked about; a backport
 * stands for the commit of mainline that it names. A commit that fixes or
 * reverts a later fix belongs to the list as well (`of` says which one).
 */
#ifndef OST_REVIEW_LATER_FIXES_H
#define OST_REVIEW_LATER_FIXES_H

#include "branch/file.h"
#include "ostler/branches.h"
#include "review/queue.h"
#include "review/shared.h"

enum ost_later_relation { OST_LATER_FIXES, OST_LATER_REVERTS, OST_LATER_LINES };

struct ost_later_commit {
	enum ost_later_relation relation;
	const char *commit;	/* id: that of mainline where it is known, full or as a backport names it */
	const char *subject;
	const char *in;		/* full id of a commit here that is it or a backport of it */
	const char *of;		/* id that it names: the change's, or that of another of the list */
	int64_t when;
	bool is_upstream;	/* mainline has it, or a backport says so; else a branch's own */
};

/* More are left out; is_cut says so. */
#define OST_LATER_FIXES_MAX 64
/* Of these, commits that only change the same lines. */
#define OST_LATER_LINES_MAX 8

struct ost_later_list {
	struct ost_later_commit *items;	/* reverts and fixes oldest first, then those on the same lines */
	size_t nr;
	bool is_cut;
	const char *lines_why;	/* why commits on the same lines were not looked for, or NULL */
};

/*
 * `upstream`: the id of the change in mainline, full where the repository has
 * it. `log` (may be NULL): the answer of ost_later_log() for it, so that it
 * is not asked again.
 */
OST_WARN_UNUSED
struct ost_err *ost_later_find(struct ost_later_list *ret, struct ost_arena *arena,
			       struct ost_review_shared *s, const char *upstream,
			       const struct ost_change *change, const struct ost_buf *log);

/* "fixes", "reverts", "same lines" */
const char *ost_later_relation_name(enum ost_later_relation r);

/*
 * Has the branch each of them? Fills ret's later_fixes. `side`: its files;
 * `queue` may be NULL.
 */
OST_WARN_UNUSED
struct ost_err *ost_later_presence(struct ost_branch_answer *ret, struct ost_arena *arena,
				   struct ost_review_shared *s, const struct ost_later_list *list,
				   const struct ost_stable *stable, struct ost_side_files *side,
				   const struct ost_queue *queue);

#endif
