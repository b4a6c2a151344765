// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/check.h"

static struct ost_err *not_analysed(struct ost_review_ctx *c)
{
	ost_record_unknown(c, c->check->name, c->check->help, "not analysed yet");
	return NULL;
}

const struct ost_check ost_phase7_checks[] = {
	{ "7.1", "maintainers", not_analysed, "Who maintains it" },
	{ NULL, NULL, NULL, NULL },
};
