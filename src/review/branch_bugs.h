/* SPDX-License-Identifier: GPL-2.0-or-later */
/* branch_bugs.h - deadlocks across branches, mechanism by mechanism, and the records of 6.1 about them. */
#ifndef OST_REVIEW_BRANCH_BUGS_H
#define OST_REVIEW_BRANCH_BUGS_H

#include "ostler/branches.h"

struct ost_arena;
struct ost_review_ctx;

/* What was found in one branch and looked for in another without result is not there: says so. */
void ost_share_mechanisms(struct ost_arena *arena, struct ost_branch_answer *branches, size_t nr);

/* A deadlock comes into it with the change, proven. */
bool ost_brings_proven(const struct ost_branch_answer *b);

/* A record for each deadlock that the change removes from the branch or brings into it. */
void ost_record_mechanisms(struct ost_review_ctx *c, const struct ost_branch_answer *b);

struct ost_bug;
struct ost_record;

/* Adds the search again that found a deadlock in that branch. */
void ost_prove_bug(struct ost_review_ctx *c, struct ost_record *r, const struct ost_branch_answer *b, const struct ost_bug *bug);

#endif
