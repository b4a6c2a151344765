// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a facts record: refused, or safe to read to the last node. */
#include <string.h>

#include "fuzz.h"
#include "source/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OST_BUF out = OST_BUF_INIT;
	struct ost_facts f;
	struct ost_err *err = ost_facts_open(&f, data, size);

	if (err) {
		ost_err_destroy(err);
		return 0;
	}
	ost_facts_dump(&f, &out);
	return 0;
}
