/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules.h - the rules of Documentation/process/stable-kernel-rules.rst.
 *
 * Each rule is decided by a function that adds exactly one record named after
 * it, or `unknown` with the reason. What the message alone says never makes a
 * rule about the code verified.
 */
#ifndef OST_REVIEW_RULES_H
#define OST_REVIEW_RULES_H

#include <stdbool.h>

#include "review/check.h"

struct ost_rule {
	const char *name;	/* "size" */
	const char *text;	/* the rule, one clause */
	void (*decide)(struct ost_review_ctx *c, const struct ost_rule *rule);
};

extern const struct ost_rule ost_rules[];	/* ended by name NULL */

/* The rule about size: lines of a patch with context. */
#define OST_RULE_MAX_LINES 100

/*
 * Does the diff only add table rows outside functions ({ USB_DEVICE(...) },
 * a compatible string)? False as soon as one line is anything else.
 */
bool ost_diff_only_adds_ids(const struct ost_review_ctx *c);

/* Is every changed line of C files blank or comment, and every other file documentation? */
bool ost_diff_is_trivial(const struct ost_review_ctx *c);

#endif
