// SPDX-License-Identifier: GPL-2.0-or-later
/* The large parts of a program that was linked here, divided into blocks and kept. */
#include "program/blocks.h"

#include <stdlib.h>

#include "base/columns.h"
#include "base/pool.h"
#include "program/internal.h"

#define TEXT_BYTES (128u << 10)	/* of texts in a block; more where one text has more */

/* ---- by key ------------------------------------------------------------------- */

/* All sites by key: a place for each key, counted first. */
static struct ost_site_use *list_uses(const struct ost_program *p)
{
	struct ost_site_use *uses = ost_malloc((p->sites.nr + 1) * sizeof(*uses));
	uint32_t base[5] = { 0 }, *next, unit, i, slot;
	const struct ost_site *s = p->sites.items;

	for (i = 0; i < p->sites.nr; i++)
		if (base[OST_SITE_KIND(s[i].key) + 1] <= OST_SITE_ID(s[i].key))
			base[OST_SITE_KIND(s[i].key) + 1] = OST_SITE_ID(s[i].key) + 1;
	for (i = 1; i < 5; i++)
		base[i] += base[i - 1];
	next = ost_calloc((size_t)base[4] + 1, sizeof(*next));
	for (i = 0; i < p->sites.nr; i++)
		next[base[OST_SITE_KIND(s[i].key)] + OST_SITE_ID(s[i].key) + 1]++;
	for (i = 0; i < base[4]; i++)
		next[i + 1] += next[i];
	for (unit = 0; unit < p->units.nr; unit++) {
		for (i = p->site_first.items[unit]; i < p->site_first.items[unit + 1]; i++) {
			slot = base[OST_SITE_KIND(s[i].key)] + OST_SITE_ID(s[i].key);
			uses[next[slot]++] = (struct ost_site_use){ s[i].key, unit, s[i].line };
		}
	}
	free(next);
	return uses;
}

const struct ost_site_use *ost_linked_uses(const struct ost_program *cp)
{
	struct ost_program *p = (struct ost_program *)cp;
	struct ost_site_use *uses = atomic_load_explicit(&p->site_uses, memory_order_acquire), *expected = NULL;

	if (uses)
		return uses;
	uses = list_uses(p);
	if (atomic_compare_exchange_strong(&p->site_uses, &expected, uses))
		return uses;
	free(uses);
	return expected;
}

/* ---- blocks ------------------------------------------------------------------- */

struct saving {
	struct ost_program *p;
	const struct ost_site_use *uses;
	struct ost_buf *packed;		/* by worker */
};

static uint32_t end_of(const struct ost_blocks *b, size_t block, uint32_t all)
{
	return block + 1 < b->first.nr ? b->first.items[block + 1] : all;
}

static void pack_sites(const struct saving *s, size_t block, struct ost_buf *out)
{
	const struct ost_program *p = s->p;
	const struct ost_blocks *b = &p->kept.sets[OST_BLOCKS_SITES];
	uint32_t from = b->first.items[block], end = end_of(b, block, (uint32_t)p->units.nr), i;
	uint32_t *nr = ost_malloc((size_t)(end - from + 1) * sizeof(*nr));
	const uint32_t *first = p->site_first.items;

	for (i = from; i < end; i++)
		nr[i - from] = first[i + 1] - first[i];
	ost_columns_pack(nr, end - from, 1, out);
	ost_columns_pack((const uint32_t *)(p->sites.items + first[from]), first[end] - first[from], 2, out);
	free(nr);
}

static void pack_uses(const struct saving *s, size_t block, struct ost_buf *out)
{
	uint32_t from = (uint32_t)block * OST_BLOCK_ROWS, all = (uint32_t)s->p->sites.nr, i;
	uint32_t nr = all - from < OST_BLOCK_ROWS ? all - from : OST_BLOCK_ROWS;
	struct ost_site_use *rows = ost_malloc((size_t)(nr + 1) * sizeof(*rows));

	for (i = 0; i < nr; i++) {
		rows[i] = s->uses[from + i];
		rows[i].line -= s->p->units.items[rows[i].unit].line;
	}
	ost_columns_pack((const uint32_t *)rows, nr, 3, out);
	free(rows);
}

static void pack_texts(const struct saving *s, size_t block, struct ost_buf *out)
{
	const struct ost_program *p = s->p;
	const struct ost_blocks *b = &p->kept.sets[OST_BLOCKS_TEXTS];
	uint32_t end = end_of(b, block, (uint32_t)p->virt_text.nr);
	size_t from = p->virt_text.items[b->first.items[block]];

	ost_buf_add(out, p->virt_bytes.ptr + from,
		    (end < p->virt_text.nr ? p->virt_text.items[end] : p->virt_bytes.len) - from);
}

static bool save_block(void *ctx, size_t item, unsigned worker)
{
	static void (*const pack[])(const struct saving *s, size_t block, struct ost_buf *out) = {
		[OST_BLOCKS_SITES] = pack_sites, [OST_BLOCKS_USES] = pack_uses, [OST_BLOCKS_TEXTS] = pack_texts,
	};
	struct saving *s = ctx;
	const struct ost_blocks *b = s->p->kept.sets;

	while (item >= b->first.nr)
		item -= (b++)->first.nr;
	ost_buf_clear(&s->packed[worker]);
	pack[b - s->p->kept.sets](s, item, &s->packed[worker]);
	ost_program_block_put(s->p, (enum ost_block_set)(b - s->p->kept.sets), (uint32_t)item, s->packed[worker].ptr,
			      s->packed[worker].len);
	return true;
}

/* Where blocks begin: at units and texts, when the one before has enough; at each OST_BLOCK_ROWS of the uses. */
static void divide(struct saving *s)
{
	struct ost_program *p = s->p;
	struct ost_blocks *sets = p->kept.sets;
	uint32_t i, last = 0;
	size_t bytes = 0;

	for (i = 0; i < p->units.nr; i++)
		if (!i || p->site_first.items[i + 1] - last > OST_BLOCK_ROWS) {
			ost_vec_add(&sets[OST_BLOCKS_SITES].first, i);
			last = p->site_first.items[i];
		}
	for (i = 0; i < p->sites.nr; i += OST_BLOCK_ROWS)
		ost_vec_add(&sets[OST_BLOCKS_USES].first, s->uses[i].key);
	for (i = 0; i < p->virt_text.nr; i++)
		if (!i || p->virt_text.items[i] - bytes > TEXT_BYTES) {
			ost_vec_add(&sets[OST_BLOCKS_TEXTS].first, i);
			bytes = p->virt_text.items[i];
		}
}

bool ost_blocks_save(struct ost_program *p, uint32_t *chunk)
{
	struct saving s = { p, ost_linked_uses(p), ost_calloc(p->jobs, sizeof(struct ost_buf)) };
	size_t nr = 0, i;
	bool ok;

	divide(&s);
	p->kept.nr_sites = (uint32_t)p->sites.nr;
	for (i = 0; i < OST_NR_BLOCK_SETS; i++) {
		p->kept.sets[i].first_chunk = *chunk;
		*chunk += (uint32_t)p->kept.sets[i].first.nr;
		nr += p->kept.sets[i].first.nr;
	}
	for (i = 0; i < p->jobs; i++)
		ost_buf_init(&s.packed[i]);
	ok = ost_pool_run(p->jobs, nr, 8, save_block, &s);
	for (i = 0; i < p->jobs; i++)
		ost_buf_deinit(&s.packed[i]);
	free(s.packed);
	return ok;
}
