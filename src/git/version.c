// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/version.h"

#include <git2.h>
#include <stdio.h>

const char *ost_libgit2_version(void)
{
	static char text[48];
	int major, minor, rev;

	git_libgit2_version(&major, &minor, &rev);
	snprintf(text, sizeof(text), "%d.%d.%d", major, minor, rev);
	return text;
}
