// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where does a patch apply? The index lines of a diff name the blobs that it
 * was made from. The first candidate tree that has them all is where the
 * author stood, as far as these files go: line numbers, blame and functions
 * can then be read there without guessing. Candidates are tried in an order
 * that puts the likely ones first; each costs one path look-up a file.
 */
#include <string.h>

#include "base/buf.h"
#include "git/run.h"
#include "git/tags.h"
#include "review/input.h"
#include "review/shared.h"

/* Does an index line name the blob that it was made from? */
static bool is_named(const struct ost_file_change *f)
{
	return f->status != OST_FILE_ADDED && strlen(f->old_blob) >= 7;
}

static bool blob_matches(struct ost_repo *repo, const char *rev, const struct ost_file_change *f)
{
	struct ost_path_info info;
	struct ost_err *err = ost_repo_path(repo, rev, f->old_path, &info);

	if (err) {
		ost_err_destroy(err);
		return false;
	}
	return info.kind == OST_PATH_FILE && !strncmp(info.id, f->old_blob, strlen(f->old_blob));
}

/* True when every index line holds at rev, and there is one. */
static bool tree_matches(struct ost_repo *repo, const char *rev, const struct ost_change *c)
{
	uint32_t i, nr = 0;

	for (i = 0; i < c->nr_files; i++) {
		if (!is_named(&c->files[i]))
			continue;
		if (!blob_matches(repo, rev, &c->files[i]))
			return false;
		nr++;
	}
	return nr > 0;
}

static bool has_index_lines(const struct ost_change *c)
{
	uint32_t i;

	for (i = 0; i < c->nr_files; i++)
		if (is_named(&c->files[i]))
			return true;
	return false;
}

struct search {
	const struct ost_review_item *item;
	struct ost_repo *repo;
	struct ost_arena *arena;
	const char *base, *why;
};

/* Takes the candidate when it resolves and its blobs match. */
static bool try_rev(struct search *s, const char *rev, const char *why)
{
	char hex[OST_HEX_SIZE];
	struct ost_err *err;

	if (!rev || !*rev)
		return false;
	err = ost_repo_resolve(s->repo, rev, hex);
	if (err) {
		ost_err_destroy(err);
		return false;
	}
	if (!tree_matches(s->repo, hex, &s->item->change))
		return false;
	s->base = ost_arena_strdup(s->arena, hex);
	s->why = why;
	return true;
}

static struct ost_err *try_tags(struct search *s)
{
	const struct ost_change *c = &s->item->change;
	struct ost_tag_file *files = ost_arena_calloc(s->arena, c->nr_files + 1, sizeof(*files));
	const char *tag;
	char hex[OST_HEX_SIZE];
	uint32_t i, nr = 0;

	for (i = 0; i < c->nr_files; i++)
		if (is_named(&c->files[i]))
			files[nr++] = (struct ost_tag_file){ c->files[i].old_path, c->files[i].old_blob };
	ost_try(ost_tag_with_files(&tag, hex, s->repo, files, nr));
	if (!tag)
		return NULL;
	s->base = ost_arena_strdup(s->arena, hex);
	s->why = ost_arena_printf(s->arena, "the blobs of its index lines are those of %s", tag);
	return NULL;
}

/* ---- by the history of a blob ---- */

static bool try_commit(void *ctx, const char *piece, size_t len)
{
	struct search *s = ctx;
	const char *rev;

	if (len != OST_HEX_SIZE - 1)
		return true;
	/* the commit that brought the blob in, or took it away: then its parent has it */
	rev = ost_arena_strndup(s->arena, piece, len);
	if (try_rev(s, rev, "this commit has the blobs of its index lines"))
		return false;
	return !try_rev(s, ost_arena_printf(s->arena, "%s^", rev), "this commit has the blobs of its index lines");
}

/* The full id of a shortened blob; "" when it is ambiguous. */
static struct ost_err *full_blob(struct search *s, const char *hex, const char **ret)
{
	const char *const args[] = { "rev-parse", "--verify", "-q",
				     ost_arena_printf(s->arena, "%s^{blob}", hex), NULL };
	const struct ost_git_run run = { .args = args, .ok_status = 1 };
	OST_BUF out = OST_BUF_INIT;

