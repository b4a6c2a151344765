// SPDX-License-Identifier: GPL-2.0-or-later
/* A driver with two ways to send, of which a device has one. */
#include <linux/kernel.h>
#include <linux/wire.h>

void wire_take_list(struct wire *w)
{
	mutex_lock(&w->list);
	mutex_unlock(&w->list);
}

void wire_list_queue(struct wire *w)
{
	mutex_lock(&w->list);
	w->ops->send(w);
	mutex_unlock(&w->list);
}
