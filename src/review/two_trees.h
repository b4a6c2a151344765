/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * two_trees.h - a tree as it is and with a change laid over it, both linked
 * and ready to be searched for deadlocks.
 *
 *	struct ost_two_trees t;
 *	err = ost_two_trees_open(&t, &source, &opts, changes, nr, &shared->kernels);
 *	if (!err)
 *		err = ost_two_trees_search(&t, &dl_opts, &before, &after);
 *	ost_two_trees_close(&t);	- after an error, too
 */
#ifndef OST_REVIEW_TWO_TREES_H
#define OST_REVIEW_TWO_TREES_H

#include "locks/run.h"
#include "program/program.h"
#include "source/tree.h"

struct ost_two_trees {
	struct ost_tree_facts *tree, *patched;
	struct ost_program *before, *after;
	struct ost_session *sb, *sa;	/* of before, of after */
};

/* opts: rank, places and how to read; what changes is copied, kernels are kept for others. Errors: those of reading, interrupted. */
OST_WARN_UNUSED
struct ost_err *ost_two_trees_open(struct ost_two_trees *ret, const struct ost_source *src,
				   const struct ost_deadlocks_opts *opts,
				   const struct ost_tree_change *changes, size_t nr_changes,
				   struct ost_kernels_kept *kernels);
void ost_two_trees_close(struct ost_two_trees *t);
/* Reports of both; they live on without the trees. On an error neither is there. */
OST_WARN_UNUSED
struct ost_err *ost_two_trees_search(struct ost_two_trees *t, const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_before, struct ost_deadlocks_report **ret_after);

#endif
