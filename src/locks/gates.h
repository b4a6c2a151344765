/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gates.h - locks outside of a cycle that let one of its threads in at a time. */
#ifndef OST_LOCKS_GATES_H
#define OST_LOCKS_GATES_H

#include "locks/finder.h"

/*
 * A class, neither a nor b, that is held over both units x and y; 0: none is known. Going up from each, every function
 * has one caller until they meet: *ret_unit (OST_NO_ID: they do not). Nobody calls that one by its name, and some caller
 * through a slot always holds the class. Others may call it without.
 */
uint64_t ost_gate_above(struct ost_finder *f, uint32_t x, uint32_t y, uint64_t a, uint64_t b, uint32_t *ret_unit);

#endif
