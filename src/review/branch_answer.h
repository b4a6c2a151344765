/* SPDX-License-Identifier: GPL-2.0-or-later */
/* branch_answer.h - one branch asked about one change (ostler/branches.h). */
#ifndef OST_REVIEW_BRANCH_ANSWER_H
#define OST_REVIEW_BRANCH_ANSWER_H

#include "kbuild/reach.h"
#include "ostler/branches.h"
#include "review/input.h"
#include "review/later_fixes.h"
#include "review/shared.h"

struct ost_branch_question {
	struct ost_arena *arena;	/* of the report */
	struct ost_review_shared *shared;
	const struct ost_branches_options *options;
	const struct ost_review_item *item;
	const char *upstream;	/* full or given id, or "" */
	const char *base;	/* what the change applies to, full id, or "" */
	const struct ost_later_list *later;	/* what came after it, or NULL: not asked */
	const struct ost_queue *queue;	/* or NULL */
	const struct ost_kb_config *config;	/* of --config, or NULL */
	bool no_prerequisites;	/* do not look for what must come along */
	bool no_reach;		/* nor for who has the code in his kernel */
};

/* Everything that can be said of one branch. Errors: interrupted, or a repository that breaks. */
OST_WARN_UNUSED
struct ost_err *ost_branch_answer(const struct ost_branch_question *q,
				  const struct ost_stable *stable,
				  struct ost_branch_answer *ret);

#endif
