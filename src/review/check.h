/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.h - what a check sees, and how it makes records.
 *
 * A phase is a table of checks {step, name, run, help}, one file a phase.
 * A check looks at the context and adds records; it never changes the
 * context except for the fields that say so. A check that cannot know adds an
 * `unknown` record with the reason and the remedy; only broken input or
 * environment is an error.
 *
 *	r = ost_record_add(c, "fixes", OST_VERIFIED, 1, "Fixes: names %s", id);
 *	ost_record_prove(c, r, "commit", id, "git cat-file -t %s", id);
 *
 * Commands are run from inside the repository; strings from outside go
 * through ost_shell_quote().
 */
#ifndef OST_REVIEW_CHECK_H
#define OST_REVIEW_CHECK_H

#include "base/arena.h"
#include "base/vec.h"
#include "git/change.h"
#include "git/repo.h"
#include "git/trailers.h"
#include "ostler/record.h"
#include "ostler/review.h"
#include "review/command.h"
#include "review/texts.h"
#include "review/touched.h"

struct ost_maint_answer;
struct ost_program;
struct ost_dl_change;
struct ost_branch_answer;
struct ost_maintainers;
struct ost_review_ctx;
struct ost_review_shared;
struct ost_history;
struct ost_thread;
struct ost_review_item;

/* The message under review, from a commit or a mail. Filled by input.c; strings are UTF-8, never NULL. */
struct ost_review_msg {
	const char *raw_subject;	/* with [PATCH ...] */
	const char *title;		/* without */
	const char *body;		/* below the title, without the part after `---` */
	const char *text;		/* title and body, as `git commit` would record it */
	const char *author_name, *author_email;
	const char *commit;		/* full id, or "" */
	const char *message_id;		/* or "" */
	const char *file;		/* path of the one-message file it came from, or "" */
	const char *read;		/* command that prints the mail or diff it came from (command.h), or "" */
	bool is_mail;			/* what `read` prints has a header */
	bool is_read_alike;		/* and git finds the same patch in it: no format=flowed, no stray bytes */
	bool is_posted;			/* a mail that names no upstream commit: nobody has applied it yet */
	struct ost_trailers trailers;
	int64_t author_time;		/* seconds since 1970 UTC, 0 when not told */
	int64_t commit_time;		/* the committer's, of a commit; else 0 */
};

struct ost_check {
	const char *step;	/* "1.2" */
	const char *name;	/* "trailers" */
	struct ost_err *(*run)(struct ost_review_ctx *c);
	const char *help;	/* one line */
};

struct ost_review_ctx {
	struct ost_arena *arena;	/* of this review */
	struct ost_review *review;
	const struct ost_review_options *options;
	struct ost_repo *repo;
	const struct ost_review_item *item;	/* what the input says beyond message and change */
	const struct ost_review_msg *msg;
	const struct ost_change *change;
	struct ost_texts texts;		/* old and new text of each file (run.c) */
	struct ost_touched_list touched;	/* functions (run.c) */
	struct ost_history *history;	/* run.c, before the checks */
	const char *base;		/* commit that the change applies to, full id or "" */
	const char *base_why;		/* how the base was found, or why there is none */
	struct ost_review_shared *shared;	/* what all reviews of a run use: tables, caches */
	struct ost_maintainers *maintainers;	/* of base; NULL: no MAINTAINERS file (read by run.c) */
	const struct ost_maint_answer *answer;	/* of them for this change (run.c); NULL without maintainers */
	const struct ost_branch_answer *answers;	/* of the stable branches, in shared's order; filled by phase 6 */
	const struct ost_thread *thread;	/* of the list, once phase 4 has looked it up (phase4.c) */
	struct ost_dl_change *deadlocks;	/* of deadlocks, once a check has asked for them (deadlock_checks.c) */
	const struct ost_check *check;	/* that runs now */
	OST_VEC(struct ost_record *) records;	/* in the order they were added */
};

/*
 * Adds a record for the running check; its id is STEP/NAME, made unique with
 * -2, -3. Memory is the review's. Weight: >0 speaks for picking, <0 against.
 */
struct ost_record *ost_record_add(struct ost_review_ctx *c, const char *name,
				  enum ost_status status, int weight,
				  const char *fmt, ...)
	__attribute__((format(printf, 5, 6), returns_nonnull));
/* The same for `unknown`: the statement says what is not known, the format why. */
struct ost_record *ost_record_unknown(struct ost_review_ctx *c, const char *name,
				      const char *statement, const char *why_fmt, ...)
	__attribute__((format(printf, 4, 5), returns_nonnull));
/* Adds evidence; the command may be NULL for none (kind "message" only). */
void ost_record_prove(struct ost_review_ctx *c, struct ost_record *r,
		      const char *kind, const char *ref, const char *cmd_fmt, ...)
	__attribute__((format(printf, 5, 6)));
/*
 * Evidence that the message says it: the commit, or the mail file. `git_arg`
 * is the pretty-format for a commit ("%s", "%b", "%(trailers)").
 */
void ost_record_prove_msg(struct ost_review_ctx *c, struct ost_record *r, const char *format);

/* Evidence that the diff of a path (NULL: of all files) says it. */
void ost_record_prove_diff(struct ost_review_ctx *c, struct ost_record *r, const char *path);
/* Evidence that the lines that each file gains and loses say it. */
void ost_record_prove_counts(struct ost_review_ctx *c, struct ost_record *r);
/* Evidence by another record of this review. */
void ost_record_prove_record(struct ost_review_ctx *c, struct ost_record *r, const struct ost_record *by);

/* The first record with that id ("1.2/fixes"), or NULL. */
const struct ost_record *ost_record_find(const struct ost_review_ctx *c, const char *id);

/* The folder that all files of a change share, without a slash at the end; "" for none. */
const char *ost_common_dir(struct ost_arena *a, const struct ost_change *ch);

/* The program at the base; NULL with *ret_why when it cannot be had. Errors: interrupted. */
OST_WARN_UNUSED
struct ost_err *ost_review_program(struct ost_review_ctx *c, const struct ost_program **ret, const char **ret_why);

/* Two checks of 3.5, in a file of their own (related.c). */
struct ost_err *ost_check_series(struct ost_review_ctx *c);
struct ost_err *ost_check_later(struct ost_review_ctx *c);

/* The tables, one a phase, each ended by an entry with step NULL. */
extern const struct ost_check ost_phase1_checks[];
extern const struct ost_check ost_phase2_checks[];
extern const struct ost_check ost_phase3_checks[];
extern const struct ost_check ost_phase4_checks[];
extern const struct ost_check ost_phase5_checks[];
extern const struct ost_check ost_phase6_checks[];
extern const struct ost_check ost_phase7_checks[];
extern const struct ost_check ost_phase8_checks[];
extern const struct ost_check ost_phase9_checks[];

#endif
