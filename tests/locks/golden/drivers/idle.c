// SPDX-License-Identifier: GPL-2.0-or-later
/* Notifiers: of a processor that goes to sleep, with interrupts off, and of others. */
#include <linux/kernel.h>

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long cmd, void *v);
};
int cpu_pm_register_notifier(struct notifier_block *nb);
int register_reboot_notifier(struct notifier_block *nb);
void msleep(int msecs);

int cpu_pm_register_notifier(struct notifier_block *nb)
{
	return nb->notifier_call(nb, 1, 0);
}

int register_reboot_notifier(struct notifier_block *nb)
{
	return nb->notifier_call(nb, 2, 0);
}

struct lull {
	spinlock_t lock;
	struct timer_list timer;
	int level;
};
static struct lull lull;

static void lull_timer(struct timer_list *t)
{
	struct lull *l = from_timer(l, t, timer);

	spin_lock(&l->lock);
	l->level = 0;
	spin_unlock(&l->lock);
}

static int good_lull_sleeps(struct notifier_block *nb, unsigned long cmd, void *v)
{
	spin_lock(&lull.lock);
	lull.level++;
	spin_unlock(&lull.lock);
	if (cmd > 4)
		msleep(1);
	return 0;
}

static int bad_lull_reboots(struct notifier_block *nb, unsigned long cmd, void *v)
{
	spin_lock(&lull.lock);
	lull.level--;
	spin_unlock(&lull.lock);
	if (cmd > 4)
		msleep(1);
	return 0;
}

static struct notifier_block lull_pm = { .notifier_call = good_lull_sleeps };
static struct notifier_block lull_reboot = { .notifier_call = bad_lull_reboots };

void lull_init(void)
{
	timer_setup(&lull.timer, lull_timer, 0);
	cpu_pm_register_notifier(&lull_pm);
	register_reboot_notifier(&lull_reboot);
}
