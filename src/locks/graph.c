// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/aim.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/pool.h"
#include "base/table.h"
#include "locks/kept_calls.h"
#include "ostler/progress.h"

struct pair {
	uint32_t from;
	struct ost_lk_edge e;
};
struct pairs { OST_VEC(struct pair) v; };

/* Sorts pairs by `from` into arrays; the order within one unit is kept. */
static void lay_out(const struct pairs *pairs, uint32_t nr_units, uint64_t **ret_first,
		    struct ost_lk_edge **ret_edges)
{
	uint64_t *first = ost_calloc_spread(nr_units + 2, sizeof(*first));
	struct ost_lk_edge *edges = ost_malloc_spread(pairs->v.nr + 1, sizeof(*edges));

	for (size_t i = 0; i < pairs->v.nr; i++)
		first[pairs->v.items[i].from + 2]++;
	for (uint32_t u = 0; u < nr_units; u++)
		first[u + 2] += first[u + 1];
	for (size_t i = 0; i < pairs->v.nr; i++)
		edges[first[pairs->v.items[i].from + 1]++] = pairs->v.items[i].e;
	*ret_first = first;
	*ret_edges = edges;
}

static uint64_t folder_of_file(const struct ost_program *p, uint32_t file)
{
	const char *path = ost_program_path(p, file), *slash = strrchr(path, '/');

	return ost_hash_bytes(path, slash ? (size_t)(slash - path) : 0);
}

uint64_t ost_lk_folder(const struct ost_program *p, uint32_t unit)
{
	return folder_of_file(p, ost_program_unit(p, unit)->file);
}

/*
 * Of several definitions of one name that a call may mean, the one in the
 * caller's folder is meant, if there is one. Those in headers are stubs of
 * another configuration, not alternatives. Those that lie in one other .c
 * file each exclude each other (architectures, configurations).
 */
enum meant { NOT_MEANT, MEANT, ONE_OF };

static enum meant is_meant(const struct ost_lk_graph *g, const struct ost_edges *found, size_t at)
{
	const struct ost_edge *e = &found->v.items[at];
	const struct ost_unit *u = ost_program_unit(g->p, e->to);
	uint32_t home = g->folder[e->from];
	bool is_home = g->folder[e->to] == home;
	enum meant meant = MEANT;

	for (size_t i = 0; i < found->v.nr; i++) {
		const struct ost_edge *o = &found->v.items[i];
		const struct ost_unit *other;

		if (o->line != e->line || o->to == e->to || o->to >= g->nr_units)
			continue;
		other = ost_program_unit(g->p, o->to);
		if (other->name != u->name || other->file == u->file)
			continue;
		if (!is_home && g->folder[o->to] == home)
			return NOT_MEANT;
		if (!is_home && !(other->flags & OST_UF_HEADER))
			meant = ONE_OF;
	}
	return meant;
}

#define CALLS_CHUNK 4096	/* units that a thread looks at together */

struct direct {
	struct ost_lk_graph *g;
	const uint8_t *near;
	const struct ost_kept_calls *kept;
	struct ost_lk_edges *found;	/* by chunk */
};

static void look_up_calls(const struct direct *d, uint32_t u, struct ost_edges *found, struct ost_lk_edges *out)
{
	const struct ost_lk_graph *g = d->g;

	ost_vec_clear(&found->v);
	ost_program_callees(g->p, u, false, found);
	for (size_t i = 0; i < found->v.nr; i++) {
		const struct ost_edge *e = &found->v.items[i];
		enum meant meant;

		if (e->kind != OST_EDGE_DIRECT || e->to >= g->nr_units || !ost_unit_is_near(d->near, e->to))
			continue;
		meant = e->is_one_of ? is_meant(g, found, i) : MEANT;
		if (meant != NOT_MEANT)
			ost_vec_add(&out->v, ((struct ost_lk_edge){ .unit = e->to, .line = e->line, .slot = OST_NO_ID,
								    .is_one_of = meant == ONE_OF }));
	}
}

