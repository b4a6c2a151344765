// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver beside it has no poll function. */
#include <linux/kernel.h>
#include "../mixer.h"

struct cold {
	struct mixer m;
	struct work_struct work;
};

static void maybe_cold_work(struct work_struct *work)
{
	struct cold *c = container_of(work, struct cold, work);

	spin_lock(&c->m.lock);
	c->m.level = 0;
	spin_unlock(&c->m.lock);
}

void cold_init(struct cold *c)
{
	INIT_WORK(&c->work, maybe_cold_work);
}
