// SPDX-License-Identifier: GPL-2.0-or-later
/* What two drivers share: a poll function that one of them binds. */
#include <linux/kernel.h>
#include "mixer.h"

void mixer_add(struct mixer *m)
{
	spin_lock(&m->lock);
	m->level++;
	spin_unlock(&m->lock);
}

int mixer_poll(struct napi_struct *napi, int budget)
{
	struct mixer *m = container_of(napi, struct mixer, napi);

	spin_lock(&m->lock);
	m->level--;
	spin_unlock(&m->lock);
	return 0;
}
