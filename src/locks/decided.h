/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decided.h - conditions on a way that are decided further up on it: by
 * constants and functions that are handed down, by objects that were just made
 * (find_*.c only).
 */
#ifndef OST_LOCKS_DECIDED_H
#define OST_LOCKS_DECIDED_H

#include "locks/finder.h"

/*
 * What is handed down keeps the way from being walked: `f(x, HARD)` does not
 * get to what stands under `!(flags & (LOCAL | HARD))`. What all callers of the
 * uppermost function give it counts, too. last: the event in frames[0].
 */
bool ost_way_is_decided(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			const struct ost_lk_event *last);
/*
 * Below the holder the way goes on only where a pointer is NULL by which the
 * held lock is reached: `lock(&x->input->mutex)` and `if (!x->input)`.
 */
bool ost_way_needs_null(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			const struct ost_lk_event *last, const struct ost_path *lock);
/*
 * A function on the way that goes on for one kind of a constant only which is
 * handed down (`rv == 1` with `rv = address_of(reg)`): each time, or never. NULL: none.
 */
const char *ost_asks_for_constant(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
				  const struct ost_lk_event *last);
/*
 * A function on the way that goes on for some state only of an object which the
 * way has made further up: who made it knows that state. with_returns: or that may
 * have left before. NULL: none.
 */
const char *ost_asks_for_new(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			     const struct ost_lk_event *last, bool with_returns);
/* Lowers the rank where the way goes on for some state only of an object that it has made. */
void ost_judge_new(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last);
/*
 * unbound.c: lowers the rank where a function of the way binds the callback and
 * goes on because something has failed: it is not bound yet, or nobody has started it.
 */
void ost_judge_unbound(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last,
		       uint32_t binding);
/*
 * sides.c: a function of the second way that needs a predicate or a bit to be the
 * other way round than the first way does; NULL: none.
 */
const char *ost_sides_oppose(struct ost_finder *f, const struct ost_frame *one, unsigned nr_one, const struct ost_lk_event *last_one,
			     const struct ost_frame *two, unsigned nr_two, const struct ost_lk_event *last_two);
/*
 * sides.c: a function of the way that needs a member to be the other way round than it is where the callback is bound:
 * `x->fast = fast; if (fast) bind(f);`. NULL: none.
 */
const char *ost_binding_opposes(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last,
				const struct ost_binding *b);
/*
 * The path, seen from frames[at], leads into an object that the functions of
 * the way above have made themselves and shown to nobody before that call.
 */
bool ost_is_new_object(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned at,
		       const struct ost_path *path);

#endif
