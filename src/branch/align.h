/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * align.h - where one image of a hunk lies in a file, and how much of it.
 *
 * The image's tokens are aligned as a whole with any stretch of the file's
 * tokens (semi-global alignment: Needleman and Wunsch 1970 with free ends in
 * the file): what the file has in between costs little, a token of the image
 * that the file lacks costs nearly half its weight, and one word may stand
 * for another (a renamed local or helper) at a small loss. Of several equally
 * good places the first wins.
 *
 * A changed token counts as found only where its neighbours in the image lie
 * beside it in the file as well: single words are everywhere.
 */
#ifndef OST_BRANCH_ALIGN_H
#define OST_BRANCH_ALIGN_H

#include "branch/image.h"

struct ost_alignment {
	int64_t score;		/* of the best place */
	int64_t loss;		/* what it falls short of the image's own weight; 0: there, whole and in one piece */
	uint32_t first, end;	/* tokens of the file */
	uint32_t first_line, last_line;	/* of these; 0 when nothing was found */
	uint32_t changed_weight, changed_found;	/* removed tokens of a pre-image, added ones of a post-image */
	uint32_t near_weight, near_found;	/* kept tokens near a change */
	uint32_t kept_weight, kept_found;	/* all kept tokens */
	uint32_t after_weight, after_found;	/* kept tokens behind the last change */
	uint32_t old_weight, old_found;	/* tokens of the lines that the hunk removes or changes */
	uint32_t renamed;	/* weight of changed words that stand for another word */
	uint32_t renamed_calls;	/* calls in old lines that lie on a call of another function */
	uint32_t renamed_new_calls;	/* the same of calls that are added */
	uint32_t change_at;	/* token of the file behind what stands before the first change */
	uint32_t nr_seams, nr_closed;	/* places of a pre-image where something is added; nothing stands there in the file */
	uint32_t exit_weight, exit_found;	/* the way out that an addition stands in front of */
	uint32_t behind_exit_at;	/* token of the file that what stands behind it lies on; 0 when none */
};

/*
 * Aligns `part` (ost_image_part()) with tokens [from, to) of `file`. Cost is
 * part->nr * (to - from) steps; more than OST_ALIGN_MAX_STEPS yields false
 * and an empty result.
 */
#define OST_ALIGN_MAX_STEPS 400000000ull
bool ost_align(const ost_image_toks *part, const ost_image_toks *file,
	       size_t from, size_t to, struct ost_alignment *ret);

#endif
