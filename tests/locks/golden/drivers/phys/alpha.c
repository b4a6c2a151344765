// SPDX-License-Identifier: GPL-2.0-or-later
#include "phys.h"

static int alpha_interrupt(struct phy *p)
{
	card_write(p->card);
	card_poke(p->card);
	return 1;
}

/* its own interrupt */
static void bad_alpha_reset(struct phy *p)
{
	msleep(10);
	card_poke(p->card);
}

static const struct phy_ops alpha_ops = { .interrupt = alpha_interrupt, .reset = bad_alpha_reset };

void alpha_make(struct phy *p)
{
	p->ops = &alpha_ops;
}
