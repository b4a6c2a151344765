// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/bus.h>

struct red {
	struct bus_dev *bus;
	struct work_struct work;
	struct mutex lock;
	struct tuner *tuner;
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

/* through a table, to what the other side is in, too */
static void bad_red_tune(struct bus_dev *b)
{
	struct red *x = b->data;

	mutex_lock(&x->lock);
	mutex_unlock(&x->lock);
}

struct bus_dev *red_bus(int n);

void red_tune_back(struct red *x, int n)
{
	struct bus_dev *b = red_bus(n);

	mutex_lock(&x->lock);
	mutex_lock(&b->tune);
	mutex_unlock(&b->tune);
	mutex_unlock(&x->lock);
}

/* through one table, to a driver that the other side has none of: the bus may be that one */
static void likely_red_hum(struct bus_dev *b)
{
	struct red *x = b->data;

	mutex_lock(&x->tuner->lock);
	mutex_unlock(&x->tuner->lock);
}

const struct bus_ops red_ops = {
	.tune = bad_red_tune,
	.hum = likely_red_hum,
	.stop = red_stop,
	.pause = bad_red_pause,
};
