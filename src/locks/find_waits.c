// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits under a lock that the callback needs, and callbacks that wait for
 * themselves.
 *
 * For each wait: the object that is waited for is named (through the callers,
 * when a helper gets it as an argument), its callbacks are looked up, what
 * they acquire is collected, and the callers are climbed for somebody who
 * holds one of these. Both ends are then brought to one frame.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "locks/finder.h"
#include "ostler/progress.h"

#define MAX_LIFT 4	/* helpers between the primitive and the function that names the object */
#define MAX_CALLERS 300	/* of a helper that are looked at */
#define MAX_SITES 200000
#define MAX_TRIES 4	/* candidates looked at for one key */

/* A wait, with the helpers down to the primitive: frame 0 holds the primitive. */
struct site {
	const struct ost_lk_event *wait;
	uint32_t units[MAX_LIFT];
	const struct ost_lk_event *events[MAX_LIFT];	/* of the call in units[i], or the wait */
	uint32_t lines[MAX_LIFT];
	unsigned nr;
	struct ost_path object;		/* address, in the frame of units[nr - 1] */
	uint32_t field, global;
	uint32_t callback, binding;
	uint32_t nr_callbacks;		/* that the object may have */
};

struct acq {
	uint64_t cls;
	uint32_t node;			/* of the reach */
	const struct ost_lk_event *ev;
};

/* The classes that are held over waits: one climb a place. */
struct climb {
	const struct site *site;
	OST_VEC(uint64_t) classes;	/* ascending */
};

/* What all share. */
struct waits {
	struct ost_finder *f;
	OST_VEC(struct site) sites;	/* by callback */
	OST_VEC(struct climb) climbs;
	struct ost_table climb_of;	/* place_key() → position in climbs */
	OST_VEC(uint32_t) groups;	/* the first site of each callback, and the end */
};

/* One callback. */
struct group {
	struct ost_finder *f;
	OST_VEC(struct acq) acqs;
	struct ost_table acq_first;	/* class → position + 1 in acqs */
	struct ost_table held;		/* classes that are held over one of its waits */
	struct ost_table tries;		/* of the site: (class, impl) → how often */
	uint32_t call_line;		/* of the site, in the function that the climb begins at */
};

static const struct {
	const char *row;	/* kind of a binding row */
	uint8_t wait;		/* enum ost_wait_kind */
	uint8_t kind;		/* enum ost_deadlock_kind */
} pairs[] = {
	{ "work", OST_WK_WORK, OST_DL_WORK_WAIT },
	{ "wiphy-work", OST_WK_WIPHY_WORK, OST_DL_WORK_WAIT },
	{ "kthread-work", OST_WK_KTHREAD_WORK, OST_DL_KTHREAD_WAIT },
	{ "timer", OST_WK_TIMER, OST_DL_TIMER_WAIT },
	{ "hrtimer", OST_WK_HRTIMER, OST_DL_TIMER_WAIT },
	{ "tasklet", OST_WK_TASKLET, OST_DL_TIMER_WAIT },
	{ "irq-work", OST_WK_IRQ_WORK, OST_DL_IRQ_WAIT },
	{ "irq", OST_WK_IRQ, OST_DL_IRQ_WAIT },
	{ "kthread", OST_WK_KTHREAD, OST_DL_KTHREAD_WAIT },
	{ "napi", OST_WK_NAPI, OST_DL_NAPI_WAIT },
};

static int pair_of(const char *row_kind, unsigned wait_kind)
{
	for (size_t i = 0; i < OST_ARRAY_SIZE(pairs); i++)
		if (pairs[i].wait == wait_kind && !strcmp(pairs[i].row, row_kind))
			return (int)i;
	return -1;
}

/* `x->dwork.work` is the delayed work itself. */
static void normalise(const struct ost_program *p, struct site *s)
{
	struct ost_field_def field, inner;

	if (s->field == OST_NO_ID || s->object.nr_steps < 2 ||
	    s->object.steps[s->object.nr_steps - 1].kind != OST_STEP_FIELD ||
	    s->object.steps[s->object.nr_steps - 2].kind != OST_STEP_FIELD)
		return;
	ost_program_field(p, s->field, &inner);
	if (strcmp(ost_program_name(p, inner.name), "work"))
		return;
	ost_program_field(p, s->object.steps[s->object.nr_steps - 2].id, &field);
	{
		struct ost_record_def rec;

		ost_program_record(p, inner.named, &rec);
		if (rec.tag == OST_NO_ID || strcmp(ost_program_name(p, rec.tag), "delayed_work"))
			return;
	}
	s->object.nr_steps--;
	s->field = s->object.steps[s->object.nr_steps - 1].id;
}

static uint32_t bindings_of(const struct ost_finder *f, const struct site *s, const uint32_t **ret)
{
	struct ost_object object = { OST_OBJ_NONE, 0 };

	if (s->field != OST_NO_ID)
		object = (struct ost_object){ OST_OBJ_FIELD, s->field };
	else if (s->global != OST_NO_ID)
		object = (struct ost_object){ OST_OBJ_GLOBAL, s->global };
	else
		return 0;
	return ost_program_object_bindings(f->p, object, ret);
}

/* How near two files are: the same, in one folder, or strangers. */
enum nearness { STRANGERS, ONE_FOLDER, ONE_FILE };

static enum nearness nearness(const struct ost_program *p, uint32_t a, uint32_t b)
{
	const char *x = ost_program_path(p, a), *y = ost_program_path(p, b);
	const char *sx = strrchr(x, '/'), *sy = strrchr(y, '/');

	if (!strcmp(x, y))
		return ONE_FILE;
	return sx && sy && sx - x == sy - y && !memcmp(x, y, (size_t)(sx - x)) ? ONE_FOLDER : STRANGERS;
}

/*
 * Many drivers bind callbacks of their own to one field of a shared record
 * (pci_dev.irq): a wait in one driver is for that driver's. The nearest
 * bindings count; for an interrupt, which is a mere number, strangers never do.
 */
