// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/maint.h"

struct rev_source {
	struct ost_repo *repo;
	char *rev;
};

static struct ost_err *rev_read(void *ctx, const char *path, struct ost_buf *ret_bytes,
				bool *ret_is_file)
{
	struct rev_source *s = ctx;
	struct ost_path_info info;

	ost_try(ost_repo_path(s->repo, s->rev, path, &info));
	*ret_is_file = info.kind == OST_PATH_FILE;
	return *ret_is_file ? ost_repo_read_blob(s->repo, info.id, ret_bytes) : NULL;
}

static bool rev_is_dir(void *ctx, const char *path)
{
	struct rev_source *s = ctx;
	struct ost_path_info info;
	struct ost_err *err = ost_repo_path(s->repo, s->rev, path, &info);
	bool is_dir = !err && info.kind == OST_PATH_DIR;

	ost_err_destroy(err);
	return is_dir;
}

static void rev_destroy(void *ctx)
{
	struct rev_source *s = ctx;

	free(s->rev);
	free(s);
}

struct ost_err *ost_maintainers_read(struct ost_maintainers **ret, struct ost_repo *repo,
				     const char *rev)
{
	struct rev_source *s = ost_calloc(1, sizeof(*s));
	struct ost_maintainers_source source = { s, rev_read, rev_is_dir, rev_destroy };

	s->repo = repo;
	s->rev = ost_strdup(rev);
	return ost_maintainers_create(ret, &source);
}
