// SPDX-License-Identifier: GPL-2.0-or-later
/* A wrapper whose parameter decides how the lock is taken: what a caller gives says which of its lines is meant. */
#include <linux/kernel.h>
#include <linux/bus.h>

struct shelf {
	struct rw_semaphore sem;
	struct work_struct reader, writer, other;
	int seq;
};

static inline void shelf_lock(bool w, struct shelf *s, int level)
{
	w ? down_write(&s->sem)
	  : down_read(&s->sem);
	if (w)
		s->seq++;
}

static inline void shelf_unlock(bool w, struct shelf *s)
{
	(w ? up_write : up_read)(&s->sem);
}

static void shelf_reader(struct work_struct *work)
{
	struct shelf *s = container_of(work, struct shelf, reader);

	down_read(&s->sem);
	up_read(&s->sem);
}

static void shelf_writer(struct work_struct *work)
{
	struct shelf *s = container_of(work, struct shelf, writer);

	shelf_lock(true, s, 0);
	shelf_unlock(true, s);
}

static void shelf_other(struct work_struct *work)
{
	struct shelf *s = container_of(work, struct shelf, other);

	down_read(&s->sem);
	up_read(&s->sem);
}

void bad_write_for_reader(struct shelf *s)
{
	shelf_lock(1, s, s->seq);
	cancel_work_sync(&s->reader);
	shelf_unlock(1, s);
}

void bad_read_for_writer(struct shelf *s)
{
	shelf_lock(0, s, s->seq);
	cancel_work_sync(&s->writer);
	shelf_unlock(0, s);
}

/* both only read */
void maybe_read_for_reader(struct shelf *s)
{
	shelf_lock(0, s, s->seq);
	cancel_work_sync(&s->other);
	shelf_unlock(0, s);
}

/* nobody knows which, so it may be as is worse */
void likely_some_for_other(struct shelf *s, bool w)
{
	shelf_lock(w, s, s->seq);
	cancel_work_sync(&s->other);
	shelf_unlock(w, s);
}

void shelf_init(struct shelf *s)
{
	INIT_WORK(&s->reader, shelf_reader);
	INIT_WORK(&s->writer, shelf_writer);
	INIT_WORK(&s->other, shelf_other);
}

/* it is held as it was taken, however it is taken again */
void bad_write_then_read(struct shelf *s)
{
	down_write(&s->sem);
	down_read(&s->sem);
	up_read(&s->sem);
	up_write(&s->sem);
}

/* Two rows of one table have the same function: either may be meant. */
struct rung {
	struct mutex lock;
	struct work_struct work;
	const struct rung_ops *ops;
};
struct rung_ops {
	int kind;
	void (*step)(struct rung *r);
};

static void rung_work(struct work_struct *work)
{
	struct rung *r = container_of(work, struct rung, work);

	mutex_lock(&r->lock);
	mutex_unlock(&r->lock);
}

static void bad_rung_step(struct rung *r)
{
	cancel_work_sync(&r->work);
}

static const struct rung_ops rung_rows[] = {
	{ .kind = 1, .step = bad_rung_step },
	{ .kind = 2, .step = bad_rung_step },
};

void rung_walk(struct rung *r)
{
	mutex_lock(&r->lock);
	r->ops->step(r);
	mutex_unlock(&r->lock);
}

void rung_make(struct rung *r, int nr)
{
	r->ops = &rung_rows[nr];
	INIT_WORK(&r->work, rung_work);
}
