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
