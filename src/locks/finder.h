/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * finder.h - what one run of the search shares (find_*.c only).
 *
 * A finding is built in a draft (ost_draft_*): steps, doubts, holders and the
 * rank, which only falls. ost_draft_commit() gives it its id; of several
 * drafts with one id the best stays, and the holders of all of them.
 */
#ifndef OST_LOCKS_FINDER_H
#define OST_LOCKS_FINDER_H

#include <pthread.h>

#include "locks/focus.h"
#include "locks/frames.h"
#include "locks/search.h"
#include "locks/stores.h"
#include "ostler/deadlocks.h"
#include "source/tree.h"

#define OST_MAX_HOLDERS 24
#define OST_MAX_STEPS 60

struct ost_draft {
	enum ost_deadlock_kind kind;
	enum ost_rank rank;
	int score;
	bool spins;
	OST_VEC(struct ost_dl_step) steps;
	OST_VEC(uint32_t) step_units;	/* of each step, or OST_NO_ID */
	OST_VEC(const char *) doubts;
	struct ost_dl_lock lock, lock2;
	const char *waitable_kind, *waitable_class, *callback;
	const char *primitive, *wait_function, *wait_file;
	uint32_t wait_line;
	struct ost_dl_holder holder;
	const char *impl;	/* ops implementation crossed, or "" */
	char id[64];		/* of ost_draft_name(); "" before */
	size_t known;		/* position + 1 in found of a finding with that id, 0: none */
};

struct ost_entries;	/* entry.h */
struct ost_queues;	/* below.h */

struct ost_finder {
	const struct ost_tree_facts *tree;
	const struct ost_program *p;
	const struct ost_lk_world *w;
	struct ost_lk_graph graph;
	struct ost_search search;
	struct ost_entries *entries;	/* made by ost_finder_entries() */
	struct ost_entries_job *entries_job;	/* that makes them meanwhile, or NULL */
	struct ost_kept_ahead *ahead;	/* of an overlay: those of the tree below, being read (kept_entry.h), or NULL */
	struct ost_queues *queues;	/* made by ost_finder_queues(), under that lock */
	pthread_mutex_t queues_lock;
	struct ost_finder *owner;	/* of one beside it: whose queues it takes; NULL: its own */
	struct ost_scope *cur;		/* the one that ost_finder_enter() entered last */
	struct ost_bodies *bodies;	/* that were entered last */
	struct ost_scope rule_scope;
	struct ost_rules rules;
	struct ost_constants constants;
	struct ost_arena arena;		/* of what is reported */
	struct ost_arena texts;		/* of the draft: until the next one is started */
	struct ost_draft draft;
	OST_VEC(struct ost_finding) found;
	struct ost_table by_id;		/* hash of id → index + 1 */
	uint32_t kinds;			/* bits: what to look for */
	const struct ost_focus *focus;	/* or NULL: look at everything */
	uint64_t nr_lock_sites, nr_lock_unclassed, nr_wait_sites, nr_wait_unclassed, nr_limits;
	struct ost_lk_eval *eval;	/* ost_finder_event() */
	struct ost_table sleeps;	/* ost_may_sleep() of units that were asked for */
	struct ost_table walked;	/* unit → position + 1 in extra */
	OST_VEC(struct ost_lk_summary *) extra;
	struct ost_arena extra_arena;
	unsigned nr_workers;
	struct ost_finder *workers;	/* nr_workers, made when first needed */
	struct ost_beside *beside;	/* ost_finder_start_beside(), made when first needed */
	bool is_for_one;		/* question: what no later search needs is freed at once */
	bool has_ended;
};

/*
 * graph: that of another finder, shared with it; NULL: made, of the units that
 * are near (NULL: of all), with the slots made ahead (or NULL). Ends with _deinit(), but for the arena.
 */
void ost_finder_init(struct ost_finder *f, const struct ost_tree_facts *tree, const struct ost_lk_world *w,
		     const struct ost_lk_graph *graph, const uint8_t *near, struct ost_lk_slots_ahead *ahead);
void ost_finder_deinit(struct ost_finder *f);
/* Nothing is searched any more: frees all but what was found. */
void ost_finder_end_search(struct ost_finder *f);

/* workers.c */
typedef void (*ost_finder_fn)(struct ost_finder *f, void *ctx, size_t item);
/*
 * Calls fn for items 0..nr-1, on several threads, each with a finder of its
 * own, and adds what they find to f in the order of the items: an item must
 * not depend on what another one found. Limits that were hit are summed up.
 */
void ost_finder_each(struct ost_finder *f, size_t nr, ost_finder_fn fn, void *ctx);

/*
 * A thread runs fn beside what else f searches, with a finder of its own; _join()
 * waits for it and adds to f what it found, and the entries. False: there is no
 * thread to be had (or one worker only), and nothing is run. f must not move
 * between the two.
 */
