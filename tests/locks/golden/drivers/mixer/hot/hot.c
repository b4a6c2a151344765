// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include "../mixer.h"

struct hot {
	struct mixer m;
	struct work_struct work;
};

static void bad_hot_work(struct work_struct *work)
{
	struct hot *h = container_of(work, struct hot, work);

	spin_lock(&h->m.lock);
	h->m.level = 0;
	spin_unlock(&h->m.lock);
}

void hot_init(struct hot *h)
{
	INIT_WORK(&h->work, bad_hot_work);
	netif_napi_add(0, &h->m.napi, mixer_poll);
}
