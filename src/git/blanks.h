/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * blanks.h - hunks that stand in a text, but for white space.
 *
 * Mailers turn tabs into spaces, and people re-indent code. Neither applies
 * (git apply and patch want `--ignore-whitespace` and `-l` for it), and a
 * reader who is only told of a conflict looks for the wrong cause.
 */
#ifndef OST_GIT_BLANKS_H
#define OST_GIT_BLANKS_H

#include "git/image.h"

/*
 * The place nearest to line `near` (1-based) at which all context and removed
 * lines of the hunk stand with other white space, in the function that its
 * heading names. Returns a clause that names it and says whether tabs were
 * lost on the way, from the arena; NULL when there is no such place, or when
 * the hunk has no such line with anything else than white space in it.
 */
const char *ost_blanks_why(struct ost_arena *arena, const struct ost_image *image,
			   const struct ost_hunk *hunk, uint32_t near);

#endif
