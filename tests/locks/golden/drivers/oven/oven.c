// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/stove.h>

static void oven_heat(struct stove *s)
{
	s->degrees++;
}

/* who has a table of his own calls that of another one */
static void maybe_oven_cool(struct stove *s)
{
	mutex_lock(&s->lock);
	s->degrees--;
	mutex_unlock(&s->lock);
}

void maybe_oven_rests(struct stove *s)
{
	mutex_lock(&s->lock);
	s->saved->cool(s);
	mutex_unlock(&s->lock);
}

static void oven_warm(struct stove *s)
{
	s->degrees++;
}

static void oven_vent(struct stove *s)
{
	s->degrees--;
}

const struct stove_ops oven_ops = { .heat = oven_heat, .cool = maybe_oven_cool, .warm = oven_warm, .vent = oven_vent };
