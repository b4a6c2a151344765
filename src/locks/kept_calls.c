// SPDX-License-Identifier: GPL-2.0-or-later
/* A row a unit, with the number of its calls, and a row a call; each column is a part of its own, and the head comes last. */
#include "locks/kept_calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "locks/kept_column.h"
#include "locks/search.h"
#include "ostler/progress.h"
#include "source/tree.h"

enum { NUMBER, TO, LINE, WHAT, NR_COLUMNS };
enum { IS_ONE_OF = 1, EVENT_SHIFT = 1 };	/* of WHAT */

struct head {
	uint64_t ids;		/* ost_program_ids() */
	uint64_t nr_units, nr_calls;
};

struct columns {
	struct ost_kept_table_at at;
	struct head head;
	uint32_t *of[NR_COLUMNS];
	bool is_put[NR_COLUMNS];
};

static struct ost_kept_table_at table_at(const struct ost_tree_facts *tree, const struct ost_oid *key)
{
	return (struct ost_kept_table_at){ tree, key, "calls", NR_COLUMNS };
}

static uint64_t rows_of(const struct columns *c, size_t column)
{
	return column == NUMBER ? c->head.nr_units : c->head.nr_calls;
}

static void free_columns(struct columns *c)
{
	for (int i = 0; i < NR_COLUMNS; i++)
		free(c->of[i]);
}

/* ---- writing ------------------------------------------------------------------ */

static bool save_column(void *ctx, size_t column, unsigned worker)
{
	struct columns *c = ctx;

	(void)worker;
	c->is_put[column] = ost_kept_column_put(&c->at, (uint32_t)column, c->of[column], (size_t)rows_of(c, column));
	return true;
}

static void fill_columns(struct columns *c, const struct ost_lk_graph *g)
{
	uint64_t nr = g->out_first[g->nr_units];

	c->of[NUMBER] = ost_calloc(g->nr_units + 1, sizeof(uint32_t));
	for (int i = TO; i < NR_COLUMNS; i++)
		c->of[i] = ost_reallocarray(NULL, nr + 1, sizeof(uint32_t));
	c->head.nr_units = g->nr_units;
	for (uint32_t u = 0; u < g->nr_units; u++)
		for (uint64_t i = g->out_first[u]; i < g->out_first[u + 1]; i++) {
			const struct ost_lk_edge *e = &g->out[i];

			if (e->is_handed)
				continue;
			c->of[TO][c->head.nr_calls] = e->unit;
			c->of[LINE][c->head.nr_calls] = e->line;
			c->of[WHAT][c->head.nr_calls++] = (e->is_one_of ? IS_ONE_OF : 0) | (uint32_t)e->event << EVENT_SHIFT;
			c->of[NUMBER][u]++;
		}
}

void ost_kept_calls_save(const struct ost_lk_graph *g, const struct ost_tree_facts *tree, const struct ost_lk_world *w)
{
	struct columns c = { .at = table_at(tree, &tree->key), .head = { .ids = ost_program_ids(w->p) } };
	bool ok;

	fill_columns(&c, g);
	ok = ost_pool_run(w->nr_workers, NR_COLUMNS, 1, save_column, &c);
	for (int i = 0; i < NR_COLUMNS; i++)
		ok = ok && c.is_put[i];
	if (ok)
		ost_kept_head_put(&c.at, &c.head, sizeof(c.head));
	free_columns(&c);
}

/* ---- reading ------------------------------------------------------------------- */

static bool load_column(void *ctx, size_t column, unsigned worker)
{
	struct columns *c = ctx;

	(void)worker;
	c->of[column] = ost_kept_column_get(&c->at, (uint32_t)column, rows_of(c, column));
	return true;
}

/* Where the calls of each unit begin; false: there are not as many as there should be. */
static bool add_up(struct ost_kept_calls *k, const struct columns *c)
{
	k->first = ost_calloc(c->head.nr_units + 1, sizeof(*k->first));
	for (uint64_t u = 0; u < c->head.nr_units; u++)
		k->first[u + 1] = k->first[u] + c->of[NUMBER][u];
	return k->first[c->head.nr_units] == c->head.nr_calls;
}

static void number_units(struct ost_kept_calls *k)
{
	k->old_of = ost_reallocarray(NULL, k->w->nr_units + 1, sizeof(*k->old_of));
	memset(k->old_of, 0xff, (k->w->nr_units + 1) * sizeof(*k->old_of));
	for (uint32_t u = 0; u < k->nr_units; u++)
		if (k->moved->units[u] < k->w->nr_units)
			k->old_of[k->moved->units[u]] = u;
}

