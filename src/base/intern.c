// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/intern.h"

#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

void ost_intern_init(struct ost_intern *t)
{
	memset(t, 0, sizeof(*t));
	ost_arena_init(&t->arena);
	t->mask = 63;
	t->slots = ost_calloc(t->mask + 1, sizeof(*t->slots));
	ost_intern_add(t, "", 0);
}

void ost_intern_deinit(struct ost_intern *t)
{
	ost_arena_deinit(&t->arena);
	free(t->strs);
	free(t->hashes);
	free(t->lens);
	free(t->slots);
	memset(t, 0, sizeof(*t));
}

static void grow_slots(struct ost_intern *t)
{
	uint32_t mask = t->mask * 2 + 1, id, i;
	uint32_t *slots = ost_calloc((size_t)mask + 1, sizeof(*slots));

	for (id = 0; id < t->nr; id++) {
		for (i = t->hashes[id] & mask; slots[i]; i = (i + 1) & mask)
			;
		slots[i] = id + 1;
	}
	free(t->slots);
	t->slots = slots;
	t->mask = mask;
}

/* The slot of the string, or the empty one where it belongs. */
static uint32_t probe(const struct ost_intern *t, const char *s, size_t len, uint32_t hash)
{
	uint32_t i, id;

	for (i = hash & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
		id = t->slots[i] - 1;
		if (t->hashes[id] == hash && t->lens[id] == len &&
		    !memcmp(t->strs[id], s, len))
			break;
	}
	return i;
}

uint32_t ost_intern_find(const struct ost_intern *t, const char *s, size_t len)
{
	uint32_t hash = (uint32_t)(ost_hash_bytes(s, len) >> 32);
	uint32_t i = probe(t, s, len, hash);

	return t->slots[i] ? t->slots[i] - 1 : OST_INTERN_NONE;
}

uint32_t ost_intern_add(struct ost_intern *t, const char *s, size_t len)
{
	uint32_t hash = (uint32_t)(ost_hash_bytes(s, len) >> 32);
	uint32_t i = probe(t, s, len, hash);

	if (t->slots[i])
		return t->slots[i] - 1;
	if (t->nr == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 64;
		t->strs = ost_reallocarray(t->strs, t->cap, sizeof(*t->strs));
		t->hashes = ost_reallocarray(t->hashes, t->cap, sizeof(*t->hashes));
		t->lens = ost_reallocarray(t->lens, t->cap, sizeof(*t->lens));
	}
	t->strs[t->nr] = ost_arena_strndup(&t->arena, s, len);
	t->hashes[t->nr] = hash;
	t->lens[t->nr] = (uint32_t)len;
	t->slots[i] = ++t->nr;
	if (t->nr * 2 > t->mask)
		grow_slots(t);
	return t->nr - 1;
}
