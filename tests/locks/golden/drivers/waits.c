// SPDX-License-Identifier: GPL-2.0-or-later
/* A lock held over a wait for a callback that takes it: each bad_ has its good_ twin. */
#include <linux/kernel.h>

struct card {
	struct mutex lock;
	struct mutex other;
	struct work_struct work;
	struct work_struct trying;
	struct work_struct quiet;
	struct delayed_work dwork;
	struct timer_list timer;
	spinlock_t spin;
	struct rw_semaphore sem;
	struct work_struct sem_work;
	struct work_struct read_work;
	int stopped;
};

static void card_lock(struct card *c)
{
	mutex_lock(&c->lock);
}

static void card_unlock(struct card *c)
{
	mutex_unlock(&c->lock);
}

static void card_work(struct work_struct *work)
{
	struct card *c = container_of(work, struct card, work);

	mutex_lock(&c->lock);
	c->stopped = 0;
	mutex_unlock(&c->lock);
}

static void card_trying(struct work_struct *work)
{
	struct card *c = container_of(work, struct card, trying);

	if (!mutex_trylock(&c->lock))
		return;
	c->stopped = 0;
	mutex_unlock(&c->lock);
}

static void card_quiet(struct work_struct *work)
{
	struct card *c = container_of(work, struct card, quiet);

	c->stopped = 1;
}

static void card_dwork(struct work_struct *work)
{
	struct card *c = container_of(work, struct card, dwork.work);

	guard(mutex)(&c->lock);
	c->stopped = 0;
}

static void card_timer(struct timer_list *t)
{
	struct card *c = from_timer(c, t, timer);

	spin_lock(&c->spin);
	c->stopped = 0;
	spin_unlock(&c->spin);
}

static void card_sem_work(struct work_struct *work)
{
	struct card *c = container_of(work, struct card, sem_work);

	down_write(&c->sem);
	up_write(&c->sem);
}

static void card_read_work(struct work_struct *work)
{
	struct card *c = container_of(work, struct card, read_work);

	down_read(&c->sem);
	up_read(&c->sem);
}

void card_bind(struct card *c)
{
	INIT_WORK(&c->work, card_work);
	INIT_WORK(&c->trying, card_trying);
	INIT_WORK(&c->quiet, card_quiet);
	INIT_DELAYED_WORK(&c->dwork, card_dwork);
	timer_setup(&c->timer, card_timer, 0);
	INIT_WORK(&c->sem_work, card_sem_work);
	INIT_WORK(&c->read_work, card_read_work);
}

void bad_plain(struct card *c)
{
	mutex_lock(&c->lock);
	cancel_work_sync(&c->work);
	mutex_unlock(&c->lock);
}

void good_released(struct card *c)
{
	mutex_lock(&c->lock);
	c->stopped = 1;
	mutex_unlock(&c->lock);
	cancel_work_sync(&c->work);
}

void good_other_lock(struct card *c)
{
	mutex_lock(&c->other);
	cancel_work_sync(&c->work);
	mutex_unlock(&c->other);
}

void good_trying(struct card *c)
{
	mutex_lock(&c->lock);
	cancel_work_sync(&c->trying);
	mutex_unlock(&c->lock);
}

void good_quiet(struct card *c)
{
	mutex_lock(&c->lock);
	cancel_work_sync(&c->quiet);
	mutex_unlock(&c->lock);
}

void bad_wrapper(struct card *c)
{
	card_lock(c);
	flush_work(&c->work);
	card_unlock(c);
}

void good_wrapper(struct card *c)
{
	card_lock(c);
	card_unlock(c);
	flush_work(&c->work);
}

void bad_guard(struct card *c)
{
	guard(mutex)(&c->lock);
	cancel_delayed_work_sync(&c->dwork);
}

void good_guard_scope(struct card *c)
{
	{
		guard(mutex)(&c->lock);
		c->stopped = 1;
	}
	cancel_delayed_work_sync(&c->dwork);
}

void bad_scoped_guard(struct card *c)
{
	scoped_guard(mutex, &c->lock) {
		cancel_delayed_work_sync(&c->dwork);
	}
}

void good_scoped_guard(struct card *c)
{
	scoped_guard(mutex, &c->lock) {
		c->stopped = 1;
	}
	cancel_delayed_work_sync(&c->dwork);
}

int bad_interruptible(struct card *c)
{
	if (mutex_lock_interruptible(&c->lock))
		return -4;
	cancel_work_sync(&c->work);
	mutex_unlock(&c->lock);
	return 0;
}

int good_interruptible_failed(struct card *c)
{
	if (mutex_lock_interruptible(&c->lock)) {
		cancel_work_sync(&c->work);
		return -4;
	}
	mutex_unlock(&c->lock);
	return 0;
}

void bad_trylock_held(struct card *c)
{
	if (mutex_trylock(&c->lock)) {
		cancel_work_sync(&c->work);
		mutex_unlock(&c->lock);
	}
}

void good_trylock_failed(struct card *c)
{
	if (!mutex_trylock(&c->lock)) {
		cancel_work_sync(&c->work);
		return;
	}
	mutex_unlock(&c->lock);
}

void bad_timer(struct card *c)
{
	spin_lock(&c->spin);
	del_timer_sync(&c->timer);
	spin_unlock(&c->spin);
}

void good_timer(struct card *c)
{
	spin_lock(&c->spin);
	spin_unlock(&c->spin);
	del_timer_sync(&c->timer);
}

void bad_rwsem(struct card *c)
{
	down_read(&c->sem);
	cancel_work_sync(&c->sem_work);
	up_read(&c->sem);
}

/* read against read: never more than a possibility */
void maybe_readers(struct card *c)
{
	down_read(&c->sem);
	cancel_work_sync(&c->read_work);
	up_read(&c->sem);
}

static void stop_below(struct card *c)
{
	cancel_work_sync(&c->work);
}

void bad_caller_holds(struct card *c)
{
	mutex_lock(&c->lock);
	stop_below(c);
	mutex_unlock(&c->lock);
}

void good_caller_without(struct card *c)
{
	stop_below(c);
}

static void stop_unlocked(struct card *c)
{
	mutex_unlock(&c->lock);
	cancel_delayed_work_sync(&c->dwork);
	mutex_lock(&c->lock);
}

void good_callee_releases(struct card *c)
{
	mutex_lock(&c->lock);
	stop_unlocked(c);
	mutex_unlock(&c->lock);
}

static void bad_asserted(struct card *c)
{
	lockdep_assert_held(&c->lock);
	cancel_work_sync(&c->work);
}

void call_asserted(struct card *c)
{
	bad_asserted(c);
}

static void stop_by_flag(struct card *c, _Bool wait)
{
	if (wait)
		flush_work(&c->work);
}

void good_flag_excludes(struct card *c)
{
	mutex_lock(&c->lock);
	stop_by_flag(c, false);
	mutex_unlock(&c->lock);
}

void bad_flag_allows(struct card *c)
{
	mutex_lock(&c->lock);
	stop_by_flag(c, true);
	mutex_unlock(&c->lock);
}

/* two cards: another object of the same class */
void maybe_two_cards(struct card *a, struct card *b)
{
	mutex_lock(&a->lock);
	cancel_work_sync(&b->work);
	mutex_unlock(&a->lock);
}
