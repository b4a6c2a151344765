// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A spinlock that a timer takes, taken by work with and without the timer off;
 * one that an interrupt handler takes through a helper which others call with
 * interrupts on; and handlers that wait for what they may have interrupted.
 */
#include <linux/kernel.h>

struct port {
	spinlock_t one, two;
	struct timer_list timer;
	struct work_struct bad;
	struct work_struct good;
	int sent;
};

static void port_timer(struct timer_list *t)
{
	struct port *p = from_timer(p, t, timer);

	spin_lock(&p->one);
	p->sent = 0;
	spin_unlock(&p->one);
	spin_lock(&p->two);
	p->sent = 1;
	spin_unlock(&p->two);
}

static void bad_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, bad);

	spin_lock(&p->one);
	p->sent++;
	spin_unlock(&p->one);
}

static void good_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, good);

	spin_lock_bh(&p->two);
	p->sent++;
	spin_unlock_bh(&p->two);
}

void port_bind(struct port *p)
{
	timer_setup(&p->timer, port_timer, 0);
	INIT_WORK(&p->bad, bad_work);
	INIT_WORK(&p->good, good_work);
}

struct line {
	unsigned irq;
	spinlock_t fifo, ring;
	struct timer_list slow, safe;
	struct work_struct refill;
	void *buffer;
	int level;
};

/* Called by the handler and by others: that it is part of a handler excuses nobody. */
static void line_kick(struct line *l)
{
	spin_lock(&l->fifo);
	l->level++;
	spin_unlock(&l->fifo);
}

static void line_slow(struct timer_list *t)
{
	struct line *l = from_timer(l, t, slow);

	l->level = 0;
}

static void line_safe(struct timer_list *t)
{
	struct line *l = from_timer(l, t, safe);

	l->level = 1;
}

static void line_refill(struct work_struct *work)
{
	struct line *l = container_of(work, struct line, refill);

	l->level = 2;
}

static void bad_stop_slow(struct line *l)
{
	del_timer_sync(&l->slow);
}

static void good_stop_safe(struct line *l)
{
	del_timer_sync(&l->safe);
}

static void line_drop(struct line *l)
{
	if (in_interrupt())
		return;
	cancel_work_sync(&l->refill);
}

static int line_irq(int irq, void *data)
{
	struct line *l = data;

	line_kick(l);
	bad_stop_slow(l);
	good_stop_safe(l);
	line_drop(l);
	spin_lock(&l->ring);
	l->level--;
	spin_unlock(&l->ring);
	return 1;
}

int line_bind(struct line *l)
{
	timer_setup(&l->slow, line_slow, 0);
	timer_setup(&l->safe, line_safe, TIMER_IRQSAFE);
	INIT_WORK(&l->refill, line_refill);
	return request_irq(l->irq, line_irq, 0, "line", l);
}

/* It may sleep, so interrupts are on. */
int bad_line_open(struct line *l)
{
	l->buffer = kmalloc(64, GFP_KERNEL);
	line_kick(l);
	return 0;
}

int good_line_open(struct line *l)
{
	l->buffer = kmalloc(64, GFP_KERNEL);
	local_irq_disable();
	line_kick(l);
	local_irq_enable();
	return 0;
}

/* Nothing is known of the context. */
int good_line_push(struct line *l)
{
	l->buffer = kmalloc(64, GFP_ATOMIC);
	line_kick(l);
	return 0;
}

void bad_line_reset(struct line *l)
{
	kfree(l->buffer);
	l->buffer = kmalloc(64, GFP_KERNEL);
	spin_lock(&l->ring);
	l->level = 0;
	spin_unlock(&l->ring);
}

/* The handler has ended, and does not come again. */
void good_line_reset(struct line *l)
{
	l->buffer = kmalloc(64, GFP_KERNEL);
	disable_irq(l->irq);
	spin_lock(&l->ring);
	l->level = 0;
	spin_unlock(&l->ring);
	enable_irq(l->irq);
}

/* A part of somebody's poll function: it hands packets on. */
void bad_line_receive(struct line *l, struct napi_struct *napi, struct sk_buff *skb)
{
	if (l->level)
		cancel_work_sync(&l->refill);
	napi_gro_receive(napi, skb);
}

void good_line_idle(struct line *l, struct napi_struct *napi)
{
	l->level = napi->weight;
	cancel_work_sync(&l->refill);
}
