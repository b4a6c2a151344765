// SPDX-License-Identifier: GPL-2.0-or-later
/* Which units a question about some functions or folders is about. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/table.h"
#include "locks/focus.h"
#include "locks/search.h"

struct queue { OST_VEC(uint32_t) v; };

bool ost_in_path(const char *file, const char *path)
{
	size_t len;

	while (!strncmp(path, "./", 2))
		path += 2;
	len = strcmp(path, ".") ? strlen(path) : 0;
	while (len && path[len - 1] == '/')
		len--;
	return !strncmp(file, path, len) && (!file[len] || file[len] == '/' || !len);
}

static bool is_in_paths(const struct ost_program *p, uint32_t unit, const struct ost_deadlocks_opts *opts)
{
	const char *file = ost_program_path(p, ost_program_unit(p, unit)->file);

	for (size_t i = 0; i < opts->nr_paths; i++)
		if (ost_in_path(file, opts->paths[i]))
			return true;
	return false;
}

/* By place, the path as the program has it, so that pointers may be compared; NULL: there is no such file. */
static const char **place_paths(const struct ost_program *p, const struct ost_deadlocks_opts *opts)
{
	const char **paths = ost_calloc(opts->nr_places + 1, sizeof(*paths));

	for (size_t i = 0; i < opts->nr_places; i++) {
		uint32_t file = ost_program_find_file(p, opts->places[i].file);

		paths[i] = file == OST_NO_ID ? NULL : ost_program_path(p, file);
	}
	return paths;
}

static bool is_place(const struct ost_program *p, uint32_t unit, const struct ost_deadlocks_opts *opts,
		     const char *const *paths)
{
	const char *file = ost_program_path(p, ost_program_unit(p, unit)->file);

	for (size_t i = 0; i < opts->nr_places; i++)
		if (file == paths[i] &&
		    (!opts->places[i].function ||
		     !strcmp(opts->places[i].function, ost_program_name(p, ost_program_unit(p, unit)->name))))
			return true;
	return false;
}

/* The functions that are asked for, one byte a unit. */
static uint8_t *asked_units(const struct ost_program *p, const struct ost_deadlocks_opts *opts)
{
	uint32_t nr = ost_program_nr_units(p);
	uint8_t *asked = ost_calloc(nr + 1, 1);
	const char **paths = place_paths(p, opts);

	for (uint32_t u = 0; u < nr; u++)
		asked[u] = (opts->nr_paths && is_in_paths(p, u, opts)) || is_place(p, u, opts, paths) ||
			(opts->function && !strcmp(opts->function, ost_program_name(p, ost_program_unit(p, u)->name)));
	free(paths);
	return asked;
}

/* ---- below -------------------------------------------------------------------- */

/* A climb does not go on from a leaf. */
static void enter(uint8_t *dist, struct queue *next, uint32_t unit, unsigned depth)
{
	if (unit == OST_NO_ID || dist[unit] != OST_FOCUS_FAR)
		return;
	dist[unit] = (uint8_t)depth;
	ost_vec_add(&next->v, unit);
}

static void enter_direct_callees(const struct ost_lk_graph *g, uint8_t *dist, struct queue *next, uint32_t unit,
				 unsigned depth)
{
	for (uint64_t k = g->out_first[unit]; k < g->out_first[unit + 1]; k++)
		if (!(g->unit_flags[g->out[k].unit] & OST_GU_LEAF))
			enter(dist, next, g->out[k].unit, depth);
}

static void enter_slots(const struct ost_lk_graph *g, uint8_t *dist, struct queue *next, uint32_t unit, unsigned depth)
{
	for (uint64_t k = g->site_first[unit]; k < g->site_first[unit + 1]; k++) {
		const struct ost_lk_slot *slot = g->slot_of_field[g->sites[k].slot] ?
			ost_lk_slot(g, g->sites[k].slot) : NULL;

		for (uint32_t t = 0; slot && t < slot->nr_targets; t++)
			if (slot->targets[t].unit != OST_NO_ID && !(g->unit_flags[slot->targets[t].unit] & OST_GU_LEAF))
				enter(dist, next, slot->targets[t].unit, depth);
	}
}

static void enter_callees(const struct ost_lk_graph *g, uint8_t *dist, struct queue *next, uint32_t unit, unsigned depth)
{
	enter_direct_callees(g, dist, next, unit, depth);
	enter_slots(g, dist, next, unit, depth);
}

