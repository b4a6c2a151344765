/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * folder.h - the build's own files of a directory, as a list like that of a
 * revision: what is called Makefile, Kbuild or Kconfig*. Links are not
 * followed; folders that cannot be read are passed over, as are those below
 * OST_KB_MAX_DEPTH others.
 */
#ifndef OST_KBUILD_FOLDER_H
#define OST_KBUILD_FOLDER_H

#include "base/arena.h"
#include "git/objects.h"

#define OST_KB_MAX_DEPTH 64
#define OST_KB_MAX_FILES 200000	/* more are not listed */

/* Entries without ids, in order of their paths; memory from the arena. */
void ost_kb_list_folder(struct ost_tree_list *ret, struct ost_arena *arena, const char *dir);

#endif
