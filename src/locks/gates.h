/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gates.h - locks outside of a cycle that let one of its threads in at a time. */
#ifndef OST_LOCKS_GATES_H
#define OST_LOCKS_GATES_H

#include "locks/finder.h"

/*
 * A class, neither a nor b, that somebody holds who calls by a slot the function which both units are reached by and by
 * no other way (0: none). Others may call that slot without it; but whoever sends two messages to one object has the lock.
 */
uint64_t ost_gate_above(struct ost_finder *f, uint32_t x, uint32_t y, uint64_t a, uint64_t b, uint32_t *ret_unit);

#endif