static enum nearness nearest_binding(struct waits *ws, const struct site *s, const uint32_t *ids, uint32_t nr)
{
	uint32_t file = ost_program_unit(ws->f->p, s->units[s->nr - 1])->file;
	enum nearness best = s->wait->prim->kind == OST_WK_IRQ ? ONE_FOLDER : STRANGERS;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(ws->f->p, ids[i]);
		enum nearness n = nearness(ws->f->p, file, b->file);

		if (b->callback != OST_NO_ID && n > best)
			best = n;
	}
	return best;
}

/* `x->a.work` and `x->b.work` with one kind of wrapper: the binding is for another member. */
static bool is_for_other_member(struct waits *ws, const struct site *s, const struct ost_binding *b)
{
	const struct ost_binding_row *row = ost_program_binding_row(ws->f->p, b->row);
	struct ost_path path;
	uint32_t n, nr = s->object.nr_steps;

	if (nr < 2 || s->object.steps[nr - 2].kind != OST_STEP_FIELD || b->in == OST_NO_ID || !b->node ||
	    row->object < 0 || !ost_finder_enter(ws->f, b->in))
		return false;
	n = ost_lk_call_arg(ws->f->cur, b->node, (unsigned)row->object);
	if (!n)
		return false;
	ost_expr_path(ws->f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
	return path.nr_steps >= 2 && path.steps[path.nr_steps - 1].kind == OST_STEP_FIELD &&
	       path.steps[path.nr_steps - 1].id == s->object.steps[nr - 1].id &&
	       path.steps[path.nr_steps - 2].kind == OST_STEP_FIELD &&
	       path.steps[path.nr_steps - 2].id != s->object.steps[nr - 2].id;
}

/* One site a callback that the object may have. */
static bool add_callbacks(struct waits *ws, struct site *s)
{
	const uint32_t *ids;
	uint32_t nr = bindings_of(ws->f, s, &ids), first = (uint32_t)ws->sites.nr;
	uint32_t file = ost_program_unit(ws->f->p, s->units[s->nr - 1])->file;
	enum nearness nearest = nearest_binding(ws, s, ids, nr);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(ws->f->p, ids[i]);
		bool known = false;

		if (b->callback == OST_NO_ID ||
		    pair_of(ost_program_binding_row(ws->f->p, b->row)->kind, s->wait->prim->kind) < 0 ||
		    nearness(ws->f->p, file, b->file) < nearest || (nr > 1 && is_for_other_member(ws, s, b)))
			continue;
		for (size_t k = first; k < ws->sites.nr && !known; k++)
			known = ws->sites.items[k].callback == b->callback;
		if (known || ws->sites.nr >= MAX_SITES)
			continue;
		s->callback = b->callback;
		s->binding = ids[i];
		ost_vec_add(&ws->sites, *s);
	}
	for (size_t k = first; k < ws->sites.nr; k++)
		ws->sites.items[k].nr_callbacks = (uint32_t)(ws->sites.nr - first);
	return ws->sites.nr > first;
}

/* An object of a helper's parameter is named by the helper's callers. */
static void lift_site(struct waits *ws, const struct site *below)
{
	const struct ost_lk_graph *g = &ws->f->graph;
	uint32_t unit = below->units[below->nr - 1];
	const char *callee = ost_unit_name(ws->f, unit);

	if (below->object.kind != OST_BASE_PARAM || below->nr == MAX_LIFT ||
	    below->field != OST_NO_ID || below->global != OST_NO_ID ||
	    g->in_first[unit + 1] - g->in_first[unit] > MAX_CALLERS)
		return;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		struct site s = *below;
		uint32_t call, caller = g->in[i].unit;

		if (!ost_finder_enter(ws->f, caller))
			continue;
		call = ost_call_node(ws->f->cur, g->in[i].line, callee);
		if (!call || !ost_lift_path(ws->f->cur, call, &below->object, &s.object))
			continue;
		s.units[s.nr] = caller;
		s.lines[s.nr] = g->in[i].line;
		s.events[s.nr] = ost_call_event_at(ws->f->w, caller, g->in[i].line, callee);
		s.nr++;
		ost_path_class(&s.object, &s.field, &s.global);
		normalise(ws->f->p, &s);
		if (!add_callbacks(ws, &s))
			lift_site(ws, &s);
	}
}

static void collect_sites(struct waits *ws)
{
	const struct ost_lk_world *w = ws->f->w;

	for (uint32_t u = 0; u < w->nr_units; u++) {
		const struct ost_lk_summary *sum = w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];
			struct site s = { .wait = ev, .nr = 1 };

			if (ev->kind != OST_EV_WAIT)
				continue;
			ws->f->nr_wait_sites++;
			s.units[0] = u;
			s.events[0] = ev;
			s.lines[0] = ev->line;
			s.object = sum->locks[ev->lock].path;
			s.field = sum->locks[ev->lock].field;
			s.global = sum->locks[ev->lock].global;
			normalise(ws->f->p, &s);
			if (!add_callbacks(ws, &s)) {
				if (s.field == OST_NO_ID && s.global == OST_NO_ID && s.object.kind != OST_BASE_PARAM)
					ws->f->nr_wait_unclassed++;
				lift_site(ws, &s);
			}
		}
	}
}

static int by_callback(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	if (x->callback != y->callback)
		return x->callback < y->callback ? -1 : 1;
	if (x->units[0] != y->units[0])
		return x->units[0] < y->units[0] ? -1 : 1;
	if (x->lines[0] != y->lines[0])
		return x->lines[0] < y->lines[0] ? -1 : 1;
	return memcmp(x->units, y->units, sizeof(x->units[0]) * (x->nr < y->nr ? x->nr : y->nr));
}

