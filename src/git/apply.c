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
	const struct ost_tree_list *tree;	/* of rev, borrowed when a file must be looked for, or NULL */
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

/* The file of the overlay, or NULL. */
static const struct ost_apply_overlay *find_overlay(const struct trial *t, const char *path)
{
	size_t i = t->options ? t->options->nr_overlay : 0;

	while (i-- > 0)
		if (!strcmp(t->options->overlay[i].path, path))
			return &t->options->overlay[i];
	return NULL;
}

/* A file at a revision, of a submodule its line; *ret_is_there is false when no such file is there. */
static struct ost_err *read_path(struct ost_repo *repo, const char *rev, const char *path, struct ost_buf *ret,
				 uint32_t *ret_mode, bool *ret_is_there)
{
	struct ost_path_info info;

	*ret_is_there = false;
	ost_try(ost_repo_path(repo, rev, path, &info));
	*ret_mode = info.mode;
	if (info.kind == OST_PATH_ABSENT || info.kind == OST_PATH_DIR)
		return NULL;
	if (info.kind == OST_PATH_SUBMODULE)
		ost_buf_addf(ret, "Subproject commit %s\n", info.id);
	else
		ost_try(ost_repo_read_path(repo, rev, path, ret));
	*ret_is_there = true;
	return NULL;
}

/* The branch's file into the arena, or that of the overlay; *ret_text is NULL when it is not there. */
static struct ost_err *read_file(struct trial *t, const char *path, const char **ret_text, size_t *ret_len, uint32_t *ret_mode)
{
	const struct ost_apply_overlay *over = find_overlay(t, path);
	OST_BUF b = OST_BUF_INIT;
	bool is_there;

