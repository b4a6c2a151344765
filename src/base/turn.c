// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/turn.h"

/* The turn that this thread has, and may give away. */
static _Thread_local struct ost_turn *mine;

void ost_turn_init(struct ost_turn *t)
{
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->moved, NULL);
	t->next = 0;
}

void ost_turn_deinit(struct ost_turn *t)
{
	pthread_cond_destroy(&t->moved);
	pthread_mutex_destroy(&t->lock);
}

void ost_turn_take(struct ost_turn *t)
{
	pthread_mutex_lock(&t->lock);
	mine = t;
}

void ost_turn_give(struct ost_turn *t)
{
	mine = NULL;
	pthread_mutex_unlock(&t->lock);
}

struct ost_turn *ost_turn_pause(void)
{
	struct ost_turn *t = mine;

	if (t)
		ost_turn_give(t);
	return t;
}

void ost_turn_resume(struct ost_turn *paused)
{
	if (paused)
		ost_turn_take(paused);
}

struct ost_turn *ost_turn_hold(void)
{
	struct ost_turn *t = mine;

	mine = NULL;
	return t;
}

void ost_turn_unhold(struct ost_turn *held)
{
	mine = held;
}

void ost_turn_await(struct ost_turn *t, size_t n)
{
	while (t->next != n)
		pthread_cond_wait(&t->moved, &t->lock);
}

void ost_turn_done(struct ost_turn *t)
{
	t->next++;
	pthread_cond_broadcast(&t->moved);
}
