// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The linked index as it is kept: a header, and each array as a part of its
 * own, by columns of differences (base/columns.h) and compressed by the
 * store. It holds what needs every file to be read; orders, tables by hash and
 * what follows from the tree's list of paths are made again, and facts are
 * still fetched when wanted. What is large and seldom wanted as a whole follows
 * in blocks (blocks.h).
 *
 * The index of a tree that was linked from a near one is kept as what each chunk adds to
 * the chunks of that one's index that lie where it does. Should that one be lost, so is this.
 */
#include "program/internal.h"

#include <stdio.h>

#include "base/columns.h"
#include "base/pool.h"
#include "ostler/progress.h"
#include "program/program_fingerprint.h"

#define KIND OST_PROGRAM_KIND
#define CHUNK (8u << 20)		/* larger ones, and those that they are like, are held whole while a part is read */
#define MAX_CHUNKS 65536		/* of a header that makes sense */
#define MAGIC 0x6f73746c70676d32ull	/* "ostlpgm2" */

uint32_t ost_program_version(void)
{
	return OST_PROGRAM_FINGERPRINT;
}

enum part {
	P_NAME_BYTES, P_FILES, P_INCLUDES, P_UNITS, P_GLOBAL_FLAGS, P_DEF_FIRST, P_DEFS,
	P_NAME_FLAGS, P_ARGFLOWS, P_PARAMSTORES, P_TARGETS, P_POINTS, P_BINDINGS, P_LOCK_USES,
	P_BLOCKS,	/* where the blocks of each set begin */
	NR_PARTS = P_BLOCKS + OST_NR_BLOCK_SETS
};

struct header {
	uint64_t magic, tables_hash, names;
	uint32_t version, facts_version, nr_parts, nr_real, nr_files;
	uint32_t nr_records, nr_fields, nr_globals, nr_names, nr_grouped, nr_defs, nr_sites;
	uint32_t first_block[OST_NR_BLOCK_SETS];	/* the number of its first block in the store */
	struct ost_index_place like;	/* all chunks but this one are what they add to some of these */
	struct ost_program_stats stats;
	struct {
		uint64_t nr, bytes;	/* rows, and bytes when packed */
		uint32_t first_chunk;	/* the number of its first part in the store */
	} parts[NR_PARTS];
};

/* One array of the program. */
struct array {
	void **items;
	size_t *nr, *cap;	/* of a vector; NULL when `count` says it */
	size_t size, count;
};

struct index {
	struct ost_program *p;
	struct header h;
	struct array arrays[NR_PARTS];
	struct ost_buf packed[NR_PARTS];
	struct ost_file_info *files;	/* restored, while the paths are listed in the program's own */
	_Atomic(bool) is_bad;
};

_Static_assert(NR_PARTS <= OST_INDEX_PARTS_MAX, "a place for each part");

static void list_arrays(struct index *x)
{
	struct ost_program *p = x->p;
	struct array *a = x->arrays;
	int i;

#define VEC(id, v) a[id] = (struct array){ (void **)&(v).items, &(v).nr, &(v).cap, sizeof(*(v).items), (v).nr }
#define ARR(id, ptr, number) a[id] = (struct array){ (void **)&(ptr), NULL, NULL, sizeof(*(ptr)), number }
	VEC(P_NAME_BYTES, p->names.bytes);
	ARR(P_FILES, p->files, p->nr_files);
	VEC(P_INCLUDES, p->includes);
	VEC(P_UNITS, p->units);
	VEC(P_GLOBAL_FLAGS, p->global_flags);
	ARR(P_DEF_FIRST, p->def_first, (size_t)p->nr_grouped + 1);
	ARR(P_DEFS, p->defs, p->nr_defs);
	ARR(P_NAME_FLAGS, p->name_flags, p->names.nr);
	VEC(P_ARGFLOWS, p->argflows);
	VEC(P_PARAMSTORES, p->paramstores);
	VEC(P_TARGETS, p->targets);
	VEC(P_POINTS, p->points);
	VEC(P_BINDINGS, p->bindings);
	VEC(P_LOCK_USES, p->lock_uses);
	for (i = 0; i < OST_NR_BLOCK_SETS; i++)
		VEC(P_BLOCKS + i, p->kept.sets[i].first);
#undef VEC
#undef ARR
}

