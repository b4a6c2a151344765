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

	while (t->slots[i].used && t->slots[i].key != key)
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

uint64_t *ost_table_get(const struct ost_table *t, uint64_t key)
{
	struct ost_table_slot *s;

	if (!t->slots)
		return NULL;
	s = probe(t, key);
	return s->used ? &s->value : NULL;
}

static void grow(struct ost_table *t)
{
	struct ost_table old = *t;
	size_t i;

	t->mask = old.slots ? old.mask * 2 + 1 : 15;
	t->slots = ost_calloc(t->mask + 1, sizeof(*t->slots));
	for (i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].used)
			*probe(t, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

uint64_t *ost_table_put(struct ost_table *t, uint64_t key, bool *ret_new)
{
	struct ost_table_slot *s;

	if (!t->slots || (t->nr + 1) * 10 > (t->mask + 1) * 7)
		grow(t);
	s = probe(t, key);
	if (ret_new)
		*ret_new = !s->used;
	if (!s->used) {
		s->used = true;
		s->key = key;
		s->value = 0;
		t->nr++;
	}
	return &s->value;
}
