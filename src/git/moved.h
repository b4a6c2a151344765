/* SPDX-License-Identifier: GPL-2.0-or-later */
/* moved.h - where a file went: the same base name and similar content elsewhere in a tree. */
#ifndef OST_GIT_MOVED_H
#define OST_GIT_MOVED_H

#include "git/change.h"
#include "git/objects.h"

/* Candidates with the same base name; more are not looked at. */
#define OST_MOVED_MAX 400

/*
 * The file of `list` that file->old_path became, or NULL: of those with its
 * base name the most similar, when at least half of it is the same. `text`
 * is the pre-image, or NULL: then the lines that the hunks expect stand for
 * it, three quarters of them must be there, and one of the functions that the
 * hunks' headings name (a driver that began as a copy of another has its
 * lines, but not its names). Two that are equally similar
 * are none, unless they are the same blob in both places.
 */
OST_WARN_UNUSED
struct ost_err *ost_moved_find(const struct ost_tree_entry **ret_entry, struct ost_repo *repo,
			       const struct ost_tree_list *list,
			       const struct ost_file_change *file,
			       const char *text, size_t len);

#endif
