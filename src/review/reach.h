/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reach.h - who has the changed files and functions of one revision in his
 * kernel (kbuild/reach.h): for a branch and for step 8.1.
 */
#ifndef OST_REVIEW_REACH_H
#define OST_REVIEW_REACH_H

#include "kbuild/reach.h"
#include "review/changed.h"
#include "review/shared.h"

/*
 * All of the answer is the arena's, but for the names in `files`. Shared keeps what was read of
 * the revisions asked about last. The configuration must be the same in a run.
 * Errors: a damaged data table, a tree that cannot be listed.
 */
OST_WARN_UNUSED
struct ost_err *ost_reach_files(struct ost_reach_file **ret, size_t *ret_nr, struct ost_arena *arena,
				struct ost_review_shared *s, const char *rev,
				const struct ost_changed_file *files, uint32_t nr,
				const struct ost_kb_config *config);
/* Can anybody build the .c file for arch/<arch> (kbuild/reach.h)? Errors: as above. */
OST_WARN_UNUSED
struct ost_err *ost_reach_builds(enum ost_built *ret, struct ost_review_shared *s, const char *rev, const char *path, const char *arch,
				 const struct ost_kb_config *config);

/* Is a symbol set for x86, everything set that can be (kbuild/reach.h)? Errors: as above. */
OST_WARN_UNUSED
struct ost_err *ost_reach_sets(enum ost_set *ret, struct ost_review_shared *s, const char *rev, const char *name,
			       const struct ost_kb_config *config);

#endif
