/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * patchpath.h - the file names of a patch: quoting, prefixes, safety.
 *
 * A patch can name a file up to six times: twice in "diff --git", in
 * "--- " and "+++ ", in "rename from" and "rename to". The last pair is
 * plain; the others carry a prefix (a/ b/, or i/ w/ …, or the folder that
 * `diff -r linux.orig linux` was given, or none with diff.noprefix).
 */
#ifndef OST_GIT_PATCHPATH_H
#define OST_GIT_PATCHPATH_H

#include <stdbool.h>

#include "base/arena.h"

/* What earlier files of the same patch showed: used where a name stands alone. */
struct ost_strip {
	bool is_known;
	unsigned nr;	/* leading folders to take away: 0 or 1 */
};

struct ost_patch_names {
	/* in: raw text as it stands in the patch, or NULL */
	const char *header;		/* after "diff --git " */
	const char *minus, *plus;	/* after "--- " and "+++ " */
	const char *old_known, *new_known;	/* after "rename from" and the like */
	/* in and out: told by mode lines, or found by /dev/null */
	bool is_new, is_deleted;
	/* out: both set, equal unless renamed or copied; memory from the arena */
	const char *old_path, *new_path;
};

/* Returns NULL, or what is wrong with the names (from the arena). */
const char *ost_patch_names(struct ost_patch_names *names, struct ost_strip *strip,
			    struct ost_arena *arena);

/*
 * Undoes git's C-style quoting: reads a name that begins with '"', returns it
 * and sets *ret_end behind the closing quote; NULL when it is damaged or
 * holds a NUL.
 */
char *ost_unquote_path(struct ost_arena *arena, const char *s, const char **ret_end);

/* NULL when a path is safe (relative, no "..", no ".git", no control bytes), else what is wrong. */
const char *ost_unsafe_path(const char *path);

#endif
