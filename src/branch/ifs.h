/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ifs.h - the #if lines of a file, read as text: facts follow one way only
 * where an arm of an #if opens a brace that another one closes.
 */
#ifndef OST_BRANCH_IFS_H
#define OST_BRANCH_IFS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* What is wrong with the nesting of #if lines, as one clause (arena), or NULL. */
const char *ost_unbalanced_ifs(struct ost_arena *arena, const char *text, size_t len);
enum ost_if_line { OST_NOT_UNDER_IF, OST_UNDER_IF, OST_SWITCHED };
/*
 * For each line, from 1 to nr_lines, whether it stands under an #if, and whether (OST_SWITCHED) under one that the kernel's configuration
 * does not decide: `#ifdef DEBUG`, `#if 0`, `#ifdef HAS_OLD_API`. Whether they are compiled at all
 * is not known, so that nothing in them is refused for sure. Include guards, `__KERNEL__` and `__ASSEMBLY__`
 * do not count; `MODULE` counts as a configuration. Arena; NULL: there are none.
 */
unsigned char *ost_if_lines(struct ost_arena *arena, const char *text, size_t len, uint32_t nr_lines);

#endif
