/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * introduced.h - the commit that brought in the bug that a patch repairs.
 *
 * Found without the Fixes: tag of the message: lines that the patch removes,
 * or that its added lines are about, are followed back to the commit that
 * wrote what is wrong in them. What the message does say in Fixes: is given
 * beside it, to compare.
 *
 * A list of candidates, not a proof: the best one is right about two times in
 * three (docs/accuracy.md).
 *
 * A deadlock that is proved before the patch and gone after it is a mechanism of
 * its own: the search for it is made at older commits, until there is the one
 * at which the cycle closes.
 */
#ifndef OSTLER_INTRODUCED_H
#define OSTLER_INTRODUCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ostler/err.h"

struct ost_intro_candidate {
	const char *commit;		/* full id */
	const char *subject;
	const char *first_release;	/* that contains it, "" when none does */
	const char *const *why;		/* what speaks for it, heaviest first */
	size_t nr_why;
	const char *rejected;		/* why it is not the answer; NULL for the first of the list */
	unsigned score;			/* share of all evidence, per cent */
	bool is_end;			/* history begins, is cut off or goes by releases there: at or before it */
};

struct ost_mechanism {
	const char *mechanism;		/* "the code that the patch changes in foo(), bar()" */
	struct ost_intro_candidate *candidates;	/* best first */
	size_t nr_candidates;
	const char *unknown;		/* why there is none, or NULL */
	/* of a deadlock (by itself; the report's line is for all): as in the report, NULL where the report has the line alone */
	const char *fixes_tag, *fixes_why;
};

struct ost_introduced_report {
	const char *input, *title, *commit;	/* commit: "" for a mail */
	struct ost_mechanism *mechanisms;	/* the code first, then each deadlock that is proved in the base */
	size_t nr_mechanisms;
	const char *fixes_tag;		/* 'Fixes: 123456789abc ("subject")', or "" where history is too coarse */
	const char *fixes_why;		/* then, why; else NULL */
	const char *const *tagged;	/* ids that the message names in Fixes:, as written */
	size_t nr_tagged;
};

struct ost_introduced_options {
	const char *input;	/* as in branches.h */
	const char *repo;	/* NULL: "." */
	const char *base;	/* may be NULL */
	const char *store;
	bool no_store;
	bool no_proofs;		/* do not look for deadlocks */
	unsigned jobs;
};

/* Candidates listed. */
#define OST_INTRO_MAX 10

struct ost_introduced_sink {
	struct ost_err *(*on_report)(void *ctx, const struct ost_introduced_report *r);
	void (*on_problem)(void *ctx, struct ost_err *err);	/* of one message of several; owns the error */
	void *ctx;
};

/* Errors as of ost_branches_run(). */
OST_WARN_UNUSED
struct ost_err *ost_introduced_run(const struct ost_introduced_options *o, const struct ost_introduced_sink *sink);

/* One line of JSON, schema "ostler/introduced/1"; or text for people. */
OST_WARN_UNUSED
struct ost_err *ost_introduced_write_json(FILE *out, const struct ost_introduced_report *r);
OST_WARN_UNUSED
struct ost_err *ost_introduced_write_text(FILE *out, const struct ost_introduced_report *r, bool full);

#endif
