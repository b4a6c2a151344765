// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a PATCH argument: messages follow each other without a gap. */
#include <string.h>

#include "fuzz.h"
#include "mail/input.h"
#include "mail/mbox.h"

static void walk(struct ost_mbox *box)
{
	struct ost_mbox_item item;
	OST_BUF buf = OST_BUF_INIT;
	size_t at = box->pos, len;
	const char *raw;

	while (ost_mbox_next(box, &item)) {
		FUZZ_ASSERT(item.offset == at && item.len > 0 && item.head >= item.offset);
		FUZZ_ASSERT(item.head <= item.offset + item.len || item.offset + item.len == box->len);
		at += item.len;
		ost_mbox_raw(box, &item, &buf, &raw, &len);
		FUZZ_ASSERT(len <= item.len);
	}
	FUZZ_ASSERT(at == box->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ost_patches ps;
	struct ost_mbox box;
	struct ost_err *err = ost_mbox_open_mem(&box, "fuzz", (const char *)data, size);
	size_t i;

	if (err) {
		FUZZ_ASSERT(err->remedy && *err->why);
		ost_err_destroy(err);
		return 0;
	}
	walk(&box);
	box.flavour = OST_MBOXO;
	ost_mbox_rewind(&box);
	walk(&box);
	ost_mbox_deinit(&box);
	err = ost_patches_read_mem(&ps, "fuzz", (const char *)data, size);
	ost_err_destroy(err);
	if (err)
		return 0;
	FUZZ_ASSERT(ps.nr_patches > 0 && ps.nr_patches <= ps.v.nr);
	for (i = 0; i < ps.v.nr; i++)
		FUZZ_ASSERT(ps.v.items[i].kind == OST_MSG_PATCH || !ps.v.items[i].change.nr_files);
	ost_patches_deinit(&ps);
	return 0;
}
