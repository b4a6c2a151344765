// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 4: all bodies and initialisers, a batch of files at a time on all threads;
 * meanwhile what was written down for the batch before is merged in the order of
 * files. The walk itself is in flow_*.c.
 */
#include "program/flow.h"

#include "base/pool.h"
#include "ostler/progress.h"

/* The lists of struct flow_out. */
#define FLOW_LISTS(X)								\
	X(sites) X(site_nr) X(argflows) X(paramstores) X(targets) X(points)	\
	X(bindings) X(lock_uses) X(asks.v)

enum {	/* a number for each */
	LIST_SITES, LIST_SITE_NR, LIST_ARGFLOWS, LIST_PARAMSTORES, LIST_TARGETS, LIST_POINTS,
	LIST_BINDINGS, LIST_LOCK_USES, LIST_ASKS, NR_LISTS
};

/* A file's part of what a thread writes down. */
struct part {
	const struct flow_out *in;
	size_t first[NR_LISTS], end[NR_LISTS];
	struct ost_file_stats stats;
};

struct flow {
	struct ost_program *p;
	uint32_t first;
	struct part *parts;
	struct part *previous;		/* of the batch before, being merged */
	uint32_t nr_previous;
	uint32_t *virtual_of;		/* by real file, or OST_NO_ID */
	struct part *virtual_parts;	/* by virtual file: of those that are walked with their origin */
	struct flow_out *outs, *previous_outs;	/* by worker, as those below */
	struct flow_out *virtual_outs;	/* grow while real files are walked, and are merged when none is left */
	struct flow_walk *walks;
	struct ost_asker *askers;
	bool *is_ready;
};

/* Where the lists end. */
static void note_ends(const struct flow_out *o, size_t *ends)
{
	size_t i = 0;

#define END(list) ends[i++] = o->list.nr;
	FLOW_LISTS(END)
#undef END
}

static void clear_out(struct flow_out *o)
{
#define CLEAR(list) ost_vec_clear(&o->list);
	FLOW_LISTS(CLEAR)
#undef CLEAR
}

#define APPEND_SOME(to, from, first, n)						\
	do {									\
		ost_vec_reserve(to, (to)->nr + (n));				\
		if (n)								\
			memcpy((to)->items + (to)->nr, (from)->items + (first),	\
			       (n) * sizeof(*(to)->items));			\
		(to)->nr += (n);						\
	} while (0)
#define APPEND(to, from) APPEND_SOME(to, from, 0, (from)->nr)

static void walk_file(struct flow_walk *w, uint32_t file)
{
	const struct ost_file_info *fi = &w->p->files[file];
	size_t first = w->out->sites.nr;
	uint32_t i;

	w->str_flags.pf = NULL;
	if (ost_scope_enter_file(&w->s, file)) {
		if (w->s.more->is_own)
			ost_pfile_ask_names(&w->s.more->own);
		ost_flow_enter_file(w, w->s.more->pf);
	}
	for (i = fi->first_unit; i < fi->first_unit + fi->nr_units; i++) {
		ost_flow_walk_unit(w, i);
		ost_vec_add(&w->out->site_nr, (uint32_t)(w->out->sites.nr - first));
	}
	for (i = fi->first_global; i < fi->first_global + fi->nr_globals; i++)
		if (w->p->global_flags.items[i] & OST_GF_INIT)
			ost_flow_walk_global(w, i);
	ost_flow_walk_invokes(w, file);
}

/* Walks a file with a list of its own of what it asks for. */
static void walk_part(struct flow *fl, uint32_t file, unsigned worker, struct flow_out *out, struct part *part)
{
	struct flow_walk *w = &fl->walks[worker];

	w->out = out;
	memset(&w->out->stats, 0, sizeof(w->out->stats));
	part->in = w->out;
	note_ends(w->out, part->first);
	ost_asker_begin(&fl->askers[worker], fl->p->names.nr);
	ost_expand_asked(fl->p, file);
	walk_file(w, file);
	ost_asker_end(&fl->askers[worker]);
	APPEND(&w->out->asks.v, &fl->askers[worker].names.v);
	note_ends(w->out, part->end);
	part->stats = w->out->stats;
}

static void swap_scopes(struct flow_walk *w)
{
	struct ost_scope s = w->s;

	w->s = w->origin;
	w->origin = s;
}

/* What macros make in a file asks for the types and objects of that file, which is at hand now. */
static void walk_virtual(struct flow *fl, uint32_t file, unsigned worker)
{
	struct flow_walk *w = &fl->walks[worker];

	swap_scopes(w);
	ost_scope_lay_beside(&w->s, &w->origin);
	walk_part(fl, file, worker, &fl->virtual_outs[worker], &fl->virtual_parts[file - fl->p->nr_real]);
	ost_scope_lay_beside(&w->s, NULL);
	swap_scopes(w);
}

static bool is_walked_with_origin(const struct ost_program *p, uint32_t file)
{
	return file >= p->nr_real && !ost_reuse_has_flows(p, p->files[file].origin);
}

