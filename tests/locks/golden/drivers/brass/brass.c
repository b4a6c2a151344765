// SPDX-License-Identifier: GPL-2.0-or-later
/* Which tower is meant is not shown: the driver goes by its own records. */
#include <linux/kernel.h>
#include <linux/tower.h>

struct brass_pub {
	struct tower *tower;
	struct horn *spare;
};

struct brass {
	struct brass_pub *pub;
};

/* the horn of the very tower whose lock its work takes */
static int likely_brass_start(struct tower *t)
{
	struct brass *b = t->priv;

	horn_stop(b->pub->tower->horn);
	return 0;
}

/* a horn of no tower that is seen */
static int maybe_brass_again(struct tower *t)
{
	struct brass *b = t->priv;

	horn_stop(b->pub->spare);
	return 0;
}

static const struct tower_ops brass_ops = { .start = likely_brass_start };
static const struct tower_ops brass_spare_ops = { .start = maybe_brass_again };

void brass_setup(struct brass *b, struct brass_pub *pub, struct horn *horn)
{
	b->pub = pub;
	pub->tower = tower_new(&brass_ops, b);
	pub->spare = horn;
	tower_new(&brass_spare_ops, b);
}

void brass_swap(struct brass *b, struct horn *horn)
{
	b->pub->spare = horn;
}
