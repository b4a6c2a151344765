// SPDX-License-Identifier: GPL-2.0-or-later
/* Callbacks that wait for themselves, and their look-alikes. */
#include <linux/kernel.h>

struct unit {
	struct work_struct own;
	struct work_struct deep;
	struct work_struct flusher;
	struct work_struct tested;
	struct work_struct parent_work;
	struct work_struct first;
	struct work_struct second;
	struct work_struct canceller;
	struct work_struct apart;
	struct delayed_work later;
	struct timer_list timer;
	struct workqueue_struct *queue;
	struct workqueue_struct *ordered;
	struct workqueue_struct *wide;
	struct unit *child;
};

static void bad_own_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, own);

	cancel_work_sync(&u->own);
}

static void bad_stop(struct unit *u)
{
	flush_work(&u->deep);
}

static void bad_deep_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, deep);

	bad_stop(u);
}

static void bad_later_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, later.work);

	cancel_delayed_work_sync(&u->later);
}

static void bad_timer(struct timer_list *t)
{
	struct unit *u = from_timer(u, t, timer);

	del_timer_sync(&u->timer);
}

/* flushes the queue that it runs on */
static void bad_flusher_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, flusher);

	flush_workqueue(u->queue);
}

/* waits for what is queued behind it on an ordered queue */
static void bad_first_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, first);

	flush_work(&u->second);
}

static void good_second_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, second);

	u->child = 0;
}

/* to cancel it is no wait: it cannot be running */
static void good_canceller_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, canceller);

	cancel_work_sync(&u->second);
}

/* the same on a queue that is not ordered */
static void good_apart_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, apart);

	flush_work(&u->parent_work);
}

/* it asks who is running */
static void maybe_tested_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, tested);

	if (current_work() != &u->tested)
		cancel_work_sync(&u->tested);
}

/* another one of its kind */
static void maybe_parent_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, parent_work);

	cancel_work_sync(&u->child->parent_work);
}

void unit_bind(struct unit *u)
{
	u->queue = alloc_workqueue("queue", 0, 0);
	u->ordered = alloc_ordered_workqueue("ordered", 0);
	u->wide = alloc_workqueue("wide", 0, 0);
	INIT_WORK(&u->own, bad_own_work);
	INIT_WORK(&u->deep, bad_deep_work);
	INIT_WORK(&u->flusher, bad_flusher_work);
	INIT_WORK(&u->tested, maybe_tested_work);
	INIT_WORK(&u->parent_work, maybe_parent_work);
	INIT_WORK(&u->first, bad_first_work);
	INIT_WORK(&u->second, good_second_work);
	INIT_WORK(&u->canceller, good_canceller_work);
	INIT_WORK(&u->apart, good_apart_work);
	INIT_DELAYED_WORK(&u->later, bad_later_work);
	timer_setup(&u->timer, bad_timer, 0);
}

void unit_kick(struct unit *u)
{
	queue_work(u->queue, &u->flusher);
	queue_work(u->ordered, &u->first);
	queue_work(u->ordered, &u->second);
	queue_work(u->ordered, &u->canceller);
	queue_work(u->wide, &u->apart);
	queue_work(u->wide, &u->parent_work);
}

/* What it clears before is what the way down asks for. */
struct armed {
	struct timer_list timer, other;
	_Bool is_armed;
};

static void good_disarm(struct armed *a)
{
	if (a->is_armed)
		del_timer_sync(&a->timer);
}

static void good_armed_timer(struct timer_list *t)
{
	struct armed *a = from_timer(a, t, timer);

	a->is_armed = false;
	good_disarm(a);
}

static void bad_disarm(struct armed *a)
{
	if (a->is_armed)
		del_timer_sync(&a->other);
}

static void armed_other(struct timer_list *t)
{
	struct armed *a = from_timer(a, t, other);

	a->is_armed = true;
	bad_disarm(a);
}

void armed_bind(struct armed *a)
{
	timer_setup(&a->timer, good_armed_timer, 0);
	timer_setup(&a->other, armed_other, 0);
}

/* A bit that it sets is still set when another one has been. */
#define RING_EXPIRED 1
#define RING_STOP 2
#define RING_LATE 4

struct ring {
	struct timer_list timer, late;
	spinlock_t lock;
	unsigned flags;
};