static int by_class(const void *a, const void *b)
{
	const struct acq *x = a, *y = b;

	if (x->cls != y->cls)
		return x->cls < y->cls ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Takes a lock itself, and may block on it. */
static bool is_taking(const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	return ev->kind == OST_EV_ACQUIRE && !(ev->flags & OST_EVF_VIA_CALLEE) && ev->lock < sum->nr_locks;
}

/* The locks of the classes in question that everything below the callback may block on. */
static void collect_acqs(struct group *ws, uint32_t callback)
{
	struct ost_search *s = &ws->f->search;

	ost_reach_from(s, callback);
	ws->f->nr_limits += s->is_limited;
	s->is_limited = false;
	for (uint32_t n = 0; n < s->down.nr; n++) {
		const struct ost_lk_summary *sum = ost_lk_sum(s->w, s->down.items[n].unit);

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];
			uint64_t cls = is_taking(sum, ev) ? ost_lk_ref_class(&sum->locks[ev->lock]) : 0;

			if (cls && ost_table_get(&ws->held, cls))
				*ost_vec_push(&ws->acqs) = (struct acq){ cls, n, ev };
		}
	}
	if (ws->acqs.nr)
		qsort(ws->acqs.items, ws->acqs.nr, sizeof(struct acq), by_class);
	for (size_t i = 0; i < ws->acqs.nr; i++)
		if (!i || ws->acqs.items[i].cls != ws->acqs.items[i - 1].cls)
			*ost_table_put(&ws->acq_first, ws->acqs.items[i].cls, NULL) = i + 1;
}

/* ---- one candidate ------------------------------------------------------ */

#define MAX_FRAMES (OST_CLIMB_DEPTH + MAX_LIFT + 2)

struct candidate {
	const struct site *s;
	struct ost_frame frames[MAX_FRAMES];	/* 0: the primitive's function; last: the holder */
	unsigned nr_frames;
	const struct ost_lk_event *hold_at;	/* event whose held set or assert shows it */
	const struct ost_lk_held *held;		/* NULL: asserted */
	const struct ost_lk_ref *hold_ref;
	const struct acq *acq;
	uint32_t impl;
};

static const char *callee_text(const struct ost_finder *f, uint32_t unit, uint32_t slot)
{
	struct ost_field_def field;

	if (slot == OST_NO_ID)
		return ost_unit_name(f, unit);
	ost_program_field(f->p, slot, &field);
	return ost_program_name(f->p, field.name);
}

static bool build_frames(const struct group *ws, const struct site *s, uint32_t climb, struct candidate *c)
{
	const struct ost_search *search = &ws->f->search;
	uint32_t order[OST_CLIMB_DEPTH + 2];
	unsigned nr = 0;

	c->nr_frames = 0;
	for (unsigned i = 0; i < s->nr; i++)
		c->frames[c->nr_frames++] = (struct ost_frame){ s->units[i], s->lines[i],
			i ? ost_unit_name(ws->f, s->units[i - 1]) : "", OST_NO_ID, 0, false };
	for (uint32_t n = climb; n && n != OST_NO_NODE; n = search->up.items[n].parent) {
		if (nr == OST_ARRAY_SIZE(order))
			return false;
		order[nr++] = n;
	}
	while (nr--) {
		const struct ost_climb_node *node = &search->up.items[order[nr]];
		uint32_t below = c->frames[c->nr_frames - 1].unit;

		if (c->nr_frames == MAX_FRAMES)
			return false;
		c->frames[c->nr_frames++] = (struct ost_frame){ node->unit, node->line,
			callee_text(ws->f, below, node->slot), node->slot, node->target, node->is_one_of };
	}
	return true;
}

/*
 * The object's and the lock's path in one frame, as high up as the object
 * can be named. False when the lock has no name there.
 */
static bool meet(struct group *ws, struct candidate *c, struct ost_path *object, struct ost_path *lock,
		 unsigned *ret_frame, bool *ret_excluded)
{
	unsigned at = c->s->nr - 1, top = c->nr_frames - 1;

	*object = c->s->object;
	*ret_excluded = false;
	while (at < top && object->kind == OST_BASE_PARAM) {
		const struct ost_frame *fr = &c->frames[at + 1];
		struct ost_path lifted;
		uint32_t call;

		if (!ost_finder_enter(ws->f, fr->unit))
			break;
		call = ost_call_node(ws->f->cur, fr->line, fr->callee);
		if (!ost_lift_path(ws->f->cur, call, object, &lifted))
			break;
		*object = lifted;
		at++;
	}
	*lock = c->hold_ref->path;
	for (unsigned i = top; i > at; i--) {
		const struct ost_frame *fr = &c->frames[i];
		struct ost_path lowered;

		if (!ost_finder_enter(ws->f, fr->unit) ||
		    !ost_lower_path(ws->f->cur, ost_call_node(ws->f->cur, fr->line, fr->callee), lock, &lowered))
			return false;
		*lock = lowered;
	}
	*ret_frame = at;
	return true;
}

/* Where parameter `param` of the callback comes from, given the waited-for object. */
static bool callback_arg(struct group *ws, const struct candidate *c, const struct ost_path *object,
			 uint32_t param, struct ost_path *ret)
{
	const struct ost_program *p = ws->f->p;
	const struct ost_binding *b = ost_program_binding(p, c->s->binding);
	const struct ost_binding_row *row = ost_program_binding_row(p, b->row);
	struct ost_path o, d;
	uint32_t n;

	if (row->data < 0) {
		if (param)
			return false;
		*ret = *object;
		if (strstr(row->name, "DELAYED") || strstr(row->name, "DEFERRABLE") ||
		    strstr(row->name, "delayed")) {
			/* the callback gets &dwork->work */
			struct ost_ctype type = ost_field_type(p, c->s->field);
			uint32_t rec, name = ost_program_find_name(p, "work"), field;

			rec = c->s->field == OST_NO_ID ? OST_NO_ID : ost_ctype_record(p, type);
			field = rec == OST_NO_ID || name == OST_NO_ID ? OST_NO_ID :
				ost_record_find_field(p, rec, name);
			if (field == OST_NO_ID || ret->nr_steps == OST_PATH_MAX)
				return false;
			ret->steps[ret->nr_steps++] = (struct ost_step){ OST_STEP_FIELD, field };
		}
		return true;
	}
	if (param != (c->s->wait->prim->kind == OST_WK_IRQ) || b->in == OST_NO_ID || !b->node ||
	    row->object < 0 || !ost_finder_enter(ws->f, b->in))
		return false;
	n = ost_lk_call_arg(ws->f->cur, b->node, (unsigned)row->object);
	if (!n)
		return false;
	ost_expr_path(ws->f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &o);
	n = ost_lk_call_arg(ws->f->cur, b->node, (unsigned)row->data);
	if (!n)
		return false;
	ost_expr_path(ws->f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &d);
	return ost_rebase_path(p, &o, &d, object, ret);
}

