// SPDX-License-Identifier: GPL-2.0-or-later
/* Another driver of the folder, with a handler of its own for the lock of the same record. */
#include <linux/panel.h>

static int steel_irq(int irq, void *data)
{
	struct panel *panel = data;

	spin_lock(&panel->lock);
	panel->level = 5;
	spin_unlock(&panel->lock);
	return 1;
}

static void bad_steel_drop(struct panel *panel)
{
	mutex_lock(&panel->mutex);
	spin_lock(&panel->lock);
	panel->level = 0;
	spin_unlock(&panel->lock);
	mutex_unlock(&panel->mutex);
}

int steel_start(struct panel *panel)
{
	int ret = request_irq(panel->irq, steel_irq, 0, "steel", panel);

	if (!ret)
		bad_steel_drop(panel);
	return ret;
}

/* A chip without an interrupt is polled: never both. */
struct latch {
	spinlock_t lock, busy;
	struct timer_list timer, tick;
	int irq, level;
};

static int latch_irq(int irq, void *data)
{
	struct latch *l = data;

	spin_lock(&l->lock);
	l->level = 0;
	spin_unlock(&l->lock);
	spin_lock(&l->busy);
	l->level = 1;
	spin_unlock(&l->busy);
	return 1;
}

static void maybe_latch_timer(struct timer_list *t)
{
	struct latch *l = from_timer(l, t, timer);

	spin_lock(&l->lock);
	l->level = 2;
	spin_unlock(&l->lock);
}

static void bad_latch_tick(struct timer_list *t)
{
	struct latch *l = from_timer(l, t, tick);

	spin_lock(&l->busy);
	l->level = 3;
	spin_unlock(&l->busy);
}

int latch_start(struct latch *l)
{
	int ret;

	timer_setup(&l->tick, bad_latch_tick, 0);
	if (l->irq >= 0) {
		ret = request_irq(l->irq, latch_irq, 0, "latch", l);
		if (ret)
			l->irq = -1;
	}
	if (l->irq < 0)
		timer_setup(&l->timer, maybe_latch_timer, 0);
	return 0;
}
