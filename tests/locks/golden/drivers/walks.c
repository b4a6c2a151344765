// SPDX-License-Identifier: GPL-2.0-or-later
/* A walk that holds a global lock over a function which takes it, too. */
#include <linux/kernel.h>

struct post { struct post *next; int level; };

static DEFINE_MUTEX(walk_lock);
static struct post *walk_first;

static void for_each_post(int (*fn)(struct post *p))
{
	struct post *p;

	mutex_lock(&walk_lock);
	for (p = walk_first; p; p = p->next)
		if (fn(p))
			break;
	mutex_unlock(&walk_lock);
}

/* Lets go before it calls. */
static void for_first_post(int (*fn)(struct post *p))
{
	struct post *p;

	mutex_lock(&walk_lock);
	p = walk_first;
	mutex_unlock(&walk_lock);
	fn(p);
}

static void post_add(struct post *p)
{
	mutex_lock(&walk_lock);
	p->next = walk_first;
	walk_first = p;
	mutex_unlock(&walk_lock);
}

static int bad_split(struct post *p)
{
	post_add(p + 1);
	return 0;
}

static int good_split(struct post *p)
{
	post_add(p + 1);
	return 0;
}

void walk_posts(void)
{
	for_each_post(bad_split);
	for_first_post(good_split);
}
