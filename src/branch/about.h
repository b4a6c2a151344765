/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * about.h - what a patch's message says the fault is, held against a branch.
 *
 * A message is a claim, and a claim alone decides nothing: it says where to
 * look. Each question here ends at the branch's code or at its release.
 */
#ifndef OST_BRANCH_ABOUT_H
#define OST_BRANCH_ABOUT_H

#include "branch/file.h"
#include "git/change.h"

struct ost_about {
	const char *message;	/* title, body and trailers; "" when there is none */
	const char *release;	/* of the branch, "6.1.192", or "" */
	bool is_later_of_series;	/* "[PATCH 3/8]": others come before it, and may add what it uses */
};

/* Does the message name the word, as a whole word? */
bool ost_about_names(const struct ost_about *about, const char *word);

/*
 * The message blames a merge of a later release than the branch's ("Fixes:
 * ... ("Merge tag 'leds-next-6.9' of ...")"): merges are not backported.
 * Returns the sentence that says so, or NULL.
 */
const char *ost_about_later_merge(const struct ost_about *about, struct ost_arena *arena);

/*
 * The message says of a function that it reads, calls or frees something
 * ("chan_bw_change() ... accesses link->reserved.oper"), and nothing of that
 * stands in the function as the branch has it: the sentence that says so,
 * else NULL. `func` is the branch's; words that the change adds are left out,
 * and calls of functions that the branch does not have at all.
 */
const char *ost_about_refuted_claim(const struct ost_about *about, struct ost_side_files *side,
				    const struct ost_change *change, const struct ost_branch_file *file,
				    const struct ost_branch_func *func);

/*
 * The fix sets a counter before its array is filled, because the array is
 * marked __counted_by(): is any array here marked so by that counter? The
 * counter's name when none is, else NULL.
 */
const char *ost_about_uncounted(const struct ost_about *about, struct ost_side_files *side,
				const struct ost_image *image, const char *path);

/*
 * The message says that a pointer member may be missing ("... but eht_oper
 * isn't"), and the addition tests it: its name when nothing in the branch
 * but the function that sets it looks behind it, else NULL.
 */
const char *ost_about_unused_member(const struct ost_about *about, struct ost_side_files *side,
				    const struct ost_image *image, const struct ost_branch_file *file);

/*
 * Has any file of the branch's kernel code the word? True, too, where that
 * could not be read. The folder of the path `near` is looked at first.
 */
bool ost_about_is_in_tree(struct ost_side_files *side, const char *near, const char *word);

#endif
