// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ways that a handler does not go, and places that it does not interrupt: a
 * last reference, work that soft interrupts run, a device that is down, a
 * handler that is called by hand, a timer that is bound again.
 */
#include <linux/kernel.h>

struct net_device { void *priv; };
struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	int (*ndo_set_mac_address)(struct net_device *dev, void *addr);
};
extern struct workqueue_struct *system_bh_wq;
extern struct workqueue_struct *system_wq;
#define WQ_BH 2u

struct lamp {
	spinlock_t direct, last, bh, made_bh, sent, masked, polled, rebound, asked;
	struct timer_list timer, twice;
	struct work_struct plain, soft, made;
	struct workqueue_struct *wq;
	struct kref refs;
	unsigned irq;
	int level, is_up, is_lit, is_warm;
};

static void lamp_touch(struct lamp *l)
{
	spin_lock(&l->direct);
	l->level++;
	spin_unlock(&l->direct);
}

static void lamp_gone(struct lamp *l)
{
	spin_lock(&l->last);
	l->level = 0;
	spin_unlock(&l->last);
}

static void lamp_put(struct lamp *l)
{
	if (!--l->level)
		lamp_gone(l);
}

static void lamp_warm(struct lamp *l)
{
	if (!l->is_warm)
		return;
	spin_lock(&l->asked);
	l->level++;
	spin_unlock(&l->asked);
}

static void lamp_lit(struct lamp *l)
{
	if (l->is_lit)
		lamp_warm(l);
}

static void lamp_timer(struct timer_list *t)
{
	struct lamp *l = from_timer(l, t, timer);

	lamp_touch(l);
	lamp_put(l);
	if (l->is_up)
		lamp_lit(l);
	spin_lock(&l->bh);
	l->level++;
	spin_unlock(&l->bh);
	spin_lock(&l->made_bh);
	l->level++;
	spin_unlock(&l->made_bh);
	spin_lock(&l->masked);
	l->level++;
	spin_unlock(&l->masked);
}

static void bad_plain_work(struct work_struct *work)
{
	struct lamp *l = container_of(work, struct lamp, plain);

	spin_lock(&l->direct);
	l->level++;
	spin_unlock(&l->direct);
	spin_lock(&l->bh);
	l->level++;
	spin_unlock(&l->bh);
}

/* Runs as a soft interrupt, which the timer does not interrupt. */
static void good_bh_work(struct work_struct *work)
{
	struct lamp *l = container_of(work, struct lamp, soft);

	spin_lock(&l->bh);
	l->level++;
	spin_unlock(&l->bh);
}

static void good_made_bh_work(struct work_struct *work)
{
	struct lamp *l = container_of(work, struct lamp, made);

	spin_lock(&l->made_bh);
	l->level++;
	spin_unlock(&l->made_bh);
}

/* The timer gets to these locks for the last reference, and where three things are so. */
static void likely_by_put(struct lamp *l)
{
	l = kmalloc(4, GFP_KERNEL);
	spin_lock(&l->last);
	l->level++;
	spin_unlock(&l->last);
}

static void maybe_asked_thrice(struct lamp *l)
{
	l = kmalloc(4, GFP_KERNEL);
	spin_lock(&l->asked);
	l->level++;
	spin_unlock(&l->asked);
}

/* Its body is not to be had: the name tells. */
unsigned long lamp_mask_irqsave(struct lamp *l);
void lamp_mask_irqrestore(struct lamp *l, unsigned long flags);

static void good_masked_by_name(struct lamp *l)
{
	unsigned long flags;

	l = kmalloc(4, GFP_KERNEL);
	flags = lamp_mask_irqsave(l);
	spin_lock(&l->masked);
	l->level++;
	spin_unlock(&l->masked);
	lamp_mask_irqrestore(l, flags);
}

