/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * writers.h - who wrote the old lines of a hunk, of the commits that a branch
 * may lack.
 *
 * git is asked about all hunks of a file in one go, whichever hunk is asked
 * for first: hunks, branches and the history of the review (gather.h) share
 * the answer, which is kept. What mainline and all branches have for good
 * (settled.h) is left out.
 */
#ifndef OST_REVIEW_WRITERS_H
#define OST_REVIEW_WRITERS_H

#include "git/change.h"
#include "git/walk.h"
#include "review/shared.h"

/*
 * The lines at `rev` (full id) that a hunk of the file has as context or
 * removes; of one that has none, the line before it.
 */
OST_WARN_UNUSED
struct ost_err *ost_writers_of(struct ost_blame_line **ret_lines, size_t *ret_nr, struct ost_arena *arena,
			       struct ost_review_shared *s, const char *rev, const struct ost_file_change *f,
			       const struct ost_hunk *hunk);

#endif
