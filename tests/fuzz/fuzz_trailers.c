// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes through ost_trailers_parse(). */
#include <string.h>

#include "fuzz.h"
#include "git/trailers.h"

static void check(const uint8_t *data, size_t size, unsigned flags)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_trailers t;
	size_t i, pos = 0;

	ost_trailers_parse(&t, &arena, (const char *)data, size, flags);
	FUZZ_ASSERT(!t.nr || t.first_line > 1);
	for (i = 0; i < t.nr; i++) {
		FUZZ_ASSERT(t.items[i].line >= t.first_line && t.items[i].nr_lines);
		FUZZ_ASSERT(!strchr(t.items[i].value, '\n') && !strchr(t.items[i].token, ':'));
		FUZZ_ASSERT(!i || t.items[i].line >= t.items[i - 1].line + t.items[i - 1].nr_lines);
	}
	while (ost_trailers_next(&t, "Fixes", &pos))
		FUZZ_ASSERT(pos <= t.nr);
	ost_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(data, size, 0);
	check(data, size, OST_TRAILERS_NO_DIVIDER);
	return 0;
}