static void calls_of_unit(const struct direct *d, uint32_t u, struct ost_edges *found, struct ost_lk_edges *out)
{
	const struct ost_lk_graph *g = d->g;
	bool is_noted = false;

	if (!d->kept || !ost_kept_calls_of(d->kept, u, out, &is_noted))
		look_up_calls(d, u, found, out);
	else if (is_noted)
		g->unit_flags[u] |= OST_GU_NOTED;
	ost_vec_clear(&found->v);
	ost_program_handed(g->p, u, found);
	for (size_t i = 0; i < found->v.nr; i++) {
		const struct ost_edge *e = &found->v.items[i];

		if (e->to < g->nr_units && ost_unit_is_near(d->near, e->to))
			ost_vec_add(&out->v, ((struct ost_lk_edge){ .unit = e->to, .line = e->line, .slot = OST_NO_ID,
								    .is_handed = true }));
	}
}

static bool calls_of_chunk(void *ctx, size_t chunk, unsigned worker)
{
	const struct direct *d = ctx;
	struct ost_edges found = { .v = OST_VEC_INIT };
	uint32_t end = (uint32_t)(chunk + 1) * CALLS_CHUNK;

	(void)worker;
	for (uint32_t u = (uint32_t)chunk * CALLS_CHUNK; u < end && u < d->g->nr_units; u++) {
		size_t before = d->found[chunk].v.nr;

		if (ost_unit_is_near(d->near, u))
			calls_of_unit(d, u, &found, &d->found[chunk]);
		d->g->out_first[u + 1] = d->found[chunk].v.nr - before;
	}
	ost_vec_deinit(&found.v);
	return true;
}

static void put_chunk(const struct direct *d, size_t chunk)
{
	struct ost_lk_edges *found = &d->found[chunk];

	if (found->v.nr)
		memcpy(&d->g->out[d->g->out_first[chunk * CALLS_CHUNK]], found->v.items, found->v.nr * sizeof(*found->v.items));
	ost_vec_deinit(&found->v);
}

/* The calls of all chunks one after the other: they come by unit. */
static void join_calls(const struct direct *d, size_t nr_chunks)
{
	struct ost_lk_graph *g = d->g;

	for (uint32_t u = 0; u < g->nr_units; u++)
		g->out_first[u + 1] += g->out_first[u];
	g->out = ost_malloc_spread(g->out_first[g->nr_units] + 1, sizeof(*g->out));
	for (size_t c = 0; c < nr_chunks; c++)
		put_chunk(d, c);
}

/* The same turned round; the order within one unit is kept. */
static void turn_round(struct ost_lk_graph *g)
{
	uint64_t *first = ost_calloc_spread(g->nr_units + 2, sizeof(*first)), nr = g->out_first[g->nr_units];

	g->in = ost_malloc_spread(nr + 1, sizeof(*g->in));
	for (uint64_t k = 0; k < nr; k++)
		first[g->out[k].unit + 2]++;
	for (uint32_t u = 0; u < g->nr_units; u++)
		first[u + 2] += first[u + 1];
	for (uint32_t u = 0; u < g->nr_units; u++)
		for (uint64_t k = g->out_first[u]; k < g->out_first[u + 1]; k++) {
			struct ost_lk_edge *in = &g->in[first[g->out[k].unit + 1]++];

			*in = g->out[k];
			in->unit = u;
		}
	g->in_first = first;
}

static void direct_calls(struct ost_lk_graph *g, const uint8_t *near, const struct ost_kept_calls *kept, unsigned jobs)
{
	size_t nr_chunks = g->nr_units / CALLS_CHUNK + 1;
	struct direct d = { g, near, kept, ost_calloc(nr_chunks, sizeof(*d.found)) };

	ost_progress("call graph", 0, g->nr_units);
	g->out_first = ost_calloc_spread(g->nr_units + 1, sizeof(*g->out_first));
	ost_pool_run(jobs, nr_chunks, 1, calls_of_chunk, &d);
	join_calls(&d, nr_chunks);
	free(d.found);
	turn_round(g);
}

