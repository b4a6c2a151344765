// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/entry.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "locks/finder.h"
#include "locks/kept_entry.h"
#include "ostler/progress.h"

bool ost_entry_is_told(const struct ost_lk_summary *sum, const struct ost_lk_event *as)
{
	uint64_t cls;

	if (as->kind != OST_EV_ASSERT || as->lock >= sum->nr_locks || as->flags & OST_EVF_COND)
		return false;
	cls = ost_lk_ref_class(&sum->locks[as->lock]);
	for (uint32_t i = 0; cls && i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];

		if ((ev->kind == OST_EV_ACQUIRE || ev->kind == OST_EV_TRY) && ev->lock < sum->nr_locks &&
		    ost_lk_ref_class(&sum->locks[ev->lock]) == cls)
			return false;
	}
	return cls != 0;
}

struct ost_entry_seed ost_entry_seed_of(const struct ost_lk_summary *sum, uint32_t event, uint16_t held, uint64_t *ret_cls)
{
	const struct ost_lk_event *ev = &sum->events[event];
	const struct ost_lk_held *in = held == OST_ENTRY_ASSERTED ? NULL : &ev->held[held];
	const struct ost_lk_ref *ref = &sum->locks[in ? in->lock : ev->lock];

	*ret_cls = ost_lk_ref_class(ref);
	return (struct ost_entry_seed){ .caller = sum->unit, .event = event, .held = held, .kind = ref->kind,
					.mode = in ? in->mode : ev->mode, .is_sure = !in || in->in_all };
}

static void begin(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g)
{
	memset(e, 0, sizeof(*e));
	e->w = w;
	e->g = g;
	e->first = ost_calloc_spread(g->nr_units + 1, sizeof(*e->first));
	e->nr = ost_calloc_spread(g->nr_units + 1, sizeof(*e->nr));
}

#define MOST_ASKED 30	/* of a hundred: more cost as much as to make all */

void ost_entries_init_over(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g,
			   const struct ost_kept_entries *below)
{
	begin(e, w, g);
	if (!ost_entries_replay(e, below, MOST_ASKED))
		ost_entries_make(e);
}

void ost_entries_init(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g,
		      const struct ost_tree_facts *tree)
{
	begin(e, w, g);
	if (tree && ost_entries_load(e, tree))
		return;
	ost_entries_make(e);
	if (tree && !ost_interrupted())
		ost_entries_save(e, tree);
}

struct ost_entries_job {
	struct ost_finder *f;
	struct ost_entries *made;
	pthread_t thread;
};

static struct ost_entries *make_entries(struct ost_finder *f)
{
	struct ost_entries *e = ost_calloc(1, sizeof(*e));
	struct ost_kept_entries below;
	bool is_over = ost_kept_entries_end(f->ahead, &below);

	f->ahead = NULL;
	if (is_over) {
		ost_entries_init_over(e, f->w, &f->graph, &below);
		ost_kept_entries_deinit(&below);
	} else {
		ost_entries_init(e, f->w, &f->graph, f->w->may_keep ? f->tree : NULL);
	}
	return e;
}

static void *run_job(void *ctx)
{
	struct ost_entries_job *job = ctx;

	job->made = make_entries(job->f);
	return NULL;
}

void ost_finder_start_entries(struct ost_finder *f)
{
	struct ost_entries_job *job;

	if (f->entries || f->entries_job || f->nr_workers == 1)
		return;
	job = ost_calloc(1, sizeof(*job));
	job->f = f;
	if (pthread_create(&job->thread, NULL, run_job, job))
		free(job);	/* made when asked for, then */
	else
		f->entries_job = job;
}

void ost_finder_drop_entries(struct ost_finder *f)
{
	if (f->entries_job)	/* nobody asked in the end */
		ost_finder_entries(f);
	if (f->entries)
		ost_entries_deinit(f->entries);
	free(f->entries);
	f->entries = NULL;
}

void ost_finder_entries(struct ost_finder *f)
{
	if (f->entries_job) {
		pthread_join(f->entries_job->thread, NULL);
		f->entries = f->entries_job->made;
		free(f->entries_job);
		f->entries_job = NULL;
	}
	if (!f->entries)
		f->entries = make_entries(f);
}

void ost_entries_clear(struct ost_entries *e)
{
	ost_vec_deinit(&e->v);
	ost_vec_deinit(&e->seeds);
	memset(e->first, 0, (e->g->nr_units + 1) * sizeof(*e->first));
	memset(e->nr, 0, (e->g->nr_units + 1) * sizeof(*e->nr));
}

void ost_entries_deinit(struct ost_entries *e)
{
	ost_vec_deinit(&e->v);
	ost_vec_deinit(&e->seeds);
	free(e->first);
	free(e->nr);
}

uint8_t *ost_entries_asked(const struct ost_entries *e, const struct ost_focus *focus)
{
	uint8_t *asked = ost_calloc(e->v.nr + 1, 1);

	for (size_t i = 0; i < e->v.nr; i++) {	/* what an entry comes from stands before it */
		const struct ost_entry *en = &e->v.items[i];

		asked[i] = ost_focus_asks(focus, ost_entry_caller(e, en)) || (en->up != OST_NO_ID && asked[en->up]);
	}
	return asked;
}
