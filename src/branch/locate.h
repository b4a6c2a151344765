/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * locate.h - where the file and the function of a hunk are in a branch.
 *
 * A file that is not at its path may have moved (drivers/staging/wfx →
 * drivers/net/wireless/silabs/wfx): of the files of the same name the ones
 * that hold the hunk's function, or whose folder has the same name, are
 * candidates, those with most of the path in common first. A function that
 * is not in its file is looked for in the files of the same folder and of
 * the folder above.
 */
#ifndef OST_BRANCH_LOCATE_H
#define OST_BRANCH_LOCATE_H

#include "branch/file.h"

struct ost_place {
	struct ost_branch_file *file;	/* NULL: nowhere */
	const struct ost_branch_func *func;	/* NULL: not found, or not asked for */
	bool is_moved;			/* not at the patch's path */
};

/* `func` may be NULL: the file alone is looked for. */
void ost_locate(struct ost_side_files *side, const char *path, const char *func,
		struct ost_place *ret);
bool ost_is_header(const char *path);	/* "a/b.h" */
/* The .c and .h files of the folder of `path` and of the one above, in path order, at most `max`. */
uint32_t ost_neighbours(struct ost_side_files *side, const char *path,
			const char **ret_paths, uint32_t max);

#endif
