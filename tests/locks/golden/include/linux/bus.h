/* SPDX-License-Identifier: GPL-2.0-or-later */
struct device { int id; };
struct bus_dev { struct device dev; void *data; struct mutex tune; };
struct tuner { struct mutex lock; };
struct link_dev { struct device dev; int kind; };
struct bus_ops {
	void (*stop)(struct bus_dev *b);
	void (*pause)(struct bus_dev *b);
	void (*tune)(struct bus_dev *b);
	void (*hum)(struct bus_dev *b);
};
struct driver { void (*remove)(struct device *dev); };
extern struct mutex bus_lock;
void bus_stop_one(struct bus_dev *b, const struct bus_ops *ops);
void bus_detach(struct device *dev, struct driver *drv);
struct class_interface { void (*remove_dev)(struct device *dev); };
extern struct mutex class_lock;