	*ret_text = NULL;
	*ret_len = 0;
	if (over) {
		*ret_text = over->text;
		*ret_len = over->len;
		*ret_mode = over->mode;
		return NULL;
	}
	ost_try(read_path(t->repo, t->rev, path, &b, ret_mode, &is_there));
	if (!is_there)
		return NULL;
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

/* Can the text that the change was made on be had, by its blob or from the base? */
static bool read_pre_image(struct trial *t, const struct ost_file_change *file, struct ost_buf *ret)
{
	const char *base = t->options ? t->options->base : NULL;
	struct ost_err *err = NULL;
	bool is_there = false;
	uint32_t mode;

	if (*file->old_blob && ost_repo_has_object(t->repo, file->old_blob)) {
		err = ost_repo_read_blob(t->repo, file->old_blob, ret);
		is_there = !err;
	} else if (base) {
		err = read_path(t->repo, base, file->old_path, ret, &mode, &is_there);
	}
	ost_err_destroy(err);
	return is_there;
}

/* ---- the three ways ---- */

/* One way of one file: its result, or none. */
struct way {
	bool fits;
	const char *text;
	size_t len;
	struct ost_hunk_trial *hunks;
};

/* A merge and a trial with fuzz cost more than the rest, and are made when they are asked for. */
struct ways {
	struct way by[OST_APPLIES_FUZZ + 1];	/* clean, merged, fuzz */
	bool is_made[OST_APPLIES_FUZZ + 1];
};

static struct ost_hunk_trial *new_hunks(struct ost_arena *arena, const struct ost_file_change *file)
{
	return ost_arena_calloc(arena, file->nr_hunks + 1, sizeof(struct ost_hunk_trial));
}

static void put_in(struct ost_arena *arena, const struct ost_file_change *file, const char *text, size_t len,
		   bool is_fuzzy, struct way *ret)
{
	struct ost_image image = OST_VEC_INIT;

	ret->hunks = new_hunks(arena, file);
	ost_image_fill(&image, text, len);
	if (is_fuzzy)
		ret->fits = ost_image_apply_fuzzy(&image, arena, file, MAX_FUZZ, ret->hunks);
	else
		ret->fits = ost_image_apply(&image, arena, file, ret->hunks);
	if (ret->fits)
		ret->text = ost_image_text(&image, arena, &ret->len);
	ost_vec_deinit(&image);
}

static void merge_texts(struct trial *t, const struct ost_file_trial *f, const struct ost_buf *pre,
			const struct way *post, struct way *ret)
{
	git_merge_file_input ancestor = GIT_MERGE_FILE_INPUT_INIT;
	git_merge_file_input ours = GIT_MERGE_FILE_INPUT_INIT;
	git_merge_file_input theirs = GIT_MERGE_FILE_INPUT_INIT;
	git_merge_file_result result = { 0 };

	ancestor.ptr = pre->ptr;
	ancestor.size = pre->len;
	ours.ptr = f->before;
	ours.size = f->before_len;
	theirs.ptr = post->text;
	theirs.size = post->len;
	if (!git_merge_file(&result, &ancestor, &ours, &theirs, NULL) && result.automergeable) {
		char *text = ost_arena_alloc(t->arena, result.len + 1);

		if (result.len)
			memcpy(text, result.ptr, result.len);
		text[result.len] = '\0';
		ret->fits = true;
		ret->text = text;
		ret->len = result.len;
	}
	git_merge_file_result_free(&result);
}

/*
 * Merges the branch's text and the post-image over the pre-image; false when
 * there is none. The post-image is made beside, and only the result is kept.
 */
static bool merge(struct trial *t, const struct ost_file_trial *f, struct way *ret)
{
	OST_BUF pre = OST_BUF_INIT;
	struct ost_arena beside;
	struct way post = { 0 };

	if (!read_pre_image(t, f->file, &pre))
		return false;
	ost_arena_init(&beside);
	put_in(&beside, f->file, pre.ptr, pre.len, false, &post);
	if (post.fits && pre.len <= MAX_MERGE && f->before_len <= MAX_MERGE && post.len <= MAX_MERGE)
		merge_texts(t, f, &pre, &post, ret);
	ost_arena_deinit(&beside);
	return true;
}

/* A deletion leaves nothing; it merges only when the branch's file is the very one that was deleted. */
static void check_deletion(struct ost_file_trial *f, struct way *way)
{
	if (way->fits && way->len)
		f->why = "it deletes the file, but lines would be left";
	way->fits &= !way->len;
}

static void make_way(struct trial *t, struct ost_file_trial *f, struct ways *w, enum ost_applies kind)
{
	const struct ost_apply_options *o = t->options;
	bool is_deletion = f->file->status == OST_FILE_DELETED;
	bool is_left_out = o && (kind == OST_APPLIES_MERGED ? o->no_merge : kind == OST_APPLIES_FUZZ && o->no_fuzz);
	struct way *way = &w->by[kind];

	w->is_made[kind] = true;
	if (is_left_out || (kind == OST_APPLIES_MERGED && !is_deletion && merge(t, f, way)))
		return;
	put_in(t->arena, f->file, f->before, f->before_len, kind == OST_APPLIES_FUZZ, way);
	if (is_deletion)
		check_deletion(f, way);
	if (kind == OST_APPLIES_CLEAN && f->is_moved)
		way->fits = false;
}

static bool fits(struct trial *t, struct ost_file_trial *f, struct ways *w, enum ost_applies kind)
{
	if (!w->is_made[kind])
		make_way(t, f, w, kind);
	return w->by[kind].fits;
}

/* What has been found without them: no way is made any more. */
static void end_ways(struct ways *w, bool may_fit)
{
	int i;

	for (i = OST_APPLIES_CLEAN; i <= OST_APPLIES_FUZZ; i++) {
		w->is_made[i] = true;
		w->by[i].fits &= may_fit;
	}
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

static struct ost_err *find_moved(struct trial *t, struct ost_file_trial *f)
{
	const struct ost_tree_entry *entry = NULL;
	OST_BUF pre = OST_BUF_INIT;
	bool has_pre;

	if (t->options && t->options->no_moves)
		return NULL;
	if (!t->tree)
		ost_try(ost_tree_borrow(&t->tree, t->repo, t->rev));
	has_pre = read_pre_image(t, f->file, &pre);
	ost_try(ost_moved_find(&entry, t->repo, t->tree, f->file, has_pre ? pre.ptr : NULL, pre.len));
	if (!entry)
		return NULL;
	f->is_moved = true;
	f->path = ost_arena_strdup(t->arena, entry->path);
	return read_file(t, f->path, &f->before, &f->before_len, &f->mode);
}

static struct ost_err *try_new(struct trial *t, struct ost_file_trial *f, struct ways *w)
{
	struct way *clean = &w->by[OST_APPLIES_CLEAN];
	const char *there;
	size_t len;
	uint32_t mode;

	ost_try(read_file(t, f->path, &there, &len, &mode));
	f->mode = f->file->new_mode;
	f->before = "";
	if (f->file->is_binary) {
		f->why = "a binary file cannot be made from the text of a patch";
		end_ways(w, false);
		return NULL;
	}
	put_in(t->arena, f->file, "", 0, false, clean);
	w->by[OST_APPLIES_MERGED] = w->by[OST_APPLIES_FUZZ] = *clean;
	end_ways(w, true);
	if (!there)
		return NULL;
	f->before = there;
	f->before_len = len;
	if (clean->fits && clean->len == len && !memcmp(clean->text, there, len)) {
		f->why = "the new file is there already, with the same content";
	} else {
		f->why = "the new file is there already, with other content";
		w->by[OST_APPLIES_MERGED].fits = false;
	}
	if (t->options && t->options->no_merge)
		w->by[OST_APPLIES_MERGED].fits = false;
	w->by[OST_APPLIES_CLEAN].fits = w->by[OST_APPLIES_FUZZ].fits = false;
	return NULL;
}

static struct ost_err *try_changed(struct trial *t, struct ost_file_trial *f, struct ways *w)
{
	if (!f->before)
		ost_try(find_moved(t, f));
	if (!f->before) {
		f->applies = OST_APPLIES_ABSENT;
		f->why = f->file->status == OST_FILE_DELETED ? "the file is gone already" :
			 "no such file there, nor one of its name with similar content";
		end_ways(w, false);
		return NULL;
	}
	if (f->file->is_binary && strcmp(f->file->old_blob, f->file->new_blob) != 0) {
		f->why = "a binary file cannot be changed by the text of a patch";
		end_ways(w, false);
	}
	return NULL;
}

/* A rename or copy must find its new name free; a rename leaves the old one. */
static struct ost_err *check_target(struct trial *t, struct ost_file_trial *f, struct ways *w)
{
	struct ost_path_info info;

	if (f->applies == OST_APPLIES_ABSENT || !strcmp(f->file->old_path, f->file->new_path))
		return NULL;
	ost_try(ost_repo_path(t->repo, t->rev, f->file->new_path, &info));
	if (info.kind == OST_PATH_ABSENT) {
		if (!f->is_moved)
			f->path = f->file->new_path;
		return NULL;
	}
	f->why = "its new name is taken already";
	end_ways(w, false);
	return NULL;
}

/* The first way that fits, or the conflict. */
static enum ost_applies best_way(struct trial *t, struct ost_file_trial *f, struct ways *w)
{
	int i;

	if (f->applies == OST_APPLIES_ABSENT)
		return OST_APPLIES_ABSENT;
	for (i = OST_APPLIES_CLEAN; i <= OST_APPLIES_FUZZ; i++)
		if (fits(t, f, w, i))
			return i;
	return OST_APPLIES_CONFLICT;
}

static struct ost_err *try_file(struct trial *t, uint32_t nr, struct ways *w)
{
	struct ost_file_trial *f = &t->out->files[nr];
	const struct ost_file_trial *before;

	f->hunks = new_hunks(t->arena, f->file);
	f->applies = OST_APPLIES_CONFLICT;
	if (f->file->status == OST_FILE_ADDED) {
		f->path = f->file->new_path;
		return try_new(t, f, w);
	}
	f->path = f->file->old_path;
	before = earlier(t, nr, f->path);
	if (before && before->text) {
		f->before = before->text;
		f->before_len = before->len;
		f->mode = before->mode;
	} else {
		ost_try(read_file(t, f->path, &f->before, &f->before_len, &f->mode));
	}
	ost_try(try_changed(t, f, w));
	return check_target(t, f, w);
}

/* Takes over the result of one way; `applies` is what is said of the file. */
static void settle(struct trial *t, struct ost_file_trial *f, struct ways *w, enum ost_applies way)
{
	const struct way *fuzz = &w->by[OST_APPLIES_FUZZ];

	f->applies = best_way(t, f, w);
	if (way <= OST_APPLIES_FUZZ && fits(t, f, w, way)) {
		if (w->by[way].hunks)
			f->hunks = w->by[way].hunks;
		f->text = w->by[way].text;
		f->len = w->by[way].len;
		f->is_deleted = f->file->status == OST_FILE_DELETED;
		if (f->is_deleted)
			f->text = NULL;
		if (f->file->new_mode)
			f->mode = f->file->new_mode;
		return;
	}
	f->text = NULL;
	if (f->applies == OST_APPLIES_ABSENT || f->why)
		return;
	f->hunks = fuzz->hunks ? fuzz->hunks : w->by[OST_APPLIES_CLEAN].hunks;
	refuse(f, why_hunks(t, f));
}

/* ---- the whole ---- */

/* Asked first are the files about which it is known already. */
static bool all_fit(struct trial *t, struct ways *ways, enum ost_applies way)
{
	struct ost_trial *out = t->out;
	uint32_t i;

	for (i = 0; i < out->nr_files; i++)
		if (ways[i].is_made[way] && !ways[i].by[way].fits)
			return false;
	for (i = 0; i < out->nr_files; i++)
		if (!fits(t, &out->files[i], &ways[i], way))
			return false;
	return true;
}

/*
 * The first way that fits all files, as git and patch take a whole change or
 * nothing. Where every file fits by some way but none by all of them, it is
 * a conflict that says so; all changed files absent is absent.
 */
static enum ost_applies judge(struct trial *t, struct ways *ways)
{
	struct ost_trial *out = t->out;
	uint32_t i, nr_absent = 0, nr_conflict = 0, nr_old = 0;
	int way;

	for (way = OST_APPLIES_CLEAN; way <= OST_APPLIES_FUZZ; way++)
		if (all_fit(t, ways, way))
			return way;
	for (i = 0; i < out->nr_files; i++) {
		enum ost_applies best = best_way(t, &out->files[i], &ways[i]);

		nr_old += out->files[i].file->status != OST_FILE_ADDED;
		nr_absent += best == OST_APPLIES_ABSENT;
		nr_conflict += best == OST_APPLIES_CONFLICT;
	}
	if (nr_absent && nr_absent == nr_old)
		return OST_APPLIES_ABSENT;
	if (!nr_absent && !nr_conflict)
		out->why = "some files fit only by a three-way merge, others only with reduced context";
	return OST_APPLIES_CONFLICT;
}

static struct ost_err *try_all(struct trial *t, struct ways *ways)
{
	struct ost_trial *out = t->out;
	enum ost_applies way;
	uint32_t i;

	for (i = 0; i < out->nr_files; i++) {
		struct ost_file_trial *f = &out->files[i];

		ost_try(try_file(t, i, &ways[i]));
		way = best_way(t, f, &ways[i]);
		if (way <= OST_APPLIES_FUZZ) {	/* for a later part that changes the same file */
			f->text = ways[i].by[way].text;
			f->len = ways[i].by[way].len;
		}
	}
	out->applies = judge(t, ways);
	for (i = 0; i < out->nr_files; i++) {
		way = out->applies <= OST_APPLIES_FUZZ ? out->applies :
		      best_way(t, &out->files[i], &ways[i]);
		settle(t, &out->files[i], &ways[i], way);
	}
	return NULL;
}

struct ost_err *ost_apply(struct ost_trial *ret_trial, struct ost_arena *arena,
			  struct ost_repo *repo, const struct ost_change *change,
			  const char *rev, const struct ost_apply_options *options)
{
	struct trial t = { .repo = repo, .arena = arena, .options = options, .out = ret_trial };
	struct ways *ways = ost_arena_calloc(arena, change->nr_files + 1, sizeof(*ways));
	char hex[OST_HEX_SIZE];
	struct ost_err *err;
	uint32_t i;

	ost_try(ost_repo_resolve(repo, rev, hex));
	t.rev = hex;
	memset(ret_trial, 0, sizeof(*ret_trial));
	ret_trial->nr_files = change->nr_files;
	ret_trial->files = ost_arena_calloc(arena, change->nr_files + 1,
					    sizeof(*ret_trial->files));
	for (i = 0; i < change->nr_files; i++)
		ret_trial->files[i].file = &change->files[i];
	err = try_all(&t, ways);
	ost_tree_return(t.tree);
	if (err)
		return err;
	/* git and patch refuse such a text as a whole; what each file would become is kept */
	if (change->is_truncated && ret_trial->applies <= OST_APPLIES_FUZZ) {
		ret_trial->applies = OST_APPLIES_CONFLICT;
		ret_trial->why = "a hunk of the patch ends before its line counts are met";
	}
	return NULL;
}
