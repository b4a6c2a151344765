// SPDX-License-Identifier: GPL-2.0-or-later
/* Two locks in both orders: each bad_ side has its other one, each good_ pair a reason. */
#include <linux/kernel.h>

struct port {
	struct mutex conf;
	struct mutex state;
	struct mutex tx;
	struct mutex rx;
	struct mutex gate;
	struct mutex up;
	struct mutex down;
	struct mutex tried;
	struct mutex after;
	struct rw_semaphore readers;
	struct rw_semaphore others;
	int value;
};

struct ring {
	struct mutex lock;
	struct port *port;
};

static DEFINE_MUTEX(list_lock);
static DEFINE_MUTEX(name_lock);

/* in one function each */
void bad_conf_state(struct port *p)
{
	mutex_lock(&p->conf);
	mutex_lock(&p->state);
	mutex_unlock(&p->state);
	mutex_unlock(&p->conf);
}

void bad_state_conf(struct port *q)
{
	mutex_lock(&q->state);
	mutex_lock(&q->conf);
	mutex_unlock(&q->conf);
	mutex_unlock(&q->state);
}

/* through callees, a guard and a wrapper */
static void port_tx_lock(struct port *p)
{
	mutex_lock(&p->tx);
}

static void port_tx_unlock(struct port *p)
{
	mutex_unlock(&p->tx);
}

static void bad_flush_tx(struct port *p)
{
	port_tx_lock(p);
	p->value = 0;
	port_tx_unlock(p);
}

void bad_rx_then_tx(struct port *p)
{
	guard(mutex)(&p->rx);
	bad_flush_tx(p);
}

static void bad_take_rx(struct port *p)
{
	mutex_lock(&p->rx);
	mutex_unlock(&p->rx);
}

void bad_tx_then_rx(struct port *p)
{
	port_tx_lock(p);
	bad_take_rx(p);
	port_tx_unlock(p);
}

/* two objects that are one for all */
void bad_list_name(void)
{
	mutex_lock(&list_lock);
	mutex_lock(&name_lock);
	mutex_unlock(&name_lock);
	mutex_unlock(&list_lock);
}

static void bad_told(void)
{
	lockdep_assert_held(&name_lock);
	mutex_lock(&list_lock);
	mutex_unlock(&list_lock);
}

void teller(void)
{
	bad_told();
}

/* a third lock serialises them: possible at most */
void maybe_gate_up_down(struct port *p)
{
	mutex_lock(&p->gate);
	mutex_lock(&p->up);
	mutex_lock(&p->down);
	mutex_unlock(&p->down);
	mutex_unlock(&p->up);
	mutex_unlock(&p->gate);
}

void maybe_gate_down_up(struct port *p)
{
	mutex_lock(&p->gate);
	mutex_lock(&p->down);
	mutex_lock(&p->up);
	mutex_unlock(&p->up);
	mutex_unlock(&p->down);
	mutex_unlock(&p->gate);
}

/* one side only tries */
void good_tried_after(struct port *p)
{
	mutex_lock(&p->tried);
	if (mutex_trylock(&p->after))
		mutex_unlock(&p->after);
	mutex_unlock(&p->tried);
}

void good_after_tried(struct port *p)
{
	mutex_lock(&p->after);
	mutex_lock(&p->tried);
	mutex_unlock(&p->tried);
	mutex_unlock(&p->after);
}

/* both only read on both sides */
void maybe_readers_others(struct port *p)
{
	down_read(&p->readers);
	down_read(&p->others);
	up_read(&p->others);
	up_read(&p->readers);
}

void maybe_others_readers(struct port *p)
{
	down_read(&p->others);
	down_read(&p->readers);
	up_read(&p->readers);
	up_read(&p->others);
}

/* the first one is let go before the second is taken */
void good_let_go(struct ring *r)
{
	mutex_lock(&r->lock);
	mutex_unlock(&r->lock);
	mutex_lock(&r->port->gate);
	mutex_unlock(&r->port->gate);
}

void good_other_way(struct ring *r)
{
	mutex_lock(&r->port->gate);
	mutex_lock(&r->lock);
	mutex_unlock(&r->lock);
	mutex_unlock(&r->port->gate);
}
