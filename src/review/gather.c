// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/gather.h"

#include <string.h>

#include "base/pool.h"
#include "base/turn.h"
#include "git/run.h"
#include "review/history.h"
#include "review/later_log.h"
#include "review/shared.h"

#define MAX_PATHS 20

enum task_kind { TASK_BLAME, TASK_FILES, TASK_SUBSYSTEM, TASK_YEAR, TASK_AUTHOR, TASK_LATER };

struct ost_gather_task {
	enum task_kind kind;
	size_t item;		/* of blames */
	struct ost_arena arena;
	struct ost_err *err;
};

struct gather_run {
	struct ost_review_ctx *c;
	struct ost_gathered *g;
};

/* ---- the questions ---- */

static size_t ranges_of(const struct ost_file_text *t, struct ost_line_range *ranges)
{
	uint32_t i, k, n;
	size_t nr = 0;

	for (i = 0; i < t->f->nr_hunks; i++) {
		const struct ost_hunk *h = &t->f->hunks[i];

		for (k = n = 0; k < h->nr_lines; k++)
			n += h->lines[k].kind != OST_LINE_ADDED;
		if (t->at[i] && n)
			ranges[nr++] = (struct ost_line_range){ t->at[i], t->at[i] + n - 1 };
	}
	return nr;
}

/* C files first, then those with more removed lines, then the order of the diff. */
static bool goes_before(const struct ost_review_ctx *c, uint32_t a, uint32_t b)
{
	const struct ost_file_change *x = c->texts.files[a].f, *y = c->texts.files[b].f;

	if (ost_is_c_path(x->old_path) != ost_is_c_path(y->old_path))
		return ost_is_c_path(x->old_path);
	if (!x->nr_removed != !y->nr_removed)
		return x->nr_removed;
	return a < b;
}

static void add_blame(struct ost_review_ctx *c, struct ost_gathered *g, uint32_t file)
{
	const struct ost_file_text *t = &c->texts.files[file];
	struct ost_line_range *ranges = ost_arena_calloc(c->arena, t->f->nr_hunks + 1, sizeof(*ranges));
	size_t nr = ranges_of(t, ranges), i;

	if (!nr)
		return;
	if (g->nr_blames == OST_BLAME_MAX_FILES) {
		g->nr_left_out++;
		if (!goes_before(c, file, g->blames[--g->nr_blames].file)) {
			g->nr_blames++;
			return;
		}
	}
	for (i = g->nr_blames++; i && goes_before(c, file, g->blames[i - 1].file); i--)
		g->blames[i] = g->blames[i - 1];
	g->blames[i] = (struct ost_file_blame){ .file = file, .ranges = ranges, .nr_ranges = nr };
}

static void plan_blames(struct ost_review_ctx *c, struct ost_gathered *g)
{
	uint32_t i;

	bool has_c = false;

	g->blames = ost_arena_calloc(c->arena, OST_BLAME_MAX_FILES + 1, sizeof(*g->blames));
	for (i = 0; i < c->texts.nr; i++)
		has_c |= c->texts.files[i].has_old && ost_is_c_path(c->texts.files[i].f->old_path);
	for (i = 0; i < c->texts.nr; i++) {
		if (!c->texts.files[i].has_old)
			continue;
		if (has_c && !ost_is_c_path(c->texts.files[i].f->old_path))
			g->nr_left_out++;
		else
			add_blame(c, g, i);
	}
}

static const char **paths_of(struct ost_review_ctx *c, bool is_new, uint32_t max)
{
	const char **paths = ost_arena_calloc(c->arena, c->change->nr_files + 1, sizeof(*paths));
	uint32_t i, nr = 0;

	for (i = 0; i < c->change->nr_files && nr < max; i++)
		if (is_new || c->change->files[i].status != OST_FILE_ADDED)
			paths[nr++] = is_new ? c->change->files[i].new_path : c->change->files[i].old_path;
	return paths;
}

