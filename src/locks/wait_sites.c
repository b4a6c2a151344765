// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where something is waited for, and for which callbacks. The object gets
 * its name in the wait's function or, when a helper gets it as an argument,
 * in the helper's callers.
 */
#include <string.h>

#include "locks/below.h"
#include "locks/waits.h"

#define MAX_CALLERS 300	/* of a helper that are looked at */
#define MAX_SITES 200000

struct sites {
	struct ost_finder *f;
	struct ost_wait_sites *found;
	OST_VEC(uint32_t) handlers;	/* bindings of interrupt handlers with a dev_id, by file */
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
	{ "urb", OST_WK_URB, OST_DL_REFS_WAIT },
};

static int pair_of(const struct ost_binding_row *row, const struct ost_lk_prim *wait)
{
	if (wait->flags & OST_LKF_HARD && row->flags & OST_BR_THREADED)
		return -1;
	for (size_t i = 0; i < OST_ARRAY_SIZE(pairs); i++)
		if (pairs[i].wait == wait->kind && !strcmp(pairs[i].row, row->kind))
			return (int)i;
	return -1;
}

enum ost_deadlock_kind ost_wait_deadlock_kind(const struct ost_finder *f, const struct ost_wait_site *s)
{
	const struct ost_binding *b = ost_program_binding(f->p, s->binding);
	int pair = pair_of(ost_program_binding_row(f->p, b->row), s->wait->prim);

	return pair < 0 ? OST_DL_WORK_WAIT : pairs[pair].kind;
}

/* `x->dwork.work` is the delayed work itself. */
static void normalise(const struct ost_program *p, struct ost_wait_site *s)
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

static uint32_t bindings_of(const struct ost_finder *f, const struct ost_wait_site *s, const uint32_t **ret)
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
static enum nearness nearest_binding(struct sites *ws, const struct ost_wait_site *s, const uint32_t *ids, uint32_t nr)
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
static bool is_for_other_member(struct sites *ws, const struct ost_wait_site *s, const struct ost_binding *b)
{
	struct ost_path path;

	return ost_binding_object(ws->f, b, &path) && ost_is_other_member(&path, &s->object);
}

/* One site a callback that the object may have. */
static bool add_callbacks(struct sites *ws, struct ost_wait_site *s)
{
	const uint32_t *ids;
	uint32_t nr = bindings_of(ws->f, s, &ids), first = (uint32_t)ws->found->v.nr;
	uint32_t file = ost_program_unit(ws->f->p, s->units[s->nr - 1])->file;
	enum nearness nearest = nearest_binding(ws, s, ids, nr);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(ws->f->p, ids[i]);
		bool known = false;

		if (b->callback == OST_NO_ID ||
		    pair_of(ost_program_binding_row(ws->f->p, b->row), s->wait->prim) < 0 ||
		    nearness(ws->f->p, file, b->file) < nearest || (nr > 1 && is_for_other_member(ws, s, b)))
			continue;
		for (size_t k = first; k < ws->found->v.nr && !known; k++)
			known = ws->found->v.items[k].callback == b->callback;
		if (known || ws->found->v.nr >= MAX_SITES)
			continue;
		s->callback = b->callback;
		s->binding = ids[i];
		ost_vec_add(&ws->found->v, *s);
	}
	for (size_t k = first; k < ws->found->v.nr; k++)
		ws->found->v.items[k].nr_callbacks = (uint32_t)(ws->found->v.nr - first);
	return ws->found->v.nr > first;
}

/* The record that argument nth of the call points to, in the unit. */
static uint32_t arg_record(struct sites *ws, uint32_t unit, uint32_t call, int nth, struct ost_path *ret)
{
	uint32_t n;

	if (unit == OST_NO_ID || !call || nth < 0 || !ost_finder_enter(ws->f, unit))
		return OST_NO_ID;
	n = ost_lk_call_arg(ws->f->cur, call, (unsigned)nth);
	if (!n)
		return OST_NO_ID;
	ost_expr_path(ws->f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, ret);
	return ost_ctype_record(ws->f->p, ost_expr_type(ws->f->cur, n));
}

