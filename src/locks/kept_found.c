// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings of a tree, kept with it.
 *
 * Texts are numbered, and everything is a row of numbers: those of a finding,
 * its holders, steps and doubts one after another. One record of the store:
 * a head, the rows by columns, the texts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/columns.h"
#include "base/hash.h"
#include "base/table.h"
#include "base/vec.h"
#include "locks/found_fingerprint.h"
#include "locks/run.h"
#include "source/tree.h"

#define KIND "deadlocks"
#define TEXTS 13	/* of a finding itself */
#define FINDING (TEXTS + 8)
#define HOLDER 4
#define STEP 6

struct head {
	uint64_t nr_lock_sites, nr_lock_unclassed, nr_wait_sites, nr_wait_unclassed, nr_limited_functions, nr_limits;
	uint64_t nr_findings, nr_numbers, nr_texts, bytes;	/* bytes: of the packed numbers */
};

/* ---- writing ------------------------------------------------------------------ */

struct out {
	OST_VEC(uint32_t) v;
	struct ost_buf texts;
	struct ost_table known;		/* hash of a text → its number + 1 */
	OST_VEC(uint32_t) at;		/* by number: its place in texts */
};

static uint32_t put_text(struct out *o, const char *s)
{
	uint64_t key = ost_hash_bytes(s, strlen(s));
	bool is_new;
	uint64_t *nr = ost_table_put(&o->known, key, &is_new);

	if (!is_new && !strcmp(o->texts.ptr + o->at.items[*nr - 1], s))
		return (uint32_t)*nr - 1;
	ost_vec_add(&o->at, (uint32_t)o->texts.len);
	*nr = o->at.nr;
	ost_buf_add(&o->texts, s, strlen(s) + 1);
	return (uint32_t)*nr - 1;
}

static void texts_of(const struct ost_finding *f, const char *ret[TEXTS])
{
	const char *all[TEXTS] = {
		f->id, f->lock.class_name, f->lock.instance, f->lock.mode, f->lock2.class_name, f->lock2.instance,
		f->lock2.mode, f->waitable_kind, f->waitable_class, f->callback, f->primitive, f->wait_function, f->wait_file,
	};

	memcpy(ret, all, sizeof(all));
}

static void put_finding(struct out *o, const struct ost_finding *f)
{
	const char *texts[TEXTS];

	texts_of(f, texts);
	for (int i = 0; i < TEXTS; i++)
		ost_vec_add(&o->v, put_text(o, texts[i]));
	ost_vec_add(&o->v, (uint32_t)f->rank);
	ost_vec_add(&o->v, (uint32_t)f->kind);
	ost_vec_add(&o->v, (uint32_t)f->score);
	ost_vec_add(&o->v, f->wait_line);
	ost_vec_add(&o->v, f->spins);
	ost_vec_add(&o->v, (uint32_t)f->nr_holders);
	ost_vec_add(&o->v, (uint32_t)f->nr_steps);
	ost_vec_add(&o->v, (uint32_t)f->nr_doubts);
	for (size_t i = 0; i < f->nr_holders; i++) {
		ost_vec_add(&o->v, put_text(o, f->holders[i].function));
		ost_vec_add(&o->v, put_text(o, f->holders[i].file));
		ost_vec_add(&o->v, f->holders[i].line);
		ost_vec_add(&o->v, put_text(o, f->holders[i].how));
	}
	for (size_t i = 0; i < f->nr_steps; i++) {
		ost_vec_add(&o->v, (uint32_t)f->steps[i].role);
		ost_vec_add(&o->v, f->steps[i].thread);
		ost_vec_add(&o->v, put_text(o, f->steps[i].function));
		ost_vec_add(&o->v, put_text(o, f->steps[i].file));
		ost_vec_add(&o->v, f->steps[i].line);
		ost_vec_add(&o->v, put_text(o, f->steps[i].via));
	}
	for (size_t i = 0; i < f->nr_doubts; i++)
		ost_vec_add(&o->v, put_text(o, f->doubts[i]));
}

void ost_found_save(const struct ost_deadlocks_report *all, const struct ost_tree_facts *tree)
{
	struct out o = { .known = OST_TABLE_INIT };
	struct head head = { all->nr_lock_sites, all->nr_lock_unclassed, all->nr_wait_sites, all->nr_wait_unclassed,
			     all->nr_limited_functions, all->nr_limits, all->nr_findings, 0, 0, 0 };
	OST_BUF packed = OST_BUF_INIT, record = OST_BUF_INIT;

	if (ost_tree_base(tree))
		return;
	ost_buf_init(&o.texts);
	for (size_t i = 0; i < all->nr_findings; i++)
		put_finding(&o, &all->findings[i]);
	ost_columns_pack(o.v.items, o.v.nr, 1, &packed);
	head.nr_numbers = o.v.nr;
	head.nr_texts = o.at.nr;
	head.bytes = packed.len;
	ost_buf_add(&record, &head, sizeof(head));
	ost_buf_add(&record, packed.ptr, packed.len);
	ost_buf_add(&record, o.texts.ptr, o.texts.len);
	if (record.len <= OST_TREE_PART_MAX)
		ost_tree_part_put(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, 0, record.ptr, record.len);
	ost_vec_deinit(&o.v);
	ost_vec_deinit(&o.at);
	ost_buf_deinit(&o.texts);
	ost_table_deinit(&o.known);
}

/* ---- reading ------------------------------------------------------------------- */

struct in {
	struct ost_arena *arena;
	uint32_t *v;
	size_t nr, at;
	const char **texts;
	size_t nr_texts;
	bool is_bad;
};

