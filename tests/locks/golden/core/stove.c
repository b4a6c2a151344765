// SPDX-License-Identifier: GPL-2.0-or-later
/* A core that calls the driver of the object in hand, with the object's lock held. */
#include <linux/kernel.h>
#include <linux/stove.h>

void stove_heat(struct stove *s)
{
	mutex_lock(&s->lock);
	s->ops->heat(s);
	mutex_unlock(&s->lock);
}

void stove_warm(struct stove *s)
{
	mutex_lock(&s->lock);
	s->ops->warm(s);
	mutex_unlock(&s->lock);
}

void stove_vent(struct stove *s)
{
	mutex_lock(&s->hatch);
	s->ops->vent(s);
	mutex_unlock(&s->hatch);
}

/* the core itself takes both, whoever's stove it is */
void bad_stove_looks(int n)
{
	struct stove *s = stove_of(n);
	struct vent *v = vent_of(n);

	mutex_lock(&v->lock);
	mutex_lock(&s->hatch);
	mutex_unlock(&s->hatch);
	mutex_unlock(&v->lock);
}
