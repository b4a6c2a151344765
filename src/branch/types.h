/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * types.h - what a compiler would refuse in a patched file for its types.
 *
 * Only what is sure is compared: pointers to records that are defined, and whether a
 * function returns anything. Refused are an argument that is or points to
 * another record than the parameter, a function handed over whose form is not the
 * parameter's, an assignment or initialiser of two records, and the value of a
 * function that returns none. A number given for a pointer to a record, or the
 * other way round, is a warning that CONFIG_WERROR makes an error. Typedefs, integers, qualifiers and levels of
 * pointers are not compared; a name that may be a macro, or that several declarations
 * disagree on, is passed over.
 */
#ifndef OST_BRANCH_TYPES_H
#define OST_BRANCH_TYPES_H

#include "branch/compile.h"

/* Sets c->trouble (or c->conversion) to the first such thing, as one clause; leaves it otherwise. Of what added lines say or change. */
void ost_check_types(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *facts,
		     const bool *is_added, uint32_t nr_lines);

#endif