static uint32_t next(struct in *in)
{
	in->is_bad |= in->at >= in->nr;
	return in->is_bad ? 0 : in->v[in->at++];
}

static const char *next_text(struct in *in)
{
	uint32_t nr = next(in);

	in->is_bad |= nr >= in->nr_texts;
	return in->is_bad ? "" : in->texts[nr];
}

/* As many as there are numbers left for. */
static uint32_t next_count(struct in *in, size_t size)
{
	uint32_t n = next(in);

	in->is_bad |= n > (in->nr - in->at) / size;
	return in->is_bad ? 0 : n;
}

static void get_lists(struct in *in, struct ost_finding *f)
{
	f->holders = ost_arena_calloc(in->arena, f->nr_holders + 1, sizeof(*f->holders));
	f->steps = ost_arena_calloc(in->arena, f->nr_steps + 1, sizeof(*f->steps));
	f->doubts = ost_arena_calloc(in->arena, f->nr_doubts + 1, sizeof(*f->doubts));
	for (size_t i = 0; i < f->nr_holders; i++) {
		f->holders[i].function = next_text(in);
		f->holders[i].file = next_text(in);
		f->holders[i].line = next(in);
		f->holders[i].how = next_text(in);
	}
	for (size_t i = 0; i < f->nr_steps; i++) {
		f->steps[i].role = next(in);
		f->steps[i].thread = next(in);
		f->steps[i].function = next_text(in);
		f->steps[i].file = next_text(in);
		f->steps[i].line = next(in);
		f->steps[i].via = next_text(in);
		f->steps[i].text = "";
		in->is_bad |= f->steps[i].role > OST_ROLE_SAME_OBJECT;
	}
	for (size_t i = 0; i < f->nr_doubts; i++)
		f->doubts[i] = next_text(in);
}

static void get_finding(struct in *in, struct ost_finding *f)
{
	const char **const all[TEXTS] = {
		&f->id, &f->lock.class_name, &f->lock.instance, &f->lock.mode, &f->lock2.class_name, &f->lock2.instance,
		&f->lock2.mode, &f->waitable_kind, &f->waitable_class, &f->callback, &f->primitive, &f->wait_function,
		&f->wait_file,
	};

	for (int i = 0; i < TEXTS; i++)
		*all[i] = next_text(in);
	f->rank = next(in);
	f->kind = next(in);
	f->score = (int)next(in);
	f->wait_line = next(in);
	f->spins = next(in) != 0;
	f->nr_holders = next_count(in, HOLDER);
	f->nr_steps = next_count(in, STEP);
	f->nr_doubts = next_count(in, 1);
	in->is_bad |= f->rank >= OST_NR_RANKS || f->kind >= OST_NR_DL_KINDS;
	get_lists(in, f);
}

static bool open_texts(struct in *in, const char *bytes, size_t len, uint64_t nr)
{
	size_t at = 0;

	if (nr > len || (len && bytes[len - 1]))
		return false;
	in->texts = ost_arena_calloc(in->arena, (size_t)nr + 1, sizeof(*in->texts));
	bytes = memcpy(ost_arena_alloc(in->arena, len + 1), bytes, len);
	for (in->nr_texts = 0; in->nr_texts < nr && at < len; at += strlen(bytes + at) + 1)
		in->texts[in->nr_texts++] = bytes + at;
	return in->nr_texts == nr;
}

static bool read_record(const struct ost_buf *b, struct ost_deadlocks_report *r)
{
	struct in in = { .arena = ost_dl_report_arena(r) };
	struct ost_columns_in columns;
	struct head h;

	if (b->len < sizeof(h))
		return false;
	memcpy(&h, b->ptr, sizeof(h));
	columns = (struct ost_columns_in){ (const uint8_t *)b->ptr + sizeof(h), (const uint8_t *)b->ptr + sizeof(h) + h.bytes, false };
	if (h.bytes > b->len - sizeof(h) || h.nr_findings > h.nr_numbers || !ost_columns_may_hold(&columns, h.nr_numbers, 1) ||
	    !open_texts(&in, b->ptr + sizeof(h) + h.bytes, b->len - sizeof(h) - h.bytes, h.nr_texts))
		return false;
	in.nr = (size_t)h.nr_numbers;
	in.v = ost_calloc(in.nr + 1, sizeof(*in.v));
	in.is_bad = !ost_columns_restore(&columns, in.nr, 1, in.v);
	r->nr_findings = (size_t)h.nr_findings;
	r->findings = ost_arena_calloc(in.arena, r->nr_findings + 1, sizeof(*r->findings));
	for (size_t i = 0; i < r->nr_findings && !in.is_bad; i++)
		get_finding(&in, &r->findings[i]);
	free(in.v);
	r->nr_lock_sites = h.nr_lock_sites;
	r->nr_lock_unclassed = h.nr_lock_unclassed;
	r->nr_wait_sites = h.nr_wait_sites;
	r->nr_wait_unclassed = h.nr_wait_unclassed;
	r->nr_limited_functions = h.nr_limited_functions;
	r->nr_limits = h.nr_limits;
	return !in.is_bad && in.at == in.nr;
}

struct ost_deadlocks_report *ost_found_load(const struct ost_tree_facts *tree)
{
	struct ost_deadlocks_report *r;
	OST_BUF b = OST_BUF_INIT;

	if (ost_tree_base(tree) || !ost_tree_part_get(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, 0, &b))
		return NULL;
	r = ost_dl_report_create();
	if (read_record(&b, r))
		return r;
	ost_tree_part_drop(tree, &tree->key, KIND, OST_FOUND_FINGERPRINT, 0);
	ost_deadlocks_report_destroy(r);
	return NULL;
}
