// SPDX-License-Identifier: GPL-2.0-or-later
/* The lock for all that the core has when it calls: once more, and where it has none. */
#include <linux/quay.h>

static int bad_ferry_moor(struct quay *q)
{
	quay_lock_all();
	q->level++;
	quay_unlock_all();
	return 0;
}

static int good_ferry_leave(struct quay *q)
{
	quay_lock_all();
	q->level--;
	quay_unlock_all();
	return 0;
}

static const struct quay_ops ferry_ops = {
	.moor = bad_ferry_moor,
	.leave = good_ferry_leave,
};

void ferry_start(struct quay *q)
{
	q->ops = &ferry_ops;
}
