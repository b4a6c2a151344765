// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tree_git.c - a revision of a git repository as a tree. Blob ids come with
 * the tree, so only blobs that the store has never seen are read, each once.
 * The list of files of a tree is a slot of the store, under the tree's id.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "git/objects.h"
#include "ostler/progress.h"
#include "source/tree_priv.h"

/*
 * The slot: a count, so many records in path order, and the paths behind
 * each other, each with its NUL. A tree with folders missing has no slot.
 */
struct file_record {
	struct ost_oid id;
	uint32_t path;		/* offset into the paths */
};

static void add_item(struct tree *t, const char *path, const struct ost_oid *id, const char *why)
{
	struct tree_item *item = ost_vec_push(&t->items);

	item->path = ost_arena_strdup(&t->arena, path);
	item->why = why;
	item->id = *id;
	item->has_id = true;
}

static void files_key(const struct ost_oid *tree_id, struct ost_store_key *key)
{
	*key = (struct ost_store_key){ .kind = OST_SK_FILES, .version = TREE_FILES_VERSION };
	memcpy(key->id, tree_id->id, sizeof(key->id));
}

static void files_save(struct tree *t, const struct ost_oid *tree_id)
{
	struct ost_store_key key;
	OST_BUF records = OST_BUF_INIT;
	OST_BUF paths = OST_BUF_INIT;
	uint64_t nr = t->items.nr;
	size_t i;

	ost_buf_add(&records, &nr, sizeof(nr));
	for (i = 0; i < t->items.nr; i++) {
		struct file_record r = { t->items.items[i].id, (uint32_t)paths.len };

		ost_buf_add(&records, &r, sizeof(r));
		ost_buf_add(&paths, t->items.items[i].path, strlen(t->items.items[i].path) + 1);
	}
	ost_buf_add(&records, paths.ptr, paths.len);
	files_key(tree_id, &key);
	ost_store_slot_put(t->store, &key, records.ptr, records.len);
}

/* False when there is no slot, or one that does not hold together. */
static bool files_load(struct tree *t, const struct ost_oid *tree_id)
{
	const struct file_record *records;
	struct ost_store_slot slot;
	struct ost_store_key key;
	const char *paths;
	uint64_t nr, i, len;
	bool ok = false;

	files_key(tree_id, &key);
	if (!ost_store_slot_get(t->store, &key, &slot))
		return false;
	nr = 0;
	if (slot.len > sizeof(nr))
		memcpy(&nr, slot.ptr, sizeof(nr));
	records = (const void *)((const char *)slot.ptr + sizeof(nr));
	if (nr && nr <= (slot.len - sizeof(nr)) / sizeof(*records)) {
		paths = (const char *)(records + nr);
		len = slot.len - (uint64_t)(paths - (const char *)slot.ptr);
		ok = len && !paths[len - 1];
		for (i = 0; i < nr && ok; i++)
			ok = records[i].path < len;
		for (i = 0; i < nr && ok; i++)
			add_item(t, paths + records[i].path, &records[i].id, NULL);
	}
	ost_store_slot_end(&slot);
	return ok;
}

static bool is_file(uint32_t mode)
{
	return (mode & 0170000) == 0100000;
}

static struct ost_err *list(struct tree *t, const char *rev, const struct ost_oid *tree_id)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_tree_list files = { 0 };
	struct ost_err *err = ost_tree_list(&files, &arena, t->repo, rev, NULL);
	struct ost_oid id = { { 0 } };
	size_t i;

	for (i = 0; i < files.nr && !err; i++)
		if (is_file(files.entries[i].mode) && ost_tree_wants(files.entries[i].path))
			add_item(t, files.entries[i].path, &files.entries[i].id, NULL);
	if (!err && t->items.nr > OST_TREE_MAX_FILES)
		err = ost_err_create(OST_ERR_INPUT, rev, NULL, "more than %d files",
				     OST_TREE_MAX_FILES);
	if (!err && !files.nr_missing && t->items.nr)
		files_save(t, tree_id);
	for (i = 0; i < files.nr_missing && !err; i++) {
		ost_oid_from_hex(&id, files.missing[i].id);
		add_item(t, ost_arena_printf(&arena, "%s/", files.missing[i].path), &id,
			 ost_arena_printf(&t->arena, "folder %s", files.missing[i].why));
	}
	ost_arena_deinit(&arena);
	return err;
}

/* Items sorted by blob id: those with the same blob stand together. */
struct by_blob {
	struct ost_oid id;
	uint32_t item;
};

