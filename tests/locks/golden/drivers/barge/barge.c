// SPDX-License-Identifier: GPL-2.0-or-later
/* Another driver beside it, that takes none. */
#include <linux/quay.h>

static int barge_moor(struct quay *q)
{
	q->level++;
	return 0;
}

static int barge_leave(struct quay *q)
{
	q->level--;
	return 0;
}

static const struct quay_ops barge_ops = {
	.moor = barge_moor,
	.leave = barge_leave,
};

void barge_start(struct quay *q)
{
	q->ops = &barge_ops;
}
