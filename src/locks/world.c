// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"
#include "locks/graph.h"
#include "locks/guards.h"
#include "locks/kept.h"
#include "ostler/progress.h"
#include "source/tree.h"

/* Memory of one thread of a round. */
struct worker {
	struct ost_lk_eval *eval;
	struct ost_stores stores;
};

struct round {
	struct ost_lk_world *w;
	struct worker *workers;
	const uint32_t *units;		/* what to walk; NULL: all that name a primitive */
	struct ost_lk_summary **found;	/* by position in units */
};

static uint64_t name_key(const char *name)
{
	return ost_hash_bytes(name, strlen(name));
}

bool ost_lk_has_effects(const struct ost_lk_world *w, const char *name)
{
	return ost_table_get(&w->fx_names, name_key(name)) != NULL;
}

/* Macros that the table names are leaves: their bodies are not looked at. */
static bool is_leaf(const struct ost_lk_world *w, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(w->p, unit);

	return w->outside[u->file] || ost_lk_find(&w->tables, ost_program_name(w->p, u->name)) != NULL;
}

static bool first_round(void *ctx, size_t unit, unsigned worker)
{
	struct round *r = ctx;
	struct worker *wk = &r->workers[worker];

	if (!(unit & 0xfff))
		ost_progress("locks", unit, r->w->nr_units);
	if (r->w->outside[ost_program_unit(r->w->p, (uint32_t)unit)->file])
		return !ost_interrupted();
	if (!ost_unit_is_near(r->w->near, (uint32_t)unit))
		ost_eval_stores(wk->eval, (uint32_t)unit);
	else if (!is_leaf(r->w, (uint32_t)unit))
		r->found[unit] = ost_eval_unit(wk->eval, (uint32_t)unit, true, &r->w->arenas[worker]);
	return !ost_interrupted();
}

static bool next_round(void *ctx, size_t item, unsigned worker)
{
	struct round *r = ctx;

	r->found[item] = ost_eval_unit(r->workers[worker].eval, r->units[item], false, &r->w->arenas[worker]);
	return !ost_interrupted();
}

static void find_outside(struct ost_lk_world *w)
{
	uint32_t nr = ost_program_nr_files(w->p);

	w->outside = ost_calloc(nr + 1, sizeof(*w->outside));
	for (uint32_t i = 0; i < nr; i++)
		w->outside[i] = ost_lk_is_outside(&w->tables, ost_program_path(w->p, i));
}

