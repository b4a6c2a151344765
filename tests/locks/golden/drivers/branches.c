// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known where a branch is taken: of pointers, flags, kinds of objects and builds. */
#include <linux/kernel.h>

#define LANE_UP 1
#define LANE_RESET 2
#define LANE_KIND_SLOW 5

struct lane_ops { int kind; };
struct lane {
	struct mutex lock;
	struct lane_ops *ops;
	struct work_struct work;
	unsigned long flags;
	int type, count;
};

static void lane_work(struct work_struct *work)
{
	struct lane *l = container_of(work, struct lane, work);

	mutex_lock(&l->lock);
	l->count++;
	mutex_unlock(&l->lock);
}

void lane_bind(struct lane *l)
{
	INIT_WORK(&l->work, lane_work);
}

/* nobody gets behind a panic */
void good_after_panic(struct lane *l)
{
	mutex_lock(&l->lock);
	panic("lane");
	lane_stop(l);
	mutex_unlock(&l->lock);
}

void lane_stop(struct lane *l)
{
	cancel_work_sync(&l->work);
}

void bad_before_panic(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_stop(l);
	panic("lane");
	mutex_unlock(&l->lock);
}

/* a pointer that was followed is not NULL */
static void stop_without_ops(struct lane *l)
{
	if (!l->ops)
		cancel_work_sync(&l->work);
}

void good_followed(struct lane *l)
{
	mutex_lock(&l->lock);
	l->count += l->ops->kind;
	stop_without_ops(l);
	mutex_unlock(&l->lock);
}

void bad_followed_sometimes(struct lane *l)
{
	mutex_lock(&l->lock);
	if (l->ops)
		l->count += l->ops->kind;
	stop_without_ops(l);
	mutex_unlock(&l->lock);
}

void good_followed_in_switch(struct lane *l)
{
	mutex_lock(&l->lock);
	switch (l->ops->kind) {
	case 1:
		stop_without_ops(l);
		break;
	}
	mutex_unlock(&l->lock);
}

static void stop_in_case(struct lane *l)
{
	if (!l->ops)
		cancel_work_sync(&l->work);
}

void bad_followed_in_case(struct lane *l)
{
	mutex_lock(&l->lock);
	switch (l->count) {
	case 1:
		l->count = l->ops->kind;
		break;
	case 2:
		stop_in_case(l);
		break;
	}
	mutex_unlock(&l->lock);
}

/* the same as a pointer that is not NULL */
void good_equal(struct lane *l, struct lane_ops *ops)
{
	if (ops == NULL)
		return;
	mutex_lock(&l->lock);
	if (l->ops == ops)
		stop_without_ops(l);
	mutex_unlock(&l->lock);
}

static void stop_if_equal(struct lane *l)
{
	if (!l->ops)
		cancel_work_sync(&l->work);
}

void bad_equal_to_any(struct lane *l, struct lane_ops *ops)
{
	mutex_lock(&l->lock);
	if (l->ops == ops)
		stop_if_equal(l);
	mutex_unlock(&l->lock);
}

/* what a function sets itself is no condition for getting there */
static void take_down(struct lane *l)
{
	clear_bit(LANE_UP, &l->flags);
	cancel_work_sync(&l->work);
}

static void take_down_if(struct lane *l)
{
	if (!test_bit(LANE_UP, &l->flags))
		cancel_work_sync(&l->work);
}

void bad_sets_it_itself(struct lane *l)
{
	mutex_lock(&l->lock);
	if (test_bit(LANE_UP, &l->flags))
		take_down(l);
	mutex_unlock(&l->lock);
}

void good_asks_for_it(struct lane *l)
{
	mutex_lock(&l->lock);
	if (test_bit(LANE_UP, &l->flags))
		take_down_if(l);
	mutex_unlock(&l->lock);
}

/* a flag that the holder takes back later was set until then */
static void stop_unless_reset(struct lane *l)
{
	if (!test_bit(LANE_RESET, &l->flags))
		cancel_work_sync(&l->work);
}

int likely_reset_done(struct lane *l)
{
	mutex_lock(&l->lock);
	if (l->count)
		goto fail;
	mutex_unlock(&l->lock);
	clear_bit(LANE_RESET, &l->flags);
	return 0;
fail:
	stop_unless_reset(l);
	mutex_unlock(&l->lock);
	return -5;
}

/* one kind of object only */
static void stop_slow(struct lane *l)
{
	if (l->type == LANE_KIND_SLOW)
		cancel_work_sync(&l->work);
}

void likely_any_kind(struct lane *l)
{
	mutex_lock(&l->lock);
	stop_slow(l);
	mutex_unlock(&l->lock);
}

static void stop_this(struct lane *l)
{
	if (l->type == LANE_KIND_SLOW)
		cancel_work_sync(&l->work);
}

void proven_this_kind(struct lane *l)
{
	mutex_lock(&l->lock);
	if (l->type == LANE_KIND_SLOW)
		stop_this(l);
	mutex_unlock(&l->lock);
}

static void stop_in_debug(struct lane *l)
{
	cancel_work_sync(&l->work);
}

/* a build that nobody configures: for debugging, or none at all */
#define LANE_DEBUG 0
void likely_debug_only(struct lane *l)
{
	mutex_lock(&l->lock);
#if LANE_DEBUG
	stop_in_debug(l);
#endif
	mutex_unlock(&l->lock);
}

static void stop_never(struct lane *l)
{
	cancel_work_sync(&l->work);
}

#undef LANE_TRACE
void maybe_never_built(struct lane *l)
{
	mutex_lock(&l->lock);
#ifdef LANE_TRACE
	stop_never(l);
#endif
	mutex_unlock(&l->lock);
}

static void stop_configured(struct lane *l)
{
	cancel_work_sync(&l->work);
}

void proven_configured(struct lane *l)
{
	mutex_lock(&l->lock);
#ifdef CONFIG_LANE_DEBUG
	stop_configured(l);
#endif
	mutex_unlock(&l->lock);
}

/* what a switch is over */
#define LANE_STOP 3
#define LANE_IDLE 4

static void lane_event(struct lane *l, int event)
{
	switch (event) {
	case LANE_IDLE:
		l->count = 0;
		break;
	case LANE_STOP:
		cancel_work_sync(&l->work);
		break;
	}
}

void good_other_event(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_event(l, LANE_IDLE);
	mutex_unlock(&l->lock);
}

void bad_this_event(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_event(l, LANE_STOP);
	mutex_unlock(&l->lock);
}

/* a parameter that goes by another name */
static void lane_recover(struct lane *l, void *context)
{
	struct lane_ops *ops = context;

	if (!ops)
		cancel_work_sync(&l->work);
}

void good_recover(struct lane *l)
{
	struct lane_ops ops;

	mutex_lock(&l->lock);
	lane_recover(l, &ops);
	mutex_unlock(&l->lock);
}

void bad_recover(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_recover(l, NULL);
	mutex_unlock(&l->lock);
}

/* flags of a set */
enum lane_flags { LANE_NOTIFY = 1 << 0, LANE_LOCK = 1 << 1, LANE_ALL = 3 };

static void lane_reset(struct lane *l, unsigned int flags)
{
	if (flags & LANE_LOCK)
		mutex_lock(&l->lock);
	l->count = 0;
	if (flags & LANE_LOCK)
		mutex_unlock(&l->lock);
}

void good_reset_flag(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_reset(l, LANE_NOTIFY);
	mutex_unlock(&l->lock);
}

void bad_reset_flag(struct lane *l)
{
	mutex_lock(&l->lock);
	lane_reset(l, LANE_ALL);
	mutex_unlock(&l->lock);
}
