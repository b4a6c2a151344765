// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/stove.h>

/* a stove of its own, not one that the core hands to the kiln */
void maybe_hearth_sweeps(int n)
{
	struct stove *s = stove_of(n);

	mutex_lock(&hearth_lock);
	mutex_lock(&s->lock);
	mutex_unlock(&s->lock);
	mutex_unlock(&hearth_lock);
}
