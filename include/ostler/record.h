/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - evidence records, the only thing a review is made of.
 *
 * A record is one statement with a status and what proves it. No record, no
 * statement: text output, JSON and the verdict are made from records alone.
 * A `verified` or `refuted` record has at least one piece of evidence, an
 * `unknown` one has a reason. ost_review_add() checks both.
 *
 * All strings belong to the review.
 */
#ifndef OSTLER_RECORD_H
#define OSTLER_RECORD_H

#include <stddef.h>
#include <stdint.h>

enum ost_status { OST_VERIFIED, OST_REFUTED, OST_UNKNOWN };

struct ost_evidence {
	const char *kind;	/* "commit", "blob", "message", "line", "tree", "file" */
	const char *ref;	/* object id, path:line at a revision, message id */
	const char *command;	/* what anyone can run again, or "" */
};

struct ost_record {
	const char *id;		/* stable within one review: "1.2/fixes" */
	const char *step;	/* "1.2" */
	const char *statement;	/* one sentence */
	enum ost_status status;
	struct ost_evidence *evidence;
	size_t nr_evidence;
	const char *reason;	/* why unknown, or NULL */
	int weight;		/* >0 speaks for picking the patch, <0 against, 0 neither (filled by the check) */
};

/* "verified", "refuted", "unknown" */
const char *ost_status_name(enum ost_status status);

#endif
