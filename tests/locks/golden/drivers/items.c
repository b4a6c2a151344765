// SPDX-License-Identifier: GPL-2.0-or-later
/* When an item can run: frozen queues, pinned timers, items that make the object, callbacks of one record in two. */
#include <linux/kernel.h>

extern struct workqueue_struct *system_freezable_wq, *system_wq;

struct yard {
	struct mutex lock;
	spinlock_t spin;
	struct work_struct frozen, plain, maker;
	struct hrtimer tick, pinned;
	int suspended, count;
};

static void yard_frozen(struct work_struct *work)
{
	struct yard *y = container_of(work, struct yard, frozen);

	mutex_lock(&y->lock);
	mutex_unlock(&y->lock);
}

static void yard_plain(struct work_struct *work)
{
	struct yard *y = container_of(work, struct yard, plain);

	mutex_lock(&y->lock);
	mutex_unlock(&y->lock);
}

static void yard_init(struct yard *y)
{
	mutex_lock(&y->lock);
	mutex_unlock(&y->lock);
}

static void yard_maker(struct work_struct *work)
{
	struct yard *y = container_of(work, struct yard, maker);

	yard_init(y);
}

static int yard_tick(struct hrtimer *t)
{
	struct yard *y = container_of(t, struct yard, tick);
	unsigned long flags;

	spin_lock_irqsave(&y->spin, flags);
	spin_unlock_irqrestore(&y->spin, flags);
	return 0;
}

static int yard_pinned(struct hrtimer *t)
{
	struct yard *y = container_of(t, struct yard, pinned);
	unsigned long flags;

	spin_lock_irqsave(&y->spin, flags);
	spin_unlock_irqrestore(&y->spin, flags);
	return 0;
}

void yard_bind(struct yard *y)
{
	INIT_WORK(&y->frozen, yard_frozen);
	INIT_WORK(&y->plain, yard_plain);
	INIT_WORK(&y->maker, yard_maker);
	hrtimer_setup(&y->tick, yard_tick, 1, HRTIMER_MODE_REL);
	hrtimer_setup(&y->pinned, yard_pinned, 1, HRTIMER_MODE_REL);
}

void yard_start(struct yard *y)
{
	queue_work(system_freezable_wq, &y->frozen);
	queue_work(system_wq, &y->plain);
	hrtimer_start(&y->tick, 5, HRTIMER_MODE_REL);
	hrtimer_start(&y->pinned, 5, HRTIMER_MODE_REL_PINNED);
}

void maybe_while_asleep(struct yard *y)
{
	mutex_lock(&y->lock);
	if (y->suspended && y->count)
		cancel_work_sync(&y->frozen);
	mutex_unlock(&y->lock);
}

/* the function's name says less than a test does */
void likely_yard_suspend(struct yard *y)
{
	mutex_lock(&y->lock);
	cancel_work_sync(&y->frozen);
	mutex_unlock(&y->lock);
}

void proven_while_not_asleep(struct yard *y)
{
	mutex_lock(&y->lock);
	if (!y->suspended)
		cancel_work_sync(&y->frozen);
	mutex_unlock(&y->lock);
}

void proven_while_asleep(struct yard *y)
{
	mutex_lock(&y->lock);
	if (y->suspended)
		cancel_work_sync(&y->plain);
	mutex_unlock(&y->lock);
}

void proven_frozen_awake(struct yard *y)
{
	mutex_lock(&y->lock);
	cancel_work_sync(&y->frozen);
	mutex_unlock(&y->lock);
}

void likely_maker(struct yard *y)
{
	mutex_lock(&y->lock);
	cancel_work_sync(&y->maker);
	mutex_unlock(&y->lock);
}

void maybe_pinned(struct yard *y)
{
	unsigned long flags;

	spin_lock_irqsave(&y->spin, flags);
	hrtimer_cancel(&y->pinned);
	spin_unlock_irqrestore(&y->spin, flags);
}

