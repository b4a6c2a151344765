// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tree_store.c - the stores of one process, and what trees keep in them.
 */
#include <stdlib.h>

#include "source/facts_fingerprint.h"
#include "source/facts_pack.h"
#include "source/tree_priv.h"
#include "store/patch.h"

/* ---- stores, shared by the trees of one process ------------------------- */

static struct shared_store {
	struct shared_store *next;
	struct ost_store *store;
	char *dir;		/* "" in memory */
	unsigned nr_users;
} *stores;
static pthread_mutex_t stores_lock = PTHREAD_MUTEX_INITIALIZER;

static struct ost_err *limit_of(const struct ost_source_opts *opts, uint64_t *ret_limit)
{
	const char *env = getenv("OSTLER_STORE_LIMIT");

	*ret_limit = opts->store_limit ? opts->store_limit : OST_STORE_LIMIT_DEFAULT;
	if (!opts->store_limit && env && *env)
		return ost_store_limit_parse(env, ret_limit);
	return NULL;
}

static struct ost_err *open_store(const struct ost_source_opts *opts, const char *dir)
{
	struct ost_store_opts so = { .dir = opts->no_store ? NULL : dir };
	struct shared_store *s;
	struct ost_store *store;

	ost_try(limit_of(opts, &so.limit));
	ost_try(ost_store_create(&store, &so));
	s = ost_calloc(1, sizeof(*s));
	s->store = store;
	s->dir = ost_strdup(dir);
	s->next = stores;
	stores = s;
	return NULL;
}

struct ost_err *ost_tree_store_acquire(const struct ost_source_opts *opts, struct ost_store **ret)
{
	struct ost_err *err = NULL;
	struct shared_store *s;
	OST_BUF dir = OST_BUF_INIT;

	if (!opts->no_store && opts->store_dir)
		ost_buf_addstr(&dir, opts->store_dir);
	else if (!opts->no_store)
		ost_try(ost_store_default_dir(&dir));
	pthread_mutex_lock(&stores_lock);
	for (s = stores; s && strcmp(s->dir, dir.ptr); s = s->next)
		;
	if (!s) {
		err = open_store(opts, dir.ptr);
		s = stores;
	}
	if (!err) {
		s->nr_users++;
		*ret = s->store;
	}
	pthread_mutex_unlock(&stores_lock);
	return err;
}

struct ost_store *ost_tree_store_share(struct ost_store *store)
{
	struct shared_store *s;

	pthread_mutex_lock(&stores_lock);
	for (s = stores; s->store != store; s = s->next)
		;
	s->nr_users++;
	pthread_mutex_unlock(&stores_lock);
	return store;
}

void ost_tree_store_release(struct ost_store *store)
{
	struct shared_store **p, *s;

	pthread_mutex_lock(&stores_lock);
	for (p = &stores; *p && (*p)->store != store; p = &(*p)->next)
		;
	s = *p;
	if (s && !--s->nr_users) {
		*p = s->next;
		ost_store_destroy(s->store);
		free(s->dir);
		free(s);
	}
	pthread_mutex_unlock(&stores_lock);
}

void ost_tree_facts_key(struct ost_store_key *key, const struct ost_oid *id)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->id, id->id, sizeof(key->id));
	key->kind = OST_SK_FACTS;
	key->version = OST_FACTS_FINGERPRINT;
}

bool ost_tree_packed_get(struct ost_store *store, const struct ost_oid *id, struct ost_buf *packed)
{
	struct ost_store_key key;

	ost_tree_facts_key(&key, id);
	return ost_store_get(store, &key, packed);
}

bool ost_tree_record_get(struct ost_store *store, const struct ost_oid *id, struct ost_buf *packed,
		     struct ost_buf *record)
{
	return ost_tree_packed_get(store, id, packed) && ost_facts_restore(packed->ptr, packed->len, record);
}

/* ---- kept with the tree -------------------------------------------------- */

static void kept_key(const struct ost_tree_facts *t, const char *kind, uint32_t version,
		     struct ost_store_key *key)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_oid id;

	ost_buf_add(&b, t->key.id, OST_OID_SIZE);
	ost_buf_addf(&b, "%u %s", OST_FACTS_FINGERPRINT, kind);
	ost_blob_id(&id, b.ptr, b.len);
	*key = (struct ost_store_key){ .kind = OST_SK_KEPT, .version = version };
	memcpy(key->id, id.id, sizeof(key->id));
}

