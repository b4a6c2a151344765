// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/tree.h"

#include <stdlib.h>

#include "base/pool.h"
#include "source/facts_pack.h"
#include "source/tree_priv.h"

/* ---- making facts ------------------------------------------------------- */

void ost_tree_maker_init(struct tree_maker *m)
{
	m->recogniser = NULL;
	ost_buf_init(&m->text);
	ost_buf_init(&m->record);
	ost_buf_init(&m->packed);
}

void ost_tree_makers_init(struct tree_makers *makers, unsigned jobs)
{
	unsigned i;

	makers->nr = jobs ? jobs : ost_nr_cpus();
	makers->m = ost_calloc(makers->nr, sizeof(*makers->m));
	for (i = 0; i < makers->nr; i++)
		ost_tree_maker_init(&makers->m[i]);
}

void ost_tree_maker_deinit(struct tree_maker *m)
{
	ost_recogniser_destroy(m->recogniser);
	ost_buf_deinit(&m->text);
	ost_buf_deinit(&m->record);
	ost_buf_deinit(&m->packed);
}

void ost_tree_makers_deinit(struct tree_makers *makers)
{
	unsigned i;

	for (i = 0; i < makers->nr; i++)
		ost_tree_maker_deinit(&makers->m[i]);
	free(makers->m);
}

bool ost_tree_wants(const char *path)
{
	size_t len = strlen(path), i;

	if (len < 2 || path[len - 2] != '.' || (path[len - 1] != 'c' && path[len - 1] != 'h'))
		return false;
	for (i = 0; i < len; i++)
		if ((unsigned char)path[i] < ' ' || path[i] == 127)
			return false;
	return true;
}

bool ost_tree_item_known(struct tree *t, struct tree_item *item)
{
	struct ost_store_key key;

	ost_tree_facts_key(&key, &item->id);
	item->has_figures = ost_store_has(t->store, &key, &item->figures);
	return item->has_figures;
}

void ost_tree_figures(struct ost_store_figures *ret, size_t text_len, const struct ost_facts *f)
{
	ret->v[TREE_FIG_BYTES] = (uint32_t)text_len;
	ret->v[TREE_FIG_FUNCS] = f->nr_funcs;
	ret->v[TREE_FIG_TROUBLED] = f->nr_troubled;
	ret->v[TREE_FIG_KIND] = f->kind;
}

void ost_tree_item_make(struct tree *t, struct tree_item *item, struct tree_maker *m,
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
	ost_tree_figures(&item->figures, len, &f);
	ost_tree_facts_key(&key, &item->id);
	ost_facts_pack(m->record.ptr, m->record.len, &m->packed);
	ost_store_put(t->store, &key, &item->figures, m->packed.ptr, m->packed.len);
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
	struct ost_err *err;
	struct ost_facts f;
	OST_BUF packed = OST_BUF_INIT;
	OST_BUF buf = OST_BUF_INIT;

	if (!ost_tree_record_get(t->store, id, &packed, &buf))
		return "not C";
	err = ost_facts_open(&f, buf.ptr, buf.len);
	if (err) {
		ost_err_destroy(err);
		return "not C";
	}
	return ost_arena_printf(&t->arena, "not C: %s", ost_facts_str(&f, f.why));
}

void ost_tree_item_to_file(struct tree *t, const struct tree_item *item, struct ost_tree_file *f)
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

void ost_tree_sum_up(struct tree *t)
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
		ost_tree_item_to_file(t, &t->items.items[i], &files[i]);
	t->pub.files = files;
	t->pub.nr_files = (uint32_t)t->items.nr;
	count_blobs(t);
	ost_tree_sum_up(t);
	ost_vec_deinit(&t->items);
}

/* ---- trees -------------------------------------------------------------- */

struct tree *ost_tree_create(void)
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
	t = ost_tree_create();
	err = ost_tree_store_acquire(opts, &t->store);
	if (!err)
		err = src->dir ? ost_tree_read_dir(t, src->dir, opts->jobs) :
				 ost_tree_read_git(t, src, opts->jobs);
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
		ost_tree_store_release(t->store);
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
