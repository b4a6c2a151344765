/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elements.h - which element of an array a lock is (find_*.c only).
 *
 * Paths do not keep an index. Where a lock is taken, `&d->locks[CORE]`, it is
 * read from the expression; an index that is a parameter, from the calls above.
 */
#ifndef OST_LOCKS_ELEMENTS_H
#define OST_LOCKS_ELEMENTS_H

#include "locks/finder.h"

struct ost_element {
	enum { OST_EL_NONE, OST_EL_VARIABLE, OST_EL_CONSTANT } kind;
	uint32_t text;		/* constant: of ost_const_text() */
	uint32_t unit;		/* whose file means it */
};
/*
 * The element that the call `node` of frames[0] takes, which names the lock;
 * the frames above it say what it was called with.
 */
struct ost_element ost_element_of(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, uint32_t node,
				  const struct ost_lk_ref *lock);
/* Each of the two expressions, in two functions, writes a constant index, and it is not the same one. */
bool ost_are_other_elements(struct ost_finder *f, uint32_t unit, uint32_t node, uint32_t other_unit, uint32_t other);
/* A doubt where they may be, or are, two elements; is_shown: that the locks are one object was shown by itself. */
void ost_judge_elements(struct ost_finder *f, const struct ost_element *a, const struct ost_element *b, bool is_shown);

#endif
