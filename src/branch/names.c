// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/branches.h"

const char *ost_affected_name(enum ost_affected a)
{
	static const char *const names[] = { "unknown", "yes", "no", "fixed", "queued" };

	return names[a];
}
