/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * below.h - what a callback reaches by direct calls (find_*.c only), and
 * which work items are put on which queue.
 *
 * Limits: OST_BELOW_MAX functions, OST_BELOW_DEPTH calls.
 */
#ifndef OST_LOCKS_BELOW_H
#define OST_LOCKS_BELOW_H

#include "locks/finder.h"

#define OST_BELOW_MAX 1200
#define OST_BELOW_DEPTH 8

struct ost_below_node {
	uint32_t unit, parent;	/* parent: index; of node 0: itself */
	uint32_t line;		/* of the call, in the parent's file */
	uint16_t depth;
	bool is_one_of;		/* some name on the way has several definitions */
};
struct ost_below {
	OST_VEC(struct ost_below_node) v;
	struct ost_table seen;
};

void ost_below_init(struct ost_below *b);
void ost_below_deinit(struct ost_below *b);
/* Fills b anew; node 0 is the unit. The primitives are not entered, nor what unlocks. */
void ost_below_from(struct ost_finder *f, uint32_t unit, struct ost_below *b);
/* `path`, seen in node `at`, as node 0 sees it; false when it has no name there. */
bool ost_below_lift(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_path *path,
		    struct ost_path *ret);
/* The CALL steps from node 0 down to node `at`. */
void ost_below_say(struct ost_finder *f, const struct ost_below *b, uint32_t at, unsigned thread);
/* The way down to the event cannot be walked, as far as is known. */
bool ost_below_is_excluded(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev);

/* ost_judge_new() of that way. */
void ost_below_judge_new(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev);
/* ost_count_branches() of that way. */
unsigned ost_below_branches(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev);

/* "work item `work` is put on `queue`" by the call of a binding. */
struct ost_queued {
	struct ost_object work, queue;
	uint32_t binding;	/* of the queueing call */
	struct ost_path work_path, queue_path;	/* in the terms of binding.in; addresses or values of pointers */
};
struct ost_queues { OST_VEC(struct ost_queued) v; };	/* by queue, then work, then binding */

/* Those of the whole program, made when first asked for; they end with the search. */
const struct ost_queues *ost_finder_queues(struct ost_finder *f);
/* The path of a binding's object, seen in binding.in; false: none can be told. */
bool ost_binding_object(struct ost_finder *f, const struct ost_binding *b, struct ost_path *ret);
/*
 * Two objects of one class, `x->a.wk.work` and `x->b.wk.work`: they end in the
 * same members of one record (elements of an array are passed over), and further
 * out in different ones.
 */
bool ost_is_other_member(const struct ost_path *a, const struct ost_path *b);
/*
 * The work item is queued somewhere, and only on queues with the word in their
 * name, or that were made with that flag.
 */
bool ost_is_queued_only(struct ost_finder *f, struct ost_object work, const char *word, const char *flag);
/* All items of one queue: *ret_first is an index, the number is returned. */
uint32_t ost_queues_of(const struct ost_queues *q, struct ost_object queue, uint32_t *ret_first);

/* The object's bindings whose row is of that kind and whose callback is known, from *at (0 at first) on; OST_NO_ID: no more. */
uint32_t ost_next_callback(const struct ost_finder *f, struct ost_object object, const char *kind, uint32_t *at);
/* The first of them. */
static inline uint32_t ost_bound_callback(const struct ost_finder *f, struct ost_object object, const char *kind)
{
	uint32_t at = 0;

	return ost_next_callback(f, object, kind, &at);
}
/* The CALLBACK step of a binding. */
void ost_say_binding(struct ost_finder *f, uint32_t binding, unsigned thread, const char *object);

#endif
