// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/table.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

void ost_table_init(struct ost_table *t)
{
	memset(t, 0, sizeof(*t));
}

void ost_table_deinit(struct ost_table *t)
{
	free(t->slots);
	ost_table_init(t);
}

static struct ost_table_slot *probe(const struct ost_table *t, uint64_t key)
{
	size_t i = (size_t)ost_hash_mix(key * 0x9e3779b97f4a7c15ull) & t->mask;

	while (t->slots[i].key && t->slots[i].key != key)
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

uint64_t *ost_table_get(const struct ost_table *t, uint64_t key)
{
	struct ost_table_slot *s;

	if (!key)
		return t->has_zero ? (uint64_t *)(uintptr_t)&t->of_zero : NULL;
	if (!t->slots)
		return NULL;
	s = probe(t, key);
	return s->key ? &s->value : NULL;
}

static void grow(struct ost_table *t)
{
	struct ost_table old = *t;
	size_t i;

	t->mask = old.slots ? old.mask * 2 + 1 : 15;
	t->slots = ost_calloc(t->mask + 1, sizeof(*t->slots));
	for (i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].key)
			*probe(t, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

static uint64_t *put_zero(struct ost_table *t, bool *ret_new)
{
	if (ret_new)
		*ret_new = !t->has_zero;
	t->nr += !t->has_zero;
	t->has_zero = true;
	return &t->of_zero;
}

uint64_t *ost_table_put(struct ost_table *t, uint64_t key, bool *ret_new)
{
	struct ost_table_slot *s;

	if (!key)
		return put_zero(t, ret_new);
	if (!t->slots || (t->nr + 1) * 10 > (t->mask + 1) * 7)
		grow(t);
	s = probe(t, key);
	if (ret_new)
		*ret_new = !s->key;
	if (!s->key) {
		s->key = key;
		s->value = 0;
		t->nr++;
	}
	return &s->value;
}

uint64_t *ost_table_each(const struct ost_table *t, size_t *at, uint64_t *ret_key)
{
	size_t nr = t->slots ? t->mask + 1 : 0;

	while (*at < nr && !t->slots[*at].key)
		++*at;
	*ret_key = *at < nr ? t->slots[*at].key : 0;
	if (*at < nr)
		return &t->slots[(*at)++].value;
	return (*at)++ == nr ? ost_table_get(t, 0) : NULL;
}
