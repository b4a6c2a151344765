// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/tree.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/pool.h"
#include "ostler/progress.h"
#include "source/facts_fingerprint.h"
#include "source/tree_priv.h"

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

/* A store is open once a process: trees of one branch share what is in it. */
static struct ost_err *store_acquire(const struct ost_source_opts *opts, struct ost_store **ret)
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

static void store_release(struct ost_store *store)
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

/* ---- making facts ------------------------------------------------------- */

void tree_makers_init(struct tree_makers *makers, unsigned jobs)
{
	unsigned i;

	makers->nr = jobs ? jobs : ost_nr_cpus();
	makers->m = ost_calloc(makers->nr, sizeof(*makers->m));
	for (i = 0; i < makers->nr; i++) {
		ost_buf_init(&makers->m[i].text);
		ost_buf_init(&makers->m[i].record);
	}
}

static void maker_deinit(struct tree_maker *m)
{
	ost_recogniser_destroy(m->recogniser);
	ost_buf_deinit(&m->text);
	ost_buf_deinit(&m->record);
}

void tree_makers_deinit(struct tree_makers *makers)
{
	unsigned i;

	for (i = 0; i < makers->nr; i++)
		maker_deinit(&makers->m[i]);
	free(makers->m);
}

bool tree_wants(const char *path)
{
	size_t len = strlen(path), i;

	if (len < 2 || path[len - 2] != '.' || (path[len - 1] != 'c' && path[len - 1] != 'h'))
		return false;
	for (i = 0; i < len; i++)
		if ((unsigned char)path[i] < ' ' || path[i] == 127)
			return false;
	return true;
}

void tree_facts_key(struct ost_store_key *key, const struct ost_oid *id)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->id, id->id, sizeof(key->id));
	key->kind = OST_SK_FACTS;
	key->version = OST_FACTS_FINGERPRINT;
}

bool tree_item_known(struct tree *t, struct tree_item *item)
{
	struct ost_store_key key;

	tree_facts_key(&key, &item->id);
	item->has_figures = ost_store_has(t->store, &key, &item->figures);
	return item->has_figures;
}

void tree_item_make(struct tree *t, struct tree_item *item, struct tree_maker *m,
		    const char *text, size_t len)
{
	struct ost_store_key key;
	struct ost_facts f;
	struct ost_err *err;

	if (!m->recogniser)
		m->recogniser = ost_recogniser_create();
	ost_recognise(m->recogniser, item->path, text, len, &m->record);
	err = ost_facts_open(&f, m->record.ptr, m->record.len);
	if (err) {
		ost_err_destroy(err);
		item->why = "its facts were damaged when made: a bug in ostler";
		return;
	}
	item->figures.v[TREE_FIG_BYTES] = (uint32_t)len;
	item->figures.v[TREE_FIG_FUNCS] = f.nr_funcs;
	item->figures.v[TREE_FIG_TROUBLED] = f.nr_troubled;
	item->figures.v[TREE_FIG_KIND] = f.kind;
	tree_facts_key(&key, &item->id);
	ost_store_put(t->store, &key, &item->figures, m->record.ptr, m->record.len);
	item->has_figures = item->is_made = true;
}

/* ---- from items to files ------------------------------------------------ */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tree_item *)a)->path, ((const struct tree_item *)b)->path);
}

static void sort_items(struct tree *t)
{
	size_t i;

	for (i = 1; i < t->items.nr; i++)
		if (strcmp(t->items.items[i - 1].path, t->items.items[i].path) > 0)
			break;
	if (i < t->items.nr)
		qsort(t->items.items, t->items.nr, sizeof(*t->items.items), by_path);
}

/* The reason that a blob is not C is in its record. */
static const char *why_not_c(struct tree *t, const struct ost_oid *id)
{
	struct ost_store_key key;
	struct ost_err *err;
	struct ost_facts f;
	OST_BUF buf = OST_BUF_INIT;

	tree_facts_key(&key, id);
	if (!ost_store_get(t->store, &key, &buf))
		return "not C";
	err = ost_facts_open(&f, buf.ptr, buf.len);
	if (err) {
		ost_err_destroy(err);
		return "not C";
	}
	return ost_arena_printf(&t->arena, "not C: %s", ost_facts_str(&f, f.why));
}

void tree_item_to_file(struct tree *t, const struct tree_item *item, struct ost_tree_file *f)
{
	f->path = item->path;
	f->why = item->why;
	if (item->has_id)
		f->id = item->id;
	if (!item->has_figures)
		return;
	f->bytes = item->figures.v[TREE_FIG_BYTES];
	f->nr_funcs = item->figures.v[TREE_FIG_FUNCS];
	f->nr_troubled = item->figures.v[TREE_FIG_TROUBLED];
	if (item->figures.v[TREE_FIG_KIND] == OST_FK_NOT_C)
		f->why = why_not_c(t, &item->id);
}

