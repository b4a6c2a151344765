// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/bus.h>

struct red {
	struct bus_dev *bus;
	struct work_struct work;
};

static void red_work(struct work_struct *work)
{
	mutex_lock(&bus_lock);
	mutex_unlock(&bus_lock);
}

void red_bind(struct red *x)
{
	INIT_WORK(&x->work, red_work);
}

static void red_stop(struct bus_dev *b)
{
	struct red *x = b->data;

	cancel_work_sync(&x->work);
}

static void bad_red_pause(struct bus_dev *b)
{
	struct red *x = b->data;

	cancel_work_sync(&x->work);
}

const struct bus_ops red_ops = {
	.stop = red_stop,
	.pause = bad_red_pause,
};
