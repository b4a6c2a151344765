// SPDX-License-Identifier: GPL-2.0-or-later
/* A core that calls its drivers with one lock for all of them held. */
#include <linux/quay.h>

static DEFINE_MUTEX(quay_mutex);

void quay_lock_all(void)
{
	mutex_lock(&quay_mutex);
}

void quay_unlock_all(void)
{
	mutex_unlock(&quay_mutex);
}

int quay_moor(struct quay *q)
{
	int err;

	mutex_lock(&quay_mutex);
	err = q->ops->moor(q);
	mutex_unlock(&quay_mutex);
	return err;
}

int quay_leave(struct quay *q)
{
	return q->ops->leave(q);
}
