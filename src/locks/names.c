// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of the contract. */
#include <string.h>

#include "base/alloc.h"
#include "ostler/deadlocks.h"

static const char *const rank_names[] = { "proven", "likely", "possible" };
static const char *const kind_names[OST_NR_DL_KINDS] = {
	[OST_DL_WORK_WAIT] = "work-wait", [OST_DL_TIMER_WAIT] = "timer-wait",
	[OST_DL_IRQ_WAIT] = "irq-wait", [OST_DL_KTHREAD_WAIT] = "kthread-wait",
	[OST_DL_NAPI_WAIT] = "napi-wait", [OST_DL_COMPLETION_WAIT] = "completion-wait",
	[OST_DL_SELF_WAIT] = "self-wait", [OST_DL_WORKQUEUE_FLUSH] = "workqueue-flush",
	[OST_DL_REFS_WAIT] = "refs-wait", [OST_DL_RCU_WAIT] = "rcu-wait", [OST_DL_AA] = "AA",
	[OST_DL_ABBA] = "ABBA", [OST_DL_MISSING_UNLOCK] = "missing-unlock",
	[OST_DL_IRQ_CONTEXT] = "irq-context",
};
static const char *const role_names[] = {
	"hold", "call", "wait", "callback", "acquire", "release", "return", "same-object",
};

const char *ost_rank_name(enum ost_rank rank)
{
	return rank < OST_NR_RANKS ? rank_names[rank] : "";
}

int ost_rank_parse(const char *name)
{
	for (int i = 0; i < OST_NR_RANKS; i++)
		if (!strcmp(rank_names[i], name))
			return i;
	return -1;
}

const char *ost_deadlock_kind_name(enum ost_deadlock_kind kind)
{
	return kind < OST_NR_DL_KINDS ? kind_names[kind] : "";
}

int ost_deadlock_kind_parse(const char *name)
{
	for (int i = 0; i < OST_NR_DL_KINDS; i++)
		if (!strcmp(kind_names[i], name))
			return i;
	return -1;
}

bool ost_deadlock_kind_is_analysed(enum ost_deadlock_kind kind)
{
	return kind < OST_NR_DL_KINDS;	/* all of them, by now */
}

const char *ost_step_role_name(enum ost_step_role role)
{
	return role < OST_ARRAY_SIZE(role_names) ? role_names[role] : "";
}
