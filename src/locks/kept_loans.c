// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is stored in pointers to locks, kept with the tree.
 *
 * One record of the store: a head, a row a pointer with the number of its
 * stores, a row a store. That of a tree serves an overlay on it, too: what is
 * stored in files that are the same means the same there (kept.h).
 */
#include <string.h>

#include "base/alloc.h"
#include "base/columns.h"
#include "locks/found_fingerprint.h"
#include "locks/loans.h"

#define KIND "loans"

enum { P_FIELD, P_NR, POINTER };	/* words of a row */
enum { S_UNIT, S_NODE, S_LINE, S_FIELD, S_GLOBAL, STORE };

struct head {
	uint64_t ids;			/* ost_program_ids() */
	uint64_t nr_pointers, nr_stores;
};

/* ---- writing ------------------------------------------------------------------ */

void ost_kept_loans_save(const struct ost_finder *f, const uint32_t *fields, uint32_t nr_fields, const struct ost_loans *l)
{
	struct head head = { ost_program_ids(f->p), nr_fields, l->v.nr };
	OST_VEC(uint32_t) pointers = OST_VEC_INIT, stores = OST_VEC_INIT;
	OST_BUF b = OST_BUF_INIT;
	size_t at = 0;

	if (!f->w->may_keep)
		return;
	for (uint32_t i = 0; i < nr_fields; i++) {
		size_t first = at;

		for (; at < l->v.nr && l->v.items[at].field == fields[i]; at++) {
			const struct ost_loan *loan = &l->v.items[at];
			bool is_global = loan->lock >> 40;

			ost_vec_add(&stores, loan->unit);
			ost_vec_add(&stores, loan->node);
			ost_vec_add(&stores, loan->line);
			ost_vec_add(&stores, loan->lock && !is_global ? (uint32_t)(loan->lock - 1) : OST_NO_ID);
			ost_vec_add(&stores, is_global ? (uint32_t)loan->lock : OST_NO_ID);
		}
		ost_vec_add(&pointers, fields[i]);
		ost_vec_add(&pointers, (uint32_t)(at - first));
	}
	ost_buf_add(&b, &head, sizeof(head));
	ost_columns_pack(pointers.items, nr_fields, POINTER, &b);
	ost_columns_pack(stores.items, l->v.nr, STORE, &b);
	if (b.len <= OST_TREE_PART_MAX)
		ost_tree_part_put(f->tree, &f->tree->key, KIND, OST_FOUND_FINGERPRINT, 0, b.ptr, b.len);
	ost_vec_deinit(&pointers);
	ost_vec_deinit(&stores);
}

/* ---- reading ------------------------------------------------------------------- */

struct in {
	const struct ost_finder *f;
	const struct ost_moved *moved;	/* NULL: the ids are the program's own */
	bool is_bad, is_gone;
};

static uint32_t move(struct in *in, const uint32_t *of, uint32_t nr, uint32_t id)
{
	if (id == OST_NO_ID)
		return id;
	if (id >= nr) {
		in->is_bad = true;
		return OST_NO_ID;
	}
	in->is_gone |= of && of[id] == OST_NO_ID;
	return of ? of[id] : id;
}

static uint32_t move_unit(struct in *in, uint32_t id)
{
	const struct ost_moved *m = in->moved;

	return move(in, m ? m->units : NULL, m ? m->nr_units : ost_program_nr_units(in->f->p), id);
}

static uint32_t move_field(struct in *in, uint32_t id)
{
	const struct ost_moved *m = in->moved;

	return move(in, m ? m->fields : NULL, m ? m->nr_fields : ost_program_nr_fields(in->f->p), id);
}

static uint32_t move_global(struct in *in, uint32_t id)
{
	const struct ost_moved *m = in->moved;

	return move(in, m ? m->globals : NULL, m ? m->nr_globals : ost_program_nr_globals(in->f->p), id);
}

/* The store stands in a file that is another one here. */
static bool is_changed(const struct in *in, uint32_t unit)
{
	return in->moved && (unit == OST_NO_ID || !in->f->w->kept_files[ost_program_unit(in->f->p, unit)->file]);
}

