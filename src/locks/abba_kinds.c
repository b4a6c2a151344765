// SPDX-License-Identifier: GPL-2.0-or-later
/* Two locks in both orders: whether the two sides can mean objects of one kind. */
#include "locks/abba.h"

#include <stdio.h>
#include <string.h>

/* The member that the lock's struct lies in, `up` structs out, or OST_NO_ID. */
static uint32_t embedding(const struct ost_path *path, unsigned up)
{
	for (unsigned i = 0; i <= up; i++)
		if (i >= path->nr_steps || path->steps[path->nr_steps - 1 - i].kind != OST_STEP_FIELD)
			return OST_NO_ID;
	return path->steps[path->nr_steps - 1 - up].id;
}

/*
 * The same, also where the way over the outer struct has cancelled out: the
 * chain's other lock is reached by container_of() from the pointer in hand.
 */
static uint32_t kind_of(const struct ost_abba_side *c, bool is_a, unsigned up)
{
	const struct ost_path *here = is_a ? &c->c.lock : &c->c.object, *other = is_a ? &c->c.object : &c->c.lock;
	uint32_t found = embedding(is_a ? &c->c.hold_ref->path : &c->take_ref->path, up);

	if (found == OST_NO_ID && c->c.has_met)
		found = embedding(here, up);
	if (found != OST_NO_ID || !c->c.has_met || here->kind != other->kind || here->base != other->base || up != 1)
		return found;
	for (uint32_t i = 0; i < other->nr_steps && i < here->nr_steps; i++)
		if (i + 1 == here->nr_steps && other->steps[i].kind == OST_STEP_UP &&
		    !memcmp(other->steps, here->steps, i * sizeof(here->steps[0])))
			return other->steps[i].id;
	return OST_NO_ID;
}

/* How many functions of the slot lie in the folder, or in the file where that is given; two stand for more. */
static unsigned nr_in(const struct ost_finder *f, uint32_t field, uint64_t folder, uint32_t file)
{
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(f->p, field, &targets), one = OST_NO_ID;

	for (uint32_t i = 0; i < nr; i++) {
		if (targets[i].unit == OST_NO_ID || targets[i].unit == one || ost_lk_folder(f->p, targets[i].unit) != folder ||
		    (file != OST_NO_ID && ost_program_unit(f->p, targets[i].unit)->file != file))
			continue;
		if (one != OST_NO_ID)
			return 2;
		one = targets[i].unit;
	}
	return one != OST_NO_ID;
}

#define SAME_NAMES 4	/* records of one name that are looked at */

/* The folder, or the file of it, has objects of one kind: functions in each of those slots, but no two in one. */
static bool has_one_kind(const struct ost_finder *f, const char *within, uint64_t folder, uint32_t file)
{
	bool any = false;

	for (size_t len; *within; within += len + (within[len] == ',')) {
		uint32_t fields[SAME_NAMES], nr;
		char name[64];

		len = strcspn(within, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, within);
		nr = ost_program_find_fields(f->p, name, fields, SAME_NAMES);
		for (uint32_t i = 0; i < nr && i < SAME_NAMES; i++) {
			unsigned there = nr_in(f, fields[i], folder, file);

			if (there > 1)
				return false;
			any |= there;
		}
	}
	return any;
}

/* The chain calls somebody's table of that kind: of any protocol. */
static bool crosses_table(struct ost_finder *f, const char *within, const struct ost_abba_side *c)
{
	for (unsigned i = 1; i < c->c.nr; i++) {
		const char *slot = c->c.frames[i].slot == OST_NO_ID ? "" : ost_class_text(f, c->c.frames[i].slot, OST_NO_ID);
		size_t len = strcspn(slot, ".");

		for (const char *at = within; *slot && at; at = strchr(at, ','), at += at != NULL)
			if (!strncmp(at, slot, len + 1))
				return true;
	}
	return false;
}

/* The lock of who is the parent of others is held. */
static bool is_held_as_nested(const struct ost_finder *f, const struct ost_abba_side *c)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, ost_chain_top(&c->c));

	for (uint32_t i = 0; c->c.held && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].node == c->c.held->node && sum->events[i].flags & OST_EVF_NESTED)
			return true;
	return false;
}

/*
 * Who holds the lock on one side and takes it on the other lie in one folder
 * which has such objects of one kind; or in one file which has, and nothing
 * leads there that leads to every other kind as well.
 */
static bool are_at_home(struct ost_finder *f, const char *within, const struct ost_abba_side *x, const struct ost_abba_side *y, bool is_a)
{
	uint32_t holds = is_a ? ost_chain_top(&x->c) : ost_chain_top(&y->c), takes = is_a ? y->c.frames[0].unit : x->c.frames[0].unit;
	uint64_t folder = ost_lk_folder(f->p, holds);
	uint32_t file = ost_program_unit(f->p, holds)->file;

	if (!strcmp(within, "-") || folder != ost_lk_folder(f->p, takes) || !strncmp(ost_unit_path(f, holds), "include/", 8))
		return false;
	return has_one_kind(f, within, folder, OST_NO_ID) ||
	       (file == ost_program_unit(f->p, takes)->file && has_one_kind(f, within, folder, file) &&
		!crosses_table(f, within, x) && !crosses_table(f, within, y) && !is_held_as_nested(f, is_a ? x : y));
}

/* Two outer structs; or, for a class of many kinds of objects, not shown to be one. */
bool ost_abba_is_other_kind(struct ost_finder *f, const char *class_name, const struct ost_abba_side *x,
			    const struct ost_abba_side *y, bool is_a)
{
	const struct ost_lk_split_row *row = ost_lk_split_row(&f->w->tables, class_name);
	uint32_t a = kind_of(x, is_a, row ? row->up : 1), b = kind_of(y, !is_a, row ? row->up : 1);
	bool is_told = a != OST_NO_ID && b != OST_NO_ID;

	if (!row || is_told)
		return is_told && a != b;
	return !are_at_home(f, row->within, x, y, is_a);
}

bool ost_abba_is_kind(const struct ost_finder *f, const char *within, uint32_t file)
{
	uint64_t folder = 0;
	const struct ost_target *targets;
	uint32_t fields[SAME_NAMES], nr, len = (uint32_t)strcspn(within, ",");
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)len, within);
	nr = ost_program_find_fields(f->p, name, fields, SAME_NAMES);
	for (uint32_t i = 0; i < nr && i < SAME_NAMES && !folder; i++) {
		uint32_t nr_targets = ost_program_slot_targets(f->p, fields[i], &targets);

		for (uint32_t t = 0; t < nr_targets && !folder; t++)
			if (targets[t].unit != OST_NO_ID && ost_program_unit(f->p, targets[t].unit)->file == file)
				folder = ost_lk_folder(f->p, targets[t].unit);
	}
	return folder && has_one_kind(f, within, folder, file) && !has_one_kind(f, within, folder, OST_NO_ID);
}
