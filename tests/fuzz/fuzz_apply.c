// SPDX-License-Identifier: GPL-2.0-or-later
/* Patch, a line of "====", a text: all files of the patch are put into the text, exactly and with fuzz. */
#include <string.h>

#include "base/vec.h"
#include "fuzz.h"
#include "git/change.h"
#include "git/equivalent.h"
#include "git/image.h"

static void put_in(struct ost_arena *arena, const struct ost_file_change *f, const char *text,
		   size_t len, bool is_fuzzy)
{
	struct ost_hunk_trial *hunks = ost_arena_calloc(arena, f->nr_hunks + 1, sizeof(*hunks));
	struct ost_image image = OST_VEC_INIT;
	uint32_t i;
	size_t out;
	bool ok;

	ost_image_fill(&image, text, len);
	ok = is_fuzzy ? ost_image_apply_fuzzy(&image, arena, f, 2, hunks) :
			ost_image_apply(&image, arena, f, hunks);
	for (i = 0; i < f->nr_hunks; i++)
		FUZZ_ASSERT(hunks[i].function && (hunks[i].is_placed != (hunks[i].why != NULL)) &&
			    (!ok || hunks[i].is_placed));
	FUZZ_ASSERT(strlen(ost_image_text(&image, arena, &out)) <= out);
	for (i = 0; i < f->nr_hunks; i++)
		ost_image_has_side(&image, arena, &f->hunks[i], i % 2, i % 4);
	ost_vec_deinit(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *cut = memmem(text, size, "\n====\n", 6);
	size_t patch_len = cut ? (size_t)(cut + 1 - text) : size / 2, rest = cut ? patch_len + 5 : patch_len;
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_change c, back;
	char hex[OST_HEX_SIZE];
	struct ost_err *err;
	uint32_t i;

	err = ost_change_parse(&c, &arena, "fuzz", text, patch_len);
	for (i = 0; !err && i < c.nr_files; i++) {
		put_in(&arena, &c.files[i], text + rest, size - rest, false);
		put_in(&arena, &c.files[i], text + rest, size - rest, true);
	}
	if (!err) {
		ost_change_reverse(&back, &arena, &c);
		FUZZ_ASSERT(ost_patch_id(hex, &back) == (c.nr_files > 0));
	}
	ost_err_destroy(err);
	ost_arena_deinit(&arena);
	return 0;
}
