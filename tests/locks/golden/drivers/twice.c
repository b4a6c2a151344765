// SPDX-License-Identifier: GPL-2.0-or-later
/* The same lock twice down one call chain. */
#include <linux/kernel.h>

struct node {
	struct mutex lock;
	struct node *parent;
	int value;
};

static DEFINE_MUTEX(table_lock);

static void bad_inner(struct node *n)
{
	mutex_lock(&n->lock);
	n->value++;
	mutex_unlock(&n->lock);
}

void outer_holds(struct node *n)
{
	mutex_lock(&n->lock);
	bad_inner(n);
	mutex_unlock(&n->lock);
}

static void good_inner(struct node *n)
{
	mutex_lock(&n->lock);
	n->value++;
	mutex_unlock(&n->lock);
}

void outer_released(struct node *n)
{
	mutex_lock(&n->lock);
	mutex_unlock(&n->lock);
	good_inner(n);
}

static void maybe_parent(struct node *n)
{
	mutex_lock(&n->lock);
	n->value++;
	mutex_unlock(&n->lock);
}

void outer_parent(struct node *n)
{
	mutex_lock(&n->lock);
	maybe_parent(n->parent);
	mutex_unlock(&n->lock);
}

static void bad_global_inner(void)
{
	mutex_lock(&table_lock);
	mutex_unlock(&table_lock);
}

void outer_global(void)
{
	mutex_lock(&table_lock);
	bad_global_inner();
	mutex_unlock(&table_lock);
}

/* two of a kind: what is released for the caller is not the other one */
struct chip {
	struct mutex lock;
	struct chip *rival;
	int busy;
};

static void maybe_fight(struct chip *c)
{
	mutex_lock(&c->rival->lock);
	mutex_unlock(&c->lock);
	c->busy = 1;
	mutex_lock(&c->lock);
	mutex_unlock(&c->rival->lock);
}

void maybe_take_chip(struct chip *c)
{
	mutex_lock(&c->lock);
	maybe_fight(c);
	mutex_unlock(&c->lock);
}

/* ---- functions that are handed to somebody who calls them ---------------- */

struct hall {
	struct mutex lock;
	struct kref ref;
	int lamps;
};

static void each_lamp(struct hall *h, void (*fn)(void *data, int lamp), void *data)
{
	for (int i = 0; i < h->lamps; i++)
		fn(data, i);
}

static void lamp_off(void *data, int lamp)
{
	struct hall *h = data;

	mutex_lock(&h->lock);
	h->lamps = lamp;
	mutex_unlock(&h->lock);
}

static void lamp_on(void *data, int lamp)
{
	struct hall *h = data;

	h->lamps = lamp;
}

void bad_all_off(struct hall *h)
{
	mutex_lock(&h->lock);
	each_lamp(h, lamp_off, h);
	mutex_unlock(&h->lock);
}

void good_all_on(struct hall *h)
{
	mutex_lock(&h->lock);
	each_lamp(h, lamp_on, h);
	mutex_unlock(&h->lock);
}

/* Of another hall: not shown to be the same object. */
void maybe_other_off(struct hall *h, struct hall *other)
{
	mutex_lock(&h->lock);
	each_lamp(h, lamp_off, other);
	mutex_unlock(&h->lock);
}

static void hall_gone(struct kref *ref)
{
	struct hall *h = container_of(ref, struct hall, ref);

	mutex_lock(&h->lock);
	h->lamps = 0;
	mutex_unlock(&h->lock);
}

void maybe_last_put(struct hall *h)
{
	mutex_lock(&h->lock);
	kref_put(&h->ref, hall_gone);
	mutex_unlock(&h->lock);
}

/* ---- wrappers, and a lock of the caller that is dropped and taken back ---- */

static struct mutex hall_keys;

static void keys_take(void)
{
	mutex_lock(&hall_keys);
}

static void keys_leave(void)
{
	mutex_unlock(&hall_keys);
}

static void bad_keys_again(struct hall *h)
{
	keys_take();
	h->lamps++;
	keys_leave();
}

void bad_keys_twice(struct hall *h)
{
	keys_take();
	bad_keys_again(h);
	keys_leave();
}

static void good_keys_back(struct hall *h)
{
	keys_leave();
	keys_take();
	h->lamps++;
	keys_leave();
	keys_take();
}

void good_keys_lent(struct hall *h)
{
	keys_take();
	good_keys_back(h);
	keys_leave();
}

/* ---- a constant decides the case, and a parameter that becomes another ---- */

enum how { HOW_NOW, HOW_LATER };

static void hall_close(struct hall *h, enum how how)
{
	switch (how) {
	case HOW_NOW:
		mutex_lock(&h->lock);
		h->lamps = 0;
		mutex_unlock(&h->lock);
		break;
	case HOW_LATER:
		h->lamps = -1;
		break;
	}
}

void bad_close_now(struct hall *h)
{
	mutex_lock(&h->lock);
	hall_close(h, HOW_NOW);
	mutex_unlock(&h->lock);
}

void good_close_later(struct hall *h)
{
	mutex_lock(&h->lock);
	hall_close(h, HOW_LATER);
	mutex_unlock(&h->lock);
}

struct room {
	struct mutex lock;
	struct room *main;
	int is_small;
};

static struct room *room_main(struct room *r)
{
	if (r->is_small)
		r = r->main;
	return r;
}

void maybe_main_too(struct room *r)
{
	struct room *main = room_main(r);

	mutex_lock(&main->lock);
	mutex_lock(&r->lock);
	mutex_unlock(&r->lock);
	mutex_unlock(&main->lock);
}

/* A core that takes the lock which it was lent, by a pointer. */
struct shelf;
struct shelf_ops { void (*fill)(struct shelf *s); };
struct shelf {
	struct mutex *lock;
	const struct shelf_ops *ops;
	int used;
};

struct store {
	struct mutex lock, other;
	struct shelf shelf;
};

void shelf_clear(struct shelf *s)
{
	mutex_lock(s->lock);
	s->used = 0;
	mutex_unlock(s->lock);
}

void shelf_run(struct shelf *s)
{
	mutex_lock(s->lock);
	s->ops->fill(s);
	mutex_unlock(s->lock);
}

void bad_store_close(struct store *st)
{
	mutex_lock(&st->lock);
	shelf_clear(&st->shelf);
	mutex_unlock(&st->lock);
}

void good_store_close(struct store *st)
{
	mutex_lock(&st->other);
	shelf_clear(&st->shelf);
	mutex_unlock(&st->other);
}

static void bad_store_fill(struct shelf *s)
{
	struct store *st = container_of(s, struct store, shelf);

	mutex_lock(&st->lock);
	s->used++;
	mutex_unlock(&st->lock);
}

static const struct shelf_ops store_ops = { .fill = bad_store_fill };

void store_init(struct store *st)
{
	st->shelf.lock = &st->lock;
	st->shelf.ops = &store_ops;
}
