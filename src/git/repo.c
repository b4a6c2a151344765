// SPDX-License-Identifier: GPL-2.0-or-later
#include "git/repo.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "git/internal.h"

/* ---- libgit2 and its errors ---- */

static bool is_ready;

static void set_up(void)
{
	/*
	 * Extensions that reading is not touched by. libgit2 1.5 refuses what
	 * is not named here; objectformat is judged in check_format().
	 */
	static const char *extensions[] = {
		"worktreeconfig", "partialclone", "preciousobjects", "objectformat",
		"relativeworktrees",
	};

	if (git_libgit2_init() < 0)
		return;
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, OST_ARRAY_SIZE(extensions));
	/* We hash nothing that we read: zlib and the pack index find damage that matters. */
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	/* Trees of up to 32 KiB are kept: a path is looked for in the same ones again and again. */
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)32 << 10);
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)32 << 20);
	/* of the packs: what is mapped counts as ours, and 330 MB were 260 with as much time */
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)4 << 20);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)32 << 20);
	is_ready = true;
}

bool ost_git_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_up);
	return is_ready;
}

const char *ost_repo_missing_remedy(const struct ost_repo *repo)
{
	if (repo->info.is_partial)
		return "this is a partial clone: fetch the objects first (git fetch --refetch --no-filter)";
	if (repo->info.is_shallow)
		return "this is a shallow clone: git fetch --unshallow";
	return "check the repository: git fsck";
}

struct ost_err *ost_git_error(const struct ost_repo *repo, const char *what,
			      const char *object, int error)
{
	const git_error *e = git_error_last();
	const char *text = e && e->message ? e->message : "unknown error";

	if (error == GIT_ENOTFOUND && object)
		return ost_err_create(OST_ERR_INPUT, what,
				      repo ? ost_repo_missing_remedy(repo) : NULL,
				      "object %s is missing", object);
	if (error == GIT_EAMBIGUOUS)
		return ost_err_create(OST_ERR_INPUT, what, "give more digits",
				      "several objects begin like this");
	if (object)
		return ost_err_create(OST_ERR_INPUT, what, "check the repository: git fsck",
				      "object %s cannot be read: %s", object, text);
	return ost_err_create(OST_ERR_INPUT, what, NULL, "%s", text);
}

/* ---- opening ---- */

static struct ost_err *open_error(const char *path, int error)
{
	const git_error *e = git_error_last();
	const char *text = e && e->message ? e->message : "unknown error";
	OST_BUF remedy = OST_BUF_INIT;

	if (error == GIT_ENOTFOUND && access(path, F_OK))
		return ost_err_create(OST_ERR_INPUT, path, "name a git repository with --repo", "no such file or directory");
	if (error == GIT_ENOTFOUND && access(path, R_OK | X_OK) && errno == EACCES)
		return ost_err_create(OST_ERR_INPUT, path, "ask for permission to read it", "permission denied");
	if (error == GIT_ENOTFOUND)
		return ost_err_create(OST_ERR_INPUT, path, "name one with --repo", "not a git repository");
	if (error == GIT_EOWNER) {
		ost_buf_addf(&remedy, "git config --global --add safe.directory '%s'", path);
		return ost_err_create(OST_ERR_ENV, path, remedy.ptr,
				      "the repository belongs to another user");
	}
	return ost_err_create(OST_ERR_INPUT, path, NULL, "cannot open the repository: %s", text);
}

static struct ost_err *check_format(struct ost_repo *repo, const char *path)
{
	git_config *config = NULL;
	git_buf value = { 0 };
	struct ost_err *err = NULL;

	if (git_repository_config_snapshot(&config, repo->git))
		return ost_git_error(NULL, path, NULL, -1);
	if (!git_config_get_string_buf(&value, config, "extensions.objectformat") &&
	    strcmp(value.ptr, "sha1"))
		err = ost_err_create(OST_ERR_INPUT, path, "use a SHA-1 clone",
				     "%s repositories are not supported", value.ptr);
	git_buf_dispose(&value);
	git_config_free(config);
	return err;
}

static int note_promisor(const git_config_entry *entry, void *seen)
{
	size_t n = strlen(entry->name);

	if (n > 9 && !strcmp(entry->name + n - 9, ".promisor") &&
	    !strcmp(entry->value ? entry->value : "true", "true"))
		*(bool *)seen = true;
	return 0;
}

/* A promisor remote in the configuration, or a pack that came from one. */
static bool find_partial(struct ost_repo *repo)
{
	git_config *config = NULL;
	struct dirent *entry;
	bool seen = false;
	char *path;
	DIR *dir;

	if (!git_repository_config_snapshot(&config, repo->git)) {
		/* not git_config_foreach_match(): it leaks in libgit2 1.5 */
		git_config_foreach(config, note_promisor, &seen);
		git_config_free(config);
	}
	path = ost_arena_printf(&repo->arena, "%sobjects/pack", repo->info.common_dir);
	dir = opendir(path);
	while (dir && !seen && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);

		seen = n > 9 && !strcmp(entry->d_name + n - 9, ".promisor");
	}
	if (dir)
		closedir(dir);
	return seen;
}

