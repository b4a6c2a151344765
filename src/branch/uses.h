/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uses.h - is what an addition protects used at all in a branch's function?
 *
 * A test that is added protects what follows it. Where the function of the
 * branch never uses the tested variable afterwards, the test would protect
 * nothing, nor where the place is only reached with it; where it indexes an array with the value that the addition limits,
 * and never compares that value, the fault is there although the lines around
 * it are others.
 */
#ifndef OST_BRANCH_USES_H
#define OST_BRANCH_USES_H

#include "branch/file.h"

enum ost_use {
	OST_USE_UNKNOWN,	/* the addition is of another kind */
	OST_USE_NONE,		/* the tested pointer is the function's own, and not used behind it, nor is anything reached through it before */
	OST_USE_DEBUG,		/* only as an argument of debug output */
	OST_USE_IMPLIED,	/* the tested pointer cannot be NULL there: a condition around it says so */
	OST_USE_ABSENT,		/* the local variable that it sets does not exist */
	OST_USE_UNCHECKED,	/* the limited value indexes an array and is never compared */
};

struct ost_use_finding {
	enum ost_use use;
	uint32_t name;	/* the word that it is about; 0 for UNKNOWN */
};

/*
 * Looks at the added tokens of an image that removes nothing. `at` is the
 * token of the file behind which the addition would stand (align.h).
 */
struct ost_use_finding ost_find_use(const struct ost_words *words, const struct ost_image *image,
				    const struct ost_branch_file *file,
				    const struct ost_branch_func *func, size_t at);

/* Does the text of a name contain a word? */
bool ost_word_contains(const struct ost_words *words, uint32_t name, const char *part);

#endif
