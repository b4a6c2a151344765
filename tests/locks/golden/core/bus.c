// SPDX-License-Identifier: GPL-2.0-or-later
/* A core that calls drivers through their tables. */
#include <linux/kernel.h>
#include <linux/bus.h>

DEFINE_MUTEX(bus_lock);

void bus_stop_one(struct bus_dev *b, const struct bus_ops *ops)
{
	ops->stop(b);
}

void bus_pause_one(struct bus_dev *b, const struct bus_ops *ops)
{
	mutex_lock(&bus_lock);
	ops->pause(b);
	mutex_unlock(&bus_lock);
}

static void bus_driver_remove(struct device *dev)
{
	struct bus_dev *b = container_of(dev, struct bus_dev, dev);
	struct bus_ops *ops = b->data;

	ops->stop(b);
}

struct driver bus_driver = { .remove = bus_driver_remove };

void bus_detach(struct device *dev, struct driver *drv)
{
	drv->remove(dev);
}

/* a device of another record cannot be one that red has */
void good_other_record(struct link_dev *l, struct driver *drv)
{
	mutex_lock(&bus_lock);
	bus_detach(&l->dev, drv);
	mutex_unlock(&bus_lock);
}

/* Calls whoever has registered for the device's class, not for another one. */
DEFINE_MUTEX(class_lock);

void class_leave(struct device *dev, struct class_interface *i)
{
	mutex_lock(&class_lock);
	i->remove_dev(dev);
	mutex_unlock(&class_lock);
}

void bus_tune_one(struct bus_dev *b, const struct bus_ops *ops)
{
	mutex_lock(&b->tune);
	ops->tune(b);
	mutex_unlock(&b->tune);
}

void bus_hum_one(struct bus_dev *b, const struct bus_ops *ops)
{
	mutex_lock(&b->tune);
	ops->hum(b);
	mutex_unlock(&b->tune);
}

struct bus_dev *bus_of(int n);

/* the other order of what red_ops.hum takes */
void bus_hum_back(struct tuner *t, int n)
{
	struct bus_dev *b = bus_of(n);

	mutex_lock(&t->lock);
	mutex_lock(&b->tune);
	mutex_unlock(&b->tune);
	mutex_unlock(&t->lock);
}
