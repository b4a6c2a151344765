// SPDX-License-Identifier: GPL-2.0-or-later
/* Slots whose callers are known: packets are sent with soft interrupts off, an interface is opened by a task. */
#include <linux/kernel.h>

struct net_device;
struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	void (*ndo_set_rx_mode)(struct net_device *dev);
};
struct irq_data;
struct irq_chip {
	void (*irq_mask)(struct irq_data *d);
};

struct nic {
	spinlock_t queue, ring, opened, asked, mask;
	struct work_struct bad, good, bad_mask, good_off, bad_on, good_local;
	struct timer_list timer;
	int sent;
};

struct nic *nic_of(struct net_device *dev);
struct nic *nic_of_irq(struct irq_data *d);

static int nic_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nic *n = nic_of(dev);

	spin_lock(&n->queue);
	n->sent++;
	spin_unlock(&n->queue);
	spin_lock(&n->ring);
	n->sent++;
	spin_unlock(&n->ring);
	return 0;
}

static void bad_tx_work(struct work_struct *work)
{
	struct nic *n = container_of(work, struct nic, bad);

	spin_lock(&n->queue);
	n->sent = 0;
	spin_unlock(&n->queue);
}

static void good_tx_work(struct work_struct *work)
{
	struct nic *n = container_of(work, struct nic, good);

	spin_lock_bh(&n->ring);
	n->sent = 0;
	spin_unlock_bh(&n->ring);
}

static void nic_timer(struct timer_list *t)
{
	struct nic *n = from_timer(n, t, timer);

	spin_lock(&n->opened);
	n->sent = 0;
	spin_unlock(&n->opened);
	spin_lock(&n->asked);
	n->sent = 0;
	spin_unlock(&n->asked);
}

static int bad_open(struct net_device *dev)
{
	struct nic *n = nic_of(dev);

	spin_lock(&n->opened);
	n->sent = 0;
	spin_unlock(&n->opened);
	return 0;
}

/* Who calls has soft interrupts off. */
static void good_set_rx_mode(struct net_device *dev)
{
	struct nic *n = nic_of(dev);

	spin_lock(&n->asked);
	n->sent = 0;
	spin_unlock(&n->asked);
}

static void nic_irq_mask(struct irq_data *d)
{
	struct nic *n = nic_of_irq(d);

	spin_lock(&n->mask);
	n->sent = 0;
	spin_unlock(&n->mask);
}

/* Soft interrupts off is not enough. */
static void bad_mask_work(struct work_struct *work)
{
	struct nic *n = container_of(work, struct nic, bad_mask);

	spin_lock_bh(&n->mask);
	n->sent = 0;
	spin_unlock_bh(&n->mask);
}

/* A plain unlock does not switch interrupts on. */
static void good_still_off_work(struct work_struct *work)
{
	struct nic *n = container_of(work, struct nic, good_off);

	spin_lock_irq(&n->ring);
	spin_unlock(&n->ring);
	spin_lock(&n->mask);
	n->sent = 0;
	spin_unlock_irq(&n->mask);
}

static void bad_on_again_work(struct work_struct *work)
{
	struct nic *n = container_of(work, struct nic, bad_on);

	spin_lock_irq(&n->ring);
	spin_unlock_irq(&n->ring);
	spin_lock(&n->mask);
	n->sent = 0;
	spin_unlock(&n->mask);
}

void local_lock_irqsave(void *lock, unsigned long flags);
void local_unlock_irqrestore(void *lock, unsigned long flags);

static void good_local_work(struct work_struct *work)
{
	struct nic *n = container_of(work, struct nic, good_local);

	local_lock_irqsave(&n->sent, 0);
	spin_lock(&n->mask);
	n->sent = 0;
	spin_unlock(&n->mask);
	local_unlock_irqrestore(&n->sent, 0);
}

static const struct irq_chip nic_chip = { .irq_mask = nic_irq_mask };
static const struct net_device_ops nic_ops = {
	.ndo_open = bad_open,
	.ndo_start_xmit = nic_start_xmit,
	.ndo_set_rx_mode = good_set_rx_mode,
};

void nic_bind(struct nic *n)
{
	timer_setup(&n->timer, nic_timer, 0);
	INIT_WORK(&n->bad, bad_tx_work);
	INIT_WORK(&n->good, good_tx_work);
	INIT_WORK(&n->bad_mask, bad_mask_work);
	INIT_WORK(&n->good_off, good_still_off_work);
	INIT_WORK(&n->bad_on, bad_on_again_work);
	INIT_WORK(&n->good_local, good_local_work);
}

/* Who binds a handler hands it over and does not call it, whichever of two does. */
struct wire_nic {
	spinlock_t events;
	int seen;
};

static int wire_nic_irq(int irq, void *data)
{
	struct wire_nic *w = data;

	spin_lock(&w->events);
	w->seen++;
	spin_unlock(&w->events);
	return 1;
}

static int good_bind_single(struct wire_nic *w)
{
	return request_irq(7, wire_nic_irq, 0, "single", w);
}

static int good_bind_many(struct wire_nic *w)
{
	return request_irq(8, wire_nic_irq, 0, "many", w);
}

int wire_nic_up(struct wire_nic *w, int many)
{
	void *buffer = kmalloc(64, GFP_KERNEL);

	if (!buffer)
		return -12;
	kfree(buffer);
	return many ? good_bind_many(w) : good_bind_single(w);
}