/* The path of `inner` (in the frame of reach node `node`) as the callback sees it. */
static bool lift_to_callback(struct group *ws, uint32_t node, const struct ost_path *inner,
			     struct ost_path *ret)
{
	struct ost_search *search = &ws->f->search;

	*ret = *inner;
	while (node) {
		const struct ost_reach_node *n = &search->down.items[node];
		uint32_t caller = search->down.items[n->parent].unit;
		struct ost_path lifted;

		if (ret->kind != OST_BASE_PARAM)
			return ret->kind == OST_BASE_GLOBAL;
		if (!ost_finder_enter(ws->f, caller) ||
		    !ost_lift_path(ws->f->cur, ost_call_node(ws->f->cur, n->line, callee_text(ws->f, n->unit, n->slot)),
				   ret, &lifted))
			return false;
		*ret = lifted;
		node = n->parent;
	}
	return true;
}

static bool to_frame(struct group *ws, const struct candidate *c, const struct ost_path *object,
		     uint32_t node, const struct ost_path *inner, struct ost_path *ret)
{
	struct ost_path seen, arg;

	if (!lift_to_callback(ws, node, inner, &seen))
		return false;
	if (seen.kind == OST_BASE_GLOBAL) {
		*ret = seen;
		return true;
	}
	if (seen.kind != OST_BASE_PARAM || !callback_arg(ws, c, object, seen.base, &arg))
		return false;
	ost_path_compose(ws->f->p, &arg, &seen, ret);
	return !ret->is_truncated;
}

/* Is the function that a slot call goes to the one that must be meant? */
static bool is_anchored(struct group *ws, const struct candidate *c, const struct ost_path *object,
			bool have_object, uint32_t node, struct ost_reductions *used)
{
	struct ost_finder *f = ws->f;
	const struct ost_reach_node *n = &f->search.down.items[node];
	uint32_t caller = f->search.down.items[n->parent].unit;
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(f->p, n->slot, &targets), call;
	struct ost_ids units = { .v = OST_VEC_INIT };
	struct ost_path receiver;
	struct ost_call info;
	bool tied = false, found = false;

	for (uint32_t i = 1; i < nr && targets[i].unit == targets[0].unit; i++)
		if (i + 1 == nr)
			return true;
	if (nr <= 1)
		return true;
	/* the same table as a function on the way to the wait */
	for (unsigned i = 1; i < c->nr_frames; i++) {
		const struct ost_target *crossed;

		if (c->frames[i].slot == OST_NO_ID)
			continue;
		crossed = ost_program_target(f->p, c->frames[i].target);
		if (crossed->table.kind == targets[n->target].table.kind &&
		    crossed->table.id == targets[n->target].table.id && crossed->table.kind != OST_OBJ_NONE)
			return true;
	}
	/* a function on the way lies in that table, and in no other of its kind */
	for (unsigned i = 0; i < c->nr_frames; i++) {
		const uint32_t *in;
		uint32_t nr_in = ost_program_unit_slots(f->p, c->frames[i].unit, &in);
		const struct ost_object *table = &targets[n->target].table;

		for (uint32_t k = 0; k < nr_in && table->kind == OST_OBJ_GLOBAL; k++) {
			const struct ost_object *own = &ost_program_target(f->p, in[k])->table;

			if (own->kind == table->kind && own->id == table->id)
				return true;
		}
	}
	if (!have_object || !ost_finder_enter(f, caller))
		return false;
	call = ost_call_node(f->cur, n->line, callee_text(f, n->unit, n->slot));
	if (!call)
		return false;
	ost_call_resolve(f->cur, call, &info);
	if (info.kind != OST_CALL_SLOT || !to_frame(ws, c, object, n->parent, &info.receiver, &receiver))
		return false;
	ost_reduce_path(f, &receiver, used);
	ost_program_slot_reach(f->p, n->slot, &receiver, &units, &tied);
	for (size_t i = 0; i < units.v.nr; i++)
		found |= units.v.items[i] == n->unit;
	tied = tied && found && units.v.nr == 1;
	ost_vec_deinit(&units.v);
	return tied;
}

static void say_chain(struct group *ws, const struct candidate *c)
{
	struct ost_finder *f = ws->f;
	const struct ost_frame *top = &c->frames[c->nr_frames - 1];
	const struct site *s = c->s;

	if (c->held)
		ost_draft_step(f, OST_ROLE_HOLD, 1, top->unit, c->held->line, "takes %s%s",
			       f->draft.lock.class_name,
			       ost_inner_place(f, top->unit, c->held->node, ost_lk_ref_class(c->hold_ref)));
	else
		ost_draft_step(f, OST_ROLE_HOLD, 1, top->unit, c->hold_at->line, "asserts that %s is held",
			       f->draft.lock.class_name);
	for (unsigned i = c->nr_frames; i-- > 1;) {
		const struct ost_frame *fr = &c->frames[i];

		if (fr->slot == OST_NO_ID)
			ost_draft_step(f, OST_ROLE_CALL, 1, fr->unit, fr->line, "direct call");
		else
			ost_draft_step(f, OST_ROLE_CALL, 1, fr->unit, fr->line, "via %s",
				       ost_slot_text(f, fr->slot, ost_program_target(f->p, fr->target)));
	}
	ost_draft_step(f, OST_ROLE_WAIT, 1, s->units[0], s->wait->line, "%s waits until %s has finished",
		       s->wait->prim->name, f->draft.callback);
}

