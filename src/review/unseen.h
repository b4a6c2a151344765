/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unseen.h - names that a branch declares in a header which the patched file
 * does not include, directly or by way of others: the compiler does not know
 * them.
 */
#ifndef OST_REVIEW_UNSEEN_H
#define OST_REVIEW_UNSEEN_H

#include "branch/compile.h"
#include "branch/included.h"
#include "git/apply.h"
#include "source/recognise.h"

struct ost_unseen {
	struct ost_side_files *side;
	const struct ost_header_trees *trees;
	struct ost_recogniser *recogniser;
	const struct ost_trial *trial;
};

/*
 * What a file of the trial gets to see, headers that the patch changes counted as if all
 * were included; x86, or with `is_any_arch` any architecture. NULL for a header, and for a file that
 * includes nothing (another one includes it).
 */
struct ost_included *ost_unseen_included(const struct ost_unseen *u, const struct ost_file_trial *f, bool is_any_arch);
/*
 * Ends c->hidden: the first name that no architecture's headers bring sets c->trouble, all others
 * count as doubtful, and so do all when another .c file includes this one.
 */
void ost_unseen_settle(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c);

#endif
