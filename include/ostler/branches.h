/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * branches.h - which branches have the bug that a patch repairs, and would
 * the patch live there.
 *
 * ost_branches_run() reads PATCH or COMMIT and answers for each branch from
 * that branch's own code. Every answer says why, with path, line and
 * revision; what cannot be decided is `unknown` with the reason, and so is
 * what two kinds of evidence decide differently.
 *
 * Everything in a report belongs to it and is gone when the sink returns.
 */
#ifndef OSTLER_BRANCHES_H
#define OSTLER_BRANCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ostler/deadlocks.h"
#include "ostler/err.h"
#include "ostler/reach.h"
#include "ostler/record.h"

enum ost_affected {
	OST_AFFECTED_UNKNOWN,
	OST_AFFECTED_YES,	/* a bug that the patch removes is there */
	OST_AFFECTED_NO,	/* the code that is wrong is not there */
	OST_AFFECTED_FIXED,	/* the patch or its equivalent is there */
	OST_AFFECTED_QUEUED,	/* on its way: in the stable queue */
};
/* "unknown", "yes", "no", "fixed", "queued" */
const char *ost_affected_name(enum ost_affected a);

/* One statement and what proves it. */
struct ost_why {
	const char *statement;
	struct ost_evidence *evidence;
	size_t nr_evidence;
};

/* One bug that the patch removes. */
struct ost_bug {
	const char *mechanism;	/* "code of foo() in a/b.c", "wiphy.mtx held over rfkill.poll_work" */
	const char *finding_id;	/* of the deadlock proof, or NULL */
	enum ost_affected affected;
	/* of a deadlock: where it waits or locks, its rank in this branch and why it is not proven */
	const char *function, *doubts;
	enum ost_rank rank;
};

/* A commit that makes a hunk not fit. */
struct ost_between {
	const char *commit, *subject;
};

struct ost_conflict {
	const char *file;
	uint32_t hunk;		/* from 1, in the patch's file; 0: the file as a whole */
	const char *why;
	uint32_t elsewhere;	/* line of the branch's file where it would land, in another function; else 0 */
	/*
	 * commits that wrote lines that the hunk stands on and that the branch
	 * lacks; where there are none, those that the branch alone has on the file
	 */
	struct ost_between *between;
	size_t nr_between;
};

/* A changed file that the branch has under another name. */
struct ost_moved_file {
	const char *from, *to;	/* the patch's path and the branch's */
	uint32_t mode;
};

/* Something that an added line uses and the branch does not have. */
struct ost_missing_symbol {
	const char *kind;	/* "function", "macro", "guard", "field", "enum", "type", "header", "arity" */
	const char *name;	/* "wiphy_lock", "struct wiphy.mtx" */
	const char *file;	/* where the branch would use it */
	uint32_t line;		/* in the patched file */
	const char *first_in;	/* the first newer one of the branches asked that has it, or the commit that brings it, or NULL */
};

struct ost_prerequisite {
	const char *commit, *subject, *why;
	const char *tag;	/* a ready "Stable-dep-of:" line, or "" */
	bool is_series_mate;
};

/* A definition that the patch changes, and that has no effect in the branch. */
struct ost_unused {
	const char *kind;	/* "function", "macro", "object"; "file" for all of one */
	const char *name, *file;
	uint32_t line;		/* in the patched file; 0 for a file */
	const char *why;
};

struct ost_later_fix {
	const char *commit, *subject;
	const char *relation;	/* "fixes", "reverts", "same lines" */
	const char *of;		/* the id that it names: the change's, or that of another later commit */
	const char *by;		/* the commit of the branch that is it, brought it or undid it, or NULL: the code says so */
	enum ost_affected present;	/* YES, NO, QUEUED or UNKNOWN: does the branch have it */
};

