// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/apply.h"

#include <stdlib.h>

#include "git/image.h"
#include "git/internal.h"
#include "git/moved.h"
#include "git/objects.h"

#define MAX_FUZZ 2
#define MAX_MERGE (16u << 20)	/* bytes of a file in a three-way merge */

struct trial {
	struct ost_repo *repo;
	struct ost_arena *arena;
	const char *rev;			/* full hex */
	const struct ost_apply_options *options;
	struct ost_tree_list tree;		/* of rev, listed when a file must be looked for */
	bool has_tree;
	struct ost_trial *out;
};

const char *ost_applies_name(enum ost_applies applies)
{
	static const char *const names[] = { "clean", "merged", "fuzz", "conflict", "absent" };

	return names[applies];
}

static void refuse(struct ost_file_trial *f, const char *why)
{
	f->applies = OST_APPLIES_CONFLICT;
	f->why = why;
	f->text = NULL;
}

/* ---- texts ---- */

/* A file at a revision into the arena; *ret_text is NULL when it is not there. */
static struct ost_err *read_file(struct trial *t, const char *rev, const char *path,
				 const char **ret_text, size_t *ret_len, uint32_t *ret_mode)
{
	struct ost_path_info info;
	OST_BUF b = OST_BUF_INIT;

	*ret_text = NULL;
	*ret_len = 0;
	ost_try(ost_repo_path(t->repo, rev, path, &info));
	*ret_mode = info.mode;
	if (info.kind == OST_PATH_ABSENT || info.kind == OST_PATH_DIR)
		return NULL;
	if (info.kind == OST_PATH_SUBMODULE) {
		ost_buf_addf(&b, "Subproject commit %s\n", info.id);
		*ret_text = ost_arena_strndup(t->arena, b.ptr, b.len);
		*ret_len = b.len;
		return NULL;
	}
	ost_try(ost_repo_read_path(t->repo, rev, path, &b));
	*ret_text = memcpy(ost_arena_alloc(t->arena, b.len + 1), b.ptr, b.len + 1);
	*ret_len = b.len;
	return NULL;
}

/* What an earlier part of the same change made of a path. */
static const struct ost_file_trial *earlier(const struct trial *t, uint32_t nr, const char *path)
{
	while (nr-- > 0)
		if (!strcmp(t->out->files[nr].path, path))
			return &t->out->files[nr];
	return NULL;
}

/* The text that the change was made on, by its blob or from the base; NULL when it is not to be had. */
static void find_pre_image(struct trial *t, const struct ost_file_change *file,
			   const char **ret_text, size_t *ret_len)
{
	const char *base = t->options ? t->options->base : NULL;
	struct ost_err *err = NULL;
	OST_BUF b = OST_BUF_INIT;
	uint32_t mode;

	*ret_text = NULL;
	*ret_len = 0;
	if (*file->old_blob && ost_repo_has_object(t->repo, file->old_blob)) {
		err = ost_repo_read_blob(t->repo, file->old_blob, &b);
		if (!err) {
			*ret_text = memcpy(ost_arena_alloc(t->arena, b.len + 1), b.ptr, b.len + 1);
			*ret_len = b.len;
		}
	} else if (base) {
		err = read_file(t, base, file->old_path, ret_text, ret_len, &mode);
	}
	ost_err_destroy(err);
}

/* ---- the three ways ---- */

static bool try_clean(struct trial *t, struct ost_file_trial *f)
{
	struct ost_image image = OST_VEC_INIT;
	bool ok;

	ost_image_fill(&image, f->before, f->before_len);
	ok = ost_image_apply(&image, t->arena, f->file, f->hunks);
	if (ok) {
		f->text = ost_image_text(&image, t->arena, &f->len);
		f->applies = OST_APPLIES_CLEAN;
	}
	ost_vec_deinit(&image);
	return ok;
}

/* The post-image of the change on its own pre-image; NULL when the hunks do not fit that either. */
static const char *post_image(struct trial *t, const struct ost_file_change *file,
			      const char *pre, size_t pre_len, size_t *ret_len)
{
	struct ost_hunk_trial *hunks = ost_arena_calloc(t->arena, file->nr_hunks + 1, sizeof(*hunks));
	struct ost_image image = OST_VEC_INIT;
	const char *text = NULL;

	ost_image_fill(&image, pre, pre_len);
	if (ost_image_apply(&image, t->arena, file, hunks))
		text = ost_image_text(&image, t->arena, ret_len);
	ost_vec_deinit(&image);
	return text;
}

