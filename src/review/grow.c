// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/grow.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"

#define MAX_NODES 3000		/* functions of a climb */
#define MAX_DEPTH 8		/* calls of a climb, */
#define MAX_SLOTS 2		/* and slots among them */
#define MAX_FAN 40		/* who calls a function that is more often called has not this driver in mind */
#define MAX_OBJECTS 40		/* that callbacks run from */
#define MAX_CLASSES 48		/* of locks whose holders are asked for */
#define CALLBACK_DEPTH 4	/* direct calls from a callback to what it takes */

enum { IS_GOAL = 1, IS_ON_WAY = 2 };

struct node {
	uint32_t unit;
	uint16_t depth;
	uint8_t nr_slots, flags;	/* slots: crossed on the nearest way */
};
struct way {
	uint32_t from, to;	/* nodes: caller, callee */
};

/* Who may be on the stack above some functions, up to a goal. */
struct climb {
	OST_VEC(struct node) nodes;	/* nearest first */
	OST_VEC(struct way) ways;
	struct ost_table at;		/* unit → node + 1 */
	bool is_cut;
};

struct grow {
	const struct ost_program *p;
	const struct ost_two_trees *t;
	const struct ost_lk_tables *tables;
	struct ost_objects held;	/* the classes whose holders are goals */
	struct ost_lock_names wrappers, guards;
	uint8_t *holds;			/* by unit of p */
	struct ost_scope scope;
	struct ost_edges edges;
	struct ost_grown *out;
	struct ost_table taken;		/* unit of p → 1: in out */
};

bool ost_grow_asks(const struct ost_lock_changes *changes)
{
	for (size_t i = 0; i < changes->v.nr; i++)
		if (changes->v.items[i].is_wait || changes->v.items[i].is_shared)
			return true;
	return false;
}

/* ---- climbing ---- */

static uint32_t enter(struct climb *c, uint32_t unit, unsigned depth, unsigned nr_slots)
{
	bool is_new;
	uint64_t *at = ost_table_put(&c->at, unit, &is_new);

	if (is_new) {
		if (c->nodes.nr == MAX_NODES) {
			c->is_cut = true;
			return OST_NO_ID;
		}
		ost_vec_add(&c->nodes, ((struct node){ unit, (uint16_t)depth, (uint8_t)nr_slots, 0 }));
		*at = c->nodes.nr;
	}
	return *at ? (uint32_t)*at - 1 : OST_NO_ID;
}

static void add_ways(struct grow *g, struct climb *c, uint32_t to)
{
	unsigned depth = c->nodes.items[to].depth + 1u, nr_slots = c->nodes.items[to].nr_slots;

	for (size_t i = 0; i < g->edges.v.nr; i++) {
		const struct ost_edge *e = &g->edges.v.items[i];
		uint32_t from;

		if ((e->kind != OST_EDGE_DIRECT && e->kind != OST_EDGE_SLOT) || nr_slots + (e->kind == OST_EDGE_SLOT) > MAX_SLOTS)
			continue;
		from = enter(c, e->from, depth, nr_slots + (e->kind == OST_EDGE_SLOT));
		if (from != OST_NO_ID)
			ost_vec_add(&c->ways, ((struct way){ from, to }));
	}
}

/* A thread's own loop holds nothing. */
static bool is_climbed(const struct grow *g, uint32_t slot)
{
	OST_BUF text = OST_BUF_INIT;

	ost_program_field_text(g->p, slot, &text);
	return ost_lk_slot_what(g->tables, text.ptr) != OST_LKS_THREAD;
}

static void climb_from(struct grow *g, struct climb *c, uint32_t node)
{
	const uint32_t *in;
	uint32_t unit = c->nodes.items[node].unit, nr = ost_program_unit_slots(g->p, unit, &in);

	ost_vec_clear(&g->edges.v);
	ost_program_callers(g->p, unit, false, &g->edges);
	if (c->nodes.items[node].nr_slots && g->edges.v.nr > MAX_FAN)
		return;
	for (uint32_t i = 0; i < nr; i++)
		if (is_climbed(g, ost_program_target(g->p, in[i])->slot))
			ost_program_slot_callers(g->p, ost_program_target(g->p, in[i])->slot, &g->edges);
	add_ways(g, c, node);
}

typedef bool (*goal_fn)(struct grow *g, uint32_t unit);