static void flow_file(struct flow *fl, uint32_t item, unsigned worker)
{
	struct flow_walk *w = &fl->walks[worker];
	uint32_t file = fl->first + item, virt;

	if (ost_reuse_has_flows(fl->p, file) || is_walked_with_origin(fl->p, file))
		return;
	if (!fl->is_ready[worker]) {
		w->p = fl->p;
		ost_scope_init(&w->s, fl->p);
		ost_scope_init(&w->origin, fl->p);
		fl->is_ready[worker] = true;
	}
	walk_part(fl, file, worker, &fl->outs[worker], &fl->parts[item]);
	virt = file < fl->p->nr_real ? fl->virtual_of[file] : OST_NO_ID;
	if (virt != OST_NO_ID && !ost_reuse_has_flows(fl->p, virt))
		walk_virtual(fl, virt, worker);
}

static void merge(struct ost_program *p, const struct part *part)
{
	const struct flow_out *o = part->in;
	uint32_t base = (uint32_t)p->sites.nr;
	size_t i;

	for (i = part->first[LIST_SITE_NR]; i < part->end[LIST_SITE_NR]; i++)
		ost_vec_add(&p->site_first, base + o->site_nr.items[i]);
#define TAKE(list, number) \
	APPEND_SOME(&p->list, &o->list, part->first[number], part->end[number] - part->first[number])
	TAKE(sites, LIST_SITES);
	TAKE(argflows, LIST_ARGFLOWS);
	TAKE(paramstores, LIST_PARAMSTORES);
	TAKE(targets, LIST_TARGETS);
	TAKE(points, LIST_POINTS);
	TAKE(bindings, LIST_BINDINGS);
	TAKE(lock_uses, LIST_LOCK_USES);
	TAKE(asks.v, LIST_ASKS);
#undef TAKE
	ost_vec_add(&p->ask_first, (uint32_t)p->asks.v.nr);
	ost_program_add_stats(p, &part->stats);
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

static void free_outs(struct flow_out *outs, unsigned nr)
{
	struct flow_out *o;

	for (o = outs; o < outs + nr; o++) {
#define FREE(list) ost_vec_deinit(&o->list);
		FLOW_LISTS(FREE)
#undef FREE
	}
	free(outs);
}

static void flow_deinit(struct flow *fl)
{
	uint32_t i;

	free_outs(fl->outs, fl->p->jobs);
	free_outs(fl->previous_outs, fl->p->jobs);
	free_outs(fl->virtual_outs, fl->p->jobs);
	free(fl->virtual_of);
	free(fl->virtual_parts);
	free(fl->parts);
	free(fl->previous);
	for (i = 0; i < fl->p->jobs; i++) {
		if (fl->is_ready[i]) {
			ost_scope_deinit(&fl->walks[i].s);
			ost_scope_deinit(&fl->walks[i].origin);
		}
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

static void find_virtuals(struct flow *fl)
{
	const struct ost_program *p = fl->p;
	uint32_t i;

	fl->virtual_of = ost_malloc((p->nr_real + 1) * sizeof(*fl->virtual_of));
	for (i = 0; i < p->nr_real; i++)
		fl->virtual_of[i] = OST_NO_ID;
	for (i = p->nr_real; i < p->nr_files; i++)
		fl->virtual_of[p->files[i].origin] = i;
	fl->virtual_parts = ost_calloc(p->nr_files - p->nr_real + 1, sizeof(*fl->virtual_parts));
}

static void flow_init(struct flow *fl, struct ost_program *p)
{
	fl->p = p;
	find_virtuals(fl);
	fl->parts = ost_calloc(OST_LINK_BATCH, sizeof(*fl->parts));
	fl->previous = ost_calloc(OST_LINK_BATCH, sizeof(*fl->previous));
	fl->outs = ost_calloc(p->jobs, sizeof(*fl->outs));
	fl->previous_outs = ost_calloc(p->jobs, sizeof(*fl->previous_outs));
	fl->virtual_outs = ost_calloc(p->jobs, sizeof(*fl->virtual_outs));
	fl->walks = ost_calloc(p->jobs, sizeof(*fl->walks));
	fl->askers = ost_calloc(p->jobs, sizeof(*fl->askers));
	fl->is_ready = ost_calloc(p->jobs, sizeof(*fl->is_ready));
}

/* Of a file of the batch before. */
static const struct part *part_of(const struct flow *fl, uint32_t file)
{
	return is_walked_with_origin(fl->p, file) ? &fl->virtual_parts[file - fl->p->nr_real] :
		&fl->previous[file - (fl->first - fl->nr_previous)];
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
		merge(fl->p, part_of(fl, first + i));
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

/* Facts that are held for this batch are dropped while the next is walked, and what was written down merged. */
static void leave_batch(struct flow *fl, uint32_t nr)
{
	struct flow_out *outs = fl->outs;
	struct part *parts = fl->parts;
	unsigned i;

	fl->outs = fl->previous_outs;
	fl->previous_outs = outs;
	fl->parts = fl->previous;
	fl->previous = parts;
	fl->nr_previous = nr;

	for (i = 0; i < fl->p->jobs; i++)
		if (fl->is_ready[i])
			ost_scope_leave_file(&fl->walks[i].s);
	for (i = 0; i < fl->p->jobs; i++)
		clear_out(&fl->outs[i]);
}

struct ost_err *ost_program_flow(struct ost_program *p)
{
	struct ost_err *err = NULL;
	struct flow fl = { 0 };
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
		leave_batch(&fl, n);
	}
	if (!err)
		merge_previous(&fl);
	for (i = 0; i < p->jobs; i++)
		APPEND(&p->unknown.v, &fl.askers[i].unknown.v);
	flow_deinit(&fl);
	return err;
}
