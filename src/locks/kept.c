// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/columns.h"
#include "base/pool.h"
#include "locks/guards.h"
#include "locks/world_fingerprint.h"
#include "ostler/progress.h"
#include "source/tree.h"

#define KIND "locks"

struct head {
	uint64_t rows[OST_NR_KEPT_PARTS];
	uint64_t ids;		/* ost_program_ids() */
	uint64_t rounds_limited;
};

struct kept {
	const struct ost_tree_facts *tree;
	const struct ost_oid *key;
	struct head head;
	struct ost_kept_tables tables;
	bool is_done[OST_NR_KEPT_PARTS];	/* put, or read and good */
};

static bool save_part(void *ctx, size_t part, unsigned worker)
{
	struct kept *k = ctx;
	const struct ost_kept_table *t = &k->tables.t[part];
	OST_BUF b = OST_BUF_INIT;

	(void)worker;
	if (t->words)
		ost_columns_pack(t->v, t->rows, t->words, &b);
	else
		ost_buf_add(&b, t->v, t->rows);
	k->is_done[part] = b.len <= OST_TREE_PART_MAX;
	if (k->is_done[part])
		ost_tree_part_put(k->tree, k->key, KIND, OST_WORLD_FINGERPRINT, (uint32_t)part + 1, b.ptr, b.len);
	return true;
}

void ost_kept_save(const struct ost_lk_world *w, const struct ost_tree_facts *tree)
{
	struct kept k = { .tree = tree, .key = &tree->key };
	bool ok = ost_kept_pack(w, &k.tables);

	k.head.ids = ost_program_ids(w->p);
	k.head.rounds_limited = w->rounds_limited;
	ok = ok && ost_pool_run(w->nr_workers, OST_NR_KEPT_PARTS, 1, save_part, &k);
	for (int i = 0; i < OST_NR_KEPT_PARTS; i++) {
		k.head.rows[i] = k.tables.t[i].rows;
		ok = ok && k.is_done[i];
	}
	if (ok)	/* the head comes last: a set without one is none */
		ost_tree_part_put(tree, k.key, KIND, OST_WORLD_FINGERPRINT, 0, &k.head, sizeof(k.head));
	ost_kept_tables_deinit(&k.tables);
}

static bool load_part(void *ctx, size_t part, unsigned worker)
{
	struct kept *k = ctx;
	struct ost_kept_table *t = &k->tables.t[part];
	uint64_t rows = k->head.rows[part];
	OST_BUF b = OST_BUF_INIT;
	struct ost_columns_in in;

	(void)worker;
	t->words = ost_kept_words[part];
	if (!ost_tree_part_get(k->tree, k->key, KIND, OST_WORLD_FINGERPRINT, (uint32_t)part + 1, &b))
		return true;
	in = (struct ost_columns_in){ (const uint8_t *)b.ptr, (const uint8_t *)b.ptr + b.len, false };
	if (t->words ? !ost_columns_may_hold(&in, rows, t->words) : rows != b.len)
		return true;
	t->rows = (size_t)rows;
	t->v = ost_malloc_spread(rows + 1, t->words ? t->words * sizeof(*t->v) : 1);
	if (!t->words)
		memcpy(t->v, b.ptr, t->rows);
	k->is_done[part] = !t->words || (ost_columns_restore(&in, t->rows, t->words, t->v) && in.at == in.end);
	return true;
}

/* One that stayed would keep a good one from being put in its place. */
static void drop(const struct kept *k)
{
	for (uint32_t i = 0; i <= OST_NR_KEPT_PARTS; i++)
		ost_tree_part_drop(k->tree, k->key, KIND, OST_WORLD_FINGERPRINT, i);
}

static bool load(struct kept *k, struct ost_lk_world *w, const struct ost_moved *moved, struct ost_kept_redo *redo)
{
	if (k->head.ids != (moved ? moved->ids : ost_program_ids(w->p)))
		return false;
	if (!ost_pool_run(w->nr_workers, OST_NR_KEPT_PARTS, 1, load_part, k))
		return false;
	for (int i = 0; i < OST_NR_KEPT_PARTS; i++)
		if (!k->is_done[i])
			return false;
	return ost_kept_unpack(w, &k->tables, moved, redo);
}

/* Guards of a changed file would change what all others mean by them. */
static bool has_new_guards(struct ost_lk_world *w, const struct ost_tree_facts *tree)
{
	for (uint32_t i = 0; i < tree->nr_files; i++)
		if (!w->kept_files[i] && ost_lk_file_has_guards(w, tree, i))
			return true;
	return false;
}

bool ost_kept_load(struct ost_lk_world *w, const struct ost_tree_facts *tree, struct ost_kept_redo *redo)
{
	const struct ost_tree_facts *base = ost_tree_base(tree);
	const struct ost_moved *moved = base ? ost_program_moved(w->p) : NULL;	/* a tree of its own has its own ids */
	struct kept k = { .tree = tree, .key = base ? &base->key : &tree->key };
	OST_BUF head = OST_BUF_INIT;
	bool ok;

	if ((base && (!moved || !moved->shows_same)) || !ost_tree_part_get(tree, k.key, KIND, OST_WORLD_FINGERPRINT, 0, &head) ||
	    head.len != sizeof(k.head))
		return false;
	memcpy(&k.head, head.ptr, sizeof(k.head));
	ok = load(&k, w, moved, redo);
	if (!ok && !moved && !ost_interrupted())	/* stopped: what was not read may be good */
		drop(&k);
	if (ok && moved && has_new_guards(w, tree)) {
		ost_kept_forget(w);
		ok = false;
	}
	if (ok) {
		w->rounds_limited = k.head.rounds_limited;
		w->is_kept = !moved;
	}
	ost_kept_tables_deinit(&k.tables);
	return ok;
}
