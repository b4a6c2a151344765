// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/settled.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "git/commit.h"

/* With more undone commits there is no boundary. */
#define MAX_UNDONE 64

/* A file of a commit before the boundary that a branch undid after it. */
struct undone_file {
	const char *path;
	struct ost_intern added;	/* the lines that it got by that commit */
};

struct ost_settled {
	char id[OST_HEX_SIZE];		/* the boundary, "" when there is none */
	OST_VEC(const char *) commits;	/* undone, each once */
	OST_VEC(struct undone_file) files;
};

void ost_settled_destroy(struct ost_settled *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 0; i < d->files.nr; i++)
		ost_intern_deinit(&d->files.items[i].added);
	ost_vec_deinit(&d->files);
	ost_vec_deinit(&d->commits);
	free(d);
}

/* ---- the boundary ---- */

/*
 * Mainline's own line is looked at, and not what the branches brought back to
 * it: work that began before that does not reach it.
 */
static struct ost_err *find_boundary(struct ost_settled *d, struct ost_review_shared *s)
{
	char common[OST_HEX_SIZE];
	const char **tips = ost_arena_calloc(&s->arena, s->nr_stable + 1, sizeof(*tips));
	size_t i, nr = 0;

	for (i = 0; i < s->nr_stable; i++)
		if (*s->stable[i].tip)
			tips[nr++] = s->stable[i].tip;
	if (*s->mainline)
		tips[nr++] = s->mainline;
	if (!nr)
		return NULL;
	ost_try(ost_common_base(common, s->repo, tips, nr));
	if (*common && *s->mainline)
		return ost_fork_point(d->id, s->repo, s->mainline, common);
	memcpy(d->id, common, sizeof(common));
	return NULL;
}

/* ---- what branches undid after it ---- */

static bool is_known(const struct ost_settled *d, const char *id)
{
	size_t i;

	for (i = 0; i < d->commits.nr; i++)
		if (!strcmp(d->commits.items[i], id))
			return true;
	return false;
}

static struct ost_err *is_in_a_branch(bool *ret_is, struct ost_review_shared *s, const char *id)
{
	size_t i;

	*ret_is = false;
	for (i = 0; i < s->nr_stable && !*ret_is; i++)
		if (*s->stable[i].tip)
			ost_try(ost_is_ancestor(ret_is, s->repo, id, s->stable[i].tip));
	return NULL;
}

/* The commit that is reverted, when the boundary reaches it and not the revert, which a branch has. */
static struct ost_err *add_revert(struct ost_settled *d, struct ost_review_shared *s, const struct ost_revert *r)
{
	char of[OST_HEX_SIZE];
	struct ost_err *err;
	bool is;

	ost_try(ost_is_ancestor(&is, s->repo, r->by, d->id));
	if (is)
		return NULL;
	ost_try(is_in_a_branch(&is, s, r->by));
	if (!is)
		return NULL;
	err = ost_repo_resolve(s->repo, r->of, of);
	if (err && err->code != OST_ERR_INPUT)
		return err;
	if (err) {	/* not here: no line is blamed on it */
		ost_err_destroy(err);
		return NULL;
	}
	ost_try(ost_is_ancestor(&is, s->repo, of, d->id));
	if (is && !is_known(d, of))
		ost_vec_add(&d->commits, ost_arena_strdup(&s->arena, of));
	return NULL;
}

static struct ost_err *add_reverts(struct ost_settled *d, struct ost_review_shared *s, const char *rev)
{
	struct ost_arena arena = OST_ARENA_INIT;
	const struct ost_messages *m;
	struct ost_revert *reverts;
	struct ost_err *err = ost_shared_messages(s, rev, &m);
	size_t nr = err ? 0 : ost_messages_reverts(m, &arena, &reverts), i;

	for (i = 0; i < nr && !err; i++)
		err = add_revert(d, s, &reverts[i]);
	ost_arena_deinit(&arena);
	return err;
}

static struct ost_err *find_undone(struct ost_settled *d, struct ost_review_shared *s)
{
	size_t i;

