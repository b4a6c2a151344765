// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/internal.h"

/* A slot holds 8 bits of the hash, so that few other names are looked at. */
#define TAG 0xff000000u
#define NAME_BYTES 22u	/* with the NUL; a whole kernel's have 20.2 */
#define NAMES_MAX 0xffffffu	/* more are one name without text: nothing is found by them */

void ost_symtab_init(struct ost_symtab *t)
{
	memset(t, 0, sizeof(*t));
	ost_vec_add(&t->off, 0);
	ost_symtab_add(t, "", 0, ost_symtab_hash("", 0));
}

void ost_symtab_deinit(struct ost_symtab *t)
{
	ost_vec_deinit(&t->bytes);
	ost_vec_deinit(&t->off);
	free(t->slots);
	memset(t, 0, sizeof(*t));
}

#define AHEAD 32u	/* names whose slots are fetched before the first of them is needed */

/* Makes the table anew with at least `room` slots, more than there are names. */
static void make_slots(struct ost_symtab *t, uint32_t room)
{
	uint32_t size = 1024, hashes[AHEAD], i, k, n, slot;

	while (size < room)
		size *= 2;
	free(t->slots);
	t->slots = t->is_spread ? ost_calloc_spread(size, sizeof(*t->slots)) : ost_calloc(size, sizeof(*t->slots));
	t->mask = size - 1;
	for (i = 0; i < t->nr; i += n) {
		n = t->nr - i < AHEAD ? t->nr - i : AHEAD;
		for (k = 0; k < n; k++) {
			hashes[k] = ost_symtab_hash(ost_symtab_str(t, i + k),
						    t->off.items[i + k + 1] - t->off.items[i + k] - 1);
			__builtin_prefetch(&t->slots[hashes[k] & t->mask], 1);
		}
		for (k = 0; k < n; k++) {
			slot = hashes[k] & t->mask;
			while (t->slots[slot])
				slot = (slot + 1) & t->mask;
			t->slots[slot] = (hashes[k] & TAG) | (i + k + 1);
		}
	}
}

void ost_symtab_expect(struct ost_symtab *t, uint32_t nr)
{
	if (nr > NAMES_MAX || nr * 2 <= t->mask)
		return;
	t->is_spread = true;
	make_slots(t, nr * 2);
	ost_vec_reserve_spread(&t->off, (size_t)nr + 1);
	ost_vec_reserve_spread(&t->bytes, (size_t)nr * NAME_BYTES);
}

void ost_symtab_rehash(struct ost_symtab *t)
{
	make_slots(t, t->nr + t->nr / 8u + 2);
}

bool ost_symtab_restore(struct ost_symtab *t, uint32_t nr)
{
	const char *s = t->bytes.items, *end = s + t->bytes.nr, *nul;
	uint32_t i;

	ost_vec_reserve(&t->off, (size_t)nr + 1);
	for (i = 0; i < nr; i++) {
		t->off.items[i] = (uint32_t)(s - t->bytes.items);
		nul = memchr(s, 0, (size_t)(end - s));
		if (!nul)
			return false;
		s = nul + 1;
	}
	t->off.items[nr] = (uint32_t)(s - t->bytes.items);
	t->off.nr = (size_t)nr + 1;
	t->nr = nr;
	return s == end && nr && nr < NAMES_MAX;
}

static uint32_t find_slot(const struct ost_symtab *t, const char *s, uint32_t len, uint32_t hash)
{
	uint32_t slot = hash & t->mask, id;

	while ((id = t->slots[slot])) {
		if ((id ^ hash) & TAG) {
			slot = (slot + 1) & t->mask;
			continue;
		}
		id = (id & ~TAG) - 1;
		if (t->off.items[id + 1] - t->off.items[id] - 1 == len &&
		    !memcmp(ost_symtab_str(t, id), s, len))
			break;
		slot = (slot + 1) & t->mask;
	}
	return slot;
}

void ost_symtab_prefetch(const struct ost_symtab *t, const uint32_t *hashes, uint32_t nr)
{
	uint32_t i, id;

	for (i = 0; i < nr; i++)
		__builtin_prefetch(&t->slots[hashes[i] & t->mask]);
	for (i = 0; i < nr; i++) {
		id = t->slots[hashes[i] & t->mask];
		if (id && !((id ^ hashes[i]) & TAG))
			__builtin_prefetch(&t->off.items[(id & ~TAG) - 1]);
	}
	for (i = 0; i < nr; i++) {
		id = t->slots[hashes[i] & t->mask];
		if (id && !((id ^ hashes[i]) & TAG))
			__builtin_prefetch(ost_symtab_str(t, (id & ~TAG) - 1));
	}
}

uint32_t ost_symtab_find(const struct ost_symtab *t, const char *s, uint32_t len, uint32_t hash)
{
	uint32_t id = t->slots[find_slot(t, s, len, hash)];

	return id ? (id & ~TAG) - 1 : OST_NO_ID;
}

uint32_t ost_symtab_add(struct ost_symtab *t, const char *s, uint32_t len, uint32_t hash)
{
	uint32_t slot;

	if (t->nr * 2u + 2 > t->mask)
		make_slots(t, t->nr * 2u + 2);
	slot = find_slot(t, s, len, hash);
	if (t->slots[slot])
		return (t->slots[slot] & ~TAG) - 1;
	if (t->nr + 2 > NAMES_MAX)
		return 0;
	ost_vec_reserve(&t->bytes, t->bytes.nr + len + 1);
	memcpy(t->bytes.items + t->bytes.nr, s, len);
	t->bytes.nr += len;
	t->bytes.items[t->bytes.nr++] = 0;
	ost_vec_add(&t->off, (uint32_t)t->bytes.nr);
	t->slots[slot] = (hash & TAG) | ++t->nr;
	return t->nr - 1;
}
