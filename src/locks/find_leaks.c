// SPDX-License-Identifier: GPL-2.0-or-later
/* A way out of a function that keeps a lock which the other ways release. */
#include <string.h>

#include "base/hash.h"
#include "locks/finder.h"

/* Functions that are meant to come back with the lock say so in their name. */
static bool is_locker(const char *name)
{
	return strstr(name, "lock") || strstr(name, "acquire") || strstr(name, "enter") ||
	       strstr(name, "_begin") || strstr(name, "seq_start") || strstr(name, "_start") ||
	       strstr(name, "_get") || strstr(name, "claim") || strstr(name, "reserve");
}

/* A caller that releases the class without taking it knows of it. */
static bool caller_releases(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	for (uint64_t i = f->graph.in_first[unit]; i < f->graph.in_first[unit + 1]; i++) {
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, f->graph.in[i].unit);

		for (uint32_t k = 0; sum && k < sum->nr_effects; k++) {
			const struct ost_lk_effect *fx = &sum->effects[k];

			if ((fx->kind == OST_FX_RELEASE || fx->kind == OST_FX_MAY_RELEASE) &&
			    ost_lk_ref_class(&sum->locks[fx->lock]) == cls)
				return true;
		}
	}
	return false;
}

/* The other half of a pair: put, release, unprepare. */
static bool is_unlocker(const char *name)
{
	return strstr(name, "unlock") || strstr(name, "release") || strstr(name, "leave") || strstr(name, "_end") ||
	       strstr(name, "_put") || strstr(name, "up_") || strstr(name, "_un") || !strncmp(name, "un", 2);
}

/*
 * (class, folder) where some function releases the class for somebody else,
 * not being made for that: there the lock is handed from one to another.
 */
static void note_releases(const struct ost_finder *f, struct ost_table *handed)
{
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		if (!sum || ost_program_unit(f->p, u)->kind != OST_UNIT_FUNC || is_unlocker(ost_unit_name(f, u)))
			continue;
		for (uint32_t i = 0; i < sum->nr_effects; i++) {
			uint64_t cls = ost_lk_ref_class(&sum->locks[sum->effects[i].lock]);

			if (cls && (sum->effects[i].kind == OST_FX_RELEASE || sum->effects[i].kind == OST_FX_MAY_RELEASE))
				ost_table_put(handed, ost_hash_mix(cls * 31 + ost_lk_folder(f->p, u)), NULL);
		}
	}
}

static bool releases(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_summary *sum = unit == OST_NO_ID ? NULL : ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_effects; i++)
		if ((sum->effects[i].kind == OST_FX_RELEASE || sum->effects[i].kind == OST_FX_MAY_RELEASE) &&
		    ost_lk_ref_class(&sum->locks[sum->effects[i].lock]) == cls)
			return true;
	return false;
}

/* The slot that the unit calls and through which some function releases the class for it, or OST_NO_ID. */
static uint32_t slot_that_releases(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->site_first[unit]; i < g->site_first[unit + 1]; i++) {
		const struct ost_lk_slot *slot = g->slot_of_field[g->sites[i].slot] ? ost_lk_slot(g, g->sites[i].slot) : NULL;

		for (uint32_t t = 0; slot && t < slot->nr_targets; t++)
			if (releases(f, slot->targets[t].unit, cls))
				return slot->field;
	}
	return OST_NO_ID;
}

static void report(struct ost_finder *f, const struct ost_lk_summary *sum, const struct ost_lk_leak *leak,
		   const struct ost_table *handed)
{
	const struct ost_lk_ref *ref = &sum->locks[leak->lock];
	struct ost_draft *d = &f->draft;
	const char *name = ost_unit_name(f, sum->unit);
	uint32_t slot;

	ost_draft_start(f, OST_DL_MISSING_UNLOCK);
	d->lock.class_name = ost_class_text(f, ref->field, ref->global);
	d->lock.instance = ost_path_text_in(f, sum->unit, &ref->path);
	d->lock.mode = ost_lk_mode_name(OST_LKM_EXCL);
	d->wait_function = name;
	d->wait_file = ost_unit_path(f, sum->unit);
	d->wait_line = leak->ret_line;
	d->holder = (struct ost_dl_holder){ name, d->wait_file, leak->line, "takes it" };
	ost_draft_doubt(f, OST_RANK_LIKELY, "that nobody releases it later was not shown");
	if (leak->ret_class != OST_RET_ERROR)
		ost_draft_doubt(f, leak->ret_class == OST_RET_VOID || leak->ret_class == OST_RET_ZERO ||
				leak->is_code ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"that return does not report an error: the lock may be handed on");
	if (ref->kind == OST_LKK_SEM)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a semaphore may be released by another task");
	if (is_locker(name))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the function's name says that it may come back with the lock");
	slot = slot_that_releases(f, sum->unit, ost_lk_ref_class(ref));
	if (slot != OST_NO_ID)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "what it calls through %s may release the lock",
				ost_class_text(f, slot, OST_NO_ID));
	if (sum->is_limited)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "too many ways through the function: some were joined");
	if (ref->field == OST_NO_ID && ref->global == OST_NO_ID)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the lock could not be typed");
	else if (ost_table_get(handed, ost_hash_mix(ost_lk_ref_class(ref) * 31 + ost_lk_folder(f->p, sum->unit))))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "another function beside it releases the lock without taking it");
	ost_draft_step(f, OST_ROLE_HOLD, 1, sum->unit, leak->line, "takes %s", d->lock.class_name);
	ost_draft_step(f, OST_ROLE_RETURN, 1, sum->unit, leak->ret_line, "returns with the lock held");
	ost_draft_step(f, OST_ROLE_RELEASE, 1, sum->unit, leak->release_line,
		       "other ways release it before they return");
	ost_draft_commit(f);
}

void ost_find_leaks(struct ost_finder *f)
{
	struct ost_table handed = OST_TABLE_INIT;

	note_releases(f, &handed);
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		if (!sum || ost_program_unit(f->p, u)->kind != OST_UNIT_FUNC ||
		    !ost_focus_asks(f->focus, u))
			continue;
		for (uint32_t i = 0; i < sum->nr_leaks; i++) {
			uint64_t cls = ost_lk_ref_class(&sum->locks[sum->leaks[i].lock]);

			if (!cls || !caller_releases(f, u, cls))
				report(f, sum, &sum->leaks[i], &handed);
		}
	}
	ost_table_deinit(&handed);
}
