// SPDX-License-Identifier: GPL-2.0-or-later
/* A spinlock that a timer takes, taken by work with and without the timer off. */
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
