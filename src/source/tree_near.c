// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tree_near.c - trees that are known by their list of files alone. What is made of a
 * whole tree is kept under the tree's key, which says nothing about what is in
 * it; with the list beside it, what was made of one release serves the next one.
 *
 * The lists are parts of the store, under the tree's key. Which trees have one is a
 * slot, newest first. Two processes that write it at once lose an entry, and the
 * tree of that entry is not found: nothing follows but time.
 */
#include <stdlib.h>

#include "source/facts_fingerprint.h"
#include "source/tree_priv.h"

#define LIST_KIND "list"
#define LIST_VERSION 1

/* A list: this, the entries in path order, and the paths behind each other, each with its NUL. */
struct list_head {
	uint32_t nr, path_bytes;
};
struct list_entry {
	struct ost_oid id;
	uint32_t has_facts;
};

/* The slot: keys of trees, newest first. */
struct known {
	struct ost_oid keys[OST_TREE_NEAR_MAX];
	size_t nr;
};

static void known_key(const char *kind, uint32_t version, struct ost_store_key *key)
{
	struct ost_oid id;
	OST_BUF b = OST_BUF_INIT;

	ost_buf_addf(&b, "%u %s", OST_FACTS_FINGERPRINT, kind);
	ost_blob_id(&id, b.ptr, b.len);
	*key = (struct ost_store_key){ .kind = OST_SK_TREES, .version = version };
	memcpy(key->id, id.id, sizeof(key->id));
}

static void load_known(struct ost_store *store, const struct ost_store_key *key, struct known *ret)
{
	struct ost_store_slot slot;

	ret->nr = 0;
	if (!ost_store_slot_get(store, key, &slot))
		return;
	ret->nr = slot.len / OST_OID_SIZE;
	if (ret->nr > OST_TREE_NEAR_MAX)
		ret->nr = OST_TREE_NEAR_MAX;
	for (size_t i = 0; i < ret->nr; i++)
		memcpy(ret->keys[i].id, (const char *)slot.ptr + i * OST_OID_SIZE, OST_OID_SIZE);
	ost_store_slot_end(&slot);
}

static void save_known(struct ost_store *store, const struct ost_store_key *key, const struct known *k)
{
	OST_BUF b = OST_BUF_INIT;

	for (size_t i = 0; i < k->nr; i++)
		ost_buf_add(&b, k->keys[i].id, OST_OID_SIZE);
	ost_store_slot_put(store, key, b.ptr, b.len);
}

static void drop_known(struct known *k, const struct ost_oid *key)
{
	size_t i, n = 0;

	for (i = 0; i < k->nr; i++)
		if (ost_oid_cmp(&k->keys[i], key))
			k->keys[n++] = k->keys[i];
	k->nr = n;
}

/* ---- lists --------------------------------------------------------------- */

static void save_list(const struct ost_tree_facts *t)
{
	struct list_head h = { .nr = t->nr_files };
	struct list_entry e;
	OST_BUF paths = OST_BUF_INIT;
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	ost_buf_add(&b, &h, sizeof(h));
	for (i = 0; i < t->nr_files; i++) {
		e = (struct list_entry){ t->files[i].id, !t->files[i].why };
		ost_buf_add(&b, &e, sizeof(e));
		ost_buf_add(&paths, t->files[i].path, strlen(t->files[i].path) + 1);
	}
	h.path_bytes = (uint32_t)paths.len;
	memcpy(b.ptr, &h, sizeof(h));
	ost_buf_add(&b, paths.ptr, paths.len);
	if (b.len <= OST_TREE_PART_MAX)
		ost_tree_part_put(t, &t->key, LIST_KIND, LIST_VERSION, 0, b.ptr, b.len);
}

/* The paths of a list into t; false when they do not hold together. */
static bool take_files(struct tree *t, const struct list_entry *entries, uint32_t nr, const char *paths, size_t len)
{
	struct ost_tree_file *files = ost_arena_calloc(&t->arena, (size_t)nr + 1, sizeof(*files));
	char *copy = ost_arena_alloc(&t->arena, len + 1);
	uint32_t i;

	memcpy(copy, paths, len);
	copy[len] = '\0';
	for (i = 0; i < nr && *copy; i++) {
		files[i] = (struct ost_tree_file){ .path = copy, .why = entries[i].has_facts ? NULL : "not read",
						   .id = entries[i].id };
		if (i && strcmp(files[i - 1].path, copy) >= 0)
			return false;
		copy += strlen(copy) + 1;
	}
	t->pub.files = files;
	t->pub.nr_files = nr;
	return i == nr && !*copy;
}

