// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/version.h"

#include <gmime/gmime.h>
#include <stdio.h>

const char *ost_gmime_version(void)
{
	static char text[48];

	snprintf(text, sizeof(text), "%u.%u.%u", gmime_major_version, gmime_minor_version, gmime_micro_version);
	return text;
}
