// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include "chime.h"

static void bad_bell_struck(struct chime *c)
{
	mutex_lock(&c->ctl->lock);
	mutex_unlock(&c->ctl->lock);
}

static void bell_dumb(struct chime *c)
{
	c->ctl = 0;
}

void bell_bind(struct chime *c, int is_dumb)
{
	c->strike = bad_bell_struck;
	if (is_dumb)
		c->strike = bell_dumb;
}

void bad_bell_stops(struct chime_ctl *ctl)
{
	struct chime *c = chime_of(ctl);

	mutex_lock(&ctl->lock);
	mutex_lock(&c->lock);
	mutex_unlock(&c->lock);
	mutex_unlock(&ctl->lock);
}
