// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

static ost_progress_fn sink;
static pthread_mutex_t sink_lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t last_ms;
static atomic_bool interrupted;	/* lock-free: safe in a signal handler */

void ost_set_progress(ost_progress_fn fn)
{
	sink = fn;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void ost_progress(const char *phase, size_t done, size_t total)
{
	int64_t now;

	if (!sink)
		return;
	pthread_mutex_lock(&sink_lock);
	now = now_ms();
	if (done == total || now - last_ms >= 100) {
		last_ms = now;
		sink(phase, done, total);
	}
	pthread_mutex_unlock(&sink_lock);
}

void ost_interrupt(void)
{
	atomic_store_explicit(&interrupted, true, memory_order_relaxed);
}

bool ost_interrupted(void)
{
	return atomic_load_explicit(&interrupted, memory_order_relaxed);
}
