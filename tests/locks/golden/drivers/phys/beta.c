// SPDX-License-Identifier: GPL-2.0-or-later
#include "phys.h"

static int beta_interrupt(struct phy *p)
{
	return 0;
}

/* the other chip's interrupt */
static void maybe_beta_reset(struct phy *p)
{
	msleep(10);
	card_write(p->card);
}

static const struct phy_ops beta_ops = { .interrupt = beta_interrupt, .reset = maybe_beta_reset };

void beta_make(struct phy *p)
{
	p->ops = &beta_ops;
}
