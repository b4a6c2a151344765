// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A spinlock that the handler takes, taken by functions of a table with
 * interrupts on where the core calls them; and by one that is handed to a loop.
 */
#include <linux/panel.h>

static int brass_irq(int irq, void *data)
{
	struct panel *panel = data;

	spin_lock(&panel->lock);
	panel->level = 0;
	spin_unlock(&panel->lock);
	return 1;
}

static int bad_brass_raise(struct panel *panel)
{
	spin_lock(&panel->lock);
	panel->level++;
	spin_unlock(&panel->lock);
	return 0;
}

/* The core has interrupts off. */
static int good_brass_lower(struct panel *panel)
{
	spin_lock(&panel->lock);
	panel->level--;
	spin_unlock(&panel->lock);
	return 0;
}

/* At one place the core has them off: what is meant to hold is not known. */
static int good_brass_flush(struct panel *panel)
{
	spin_lock(&panel->lock);
	panel->level = 1;
	spin_unlock(&panel->lock);
	return 0;
}

static const struct panel_ops brass_ops = {
	.raise = bad_brass_raise,
	.lower = good_brass_lower,
	.flush = good_brass_flush,
};

static void good_brass_turn(struct panel *panel)
{
	spin_lock(&panel->lock);
	panel->level = 2;
	spin_unlock(&panel->lock);
}

static void brass_turn_all(struct panel *panel)
{
	unsigned long flags;

	mutex_lock(&panel->mutex);
	local_irq_save(flags);
	panel_each(panel, good_brass_turn);
	local_irq_restore(flags);
	mutex_unlock(&panel->mutex);
}

int brass_start(struct panel *panel)
{
	panel->ops = &brass_ops;
	brass_turn_all(panel);
	return request_irq(panel->irq, brass_irq, 0, "brass", panel);
}
