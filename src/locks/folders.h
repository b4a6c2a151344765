/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folders.h - where a file of debugfs or /proc lies (find_drains.c only). */
#ifndef OST_LOCKS_FOLDERS_H
#define OST_LOCKS_FOLDERS_H

#include "locks/finder.h"

/* Does the file lie in what is removed? */
enum ost_where { OST_WHERE_SHOWN, OST_WHERE_NOT_SHOWN, OST_WHERE_ELSEWHERE };

static inline bool ost_is_one_object(struct ost_object a, struct ost_object b)
{
	return a.kind != OST_OBJ_NONE && a.kind == b.kind && a.id == b.id;
}

/*
 * Whether the folder at the node of the function at hand is what is removed, or lies in it: a local is followed to the
 * folder that it was made in. is_tied: the file is known by a name of its own, so that a folder which cannot be told is another one.
 */
enum ost_where ost_where_is_folder(const struct ost_finder *f, uint32_t n, struct ost_object removed, bool is_tied);

#endif
