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

static void maybe_kiln_warm(struct stove *s)
{
	mutex_lock(&hearth_lock);
	mutex_unlock(&hearth_lock);
}

static void bad_kiln_vent(struct stove *s)
{
	struct vent *v = vent_of(s->degrees);

	mutex_lock(&v->lock);
	mutex_unlock(&v->lock);
}

const struct stove_ops kiln_ops = { .heat = bad_kiln_heat, .cool = kiln_cool, .warm = maybe_kiln_warm, .vent = bad_kiln_vent };