	if (*s->mainline)
		ost_try(add_reverts(d, s, s->mainline));
	for (i = 0; i < s->nr_stable; i++)
		if (*s->stable[i].tip)
			ost_try(add_reverts(d, s, s->stable[i].tip));
	return NULL;
}

static void add_file(struct ost_settled *d, struct ost_review_shared *s, const struct ost_file_change *f)
{
	struct undone_file *u = ost_vec_push(&d->files);
	uint32_t h, i;

	u->path = ost_arena_strdup(&s->arena, f->new_path);
	ost_intern_init(&u->added);
	for (h = 0; h < f->nr_hunks; h++)
		for (i = 0; i < f->hunks[h].nr_lines; i++)
			if (f->hunks[h].lines[i].kind == OST_LINE_ADDED)
				ost_intern_add(&u->added, f->hunks[h].lines[i].text, strlen(f->hunks[h].lines[i].text));
}

/* What the undone commits brought; no boundary where one cannot be read. */
static struct ost_err *read_undone(struct ost_settled *d, struct ost_review_shared *s)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_err *err = NULL;
	struct ost_change c;
	size_t i;
	uint32_t k;

	if (d->commits.nr > MAX_UNDONE)
		d->id[0] = '\0';
	for (i = 0; i < d->commits.nr && *d->id; i++) {
		err = ost_change_from_commit(&c, &arena, s->repo, d->commits.items[i], NULL);
		if (err)
			break;
		for (k = 0; k < c.nr_files; k++)
			if (c.files[k].status != OST_FILE_DELETED)
				add_file(d, s, &c.files[k]);
	}
	ost_arena_deinit(&arena);
	if (!err || err->code != OST_ERR_INPUT)
		return err;
	d->id[0] = '\0';
	ost_err_destroy(err);
	return NULL;
}

static struct ost_err *get_settled(const struct ost_settled **ret, struct ost_review_shared *s)
{
	struct ost_settled *d;
	struct ost_err *err;

	*ret = s->settled;
	if (s->settled)
		return NULL;
	d = ost_calloc(1, sizeof(*d));
	err = find_boundary(d, s);
	if (!err && *d->id)
		err = find_undone(d, s);
	if (!err && *d->id)
		err = read_undone(d, s);
	if (err || s->settled) {	/* another thread's turn has brought it meanwhile */
		ost_settled_destroy(d);
		*ret = s->settled;
		return err;
	}
	*ret = s->settled = d;
	return NULL;
}

/* ---- the question ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool has_line_of(const struct ost_file_change *f, const struct undone_file *u)
{
	uint32_t h, i;

	for (h = 0; h < f->nr_hunks; h++)
		for (i = 0; i < f->hunks[h].nr_lines; i++)
			if (f->hunks[h].lines[i].kind != OST_LINE_ADDED &&
			    ost_intern_find(&u->added, f->hunks[h].lines[i].text, strlen(f->hunks[h].lines[i].text)) != OST_INTERN_NONE)
				return true;
	return false;
}

/* Blame follows lines through renames, never changing them: same text, and the same name or one that is no more. */
static struct ost_err *may_be_of(bool *ret_may, struct ost_review_shared *s, const char *rev, const struct ost_file_change *f,
				 const struct undone_file *u)
{
	struct ost_path_info info;

	*ret_may = has_line_of(f, u);
	if (!*ret_may || !strcmp(base_name(f->old_path), base_name(u->path)))
		return NULL;
	ost_try(ost_repo_path(s->repo, rev, u->path, &info));
	*ret_may = info.kind != OST_PATH_FILE;
	return NULL;
}

struct ost_err *ost_settled_for(const char **ret_not_rev, struct ost_review_shared *s, const char *rev,
				const struct ost_file_change *f)
{
	const struct ost_settled *d;
	bool is;
	size_t i;

	*ret_not_rev = NULL;
	ost_try(get_settled(&d, s));
	if (!*d->id)
		return NULL;
	ost_try(ost_is_ancestor(&is, s->repo, d->id, rev));
	if (!is)
		return NULL;
	for (i = 0; i < d->files.nr; i++) {
		ost_try(may_be_of(&is, s, rev, f, &d->files.items[i]));
		if (is)
			return NULL;
	}
	*ret_not_rev = d->id;
	return NULL;
}
