// SPDX-License-Identifier: GPL-2.0-or-later
/* tree_fetch.c - facts out of the store again, one file or all of them. */
#include "base/pool.h"
#include "ostler/progress.h"
#include "source/facts_pack.h"
#include "source/tree_priv.h"

struct ost_tree_reader {
	const struct tree *tree;
	struct tree_maker maker;	/* .record holds the record that was fetched */
};

struct ost_tree_reader *ost_tree_reader_create(const struct ost_tree_facts *t)
{
	struct ost_tree_reader *r = ost_calloc(1, sizeof(*r));

	r->tree = (const struct tree *)t;
	ost_tree_maker_init(&r->maker);
	return r;
}

void ost_tree_reader_destroy(struct ost_tree_reader *r)
{
	if (!r)
		return;
	ost_tree_maker_deinit(&r->maker);
	free(r);
}

static bool open_at(struct ost_facts *f, const void *record, size_t len)
{
	struct ost_err *err = ost_facts_open(f, record, len);

	ost_err_destroy(err);
	return !err;
}

static bool open_record(struct ost_facts *f, const struct ost_buf *record)
{
	return open_at(f, record->ptr, record->len);
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
	ost_tree_item_make(t, &item, &r->maker, r->maker.text.ptr, r->maker.text.len);
	return item.has_figures;
}

bool ost_tree_fetch(struct ost_tree_reader *r, uint32_t file, struct ost_facts *ret_facts)
{
	const struct ost_tree_file *f = &r->tree->pub.files[file];

	if (f->why)
		return false;
	if (ost_tree_record_get(r->tree->store, &f->id, &r->maker.packed, &r->maker.record) &&
	    open_record(ret_facts, &r->maker.record))
		return true;
	if (make_again(r, file) && open_record(ret_facts, &r->maker.record))
		return true;
	atomic_store(&((struct tree *)r->tree)->has_lost, true);
	return false;
}

/* What is stored, restored where it is to lie. False: ask for it in the other way. */
static bool fetch_to(struct ost_tree_reader *r, const struct ost_oid *id, ost_tree_alloc_fn alloc, void *ctx,
		     struct ost_facts *f)
{
	const struct ost_buf *packed = &r->maker.packed;
	size_t total;
	void *to;

	if (!ost_tree_packed_get(r->tree->store, id, &r->maker.packed))
		return false;
	total = ost_facts_restored_size(packed->ptr, packed->len);
	to = total ? alloc(ctx, total) : NULL;
	return to && ost_facts_restore_to(packed->ptr, packed->len, to) && open_at(f, to, total);
}

bool ost_tree_fetch_into(struct ost_tree_reader *r, uint32_t file, ost_tree_alloc_fn alloc, void *ctx,
			 struct ost_facts *ret_facts)
{
	const struct ost_tree_file *f = &r->tree->pub.files[file];
	const struct ost_buf *record = &r->maker.record;
	void *to;

	if (f->why)
		return false;
	if (fetch_to(r, &f->id, alloc, ctx, ret_facts))
		return true;
	if (!ost_tree_fetch(r, file, ret_facts))
		return false;
	to = alloc(ctx, record->len);
	if (to) {
		memcpy(to, record->ptr, record->len);
		return open_at(ret_facts, to, record->len);
	}
	return true;
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
	const struct ost_buf *record;

	if (!e->readers[worker])
		e->readers[worker] = ost_tree_reader_create(e->tree);
	if (!ost_tree_fetch(e->readers[worker], (uint32_t)item, &f))
		return true;
	record = &e->readers[worker]->maker.record;
	ost_blob_id(&e->digests[item], record->ptr, record->len);
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
