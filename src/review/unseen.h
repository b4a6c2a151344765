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

/* One file of the trial, as it is after the patch. */
struct ost_unseen_file {
	const struct ost_file_trial *trial;
	const struct ost_facts *facts, *before;	/* `before`: without the patch, or NULL */
	const bool *is_added;	/* lines, from 1 to nr_lines */
	uint32_t nr_lines;
};

/*
 * ost_check_uses(), ost_check_module_lines(), ost_check_forms() and ost_check_left(), by the headers that the file includes, those that the patch changes
 * counted as if all were. Where anybody can build the file for x86, and no other .c file includes it, that is sure: a
 * name that only other headers have sets c->trouble, one that a Makefile defines (-DNAME) is not missing. Where no Makefile
 * is known to build it, or some header was not found, all headers count, and of a missing name those of all architectures;
 * nothing is missing for sure where nobody can build it for x86, nor where another .c file includes it.
 * Errors: a tree that cannot be listed.
 */
OST_WARN_UNUSED
struct ost_err *ost_unseen_check(const struct ost_unseen *u, const struct ost_unseen_file *a, struct ost_uses_check *c);

#endif
