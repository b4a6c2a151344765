/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef QUAY_H
#define QUAY_H
#include <linux/kernel.h>

struct quay;
struct quay_ops {
	int (*moor)(struct quay *q);
	int (*leave)(struct quay *q);
};

struct quay {
	struct mutex lock, gate;
	const struct quay_ops *ops;
	int level;
};

void quay_lock_all(void);
void quay_unlock_all(void);
#endif
