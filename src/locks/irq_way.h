/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_way.h - the calls from a handler down to where it takes a lock
 * (find_irqs.c only).
 */
#ifndef OST_LOCKS_IRQ_WAY_H
#define OST_LOCKS_IRQ_WAY_H

#include "locks/finder.h"

struct ost_irq_way {
	const struct ost_frame *frames;	/* 0: who takes the lock; last: the handler */
	unsigned nr;
	const struct ost_lk_event *last;	/* the acquisition */
	unsigned nr_branches;	/* steps that depend on the state of an object */
	uint32_t put;		/* the last function on it that does nothing but for who has the last reference, or OST_NO_ID */
	bool is_doubtful;	/* whether the handler ever goes that way: judged by these two */
};

/*
 * The way to that node of the finder's reach, copied to the arena. False when
 * some branch on it is not taken, or it is too long.
 */
bool ost_irq_way_make(struct ost_finder *f, struct ost_arena *arena, uint32_t node, const struct ost_lk_event *last,
		      struct ost_irq_way *ret);
/* Doubts whether the handler ever goes that way, for the object of the climb whose top is the node `at`. */
void ost_irq_way_judge(struct ost_finder *f, const struct ost_irq_way *w, uint32_t at);
/* The CALL steps and the ACQUIRE step. */
void ost_irq_way_say(struct ost_finder *f, const struct ost_irq_way *w);

#endif
