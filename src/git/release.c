// SPDX-License-Identifier: GPL-2.0-or-later
/* The first release that contains a commit, by `git name-rev` over release tags. */
#include <stdlib.h>

#include "base/vec.h"
#include "git/internal.h"
#include "git/run.h"
#include "git/walk.h"

#define BATCH 2000

struct namer {
	struct ost_repo *repo;
	struct ost_arena *arena;
	struct ost_release *releases;
	size_t nr, done;
};

/* Does the tag exist and contain the -rc? */
static bool contains(struct namer *n, const char *tag, const char *rc)
{
	char *tag_ref = ost_arena_printf(n->arena, "refs/tags/%s", tag);
	char *rc_ref = ost_arena_printf(n->arena, "refs/tags/%s", rc);
	struct ost_err *err;
	bool is = false;
	git_oid oid;

	if (git_reference_name_to_id(&oid, n->repo->git, tag_ref))
		return false;
	err = ost_is_ancestor(&is, n->repo, rc_ref, tag_ref);
	ost_err_destroy(err);
	return !err && is;
}

/* "v6.7-rc4" led to "v6.7"; asked once for each handle, as releases do not move. */
static const char *release_of(struct namer *n, const char *tag)
{
	const char *dash = strstr(tag, "-rc");
	struct ost_kept_release *k;
	char *release;
	size_t i;

	if (!dash)
		return tag;
	for (i = 0; i < n->repo->releases.nr; i++)
		if (!strcmp(n->repo->releases.items[i].rc, tag))
			return ost_arena_strdup(n->arena, n->repo->releases.items[i].release);
	release = ost_arena_strndup(&n->repo->arena, tag, (size_t)(dash - tag));
	if (!contains(n, release, tag))
		release = ost_arena_strdup(&n->repo->arena, tag);
	k = ost_vec_push(&n->repo->releases);
	k->rc = ost_arena_strdup(&n->repo->arena, tag);
	k->release = release;
	return ost_arena_strdup(n->arena, release);
}

/* One line: "tags/v6.7-rc4~12^2~3", "tags/v6.7^0" or "undefined". */
static bool take_name(void *ctx, const char *line, size_t len)
{
	struct namer *n = ctx;
	struct ost_release *r = &n->releases[n->done++];
	const char *name = strncmp(line, "tags/", 5) ? line : line + 5;
	size_t tag_len = strcspn(name, "~^");

	r->tag = r->path = NULL;
	if (strcmp(line, "undefined")) {
		if (!strcmp(name + tag_len, "^0"))
			r->path = ost_arena_strndup(n->arena, name, tag_len);
		else
			r->path = ost_arena_strdup(n->arena, name);
		r->tag = ost_arena_strndup(n->arena, name, tag_len);
	}
	return n->done < n->nr;
}

static struct ost_err *name_batch(struct namer *n, const char *const *commits, size_t nr)
{
	static const char *const fixed[] = {
		"name-rev", "--name-only", "--refs=refs/tags/v[0-9]*", "--refs=refs/tags/[0-9]*",
		"--refs=refs/tags/debian/*",
	};
	const char **args = ost_calloc(OST_ARRAY_SIZE(fixed) + nr + 1, sizeof(*args));
	struct ost_git_run run = { .args = args };
	size_t i, first = n->done;
	struct ost_err *err;

	memcpy(args, fixed, sizeof(fixed));
	for (i = 0; i < nr; i++)
		args[OST_ARRAY_SIZE(fixed) + i] = commits[i];
	err = ost_git_stream(n->repo, &run, '\n', take_name, n);
	free(args);
	if (!err && n->done != first + nr)
		err = ost_err_create(OST_ERR_INPUT, "git name-rev", NULL,
				     "named %zu of %zu commits", n->done - first, nr);
	return err;
}

struct ost_err *ost_first_releases(struct ost_release *ret_releases, struct ost_arena *arena,
				   struct ost_repo *repo, const char *const *commits, size_t nr)
{
	struct namer n = { .repo = repo, .arena = arena, .releases = ret_releases, .nr = nr };
	struct ost_oid oid;
	size_t i;

	for (i = 0; i < nr; i++)
		if (strlen(commits[i]) != 40 || !ost_oid_from_hex(&oid, commits[i]))
			return ost_err_create(OST_ERR_INTERNAL, commits[i], NULL,
					      "is not a full commit id");
	for (i = 0; i < nr; i += BATCH)
		ost_try(name_batch(&n, commits + i, nr - i < BATCH ? nr - i : BATCH));
	for (i = 0; i < nr; i++)
		if (ret_releases[i].tag)
			ret_releases[i].tag = release_of(&n, ret_releases[i].tag);
	return NULL;
}
