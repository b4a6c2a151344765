// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/asks.h"

#include <stdlib.h>

#include "base/hash.h"

#define NR_RECENT 8192u

__thread struct ost_asker *ost_asker;
static __thread uint64_t last_serial;

/* ---- sorting --------------------------------------------------------------- */

#define FEW 32u		/* keys that are sorted by insertion */

static void sort_few(uint64_t *keys, size_t nr)
{
	uint64_t v;
	size_t i, k;

	for (i = 1; i < nr; i++) {
		v = keys[i];
		for (k = i; k && keys[k - 1] > v; k--)
			keys[k] = keys[k - 1];
		keys[k] = v;
	}
}

/* By digits, as many as the largest key has. tmp has room for as many; nr is below 1 << 32. */
static void sort_keys(uint64_t *keys, uint64_t *tmp, size_t nr)
{
	uint64_t *from = keys, *swap, all = 0;
	uint32_t count[257];
	unsigned pass;
	size_t i;

	if (nr <= FEW) {
		sort_few(keys, nr);
		return;
	}
	for (i = 0; i < nr; i++)
		all |= keys[i];
	for (pass = 0; pass < 8 && all >> pass * 8; pass++) {
		memset(count, 0, sizeof(count));
		for (i = 0; i < nr; i++)
			count[(keys[i] >> pass * 8 & 0xff) + 1]++;
		for (i = 0; i < 255; i++)
			count[i + 1] += count[i];
		for (i = 0; i < nr; i++)
			tmp[count[keys[i] >> pass * 8 & 0xff]++] = keys[i];
		swap = keys;
		keys = tmp;
		tmp = swap;
	}
	if (keys != from)
		memcpy(from, keys, nr * sizeof(*keys));
}

static size_t drop_doubles(uint64_t *keys, size_t nr)
{
	size_t i, n = 0;

	for (i = 1; i < nr; i++)
		if (keys[i] != keys[n])
			keys[++n] = keys[i];
	return nr ? n + 1 : 0;
}

static void sort_names(struct ost_asker *a)
{
	struct ost_name_list *l = &a->names;
	size_t i;

	if (!l->v.nr)
		return;
	if (a->nr_keys < l->v.nr * 2) {
		free(a->keys);
		a->nr_keys = l->v.nr * 4;
		a->keys = ost_calloc(a->nr_keys, sizeof(*a->keys));
	}
	for (i = 0; i < l->v.nr; i++)
		a->keys[i] = l->v.items[i];
	sort_keys(a->keys, a->keys + l->v.nr, l->v.nr);
	l->v.nr = drop_doubles(a->keys, l->v.nr);
	for (i = 0; i < l->v.nr; i++)
		l->v.items[i] = (uint32_t)a->keys[i];
}

/* ---- who asks -------------------------------------------------------------- */

void ost_asker_begin(struct ost_asker *a, uint32_t nr_names)
{
	if (nr_names > a->nr_seen) {
		free(a->seen);
		a->nr_seen = nr_names + nr_names / 4;
		a->seen = ost_calloc_spread(a->nr_seen, sizeof(*a->seen));
		a->now = 0;
	}
	if (!++a->now) {
		memset(a->seen, 0, a->nr_seen);
		a->now = 1;
	}
	ost_vec_clear(&a->names.v);
	a->serial = ++last_serial;
	a->up = ost_asker;
	ost_asker = a;
}

void ost_asker_end(struct ost_asker *a)
{
	ost_asker = a->up;
	sort_names(a);
}

void ost_asker_deinit(struct ost_asker *a)
{
	free(a->seen);
	free(a->recent);
	free(a->keys);
	ost_vec_deinit(&a->names.v);
	ost_vec_deinit(&a->unknown.v);
}

void ost_asker_nest(struct ost_asker *a)
{
	*a = (struct ost_asker){ .up = ost_asker, .serial = ++last_serial };
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
	sort_names(a);
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
	return ost_unknown_hashed(ost_hash_bytes(s, len));
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

/* The list of this thread that all others are in; what was noted lately is at hand. */
static struct ost_asker *outermost(void)
{
	struct ost_asker *a = ost_asker;

	while (a->up)
		a = a->up;
	if (!a->recent)
		a->recent = ost_calloc(NR_RECENT, sizeof(*a->recent));
	return a;
}

static void note_unknown(struct ost_asker *a, struct ost_unknown u)
{
	struct ost_unknown *r = &a->recent[u.high % NR_RECENT];

	if (r->high == u.high && r->low == (u.low | 0x100))
		return;
	*r = (struct ost_unknown){ u.high, u.low | 0x100 };
	ost_vec_add(&a->unknown.v, u);
}

void ost_ask_unknown_(struct ost_unknown u)
{
	note_unknown(outermost(), u);
}

void ost_ask_unknown_all(const struct ost_unknown *u, uint32_t nr)
{
	struct ost_asker *a;
	uint32_t i;

	if (!nr || !ost_asker)
		return;
	a = outermost();
	for (i = 0; i < nr; i++)
		__builtin_prefetch(&a->recent[u[i].high % NR_RECENT], 1);
	for (i = 0; i < nr; i++)
		note_unknown(a, u[i]);
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
	uint64_t *keys = ost_calloc(l->v.nr * 2 + 1, sizeof(*keys));
	size_t i;

	for (i = 0; i < l->v.nr; i++)
		keys[i] = (uint64_t)l->v.items[i].high << 8 | l->v.items[i].low;
	sort_keys(keys, keys + l->v.nr, l->v.nr);
	l->v.nr = drop_doubles(keys, l->v.nr);
	for (i = 0; i < l->v.nr; i++)
		l->v.items[i] = (struct ost_unknown){ (uint32_t)(keys[i] >> 8), (uint32_t)(keys[i] & 0xff) };
	free(keys);
}

bool ost_unknown_has(const struct ost_unknown_list *l, struct ost_unknown u)
{
	return l->v.nr && bsearch(&u, l->v.items, l->v.nr, sizeof(u), cmp_unknown);
}

void ost_missed_sort(struct ost_missed_list *l)
{
	uint64_t *keys = ost_calloc(l->v.nr * 2 + 1, sizeof(*keys));
	size_t i;

	for (i = 0; i < l->v.nr; i++)
		keys[i] = (uint64_t)l->v.items[i].file << 32 | l->v.items[i].name;
	sort_keys(keys, keys + l->v.nr, l->v.nr);
	l->v.nr = drop_doubles(keys, l->v.nr);
	for (i = 0; i < l->v.nr; i++)
		l->v.items[i] = (struct ost_missed){ (uint32_t)(keys[i] >> 32), (uint32_t)keys[i] };
	free(keys);
}
