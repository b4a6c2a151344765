/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlock_checks.h - what a change does to the deadlocks around the functions it
 * touches: those that are there before it, and those after.
 *
 * Only changes that have to do with locks or waiting are looked at: the message
 * says so (data/symptoms.txt), or a changed line names a primitive of
 * data/lock-primitives.txt or data/lock-waits.txt, or a function that goes by
 * the name of a lock. Where: deadlock_search.h.
 */
#ifndef OST_REVIEW_DEADLOCK_CHECKS_H
#define OST_REVIEW_DEADLOCK_CHECKS_H

#include "review/deadlock_search.h"

struct ost_arena;
struct ost_record;
struct ost_review_ctx;

struct ost_dl_change {
	struct ost_dl_searched searched;	/* after NULL: not looked for, see why */
	const char *why;
	const struct ost_finding **removed, **introduced;	/* best first; of before and after */
	size_t nr_removed, nr_introduced;
	const struct ost_record **said;	/* by removed: the record of 2.3 */
};

/* The message names a deadlock or hang, or a changed line has to do with locks: phase 1 has run. */
bool ost_speaks_of_deadlocks(const struct ost_review_ctx *c);
/* Searched once a review, when first asked for. Errors: interrupted, damaged store. */
OST_WARN_UNUSED
struct ost_err *ost_review_deadlocks(struct ost_review_ctx *c, const struct ost_dl_change **ret);
/* The same for a check; where nothing was looked for, or no deadlock goes, a record says so in the check's name. */
OST_WARN_UNUSED
struct ost_err *ost_deadlocks_ask(struct ost_review_ctx *c, const struct ost_dl_change **ret);
void ost_review_deadlocks_end(struct ost_review_ctx *c);

/* "rsi_mac80211_stop() waits for rfkill.poll_work with wiphy.mtx held, which rfkill_poll() takes" */
const char *ost_deadlock_words(struct ost_arena *a, const struct ost_finding *f);

/* Why it is not proven, in one line. */
const char *ost_deadlock_doubts(struct ost_arena *a, const struct ost_finding *f);

/* Checks of the phases: 2.3, 5.4, 8.2, 8.3. */
struct ost_err *ost_check_mechanism(struct ost_review_ctx *c);
struct ost_err *ost_check_new_deadlocks(struct ost_review_ctx *c);
struct ost_err *ost_check_deadlock_chain(struct ost_review_ctx *c);
struct ost_err *ost_check_trigger(struct ost_review_ctx *c);
struct ost_err *ost_check_failure(struct ost_review_ctx *c);

#endif
