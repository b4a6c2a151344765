// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as flowed text, as header values, as a subject: nothing grows without bound. */
#include <string.h>

#include "fuzz.h"
#include "mail/body.h"
#include "mail/header.h"
#include "mail/rfc2047.h"
#include "mail/utf8.h"

static void flowed(const char *s, size_t size, bool is_delsp)
{
	OST_BUF b = OST_BUF_INIT;

	ost_flowed_decode(&b, s, size, is_delsp);
	FUZZ_ASSERT(b.len <= 2 * size + 2);
	FUZZ_ASSERT(!b.len || b.ptr[b.len - 1] == '\n');
}

static void header_values(const char *s, size_t size)
{
	struct ost_utf8_count count = { 0, 0 };
	OST_BUF name = OST_BUF_INIT;
	OST_BUF addr = OST_BUF_INIT;
	size_t pos = 0, last = 0, len;
	const char *at;
	int64_t date;
	int32_t zone;

	while (ost_header_next_address(s, size, &pos, &at, &len)) {
		FUZZ_ASSERT(pos > last && at >= s && at + len <= s + size);
		last = pos;
		ost_header_address(at, len, &name, &addr, &count);
	}
	FUZZ_ASSERT(ost_utf8_is_valid(name.ptr, name.len) && ost_utf8_is_valid(addr.ptr, addr.len));
	for (pos = last = 0; ost_header_next_id(s, size, &pos, &at, &len); last = pos)
		FUZZ_ASSERT(pos > last && at >= s && at + len <= s + size);
	if (ost_header_date(s, size, &date, &zone))
		FUZZ_ASSERT(date > -100000 && date < 253402400000);
}

static void subject(const char *s, size_t size)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_utf8_count count = { 0, 0 };
	struct ost_upstream_id id;
	struct ost_subject sub;
	OST_BUF b = OST_BUF_INIT;

	ost_rfc2047_decode(&b, s, size, &count);
	FUZZ_ASSERT(ost_utf8_is_valid(b.ptr, b.len) && b.len <= 3 * size);
	ost_subject_parse(&sub, &arena, b.ptr);
	FUZZ_ASSERT(strlen(sub.clean) <= b.len && sub.version < 10000);
	ost_subject_parse_patch(&sub, &arena, b.ptr);
	ost_upstream_find(&id, &arena, b.ptr);
	FUZZ_ASSERT(!*id.hex == (id.form == OST_UPSTREAM_NONE));
	ost_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;

	flowed(s, size, false);
	flowed(s, size, true);
	header_values(s, size);
	subject(s, size);
	return 0;
}
