// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/history.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "git/run.h"
#include "review/gather.h"
#include "review/input.h"
#include "review/shared.h"

#define MAX_BLAME_RANGES 40	/* of a file, in a command */
#define MAX_REMOVED_RANGES 4000	/* the same of removed lines, which are counted: all of them, but for absurd diffs */
#define YEAR ((int64_t)365 * 24 * 3600)

const char *ost_day(struct ost_arena *a, int64_t when)
{
	time_t t = when;
	struct tm tm;
	char day[32];

	if (!gmtime_r(&t, &tm) || !strftime(day, sizeof(day), "%Y-%m-%d", &tm))
		return "?";
	return ost_arena_strdup(a, day);
}

const char *ost_moment(struct ost_arena *a, int64_t when)
{
	time_t t = when;
	struct tm tm;
	char time[32];

	if (!gmtime_r(&t, &tm) || !strftime(time, sizeof(time), "%H:%M:%SZ", &tm))
		return "?";
	return ost_arena_printf(a, "%sT%s", ost_day(a, when), time);
}

static const char *clean(struct ost_arena *a, const char *s)
{
	return ost_utf8_clean(ost_arena_strdup(a, s));
}

/* A commit that is not there: only a shallow clone explains it by itself. */
const char *ost_history_remedy(struct ost_review_ctx *c)
{
	if (ost_repo_info(c->repo)->is_shallow && ost_repo_missing_remedy(c->repo))
		return ost_repo_missing_remedy(c->repo);
	return "use a repository with the full history of mainline";
}

/* ---- blame ---- */

struct counts {
	OST_VEC(struct ost_blamed) v;
	OST_VEC(uint8_t) boundary;
};

/* The old lines that a hunk removes (true) or shows around (false), by line. */
static bool is_removed(const struct ost_file_text *t, uint32_t line)
{
	uint32_t i, k, at;

	for (i = 0; i < t->f->nr_hunks; i++) {
		const struct ost_hunk *h = &t->f->hunks[i];

		at = t->at[i];
		if (!at || line < at)
			continue;
		for (k = 0; k < h->nr_lines; k++) {
			if (h->lines[k].kind == OST_LINE_ADDED)
				continue;
			if (at++ == line)
				return h->lines[k].kind == OST_LINE_REMOVED;
		}
	}
	return false;
}

static void count_line(struct counts *n, struct ost_arena *a, const struct ost_blame_line *l, bool removed)
{
	struct ost_blamed *b = NULL;
	size_t i;

	for (i = 0; i < n->v.nr && !b; i++)
		if (!strcmp(n->v.items[i].id, l->id))
			b = &n->v.items[i];
	if (!b) {
		b = ost_vec_push(&n->v);
		b->id = ost_arena_strdup(a, l->id);
		b->subject = b->release = "";
		b->is_end = l->is_boundary;
		b->end_why = l->is_boundary ? "history begins or is cut off there" : NULL;
	}
	b->nr_removed += removed;
	b->nr_around += !removed;
}

/* " -L12,+3": the removed lines of a file, or all old lines of its hunks. */
static void add_blamed_ranges(struct ost_buf *b, const struct ost_file_text *t, const struct ost_file_blame *f, bool is_removed_only)
{
	size_t i, k, nr = 0;

	for (i = 0; !is_removed_only && i < f->nr_ranges && i < MAX_BLAME_RANGES; i++)
		ost_buf_addf(b, " -L%u,%u", f->ranges[i].first, f->ranges[i].last);
	for (i = 0; is_removed_only && i < f->nr_lines && nr < MAX_REMOVED_RANGES; i = k) {
		for (k = i; k < f->nr_lines && is_removed(t, f->lines[k].line) && f->lines[k].line - f->lines[i].line == k - i; k++)
			;
		if (k > i) {
			ost_buf_addf(b, " -L%u,+%zu", f->lines[i].line, k - i);
			nr++;
		}
		k += k == i;
	}
}

/* Shows the removed lines that the records of 3.1 count, or all old lines of the hunks. */
static const char *blame_command(struct ost_review_ctx *c, const struct ost_gathered *g, bool is_removed_only)
{
	OST_BUF b = OST_BUF_INIT, ranges = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < g->nr_blames; i++) {
		const struct ost_file_text *t = &c->texts.files[g->blames[i].file];

		ost_buf_clear(&ranges);
		add_blamed_ranges(&ranges, t, &g->blames[i], is_removed_only);
		if (ranges.len && !g->blames[i].why)
			ost_buf_addf(&b, "%sgit blame -s%s %s -- %s", b.len ? "; " : "", ranges.ptr, c->base,
				     ost_shell_quote(c->arena, t->f->old_path));
	}
	return ost_arena_strdup(c->arena, b.ptr);
}

