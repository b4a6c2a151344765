// SPDX-License-Identifier: GPL-2.0-or-later
/* Blame of git/walk.h, by `git blame --porcelain`. */
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "git/internal.h"
#include "git/kept.h"
#include "git/patchpath.h"
#include "git/run.h"
#include "git/walk.h"

/*
 * Porcelain output: for each line a header "<id> <orig> <line> [<count>]",
 * then, the first time a commit is seen, its fields ("filename …",
 * "boundary", …), then the text behind a tab. Known commits are kept to be
 * found again; a file name can change within a commit, so it is kept by
 * (commit, place) as the last one said.
 */
struct origin {
	char id[OST_HEX_SIZE];
	const char *path;
	bool is_boundary;
};

struct blamer {
	struct ost_arena *arena;
	struct {
		struct origin *items;
		size_t nr, cap;
	} origins;
	struct {
		struct ost_blame_line *items;
		size_t nr, cap;
	} lines;
	size_t current;		/* index of the origin of the header read last */
	bool in_line;
};

static size_t find_origin(struct blamer *b, const char *id)
{
	struct origin *o;
	size_t i;

	for (i = b->origins.nr; i-- > 0;)
		if (!memcmp(b->origins.items[i].id, id, 40))
			return i;
	o = ost_vec_push(&b->origins);
	memcpy(o->id, id, 40);
	o->path = "";
	return b->origins.nr - 1;
}

static void take_header(struct blamer *b, const char *text)
{
	struct ost_blame_line *l = ost_vec_push(&b->lines);
	char *end;

	b->current = find_origin(b, text);
	memcpy(l->id, text, 40);
	l->orig_line = (uint32_t)strtoul(text + 40, &end, 10);
	l->line = (uint32_t)strtoul(end, NULL, 10);
	b->in_line = true;
}

static const char *take_path(struct blamer *b, const char *text)
{
	const char *end, *path = *text == '"' ? ost_unquote_path(b->arena, text, &end) : NULL;

	return path ? path : ost_arena_strdup(b->arena, text);
}

static void end_line(struct blamer *b)
{
	struct ost_blame_line *l = ost_vec_last(&b->lines);
	const struct origin *o = &b->origins.items[b->current];

	l->path = o->path;
	l->is_boundary = o->is_boundary;
	b->in_line = false;
}

static void take_text(struct blamer *b, const char *text, size_t len)
{
	struct origin *o;

	if (!b->in_line) {
		if (len > 42)
			take_header(b, text);
		return;
	}
	o = &b->origins.items[b->current];
	if (text[0] == '\t')
		end_line(b);
	else if (!strncmp(text, "filename ", 9))
		o->path = take_path(b, text + 9);
	else if (!strcmp(text, "boundary"))
		o->is_boundary = true;
}

static struct ost_err *count_lines(struct ost_repo *repo, const char *rev, const char *path,
				   uint32_t *ret_nr)
{
	OST_BUF text = OST_BUF_INIT;
	const char *p, *end;
	uint32_t nr = 0;

	ost_try(ost_repo_read_path(repo, rev, path, &text));
	end = text.ptr + text.len;
	for (p = text.ptr; p < end; nr++) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : end;
	}
	*ret_nr = nr;
	return NULL;
}

/* ---- one question to git, kept (git/kept.h) ---- */

struct arg_list {
	const char **items;
	size_t nr, cap;
};

struct question {
	struct arg_list args;
	const char *key;	/* NULL: nothing to ask */
	const char *whole;	/* the key without a boundary, or NULL */
	struct ost_buf answer;
};

/* The number of ranges that have lines in the file. */
static size_t add_ranges(struct arg_list *args, struct ost_arena *arena,
			 const struct ost_line_range *ranges, size_t nr, uint32_t nr_lines)
{
	size_t i, used = 0;

	for (i = 0; i < nr; i++) {
		uint32_t first = ranges[i].first ? ranges[i].first : 1;
		uint32_t last = ranges[i].last < nr_lines ? ranges[i].last : nr_lines;

		if (first > last)
			continue;
		ost_vec_add(args, ost_arena_printf(arena, "-L%u,%u", first, last));
		used++;
	}
	return used;
}