static void say_callback(struct group *ws, const struct candidate *c)
{
	struct ost_finder *f = ws->f;
	const struct ost_binding *b = ost_program_binding(f->p, c->s->binding);
	uint32_t order[64], nr = 0;

	ost_draft_step(f, OST_ROLE_CALLBACK, 2, b->in, b->line, "%s binds %s to %s",
		       ost_program_binding_row(f->p, b->row)->name, f->draft.waitable_class,
		       f->draft.callback);
	if (b->in == OST_NO_ID) {
		ost_vec_last(&f->draft.steps)->function = f->draft.callback;
		ost_vec_last(&f->draft.steps)->file = ost_program_path(f->p, b->file);
	}
	for (uint32_t n = c->acq->node; n && nr < 64; n = f->search.down.items[n].parent)
		order[nr++] = n;
	while (nr--) {
		const struct ost_reach_node *n = &f->search.down.items[order[nr]];
		uint32_t caller = f->search.down.items[n->parent].unit;
		const struct ost_target *targets;

		if (n->slot == OST_NO_ID) {
			ost_draft_step(f, OST_ROLE_CALL, 2, caller, n->line, "direct call");
			continue;
		}
		ost_program_slot_targets(f->p, n->slot, &targets);
		ost_draft_step(f, OST_ROLE_CALL, 2, caller, n->line, "via %s",
			       ost_slot_text(f, n->slot, &targets[n->target]));
	}
	ost_draft_step(f, OST_ROLE_ACQUIRE, 2, f->search.down.items[c->acq->node].unit, c->acq->ev->line,
		       "needs %s", f->draft.lock.class_name);
}

/* Functions in which an object is being made: nothing of it runs yet. */
static bool is_setup(const char *name)
{
	static const char *const words[] = { "probe", "init", "create", "alloc", "attach", "setup" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(words); i++) {
		const char *at = strstr(name, words[i]);

		if (at && strncmp(at, "initiat", 7) && !(at > name + 1 && !strncmp(at - 2, "deinit", 6)) &&
		    !(at >= name + 2 && at[-1] == 'n' && at[-2] == 'u') &&
		    !(at >= name + 2 && at[-1] == 'e' && at[-2] == 'd'))
			return true;
	}
	return false;
}

/*
 * Nobody sleeps with a spinlock held: where one seems to be held by a caller
 * over a wait that sleeps, its release was most likely not seen.
 */
static bool sleeps_with_spinlock(const struct candidate *c)
{
	unsigned lock = c->hold_ref->kind, wait = c->s->wait->prim->kind;

	if (lock != OST_LKK_SPIN && lock != OST_LKK_RAW && lock != OST_LKK_RWLOCK)
		return false;
	return c->nr_frames > 1 && (wait == OST_WK_WORK || wait == OST_WK_WIPHY_WORK || wait == OST_WK_KTHREAD ||
				    wait == OST_WK_KTHREAD_WORK || wait == OST_WK_NAPI);
}

static void judge_states(struct group *ws, const struct candidate *c)
{
	struct ost_finder *f = ws->f;
	const struct ost_lk_event *ev = c->acq->ev;
	unsigned a = c->held ? c->held->mode : OST_LKM_EXCL, b = ev->mode;

	if (sleeps_with_spinlock(c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a spinlock over a wait that sleeps: its release may not have been seen");
	if (c->held && !c->held->in_all)
		ost_draft_doubt(f, OST_RANK_LIKELY, "the lock is held only on some ways to the call");
	if (a != OST_LKM_EXCL && b != OST_LKM_EXCL)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both sides only read: it hangs when a writer waits between them");
	if (c->s->nr_callbacks > 1)
		ost_draft_doubt(f, OST_RANK_LIKELY, "%u functions are bound to %s", c->s->nr_callbacks,
				f->draft.waitable_class);
	if (c->s->wait->prim->flags & OST_LKF_OTHER_WAKERS)
		ost_draft_doubt(f, OST_RANK_LIKELY, "somebody else may complete it");
	if (c->s->wait->flags & OST_EVF_SELF_TEST || ev->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (ev->flags & (OST_EVF_NESTED | OST_EVF_WW))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "taken as a nested lock: another instance is meant");
	if (ev->flags & OST_EVF_NO_OWNER)
		ost_draft_doubt(f, OST_RANK_LIKELY, "a semaphore may be released by another task");
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (is_setup(ost_unit_name(f, c->frames[i].unit))) {
			ost_draft_doubt(f, OST_RANK_LIKELY, "%s() may run before the callback can be queued",
					ost_unit_name(f, c->frames[i].unit));
			break;
		}
}

/* The function that binds the callback is on the way: what waits there may do so before it ever runs. */
static void judge_making(struct group *ws, const struct candidate *c)
{
	const struct ost_binding *b = ost_program_binding(ws->f->p, c->s->binding);

	if (c->frames[c->nr_frames - 1].unit == c->s->callback)
		ost_draft_doubt(ws->f, OST_RANK_LIKELY, "the callback itself comes here: something must end that");
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (c->frames[i].unit == b->in && b->in != ws->f->search.down.items[c->acq->node].unit)
			ost_draft_doubt(ws->f, OST_RANK_LIKELY, "%s() binds the callback itself",
					ost_unit_name(ws->f, b->in));
}

/* One of an array is waited for, and the callback's need depends on a state: on which one it is, perhaps. */
static void judge_element(struct group *ws, const struct candidate *c)
{
	bool has_element = false;

	for (uint32_t i = 0; i < c->s->object.nr_steps; i++)
		has_element |= c->s->object.steps[i].kind == OST_STEP_ELEM;
	if (!has_element && c->s->wait->prim->kind != OST_WK_KTHREAD)
		return;
	for (uint32_t n = c->acq->node; n; n = ws->f->search.down.items[n].parent) {
		const struct ost_reach_node *node = &ws->f->search.down.items[n];
		uint32_t caller = ws->f->search.down.items[node->parent].unit;

		if (ost_finder_enter(ws->f, caller) &&
		    ost_is_in_branch(ws->f->cur, ost_call_node(ws->f->cur, node->line,
							       callee_text(ws->f, node->unit, node->slot))))
			ost_draft_doubt(ws->f, OST_RANK_LIKELY,
					"whether the callback needs the lock depends on the state of its object");
	}
}

static void judge_slots(struct group *ws, const struct candidate *c, const struct ost_path *object,
			bool have_object, struct ost_reductions *used)
{
	struct ost_finder *f = ws->f;

	for (uint32_t n = c->acq->node; n; n = f->search.down.items[n].parent) {
		const struct ost_reach_node *node = &f->search.down.items[n];

		if (node->is_one_of)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is defined in several files",
					ost_unit_name(f, node->unit));
		if (node->slot == OST_NO_ID || (ost_lk_slot(&f->graph, node->slot)->what != OST_LKS_CHAIN && is_anchored(ws, c, object, have_object, n, used)))
			continue;
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s may be another function than %s()",
				ost_slot_text(f, node->slot, NULL), ost_unit_name(f, node->unit));
	}
}