static void plan_logs(struct ost_review_ctx *c, struct ost_gathered *g)
{
	const char **old = paths_of(c, false, MAX_PATHS), **dir = ost_arena_calloc(c->arena, 2, sizeof(*dir));
	int64_t year = c->history->year;

	g->author_dir = dir[0] = ost_common_dir(c->arena, c->change);
	g->recent_query = (struct ost_log_query){ .rev = c->base, .paths = old, .limit = 1000, .no_merges = true,
						  .since = year };
	g->author_query = (struct ost_log_query){ .rev = c->base, .paths = *dir[0] ? dir : NULL, .no_merges = true,
						  .author = c->msg->author_email, .since = year };
	g->has_recent = *c->base && *old;
	g->has_author = *c->base && *c->msg->author_email;
}

static bool same_paths(const char *const *a, const char *const *b)
{
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b))
			return false;
	return !*a && !*b;
}

static void plan_activity(struct ost_review_ctx *c, struct ost_gathered *g)
{
	ost_activity_plan(&g->activity, c);
	g->is_of_files = g->has_recent && same_paths(g->activity.paths, g->recent_query.paths);
}

static void plan_later(struct ost_review_ctx *c, struct ost_gathered *g)
{
	if (!*c->history->upstream_full)
		g->later_why = ost_upstream_why(c);
	else if (!*c->shared->head)
		g->later_why = "the repository has no HEAD";
	else if (!c->change->nr_files || c->change->nr_files > 100)
		g->later_why = c->change->nr_files ? "it changes more than 100 files" : "there is no diff";
	g->has_later = !g->later_why;
	g->later_paths = paths_of(c, true, UINT32_MAX);
	ost_buf_init(&g->later);
}

/* ---- the answers ---- */

static struct ost_err *ask_blame(struct ost_repo *repo, struct ost_review_ctx *c, struct ost_file_blame *b,
				 struct ost_arena *arena)
{
	const char *path = c->texts.files[b->file].f->old_path;
	struct ost_err *err;

	err = ost_blame(&b->lines, &b->nr_lines, arena, repo, c->base, path, b->ranges, b->nr_ranges);
	if (!err || err->code != OST_ERR_INPUT)
		return err;
	b->why = ost_arena_printf(arena, "%s: %s", path, err->why);
	b->nr_lines = 0;
	ost_err_destroy(err);
	return NULL;
}

static struct ost_err *ask_later(struct ost_repo *repo, struct ost_review_ctx *c, struct ost_gathered *g,
				 struct ost_arena *arena)
{
	const char *self = c->history->upstream_full, *head = c->shared->head;
	struct ost_err *err;

	ost_try(ost_is_ancestor(&g->is_behind, repo, self, head));
	if (!g->is_behind)
		return NULL;
	err = ost_later_log(&g->later, repo, self, head, g->later_paths);
	if (!err || err->code != OST_ERR_INPUT)
		return err;
	g->later_why = ost_arena_strdup(arena, err->why);
	ost_buf_clear(&g->later);
	ost_err_destroy(err);
	return NULL;
}

static struct ost_err *ask_subsystem(struct ost_repo *repo, struct ost_review_ctx *c, struct ost_gathered *g)
{
	const struct ost_log_query query = { .rev = c->base, .paths = g->activity.paths, .since = c->history->year };

	return ost_log_count(&g->activity.nr, repo, &query);
}

/* Leaves what the query for recent commits leaves. */
static void drop_merges(struct ost_log *log, size_t limit)
{
	size_t i, nr = 0;

	for (i = 0; i < log->nr; i++)
		if (log->entries[i].nr_parents < 2)
			log->entries[nr++] = log->entries[i];
	log->is_cut = nr > limit;
	log->nr = log->is_cut ? limit : nr;
}

/* One walk for both questions when they are about the same files. */
static struct ost_err *ask_files(struct ost_repo *repo, struct ost_review_ctx *c, struct ost_gathered *g,
				 struct ost_arena *arena)
{
	struct ost_log_query query = g->recent_query;

	if (g->is_of_files) {
		query.no_merges = false;
		query.limit = 0;
		ost_try(ost_log(&g->recent, arena, repo, &query));
		g->activity.nr = g->recent.nr;
		if (!g->recent.is_cut) {
			drop_merges(&g->recent, g->recent_query.limit);
			return NULL;
		}
		ost_try(ask_subsystem(repo, c, g));
	}
	return ost_log(&g->recent, arena, repo, &g->recent_query);
}

