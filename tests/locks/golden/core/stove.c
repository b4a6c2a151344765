// SPDX-License-Identifier: GPL-2.0-or-later
/* A core that calls the driver of the object in hand, with the object's lock held. */
#include <linux/kernel.h>
#include <linux/stove.h>

void stove_heat(struct stove *s)
{
	mutex_lock(&s->lock);
	s->ops->heat(s);
	mutex_unlock(&s->lock);
}
