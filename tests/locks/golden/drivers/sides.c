// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Both sides of a cycle depend on the state of an object, or one of them; what
 * a function may have had no reason to do; sums of constants.
 */
#include <linux/kernel.h>

struct gate;
struct gate_ops { void (*look)(struct gate *g); };

struct gate {
	struct mutex both, one, hooked, done, summed;
	struct work_struct both_work, one_work, hook_work;
	const struct gate_ops *ops;
	int is_open, is_shut, count;
};

static void gate_both(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, both_work);

	if (g->is_shut) {
		mutex_lock(&g->both);
		mutex_unlock(&g->both);
	}
}

void likely_both_depend(struct gate *g)
{
	mutex_lock(&g->both);
	if (g->is_open)
		cancel_work_sync(&g->both_work);
	mutex_unlock(&g->both);
}

static void gate_one(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, one_work);

	mutex_lock(&g->one);
	mutex_unlock(&g->one);
}

void proven_one_depends(struct gate *g)
{
	mutex_lock(&g->one);
	if (g->is_open)
		cancel_work_sync(&g->one_work);
	mutex_unlock(&g->one);
}

/* that there is a function to call is no state */
static void gate_look(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, hook_work);

	if (g->ops->look) {
		mutex_lock(&g->hooked);
		mutex_unlock(&g->hooked);
	}
}

void proven_function_is_there(struct gate *g)
{
	mutex_lock(&g->hooked);
	if (g->is_open)
		cancel_work_sync(&g->hook_work);
	mutex_unlock(&g->hooked);
}

void gate_bind(struct gate *g)
{
	INIT_WORK(&g->both_work, gate_both);
	INIT_WORK(&g->one_work, gate_one);
	INIT_WORK(&g->hook_work, gate_look);
}

/* ---- taken twice, but for who had nothing to do ---- */

int gate_wants_nothing(struct gate *g);

static void gate_again(struct gate *g)
{
	if (gate_wants_nothing(g))
		return;
	mutex_lock(&g->done);
	mutex_unlock(&g->done);
}

void likely_nothing_to_do(struct gate *g)
{
	mutex_lock(&g->done);
	gate_again(g);
	mutex_unlock(&g->done);
}

/* ---- sums of constants ---- */

#define GATE_LOUD 1
#define GATE_WAIT 2
#define GATE_LOCK 4

static void gate_do(struct gate *g, int how)
{
	if (how & GATE_LOCK)
		mutex_lock(&g->summed);
	g->count++;
	if (how & GATE_LOCK)
		mutex_unlock(&g->summed);
}

void good_sum(struct gate *g)
{
	mutex_lock(&g->summed);
	gate_do(g, GATE_LOUD + GATE_WAIT);
	mutex_unlock(&g->summed);
}

void bad_sum(struct gate *g)
{
	mutex_lock(&g->summed);
	gate_do(g, GATE_LOUD | GATE_LOCK);
	mutex_unlock(&g->summed);
}
