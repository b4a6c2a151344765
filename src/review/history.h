/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * history.h - what phases 3 and 9 need from history, asked for once.
 *
 * Walks cost far more than anything else in a review, so each question is
 * put once: blame of all hunks of a file in one go, the first releases of all
 * commits of interest in one go.
 */
#ifndef OST_REVIEW_HISTORY_H
#define OST_REVIEW_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "git/walk.h"
#include "review/check.h"

/*
 * Files blamed, and commits described; more are said to be left out. Where a
 * change has C files only those are blamed: blame of a long test script costs
 * as much as that of the code, and says nothing about the fault.
 */
#define OST_BLAME_MAX_FILES 4
#define OST_BLAME_MAX_COMMITS 8
/* A commit that changes more files than this brings in a whole tree. */
#define OST_IMPORT_FILES 2000

/* A commit that old lines of the diff come from. */
struct ost_blamed {
	const char *id;
	const char *subject;
	const char *release;	/* first one that has it, or "" */
	uint32_t nr_removed;	/* removed lines that come from it */
	uint32_t nr_around;	/* context lines */
	bool is_end;		/* history ends there: a root, a shallow boundary, or a commit that imports a tree */
	const char *end_why;	/* then, which of them */
};

struct ost_gathered;
struct ost_later_list;

/* One Fixes: tag (or "Stable-dep-of" never: only Fixes). */
struct ost_fixes {
	const char *value;	/* as written */
	const char *hex;	/* its first word when that is hex, else "" */
	const char *subject;	/* between (" and "), or "" */
	const char *full;	/* id of the commit when the repository has it, else "" */
	const char *why;	/* then, why it has not */
	const char *real_subject;
	const char *release;	/* or "" */
	bool is_ancestor;	/* of the base */
};

struct ost_history {
	struct ost_blamed *blamed;	/* most removed lines first, then most context lines */
	uint32_t nr_blamed;
	uint32_t nr_removed, nr_around;	/* lines blamed */
	const char *blame_why;		/* why there is no (full) blame, or NULL */
	const char *blame_command;	/* shows the removed lines with their commits; "" without any */
	const char *blame_around;	/* the same for all old lines of the hunks */
	struct ost_fixes *fixes;
	uint32_t nr_fixes;
	const char *upstream_full;	/* of the upstream commit or the reviewed one, when known here */
	struct ost_release upstream_release;
	struct ost_later_list *later;	/* commits that name it (3.5, related.c) */
	struct ost_gathered *gathered;	/* answers of slow questions (gather.h) */
	int64_t year;			/* where the year before the base begins, seconds */
};

/* Fills c->history; git's own failures on single files become blame_why. */
OST_WARN_UNUSED struct ost_err *ost_history_prepare(struct ost_review_ctx *c);

/* Why upstream_full is "": nobody names it, or it is not in this repository. */
const char *ost_upstream_why(struct ost_review_ctx *c);

#define OST_YEAR_IS_CUT "the history at hand begins later; use a full clone"
/* What to do about a commit or history that is not in the repository. */
const char *ost_history_remedy(struct ost_review_ctx *c);

/* "2026-03-01" in UTC. */
const char *ost_day(struct ost_arena *a, int64_t when);

/* "2026-03-01T12:00:00Z": git takes it for --since and means that very second. */
const char *ost_moment(struct ost_arena *a, int64_t when);

#endif
