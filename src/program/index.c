// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The linked index as bytes: a header, a directory of parts, and the parts as
 * they lie in memory, each aligned to 8. It is used where it is mapped. It
 * holds what needs every file to be read; what follows from the tree's list
 * of paths alone is made again, and facts are still fetched when wanted.
 */
#include "program/internal.h"

#define MAGIC 0x6f73746c70676d31ull	/* "ostlpgm1" */

enum part {
	P_NAME_BYTES, P_NAME_OFF, P_NAME_SLOTS, P_FILES, P_INCLUDES, P_UNITS, P_GLOBAL_FLAGS,
	P_DEF_FIRST, P_DEFS, P_VIRT_TEXT, P_VIRT_BYTES, P_NAME_FLAGS,
	P_SITES, P_SITE_FIRST, P_SITE_ORDER, P_ARGFLOWS, P_BY_CALLEE, P_BY_UNIT, P_BY_SRC,
	P_PARAMSTORES, P_TARGETS, P_POINTS, P_BINDINGS, P_LOCK_USES,
	P_TARGETS_BY_UNIT, P_TARGETS_BY_TABLE, P_BINDINGS_BY_UNIT, P_BINDINGS_BY_OBJECT,
	NR_PARTS
};

struct header {
	uint64_t magic, tables_hash, bytes;
	uint32_t version, facts_version, nr_parts, nr_real, nr_files;
	uint32_t nr_records, nr_fields, nr_globals, nr_names, name_mask, nr_grouped, nr_defs;
	struct ost_program_stats stats;
	struct { uint64_t off, nr; } parts[NR_PARTS];
};

/* One array of the program: where it is, how many, how large each. */
struct array {
	enum part part;
	void **items;
	size_t *nr, *cap;	/* of a vector; NULL when `count` says it */
	size_t size, count;
};

static uint32_t list_arrays(struct ost_program *p, struct array *a)
{
	uint32_t n = 0;

#define VEC(id, v) a[n++] = (struct array){ id, (void **)&(v).items, &(v).nr, &(v).cap, sizeof(*(v).items), (v).nr }
#define ARR(id, ptr, number) a[n++] = (struct array){ id, (void **)&(ptr), NULL, NULL, sizeof(*(ptr)), number }
	VEC(P_NAME_BYTES, p->names.bytes);
	VEC(P_NAME_OFF, p->names.off);
	ARR(P_NAME_SLOTS, p->names.slots, (size_t)p->names.mask + 1);
	ARR(P_FILES, p->files, p->nr_files);
	VEC(P_INCLUDES, p->includes);
	VEC(P_UNITS, p->units);
	VEC(P_GLOBAL_FLAGS, p->global_flags);
	ARR(P_DEF_FIRST, p->def_first, (size_t)p->nr_grouped + 1);
	ARR(P_DEFS, p->defs, p->nr_defs);
	VEC(P_VIRT_TEXT, p->virt_text);
	ARR(P_VIRT_BYTES, p->virt_bytes.ptr, p->virt_bytes.len);
	ARR(P_NAME_FLAGS, p->name_flags, p->names.nr);
	VEC(P_SITES, p->sites);
	VEC(P_SITE_FIRST, p->site_first);
	ARR(P_SITE_ORDER, p->site_order, p->sites.nr);
	VEC(P_ARGFLOWS, p->argflows);
	ARR(P_BY_CALLEE, p->flows_by_callee, p->argflows.nr);
	ARR(P_BY_UNIT, p->flows_by_unit, p->argflows.nr);
	ARR(P_BY_SRC, p->flows_by_src, p->argflows.nr);
	VEC(P_PARAMSTORES, p->paramstores);
	VEC(P_TARGETS, p->targets);
	VEC(P_POINTS, p->points);
	VEC(P_BINDINGS, p->bindings);
	VEC(P_LOCK_USES, p->lock_uses);
	ARR(P_TARGETS_BY_UNIT, p->targets_by_unit, p->targets.nr);
	ARR(P_TARGETS_BY_TABLE, p->targets_by_table, p->targets.nr);
	ARR(P_BINDINGS_BY_UNIT, p->bindings_by_unit, p->bindings.nr);
	ARR(P_BINDINGS_BY_OBJECT, p->bindings_by_object, p->bindings.nr);
#undef VEC
#undef ARR
	return n;
}

static void fill_header(const struct ost_program *p, struct header *h)
{
	memset(h, 0, sizeof(*h));
	h->magic = MAGIC;
	h->tables_hash = p->tables_hash;
	h->version = OST_PROGRAM_VERSION;
	h->facts_version = OST_FACTS_VERSION;
	h->nr_parts = NR_PARTS;
	h->nr_real = p->nr_real;
	h->nr_files = p->nr_files;
	h->nr_records = p->nr_records;
	h->nr_fields = p->nr_fields;
	h->nr_globals = p->nr_globals;
	h->nr_names = p->names.nr;
	h->name_mask = p->names.mask;
	h->nr_grouped = p->nr_grouped;
	h->nr_defs = p->nr_defs;
	h->stats = p->stats;
	h->stats.link_seconds = 0;	/* the same tree, the same bytes */
}

