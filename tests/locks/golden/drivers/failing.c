// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits that are made where something has failed: before the callback was
 * bound, before anybody could start it, for an object that was just made; and
 * what both threads find, one so and the other not.
 */
#include <linux/kernel.h>
#include <linux/bus.h>

struct pump {
	struct mutex lock;
	struct work_struct work, other, third;
	struct task_struct *thread, *second;
	struct list_head list;
	int pipes, state;
};
static DEFINE_MUTEX(pumps_lock);

static int pump_thread(void *data)
{
	mutex_lock(&pumps_lock);
	mutex_unlock(&pumps_lock);
	return 0;
}

static int pump_second(void *data)
{
	mutex_lock(&pumps_lock);
	mutex_unlock(&pumps_lock);
	return 0;
}

static void pump_free(struct pump *p)
{
	if (p->thread)
		kthread_stop(p->thread);
}

static void pump_free_second(struct pump *p)
{
	if (p->second)
		kthread_stop(p->second);
}

/* it stops the thread only where that could not be made */
int maybe_pump_add(struct pump *p)
{
	int ret;

	mutex_lock(&pumps_lock);
	ret = pump_pid(p);
	if (ret < 0)
		goto err_free;
	p->thread = kthread_run(pump_thread, p, "pump");
	if (IS_ERR(p->thread)) {
		ret = -1;
		p->thread = 0;
		goto err_free;
	}
	ret = pump_register(p);
	if (ret < 0)
		goto err_put;
	mutex_unlock(&pumps_lock);
	return 0;
err_free:
	pump_free(p);
err_put:
	mutex_unlock(&pumps_lock);
	return ret;
}

/* and here it runs */
int bad_pump_add(struct pump *p)
{
	int ret;

	mutex_lock(&pumps_lock);
	p->second = kthread_run(pump_second, p, "pump");
	if (IS_ERR(p->second)) {
		ret = -1;
		p->second = 0;
		goto err_put;
	}
	ret = pump_register(p);
	if (ret < 0)
		goto err_free;
	mutex_unlock(&pumps_lock);
	return 0;
err_free:
	pump_free_second(p);
err_put:
	mutex_unlock(&pumps_lock);
	return ret;
}

static void pump_work(struct work_struct *work)
{
	struct pump *p = container_of(work, struct pump, work);

	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
}

/* nobody has queued it before the device is registered, which failed */
int maybe_pump_begin(struct pump *p)
{
	int ret;

	mutex_lock(&p->lock);
	INIT_WORK(&p->work, pump_work);
	ret = pump_register(p);
	if (ret < 0)
		goto err_stop;
	mutex_unlock(&p->lock);
	return 0;
err_stop:
	cancel_work_sync(&p->work);
	mutex_unlock(&p->lock);
	return ret;
}

/* bound one call below */
static void pump_third_work(struct work_struct *work)
{
	struct pump *p = container_of(work, struct pump, third);

	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
}

static void pump_third_init(struct pump *p)
{
	INIT_WORK(&p->third, pump_third_work);
}

int maybe_pump_load(struct pump *p)
{
	int ret;

	mutex_lock(&p->lock);
	pump_third_init(p);
	ret = pump_register(p);
	if (ret < 0)
		goto err_stop;
	mutex_unlock(&p->lock);
	return 0;
err_stop:
	cancel_work_sync(&p->third);
	mutex_unlock(&p->lock);
	return ret;
}

void bad_pump_unload(struct pump *p)
{
	mutex_lock(&p->lock);
	cancel_work_sync(&p->third);
	mutex_unlock(&p->lock);
}

void bad_pump_end(struct pump *p)
{
	mutex_lock(&p->lock);
	cancel_work_sync(&p->work);
	mutex_unlock(&p->lock);
}

static bool pump_has_pipes(struct pump *p)
{
	return p->pipes;
}

static void pump_other(struct work_struct *work)
{
	struct pump *p = container_of(work, struct pump, other);

	if (!pump_has_pipes(p))
		return;
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
}

static void pump_down(struct pump *p)
{
	cancel_work_sync(&p->other);
}

/* the callback needs the lock with pipes only */
int maybe_pump_reload(struct pump *p)
{
	mutex_lock(&p->lock);
	if (pump_has_pipes(p)) {
		mutex_unlock(&p->lock);
		return -1;
	}
	pump_down(p);
	mutex_unlock(&p->lock);
	return 0;
}

