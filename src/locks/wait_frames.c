// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two ends of a wait in one frame: the way from the holder down to it,
 * the waited-for object and the lock as one function sees them, and what the
 * callback's own paths are there.
 */
#include <string.h>

#include "locks/waits.h"

void ost_wait_frames(const struct ost_way *way, struct ost_wait_cand *c)
{
	unsigned nr = 0;

	for (const struct ost_way *w = way; w; w = w->below)
		nr++;
	c->nr_frames = nr;
	for (; way; way = way->below)
		c->frames[--nr] = way->frame;
}

bool ost_wait_meet(struct ost_finder *f, struct ost_wait_cand *c, struct ost_path *object, struct ost_path *lock,
		   unsigned *ret_frame)
{
	*object = c->s->object;
	*ret_frame = ost_way_lift(f, c->frames, c->nr_frames, c->s->nr - 1, object);
	*lock = c->hold_ref->path;
	return ost_way_lower(f, c->frames, c->nr_frames - 1, *ret_frame, lock);
}

/* Where parameter `param` of the callback comes from, given the waited-for object. */
static bool callback_arg(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_path *object,
			 uint32_t param, struct ost_path *ret)
{
	const struct ost_program *p = f->p;
	const struct ost_binding *b = ost_program_binding(p, c->s->binding);
	const struct ost_binding_row *row = ost_program_binding_row(p, b->row);
	struct ost_path o, d;
	uint32_t n;

	if (c->s->by_cookie) {
		*ret = *object;
		return param == 1;
	}
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
	    row->object < 0 || !ost_finder_enter(f, b->in))
		return false;
	n = ost_lk_call_arg(f->cur, b->node, (unsigned)row->object);
	if (!n)
		return false;
	ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &o);
	n = ost_lk_call_arg(f->cur, b->node, (unsigned)row->data);
	if (!n)
		return false;
	ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &d);
	return ost_rebase_path(p, &o, &d, object, ret);
}

/* The path of `inner` (in the frame of reach node `node`) as the callback sees it. */
static bool lift_to_callback(struct ost_finder *f, uint32_t node, const struct ost_path *inner,
			     struct ost_path *ret)
{
	struct ost_search *search = &f->search;

	*ret = *inner;
	while (node) {
		const struct ost_reach_node *n = &search->down.items[node];
		uint32_t caller = search->down.items[n->parent].unit;
		struct ost_path lifted;

		if (ret->kind != OST_BASE_PARAM)
			return ret->kind == OST_BASE_GLOBAL;
		if (!ost_finder_enter(f, caller) ||
		    !ost_lift_path(f->cur, ost_call_node(f->cur, n->line, ost_callee_name(f, n->unit, n->slot)),
				   ret, &lifted))
			return false;
		*ret = lifted;
		node = n->parent;
	}
	return true;
}

bool ost_wait_to_frame(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_path *object,
		       uint32_t node, const struct ost_path *inner, struct ost_path *ret)
{
	struct ost_path seen, arg;

	if (!lift_to_callback(f, node, inner, &seen))
		return false;
	if (seen.kind == OST_BASE_GLOBAL) {
		*ret = seen;
		return true;
	}
	if (seen.kind != OST_BASE_PARAM || !callback_arg(f, c, object, seen.base, &arg))
		return false;
	ost_path_compose(f->p, &arg, &seen, ret);
	return !ret->is_truncated;
}

bool ost_wait_is_anchored(struct ost_finder *f, const struct ost_wait_cand *c, const struct ost_path *object,
			  bool have_object, uint32_t node, struct ost_reductions *used)
{
	const struct ost_reach_node *n = &f->search.down.items[node];
	uint32_t caller = f->search.down.items[n->parent].unit;
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(f->p, n->slot, &targets), call;
	struct ost_ids units = { .v = OST_VEC_INIT };
	struct ost_path receiver;
	struct ost_call info;
	bool tied;

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
	call = ost_call_node(f->cur, n->line, ost_callee_name(f, n->unit, n->slot));
	if (!call || call & OST_CALL_HANDED)
		return false;
	ost_call_resolve(f->cur, call, &info);
	if (info.kind != OST_CALL_SLOT || !ost_wait_to_frame(f, c, object, n->parent, &info.receiver, &receiver))
		return false;
	ost_reduce_path(f, &receiver, used);
	tied = ost_program_slot_tied(f->p, n->slot, &receiver, &units) && units.v.nr == 1 &&
		units.v.items[0] == n->unit;
	ost_vec_deinit(&units.v);
	return tied;
}
