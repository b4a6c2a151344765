// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes through ost_change_parse(); what comes out keeps the promises of git/change.h. */
#include <string.h>

#include "fuzz.h"
#include "git/change.h"
#include "git/patchpath.h"

static void check_line(const struct ost_diff_line *l)
{
	FUZZ_ASSERT(l->text[l->len] == '\0');
	FUZZ_ASSERT(!l->old_line == (l->kind == OST_LINE_ADDED) || !l->old_line);
	FUZZ_ASSERT(l->kind != OST_LINE_REMOVED || !l->new_line);
}

static void check_file(const struct ost_file_change *f, bool is_truncated)
{
	uint32_t added = 0, removed = 0, i, k;

	FUZZ_ASSERT(!ost_unsafe_path(f->old_path) && !ost_unsafe_path(f->new_path));
	FUZZ_ASSERT(f->old_blob && f->new_blob);
	for (i = 0; i < f->nr_hunks; i++) {
		const struct ost_hunk *h = &f->hunks[i];
		uint32_t old = 0, new = 0;

		for (k = 0; k < h->nr_lines; k++) {
			check_line(&h->lines[k]);
			added += h->lines[k].kind == OST_LINE_ADDED;
			removed += h->lines[k].kind == OST_LINE_REMOVED;
			old += h->lines[k].kind != OST_LINE_ADDED;
			new += h->lines[k].kind != OST_LINE_REMOVED;
		}
		FUZZ_ASSERT(old <= h->old_lines && new <= h->new_lines);
		FUZZ_ASSERT(is_truncated || (old == h->old_lines && new == h->new_lines));
		FUZZ_ASSERT(strlen(h->section) < 1 << 20);
	}
	FUZZ_ASSERT(added == f->nr_added && removed == f->nr_removed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_change c;
	struct ost_err *err;
	uint32_t i;

	err = ost_change_parse(&c, &arena, "fuzz", (const char *)data, size);
	for (i = 0; !err && i < c.nr_files; i++)
		check_file(&c.files[i], c.is_truncated);
	ost_err_destroy(err);
	ost_arena_deinit(&arena);
	return 0;
}
