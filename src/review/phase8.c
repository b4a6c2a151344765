// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 8: who meets the fault, and what happens then. What is proved about a
 * deadlock answers 8.2 and 8.3, users.c 8.1, quality.c 8.4.
 */
#include "review/check.h"
#include "review/deadlock_checks.h"
#include "review/quality.h"
#include "review/users.h"

const struct ost_check ost_phase8_checks[] = {
	{ "8.1", "users", ost_check_users, "Who is affected" },
	{ "8.2", "trigger", ost_check_trigger, "What triggers the fault" },
	{ "8.3", "failure", ost_check_failure, "What happens then" },
	{ "8.4", "risk", ost_check_risk, "Risk against benefit" },
	{ NULL, NULL, NULL, NULL },
};
