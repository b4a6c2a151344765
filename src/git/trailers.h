/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trailers.h - the trailers of a commit message, found where
 * `git interpret-trailers --parse` finds them.
 *
 * The block is the last paragraph (but never the first one) if it is all
 * trailers, or holds a Signed-off-by: or "(cherry picked from commit" line
 * and at least a quarter of it is trailers. Lines in it that are not
 * trailers (`[name: fixed a typo]`, "(cherry picked from commit …)") are
 * returned too, with an empty token. A line that begins with a space or a
 * tab continues the trailer before it.
 */
#ifndef OST_GIT_TRAILERS_H
#define OST_GIT_TRAILERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct ost_trailer {
	const char *token;	/* "Signed-off-by"; "" for a line that is no trailer */
	const char *value;	/* unfolded and trimmed: "stable@vger.kernel.org # 6.1+" */
	uint32_t line;		/* 1-based line of the message */
	uint32_t nr_lines;	/* more than 1 when folded */
};

struct ost_trailers {
	struct ost_trailer *items;	/* in message order */
	size_t nr;
	uint32_t first_line;		/* of the block; 0 without one */
};

enum { OST_TRAILERS_NO_DIVIDER = 1 };	/* a "---" line does not end the message (commits; not mails) */

/*
 * Never fails; any bytes are fine (a NUL byte ends the message). Memory from
 * the arena. With flags 0: as `git interpret-trailers --parse`, with
 * OST_TRAILERS_NO_DIVIDER as `… --no-divider` and %(trailers) of git log.
 */
void ost_trailers_parse(struct ost_trailers *ret_trailers, struct ost_arena *arena,
			const char *message, size_t len, unsigned flags);
/* The first trailer with this token (ASCII case ignored) at or after *pos, which moves behind it; NULL when none. */
const struct ost_trailer *ost_trailers_next(const struct ost_trailers *t, const char *token,
					    size_t *pos);

#endif
