/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * made.h - may a macro have made a name that nothing declares?
 *
 * Where all that a file includes is known, a name was made when it fits what
 * one of its macros pastes (pasted.h). Else a part of it that is given to a
 * macro, or stands beside a `##` of any header, is enough.
 */
#ifndef OST_BRANCH_MADE_H
#define OST_BRANCH_MADE_H

#include "base/arena.h"
#include "branch/included.h"

/* `included` NULL: it is not known, or something of it was not found. The arena is for scratch. */
bool ost_may_be_made(struct ost_arena *arena, const struct ost_symbols *symbols, struct ost_included *included, const char *name);

#endif
