// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does a chain of callers happen for one object, and can it be walked?
 *
 * Being stored in a slot is a fact: the core calls the driver there. What
 * stands above that call is a fact for every driver as long as it hands on
 * what it was given. It is none when a caller has an object of its own in
 * mind: another kind of object (its container differs), or that of another
 * driver, which implements the same slot itself. For that, what the function
 * behind a slot was called with is followed upwards: its parameters, and the
 * record that the slot was read from.
 */
#include "locks/way.h"

#include <string.h>

#define MAX_PARAMS 4

/* Followed upwards: of a parameter (slot OST_NO_ID), or of the record whose slot was called. */
struct ost_way_trace {
	uint32_t slot, unit;	/* unit: that the slot call enters */
	struct ost_path path;	/* as the way's last function sees it; based on a parameter of it */
};

/* ---- along the frames ------------------------------------------------------------- */

uint32_t ost_way_node(const struct ost_scope *s, const struct ost_frame *frames, unsigned i, const struct ost_lk_event *last)
{
	return (i ? ost_call_node(s, frames[i].line, frames[i].callee) : last->node) & ~OST_CALL_HANDED;
}

unsigned ost_way_lift(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned from, struct ost_path *path)
{
	for (; from + 1 < nr && path->kind == OST_BASE_PARAM; from++) {
		const struct ost_frame *up = &frames[from + 1];
		struct ost_path lifted;

		if (!ost_finder_enter(f, up->unit) ||
		    !ost_lift_path(f->cur, ost_call_node(f->cur, up->line, up->callee), path, &lifted))
			break;
		*path = lifted;
	}
	return from;
}

bool ost_way_lower(struct ost_finder *f, const struct ost_frame *frames, unsigned from, unsigned to, struct ost_path *path)
{
	for (; from > to; from--) {
		struct ost_path lowered;

		if (!ost_finder_enter(f, frames[from].unit) ||
		    !ost_lower_path(f->cur, ost_call_node(f->cur, frames[from].line, frames[from].callee), path, &lowered))
			return false;
		*path = lowered;
	}
	return true;
}

/* ---- one object ---------------------------------------------------------------- */

/* The address of one member, and the container of another one around it. */
static bool is_torn(const struct ost_path *path)
{
	for (uint32_t i = 1; i < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_UP && path->steps[i - 1].kind == OST_STEP_FIELD &&
		    path->steps[i].id != path->steps[i - 1].id)
			return true;
	return false;
}

/*
 * The record whose slot is called lies in another object than the one that
 * the function was set in: `zone->completion` has a callback of its own, and
 * so has `zones->completion`.
 */
static bool is_other_table(const struct ost_finder *f, const struct ost_way_trace *t)
{
	struct ost_ids units = { .v = OST_VEC_INIT };
	bool is_tied = ost_program_slot_tied(f->p, t->slot, &t->path, &units), found = false;

	for (size_t i = 0; i < units.v.nr; i++)
		found |= units.v.items[i] == t->unit;
	ost_vec_deinit(&units.v);
	return is_tied && !found;
}

/* Goes on with the trace above, or says now what it has come to. */
static void keep(const struct ost_finder *f, struct ost_way *w, const struct ost_way_trace *t)
{
	if (t->slot == OST_NO_ID)
		w->is_torn |= is_torn(&t->path);
	if (t->path.kind == OST_BASE_PARAM && (t->slot == OST_NO_ID || t->path.nr_steps <= 1))
		w->traces[w->nr_traces++] = *t;
	else if (t->slot != OST_NO_ID)
		w->is_torn |= is_other_table(f, t);
}