typedef void (*ost_beside_fn)(struct ost_finder *f);
bool ost_finder_start_beside(struct ost_finder *f, ost_beside_fn fn);
void ost_finder_join_beside(struct ost_finder *f);
/* fn, with its finder: the entries are made. */
void ost_finder_tell_entries(struct ost_finder *f);
/* Either of the two: true for the first one that claims these kinds, to search them; with the entries, if asked for. */
bool ost_finder_claim(struct ost_finder *f, uint32_t kinds, bool by_entries);

/* bodies.c */
struct ost_bodies *ost_bodies_create(const struct ost_program *p);
void ost_bodies_destroy(struct ost_bodies *b);
/*
 * Enters the unit with a scope that has its file at hand, when there is one;
 * f->cur is that scope until the next call.
 */
bool ost_finder_enter(struct ost_finder *f, uint32_t unit);

/*
 * What may be held on entry, made when first asked for (entry.h). It is made
 * in one go: _start() has a thread do it beside what else is searched, and
 * nothing with one worker. f must not move between the two.
 */
void ost_finder_start_entries(struct ost_finder *f);
void ost_finder_entries(struct ost_finder *f);
void ost_finder_drop_entries(struct ost_finder *f);

/* draft.c */
void ost_draft_start(struct ost_finder *f, enum ost_deadlock_kind kind);
OST_PRINTF(6, 7)
void ost_draft_step(struct ost_finder *f, enum ost_step_role role, unsigned thread, uint32_t unit,
		    uint32_t line, const char *via, ...);
/* The text of the lock's class; that the draft is about a lock that is spun for is noted. */
const char *ost_draft_class(struct ost_finder *f, const struct ost_lk_ref *lock);
/* Says a doubt (once) and lowers the rank to it. */
OST_PRINTF(3, 4)
void ost_draft_doubt(struct ost_finder *f, enum ost_rank rank, const char *fmt, ...);
void ost_draft_commit(struct ost_finder *f);
/*
 * Once the draft's lock, waitable and place are filled in, so that its id is
 * known: whether a finding of that id is at hand that it cannot better any
 * more, though its score should still rise by `gain`. All that it is good for
 * then is its holder: ost_draft_drop() in place of ost_draft_commit().
 */
bool ost_draft_is_beaten(struct ost_finder *f, int gain);
void ost_draft_drop(struct ost_finder *f);
/* Adds a finding that another finder made; its memory must outlive the report. */
void ost_finder_add(struct ost_finder *f, const struct ost_finding *found);
const char *ost_unit_name(const struct ost_finder *f, uint32_t unit);
const char *ost_unit_path(const struct ost_finder *f, uint32_t unit);
/* What a call of the unit is written with: its name, or that of the field that it goes through. */
static inline const char *ost_callee_name(const struct ost_finder *f, uint32_t unit, uint32_t slot)
{
	return ost_callee_text(f->p, unit, slot);
}
/* The texts of a class and of a path seen in a unit; as all below they live until the next draft is started. */
const char *ost_class_text(struct ost_finder *f, uint32_t field, uint32_t global);
const char *ost_path_text_in(struct ost_finder *f, uint32_t unit, const struct ost_path *path);
/* "ieee80211_ops.stop, set at drivers/...:1975", and at how many other places, of which any may be meant */
const char *ost_slot_text(struct ost_finder *f, uint32_t slot, const struct ost_target *target);
/*
 * Where a call of a wrapper takes the class: an ACQUIRE event of *ret_unit, maybe by a call again; NULL: none. Of
 * several it is one that the call's constants do not keep from being reached, and of that mode if there is one.
 */
#define OST_INNER_DEPTH 4	/* wrappers in wrappers */
const struct ost_lk_event *ost_inner_acquire(struct ost_finder *f, uint32_t unit, uint32_t node, uint64_t cls,
					     uint8_t mode, uint32_t *ret_unit);
/* ", in rtnl_lock() at net/core/rtnetlink.c:80": where a wrapper called at node takes the class, or "". */
const char *ost_inner_place(struct ost_finder *f, uint32_t unit, uint32_t node, uint64_t cls, uint8_t mode);
/*
 * The HOLD step: the unit takes the lock (held, at the event `at`), or says by
 * that event that its caller holds it (held NULL).
 */
void ost_say_hold(struct ost_finder *f, unsigned thread, uint32_t unit, const struct ost_lk_held *held,
		  const struct ost_lk_event *at, uint64_t cls, const char *lock);
OST_PRINTF(2, 3) const char *ost_fmt(struct ost_finder *f, const char *fmt, ...);

/* What ost_find_waits() finds; that for an urb is a wait for its last reference. */
#define OST_WAIT_KINDS (1u << OST_DL_WORK_WAIT | 1u << OST_DL_TIMER_WAIT | 1u << OST_DL_IRQ_WAIT | \
			1u << OST_DL_KTHREAD_WAIT | 1u << OST_DL_NAPI_WAIT | 1u << OST_DL_REFS_WAIT)