static void count_blame(struct ost_review_ctx *c, struct counts *n, const struct ost_file_blame *b)
{
	const struct ost_file_text *t = &c->texts.files[b->file];
	struct ost_history *h = c->history;
	bool removed;
	size_t i;

	if (b->why) {
		h->blame_why = b->why;
		return;
	}
	for (i = 0; i < b->nr_lines; i++) {
		removed = is_removed(t, b->lines[i].line);
		count_line(n, c->arena, &b->lines[i], removed);
		h->nr_removed += removed;
		h->nr_around += !removed;
	}
}

static int by_lines(const void *a, const void *b)
{
	const struct ost_blamed *x = a, *y = b;

	if (x->nr_removed != y->nr_removed)
		return x->nr_removed > y->nr_removed ? -1 : 1;
	if (x->nr_around != y->nr_around)
		return x->nr_around > y->nr_around ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Which of the commits have so many files that they bring in a tree? */
struct import_count {
	struct ost_history *h;
	struct ost_blamed *now;
	size_t nr;
};

static bool count_file(void *ctx, const char *piece, size_t len)
{
	struct import_count *n = ctx;
	uint32_t i;

	for (i = 0; len == OST_HEX_SIZE - 1 && i < n->h->nr_blamed; i++) {
		if (strncmp(n->h->blamed[i].id, piece, len))
			continue;
		n->now = &n->h->blamed[i];
		n->nr = 0;
		return true;
	}
	if (n->now && ++n->nr == OST_IMPORT_FILES) {
		n->now->is_end = true;
		n->now->end_why = "that commit brings in a whole release: it changes thousands of files";
	}
	return true;
}

/* One git for all of them; a merge shows no files and is never an import. */
static struct ost_err *mark_imports(struct ost_review_ctx *c, const struct ost_buf *ids)
{
	static const char *const args[] = { "diff-tree", "--stdin", "-r", "--name-only", "--no-renames", NULL };
	const struct ost_git_run run = { .args = args, .in = ids->ptr, .in_len = ids->len };
	struct import_count n = { .h = c->history };

	return ids->len ? ost_git_stream(c->repo, &run, '\n', count_file, &n) : NULL;
}

static struct ost_err *describe_blamed(struct ost_review_ctx *c, struct ost_blamed *b, struct ost_buf *ids)
{
	struct ost_commit k;

	ost_try(ost_commit_read(&k, c->arena, c->repo, b->id));
	b->subject = clean(c->arena, k.subject);
	if (k.is_boundary || b->is_end || !k.nr_parents) {
		b->is_end = true;
		b->end_why = k.is_boundary ? "the history of this repository is cut off there" :
			     "the history of this repository begins there";
	} else if (k.nr_parents == 1) {
		ost_buf_addf(ids, "%s\n", b->id);
	}
	return NULL;
}

static void blame_all(struct ost_review_ctx *c, struct counts *n)
{
	const struct ost_gathered *g = c->history->gathered;
	size_t i;

	for (i = 0; i < c->texts.nr; i++)
		if (c->texts.files[i].why && !c->history->blame_why)
			c->history->blame_why = c->texts.files[i].why;
	if (g->nr_left_out)
		c->history->blame_why = ost_arena_printf(c->arena, "%zu file%s left out of the blame (C files go first, at most %d)",
							g->nr_left_out, g->nr_left_out == 1 ? " is" : "s are", OST_BLAME_MAX_FILES);
	for (i = 0; i < g->nr_blames; i++)
		count_blame(c, n, &g->blames[i]);
	c->history->blame_command = blame_command(c, g, true);
	c->history->blame_around = blame_command(c, g, false);
}

static struct ost_err *prepare_blame(struct ost_review_ctx *c)
{
	struct ost_history *h = c->history;
	struct counts n = { OST_VEC_INIT, OST_VEC_INIT };
	OST_BUF ids = OST_BUF_INIT;
	struct ost_err *err = NULL;
	uint32_t i;

	if (!*c->base) {
		h->blame_why = c->base_why;
		return NULL;
	}
	blame_all(c, &n);
	if (n.v.nr)
		qsort(n.v.items, n.v.nr, sizeof(*n.v.items), by_lines);
	h->nr_blamed = n.v.nr;
	h->blamed = ost_arena_calloc(c->arena, n.v.nr + 1, sizeof(*h->blamed));
	if (n.v.nr)
		memcpy(h->blamed, n.v.items, n.v.nr * sizeof(*h->blamed));
	ost_vec_deinit(&n.v);
	for (i = 0; i < h->nr_blamed && i < OST_BLAME_MAX_COMMITS && !err; i++)
		err = describe_blamed(c, &h->blamed[i], &ids);
	return err ? err : mark_imports(c, &ids);
}

/* ---- Fixes: ---- */

static void split_fixes(struct ost_fixes *f, struct ost_arena *a, const char *value)
{
	const char *p = value, *from, *to;
	size_t n;

	f->value = value;
	f->subject = f->full = f->why = f->real_subject = f->release = "";
	if (!strncmp(p, "commit ", 7))
		p += 7;
	n = strspn(p, "0123456789abcdefABCDEF");
	f->hex = n >= 4 && n <= 40 && !isalnum((unsigned char)p[n]) ? ost_arena_strndup(a, p, n) : "";
	from = strstr(p + n, "(\"");
	to = from ? strstr(from, "\")") : NULL;
	if (to)
		f->subject = ost_arena_strndup(a, from + 2, to - from - 2);
}

static struct ost_err *look_up_fixes(struct ost_review_ctx *c, struct ost_fixes *f)
{
	const char *tip = *c->msg->commit ? c->msg->commit : c->base;
	char full[OST_HEX_SIZE];
	struct ost_commit k;
	struct ost_err *err;

	if (!*f->hex)
		return NULL;
	err = ost_repo_resolve(c->repo, f->hex, full);
	if (err) {
		if (err->code != OST_ERR_INPUT)
			return err;
		f->why = ost_arena_printf(c->arena, "%s is not in this repository; %s", f->hex, ost_history_remedy(c));
		ost_err_destroy(err);
		return NULL;
	}
	ost_try(ost_commit_read(&k, c->arena, c->repo, full));
	f->full = ost_arena_strdup(c->arena, full);
	f->real_subject = clean(c->arena, k.subject);
	if (*tip)
		ost_try(ost_is_ancestor(&f->is_ancestor, c->repo, full, tip));
	return NULL;
}

static struct ost_err *prepare_fixes(struct ost_review_ctx *c)
{
	struct ost_history *h = c->history;
	const struct ost_trailer *t;
	size_t pos = 0;

	h->fixes = ost_arena_calloc(c->arena, c->msg->trailers.nr + 1, sizeof(*h->fixes));
	while (h->nr_fixes < 20 && (t = ost_trailers_next(&c->msg->trailers, "Fixes", &pos))) {
		struct ost_fixes *f = &h->fixes[h->nr_fixes];

		split_fixes(f, c->arena, t->value);
		/* "Fixes: https://bugzilla..." is a link, not a commit */
		if (!*f->hex && strstr(f->value, "://"))
			continue;
		h->nr_fixes++;
		ost_try(look_up_fixes(c, f));
	}
	return NULL;
}

/* ---- releases ---- */

const char *ost_upstream_why(struct ost_review_ctx *c)
{
	if (!*c->review->upstream)
		return "neither the message nor --upstream names its mainline commit";
	return ost_arena_printf(c->arena, "the upstream commit %s is not in this repository; %s",
				c->review->upstream, ost_history_remedy(c));
}

static struct ost_err *find_upstream(struct ost_review_ctx *c)
{
	const char *id = c->review->upstream;
	char full[OST_HEX_SIZE];
	struct ost_err *err;

	c->history->upstream_full = "";
	if (!*id)
		id = c->msg->commit;
	if (!*id)
		return NULL;
	err = ost_repo_resolve(c->repo, id, full);
	if (!err)
		c->history->upstream_full = ost_arena_strdup(c->arena, full);
	else if (err->code != OST_ERR_INPUT)
		return err;
	ost_err_destroy(err);
	return NULL;
}

static struct ost_err *prepare_releases(struct ost_review_ctx *c)
{
	struct ost_history *h = c->history;
	const char *ids[OST_BLAME_MAX_COMMITS + 20 + 1];
	struct ost_release rel[OST_BLAME_MAX_COMMITS + 20 + 1];
	uint32_t blamed = h->nr_blamed < OST_BLAME_MAX_COMMITS ? h->nr_blamed : OST_BLAME_MAX_COMMITS, i;
	size_t nr = 0, pos = 0;

	for (i = 0; i < blamed; i++)
		ids[nr++] = h->blamed[i].id;
	for (i = 0; i < h->nr_fixes; i++)
		if (*h->fixes[i].full)
			ids[nr++] = h->fixes[i].full;
	if (*h->upstream_full)
		ids[nr++] = h->upstream_full;
	if (!nr)
		return NULL;
	ost_try(ost_shared_releases(c->shared, ids, nr, rel));
	for (i = 0; i < blamed; i++, pos++)
		h->blamed[i].release = rel[pos].tag ? rel[pos].tag : "";
	for (i = 0; i < h->nr_fixes; i++)
		if (*h->fixes[i].full)
			h->fixes[i].release = rel[pos].tag ? rel[pos].tag : "", pos++;
	if (*h->upstream_full)
		h->upstream_release = rel[pos];
	return NULL;
}

static struct ost_err *prepare_time(struct ost_review_ctx *c)
{
	struct ost_commit k;

	if (!*c->base)
		return NULL;
	ost_try(ost_commit_read(&k, c->arena, c->repo, c->base));
	c->history->year = k.committer.when - YEAR;
	return NULL;
}

struct ost_err *ost_history_prepare(struct ost_review_ctx *c)
{
	c->history = ost_arena_calloc(c->arena, 1, sizeof(*c->history));
	ost_try(prepare_time(c));
	ost_try(find_upstream(c));
	ost_try(ost_gather(c));
	ost_try(prepare_blame(c));
	ost_try(prepare_fixes(c));
	return prepare_releases(c);
}
