// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A core that calls its drivers through a table: where it may sleep, with
 * interrupts off, and with interrupts off at one of two places.
 */
#include <linux/panel.h>

void panel_raise(struct panel *panel)
{
	mutex_lock(&panel->mutex);
	panel->ops->raise(panel);
	mutex_unlock(&panel->mutex);
}

void panel_lower(struct panel *panel)
{
	unsigned long flags;

	mutex_lock(&panel->mutex);
	local_irq_save(flags);
	panel->ops->lower(panel);
	local_irq_restore(flags);
	mutex_unlock(&panel->mutex);
}

void panel_flush(struct panel *panel)
{
	mutex_lock(&panel->mutex);
	panel->ops->flush(panel);
	mutex_unlock(&panel->mutex);
}

void panel_flush_now(struct panel *panel)
{
	unsigned long flags;

	local_irq_save(flags);
	panel->ops->flush(panel);
	local_irq_restore(flags);
}

void panel_each(struct panel *panel, void (*fn)(struct panel *panel))
{
	fn(panel);
}