static void add_slot(struct ost_lk_graph *g, uint32_t field)
{
	struct ost_lk_slot s = { .field = field, .first_caller = (uint32_t)g->by_slot.nr };

	s.nr_targets = ost_program_slot_targets(g->p, field, &s.targets);
	for (uint32_t i = 1; i < s.nr_targets; i++)
		s.cost |= s.targets[i].unit != s.targets[0].unit;
	ost_vec_add(&g->slots, s);
	g->slot_of_field[field] = (uint32_t)g->slots.nr;
}

static uint64_t sibling_key(const struct ost_lk_graph *g, uint32_t field, uint64_t folder)
{
	struct ost_field_def def;

	ost_program_field(g->p, field, &def);
	return ost_hash_mix(folder ^ ((uint64_t)def.record + 1) * 0x9e3779b97f4a7c15ull);
}

bool ost_lk_slot_is_in_folder(const struct ost_lk_graph *g, const struct ost_lk_slot *s, uint64_t folder)
{
	return ost_table_get(&g->siblings, sibling_key(g, s->field, folder)) != NULL;
}

static void describe_slot(struct ost_lk_graph *g, const struct ost_lk_tables *tables, struct ost_lk_slot *s)
{
	OST_BUF text = OST_BUF_INIT;

	ost_program_field_text(g->p, s->field, &text);
	s->what = (uint8_t)ost_lk_slot_what(tables, text.ptr);
	for (uint32_t i = 0; i < s->nr_callers && !s->has_outside_caller; i++) {
		uint32_t caller = g->by_slot.items[s->first_caller + i].unit;

		s->has_outside_caller = !ost_lk_slot_is_in_folder(g, s, ost_lk_folder(g->p, caller));
	}
}

static void slot_calls(struct ost_lk_graph *g, const struct ost_lk_tables *tables, const uint8_t *near)
{
	struct ost_edges found = { .v = OST_VEC_INIT };
	struct pairs sites = { .v = OST_VEC_INIT };
	uint32_t nr = ost_program_nr_targets(g->p);

	g->slot_of_field = ost_calloc(ost_program_nr_fields(g->p) + 1, sizeof(*g->slot_of_field));
	for (uint32_t t = 0; t < nr; t++) {
		uint32_t field = ost_program_target(g->p, t)->slot;

		if (g->slot_of_field[field])
			continue;
		add_slot(g, field);
		ost_vec_clear(&found.v);
		ost_program_slot_callers(g->p, field, &found);
		for (size_t i = 0; i < found.v.nr; i++) {
			const struct ost_edge *e = &found.v.items[i];

			if (!ost_unit_is_near(near, e->from))
				continue;
			ost_vec_last(&g->slots)->nr_callers++;
			*ost_vec_push(&sites.v) = (struct pair){ e->from, { .unit = e->from, .line = e->line, .slot = field } };
			*ost_vec_push(&g->by_slot) = (struct ost_lk_edge){ .unit = e->from, .line = e->line, .slot = field };
		}
	}
	for (uint32_t t = 0; t < nr; t++) {
		const struct ost_target *target = ost_program_target(g->p, t);

		if (target->unit != OST_NO_ID)
			ost_table_put(&g->siblings, sibling_key(g, target->slot, target->file), NULL);
		if (target->unit != OST_NO_ID)
			ost_table_put(&g->siblings, sibling_key(g, target->slot, folder_of_file(g->p, target->file)), NULL);
	}
	for (size_t i = 0; i < g->slots.nr; i++)
		describe_slot(g, tables, &g->slots.items[i]);
	lay_out(&sites, g->nr_units, &g->site_first, &g->sites);
	ost_vec_deinit(&sites.v);
	ost_vec_deinit(&found.v);
}

