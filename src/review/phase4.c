// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 4: what the list said.
 */
#include "review/check.h"

static struct ost_err *not_analysed(struct ost_review_ctx *c)
{
	ost_record_unknown(c, c->check->name, c->check->help, "not analysed yet");
	return NULL;
}

const struct ost_check ost_phase4_checks[] = {
	{ "4.1", "thread", not_analysed, "Which versions were posted, and where" },
	{ "4.2", "reviewers", not_analysed, "What reviewers said" },
	{ "4.3", "report", not_analysed, "Who reported the fault" },
	{ "4.4", "related", not_analysed, "Which related patches were posted" },
	{ "4.5", "stable", not_analysed, "What was said about stable" },
	{ NULL, NULL, NULL, NULL },
};