/* The frame calls through a slot: what it has at hand there. */
static void begin_traces(struct ost_finder *f, struct ost_way *w, uint32_t call)
{
	const struct ost_target *target = ost_program_target(f->p, w->frame.target);
	struct ost_way_trace t = { .slot = w->frame.slot, .unit = w->below->frame.unit };
	struct ost_call info;

	if (target->table.kind != OST_OBJ_NONE && call && !(call & OST_CALL_HANDED)) {
		ost_call_resolve(f->cur, call, &info);
		t.path = info.receiver;
		if (info.kind == OST_CALL_SLOT)
			keep(f, w, &t);
	}
	t.slot = OST_NO_ID;
	for (uint32_t k = 0; k < MAX_PARAMS && !w->is_torn; k++) {
		struct ost_path param = { .kind = OST_BASE_PARAM, .base = k };

		if (ost_lift_path(f->cur, call, &param, &t.path))
			keep(f, w, &t);
	}
}

static void trace(struct ost_finder *f, struct ost_arena *arena, struct ost_way *w)
{
	unsigned nr = w->below->nr_traces + (w->frame.slot == OST_NO_ID ? 0 : MAX_PARAMS + 1);
	uint32_t call;

	if (!nr || !ost_finder_enter(f, w->frame.unit))
		return;
	w->traces = ost_arena_alloc(arena, nr * sizeof(*w->traces));
	call = ost_call_node(f->cur, w->frame.line, w->frame.callee);
	for (unsigned i = 0; i < w->below->nr_traces && !w->is_torn; i++) {
		struct ost_way_trace t = w->below->traces[i];

		if (ost_lift_path(f->cur, call, &w->below->traces[i].path, &t.path))
			keep(f, w, &t);
	}
	if (w->frame.slot != OST_NO_ID && !w->is_torn)
		begin_traces(f, w, call);
}

/* Seen from the top: nobody above is asked what he hands down. */
static bool is_torn_here(const struct ost_finder *f, const struct ost_way *w)
{
	bool is_torn = w->is_torn;

	for (unsigned i = 0; i < w->nr_traces && !is_torn; i++)
		is_torn = w->traces[i].slot != OST_NO_ID && is_other_table(f, &w->traces[i]);
	return is_torn;
}

bool ost_way_is_torn(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_way below = { .frame = frames[0] }, w = below;
	bool is_torn;

	for (unsigned i = 1; i < nr && !w.is_torn; i++) {
		w = (struct ost_way){ .below = &below, .frame = frames[i] };
		trace(f, &arena, &w);
		below = w;
	}
	is_torn = is_torn_here(f, &w);
	ost_arena_deinit(&arena);
	return is_torn;
}

/* ---- walkable --------------------------------------------------------------------- */

const struct ost_lk_event *ost_finder_event(struct ost_finder *f, const struct ost_frame *frame)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, frame->unit);
	const struct ost_lk_event *ev;
	bool is_new;
	uint64_t *at;

	if (!sum) {
		at = ost_table_put(&f->walked, frame->unit, &is_new);
		if (is_new) {
			f->eval = f->eval ? f->eval : ost_eval_create(f->w);
			ost_vec_add(&f->extra, ost_eval_unit(f->eval, frame->unit, false, &f->extra_arena));
			*at = f->extra.nr;
		}
		sum = f->extra.items[*at - 1];
	}
	ev = ost_sum_call_at(f->p, sum, frame->line, frame->callee);
	return ev || !sum || frame->slot != OST_NO_ID ? ev : ost_sum_first_call_at(sum, frame->line);
}

static void need(struct ost_way_needs *needs, const struct ost_lk_mfact *m, uint32_t param, uint32_t file)
{
	if (needs->nr == OST_ARRAY_SIZE(needs->v))
		return;
	needs->v[needs->nr] = *m;
	needs->file[needs->nr] = file;
	needs->v[needs->nr++].name = param;
}

static void add_needs(struct ost_way_needs *needs, const struct ost_lk_event *ev, uint32_t file)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++)
		if (ev->mfacts[i].kind >= OST_MF_PARAM)
			need(needs, &ev->mfacts[i], ev->mfacts[i].name, file);
}

