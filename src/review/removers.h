/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * removers.h - who took away what stood between two lines of a hunk.
 *
 * Blame names the commits that wrote lines. Where a branch still has a line
 * that mainline lost, the hunk's old lines may all be old ones, and it does
 * not fit all the same: its two neighbours are no neighbours there.
 */
#ifndef OST_REVIEW_REMOVERS_H
#define OST_REVIEW_REMOVERS_H

#include "git/change.h"
#include "review/shared.h"

/* Commits on the file that are looked at, newest first. */
#define OST_REMOVERS_MAX_LOG 100

/*
 * The commits that `rev` reaches and `not_rev` does not, newest first, which
 * left two lines side by side that the hunk of the file has side by side
 * among its old lines, and removed what was between them.
 */
OST_WARN_UNUSED
struct ost_err *ost_removers_of(const char ***ret_ids, size_t *ret_nr, struct ost_arena *arena, struct ost_review_shared *s,
				const char *rev, const char *not_rev, const char *path, const struct ost_hunk *hunk);

#endif
