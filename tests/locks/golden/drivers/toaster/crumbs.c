// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/stove.h>

void maybe_toaster_rests(struct stove *s)
{
	mutex_lock(&s->lock);
	s->saved->cool(s);
	mutex_unlock(&s->lock);
}