/* Those of one pointer. It is left out when some of it is gone: it is to be read anew, then. */
static void get_pointer(struct in *in, struct ost_kept_loans *k, const uint32_t *pointer, const uint32_t *rows)
{
	size_t first = k->v.nr;
	uint32_t field;

	in->is_gone = false;
	field = move_field(in, pointer[P_FIELD]);
	for (uint32_t i = 0; i < pointer[P_NR] && field != OST_NO_ID; i++, rows += STORE) {
		struct ost_loan loan = { .pointer = ost_lk_class(field, OST_NO_ID), .field = field, .node = rows[S_NODE],
					 .line = rows[S_LINE], .is_only = true };
		bool was_gone = in->is_gone;

		loan.unit = move_unit(in, rows[S_UNIT]);
		if (is_changed(in, loan.unit)) {
			in->is_gone = was_gone;
			continue;
		}
		loan.lock = ost_lk_class(move_field(in, rows[S_FIELD]), move_global(in, rows[S_GLOBAL]));
		in->is_bad |= loan.unit == OST_NO_ID;
		ost_vec_add(&k->v, loan);
	}
	if (in->is_gone || in->is_bad)
		k->v.nr = first;
	else
		*ost_table_put(&k->of_field, field, NULL) = first + 1;
}

static bool read_record(struct in *in, struct ost_kept_loans *k, const struct ost_buf *b)
{
	struct ost_columns_in columns = { (const uint8_t *)b->ptr + sizeof(struct head), (const uint8_t *)b->ptr + b->len, false };
	uint64_t ids = in->moved ? in->moved->ids : ost_program_ids(in->f->p);
	uint32_t *pointers = NULL, *stores = NULL;
	struct head h;
	size_t at = 0;

	if (b->len < sizeof(h))
		return false;
	memcpy(&h, b->ptr, sizeof(h));
	if (h.ids != ids || !ost_columns_may_hold(&columns, h.nr_pointers, POINTER) ||
	    !ost_columns_may_hold(&columns, h.nr_stores, STORE))
		return false;
	pointers = ost_calloc(h.nr_pointers * POINTER + 1, sizeof(*pointers));
	stores = ost_calloc(h.nr_stores * STORE + 1, sizeof(*stores));
	in->is_bad = !ost_columns_restore(&columns, (size_t)h.nr_pointers, POINTER, pointers) ||
		     !ost_columns_restore(&columns, (size_t)h.nr_stores, STORE, stores) || columns.at != columns.end;
	for (size_t i = 0; i < h.nr_pointers && !in->is_bad; i++) {
		in->is_bad = pointers[i * POINTER + P_NR] > h.nr_stores - at;
		if (!in->is_bad)
			get_pointer(in, k, &pointers[i * POINTER], &stores[at * STORE]);
		at += pointers[i * POINTER + P_NR];
	}
	free(pointers);
	free(stores);
	return !in->is_bad && at == h.nr_stores;
}

void ost_kept_loans_init(struct ost_kept_loans *k, const struct ost_finder *f)
{
	const struct ost_tree_facts *base = ost_tree_base(f->tree);
	const struct ost_oid *key = base ? &base->key : &f->tree->key;
	struct in in = { .f = f, .moved = base ? ost_program_moved(f->p) : NULL };
	OST_BUF b = OST_BUF_INIT;

	memset(k, 0, sizeof(*k));
	ost_table_init(&k->of_field);
	if ((base ? !in.moved || !f->w->walked : !f->w->may_keep) ||
	    !ost_tree_part_get(f->tree, key, KIND, OST_FOUND_FINGERPRINT, 0, &b))
		return;
	k->is_kept = read_record(&in, k, &b);
	if (k->is_kept)
		return;
	ost_kept_loans_deinit(k);
	if (!base)	/* a bad one that stayed would keep a good one out */
		ost_tree_part_drop(f->tree, key, KIND, OST_FOUND_FINGERPRINT, 0);
}

void ost_kept_loans_deinit(struct ost_kept_loans *k)
{
	ost_vec_deinit(&k->v);
	ost_table_deinit(&k->of_field);
}
