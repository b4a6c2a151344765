// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phases that nothing fills in yet. Each step says so: a review without a
 * word about callers would read as if there were none.
 */
#include "review/check.h"

static struct ost_err *not_analysed(struct ost_review_ctx *c)
{
	ost_record_unknown(c, c->check->name, c->check->help, "not analysed yet");
	return NULL;
}

const struct ost_check ost_phase8_checks[] = {
	{ "8.1", "users", not_analysed, "Who is affected" },
	{ "8.2", "trigger", not_analysed, "What triggers the fault" },
	{ "8.3", "failure", not_analysed, "What happens then" },
	{ "8.4", "risk", not_analysed, "Risk against benefit" },
	{ NULL, NULL, NULL, NULL },
};
