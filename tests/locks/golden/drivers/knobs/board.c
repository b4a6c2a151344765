// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions of one slot: what hardly any of them does is no other desk's lock. */
#include <linux/kernel.h>
#include "knobs.h"

struct board {
	struct desk *desk;
	int level;
};

static int knob_put_a(struct knob *k, int v)
{
	return v + 0;
}

static int knob_put_b(struct knob *k, int v)
{
	return v + 1;
}

static int knob_put_c(struct knob *k, int v)
{
	return v + 2;
}

static int knob_put_d(struct knob *k, int v)
{
	return v + 3;
}

/* one of ten takes what all others are called with */
static int likely_put_e(struct knob *k, int v)
{
	struct board *b = k->private_data;

	down_read(&b->desk->knobs);
	b->level = v;
	up_read(&b->desk->knobs);
	return 0;
}

static int knob_put_f(struct knob *k, int v)
{
	return v + 5;
}

static int knob_put_g(struct knob *k, int v)
{
	return v + 6;
}

static int knob_put_h(struct knob *k, int v)
{
	return v + 7;
}

static int knob_put_i(struct knob *k, int v)
{
	return v + 8;
}

static int knob_put_j(struct knob *k, int v)
{
	return v + 9;
}

/* three of ten do: they may well be other desks */
static int maybe_turn_a(struct knob *k, int v)
{
	struct board *b = k->private_data;

	down_write(&b->desk->turns);
	b->level = v;
	up_write(&b->desk->turns);
	return 0;
}

static int maybe_turn_b(struct knob *k, int v)
{
	struct board *b = k->private_data;

	down_write(&b->desk->turns);
	b->level = v;
	up_write(&b->desk->turns);
	return 1;
}

static int maybe_turn_c(struct knob *k, int v)
{
	struct board *b = k->private_data;

	down_write(&b->desk->turns);
	b->level = v;
	up_write(&b->desk->turns);
	return 2;
}

static int odd_turn_d(struct knob *k, int v)
{
	return v * 3;
}

static int odd_turn_e(struct knob *k, int v)
{
	return v * 4;
}

static int odd_turn_f(struct knob *k, int v)
{
	return v * 5;
}

static int odd_turn_g(struct knob *k, int v)
{
	return v * 6;
}

static int odd_turn_h(struct knob *k, int v)
{
	return v * 7;
}

static int odd_turn_i(struct knob *k, int v)
{
	return v * 8;
}

static int odd_turn_j(struct knob *k, int v)
{
	return v * 9;
}

static const struct knob_new knobs[] = {
	KNOB("a", knob_put_a, maybe_turn_a),
	KNOB("b", knob_put_b, maybe_turn_b),
	KNOB("c", knob_put_c, maybe_turn_c),
	KNOB("d", knob_put_d, odd_turn_d),
	KNOB("e", likely_put_e, odd_turn_e),
	KNOB("f", knob_put_f, odd_turn_f),
	KNOB("g", knob_put_g, odd_turn_g),
	KNOB("h", knob_put_h, odd_turn_h),
	KNOB("i", knob_put_i, odd_turn_i),
	KNOB("j", knob_put_j, odd_turn_j),
};

void board_add(struct board *b)
{
	for (int i = 0; i < 10; i++)
		knob_new(&knobs[i], b);
}
