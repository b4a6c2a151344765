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

/* ---- what is freed is gone for all, its lock with it; others are not --------------- */

struct cell {
	struct mutex lock;
	struct hive *hive;
};

struct hive {
	struct mutex table, queue, old, cells;
	int nr;
};

struct flower {
	struct mutex bees, petals;
	int nr;
};

static void flower_free_bee(struct cell *c, struct flower *f)
{
	mutex_lock(&f->petals);
	f->nr--;
	mutex_unlock(&f->petals);
}

/* the locks are those of what it is given */
void maybe_flower_table(struct flower *f, struct cell *c)
{
	mutex_lock(&f->bees);
	flower_free_bee(c, f);
	mutex_unlock(&f->bees);
}

void maybe_flower_queue(struct flower *f)
{
	mutex_lock(&f->petals);
	mutex_lock(&f->bees);
	f->nr++;
	mutex_unlock(&f->bees);
	mutex_unlock(&f->petals);
}

struct yard {
	struct hive hive;
	struct mutex fence;
	int nr;
};

static void yard_free_cell(struct yard *y, struct cell *c)
{
	mutex_lock(&y->hive.queue);
	y->nr--;
	mutex_unlock(&y->hive.queue);
}

void likely_yard_table(struct yard *y, struct cell *c)
{
	mutex_lock(&y->hive.table);
	yard_free_cell(y, c);
	mutex_unlock(&y->hive.table);
}

void likely_yard_queue(struct yard *y)
{
	mutex_lock(&y->hive.queue);
	mutex_lock(&y->hive.table);
	y->nr++;
	mutex_unlock(&y->hive.table);
	mutex_unlock(&y->hive.queue);
}

/* what is free is counted, nothing is freed */
static void hive_count_free_cells(struct hive *h)
{
	mutex_lock(&h->cells);
	h->nr++;
	mutex_unlock(&h->cells);
}

void bad_hive_count(struct hive *h)
{
	mutex_lock(&h->old);
	hive_count_free_cells(h);
	mutex_unlock(&h->old);
}

void bad_hive_age(struct hive *h)
{
	mutex_lock(&h->cells);
	mutex_lock(&h->old);
	h->nr--;
	mutex_unlock(&h->old);
	mutex_unlock(&h->cells);
}

/*
 * What one function does for one message or another, which is sent with a lock
 * held: whoever sends two to one object waits there.
 */
struct post;
struct post_ops { int (*send)(struct post *p, int what); int (*tell)(struct post *p, int what); };

struct post {
	struct mutex sender, in, out, near, far;
	const struct post_ops *ops;
	int nr;
};

void likely_post_in(struct post *p)
{
	mutex_lock(&p->in);
	mutex_lock(&p->out);
	p->nr++;
	mutex_unlock(&p->out);
	mutex_unlock(&p->in);
}

void likely_post_out(struct post *p)
{
	mutex_lock(&p->out);
	mutex_lock(&p->in);
	p->nr--;
	mutex_unlock(&p->in);
	mutex_unlock(&p->out);
}

static int post_message(struct post *p, int what)
{
	if (what)
		likely_post_in(p);
	else
		likely_post_out(p);
	return 0;
}

/* without a lock they meet */
void proven_post_near(struct post *p)
{
	mutex_lock(&p->near);
	mutex_lock(&p->far);
	p->nr++;
	mutex_unlock(&p->far);
	mutex_unlock(&p->near);
}

void proven_post_far(struct post *p)
{
	mutex_lock(&p->far);
	mutex_lock(&p->near);
	p->nr--;
	mutex_unlock(&p->near);
	mutex_unlock(&p->far);
}

static int post_tell(struct post *p, int what)
{
	if (what)
		proven_post_near(p);
	else
		proven_post_far(p);
	return 0;
}

static const struct post_ops posts = { .send = post_message, .tell = post_tell };

int post_open(struct post *p)
{
	p->ops = &posts;
	return 0;
}

int post_send(struct post *p, int what)
{
	int ret;

	mutex_lock(&p->sender);
	ret = p->ops->send(p, what);
	mutex_unlock(&p->sender);
	return ret;
}

int post_send_raw(struct post *p, int what)
{
	return p->ops->send(p, what);
}

int post_ask(struct post *p, int what)
{
	return p->ops->tell(p, what);
}
