// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/removers.h"

#include <ctype.h>
#include <string.h>

#include "git/commit.h"
#include "git/walk.h"

/* The next line behind `at` that is no added one, or no removed one; NULL: none. */
static const struct ost_diff_line *line_after(const struct ost_hunk *h, uint32_t *at, enum ost_line_kind without)
{
	for (; *at < h->nr_lines; ++*at)
		if (h->lines[*at].kind != without)
			return &h->lines[(*at)++];
	return NULL;
}

/* A blank line and a brace stand side by side all over a file. */
static bool says_something(const char *text)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text))
			return true;
	return false;
}

static bool are_neighbours(const struct ost_hunk *h, const struct ost_diff_line *p, const struct ost_diff_line *q)
{
	const struct ost_diff_line *x, *last = NULL;
	uint32_t at = 0;

	for (; (x = line_after(h, &at, OST_LINE_ADDED)); last = x)
		if (last && !strcmp(last->text, p->text) && !strcmp(x->text, q->text))
			return true;
	return false;
}

/* Does the hunk of a commit leave two lines side by side that the wanted one has so? */
static bool joins(const struct ost_hunk *h, const struct ost_hunk *wanted)
{
	const struct ost_diff_line *x, *last = NULL;
	uint32_t at = 0, before;

	for (before = 0; (x = line_after(h, &at, OST_LINE_REMOVED)); last = x, before = at)
		if (last && at - before > 1 && (says_something(last->text) || says_something(x->text)) &&
		    are_neighbours(wanted, last, x))
			return true;
	return false;
}

static bool joins_any(const struct ost_change *c, const char *path, const struct ost_hunk *wanted)
{
	uint32_t i, h;

	for (i = 0; i < c->nr_files; i++)
		for (h = 0; !strcmp(c->files[i].new_path, path) && h < c->files[i].nr_hunks; h++)
			if (joins(&c->files[i].hunks[h], wanted))
				return true;
	return false;
}

struct ost_err *ost_removers_of(const char ***ret_ids, size_t *ret_nr, struct ost_arena *arena, struct ost_review_shared *s,
				const char *rev, const char *not_rev, const char *path, const struct ost_hunk *hunk)
{
	const char *const paths[] = { path, NULL };
	const struct ost_log_query query = {
		.rev = rev, .not_rev = not_rev, .paths = paths, .limit = OST_REMOVERS_MAX_LOG, .no_merges = true,
	};
	const struct ost_diff_options diff = { .paths = paths };
	struct ost_change *changes;
	const char **ids;
	struct ost_log log;
	size_t i;

	*ret_nr = 0;
	ost_try(ost_log(&log, arena, s->repo, &query));
	*ret_ids = ost_arena_calloc(arena, log.nr + 1, sizeof(**ret_ids));
	ids = ost_arena_calloc(arena, log.nr + 1, sizeof(*ids));
	changes = ost_arena_calloc(arena, log.nr + 1, sizeof(*changes));
	for (i = 0; i < log.nr; i++)
		ids[i] = log.entries[i].id;
	if (log.nr)
		ost_try(ost_changes_from_commits(changes, arena, s->repo, ids, log.nr, &diff));
	for (i = 0; i < log.nr; i++)
		if (joins_any(&changes[i], path, hunk))
			(*ret_ids)[(*ret_nr)++] = ids[i];
	return NULL;
}