int bad_pump_reload(struct pump *p)
{
	mutex_lock(&p->lock);
	if (!pump_has_pipes(p)) {
		mutex_unlock(&p->lock);
		return -1;
	}
	cancel_work_sync(&p->other);
	mutex_unlock(&p->lock);
	return 0;
}

/* a connection that the item has made itself has one reference, that of others may have more */
struct pipe {
	int refs;
	struct workqueue_struct *wq;
	struct work_struct made, got;
};

/* an item that was cancelled is not waited for by its queue */
struct drum {
	struct mutex lock;
	struct workqueue_struct *wq;
	struct work_struct turn, stop;
};

static void drum_turn(struct work_struct *work)
{
	struct drum *d = container_of(work, struct drum, turn);

	mutex_lock(&d->lock);
	mutex_unlock(&d->lock);
}

static void drum_run(struct drum *d)
{
	queue_work(d->wq, &d->turn);
}

void drum_init(struct drum *d)
{
	INIT_WORK(&d->turn, drum_turn);
	drum_run(d);
}

void maybe_drum_stop(struct drum *d)
{
	cancel_work_sync(&d->turn);
	mutex_lock(&d->lock);
	destroy_workqueue(d->wq);
	mutex_unlock(&d->lock);
}

void bad_drum_leave(struct drum *d)
{
	mutex_lock(&d->lock);
	destroy_workqueue(d->wq);
	mutex_unlock(&d->lock);
}

/* a poll function that is there for some objects only */
struct hose {
	spinlock_t lock;
	struct napi_struct napi;
	struct work_struct slow, any;
	_Bool polls;
};

static int hose_poll(struct napi_struct *napi, int budget)
{
	struct hose *h = container_of(napi, struct hose, napi);

	spin_lock(&h->lock);
	spin_unlock(&h->lock);
	return 0;
}

static void maybe_hose_slow(struct work_struct *work)
{
	struct hose *h = container_of(work, struct hose, slow);

	if (h->polls)
		return;
	spin_lock(&h->lock);
	spin_unlock(&h->lock);
}

static void bad_hose_any(struct work_struct *work)
{
	struct hose *h = container_of(work, struct hose, any);

	spin_lock(&h->lock);
	spin_unlock(&h->lock);
}

void hose_init(struct hose *h, _Bool polls)
{
	h->polls = polls;
	if (polls)
		netif_napi_add(0, &h->napi, hose_poll);
	INIT_WORK(&h->slow, maybe_hose_slow);
	INIT_WORK(&h->any, bad_hose_any);
}

/* who goes on where one slot is empty has no table in which it is filled */
struct crane;
struct crane_ops {
	void (*lower)(struct crane *c);
	void (*pause)(struct crane *c);
};
struct crane {
	struct mutex lock, other;
	const struct crane_ops *ops;
};

static void crane_lower(struct crane *c)
{
	mutex_lock(&c->lock);
	mutex_unlock(&c->lock);
}

static void crane_pause(struct crane *c)
{
	c->ops = 0;
}

static const struct crane_ops crane_table = { .lower = crane_lower, .pause = crane_pause };

static void crane_go(struct crane *c)
{
	c->ops->lower(c);
}

void maybe_crane_stop(struct crane *c)
{
	mutex_lock(&c->lock);
	if (!c->ops->pause)
		crane_go(c);
	mutex_unlock(&c->lock);
}

void bad_crane_stop(struct crane *c)
{
	mutex_lock(&c->lock);
	if (c->ops->pause)
		crane_go(c);
	mutex_unlock(&c->lock);
}

void crane_make(struct crane *c)
{
	c->ops = &crane_table;
}

struct pipe *pipe_create(struct pipe *from);
struct pipe *pipe_partner(struct pipe *of);
static struct workqueue_struct *pipe_wq;

static void pipe_destroy(struct pipe *p)
{
	if (p->refs > 1)
		flush_workqueue(pipe_wq);
}

static void maybe_pipe_made(struct work_struct *work)
{
	struct pipe *p = container_of(work, struct pipe, made), *new;

	new = pipe_create(p);
	pipe_destroy(new);
}

static void bad_pipe_got(struct work_struct *work)
{
	struct pipe *p = container_of(work, struct pipe, got), *other;

	other = pipe_partner(p);
	pipe_destroy(other);
}

void pipe_init(struct pipe *p)
{
	INIT_WORK(&p->made, maybe_pipe_made);
	INIT_WORK(&p->got, bad_pipe_got);
	queue_work(pipe_wq, &p->made);
	queue_work(pipe_wq, &p->got);
}

void pump_init(struct pump *p)
{
	INIT_WORK(&p->other, pump_other);
}
