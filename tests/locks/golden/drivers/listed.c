// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions that macros put into tables. */
#include <linux/kernel.h>

struct rig;

struct rig_ops {
	const char *name;
	int (*poll)(struct rig *r);
	int (*idle)(struct rig *r);
};

struct rig {
	struct mutex lock;
	struct work_struct work;
	const struct rig_ops *ops;
	int level;
};

#define RIG_POLL(_poll) .poll = (_poll)
#define RIG(_name, _poll, _idle) \
{				\
	.name = (_name),	\
	RIG_POLL(_poll),	\
	.idle = _idle,		\
}

static int proven_rig_poll(struct rig *r)
{
	mutex_lock(&r->lock);
	r->level++;
	mutex_unlock(&r->lock);
	return 0;
}

static int good_rig_idle(struct rig *r)
{
	return r->level;
}

static const struct rig_ops rig_ops =
	RIG("rig", proven_rig_poll,
	    good_rig_idle);

static void rig_work(struct work_struct *w)
{
	struct rig *r = container_of(w, struct rig, work);

	r->ops->poll(r);
}

void proven_rig_stop(struct rig *r)
{
	mutex_lock(&r->lock);
	cancel_work_sync(&r->work);
	mutex_unlock(&r->lock);
}

void rig_start(struct rig *r)
{
	r->ops = &rig_ops;
	INIT_WORK(&r->work, rig_work);
}