static void climb(struct grow *g, struct climb *c, goal_fn is_goal, bool stops)
{
	for (uint32_t i = 0; i < c->nodes.nr; i++) {
		if (is_goal(g, c->nodes.items[i].unit))
			c->nodes.items[i].flags |= IS_GOAL;
		/* a changed function that takes the lock may be called with it held */
		if (c->nodes.items[i].depth < MAX_DEPTH && !(stops && c->nodes.items[i].depth && c->nodes.items[i].flags & IS_GOAL))
			climb_from(g, c, i);
	}
	g->out->is_cut |= c->is_cut;
}

/* What lies on a way from a goal down. */
static void mark_ways(struct climb *c)
{
	bool more = true;

	for (size_t i = 0; i < c->nodes.nr; i++)
		if (c->nodes.items[i].flags & IS_GOAL)
			c->nodes.items[i].flags |= IS_ON_WAY;
	while (more) {
		more = false;
		for (size_t i = c->ways.nr; i-- > 0;) {
			struct node *from = &c->nodes.items[c->ways.items[i].from], *to = &c->nodes.items[c->ways.items[i].to];

			if (from->flags & IS_ON_WAY && !(to->flags & IS_ON_WAY)) {
				to->flags |= IS_ON_WAY;
				more = true;
			}
		}
	}
}

static void take(struct grow *g, const struct climb *c)
{
	for (size_t i = 0; i < c->nodes.nr; i++) {
		const struct ost_unit *u = ost_program_unit(g->p, c->nodes.items[i].unit);
		bool is_new;

		if (!(c->nodes.items[i].flags & IS_ON_WAY))
			continue;
		ost_table_put(&g->taken, c->nodes.items[i].unit, &is_new);
		if (is_new)
			ost_vec_add(&g->out->v, ((struct ost_dl_place){ ost_program_path(g->p, u->file), ost_program_name(g->p, u->name) }));
	}
}

static void climb_deinit(struct climb *c)
{
	ost_vec_deinit(&c->nodes);
	ost_vec_deinit(&c->ways);
	ost_table_deinit(&c->at);
}

/* ---- who holds the lock ---- */

static bool has_name(const struct ost_lock_names *list, const char *name)
{
	for (size_t i = 0; i < list->v.nr; i++)
		if (!strcmp(list->v.items[i], name))
			return true;
	return false;
}

/* guard(wiphy)(...): of a class when what it calls wraps it, or when it takes a member of that name. */
static void add_guards(struct grow *g, const struct ost_lk_world *w, const char *class_name)
{
	const char *dot = strrchr(class_name, '.'), *member = dot ? dot + 1 : "";

	for (size_t i = 0; i < w->guards.nr; i++) {
		const struct ost_lk_guard *q = &w->guards.items[i];
		const char *last = q->has_take && q->take.nr_names ? ost_program_name(w->p, q->take.names[q->take.nr_names - 1]) : "";

		if (q->has_take && ((*last && !strcmp(last, member)) || has_name(&g->wrappers, q->take.callee)) &&
		    !has_name(&g->guards, q->name))
			ost_vec_add(&g->guards.v, q->name);
	}
}

static void add_class(struct grow *g, const char *class_name)
{
	const struct ost_lk_world *w[2] = { ost_session_world(g->t->sb), ost_session_world(g->t->sa) };
	struct ost_objects named = { .v = OST_VEC_INIT };
	bool is_new = false;

	ost_objects_named(g->p, class_name, &named);
	for (size_t i = 0; i < named.v.nr && g->held.v.nr < MAX_CLASSES; i++)
		if (!ost_objects_have(&g->held, named.v.items[i])) {
			ost_vec_add(&g->held.v, named.v.items[i]);
			is_new = true;
		}
	ost_vec_deinit(&named.v);
	for (int i = 0; i < 2 && is_new; i++) {
		ost_lock_wrappers(w[i], class_name, &g->wrappers);
		add_guards(g, w[i], class_name);
	}
}

/* Takes or asserts the class itself, or calls what does it for its caller. */
static void mark_holders(struct grow *g)
{
	uint32_t units[64];

	memset(g->holds, 0, ost_program_nr_units(g->p));
	for (uint32_t i = 0; i < ost_program_nr_lock_uses(g->p); i++) {
		const struct ost_lock_use *use = ost_program_lock_use(g->p, i);

		if (ost_objects_have(&g->held, use->object))
			g->holds[use->unit] = 1;
	}
	for (size_t i = 0; i < g->wrappers.v.nr; i++) {
		uint32_t nr = ost_program_units_named(g->p, ost_program_find_name(g->p, g->wrappers.v.items[i]), units, 64);

		ost_vec_clear(&g->edges.v);
		for (uint32_t k = 0; k < nr && k < 64; k++)
			ost_program_callers(g->p, units[k], false, &g->edges);
		for (size_t k = 0; k < g->edges.v.nr; k++)
			g->holds[g->edges.v.items[k].from] |= g->edges.v.items[k].kind == OST_EDGE_DIRECT;
	}
}

