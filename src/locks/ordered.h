/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ordered.h - what never runs at the same time, because it is all put on one
 * ordered workqueue (find_*.c, wait_*.c only).
 */
#ifndef OST_LOCKS_ORDERED_H
#define OST_LOCKS_ORDERED_H

#include "locks/finder.h"

/* A number for the ordered workqueue that the item is only ever put on; 0: there is none. */
uint64_t ost_ordered_queue_of(struct ost_finder *f, struct ost_object work);
/*
 * The same for a function that only runs as part of such items. Callers are
 * followed OST_ORDERED_DEPTH calls up, through no slots but the work's own.
 */
#define OST_ORDERED_DEPTH 5
uint64_t ost_ordered_queue_above(struct ost_finder *f, uint32_t unit);

#endif
