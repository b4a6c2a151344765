/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forms.h - what a compiler would refuse in a patched file although every
 * name exists: a value returned from a void function (and none from others),
 * a goto without its label, a case that is there twice, a function that is, a local variable
 * that only other functions have or that the patch takes away, a function
 * whose form is not that of its prototype or of the member it is stored in.
 *
 * Only what added lines say or change is looked at, and functions that the
 * recogniser did not wholly understand are passed over.
 */
#ifndef OST_BRANCH_FORMS_H
#define OST_BRANCH_FORMS_H

#include "branch/compile.h"

/* Sets c->trouble to the first such thing, as one clause; leaves it otherwise. `before`: the file as it was, or NULL. */
void ost_check_forms(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *facts,
		     const struct ost_facts *before,
		     const bool *is_added, uint32_t nr_lines);

/* Is one of the lines from `from` to `to` an added one? Line 0 stands nowhere; is_added has nr_lines + 1 entries. */
bool ost_lines_touched(const bool *is_added, uint32_t nr_lines, uint32_t from, uint32_t to);

#endif
