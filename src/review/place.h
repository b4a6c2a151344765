/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * place.h - what a person is to the change by MAINTAINERS, in words.
 */
#ifndef OST_REVIEW_PLACE_H
#define OST_REVIEW_PLACE_H

#include "review/check.h"

struct ost_place {
	const char *words;	/* ", maintainer of \"TOY DRIVER\"", or "" when nothing is known; arena memory */
	uint32_t line;		/* of MAINTAINERS, 0 when the person is not in it */
};

/*
 * Looks up "Name <address>". With no MAINTAINERS, or no person of that name,
 * words is "". The answer for the change is asked for once a review.
 */
void ost_place_of(struct ost_place *ret, struct ost_review_ctx *c, const char *person);

#endif
