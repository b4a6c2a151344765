/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * judge.h - does the code that a hunk repairs stand in a branch?
 *
 * Each hunk is looked up in the branch: the file (also under another
 * path), the function (also in another file, or under another name), then
 * the place by alignment (align.h). What is found there decides:
 *
 * A hunk that only adds at file scope (a new function, a prototype, a member)
 * says nothing about the bug beside others: affected.c makes it NEUTRAL where
 * there are others. An entry that is added to an initialiser does say something.
 *
 *	BUGGY	the removed tokens stand there and the added ones do not; or,
 *		where nothing is removed, what stood around the addition does
 *		and the addition does not
 *	FIXED	the added tokens stand there; or, where nothing is added, the
 *		surroundings do without what is removed
 *	GONE	there is no such code: file, function or surroundings are
 *		missing, or what the change needs does not exist (needs.h);
 *		or the file is missing, and what is alike stands beside it
 *		in another revision that has both (ost_side_files.others)
 *	ODD	something else stands there: a person must look
 *	NEUTRAL	the hunk changes comments, white space or documentation only
 *
 * Context alone never proves a bug: of an addition without removal the near
 * surroundings must be there nearly whole, in the function that it is about.
 */
#ifndef OST_BRANCH_JUDGE_H
#define OST_BRANCH_JUDGE_H

#include "branch/about.h"
#include "branch/align.h"
#include "branch/file.h"
#include "git/change.h"

enum ost_hunk_state { OST_HUNK_NEUTRAL, OST_HUNK_BUGGY, OST_HUNK_FIXED, OST_HUNK_GONE, OST_HUNK_ODD };

struct ost_hunk_verdict {
	uint32_t file, hunk;	/* indexes into the change; filled by affected.c */
	const struct ost_hunk *piece;	/* what was judged: a part of that hunk (ost_hunk_split()) */
	enum ost_hunk_state state;
	const char *why;	/* one sentence without the place */
	const char *path;	/* in the branch; NULL when there is no such file */
	const char *func;	/* in the branch, or NULL */
	const char *wanted;	/* the function in the patch, or NULL */
	uint32_t first_line, last_line;	/* of the place in the branch; 0 when none */
	uint32_t weight;	/* of the changed tokens */
	/* found shares in per cent, -1 when there is nothing to find */
	int removed, added, near_found;
	int after_found;	/* what the hunk has behind its last change */
	int old_found;		/* the lines that the hunk removes or changes */
	int margin;		/* how much better the post-image fits than the pre-image, of the changed weight */
	bool is_whole_before, is_whole_after;	/* the pre-, the post-image stands here in one piece */
	bool has_renamed_call;	/* a call that the hunk removes or changes is that of another function here */
	bool is_other_call;	/* and so is one that it adds, and neither image fits better */
	bool is_unfilled;	/* what is added stands nowhere: its surroundings lie side by side */
	uint32_t told_line;	/* the line that the patch gives */
	/*
	 * Two places of one shape, one as before and one as after: the line that the patch gives is much
	 * nearer to the one as before.
	 */
	bool is_twin_left;
	bool fits_before_better;	/* than the post-image does */
	bool is_scattered;	/* what is added stands all over the function, its surroundings do not */
	bool is_bare;		/* the hunk has no code around what it adds */
	bool is_moved;		/* another path */
	bool is_func_absent;	/* no function of that name in the file */
	const char *lost;	/* the first function that the removed code calls, or NULL */
	bool is_at_file_scope;	/* adds at file scope only: counts when no other hunk does */
	bool is_ruled_out;	/* GONE although the function is here: what the hunk is about is not in it */
};

/* Shares that decide, in per cent: measured on real fixes (docs/accuracy.md). */
struct ost_judge_params {
	int added_there, added_whole, added_missing, removed_there, removed_missing, near_there, near_missing, old_missing;
};
extern const struct ost_judge_params ost_judge_default;

/* "buggy", "fixed", ... */
const char *ost_hunk_state_name(enum ost_hunk_state state);

/*
 * Judges hunk `hunk` of `file` in the branch: one of ost_hunk_split(). Strings
 * are the side's.
 */
void ost_judge_hunk(struct ost_side_files *side, const struct ost_change *change,
		    const struct ost_about *about,
		    const struct ost_file_change *file,
		    const struct ost_hunk *hunk, struct ost_hunk_verdict *ret);

/* The function that the first changed line of a hunk stands in, as the patch tells it; NULL when it does not. */
const char *ost_hunk_function(struct ost_arena *arena, const struct ost_hunk *hunk);
/* The name that the hunk gives to a function in place of the one above, or NULL. */
const char *ost_hunk_renames_to(struct ost_arena *arena, const struct ost_hunk *hunk);
/* The function whose head is the first line that the hunk changes, comments aside, and that it removes; or NULL. */
const char *ost_hunk_takes_function(struct ost_arena *arena, const struct ost_hunk *hunk);
/* Does the hunk add the head of that function? */
bool ost_hunk_gives_function(struct ost_arena *arena, const struct ost_hunk *hunk, const char *name);

/*
 * A hunk may run over the end of a function into the next one. Splits it
 * behind each kept line that begins with "}", leaves out parts that change
 * nothing, and returns how many are left in *ret (the arena's).
 */
uint32_t ost_hunk_split(struct ost_arena *arena, const struct ost_hunk *hunk, struct ost_hunk **ret);

/* Is the first changed line inside the braces of an initialised object ("static const struct x y[] = {")? */
bool ost_hunk_is_in_initialiser(const struct ost_hunk *hunk);

#endif
