/* SPDX-License-Identifier: GPL-2.0-or-later */
/* difftext.h - two texts as a git diff. */
#ifndef OST_GIT_DIFFTEXT_H
#define OST_GIT_DIFFTEXT_H

#include "base/buf.h"

struct ost_diff_side {
	const char *path;
	const char *text;	/* NULL: there is no such file on this side */
	size_t len;
};

/*
 * Appends what turns one text into the other, with a "diff --git" header,
 * index line and three lines of context; nothing when they are equal.
 */
OST_WARN_UNUSED
struct ost_err *ost_diff_texts(struct ost_buf *ret_diff, const struct ost_diff_side *from, const struct ost_diff_side *to);

#endif
