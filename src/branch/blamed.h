/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blamed.h - does a branch have what the blamed commit brought?
 *
 * The title in a `Fixes:` line often says what that commit adds: "net: gro:
 * ... by adding {inner_}network_offset to napi_gro_cb". Where no file of the
 * branch has such a word, the commit is not in it, and code that looks as
 * before the patch may be older than the fault. It may as well have that word
 * under another name: what is missing makes an answer doubtful, no more.
 */
#ifndef OST_BRANCH_BLAMED_H
#define OST_BRANCH_BLAMED_H

#include "branch/about.h"

/*
 * A word that a blamed commit adds, when the branch has none of the words that
 * any of the blamed commits add; else NULL.
 */
const char *ost_blamed_absent(const struct ost_about *about, struct ost_side_files *side,
			      const struct ost_change *change, const char *path);

/*
 * The words that a title says its commit adds, at most `max`: "a_{b,c}[2]" is
 * a_b, a_b2, a_c and a_c2; "{a_}b" is a_b. Returns how many.
 */
uint32_t ost_blamed_words(struct ost_arena *arena, const char *title, const char **ret, uint32_t max);

#endif
