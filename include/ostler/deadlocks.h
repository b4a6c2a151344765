/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadlocks.h - cycles of locks and waits in a tree (`ostler deadlocks`), and
 * the independent checker of what was found (`ostler prove`).
 *
 * A finding is a chain of steps in two threads. Each step is a place in the
 * source, with the line itself and the reason why it follows from the one
 * before. Findings are ranked by what was shown:
 *
 *	proven		every step was read in the source, the callback is the
 *			one that must finish, and both locks are one object
 *	likely		the classes agree and nothing speaks against it; what
 *			was not shown stands in `doubts`
 *	possible	a call that may go to one of several functions, or a
 *			condition that was not followed
 *
 * Everything in a report belongs to it and ends with
 * ost_deadlocks_report_destroy(). Strings are "" when not known, never NULL.
 */
#ifndef OSTLER_DEADLOCKS_H
#define OSTLER_DEADLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ostler/err.h"
#include "ostler/facts.h"

enum ost_rank { OST_RANK_PROVEN, OST_RANK_LIKELY, OST_RANK_POSSIBLE };
#define OST_NR_RANKS 3

enum ost_deadlock_kind {
	OST_DL_WORK_WAIT, OST_DL_TIMER_WAIT, OST_DL_IRQ_WAIT, OST_DL_KTHREAD_WAIT,
	OST_DL_NAPI_WAIT, OST_DL_COMPLETION_WAIT, OST_DL_SELF_WAIT, OST_DL_WORKQUEUE_FLUSH,
	OST_DL_REFS_WAIT, OST_DL_RCU_WAIT, OST_DL_AA, OST_DL_ABBA, OST_DL_MISSING_UNLOCK,
	OST_DL_IRQ_CONTEXT,
	OST_NR_DL_KINDS
};

/* The names of the contract: "proven", "work-wait", ...; -1 for an unknown name. */
const char *ost_rank_name(enum ost_rank rank);
int ost_rank_parse(const char *name);
const char *ost_deadlock_kind_name(enum ost_deadlock_kind kind);
int ost_deadlock_kind_parse(const char *name);
/* False for a kind that this version does not look for (yet): never silently absent. */
bool ost_deadlock_kind_is_analysed(enum ost_deadlock_kind kind);

enum ost_step_role {
	OST_ROLE_HOLD, OST_ROLE_CALL, OST_ROLE_WAIT, OST_ROLE_CALLBACK,
	OST_ROLE_ACQUIRE, OST_ROLE_RELEASE, OST_ROLE_RETURN, OST_ROLE_SAME_OBJECT,
};
const char *ost_step_role_name(enum ost_step_role role);

struct ost_dl_step {
	enum ost_step_role role;
	unsigned thread;	/* 1 or 2: who does it */
	const char *function;	/* in which it happens */
	const char *file;
	uint32_t line;
	const char *text;	/* the source line, blanks at both ends cut */
	const char *via;	/* why it follows: "direct call", "ieee80211_ops.stop, set at ...:1975" */
};

struct ost_dl_lock {
	const char *class_name;	/* "wiphy.mtx"; "path:name" for a file-static one */
	const char *instance;	/* access path in the function that holds it */
	const char *mode;	/* "exclusive", "shared", "recursive-shared" */
};

struct ost_dl_holder {
	const char *function, *file;
	uint32_t line;
	const char *how;	/* "mutex_lock", "lockdep_assert_held", ... */
};

struct ost_finding {
	const char *id;		/* stable across releases: no line in it */
	enum ost_rank rank;
	enum ost_deadlock_kind kind;
	struct ost_dl_lock lock;
	struct ost_dl_lock lock2;	/* class_name "" when there is none */
	/* what is waited for; waitable_kind "" when nothing is */
	const char *waitable_kind, *waitable_class, *callback;
	/* where; primitive "" when nothing is waited for */
	const char *primitive, *wait_function, *wait_file;
	uint32_t wait_line;
	struct ost_dl_holder *holders;
	size_t nr_holders;
	struct ost_dl_step *steps;
	size_t nr_steps;
	const char **doubts;
	size_t nr_doubts;
	int score;		/* order within a rank: higher first */
	bool spins;		/* a lock of the cycle is spun for: on one processor nobody waits for it */
};

/* A function of a file, or the whole file (function NULL). */
struct ost_dl_place {
	const char *file, *function;
};

