/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * taken.h - names that a file declared before a patch and declares no more.
 *
 * The lines that the patch leaves as they are compiled with those names: when
 * one of them still uses such a name, it must be looked up as in an added line.
 */
#ifndef OST_BRANCH_TAKEN_H
#define OST_BRANCH_TAKEN_H

#include "base/table.h"
#include "source/facts.h"

/*
 * Puts in what `before` (may be NULL) declares and `now` does not: functions, objects,
 * macros, typedefs and enumerators, and members of a record that is still there.
 */
void ost_taken_fill(struct ost_table *taken, const struct ost_facts *before, const struct ost_facts *now);

/* Of anything but a member; `is_field`: of a member, whatever record it was in. */
bool ost_is_taken(const struct ost_table *taken, const char *name, bool is_field);

#endif
