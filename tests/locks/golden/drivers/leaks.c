// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways out of a function that keep a lock. */
#include <linux/kernel.h>

struct box {
	struct mutex lock;
	int full;
};

int box_fill(struct box *b);

int bad_error_path(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret)
		return -5;
	mutex_unlock(&b->lock);
	return 0;
}

int good_error_path(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret) {
		mutex_unlock(&b->lock);
		return -5;
	}
	mutex_unlock(&b->lock);
	return 0;
}

int bad_goto(struct box *b)
{
	mutex_lock(&b->lock);
	if (b->full)
		goto out;
	mutex_unlock(&b->lock);
	return 0;
out:
	return -16;
}

int good_goto(struct box *b)
{
	int ret = -16;

	mutex_lock(&b->lock);
	if (b->full)
		goto out;
	ret = 0;
out:
	mutex_unlock(&b->lock);
	return ret;
}

int good_guard(struct box *b)
{
	guard(mutex)(&b->lock);
	if (b->full)
		return -16;
	return 0;
}

int good_conditional(struct box *b, int locked)
{
	if (!locked)
		mutex_lock(&b->lock);
	if (b->full) {
		if (!locked)
			mutex_unlock(&b->lock);
		return -16;
	}
	if (!locked)
		mutex_unlock(&b->lock);
	return 0;
}

int good_take(struct box *b)
{
	mutex_lock(&b->lock);
	if (b->full) {
		mutex_unlock(&b->lock);
		return -16;
	}
	return 0;	/* the caller gives it back */
}

int good_interruptible(struct box *b)
{
	int ret = mutex_lock_interruptible(&b->lock);

	if (ret)
		return ret;
	mutex_unlock(&b->lock);
	return 0;
}

/* handed on: a function beside it, which does not unlock by its name, releases what it did not take */
struct gate_keeper {
	struct mutex lock;
	struct mutex own;
	int open;
};

void maybe_gate_down(struct gate_keeper *k)
{
	mutex_lock(&k->lock);
	if (k->open) {
		mutex_unlock(&k->lock);
		return;
	}
	k->open = 1;
}

void gate_keeper_up(struct gate_keeper *k)
{
	k->open = 1;
	mutex_unlock(&k->lock);
}

void bad_gate_own(struct gate_keeper *k)
{
	mutex_lock(&k->own);
	if (k->open) {
		mutex_unlock(&k->own);
		return;
	}
	k->open = 1;
}

/* What box_fill() says is an error when it is not zero, without being shown to be one. */
int bad_error_code(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret)
		return ret;
	mutex_unlock(&b->lock);
	return 0;
}

/* True says that the lock is kept. */
_Bool maybe_kept(struct box *b)
{
	_Bool full;

	mutex_lock(&b->lock);
	full = box_fill(b) > 3;
	if (full)
		return full;
	mutex_unlock(&b->lock);
	return 0;
}

struct door {
	struct semaphore turns;
};

/* Whoever comes through gives it back. */
int maybe_turned(struct door *d, struct box *b)
{
	int ret;

	down(&d->turns);
	ret = box_fill(b);
	if (ret)
		return ret;
	up(&d->turns);
	return 0;
}

/* A pair of functions, one for each half, hands nothing to others. */
struct valve {
	struct mutex lock;
	int open;
};

void valve_prepare(struct valve *v)
{
	mutex_lock(&v->lock);
	v->open = 1;
}

void valve_unprepare(struct valve *v)
{
	v->open = 0;
	mutex_unlock(&v->lock);
}

int bad_valve(struct valve *v)
{
	mutex_lock(&v->lock);
	if (v->open)
		return -16;
	mutex_unlock(&v->lock);
	return 0;
}