bool ost_tree_kept_load(const struct ost_tree_facts *t, const char *kind, uint32_t version,
			struct ost_tree_kept *ret_kept)
{
	const struct tree *tree = (const struct tree *)t;
	struct ost_store_slot slot;
	struct ost_store_key key;

	if (tree->base)
		return false;
	kept_key(t, kind, version, &key);
	if (!ost_store_slot_get(tree->store, &key, &slot))
		return false;
	*ret_kept = (struct ost_tree_kept){ slot.ptr, slot.len, slot.map, slot.map_len };
	return true;
}

void ost_tree_kept_end(struct ost_tree_kept *kept)
{
	struct ost_store_slot slot = { kept->ptr, kept->len, kept->map, kept->map_len };

	ost_store_slot_end(&slot);
	*kept = (struct ost_tree_kept){ 0 };
}

void ost_tree_kept_rest(const struct ost_tree_kept *kept)
{
	const struct ost_store_slot slot = { kept->ptr, kept->len, kept->map, kept->map_len };

	ost_store_slot_rest(&slot);
}

void ost_tree_kept_save(const struct ost_tree_facts *t, const char *kind, uint32_t version,
			const void *data, size_t len)
{
	const struct tree *tree = (const struct tree *)t;
	struct ost_store_key key;

	if (tree->base)
		return;
	kept_key(t, kind, version, &key);
	ost_store_slot_put(tree->store, &key, data, len);
}

static void part_key(const struct ost_oid *tree, const char *kind, uint32_t version, uint32_t part,
		     struct ost_store_key *key)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_oid id;

	ost_buf_add(&b, tree->id, OST_OID_SIZE);
	ost_buf_addf(&b, "%u %s %u", OST_FACTS_FINGERPRINT, kind, part);
	ost_blob_id(&id, b.ptr, b.len);
	*key = (struct ost_store_key){ .kind = OST_SK_PART, .version = version };
	memcpy(key->id, id.id, sizeof(key->id));
}

bool ost_tree_part_get(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind,
		       uint32_t version, uint32_t part, struct ost_buf *buf)
{
	struct ost_store_key key;

	part_key(tree, kind, version, part, &key);
	return ost_store_get(((const struct tree *)t)->store, &key, buf);
}

void ost_tree_part_put(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind,
		       uint32_t version, uint32_t part, const void *data, size_t len)
{
	struct ost_store *store = ((const struct tree *)t)->store;
	struct ost_store_key key;

	if (!ost_store_is_lasting(store))
		return;
	part_key(tree, kind, version, part, &key);
	ost_store_put(store, &key, NULL, data, len);
}

bool ost_tree_part_get_like(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind,
			    uint32_t version, uint32_t part, const struct ost_buf *like, struct ost_buf *buf)
{
	OST_BUF patch = OST_BUF_INIT;

	return ost_tree_part_get(t, tree, kind, version, part, &patch) &&
		ost_patch_apply(like, patch.ptr, patch.len, buf);
}

void ost_tree_part_put_like(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind,
			    uint32_t version, uint32_t part, const struct ost_buf *like, const void *data, size_t len)
{
	OST_BUF patch = OST_BUF_INIT;

	if (ost_patch_make(like, data, len, &patch))
		ost_tree_part_put(t, tree, kind, version, part, patch.ptr, patch.len);
}

void ost_tree_part_drop(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind,
			uint32_t version, uint32_t part)
{
	struct ost_store_key key;

	part_key(tree, kind, version, part, &key);
	ost_store_drop(((const struct tree *)t)->store, &key);
}

bool ost_tree_keeps(const struct ost_tree_facts *t)
{
	return ost_store_is_lasting(((const struct tree *)t)->store);
}

const struct ost_tree_facts *ost_tree_base(const struct ost_tree_facts *t)
{
	const struct tree *base = ((const struct tree *)t)->base;

	return base ? &base->pub : NULL;
}

char *ost_tree_store_note(const struct ost_tree_facts *t)
{
	return ost_store_note(((const struct tree *)t)->store);
}

struct ost_err *ost_tree_store_err(const struct ost_tree_facts *t)
{
	return ost_store_take_err(((const struct tree *)t)->store);
}
