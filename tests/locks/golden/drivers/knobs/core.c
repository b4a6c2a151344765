// SPDX-License-Identifier: GPL-2.0-or-later
/* Whoever turns a knob has the desk's lock, and hands no desk to the function. */
#include <linux/kernel.h>
#include "knobs.h"

struct knob *knob_new(const struct knob_new *from, void *data)
{
	struct knob *k = kmalloc(sizeof(*k), GFP_KERNEL);

	k->put = from->put;
	k->turn = from->turn;
	k->private_data = data;
	return k;
}

int desk_write(struct desk *d, int nr, int v)
{
	struct knob *k;
	int ret;

	down_write(&d->knobs);
	k = desk_find(d, nr);
	ret = k->put(k, v);
	up_write(&d->knobs);
	return ret;
}

int desk_turn(struct desk *d, int nr, int v)
{
	struct knob *k;
	int ret;

	down_write(&d->turns);
	k = desk_find(d, nr);
	ret = k->turn(k, v);
	up_write(&d->turns);
	return ret;
}
