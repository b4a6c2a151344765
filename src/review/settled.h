/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settled.h - what mainline and all branches asked about have for good.
 *
 * The newest commit of mainline that all of them reach is the boundary: who
 * wrote a line before it need not be known where only what a branch lacks is
 * looked for, and blame that ends there takes a fraction of the time. A commit
 * before it is in every branch, unless the branch undid it later. Those are listed once a
 * run; a file is asked about without a boundary when one of its lines may be
 * theirs.
 */
#ifndef OST_REVIEW_SETTLED_H
#define OST_REVIEW_SETTLED_H

#include "git/change.h"
#include "review/shared.h"

/*
 * *ret_not_rev: the boundary (full id) for the old lines of the hunks of a
 * file at `rev` (full id), or NULL: there is none, rev does not reach it, or a
 * commit that a branch undid may have written one of the lines.
 */
OST_WARN_UNUSED
struct ost_err *ost_settled_for(const char **ret_not_rev, struct ost_review_shared *s, const char *rev,
				const struct ost_file_change *f);
void ost_settled_destroy(struct ost_settled *settled);	/* NULL is fine */

#endif
