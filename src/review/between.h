/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * between.h - the commits that stand between a branch and a hunk that does
 * not fit there: those that wrote the hunk's old lines in what the patch
 * applies to and that the branch lacks; where there are none, those that
 * removed what the branch has between two of them (removers.h); else those
 * that the branch alone has on that file.
 */
#ifndef OST_REVIEW_BETWEEN_H
#define OST_REVIEW_BETWEEN_H

#include "git/apply.h"
#include "review/branch_answer.h"

#define OST_BETWEEN_MAX 5	/* commits of one conflict */
#define OST_BETWEEN_MAX_HUNKS 8	/* conflicts that are asked about */

/*
 * Fills `between` of ret's conflicts. Nothing where the base is not known, or
 * the branch has no use for the patch. Memory is the question's arena.
 */
OST_WARN_UNUSED
struct ost_err *ost_between_fill(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				 const struct ost_stable *stable, const struct ost_trial *trial);

#endif
