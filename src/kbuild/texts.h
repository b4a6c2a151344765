/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * texts.h - the build's own files of one tree: Makefiles, Kconfig files and
 * the headers that tables of device ids use, read once each.
 *
 * A file that is not there, or cannot be read, is NULL; that it could not be
 * read is remembered in `trouble`. Everything lives in the arena.
 */
#ifndef OST_KBUILD_TEXTS_H
#define OST_KBUILD_TEXTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/table.h"
#include "base/vec.h"
#include "git/objects.h"
#include "git/repo.h"

struct ost_kb_text {
	const char *text;	/* NULL: not there */
	size_t len;
};

struct ost_kb_texts {
	struct ost_arena *arena;
	struct ost_repo *repo;
	const char *dir;			/* or NULL: texts come from there, not from the repository */
	const struct ost_tree_list *list;	/* all files; nothing else is read */
	OST_VEC(struct ost_kb_text) v;
	struct ost_table known;			/* hash of a path → place in v + 1 */
	const char *trouble;			/* the first file that could not be read, or NULL */
};

void ost_kb_texts_init(struct ost_kb_texts *t, struct ost_arena *arena, struct ost_repo *repo,
		       const struct ost_tree_list *list);
void ost_kb_texts_deinit(struct ost_kb_texts *t);
/* NULL when there is no such file. ret_len may be NULL. */
const char *ost_kb_text(struct ost_kb_texts *t, const char *path, size_t *ret_len);
/* The same for a text that is looked at once: it is the caller's buffer, and not kept. False when there is none. */
bool ost_kb_text_once(struct ost_kb_texts *t, const char *path, struct ost_buf *ret);
/* The folder of a path without the slash at its end; "" at the top. */
const char *ost_kb_folder(struct ost_arena *arena, const char *path);
/* folder + "/" + name; name alone at the top. */
const char *ost_kb_join(struct ost_arena *arena, const char *folder, const char *name);

#endif
