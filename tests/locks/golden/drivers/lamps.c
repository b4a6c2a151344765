// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * More slots whose callers are known: a LED is set by timers, a serial port's
 * function called by interrupts, a watchdog started and an attribute written by tasks, a
 * list shown after a function that may have soft interrupts off (lists.c). A way
 * that sleeps is none of an interrupt.
 */
#include <linux/kernel.h>

struct led_classdev { void (*brightness_set)(struct led_classdev *led, int value); };
struct serio;
struct serio_driver { int (*interrupt)(struct serio *serio, unsigned char data, unsigned flags); };
struct watchdog_device;
struct watchdog_ops {
	int (*start)(struct watchdog_device *wdd);
	int (*stop)(struct watchdog_device *wdd);
	void (*asked)(struct watchdog_device *wdd);
};
struct seq_operations {
	void *(*start)(struct seq_file *m, long *pos);
	void (*stop)(struct seq_file *m, void *v);
	int (*show)(struct seq_file *m, void *v);
};
struct kobj_attribute { long (*store)(struct kobject *kobj, const char *buf, unsigned long n); };

struct lamp {
	spinlock_t lit, shared, byte, moved, kept, hung, late, listed;
	struct mutex slow;
	struct led_classdev led;
	int level;
};

struct lamp *lamp_of(void *of);

static void lamp_late(struct lamp *l)
{
	spin_lock(&l->late);
	l->level++;
	spin_unlock(&l->late);
}

/* It sleeps: no interrupt comes by here. */
static void lamp_slowly(struct lamp *l)
{
	mutex_lock(&l->slow);
	lamp_late(l);
	mutex_unlock(&l->slow);
}

static void lamp_set(struct led_classdev *led, int value)
{
	struct lamp *l = container_of(led, struct lamp, led);

	spin_lock(&l->lit);
	l->level = value;
	spin_unlock(&l->lit);
	spin_lock(&l->shared);
	l->level = value;
	spin_unlock(&l->shared);
	spin_lock(&l->hung);
	l->level = value;
	spin_unlock(&l->hung);
	spin_lock(&l->listed);
	l->level = value;
	spin_unlock(&l->listed);
	if (value < 0)
		lamp_slowly(l);
}

static int lamp_byte(struct serio *serio, unsigned char data, unsigned flags)
{
	struct lamp *l = lamp_of(serio);

	spin_lock(&l->byte);
	l->level = data;
	spin_unlock(&l->byte);
	spin_lock(&l->moved);
	l->level = data;
	spin_unlock(&l->moved);
	return 0;
}

static long bad_store(struct kobject *kobj, const char *buf, unsigned long n)
{
	struct lamp *l = lamp_of(kobj);

	spin_lock(&l->lit);
	l->level = 0;
	spin_unlock(&l->lit);
	return (long)n;
}

static long good_store(struct kobject *kobj, const char *buf, unsigned long n)
{
	struct lamp *l = lamp_of(kobj);

	spin_lock_bh(&l->shared);
	l->level = 0;
	spin_unlock_bh(&l->shared);
	spin_lock(&l->late);
	l->level = 0;
	spin_unlock(&l->late);
	return (long)n;
}

/* An interrupt comes between, soft ones off or not. */
static int bad_start(struct watchdog_device *wdd)
{
	struct lamp *l = lamp_of(wdd);

	spin_lock_bh(&l->byte);
	l->level = 0;
	spin_unlock_bh(&l->byte);
	return 0;
}

static int good_stop(struct watchdog_device *wdd)
{
	struct lamp *l = lamp_of(wdd);

	spin_lock_irq(&l->moved);
	l->level = 0;
	spin_unlock_irq(&l->moved);
	return 0;
}

/* Who calls that is not known. */
static void good_asked(struct watchdog_device *wdd)
{
	struct lamp *l = lamp_of(wdd);

	spin_lock(&l->hung);
	l->level = 0;
	spin_unlock(&l->hung);
}

static int bad_show(struct seq_file *m, void *v)
{
	struct lamp *l = lamp_of(v);

	spin_lock(&l->listed);
	l->level++;
	spin_unlock(&l->listed);
	return 0;
}

static const struct seq_operations lamp_list = { .show = bad_show };
static const struct serio_driver lamp_serio = { .interrupt = lamp_byte };
static const struct watchdog_ops lamp_watchdog = { .start = bad_start, .stop = good_stop, .asked = good_asked };
static const struct kobj_attribute lamp_bad = { .store = bad_store };
static const struct kobj_attribute lamp_good = { .store = good_store };

void lamp_bind(struct lamp *l)
{
	l->led.brightness_set = lamp_set;
}