/* ---- chunks ---------------------------------------------------------------- */

#define LIKE_BLOCKS 3u	/* where blocks begin moves a little from tree to tree */

void ost_program_chunk_kind(char buf[40], const struct ost_oid *like, uint64_t names)
{
	snprintf(buf, 40, KIND " %016llx", (unsigned long long)(ost_hash_bytes(like, sizeof(*like)) ^ names));
}

/* The name that the chunks of this index lie under. */
static void own_kind(const struct ost_program *p, char buf[40])
{
	ost_program_chunk_kind(buf, &p->like.tree, p->names_kept);
}

/* nr chunks of the other tree's index, behind each other. */
static bool get_like(const struct ost_program *p, uint32_t first, uint32_t nr, struct ost_buf *like)
{
	static const struct ost_oid none;
	OST_BUF chunk = OST_BUF_INIT;
	char kind[40];

	ost_program_chunk_kind(kind, &none, p->like.names);
	ost_buf_clear(like);
	for (; nr; nr--, first++) {
		struct ost_buf *to = like->len ? &chunk : like;

		if (!ost_tree_part_get(p->tree, &p->like.tree, kind, ost_program_version(), first, to))
			return false;
		if (to == &chunk)
			ost_buf_add(like, chunk.ptr, chunk.len);
	}
	return true;
}

/* The blocks there that lie where this one does. */
static bool get_like_block(const struct ost_program *p, enum ost_block_set set, uint32_t block, struct ost_buf *like)
{
	uint32_t there = p->like.sets[set].nr, here = (uint32_t)p->kept.sets[set].first.nr, from, nr;
	uint64_t at = here ? (uint64_t)block * there / here : 0;

	from = at > LIKE_BLOCKS / 2 ? (uint32_t)at - LIKE_BLOCKS / 2 : 0;
	nr = from < there ? there - from : 0;
	return get_like(p, p->like.sets[set].first + from, nr < LIKE_BLOCKS ? nr : LIKE_BLOCKS, like);
}

static bool get_chunk(const struct ost_program *p, uint32_t chunk, const struct ost_buf *like, struct ost_buf *buf)
{
	char kind[40];

	own_kind(p, kind);
	if (!p->like.is_set)
		return ost_tree_part_get(p->tree, &p->tree->key, kind, ost_program_version(), chunk, buf);
	return ost_tree_part_get_like(p->tree, &p->tree->key, kind, ost_program_version(), chunk, like, buf);
}

static void put_chunk(const struct ost_program *p, uint32_t chunk, const struct ost_buf *like, const void *data,
		      size_t len)
{
	char kind[40];

	own_kind(p, kind);
	if (!p->like.is_set)
		ost_tree_part_put(p->tree, &p->tree->key, kind, ost_program_version(), chunk, data, len);
	else
		ost_tree_part_put_like(p->tree, &p->tree->key, kind, ost_program_version(), chunk, like, data, len);
}

bool ost_program_block_get(const struct ost_program *p, enum ost_block_set set, uint32_t block, struct ost_buf *buf)
{
	OST_BUF like = OST_BUF_INIT;

	return (!p->like.is_set || get_like_block(p, set, block, &like)) &&
		get_chunk(p, p->kept.sets[set].first_chunk + block, &like, buf);
}

/* What the other tree has lost is not put: the index is refused then, and made again. */
void ost_program_block_put(const struct ost_program *p, enum ost_block_set set, uint32_t block, const void *data,
			   size_t len)
{
	OST_BUF like = OST_BUF_INIT;

	if (!p->like.is_set || get_like_block(p, set, block, &like))
		put_chunk(p, p->kept.sets[set].first_chunk + block, &like, data, len);
}

/* Chunk k of a part, from its first one. */
static bool get_part_chunk(const struct ost_program *p, size_t part, uint32_t first, uint32_t k, struct ost_buf *buf)
{
	OST_BUF like = OST_BUF_INIT;

	return (!p->like.is_set || k >= p->like.parts[part].nr || get_like(p, p->like.parts[part].first + k, 1, &like)) &&
		get_chunk(p, first + k, &like, buf);
}

