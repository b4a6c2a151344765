/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * left.h - what a patched file would hold without a use: a label that nothing
 * goes to, a static function that nothing calls, a local or static variable that nothing
 * names. The compiler warns of each, and with CONFIG_WERROR refuses the file.
 *
 * Said only of what the patch brings, or of what the file used before and
 * does no more. A use is any node of the file's trees with that name (it need
 * not be that very variable), a word of a macro's text or of code that was
 * not understood. Functions that macros may name in parts ("foo" of
 * foo_show()), that stand under a condition or carry an attribute other than
 * those of locking and placing, and variables with an attribute or beside a
 * macro in capitals (but for assertions and the like) are passed over; so are those
 * whose name is a word of a macro of the driver's headers. Such a variable is doubtful.
 */
#ifndef OST_BRANCH_LEFT_H
#define OST_BRANCH_LEFT_H

#include "branch/compile.h"
#include "branch/included.h"

/*
 * Sets c->warning to the first such thing, as one clause; leaves it otherwise.
 * `included`: what it gets to see, of which a macro may paste the name of a function to words of the file, or NULL;
 * `before`: the file as it was, or NULL; text[0..len): as it is now.
 */
void ost_check_left(struct ost_uses_check *c, const struct ost_symbols *symbols, struct ost_included *included, const struct ost_facts *facts,
		    const struct ost_facts *before, const char *text, size_t len, const bool *is_added, uint32_t nr_lines);

#endif
