// SPDX-License-Identifier: GPL-2.0-or-later
/* Waits for a completion function of USB, for hard handlers only, and waits that spin. */
#include <linux/kernel.h>

struct dongle {
	spinlock_t lock;
	spinlock_t other;
	struct mutex mutex;
	struct urb *urb;
	struct tasklet_struct tasklet;
	struct napi_struct napi;
	unsigned hard_irq, soft_irq, sync_irq, own_irq;
	int level;
};

static void dongle_done(struct urb *urb)
{
	struct dongle *d = urb->context;

	spin_lock(&d->lock);
	d->level++;
	spin_unlock(&d->lock);
}

static void dongle_tasklet(struct tasklet_struct *t)
{
	struct dongle *d = from_tasklet(d, t, tasklet);

	spin_lock(&d->lock);
	d->level++;
	spin_unlock(&d->lock);
}

static int dongle_poll(struct napi_struct *napi, int budget)
{
	struct dongle *d = container_of(napi, struct dongle, napi);

	spin_lock(&d->lock);
	d->level++;
	spin_unlock(&d->lock);
	return 0;
}

static int dongle_hard(int irq, void *data)
{
	struct dongle *d = data;

	spin_lock(&d->lock);
	d->level++;
	spin_unlock(&d->lock);
	return 1;
}

/* waits for hard handlers from its thread: not for itself */
static int good_thread(int irq, void *data)
{
	struct dongle *d = data;

	synchronize_hardirq(d->sync_irq);
	return 1;
}

/* the number that it is handed */
static int good_thread_own(int irq, void *data)
{
	synchronize_hardirq(irq);
	return 1;
}

static int dongle_thread(int irq, void *data)
{
	struct dongle *d = data;

	mutex_lock(&d->mutex);
	d->level++;
	mutex_unlock(&d->mutex);
	return 1;
}

int dongle_bind(struct dongle *d, struct usb_device *udev)
{
	usb_fill_bulk_urb(d->urb, udev, 0, 0, 0, dongle_done, d);
	tasklet_setup(&d->tasklet, dongle_tasklet);
	netif_napi_add(0, &d->napi, dongle_poll);
	request_irq(d->hard_irq, dongle_hard, 0, "dongle", d);
	request_threaded_irq(d->sync_irq, 0, good_thread, 0, "dongle", d);
	request_threaded_irq(d->own_irq, 0, good_thread_own, 0, "dongle", d);
	return request_threaded_irq(d->soft_irq, 0, dongle_thread, 0, "dongle", d);
}

void bad_kill_urb(struct dongle *d)
{
	spin_lock(&d->lock);
	usb_kill_urb(d->urb);
	spin_unlock(&d->lock);
}

void good_kill_urb(struct dongle *d)
{
	spin_lock(&d->other);
	usb_kill_urb(d->urb);
	spin_unlock(&d->other);
}

static void maybe_poison(struct dongle *d)
{
	usb_poison_urb(d->urb);
}

/* it sleeps: that a caller still has a spinlock is hardly so */
void maybe_poison_caller(struct dongle *d)
{
	spin_lock(&d->lock);
	maybe_poison(d);
	spin_unlock(&d->lock);
}

void proven_tasklet_spin(struct dongle *d)
{
	spin_lock_bh(&d->lock);
	tasklet_unlock_spin_wait(&d->tasklet);
	spin_unlock_bh(&d->lock);
}

void good_tasklet_spin(struct dongle *d)
{
	spin_lock_bh(&d->other);
	tasklet_unlock_spin_wait(&d->tasklet);
	spin_unlock_bh(&d->other);
}

void bad_napi_locked(struct dongle *d)
{
	spin_lock_bh(&d->lock);
	napi_disable_locked(&d->napi);
	spin_unlock_bh(&d->lock);
}

void bad_hardirq(struct dongle *d)
{
	spin_lock_irq(&d->lock);
	synchronize_hardirq(d->hard_irq);
	spin_unlock_irq(&d->lock);
}

/* the handler's thread is not waited for */
void good_hardirq(struct dongle *d)
{
	mutex_lock(&d->mutex);
	synchronize_hardirq(d->soft_irq);
	mutex_unlock(&d->mutex);
}

/* the number is a local: the handler is told by the dev_id */
void likely_free(struct dongle *d, int number)
{
	mutex_lock(&d->mutex);
	free_irq(number, d);
	mutex_unlock(&d->mutex);
}

/* a dev_id of another kind is another handler's */
void good_free(struct dongle *d, int number)
{
	mutex_lock(&d->mutex);
	free_irq(number, d->urb);
	mutex_unlock(&d->mutex);
}

void bad_softirq(struct dongle *d)
{
	mutex_lock(&d->mutex);
	synchronize_irq(d->soft_irq);
	mutex_unlock(&d->mutex);
}

/* what a poll function does once it is done is not waited for, unless it is scheduled again */
struct pump {
	spinlock_t during, done, said, again;
	struct napi_struct napi;
	int level;
};

static int pump_poll(struct napi_struct *napi, int budget)
{
	struct pump *p = container_of(napi, struct pump, napi);

	spin_lock(&p->during);
	spin_unlock(&p->during);
	if (p->level < budget && napi_complete_done(napi, p->level)) {
		spin_lock(&p->done);
		spin_unlock(&p->done);
		if (napi_schedule(napi)) {
			spin_lock(&p->again);
			spin_unlock(&p->again);
		}
		return p->level;
	}
	napi_complete_done(napi, p->level);
	spin_lock(&p->said);
	spin_unlock(&p->said);
	return p->level;
}

void pump_bind(struct pump *p)
{
	netif_napi_add(0, &p->napi, pump_poll);
}

void proven_pump_during(struct pump *p)
{
	spin_lock_bh(&p->during);
	napi_disable_locked(&p->napi);
	spin_unlock_bh(&p->during);
}

void good_pump_done(struct pump *p)
{
	spin_lock_bh(&p->done);
	napi_disable_locked(&p->napi);
	spin_unlock_bh(&p->done);
}

void likely_pump_said(struct pump *p)
{
	spin_lock_bh(&p->said);
	napi_disable_locked(&p->napi);
	spin_unlock_bh(&p->said);
}

void likely_pump_again(struct pump *p)
{
	spin_lock_bh(&p->again);
	napi_disable_locked(&p->napi);
	spin_unlock_bh(&p->again);
}
