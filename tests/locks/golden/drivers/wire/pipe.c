// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/wire.h>

static void pipe_send(struct wire *w)
{
	w->ops = 0;
}

static void maybe_pipe_flush(struct wire *w)
{
	mutex_lock(&w->queue);
	wire_take_list(w);
	mutex_unlock(&w->queue);
}

const struct wire_ops pipe_ops = { .send = pipe_send, .flush = maybe_pipe_flush };
