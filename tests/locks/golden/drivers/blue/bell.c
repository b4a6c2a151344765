// SPDX-License-Identifier: GPL-2.0-or-later
/* The timer of one driver, see core/bell.c. */
#include <linux/kernel.h>
#include <linux/bell.h>

struct blue_bell {
	struct timer_list timer;
	struct bell bell;
};

static void blue_bell_timer(struct timer_list *t)
{
	struct blue_bell *b = from_timer(b, t, timer);

	bell_count();
	bell_ring(&b->bell);
}

void blue_bell_bind(struct blue_bell *b)
{
	timer_setup(&b->timer, blue_bell_timer, 0);
}
