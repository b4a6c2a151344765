// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/blocks.h"

#include <stdlib.h>

#include "base/columns.h"
#include "program/internal.h"

/* ---- blocks in memory ------------------------------------------------------ */

struct sites_block {
	struct ost_site *sites;
	uint32_t first[];	/* by unit of the block, and the end */
};

struct uses_block {
	uint32_t nr;
	struct ost_site_use rows[];
};

struct texts_block {
	char *bytes;
	uint32_t first[];	/* by text of the block */
};

/* The block that holds `id`: the last one that begins with it or before it. */
static uint32_t block_of(const struct ost_blocks *b, uint32_t id)
{
	uint32_t lo = 0, hi = (uint32_t)b->first.nr, mid;

	while (lo + 1 < hi) {
		mid = lo + (hi - lo) / 2;
		if (b->first.items[mid] <= id)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* How many ids a block has, when `all` is how many there are. */
static uint32_t nr_ids(const struct ost_blocks *b, uint32_t block, uint32_t all)
{
	return (block + 1 < b->first.nr ? b->first.items[block + 1] : all) - b->first.items[block];
}

static bool is_site(const struct ost_program *p, uint32_t key)
{
	const uint32_t limits[] = { [OST_SITE_NAME] = p->names.nr, [OST_SITE_SLOT] = p->nr_fields,
				    [OST_SITE_PARAM] = OST_NO_ID, [OST_SITE_REF] = p->names.nr };

	return OST_SITE_ID(key) < limits[OST_SITE_KIND(key)];
}

static void *open_sites(const struct ost_program *p, uint32_t block, const struct ost_buf *packed)
{
	uint32_t nr = nr_ids(&p->kept.sets[OST_BLOCKS_SITES], block, (uint32_t)p->units.nr), i;
	struct ost_columns_in in = { (const uint8_t *)packed->ptr, (const uint8_t *)packed->ptr + packed->len, false };
	struct sites_block *b;
	uint64_t sum = 0;

	if (!ost_columns_may_hold(&in, nr, 1))
		return NULL;
	b = ost_malloc(sizeof(*b) + ((size_t)nr + 1) * sizeof(uint32_t));
	b->first[nr] = 0;
	b->sites = NULL;
	if (ost_columns_restore(&in, nr, 1, b->first))
		for (i = nr; i-- > 0; )
			sum += b->first[i];
	if (in.is_bad || !ost_columns_may_hold(&in, sum, 2)) {
		free(b);
		return NULL;
	}
	/* counts to places */
	b->first[nr] = (uint32_t)sum;
	for (i = nr; i-- > 0; )
		b->first[i] = b->first[i + 1] - b->first[i];
	b = ost_realloc(b, sizeof(*b) + ((size_t)nr + 1) * sizeof(uint32_t) + (size_t)sum * sizeof(struct ost_site));
	b->sites = (struct ost_site *)(b->first + nr + 1);
	if (!ost_columns_restore(&in, (size_t)sum, 2, (uint32_t *)b->sites))
		in.is_bad = true;
	for (i = 0; i < sum; i++)
		in.is_bad |= !is_site(p, b->sites[i].key);
	if (!in.is_bad && in.at == in.end)
		return b;
	free(b);
	return NULL;
}

static void *open_uses(const struct ost_program *p, uint32_t block, const struct ost_buf *packed)
{
	struct ost_columns_in in = { (const uint8_t *)packed->ptr, (const uint8_t *)packed->ptr + packed->len, false };
	const struct ost_blocks *set = &p->kept.sets[OST_BLOCKS_USES];
	uint32_t nr = block + 1 < set->first.nr ? OST_BLOCK_ROWS : p->kept.nr_sites - block * OST_BLOCK_ROWS, i;
	struct uses_block *b;

	if (!ost_columns_may_hold(&in, nr, 3))
		return NULL;
	b = ost_malloc(sizeof(*b) + (size_t)nr * sizeof(*b->rows));
	b->nr = nr;
	in.is_bad = !ost_columns_restore(&in, nr, 3, (uint32_t *)b->rows);
	for (i = 0; i < nr && !in.is_bad; i++) {
		in.is_bad = !is_site(p, b->rows[i].key) || b->rows[i].unit >= p->units.nr ||
			(i && b->rows[i].key < b->rows[i - 1].key);
		if (!in.is_bad)
			b->rows[i].line += p->units.items[b->rows[i].unit].line;
	}
	if (!in.is_bad && in.at == in.end && b->rows[0].key == set->first.items[block])
		return b;
	free(b);
	return NULL;
}

static void *open_texts(const struct ost_program *p, uint32_t block, const struct ost_buf *packed)
{
	uint32_t nr = nr_ids(&p->kept.sets[OST_BLOCKS_TEXTS], block, p->nr_files - p->nr_real), i;
	struct texts_block *b = ost_malloc(sizeof(*b) + ((size_t)nr + 1) * sizeof(uint32_t) + packed->len + 1);
	const char *s = packed->ptr, *end = s + packed->len, *nul;

	b->bytes = (char *)(b->first + nr + 1);
	memcpy(b->bytes, packed->ptr, packed->len);
	for (i = 0; i < nr; i++) {
		b->first[i] = (uint32_t)(s - packed->ptr);
		nul = s < end ? memchr(s, 0, (size_t)(end - s)) : NULL;
		if (!nul)
			break;
		s = nul + 1;
	}
	if (i == nr && s == end)
		return b;
	free(b);
	return NULL;
}

/* ---- from the store --------------------------------------------------------- */

static void *link_anew(void *arg)
{
	struct ost_program *p = arg;
	struct ost_program_opts opts = p->opts;
	struct ost_err *err;

	opts.no_kept = true;
	err = ost_program_create(p->tree, &opts, &p->kept.anew);
	ost_err_destroy(err);	/* interrupted, and so is whoever asks */
	return NULL;
}

/* In a thread of its own: what this one has at hand of p (files.c) is not to be forgotten. */
static const struct ost_program *anew(const struct ost_program *cp)
{
	struct ost_program *p = (struct ost_program *)cp;
	pthread_t thread;

	pthread_mutex_lock(&p->kept.lock);
	if (!p->kept.anew && !pthread_create(&thread, NULL, link_anew, p))
		pthread_join(thread, NULL);
	pthread_mutex_unlock(&p->kept.lock);
	return p->kept.anew;
}

/* NULL: it is lost, or not what it must be; then the next program is linked and not opened. */
static const void *block_at(const struct ost_program *p, enum ost_block_set set, uint32_t block)
{
	static void *(*const open[])(const struct ost_program *p, uint32_t block, const struct ost_buf *packed) = {
		[OST_BLOCKS_SITES] = open_sites, [OST_BLOCKS_USES] = open_uses, [OST_BLOCKS_TEXTS] = open_texts,
	};
	const struct ost_blocks *b = &p->kept.sets[set];
	void *v = atomic_load_explicit(&b->loaded[block], memory_order_acquire), *expected = NULL;
	OST_BUF packed = OST_BUF_INIT;

	if (v)
		return v;
	if (ost_program_block_get(p, set, block, &packed))
		v = open[set](p, block, &packed);
	if (!v) {
		ost_program_part_drop(p, b->first_chunk + block);
		ost_program_part_drop(p, 0);
		return NULL;
	}
	if (atomic_compare_exchange_strong(&b->loaded[block], &expected, v))
		return v;
	free(v);
	return expected;
}

/* ---- questions --------------------------------------------------------------- */

uint32_t ost_sites_of(const struct ost_program *p, uint32_t unit, const struct ost_site **ret)
{
	const struct ost_blocks *set = &p->kept.sets[OST_BLOCKS_SITES];
	const struct sites_block *b;
	uint32_t block, at;

	if (!p->kept.is_open) {
		*ret = p->sites.items + p->site_first.items[unit];
		return p->site_first.items[unit + 1] - p->site_first.items[unit];
	}
	block = block_of(set, unit);
	b = block_at(p, OST_BLOCKS_SITES, block);
	if (!b) {
		p = anew(p);
		return p ? ost_sites_of(p, unit, ret) : 0;
	}
	at = unit - set->first.items[block];
	*ret = b->sites + b->first[at];
	return b->first[at + 1] - b->first[at];
}

/* Appends the rows of that key. */
static void add_rows(const struct ost_site_use *rows, uint32_t nr, uint32_t key, struct ost_site_uses *uses)
{
	uint32_t lo = 0, hi = nr, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (rows[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < nr && rows[lo].key == key; lo++)
		ost_vec_add(&uses->v, rows[lo]);
}

void ost_site_uses_of(const struct ost_program *p, uint32_t key, struct ost_site_uses *uses)
{
	const struct ost_blocks *set = &p->kept.sets[OST_BLOCKS_USES];
	const struct uses_block *b;
	size_t before = uses->v.nr;
	uint32_t block;

	if (!p->kept.is_open) {
		add_rows(ost_linked_uses(p), (uint32_t)p->sites.nr, key, uses);
		return;
	}
	/* the rows of a key may begin in the block before the one that begins with it */
	for (block = key ? block_of(set, key - 1) : 0; block < set->first.nr && set->first.items[block] <= key; block++) {
		b = block_at(p, OST_BLOCKS_USES, block);
		if (!b) {
			uses->v.nr = before;
			p = anew(p);
			if (p)
				ost_site_uses_of(p, key, uses);
			return;
		}
		add_rows(b->rows, b->nr, key, uses);
	}
}

const char *ost_virtual_form(const struct ost_program *p, uint32_t virt)
{
	const struct ost_blocks *set = &p->kept.sets[OST_BLOCKS_TEXTS];
	const struct texts_block *b;
	uint32_t block;

	if (!p->kept.is_open)
		return p->virt_bytes.ptr + p->virt_text.items[virt];
	block = block_of(set, virt);
	b = block_at(p, OST_BLOCKS_TEXTS, block);
	if (b)
		return b->bytes + b->first[virt - set->first.items[block]];
	p = anew(p);
	return p ? ost_virtual_form(p, virt) : "";
}

/* ---- opening and closing ---------------------------------------------------- */

static bool is_ascending(const struct ost_blocks *b, bool may_repeat, uint64_t limit)
{
	size_t i;

	for (i = 0; i < b->first.nr; i++)
		if (b->first.items[i] >= limit || (i && b->first.items[i] < b->first.items[i - 1] + !may_repeat))
			return false;
	return true;
}

bool ost_blocks_open(struct ost_program *p)
{
	struct ost_blocks *sets = p->kept.sets, *sites = &sets[OST_BLOCKS_SITES], *texts = &sets[OST_BLOCKS_TEXTS];
	uint32_t nr_texts = p->nr_files - p->nr_real;
	int i;

	if (!is_ascending(sites, false, p->units.nr) || !is_ascending(texts, false, nr_texts) ||
	    !is_ascending(&sets[OST_BLOCKS_USES], true, UINT64_MAX) ||
	    !sites->first.nr != !p->units.nr || !texts->first.nr != !nr_texts ||
	    (sites->first.nr && sites->first.items[0]) || (texts->first.nr && texts->first.items[0]) ||
	    sets[OST_BLOCKS_USES].first.nr != ((uint64_t)p->kept.nr_sites + OST_BLOCK_ROWS - 1) / OST_BLOCK_ROWS)
		return false;
	for (i = 0; i < OST_NR_BLOCK_SETS; i++)
		sets[i].loaded = ost_calloc(sets[i].first.nr + 1, sizeof(*sets[i].loaded));
	pthread_mutex_init(&p->kept.lock, NULL);
	p->kept.is_open = true;
	return true;
}

void ost_blocks_close(struct ost_program *p)
{
	size_t i, k;

	for (i = 0; i < OST_NR_BLOCK_SETS; i++) {
		struct ost_blocks *b = &p->kept.sets[i];

		for (k = 0; b->loaded && k < b->first.nr; k++)
			free(atomic_load(&b->loaded[k]));
		free(b->loaded);
		ost_vec_deinit(&b->first);
	}
	if (p->kept.is_open)
		pthread_mutex_destroy(&p->kept.lock);
	ost_program_destroy(p->kept.anew);
	memset(&p->kept, 0, sizeof(p->kept));
}
