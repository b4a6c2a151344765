// SPDX-License-Identifier: GPL-2.0-or-later
/* A list that is shown with soft interrupts off: who starts it comes back with a lock. */
#include <linux/kernel.h>

struct seq_operations {
	void *(*start)(struct seq_file *m, long *pos);
	void (*stop)(struct seq_file *m, void *v);
	int (*show)(struct seq_file *m, void *v);
};

struct shelf_list {
	spinlock_t all, one;
	struct timer_list age;
	int level;
};

struct shelf_list *list_of(struct seq_file *m);

static void list_age(struct timer_list *t)
{
	struct shelf_list *l = from_timer(l, t, age);

	spin_lock(&l->one);
	l->level++;
	spin_unlock(&l->one);
}

static void *list_start(struct seq_file *m, long *pos)
{
	struct shelf_list *l = list_of(m);

	spin_lock_bh(&l->all);
	return l;
}

static void list_stop(struct seq_file *m, void *v)
{
	struct shelf_list *l = list_of(m);

	spin_unlock_bh(&l->all);
}

static int good_show(struct seq_file *m, void *v)
{
	struct shelf_list *l = list_of(m);

	spin_lock(&l->one);
	l->level = 0;
	spin_unlock(&l->one);
	return 0;
}

static const struct seq_operations list_ops = { .start = list_start, .stop = list_stop, .show = good_show };

void list_bind(struct shelf_list *l)
{
	timer_setup(&l->age, list_age, 0);
}
