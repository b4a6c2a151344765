// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a facts record, and as a packed one: refused, or safe to read to the last node. */
#include <string.h>

#include "fuzz.h"
#include "source/dump.h"
#include "source/facts_pack.h"

static void read_record(const void *data, size_t size)
{
	OST_BUF out = OST_BUF_INIT;
	struct ost_facts f;
	struct ost_err *err = ost_facts_open(&f, data, size);

	if (!err)
		ost_facts_dump(&f, &out);
	ost_err_destroy(err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OST_BUF record = OST_BUF_INIT;

	read_record(data, size);
	if (ost_facts_restore(data, size, &record))
		read_record(record.ptr, record.len);
	return 0;
}
