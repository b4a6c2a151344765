/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_slots.h - what the slots that a function lies in say of who calls it
 * (find_irqs.c only).
 */
#ifndef OST_LOCKS_IRQ_SLOTS_H
#define OST_LOCKS_IRQ_SLOTS_H

#include "locks/finder.h"

/* The unit lies in a slot that tasks call with interrupts on. */
bool ost_irq_is_for_tasks(const struct ost_finder *f, uint32_t unit);
/* The unit lies in a table that is registered with somebody who calls with interrupts off (data/lock-context.txt). */
bool ost_irq_is_called_off(struct ost_finder *f, uint32_t unit);
/* The unit only runs while the handler's table, that with the slot (a field), is not in use. */
bool ost_irq_is_while_down(const struct ost_finder *f, uint32_t slot, uint32_t unit);

#endif
