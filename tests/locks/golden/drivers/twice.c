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
