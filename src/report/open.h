/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * open.h - what a review leaves open, as the page lists it.
 *
 * One line a reason: of records that are open for the same reason only the
 * topics of their steps are named. What is open about the branches comes
 * first. Left out is what is open in every review, since it is for a human to
 * judge, and what stands above under the branches.
 */
#ifndef OST_REPORT_OPEN_H
#define OST_REPORT_OPEN_H

#include "base/buf.h"
#include "ostler/review.h"

#define OST_OPEN_MAX 200u	/* records looked at */

struct ost_open_list {
	const struct ost_record *items[OST_OPEN_MAX];
	size_t nr;
};

void ost_open_gather(struct ost_open_list *list, const struct ost_review *r);
/* The line of the group that record i leads; false when it is in an earlier one's. */
bool ost_open_line(const struct ost_open_list *list, size_t i, struct ost_buf *ret);

#endif
