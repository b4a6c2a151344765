// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does a chain of callers happen for one object?
 *
 * Being stored in a slot is a fact: the core calls the driver there. What
 * stands above that call is a fact for every driver as long as it hands on
 * what it was given. It is none when a caller has an object of its own in
 * mind: another kind of object (its container differs), or that of another
 * driver, which implements the same slot itself.
 */
#include <string.h>

#include "locks/finder.h"

#define MAX_PARAMS 4

/* The address of one member, and the container of another one around it. */
static bool is_torn(const struct ost_path *path)
{
	for (uint32_t i = 1; i < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_UP && path->steps[i - 1].kind == OST_STEP_FIELD &&
		    path->steps[i].id != path->steps[i - 1].id)
			return true;
	return false;
}

/* Follows one parameter of the function that a slot call enters, upwards. */
static bool param_is_torn(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned at,
			  uint32_t param)
{
	struct ost_path path = { .kind = OST_BASE_PARAM, .base = param };

	for (; at < nr && path.kind == OST_BASE_PARAM; at++) {
		struct ost_path lifted;

		if (!ost_finder_enter(f, frames[at].unit) ||
		    !ost_lift_path(f->cur, ost_call_node(f->cur, frames[at].line, frames[at].callee), &path, &lifted))
			return false;
		path = lifted;
		if (is_torn(&path))
			return true;
	}
	return false;
}

/*
 * The record whose slot is called at frame `at` lies in another object than
 * the one that the function was set in: `zone->completion` has a callback of
 * its own, and so has `zones->completion`.
 */
static bool is_other_table(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned at)
{
	const struct ost_target *target = ost_program_target(f->p, frames[at].target);
	struct ost_ids units = { .v = OST_VEC_INIT };
	struct ost_path path, lifted;
	struct ost_call info;
	bool is_tied, found = false;
	uint32_t call;

	if (target->table.kind == OST_OBJ_NONE || !ost_finder_enter(f, frames[at].unit))
		return false;
	call = ost_call_node(f->cur, frames[at].line, frames[at].callee);
	if (!call || call & OST_CALL_HANDED)
		return false;
	ost_call_resolve(f->cur, call, &info);
	if (info.kind != OST_CALL_SLOT)
		return false;
	path = info.receiver;
	for (unsigned i = at + 1; i < nr && path.kind == OST_BASE_PARAM && path.nr_steps <= 1; i++) {
		if (!ost_finder_enter(f, frames[i].unit) ||
		    !ost_lift_path(f->cur, ost_call_node(f->cur, frames[i].line, frames[i].callee), &path, &lifted))
			return false;
		path = lifted;
	}
	ost_program_slot_reach(f->p, frames[at].slot, &path, &units, &is_tied);
	for (size_t i = 0; i < units.v.nr; i++)
		found |= units.v.items[i] == frames[at - 1].unit;
	ost_vec_deinit(&units.v);
	return is_tied && !found;
}

bool ost_way_is_torn(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	for (unsigned i = 1; i < nr; i++) {
		if (frames[i].slot == OST_NO_ID)
			continue;
		if (is_other_table(f, frames, nr, i))
			return true;
		for (uint32_t k = 0; k < MAX_PARAMS; k++)
			if (param_is_torn(f, frames, nr, i, k))
				return true;
	}
	return false;
}

const struct ost_lk_event *ost_finder_event(struct ost_finder *f, const struct ost_frame *frame)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, frame->unit);
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
	return ost_sum_call_at(f->p, sum, frame->line, frame->callee);
}

/* What parameters of the function at hand must be for the place below to be reached. */
struct needs {
	struct ost_lk_mfact v[16];
	unsigned nr;
};

static void need(struct needs *needs, const struct ost_lk_mfact *m, uint32_t param)
{
	if (needs->nr == OST_ARRAY_SIZE(needs->v))
		return;
	needs->v[needs->nr] = *m;
	needs->v[needs->nr++].name = param;
}

static void add_needs(struct needs *needs, const struct ost_lk_event *ev)
{
	for (int i = 0; ev && i < ev->nr_mfacts; i++)
		if (ev->mfacts[i].kind >= OST_MF_PARAM)
			need(needs, &ev->mfacts[i], ev->mfacts[i].name);
}

/* Checks them against the arguments of the call; what is handed on is needed above, too. */
static bool lift_needs(struct ost_finder *f, const struct ost_frame *above, struct needs *needs)
{
	struct needs next = { .nr = 0 };
	uint32_t call;

	if (!needs->nr || !ost_finder_enter(f, above->unit)) {
		needs->nr = 0;
		return false;
	}
	call = ost_call_node(f->cur, above->line, above->callee);
	for (unsigned i = 0; call && i < needs->nr; i++) {
		uint32_t arg = ost_lk_call_arg(f->cur, call, needs->v[i].name);
		int param = arg ? ost_arg_param(f->cur, arg) : -1;

		if (arg && ost_arg_excludes(f->cur, arg, &needs->v[i]))
			return true;
		if (param >= 0)
			need(&next, &needs->v[i], (uint32_t)param);
	}
	*needs = next;
	return false;
}

