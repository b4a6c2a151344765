/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress.h - what long work tells while it runs, and how it is stopped.
 *
 * The library calls the sink at most ten times a second; it never prints.
 * The command line sets a sink that draws a line on stderr when that is a
 * terminal, and none otherwise.
 *
 * ost_interrupt() may be called from a signal handler: long loops look at
 * ost_interrupted() and return OST_ERR_INTERRUPTED with everything that was
 * finished kept.
 */
#ifndef OSTLER_PROGRESS_H
#define OSTLER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/* total 0: not known. The last call of a phase has done == total. */
typedef void (*ost_progress_fn)(const char *phase, size_t done, size_t total);

void ost_set_progress(ost_progress_fn fn);
/* From the library: any thread may call it; rate-limited. */
void ost_progress(const char *phase, size_t done, size_t total);

void ost_interrupt(void);
bool ost_interrupted(void);

#endif
