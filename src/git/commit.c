// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * commit.c - the change of a commit, by `git diff-tree` and our own parser.
 *
 * git computes the lines: its diff, rename detection and heuristics are what
 * everybody compares with, and one process costs 3-10 ms (docs/design/git.md).
 */
#include "git/commit.h"

#include <stdio.h>

#include "git/run.h"

#define EMPTY_TREE "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

struct arg_list {
	const char **items;
	size_t nr, cap;
};

/* from NULL: pairs come from standard input. */
static void make_args(struct arg_list *args, char *context, size_t context_size,
		      const char *from, const char *to, const struct ost_diff_options *o)
{
	static const char *const fixed[] = {
		"diff-tree", "-r", "-p", "--full-index", "--no-ext-diff", "--no-textconv",
		"--no-color", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short",
		"--ignore-submodules=none", "--no-relative", "-l1000",
	};
	const char *const *path;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(fixed); i++)
		ost_vec_add(args, fixed[i]);
	snprintf(context, context_size, "-U%u", o && o->context ? o->context : 3);
	ost_vec_add(args, context);
	ost_vec_add(args, o && o->find_copies ? "-C" : "-M");
	if (from) {
		ost_vec_add(args, from);
		ost_vec_add(args, to);
	} else {
		ost_vec_add(args, "--stdin");
		ost_vec_add(args, "--always");
		ost_vec_add(args, "--root");
	}
	ost_vec_add(args, "--");
	for (path = o ? o->paths : NULL; path && *path; path++)
		ost_vec_add(args, *path);
	ost_vec_add(args, NULL);
}

/* git's own rule: a NUL in the first 8,000 bytes. What cannot be read is no matter here. */
static bool is_binary_blob(struct ost_repo *repo, const char *hex)
{
	OST_BUF b = OST_BUF_INIT;

	ost_err_destroy(ost_repo_read_blob(repo, hex, &b));
	return memchr(b.ptr, '\0', b.len < 8000 ? b.len : 8000) != NULL;
}

/* Renames, copies and mode changes without an edit have no index line, nor a word about being binary. */
static struct ost_err *fill_blobs(struct ost_change *c, struct ost_arena *arena,
				  struct ost_repo *repo, const char *from, const char *to)
{
	struct ost_path_info info;
	uint32_t i;

	for (i = 0; i < c->nr_files; i++) {
		struct ost_file_change *f = &c->files[i];

		if (*f->old_blob || *f->new_blob || f->nr_hunks)
			continue;
		ost_try(ost_repo_path(repo, from, f->old_path, &info));
		f->old_blob = ost_arena_strdup(arena, info.id);
		f->old_mode = info.mode;
		ost_try(ost_repo_path(repo, to, f->new_path, &info));
		f->new_blob = ost_arena_strdup(arena, info.id);
		f->new_mode = info.mode;
		if (info.kind == OST_PATH_FILE)
			f->is_binary = is_binary_blob(repo, f->new_blob);
	}
	return NULL;
}

/* from and to: full hex names of commits or trees. */
static struct ost_err *diff(struct ost_change *ret_change, struct ost_arena *arena,
			    struct ost_repo *repo, const char *from, const char *to,
			    const char *name, const struct ost_diff_options *options)
{
	struct arg_list args = OST_VEC_INIT;
	struct ost_git_run run = { .max = (size_t)2 << 30 };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err;
	char context[16];

	make_args(&args, context, sizeof(context), from, to, options);
	run.args = args.items;
	err = ost_git_run(repo, &run, &out);
	ost_vec_deinit(&args);
	if (!err)
		err = ost_change_parse(ret_change, arena, name, out.ptr, out.len);
	if (!err && strcmp(from, EMPTY_TREE))
		err = fill_blobs(ret_change, arena, repo, from, to);
	return err;
}

static struct ost_err *no_parent(struct ost_repo *repo, const char *rev, const char *id)
{
	return ost_err_create(OST_ERR_INPUT, rev, ost_repo_missing_remedy(repo),
			      "the parent of commit %s is not here: its change is not known", id);
}

