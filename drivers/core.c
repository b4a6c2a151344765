/* core.c */
#include <linux/mutex.h>

static int core_lock(struct core *c)
{
	mutex_lock(&c->lock);
	c->users++;
	mutex_unlock(&c->lock);
	return 0;
}

static void core_stop(struct core *c)
{
	mutex_lock(&c->lock);
	cancel_work_sync(&c->work);
	mutex_unlock(&c->lock);
}

int core_open(struct core *c)
{
	return core_lock(c);
}
