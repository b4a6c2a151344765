// SPDX-License-Identifier: GPL-2.0-or-later
/* A patch applied to a tree in memory. */
#include <string.h>

#include "base/buf.h"
#include "git/image.h"
#include "locks/run.h"
#include "source/tree.h"

#define MAX_PATCH ((size_t)64 << 20)

struct patch {
	const struct ost_tree_facts *tree;
	const char *name;		/* of the patch, for errors */
	struct ost_arena arena;
	OST_VEC(struct ost_tree_change) changes;
};

static bool is_source(const char *path)
{
	size_t len = strlen(path);

	return len > 2 && (!strcmp(path + len - 2, ".c") || !strcmp(path + len - 2, ".h"));
}

/* The text of a file as the patch has left it so far; NULL: there is none. */
static struct ost_err *text_of(struct patch *p, const char *path, const char **ret_text, size_t *ret_len)
{
	uint32_t file = ost_tree_find(p->tree, path);
	OST_BUF b = OST_BUF_INIT;

	*ret_text = NULL;
	*ret_len = 0;
	for (size_t i = p->changes.nr; i-- > 0;)
		if (!strcmp(p->changes.items[i].path, path)) {
			*ret_text = p->changes.items[i].text;
			*ret_len = p->changes.items[i].len;
			return NULL;
		}
	if (file == OST_TREE_NONE)
		return NULL;
	ost_try(ost_tree_text(p->tree, file, &b));
	*ret_text = ost_arena_strndup(&p->arena, b.ptr, b.len);
	*ret_len = b.len;
	return NULL;
}

static struct ost_err *refuse(const struct patch *p, const char *path, const char *why)
{
	return ost_err_create(OST_ERR_INPUT, p->name, "give one that is made for this tree",
			      "does not apply: %s: %s", path, why);
}

static struct ost_err *apply_hunks(struct patch *p, const struct ost_file_change *f, const char *text, size_t len,
				   struct ost_tree_change *ret)
{
	struct ost_hunk_trial *hunks = ost_arena_calloc(&p->arena, f->nr_hunks + 1u, sizeof(*hunks));
	struct ost_image image = { NULL, 0, 0 };
	struct ost_err *err = NULL;

	ost_image_fill(&image, text, len);
	if (ost_image_apply(&image, &p->arena, f, hunks))
		ret->text = ost_image_text(&image, &p->arena, &ret->len);
	for (uint32_t i = 0; !ret->text && i < f->nr_hunks && !err; i++)
		if (!hunks[i].is_placed)
			err = refuse(p, f->old_path, ost_arena_printf(&p->arena, "hunk %u of %u: %s", i + 1, f->nr_hunks,
								      hunks[i].why ? hunks[i].why : "it fits nowhere"));
	if (!ret->text && !err)
		err = refuse(p, f->old_path, "its hunks do not fit together");
	ost_vec_deinit(&image);
	return err;
}

static struct ost_err *apply_file(struct patch *p, const struct ost_file_change *f)
{
	struct ost_tree_change change = { .path = f->new_path };
	bool is_made = f->status == OST_FILE_ADDED, is_moved = f->status == OST_FILE_RENAMED || f->status == OST_FILE_COPIED;
	const char *text, *there;
	size_t len;

	ost_try(text_of(p, f->new_path, &there, &len));
	if ((is_made || is_moved) && there)
		return refuse(p, f->new_path, "it is there already");
	ost_try(text_of(p, f->old_path, &text, &len));
	if (!is_made && !text)
		return refuse(p, f->old_path, "there is no such file");
	if (f->is_binary)
		return refuse(p, f->old_path, "a binary change");
	ost_try(apply_hunks(p, f, is_made ? "" : text, is_made ? 0 : len, &change));
	if (f->status == OST_FILE_DELETED && change.len)
		return refuse(p, f->old_path, "there is more in it than is taken away");
	if (f->status == OST_FILE_DELETED)
		change.text = NULL;
	ost_vec_add(&p->changes, change);
	if (f->status == OST_FILE_RENAMED)
		ost_vec_add(&p->changes, ((struct ost_tree_change){ .path = f->old_path }));
	return NULL;
}

static struct ost_err *apply_all(struct patch *p)
{
	struct ost_change change;
	OST_BUF b = OST_BUF_INIT;

	ost_try(ost_buf_read_file(&b, p->name, MAX_PATCH));
	ost_try(ost_change_parse(&change, &p->arena, p->name, b.ptr, b.len));
	if (!ost_change_is_whole(&change))
		return ost_err_create(OST_ERR_INPUT, p->name, "get it as it was sent", "the diff is damaged: %s",
				      change.damage ? change.damage : "it ends within a hunk");
	if (!change.nr_files)
		return ost_err_create(OST_ERR_INPUT, p->name, "give a file with a diff", "there is no diff in it");
	for (uint32_t i = 0; i < change.nr_files; i++)
		if (is_source(change.files[i].old_path) || is_source(change.files[i].new_path))
			ost_try(apply_file(p, &change.files[i]));
	return NULL;
}

struct ost_err *ost_patch_lay_over(const struct ost_tree_facts *tree, const char *path, struct ost_tree_facts **ret_over)
{
	struct patch p = { .tree = tree, .name = path };
	struct ost_err *err = apply_all(&p);

	if (!err)
		err = ost_tree_overlay(ret_over, tree, p.changes.items, p.changes.nr);
	ost_vec_deinit(&p.changes);
	ost_arena_deinit(&p.arena);
	return err;
}
