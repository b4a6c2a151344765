// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/texts.h"

#include <string.h>

#include "base/hash.h"

void ost_kb_texts_init(struct ost_kb_texts *t, struct ost_arena *arena, struct ost_repo *repo,
		       const struct ost_tree_list *list)
{
	memset(t, 0, sizeof(*t));
	t->arena = arena;
	t->repo = repo;
	t->list = list;
}

void ost_kb_texts_deinit(struct ost_kb_texts *t)
{
	ost_vec_deinit(&t->v);
	ost_table_deinit(&t->known);
}

bool ost_kb_text_once(struct ost_kb_texts *t, const char *path, struct ost_buf *ret)
{
	const struct ost_tree_entry *e = ost_tree_find_entry(t->list, path);
	struct ost_err *err;

	ost_buf_clear(ret);
	if (!e)
		return false;
	if (t->dir)
		err = ost_buf_read_file(ret, ost_kb_join(t->arena, t->dir, path), OST_BLOB_MAX);
	else
		err = ost_tree_read(t->repo, e, ret);
	if (err && !t->trouble)
		t->trouble = ost_arena_printf(t->arena, "%s could not be read: %s", path, err->why);
	ost_err_destroy(err);
	return ret->len > 0;
}

const char *ost_kb_text(struct ost_kb_texts *t, const char *path, size_t *ret_len)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_kb_text *x;
	bool is_new;
	uint64_t *place = ost_table_put(&t->known, ost_hash_bytes(path, strlen(path)), &is_new);

	if (is_new) {
		x = ost_vec_push(&t->v);
		*place = t->v.nr;
		if (ost_kb_text_once(t, path, &b)) {
			x->text = ost_arena_strndup(t->arena, b.ptr, b.len);
			x->len = b.len;
		}
	}
	x = &t->v.items[*place - 1];
	if (ret_len)
		*ret_len = x->len;
	return x->text;
}

const char *ost_kb_folder(struct ost_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? ost_arena_strndup(arena, path, (size_t)(slash - path)) : "";
}

const char *ost_kb_join(struct ost_arena *arena, const char *folder, const char *name)
{
	return *folder ? ost_arena_printf(arena, "%s/%s", folder, name) : name;
}