static void enter_callers(const struct ost_lk_graph *g, uint8_t *dist, struct queue *next, uint32_t unit, unsigned depth)
{
	if (g->unit_flags[unit] & OST_GU_LEAF)
		return;
	for (uint64_t k = g->in_first[unit]; k < g->in_first[unit + 1]; k++)
		enter(dist, next, g->in[k].unit, depth);
	for (uint64_t t = g->entry_first[unit]; t < g->entry_first[unit + 1]; t++) {
		const struct ost_lk_slot *slot = &g->slots.items[g->entries[t].slot];

		for (uint32_t i = 0; i < slot->nr_callers; i++)
			enter(dist, next, g->by_slot.items[slot->first_caller + i].unit, depth);
	}
}

/* Whatever it is: a way down by direct calls has its own rules, and this is for all of them. */
static void enter_direct_callers(const struct ost_lk_graph *g, uint8_t *dist, struct queue *next, uint32_t unit,
				 unsigned depth)
{
	for (uint64_t k = g->in_first[unit]; k < g->in_first[unit + 1]; k++)
		enter(dist, next, g->in[k].unit, depth);
}

typedef void (*step_fn)(const struct ost_lk_graph *g, uint8_t *dist, struct queue *next, uint32_t unit, unsigned depth);

/* By unit, how many steps it is away from the asked ones: OST_CLIMB_DEPTH at most. */
static uint8_t *measure(const struct ost_lk_graph *g, const uint8_t *asked, step_fn step)
{
	struct queue now = { .v = OST_VEC_INIT }, next = { .v = OST_VEC_INIT };
	uint8_t *dist = ost_malloc(g->nr_units + 1);

	memset(dist, OST_FOCUS_FAR, g->nr_units + 1);
	for (uint32_t u = 0; u < g->nr_units; u++)
		if (asked[u])
			enter(dist, &now, u, 0);
	for (unsigned depth = 1; depth <= OST_CLIMB_DEPTH && now.v.nr; depth++) {
		struct queue done = now;

		for (size_t i = 0; i < now.v.nr; i++)
			step(g, dist, &next, now.v.items[i], depth);
		now = next;
		next = done;
		ost_vec_clear(&next.v);
	}
	ost_vec_deinit(&now.v);
	ost_vec_deinit(&next.v);
	return dist;
}

/* The units that are `depth` calls away. */
static void list_at(const struct ost_lk_graph *g, const uint8_t *dist, unsigned depth, struct queue *ret)
{
	ost_vec_clear(&ret->v);
	for (uint32_t u = 0; u < g->nr_units; u++)
		if (dist[u] == depth)
			ost_vec_add(&ret->v, u);
}

/* Down from the asked ones by direct calls, with a slot somewhere. */
static uint8_t *measure_under(const struct ost_lk_graph *g, const uint8_t *asked)
{
	uint8_t *direct = measure(g, asked, enter_direct_callees), *crossed = ost_malloc(g->nr_units + 1);
	struct queue at = { .v = OST_VEC_INIT }, next = { .v = OST_VEC_INIT };

	memset(crossed, OST_FOCUS_FAR, g->nr_units + 1);
	for (unsigned depth = 1; depth <= OST_CLIMB_DEPTH; depth++) {
		list_at(g, direct, depth - 1, &at);
		for (size_t i = 0; i < at.v.nr; i++)
			enter_slots(g, crossed, &next, at.v.items[i], depth);
		list_at(g, crossed, depth - 1, &at);
		for (size_t i = 0; i < at.v.nr; i++)
			enter_direct_callees(g, crossed, &next, at.v.items[i], depth);
	}
	for (uint32_t u = 0; u < g->nr_units; u++)
		direct[u] = direct[u] < crossed[u] ? direct[u] : crossed[u];
	ost_vec_deinit(&at.v);
	ost_vec_deinit(&next.v);
	free(crossed);
	return direct;
}

/* ---- what is held above ----------------------------------------------------------- */

static void note_class(struct ost_focus *f, const struct ost_lk_ref *ref, unsigned depth)
{
	uint64_t cls = ost_lk_ref_class(ref), *at;
	bool is_new;

	if (!cls)
		return;
	at = ost_table_put(&f->held, cls, &is_new);
	if (is_new || depth + 1 < *at)
		*at = depth + 1;
}

static void note_held(struct ost_focus *f, const struct ost_lk_world *w, const uint8_t *up)
{
	for (uint32_t u = 0; u < w->nr_units; u++) {
		const struct ost_lk_summary *sum = up[u] == OST_FOCUS_FAR ? NULL : w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];

			for (int h = 0; h < ev->nr_held; h++)
				note_class(f, &sum->locks[ev->held[h].lock], up[u]);
			if (ev->kind == OST_EV_ASSERT && ev->lock < sum->nr_locks)
				note_class(f, &sum->locks[ev->lock], up[u]);
		}
	}
}

bool ost_focus_may_hold(const struct ost_focus *f, uint32_t unit, uint64_t cls, unsigned depth)
{
	const uint64_t *up = f ? ost_table_get(&f->held, cls) : NULL;

	return !f || (up && f->down[unit] + *up - 1 <= depth);
}

