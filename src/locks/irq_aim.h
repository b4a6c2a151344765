/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_aim.h - which handlers a question about some functions needs
 * (find_irqs.c only).
 *
 * Of all handlers only those matter that take a lock which somebody takes whom
 * the question is about, or that come by what is asked for themselves. What
 * they reach is looked at only as far as it leads to such a lock, or to a
 * function above who takes it, which may be part of a handler, too.
 */
#ifndef OST_LOCKS_IRQ_AIM_H
#define OST_LOCKS_IRQ_AIM_H

#include "locks/finder.h"

struct ost_irq_aim {
	struct ost_table classes;	/* that matter */
	uint8_t *leads;			/* by unit: a handler's way down may go through it; NULL: all are of interest */
};

void ost_irq_aim_deinit(struct ost_irq_aim *aim);
/* By the rules of a reach within a driver for nothing: from where it may get to one of the units (one byte each). */
uint8_t *ost_irq_leads(const struct ost_lk_graph *g, const uint8_t *goals);

#endif
