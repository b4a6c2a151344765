// SPDX-License-Identifier: GPL-2.0-or-later
/* A driver's own function pointer, which is set for each object: nobody else has one. */
#include <linux/kernel.h>
#include "chime.h"

void bad_chime_strike(struct chime *c)
{
	mutex_lock(&c->lock);
	c->strike(c);
	mutex_unlock(&c->lock);
}
