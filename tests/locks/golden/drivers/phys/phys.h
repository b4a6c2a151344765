/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/kernel.h>

struct card;
struct phy;
struct phy_ops {
	int (*interrupt)(struct phy *p);
	void (*reset)(struct phy *p);
};

struct phy {
	struct card *card;
	const struct phy_ops *ops;
};

struct card {
	spinlock_t one, two;
	struct phy *phy;
	int irq, x;
};

void card_write(struct card *c);
void card_poke(struct card *c);
