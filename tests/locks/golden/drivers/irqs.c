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
	struct work_struct good, level, restored;
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

/* a level that is named, at which nothing comes */
static void good_level_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, level);
	unsigned long flags;

	local_save_flags(flags);
	local_irq_restore((unsigned long)PIL_NMI);
	spin_lock(&p->one);
	p->sent++;
	spin_unlock(&p->one);
	local_irq_restore(flags);
}

static void bad_restored_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, restored);
	unsigned long flags;

	local_irq_save(flags);
	p->sent = 0;
	local_irq_restore(flags);
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
	INIT_WORK(&p->level, good_level_work);
	INIT_WORK(&p->restored, bad_restored_work);
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

/* ---- a macro calls what it is given ------------------------------------------- */

struct gate {
	spinlock_t lock, other;
	struct timer_list timer;
	struct work_struct bad, good, named;
	int is_open;
};

void gate_note(const char *name);

static int gate_turn(struct gate *g)
{
	spin_lock(&g->lock);
	g->is_open = 1;
	spin_unlock(&g->lock);
	return 0;
}

static int gate_oil(struct gate *g)
{
	spin_lock(&g->other);
	g->is_open = 2;
	spin_unlock(&g->other);
	return 0;
}

static void gate_run(struct gate *g)
{
	int res;

#define GATE_STEP(step) do { res = step(g); if (res) goto done; } while (0)
#define GATE_NAME(step) gate_note(#step)
	GATE_STEP(gate_turn);
	GATE_NAME(gate_oil);
done:
	g->is_open = res;
}

static void gate_timer(struct timer_list *t)
{
	struct gate *g = from_timer(g, t, timer);

	gate_run(g);
}

static void bad_gate_work(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, bad);

	spin_lock(&g->lock);
	g->is_open = 0;
	spin_unlock(&g->lock);
}

static void good_gate_work(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, good);

	spin_lock_bh(&g->lock);
	g->is_open = 0;
	spin_unlock_bh(&g->lock);
}

/* its name is told only */
static void good_gate_named(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, named);

	gate_oil(g);
}

void gate_bind(struct gate *g)
{
	timer_setup(&g->timer, gate_timer, 0);
	INIT_WORK(&g->bad, bad_gate_work);
	INIT_WORK(&g->good, good_gate_work);
	INIT_WORK(&g->named, good_gate_named);
}

/* ---- two handlers of one file: the first gets there in rare states only ----------- */

struct lift {
	spinlock_t cable, brake;
	struct timer_list rare, often, seldom;
	struct work_struct work, other;
	int is_up, is_full, is_new, level;
};

static void lift_rare(struct timer_list *t)
{
	struct lift *l = from_timer(l, t, rare);

	if (l->is_up && l->is_full && l->is_new) {
		spin_lock(&l->cable);
		if (l->level)
			l->level--;
		spin_unlock(&l->cable);
	}
}

static void lift_slow(struct lift *l)
{
	if (l->is_up)
		lift_rare(&l->rare);
}

static void lift_slower(struct lift *l)
{
	if (l->is_full)
		lift_slow(l);
}

static void lift_seldom(struct timer_list *t)
{
	struct lift *l = from_timer(l, t, seldom);

	if (l->is_new)
		lift_slower(l);
}

static void lift_often(struct timer_list *t)
{
	struct lift *l = from_timer(l, t, often);

	spin_lock(&l->cable);
	l->level++;
	spin_unlock(&l->cable);
}

static void bad_lift_work(struct work_struct *work)
{
	struct lift *l = container_of(work, struct lift, work);

	spin_lock(&l->cable);
	l->level = 0;
	spin_unlock(&l->cable);
}

void lift_bind(struct lift *l)
{
	timer_setup(&l->seldom, lift_seldom, 0);
	timer_setup(&l->often, lift_often, 0);
	INIT_WORK(&l->work, bad_lift_work);
}

/* ---- the thread of an interrupt, which stays masked while it runs or does not ------- */

struct drum {
	spinlock_t skin, rim;
	int beats;
};

static int drum_hit(int irq, void *data)
{
	struct drum *d = data;

	spin_lock(&d->skin);
	d->beats++;
	spin_unlock(&d->skin);
	return IRQ_WAKE_THREAD;
}

static int good_drum_thread(int irq, void *data)
{
	struct drum *d = data;

	spin_lock(&d->skin);
	d->beats = 0;
	spin_unlock(&d->skin);
	return IRQ_HANDLED;
}

static int drum_tap(int irq, void *data)
{
	struct drum *d = data;

	spin_lock(&d->rim);
	d->beats++;
	spin_unlock(&d->rim);
	return IRQ_WAKE_THREAD;
}

static int bad_drum_thread(int irq, void *data)
{
	struct drum *d = data;

	spin_lock(&d->rim);
	d->beats = 0;
	spin_unlock(&d->rim);
	return IRQ_HANDLED;
}

int drum_bind(struct drum *d)
{
	request_threaded_irq(3, drum_tap, bad_drum_thread, 0, "tap", d);
	return request_threaded_irq(4, drum_hit, good_drum_thread, IRQF_ONESHOT, "hit", d);
}