static const char *make_key(struct ost_arena *arena, const struct arg_list *args)
{
	OST_BUF key = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < args->nr && args->items[i]; i++)
		ost_buf_addf(&key, "%s ", args->items[i]);
	ost_buf_addch(&key, '\n');
	return ost_arena_strndup(arena, key.ptr, key.len);
}

static struct ost_err *ask_init(struct question *q, struct ost_arena *arena,
				struct ost_repo *repo, const char *rev, const char *not_rev, const char *path,
				const struct ost_line_range *ranges, size_t nr_ranges)
{
	char hex[OST_HEX_SIZE];
	size_t at;
	uint32_t nr_lines;

	memset(q, 0, sizeof(*q));
	ost_buf_init(&q->answer);
	ost_try(ost_repo_resolve(repo, rev, hex));
	ost_try(count_lines(repo, hex, path, &nr_lines));
	ost_vec_add(&q->args, "blame");
	ost_vec_add(&q->args, "--porcelain");
	if (!add_ranges(&q->args, arena, ranges, nr_ranges, nr_lines))
		return NULL;
	ost_vec_add(&q->args, ost_arena_strdup(arena, hex));
	ost_vec_add(&q->args, "--");
	ost_vec_add(&q->args, ost_arena_strdup(arena, path));
	ost_vec_add(&q->args, NULL);
	q->key = make_key(arena, &q->args);
	if (!not_rev)
		return NULL;
	q->whole = q->key;
	at = q->args.nr - 3;		/* before "--" */
	ost_vec_add(&q->args, NULL);
	memmove(&q->args.items[at + 1], &q->args.items[at], 3 * sizeof(*q->args.items));
	q->args.items[at] = ost_arena_printf(arena, "^%s", not_rev);
	q->key = make_key(arena, &q->args);
	return NULL;
}

static void ask_deinit(struct question *q)
{
	ost_vec_deinit(&q->args);
	ost_buf_deinit(&q->answer);
}

static struct ost_err *ask(struct question *q, struct ost_repo *repo)
{
	const struct ost_git_run run = { .args = q->args.items };

	return ost_git_run(repo, &run, &q->answer);
}

/* ---- reading the answer ---- */

static void read_answer(struct blamer *b, const struct ost_buf *answer)
{
	char *p = answer->ptr, *end = p + answer->len, *eol;

	while (p < end) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			break;
		*eol = '\0';
		take_text(b, p, (size_t)(eol - p));
		p = eol + 1;
	}
}

static struct ost_err *get_answer(struct question *q, struct ost_repo *repo)
{
	if (!q->key || (q->whole && ost_kept_get(repo, "blame", q->whole, &q->answer)) ||
	    ost_kept_get(repo, "blame", q->key, &q->answer))
		return NULL;
	ost_try(ask(q, repo));
	ost_kept_put(repo, "blame", q->key, &q->answer);
	return NULL;
}

struct ost_err *ost_blame_after(struct ost_blame_line **ret_lines, size_t *ret_nr,
				struct ost_arena *arena, struct ost_repo *repo,
				const char *rev, const char *not_rev, const char *path,
				const struct ost_line_range *ranges, size_t nr_ranges)
{
	struct blamer b = { .arena = arena };
	struct question q;
	struct ost_err *err;

	*ret_nr = 0;
	*ret_lines = NULL;
	err = ask_init(&q, arena, repo, rev, not_rev, path, ranges, nr_ranges);
	if (!err)
		err = get_answer(&q, repo);
	if (!err)
		read_answer(&b, &q.answer);
	if (!err && b.lines.nr) {
		*ret_nr = b.lines.nr;
		*ret_lines = ost_arena_calloc(arena, b.lines.nr, sizeof(**ret_lines));
		memcpy(*ret_lines, b.lines.items, b.lines.nr * sizeof(**ret_lines));
	}
	ask_deinit(&q);
	ost_vec_deinit(&b.origins);
	ost_vec_deinit(&b.lines);
	return err;
}

struct ost_err *ost_blame(struct ost_blame_line **ret_lines, size_t *ret_nr,
			  struct ost_arena *arena, struct ost_repo *repo,
			  const char *rev, const char *path,
			  const struct ost_line_range *ranges, size_t nr_ranges)
{
	return ost_blame_after(ret_lines, ret_nr, arena, repo, rev, NULL, path, ranges, nr_ranges);
}