/*
 * The lock lies in the record that is waited for, or in one of the callback's
 * own folder: there is one for each device. Records that everybody uses
 * (struct device, struct inode) have many at a time.
 */
static bool is_private_lock(const struct group *ws, const struct candidate *c)
{
	struct ost_field_def lock, wait;
	const char *path, *own = ost_unit_path(ws->f, c->s->callback), *slash;

	if (c->hold_ref->field == OST_NO_ID)
		return true;
	ost_program_field(ws->f->p, c->hold_ref->field, &lock);
	if (c->s->field != OST_NO_ID) {
		ost_program_field(ws->f->p, c->s->field, &wait);
		if (lock.named == wait.named)
			return true;
	}
	path = ost_program_path(ws->f->p, lock.file);
	slash = strrchr(path, '/');
	return slash && strncmp(path, "include/", 8) && !strncmp(path, own, (size_t)(slash - path) + 1);
}

static void judge(struct group *ws, struct candidate *c)
{
	struct ost_finder *f = ws->f;
	const struct ost_lk_summary *acq_sum = ost_lk_sum(f->w, f->search.down.items[c->acq->node].unit);
	const struct ost_lk_ref *acq_ref = &acq_sum->locks[c->acq->ev->lock];
	struct ost_reductions used = { .v = OST_VEC_INIT };
	struct ost_path object, lock, other;
	bool excluded, met, have_other = false;
	unsigned frame = 0;
	enum ost_relation rel = OST_REL_UNKNOWN;

	met = meet(ws, c, &object, &lock, &frame, &excluded);
	if (met) {
		ost_reduce_path(f, &object, &used);	/* short ones leave room */
		have_other = to_frame(ws, c, &object, c->acq->node, &acq_ref->path, &other);
		if (have_other) {
			ost_reduce_path(f, &other, &used);
			ost_reduce_path(f, &lock, &used);
			rel = ost_relate(f, &lock, &other);
		}
	}
	/* a member is one object in each container: only a lock that is itself an object is one for all */
	if (c->hold_ref->path.kind == OST_BASE_GLOBAL && !c->hold_ref->path.nr_steps &&
	    c->hold_ref->field == OST_NO_ID && acq_ref->field == OST_NO_ID &&
	    acq_ref->global != OST_NO_ID && acq_ref->global == c->hold_ref->global)
		rel = OST_REL_GLOBAL;
	judge_states(ws, c);
	ost_judge_way(f, c->frames, c->nr_frames, rel == OST_REL_SAME);
	judge_making(ws, c);
	judge_element(ws, c);
	judge_slots(ws, c, &object, met, &used);
	if (rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, is_private_lock(ws, c) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"that both locks are one object was not shown");
	if (rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "two locks are meant: held is %s, needed is %s",
				ost_path_text_in(f, c->frames[frame].unit, &lock),
				ost_path_text_in(f, c->frames[frame].unit, &other));
	say_chain(ws, c);
	say_callback(ws, c);
	for (size_t i = 0; i < used.v.nr; i++)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, used.v.items[i].unit, used.v.items[i].line, "%s",
			       used.v.items[i].why);
	if (rel == OST_REL_SAME)
		f->draft.score += 10;	/* better than a global, where the object of the wait may be another */
	if (rel == OST_REL_SAME)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, c->frames[frame].unit,
			       c->frames[frame].line, "both locks are %s",
			       ost_path_text_in(f, c->frames[frame].unit, &lock));
	else if (rel == OST_REL_GLOBAL)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, c->frames[0].unit,
			       c->frames[0].line, "%s is one object for all", f->draft.lock.class_name);
	f->draft.lock.instance = ost_path_text_in(f, c->frames[c->nr_frames - 1].unit, &c->hold_ref->path);
	ost_vec_deinit(&used.v);
}

static void describe(struct group *ws, struct candidate *c)
{
	struct ost_finder *f = ws->f;
	struct ost_draft *d = &f->draft;
	const struct ost_frame *top = &c->frames[c->nr_frames - 1];
	const struct site *s = c->s;
	const struct ost_binding *b = ost_program_binding(f->p, s->binding);
	int pair = pair_of(ost_program_binding_row(f->p, b->row)->kind, s->wait->prim->kind);
	/* who waits, for a reader: the function that names the object, else the driver's one */
	uint32_t waiter = s->units[s->nr - 1];

	for (unsigned i = 0; i < c->nr_frames && c->impl == OST_NO_ID; i++) {
		const uint32_t *in;

		if (ost_program_unit_slots(f->p, c->frames[i].unit, &in))
			c->impl = c->frames[i].unit;
	}
	if (c->impl != OST_NO_ID)
		waiter = c->impl;
	ost_draft_start(f, pair < 0 ? OST_DL_WORK_WAIT : pairs[pair].kind);
	d->lock.class_name = ost_class_text(f, c->hold_ref->field, c->hold_ref->global);
	d->lock.mode = ost_lk_mode_name(c->held ? c->held->mode : c->hold_at->mode);
	d->waitable_kind = ost_wait_kind_name(s->wait->prim->kind);
	d->waitable_class = ost_class_text(f, s->field, s->global);
	d->callback = ost_unit_name(f, s->callback);
	d->primitive = s->wait->prim->name;
	d->wait_function = ost_unit_name(f, waiter);
	d->wait_file = ost_unit_path(f, waiter);
	d->wait_line = s->wait->line;
	d->impl = c->impl == OST_NO_ID ? "" : ost_unit_name(f, c->impl);
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (c->frames[i].unit == waiter)
			d->wait_line = c->frames[i].line;
	d->holder = (struct ost_dl_holder){ ost_unit_name(f, top->unit), ost_unit_path(f, top->unit),
		c->held ? c->held->line : c->hold_at->line,
		c->held ? "takes it" : "asserts that it is held" };
}