static void put_part_chunk(const struct ost_program *p, size_t part, uint32_t first, uint32_t k, const void *data,
			   size_t len)
{
	OST_BUF like = OST_BUF_INIT;

	if (!p->like.is_set || k >= p->like.parts[part].nr || get_like(p, p->like.parts[part].first + k, 1, &like))
		put_chunk(p, first + k, &like, data, len);
}

void ost_program_keep_like(struct ost_program *p, const struct ost_program *b)
{
	if (b->place.is_set)
		p->like = b->place;
}

void ost_program_part_drop(const struct ost_program *p, uint32_t chunk)
{
	char kind[40];

	own_kind(p, kind);
	ost_tree_part_drop(p->tree, &p->tree->key, chunk ? kind : KIND, ost_program_version(), chunk);
}

/* ---- saving -------------------------------------------------------------- */

static void fill_header(const struct ost_program *p, struct header *h)
{
	memset(h, 0, sizeof(*h));
	h->magic = MAGIC;
	h->tables_hash = p->tables_hash;
	h->version = ost_program_version();
	h->facts_version = OST_FACTS_VERSION;
	h->nr_parts = NR_PARTS;
	h->nr_real = p->nr_real;
	h->nr_files = p->nr_files;
	h->nr_records = p->nr_records;
	h->nr_fields = p->nr_fields;
	h->nr_globals = p->nr_globals;
	h->nr_names = p->names.nr;
	h->nr_grouped = p->nr_grouped;
	h->nr_defs = p->nr_defs;
	h->nr_sites = (uint32_t)p->sites.nr;
	h->names = p->names_kept;
	h->like = p->like;
	h->stats = p->stats;
	h->stats.link_seconds = 0;	/* the same tree, the same bytes */
}

static bool pack_part(void *ctx, size_t item, unsigned worker)
{
	struct index *x = ctx;
	const struct array *a = &x->arrays[item];

	ost_buf_clear(&x->packed[item]);
	if (a->size % 4)
		ost_buf_add(&x->packed[item], *a->items, a->count * a->size);
	else
		ost_columns_pack(*a->items, a->count, a->size / 4, &x->packed[item]);
	return true;
}

static uint32_t nr_chunks(uint64_t bytes)
{
	return (uint32_t)((bytes + CHUNK - 1) / CHUNK);
}

/* Numbers the chunks of all parts, the larger parts being put at the same time as others. */
static void number_parts(struct index *x, uint32_t chunk)
{
	size_t i;

	for (i = 0; i < NR_PARTS; i++) {
		x->h.parts[i].nr = x->arrays[i].count;
		x->h.parts[i].bytes = x->packed[i].len;
		x->h.parts[i].first_chunk = chunk;
		chunk += nr_chunks(x->packed[i].len);
	}
}

/* What files asked for comes first: its first part takes longest. */
static bool put_part(void *ctx, size_t item, unsigned worker)
{
	struct index *x = ctx;
	size_t part = item - OST_ASKS_PARTS, at = 0, n;
	const struct ost_buf *b;
	uint32_t k, nr;

	if (item < OST_ASKS_PARTS) {
		ost_asks_save(x->p, (uint32_t)item);
		return true;
	}
	b = &x->packed[part];
	nr = nr_chunks(b->len);

	for (k = 0; k < nr; k++, at += n) {
		n = b->len - at < CHUNK ? b->len - at : CHUNK;
		put_part_chunk(x->p, part, x->h.parts[part].first_chunk, k, b->ptr + at, n);
	}
	return true;
}

void ost_program_save(struct ost_program *p)
{
	struct index *x = ost_calloc(1, sizeof(*x));
	uint32_t chunk = 1;
	size_t i;
	bool ok;

	x->p = p;
	p->names_kept = ost_program_names(p);
	fill_header(p, &x->h);
	if (!ost_blocks_save(p, &chunk)) {
		ost_blocks_close(p);
		free(x);
		return;
	}
	list_arrays(x);
	for (i = 0; i < NR_PARTS; i++)
		ost_buf_init(&x->packed[i]);
	ok = ost_pool_run(p->jobs, NR_PARTS, 1, pack_part, x);
	number_parts(x, chunk);
	ok = ok && ost_pool_run(p->jobs, OST_ASKS_PARTS + NR_PARTS, 1, put_part, x);
	for (i = 0; i < NR_PARTS; i++)
		ost_buf_deinit(&x->packed[i]);
	for (i = 0; i < OST_NR_BLOCK_SETS; i++)
		x->h.first_block[i] = p->kept.sets[i].first_chunk;
	if (ok)	/* the head comes last: without it there is no index */
		ost_tree_part_put(p->tree, &p->tree->key, KIND, ost_program_version(), 0, &x->h, sizeof(x->h));
	ost_blocks_close(p);
	free(x);
}

