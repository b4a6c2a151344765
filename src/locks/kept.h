/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept.h - the summaries of a tree, kept with its store (world.h, kept*.c only).
 *
 * Kept are the summaries, stores and guards of a whole tree as tables of
 * numbers (kept_pack.c), by the key of the tree and a hash of all sources and
 * rows that they follow from. Effects are the last ones: loaded, they need no
 * round.
 *
 * An overlay that was linked from the program of the tree below takes that
 * tree's tables with the ids of its own (ost_program_moved()). Left out is
 * what must be walked again: the functions of changed files, and those that
 * speak of something that is gone. The others see the same names, types and
 * macros as before: an overlay whose changed files show others anything else
 * (ost_moved.shows_same) takes nothing over.
 */
#ifndef OST_LOCKS_KEPT_H
#define OST_LOCKS_KEPT_H

#include "locks/world.h"

enum ost_kept_part {
	OST_KP_SUMS, OST_KP_LOCKS, OST_KP_STEPS, OST_KP_EVENTS, OST_KP_HELD, OST_KP_REL, OST_KP_MFACTS,
	OST_KP_EFFECTS, OST_KP_LEAKS, OST_KP_STORES, OST_KP_GUARDS, OST_KP_TEXT,
	OST_NR_KEPT_PARTS
};

/* A table of numbers; `words` of OST_KP_TEXT is 0: bytes. */
struct ost_kept_table {
	uint32_t *v;
	size_t rows, words;
};
struct ost_kept_tables {
	struct ost_kept_table t[OST_NR_KEPT_PARTS];
};
extern const uint8_t ost_kept_words[OST_NR_KEPT_PARTS];
void ost_kept_tables_deinit(struct ost_kept_tables *k);

/* False: something in there has no number. Ends with _deinit() either way. */
bool ost_kept_pack(const struct ost_lk_world *w, struct ost_kept_tables *ret);

/* What an overlay cannot take over; units of its program, each list ascending. */
struct ost_kept_units { OST_VEC(uint32_t) v; };
struct ost_kept_redo {
	struct ost_kept_units changed;	/* of files with another text */
	struct ost_kept_units had;	/* of these, those that had effects there */
	struct ost_kept_units gone;	/* of other files: they spoke of something that is gone */
};
void ost_kept_redo_deinit(struct ost_kept_redo *redo);
/*
 * Fills the world from the tables of a tree whose ids `moved` tells (NULL: the
 * world's own). False: the tables make no sense, and w is as it was but for
 * its memory.
 */
bool ost_kept_unpack(struct ost_lk_world *w, const struct ost_kept_tables *k, const struct ost_moved *moved,
		     struct ost_kept_redo *redo);
/* Takes out of the world what was filled in. */
void ost_kept_forget(struct ost_lk_world *w);

/*
 * The same with the store. ..._save is for a tree that is no overlay; ..._load
 * says no when a changed file of an overlay defines guards, which all may use.
 * A run that is stopped keeps nothing, takes nothing and drops nothing.
 */
void ost_kept_save(const struct ost_lk_world *w, const struct ost_tree_facts *tree);
bool ost_kept_load(struct ost_lk_world *w, const struct ost_tree_facts *tree, struct ost_kept_redo *redo);

#endif
