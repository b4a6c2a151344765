/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * missing.h - which fixes of a range of mainline a branch lacks and needs.
 *
 * Of the commits of A..B those are left out that the branch reaches, whose
 * backport it has, whose bug it never got (the commits named by Fixes: are
 * not there), and whose code is already as they make it or not there at all.
 * What is left is listed, worst first. Merges are not looked at.
 */
#ifndef OSTLER_MISSING_H
#define OSTLER_MISSING_H

#include <stdbool.h>
#include <stdio.h>

#include "ostler/branches.h"

struct ost_missing_fix {
	const char *commit, *subject;
	enum ost_affected affected;	/* YES, QUEUED or UNKNOWN */
	const char *applies;		/* as in struct ost_branch_answer */
	enum ost_affected compiles;
	const char *why;		/* one sentence: what makes it a fix, and why the branch needs it */
	const char *symptom;		/* the worst thing that its message names ("use-after-free"), or "" */
	bool is_serious;		/* of that symptom */
	bool is_asked;			/* Cc: stable */
	const char *lacks;		/* the first name that it would miss ("function foo"), or NULL */
	int64_t when;			/* committed, seconds since 1970 */
};

/* Commits of the range, each counted once. */
struct ost_missing_counts {
	size_t all;		/* without merges */
	size_t reached;		/* the branch reaches them */
	size_t backported;	/* a message of the branch names them */
	size_t no_fix;		/* nothing in their message says that they repair something */
	size_t opted_out;	/* stable+noautosel */
	size_t undone;		/* reverted later in the range */
	size_t no_bug;		/* the branch has none of the commits that they name in Fixes: */
	size_t not_affected;	/* by the branch's code: not there */
	size_t fixed;		/* by the branch's code: as they make it */
	size_t unreadable;	/* an object is missing; also a warning */
};

struct ost_missing_report {
	const char *branch, *tip, *release;
	const char *range, *from, *to;	/* as given; full ids */
	struct ost_missing_fix *fixes;
	size_t nr_fixes;
	struct ost_missing_counts counts;
	const char **warnings;
	size_t nr_warnings;
};

struct ost_missing_options {
	const char *repo;	/* NULL: "." */
	const char *branch;
	const char *range;	/* "A..B" */
	const char *queue;	/* or NULL */
	const char *store;
	bool no_store;
	bool all;		/* not only what calls itself a fix */
	unsigned jobs;
};

/* Commits in a range; more are OST_ERR_INPUT. */
#define OST_MISSING_MAX 100000

/*
 * Runs the question and hands the report to `fn`; it is gone when fn returns.
 * Errors as of ost_branches_run().
 */
OST_WARN_UNUSED
struct ost_err *ost_missing_run(const struct ost_missing_options *o,
				struct ost_err *(*fn)(void *ctx, const struct ost_missing_report *r), void *ctx);

/* One line of JSON, schema "ostler/missing/1"; or one line a fix for people. */
OST_WARN_UNUSED
struct ost_err *ost_missing_write_json(FILE *out, const struct ost_missing_report *r);
OST_WARN_UNUSED
struct ost_err *ost_missing_write_text(FILE *out, const struct ost_missing_report *r, bool full, bool colour);

#endif
