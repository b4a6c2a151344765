// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions that are handed over and called with a lock held, which who hands
 * them over does not see; and some that are called without.
 */
#include <linux/kernel.h>

struct crew;
struct mate { struct mutex lock; struct crew *crew; int age; };
struct crew { struct mutex lock, free, some, deep; struct mate mate; int nr; };

static DEFINE_MUTEX(crews_lock);

/* ---- two orders ---- */

static int crew_walk(struct crew *c, int (*fn)(struct mate *m, void *data), void *data)
{
	int err;

	mutex_lock(&c->lock);
	err = fn(&c->mate, data);
	mutex_unlock(&c->lock);
	return err;
}

static int bad_mate_count(struct mate *m, void *data)
{
	mutex_lock(&m->lock);
	m->age++;
	mutex_unlock(&m->lock);
	return 0;
}

void bad_crew_count(struct crew *c)
{
	crew_walk(c, bad_mate_count, c);
}

void bad_mate_leaves(struct mate *m)
{
	mutex_lock(&m->lock);
	mutex_lock(&m->crew->lock);
	m->crew->nr--;
	mutex_unlock(&m->crew->lock);
	mutex_unlock(&m->lock);
}

/* The lock is free again before the call. */
static int crew_ask(struct crew *c, int (*fn)(struct mate *m, void *data), void *data)
{
	mutex_lock(&c->free);
	c->nr++;
	mutex_unlock(&c->free);
	return fn(&c->mate, data);
}

static int good_mate_asked(struct mate *m, void *data)
{
	mutex_lock(&m->lock);
	m->age++;
	mutex_unlock(&m->lock);
	return 0;
}

void good_crew_asks(struct crew *c)
{
	crew_ask(c, good_mate_asked, c);
}

void good_mate_answers(struct mate *m)
{
	mutex_lock(&m->lock);
	mutex_lock(&m->crew->free);
	m->crew->nr--;
	mutex_unlock(&m->crew->free);
	mutex_unlock(&m->lock);
}

/* One of two places calls it without the lock: which one is meant is not known. */
static int crew_try(struct crew *c, int (*fn)(struct mate *m, void *data), void *data)
{
	int err = fn(&c->mate, data);

	mutex_lock(&c->some);
	if (err)
		err = fn(&c->mate, data);
	mutex_unlock(&c->some);
	return err;
}

static int good_mate_tries(struct mate *m, void *data)
{
	mutex_lock(&m->lock);
	m->age++;
	mutex_unlock(&m->lock);
	return 0;
}

void good_crew_tries(struct crew *c)
{
	crew_try(c, good_mate_tries, c);
}

void good_mate_tried(struct mate *m)
{
	mutex_lock(&m->lock);
	mutex_lock(&m->crew->some);
	m->crew->nr--;
	mutex_unlock(&m->crew->some);
	mutex_unlock(&m->lock);
}

/* ---- handed on ---- */

static int crew_inner(struct crew *c, int (*each)(struct mate *m, void *data), void *data)
{
	int err;

	mutex_lock(&c->deep);
	err = each(&c->mate, data);
	mutex_unlock(&c->deep);
	return err;
}

static int crew_outer(struct crew *c, int (*fn)(struct mate *m, void *data), void *data)
{
	return crew_inner(c, fn, data);
}

static int bad_mate_deep(struct mate *m, void *data)
{
	mutex_lock(&m->lock);
	m->age++;
	mutex_unlock(&m->lock);
	return 0;
}

void bad_crew_deep(struct crew *c)
{
	crew_outer(c, bad_mate_deep, c);
}

void bad_mate_surfaces(struct mate *m)
{
	mutex_lock(&m->lock);
	mutex_lock(&m->crew->deep);
	m->crew->nr--;
	mutex_unlock(&m->crew->deep);
	mutex_unlock(&m->lock);
}

/* ---- the same lock ---- */

static void crews_each(void (*fn)(struct crew *c), struct crew *c)
{
	mutex_lock(&crews_lock);
	fn(c);
	mutex_unlock(&crews_lock);
}

static void bad_crew_once_more(struct crew *c)
{
	mutex_lock(&crews_lock);
	c->nr++;
	mutex_unlock(&crews_lock);
}

static void good_crew_as_it_is(struct crew *c)
{
	c->nr++;
}

void bad_crews(struct crew *c)
{
	crews_each(bad_crew_once_more, c);
	crews_each(good_crew_as_it_is, c);
}

/* ---- two orders of one object, one lock annotated ---- */

void mutex_lock_nested(struct mutex *lock, int subclass);

struct sack { struct mutex rope, knot; int n; };

void likely_sack_tie(struct sack *s)
{
	mutex_lock(&s->rope);
	mutex_lock_nested(&s->knot, 1);
	s->n++;
	mutex_unlock(&s->knot);
	mutex_unlock(&s->rope);
}

void likely_sack_untie(struct sack *s)
{
	mutex_lock(&s->knot);
	mutex_lock(&s->rope);
	s->n--;
	mutex_unlock(&s->rope);
	mutex_unlock(&s->knot);
}

struct bag { struct mutex rope, knot; int n; };
struct bag *bag_of(int n);

void maybe_bag_tie(struct bag *s, int n)
{
	mutex_lock(&s->rope);
	mutex_lock_nested(&bag_of(n)->knot, 1);
	s->n++;
	mutex_unlock(&bag_of(n)->knot);
	mutex_unlock(&s->rope);
}

