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
	size_t len = strlen(path);

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
		asked[u] = is_in_paths(p, u, opts) || is_place(p, u, opts, paths) ||
			(opts->function && !strcmp(opts->function, ost_program_name(p, ost_program_unit(p, u)->name)));
	free(paths);
	return asked;
}

static void enter(const struct ost_lk_graph *g, uint8_t *focus, struct queue *next, uint32_t unit)
{
	if (focus[unit] & OST_FOCUS_BELOW || g->unit_flags[unit] & OST_GU_CORE)
		return;
	focus[unit] |= OST_FOCUS_BELOW;
	ost_vec_add(&next->v, unit);
}

static void enter_callees(const struct ost_lk_graph *g, uint8_t *focus, struct queue *next, uint32_t unit)
{
	for (uint64_t k = g->out_first[unit]; k < g->out_first[unit + 1]; k++)
		enter(g, focus, next, g->out[k].unit);
	for (uint64_t k = g->site_first[unit]; k < g->site_first[unit + 1]; k++) {
		const struct ost_lk_slot *slot = g->slot_of_field[g->sites[k].slot] ?
			ost_lk_slot(g, g->sites[k].slot) : NULL;

		for (uint32_t t = 0; slot && t < slot->nr_targets; t++)
			enter(g, focus, next, slot->targets[t].unit);
	}
}

/* As far as a climb comes up. */
static void mark_below(const struct ost_lk_graph *g, const uint8_t *asked, uint8_t *focus)
{
	struct queue now = { .v = OST_VEC_INIT }, next = { .v = OST_VEC_INIT };

	for (uint32_t u = 0; u < g->nr_units; u++)
		if (asked[u]) {
			focus[u] |= OST_FOCUS_BELOW;
			ost_vec_add(&now.v, u);
		}
	for (unsigned depth = 0; depth < OST_CLIMB_DEPTH && now.v.nr; depth++) {
		struct queue done = now;

		for (size_t i = 0; i < now.v.nr; i++)
			enter_callees(g, focus, &next, now.v.items[i]);
		now = next;
		next = done;
		ost_vec_clear(&next.v);
	}
	ost_vec_deinit(&now.v);
	ost_vec_deinit(&next.v);
}

static void mark_above(const struct ost_lk_graph *g, const uint8_t *asked, uint8_t *focus)
{
	struct ost_lk_graph aimed = *g;

	aimed.need = NULL;
	ost_lk_graph_aim(&aimed, asked, OST_REACH_COST);
	for (uint32_t u = 0; u < g->nr_units; u++)
		if (aimed.need[u] != OST_GU_FAR)
			focus[u] |= OST_FOCUS_ABOVE;
	free(aimed.need);
}

uint8_t *ost_focus_make(const struct ost_lk_graph *g, const struct ost_program *p,
			const struct ost_deadlocks_opts *opts)
{
	uint8_t *asked, *focus;

	if (!opts->nr_paths && !opts->function && !opts->nr_places)
		return NULL;
	asked = asked_units(p, opts);
	focus = ost_calloc(g->nr_units + 1, 1);
	mark_below(g, asked, focus);
	mark_above(g, asked, focus);
	free(asked);
	return focus;
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
