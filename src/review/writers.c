// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/writers.h"

#include <string.h>

#include "review/settled.h"

static struct ost_line_range range_of(const struct ost_hunk *h)
{
	return (struct ost_line_range){ h->old_start, h->old_start + (h->old_lines ? h->old_lines - 1 : 0) };
}

/* Leaves the lines of commits that the boundary does not reach. */
static struct ost_err *drop_settled(struct ost_blame_line *lines, size_t *nr, struct ost_repo *repo, const char *not_rev)
{
	bool is_settled = false;
	size_t i, to = 0;

	for (i = 0; i < *nr; i++) {
		if (!i || strcmp(lines[i].id, lines[i - 1].id))
			ost_try(ost_is_ancestor(&is_settled, repo, lines[i].id, not_rev));
		if (!is_settled)
			lines[to++] = lines[i];
	}
	*nr = to;
	return NULL;
}

struct ost_err *ost_writers_of(struct ost_blame_line **ret_lines, size_t *ret_nr, struct ost_arena *arena,
			       struct ost_review_shared *s, const char *rev, const struct ost_file_change *f,
			       const struct ost_hunk *hunk)
{
	struct ost_line_range *ranges = ost_arena_calloc(arena, f->nr_hunks + 1, sizeof(*ranges)), wanted = range_of(hunk);
	struct ost_blame_line *lines;
	const char *not_rev;
	size_t nr, i;

	for (i = 0; i < f->nr_hunks; i++)
		ranges[i] = range_of(&f->hunks[i]);
	*ret_lines = NULL;
	*ret_nr = 0;
	ost_try(ost_settled_for(&not_rev, s, rev, f));
	if (not_rev && !strcmp(not_rev, rev))
		return NULL;
	ost_try(ost_blame_after(&lines, &nr, arena, s->repo, rev, not_rev, f->old_path, ranges, f->nr_hunks));
	for (i = 0; i < nr && lines[i].line < wanted.first; i++)
		;
	*ret_lines = lines + i;
	for (; i < nr && lines[i].line <= wanted.last; i++)
		++*ret_nr;
	return not_rev ? drop_settled(*ret_lines, ret_nr, s->repo, not_rev) : NULL;
}
