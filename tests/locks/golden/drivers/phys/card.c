// SPDX-License-Identifier: GPL-2.0-or-later
/* A card with one of two chips: what the interrupt does for one of them is nothing to the other. */
#include "phys.h"

void card_write(struct card *c)
{
	spin_lock(&c->one);
	c->x++;
	spin_unlock(&c->one);
}

void card_poke(struct card *c)
{
	spin_lock(&c->two);
	c->x--;
	spin_unlock(&c->two);
}

static int card_interrupt(int irq, void *data)
{
	struct card *c = data;

	return c->phy->ops->interrupt(c->phy);
}

int card_up(struct card *c)
{
	return request_irq(c->irq, card_interrupt, 0, "card", c);
}
