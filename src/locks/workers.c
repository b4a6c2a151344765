// SPDX-License-Identifier: GPL-2.0-or-later
/* The search on several threads, with the same result as on one. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/pool.h"
#include "locks/below.h"
#include "locks/entry.h"
#include "locks/finder.h"
#include "locks/kept_calls.h"
#include "locks/kept_entry.h"
#include "ostler/progress.h"

struct found { OST_VEC(struct ost_finding) v; };

struct run {
	struct ost_finder *f;
	struct found *found;	/* by item */
	ost_finder_fn fn;
	void *ctx;
};

static void make_graph(struct ost_lk_graph *g, const struct ost_tree_facts *tree, const struct ost_lk_world *w,
		       const uint8_t *near, struct ost_lk_slots_ahead *ahead)
{
	struct ost_kept_calls kept;
	bool is_kept = !near && ost_kept_calls_load(&kept, tree, w);

	ost_lk_graph_init(g, w->p, &w->tables, near, is_kept ? &kept : NULL, ahead, w->nr_workers);
	g->is_slice = tree->is_slice;
	ost_note_call_events(g, w, w->nr_workers);
	if (is_kept)
		ost_kept_calls_deinit(&kept);
	else if (w->may_keep)
		ost_kept_calls_save(g, tree, w);
}

void ost_finder_init(struct ost_finder *f, const struct ost_tree_facts *tree, const struct ost_lk_world *w,
		     const struct ost_lk_graph *graph, const uint8_t *near, struct ost_lk_slots_ahead *ahead)
{
	memset(f, 0, sizeof(*f));
	f->tree = tree;
	f->p = w->p;
	f->w = w;
	pthread_mutex_init(&f->queues_lock, NULL);
	ost_arena_init(&f->arena);
	ost_arena_init(&f->texts);
	ost_table_init(&f->by_id);
	ost_table_init(&f->sleeps);
	ost_table_init(&f->walked);
	ost_arena_init(&f->extra_arena);
	ost_program_keep_entered(f->p);
	f->bodies = ost_bodies_create(f->p);
	ost_scope_init(&f->rule_scope, f->p);
	ost_rules_init(&f->rules);
	if (graph)
		f->graph = *graph;
	else
		make_graph(&f->graph, tree, w, near, ahead);
	ost_search_init(&f->search, w, &f->graph);
}

static void end_search_of(struct ost_finder *f)
{
	ost_search_deinit(&f->search);
	ost_bodies_destroy(f->bodies);
	ost_scope_deinit(&f->rule_scope);
	ost_rules_deinit(&f->rules);
	ost_constants_deinit(&f->constants);
	ost_vec_deinit(&f->draft.steps);
	ost_vec_deinit(&f->draft.step_units);
	ost_vec_deinit(&f->draft.doubts);
	ost_eval_destroy(f->eval);
	ost_table_deinit(&f->sleeps);
	ost_table_deinit(&f->walked);
	ost_vec_deinit(&f->extra);
	ost_arena_deinit(&f->extra_arena);
	ost_arena_deinit(&f->texts);
	if (f->queues)
		ost_vec_deinit(&f->queues->v);
	free(f->queues);
	f->queues = NULL;
	pthread_mutex_destroy(&f->queues_lock);
}

struct ost_beside {
	struct ost_finder f;
	ost_beside_fn fn;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t told;
	/* under the lock */
	bool has_entries;	/* they are there, and stay as they are */
	uint32_t claimed;	/* kinds */
};

void ost_finder_end_search(struct ost_finder *f)
{
	if (f->has_ended)
		return;
	f->has_ended = true;
	for (unsigned i = 0; f->workers && i < f->nr_workers; i++)
		end_search_of(&f->workers[i]);
	for (unsigned i = 0; f->beside && f->beside->f.workers && i < f->beside->f.nr_workers; i++)
		end_search_of(&f->beside->f.workers[i]);
	if (f->beside)
		end_search_of(&f->beside->f);
	ost_finder_drop_entries(f);
	ost_kept_entries_end(f->ahead, NULL);
	end_search_of(f);
	ost_lk_graph_deinit(&f->graph);
}

static void free_found(struct ost_finder *f)
{
	ost_vec_deinit(&f->found);
	ost_table_deinit(&f->by_id);
}

/* All have ended their search. */
static void free_workers(struct ost_finder *f)
{
	for (unsigned i = 0; f->workers && i < f->nr_workers; i++) {
		free_found(&f->workers[i]);
		ost_arena_deinit(&f->workers[i].arena);
	}
	free(f->workers);
	f->workers = NULL;
}

void ost_finder_deinit(struct ost_finder *f)
{
	ost_finder_end_search(f);
	free_workers(f);
	if (f->beside) {
		pthread_mutex_destroy(&f->beside->lock);
		pthread_cond_destroy(&f->beside->told);
		free_workers(&f->beside->f);
		free_found(&f->beside->f);
		ost_arena_deinit(&f->beside->f.arena);
	}
	free(f->beside);
	f->beside = NULL;
	free_found(f);
}

