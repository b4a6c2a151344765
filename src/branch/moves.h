/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * moves.h - a call that a patch moves from one place to another.
 *
 * A patch that takes a call away here and makes it there is about that call.
 * Where the branch has nothing of that name there is no call to be moved,
 * whatever the places look like.
 */
#ifndef OST_BRANCH_MOVES_H
#define OST_BRANCH_MOVES_H

#include "branch/judge.h"

/*
 * Rules out the hunks that remove or add a call which the patch removes in
 * one place and adds in another, when nothing of its name exists: neither a
 * function, macro or member that the shared headers (side->shared; without
 * them nothing is said), the files of the folders or the patch declare. A
 * name whose removed call stands in the branch under another name is left
 * alone.
 */
void ost_rule_out_moves(struct ost_side_files *side, const struct ost_change *change,
			struct ost_hunk_verdict *hunks, uint32_t nr);

#endif
