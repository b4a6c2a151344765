/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table.h - a hash table from 64-bit keys to 64-bit values.
 *
 * Keys are any uint64_t (two small ids packed, or an ost_hash_bytes() value
 * where the caller compares the real key itself). Order of iteration is not
 * defined and must never reach output: keep results in vectors.
 */
#ifndef OST_BASE_TABLE_H
#define OST_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ost_table_slot {
	uint64_t key, value;	/* free: key 0 */
};

struct ost_table {
	struct ost_table_slot *slots;
	size_t nr, mask;	/* mask + 1 slots, 0 slots when empty */
	uint64_t of_zero;	/* the value of key 0, which has no slot */
	bool has_zero;
};

#define OST_TABLE_INIT { NULL, 0, 0, 0, false }

void ost_table_init(struct ost_table *t);
void ost_table_deinit(struct ost_table *t);
/* Address of the value of the key, or NULL. Valid until the next put. */
uint64_t *ost_table_get(const struct ost_table *t, uint64_t key);
/*
 * Address of the value of the key, added with value 0 when new;
 * *ret_new (may be NULL) says which.
 */
uint64_t *ost_table_put(struct ost_table *t, uint64_t key, bool *ret_new);
/* Address of the value of the next key, or NULL at the end; *at is 0 at first. In no order. */
uint64_t *ost_table_each(const struct ost_table *t, size_t *at, uint64_t *ret_key);

static inline uint64_t ost_table_pack(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

#endif
