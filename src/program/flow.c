// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 4: all bodies and initialisers, a batch of files at a time on all threads;
 * meanwhile what was written down for the batch before is merged in the order of
 * files. The walk itself is in flow_*.c.
 */
#include "program/flow.h"

#include "base/pool.h"
#include "ostler/progress.h"

struct flow {
	struct ost_program *p;
	uint32_t first;
	struct flow_out *outs;
	struct flow_out *previous;	/* of the batch before, being merged */
	uint32_t nr_previous;
	struct flow_walk *walks;	/* by worker */
	struct ost_asker *askers;
	bool *is_ready;
};

static void clear_out(struct flow_out *o)
{
	ost_vec_clear(&o->sites);
	ost_vec_clear(&o->site_nr);
	ost_vec_clear(&o->argflows);
	ost_vec_clear(&o->paramstores);
	ost_vec_clear(&o->targets);
	ost_vec_clear(&o->points);
	ost_vec_clear(&o->bindings);
	ost_vec_clear(&o->lock_uses);
	ost_vec_clear(&o->asks.v);
	memset(&o->stats, 0, sizeof(o->stats));
}

#define APPEND(to, from)						\
	do {								\
		ost_vec_reserve(to, (to)->nr + (from)->nr);		\
		if ((from)->nr)						\
			memcpy((to)->items + (to)->nr, (from)->items,	\
			       (from)->nr * sizeof(*(to)->items));	\
		(to)->nr += (from)->nr;					\
	} while (0)

static void walk_file(struct flow_walk *w, uint32_t file)
{
	const struct ost_file_info *fi = &w->p->files[file];
	uint32_t i;

	w->str_flags.pf = NULL;
	if (ost_scope_enter_file(&w->s, file)) {
		if (w->s.more->is_own)
			ost_pfile_ask_names(&w->s.more->own);
		ost_flow_enter_file(w, w->s.more->pf);
	}
	for (i = fi->first_unit; i < fi->first_unit + fi->nr_units; i++) {
		ost_flow_walk_unit(w, i);
		ost_vec_add(&w->out->site_nr, (uint32_t)w->out->sites.nr);
	}
	for (i = fi->first_global; i < fi->first_global + fi->nr_globals; i++)
		if (w->p->global_flags.items[i] & OST_GF_INIT)
			ost_flow_walk_global(w, i);
	ost_flow_walk_invokes(w, file);
}

static void flow_file(struct flow *fl, uint32_t item, unsigned worker)
{
	struct flow_walk *w = &fl->walks[worker];
	uint32_t file = fl->first + item;

	if (ost_reuse_has_flows(fl->p, file))
		return;
	if (!fl->is_ready[worker]) {
		w->p = fl->p;
		ost_scope_init(&w->s, fl->p);
		fl->is_ready[worker] = true;
	}
	w->out = &fl->outs[item];
	clear_out(w->out);
	ost_asker_begin(&fl->askers[worker], fl->p->names.nr);
	ost_expand_asked(fl->p, file);
	walk_file(w, file);
	ost_asker_end(&fl->askers[worker]);
	APPEND(&w->out->asks.v, &fl->askers[worker].names.v);
}

static void merge(struct ost_program *p, const struct flow_out *o)
{
	uint32_t base = (uint32_t)p->sites.nr;
	size_t i;

	for (i = 0; i < o->site_nr.nr; i++)
		ost_vec_add(&p->site_first, base + o->site_nr.items[i]);
	APPEND(&p->sites, &o->sites);
	APPEND(&p->argflows, &o->argflows);
	APPEND(&p->paramstores, &o->paramstores);
	APPEND(&p->targets, &o->targets);
	APPEND(&p->points, &o->points);
	APPEND(&p->bindings, &o->bindings);
	APPEND(&p->lock_uses, &o->lock_uses);
	APPEND(&p->asks.v, &o->asks.v);
	ost_vec_add(&p->ask_first, (uint32_t)p->asks.v.nr);
	ost_program_add_stats(p, &o->stats);
}

void ost_program_add_stats(struct ost_program *p, const struct ost_file_stats *fs)
{
	struct ost_program_stats *to = &p->stats;
	int i;

	ost_vec_add(&p->file_stats, *fs);
	to->nr_calls += fs->nr_calls;
	to->nr_direct += fs->nr_direct;
	to->nr_unknown += fs->nr_unknown;
	to->nr_slot_calls += fs->nr_slot_calls;
	to->nr_slot_typed += fs->nr_slot_typed;
	for (i = 0; i < OST_NR_SLOT_WHYS; i++)
		to->slot_why[i] += fs->slot_why[i];
	for (i = 0; i < OST_NR_LOCK_HOWS; i++) {
		to->lock_how[i] += fs->lock_how[i];
		to->nr_lock_args += fs->lock_how[i];
		to->nr_lock_typed += i <= OST_LOCK_LOCAL ? fs->lock_how[i] : 0;
	}
}

