/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept.h - answers that never change, because the question names everything
 * by id: what git blame said of a file of a commit, what stands in a tree.
 *
 * Kept in memory for the handle's life, but for large ones, and in the cache
 * folder when there is one (ost_repo_set_cache()) and history is whole. A file
 * there is read once for each handle; it begins with its question and ends
 * with a line that says that it is whole; what is damaged counts as not kept.
 */
#ifndef OST_GIT_KEPT_H
#define OST_GIT_KEPT_H

#include "git/repo.h"

/* A larger answer stays on disk alone. */
#define OST_KEPT_MEMORY_MAX (256u << 10)

/* Appends the answer to the question (one line with its end); `kind` is a word. False: it was not kept. */
bool ost_kept_get(struct ost_repo *repo, const char *kind, const char *question, struct ost_buf *answer);
void ost_kept_put(struct ost_repo *repo, const char *kind, const char *question, const struct ost_buf *answer);

#endif
