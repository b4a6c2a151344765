// SPDX-License-Identifier: GPL-2.0-or-later
/* A core that calls its drivers with a lock held which the work of an object hanging off the same record takes. */
#include <linux/kernel.h>
#include <linux/tower.h>

static void horn_poll(struct work_struct *work)
{
	struct horn *h = container_of(work, struct horn, poll);
	struct tower *t = h->data;

	mutex_lock(&t->mtx);
	mutex_unlock(&t->mtx);
}

static struct horn *horn_alloc(void *data)
{
	struct horn *h = kzalloc(sizeof(*h), GFP_KERNEL);

	h->data = data;
	INIT_WORK(&h->poll, horn_poll);
	return h;
}

struct tower *tower_new(const struct tower_ops *ops, void *priv)
{
	struct tower *t = kzalloc(sizeof(*t), GFP_KERNEL);

	t->ops = ops;
	t->priv = priv;
	t->horn = horn_alloc(t);
	return t;
}

void horn_stop(struct horn *h)
{
	cancel_work_sync(&h->poll);
}

int tower_open(struct tower *t)
{
	int ret;

	mutex_lock(&t->mtx);
	ret = t->ops->start(t);
	mutex_unlock(&t->mtx);
	return ret;
}
