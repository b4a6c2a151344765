// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/activity.h"

#include <stdio.h>
#include <string.h>

#include "git/run.h"
#include "review/maintainers.h"


static void add_path(struct ost_activity *p, const char *path)
{
	if (p->nr_paths < OST_ACTIVITY_MAX_PATHS)
		p->paths[p->nr_paths++] = path;
	else
		p->nr_left_out++;
}

/* The files of the section that counts first; a pattern with wildcards is left out. */
static void paths_of_section(struct ost_review_ctx *c, const struct ost_maint_section *s, struct ost_activity *p)
{
	size_t i, len;

	p->what = ost_arena_printf(c->arena, "the files of \"%s\"", s->title);
	for (i = 0; i < s->nr_lines; i++) {
		if (s->lines[i].kind == 'N' || s->lines[i].kind == 'X') {
			p->nr_left_out++;
		} else if (s->lines[i].kind == 'F') {
			len = strlen(s->lines[i].value);
			while (len && s->lines[i].value[len - 1] == '/')
				len--;
			if (!len || strpbrk(s->lines[i].value, "*?["))
				p->nr_left_out++;
			else
				add_path(p, ost_arena_strndup(c->arena, s->lines[i].value, len));
		}
	}
}

static void paths_of_change(struct ost_review_ctx *c, struct ost_activity *p)
{
	uint32_t i;

	p->what = c->change->nr_files == 1 ? "the changed file" : "the changed files";
	for (i = 0; i < c->change->nr_files; i++)
		add_path(p, c->change->files[i].old_path);
}

void ost_activity_plan(struct ost_activity *p, struct ost_review_ctx *c)
{
	const struct ost_maint_answer *a = c->answer;

	memset(p, 0, sizeof(*p));
	if (a && a->nr_matches && a->matches[0].by == 'F' && !ost_match_is_everything(&a->matches[0]))
		paths_of_section(c, ost_maintainers_section(c->maintainers, a->matches[0].section), p);
	if (!p->nr_paths) {
		memset(p, 0, sizeof(*p));
		paths_of_change(c, p);
	}
}

/* Is there a commit older than `since`, so that the whole year is at hand? */
static struct ost_err *reaches_back(struct ost_repo *repo, const char *rev, int64_t since, bool *ret_reaches)
{
	char before[40];
	const char *args[] = { "rev-list", "-1", before, rev, NULL };
	struct ost_git_run run = { .args = args };
	OST_BUF out = OST_BUF_INIT;

	snprintf(before, sizeof(before), "--before=%lld", (long long)since);
	ost_try(ost_git_run(repo, &run, &out));
	*ret_reaches = out.len > 0;
	return NULL;
}

struct ost_err *ost_activity_ask_year(struct ost_activity *a, struct ost_repo *repo,
				      const char *rev, int64_t since)
{
	const struct ost_log_query query = { .rev = rev, .since = since };

	ost_try(ost_log_count(&a->nr_all, repo, &query));
	return reaches_back(repo, rev, since, &a->reaches);
}