static bool load(struct ost_kept_calls *k, struct columns *c)
{
	uint64_t ids = k->moved ? k->moved->ids : ost_program_ids(k->w->p);

	k->nr_units = k->moved ? k->moved->nr_units : k->w->nr_units;
	if (c->head.ids != ids || c->head.nr_units != k->nr_units)
		return false;
	if (!ost_pool_run(k->w->nr_workers, NR_COLUMNS, 1, load_column, c))
		return false;
	for (int i = 0; i < NR_COLUMNS; i++)
		if (!c->of[i])
			return false;
	if (!add_up(k, c))
		return false;
	k->to = c->of[TO];
	k->line = c->of[LINE];
	k->what = c->of[WHAT];
	c->of[TO] = c->of[LINE] = c->of[WHAT] = NULL;
	if (k->moved)
		number_units(k);
	return true;
}

bool ost_kept_calls_load(struct ost_kept_calls *k, const struct ost_tree_facts *tree, const struct ost_lk_world *w)
{
	const struct ost_tree_facts *base = ost_tree_base(tree);
	struct columns c = { .at = table_at(tree, base ? &base->key : &tree->key) };
	bool ok;

	memset(k, 0, sizeof(*k));
	k->w = w;
	k->moved = base ? ost_program_moved(w->p) : NULL;
	if ((base ? !k->moved || !w->walked : !w->may_keep) ||
	    !ost_kept_head_get(&c.at, &c.head, sizeof(c.head)))
		return false;
	ok = load(k, &c);
	free_columns(&c);
	if (ok)
		return true;
	ost_kept_calls_deinit(k);
	if (!base && !ost_interrupted())	/* stopped: what was not read may be good */
		ost_kept_table_drop(&c.at);
	return false;
}

void ost_kept_calls_deinit(struct ost_kept_calls *k)
{
	free(k->old_of);
	free(k->first);
	free(k->to);
	free(k->line);
	free(k->what);
}

/* ---- the calls of one unit ------------------------------------------------------ */

/* Its number there; OST_NO_ID: there was none like it. */
static uint32_t same_unit(const struct ost_kept_calls *k, uint32_t unit)
{
	if (!k->moved)
		return unit;
	return k->w->kept_files[ost_program_unit(k->w->p, unit)->file] ? k->old_of[unit] : OST_NO_ID;
}

static uint32_t moved_unit(const struct ost_kept_calls *k, uint32_t old)
{
	if (old >= k->nr_units)
		return OST_NO_ID;
	return k->moved ? k->moved->units[old] : old;
}

/* False: what was called is gone, or the order of two functions is another one. */
static bool get_call(const struct ost_kept_calls *k, uint64_t at, struct ost_lk_edges *ret)
{
	uint32_t unit = moved_unit(k, k->to[at]);

	ost_vec_add(&ret->v, ((struct ost_lk_edge){ .unit = unit, .line = k->line[at], .slot = OST_NO_ID,
						    .is_one_of = k->what[at] & IS_ONE_OF }));
	return unit < k->w->nr_units;
}

/* Gives the unit's calls, `first` and those behind it, kept at `at`, their events. False: they are to be looked for. */
static bool note_events(const struct ost_kept_calls *k, uint32_t unit, uint64_t at, struct ost_lk_edges *calls, size_t first)
{
	const struct ost_lk_summary *sum = ost_lk_sum(k->w, unit);

	for (size_t i = first; i < calls->v.nr; i++) {
		struct ost_lk_edge *call = &calls->v.items[i];
		uint32_t event = k->what[at + i - first] >> EVENT_SHIFT;
		const struct ost_lk_event *ev = sum && event && event <= sum->nr_events ? &sum->events[event - 1] : NULL;

		if (event && (!ev || ev->kind != OST_EV_CALL || ev->line != call->line))
			return false;
		ost_note_event(call, sum, ev);
	}
	return true;
}

bool ost_kept_calls_of(const struct ost_kept_calls *k, uint32_t unit, struct ost_lk_edges *ret, bool *ret_noted)
{
	uint32_t old = same_unit(k, unit);
	size_t before = ret->v.nr;
	bool ok = true;

	*ret_noted = false;
	if (old == OST_NO_ID)
		return false;
	for (uint64_t i = k->first[old]; i < k->first[old + 1] && ok; i++) {
		ok = get_call(k, i, ret);
		if (i > k->first[old] && k->line[i] == k->line[i - 1])
			ok = ok && (k->to[i - 1] < k->to[i]) == (ost_vec_last(&ret->v)[-1].unit < ost_vec_last(&ret->v)->unit);
	}
	if (!ok)
		ret->v.nr = before;
	else if (!k->w->walked || !k->w->walked[unit])
		*ret_noted = note_events(k, unit, k->first[old], ret, before);
	return ok;
}
