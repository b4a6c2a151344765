/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syntax.h - the text of a patched file as such: braces that do not fit each
 * other, and words like __counted_by() that no header makes anything of.
 */
#ifndef OST_BRANCH_SYNTAX_H
#define OST_BRANCH_SYNTAX_H

#include "branch/compile.h"

/*
 * Braces, parentheses and brackets of the text that are not closed, or closed and never opened, as one clause (arena), though those
 * of `before` fit; NULL where they do, and where the two have other #if lines: both arms of one may open a brace.
 */
const char *ost_unbalanced_braces(struct ost_arena *arena, const char *before, const char *text);

/*
 * Words that begin with two underscores on added lines of c->text, and that neither a header, the file, nor the compiler knows: missing,
 * where `included` is closed. `before`: the text as it was, whose words all count as known, or NULL.
 */
void ost_check_words(struct ost_uses_check *c, const struct ost_facts *facts, const char *before, const bool *is_added, uint32_t nr_lines,
		     const struct ost_symbols *symbols, struct ost_included *included);

/* A function that the recogniser understood before, and does not any more, makes a doubt. */
void ost_doubt_troubled(struct ost_uses_check *c, const struct ost_facts *facts, const struct ost_facts *before);

#endif