static struct ost_err *answer(struct ost_repo *repo, struct ost_review_ctx *c, struct ost_gathered *g,
			      struct ost_gather_task *t)
{
	switch (t->kind) {
	case TASK_BLAME:
		return ask_blame(repo, c, &g->blames[t->item], &t->arena);
	case TASK_FILES:
		return ask_files(repo, c, g, &t->arena);
	case TASK_SUBSYSTEM:
		return ask_subsystem(repo, c, g);
	case TASK_YEAR:
		return ost_activity_ask_year(&g->activity, repo, c->base, c->history->year);
	case TASK_AUTHOR:
		return ost_log_count(&g->nr_author, repo, &g->author_query);
	case TASK_LATER:
		break;
	}
	return ask_later(repo, c, g, &t->arena);
}

static bool run_task(void *ctx, size_t item, unsigned worker)
{
	struct gather_run *run = ctx;
	struct ost_gather_task *t = &run->g->tasks[item];
	struct ost_repo *repo;

	t->err = ost_repo_dup(&repo, run->c->repo);
	if (t->err)
		return true;
	t->err = answer(repo, run->c, run->g, t);
	ost_repo_destroy(repo);
	return true;
}

static void add_task(struct ost_gathered *g, enum task_kind kind, size_t item)
{
	g->tasks[g->nr_tasks++] = (struct ost_gather_task){ .kind = kind, .item = item };
}

/* What the commit-graph says at once, by the handle of all reviews, which has read it. */
static void ask_here(struct ost_review_ctx *c, struct ost_gathered *g)
{
	const struct ost_log_query year = { .rev = c->base, .since = c->history->year };

	if (!*c->base)
		return;
	g->is_year_known = ost_log_count_here(&g->activity.nr_all, c->repo, &year) &&
			   ost_reaches_back_here(&g->activity.reaches, c->repo, c->base, year.since);
	g->is_author_known = g->has_author && ost_log_count_here(&g->nr_author, c->repo, &g->author_query);
}

/* The longest ones first, so that no thread waits for one at the end. */
static void plan_tasks(struct ost_review_ctx *c, struct ost_gathered *g)
{
	size_t i;

	g->tasks = ost_arena_calloc(c->arena, g->nr_blames + 5, sizeof(*g->tasks));
	if (g->has_later)
		add_task(g, TASK_LATER, 0);
	for (i = 0; i < g->nr_blames; i++)
		add_task(g, TASK_BLAME, i);
	if (g->has_author && !g->is_author_known)
		add_task(g, TASK_AUTHOR, 0);
	if (g->has_recent)
		add_task(g, TASK_FILES, 0);
	if (*c->base && !g->is_of_files)
		add_task(g, TASK_SUBSYSTEM, 0);
	if (*c->base && !g->is_year_known)
		add_task(g, TASK_YEAR, 0);
}

struct ost_err *ost_gather(struct ost_review_ctx *c)
{
	struct ost_gathered *g = ost_arena_calloc(c->arena, 1, sizeof(*g));
	struct gather_run run = { c, g };
	struct ost_err *err = NULL;
	struct ost_turn *turn;
	bool is_done;
	size_t i;

	c->history->gathered = g;
	if (*c->base)
		plan_blames(c, g);
	plan_logs(c, g);
	plan_activity(c, g);
	plan_later(c, g);
	ask_here(c, g);
	plan_tasks(c, g);
	turn = ost_turn_pause();
	is_done = ost_pool_run(c->options->jobs, g->nr_tasks, 1, run_task, &run);
	ost_turn_resume(turn);
	if (!is_done)
		err = ost_err_create(OST_ERR_INTERRUPTED, c->options->input, NULL, "interrupted");
	for (i = 0; i < g->nr_tasks; i++) {
		if (!err)
			err = g->tasks[i].err;
		else
			ost_err_destroy(g->tasks[i].err);
		g->tasks[i].err = NULL;
	}
	return err;
}

void ost_gather_end(struct ost_review_ctx *c)
{
	struct ost_gathered *g = c->history ? c->history->gathered : NULL;
	size_t i;

	if (!g)
		return;
	for (i = 0; i < g->nr_tasks; i++)
		ost_arena_deinit(&g->tasks[i].arena);
	ost_buf_deinit(&g->later);
}