struct ost_branch_answer {
	const char *branch;	/* as given */
	const char *tip;	/* full id, "" when it does not resolve */
	const char *release;	/* "6.1.192" from its Makefile, or "" */
	const char *trouble;	/* why nothing could be said of it, or NULL */
	enum ost_affected affected;
	struct ost_bug *bugs;
	size_t nr_bugs;
	struct ost_why *why;	/* the first one decided, but for UNKNOWN */
	size_t nr_why;
	/*
	 * "clean": `git apply --check` passes (offsets allowed); "merged": only a
	 * three-way merge does it; "fuzz": only with reduced context; "conflict";
	 * "absent": no such file there; "unknown".
	 */
	const char *applies;
	struct ost_conflict *conflicts;
	size_t nr_conflicts;
	bool is_respaced;		/* some hunk of them stands there with other white space */
	struct ost_moved_file *moved;
	size_t nr_moved;
	enum ost_affected compiles;	/* YES, NO or UNKNOWN */
	const char *compiles_why;	/* for UNKNOWN; for NO what is refused though all names are there, or NULL */
	struct ost_missing_symbol *missing;
	size_t nr_missing;
	/* deadlocks that it would have with the patch and has not without it */
	struct ost_finding *new_deadlocks;
	size_t nr_new_deadlocks;
	bool is_proved;		/* deadlocks were looked for, with and without the patch */
	struct ost_prerequisite *prerequisites;
	size_t nr_prerequisites;
	const char *patch;	/* the file that --patches wrote, or NULL */
	const char *prerequisites_why;	/* why none can be told though some are needed, or NULL */
	struct ost_later_fix *later_fixes;
	size_t nr_later_fixes;
	/* who has the changed files in his kernel, by the patch's order; paths are the branch's */
	struct ost_reach_file *reach;
	size_t nr_reach;
	struct ost_unused *unused;
	size_t nr_unused;
};

struct ost_branches_report {
	const char *input, *title;
	const char *commit;	/* id of the commit given, "" for a mail */
	const char *upstream;	/* of the mainline commit, as given or by the message; "" when not known */
	struct ost_branch_answer *branches;	/* oldest release first */
	size_t nr_branches;
	const char *const *range;	/* intervals of affected branches, newest first: "6.12-5.15" */
	size_t nr_range;
	const char **warnings;
	size_t nr_warnings;
	const char *later_why;	/* why later commits on the same lines were not looked for, or NULL */
};

struct ost_branches_options {
	const char *input;	/* a file or "-" is a mail or patch; anything else a revision */
	const char *repo;	/* NULL: "." */
	const char *const *stable;	/* branches or revisions; none: every linux-*.y */
	size_t nr_stable;
	const char *base, *upstream;	/* may be NULL */
	const char *queue;	/* directory of a stable queue (quilt series), or NULL */
	const char *patches;	/* directory for the merged patches, or NULL */
	const char *config;	/* a .config: is the code built by it? or NULL */
	const char *store;
	bool no_store, no_proofs;
	unsigned jobs;
};

/* As in review.h: several messages in, several reports out, in their order. */
struct ost_branches_sink {
	struct ost_err *(*on_report)(void *ctx, const struct ost_branches_report *r);
	void (*on_problem)(void *ctx, struct ost_err *err);
	void *ctx;
};

/*
 * Errors: OST_ERR_USAGE, OST_ERR_INPUT (no such file, revision or
 * repository; a damaged patch; no branch at all), OST_ERR_ENV,
 * OST_ERR_INTERRUPTED, and whatever the sink returned. A branch that does
 * not resolve is in the report with its trouble.
 */
OST_WARN_UNUSED
struct ost_err *ost_branches_run(const struct ost_branches_options *o,
				 const struct ost_branches_sink *sink);

/*
 * Writes one report: as one line of JSON (schema "ostler/branches/1",
 * docs/format/branches.schema.json), or as text for people. A full disk or a
 * closed pipe is OST_ERR_ENV.
 */
OST_WARN_UNUSED
struct ost_err *ost_branches_write_json(FILE *out, const struct ost_branches_report *r);
OST_WARN_UNUSED
struct ost_err *ost_branches_write_text(FILE *out, const struct ost_branches_report *r,
					bool full, bool colour);

#endif