struct ost_err *ost_change_from_commit(struct ost_change *ret_change, struct ost_arena *arena,
				       struct ost_repo *repo, const char *rev,
				       const struct ost_diff_options *options)
{
	struct ost_commit c;

	ost_try(ost_commit_read(&c, arena, repo, rev));
	if (c.is_boundary)
		return no_parent(repo, rev, c.id);
	return diff(ret_change, arena, repo, c.nr_parents ? c.parents[0] : EMPTY_TREE, c.id, rev,
		    options);
}

struct ost_err *ost_change_between(struct ost_change *ret_change, struct ost_arena *arena,
				   struct ost_repo *repo, const char *from, const char *to,
				   const struct ost_diff_options *options)
{
	char from_hex[OST_HEX_SIZE], to_hex[OST_HEX_SIZE];
	char *name = ost_arena_printf(arena, "%s..%s", from, to);

	ost_try(ost_repo_resolve(repo, from, from_hex));
	ost_try(ost_repo_resolve(repo, to, to_hex));
	return diff(ret_change, arena, repo, from_hex, to_hex, name, options);
}

/* ---- many ---- */

struct batch {
	struct ost_change *changes;
	struct ost_arena *arena;
	struct ost_repo *repo;
	struct ost_commit *commits;
	size_t nr;
};

/* "commit parent" lines: git compares with the given parent, a root with nothing. */
static struct ost_err *list_pairs(struct batch *b, const char *const *ids, struct ost_buf *ret)
{
	size_t i;

	for (i = 0; i < b->nr; i++) {
		struct ost_commit *c = &b->commits[i];

		ost_try(ost_commit_read(c, b->arena, b->repo, ids[i]));
		if (c->is_boundary)
			return no_parent(b->repo, ids[i], c->id);
		ost_buf_addf(ret, "%s%s%s\n", c->id, c->nr_parents ? " " : "",
			     c->nr_parents ? c->parents[0] : "");
	}
	return NULL;
}

/* Where the line that is just this id begins, at or after p; NULL when it is not there. */
static const char *find_id(const char *p, const char *end, const char *id)
{
	const char *start = p, *hit;

	while ((hit = memmem(p, (size_t)(end - p), id, 40))) {
		if ((hit == start || hit[-1] == '\n') && hit + 40 < end && hit[40] == '\n')
			return hit;
		p = hit + 1;
	}
	return NULL;
}

/* Each commit's text is behind the line with its id; no line of a diff is a bare id. */
static struct ost_err *cut_batch(struct batch *b, const struct ost_buf *out)
{
	const char *p = out->ptr, *end = p + out->len, *next;
	size_t i;

	p = b->nr ? find_id(p, end, b->commits[0].id) : NULL;
	for (i = 0; i < b->nr; i++) {
		const struct ost_commit *c = &b->commits[i];

		if (!p)
			return ost_err_create(OST_ERR_INPUT, c->id, NULL, "git diff-tree left it out");
		p += 41;
		next = i + 1 < b->nr ? find_id(p, end, b->commits[i + 1].id) : end;
		ost_try(ost_change_parse(&b->changes[i], b->arena, c->id, p,
					 (size_t)((next ? next : end) - p)));
		if (c->nr_parents)
			ost_try(fill_blobs(&b->changes[i], b->arena, b->repo, c->parents[0], c->id));
		p = next;
	}
	return NULL;
}

struct ost_err *ost_changes_from_commits(struct ost_change *ret_changes, struct ost_arena *arena,
					 struct ost_repo *repo, const char *const *ids, size_t nr,
					 const struct ost_diff_options *options)
{
	struct batch b = { .changes = ret_changes, .arena = arena, .repo = repo, .nr = nr };
	struct ost_git_run run = { .max = (size_t)2 << 30 };
	OST_BUF in = OST_BUF_INIT, out = OST_BUF_INIT;
	struct arg_list args = OST_VEC_INIT;
	struct ost_err *err;
	char context[16];

	if (!nr)
		return NULL;
	b.commits = ost_arena_calloc(arena, nr, sizeof(*b.commits));
	ost_try(list_pairs(&b, ids, &in));
	make_args(&args, context, sizeof(context), NULL, NULL, options);
	run.args = args.items;
	run.in = in.ptr;
	run.in_len = in.len;
	err = ost_git_run(repo, &run, &out);
	ost_vec_deinit(&args);
	return err ? err : cut_batch(&b, &out);
}