/* ---- above --------------------------------------------------------------------------- */

/*
 * What may reach an asked unit, by the rules of ost_reach_from(): a slot with
 * more than OST_REACH_FAN functions is entered only where the one that is meant
 * lies in the folder of the callback that the way began at. So a unit is known
 * with the folder that it is good for: 0 none yet, ANY_FOLDER for all.
 */
#define ANY_FOLDER UINT32_MAX

struct above {
	const struct ost_lk_graph *g;
	uint8_t *need;		/* by unit: least uncertain calls to an asked one */
	uint32_t *folder;	/* by unit */
	struct queue levels[OST_REACH_COST + 1];
};

static void reach_back(struct above *a, uint32_t unit, unsigned need, uint32_t folder)
{
	uint32_t both = !a->folder[unit] || a->folder[unit] == folder ? folder : ANY_FOLDER;

	if (need > OST_REACH_COST || (a->need[unit] <= need && both == a->folder[unit]))
		return;
	if (need < a->need[unit])
		a->need[unit] = (uint8_t)need;
	a->folder[unit] = both;
	/* these are not entered on the way down; a way may begin there */
	if (!(a->g->unit_flags[unit] & (OST_GU_LEAF | OST_GU_CORE)))
		ost_vec_add(&a->levels[a->need[unit]].v, unit);
}

static void reach_callers(struct above *a, uint32_t u, unsigned need)
{
	const struct ost_lk_graph *g = a->g;
	uint32_t folder = a->folder[u];

	for (uint64_t k = g->in_first[u]; k < g->in_first[u + 1]; k++)
		reach_back(a, g->in[k].unit, need + g->in[k].is_one_of, folder);
	for (uint64_t t = g->entry_first[u]; t < g->entry_first[u + 1]; t++) {
		const struct ost_lk_slot *slot = &g->slots.items[g->entries[t].slot];
		uint32_t in = slot->nr_targets <= OST_REACH_FAN ? folder : g->folder[u];

		if (folder != ANY_FOLDER && in != folder)
			continue;	/* no callback lies in both */
		for (uint32_t k = 0; k < slot->nr_callers; k++)
			reach_back(a, g->by_slot.items[slot->first_caller + k].unit, need + slot->cost, in);
	}
}

/* A unit whose way got shorter or whose folder got wider is gone through again, level by level. */
static void spread(struct above *a)
{
	bool more = true;

	while (more) {
		more = false;
		for (unsigned level = 0; level <= OST_REACH_COST; level++) {
			struct queue *q = &a->levels[level];

			for (size_t i = 0; i < q->v.nr; i++)
				if (a->need[q->v.items[i]] == level)
					reach_callers(a, q->v.items[i], level);
			ost_vec_clear(&q->v);
		}
		for (unsigned level = 0; level <= OST_REACH_COST; level++)
			more |= a->levels[level].v.nr != 0;
	}
}

static uint8_t *mark_above(const struct ost_lk_graph *g, const uint8_t *asked)
{
	struct above a = { .g = g, .need = ost_malloc(g->nr_units + 1),
			   .folder = ost_calloc(g->nr_units + 1, sizeof(*a.folder)) };

	memset(a.need, OST_FOCUS_FAR, g->nr_units + 1);
	for (uint32_t u = 0; u < g->nr_units; u++)
		if (asked[u])
			reach_back(&a, u, 0, ANY_FOLDER);
	spread(&a);
	for (uint32_t u = 0; u < g->nr_units; u++)
		a.need[u] = asked[u] || (a.need[u] != OST_FOCUS_FAR &&
					 (a.folder[u] == ANY_FOLDER || a.folder[u] == g->folder[u]));
	for (unsigned level = 0; level <= OST_REACH_COST; level++)
		ost_vec_deinit(&a.levels[level].v);
	free(a.folder);
	return a.need;
}

/* ---- the whole -------------------------------------------------------------------------- */

static uint8_t *asked_files(const struct ost_program *p, const struct ost_deadlocks_opts *opts)
{
	uint32_t nr = ost_program_nr_files(p);
	uint8_t *asked = ost_calloc(nr + 1, 1);

	for (uint32_t f = 0; f < nr; f++) {
		const char *path = ost_program_path(p, f);

		for (size_t i = 0; i < opts->nr_paths; i++)
			asked[f] |= ost_in_path(path, opts->paths[i]);
		for (size_t i = 0; i < opts->nr_places; i++)
			asked[f] |= !opts->places[i].function && !strcmp(path, opts->places[i].file);
	}
	return asked;
}