static bool try_merge(struct trial *t, struct ost_file_trial *f, const char *pre, size_t pre_len)
{
	git_merge_file_input ancestor = GIT_MERGE_FILE_INPUT_INIT;
	git_merge_file_input ours = GIT_MERGE_FILE_INPUT_INIT;
	git_merge_file_input theirs = GIT_MERGE_FILE_INPUT_INIT;
	git_merge_file_result result = { 0 };
	bool ok = false;

	ancestor.ptr = pre;
	ancestor.size = pre_len;
	ours.ptr = f->before;
	ours.size = f->before_len;
	theirs.ptr = post_image(t, f->file, pre, pre_len, &theirs.size);
	if (!theirs.ptr || pre_len > MAX_MERGE || ours.size > MAX_MERGE || theirs.size > MAX_MERGE)
		return false;
	if (!git_merge_file(&result, &ancestor, &ours, &theirs, NULL) && result.automergeable) {
		f->text = ost_arena_strndup(t->arena, result.ptr, result.len);
		f->len = result.len;
		f->applies = OST_APPLIES_MERGED;
		f->why = NULL;
		ok = true;
	}
	git_merge_file_result_free(&result);
	return ok;
}

static bool try_fuzz(struct trial *t, struct ost_file_trial *f)
{
	struct ost_image image = OST_VEC_INIT;
	bool ok;

	ost_image_fill(&image, f->before, f->before_len);
	ok = ost_image_apply_fuzzy(&image, t->arena, f->file, MAX_FUZZ, f->hunks);
	if (ok) {
		f->text = ost_image_text(&image, t->arena, &f->len);
		f->applies = OST_APPLIES_FUZZ;
		f->why = NULL;
	}
	ost_vec_deinit(&image);
	return ok;
}

/* ---- files ---- */

static const char *why_hunks(struct trial *t, const struct ost_file_trial *f)
{
	uint32_t i, nr = 0, first = 0;

	for (i = f->file->nr_hunks; i-- > 0;)
		if (f->hunks[i].why) {
			first = i;
			nr++;
		}
	if (!nr)
		return "its hunks do not fit";
	return ost_arena_printf(t->arena, "hunk %u%s: %s", first + 1,
				nr > 1 ? " and others" : "", f->hunks[first].why);
}

/* Whether a three-way merge was tried and failed is told by the pre-image being there. */
static void try_all(struct trial *t, struct ost_file_trial *f, const char *pre, size_t pre_len)
{
	const struct ost_apply_options *o = t->options;

	if (!f->is_moved && try_clean(t, f))
		return;
	if (pre && !(o && o->no_merge) && try_merge(t, f, pre, pre_len))
		return;
	if (f->is_moved && try_clean(t, f)) {
		f->applies = OST_APPLIES_MERGED;
		return;
	}
	if (!(o && o->no_fuzz) && try_fuzz(t, f))
		return;
	refuse(f, why_hunks(t, f));
}

static struct ost_err *find_moved(struct trial *t, struct ost_file_trial *f, const char *pre,
				  size_t pre_len)
{
	const struct ost_tree_entry *entry = NULL;

	if (t->options && t->options->no_moves)
		return NULL;
	if (!t->has_tree)
		ost_try(ost_tree_list(&t->tree, t->arena, t->repo, t->rev, NULL));
	t->has_tree = true;
	ost_try(ost_moved_find(&entry, t->repo, &t->tree, f->file, pre, pre_len));
	if (!entry)
		return NULL;
	f->is_moved = true;
	f->path = entry->path;
	return read_file(t, t->rev, f->path, &f->before, &f->before_len, &f->mode);
}

static struct ost_err *try_new(struct trial *t, struct ost_file_trial *f)
{
	const char *there;
	size_t len;
	uint32_t mode;

	ost_try(read_file(t, t->rev, f->path, &there, &len, &mode));
	f->before = "";
	if (f->file->is_binary)
		refuse(f, "a binary file cannot be made from the text of a patch");
	else if (!try_clean(t, f))
		refuse(f, "a new file whose hunk expects old lines");
	f->mode = f->file->new_mode;
	if (there) {
		bool same = f->text && f->len == len && !memcmp(f->text, there, len);

		f->before = there;
		f->before_len = len;
		refuse(f, same ? "the new file is there already, with the same content" :
			  "the new file is there already, with other content");
	}
	return NULL;
}

