// SPDX-License-Identifier: GPL-2.0-or-later
/* A driver that stops its own device: what other drivers do there is not meant. */
#include <linux/kernel.h>
#include <linux/bus.h>

static void green_stop(struct bus_dev *b)
{
	b->data = 0;
}

const struct bus_ops green_ops = { .stop = green_stop };

void maybe_green_reset(struct bus_dev *b, const struct bus_ops *ops)
{
	mutex_lock(&bus_lock);
	bus_stop_one(b, ops);
	mutex_unlock(&bus_lock);
}

void good_green_own_table(struct bus_dev *b)
{
	mutex_lock(&bus_lock);
	bus_stop_one(b, &green_ops);
	mutex_unlock(&bus_lock);
}