	ost_try(ost_git_run(s->repo, &run, &out));
	*ret = out.len == OST_HEX_SIZE ? ost_arena_strndup(s->arena, out.ptr, OST_HEX_SIZE - 1) : "";
	return NULL;
}

/* One walk of the history of one file, from a revision or "--all". */
static struct ost_err *try_history_of(struct search *s, const char *from, const char *blob, const char *path)
{
	const char *args[] = { "log", from, "--format=%H", "--no-renames", "--max-count=50",
			       ost_arena_printf(s->arena, "--find-object=%s", blob), "--", path, NULL };
	const struct ost_git_run run = { .args = args };

	return ost_git_stream(s->repo, &run, '\n', try_commit, s);
}

/* The last resort. With thousands of refs all of them cost four times as much as HEAD. */
static struct ost_err *try_history(struct search *s, const char *head)
{
	const struct ost_change *c = &s->item->change;
	const struct ost_file_change *f = NULL;
	const char *hex;
	uint32_t i;

	for (i = 0; i < c->nr_files && !f; i++)
		if (is_named(&c->files[i]))
			f = &c->files[i];
	if (!f || !ost_repo_has_object(s->repo, f->old_blob))
		return NULL;
	ost_try(full_blob(s, f->old_blob, &hex));
	if (!*hex)
		return NULL;
	if (*head)
		ost_try(try_history_of(s, head, hex, f->old_path));
	return *s->base ? NULL : try_history_of(s, "--all", hex, f->old_path);
}

static struct ost_err *find_by_blobs(struct search *s, struct ost_review_shared *shared)
{
	const char *upstream = *s->item->upstream ? s->item->upstream : shared->options->upstream;
	size_t i;

	if (upstream && *upstream &&
	    try_rev(s, ost_arena_printf(s->arena, "%s^", upstream), "the parent of the upstream commit has the blobs of its index lines"))
		return NULL;
	if (try_rev(s, s->item->base_commit, "the mail names it as its base, and its blobs match"))
		return NULL;
	if (try_rev(s, shared->head, "the blobs of its index lines are those of HEAD"))
		return NULL;
	for (i = shared->nr_stable; i-- > 0;)
		if (try_rev(s, shared->stable[i].tip,
			    ost_arena_printf(s->arena, "the blobs of its index lines are those of %s", shared->stable[i].name)))
			return NULL;
	ost_try(try_tags(s));
	return *s->base ? NULL : try_history(s, shared->head);
}

static struct ost_err *base_of_patch(struct search *s, struct ost_review_shared *shared)
{
	if (shared->options->base) {
		char hex[OST_HEX_SIZE];

		ost_try(ost_repo_resolve(s->repo, shared->options->base, hex));
		s->base = ost_arena_strdup(s->arena, hex);
		s->why = "named by --base";
		return NULL;
	}
	if (has_index_lines(&s->item->change))
		ost_try(find_by_blobs(s, shared));
	if (*s->base)
		return NULL;
	s->base = shared->head;
	s->why = !*shared->head ? "the repository has no HEAD" :
		 has_index_lines(&s->item->change) ? "no tree found that has the blobs of its index lines; HEAD is taken" :
		 "it has no index lines; HEAD is taken";
	return NULL;
}

struct ost_err *ost_review_base_find(const struct ost_review_item *item, struct ost_arena *arena,
				     struct ost_review_shared *s, const char **ret_base,
				     const char **ret_why)
{
	struct search search = { .item = item, .repo = s->repo, .arena = arena, .base = "", .why = "" };

	if (*item->msg.commit) {
		*ret_base = item->parent;
		*ret_why = *item->parent ? "the parent of the commit" : "the commit has no parent here";
		return NULL;
	}
	ost_try(base_of_patch(&search, s));
	*ret_base = search.base;
	*ret_why = search.why;
	return NULL;
}
