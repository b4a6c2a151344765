// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/bus.h>

struct blue {
	struct bus_dev *bus;
	struct work_struct work;
};

static void blue_work(struct work_struct *work)
{
	mutex_lock(&bus_lock);
	mutex_unlock(&bus_lock);
}

void blue_bind(struct blue *x)
{
	INIT_WORK(&x->work, blue_work);
}

static void blue_stop(struct bus_dev *b)
{
	struct blue *x = b->data;

	cancel_work_sync(&x->work);
}

static void bad_blue_pause(struct bus_dev *b)
{
	struct blue *x = b->data;

	cancel_work_sync(&x->work);
}

static void blue_tune(struct bus_dev *b)
{
}

const struct bus_ops blue_ops = {
	.tune = blue_tune,
	.hum = blue_tune,
	.stop = blue_stop,
	.pause = bad_blue_pause,
};
