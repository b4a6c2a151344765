/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * abba.h - two locks taken in both orders: one of the two sides, and what
 * speaks against their meeting (find_abba.c, abba_doubts.c).
 */
#ifndef OST_LOCKS_ABBA_H
#define OST_LOCKS_ABBA_H

#include "locks/chain.h"

/* From who holds a down to who blocks on b. */
struct ost_abba_side {
	struct ost_chain c;
	uint64_t a, b;		/* classes */
	const struct ost_lk_ref *take_ref;
};

/*
 * The locks of a class are of two outer structs; or, where the kernel splits the
 * class, not shown to be of one kind. is_a: the class that x holds, or else the other one.
 */
bool ost_abba_is_other_kind(struct ost_finder *f, const char *class_name, const struct ost_abba_side *x,
			    const struct ost_abba_side *y, bool is_a);

/* The file has objects of one kind, told by the slots `within`, and others of its folder have those of more. */
bool ost_abba_is_kind(const struct ost_finder *f, const char *within, uint32_t file);

/* Says the doubts about the draft, then tells both sides. x holds what y takes, and the other way round. */
void ost_abba_judge(struct ost_finder *f, struct ost_abba_side *x, struct ost_abba_side *y);

#endif
