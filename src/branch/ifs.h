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
/*
 * The lines, from 1 to nr_lines, that stand under an #if that the kernel's configuration
 * does not decide: `#ifdef DEBUG`, `#if 0`, `#ifdef HAS_OLD_API`. Whether they are compiled at all
 * is not known, so that nothing in them is refused for sure. Include guards and what is asked about the kind of the build
 * (`__KERNEL__`, `MODULE`) do not count. Arena; NULL: there are none.
 */
bool *ost_switched_lines(struct ost_arena *arena, const char *text, size_t len, uint32_t nr_lines);

#endif
