// SPDX-License-Identifier: GPL-2.0
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct toy {
	struct mutex lock;
	struct delayed_work poll_work;
	int users;
};

static void toy_poll(struct work_struct *work)
{
	struct toy *t = container_of(work, struct toy, poll_work.work);

	mutex_lock(&t->lock);
	t->users++;
	mutex_unlock(&t->lock);
}

static int toy_start(struct toy *t)
{
	INIT_DELAYED_WORK(&t->poll_work, toy_poll);
	schedule_delayed_work(&t->poll_work, 10);
	return 0;
}

static void toy_stop(struct toy *t)
{
	cancel_delayed_work_sync(&t->poll_work);
	mutex_lock(&t->lock);
	t->users = 0;
	mutex_unlock(&t->lock);
}