/* The way from the callback down to the acquisition can be walked, and without the lock. */
static bool is_open_down(struct group *ws, const struct acq *acq)
{
	struct ost_search *search = &ws->f->search;
	struct ost_frame frames[64];
	unsigned nr = 0;

	frames[nr++] = (struct ost_frame){ search->down.items[acq->node].unit, acq->ev->line, "", OST_NO_ID, 0, false };
	for (uint32_t n = acq->node; n && nr < OST_ARRAY_SIZE(frames); n = search->down.items[n].parent) {
		const struct ost_reach_node *node = &search->down.items[n];
		uint32_t caller = search->down.items[node->parent].unit;
		const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, caller);
		const char *callee = callee_text(ws->f, node->unit, node->slot);
		const struct ost_lk_event *ev = ost_call_event_at(ws->f->w, caller, node->line, callee);

		for (int h = 0; ev && h < ev->nr_held; h++)
			if (ost_lk_ref_class(&sum->locks[ev->held[h].lock]) == acq->cls)
				return false;
		frames[nr++] = (struct ost_frame){ caller, node->line, callee, OST_NO_ID, 0, false };
	}
	return !ost_way_is_closed(ws->f, frames, nr, acq->ev);
}

/*
 * A function below the holder takes the lock itself on the way: with the
 * holder above it the thread would hang there, if it ever went this way.
 */
static bool takes_below(const struct group *ws, uint32_t climb, uint64_t cls)
{
	const struct ost_climb_node *up = ws->f->search.up.items;

	for (uint32_t n = climb; n;) {
		uint32_t below = up[n].parent, line;
		const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, up[below].unit);

		line = below ? up[below].line : ws->call_line;
		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].line < line &&
			    !sum->events[i].nr_rel && sum->events[i].lock < sum->nr_locks &&
			    ost_lk_ref_class(&sum->locks[sum->events[i].lock]) == cls)
				return true;
		n = below;
	}
	return false;
}

static void try_candidate(struct group *ws, const struct site *s, uint32_t climb,
			  const struct ost_lk_event *ev, const struct ost_lk_held *held)
{
	const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, ws->f->search.up.items[climb].unit);
	const struct ost_lk_ref *ref = &sum->locks[held ? held->lock : ev->lock];
	uint64_t cls = ost_lk_ref_class(ref);
	const uint64_t *first = cls ? ost_table_get(&ws->acq_first, cls) : NULL;
	const struct ost_climb_node *node = &ws->f->search.up.items[climb];
	struct candidate c = { .s = s, .hold_at = ev, .held = held, .hold_ref = ref, .impl = node->impl };
	uint64_t *tries;

	if (!first)
		return;
	for (int i = 0; i < node->nr_rel; i++)
		if (node->rel[i] == cls)
			return;
	if (takes_below(ws, climb, cls))
		return;
	tries = ost_table_put(&ws->tries, cls * 0x9e3779b97f4a7c15ull + node->impl, NULL);
	if (++*tries > MAX_TRIES || !build_frames(ws, s, climb, &c) ||
	    ost_way_is_closed(ws->f, c.frames, c.nr_frames, s->events[0]) ||
	    ost_way_is_torn(ws->f, c.frames, c.nr_frames))
		return;
	for (size_t i = *first - 1; i < ws->acqs.nr && ws->acqs.items[i].cls == cls &&
	     i < *first - 1 + 2; i++) {
		c.acq = &ws->acqs.items[i];
		if (!is_open_down(ws, c.acq))
			continue;
		describe(ws, &c);
		judge(ws, &c);
		ost_draft_commit(ws->f);
	}
}

/* The wait, or the call that leads to it, in the unit of a climb's node. */
static const struct ost_lk_event *event_of_node(const struct ost_finder *f, const struct site *s, uint32_t at)
{
	const struct ost_climb_node *n = &f->search.up.items[at];

	if (!at)
		return s->events[s->nr - 1];
	return ost_call_event_at(f->w, n->unit, n->line,
				 callee_text(f, f->search.up.items[n->parent].unit, n->slot));
}

static void look_at_node(struct group *ws, const struct site *s, uint32_t at)
{
	const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, ws->f->search.up.items[at].unit);
	const struct ost_lk_event *ev = sum ? event_of_node(ws->f, s, at) : NULL;

	for (int h = 0; ev && h < ev->nr_held; h++)
		try_candidate(ws, s, at, ev, &ev->held[h]);
	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (ost_asserts_entry(sum, &sum->events[i]))
			try_candidate(ws, s, at, &sum->events[i], NULL);
}

static void climb_from_site(struct ost_finder *f, const struct site *s)
{
	struct ost_search *search = &f->search;
	uint64_t rel[MAX_LIFT * OST_MAX_STEPS];
	uint16_t nr_rel = 0;

	for (unsigned i = 0; i < s->nr; i++) {
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, s->units[i]);

		for (int r = 0; s->events[i] && r < s->events[i]->nr_rel && nr_rel < OST_ARRAY_SIZE(rel); r++)
			rel[nr_rel++] = ost_lk_ref_class(&sum->locks[s->events[i]->rel[r]]);
	}
	ost_climb_from(search, s->units[s->nr - 1], rel, nr_rel);
}

static void look_at_site(struct group *ws, const struct site *s)
{
	climb_from_site(ws->f, s);
	ws->f->search.is_limited = false;	/* counted by note_classes() */
	ws->call_line = s->lines[s->nr - 1];
	ost_table_deinit(&ws->tries);
	ost_table_init(&ws->tries);
	for (uint32_t at = 0; at < ws->f->search.up.nr; at++)
		look_at_node(ws, s, at);
	ost_arena_deinit(&ws->f->search.arena);
}

/* ---- all of them -------------------------------------------------------- */

