// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Doubts whether the calls of a way happen for one object: above a slot
 * somebody may have another driver's object in mind.
 */
#include <string.h>

#include "locks/finder.h"

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

void ost_judge_way(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, bool is_same, bool is_odd)
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
		for (unsigned k = i; k < nr && !is_odd; k++)
			if (is_sibling(f, frames, i, k)) {
				ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() has an object of its own in mind",
						ost_unit_name(f, frames[k].unit));
				break;
			}
	}
}

/* The table has a function in a slot of that name (ost_fact_name()). */
static bool has_slot(const struct ost_finder *f, struct ost_object table, uint32_t name)
{
	const uint32_t *ids;
	uint32_t nr = table.kind == OST_OBJ_GLOBAL ? ost_program_table_targets(f->p, table, &ids) : 0;

	for (uint32_t i = 0; i < nr; i++) {
		struct ost_field_def field;

		ost_program_field(f->p, ost_program_target(f->p, ids[i])->slot, &field);
		if (ost_fact_name(ost_program_name(f->p, field.name)) == name)
			return true;
	}
	return false;
}

/* The way goes on only where a function pointer is NULL, which the table that is crossed below has. */
static bool asks_for_other_table(struct ost_finder *f, const struct ost_frame *frame, struct ost_object table)
{
	const struct ost_lk_event *ev = ost_finder_event(f, frame);

	for (int i = 0; ev && i < ev->nr_mfacts; i++) {
		const struct ost_lk_mfact *m = &ev->mfacts[i];

		if (m->kind == OST_MF_MEMBER && !m->truth && !m->is_made && has_slot(f, table, m->name) &&
		    ost_finder_enter(f, frame->unit) && ost_is_function_member(f->cur, m->name))
			return true;
	}
	return false;
}

void ost_judge_tables(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	for (unsigned i = 1; i < nr; i++) {
		if (frames[i].slot == OST_NO_ID)
			continue;
		for (unsigned k = i; k < nr; k++)
			if (asks_for_other_table(f, &frames[k], ost_program_target(f->p, frames[i].target)->table))
				ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on for other tables than that of %s() only",
						ost_unit_name(f, frames[k].unit), ost_unit_name(f, frames[i - 1].unit));
	}
}