static struct tree *load_list(const struct ost_tree_facts *like, const struct ost_oid *key)
{
	const struct list_entry *entries;
	struct tree *t = ost_tree_create();
	OST_BUF b = OST_BUF_INIT;
	struct list_head h;

	t->store = ost_tree_store_share(((const struct tree *)like)->store);
	t->is_listed = true;
	if (ost_tree_part_get(like, key, LIST_KIND, LIST_VERSION, 0, &b) && b.len > sizeof(h)) {
		memcpy(&h, b.ptr, sizeof(h));
		entries = (const void *)(b.ptr + sizeof(h));
		if (h.nr <= OST_TREE_MAX_FILES && b.len == sizeof(h) + (uint64_t)h.nr * sizeof(*entries) + h.path_bytes &&
		    take_files(t, entries, h.nr, (const char *)(entries + h.nr), h.path_bytes)) {
			ost_tree_sum_up(t);
			if (!ost_oid_cmp(&t->pub.key, key))
				return t;
		}
	}
	ost_tree_facts_destroy(&t->pub);
	return NULL;
}

/* How many files are the same in both. */
static uint32_t in_common(const struct ost_tree_facts *a, const struct ost_tree_facts *b)
{
	uint32_t i = 0, k = 0, nr = 0;
	int cmp;

	while (i < a->nr_files && k < b->nr_files) {
		cmp = strcmp(a->files[i].path, b->files[k].path);
		nr += !cmp && !ost_oid_cmp(&a->files[i].id, &b->files[k].id);
		i += cmp <= 0;
		k += cmp >= 0;
	}
	return nr;
}

/* Its texts cannot be had again, so that all its facts must be there. */
static bool has_all_facts(struct tree *t)
{
	struct ost_store_key key;
	uint32_t i;

	for (i = 0; i < t->pub.nr_files; i++) {
		ost_tree_facts_key(&key, &t->pub.files[i].id);
		if (!t->pub.files[i].why && !ost_store_has(t->store, &key, NULL))
			return false;
	}
	return true;
}

/* ---- the interface -------------------------------------------------------- */

void ost_tree_remember(const struct ost_tree_facts *t, const char *kind, uint32_t version)
{
	struct ost_store *store = ((const struct tree *)t)->store;
	struct ost_store_key key;
	struct known k;

	if (((const struct tree *)t)->base || !ost_store_is_lasting(store))
		return;
	known_key(kind, version, &key);
	save_list(t);
	load_known(store, &key, &k);
	drop_known(&k, &t->key);
	if (k.nr == OST_TREE_NEAR_MAX)
		k.nr--;
	memmove(k.keys + 1, k.keys, k.nr * sizeof(*k.keys));
	k.keys[0] = t->key;
	k.nr++;
	save_known(store, &key, &k);
}

void ost_tree_forget(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind, uint32_t version)
{
	struct ost_store *store = ((const struct tree *)t)->store;
	struct ost_store_key key;
	struct known k;
	size_t before;

	known_key(kind, version, &key);
	load_known(store, &key, &k);
	before = k.nr;
	drop_known(&k, tree);
	if (k.nr != before)
		save_known(store, &key, &k);
}

struct ost_tree_facts *ost_tree_near(const struct ost_tree_facts *t, const char *kind, uint32_t version,
				     uint32_t *ret_common)
{
	struct ost_store *store = ((const struct tree *)t)->store;
	struct tree *best = NULL, *other;
	uint32_t most = t->nr_files / 2, nr;
	struct ost_store_key key;
	struct known k;

	*ret_common = 0;
	if (((const struct tree *)t)->base || !ost_store_is_lasting(store))
		return NULL;
	known_key(kind, version, &key);
	load_known(store, &key, &k);
	for (size_t i = 0; i < k.nr; i++) {
		other = ost_oid_cmp(&k.keys[i], &t->key) ? load_list(t, &k.keys[i]) : NULL;
		if (!other)
			continue;
		nr = in_common(t, &other->pub);
		if (nr > most && has_all_facts(other)) {
			struct tree *worse = best;

			best = other;
			other = worse;
			most = nr;
		}
		if (other)
			ost_tree_facts_destroy(&other->pub);
	}
	*ret_common = best ? most : 0;
	return best ? &best->pub : NULL;
}

bool ost_tree_has_lost(const struct ost_tree_facts *t)
{
	return atomic_load(&((struct tree *)t)->has_lost);
}