static void note_effects(struct ost_lk_world *w, uint32_t unit)
{
	const char *name = ost_program_name(w->p, ost_program_unit(w->p, unit)->name);

	*ost_table_put(&w->fx_names, name_key(name), NULL) = 1;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

struct ids { OST_VEC(uint32_t) v; };

/* The units that call one of `changed`, each once, ascending. */
static void callers_of(const struct ost_lk_world *w, const struct ids *changed, struct ids *ret)
{
	struct ost_edges edges = { .v = OST_VEC_INIT };
	size_t kept = 0;

	ost_vec_clear(&ret->v);
	for (size_t i = 0; i < changed->v.nr; i++) {
		ost_vec_clear(&edges.v);
		ost_program_callers(w->p, changed->v.items[i], false, &edges);
		for (size_t k = 0; k < edges.v.nr; k++)
			if (edges.v.items[k].kind == OST_EDGE_DIRECT &&
			    ost_unit_is_near(w->near, edges.v.items[k].from) && !is_leaf(w, edges.v.items[k].from))
				ost_vec_add(&ret->v, edges.v.items[k].from);
	}
	ost_vec_deinit(&edges.v);
	if (ret->v.nr)
		qsort(ret->v.items, ret->v.nr, sizeof(uint32_t), compare_ids);
	for (size_t i = 0; i < ret->v.nr; i++)
		if (!i || ret->v.items[i] != ret->v.items[i - 1])
			ret->v.items[kept++] = ret->v.items[i];
	ret->v.nr = kept;
}

static bool run_round(struct ost_lk_world *w, struct worker *workers, const struct ids *units,
		      struct ids *changed)
{
	struct round r = { .w = w, .workers = workers, .units = units->v.items };
	bool ok;

	r.found = ost_calloc(units->v.nr + 1, sizeof(*r.found));
	for (unsigned i = 0; i < w->nr_workers; i++) {	/* what names mean has changed */
		ost_eval_destroy(workers[i].eval);
		workers[i].eval = ost_eval_create(w);
	}
	ok = ost_pool_run(w->nr_workers, units->v.nr, 16, next_round, &r);
	ost_vec_clear(&changed->v);
	for (size_t i = 0; ok && i < units->v.nr; i++) {
		uint32_t unit = units->v.items[i];
		uint64_t old = w->sums[unit] ? w->sums[unit]->fx_hash : 0;
		bool had = w->sums[unit] && w->sums[unit]->nr_effects;

		if (w->walked)
			w->walked[unit] = 1;
		/* none left: an effect that was seen at first went with a callee's */
		w->sums[unit] = r.found[i];
		if (r.found[i] ? r.found[i]->fx_hash != old && (r.found[i]->nr_effects || had) : had) {
			ost_vec_add(&changed->v, unit);
			note_effects(w, unit);
		}
	}
	free(r.found);
	return ok;
}

/* No summary is seen before all of a round are made: what comes out does not depend on who was first. */
static bool run_first(struct ost_lk_world *w, struct worker *workers)
{
	struct round first = { .w = w, .workers = workers };
	bool ok;

	first.found = ost_calloc(w->nr_units + 1, sizeof(*first.found));
	ok = ost_pool_run(w->nr_workers, w->nr_units, 256, first_round, &first);
	free(w->sums);
	w->sums = first.found;
	return ok;
}

/* Round by round, until effects stay as they are. */
static bool settle(struct ost_lk_world *w, struct worker *workers, struct ids *changed)
{
	struct ids units = { .v = OST_VEC_INIT };
	bool ok = true;

	while (ok && changed->v.nr && w->nr_rounds < OST_LK_MAX_ROUNDS) {
		w->nr_rounds++;
		ost_progress("lock wrappers", w->nr_rounds, 0);
		callers_of(w, changed, &units);
		ok = run_round(w, workers, &units, changed);
	}
	w->rounds_limited |= changed->v.nr != 0;
	ost_vec_deinit(&units.v);
	return ok;
}

static bool run_rounds(struct ost_lk_world *w, struct worker *workers)
{
	struct ids changed = { .v = OST_VEC_INIT };
	bool ok = run_first(w, workers);

	for (uint32_t u = 0; ok && u < w->nr_units; u++) {
		if (!w->sums[u] || !w->sums[u]->nr_effects)
			continue;
		ost_vec_add(&changed.v, u);
		note_effects(w, u);
	}
	ok = ok && settle(w, workers, &changed);
	ost_vec_deinit(&changed.v);
	return ok;
}

/* ---- from what is kept --------------------------------------------------------- */

static bool calls_effects(const struct ost_lk_world *w, uint32_t unit, struct ost_edges *edges)
{
	ost_vec_clear(&edges->v);
	ost_program_callees(w->p, unit, false, edges);
	for (size_t i = 0; i < edges->v.nr; i++) {
		const struct ost_lk_summary *sum = ost_lk_sum(w, edges->v.items[i].to);

		if (edges->v.items[i].kind == OST_EDGE_DIRECT && sum && sum->nr_effects)
			return true;
	}
	return false;
}

/* The functions of changed files: what they store is noted, too. */
static void walk_changed(struct ost_lk_world *w, struct worker *worker, const struct ost_kept_redo *redo)
{
	struct ost_edges edges = { .v = OST_VEC_INIT };

	for (size_t i = 0; i < redo->changed.v.nr; i++) {
		uint32_t u = redo->changed.v.items[i];

		if (!is_leaf(w, u))
			w->sums[u] = ost_eval_unit(worker->eval, u, !calls_effects(w, u, &edges), &w->arenas[0]);
	}
	ost_vec_deinit(&edges.v);
}

/* Whoever has effects now, or had them: their callers are to be asked. */
static bool walk_again(struct ost_lk_world *w, struct worker *workers, const struct ost_kept_redo *redo)
{
	struct ids changed = { .v = OST_VEC_INIT }, gone = { .v = OST_VEC_INIT }, more = { .v = OST_VEC_INIT };
	bool ok;

	if (!w->is_kept)
		w->walked = ost_arena_calloc(&w->arena, w->nr_units + 1, 1);
	for (uint32_t u = 0; u < w->nr_units; u++)
		if (w->sums[u] && w->sums[u]->nr_effects)
			note_effects(w, u);
	walk_changed(w, &workers[0], redo);
	for (size_t i = 0; i < redo->changed.v.nr; i++) {
		const struct ost_lk_summary *sum = w->sums[redo->changed.v.items[i]];

		if (sum && sum->nr_effects)
			ost_vec_add(&changed.v, redo->changed.v.items[i]);
	}
	for (size_t i = 0; i < changed.v.nr; i++)
		note_effects(w, changed.v.items[i]);
	for (size_t i = 0; i < redo->had.v.nr; i++)
		ost_vec_add(&changed.v, redo->had.v.items[i]);
	for (size_t i = 0; i < redo->gone.v.nr; i++)
		ost_vec_add(&gone.v, redo->gone.v.items[i]);
	ok = run_round(w, workers, &gone, &more);
	for (size_t i = 0; i < more.v.nr; i++)
		ost_vec_add(&changed.v, more.v.items[i]);
	ok = ok && settle(w, workers, &changed);
	ost_vec_deinit(&changed.v);
	ost_vec_deinit(&gone.v);
	ost_vec_deinit(&more.v);
	return ok;
}

static struct ost_err *make_sums(struct ost_lk_world *w, const struct ost_tree_facts *tree, struct worker *workers,
				 bool may_keep)
{
	struct ost_kept_redo redo = { .changed = { .v = OST_VEC_INIT } };
	bool ok;

	if (may_keep && ost_kept_load(w, tree, &redo)) {
		ost_lk_index_guards(w);
		ok = walk_again(w, workers, &redo);
	} else {
		ost_try(ost_lk_read_guards(w, tree));
		ok = run_rounds(w, workers);
	}
	ost_kept_redo_deinit(&redo);
	return ok ? NULL : ost_err_create(OST_ERR_INTERRUPTED, "deadlocks", NULL, "interrupted");
}

static struct ost_err *fill(struct ost_lk_world *w, const struct ost_tree_facts *tree, bool may_keep)
{
	struct worker *workers = ost_calloc(w->nr_workers, sizeof(*workers));
	struct ost_err *err;

	for (unsigned i = 0; i < w->nr_workers; i++) {
		workers[i].eval = ost_eval_create(w);
		ost_eval_note_stores(workers[i].eval, &workers[i].stores);
	}
	err = make_sums(w, tree, workers, may_keep);
	for (unsigned i = 0; i < w->nr_workers; i++) {
		ost_eval_destroy(workers[i].eval);
		for (size_t k = 0; k < workers[i].stores.v.nr; k++)
			ost_vec_add(&w->stores.v, workers[i].stores.v.items[k]);
		ost_vec_deinit(&workers[i].stores.v);
	}
	ost_stores_sort(&w->stores);
	free(workers);
	return err;
}

struct ost_err *ost_lk_world_create(const struct ost_tree_facts *tree, const struct ost_program *p,
				    const struct ost_lk_world_opts *opts, struct ost_lk_world **ret_world)
{
	struct ost_lk_world *w = ost_calloc(1, sizeof(*w));
	bool may_keep = !opts->no_kept && !opts->near;
	struct ost_err *err;

	w->p = p;
	w->near = opts->near;
	w->nr_units = ost_program_nr_units(p);
	w->nr_workers = opts->jobs ? opts->jobs : ost_nr_cpus();
	w->sums = ost_calloc(w->nr_units + 1, sizeof(*w->sums));
	w->arenas = ost_calloc(w->nr_workers, sizeof(*w->arenas));
	ost_table_init(&w->fx_names);
	ost_table_init(&w->guard_names);
	ost_arena_init(&w->arena);
	err = ost_lk_tables_init(&w->tables);
	if (!err) {
		find_outside(w);
		err = fill(w, tree, may_keep);
	}
	if (err) {
		ost_lk_world_destroy(w);
		return err;
	}
	w->may_keep = may_keep && !ost_tree_base(tree);
	if (w->may_keep && !w->is_kept)
		ost_kept_save(w, tree);
	*ret_world = w;
	return NULL;
}

void ost_lk_world_forget(struct ost_lk_world *w)
{
	for (unsigned i = 0; i < w->nr_workers; i++)
		ost_arena_deinit(&w->arenas[i]);
	free(w->sums);
	w->sums = NULL;
	w->nr_units = 0;
	ost_vec_deinit(&w->stores.v);
}

void ost_lk_world_destroy(struct ost_lk_world *w)
{
	if (!w)
		return;
	ost_lk_world_forget(w);
	free(w->arenas);
	free(w->outside);
	ost_vec_deinit(&w->guards);
	ost_table_deinit(&w->fx_names);
	ost_table_deinit(&w->guard_names);
	ost_lk_tables_deinit(&w->tables);
	ost_arena_deinit(&w->arena);
	free(w);
}