static int cmp_oid(const void *a, const void *b)
{
	return ost_oid_cmp(a, b);
}

static void read_shallow(struct ost_repo *repo)
{
	OST_BUF text = OST_BUF_INIT;
	struct ost_oid oid;
	char *line;

	line = ost_arena_printf(&repo->arena, "%sshallow", repo->info.common_dir);
	if (access(line, F_OK))
		return;
	ost_err_destroy(ost_buf_read_file(&text, line, 64 << 20));
	for (line = text.ptr; *line; line = strchr(line, '\n') + 1) {
		if (ost_oid_from_hex(&oid, line))
			ost_vec_add(&repo->shallow, oid);
		if (!strchr(line, '\n'))
			break;
	}
	if (repo->shallow.nr)
		qsort(repo->shallow.items, repo->shallow.nr, sizeof(oid), cmp_oid);
	repo->info.is_shallow = repo->shallow.nr > 0;
}

bool ost_git_is_boundary(const struct ost_repo *repo, const char *hex)
{
	struct ost_oid oid;

	return repo->shallow.nr && ost_oid_from_hex(&oid, hex) &&
	       bsearch(&oid, repo->shallow.items, repo->shallow.nr, sizeof(oid), cmp_oid);
}

static void fill_info(struct ost_repo *repo, const char *path)
{
	const char *work = git_repository_workdir(repo->git);

	repo->info.path = ost_arena_strdup(&repo->arena, path);
	repo->info.git_dir = ost_arena_strdup(&repo->arena, git_repository_path(repo->git));
	repo->info.common_dir = ost_arena_strdup(&repo->arena, git_repository_commondir(repo->git));
	repo->info.work_tree = work ? ost_arena_strdup(&repo->arena, work) : NULL;
	repo->info.is_partial = find_partial(repo);
	read_shallow(repo);
}

struct ost_err *ost_repo_open(struct ost_repo **ret_repo, const char *path)
{
	struct ost_repo *repo;
	struct ost_err *err;
	int error;

	if (!ost_git_init())
		return ost_err_create(OST_ERR_ENV, "libgit2", NULL, "cannot be initialised");
	repo = ost_calloc(1, sizeof(*repo));
	error = git_repository_open_ext(&repo->git, path, GIT_REPOSITORY_OPEN_CROSS_FS, NULL);
	if (error) {
		err = open_error(path, error);
	} else {
		fill_info(repo, path);
		err = check_format(repo, path);
	}
	if (!err && git_repository_odb(&repo->odb, repo->git))
		err = ost_git_error(repo, path, NULL, -1);
	if (err) {
		ost_repo_destroy(repo);
		return err;
	}
	*ret_repo = repo;
	return NULL;
}

struct ost_err *ost_repo_dup(struct ost_repo **ret_repo, const struct ost_repo *repo)
{
	struct ost_repo *copy = ost_calloc(1, sizeof(*copy));
	size_t i;

	if (git_repository_open_ext(&copy->git, repo->info.git_dir,
				    GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) ||
	    git_repository_odb(&copy->odb, copy->git)) {
		struct ost_err *err = open_error(repo->info.path, -1);

		ost_repo_destroy(copy);
		return err;
	}
	copy->info = repo->info;
	copy->info.path = ost_arena_strdup(&copy->arena, repo->info.path);
	copy->info.git_dir = ost_arena_strdup(&copy->arena, repo->info.git_dir);
	copy->info.common_dir = ost_arena_strdup(&copy->arena, repo->info.common_dir);
	if (repo->info.work_tree)
		copy->info.work_tree = ost_arena_strdup(&copy->arena, repo->info.work_tree);
	if (repo->graph_dir)
		copy->graph_dir = ost_arena_strdup(&copy->arena, repo->graph_dir);
	for (i = 0; i < repo->shallow.nr; i++)
		ost_vec_add(&copy->shallow, repo->shallow.items[i]);
	*ret_repo = copy;
	return NULL;
}

void ost_repo_destroy(struct ost_repo *repo)
{
	if (!repo)
		return;
	ost_git_ancestry_destroy(repo->ancestry);
	ost_git_tags_destroy(repo->tags);
	ost_git_names_destroy(repo->names);
	ost_git_trees_destroy(&repo->trees);
	git_odb_free(repo->odb);
	git_repository_free(repo->git);
	ost_vec_deinit(&repo->shallow);
	ost_vec_deinit(&repo->kept);
	ost_table_deinit(&repo->kept_at);
	ost_vec_deinit(&repo->releases);
	ost_arena_deinit(&repo->arena);
	free(repo);
}

const struct ost_repo_info *ost_repo_info(const struct ost_repo *repo)
{
	return &repo->info;
}