static struct ost_err *try_changed(struct trial *t, struct ost_file_trial *f)
{
	const char *pre;
	size_t pre_len;

	find_pre_image(t, f->file, &pre, &pre_len);
	if (!f->before)
		ost_try(find_moved(t, f, pre, pre_len));
	if (!f->before) {
		f->applies = OST_APPLIES_ABSENT;
		f->why = f->file->status == OST_FILE_DELETED ? "the file is gone already" :
			 "no such file there, nor one of its name with similar content";
		return NULL;
	}
	if (f->file->is_binary) {
		refuse(f, "a binary file cannot be changed by the text of a patch");
		return NULL;
	}
	try_all(t, f, pre, pre_len);
	if (f->file->status == OST_FILE_DELETED && f->text) {
		if (f->len)
			refuse(f, "it deletes the file, but lines would be left");
		else
			f->is_deleted = true;
		f->text = NULL;
	}
	return NULL;
}

/* A rename or copy must find its new name free; a rename leaves the old one. */
static struct ost_err *check_target(struct trial *t, struct ost_file_trial *f)
{
	struct ost_path_info info;

	if (f->applies == OST_APPLIES_ABSENT || !strcmp(f->file->old_path, f->file->new_path))
		return NULL;
	ost_try(ost_repo_path(t->repo, t->rev, f->file->new_path, &info));
	if (info.kind != OST_PATH_ABSENT)
		refuse(f, "its new name is taken already");
	else if (!f->is_moved)
		f->path = f->file->new_path;
	return NULL;
}

static struct ost_err *try_file(struct trial *t, uint32_t nr)
{
	struct ost_file_trial *f = &t->out->files[nr];
	const struct ost_file_trial *before;

	f->hunks = ost_arena_calloc(t->arena, f->file->nr_hunks + 1, sizeof(*f->hunks));
	if (f->file->status == OST_FILE_ADDED) {
		f->path = f->file->new_path;
		return try_new(t, f);
	}
	f->path = f->file->old_path;
	before = earlier(t, nr, f->path);
	if (before && before->text) {
		f->before = before->text;
		f->before_len = before->len;
		f->mode = before->mode;
	} else {
		ost_try(read_file(t, t->rev, f->path, &f->before, &f->before_len, &f->mode));
	}
	ost_try(try_changed(t, f));
	if (f->file->new_mode && f->text)
		f->mode = f->file->new_mode;
	return check_target(t, f);
}

/* All absent is absent; else an absent file is a conflict of the whole. */
static enum ost_applies judge(const struct ost_trial *out)
{
	enum ost_applies worst = OST_APPLIES_CLEAN;
	uint32_t i, nr_absent = 0, nr_old = 0;

	for (i = 0; i < out->nr_files; i++) {
		enum ost_applies a = out->files[i].applies;

		nr_old += out->files[i].file->status != OST_FILE_ADDED;
		nr_absent += a == OST_APPLIES_ABSENT;
		if (a == OST_APPLIES_ABSENT)
			a = OST_APPLIES_CONFLICT;
		if (a > worst)
			worst = a;
	}
	return nr_absent && nr_absent == nr_old ? OST_APPLIES_ABSENT : worst;
}

struct ost_err *ost_apply(struct ost_trial *ret_trial, struct ost_arena *arena,
			  struct ost_repo *repo, const struct ost_change *change,
			  const char *rev, const struct ost_apply_options *options)
{
	struct trial t = { .repo = repo, .arena = arena, .options = options, .out = ret_trial };
	char hex[OST_HEX_SIZE];
	uint32_t i;

	ost_try(ost_repo_resolve(repo, rev, hex));
	t.rev = hex;
	memset(ret_trial, 0, sizeof(*ret_trial));
	ret_trial->nr_files = change->nr_files;
	ret_trial->files = ost_arena_calloc(arena, change->nr_files + 1,
					    sizeof(*ret_trial->files));
	for (i = 0; i < change->nr_files; i++)
		ret_trial->files[i].file = &change->files[i];
	for (i = 0; i < change->nr_files; i++)
		ost_try(try_file(&t, i));
	ret_trial->applies = judge(ret_trial);
	return NULL;
}