/* A name for the content: of the list of (path, blob id). */
static void compute_key(struct tree *t)
{
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < t->pub.nr_files; i++) {
		ost_buf_add(&b, t->pub.files[i].path, strlen(t->pub.files[i].path) + 1);
		ost_buf_add(&b, t->pub.files[i].id.id, OST_OID_SIZE);
		ost_buf_addch(&b, t->pub.files[i].why ? '-' : '+');
	}
	ost_blob_id(&t->pub.key, b.ptr, b.len);
}

void tree_sum_up(struct tree *t)
{
	uint32_t i;

	for (i = 0; i < t->pub.nr_files; i++) {
		t->pub.nr_unreadable += t->pub.files[i].why != NULL;
		if (!t->pub.files[i].why)
			t->pub.bytes += t->pub.files[i].bytes;
	}
	compute_key(t);
}

struct blob_mark {
	struct ost_oid id;
	bool is_made;
};

static int by_id(const void *a, const void *b)
{
	return ost_oid_cmp(&((const struct blob_mark *)a)->id, &((const struct blob_mark *)b)->id);
}

/* Distinct blobs: two files may share one, and only one of them made it. */
static void count_blobs(struct tree *t)
{
	struct blob_mark *marks = ost_reallocarray(NULL, t->items.nr + 1, sizeof(*marks));
	size_t i, k, nr = 0;

	for (i = 0; i < t->items.nr; i++)
		if (t->items.items[i].has_figures)
			marks[nr++] = (struct blob_mark){ t->items.items[i].id,
							  t->items.items[i].is_made };
	qsort(marks, nr, sizeof(*marks), by_id);
	for (i = 0; i < nr; i = k) {
		bool is_made = false;

		for (k = i; k < nr && !by_id(&marks[i], &marks[k]); k++)
			is_made |= marks[k].is_made;
		t->pub.blobs_new += is_made;
		t->pub.blobs_reused += !is_made;
	}
	free(marks);
}

static void finish(struct tree *t)
{
	struct ost_tree_file *files;
	size_t i;

	sort_items(t);
	files = ost_arena_calloc(&t->arena, t->items.nr + 1, sizeof(*files));
	for (i = 0; i < t->items.nr; i++)
		tree_item_to_file(t, &t->items.items[i], &files[i]);
	t->pub.files = files;
	t->pub.nr_files = (uint32_t)t->items.nr;
	count_blobs(t);
	tree_sum_up(t);
	ost_vec_deinit(&t->items);
}

/* ---- trees -------------------------------------------------------------- */

struct tree *tree_create(void)
{
	struct tree *t = ost_calloc(1, sizeof(*t));

	ost_arena_init(&t->arena);
	pthread_mutex_init(&t->repo_lock, NULL);
	return t;
}

struct ost_err *ost_tree_facts_read(struct ost_tree_facts **ret_tree, const struct ost_source *src,
				    const struct ost_source_opts *opts)
{
	static const struct ost_source_opts defaults;
	struct ost_err *err;
	struct tree *t;

	*ret_tree = NULL;
	opts = opts ? opts : &defaults;
	if (!src->dir == !src->repo || (src->repo && !src->rev))
		return ost_err_create(OST_ERR_USAGE, "source", NULL,
				      "a directory is wanted, or --repo=REPO and a revision");
	t = tree_create();
	err = store_acquire(opts, &t->store);
	if (!err)
		err = src->dir ? tree_read_dir(t, src->dir, opts->jobs) :
				 tree_read_git(t, src, opts->jobs);
	if (err) {
		ost_tree_facts_destroy(&t->pub);
		return err;
	}
	finish(t);
	/* so that others see it, and that a kill from here on costs nothing */
	ost_store_flush(t->store);
	*ret_tree = &t->pub;
	return NULL;
}

void ost_tree_facts_destroy(struct ost_tree_facts *pub)
{
	struct tree *t = (struct tree *)pub;

	if (!t)
		return;
	if (t->store && !t->base)
		store_release(t->store);
	ost_repo_destroy(t->repo);
	pthread_mutex_destroy(&t->repo_lock);
	free(t->dir);
	ost_vec_deinit(&t->items);
	ost_vec_deinit(&t->texts);
	ost_arena_deinit(&t->arena);
	free(t);
}

