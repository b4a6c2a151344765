// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/objects.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/pool.h"
#include "git/internal.h"
#include "ostler/progress.h"

#define MAX_DEPTH 200

/* ---- listing a tree ---- */

struct entry_list {
	struct ost_tree_entry *items;
	size_t nr, cap;
};

struct missing_list {
	struct ost_missing *items;
	size_t nr, cap;
};

struct lister {
	struct ost_repo *repo;
	struct ost_arena *arena;
	const char *what;	/* for errors */
	struct ost_buf path;	/* of the folder that is read, with '/' at the end */
	struct entry_list entries;
	struct missing_list missing;
};

static void add_entry(struct lister *l, const char *path, uint32_t mode, const void *id)
{
	struct ost_tree_entry *e = ost_vec_push(&l->entries);

	e->path = path;
	e->mode = mode;
	memcpy(e->id.id, id, OST_OID_SIZE);
}

static char *join(struct lister *l, const struct ost_raw_entry *e)
{
	char *path = ost_arena_alloc(l->arena, l->path.len + e->name_len + 1);

	memcpy(path, l->path.ptr, l->path.len);
	memcpy(path + l->path.len, e->name, e->name_len);
	path[l->path.len + e->name_len] = '\0';
	return path;
}

static void add_missing(struct lister *l, const git_oid *tree, const char *why)
{
	struct ost_missing *m = ost_vec_push(&l->missing);
	size_t len = l->path.len ? l->path.len - 1 : 0;

	m->path = ost_arena_strndup(l->arena, l->path.ptr, len);
	git_oid_tostr(m->id, sizeof(m->id), tree);
	m->why = why;
}

static struct ost_err *list_tree(struct lister *l, const git_oid *tree, unsigned depth);

static struct ost_err *list_entry(struct lister *l, const struct ost_raw_entry *e, unsigned depth)
{
	size_t len = l->path.len;
	struct ost_err *err;
	git_oid oid;

	if (l->entries.nr >= OST_TREE_MAX_ENTRIES)
		return ost_err_create(OST_ERR_INPUT, l->what, NULL,
				      "has more than %u files", OST_TREE_MAX_ENTRIES);
	if ((e->mode & 0170000) != 0040000) {
		add_entry(l, join(l, e), e->mode, e->id);
		return NULL;
	}
	memcpy(oid.id, e->id, OST_OID_SIZE);
	ost_buf_add(&l->path, e->name, e->name_len);
	ost_buf_addch(&l->path, '/');
	err = list_tree(l, &oid, depth + 1);
	ost_buf_trim(&l->path, len);
	return err;
}

static struct ost_err *list_tree(struct lister *l, const git_oid *tree, unsigned depth)
{
	struct ost_err *err = NULL;
	struct ost_raw_entry e;
	git_odb_object *object;
	size_t pos = 0, len;
	int error;

	if (ost_interrupted())
		return ost_err_create(OST_ERR_INTERRUPTED, l->what, NULL, "interrupted");
	error = depth > MAX_DEPTH ? -1 : git_odb_read(&object, l->repo->odb, tree);
	if (error) {
		add_missing(l, tree, depth > MAX_DEPTH ? "nested too deeply" :
				     error == GIT_ENOTFOUND ? "missing" : "damaged");
		return NULL;
	}
	len = git_odb_object_size(object);
	while (!err && ost_git_tree_next(git_odb_object_data(object), len, &pos, &e))
		err = list_entry(l, &e, depth);
	if (!err && pos < len)
		add_missing(l, tree, "damaged: the rest of the folder cannot be read");
	git_odb_object_free(object);
	return err;
}

/* One folder or file that was asked for. */
static struct ost_err *list_path(struct lister *l, const char *rev, const char *path)
{
	struct ost_path_info info;
	git_oid oid;

	ost_try(ost_repo_path(l->repo, rev, path, &info));
	if (info.kind == OST_PATH_ABSENT)
		return NULL;
	git_oid_fromstr(&oid, info.id);
	ost_buf_clear(&l->path);
	ost_buf_addstr(&l->path, path);
	ost_buf_addch(&l->path, '/');
	if (info.kind == OST_PATH_DIR)
		return list_tree(l, &oid, 0);
	if (info.kind == OST_PATH_UNKNOWN)
		add_missing(l, &oid, "missing");
	else
		add_entry(l, ost_arena_strdup(l->arena, path), info.mode, oid.id);
	return NULL;
}

static void hand_over(struct lister *l, struct ost_tree_list *ret)
{
	ret->nr = l->entries.nr;
	ret->entries = ost_arena_calloc(l->arena, ret->nr + 1, sizeof(*ret->entries));
	if (ret->nr)
		memcpy(ret->entries, l->entries.items, ret->nr * sizeof(*ret->entries));
	ret->nr_missing = l->missing.nr;
	ret->missing = ost_arena_calloc(l->arena, ret->nr_missing + 1, sizeof(*ret->missing));
	if (ret->nr_missing)
		memcpy(ret->missing, l->missing.items, ret->nr_missing * sizeof(*ret->missing));
}

