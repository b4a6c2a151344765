/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unseen.h - names that a branch declares in a header which the patched file
 * does not include, directly or by way of others: the compiler does not know
 * them.
 */
#ifndef OST_REVIEW_UNSEEN_H
#define OST_REVIEW_UNSEEN_H

#include "branch/compile.h"
#include "branch/included.h"
#include "git/apply.h"
#include "review/branch_answer.h"

struct ost_unseen {
	struct ost_side_files *side;
	const struct ost_header_trees *trees;
	const struct ost_branch_question *q;
	const struct ost_trial *trial;
	const struct ost_symbols *symbols;	/* of all headers, those around the file too */
};

/*
 * What a file of the trial gets to see, headers that the patch changes counted as if all
 * were included. NULL for a header, and for a file that includes nothing (another one includes it).
 */
struct ost_included *ost_unseen_included(const struct ost_unseen *u, const struct ost_file_trial *f);
/*
 * Ends c->hidden, and c->missing from `first` on, which are of this file and were not found in what it includes.
 * Where anybody can build the file for x86, and no other .c file includes it, that is sure: the first of
 * c->hidden sets c->trouble; what a Makefile defines (-DNAME) is not missing. Else all of c->hidden are doubtful, and so are those of c->missing whose word any
 * header has. Errors: a tree that cannot be listed.
 */
OST_WARN_UNUSED
struct ost_err *ost_unseen_settle(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c, size_t first);

#endif
