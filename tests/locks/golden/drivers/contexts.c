// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of all kinds: hrtimers, RCU callbacks, USB transfers, calls on
 * another processor, a poll function that a local held first, the variants of
 * a driver; against tasks that take the same spinlock.
 */
#include <linux/kernel.h>

struct box;
struct box_ops { void (*send)(struct box *b); };

struct box {
	spinlock_t tick_lock, gone_lock, urb_lock, ipi_lock, poll_lock, send_lock, late_lock, each_lock;
	rwlock_t table_lock, list_lock;
	struct hrtimer tick;
	struct rcu_head gone;
	struct urb *urb;
	struct napi_struct napi;
	struct timer_list scan, late;
	const struct box_ops *ops;
	void *buffer;
	int level, is_new;
};

/* The hrtimer may have interrupted what it waits for. */
static void bad_stop_late(struct box *b)
{
	del_timer_sync(&b->late);
}

static int box_tick(struct hrtimer *t)
{
	struct box *b = container_of(t, struct box, tick);

	bad_stop_late(b);
	spin_lock(&b->tick_lock);
	b->level++;
	spin_unlock(&b->tick_lock);
	return 0;
}

static void box_gone(struct rcu_head *head)
{
	struct box *b = container_of(head, struct box, gone);

	spin_lock(&b->gone_lock);
	b->level++;
	spin_unlock(&b->gone_lock);
}

static void box_urb(struct urb *urb)
{
	struct box *b = urb->context;

	spin_lock(&b->urb_lock);
	b->level++;
	spin_unlock(&b->urb_lock);
}

static void box_there(void *data)
{
	struct box *b = data;

	spin_lock(&b->ipi_lock);
	b->level++;
	spin_unlock(&b->ipi_lock);
}

static int box_poll_old(struct napi_struct *napi, int budget)
{
	struct box *b = container_of(napi, struct box, napi);

	spin_lock(&b->poll_lock);
	b->level++;
	spin_unlock(&b->poll_lock);
	return 0;
}

static int box_poll_new(struct napi_struct *napi, int budget)
{
	return budget;
}

static void box_send_a(struct box *b)
{
	spin_lock(&b->send_lock);
	b->level++;
	spin_unlock(&b->send_lock);
}

static void box_send_b(struct box *b)
{
	b->level--;
}

static const struct box_ops box_ops_a = { .send = box_send_a };
static const struct box_ops box_ops_b = { .send = box_send_b };

/* Reads what tasks write, and what they only read, too. */
static void box_scan(struct timer_list *t)
{
	struct box *b = from_timer(b, t, scan);

	read_lock(&b->table_lock);
	b->level++;
	read_unlock(&b->table_lock);
	read_lock(&b->list_lock);
	b->level++;
	read_unlock(&b->list_lock);
	b->ops->send(b);
}

static void box_late(struct timer_list *t)
{
	struct box *b = from_timer(b, t, late);

	spin_lock(&b->late_lock);
	b->level++;
	spin_unlock(&b->late_lock);
	spin_lock(&b->each_lock);
	b->level++;
	spin_unlock(&b->each_lock);
}

void box_bind(struct box *b, struct usb_device *udev)
{
	int (*poll)(struct napi_struct *napi, int budget) = box_poll_old;

	if (b->is_new)
		poll = box_poll_new;
	b->ops = b->is_new ? &box_ops_b : &box_ops_a;
	hrtimer_setup(&b->tick, box_tick, 1, HRTIMER_MODE_REL);
	usb_fill_bulk_urb(b->urb, udev, 0, 0, 0, box_urb, b);
	netif_napi_add(0, &b->napi, poll);
	timer_setup(&b->scan, box_scan, 0);
	timer_setup(&b->late, box_late, 0);
	smp_call_function_single(1, box_there, b, 1);
	call_rcu(&b->gone, box_gone);
}

/* An hrtimer's function is no soft interrupt. */
void bad_box_tick(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock_bh(&b->tick_lock);
	b->level = 0;
	spin_unlock_bh(&b->tick_lock);
}

void good_box_tick(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock_irq(&b->tick_lock);
	b->level = 0;
	spin_unlock_irq(&b->tick_lock);
}

void bad_box_gone(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock(&b->gone_lock);
	b->level = 0;
	spin_unlock(&b->gone_lock);
}

void good_box_gone(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock_bh(&b->gone_lock);
	b->level = 0;
	spin_unlock_bh(&b->gone_lock);
}

void bad_box_urb(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock(&b->urb_lock);
	b->level = 0;
	spin_unlock(&b->urb_lock);
}

void bad_box_there(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock_bh(&b->ipi_lock);
	b->level = 0;
	spin_unlock_bh(&b->ipi_lock);
}

void good_box_there(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock_irq(&b->ipi_lock);
	b->level = 0;
	spin_unlock_irq(&b->ipi_lock);
}

void bad_box_poll(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock(&b->poll_lock);
	b->level = 0;
	spin_unlock(&b->poll_lock);
}

void bad_box_send(struct box *b)
{
	b->buffer = vzalloc(64);
	spin_lock(&b->send_lock);
	b->level = 0;
	spin_unlock(&b->send_lock);
}

void bad_box_write(struct box *b)
{
	b->buffer = vzalloc(64);
	write_lock(&b->table_lock);
	b->level = 0;
	write_unlock(&b->table_lock);
}

/* Two readers do not wait for each other. */
void good_box_read(struct box *b)
{
	b->buffer = vzalloc(64);
	read_lock(&b->list_lock);
	b->level = 0;
	read_unlock(&b->list_lock);
}

/* Called at any time, whatever it is called. */
static void box_late_init(struct box *b)
{
	spin_lock(&b->late_lock);
	b->level = 0;
	spin_unlock(&b->late_lock);
}

void bad_box_flush(struct box *b)
{
	b->buffer = vzalloc(64);
	box_late_init(b);
}

static void for_each_box(struct box *b, void (*fn)(struct box *b))
{
	for (; b->level; b++)
		fn(b);
}

static void for_each_box_quietly(struct box *b, void (*fn)(struct box *b))
{
	local_irq_disable();
	for (; b->level; b++)
		fn(b);
	local_irq_enable();
}

static void bad_each(struct box *b)
{
	spin_lock(&b->each_lock);
	b->level = 0;
	spin_unlock(&b->each_lock);
}

static void good_each(struct box *b)
{
	spin_lock(&b->each_lock);
	b->level = 1;
	spin_unlock(&b->each_lock);
}

void box_all(struct box *b)
{
	b->buffer = vzalloc(64);
	for_each_box(b, bad_each);
	for_each_box_quietly(b, good_each);
}

static void box_grab(struct box *b)
{
	local_irq_disable();
	spin_lock(&b->tick_lock);
}

/* Interrupts may be off: a function took the other lock. */
void maybe_box_grabbed(struct box *b)
{
	b->buffer = vzalloc(64);
	box_grab(b);
	spin_lock(&b->gone_lock);
	b->level = 0;
	spin_unlock(&b->gone_lock);
	spin_unlock(&b->tick_lock);
	local_irq_enable();
}