static bool one_item(void *ctx, size_t item, unsigned worker)
{
	struct run *run = ctx;
	struct ost_finder *f = &run->f->workers[worker];

	run->fn(f, run->ctx, item);
	for (size_t i = 0; i < f->found.nr; i++)
		ost_vec_add(&run->found[item].v, f->found.items[i]);
	ost_vec_clear(&f->found);
	ost_table_deinit(&f->by_id);
	ost_table_init(&f->by_id);
	return !ost_interrupted();
}

static void start_workers(struct ost_finder *f)
{
	if (!f->nr_workers)
		f->nr_workers = ost_nr_cpus();
	if (!f->workers) {
		f->workers = ost_calloc(f->nr_workers, sizeof(*f->workers));
		for (unsigned i = 0; i < f->nr_workers; i++)
			ost_finder_init(&f->workers[i], f->tree, f->w, &f->graph, NULL, NULL);
	}
	for (unsigned i = 0; i < f->nr_workers; i++) {
		f->workers[i].graph = f->graph;
		f->workers[i].search.is_aimed = f->search.is_aimed;
		f->workers[i].search.leads = f->search.leads;
		f->workers[i].search.sure = f->search.sure;
		f->workers[i].kinds = f->kinds;
		f->workers[i].focus = f->focus;
		f->workers[i].entries = f->entries;
	}
}

void ost_finder_each(struct ost_finder *f, size_t nr, ost_finder_fn fn, void *ctx)
{
	struct run run = { .f = f, .fn = fn, .ctx = ctx };

	start_workers(f);
	run.found = ost_calloc(nr + 1, sizeof(*run.found));
	ost_pool_run(f->nr_workers, nr, 1, one_item, &run);
	for (size_t i = 0; i < nr; i++) {
		for (size_t k = 0; k < run.found[i].v.nr; k++)
			ost_finder_add(f, &run.found[i].v.items[k]);
		ost_vec_deinit(&run.found[i].v);
	}
	free(run.found);
	for (unsigned i = 0; i < f->nr_workers; i++) {
		f->nr_limits += f->workers[i].nr_limits;
		f->workers[i].nr_limits = 0;
	}
}

static void *run_beside(void *ctx)
{
	struct ost_beside *b = ctx;

	b->fn(&b->f);
	return NULL;
}

bool ost_finder_start_beside(struct ost_finder *f, ost_beside_fn fn)
{
	struct ost_beside *b = f->beside;

	if (f->nr_workers == 1)
		return false;
	if (!b) {
		f->beside = b = ost_calloc(1, sizeof(*b));
		ost_finder_init(&b->f, f->tree, f->w, &f->graph, NULL, NULL);
		b->f.nr_workers = 1;
		b->f.owner = f;
		pthread_mutex_init(&b->lock, NULL);
		pthread_cond_init(&b->told, NULL);
	}
	b->fn = fn;
	b->has_entries = false;
	b->claimed = 0;
	b->f.kinds = f->kinds;
	b->f.focus = f->focus;
	b->f.entries = f->entries;
	b->f.ahead = f->ahead;
	return !pthread_create(&b->thread, NULL, run_beside, b);
}

void ost_finder_tell_entries(struct ost_finder *f)
{
	struct ost_beside *b = f->owner->beside;

	pthread_mutex_lock(&b->lock);
	b->has_entries = true;
	pthread_cond_signal(&b->told);
	pthread_mutex_unlock(&b->lock);
}

bool ost_finder_claim(struct ost_finder *f, uint32_t kinds, bool by_entries)
{
	struct ost_beside *b = f->owner ? f->owner->beside : f->beside;
	bool is_free;

	pthread_mutex_lock(&b->lock);
	is_free = !(b->claimed & kinds);
	b->claimed |= kinds;
	while (is_free && by_entries && !b->has_entries)
		pthread_cond_wait(&b->told, &b->lock);
	if (b->has_entries)
		f->entries = b->f.entries;
	pthread_mutex_unlock(&b->lock);
	return is_free;
}

void ost_finder_join_beside(struct ost_finder *f)
{
	struct ost_finder *b = &f->beside->f;

	pthread_join(f->beside->thread, NULL);
	for (size_t i = 0; i < b->found.nr; i++)
		ost_finder_add(f, &b->found.items[i]);
	ost_vec_clear(&b->found);
	ost_table_deinit(&b->by_id);
	ost_table_init(&b->by_id);
	f->entries = b->entries;
	f->ahead = b->ahead;
	f->nr_limits += b->nr_limits;
	f->nr_wait_sites += b->nr_wait_sites;
	b->nr_limits = b->nr_wait_sites = 0;
	b->entries = NULL;
	if (f->is_for_one)
		ost_finder_drop_entries(f);
}