/* What must be NULL for the place below to be reached was followed before the call. */
static bool needs_null(struct ost_finder *f, const struct ost_frame *frame, const struct ost_lk_event *below)
{
	for (int i = 0; below && i < below->nr_mfacts; i++) {
		const struct ost_lk_mfact *m = &below->mfacts[i];
		uint32_t call;

		if (m->kind != OST_MF_MEMBER || m->truth || m->is_made || !ost_finder_enter(f, frame->unit))
			continue;
		call = ost_call_node(f->cur, frame->line, frame->callee);
		if (call && ost_was_followed(f->cur, call & ~OST_CALL_HANDED, m->name))
			return true;
	}
	return false;
}

#define MAX_WAY 64

bool ost_way_is_closed(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
		       const struct ost_lk_event *last)
{
	const struct ost_lk_event *events[MAX_WAY];
	struct needs needs = { .nr = 0 };

	if (nr > MAX_WAY)
		return false;
	events[0] = last;
	add_needs(&needs, last);
	for (unsigned i = 1; i < nr; i++) {
		events[i] = ost_finder_event(f, &frames[i]);
		if (events[i] && events[i]->flags & OST_EVF_DEAD)
			return true;
		for (unsigned k = 0; k < i; k++)
			if ((events[i] && events[k] && ost_mfacts_contradict(events[k], events[i])) ||
			    needs_null(f, &frames[i], events[k]))
				return true;
		if (lift_needs(f, &frames[i], &needs))
			return true;
		add_needs(&needs, events[i]);
	}
	return false;
}

/* The unit's folder lies in that of another: a family of drivers with members and helpers of its own. */
static bool lies_below(const struct ost_finder *f, uint32_t unit, uint32_t other)
{
	const char *path = ost_unit_path(f, other), *slash = strrchr(path, '/');

	return slash && !strncmp(ost_unit_path(f, unit), path, (size_t)(slash - path) + 1) &&
	       ost_lk_folder(f->p, unit) != ost_lk_folder(f->p, other);
}

/*
 * The folder of frame `at` stores a function of its own in the slot that was
 * crossed at frame `crossed`, and what is called there lies elsewhere.
 */
static bool is_sibling(const struct ost_finder *f, const struct ost_frame *frames, unsigned crossed, unsigned at)
{
	const struct ost_lk_slot *slot = ost_lk_slot(&f->graph, frames[crossed].slot);
	uint64_t folder = ost_lk_folder(f->p, frames[at].unit);

	uint32_t file = ost_program_unit(f->p, frames[at].unit)->file;

	if (at != crossed && file != ost_program_target(f->p, frames[crossed].target)->file &&
	    file != ost_program_unit(f->p, frames[crossed - 1].unit)->file &&
	    ost_lk_slot_is_in_folder(&f->graph, slot, file))
		return true;
	if (folder == ost_lk_folder(f->p, frames[crossed - 1].unit))
		return false;
	if (at == crossed && !slot->has_outside_caller && !lies_below(f, frames[at].unit, frames[crossed - 1].unit))
		return false;	/* the core of that slot has members of its own */
	return ost_lk_slot_is_in_folder(&f->graph, slot, folder);
}

/*
 * Above a call through a slot, somebody of another folder calls the core: with
 * an object of its own, of which nobody knows that this driver has it.
 */
static void judge_strangers(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	bool has_crossed = false;

	for (unsigned i = 1; i < nr; i++) {
		if (frames[i].slot != OST_NO_ID) {
			has_crossed |= ost_lk_slot(&f->graph, frames[i].slot)->cost != 0;
			continue;
		}
		if (has_crossed && ost_lk_folder(f->p, frames[i].unit) != ost_lk_folder(f->p, frames[i - 1].unit))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() may have an object of another driver in hand",
					ost_unit_name(f, frames[i].unit));
	}
}

void ost_judge_way(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, bool is_same)
{
	if (!is_same)
		judge_strangers(f, frames, nr);
	for (unsigned i = 1; i < nr; i++) {
		if (frames[i].is_one_of)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is defined in several files", frames[i].callee);
		if (frames[i].slot == OST_NO_ID)
			continue;
		if (ost_lk_slot(&f->graph, frames[i].slot)->what == OST_LKS_CHAIN)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s runs what many have registered, each in a list of its kind",
					ost_slot_text(f, frames[i].slot, NULL));
		for (unsigned k = i; k < nr; k++)
			if (is_sibling(f, frames, i, k)) {
				ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() has an object of its own in mind",
						ost_unit_name(f, frames[k].unit));
				break;
			}
	}
}
