// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/irq_way.h"

#include <string.h>

#include "locks/chain.h"
#include "locks/context.h"

#define MAX_WAY 24
#define MANY_BRANCHES 3

/* An interrupt does not come by what may sleep: such a way is meant for tasks. */
static bool is_of_tasks(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		if (ost_may_sleep(f, frames[i].unit))
			return true;
	return false;
}

bool ost_irq_way_make(struct ost_finder *f, struct ost_arena *arena, uint32_t node, const struct ost_lk_event *last,
		      struct ost_irq_way *ret)
{
	const struct ost_reach_node *down = f->search.down.items;
	struct ost_frame frames[MAX_WAY], *copy;
	unsigned nr = 0;

	frames[nr++] = (struct ost_frame){ down[node].unit, last->line, "", OST_NO_ID, 0, false };
	for (uint32_t n = node; n; n = down[n].parent) {
		uint32_t caller = down[down[n].parent].unit;

		if (nr == MAX_WAY)
			return false;
		frames[nr++] = (struct ost_frame){ caller, down[n].line, ost_callee_name(f, down[n].unit, down[n].slot),
						   down[n].slot, ost_nth_target(f->p, down[n].slot, down[n].target),
						   down[n].is_one_of };
	}
	if (ost_way_is_closed(f, frames, nr, last) || is_of_tasks(f, frames, nr))
		return false;
	copy = ost_arena_alloc(arena, nr * sizeof(*copy));
	memcpy(copy, frames, nr * sizeof(*copy));
	*ret = (struct ost_irq_way){ copy, nr, last, ost_count_branches(f, copy, nr, last, false), OST_NO_ID, false };
	for (unsigned i = 0; i + 1 < nr; i++)
		if (ost_is_put(ost_unit_name(f, copy[i].unit)))
			ret->put = copy[i].unit;
	ret->is_doubtful = ret->nr_branches >= MANY_BRANCHES || ret->put != OST_NO_ID;
	return true;
}

static bool has_file(const struct ost_finder *f, const struct ost_irq_way *w, uint32_t file)
{
	for (unsigned i = 0; i < w->nr; i++)
		if (ost_program_unit(f->p, w->frames[i].unit)->file == file)
			return true;
	return false;
}

/* The handler goes through a table that the unit's file fills, too, and not through that file: for another kind of object. */
static bool is_by_other_table(const struct ost_finder *f, const struct ost_irq_way *w, uint32_t unit)
{
	uint32_t file = ost_program_unit(f->p, unit)->file;

	if (has_file(f, w, file))
		return false;
	for (unsigned i = 1; i < w->nr; i++)
		if (w->frames[i].slot != OST_NO_ID &&
		    ost_lk_slot_is_in_folder(&f->graph, ost_lk_slot(&f->graph, w->frames[i].slot), file))
			return true;
	return false;
}

static void judge_tables(struct ost_finder *f, const struct ost_irq_way *w, uint32_t at)
{
	const struct ost_climb_node *up = f->search.up.items;

	for (;; at = up[at].parent) {
		if (is_by_other_table(f, w, up[at].unit)) {
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "the handler goes through another table than that of %s", ost_unit_path(f, up[at].unit));
			return;
		}
		if (!at)
			return;
	}
}

void ost_irq_way_judge(struct ost_finder *f, const struct ost_irq_way *w, uint32_t at)
{
	judge_tables(f, w, at);
	if (w->put != OST_NO_ID)
		ost_draft_doubt(f, OST_RANK_LIKELY, "the handler comes by %s(), which does so for the last reference only",
				ost_unit_name(f, w->put));
	if (w->nr_branches >= MANY_BRANCHES)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u steps of the handler depend on the state of an object", w->nr_branches);
	ost_judge_branches(f, w->frames, w->nr, w->last);
}

void ost_irq_way_say(struct ost_finder *f, const struct ost_irq_way *w)
{
	for (unsigned i = w->nr; i-- > 1;) {
		const struct ost_frame *fr = &w->frames[i];

		if (fr->slot == OST_NO_ID)
			ost_draft_step(f, OST_ROLE_CALL, 2, fr->unit, fr->line, "direct call");
		else
			ost_draft_step(f, OST_ROLE_CALL, 2, fr->unit, fr->line, "via %s",
				       ost_slot_text(f, fr->slot, ost_program_target(f->p, fr->target)));
	}
	ost_draft_step(f, OST_ROLE_ACQUIRE, 2, w->frames[0].unit, w->frames[0].line, "needs %s", f->draft.lock.class_name);
}
