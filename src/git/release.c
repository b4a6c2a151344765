// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first release that contains a commit, by `git name-rev` over release tags.
 *
 * Most of what it does for one commit it does for all. While history is short
 * and there is a commit-graph, all that have a name are asked for in one go
 * and kept until a tag comes or moves.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"
#include "git/internal.h"
#include "git/kept.h"
#include "git/run.h"
#include "git/tags.h"
#include "git/walk.h"

#define BATCH 2000
#define MAX_NAMED 250000	/* commits in the graph */

#define NAMER "name-rev", "--refs=refs/tags/v[0-9]*", "--refs=refs/tags/[0-9]*", "--refs=refs/tags/debian/*"

/* Lines "<id> <name>" of the commits that have one, by id. */
struct ost_names {
	struct ost_buf text;
	OST_VEC(uint32_t) lines;	/* where each begins */
	bool is_known;			/* false: history is long, or git could not tell */
};

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
	static const char *const fixed[] = { NAMER, "--name-only" };
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

/* ---- all at once ---- */

static int by_line(const void *a, const void *b, void *text)
{
	return memcmp((const char *)text + *(const uint32_t *)a, (const char *)text + *(const uint32_t *)b, OST_HEX_SIZE);
}

static bool is_name_line(const char *line, size_t len)
{
	struct ost_oid id;

	return len > OST_HEX_SIZE && line[OST_HEX_SIZE - 1] == ' ' && ost_oid_from_hex(&id, line) &&
	       strcmp(line + OST_HEX_SIZE, "undefined");
}

/* Finds the lines of the text, which are ended by NUL, and puts them in order. */
static void read_lines(struct ost_names *n)
{
	char *p = n->text.ptr, *end = p + n->text.len, *eol;

	for (; (eol = memchr(p, '\n', (size_t)(end - p))); p = eol + 1) {
		*eol = '\0';
		if (is_name_line(p, (size_t)(eol - p)))
			ost_vec_add(&n->lines, (uint32_t)(p - n->text.ptr));
	}
	if (n->lines.nr)
		qsort_r(n->lines.items, n->lines.nr, sizeof(*n->lines.items), by_line, n->text.ptr);
}

static struct ost_err *ask_all(struct ost_buf *ret, struct ost_repo *repo, const char *question)
{
	static const char *const args[] = { NAMER, "--all", NULL };
	const struct ost_git_run run = { .args = args, .max = UINT32_MAX };

	if (ost_kept_get(repo, "names", question, ret))
		return NULL;
	ost_try(ost_git_run(repo, &run, ret));
	ost_kept_put(repo, "names", question, ret);
	return NULL;
}

static const struct ost_names *get_names(struct ost_repo *repo)
{
	size_t nr = ost_git_graph_size(repo);
	struct ost_names *n;
	uint64_t tags;
	char question[64];
	struct ost_err *err;

	if (repo->names)
		return repo->names;
	n = ost_calloc(1, sizeof(*n));
	ost_buf_init(&n->text);
	if (nr && nr <= MAX_NAMED) {
		err = ost_tags_hash(&tags, repo);
		snprintf(question, sizeof(question), "release tags %016llx\n", (unsigned long long)tags);
		if (!err)
			err = ask_all(&n->text, repo, question);
		n->is_known = !err;
		ost_err_destroy(err);	/* a tag that leads nowhere: each is asked for by itself */
	}
	if (repo->names) {	/* another thread's turn has brought them meanwhile */
		ost_git_names_destroy(n);
		return repo->names;
	}
	if (n->is_known)
		read_lines(n);
	return repo->names = n;
}

void ost_git_names_destroy(struct ost_names *n)
{
	if (!n)
		return;
	ost_buf_deinit(&n->text);
	ost_vec_deinit(&n->lines);
	free(n);
}

static const char *name_of(const struct ost_names *n, const char *hex)
{
	size_t lo = 0, hi = n->lines.nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *line = n->text.ptr + n->lines.items[mid];
		int c = memcmp(hex, line, OST_HEX_SIZE - 1);

		if (!c)
			return line + OST_HEX_SIZE;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return "undefined";
}

/* ---- the question ---- */

static struct ost_err *name_all(struct namer *n, const char *const *commits)
{
	const struct ost_names *names = get_names(n->repo);
	size_t i;

	for (i = 0; names->is_known && i < n->nr; i++)
		take_name(n, name_of(names, commits[i]), 0);
	for (i = 0; !names->is_known && i < n->nr; i += BATCH)
		ost_try(name_batch(n, commits + i, n->nr - i < BATCH ? n->nr - i : BATCH));
	return NULL;
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
	if (nr)
		ost_try(name_all(&n, commits));
	for (i = 0; i < nr; i++)
		if (ret_releases[i].tag)
			ret_releases[i].tag = release_of(&n, ret_releases[i].tag);
	return NULL;
}
