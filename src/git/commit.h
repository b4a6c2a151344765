/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * commit.h - the change that a commit makes, as struct ost_change.
 *
 * The same files, renames and lines as `git show -M` (with `find_copies`:
 * `git show -C`). A root commit adds all its files. A merge is shown against
 * its first parent: whoever states facts about it looks at nr_parents of
 * struct ost_commit first. A commit at the boundary of a shallow clone has
 * no parent to be compared with: OST_ERR_INPUT with the remedy.
 *
 * The index lines are in full (40 digits). A submodule is a file of mode
 * 0160000 with the line "Subproject commit …". Binary files have is_binary
 * and no hunks.
 */
#ifndef OST_GIT_COMMIT_H
#define OST_GIT_COMMIT_H

#include "git/change.h"
#include "git/repo.h"

struct ost_diff_options {
	unsigned context;		/* lines around a hunk; 0 means the usual 3 */
	bool find_copies;		/* -C; renames are always looked for */
	const char *const *paths;	/* NULL-terminated literal paths, or NULL for all */
};

/* options may be NULL. */
OST_WARN_UNUSED
struct ost_err *ost_change_from_commit(struct ost_change *ret_change, struct ost_arena *arena,
				       struct ost_repo *repo, const char *rev,
				       const struct ost_diff_options *options);
/*
 * The same for many commits with one process: ret_changes has nr places,
 * ids are full hex names. The first commit that cannot be read is the error.
 */
OST_WARN_UNUSED
struct ost_err *ost_changes_from_commits(struct ost_change *ret_changes, struct ost_arena *arena,
					 struct ost_repo *repo, const char *const *ids, size_t nr,
					 const struct ost_diff_options *options);
/* What turns the tree of one revision into that of another. */
OST_WARN_UNUSED
struct ost_err *ost_change_between(struct ost_change *ret_change, struct ost_arena *arena,
				   struct ost_repo *repo, const char *from, const char *to,
				   const struct ost_diff_options *options);

#endif