static void bad_unmasked_by_name(struct lamp *l)
{
	unsigned long flags;

	l = kmalloc(4, GFP_KERNEL);
	flags = lamp_mask_irqsave(l);
	lamp_mask_irqrestore(l, flags);
	spin_lock(&l->masked);
	l->level++;
	spin_unlock(&l->masked);
}

/* Nothing defines the macro. */
#ifdef LAMP_IN_TASKS
static void maybe_not_built(struct lamp *l)
{
	l = kmalloc(4, GFP_KERNEL);
	spin_lock(&l->direct);
	l->level++;
	spin_unlock(&l->direct);
}
#endif

static int lamp_irq(int irq, void *data)
{
	struct lamp *l = data;

	spin_lock(&l->polled);
	l->level++;
	spin_unlock(&l->polled);
	return 0;
}

static void maybe_polls_by_hand(struct lamp *l)
{
	l->level = kmalloc(4, GFP_KERNEL) != (void *)0;
	lamp_irq(0, l);
}

static int lamp_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct lamp *l = dev->priv;

	spin_lock(&l->sent);
	l->level++;
	spin_unlock(&l->sent);
	return 0;
}

/* Only called before something is sent, too: with what sleeps in it. */
static void good_reset(struct lamp *l)
{
	l->level = kmalloc(4, GFP_KERNEL) != (void *)0;
	spin_lock(&l->sent);
	l->level = 0;
	spin_unlock(&l->sent);
}

/* Nothing is sent before this has returned. */
static int good_open(struct net_device *dev)
{
	struct lamp *l = dev->priv;

	good_reset(l);
	spin_lock(&l->sent);
	l->level = 0;
	spin_unlock(&l->sent);
	return 0;
}

static int bad_set_address(struct net_device *dev, void *addr)
{
	struct lamp *l = dev->priv;

	spin_lock(&l->sent);
	l->level++;
	spin_unlock(&l->sent);
	return 0;
}

static const struct net_device_ops lamp_ops = {
	.ndo_open = good_open,
	.ndo_start_xmit = lamp_xmit,
	.ndo_set_mac_address = bad_set_address,
};

/* What is bound first never runs: the timer is bound again before the only start. */
static void lamp_first(struct timer_list *t)
{
	struct lamp *l = from_timer(l, t, twice);

	spin_lock(&l->rebound);
	l->level++;
	spin_unlock(&l->rebound);
}

static void lamp_second(struct timer_list *t)
{
	struct lamp *l = from_timer(l, t, twice);

	l->level = 0;
}

static void good_rebound(struct lamp *l)
{
	l = kmalloc(4, GFP_KERNEL);
	spin_lock(&l->rebound);
	l->level++;
	spin_unlock(&l->rebound);
}

int mod_timer(struct timer_list *timer, unsigned long expires);

static void lamp_start(struct lamp *l)
{
	timer_setup(&l->twice, lamp_second, 0);
	mod_timer(&l->twice, 1);
}

void lamp_bind(struct lamp *l)
{
	timer_setup(&l->timer, lamp_timer, 0);
	timer_setup(&l->twice, lamp_first, 0);
	INIT_WORK(&l->plain, bad_plain_work);
	INIT_WORK(&l->soft, good_bh_work);
	INIT_WORK(&l->made, good_made_bh_work);
	request_irq(l->irq, lamp_irq, 0, "lamp", l);
	l->wq = alloc_workqueue("lamp", WQ_BH, 0);
}

void lamp_run(struct lamp *l)
{
	queue_work(system_wq, &l->plain);
	queue_work(system_bh_wq, &l->soft);
	queue_work(l->wq, &l->made);
	likely_by_put(l);
	maybe_asked_thrice(l);
	good_masked_by_name(l);
	bad_unmasked_by_name(l);
	maybe_polls_by_hand(l);
#ifdef LAMP_IN_TASKS
	maybe_not_built(l);
#endif
	good_rebound(l);
	lamp_start(l);
}