/* By unit, which slots it is stored in. */
static void slot_entries(struct ost_lk_graph *g)
{
	OST_VEC(struct ost_lk_entry) v = OST_VEC_INIT;

	g->entry_first = ost_calloc(g->nr_units + 1, sizeof(*g->entry_first));
	for (uint32_t u = 0; u < g->nr_units; u++) {
		const uint32_t *in;
		uint32_t nr = ost_program_unit_slots(g->p, u, &in);
		size_t first = v.nr;

		g->entry_first[u] = v.nr;
		for (uint32_t t = 0; t < nr; t++) {
			uint32_t slot = g->slot_of_field[ost_program_target(g->p, in[t])->slot] - 1;
			bool known = false;

			for (size_t k = first; k < v.nr && !known; k++)
				known = v.items[k].slot == slot;
			if (!known)
				*ost_vec_push(&v) = (struct ost_lk_entry){ slot, in[t] };
		}
	}
	g->entry_first[g->nr_units] = v.nr;
	g->entries = v.items;
}

static void number_folders(struct ost_lk_graph *g)
{
	uint32_t nr_files = ost_program_nr_files(g->p);
	uint32_t *of_file = ost_calloc(nr_files + 1, sizeof(*of_file));
	struct ost_table known = OST_TABLE_INIT;

	for (uint32_t i = 0; i < nr_files; i++) {
		bool is_new;
		uint64_t *at = ost_table_put(&known, folder_of_file(g->p, i), &is_new);

		if (is_new)
			*at = known.nr;
		of_file[i] = (uint32_t)*at;
	}
	g->folder = ost_calloc(g->nr_units + 1, sizeof(*g->folder));
	for (uint32_t u = 0; u < g->nr_units; u++)
		g->folder[u] = of_file[ost_program_unit(g->p, u)->file];
	ost_table_deinit(&known);
	free(of_file);
}

static void flag_units(struct ost_lk_graph *g, const struct ost_lk_tables *tables)
{
	uint32_t nr_files = ost_program_nr_files(g->p);
	bool *core = ost_calloc(nr_files + 1, sizeof(*core));

	for (uint32_t i = 0; i < nr_files; i++)
		core[i] = ost_lk_is_core(tables, ost_program_path(g->p, i));
	g->unit_flags = ost_calloc(g->nr_units + 1, 1);
	for (uint32_t u = 0; u < g->nr_units; u++) {
		const struct ost_unit *unit = ost_program_unit(g->p, u);
		const char *name = ost_program_name(g->p, unit->name);

		if ((unit->flags & OST_UF_NORETURN) || ost_lk_find(tables, name))
			g->unit_flags[u] |= OST_GU_LEAF;
		if (strstr(name, "unlock"))
			g->unit_flags[u] |= OST_GU_UNLOCK;
		if (core[unit->file])
			g->unit_flags[u] |= OST_GU_CORE;
	}
	free(core);
}

struct ost_lk_slots_ahead {
	struct ost_lk_graph g;	/* with the slots and nothing else */
	const uint8_t *near;
	pthread_t thread;
	bool is_made;
};

static void begin(struct ost_lk_graph *g, const struct ost_program *p, const uint8_t *near)
{
	memset(g, 0, sizeof(*g));
	g->p = p;
	g->nr_units = ost_program_nr_units(p);
	g->is_near = near != NULL;
}

static void make_slots(struct ost_lk_graph *g, const struct ost_lk_tables *tables, const uint8_t *near)
{
	slot_calls(g, tables, near);
	slot_entries(g);
}

static void *run_ahead(void *ctx)
{
	struct ost_lk_slots_ahead *a = ctx;
	struct ost_lk_tables tables;
	struct ost_err *err = ost_lk_tables_init(&tables);

	if (err) {	/* who makes the tables of the search says so */
		ost_err_destroy(err);
		return NULL;
	}
	make_slots(&a->g, &tables, a->near);
	a->is_made = true;
	ost_lk_tables_deinit(&tables);
	return NULL;
}