bool ost_focus_binds(const struct ost_focus *f, uint32_t binding)
{
	const struct ost_binding *b = f && binding != OST_NO_ID ? ost_program_binding(f->p, binding) : NULL;

	return !f || (b && (f->asked_file[b->file] || (b->in != OST_NO_ID && f->asked[b->in]) ||
			    (b->callback != OST_NO_ID && f->asked[b->callback])));
}

struct ost_focus *ost_focus_make(const struct ost_lk_graph *g, const struct ost_lk_world *w,
				 const struct ost_deadlocks_opts *opts)
{
	struct ost_focus *f;
	uint8_t *up;

	if (!opts->nr_paths && !opts->function && !opts->nr_places)
		return NULL;
	f = ost_calloc(1, sizeof(*f));
	f->p = w->p;
	f->asked = asked_units(w->p, opts);
	f->asked_file = asked_files(w->p, opts);
	f->down = measure(g, f->asked, enter_callees);
	f->above = mark_above(g, f->asked);
	f->direct = measure(g, f->asked, enter_direct_callers);
	f->under = measure_under(g, f->asked);
	ost_table_init(&f->held);
	up = measure(g, f->asked, enter_callers);
	note_held(f, w, up);
	free(up);
	return f;
}

void ost_focus_destroy(struct ost_focus *f)
{
	if (!f)
		return;
	free(f->asked);
	free(f->asked_file);
	free(f->down);
	free(f->above);
	free(f->direct);
	free(f->under);
	ost_table_deinit(&f->held);
	free(f);
}

/* ---- the folders around ---------------------------------------------------- */

struct rings {
	const struct ost_program *p;
	struct ost_table ring;		/* folder → number of its ring + 1 */
	struct ost_edges edges;
};

static void add_folder(struct rings *r, uint32_t unit, uint64_t ring)
{
	bool is_new;
	uint64_t *at = ost_table_put(&r->ring, ost_lk_folder(r->p, unit), &is_new);

	if (is_new)
		*at = ring + 1;
}

static void add_callees(struct rings *r, uint32_t unit, uint64_t ring)
{
	ost_vec_clear(&r->edges.v);
	ost_program_callees(r->p, unit, false, &r->edges);
	for (size_t i = 0; i < r->edges.v.nr; i++)
		if (r->edges.v.items[i].kind == OST_EDGE_DIRECT && r->edges.v.items[i].to != OST_NO_ID)
			add_folder(r, r->edges.v.items[i].to, ring);
}

/* Who calls it, by name or through a slot. */
static void add_callers(struct rings *r, uint32_t unit, bool by_name)
{
	const uint32_t *in;
	uint32_t nr = ost_program_unit_slots(r->p, unit, &in);

	ost_vec_clear(&r->edges.v);
	if (by_name)
		ost_program_callers(r->p, unit, false, &r->edges);
	for (uint32_t i = 0; i < nr; i++)
		ost_program_slot_callers(r->p, ost_program_target(r->p, in[i])->slot, &r->edges);
	for (size_t i = 0; i < r->edges.v.nr; i++)
		add_folder(r, r->edges.v.items[i].from, 1);
}

static bool is_for_all(const char *path)
{
	return !strncmp(path, "include/", 8) || (!strncmp(path, "arch/", 5) && strstr(path, "/include/"));
}

static void add_ring(struct rings *r, const uint8_t *asked, uint64_t ring)
{
	for (uint32_t u = 0; u < ost_program_nr_units(r->p); u++) {
		const uint64_t *of = ost_table_get(&r->ring, ost_lk_folder(r->p, u));

		if (!of || *of != ring || is_for_all(ost_program_path(r->p, ost_program_unit(r->p, u)->file)))
			continue;
		add_callees(r, u, ring);	/* into the next ring */
		if (ring == 1)
			add_callers(r, u, asked[u]);
	}
}

uint8_t *ost_near_make(const struct ost_program *p, const struct ost_deadlocks_opts *opts)
{
	struct rings r = { .p = p, .edges = { .v = OST_VEC_INIT } };
	uint32_t nr = ost_program_nr_units(p);
	uint8_t *asked, *near;

	if (!opts->nr_places)
		return NULL;
	ost_table_init(&r.ring);
	asked = asked_units(p, opts);
	near = ost_calloc(nr + 1, 1);
	for (uint32_t u = 0; u < nr; u++)
		if (asked[u])
			add_folder(&r, u, 0);
	add_ring(&r, asked, 1);
	add_ring(&r, asked, 2);
	for (uint32_t u = 0; u < nr; u++)
		near[u] = ost_table_get(&r.ring, ost_lk_folder(p, u)) ||
			is_for_all(ost_program_path(p, ost_program_unit(p, u)->file));
	ost_vec_deinit(&r.edges.v);
	ost_table_deinit(&r.ring);
	free(asked);
	return near;
}
