/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oid.h - object names.
 *
 * Two forms: struct ost_oid (20 bytes, for tables of many) and hex strings
 * of 40 lower-case digits (for everything that is shown or handed around).
 * SHA-1 only: ost_repo_open() refuses other repositories.
 */
#ifndef OST_GIT_OID_H
#define OST_GIT_OID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OST_OID_SIZE 20
#define OST_HEX_SIZE 41		/* 40 digits and the NUL */

struct ost_oid {
	uint8_t id[OST_OID_SIZE];
};

void ost_oid_to_hex(char ret_hex[OST_HEX_SIZE], const struct ost_oid *oid);
/* False (and *ret untouched) when hex does not begin with 40 hex digits. */
bool ost_oid_from_hex(struct ost_oid *ret, const char *hex);

static inline int ost_oid_cmp(const struct ost_oid *a, const struct ost_oid *b)
{
	return memcmp(a->id, b->id, OST_OID_SIZE);
}

/* A key for struct ost_table: object names are hashes already. */
static inline uint64_t ost_oid_key(const struct ost_oid *oid)
{
	uint64_t key;

	memcpy(&key, oid->id, sizeof(key));
	return key;
}

/* The name that git gives to a blob of these bytes (as `git hash-object`). */
void ost_blob_id(struct ost_oid *ret, const void *data, size_t len);

#endif
