// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/wire.h>

static void mbox_send(struct wire *w)
{
	mutex_lock(&w->queue);
	mutex_unlock(&w->queue);
	mutex_lock(&w->ring);
	mutex_unlock(&w->ring);
}

static void bad_mbox_flush(struct wire *w)
{
	mutex_lock(&w->ring);
	wire_take_list(w);
	mutex_unlock(&w->ring);
}

const struct wire_ops mbox_ops = { .send = mbox_send, .flush = bad_mbox_flush };
