/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gather.h - the slow questions of one review, asked side by side.
 *
 * Blame of each file, the log of the files, the author's commits, the year
 * before and the later commits are a git process or two each and need nothing
 * of each other; they run on as many threads as the options allow, each with
 * a handle and an arena of its own. Answers stand in fixed places, so that
 * the order in which they come in shows nowhere.
 */
#ifndef OST_REVIEW_GATHER_H
#define OST_REVIEW_GATHER_H

#include "base/buf.h"
#include "git/walk.h"
#include "review/activity.h"
#include "review/check.h"

/* One file that was blamed. */
struct ost_file_blame {
	uint32_t file;			/* index into the texts */
	struct ost_line_range *ranges;	/* old lines of its hunks */
	size_t nr_ranges;
	struct ost_blame_line *lines;
	size_t nr_lines;
	const char *why;		/* why it could not be blamed, or NULL */
};

struct ost_gathered {
	struct ost_file_blame *blames;
	size_t nr_blames, nr_left_out;	/* files beyond the limit */

	bool has_recent;		/* the base is known */
	struct ost_log_query recent_query;
	struct ost_log recent;		/* of the files, in the year before */

	bool has_author;
	struct ost_log_query author_query;
	const char *author_dir;		/* "" for the whole tree */
	size_t nr_author;		/* the author's commits there, in the year before */

	struct ost_activity activity;
	bool is_year_known, is_author_known;	/* the commit-graph has said it */
	bool is_of_files;		/* its paths are those of recent_query: one walk answers both */

	bool has_later;			/* the commit is known, and HEAD contains it */
	bool is_behind;			/* HEAD contains it */
	const char **later_paths;	/* new names of the files, NULL-terminated */
	struct ost_buf later;		/* git log -p of the commits after it, see later_log.h */
	const char *later_why;		/* why there is no answer, or NULL */

	struct ost_gather_task *tasks;	/* private */
	size_t nr_tasks;
};

/* Fills c->history->gathered; `year` and upstream_full of the history must stand. */
OST_WARN_UNUSED struct ost_err *ost_gather(struct ost_review_ctx *c);
void ost_gather_end(struct ost_review_ctx *c);

#endif
