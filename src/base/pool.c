// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "ostler/progress.h"

struct pool {
	ost_pool_fn fn;
	void *ctx;
	size_t nr_items, chunk;
	atomic_size_t next;
	atomic_bool failed;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
};

unsigned ost_nr_cpus(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	n = CPU_COUNT(&set);
	return n > 0 ? (unsigned)n : 1;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	size_t i, first, last;

	for (;;) {
		first = atomic_fetch_add(&p->next, p->chunk);
		if (first >= p->nr_items)
			return NULL;
		last = first + p->chunk < p->nr_items ? first + p->chunk : p->nr_items;
		for (i = first; i < last; i++) {
			if (atomic_load_explicit(&p->failed, memory_order_relaxed))
				return NULL;
			if (ost_interrupted() || !p->fn(p->ctx, i, w->number))
				atomic_store(&p->failed, true);
		}
	}
}

bool ost_pool_run(unsigned nr_threads, size_t nr_items, size_t chunk,
		  ost_pool_fn fn, void *ctx)
{
	struct pool pool = { .fn = fn, .ctx = ctx, .nr_items = nr_items,
			     .chunk = chunk ? chunk : 1 };
	struct worker *workers;
	unsigned i, started;

	if (!nr_threads)
		nr_threads = ost_nr_cpus();
	workers = ost_calloc(nr_threads, sizeof(*workers));
	for (i = 0; i < nr_threads; i++)
		workers[i] = (struct worker){ .pool = &pool, .number = i };
	for (started = 1; started < nr_threads; started++)
		if (pthread_create(&workers[started].thread, NULL, work, &workers[started]))
			break;
	work(&workers[0]);
	for (i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	free(workers);
	return !atomic_load(&pool.failed);
}
