/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * affected.h - is a branch affected, from the text of its code alone.
 *
 * Judges every hunk (judge.h) and weighs the verdicts by how much code each
 * hunk changes. Hunks whose code is not in the branch at all do not count
 * when others are there: a fix may touch drivers that the branch lacks.
 */
#ifndef OST_BRANCH_AFFECTED_H
#define OST_BRANCH_AFFECTED_H

#include "branch/judge.h"
#include "ostler/branches.h"

struct ost_text_verdict {
	enum ost_affected affected;	/* YES, NO, FIXED or UNKNOWN */
	const char *reason;		/* one sentence; may be the side's */
	bool is_by_message;		/* decided by a claim of the message, held against the branch */
	bool is_removed_here;		/* code that the patch removes stands here */
	struct ost_hunk_verdict *hunks;	/* of all files, in the patch's order; a hunk over several functions has one for each */
	uint32_t nr_hunks;
};

/* Files that are no C, or over so many hunks, are not judged. */
#define OST_AFFECTED_MAX_HUNKS 400

/* Memory is the side's; `about` is what the message says, and the release of the branch. */
void ost_affected_by_text(struct ost_side_files *side, const struct ost_change *change,
			  const struct ost_about *about, struct ost_text_verdict *ret);

#endif
