/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * given.h - what becomes of what a macro is given.
 *
 * A name in the arguments of a macro is looked up by the compiler only where
 * the macro's text uses it as a value. It may as well be declared there
 * (`struct list_head name`), pasted, taken for a member, quoted or left
 * out; or be handed on to another macro, where the same is asked again.
 */
#ifndef OST_BRANCH_GIVEN_H
#define OST_BRANCH_GIVEN_H

#include "branch/included.h"

/*
 * Is argument `arg`, from 0, of the macro a value in every definition of it: in those of the file's own facts and of all
 * that it includes? False as well where that is not known: no definition, an unusual text, or too many macros.
 */
bool ost_given_is_value(struct ost_included *x, const struct ost_facts *own, const char *macro, unsigned arg);

/* The same for a value or a member: the word stands in what the compiler reads, as it is. */
bool ost_given_is_named(struct ost_included *x, const struct ost_facts *own, const char *macro, unsigned arg);

#endif
