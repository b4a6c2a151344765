// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/writers.h"

#include <string.h>

static struct ost_line_range range_of(const struct ost_hunk *h)
{
	return (struct ost_line_range){ h->old_start, h->old_start + (h->old_lines ? h->old_lines - 1 : 0) };
}

struct ost_err *ost_writers_of(struct ost_blame_line **ret_lines, size_t *ret_nr, struct ost_arena *arena,
			       struct ost_repo *repo, const char *rev, const struct ost_file_change *f,
			       const struct ost_hunk *hunk)
{
	struct ost_line_range *ranges = ost_arena_calloc(arena, f->nr_hunks + 1, sizeof(*ranges)), wanted = range_of(hunk);
	struct ost_blame_line *lines;
	size_t nr, i;

	for (i = 0; i < f->nr_hunks; i++)
		ranges[i] = range_of(&f->hunks[i]);
	*ret_lines = NULL;
	*ret_nr = 0;
	ost_try(ost_blame(&lines, &nr, arena, repo, rev, f->old_path, ranges, f->nr_hunks));
	for (i = 0; i < nr && lines[i].line < wanted.first; i++)
		;
	*ret_lines = lines + i;
	for (; i < nr && lines[i].line <= wanted.last; i++)
		++*ret_nr;
	return NULL;
}
