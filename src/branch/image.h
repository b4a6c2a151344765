/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image.h - a hunk as code: what stood there before, and what after.
 *
 * Lines say little: a line that was re-indented or wrapped anew is the same
 * code. An image is the hunk's tokens in one list, each one kept, removed or
 * added; comments and white space are gone. Removed and added lines are
 * compared with each other token by token first, so that of
 *
 *	-	if (len > max)
 *	+	if (!skb || len > max)
 *
 * only `!skb ||` is added and nothing is removed. The pre-image is the kept
 * and the removed tokens, the post-image the kept and the added ones.
 *
 * Words weigh more than punctuation: the weights say how much of the hunk was
 * found again, in hundredths of a word.
 */
#ifndef OST_BRANCH_IMAGE_H
#define OST_BRANCH_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "git/change.h"
#include "source/lex.h"

enum ost_side { OST_SIDE_KEPT, OST_SIDE_REMOVED, OST_SIDE_ADDED };

struct ost_image_tok {
	uint64_t key;		/* equal for equal tokens of one struct ost_words */
	uint16_t weight;
	uint8_t kind;		/* enum ost_tok_kind */
	uint8_t side;		/* enum ost_side */
	bool is_near;		/* kept, and within OST_IMAGE_NEAR tokens of a change */
	bool is_before;		/* kept, and before the first change */
	bool is_after;		/* kept, and at most OST_IMAGE_AFTER tokens behind the last change */
	bool is_old;		/* of a line that the hunk removes or changes */
	bool is_exit;		/* kept: the return or goto that added statements were put in front of */
	bool is_behind_exit;	/* the first kept token behind that */
	bool is_behind_added;	/* of the old side: something is added right before it */
	uint32_t name;		/* T_IDENT: name id, else 0 */
	uint32_t line;		/* index of the hunk's line; in a file: 1-based line */
	uint32_t new_line;	/* of a kept token: the same on the new side */
};
typedef OST_VEC(struct ost_image_tok) ost_image_toks;

#define OST_IMAGE_NEAR 12
#define OST_IMAGE_AFTER 30
/* Hunks of more tokens are compared by their removed and added lines alone. */
#define OST_IMAGE_MAX_TOKENS 6000

struct ost_image {
	ost_image_toks all;
	uint32_t removed_weight, added_weight, near_weight;
};

/* The weight of a token: 300 an ordinary word, 30 a bracket. */
uint16_t ost_token_weight(uint8_t kind, const char *text, uint32_t len);

/* The tokens of a text, in order. `words` is shared by all that is compared. */
bool ost_image_lex(ost_image_toks *toks, struct ost_words *words, struct ost_arena *arena,
		   const char *text, size_t len);

/* Makes the image of a hunk. False: too large. */
bool ost_image_make(struct ost_image *image, struct ost_words *words,
		    struct ost_arena *arena, const struct ost_hunk *hunk);
/* Fills the weights and marks of `all`, whose sides are set. */
void ost_image_weigh(struct ost_image *image);
void ost_image_deinit(struct ost_image *image);
/* The tokens of one image: `leave_out` is OST_SIDE_ADDED for the pre-image. */
void ost_image_part(const struct ost_image *image, enum ost_side leave_out, ost_image_toks *ret);

#endif
