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

/* Says the doubts about the draft, then tells both sides. x holds what y takes, and the other way round. */
void ost_abba_judge(struct ost_finder *f, struct ost_abba_side *x, struct ost_abba_side *y);

#endif
