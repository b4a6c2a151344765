/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * module_lines.h - what would be wrong with a patched file outside of its
 * functions: a namespace of exported symbols that is a string where the
 * branch's macro quotes a word or the other way round, and a function for other files that no header announces.
 */
#ifndef OST_BRANCH_MODULE_LINES_H
#define OST_BRANCH_MODULE_LINES_H

#include "branch/compile.h"

/*
 * Sets c->trouble, and c->unannounced to the first added function that is not static and has no prototype. Needs
 * c->included, and does nothing when something of it could not be found.
 */
void ost_check_module_lines(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *facts,
			    const bool *is_added, uint32_t nr_lines);

#endif