static void good_ring_stop(struct ring *r)
{
	if (r->flags & RING_EXPIRED)
		return;
	r->flags |= RING_STOP;
	del_timer_sync(&r->timer);
	r->flags &= ~RING_STOP;
}

static void good_ring_timer(struct timer_list *t)
{
	struct ring *r = from_timer(r, t, timer);

	spin_lock(&r->lock);
	r->flags |= RING_EXPIRED;
	spin_unlock(&r->lock);
	good_ring_stop(r);
}

/* not when it has been taken back */
static void bad_ring_stop(struct ring *r)
{
	if (r->flags & RING_LATE)
		return;
	r->flags |= RING_STOP;
	del_timer_sync(&r->late);
	r->flags &= ~RING_STOP;
}

static void bad_ring_late(struct timer_list *t)
{
	struct ring *r = from_timer(r, t, late);

	r->flags |= RING_LATE;
	r->flags &= ~RING_LATE;
	bad_ring_stop(r);
}

void ring_bind(struct ring *r)
{
	timer_setup(&r->timer, good_ring_timer, 0);
	timer_setup(&r->late, bad_ring_late, 0);
}

/* A timer that runs is not pending, unless somebody starts it again meanwhile. */
struct fuse {
	struct timer_list timer, other;
	int nr;
};

static void maybe_fuse_over(struct fuse *f)
{
	f->nr++;
	if (timer_pending(&f->timer))
		del_timer_sync(&f->timer);
}

static void maybe_fuse_timer(struct timer_list *t)
{
	struct fuse *f = from_timer(f, t, timer);

	maybe_fuse_over(f);
}

static void bad_fuse_over(struct fuse *f)
{
	if (timer_pending(&f->timer))
		del_timer_sync(&f->other);
}

static void bad_fuse_other(struct timer_list *t)
{
	struct fuse *f = from_timer(f, t, other);

	bad_fuse_over(f);
}

void fuse_bind(struct fuse *f)
{
	timer_setup(&f->timer, maybe_fuse_timer, 0);
	timer_setup(&f->other, bad_fuse_other, 0);
}

/* What a local is made of by a parameter. */
#define LIFT_NOW 1
#define LIFT_LATER 2

struct lift {
	struct work_struct now, later;
};

static void good_lift_wait(struct lift *l, unsigned how)
{
	_Bool is_now = (how & LIFT_NOW);

	if (!is_now)
		cancel_work_sync(&l->now);
}

static void good_lift_now(struct work_struct *work)
{
	good_lift_wait(container_of(work, struct lift, now), LIFT_NOW);
}

static void bad_lift_wait(struct lift *l, unsigned how)
{
	_Bool is_now = (how & LIFT_NOW);

	if (is_now)
		cancel_work_sync(&l->later);
}

static void bad_lift_later(struct work_struct *work)
{
	bad_lift_wait(container_of(work, struct lift, later), LIFT_NOW);
}

void lift_bind(struct lift *l)
{
	INIT_WORK(&l->now, good_lift_now);
	INIT_WORK(&l->later, bad_lift_later);
	good_lift_wait(l, LIFT_LATER);
}

/* what is handed down says that somebody else does it */
#define RESET_HARD 1
#define RESET_THREAD 2

struct engine {
	struct work_struct beat, other;
};

int engine_later(struct engine *e);

static int engine_reset(struct engine *e, int flags)
{
	_Bool by_thread = flags & RESET_THREAD;

	if (!by_thread)
		return engine_later(e);
	cancel_work_sync(&e->beat);
	return 0;
}

static int engine_reset_other(struct engine *e, int flags)
{
	_Bool by_thread = flags & RESET_THREAD;

	if (!by_thread)
		return engine_later(e);
	cancel_work_sync(&e->other);
	return 0;
}

static void good_engine_beat(struct work_struct *work)
{
	struct engine *e = container_of(work, struct engine, beat);

	engine_reset(e, RESET_HARD);
}

static void bad_engine_other(struct work_struct *work)
{
	struct engine *e = container_of(work, struct engine, other);

	engine_reset_other(e, RESET_HARD | RESET_THREAD);
}

void engine_init(struct engine *e)
{
	INIT_WORK(&e->beat, good_engine_beat);
	INIT_WORK(&e->other, bad_engine_other);
}
