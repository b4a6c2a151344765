/* SPDX-License-Identifier: GPL-2.0-or-later */
/* branch_patch.h - the merged result of one branch as a patch that `git am` takes there. */
#ifndef OST_REVIEW_BRANCH_PATCH_H
#define OST_REVIEW_BRANCH_PATCH_H

#include "git/apply.h"
#include "review/branch_answer.h"

/*
 * Writes DIR/BRANCH/[ID-]SUBJECT.patch where the trial made a result, and
 * sets ret's patch to its path. A patch of that name is replaced.
 */
OST_WARN_UNUSED
struct ost_err *ost_branch_patch_write(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				       const struct ost_stable *stable, const struct ost_trial *trial);

#endif
