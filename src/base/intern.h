/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intern.h - strings to dense ids (0, 1, 2, …) in order of first appearance.
 *
 * Id 0 is always the empty string. Strings are copied and live as long as
 * the table. Not thread-safe for adding; lookups without adding may run in
 * parallel.
 */
#ifndef OST_BASE_INTERN_H
#define OST_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define OST_INTERN_NONE UINT32_MAX

struct ost_intern {
	struct ost_arena arena;
	const char **strs;	/* by id */
	uint32_t *hashes;	/* by id: upper half of the hash */
	uint32_t *lens;		/* by id */
	uint32_t *slots;	/* id + 1, 0 empty; open addressing */
	uint32_t nr, cap, mask;
};

void ost_intern_init(struct ost_intern *t);
void ost_intern_deinit(struct ost_intern *t);
/* The id of the string of len bytes, added when new. It may not hold NUL. */
uint32_t ost_intern_add(struct ost_intern *t, const char *s, size_t len);
/* The id, or OST_INTERN_NONE. */
uint32_t ost_intern_find(const struct ost_intern *t, const char *s, size_t len);
static inline const char *ost_intern_str(const struct ost_intern *t, uint32_t id)
{
	return t->strs[id];
}

#endif