static int by_id_then_item(const void *a, const void *b)
{
	const struct by_blob *x = a, *y = b;
	int cmp = ost_oid_cmp(&x->id, &y->id);

	return cmp ? cmp : x->item < y->item ? -1 : x->item > y->item;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

struct reading {
	struct tree *t;
	struct tree_makers makers;
	OST_VEC(struct by_blob) unknown;
	OST_VEC(uint32_t) items;	/* the first item of each unknown blob, in path order */
	OST_VEC(struct ost_oid) ids;	/* of these */
	atomic_size_t nr_done;
};

static bool read_one(void *ctx, size_t n, unsigned worker, const char *data, size_t len,
		     const char *why)
{
	struct reading *r = ctx;
	struct tree_item *item = &r->t->items.items[r->items.items[n]];
	char *copy;

	if (data) {
		ost_tree_item_make(r->t, item, &r->makers.m[worker], data, len);
	} else {
		pthread_mutex_lock(&r->t->repo_lock);
		copy = ost_arena_printf(&r->t->arena, "object %s", why ? why : "cannot be read");
		pthread_mutex_unlock(&r->t->repo_lock);
		item->why = copy;
	}
	ost_progress("reading", atomic_fetch_add(&r->nr_done, 1) + 1, r->items.nr);
	return true;
}

static bool is_first(const struct reading *r, size_t i)
{
	return !i || ost_oid_cmp(&r->unknown.items[i - 1].id, &r->unknown.items[i].id);
}

static void find_unknown(struct reading *r)
{
	struct tree *t = r->t;
	struct by_blob *b;
	size_t i;

	for (i = 0; i < t->items.nr; i++) {
		if (t->items.items[i].why || ost_tree_item_known(t, &t->items.items[i]))
			continue;
		b = ost_vec_push(&r->unknown);
		b->id = t->items.items[i].id;
		b->item = (uint32_t)i;
	}
	if (!r->unknown.nr)
		return;
	qsort(r->unknown.items, r->unknown.nr, sizeof(*b), by_id_then_item);
	for (i = 0; i < r->unknown.nr; i++)
		if (is_first(r, i))
			ost_vec_add(&r->items, r->unknown.items[i].item);
	qsort(r->items.items, r->items.nr, sizeof(uint32_t), by_number);
	for (i = 0; i < r->items.nr; i++)
		ost_vec_add(&r->ids, t->items.items[r->items.items[i]].id);
}

/* What was found out about a blob goes to all files that have it. */
static void share_among_equal(struct reading *r)
{
	const struct tree_item *first = NULL;
	struct tree_item *item;
	const char *path;
	size_t i;

	for (i = 0; i < r->unknown.nr; i++) {
		item = &r->t->items.items[r->unknown.items[i].item];
		if (is_first(r, i)) {
			first = item;
			continue;
		}
		path = item->path;
		*item = *first;
		item->path = path;
	}
}

static struct ost_err *read_unknown(struct tree *t, unsigned jobs)
{
	struct reading r = { .t = t };
	struct ost_err *err = NULL;

	find_unknown(&r);
	if (r.items.nr) {
		ost_tree_makers_init(&r.makers, jobs);
		err = ost_blobs_read(t->repo, r.makers.nr, r.ids.items, r.ids.nr, read_one, &r);
		ost_tree_makers_deinit(&r.makers);
		share_among_equal(&r);
	}
	ost_vec_deinit(&r.unknown);
	ost_vec_deinit(&r.items);
	ost_vec_deinit(&r.ids);
	return err;
}

/* The tree object to read; *ret_is_there false: the folder does not exist. */
static struct ost_err *find_root(struct tree *t, const struct ost_source *src,
				 struct ost_oid *ret_id, bool *ret_is_there)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_path_info info;
	struct ost_commit commit;
	struct ost_err *err = ost_commit_read(&commit, &arena, t->repo, src->rev);
	bool is_there = true, ok = false;

	if (!err && src->under) {
		err = ost_repo_path(t->repo, commit.id, src->under, &info);
		is_there = !err && info.kind == OST_PATH_DIR;
		ok = is_there && ost_oid_from_hex(ret_id, info.id);
	} else if (!err) {
		ok = ost_oid_from_hex(ret_id, commit.tree);
	}
	if (!err && is_there && !ok)
		err = ost_err_create(OST_ERR_INPUT, src->rev, NULL, "its commit names no tree");
	*ret_is_there = is_there;
	ost_arena_deinit(&arena);
	return err;
}

static bool is_at_or_under(const char *path, const char *top)
{
	size_t n = strlen(top);

	return !strncmp(path, top, n) && (!path[n] || path[n] == '/');
}

/* Leaves the items of a slice. */
static void keep_only(struct tree *t, const struct ost_source *src)
{
	size_t i, k, nr = 0;

	for (i = 0; src->only && i < t->items.nr; i++) {
		for (k = 0; k < src->nr_only && !is_at_or_under(t->items.items[i].path, src->only[k]); k++)
			;
		if (k < src->nr_only)
			t->items.items[nr++] = t->items.items[i];
	}
	if (src->only) {
		t->pub.is_slice = nr < t->items.nr;
		t->items.nr = nr;
	}
}

struct ost_err *ost_tree_read_git(struct tree *t, const struct ost_source *src, unsigned jobs)
{
	char hex[OST_HEX_SIZE];
	struct ost_oid id;
	bool is_there;

	ost_try(ost_repo_open(&t->repo, src->repo));
	ost_try(find_root(t, src, &id, &is_there));
	if (!is_there)
		return NULL;
	ost_oid_to_hex(hex, &id);
	t->rev = src->under ? NULL : ost_arena_strdup(&t->arena, hex);
	if (!files_load(t, &id))
		ost_try(list(t, hex, &id));
	keep_only(t, src);
	return read_unknown(t, jobs);
}