/* find_*.c: each adds its findings */
void ost_find_waits(struct ost_finder *f);
void ost_find_order(struct ost_finder *f);
void ost_find_abba(struct ost_finder *f);
void ost_find_self(struct ost_finder *f);
void ost_find_drains(struct ost_finder *f);
void ost_find_leaks(struct ost_finder *f);
void ost_find_handlers(struct ost_finder *f);
void ost_find_irqs(struct ost_finder *f);

/* way.c: the calls that lead from a holder down to the place in question */
struct ost_frame {
	uint32_t unit, line;
	const char *callee;	/* what the call at line is written with; "" in frame 0 */
	uint32_t slot;		/* crossed to get to the callee; OST_NO_ID: a direct call */
	uint32_t target;	/* of the slot, for ost_program_target(); 0 without one */
	bool is_one_of;		/* the callee is one of several of that name */
};
/* The nth of a slot's targets, for ost_program_target(); 0 where there is no slot. */
static inline uint32_t ost_nth_target(const struct ost_program *p, uint32_t slot, uint32_t nth)
{
	const struct ost_target *targets;

	if (slot == OST_NO_ID)
		return 0;
	ost_program_slot_targets(p, slot, &targets);
	return (uint32_t)(targets - ost_program_target(p, 0)) + nth;
}
/* Where the way leaves the entered unit of frames[i]: at its call, or (i is 0) at the event that it ends in. */
uint32_t ost_way_node(const struct ost_scope *s, const struct ost_frame *frames, unsigned i, const struct ost_lk_event *last);
/* Lifts the path, seen from frames[from], as far up as it begins with a parameter and has a name there: to the frame returned. */
unsigned ost_way_lift(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, unsigned from, struct ost_path *path);
/* Lowers the path from frames[from] to frames[to]; false: it has no name any more on the way, and stays as it was seen last. */
bool ost_way_lower(struct ost_finder *f, const struct ost_frame *frames, unsigned from, unsigned to, struct ost_path *path);
/*
 * The CALL event of a frame. A function that does nothing with locks is
 * walked when it is first asked for: its conditions count, too. NULL: nothing
 * is known there.
 */
const struct ost_lk_event *ost_finder_event(struct ost_finder *f, const struct ost_frame *frame);
/*
 * What is handed down contradicts itself: a driver gets a struct device in a
 * pci_dev, and this caller hands one that lies in another record. frames[0]
 * is the lowest.
 */
bool ost_way_is_torn(struct ost_finder *f, const struct ost_frame *frames, unsigned nr);
/*
 * Some branch on the way is not taken: a constant that is handed down, a flag
 * or a state that is set or tested further up says otherwise. last: the event
 * in frames[0].
 */
bool ost_way_is_closed(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
		       const struct ost_lk_event *last);
/*
 * Says what makes it doubtful that these calls happen for one object; is_same: that was shown by itself;
 * is_odd: all who call through the slot hold the lock (peers.h).
 */
void ost_judge_way(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, bool is_same, bool is_odd);

/* way_judge.c: a function above a call through a slot goes on only where another slot is NULL, and the table that is meant has that. */
void ost_judge_tables(struct ost_finder *f, const struct ost_frame *frames, unsigned nr);
/*
 * branches.c: doubts from conditions on the way that the holder is not seen to
 * meet. last: the event in frames[0], or NULL.
 */
void ost_judge_branches(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			const struct ost_lk_event *last);

/*
 * How many steps of the way are only taken in some state of an object: a member,
 * a bit, a predicate (parameters and errors do not count). with_returns: also
 * those before which the function may have returned, as there was nothing to do.
 * last: the event in frames[0], at its node.
 */
unsigned ost_count_branches(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
			    const struct ost_lk_event *last, bool with_returns);

/*
 * The function on the way that goes on only for some values in a record which
 * its caller, or one above, has on its stack and filled in for it: arguments that
 * were not followed. NULL: none.
 */
const char *ost_asks_for_arguments(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
				   const struct ost_lk_event *last);

/*
 * The function below the holder that goes on for some state only of the thread
 * itself (`current->journal_info`). NULL: none.
 */
const char *ost_asks_for_thread(struct ost_finder *f, const struct ost_frame *frames, unsigned nr,
				const struct ost_lk_event *last);

/*
 * A doubt where both sides of a cycle depend on such states, so many steps of
 * each: that they are so at the same time was not shown.
 */
void ost_judge_sides(struct ost_finder *f, unsigned one, unsigned two);

/* instance.c */
enum ost_relation { OST_REL_SAME, OST_REL_GLOBAL, OST_REL_UNKNOWN, OST_REL_OTHER };
/* Two addresses of locks of one class, seen from one frame. */
enum ost_relation ost_relate(struct ost_finder *f, const struct ost_path *a, const struct ost_path *b);
/*
 * Shortens a path by what the tree stores: where x->f is only ever set to y,
 * x->f->g becomes y's g. Notes each use for a same-object step.
 */
struct ost_reduction {
	uint32_t unit, line;	/* where the store stands */
	const char *why;
};
struct ost_reductions { OST_VEC(struct ost_reduction) v; };
void ost_reduce_path(struct ost_finder *f, struct ost_path *path, struct ost_reductions *used);

#endif