/* ---- loading ------------------------------------------------------------- */

/* Counts that tie parts together; what is inside them is looked at when they are there. */
static bool is_sound(const struct ost_program *p, const struct header *h)
{
	return h->magic == MAGIC && h->version == ost_program_version() && h->facts_version == OST_FACTS_VERSION &&
		h->nr_parts == NR_PARTS && h->nr_real == p->nr_real && h->nr_files >= h->nr_real &&
		h->nr_files <= h->nr_real * 2 + 1 && h->nr_grouped <= h->nr_names &&
		h->parts[P_FILES].nr == h->nr_files &&
		h->parts[P_DEF_FIRST].nr == (uint64_t)h->nr_grouped + 1 && h->parts[P_DEFS].nr == h->nr_defs &&
		h->parts[P_NAME_FLAGS].nr == h->nr_names && h->parts[P_GLOBAL_FLAGS].nr == h->nr_globals;
}

/* Room for the chunks behind the first one; no more than the array's own size is believed. */
static void reserve_part(struct index *x, size_t part)
{
	uint64_t whole = x->h.parts[part].bytes, most = x->h.parts[part].nr * x->arrays[part].size;

	if (whole > x->packed[part].len && whole <= most)
		ost_buf_reserve(&x->packed[part], (size_t)whole - x->packed[part].len + 1);
}

static bool get_chunks(struct index *x, size_t part)
{
	struct ost_buf *b = &x->packed[part];
	OST_BUF chunk = OST_BUF_INIT;
	uint32_t k = 0;

	ost_buf_clear(b);
	while (b->len < x->h.parts[part].bytes) {
		struct ost_buf *to = b->len ? &chunk : b;	/* most parts are one chunk: not copied */

		if (!get_part_chunk(x->p, part, x->h.parts[part].first_chunk, k++, to) || !to->len)
			return false;
		if (to == b)
			reserve_part(x, part);
		else
			ost_buf_add(b, chunk.ptr, chunk.len);
	}
	return b->len == x->h.parts[part].bytes;
}

static bool restore(struct index *x, size_t part)
{
	struct array *a = &x->arrays[part];
	uint64_t nr = x->h.parts[part].nr;
	struct ost_buf *b = &x->packed[part];
	struct ost_columns_in in = { (const uint8_t *)b->ptr, (const uint8_t *)b->ptr + b->len, false };
	bool is_plain = a->size % 4;
	size_t len;

	if (is_plain ? nr * a->size != b->len : !ost_columns_may_hold(&in, nr, a->size / 4))
		return false;
	*a->items = is_plain ? ost_buf_detach(b, &len) : ost_malloc_spread((size_t)nr + 1, a->size);
	if (a->nr) {
		*a->nr = (size_t)nr;
		*a->cap = (size_t)nr + 1;
	}
	return is_plain || (ost_columns_restore(&in, (size_t)nr, a->size / 4, *a->items) && in.at == in.end);
}

/* Names are found by a table of hashes, which is made again: the longest work of all. */
static bool remake_names(struct index *x)
{
	struct ost_symtab *names = &x->p->names;

	if (!ost_symtab_restore(names, x->h.nr_names))
		return false;
	ost_symtab_rehash(names);
	return true;
}

/* What follows from the list of paths takes its turn behind the names, which are the first part. */
static bool restore_part(void *ctx, size_t item, unsigned worker)
{
	struct index *x = ctx;
	size_t part = item > 1 ? item - 1 : 0;

	if (item == 1) {
		ost_program_list_paths(x->p);
		return true;
	}
	ost_buf_init(&x->packed[part]);
	if (!get_chunks(x, part) || !restore(x, part) || (part == P_NAME_BYTES && !remake_names(x)))
		atomic_store(&x->is_bad, true);
	ost_buf_deinit(&x->packed[part]);
	return true;
}

