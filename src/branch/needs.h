/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * needs.h - what a change is about, and whether a branch has it at all.
 *
 * A fix that locks `x->status_lock` or tests `req->n_channels` is about that
 * member. Where no record of the branch has a member of that name there is
 * nothing to fix. Functions, macros and constants are no such evidence: a
 * helper that is missing makes a backport harder, it does not make the bug
 * go away.
 */
#ifndef OST_BRANCH_NEEDS_H
#define OST_BRANCH_NEEDS_H

#include "branch/file.h"

/*
 * The first member that the added tokens of an image use and that neither
 * the shared headers (side->shared; without them nothing is said) nor the
 * files of the folder and the one above declare; NULL when there is none.
 * Members that the patch itself declares, that the file uses anyway, or that
 * an initialiser sets do not count.
 */
const char *ost_needs_absent_member(struct ost_side_files *side, const struct ost_image *image,
				    const char *path, const struct ost_change *change);

/*
 * All that is added sets variables to constants: the first of them that the
 * file of the branch nowhere has and that the patch does not declare, NULL
 * when there is none. Error codes do not count: their variable has many names.
 */
const char *ost_needs_absent_variable(struct ost_side_files *side, const struct ost_image *image,
				      const char *path, const struct ost_change *change);

/*
 * The first constant (all capitals) among the removed tokens that nothing the
 * branch has there names; NULL when there is none, or that is not known.
 */
const char *ost_needs_absent_constant(struct ost_side_files *side, const struct ost_image *image,
				      const char *path, const struct ost_change *change);

/*
 * The first lock function or guard among the added tokens that the branch
 * does not have in either form: "wiphy_lock()" where neither wiphy_lock() nor
 * guard(wiphy) exists; NULL when there is none. A lock that does not exist
 * cannot be the one that is missing.
 */
const char *ost_needs_absent_lock(struct ost_side_files *side, const struct ost_image *image,
				  const char *path, const struct ost_change *change);

/*
 * Is there a function, macro or member of that name, in the shared headers,
 * around a file of the branch or in what the patch declares? True, too, where
 * that is not known.
 */
bool ost_needs_exists(struct ost_side_files *side, const char *path, const struct ost_change *change,
		      const char *name);

#endif
