// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * keys.c - from keys to entries of packs: open addressing over the indexes
 * as they were read, with the pack's number and the entry's in a slot.
 */
#include "store/store_priv.h"

#include "base/hash.h"

static uint64_t hash_key(const void *key)
{
	uint64_t w;
	uint32_t kind_version[2];

	memcpy(&w, key, sizeof(w));
	memcpy(kind_version, (const char *)key + OST_STORE_ID_LEN, sizeof(kind_version));
	return ost_hash_mix(w ^ (uint64_t)kind_version[0] << 32 ^ kind_version[1]);
}

#define KEY_LEN (OST_STORE_ID_LEN + 2 * sizeof(uint32_t))
_Static_assert(sizeof(struct ost_store_key) == KEY_LEN, "a key begins an entry");

static struct ost_pack_entry *entry_of(const struct ost_store *s, uint64_t slot,
				       struct ost_pack **ret_pack)
{
	*ret_pack = s->packs[(slot - 1) >> 32];
	return &(*ret_pack)->entries[(uint32_t)(slot - 1)];
}

/* The slot of the key, or the empty one where it belongs. */
static uint64_t *find_slot(const struct ost_store *s, const void *key)
{
	size_t i = hash_key(key) & (s->nr_slots - 1);
	struct ost_pack *p;

	while (s->slots[i] && memcmp(entry_of(s, s->slots[i], &p), key, KEY_LEN))
		i = (i + 1) & (s->nr_slots - 1);
	return &s->slots[i];
}

void ost_keys_grow(struct ost_store *s, size_t need)
{
	uint64_t *old = s->slots;
	size_t nr_old = s->nr_slots, i;
	struct ost_pack *p;

	if (s->nr_slots >= 2 * need && s->nr_slots)
		return;
	s->nr_slots = s->nr_slots ? s->nr_slots : 1024;
	while (s->nr_slots < 2 * need)
		s->nr_slots *= 2;
	s->slots = ost_calloc(s->nr_slots, sizeof(*s->slots));
	for (i = 0; i < nr_old; i++)
		if (old[i])
			*find_slot(s, entry_of(s, old[i], &p)) = old[i];
	free(old);
}

void ost_keys_add(struct ost_store *s, uint32_t pack, uint32_t entry)
{
	uint64_t *slot = find_slot(s, &s->packs[pack]->entries[entry]);
	struct ost_pack *p;

	if (*slot && !(entry_of(s, *slot, &p)->flags & OST_PE_DEAD))
		return;
	s->nr_used += !*slot;
	*slot = ((uint64_t)pack << 32 | entry) + 1;
}

void ost_keys_add_pack(struct ost_store *s, struct ost_pack *p)
{
	uint32_t i;

	if (s->nr_packs == s->cap_packs) {
		s->cap_packs = s->cap_packs ? 2 * s->cap_packs : 16;
		s->packs = ost_reallocarray(s->packs, s->cap_packs, sizeof(*s->packs));
	}
	s->packs[s->nr_packs++] = p;
	ost_keys_grow(s, s->nr_used + p->nr + 1);
	for (i = 0; i < p->nr; i++)
		ost_keys_add(s, s->nr_packs - 1, i);
}

struct ost_pack_entry *ost_keys_find(struct ost_store *s, const struct ost_store_key *key,
				     struct ost_pack **ret_pack)
{
	struct ost_pack_entry *e;
	uint64_t slot;

	if (!s->nr_slots)
		return NULL;
	slot = *find_slot(s, key);
	if (!slot)
		return NULL;
	e = entry_of(s, slot, ret_pack);
	if (e->flags & OST_PE_DEAD)
		return NULL;
	(*ret_pack)->is_used = true;
	return e;
}

bool ost_keys_leads_to(const struct ost_store *s, const struct ost_pack_entry *e)
{
	struct ost_pack *p;
	uint64_t slot = *find_slot(s, e);

	return slot && entry_of(s, slot, &p) == e;
}
