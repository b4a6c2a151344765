/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * built_headers.h - headers that the build makes, and no tree has: the rows of
 * data/built-headers.txt.
 */
#ifndef OST_BRANCH_BUILT_HEADERS_H
#define OST_BRANCH_BUILT_HEADERS_H

#include "branch/file.h"

enum ost_built_header {
	OST_BUILT_HEADER_NO,	/* none that is known */
	OST_BUILT_HEADER_PLAIN,	/* who includes it uses no names of it, or only what every file gets */
	OST_BUILT_HEADER_NAMES,	/* it may declare whatever is used */
};

/*
 * By the name as an #include gives it, "../" and "./" in front or not. The
 * table is read once for a side. A table that cannot be read makes all of them
 * OST_BUILT_HEADER_NAMES: nothing is told about a header then.
 */
enum ost_built_header ost_built_header(struct ost_side_files *side, const char *name);

#endif
