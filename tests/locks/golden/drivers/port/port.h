/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/kernel.h>

struct port {
	struct work_struct poll_work;
	char priv[];
};

static inline void *port_priv(struct port *port)
{
	return &port->priv;
}

/* one place makes the pair, tests aside */
struct single_hw {
	struct port *port;
	struct mutex lock;
};

/* two places do */
struct double_hw {
	struct port *port;
	struct mutex lock;
};
