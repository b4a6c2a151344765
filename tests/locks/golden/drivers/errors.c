// SPDX-License-Identifier: GPL-2.0-or-later
/* Which returns report an error, and locks that come with a result or a parameter. */
#include <linux/kernel.h>
#include <linux/ledger.h>

#define EINTR 4
#define ERESTARTSYS 512
#define EBUSY 16

struct store {
	struct mutex lock;
	int full, refs;
};

int store_ask(struct store *s);
void *store_find(struct store *s);

/* 0: it is locked. An arm of a conditional is a way of its own; what is -EINTR is not 0. */
static int store_take(struct store *s, int no_wait)
{
	int ret;

	if (no_wait)
		return mutex_trylock(&s->lock) ? 0 : -EBUSY;
	ret = mutex_lock_interruptible(&s->lock);
	if (ret == -EINTR)
		return -ERESTARTSYS;
	return ret;
}

int bad_taken(struct store *s)
{
	int err = store_take(s, 0);

	if (err)
		return err;
	if (s->full)
		return -14;
	mutex_unlock(&s->lock);
	return 0;
}

int good_taken(struct store *s)
{
	int err = store_take(s, 1);

	if (err)
		return err;
	if (s->full)
		err = -14;
	mutex_unlock(&s->lock);
	return err;
}

/* PTR_ERR() of what IS_ERR() was said of is an error, so that `return ret` is one on each way. */
int bad_pointer(struct store *s)
{
	void *at;
	int ret;

	mutex_lock(&s->lock);
	at = store_find(s);
	if (IS_ERR(at)) {
		ret = PTR_ERR(at);
		goto out;
	}
	ret = store_ask(s);
	if (ret)
		goto out;
	mutex_unlock(&s->lock);
	return 0;
out:
	return ret;
}

int good_pointer(struct store *s)
{
	void *at;
	int ret = 0;

	mutex_lock(&s->lock);
	at = store_find(s);
	if (IS_ERR(at))
		ret = PTR_ERR(at);
	mutex_unlock(&s->lock);
	return ret;
}

/* Returns a length, so that nobody says 0. */
long bad_length(struct store *s, long len)
{
	int ret;

	mutex_lock(&s->lock);
	ret = store_ask(s);
	if (ret)
		return ret;
	ret = store_ask(s);
	mutex_unlock(&s->lock);
	if (ret)
		return ret;
	return len;
}

long good_length(struct store *s, long len)
{
	int ret;

	mutex_lock(&s->lock);
	ret = store_ask(s);
	mutex_unlock(&s->lock);
	if (ret)
		return ret;
	return len;
}

/* What is returned may be 0 as well: while others return 0 without the lock, it is an error code. */
int bad_unknown(struct store *s)
{
	int ret;

	mutex_lock(&s->lock);
	ret = store_ask(s);
	if (s->full)
		return ret;
	mutex_unlock(&s->lock);
	return 0;
}

static void store_down(struct store *s, int locked)
{
	if (!locked)
		mutex_lock(&s->lock);
	s->refs++;
}

static void store_unref(struct store *s, int locked)
{
	s->refs--;
	if (!locked)
		mutex_unlock(&s->lock);
}

int bad_counted(struct store *s)
{
	store_down(s, 0);
	if (s->full)
		return -EBUSY;
	store_unref(s, 0);
	return 0;
}

int good_counted(struct store *s)
{
	store_down(s, 0);
	store_unref(s, 0);
	return 0;
}

/* The caller has it. */
int good_counted_locked(struct store *s)
{
	store_down(s, 1);
	if (s->full)
		return -EBUSY;
	store_unref(s, 1);
	return 0;
}

int bad_tried(struct store *s)
{
	if (!mutex_trylock(&s->lock))
		return -EBUSY;
	if (s->full)
		return -14;
	mutex_unlock(&s->lock);
	return 0;
}

int good_tried(struct store *s)
{
	int ret = 0;

	if (!mutex_trylock(&s->lock))
		return -EBUSY;
	if (s->full)
		ret = -14;
	mutex_unlock(&s->lock);
	return ret;
}

/* 1: the caller has it now. */
int good_tried_for_caller(struct store *s)
{
	if (!mutex_trylock(&s->lock))
		return 0;
	if (s->full) {
		mutex_unlock(&s->lock);
		return 0;
	}
	return 1;
}

/* The same question has the same answer. */
struct query {
	struct mutex lock;
	int full;
};

void good_asked_twice(struct query *q, int first, int second)
{
	if (first || second)
		mutex_lock(&q->lock);
	q->full++;
	if (first || second)
		mutex_unlock(&q->lock);
}

int bad_asked_between(struct query *q, int first, int second)
{
	if (first || second)
		mutex_lock(&q->lock);
	if (q->full)
		return -EBUSY;
	if (first || second)
		mutex_unlock(&q->lock);
	return 0;
}

/* got says whether it is held, whichever arm was gone. */
int good_tried_either(struct query *q, int first)
{
	int got = first ? mutex_trylock(&q->lock) : 0;

	if (!got)
		mutex_lock(&q->lock);
	q->full++;
	mutex_unlock(&q->lock);
	return 0;
}

/* What was locked is not NULL. */
struct query *query_find(struct query *q);

int good_locked_is_there(struct query *q)
{
	struct query *at = NULL;

	if (q->full) {
		at = query_find(q);
		mutex_lock(&at->lock);
	}
	q->full = 0;
	if (at)
		mutex_unlock(&at->lock);
	return 0;
}

/* Set in between, it may be another answer. */
struct riddle {
	struct mutex lock;
	int full;
};

void maybe_asked_otherwise(struct riddle *r, int first, int second)
{
	if (first || second)
		mutex_lock(&r->lock);
	first = r->full;
	if (first || second)
		mutex_unlock(&r->lock);
}

/* Whoever is behind the pointer gives the lock back: zinc does. */
void maybe_owner_left(struct owner *o)
{
	mutex_lock(&o->turn);
	if (o->ops)
		o->ops->gone(o);
	else
		mutex_unlock(&o->turn);
}