/* guard() pastes its name, so that no call of it is in the program. */
static bool has_guard(struct grow *g, uint32_t unit)
{
	bool is_guarded = false, is_named = false;

	if (!g->guards.v.nr || !ost_scope_enter(&g->scope, unit))
		return false;
	for (size_t i = 0; i < g->scope.tree.v.nr; i++) {
		const struct ost_node *n = &g->scope.tree.v.items[i];
		const char *name = n->op == OST_N_NAME ? ost_facts_str(g->scope.f, n->a) : "";

		is_guarded |= !strcmp(name, "guard") || !strcmp(name, "scoped_guard");
		is_named |= *name && has_name(&g->guards, name);
	}
	return is_guarded && is_named;
}

static bool is_holder(struct grow *g, uint32_t unit)
{
	return g->holds[unit] || has_guard(g, unit);
}

/* ---- the changed functions, and what runs them ---- */

static void enter_function(struct grow *g, struct climb *c, const char *file, const char *name)
{
	uint32_t units[16], nr = ost_program_units_named(g->p, ost_program_find_name(g->p, name), units, 16);

	for (uint32_t i = 0; i < nr && i < 16; i++)
		if (!strcmp(ost_program_path(g->p, ost_program_unit(g->p, units[i])->file), file))
			enter(c, units[i], 0, 0);
}

static void enter_changed(struct grow *g, struct climb *c, const struct ost_lock_changes *changes, bool waits)
{
	for (size_t i = 0; i < changes->v.nr; i++)
		if (changes->v.items[i].is_wait == waits && (waits || changes->v.items[i].is_shared))
			enter_function(g, c, changes->v.items[i].file, changes->v.items[i].function);
}

static bool is_callback(struct grow *g, uint32_t unit)
{
	const uint32_t *bindings;

	return ost_program_callback_bindings(g->p, unit, &bindings) > 0;
}

/* The objects that run the callbacks which the climb met. */
static void list_objects(struct grow *g, const struct climb *c, struct ost_objects *ret)
{
	for (size_t i = 0; i < c->nodes.nr; i++) {
		const uint32_t *bindings;
		uint32_t nr = ost_program_callback_bindings(g->p, c->nodes.items[i].unit, &bindings);

		for (uint32_t k = 0; k < nr; k++) {
			struct ost_object o = ost_program_binding(g->p, bindings[k])->object;

			if (o.kind == OST_OBJ_NONE || ost_objects_have(ret, o))
				continue;
			if (ret->v.nr == MAX_OBJECTS) {
				g->out->is_cut = true;
				return;
			}
			ost_vec_add(&ret->v, o);
		}
	}
}

static void enter_waits(struct grow *g, struct climb *c, const struct ost_objects *objects)
{
	for (uint32_t i = 0; objects->v.nr && i < ost_program_nr_lock_uses(g->p); i++) {
		const struct ost_lock_use *use = ost_program_lock_use(g->p, i);
		const struct ost_lk_prim *prim;

		if (!ost_objects_have(objects, use->object))
			continue;
		prim = ost_lk_find(g->tables, ost_program_name(g->p, use->primitive));
		if (prim && prim->op == OST_LK_WAIT)
			enter(c, use->unit, 0, 0);
	}
}

/* Locks that come or go: who waits, with the lock held, for what gets there; who gets there with it held. */
static void grow_locks(struct grow *g, const struct ost_lock_changes *changes)
{
	struct climb callbacks = { .nodes = OST_VEC_INIT }, waits = { .nodes = OST_VEC_INIT };
	struct ost_objects objects = { .v = OST_VEC_INIT };

	for (size_t i = 0; i < changes->v.nr; i++)
		if (changes->v.items[i].is_shared)
			add_class(g, changes->v.items[i].class_name);
	mark_holders(g);
	enter_changed(g, &callbacks, changes, false);
	climb(g, &callbacks, is_callback, false);
	list_objects(g, &callbacks, &objects);
	enter_waits(g, &waits, &objects);
	enter_changed(g, &waits, changes, false);
	climb(g, &waits, is_holder, true);
	mark_ways(&waits);
	take(g, &waits);
	if (objects.v.nr) {
		mark_ways(&callbacks);
		take(g, &callbacks);
	}
	ost_vec_deinit(&objects.v);
	climb_deinit(&callbacks);
	climb_deinit(&waits);
}

/* ---- waits that come or go ---- */

