/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * review.h - one review: what was looked at, the records, the decision.
 *
 * ost_review_run() reads PATCH or COMMIT, runs the checks of all phases and
 * hands each finished review to a sink, in the order of the input. A review
 * is made of evidence records alone (record.h); the verdict never says more
 * than they do, so without proof of anything the decision is `human`.
 *
 * Everything in a review belongs to it and is gone when the sink returns.
 */
#ifndef OSTLER_REVIEW_H
#define OSTLER_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ostler/err.h"
#include "ostler/record.h"

struct ost_review_file {
	const char *path, *old_path;	/* equal unless renamed or copied */
	const char *status;	/* "modified", "added", "deleted", "renamed", "copied", "mode" */
	uint32_t nr_added, nr_removed;	/* lines; 0 for a binary file */
	bool is_binary;
};

struct ost_review_func {
	const char *file, *name;
	const char *change;	/* "modified", "added", "removed" */
	uint32_t line;		/* of its name: in the new file, or the old one when removed */
};

struct ost_review_trailer {
	const char *token, *value;	/* "Fixes", "8e2f6f236621 (...)" */
	const char *role;	/* what it is taken for: "author", "reviewer", "fixes", "stable", ... or "" */
};

/* What is reviewed. Strings are "" when not known, never NULL. */
struct ost_review_subject {
	const char *input;	/* as the user named it: a file, "-" or a revision */
	const char *title;	/* first line without [PATCH ...] marks */
	const char *author;	/* Name <address>, in UTF-8 */
	const char *commit;	/* full id when a commit was given */
	const char *message_id;	/* without <>, when a mail was given */
	const char *base;	/* commit that the change applies to, full id */
	const struct ost_review_file *files;	/* of the diff, in its order */
	size_t nr_files;
	uint32_t nr_added, nr_removed;	/* lines, all files */
	const struct ost_review_func *funcs;	/* functions touched, by file and line */
	size_t nr_funcs;
	const struct ost_review_trailer *trailers;	/* in the message's order */
	size_t nr_trailers;
};

struct ost_phase {
	int number;		/* 1..9 */
	const char *name;	/* "message", "diff", ... */
	const struct ost_record *const *records;	/* in the order of their steps */
	size_t nr_records;
};
#define OST_NR_PHASES 9

enum ost_decision { OST_DECISION_YES, OST_DECISION_NO, OST_DECISION_HUMAN };

/* A reason of the verdict: a record and which way it speaks. */
struct ost_reason {
	const char *text;
	const struct ost_record *record;	/* never NULL */
	int weight;		/* >0 for picking, <0 against, 0: why a human must look */
};

struct ost_verdict {
	enum ost_decision decision;
	const char *const *range;	/* branches that the decision is about; may be empty */
	size_t nr_range;
	const struct ost_reason *reasons;	/* heaviest first */
	size_t nr_reasons;
};

enum ost_answer { OST_ANSWER_UNKNOWN, OST_ANSWER_YES, OST_ANSWER_NO };

struct ost_branch_answer;

/* One stable branch. */
struct ost_review_branch {
	const char *branch;	/* as given */
	const char *tip;	/* full id of its commit, "" when it does not resolve */
	const char *release;	/* "6.1.192" from its Makefile, or "" */
	enum ost_answer affected;
	bool is_fixed;		/* the commit or a backport of it is there (why says where) */
	const char *applies;	/* "clean", "merged", "fuzz", "conflict", "absent" or "unknown" */
	const struct ost_record *const *why;
	size_t nr_why;
	const struct ost_branch_answer *answer;	/* all that it answered (branches.h), or NULL: it was not asked */
};

struct ost_review {
	struct ost_review_subject subject;
	const char *upstream;	/* full or given id of the mainline commit, "" when not known */
	struct ost_phase phases[OST_NR_PHASES];
	const struct ost_review_branch *branches;
	size_t nr_branches;
	struct ost_verdict verdict;
};

struct ost_review_options {
	const char *input;	/* an existing file or "-" is read as mail or patch; anything else is a revision */
	const char *repo;	/* directory of a repository (bare or not); NULL: "." */
	const char *const *stable;	/* branches or revisions; none: every linux-*.y */
	size_t nr_stable;
	const char *base;	/* what a patch applies to; NULL: the tree whose blobs match its index lines, else HEAD */
	const char *upstream;	/* id of the mainline commit when the message does not say it; may be NULL */
	const char *archive;	/* directory of a list archive for phase 4; may be NULL */
	const char *store;	/* cache directory; NULL: $XDG_CACHE_HOME/ostler */
	bool no_store;		/* keep nothing between runs */
	bool no_proofs;		/* do not look for deadlocks */
	unsigned jobs;		/* threads, 0: one a processor */
};

/*
 * The sink of reviews. `on_problem` gets what could not be read of an input
 * with several messages (it owns the error); the run goes on. An input with
 * one message that cannot be read is the error of ost_review_run().
 */
struct ost_review_sink {
	struct ost_err *(*on_review)(void *ctx, const struct ost_review *r);
	void (*on_problem)(void *ctx, struct ost_err *err);
	void *ctx;
};

/*
 * Runs all checks. Errors: OST_ERR_USAGE (no input), OST_ERR_INPUT (not a
 * file, not a revision; a damaged patch; not a repository), OST_ERR_ENV (git
 * is missing), OST_ERR_INTERRUPTED, and whatever the sink returned.
 * `ret_nr` (may be NULL) gets the number of reviews handed out.
 */
OST_WARN_UNUSED
struct ost_err *ost_review_run(const struct ost_review_options *o,
			       const struct ost_review_sink *sink, size_t *ret_nr);

/* "yes", "no", "human" */
const char *ost_decision_name(enum ost_decision d);
/* "yes", "no", "unknown" */
const char *ost_answer_name(enum ost_answer a);

#endif
