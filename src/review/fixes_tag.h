/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixes_tag.h - the commits that a message names in "Fixes:", wherever in it
 * the lines stand: many projects write them in a paragraph of their own,
 * which is no block of trailers.
 */
#ifndef OST_REVIEW_FIXES_TAG_H
#define OST_REVIEW_FIXES_TAG_H

#include "base/arena.h"

/*
 * The next line "Fixes: <8 to 40 hex digits>" at or after *p, which moves
 * behind it: the digits, lower case, from the arena; NULL when there is none.
 */
const char *ost_fixes_next(struct ost_arena *arena, const char **p);

/*
 * The text without its Fixes: lines and what belongs to them: the lines that
 * go on with the subject until its closing bracket.
 */
const char *ost_fixes_hide(struct ost_arena *arena, const char *text);

#endif