void ost_program_save(struct ost_program *p)
{
	struct array arrays[NR_PARTS];
	uint32_t nr = list_arrays(p, arrays), i;
	static const char zeros[8];
	struct header h;
	OST_BUF b = OST_BUF_INIT;
	size_t at = sizeof(h);

	fill_header(p, &h);
	for (i = 0; i < nr; i++) {
		at = (at + 7) & ~(size_t)7;
		h.parts[arrays[i].part].off = at;
		h.parts[arrays[i].part].nr = arrays[i].count;
		at += arrays[i].count * arrays[i].size;
	}
	h.bytes = at;
	ost_buf_reserve(&b, at);
	ost_buf_add(&b, &h, sizeof(h));
	for (i = 0; i < nr; i++) {
		ost_buf_add(&b, zeros, (size_t)h.parts[arrays[i].part].off - b.len);
		ost_buf_add(&b, *arrays[i].items, arrays[i].count * arrays[i].size);
	}
	ost_tree_kept_save(p->tree, "program", OST_PROGRAM_VERSION, b.ptr, b.len);
}

/* Every part inside, and the counts that tie parts together. */
static bool is_sound(const struct ost_program *p, const struct header *h, const struct array *arrays, uint32_t nr)
{
	uint64_t number;
	uint32_t i;

	if (h->magic != MAGIC || h->version != OST_PROGRAM_VERSION || h->facts_version != OST_FACTS_VERSION ||
	    h->nr_parts != NR_PARTS || h->bytes != p->kept.len || h->nr_real != p->nr_real ||
	    h->nr_files < h->nr_real || h->nr_files > h->nr_real * 2 + 1)
		return false;
	for (i = 0; i < nr; i++) {
		number = h->parts[arrays[i].part].nr;
		if (h->parts[arrays[i].part].off > h->bytes || number > h->bytes ||
		    number * arrays[i].size > h->bytes - h->parts[arrays[i].part].off)
			return false;
	}
	return h->parts[P_NAME_OFF].nr == (uint64_t)h->nr_names + 1 &&
		h->parts[P_NAME_SLOTS].nr == (uint64_t)h->name_mask + 1 &&
		h->parts[P_SITE_FIRST].nr == h->parts[P_UNITS].nr + 1 &&
		h->parts[P_FILES].nr == h->nr_files;
}

static void take_arrays(struct ost_program *p, const struct header *h, const struct array *arrays, uint32_t nr)
{
	char *base = (char *)p->kept.ptr;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		*arrays[i].items = base + h->parts[arrays[i].part].off;
		if (arrays[i].nr)
			*arrays[i].nr = *arrays[i].cap = (size_t)h->parts[arrays[i].part].nr;
	}
	p->virt_bytes.len = (size_t)h->parts[P_VIRT_BYTES].nr;
	p->nr_files = h->nr_files;
	p->nr_records = h->nr_records;
	p->nr_fields = h->nr_fields;
	p->nr_globals = h->nr_globals;
	p->names.nr = h->nr_names;
	p->names.mask = h->name_mask;
	p->nr_grouped = h->nr_grouped;
	p->nr_defs = h->nr_defs;
	p->stats = h->stats;
}

/* The rows want names and flags: they are read when those are there, and must be the same ones. */
static bool read_tables(struct ost_program *p, const struct header *h)
{
	struct ost_err *err;
	uint8_t *flags = ost_malloc(p->names.nr + 1);
	bool is_same;

	memcpy(flags, p->name_flags, p->names.nr);
	p->name_flags = flags;
	err = ost_program_read_tables(p);
	is_same = !err && p->tables_hash == h->tables_hash;
	ost_err_destroy(err);
	return is_same;
}

static void forget(struct ost_program *p, struct array *arrays, uint32_t nr)
{
	uint32_t i;

	free(p->name_flags);
	for (i = 0; i < nr; i++) {
		*arrays[i].items = NULL;
		if (arrays[i].nr)
			*arrays[i].nr = *arrays[i].cap = 0;
	}
	ost_symtab_init(&p->names);
	ost_buf_init(&p->virt_bytes);
	ost_vec_clear(&p->rows);
	ost_vec_clear(&p->rules);
	ost_table_deinit(&p->row_of);
	ost_table_deinit(&p->typerule_of);
	ost_table_deinit(&p->lock_arg_of);
	p->tables_hash = 0;
	p->nr_files = p->nr_real;
	p->nr_records = p->nr_fields = p->nr_globals = p->nr_grouped = p->nr_defs = 0;
	memset(&p->stats, 0, sizeof(p->stats));
}

bool ost_program_load(struct ost_program *p)
{
	struct array arrays[NR_PARTS];
	uint32_t nr = list_arrays(p, arrays);
	struct ost_file_info *files = p->files;
	const struct header *h;

	if (!ost_tree_kept_load(p->tree, "program", OST_PROGRAM_VERSION, &p->kept))
		return false;
	h = p->kept.ptr;
	if (p->kept.len < sizeof(*h) || !is_sound(p, h, arrays, nr)) {
		ost_tree_kept_end(&p->kept);
		return false;
	}
	ost_symtab_deinit(&p->names);
	take_arrays(p, h, arrays, nr);
	memcpy(files, p->files, p->nr_files * sizeof(*files));	/* listing paths writes to it */
	p->files = files;
	if (!read_tables(p, h)) {
		forget(p, arrays, nr);
		p->files = files;
		ost_tree_kept_end(&p->kept);
		return false;
	}
	p->is_kept = true;
	ost_program_list_paths(p);
	ost_program_fill_maps(p);
	return true;
}

void ost_program_free(const struct ost_program *p, void *ptr)
{
	const char *at = ptr, *base = p->kept.ptr;

	if (!p->is_kept || at < base || at > base + p->kept.len)
		free(ptr);
}
