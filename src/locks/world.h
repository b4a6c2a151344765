/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * world.h - the summaries of a whole program.
 *
 * Units that name a primitive are walked first. Then, round by round, those
 * that call a unit whose net effects are new, until nothing changes
 * (OST_LK_MAX_ROUNDS at most, counted when hit): rtnl_lock() → rtnl_mutex,
 * wiphy_lock(w) → ARG0->mtx and every wrapper on top of them come out of
 * the tree by themselves.
 *
 * What came out is kept with the tree (kept.h). An overlay takes it over and
 * walks the functions of changed files, then their callers, round by round.
 */
#ifndef OST_LOCKS_WORLD_H
#define OST_LOCKS_WORLD_H

#include "base/table.h"
#include "base/vec.h"
#include "locks/stores.h"
#include "locks/summary.h"

#define OST_LK_MAX_ROUNDS 16

struct ost_lk_world {
	const struct ost_program *p;
	struct ost_lk_tables tables;
	bool *outside;		/* by file: not to be looked at (data/lock-outside.txt) */
	const uint8_t *near;	/* by unit: to be summarised; NULL: all are. Used until the world is made */
	struct ost_lk_summary **sums;	/* by unit, NULL: nothing to do with locks */
	uint32_t nr_units;
	struct ost_table fx_names;	/* hash of a callee's name → 1: some unit of it has effects */
	OST_VEC(struct ost_lk_guard) guards;
	struct ost_table guard_names;	/* hash of a guard's name → index + 1 of the first */
	struct ost_arena *arenas;	/* one a worker */
	unsigned nr_workers;
	struct ost_stores stores;	/* of pointer fields, by name */
	bool *kept_files;	/* by file, while an overlay takes over what is kept: its text is the same */
	uint32_t nr_rounds;
	bool rounds_limited;
	uint8_t *walked;	/* overlay on a kept world: by unit, walked again for the effects of others; or NULL */
	bool is_kept;		/* loaded from what is kept for this tree */
	bool may_keep;		/* what follows from it may be kept with the tree, too: it is whole, and of no overlay */
	struct ost_arena arena;
};

struct ost_lk_world_opts {
	unsigned jobs;		/* threads; 0: all processors */
	bool no_kept;		/* neither look for a kept world nor keep this one */
	const uint8_t *near;	/* see above; nothing is kept then */
};
OST_WARN_UNUSED
struct ost_err *ost_lk_world_create(const struct ost_tree_facts *tree, const struct ost_program *p,
				    const struct ost_lk_world_opts *opts, struct ost_lk_world **ret_world);
void ost_lk_world_destroy(struct ost_lk_world *w);
/* Frees the summaries and stores, so that every unit is without; names of primitives stay. */
void ost_lk_world_forget(struct ost_lk_world *w);

static inline const struct ost_lk_summary *ost_lk_sum(const struct ost_lk_world *w, uint32_t unit)
{
	return unit < w->nr_units ? w->sums[unit] : NULL;
}
/* The guard `name` means in file, or NULL. */
const struct ost_lk_guard *ost_lk_find_guard(const struct ost_lk_world *w, uint32_t file, const char *name);
bool ost_lk_has_effects(const struct ost_lk_world *w, const char *name);

#endif
