/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * equivalent.h - is this change there already, under another name?
 *
 * Text only: a patch-id says that two changes have the same lines, the state
 * of a file says on which side of the change it stands. Code that was moved,
 * re-indented or renamed is the business of the rooms above.
 */
#ifndef OST_GIT_EQUIVALENT_H
#define OST_GIT_EQUIVALENT_H

#include "git/change.h"
#include "git/repo.h"

/*
 * The patch-id of a change: what `git diff-tree -p COMMIT | git patch-id
 * --stable` prints for the same text; line numbers, white space and index
 * lines do not count. False (and "") for a change without files.
 *
 * Binary files count by name alone. Where a change was read from a plain
 * diff, its files are counted as git would write them.
 */
bool ost_patch_id(char ret_hex[OST_HEX_SIZE], const struct ost_change *change);

/* The change that undoes this one. Shares its strings; arrays from the arena. */
void ost_change_reverse(struct ost_change *ret_change, struct ost_arena *arena,
			const struct ost_change *change);

struct ost_file_state {
	const struct ost_file_change *file;
	const char *path;	/* that was looked at: the new path, or the old one when only that is there */
	bool is_there;
	uint32_t nr_pre;	/* hunks whose old side (context and removed lines) is in the file */
	uint32_t nr_post;	/* hunks whose new side (context and added lines) is in the file */
};

struct ost_change_state {
	struct ost_file_state *files;	/* as many as change->files */
	uint32_t nr_files;
	uint32_t nr_hunks, nr_pre, nr_post;	/* sums */
};

/*
 * Which sides of the hunks stand in the files of a revision, anywhere in
 * them, with at most `context` lines around the changed ones (3: all that a
 * usual hunk has). A side without any line is never counted: a hunk that
 * only adds has, with context 0, no old side. A new file counts as one hunk.
 */
OST_WARN_UNUSED
struct ost_err *ost_change_state(struct ost_change_state *ret_state, struct ost_arena *arena,
				 struct ost_repo *repo, const struct ost_change *change,
				 const char *rev, unsigned context);

#endif