static uint64_t place_key(const struct site *s)
{
	uint64_t h = s->nr;

	for (unsigned i = 0; i < s->nr; i++)
		h = ost_hash_mix(h * 31 + ost_table_pack(s->units[i], s->lines[i]));
	return h;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_class(const struct ost_climb_node *n, uint64_t cls, struct climb *c)
{
	for (int i = 0; i < n->nr_rel; i++)
		if (n->rel[i] == cls)
			return;
	if (cls)
		ost_vec_add(&c->classes, cls);
}

/* An item: which classes may be held when the climb's site waits. */
static void note_classes(struct ost_finder *f, void *ctx, size_t item)
{
	struct climb *c = &((struct waits *)ctx)->climbs.items[item];
	struct ost_search *search = &f->search;
	size_t kept = 0;

	climb_from_site(f, c->site);
	f->nr_limits += search->is_limited;
	search->is_limited = false;
	for (uint32_t at = 0; at < search->up.nr; at++) {
		const struct ost_climb_node *n = &search->up.items[at];
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, n->unit);
		const struct ost_lk_event *ev = sum ? event_of_node(f, c->site, at) : NULL;

		for (int h = 0; ev && h < ev->nr_held; h++)
			add_class(n, ost_lk_ref_class(&sum->locks[ev->held[h].lock]), c);
		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (ost_asserts_entry(sum, &sum->events[i]))
				add_class(n, ost_lk_ref_class(&sum->locks[sum->events[i].lock]), c);
	}
	ost_arena_deinit(&search->arena);
	if (c->classes.nr)
		qsort(c->classes.items, c->classes.nr, sizeof(uint64_t), by_number);
	for (size_t i = 0; i < c->classes.nr; i++)
		if (!i || c->classes.items[i] != c->classes.items[i - 1])
			c->classes.items[kept++] = c->classes.items[i];
	c->classes.nr = kept;
}

static void plan_climbs(struct waits *ws)
{
	for (size_t i = 0; i < ws->sites.nr; i++) {
		bool is_new;
		uint64_t *at = ost_table_put(&ws->climb_of, place_key(&ws->sites.items[i]), &is_new);

		if (!i || ws->sites.items[i].callback != ws->sites.items[i - 1].callback)
			ost_vec_add(&ws->groups, (uint32_t)i);
		if (!is_new)
			continue;
		*at = ws->climbs.nr;
		*ost_vec_push(&ws->climbs) = (struct climb){ .site = &ws->sites.items[i] };
	}
	ost_vec_add(&ws->groups, (uint32_t)ws->sites.nr);
}

/* Only what leads to an acquisition of one of these classes is worth a way down. */
static void aim(struct waits *ws)
{
	struct ost_finder *f = ws->f;
	struct ost_table wanted = OST_TABLE_INIT;
	uint8_t *goals = ost_calloc(f->graph.nr_units + 1, 1);

	for (size_t i = 0; i < ws->climbs.nr; i++)
		for (size_t k = 0; k < ws->climbs.items[i].classes.nr; k++)
			ost_table_put(&wanted, ws->climbs.items[i].classes.items[k], NULL);
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events && !goals[u]; i++)
			goals[u] = is_taking(sum, &sum->events[i]) &&
				ost_table_get(&wanted, ost_lk_ref_class(&sum->locks[sum->events[i].lock])) != NULL;
	}
	ost_lk_graph_aim(&f->graph, goals, OST_REACH_COST);
	ost_table_deinit(&wanted);
	free(goals);
}

/* An item: all waits for one callback. */
static void look_at_group(struct ost_finder *f, void *ctx, size_t item)
{
	const struct waits *all = ctx;
	struct group ws = { .f = f };

	for (uint32_t i = all->groups.items[item]; i < all->groups.items[item + 1]; i++) {
		const struct climb *c = &all->climbs.items[*ost_table_get(&all->climb_of,
									  place_key(&all->sites.items[i]))];

		for (size_t k = 0; k < c->classes.nr; k++)
			ost_table_put(&ws.held, c->classes.items[k], NULL);
	}
	collect_acqs(&ws, all->sites.items[all->groups.items[item]].callback);
	for (uint32_t i = all->groups.items[item]; i < all->groups.items[item + 1] && ws.acqs.nr; i++) {
		const struct climb *c = &all->climbs.items[*ost_table_get(&all->climb_of,
									  place_key(&all->sites.items[i]))];
		bool is_wanted = false;

		for (size_t k = 0; k < c->classes.nr && !is_wanted; k++)
			is_wanted = ost_table_get(&ws.acq_first, c->classes.items[k]) != NULL;
		if (is_wanted)
			look_at_site(&ws, &all->sites.items[i]);
	}
	ost_vec_deinit(&ws.acqs);
	ost_table_deinit(&ws.acq_first);
	ost_table_deinit(&ws.tries);
	ost_table_deinit(&ws.held);
}

static void keep_to_focus(struct waits *ws)
{
	const uint8_t *focus = ws->f->focus;
	size_t kept = 0;

	for (size_t i = 0; i < ws->sites.nr; i++)
		if (ost_focus_has(focus, ws->sites.items[i].units[0], OST_FOCUS_BELOW) ||
		    ost_focus_has(focus, ws->sites.items[i].callback, OST_FOCUS_ABOVE))
			ws->sites.items[kept++] = ws->sites.items[i];
	ws->sites.nr = kept;
}

void ost_find_waits(struct ost_finder *f)
{
	struct waits ws = { .f = f };

	collect_sites(&ws);
	keep_to_focus(&ws);
	if (ws.sites.nr)
		qsort(ws.sites.items, ws.sites.nr, sizeof(struct site), by_callback);
	plan_climbs(&ws);
	ost_progress("waits", 0, 2);
	ost_finder_each(f, ws.climbs.nr, note_classes, &ws);
	aim(&ws);
	ost_progress("waits", 1, 2);
	f->search.is_aimed = true;
	ost_finder_each(f, ws.groups.nr - 1, look_at_group, &ws);
	f->search.is_aimed = false;
	for (size_t i = 0; i < ws.climbs.nr; i++)
		ost_vec_deinit(&ws.climbs.items[i].classes);
	ost_vec_deinit(&ws.climbs);
	ost_vec_deinit(&ws.groups);
	ost_vec_deinit(&ws.sites);
	ost_table_deinit(&ws.climb_of);
}
