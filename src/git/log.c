// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of commits and ancestry of git/walk.h, by `git log` and `git merge-base`. */
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "git/run.h"
#include "git/walk.h"

#define DEFAULT_LIMIT 10000
#define NR_FIELDS 7

struct arg_list {
	const char **items;
	size_t nr, cap;
};

static struct ost_err *add_revs(struct arg_list *args, struct ost_arena *arena,
				struct ost_repo *repo, const struct ost_log_query *q)
{
	char hex[OST_HEX_SIZE];

	ost_try(ost_repo_resolve(repo, q->rev, hex));
	ost_vec_add(args, ost_arena_strdup(arena, hex));
	if (q->not_rev) {
		ost_try(ost_repo_resolve(repo, q->not_rev, hex));
		ost_vec_add(args, ost_arena_printf(arena, "^%s", hex));
	}
	return NULL;
}

static struct ost_err *add_query(struct arg_list *args, struct ost_arena *arena,
				 struct ost_repo *repo, const struct ost_log_query *q)
{
	const char *const *path;

	if (q->no_merges)
		ost_vec_add(args, "--no-merges");
	if (q->since)
		ost_vec_add(args, ost_arena_printf(arena, "--since=@%lld +0000",
						   (long long)q->since));
	if (q->author) {
		ost_vec_add(args, "--fixed-strings");
		ost_vec_add(args, "--regexp-ignore-case");
		ost_vec_add(args, ost_arena_printf(arena, "--author=<%s>", q->author));
	}
	ost_try(add_revs(args, arena, repo, q));
	ost_vec_add(args, "--");
	for (path = q->paths; path && *path; path++)
		ost_vec_add(args, *path);
	ost_vec_add(args, NULL);
	return NULL;
}

struct collector {
	struct ost_arena *arena;
	struct {
		struct ost_log_entry *items;
		size_t nr, cap;
	} entries;
	unsigned field;
};

static bool take_field(void *ctx, const char *piece, size_t len)
{
	struct collector *c = ctx;
	struct ost_log_entry *e;
	size_t i;

	if (!c->field) {
		ost_vec_push(&c->entries);
		snprintf(ost_vec_last(&c->entries)->id, OST_HEX_SIZE, "%s", piece);
	}
	e = ost_vec_last(&c->entries);
	switch (c->field) {
	case 1: e->subject = ost_arena_strndup(c->arena, piece, len); break;
	case 2: e->author_name = ost_arena_strndup(c->arena, piece, len); break;
	case 3: e->author_email = ost_arena_strndup(c->arena, piece, len); break;
	case 4: e->author_time = strtoll(piece, NULL, 10); break;
	case 5: e->commit_time = strtoll(piece, NULL, 10); break;
	case 6:
		e->nr_parents = len ? 1 : 0;
		for (i = 0; i < len; i++)
			e->nr_parents += piece[i] == ' ';
		break;
	}
	c->field = (c->field + 1) % NR_FIELDS;
	return true;
}

static void hand_over(struct collector *c, struct ost_log *ret, size_t limit)
{
	ret->is_cut = c->entries.nr > limit;
	ret->nr = ret->is_cut ? limit : c->entries.nr;
	ret->entries = ost_arena_calloc(c->arena, ret->nr + 1, sizeof(*ret->entries));
	if (ret->nr)
		memcpy(ret->entries, c->entries.items, ret->nr * sizeof(*ret->entries));
}

struct ost_err *ost_log(struct ost_log *ret_log, struct ost_arena *arena,
			struct ost_repo *repo, const struct ost_log_query *query)
{
	size_t limit = query->limit ? query->limit : DEFAULT_LIMIT;
	struct collector c = { .arena = arena };
	struct arg_list args = OST_VEC_INIT;
	struct ost_git_run run = { 0 };
	struct ost_err *err;

	ost_vec_add(&args, "log");
	ost_vec_add(&args, "-z");
	ost_vec_add(&args, "--no-mailmap");
	ost_vec_add(&args, "--no-decorate");
	ost_vec_add(&args, "--no-follow");
	ost_vec_add(&args, "--format=tformat:%H%x00%s%x00%an%x00%ae%x00%at%x00%ct%x00%P");
	ost_vec_add(&args, ost_arena_printf(arena, "--max-count=%zu", limit + 1));
	err = add_query(&args, arena, repo, query);
	run.args = args.items;
	if (!err)
		err = ost_git_stream(repo, &run, '\0', take_field, &c);
	if (!err)
		hand_over(&c, ret_log, limit);
	ost_vec_deinit(&args);
	ost_vec_deinit(&c.entries);
	return err;
}

struct ost_err *ost_log_count(size_t *ret_count, struct ost_repo *repo,
			      const struct ost_log_query *query)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct arg_list args = OST_VEC_INIT;
	struct ost_git_run run = { 0 };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err;

	ost_vec_add(&args, "rev-list");
	ost_vec_add(&args, "--count");
	err = add_query(&args, &arena, repo, query);
	run.args = args.items;
	if (!err)
		err = ost_git_run(repo, &run, &out);
	if (!err)
		*ret_count = strtoul(out.ptr, NULL, 10);
	ost_vec_deinit(&args);
	ost_arena_deinit(&arena);
	return err;
}
