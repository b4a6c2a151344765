// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Locks and waits under conditions that decide each other: of a value that is
 * compared, of a constant that a variable was made, of a loop that is entered
 * in any case, of a flag that a callback has cleared before; each with its twin.
 */
#include <linux/kernel.h>

#define TRIES 3
#define IN_PART(c) ((c)->kind == 3 && (c)->space == 2)
#define no_probing

enum mode { MODE_LOCKED = 4, MODE_OTHER = 8 };

struct part {
	int kind, space;
};

struct keep {
	struct mutex one;
	spinlock_t lock;
	struct timer_list timer, other;
	unsigned irq[2];
	int shared, level, enabled, armed;
};

int keep_send(int what);
void keep_run(struct keep *k, void (*fn)(struct keep *k));

int good_shared(struct keep *k)
{
	if (k->shared == 2) {
		mutex_lock(&k->one);
		if (k->level) {
			mutex_unlock(&k->one);
			return -EIO;
		}
	} else if (k->shared) {
		mutex_lock(&k->one);
	}
	k->level = 2;
	if (k->shared)
		mutex_unlock(&k->one);
	return 0;
}

/* 0 is equal to 0. */
int bad_shared(struct keep *k, int unset)
{
	if (k->shared == unset)
		mutex_lock(&k->one);
	k->level = 2;
	if (k->shared)
		mutex_unlock(&k->one);
	return -EIO;
}

int good_tries(struct keep *k)
{
	int i, ret;

	mutex_lock(&k->one);
	for (i = 0; i < TRIES; i++) {
		ret = keep_send(1);
		mutex_unlock(&k->one);
		if (ret)
			return ret;
		ret = keep_send(2);
		if (ret)
			break;
		mutex_lock(&k->one);
	}
	if (ret)
		return 0;
	ret = -EIO;
	mutex_unlock(&k->one);
	return ret;
}

int good_once(struct keep *k)
{
	int i;

	mutex_lock(&k->one);
	for (i = 0; i < TRIES; i++) {
		k->level += i;
		mutex_unlock(&k->one);
		return keep_send(1);
	}
	return -EIO;
}

/* Not once, perhaps. */
int bad_once(struct keep *k, int tries)
{
	int i;

	mutex_lock(&k->one);
	for (i = 0; i < tries; i++) {
		k->level += i;
		mutex_unlock(&k->one);
		return keep_send(1);
	}
	return -EIO;
}

int good_mode(struct keep *k, int x)
{
	enum mode mode = 0;

	if (x) {
		mutex_lock(&k->one);
		mode = MODE_LOCKED;
	}
	k->level = 2;
	if (mode & MODE_LOCKED)
		mutex_unlock(&k->one);
	return 0;
}

int bad_mode(struct keep *k, int x)
{
	enum mode mode = 0;

	if (x) {
		mutex_lock(&k->one);
		mode = MODE_OTHER;
	}
	k->level = 2;
	if (mode & MODE_LOCKED)
		mutex_unlock(&k->one);
	return -EIO;
}

int good_parts(struct keep *k, struct part *a, struct part *b, struct part *c)
{
	if (IN_PART(a) || IN_PART(b) || IN_PART(c)) {
		if (k->level < 0)
			return -EIO;
		mutex_lock(&k->one);
	}
	k->level = 5;
	if (IN_PART(a) || IN_PART(b) || IN_PART(c))
		mutex_unlock(&k->one);
	return 0;
}

static void good_disarm(struct keep *k)
{
	if (k->enabled) {
		k->enabled = false;
		del_timer_sync(&k->timer);
	}
	k->level = 0;
}

static void keep_expired(struct timer_list *t)
{
	struct keep *k = from_timer(k, t, timer);

	spin_lock(&k->lock);
	k->enabled = false;
	if (k->level) {
		spin_unlock(&k->lock);
		return;
	}
	spin_unlock(&k->lock);
	good_disarm(k);
}

static void bad_disarm(struct keep *k)
{
	if (k->armed) {
		k->armed = false;
		del_timer_sync(&k->other);
	}
	k->level = 0;
}

static void keep_other(struct timer_list *t)
{
	struct keep *k = from_timer(k, t, other);

	k->enabled = false;
	bad_disarm(k);
}

/* Of two interrupts in an array only the other one has the handler. */
static int keep_irq(int irq, void *data)
{
	struct keep *k = data;

	mutex_lock(&k->one);
	k->level++;
	mutex_unlock(&k->one);
	return 1;
}

static int keep_quiet_irq(int irq, void *data)
{
	return 1;
}

void bad_first(struct keep *k)
{
	mutex_lock(&k->one);
	disable_irq(k->irq[0]);
	mutex_unlock(&k->one);
}

void maybe_second(struct keep *k)
{
	mutex_lock(&k->one);
	disable_irq(k->irq[1]);
	mutex_unlock(&k->one);
}

/* Code that the file itself switches off. */
void maybe_probe(struct keep *k)
{
	mutex_lock(&k->one);
#ifndef no_probing
	disable_irq(k->irq[0]);
#endif
	mutex_unlock(&k->one);
}

int keep_start(struct keep *k)
{
	timer_setup(&k->timer, keep_expired, 0);
	timer_setup(&k->other, keep_other, 0);
	if (request_irq(k->irq[0], keep_irq, 0, "keep", k))
		return -EIO;
	return request_irq(k->irq[1], keep_quiet_irq, 0, "keep", k);
}

/* Who gets nothing holds nothing. */
static struct keep *keep_get(struct keep *k)
{
	if (k)
		mutex_lock(&k->one);
	return k;
}

int good_nothing_got(struct keep *from)
{
	struct keep *k = keep_get(from);

	if (!k)
		return -EIO;
	k->level = 2;
	mutex_unlock(&k->one);
	return 0;
}

int bad_nothing_got(struct keep *from)
{
	struct keep *k = keep_get(from);

	if (!k)
		return -EIO;
	if (k->level)
		return -EINVAL;
	mutex_unlock(&k->one);
	return 0;
}
