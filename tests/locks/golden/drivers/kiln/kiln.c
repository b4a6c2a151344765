// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/kernel.h>
#include <linux/stove.h>

/* a helper takes once more what the core has */
static void bad_kiln_read(struct stove *s)
{
	mutex_lock(&s->lock);
	s->degrees++;
	mutex_unlock(&s->lock);
}

static void bad_kiln_heat(struct stove *s)
{
	bad_kiln_read(s);
}

static void kiln_cool(struct stove *s)
{
	s->degrees--;
}

const struct stove_ops kiln_ops = { .heat = bad_kiln_heat, .cool = kiln_cool };
