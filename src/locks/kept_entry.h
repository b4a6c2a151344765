/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept_entry.h - what may be held on entry, as it is kept with a tree (entry*.c, kept_entry.c, diff.c only).
 *
 * A row an entry, in the order in which they were found, so that what an entry
 * comes from stands before it: who called (or the entry of the caller that it
 * was handed on from), which of its calls, and for what the caller holds itself
 * the event that shows it. For the tree it was made of the rest follows from
 * the graph and the summaries; for an overlay (entry_replay.c) whom the entry
 * is of is there, too, and numbers that tell whose calls are others there.
 */
#ifndef OST_LOCKS_KEPT_ENTRY_H
#define OST_LOCKS_KEPT_ENTRY_H

#include "locks/entry.h"

enum ost_kept_entry_column {
	OST_KE_FROM,	/* row of the caller, or the caller */
	OST_KE_CALL,	/* its call, by place among its direct ones or those through slots, and the bits below */
	OST_KE_TARGET,	/* of the slot */
	OST_KE_EVENT, OST_KE_HELD,	/* as in struct ost_entry_seed, of what the caller holds itself */
	OST_KE_UNIT, OST_KE_CLASS,	/* as in struct ost_entry */
	OST_KE_CALLS,	/* by unit: ost_entry_hash_units() */
	OST_KE_FANS,	/* by field: ost_entry_hash_slots() */
	OST_KE_CLOSED,	/* by unit, a bit: nothing below it blocks */
	OST_NR_KE
};
/* What a call is. IS_SEED: the caller holds it itself; IS_ONE_OF: that of the edge. */
enum { OST_KE_IS_SLOT = 1, OST_KE_IS_SEED = 2, OST_KE_IS_ONE_OF = 4, OST_KE_CALL_SHIFT = 3 };

struct ost_kept_entries {
	struct ost_kept_entries_head {
		uint64_t ids;		/* ost_program_ids() */
		uint64_t nr, nr_edges, nr_sites, nr_units, nr_fields;
		uint64_t ends[OST_ENTRY_SLOTS + 1][OST_NR_ENTRY_ENDS];	/* as in struct ost_entries */
	} head;
	uint32_t *of[OST_NR_KE];
};

/* The rows of a tree that is no overlay; false: there are none. Ends with _deinit() either way. */
bool ost_kept_entries_read(struct ost_kept_entries *k, const struct ost_tree_facts *tree);
void ost_kept_entries_deinit(struct ost_kept_entries *k);

/*
 * Reads them meanwhile, for an overlay; NULL: there is no thread to be had. _end() waits for it, frees it and
 * takes them over; false: there are none. tree must outlive that, k may be NULL: they are not needed.
 */
struct ost_kept_ahead *ost_kept_entries_start(const struct ost_tree_facts *tree);
bool ost_kept_entries_end(struct ost_kept_ahead *ahead, struct ost_kept_entries *k);

/*
 * entry_replay.c: fills e, of which w, g and empty lists by unit are there, with what ost_entries_make() would,
 * out of the rows of the tree below: most of them are the same. False: they make no sense, or so much differs that
 * of a hundred entries more than most_asked would have to be asked, and e is empty as before.
 */
bool ost_entries_replay(struct ost_entries *e, const struct ost_kept_entries *k, unsigned most_asked);

struct ost_making;
/*
 * Two graphs whose units have one number call the same by name and through slots, with the same released and held,
 * and slots of one number lead to the same functions. old_of, old_field: the numbers that count in place of those
 * of the graph; NULL: its own. free() what is returned.
 */
uint32_t *ost_entry_hash_units(const struct ost_lk_graph *g, const uint32_t *old_of, const uint32_t *old_field);
uint32_t *ost_entry_hash_slots(const struct ost_making *m, const uint32_t *old_of);

#endif