static void free_outs(struct flow_out *outs)
{
	struct flow_out *o;

	for (o = outs; o < outs + OST_LINK_BATCH; o++) {
		ost_vec_deinit(&o->sites);
		ost_vec_deinit(&o->site_nr);
		ost_vec_deinit(&o->argflows);
		ost_vec_deinit(&o->paramstores);
		ost_vec_deinit(&o->targets);
		ost_vec_deinit(&o->points);
		ost_vec_deinit(&o->bindings);
		ost_vec_deinit(&o->lock_uses);
		ost_vec_deinit(&o->asks.v);
	}
	free(outs);
}

static void flow_deinit(struct flow *fl)
{
	uint32_t i;

	free_outs(fl->outs);
	free_outs(fl->previous);
	for (i = 0; i < fl->p->jobs; i++) {
		if (fl->is_ready[i])
			ost_scope_deinit(&fl->walks[i].s);
		ost_asker_deinit(&fl->askers[i]);
		ost_vec_deinit(&fl->walks[i].str_flags.v);
		ost_vec_deinit(&fl->walks[i].str_flags.declared);
		ost_vec_deinit(&fl->walks[i].str_flags.funcs);
		ost_vec_deinit(&fl->walks[i].local_holds);
	}
	free(fl->walks);
	free(fl->askers);
	free(fl->is_ready);
}

static void flow_init(struct flow *fl, struct ost_program *p)
{
	fl->p = p;
	fl->outs = ost_calloc(OST_LINK_BATCH, sizeof(*fl->outs));
	fl->previous = ost_calloc(OST_LINK_BATCH, sizeof(*fl->previous));
	fl->walks = ost_calloc(p->jobs, sizeof(*fl->walks));
	fl->askers = ost_calloc(p->jobs, sizeof(*fl->askers));
	fl->is_ready = ost_calloc(p->jobs, sizeof(*fl->is_ready));
}

static void merge_previous(struct flow *fl)
{
	uint32_t first = fl->first - fl->nr_previous, i;

	if (fl->nr_previous)
		ost_held_drop(fl->p, first / OST_LINK_BATCH);
	for (i = 0; i < fl->nr_previous; i++) {
		if (ost_reuse_has_flows(fl->p, first + i)) {
			ost_reuse_flows(fl->p, first + i);
			continue;
		}
		merge(fl->p, &fl->previous[i]);
		fl->p->nr_walked++;
	}
}

/* Item 0 merges the batch before while the others are walked. */
static bool flow_one(void *ctx, size_t item, unsigned worker)
{
	struct flow *fl = ctx;

	if (item)
		flow_file(fl, (uint32_t)item - 1, worker);
	else
		merge_previous(fl);
	return true;
}

/* Facts that are held for this batch are dropped while the next is walked. */
static void leave_batch(struct flow *fl)
{
	unsigned i;

	for (i = 0; i < fl->p->jobs; i++)
		if (fl->is_ready[i])
			ost_scope_leave_file(&fl->walks[i].s);
}

struct ost_err *ost_program_flow(struct ost_program *p)
{
	struct ost_err *err = NULL;
	struct flow fl = { 0 };
	struct flow_out *swap;
	uint32_t n, i;

	flow_init(&fl, p);
	ost_vec_clear(&p->site_first);
	ost_vec_add(&p->site_first, 0);
	ost_vec_clear(&p->ask_first);
	ost_vec_add(&p->ask_first, 0);
	for (fl.first = 0; fl.first < p->nr_files && !err; fl.first += n) {
		n = p->nr_files - fl.first < OST_LINK_BATCH ? p->nr_files - fl.first : OST_LINK_BATCH;
		ost_progress("linking: bodies", fl.first, p->nr_files);
		if (!ost_pool_run(p->jobs, n + 1, 4, flow_one, &fl))
			err = ost_err_create(OST_ERR_INTERRUPTED, "linking", NULL, "interrupted");
		leave_batch(&fl);
		swap = fl.previous;
		fl.previous = fl.outs;
		fl.outs = swap;
		fl.nr_previous = n;
	}
	if (!err)
		merge_previous(&fl);
	for (i = 0; i < p->jobs; i++)
		APPEND(&p->unknown.v, &fl.askers[i].unknown.v);
	flow_deinit(&fl);
	return err;
}
