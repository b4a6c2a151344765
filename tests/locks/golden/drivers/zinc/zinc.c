// SPDX-License-Identifier: GPL-2.0-or-later
/* Its own timer is what interrupts it, whoever else takes the lock in one. */
#include <linux/kernel.h>
#include <linux/ledger.h>

static struct timer_list zinc_clock;
static struct work_struct zinc_work;

static void zinc_timer(struct timer_list *t)
{
	spin_lock(&ledger_lock);
	spin_unlock(&ledger_lock);
}

static void bad_ledger_work(struct work_struct *work)
{
	spin_lock(&ledger_lock);
	spin_unlock(&ledger_lock);
}

void zinc_bind(void)
{
	timer_setup(&zinc_clock, zinc_timer, 0);
	INIT_WORK(&zinc_work, bad_ledger_work);
}

static void zinc_gone(struct owner *o)
{
	lockdep_assert_held(&o->turn);
	mutex_unlock(&o->turn);
}

const struct owner_ops zinc_owner_ops = { .gone = zinc_gone };
