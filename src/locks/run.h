/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - the search over a program that is linked already. */
#ifndef OST_LOCKS_RUN_H
#define OST_LOCKS_RUN_H

#include "base/arena.h"
#include "ostler/deadlocks.h"

struct ost_program;
struct ost_tree_facts;

/*
 * As ost_deadlocks_run(), on facts and a program that the caller has; the
 * report lives on without them. Its version is "". Errors: interrupted, a bad
 * baseline.
 */
OST_WARN_UNUSED
struct ost_err *ost_deadlocks_search(const struct ost_tree_facts *tree, const struct ost_program *p,
				     const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_report);

/*
 * Several questions about one program: what they share - summaries, the call
 * graph, what is held on entry - is made once. opts of _create(): source, and
 * places when all questions are about these (focus.h); tree and p must outlive
 * the session. Errors: interrupted.
 */
struct ost_session;
OST_WARN_UNUSED
struct ost_err *ost_session_create(const struct ost_tree_facts *tree, const struct ost_program *p,
				   const struct ost_deadlocks_opts *opts, struct ost_session **ret_session);
void ost_session_destroy(struct ost_session *s);
OST_WARN_UNUSED
struct ost_err *ost_session_search(struct ost_session *s, const struct ost_deadlocks_opts *opts,
				   struct ost_deadlocks_report **ret_report);
/* Build files that the caller keeps for many sessions (kbuild/kernels.h); used until the session ends. */
struct ost_kernels_kept;
void ost_session_lend_kernels(struct ost_session *s, struct ost_kernels_kept *kept);
/* What is held on entry of the tree below, being read for an overlay (kept_entry.h); the session ends it. */
struct ost_kept_ahead;
void ost_session_take_ahead(struct ost_session *s, struct ost_kept_ahead *ahead);
struct ost_lk_world;
const struct ost_lk_world *ost_session_world(const struct ost_session *s);
/* By unit: walked again for this overlay, because a callee's effects changed; NULL: everything was walked. */
const uint8_t *ost_session_walked(const struct ost_session *s);

/*
 * The same on the facts alone: from the findings that are kept with the tree,
 * or linked first.
 */
OST_WARN_UNUSED
struct ost_err *ost_deadlocks_answer(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_report);
/* The kept findings that a question may be answered from, or NULL; counted is what a search for its kinds would count. */
struct ost_deadlocks_report *ost_found_for(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts);
/* "6.12.117" from the Makefile of a directory; the name of a revision. */
const char *ost_tree_version(const struct ost_source *src, struct ost_arena *arena);

/* ---- patch.c ---- */

/*
 * The tree with the patch at `path` ("-": standard input) applied as git
 * would, in memory; destroy it before `tree`. Of the files that it changes
 * only .c and .h count. Errors: it cannot be read, is damaged, or does not
 * apply (OST_ERR_INPUT that names the file and the hunk).
 */
OST_WARN_UNUSED
struct ost_err *ost_patch_lay_over(const struct ost_tree_facts *tree, const char *path, struct ost_tree_facts **ret_over);

/* ---- report.c ---- */

struct ost_deadlocks_report *ost_dl_report_create(void);
/* Memory that ends with the report. */
struct ost_arena *ost_dl_report_arena(struct ost_deadlocks_report *r);
/* Neither paths, places nor a function. */
bool ost_asks_for_all(const struct ost_deadlocks_opts *opts);
/* Copies the findings of the tree that are asked for, best first; kept may be NULL. Errors: a bad baseline. */
OST_WARN_UNUSED
struct ost_err *ost_dl_report_fill(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree,
				const struct ost_finding *all, size_t nr, const struct ost_deadlocks_opts *opts,
				struct ost_kernels_kept *kept);
/* report_kernels.c: lowers the rank of what no kernel has, or none with two processors, and drops what falls too low. */
void ost_dl_judge_kernels(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
			  struct ost_kernels_kept *kept);
void ost_dl_report_count(struct ost_deadlocks_report *r, const struct ost_deadlocks_report *all,
		      const struct ost_deadlocks_opts *opts);
/* Describes the tree, and reads the lines of all steps. */
void ost_dl_report_finish(struct ost_deadlocks_report *r, const struct ost_tree_facts *tree);
/* All of this: what the options ask for of the findings of a whole run, as a report of its own. */
OST_WARN_UNUSED
struct ost_err *ost_dl_report_select(const struct ost_deadlocks_report *all, const struct ost_tree_facts *tree,
				  const struct ost_deadlocks_opts *opts, struct ost_deadlocks_report **ret_report);

/* ---- kept_found.c ---- */

/*
 * All findings of a tree as they are kept with it (kept_found.c), of any rank
 * and without the lines of the steps; NULL when there are none. Kept under the
 * tree's key and a hash of all sources and rows that they follow from.
 */
struct ost_deadlocks_report *ost_found_load(const struct ost_tree_facts *tree);
void ost_found_save(const struct ost_deadlocks_report *all, const struct ost_tree_facts *tree);

#endif
