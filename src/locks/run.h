/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - the search over a program that is linked already. */
#ifndef OST_LOCKS_RUN_H
#define OST_LOCKS_RUN_H

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

#endif
