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
/* Fills w->guard_names from w->guards, which are in the order of ost_lk_read_guards(). */
void ost_lk_index_guards(struct ost_lk_world *w);
/* Does the file define any? */
bool ost_lk_file_has_guards(struct ost_lk_world *w, const struct ost_tree_facts *tree, uint32_t file);

#endif
