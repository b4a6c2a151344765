/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * proofs.h - deadlocks in a branch's own code that a change removes from it,
 * or brings into it.
 *
 * A slice of the branch (slice.h) is searched as it is and with the change
 * merged in memory. What is gone and passes through a changed file is a bug
 * that the change repairs there; what is new would be its fault.
 */
#ifndef OST_REVIEW_PROOFS_H
#define OST_REVIEW_PROOFS_H

#include "git/apply.h"
#include "ostler/deadlocks.h"
#include "review/slice.h"

struct ost_proofs {
	bool is_searched;	/* both trees were searched */
	const char *why;	/* when they were not; NULL: nothing speaks of locks */
	/*
	 * In the order of rank and id. Removed ones of every rank: what is only
	 * possible here may be proven elsewhere and must not be called absent.
	 * Introduced ones are likely at least, or stand beside one that is: the same
	 * lock, the same object waited for, at another place.
	 */
	struct ost_finding *removed, *introduced;
	size_t nr_removed, nr_introduced;
};

/* A finding of one lock and one object waited for, of which the list has one that is likely at least. */
bool ost_is_beside(const struct ost_finding *f, const struct ost_finding *list, size_t nr);

/*
 * Does a changed line name a primitive of data/lock-primitives.txt or
 * lock-waits.txt, or a function that goes by the name of a lock (wiphy_lock())?
 */
bool ost_changes_locks(const struct ost_change *change);
/* Do a message, the lines of a change or those around them speak of locks and waits at all? */
bool ost_speaks_of_locks(const struct ost_change *change, const char *message);

struct ost_proofs_question {
	const struct ost_source *branch;	/* all of it */
	struct ost_side_files *side;		/* its files */
	struct ost_slice *slice;		/* of it; grows where the change is about locks that others take (grow.h) */
	const struct ost_trial *trial;		/* the change merged into the branch */
	const struct ost_source_opts *opts;
	struct ost_kernels_kept *kernels;	/* of the run */
};
/*
 * Searches. Everything that is returned belongs to the arena. Errors:
 * interrupted; a tree that cannot be read leaves is_searched false, with the
 * reason.
 */
OST_WARN_UNUSED
struct ost_err *ost_proofs_find(struct ost_proofs *ret, struct ost_arena *arena, const struct ost_proofs_question *q);

/* Copies of all findings of a report, in its order. */
struct ost_finding *ost_findings_copy(struct ost_arena *arena, const struct ost_deadlocks_report *r, size_t *ret_nr);

/* "wiphy.mtx held over rfkill.poll_work, in rsi_mac80211_stop()" */
const char *ost_mechanism(struct ost_arena *arena, const struct ost_finding *f);

#endif
