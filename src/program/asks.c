// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/asks.h"

#include <stdlib.h>

#include "base/hash.h"

#define NR_RECENT 8192u

__thread struct ost_asker *ost_asker;

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_names(struct ost_name_list *l)
{
	size_t i, n = 0;

	if (l->v.nr < 2)
		return;
	qsort(l->v.items, l->v.nr, sizeof(uint32_t), cmp_u32);
	for (i = 1; i < l->v.nr; i++)
		if (l->v.items[i] != l->v.items[n])
			l->v.items[++n] = l->v.items[i];
	l->v.nr = n + 1;
}

void ost_asker_begin(struct ost_asker *a, uint32_t nr_names)
{
	if (nr_names > a->nr_seen) {
		free(a->seen);
		a->nr_seen = nr_names + nr_names / 4;
		a->seen = ost_calloc(a->nr_seen, sizeof(*a->seen));
		a->now = 0;
	}
	a->now++;
	ost_vec_clear(&a->names.v);
	a->up = ost_asker;
	ost_asker = a;
}

void ost_asker_end(struct ost_asker *a)
{
	ost_asker = a->up;
	sort_names(&a->names);
}

void ost_asker_deinit(struct ost_asker *a)
{
	free(a->seen);
	free(a->recent);
	ost_vec_deinit(&a->names.v);
	ost_vec_deinit(&a->unknown.v);
}

void ost_asker_nest(struct ost_asker *a)
{
	*a = (struct ost_asker){ .up = ost_asker };
	if (ost_asker)
		ost_asker = a;
}

static void *block_of(const struct ost_name_list *l, size_t extra)
{
	char *mem = ost_calloc(1, extra + (l->v.nr + 1) * sizeof(uint32_t));
	uint32_t *block = (uint32_t *)(void *)(mem + extra);

	block[0] = (uint32_t)l->v.nr;
	if (l->v.nr)
		memcpy(block + 1, l->v.items, l->v.nr * sizeof(*block));
	return mem;
}

uint32_t *ost_name_block(const struct ost_name_list *list)
{
	return block_of(list, 0);
}

void *ost_asker_unnest(struct ost_asker *a, size_t extra)
{
	void *mem;

	if (ost_asker == a)
		ost_asker = a->up;
	sort_names(&a->names);
	mem = block_of(&a->names, extra);
	ost_asker_deinit(a);
	return mem;
}

void ost_ask_all(const uint32_t *block)
{
	uint32_t i;

	for (i = 0; ost_asker && i < block[0]; i++)
		ost_ask(block[i + 1]);
}

/* ---- texts without a number ---------------------------------------------- */

struct ost_unknown ost_unknown_of(const char *s, uint32_t len)
{
	uint64_t h = ost_hash_bytes(s, len);

	return (struct ost_unknown){ (uint32_t)(h >> 32), (uint32_t)(h >> 24) & 0xff };
}

struct ost_unknown ost_unknown_marked(char mark, const char *s, size_t len)
{
	char text[160];

	len = len < sizeof(text) - 1 ? len : sizeof(text) - 1;
	text[0] = mark;
	memcpy(text + 1, s, len);
	return ost_unknown_of(text, (uint32_t)len + 1);
}

void ost_ask_unknown_macro(const char *s, size_t len)
{
	if (ost_asker)
		ost_ask_unknown_(ost_unknown_marked(OST_MARK_MACRO, s, len));
}

void ost_ask_unknown_(struct ost_unknown u)
{
	struct ost_asker *a = ost_asker;
	struct ost_unknown *r;

	while (a->up)
		a = a->up;
	if (!a->recent)
		a->recent = ost_calloc(NR_RECENT, sizeof(*a->recent));
	r = &a->recent[u.high % NR_RECENT];
	if (r->high == u.high && r->low == (u.low | 0x100))
		return;
	*r = (struct ost_unknown){ u.high, u.low | 0x100 };
	ost_vec_add(&a->unknown.v, u);
}

static int cmp_unknown(const void *a, const void *b)
{
	const struct ost_unknown *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return x->low < y->low ? -1 : x->low > y->low;
}

void ost_unknown_sort(struct ost_unknown_list *l)
{
	size_t i, n = 0;

	if (l->v.nr < 2)
		return;
	qsort(l->v.items, l->v.nr, sizeof(*l->v.items), cmp_unknown);
	for (i = 1; i < l->v.nr; i++)
		if (cmp_unknown(&l->v.items[i], &l->v.items[n]))
			l->v.items[++n] = l->v.items[i];
	l->v.nr = n + 1;
}

bool ost_unknown_has(const struct ost_unknown_list *l, struct ost_unknown u)
{
	return l->v.nr && bsearch(&u, l->v.items, l->v.nr, sizeof(u), cmp_unknown);
}
