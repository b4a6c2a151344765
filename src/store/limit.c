// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ostler/facts.h"

struct ost_err *ost_store_limit_parse(const char *text, uint64_t *ret_limit)
{
	static const char units[] = "KMGT";
	char *end = NULL;
	const char *unit;
	unsigned shift = 0;
	uint64_t n;

	errno = 0;
	n = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
	if (n && end && *end && (unit = strchr(units, *end))) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (!n || errno || !end || *end || n > UINT64_MAX >> shift)
		return ost_err_create(OST_ERR_USAGE, text, NULL,
				      "not a size; a number of bytes is wanted, or like 500M or 4G");
	*ret_limit = n << shift;
	return NULL;
}
