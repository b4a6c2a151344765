/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pool.h - run one function over many items on several threads.
 *
 * Items are handed out in chunks, in order; results must go to places of
 * their own per item (an array indexed by item), so that -j1 and -jN give
 * the same bytes. Each worker gets a number below nr_threads for scratch
 * memory of its own.
 */
#ifndef OST_BASE_POOL_H
#define OST_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

/* Return false to stop early (an error was noted in ctx). */
typedef bool (*ost_pool_fn)(void *ctx, size_t item, unsigned worker);

/*
 * Runs fn for items 0..nr_items-1 on nr_threads threads (0: as many as there
 * are processors; 1: in the calling thread). `chunk` items are taken at a
 * time (0: one). Returns false when a call returned false or the run was
 * interrupted (ost_interrupted()).
 */
bool ost_pool_run(unsigned nr_threads, size_t nr_items, size_t chunk,
		  ost_pool_fn fn, void *ctx);

/* The number of processors that this process may use, at least 1. */
unsigned ost_nr_cpus(void);

#endif
