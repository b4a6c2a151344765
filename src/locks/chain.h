/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain.h - from who holds a lock down to a place in a function (find_*.c only).
 *
 * At an event of a unit a lock is held by the unit itself, by its word
 * (lockdep_assert_held()), or by a caller (entry.h). ost_each_hold() names
 * them all; ost_chain_build() lays the way open as frames.
 */
#ifndef OST_LOCKS_CHAIN_H
#define OST_LOCKS_CHAIN_H

#include "locks/entry.h"
#include "locks/finder.h"

#define OST_CHAIN_FRAMES (OST_ENTRY_DEPTH + 2)

/* How a lock is held at an event of a unit. */
struct ost_hold {
	uint64_t cls;
	uint32_t entry;		/* of the unit: a caller holds it; OST_NO_ID: the unit does */
	uint32_t event;		/* CALL, ACQUIRE, WAIT or ASSERT event that shows it, of who holds it */
	uint16_t held;		/* index into that event's held; OST_ENTRY_ASSERTED */
	uint8_t kind;		/* enum ost_lk_kind */
	bool is_sure;		/* held on every way */
};

struct ost_chain {
	struct ost_hold hold;
	struct ost_frame frames[OST_CHAIN_FRAMES];	/* 0: the place; last: who holds the lock */
	unsigned nr;
	unsigned nr_slots;			/* crossed, where another function may be meant */
	const struct ost_lk_event *place, *hold_at;
	const struct ost_lk_ref *hold_ref;
	const struct ost_lk_held *held;		/* NULL: asserted */
	struct ost_path lock, object;		/* of ost_chain_meet(): both in frame `met` */
	unsigned met;
	bool has_met;
	bool is_back;				/* function pointers lead to where the other chain is, too: set by who has both */
};

/* Calls fn for every class that may be held at event `event` of the summary's unit. */
typedef void (*ost_hold_fn)(void *ctx, const struct ost_hold *hold);
void ost_each_hold(const struct ost_entries *e, const struct ost_lk_summary *sum, uint32_t event,
		   ost_hold_fn fn, void *ctx);

/* False when the way is too long. */
bool ost_chain_build(struct ost_finder *f, const struct ost_lk_summary *sum, uint32_t event,
		     const struct ost_hold *hold, struct ost_chain *ret);
static inline uint32_t ost_chain_top(const struct ost_chain *c)
{
	return c->frames[c->nr - 1].unit;
}
/*
 * Brings the held lock and `object` (seen from frame 0) into one frame: the
 * object is lifted as far as it has a name, the lock lowered to there.
 */
void ost_chain_meet(struct ost_finder *f, struct ost_chain *c, const struct ost_path *object);
/* The way cannot be walked, as far as is known (ost_way_is_closed(), ost_way_is_torn()). */
bool ost_chain_is_excluded(struct ost_finder *f, const struct ost_chain *c);
/* What a call through the slot means is known: one function only is stored there, or only such of the caller's own file. */
bool ost_slot_is_closed(const struct ost_program *p, uint32_t slot, uint32_t caller);
#define OST_HOME_DEPTH 4	/* functions of a core between the two ends of a driver */
/*
 * home.c: the chain with another holder, of the folder that its lowest slot leads
 * to from outside; false: there is none, or the chain's is one.
 */
bool ost_chain_home(struct ost_finder *f, const struct ost_chain *c, struct ost_chain *ret);
/* The HOLD step and the CALL steps down to frame 0. */
void ost_chain_say(struct ost_finder *f, const struct ost_chain *c, unsigned thread, const char *lock);
/* Doubts that any chain of this kind raises: conditions, function pointers, names of several definitions. */
void ost_chain_judge(struct ost_finder *f, const struct ost_chain *c, unsigned thread);

/* By its name: makes an object, which nobody else knows of yet. */
bool ost_is_making(const struct ost_finder *f, const char *name);
/* By its name: takes one apart, which others may have left before. */
bool ost_is_unmaking(const struct ost_finder *f, const char *name);
/* By its name: gives a reference back. */
bool ost_is_put(const char *name);
/* By its name: gets there when the last reference goes, so that nobody else has the object any more. */
bool ost_is_last_put(const char *name);
/* The body lets go of a reference before that line, by the names of what it calls; by_counts: counts it down and asks for zero. */
bool ost_lets_go_before(struct ost_finder *f, uint32_t unit, uint32_t line, bool by_counts);
/* By its name: frees an object, whatever references there are (`free` is no adjective in it). */
bool ost_is_freeing(const char *name);
/* Length of the path's folder, with the slash. */
size_t ost_folder_len(const char *path);
/* In one folder, or in folders of which one lies in the other. */
bool ost_is_near(const char *a, const char *b);
/* Two folders that lie in one folder of drivers: drivers/net/a/ and drivers/net/b/. */
bool ost_are_siblings(const char *a, const char *b);
/* The first folder is one, for drivers/ the first two. */
bool ost_is_same_subsystem(const char *a, const char *b);
/* A function pointer leads from one driver into one beside it. */
bool ost_chain_leaves_driver(const struct ost_finder *f, const struct ost_chain *c);

#endif
