/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irq_open.h - who can be interrupted, and whether interrupts are on all the
 * way down from there to where a spinlock is taken (find_irqs.c only).
 *
 * `at` is a node of the finder's climb, which began at who takes the lock; the
 * node is who begins. One call of the way at most may go through a slot.
 */
#ifndef OST_LOCKS_IRQ_OPEN_H
#define OST_LOCKS_IRQ_OPEN_H

#include "locks/finder.h"

#define OST_IRQ_DEPTH 5	/* calls between who can be interrupted and who takes the lock */

/* by_hard: a hard interrupt comes, otherwise a soft one. False: nothing is known of the function. */
bool ost_irq_can_come(struct ost_finder *f, uint32_t unit, bool by_hard);
/* None of the calls is made with the interrupt off, or where a branch excludes the rest of the way. ev: the acquisition. */
bool ost_irq_is_open(struct ost_finder *f, uint32_t at, bool by_hard, const struct ost_lk_event *ev);
/* The call that a node of the climb makes. */
struct ost_frame ost_irq_call_frame(const struct ost_finder *f, uint32_t node);
/* The driver that is interrupted: who begins, or whose function a core calls. */
uint32_t ost_irq_driver(const struct ost_finder *f, uint32_t at);
/* A core is called by somebody of its subsystem; whether a stranger means this driver by that is not known. */
bool ost_irq_is_by_stranger(const struct ost_finder *f, uint32_t at);

#endif
