// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/affected.h"

static bool is_c(const char *path)
{
	size_t n = strlen(path);

	return n > 2 && path[n - 2] == '.' && (path[n - 1] == 'c' || path[n - 1] == 'h');
}

struct tally {
	uint64_t by_state[OST_HUNK_ODD + 1];
	uint64_t total;		/* without the neutral ones */
};

static void add_up(const struct ost_text_verdict *v, struct tally *t)
{
	uint32_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < v->nr_hunks; i++) {
		t->by_state[v->hunks[i].state] += v->hunks[i].weight;
		if (v->hunks[i].state != OST_HUNK_NEUTRAL)
			t->total += v->hunks[i].weight;
	}
}

static void conclude(struct ost_text_verdict *v)
{
	struct tally t;
	uint64_t live;

	add_up(v, &t);
	live = t.total - t.by_state[OST_HUNK_GONE];
	v->affected = OST_AFFECTED_UNKNOWN;
	if (!t.total) {
		v->reason = "the patch changes no C code that could be compared";
	} else if (live * 4 < t.total) {
		v->affected = OST_AFFECTED_NO;
		v->reason = "the code that the patch changes is not in this branch";
	} else if (t.by_state[OST_HUNK_FIXED] * 10 >= live * 6) {
		v->affected = OST_AFFECTED_FIXED;
		v->reason = "the code is as the patch makes it";
	} else if (t.by_state[OST_HUNK_BUGGY] * 2 >= live) {
		v->affected = OST_AFFECTED_YES;
		v->reason = "the code is as it was before the patch";
	} else {
		v->reason = "the code is neither as before nor as after the patch";
	}
}

void ost_affected_by_text(struct ost_side_files *side, const struct ost_change *change,
			  struct ost_text_verdict *ret)
{
	uint32_t nr = 0, i, h;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < change->nr_files; i++)
		nr += change->files[i].nr_hunks;
	if (nr > OST_AFFECTED_MAX_HUNKS) {
		ret->reason = "the patch has too many hunks to compare";
		return;
	}
	ret->hunks = ost_arena_calloc(&side->arena, nr + 1, sizeof(*ret->hunks));
	for (i = 0; i < change->nr_files; i++) {
		const struct ost_file_change *f = &change->files[i];

		for (h = 0; h < f->nr_hunks && is_c(f->new_path); h++) {
			struct ost_hunk_verdict *v = &ret->hunks[ret->nr_hunks++];

			ost_judge_hunk(side, change, f, &f->hunks[h], v);
			v->file = i;
			v->hunk = h;
		}
	}
	conclude(ret);
}
