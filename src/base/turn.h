/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * turn.h - several threads, of which one at a time runs.
 *
 * Work that mostly waits for other programs gains nothing from running its
 * own code side by side, and everything from waiting side by side. So each
 * thread takes its turn, gives it away only where it waits for a child
 * (git/run.c does so), and has it back before it goes on: what the threads
 * share needs no locks of its own, as long as it is whole whenever a child is
 * waited for. ost_turn_hold() is for a stretch where it is not.
 *
 * The same turn puts results in order: each has a number, and waits for it.
 */
#ifndef OST_BASE_TURN_H
#define OST_BASE_TURN_H

#include <pthread.h>
#include <stddef.h>

struct ost_turn {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	size_t next;		/* the number whose result may come out */
};

void ost_turn_init(struct ost_turn *t);
void ost_turn_deinit(struct ost_turn *t);

/* A thread takes one turn at a time, and gives it back before it ends. */
void ost_turn_take(struct ost_turn *t);
void ost_turn_give(struct ost_turn *t);

/*
 * Around waiting. A thread without a turn gets NULL and goes on: library code
 * calls this wherever it waits, and need not know who runs it.
 */
struct ost_turn *ost_turn_pause(void);
void ost_turn_resume(struct ost_turn *paused);

/* Between these the turn is kept even while waiting. */
struct ost_turn *ost_turn_hold(void);
void ost_turn_unhold(struct ost_turn *held);

/* Waits, the turn given away, until all numbers below n are done. */
void ost_turn_await(struct ost_turn *t, size_t n);
/* The number that was awaited is done. */
void ost_turn_done(struct ost_turn *t);

#endif
