/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search.h - files that may hold the code of a hunk whose function is gone.
 *
 * Code moves between the files of one driver when it is split or merged.
 * Where the branch has the patch's folder, the files under the folder above the patch's (when they are not too many) are
 * read as text, and those that hold most of the hunk's rare words come first.
 */
#ifndef OST_BRANCH_SEARCH_H
#define OST_BRANCH_SEARCH_H

#include "branch/file.h"

/* More files are not searched: the folder is no single driver. */
#define OST_SEARCH_MAX_FILES 700
#define OST_SEARCH_MAX_WORDS 48

/*
 * Paths of .c and .h files, likeliest first, at most `max`; each holds at
 * least half of the rare words of the image's old side. Strings are the side's.
 */
uint32_t ost_search_code(struct ost_side_files *side, const char *path, const struct ost_image *image,
			 const char **ret_paths, uint32_t max);

#endif