/* They come in one order: one thread makes them. */
struct ost_lk_slots_ahead *ost_lk_slots_start(const struct ost_program *p, const uint8_t *near, unsigned jobs)
{
	struct ost_lk_slots_ahead *a = ost_calloc(1, sizeof(*a));

	begin(&a->g, p, near);
	a->near = near;
	if (jobs != 1 && !pthread_create(&a->thread, NULL, run_ahead, a))
		return a;
	free(a);
	return NULL;
}

void ost_lk_slots_forget(struct ost_lk_slots_ahead *ahead)
{
	if (!ahead)
		return;
	pthread_join(ahead->thread, NULL);
	ost_lk_graph_deinit(&ahead->g);
	free(ahead);
}

/* What the thread has made is taken over. */
static bool take_slots(struct ost_lk_graph *g, struct ost_lk_slots_ahead *ahead)
{
	bool is_made;

	if (!ahead)
		return false;
	pthread_join(ahead->thread, NULL);
	is_made = ahead->is_made;
	if (is_made)
		*g = ahead->g;
	free(ahead);
	return is_made;
}

void ost_lk_graph_init(struct ost_lk_graph *g, const struct ost_program *p,
		       const struct ost_lk_tables *tables, const uint8_t *near,
		       const struct ost_kept_calls *kept, struct ost_lk_slots_ahead *ahead, unsigned jobs)
{
	struct ost_lk_graph direct;

	begin(&direct, p, near);
	number_folders(&direct);
	flag_units(&direct, tables);
	direct_calls(&direct, near, kept, jobs);
	begin(g, p, near);
	if (!take_slots(g, ahead))
		make_slots(g, tables, near);
	g->folder = direct.folder;
	g->unit_flags = direct.unit_flags;
	g->out_first = direct.out_first;
	g->in_first = direct.in_first;
	g->out = direct.out;
	g->in = direct.in;
}

static bool has_caller(const struct ost_lk_graph *g, uint32_t unit, uint32_t caller)
{
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++)
		if (g->in[i].unit == caller)
			return true;
	return false;
}

static bool is_handed_at(const struct ost_lk_graph *g, uint32_t unit, const struct ost_edge *ref)
{
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++)
		if (g->in[i].is_handed && g->in[i].unit == ref->from && g->in[i].line == ref->line)
			return true;
	return false;
}

/* Some direct call of it is not in the graph, or its address is taken for who knows whom. */
static bool has_other_caller(const struct ost_lk_graph *g, uint32_t unit)
{
	struct ost_edges found = { .v = OST_VEC_INIT };
	bool has = false;

	ost_program_callers(g->p, unit, false, &found);
	for (size_t i = 0; i < found.v.nr && !has; i++)
		has = found.v.items[i].kind == OST_EDGE_REF ? !is_handed_at(g, unit, &found.v.items[i]) :
			!found.v.items[i].is_one_of && !has_caller(g, unit, found.v.items[i].from);
	ost_vec_deinit(&found.v);
	return has;
}

bool ost_lk_has_all_callers(const struct ost_lk_graph *g, uint32_t unit)
{
	unsigned flags = ost_program_unit(g->p, unit)->flags;
	const uint32_t *ids;

	if (ost_program_unit_slots(g->p, unit, &ids) || ost_program_callback_bindings(g->p, unit, &ids))
		return false;
	if (g->is_slice && (!(flags & OST_UF_STATIC) || flags & OST_UF_HEADER))
		return false;
	return !has_other_caller(g, unit);
}

void ost_lk_graph_deinit(struct ost_lk_graph *g)
{
	free(g->unit_flags);
	free(g->folder);
	ost_lk_aim_destroy(g->aim);
	free(g->out_first);
	free(g->in_first);
	free(g->out);
	free(g->in);
	free(g->site_first);
	free(g->sites);
	ost_vec_deinit(&g->slots);
	ost_table_deinit(&g->siblings);
	free(g->slot_of_field);
	free(g->entry_first);
	free(g->entries);
	ost_vec_deinit(&g->by_slot);
}
