/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PANEL_H
#define PANEL_H

#include <linux/kernel.h>

struct panel;

struct panel_ops {
	int (*raise)(struct panel *panel);
	int (*lower)(struct panel *panel);
	int (*flush)(struct panel *panel);
};

/* Each driver's own lock, in a record that all of them have. */
struct panel {
	const struct panel_ops *ops;
	spinlock_t lock;
	struct mutex mutex;
	unsigned irq;
	int level;
};

struct fader {
	void (*turn)(struct panel *panel);
};

void panel_raise(struct panel *panel);
void panel_each(struct panel *panel, void (*fn)(struct panel *panel));
#endif
