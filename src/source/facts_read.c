// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts_read.c - `ostler facts` as a function: read a tree, sum it up.
 */
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "ostler/facts.h"
#include "source/dump.h"
#include "source/tree.h"

/* Memory of a report. */
struct report_priv {
	struct ost_arena arena;
	char *note;
};

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool is_folder(const char *path)
{
	size_t len = strlen(path);

	return len && path[len - 1] == '/';
}

static void sum_up(const struct ost_tree_facts *t, struct ost_facts_report *r,
		   struct ost_arena *arena)
{
	static const struct ost_oid none;
	struct ost_unreadable *u;
	char *hex;
	uint32_t i;

	r->unreadable = ost_arena_calloc(arena, t->nr_unreadable + 1, sizeof(*r->unreadable));
	for (i = 0; i < t->nr_files; i++) {
		r->files += !is_folder(t->files[i].path);
		if (!t->files[i].why) {
			r->functions += t->files[i].nr_funcs;
			r->troubled_functions += t->files[i].nr_troubled;
			continue;
		}
		u = &r->unreadable[r->nr_unreadable++];
		u->path = ost_arena_strdup(arena, t->files[i].path);
		u->why = ost_arena_strdup(arena, t->files[i].why);
		hex = ost_arena_calloc(arena, 1, OST_HEX_SIZE);
		if (ost_oid_cmp(&t->files[i].id, &none))
			ost_oid_to_hex(hex, &t->files[i].id);
		u->object = hex;
	}
	r->bytes = t->bytes;
	r->blobs_new = t->blobs_new;
	r->blobs_reused = t->blobs_reused;
}

/* Troubled functions, and one entry for each file with text that was lost. */
static void list_troubles(const struct ost_tree_facts *t, struct ost_facts_report *r,
			  struct ost_arena *arena)
{
	OST_VEC(struct ost_trouble) list = OST_VEC_INIT;
	struct ost_tree_reader *reader = ost_tree_reader_create(t);
	struct ost_trouble *out;
	struct ost_facts f;
	uint32_t i, k;

	for (i = 0; i < t->nr_files; i++) {
		if (!ost_tree_fetch(reader, i, &f))
			continue;
		for (k = 0; k < f.nr_funcs; k++) {
			if (!f.funcs[k].trouble)
				continue;
			out = ost_vec_push(&list);
			out->path = ost_arena_strdup(arena, t->files[i].path);
			out->name = ost_arena_strdup(arena, ost_facts_str(&f, f.funcs[k].name));
			out->why = ost_arena_strdup(arena, ost_facts_str(&f, f.funcs[k].trouble));
			out->line = f.funcs[k].line;
		}
		if (f.nr_lost) {
			out = ost_vec_push(&list);
			out->path = ost_arena_strdup(arena, t->files[i].path);
			out->name = "";
			out->why = ost_arena_printf(arena, "%u %s between functions not understood",
						    f.nr_lost, f.nr_lost == 1 ? "stretch" : "stretches");
		}
	}
	ost_tree_reader_destroy(reader);
	r->nr_troubles = list.nr;
	r->troubles = ost_arena_calloc(arena, list.nr + 1, sizeof(*r->troubles));
	if (list.nr)
		memcpy(r->troubles, list.items, list.nr * sizeof(*r->troubles));
	ost_vec_deinit(&list);
}

static struct ost_err *dump(const struct ost_tree_facts *t, const struct ost_facts_ask *ask)
{
	uint32_t file = ost_tree_find(t, ask->dump);
	struct ost_tree_reader *reader;
	OST_BUF text = OST_BUF_INIT;
	struct ost_facts f;
	bool ok;

	if (file == OST_TREE_NONE)
		return ost_err_create(OST_ERR_INPUT, ask->dump, NULL,
				      "no such .c or .h file in the tree");
	reader = ost_tree_reader_create(t);
	ok = ost_tree_fetch(reader, file, &f);
	if (ok)
		ost_facts_dump(&f, &text);
	ost_tree_reader_destroy(reader);
	if (!ok)
		return ost_err_create(OST_ERR_INPUT, ask->dump, NULL, "%s",
				      t->files[file].why ? t->files[file].why : "its facts are lost");
	ask->dump_to(ask->dump_ctx, text.ptr, text.len);
	return NULL;
}

static struct ost_err *digest(const struct ost_tree_facts *t, const struct ost_source_opts *opts,
			      struct ost_facts_report *r)
{
	struct ost_oid id;

	ost_try(ost_tree_digest(t, opts ? opts->jobs : 0, &id));
	ost_oid_to_hex(r->digest, &id);
	return NULL;
}

struct ost_err *ost_facts_read(const struct ost_source *src, const struct ost_source_opts *opts,
			       const struct ost_facts_ask *ask, struct ost_facts_report *r)
{
	struct report_priv *priv = ost_calloc(1, sizeof(*priv));
	double start = now_seconds();
	struct ost_tree_facts *t;
	struct ost_err *err;
	struct rusage usage;

	memset(r, 0, sizeof(*r));
	r->priv = priv;
	ost_arena_init(&priv->arena);
	err = ost_tree_facts_read(&t, src, opts);
	if (!err) {
		sum_up(t, r, &priv->arena);
		if (ask && ask->troubles)
			list_troubles(t, r, &priv->arena);
		if (ask && ask->digest)
			err = digest(t, opts, r);
		if (!err && ask && ask->dump)
			err = dump(t, ask);
		r->store_note = priv->note = ost_tree_store_note(t);
		r->store_err = ost_tree_store_err(t);
		ost_tree_facts_destroy(t);
	}
	if (err) {
		ost_facts_report_deinit(r);
		return err;
	}
	getrusage(RUSAGE_SELF, &usage);
	r->peak_rss_kib = (uint64_t)usage.ru_maxrss;
	r->seconds = now_seconds() - start;
	return NULL;
}

void ost_facts_report_deinit(struct ost_facts_report *r)
{
	struct report_priv *priv = r->priv;

	if (priv) {
		ost_arena_deinit(&priv->arena);
		free(priv->note);
		free(priv);
	}
	ost_err_destroy(r->store_err);
	memset(r, 0, sizeof(*r));
}
