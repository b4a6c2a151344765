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
	unsigned own;	/* 1 << OST_OWN_* */
};

/* What a file has for itself. */
enum ost_own { OST_OWN_FUNC, OST_OWN_GLOBAL, OST_OWN_MACRO, OST_OWN_TYPE };

/* own: 0, or nothing differs but that these are, or were, there: bits of 1 << OST_OWN_*. */
typedef void (*ost_visible_fn)(void *ctx, const char *name, unsigned own);
/*
 * Calls fn for each name that the two define otherwise, in the order of their
 * bytes; NULL is a file that is not there. What a definition says and others may
 * ask for counts, see visible.c. is_own: no other file sees what is not linked (a .c file that
 * none includes); what it defines for itself then counts only as being there.
 */
void ost_visible_compare(const struct ost_facts *a, const struct ost_facts *b, bool is_own, ost_visible_fn fn,
			 void *ctx);

/*
 * Calls fn for each name a definition of which, as others see it, holds a string that is marked in `wanted`: by
 * string of f. Whoever asked for one of these may have followed that string.
 */
void ost_visible_mentions(const struct ost_facts *f, bool is_own, const uint8_t *wanted, ost_visible_fn fn, void *ctx);

#endif
