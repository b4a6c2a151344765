// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/version.h"

#include <zstd.h>

const char *ost_zstd_version(void)
{
	return ZSTD_versionString();
}