/* Classes that the callback takes within a few direct calls, by the summaries of a slice. */
static void add_taken(struct grow *g, const struct ost_lk_world *w, uint32_t callback)
{
	OST_VEC(uint32_t) units = OST_VEC_INIT;
	size_t at = 0, end;

	ost_vec_add(&units, callback);
	for (unsigned depth = 0; depth <= CALLBACK_DEPTH && units.nr < MAX_NODES; depth++) {
		for (end = units.nr; at < end; at++) {
			const struct ost_lk_summary *sum = ost_lk_sum(w, units.items[at]);

			for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
				const struct ost_lk_ref *ref = &sum->locks[sum->events[i].lock];
				OST_BUF text = OST_BUF_INIT;

				if (sum->events[i].kind != OST_EV_ACQUIRE || !ost_lk_ref_class(ref))
					continue;
				if (ref->field != OST_NO_ID)
					ost_program_field_text(w->p, ref->field, &text);
				else
					ost_program_global_text(w->p, ref->global, &text);
				add_class(g, text.ptr);
			}
			ost_vec_clear(&g->edges.v);
			ost_program_callees(w->p, units.items[at], false, &g->edges);
			for (size_t i = 0; i < g->edges.v.nr; i++)
				if (g->edges.v.items[i].kind == OST_EDGE_DIRECT)
					ost_vec_add(&units, g->edges.v.items[i].to);
		}
	}
	ost_vec_deinit(&units);
}

static void add_callbacks(struct grow *g, const struct ost_lk_world *w, const char *class_name)
{
	struct ost_objects objects = { .v = OST_VEC_INIT };

	ost_objects_named(w->p, class_name, &objects);
	for (size_t i = 0; i < objects.v.nr; i++) {
		const uint32_t *bindings;
		uint32_t nr = ost_program_object_bindings(w->p, objects.v.items[i], &bindings);

		for (uint32_t k = 0; k < nr; k++)
			if (ost_program_binding(w->p, bindings[k])->callback != OST_NO_ID)
				add_taken(g, w, ost_program_binding(w->p, bindings[k])->callback);
	}
	ost_vec_deinit(&objects.v);
}

static void grow_waits(struct grow *g, const struct ost_lock_changes *changes)
{
	struct climb c = { .nodes = OST_VEC_INIT };

	ost_vec_clear(&g->held.v);
	ost_vec_clear(&g->wrappers.v);
	ost_vec_clear(&g->guards.v);
	for (size_t i = 0; i < changes->v.nr; i++)
		if (changes->v.items[i].is_wait) {
			add_callbacks(g, ost_session_world(g->t->sb), changes->v.items[i].class_name);
			add_callbacks(g, ost_session_world(g->t->sa), changes->v.items[i].class_name);
		}
	mark_holders(g);
	enter_changed(g, &c, changes, true);
	climb(g, &c, is_holder, true);
	mark_ways(&c);
	take(g, &c);
	climb_deinit(&c);
}

static void find(struct ost_grown *ret, const struct ost_program *whole, const struct ost_two_trees *t,
		 const struct ost_lock_changes *changes)
{
	struct grow g = { .p = whole, .t = t, .tables = &ost_session_world(t->sb)->tables, .out = ret };

	g.holds = ost_calloc(ost_program_nr_units(whole) + 1, 1);
	ost_scope_init(&g.scope, whole);
	grow_locks(&g, changes);
	grow_waits(&g, changes);
	ost_scope_deinit(&g.scope);
	free(g.holds);
	ost_vec_deinit(&g.held.v);
	ost_vec_deinit(&g.wrappers.v);
	ost_vec_deinit(&g.guards.v);
	ost_vec_deinit(&g.edges.v);
	ost_table_deinit(&g.taken);
}

bool ost_grow_slice(struct ost_slice *slice, struct ost_arena *arena, struct ost_side_files *side,
		    const struct ost_program *whole, const struct ost_two_trees *t,
		    const struct ost_lock_changes *changes, struct ost_grown *ret)
{
	const char **files;
	size_t before = slice->nr, nr = 0, i;

	*ret = (struct ost_grown){ .v = OST_VEC_INIT };
	find(ret, whole, t, changes);
	files = ost_arena_calloc(arena, ret->v.nr + 1, sizeof(*files));
	for (i = 0; i < ret->v.nr; i++)
		if (!ost_slice_has(slice, ret->v.items[i].file))
			files[nr++] = ret->v.items[i].file;
	ost_slice_add(slice, arena, side, files, nr);
	for (i = 0; i < nr; i++)
		ret->is_cut |= !ost_slice_has(slice, files[i]);
	return slice->nr > before;
}
