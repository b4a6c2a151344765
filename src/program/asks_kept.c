// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What files asked for, and the figures of each, as they are kept: beside the index,
 * since most questions do without them. They go with the names of that index and no others.
 */
#include "program/internal.h"

#include "base/columns.h"

#define KIND "asks"

enum { PART_ASKS, PART_FIRST, PART_UNKNOWN, PART_STATS, PART_MISSED };
#define STATS_WORDS (sizeof(struct ost_file_stats) / sizeof(uint32_t))

struct part {
	const void *items;
	size_t rows, words;
};

struct head {
	uint64_t names, rows;	/* a hash of the names; rows behind this */
};

uint64_t ost_program_names(const struct ost_program *p)
{
	return ost_hash_bytes(p->names.bytes.items, p->names.bytes.nr);
}

/* Kept as what it adds to the other tree's where the index is (index.c). */
static void put_chunk(const struct ost_program *p, uint32_t part, const struct ost_buf *b)
{
	OST_BUF like = OST_BUF_INIT;

	if (!p->like.is_set)
		ost_tree_part_put(p->tree, &p->tree->key, KIND, ost_program_version(), part, b->ptr, b->len);
	else if (ost_tree_part_get(p->tree, &p->like.tree, KIND, ost_program_version(), part, &like))
		ost_tree_part_put_like(p->tree, &p->tree->key, KIND, ost_program_version(), part, &like, b->ptr, b->len);
}

static bool get_chunk(const struct ost_program *p, uint32_t part, struct ost_buf *b)
{
	OST_BUF like = OST_BUF_INIT;

	if (!p->like.is_set)
		return ost_tree_part_get(p->tree, &p->tree->key, KIND, ost_program_version(), part, b);
	return ost_tree_part_get(p->tree, &p->like.tree, KIND, ost_program_version(), part, &like) &&
		ost_tree_part_get_like(p->tree, &p->tree->key, KIND, ost_program_version(), part, &like, b);
}

void ost_asks_save(const struct ost_program *p, uint32_t part)
{
	const struct part parts[OST_ASKS_PARTS] = {
		[PART_ASKS] = { p->asks.v.items, p->asks.v.nr, 1 },
		[PART_FIRST] = { p->ask_first.items, p->ask_first.nr, 1 },
		[PART_UNKNOWN] = { p->unknown.v.items, p->unknown.v.nr, 2 },
		[PART_STATS] = { p->file_stats.items, p->file_stats.nr, STATS_WORDS },
		[PART_MISSED] = { p->missed.v.items, p->missed.v.nr, 2 },
	};
	struct head h = { .names = p->names_kept, .rows = parts[part].rows };
	OST_BUF b = OST_BUF_INIT;

	ost_buf_add(&b, &h, sizeof(h));
	ost_columns_pack(parts[part].items, parts[part].rows, parts[part].words, &b);
	ost_tree_part_drop(p->tree, &p->tree->key, KIND, ost_program_version(), part);
	if (b.len <= OST_TREE_PART_MAX)
		put_chunk(p, part, &b);
}

/* The table of a part; NULL: it is not there, or not of these names. */
static void *get_part(const struct ost_program *p, uint32_t part, size_t words, uint64_t names, size_t *ret_rows)
{
	struct ost_columns_in in;
	OST_BUF b = OST_BUF_INIT;
	struct head h;
	uint32_t *table;

	if (!get_chunk(p, part, &b) || b.len < sizeof(h))
		return NULL;
	memcpy(&h, b.ptr, sizeof(h));
	in = (struct ost_columns_in){ (const uint8_t *)b.ptr + sizeof(h), (const uint8_t *)b.ptr + b.len, false };
	if (h.names != names || !ost_columns_may_hold(&in, h.rows, words))
		return NULL;
	table = ost_malloc(((size_t)h.rows * words + 1) * sizeof(*table));
	if (!ost_columns_restore(&in, (size_t)h.rows, words, table) || in.at != in.end) {
		free(table);
		return NULL;
	}
	*ret_rows = (size_t)h.rows;
	return table;
}

static bool is_sound(const struct ost_program *p)
{
	size_t i;

	if (p->ask_first.nr != (size_t)p->nr_files + 1 || p->file_stats.nr != p->nr_files || p->ask_first.items[0] ||
	    p->ask_first.items[p->nr_files] != p->asks.v.nr)
		return false;
	for (i = 0; i < p->nr_files; i++)
		if (p->ask_first.items[i] > p->ask_first.items[i + 1])
			return false;
	for (i = 0; i < p->asks.v.nr; i++)
		if (p->asks.v.items[i] >= p->names.nr)
			return false;
	for (i = 0; i < p->missed.v.nr; i++)
		if (p->missed.v.items[i].file >= p->nr_real)
			return false;
	return true;
}

bool ost_asks_load(struct ost_program *p)
{
	uint64_t names;

	if (p->ask_first.nr)
		return true;	/* linked here */
	names = ost_program_names(p);
	p->asks.v.items = get_part(p, PART_ASKS, 1, names, &p->asks.v.nr);
	p->ask_first.items = get_part(p, PART_FIRST, 1, names, &p->ask_first.nr);
	p->unknown.v.items = get_part(p, PART_UNKNOWN, 2, names, &p->unknown.v.nr);
	p->file_stats.items = get_part(p, PART_STATS, STATS_WORDS, names, &p->file_stats.nr);
	p->missed.v.items = get_part(p, PART_MISSED, 2, names, &p->missed.v.nr);
	p->file_stats.cap = p->file_stats.nr;
	p->asks.v.cap = p->asks.v.nr;
	p->ask_first.cap = p->ask_first.nr;
	p->unknown.v.cap = p->unknown.v.nr;
	p->missed.v.cap = p->missed.v.nr;
	if (p->asks.v.items && p->ask_first.items && p->unknown.v.items && p->file_stats.items && p->missed.v.items &&
	    is_sound(p))
		return true;
	ost_vec_deinit(&p->asks.v);
	ost_vec_deinit(&p->ask_first);
	ost_vec_deinit(&p->unknown.v);
	ost_vec_deinit(&p->file_stats);
	ost_vec_deinit(&p->missed.v);
	return false;
}