void maybe_bag_untie(struct bag *s)
{
	mutex_lock(&s->knot);
	mutex_lock(&s->rope);
	s->n--;
	mutex_unlock(&s->rope);
	mutex_unlock(&s->knot);
}

/* ---- an error code that is handed down ---- */

#define EGONE (HOW_GONE + 1)
#define ELATE (HOW_LATE + 1)

struct job { struct mutex lock, done; void (*end)(struct job *j, int err); int n; };

static void good_job_ended(struct job *j, int err)
{
	if (err == -EGONE || !j->n)
		return;
	mutex_lock(&j->lock);
	j->n++;
	mutex_unlock(&j->lock);
}

static void bad_job_ended_late(struct job *j, int err)
{
	if (err == -ELATE)
		return;
	mutex_lock(&j->done);
	j->n++;
	mutex_unlock(&j->done);
}

static void job_end(struct job *j, int err)
{
	good_job_ended(j, err);
	bad_job_ended_late(j, err);
}

void good_job_cancel(struct job *j)
{
	mutex_lock(&j->lock);
	good_job_ended(j, -EGONE);
	mutex_unlock(&j->lock);
}

void bad_job_cancel(struct job *j)
{
	mutex_lock(&j->done);
	bad_job_ended_late(j, -EGONE);
	mutex_unlock(&j->done);
}

void job_over(struct job *j)
{
	job_end(j, j->n);
}

/* ---- one lock for all: what it depends on ---- */

static DEFINE_MUTEX(deck_lock);
static DEFINE_MUTEX(hold_lock);
struct deck { int wet, cold, dark, high; };

static void deck_dry(struct deck *d)
{
	mutex_lock(&deck_lock);
	d->wet = 0;
	mutex_unlock(&deck_lock);
}

static void deck_warm(struct deck *d)
{
	if (d->cold)
		deck_dry(d);
}

static void deck_light(struct deck *d)
{
	if (d->dark)
		deck_warm(d);
}

void bad_deck(struct deck *d)
{
	mutex_lock(&deck_lock);
	if (d->wet)
		deck_light(d);
	mutex_unlock(&deck_lock);
}

static void hold_dry(struct deck *d)
{
	mutex_lock(&hold_lock);
	d->wet = 0;
	mutex_unlock(&hold_lock);
}

static void hold_warm(struct deck *d)
{
	if (d->cold)
		hold_dry(d);
}

static void hold_light(struct deck *d)
{
	if (d->dark)
		hold_warm(d);
}

static void hold_lift(struct deck *d)
{
	if (d->high)
		hold_light(d);
}

void maybe_hold(struct deck *d)
{
	mutex_lock(&hold_lock);
	if (d->wet)
		hold_lift(d);
	mutex_unlock(&hold_lock);
}

/* ---- what is made, by its name ---- */

struct slot { struct mutex lock; int n; };
struct rack { struct mutex lock; struct slot slot; };
struct tray { struct mutex lock, inner; int address; };

int bad_tray_alloc_address(struct tray *t)
{
	mutex_lock(&t->lock);
	mutex_lock(&t->inner);
	t->address++;
	mutex_unlock(&t->inner);
	mutex_unlock(&t->lock);
	return 0;
}

void bad_tray_turn(struct tray *t)
{
	mutex_lock(&t->inner);
	mutex_lock(&t->lock);
	t->address--;
	mutex_unlock(&t->lock);
	mutex_unlock(&t->inner);
}

int maybe_rack_alloc_slot(struct rack *r)
{
	mutex_lock(&r->lock);
	mutex_lock(&r->slot.lock);
	r->slot.n = 1;
	mutex_unlock(&r->slot.lock);
	mutex_unlock(&r->lock);
	return 0;
}

void maybe_rack_turn(struct rack *r)
{
	mutex_lock(&r->slot.lock);
	mutex_lock(&r->lock);
	r->slot.n--;
	mutex_unlock(&r->lock);
	mutex_unlock(&r->slot.lock);
}

/* ---- how deep an object lies: it is the same level that is held and taken ---- */

struct port { struct mutex reset, bus; int depth, width; };
struct port *port_above(struct port *p);

void likely_port_serves(struct port *p)
{
	mutex_lock_nested(&p->reset, p->depth);
	mutex_lock(&port_above(p)->bus);
	p->width++;
	mutex_unlock(&port_above(p)->bus);
	mutex_unlock(&p->reset);
}

void likely_port_resets(struct port *p)
{
	mutex_lock(&p->bus);
	mutex_lock_nested(&p->reset, p->depth);
	p->width--;
	mutex_unlock(&p->reset);
	mutex_unlock(&p->bus);
}

struct pier { struct mutex reset, bus; int depth, width; };
struct pier *pier_above(struct pier *p);

void maybe_pier_serves(struct pier *p)
{
	mutex_lock_nested(&p->reset, p->width);
	mutex_lock(&pier_above(p)->bus);
	p->width++;
	mutex_unlock(&pier_above(p)->bus);
	mutex_unlock(&p->reset);
}

void maybe_pier_resets(struct pier *p)
{
	mutex_lock(&p->bus);
	mutex_lock_nested(&p->reset, p->depth);
	p->width--;
	mutex_unlock(&p->reset);
	mutex_unlock(&p->bus);
}