/* Checks them against the arguments of the call; what is handed on is needed above, too. */
static bool lift_needs(struct ost_finder *f, const struct ost_way_needs *below, uint32_t call, struct ost_way_needs *ret)
{
	for (unsigned i = 0; call && i < below->nr; i++) {
		uint32_t arg = ost_lk_call_arg(f->cur, call, below->v[i].name);
		int param = arg ? ost_arg_param(f->cur, arg) : -1;

		if (arg && ost_arg_excludes(&f->constants, f->cur, arg, &below->v[i], below->file[i]))
			return true;
		if (param >= 0)
			need(ret, &below->v[i], (uint32_t)param, below->file[i]);
	}
	return false;
}

/* What must be NULL for the place below to be reached was followed before the call. */
static bool needs_null(struct ost_finder *f, uint32_t call, const struct ost_lk_event *below)
{
	for (int i = 0; below && i < below->nr_mfacts; i++) {
		const struct ost_lk_mfact *m = &below->mfacts[i];

		if (m->kind == OST_MF_MEMBER && !m->truth && !m->is_made &&
		    ost_was_followed(f->cur, call & ~OST_CALL_HANDED, m->name))
			return true;
	}
	return false;
}

static bool asks_for_null(const struct ost_lk_event *ev)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++)
		if (ev->mfacts[i].kind == OST_MF_MEMBER && !ev->mfacts[i].truth && !ev->mfacts[i].is_made)
			return true;
	return false;
}

/* The frame's call is never made on the way to what is below. */
static bool closes(struct ost_finder *f, struct ost_way *w)
{
	bool has_nulls = false;
	uint32_t call = 0;

	w->event = ost_finder_event(f, &w->frame);
	if (w->event && w->event->flags & OST_EVF_DEAD)
		return true;
	for (const struct ost_way *b = w->below; b; b = b->below) {
		if (w->event && b->event && ost_mfacts_contradict(b->event, w->event))
			return true;
		has_nulls |= asks_for_null(b->event);
	}
	if ((has_nulls || w->below->needs.nr) && ost_finder_enter(f, w->frame.unit))
		call = ost_call_node(f->cur, w->frame.line, w->frame.callee);
	for (const struct ost_way *b = w->below; b && call && has_nulls; b = b->below)
		if (needs_null(f, call, b->event))
			return true;
	if (lift_needs(f, &w->below->needs, call, &w->needs))
		return true;
	add_needs(&w->needs, w->event, ost_program_unit(f->p, w->frame.unit)->file);
	return false;
}

void ost_way_start(const struct ost_finder *f, struct ost_way *w, const struct ost_frame *frame, const struct ost_lk_event *last)
{
	*w = (struct ost_way){ .frame = *frame, .event = last };
	add_needs(&w->needs, last, ost_program_unit(f->p, frame->unit)->file);
}

void ost_way_up(struct ost_finder *f, struct ost_arena *arena, struct ost_way *w, const struct ost_way *below,
		const struct ost_frame *frame)
{
	*w = (struct ost_way){ .below = below, .frame = *frame, .is_closed = below->is_closed, .is_torn = below->is_torn };
	if (w->is_closed || w->is_torn)
		return;
	w->is_closed = closes(f, w);
	if (!w->is_closed)
		trace(f, arena, w);
}

bool ost_way_is_open(const struct ost_finder *f, const struct ost_way *w)
{
	return !w->is_closed && !is_torn_here(f, w);
}

#define MAX_WAY 64

bool ost_way_is_closed(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
		       const struct ost_lk_event *last)
{
	struct ost_way ways[MAX_WAY];

	if (nr > MAX_WAY)
		return false;
	ost_way_start(f, &ways[0], &frames[0], last);
	for (unsigned i = 1; i < nr; i++) {
		ways[i] = (struct ost_way){ .below = &ways[i - 1], .frame = frames[i] };
		if (closes(f, &ways[i]))
			return true;
	}
	return false;
}
