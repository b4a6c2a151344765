/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guards.h - the guards that a tree defines (world.h holds them). */
#ifndef OST_LOCKS_GUARDS_H
#define OST_LOCKS_GUARDS_H

#include "locks/world.h"
#include "source/tree.h"

/*
 * Fills w->guards and w->guard_names from every file of the tree, whose file
 * numbers are those of the program. Errors: interrupted.
 */
OST_WARN_UNUSED
struct ost_err *ost_lk_read_guards(struct ost_lk_world *w, const struct ost_tree_facts *tree);

#endif
