/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prereq.h - what must come along: the smallest set of commits, in order, with
 * which a change applies to a branch and finds the names that it uses.
 *
 * Found by trials in memory over the history between the branch and the
 * commit's parent. A hunk that does not fit asks for the commits that wrote
 * its old lines, where the branch has not got them, or else for those that
 * removed what it has between two of them; so does each of those that does
 * not fit in its turn. A name that is missing asks for the commit
 * that wrote its first line in the headers. When all fit, every commit is
 * left out on trial, oldest first, and stays out where the rest still fits,
 * again and again until none can be left out.
 *
 * Whether the prerequisites find all names themselves is not looked at.
 */
#ifndef OST_REVIEW_PREREQ_H
#define OST_REVIEW_PREREQ_H

#include "git/apply.h"
#include "review/branch_answer.h"

/* Commits that may come along; where more are needed there is no answer. */
#define OST_PREREQ_MAX 16
/* A commit that changes more files is a release or an import: history is too coarse. */
#define OST_PREREQ_MAX_FILES 300

/*
 * Fills ret's prerequisites, or prerequisites_why where none can be told;
 * needs ret's applies, conflicts and missing and the trial they came from.
 * Nothing to do (it applies, no name is missing) leaves both empty.
 */
OST_WARN_UNUSED
struct ost_err *ost_prereq_find(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				const struct ost_stable *stable, const struct ost_trial *trial);

#endif
