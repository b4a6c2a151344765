// SPDX-License-Identifier: GPL-2.0-or-later
/* Revisions, abbreviations and branches of git/repo.h. */
#include <fnmatch.h>
#include <stdlib.h>

#include "git/internal.h"

/* ---- the commit that a revision names ---- */

static struct ost_err *no_such_revision(const char *rev)
{
	return ost_err_create(OST_ERR_INPUT, rev, NULL, "no such branch, tag or commit");
}

static struct ost_err *check_rev(const char *rev)
{
	const char *p;

	if (!*rev)
		return ost_err_create(OST_ERR_INPUT, "revision", NULL, "is empty");
	if (*rev == '-')
		return ost_err_create(OST_ERR_INPUT, rev, NULL, "a revision does not begin with '-'");
	for (p = rev; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return ost_err_create(OST_ERR_INPUT, "revision", NULL,
					      "has a control character");
	if (p - rev > 4096)
		return ost_err_create(OST_ERR_INPUT, "revision", NULL, "is over 4096 bytes");
	if (strstr(rev, ".."))
		return ost_err_create(OST_ERR_INPUT, rev, "name one revision",
				      "is a range, not a revision");
	if (strchr(rev, ':'))
		return ost_err_create(OST_ERR_INPUT, rev, "name a commit",
				      "names a file, not a commit");
	return NULL;
}

struct remote_search {
	const char *name;
	size_t name_len;
	char *found;	/* the alphabetically first full name */
	unsigned nr;
};

/* The branch's name after "refs/remotes/<remote>/", or NULL. */
static const char *remote_branch_name(const char *ref)
{
	if (strncmp(ref, "refs/remotes/", 13))
		return NULL;
	ref = strchr(ref + 13, '/');
	return ref ? ref + 1 : NULL;
}

static int match_remote(const char *ref, void *ctx)
{
	struct remote_search *s = ctx;
	const char *name = remote_branch_name(ref);

	if (!name || strncmp(name, s->name, s->name_len) || name[s->name_len])
		return 0;
	s->nr++;
	if (s->found && strcmp(s->found, ref) <= 0)
		return 0;
	free(s->found);
	s->found = ost_strdup(ref);
	return 0;
}

/*
 * git_revparse_single(), but for a name whose object is missing: libgit2 1.5
 * forgets the reference then (with all that hangs on it), so what the name
 * in front of `^`, `~`, `@{` or `:` leads to is looked for first.
 */
static int parse(git_object **ret, git_repository *git, const char *rev)
{
	char *base = ost_strndup(rev, strcspn(rev, "^~@:"));
	git_reference *ref = NULL;
	git_object *target = NULL;
	int error = 0;

	if (*base && !git_reference_dwim(&ref, git, base))
		error = git_object_lookup(&target, git, git_reference_target(ref), GIT_OBJECT_ANY);
	git_reference_free(ref);
	git_object_free(target);
	free(base);
	return error ? error : git_revparse_single(ret, git, rev);
}

/* "linux-6.1.y^2" where only one remote has linux-6.1.y. */
static int parse_as_remote(git_object **ret, struct ost_repo *repo, const char *rev)
{
	struct remote_search s = { .name = rev, .name_len = strcspn(rev, "^~@") };
	git_reference_iterator *it = NULL;
	OST_BUF full = OST_BUF_INIT;
	const char *ref;
	int error = GIT_ENOTFOUND;

	if (!s.name_len || git_reference_iterator_glob_new(&it, repo->git, "refs/remotes/*"))
		return GIT_ENOTFOUND;
	while (!git_reference_next_name(&ref, it))
		match_remote(ref, &s);
	git_reference_iterator_free(it);
	if (s.nr == 1) {
		ost_buf_addf(&full, "%s%s", s.found, rev + s.name_len);
		error = parse(ret, repo->git, full.ptr);
	}
	free(s.found);
	return s.nr > 1 ? GIT_EAMBIGUOUS : error;
}

static struct ost_err *peel(struct ost_repo *repo, const char *rev, git_object *object,
			    char ret_hex[OST_HEX_SIZE])
{
	git_object *commit = NULL;
	int error = git_object_peel(&commit, object, GIT_OBJECT_COMMIT);

	if (error) {
		const char *type = git_object_type2string(git_object_type(object));

		return ost_err_create(OST_ERR_INPUT, rev, NULL,
				      "is a %s that leads to no commit", type);
	}
	git_oid_tostr(ret_hex, OST_HEX_SIZE, git_object_id(commit));
	git_object_free(commit);
	return NULL;
}

/* A ref that points at an object that is not there is damage, not a bad name. */
static struct ost_err *explain(struct ost_repo *repo, const char *rev, int error)
{
	git_reference *ref = NULL;
	struct ost_err *err;
	char hex[OST_HEX_SIZE];