struct ost_err *ost_tree_list(struct ost_tree_list *ret_list, struct ost_arena *arena,
			      struct ost_repo *repo, const char *rev,
			      const char *const *paths)
{
	struct lister l = { .repo = repo, .arena = arena, .what = rev, .path = OST_BUF_INIT };
	struct ost_err *err;
	git_oid root;

	err = ost_git_tree_of(&root, repo, rev);
	if (!err && !paths)
		err = list_tree(&l, &root, 0);
	for (; !err && paths && *paths; paths++)
		err = list_path(&l, rev, *paths);
	if (!err)
		hand_over(&l, ret_list);
	ost_buf_deinit(&l.path);
	ost_vec_deinit(&l.entries);
	ost_vec_deinit(&l.missing);
	return err;
}

/* ---- many blobs ---- */

struct blob_reader {
	const struct ost_oid *ids;
	struct ost_repo **handles;	/* one a worker */
	ost_blob_fn fn;
	void *ctx;
};

static const char *why_not(int error)
{
	return error == GIT_ENOTFOUND ? "missing" : "damaged";
}

static bool read_one(void *ctx, size_t item, unsigned worker)
{
	struct blob_reader *r = ctx;
	git_odb *odb = r->handles[worker]->odb;
	git_odb_object *object = NULL;
	const char *why = NULL;
	git_oid oid;
	bool go_on;
	int error;

	memcpy(oid.id, r->ids[item].id, OST_OID_SIZE);
	error = git_odb_read(&object, odb, &oid);
	if (error)
		why = why_not(error);
	else if (git_odb_object_type(object) != GIT_OBJECT_BLOB)
		why = "not a file";
	else if (git_odb_object_size(object) > OST_BLOB_MAX)
		why = "too large";
	go_on = r->fn(r->ctx, item, worker, why ? NULL : git_odb_object_data(object),
		      why ? 0 : git_odb_object_size(object), why);
	git_odb_object_free(object);
	return go_on;
}

struct ost_err *ost_blobs_read(struct ost_repo *repo, unsigned nr_threads,
			       const struct ost_oid *ids, size_t nr,
			       ost_blob_fn fn, void *ctx)
{
	struct blob_reader r = { .ids = ids, .fn = fn, .ctx = ctx };
	struct ost_err *err = NULL;
	unsigned i;

	if (!nr_threads)
		nr_threads = ost_nr_cpus();
	r.handles = ost_calloc(nr_threads, sizeof(*r.handles));
	for (i = 0; i < nr_threads && !err; i++)
		err = ost_repo_dup(&r.handles[i], repo);
	if (!err)
		ost_pool_run(nr_threads, nr, 16, read_one, &r);
	if (!err && ost_interrupted())
		err = ost_err_create(OST_ERR_INTERRUPTED, "reading files", NULL, "interrupted");
	for (i = 0; i < nr_threads; i++)
		ost_repo_destroy(r.handles[i]);
	free(r.handles);
	return err;
}

/* How a path compares with "folder" + `next`, by its first bytes. */
static int cmp_below(const char *path, const char *folder, char next)
{
	size_t n = strlen(folder);
	int cmp = strncmp(path, folder, n);

	return cmp ? cmp : (int)(unsigned char)path[n] - (int)(unsigned char)next;
}

/* The first entry that does not sort before "folder" + `next`. */
static size_t first_from(const struct ost_tree_list *list, const char *folder, char next)
{
	size_t lo = 0, hi = list->nr, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (cmp_below(list->entries[mid].path, folder, next) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t ost_tree_under(const struct ost_tree_list *list, const char *folder, size_t *ret_end)
{
	*ret_end = *folder ? first_from(list, folder, '/' + 1) : list->nr;
	return *folder ? first_from(list, folder, '/') : 0;
}

const struct ost_tree_entry *ost_tree_find_entry(const struct ost_tree_list *list, const char *path)
{
	size_t lo = 0, hi = list->nr, mid;
	int cmp;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		cmp = strcmp(list->entries[mid].path, path);
		if (!cmp)
			return &list->entries[mid];
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

struct ost_err *ost_tree_read(struct ost_repo *repo, const struct ost_tree_entry *entry, struct ost_buf *ret_bytes)
{
	git_odb_object *object;
	git_oid oid;

	memcpy(oid.id, entry->id.id, OST_OID_SIZE);
	ost_try(ost_git_read(&object, repo, entry->path, &oid, GIT_OBJECT_BLOB));
	ost_buf_add(ret_bytes, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return NULL;
}