void proven_anywhere(struct yard *y)
{
	unsigned long flags;

	spin_lock_irqsave(&y->spin, flags);
	hrtimer_cancel(&y->tick);
	spin_unlock_irqrestore(&y->spin, flags);
}

/* two records have one of a third, each with a callback of its own */
struct job {
	void (*callback)(struct job *job);
};
struct one { struct mutex lock; struct work_struct work; struct job job; };
struct all { struct mutex lock; struct job job; };

static void job_run(struct job *job)
{
	job->callback(job);
}

DEFINE_MUTEX(yard_lock);

static void one_work(struct work_struct *work)
{
	mutex_lock(&yard_lock);
	mutex_unlock(&yard_lock);
}

static void one_done(struct job *job)
{
	struct one *o = container_of(job, struct one, job);

	cancel_work_sync(&o->work);
}

static void all_done(struct job *job)
{
}

void job_bind(struct one *o, struct all *a)
{
	INIT_WORK(&o->work, one_work);
	o->job.callback = one_done;
	a->job.callback = all_done;
}

void bad_run_one(struct one *o)
{
	mutex_lock(&yard_lock);
	job_run(&o->job);
	mutex_unlock(&yard_lock);
}

void good_run_all(struct all *a)
{
	mutex_lock(&yard_lock);
	job_run(&a->job);
	mutex_unlock(&yard_lock);
}

/* the console is let go of by whoever unlocks it, after a look at what is to be printed */
DEFINE_MUTEX(screen_lock);

void bad_screen_then_console(void)
{
	mutex_lock(&screen_lock);
	console_lock();
	console_unlock();
	mutex_unlock(&screen_lock);
}

void bad_console_then_screen(void)
{
	console_lock();
	mutex_lock(&screen_lock);
	mutex_unlock(&screen_lock);
	console_unlock();
}

DEFINE_MUTEX(paste_lock);

void good_paste_then_console(void)
{
	mutex_lock(&paste_lock);
	console_lock();
	console_unlock();
	mutex_unlock(&paste_lock);
}

void good_console_before_paste(void)
{
	console_lock();
	console_unlock();
	mutex_lock(&paste_lock);
	mutex_unlock(&paste_lock);
}

/* an assertion that does not name its lock */
struct link {
	struct mutex lock;
	struct work_struct work, plain;
	struct timer_list timer;
};

static void link_work(struct work_struct *work)
{
	rtnl_lock();
	rtnl_unlock();
}

static void link_plain(struct work_struct *work)
{
}

/* a timer's function may not sleep, so that it does not come to a mutex */
static void link_timer(struct timer_list *t)
{
	struct link *l = from_timer(l, t, timer);

	mutex_lock(&l->lock);
	mutex_unlock(&l->lock);
}

void link_bind(struct link *l)
{
	INIT_WORK(&l->work, link_work);
	INIT_WORK(&l->plain, link_plain);
	timer_setup(&l->timer, link_timer, 0);
}

void proven_asserts_rtnl(struct link *l)
{
	ASSERT_RTNL();
	cancel_work_sync(&l->work);
}

void good_asserts_rtnl(struct link *l)
{
	ASSERT_RTNL();
	cancel_work_sync(&l->plain);
}

void maybe_timer_sleeps(struct link *l)
{
	mutex_lock(&l->lock);
	del_timer_sync(&l->timer);
	mutex_unlock(&l->lock);
}

/* two members of one variable, both of which end in the same word */
struct lobby {
	struct mutex lock;
	struct { struct mutex lock; } queue;
	struct work_struct work;
};

static void lobby_work(struct work_struct *work)
{
	struct lobby *l = container_of(work, struct lobby, work);

	mutex_lock(&l->queue.lock);
	mutex_unlock(&l->queue.lock);
}

void lobby_bind(struct lobby *l)
{
	INIT_WORK(&l->work, lobby_work);
}

void proven_lobby(struct lobby *l)
{
	mutex_lock(&l->lock);
	mutex_lock(&l->queue.lock);
	mutex_unlock(&l->lock);
	cancel_work_sync(&l->work);
	mutex_unlock(&l->queue.lock);
}