	if (error == GIT_EAMBIGUOUS)
		return ost_err_create(OST_ERR_INPUT, rev, "give more digits, or the remote's name",
				      "is ambiguous");
	if (!git_reference_dwim(&ref, repo->git, rev) && git_reference_target(ref)) {
		git_oid_tostr(hex, sizeof(hex), git_reference_target(ref));
		git_reference_free(ref);
		return ost_git_error(repo, rev, hex, GIT_ENOTFOUND);
	}
	git_reference_free(ref);
	if (error == GIT_ENOTFOUND || error == GIT_EINVALIDSPEC) {
		err = no_such_revision(rev);
		if (repo->info.is_shallow) {
			ost_err_destroy(err);
			err = ost_err_create(OST_ERR_INPUT, rev,
					     "this is a shallow clone: git fetch --unshallow",
					     "no such branch, tag or commit here");
		}
		return err;
	}
	return ost_git_error(repo, rev, NULL, error);
}

struct ost_err *ost_repo_resolve(struct ost_repo *repo, const char *rev,
				 char ret_hex[OST_HEX_SIZE])
{
	git_object *object = NULL;
	struct ost_err *err;
	struct ost_oid oid;
	int error;

	ost_try(check_rev(rev));
	if (strlen(rev) == 40 && ost_oid_from_hex(&oid, rev)) {
		git_oid full;

		memcpy(full.id, oid.id, sizeof(full.id));
		error = git_object_lookup(&object, repo->git, &full, GIT_OBJECT_ANY);
	} else {
		error = parse(&object, repo->git, rev);
	}
	if (error == GIT_ENOTFOUND)
		error = parse_as_remote(&object, repo, rev);
	if (error)
		return explain(repo, rev, error);
	err = peel(repo, rev, object, ret_hex);
	git_object_free(object);
	return err;
}

struct ost_err *ost_repo_resolve_range(struct ost_repo *repo, const char *range,
				       char ret_from[OST_HEX_SIZE], char ret_to[OST_HEX_SIZE])
{
	const char *dots = strstr(range, "..");
	struct ost_err *err;
	char *from;

	if (!dots)
		return ost_err_create(OST_ERR_USAGE, range, NULL, "is not a range A..B");
	if (dots[2] == '.')
		return ost_err_create(OST_ERR_USAGE, range, "use A..B", "A...B is not understood");
	from = ost_strndup(range, (size_t)(dots - range));
	err = ost_repo_resolve(repo, *from ? from : "HEAD", ret_from);
	free(from);
	if (err)
		return err;
	return ost_repo_resolve(repo, dots[2] ? dots + 2 : "HEAD", ret_to);
}

bool ost_repo_has_object(struct ost_repo *repo, const char *hex)
{
	size_t len = strlen(hex);
	git_oid oid, full;

	if (len < GIT_OID_MINPREFIXLEN || len > GIT_OID_HEXSZ || git_oid_fromstrn(&oid, hex, len))
		return false;
	if (len == GIT_OID_HEXSZ)
		return git_odb_exists(repo->odb, &oid);
	return !git_odb_exists_prefix(&full, repo->odb, &oid, len);
}

struct ost_err *ost_repo_abbrev(struct ost_repo *repo, const char *hex,
				char ret_short[OST_HEX_SIZE])
{
	git_oid oid, full;
	size_t len;

	if (strlen(hex) != GIT_OID_HEXSZ || git_oid_fromstr(&oid, hex))
		return ost_err_create(OST_ERR_INTERNAL, hex, NULL, "is not a full object name");
	for (len = 12; len < GIT_OID_HEXSZ; len++)
		if (git_odb_exists_prefix(&full, repo->odb, &oid, len) != GIT_EAMBIGUOUS)
			break;
	memcpy(ret_short, hex, len);
	ret_short[len] = '\0';
	return NULL;
}

/* ---- branches ---- */

struct branch {
	char *ref;
	const char *name;	/* inside ref: without the remote's name */
	bool is_local;
	git_oid tip;
};

/* Numbers compare as numbers, the rest as bytes: linux-5.4.y < linux-5.10.y. */
static int version_cmp(const char *a, const char *b)
{
	int c = strverscmp(a, b);

	return c ? c : strcmp(a, b);
}

static int cmp_branch(const void *pa, const void *pb)
{
	const struct branch *a = pa, *b = pb;
	int c = version_cmp(a->name, b->name);

	if (!c)
		c = (int)b->is_local - (int)a->is_local;
	return c ? c : strcmp(a->ref, b->ref);
}

static bool take_branch(struct branch *b, struct ost_repo *repo, const char *ref,
			const char *pattern)
{
	bool is_local = !strncmp(ref, "refs/heads/", 11);
	const char *name = is_local ? ref + 11 : remote_branch_name(ref);

	if (!name || !strcmp(name, "HEAD") || fnmatch(pattern, name, 0))
		return false;
	if (git_reference_name_to_id(&b->tip, repo->git, ref))
		return false;
	b->ref = ost_strdup(ref);
	b->name = b->ref + (name - ref);
	b->is_local = is_local;
	return true;
}

struct branch_list {
	struct branch *items;
	size_t nr, cap;
};

static void collect(struct branch_list *found, struct ost_repo *repo, const char *refs,
		    const char *pattern)
{
	git_reference_iterator *it = NULL;
	struct branch b;
	const char *ref;

	if (git_reference_iterator_glob_new(&it, repo->git, refs))
		return;
	while (!git_reference_next_name(&ref, it))
		if (take_branch(&b, repo, ref, pattern))
			ost_vec_add(found, b);
	git_reference_iterator_free(it);
}

struct ost_err *ost_repo_branches(struct ost_repo *repo, struct ost_arena *arena,
				  const char *pattern, struct ost_branch **ret_branches,
				  size_t *ret_nr)
{
	struct branch_list found = OST_VEC_INIT;
	struct ost_branch *out;
	size_t i, nr = 0;

	collect(&found, repo, "refs/heads/*", pattern);
	collect(&found, repo, "refs/remotes/*", pattern);
	if (found.nr)
		qsort(found.items, found.nr, sizeof(*found.items), cmp_branch);
	out = ost_arena_calloc(arena, found.nr + 1, sizeof(*out));
	for (i = 0; i < found.nr; i++) {
		struct branch *b = &found.items[i];

		if (i && !strcmp(b->name, found.items[i - 1].name))
			continue;
		out[nr].ref = ost_arena_strdup(arena, b->ref);
		out[nr].name = out[nr].ref + (b->is_local ? 11 : 13);
		git_oid_tostr(out[nr++].tip, OST_HEX_SIZE, &b->tip);
	}
	for (i = 0; i < found.nr; i++)
		free(found.items[i].ref);
	ost_vec_deinit(&found);
	*ret_branches = out;
	*ret_nr = nr;
	return NULL;
}
