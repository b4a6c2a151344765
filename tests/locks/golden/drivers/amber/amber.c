// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes a lock of all in a timer, before zinc does by the order of folders. */
#include <linux/kernel.h>
#include <linux/ledger.h>

spinlock_t ledger_lock;
static struct timer_list amber_clock;

static void amber_timer(struct timer_list *t)
{
	spin_lock(&ledger_lock);
	spin_unlock(&ledger_lock);
}

void amber_bind(void)
{
	timer_setup(&amber_clock, amber_timer, 0);
}