static void take_counts(struct ost_program *p, const struct header *h)
{
	int i;

	p->nr_files = h->nr_files;
	p->nr_records = h->nr_records;
	p->nr_fields = h->nr_fields;
	p->nr_globals = h->nr_globals;
	p->nr_grouped = h->nr_grouped;
	p->nr_defs = h->nr_defs;
	p->kept.nr_sites = h->nr_sites;
	for (i = 0; i < OST_NR_BLOCK_SETS; i++)
		p->kept.sets[i].first_chunk = h->first_block[i];
	p->stats = h->stats;
	ost_program_new_definitions(p);
}

/* Another index may be kept as what it adds to this one. */
static void note_place(struct index *x)
{
	struct ost_index_place *at = &x->p->place;
	size_t i;

	if (x->p->like.is_set)
		return;
	at->tree = x->p->tree->key;
	at->names = x->p->names_kept;
	for (i = 0; i < NR_PARTS; i++) {
		at->parts[i].first = x->h.parts[i].first_chunk;
		at->parts[i].nr = nr_chunks(x->h.parts[i].bytes);
	}
	for (i = 0; i < OST_NR_BLOCK_SETS; i++) {
		at->sets[i].first = x->h.first_block[i];
		at->sets[i].nr = (uint32_t)x->p->kept.sets[i].first.nr;
	}
	at->is_set = 1;
}

/* Every record of the index: one that stayed would be taken for a part of the next. */
static void drop_all(const struct index *x)
{
	const struct ost_program *p = x->p;
	uint64_t nr = 1;

	for (size_t i = 0; i < NR_PARTS; i++) {
		uint64_t end = (uint64_t)x->h.parts[i].first_chunk + x->h.parts[i].bytes / CHUNK + 1;

		nr = end > nr ? end : nr;
	}
	for (size_t i = 0; i < OST_NR_BLOCK_SETS; i++) {
		uint64_t end = x->h.first_block[i] + x->h.parts[P_BLOCKS + i].nr;

		nr = end > nr ? end : nr;
	}
	for (uint32_t i = 0; i <= nr && i < MAX_CHUNKS; i++)
		ost_program_part_drop(p, i);
}

/* The rows want names and flags: they are read when those are there, and must be the same ones. */
static bool read_tables(struct index *x)
{
	struct ost_err *err = ost_program_read_tables(x->p);
	bool is_same = !err && x->p->tables_hash == x->h.tables_hash;
	size_t i;

	for (i = 0; i < x->p->bindings.nr; i++)
		is_same &= x->p->bindings.items[i].row < x->p->rows.nr;
	ost_err_destroy(err);
	return is_same;
}

static bool remake(void *ctx, size_t item, unsigned worker)
{
	struct ost_program *p = ctx;

	if (item)
		return ost_program_order_flows(p, item - 1, worker);
	ost_program_fill_maps(p);
	return true;
}

static bool load_parts(struct index *x)
{
	struct ost_program *p = x->p;
	bool ok;

	ost_symtab_deinit(&p->names);
	x->arrays[P_FILES].items = (void **)&x->files;
	ok = ost_pool_run(p->jobs, NR_PARTS + 1, 1, restore_part, x);
	free(p->files);
	p->files = x->files;
	if (!ok || atomic_load(&x->is_bad))
		return false;
	take_counts(p, &x->h);
	return ost_program_is_sound(p) && ost_blocks_open(p) && ost_pool_run(p->jobs, 1 + OST_NR_ORDERS, 1, remake, p) &&
		read_tables(x);
}

bool ost_program_load(struct ost_program *p)
{
	struct index *x = ost_calloc(1, sizeof(*x));
	OST_BUF head = OST_BUF_INIT;

	x->p = p;
	list_arrays(x);
	if (ost_tree_part_get(p->tree, &p->tree->key, KIND, ost_program_version(), 0, &head) && head.len == sizeof(x->h)) {
		memcpy(&x->h, head.ptr, sizeof(x->h));
		p->like = x->h.like;
		p->names_kept = x->h.names;
		p->is_kept = is_sound(p, &x->h) && load_parts(x);
		if (p->is_kept)
			note_place(x);
		if (!p->is_kept && !ost_interrupted())	/* stopped: what was not read may be good */
			drop_all(x);
	}
	free(x);
	return p->is_kept;
}
