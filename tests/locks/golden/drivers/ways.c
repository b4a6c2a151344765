// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways that are not walked: each good_ differs from its bad_ twin by what excludes it. */
#include <linux/kernel.h>

enum { PORT_MAY_SLEEP = 1, PORT_NO_SLEEP = 0 };
#define PORT_DOWN 3
#define PORT_UP 4
#define PORT_RESETTING 7

struct inner {
	struct work_struct work;
};

struct port {
	struct mutex lock;
	spinlock_t spin;
	struct work_struct work;
	struct inner first, second;
	struct mutex each[4];
	unsigned long flags;
	int state, count;
};

static void port_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, work);

	mutex_lock(&p->lock);
	p->count++;
	mutex_unlock(&p->lock);
}

static void port_first(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, first.work);

	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
}

static void port_second(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, second.work);

	p->count++;
}

void port_bind(struct port *p)
{
	INIT_WORK(&p->work, port_work);
	INIT_WORK(&p->first.work, port_first);
	INIT_WORK(&p->second.work, port_second);
}

/* a constant that is handed down, through a function that does nothing with locks */
static void stop_if(struct port *p, int may_sleep)
{
	if (may_sleep)
		cancel_work_sync(&p->work);
}

static void stop_through(struct port *p, int may_sleep)
{
	p->count = 0;
	stop_if(p, may_sleep);
}

void bad_constant(struct port *p)
{
	mutex_lock(&p->lock);
	stop_through(p, PORT_MAY_SLEEP);
	mutex_unlock(&p->lock);
}

void good_constant(struct port *p)
{
	mutex_lock(&p->lock);
	stop_through(p, PORT_NO_SLEEP);
	mutex_unlock(&p->lock);
}

/* a bit that is set before and tested after */
static void stop_unless_reset(struct port *p)
{
	if (!test_bit(PORT_RESETTING, &p->flags))
		cancel_work_sync(&p->work);
}

void bad_bit(struct port *p)
{
	mutex_lock(&p->lock);
	clear_bit(PORT_RESETTING, &p->flags);
	stop_unless_reset(p);
	mutex_unlock(&p->lock);
}

void good_bit(struct port *p)
{
	mutex_lock(&p->lock);
	set_bit(PORT_RESETTING, &p->flags);
	stop_unless_reset(p);
	mutex_unlock(&p->lock);
}

/* a state */
static void stop_when_up(struct port *p)
{
	if (p->state == PORT_UP)
		cancel_work_sync(&p->work);
}

void bad_state(struct port *p)
{
	mutex_lock(&p->lock);
	p->state = PORT_UP;
	stop_when_up(p);
	mutex_unlock(&p->lock);
}

void good_state(struct port *p)
{
	mutex_lock(&p->lock);
	p->state = PORT_DOWN;
	stop_when_up(p);
	mutex_unlock(&p->lock);
}

/* who lets go says that he holds it; that is no word on what comes after */
static inline void port_unlock(struct port *p)
{
	lockdep_assert_held(&p->lock);
	mutex_unlock(&p->lock);
}

void good_assert_at_unlock(struct port *p)
{
	mutex_lock(&p->lock);
	port_unlock(p);
	cancel_work_sync(&p->work);
}

void bad_asserted(struct port *p)
{
	lockdep_assert_held(&p->lock);
	cancel_work_sync(&p->work);
}

/* let go and taken back below the holder, at the end of an endless loop */
static void wait_unlocked(struct port *p)
{
	int done = 0;

	while (1) {
		if (p->count > 3)
			break;
		done = 1;
		p->count++;
	}
	if (done) {
		mutex_unlock(&p->lock);
		cancel_work_sync(&p->work);
		mutex_lock(&p->lock);
	}
}

void good_let_go_below(struct port *p)
{
	mutex_lock(&p->lock);
	wait_unlocked(p);
	mutex_unlock(&p->lock);
}

/* another member of the same kind */
void bad_first_member(struct port *p)
{
	mutex_lock(&p->lock);
	cancel_work_sync(&p->first.work);
	mutex_unlock(&p->lock);
}

void good_second_member(struct port *p)
{
	mutex_lock(&p->lock);
	cancel_work_sync(&p->second.work);
	mutex_unlock(&p->lock);
}

/* two of an array */
void maybe_elements(struct port *p, int i, int k)
{
	mutex_lock(&p->each[i]);
	mutex_lock(&p->each[k]);
	mutex_unlock(&p->each[k]);
	mutex_unlock(&p->each[i]);
}

/* the lock is taken below, so that nobody above has it */
static void lock_and_stop(struct port *p)
{
	mutex_lock(&p->lock);
	p->count = 0;
	mutex_unlock(&p->lock);
	stop_if(p, 1);
}

void good_not_held(struct port *p)
{
	lock_and_stop(p);
}

/* != and == are one condition */
int good_unequal(struct port *p, int size)
{
	if (size != 7)
		mutex_lock(&p->lock);
	p->count++;
	if (size == 7)
		return -1;
	mutex_unlock(&p->lock);
	return 0;
}

int bad_unequal(struct port *p, int size)
{
	if (size != 7)
		mutex_lock(&p->lock);
	p->count++;
	if (size == 8)
		return -1;
	if (size != 7)
		mutex_unlock(&p->lock);
	return 0;
}

/* an error that was assigned first */
int bad_assigned_error(struct port *p)
{
	int ret = -12;

	mutex_lock(&p->lock);
	if (p->count)
		return ret;
	mutex_unlock(&p->lock);
	return 0;
}

/* asked whether it is held, with the lock in hand */
int good_is_locked(struct port *p)
{
	mutex_lock(&p->lock);
	if (p->count) {
		if (mutex_is_locked(&p->lock))
			mutex_unlock(&p->lock);
		return -5;
	}
	mutex_unlock(&p->lock);
	return 0;
}

/* the caller's lock, let go for a while */
int good_for_a_while(struct port *p)
{
	int ret;

	mutex_unlock(&p->lock);
	ret = p->count;
	mutex_lock(&p->lock);
	if (ret)
		return -5;
	return 0;
}

/* a flag that is set in what is handed down */
#define PORT_LOCKED 8

static void count_port(struct port *p, unsigned int flags)
{
	if (flags & PORT_LOCKED) {
		p->count++;
	} else {
		cancel_work_sync(&p->work);
	}
}

void good_or_flag(struct port *p, unsigned int flags)
{
	mutex_lock(&p->lock);
	count_port(p, flags | PORT_LOCKED);
	mutex_unlock(&p->lock);
}

void bad_no_flag(struct port *p, unsigned int flags)
{
	mutex_lock(&p->lock);
	count_port(p, flags);
	mutex_unlock(&p->lock);
}

/* an error that the lock itself reports */
int good_interrupted(struct port *p)
{
	if (mutex_lock_interruptible(&p->lock) == -EINTR)
		return -EINTR;
	p->count++;
	mutex_unlock(&p->lock);
	return 0;
}
