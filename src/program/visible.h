/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * visible.h - which names two versions of a file define otherwise.
 */
#ifndef OST_PROGRAM_VISIBLE_H
#define OST_PROGRAM_VISIBLE_H

#include <stddef.h>
#include <stdint.h>

#include "source/facts.h"

/* What one file says about one name. */
struct ost_visible {
	const char *name;
	uint64_t digest;
	size_t order;
};

typedef void (*ost_visible_fn)(void *ctx, const char *name);
/*
 * Calls fn for each name that the two define otherwise, in the order of their
 * bytes; NULL is a file that is not there. What a definition says and others may
 * ask for counts, see visible.c.
 */
void ost_visible_compare(const struct ost_facts *a, const struct ost_facts *b, ost_visible_fn fn, void *ctx);

#endif