static void list_handlers(struct sites *ws)
{
	for (uint32_t i = 0; i < ost_program_nr_bindings(ws->f->p); i++) {
		const struct ost_binding *b = ost_program_binding(ws->f->p, i);
		const struct ost_binding_row *row = ost_program_binding_row(ws->f->p, b->row);

		if (!strcmp(row->kind, "irq") && row->data >= 0 && b->callback != OST_NO_ID)
			ost_vec_add(&ws->handlers, i);
	}
}

/*
 * free_irq() with a number that tells nothing: it is for the handlers of its
 * own file whose dev_id points to such a record.
 */
static bool add_by_cookie(struct sites *ws, const struct ost_wait_site *at)
{
	struct ost_wait_site s = *at;
	uint32_t file = ost_program_unit(ws->f->p, at->units[0])->file, first = (uint32_t)ws->found->v.nr;
	uint32_t record;
	struct ost_path data;

	if (s.wait->prim->kind != OST_WK_IRQ || s.wait->prim->cookie < 0)
		return false;
	record = arg_record(ws, s.units[0], s.wait->node, s.wait->prim->cookie, &s.object);
	if (record == OST_NO_ID || !ost_path_is_rooted(&s.object))
		return false;
	s.by_cookie = true;
	for (size_t i = 0; i < ws->handlers.nr && ws->found->v.nr < MAX_SITES; i++) {
		const struct ost_binding *b = ost_program_binding(ws->f->p, ws->handlers.items[i]);
		const struct ost_binding_row *row = ost_program_binding_row(ws->f->p, b->row);
		bool known = b->file != file || arg_record(ws, b->in, b->node, row->data, &data) != record;

		for (size_t k = first; k < ws->found->v.nr && !known; k++)
			known = ws->found->v.items[k].callback == b->callback;
		if (known)
			continue;
		s.callback = b->callback;
		s.binding = ws->handlers.items[i];
		s.field = b->object.kind == OST_OBJ_FIELD ? b->object.id : OST_NO_ID;
		s.global = b->object.kind == OST_OBJ_GLOBAL ? b->object.id : OST_NO_ID;
		ost_vec_add(&ws->found->v, s);
	}
	for (size_t k = first; k < ws->found->v.nr; k++)
		ws->found->v.items[k].nr_callbacks = (uint32_t)(ws->found->v.nr - first);
	return ws->found->v.nr > first;
}

/* An object of a helper's parameter is named by the helper's callers. */
static void lift_site(struct sites *ws, const struct ost_wait_site *below)
{
	const struct ost_lk_graph *g = &ws->f->graph;
	uint32_t unit = below->units[below->nr - 1];
	const char *callee = ost_unit_name(ws->f, unit);

	if (below->object.kind != OST_BASE_PARAM || below->nr == OST_WAIT_LIFT ||
	    below->field != OST_NO_ID || below->global != OST_NO_ID ||
	    g->in_first[unit + 1] - g->in_first[unit] > MAX_CALLERS)
		return;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		struct ost_wait_site s = *below;
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

void ost_wait_collect(struct ost_finder *f, struct ost_wait_sites *ret)
{
	struct sites ws = { .f = f, .found = ret };
	const struct ost_lk_world *w = f->w;

	list_handlers(&ws);
	for (uint32_t u = 0; u < w->nr_units; u++) {
		const struct ost_lk_summary *sum = w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];
			struct ost_wait_site s = { .wait = ev, .nr = 1 };

			if (ev->kind != OST_EV_WAIT)
				continue;
			f->nr_wait_sites++;
			s.units[0] = u;
			s.events[0] = ev;
			s.lines[0] = ev->line;
			s.object = sum->locks[ev->lock].path;
			s.field = sum->locks[ev->lock].field;
			s.global = sum->locks[ev->lock].global;
			normalise(f->p, &s);
			if (!add_callbacks(&ws, &s) && !add_by_cookie(&ws, &s)) {
				if (s.field == OST_NO_ID && s.global == OST_NO_ID && s.object.kind != OST_BASE_PARAM)
					f->nr_wait_unclassed++;
				lift_site(&ws, &s);
			}
		}
	}
	ost_vec_deinit(&ws.handlers);
}
