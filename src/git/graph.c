// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * graph.c - a commit-graph of our own for somebody else's repository.
 *
 * git looks for objects/info/commit-graph in every object directory it
 * knows, alternates too. So an empty object directory in our cache that
 * holds nothing but a commit-graph, named to git as an alternate through
 * the environment (run.c), makes its walks fast without a byte written to
 * the repository. A repository that has a commit-graph already uses its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "git/internal.h"
#include "git/run.h"
#include "git/walk.h"

/*
 * Up to so many commits the graph says which paths each one changes (as
 * Bloom filters): blame and logs of one path take half the time. Looking at
 * them costs 0.07 ms a commit in git's own history, once.
 */
#define MAX_WITH_PATHS 250000

static bool make_dirs(char *path)
{
	char *p;

	for (p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return false;
		*p = '/';
	}
	return !mkdir(path, 0777) || errno == EEXIST;
}

/* Has the repository a commit-graph, or none that can be trusted (shallow)? */
static bool is_needless(struct ost_repo *repo)
{
	const char *dir = repo->info.common_dir;

	return repo->info.is_shallow ||
	       !access(ost_arena_printf(&repo->arena, "%sobjects/info/commit-graph", dir), F_OK) ||
	       !access(ost_arena_printf(&repo->arena, "%sobjects/info/commit-graphs", dir), F_OK);
}

/* All refs and what they point at, as one number. */
static uint64_t hash_of_refs(struct ost_repo *repo)
{
	const char *const args[] = { "for-each-ref", "--format=%(objectname)", NULL };
	struct ost_git_run run = { .args = args };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err = ost_git_run(repo, &run, &out);

	ost_err_destroy(err);
	return err ? 0 : ost_hash_bytes(out.ptr, out.len);
}

static bool is_fresh(const char *note, uint64_t refs)
{
	OST_BUF old = OST_BUF_INIT, now = OST_BUF_INIT;

	if (access(note, R_OK))
		return false;
	ost_err_destroy(ost_buf_read_file(&old, note, 4096));
	ost_buf_addf(&now, "%016llx\n", (unsigned long long)refs);
	return !strcmp(old.ptr, now.ptr);
}

static void write_note(const char *note, uint64_t refs)
{
	FILE *f = fopen(note, "we");

	if (f) {
		fprintf(f, "%016llx\n", (unsigned long long)refs);
		fclose(f);
	}
}

/* Is the history short enough to look at the paths of every commit? */
static bool is_short(struct ost_repo *repo)
{
	char *limit = ost_arena_printf(&repo->arena, "--max-count=%d", MAX_WITH_PATHS + 1);
	const char *const args[] = { "rev-list", "--count", "--all", limit, NULL };
	const struct ost_git_run run = { .args = args };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err = ost_git_run(repo, &run, &out);

	ost_err_destroy(err);
	return !err && strtoul(out.ptr, NULL, 10) <= MAX_WITH_PATHS;
}

static bool write_graph(struct ost_repo *repo)
{
	char *where = ost_arena_printf(&repo->arena, "--object-dir=%s", repo->graph_dir);
	const char *const args[] = {
		/* or it has the whole pack in memory */
		"-c", "core.packedGitLimit=64m", "-c", "core.packedGitWindowSize=1m",
		"-c", "core.deltaBaseCacheLimit=16m",
		"-c", "core.commitGraph=true", "commit-graph", "write", "--reachable",
		"--no-progress", where, is_short(repo) ? "--changed-paths" : NULL, NULL,
	};
	struct ost_git_run run = { .args = args };
	OST_BUF out = OST_BUF_INIT;
	struct ost_err *err = ost_git_run(repo, &run, &out);

	ost_err_destroy(err);
	return !err;
}

void ost_repo_set_cache(struct ost_repo *repo, const char *dir)
{
	const char *key = repo->info.common_dir;
	char *path, *note, cwd[4096];
	uint64_t refs;

	if (*dir != '/' && getcwd(cwd, sizeof(cwd)))
		dir = ost_arena_printf(&repo->arena, "%s/%s", cwd, dir);
	path = ost_arena_printf(&repo->arena, "%s/git/%016llx/info", dir,
				(unsigned long long)ost_hash_bytes(key, strlen(key)));
	if (strchr(path, ':') || *path != '/' || !make_dirs(path))
		return;
	note = ost_arena_printf(&repo->arena, "%s/refs", path);
	path[strlen(path) - strlen("/info")] = '\0';
	repo->graph_dir = path;
	if (is_needless(repo))
		return;
	refs = hash_of_refs(repo);
	if (is_fresh(note, refs))
		return;
	if (write_graph(repo))
		write_note(note, refs);
}
