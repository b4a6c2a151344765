/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * activity.h - how busy the files of a subsystem were in the year before.
 *
 * Planned before the slow questions are asked (gather.h asks them), told by
 * phase 7.
 */
#ifndef OST_REVIEW_ACTIVITY_H
#define OST_REVIEW_ACTIVITY_H

#include <stddef.h>

#include "git/walk.h"
#include "review/check.h"

#define OST_ACTIVITY_MAX_PATHS 200	/* handed to git */

struct ost_activity {
	const char *what;	/* for the statement: "the changed files", "the files of \"X\"" */
	const char *paths[OST_ACTIVITY_MAX_PATHS + 1];
	size_t nr_paths, nr_left_out;	/* left out: patterns that are no path, and those beyond the maximum */
	size_t nr;		/* commits of the year that touch the paths */
	size_t nr_all;		/* commits of the year */
	bool reaches;		/* there is an older commit, so that the whole year is at hand */
};

/*
 * Chooses the paths: those of the section of MAINTAINERS that counts first,
 * or the changed files. c->answer is read; strings are the review's.
 */
void ost_activity_plan(struct ost_activity *ret, struct ost_review_ctx *c);

/* Fills nr_all and reaches, for what `rev` reaches since then (seconds). */
OST_WARN_UNUSED
struct ost_err *ost_activity_ask_year(struct ost_activity *a, struct ost_repo *repo,
				      const char *rev, int64_t since);

#endif
