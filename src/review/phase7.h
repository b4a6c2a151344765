/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * phase7.h - what phase 7 knows that the phases for trailers (1.2) and for
 * the author (3.4) ask as well.
 */
#ifndef OST_REVIEW_PHASE7_H
#define OST_REVIEW_PHASE7_H

#include "review/check.h"
#include "review/maintainers.h"

/*
 * Who answers for the change under review, by the MAINTAINERS of its base:
 * the commit or mail as a whole, so that K: lines see the message too. c->maintainers
 * must not be NULL. Memory is the review's.
 */
OST_WARN_UNUSED
struct ost_err *ost_review_maintainers(struct ost_maint_answer *ret_answer,
				       struct ost_review_ctx *c);

/* What a person is to the change, strongest first. */
enum ost_review_role {
	OST_ROLE_MAINTAINER,	/* M: of a section that the change touches */
	OST_ROLE_REVIEWER,	/* R: of such a section */
	OST_ROLE_REST,		/* M: or R: of a section that covers the whole tree ("THE REST") only */
	OST_ROLE_ELSEWHERE,	/* M: or R: of other sections only */
	OST_ROLE_NONE,		/* not in MAINTAINERS */
};

/*
 * The role of a person, with the line that gives it: *ret_section and
 * *ret_line (0 for OST_ROLE_NONE) say where in MAINTAINERS.
 */
enum ost_review_role ost_review_role_of(struct ost_review_ctx *c,
					const struct ost_maint_answer *answer,
					const char *name, const char *address,
					size_t *ret_section, uint32_t *ret_line);

/* Evidence: lines first..last of the base's MAINTAINERS, with the command that prints them. */
void ost_review_prove_maintainers(struct ost_review_ctx *c, struct ost_record *r,
				  uint32_t first, uint32_t last);

#endif
