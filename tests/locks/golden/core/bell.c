// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One lock for all and one a bell, taken for two drivers: the timer of one
 * interrupts the work of the other, which is the same lock for the first only.
 */
#include <linux/kernel.h>
#include <linux/bell.h>

static spinlock_t tower_lock;
static int rings;

void bell_count(void)
{
	spin_lock(&tower_lock);
	rings++;
	spin_unlock(&tower_lock);
}

void bell_ring(struct bell *b)
{
	spin_lock(&b->lock);
	b->rings++;
	spin_unlock(&b->lock);
}