struct ost_deadlocks_opts {
	struct ost_source_opts source;
	enum ost_rank rank;		/* this one and better */
	uint32_t kinds;			/* bits 1 << kind; 0: all */
	const char *function;		/* report only findings that name it, or NULL */
	/* What is reported is all that is looked at, too: a question about little is quick. */
	const char *const *paths;	/* report only findings that touch one of these, */
	size_t nr_paths;		/* files or directories, relative to the tree */
	/*
	 * Only findings with a step in one of these places, looked for in the
	 * folders around them alone: that of the place, those that its functions
	 * call or are called from, and what these call. Much quicker; what goes
	 * through code further away is not found.
	 */
	const struct ost_dl_place *places;
	size_t nr_places;
	const char *baseline;		/* file of known findings: `id reason` a line; or NULL */
};

struct ost_deadlocks_report {
	const char *version;		/* of the tree, "6.12.117", or "" */
	uint64_t files, functions;
	struct ost_unreadable *unreadable;
	size_t nr_unreadable;
	struct ost_finding *findings;	/* best first: rank, score, id */
	size_t nr_findings;
	size_t nr_suppressed;		/* left out by the baseline */
	/* what the run looked at, and what it could not follow */
	uint64_t nr_lock_sites, nr_lock_unclassed;
	uint64_t nr_wait_sites, nr_wait_unclassed;
	uint64_t nr_limited_functions;	/* in which a limit was hit */
	uint64_t nr_limits;		/* these, and of a run over everything the searches that hit one */
	const char *not_there;		/* ost_deadlocks_run(): a path of the question under which the tree has no
					 * C file, or a function that it does not define (told only when nothing
					 * was found); NULL: all are there. Nothing found says nothing then. */
	const char *why_whole;		/* ost_deadlocks_diff() and _patch(), of the second report: why both trees had
					 * to be searched as wholes; NULL: only what the change touches was */
	double seconds;
	void *priv;
};

/*
 * Reads SOURCE (through the store), links it and looks for cycles. Errors:
 * as ost_facts_read(), and a bad baseline.
 */
OST_WARN_UNUSED
struct ost_err *ost_deadlocks_run(const struct ost_source *src,
				  const struct ost_deadlocks_opts *opts,
				  struct ost_deadlocks_report **ret_report);
void ost_deadlocks_report_destroy(struct ost_deadlocks_report *r);

/*
 * What `from` has and `to` has not (*ret_before), and the other way round
 * (*ret_after), by id. Where the trees differ in few files and nothing that
 * others see, only what changed is looked at; both trees as wholes otherwise.
 * opts->places is not used.
 */
OST_WARN_UNUSED
struct ost_err *ost_deadlocks_diff(const struct ost_source *from, const struct ost_source *to,
				   const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report **ret_before,
				   struct ost_deadlocks_report **ret_after);

/*
 * The same for a tree and what a patch makes of it, in memory: `patch` is a
 * file with a diff ("-": standard input), a mail for instance. Errors beside
 * those above: it is damaged or does not apply; the file and the hunk are named.
 */
OST_WARN_UNUSED
struct ost_err *ost_deadlocks_patch(const struct ost_source *src, const char *patch,
				    const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report **ret_before,
				    struct ost_deadlocks_report **ret_after);

/* The report as JSON, schema "ostler/deadlocks/1"; free() the text. */
char *ost_deadlocks_json(const struct ost_deadlocks_report *r);
/* The same for two trees: introduced[] and removed[] by id. */
char *ost_deadlocks_diff_json(const struct ost_deadlocks_report *before,
			      const struct ost_deadlocks_report *after);
/* One finding for people: the chain and the two-column scenario; free(). */
char *ost_finding_text(const struct ost_finding *f);

/* ---- prove ------------------------------------------------------------- */

struct ost_prove_result {
	char *id;
	bool accepted;
	int failed_step;	/* index into steps, -1 when no single one */
	char *reason;		/* "" when accepted */
};

struct ost_prove_report {
	struct ost_prove_result *results;
	size_t nr_results;
};

/*
 * Checks a JSON report (or a single finding) against the sources, reading
 * only the files that its steps name. Errors: the report is not JSON of
 * that schema, the source does not exist.
 */
OST_WARN_UNUSED
struct ost_err *ost_prove(const char *json, size_t len, const struct ost_source *src,
			  struct ost_prove_report *ret);
void ost_prove_report_deinit(struct ost_prove_report *r);

/*
 * Prints the verdicts as one JSON object ("ostler/prove/1"; a write that
 * fails is an error), or a line each for people.
 */
OST_WARN_UNUSED
struct ost_err *ost_prove_write_json(FILE *out, const struct ost_prove_report *r);
void ost_prove_write_text(FILE *out, const struct ost_prove_report *r);

#endif
