// SPDX-License-Identifier: GPL-2.0-or-later
/* What the protocols of one folder have in common: a device, and who is told of it. */
#include <linux/kernel.h>
#include <net/sock.h>
#include "tooth.h"

static const struct tooth_cb *cbs[2];

void tooth_add(const struct tooth_cb *cb)
{
	cbs[cb->nr] = cb;
}

static void tooth_tell(struct tooth_dev *d, int status)
{
	const struct tooth_cb *cb = cbs[status];

	cb->told(d, status);
}

/* What it is called after is no device. */
void tooth_create_conn(struct tooth_dev *d)
{
	mutex_lock(&d->lock);
	tooth_tell(d, d->id);
	mutex_unlock(&d->lock);
}