uint32_t ost_tree_find(const struct ost_tree_facts *t, const char *path)
{
	uint32_t low = 0, high = t->nr_files, mid;
	int cmp;

	while (low < high) {
		mid = low + (high - low) / 2;
		cmp = strcmp(t->files[mid].path, path);
		if (!cmp)
			return mid;
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return OST_TREE_NONE;
}

/* ---- fetching ----------------------------------------------------------- */

struct ost_tree_reader {
	const struct tree *tree;
	struct tree_maker maker;	/* .record holds the record that was fetched */
};

struct ost_tree_reader *ost_tree_reader_create(const struct ost_tree_facts *t)
{
	struct ost_tree_reader *r = ost_calloc(1, sizeof(*r));

	r->tree = (const struct tree *)t;
	ost_buf_init(&r->maker.text);
	ost_buf_init(&r->maker.record);
	return r;
}

void ost_tree_reader_destroy(struct ost_tree_reader *r)
{
	if (!r)
		return;
	maker_deinit(&r->maker);
	free(r);
}

static bool open_record(struct ost_facts *f, const struct ost_buf *record)
{
	struct ost_err *err = ost_facts_open(f, record->ptr, record->len);

	ost_err_destroy(err);
	return !err;
}

/* The store has lost the record since the tree was read: make it again. */
static bool make_again(struct ost_tree_reader *r, uint32_t file)
{
	struct tree *t = (struct tree *)r->tree;
	struct tree_item item = { .path = t->pub.files[file].path, .id = t->pub.files[file].id };
	struct ost_err *err = ost_tree_text(&t->pub, file, &r->maker.text);

	if (err) {
		ost_err_destroy(err);
		return false;
	}
	tree_item_make(t, &item, &r->maker, r->maker.text.ptr, r->maker.text.len);
	return item.has_figures;
}

bool ost_tree_fetch(struct ost_tree_reader *r, uint32_t file, struct ost_facts *ret_facts)
{
	const struct ost_tree_file *f = &r->tree->pub.files[file];
	struct ost_store_key key;

	if (f->why)
		return false;
	tree_facts_key(&key, &f->id);
	if (ost_store_get(r->tree->store, &key, &r->maker.record) &&
	    open_record(ret_facts, &r->maker.record))
		return true;
	return make_again(r, file) && open_record(ret_facts, &r->maker.record);
}

const void *ost_tree_record(const struct ost_tree_reader *r, size_t *ret_len)
{
	*ret_len = r->maker.record.len;
	return r->maker.record.ptr;
}

struct each {
	const struct ost_tree_facts *tree;
	struct ost_tree_reader **readers;	/* by worker */
	ost_tree_fn fn;
	void *ctx;
	struct ost_oid *digests;	/* of ost_tree_digest(), by file */
};

static bool each_file(void *ctx, size_t item, unsigned worker)
{
	struct each *e = ctx;
	struct ost_facts f;
	bool ok;

	if (!e->readers[worker])
		e->readers[worker] = ost_tree_reader_create(e->tree);
	ok = ost_tree_fetch(e->readers[worker], (uint32_t)item, &f);
	return e->fn(e->ctx, (uint32_t)item, ok ? &f : NULL, worker);
}

static struct ost_err *run_each(struct each *e, unsigned jobs, ost_pool_fn fn)
{
	unsigned i, nr = jobs ? jobs : ost_nr_cpus();

	e->readers = ost_calloc(nr, sizeof(struct ost_tree_reader *));
	ost_pool_run(nr, e->tree->nr_files, 16, fn, e);
	for (i = 0; i < nr; i++)
		ost_tree_reader_destroy(e->readers[i]);
	free(e->readers);
	if (ost_interrupted())
		return ost_err_create(OST_ERR_INTERRUPTED, "reading facts", NULL, "interrupted");
	return NULL;
}

struct ost_err *ost_tree_for_each(const struct ost_tree_facts *t, unsigned jobs,
				  ost_tree_fn fn, void *ctx)
{
	struct each e = { .tree = t, .fn = fn, .ctx = ctx };

	return run_each(&e, jobs, each_file);
}

static bool digest_file(void *ctx, size_t item, unsigned worker)
{
	struct each *e = ctx;
	struct ost_facts f;
	const void *record;
	size_t len;

	if (!e->readers[worker])
		e->readers[worker] = ost_tree_reader_create(e->tree);
	if (!ost_tree_fetch(e->readers[worker], (uint32_t)item, &f))
		return true;
	record = ost_tree_record(e->readers[worker], &len);
	ost_blob_id(&e->digests[item], record, len);
	return true;
}

struct ost_err *ost_tree_digest(const struct ost_tree_facts *t, unsigned jobs,
				struct ost_oid *ret_digest)
{
	struct each e = { .tree = t };
	struct ost_err *err;
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	e.digests = ost_calloc(t->nr_files + 1, sizeof(*e.digests));
	err = run_each(&e, jobs, digest_file);
	for (i = 0; i < t->nr_files; i++) {
		ost_buf_add(&b, t->files[i].path, strlen(t->files[i].path) + 1);
		ost_buf_add(&b, e.digests[i].id, OST_OID_SIZE);
	}
	ost_blob_id(ret_digest, b.ptr, b.len);
	free(e.digests);
	return err;
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

char *ost_tree_store_note(const struct ost_tree_facts *t)
{
	return ost_store_note(((const struct tree *)t)->store);
}

struct ost_err *ost_tree_store_err(const struct ost_tree_facts *t)
{
	return ost_store_take_err(((const struct tree *)t)->store);
}
