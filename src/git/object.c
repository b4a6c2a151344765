// SPDX-License-Identifier: GPL-2.0-or-later
/* Commits, paths and blobs of git/repo.h, read from raw objects. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "git/internal.h"

struct ost_err *ost_git_read(git_odb_object **ret_object, struct ost_repo *repo,
			     const char *what, const git_oid *oid, git_object_t type)
{
	char hex[OST_HEX_SIZE];
	git_object_t got;
	size_t len;
	int error;

	git_oid_tostr(hex, sizeof(hex), oid);
	error = git_odb_read_header(&len, &got, repo->odb, oid);
	if (error)
		return ost_git_error(repo, what, hex, error);
	if (got != type)
		return ost_err_create(OST_ERR_INPUT, what, NULL, "object %s is a %s, not a %s", hex,
				      git_object_type2string(got), git_object_type2string(type));
	if (len > OST_BLOB_MAX)
		return ost_err_create(OST_ERR_INPUT, what, NULL,
				      "object %s has %zu bytes, the limit is %u", hex, len,
				      OST_BLOB_MAX);
	error = git_odb_read(ret_object, repo->odb, oid);
	return error ? ost_git_error(repo, what, hex, error) : NULL;
}

/* ---- commits ---- */

/* "Name <mail> 1700000000 +0100" */
static void parse_ident(struct ost_ident *ident, struct ost_arena *arena, const char *line,
			const char *end)
{
	const char *close = memrchr(line, '>', (size_t)(end - line));
	const char *open = memchr(line, '<', (size_t)(end - line));
	const char *name_end;
	char *rest;
	long zone;

	ident->name = ident->email = "";
	if (!open || !close || close < open)
		return;
	for (name_end = open; name_end > line && name_end[-1] == ' '; name_end--)
		;
	ident->name = ost_arena_strndup(arena, line, (size_t)(name_end - line));
	ident->email = ost_arena_strndup(arena, open + 1, (size_t)(close - open - 1));
	rest = ost_arena_strndup(arena, close + 1, (size_t)(end - close - 1));
	errno = 0;
	ident->when = strtoll(rest, &rest, 10);
	if (errno)
		ident->when = 0;
	zone = strtol(rest, NULL, 10);
	if (zone > -10000 && zone < 10000)
		ident->zone = (int)(zone / 100 * 60 + zone % 100);
}

void ost_git_subject(struct ost_buf *ret_subject, const char *msg)
{
	size_t before = ret_subject->len;

	while (*msg) {
		size_t len = strcspn(msg, "\n"), text = len;

		while (text && strchr(" \t\r\v\f", msg[text - 1]))
			text--;
		if (!text && ret_subject->len > before)
			break;
		if (text && ret_subject->len > before)
			ost_buf_addch(ret_subject, ' ');
		ost_buf_add(ret_subject, msg, text);
		msg += len + (msg[len] == '\n');
	}
}

static const char *subject_of(struct ost_arena *arena, const char *message)
{
	OST_BUF out = OST_BUF_INIT;

	ost_git_subject(&out, message);
	return ost_arena_strndup(arena, out.ptr, out.len);
}

struct commit_reader {
	struct ost_commit *c;
	struct ost_arena *arena;
	uint32_t nr_parents;
};

static bool take_header(struct commit_reader *r, const char *line, const char *end)
{
	struct ost_commit *c = r->c;
	size_t len = (size_t)(end - line);

	if (len == 45 && !memcmp(line, "tree ", 5)) {
		memcpy(c->tree, line + 5, 40);
	} else if (len == 47 && !memcmp(line, "parent ", 7)) {
		if (c->parents)
			memcpy(c->parents[r->nr_parents], line + 7, 40);
		r->nr_parents++;
	} else if (len > 7 && !memcmp(line, "author ", 7)) {
		parse_ident(&c->author, r->arena, line + 7, end);
	} else if (len > 10 && !memcmp(line, "committer ", 10)) {
		parse_ident(&c->committer, r->arena, line + 10, end);
	} else if (len > 9 && !memcmp(line, "encoding ", 9)) {
		c->encoding = ost_arena_strndup(r->arena, line + 9, len - 9);
	}
	return len > 0;
}

/* Returns where the message begins. */
static const char *take_headers(struct commit_reader *r, const char *p, const char *end)
{
	const char *eol;

	r->nr_parents = 0;
	while (p < end) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			return end;
		if (!take_header(r, p, eol))
			return eol + 1;
		p = eol + 1;
	}
	return end;
}

static void parse_commit(struct ost_commit *c, struct ost_arena *arena, const char *data,
			 size_t len)
{
	struct commit_reader r = { .c = c, .arena = arena };
	const char *msg;

	c->encoding = "";
	c->author = c->committer = (struct ost_ident){ .name = "", .email = "" };
	take_headers(&r, data, data + len);
	c->parents = ost_arena_calloc(arena, r.nr_parents + 1, sizeof(*c->parents));
	msg = take_headers(&r, data, data + len);
	c->nr_parents = r.nr_parents;
	c->message_len = strnlen(msg, len - (size_t)(msg - data));
	c->message = ost_arena_strndup(arena, msg, c->message_len);
	c->subject = subject_of(arena, c->message);
}

struct ost_err *ost_commit_read(struct ost_commit *ret_commit, struct ost_arena *arena,
				struct ost_repo *repo, const char *rev)
{
	struct ost_commit c = { .nr_parents = 0 };
	git_odb_object *object;
	git_oid oid;

	ost_try(ost_repo_resolve(repo, rev, c.id));
	git_oid_fromstr(&oid, c.id);
	ost_try(ost_git_read(&object, repo, rev, &oid, GIT_OBJECT_COMMIT));
	parse_commit(&c, arena, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	if (!*c.tree)
		return ost_err_create(OST_ERR_INPUT, rev, "check the repository: git fsck",
				      "commit %s is damaged", c.id);
	if (ost_git_is_boundary(repo, c.id)) {
		c.nr_parents = 0;
		c.is_boundary = true;
	}
	*ret_commit = c;
	return NULL;
}

const char *ost_ident_date(struct ost_arena *arena, const struct ost_ident *ident)
{
	time_t when = (time_t)(ident->when + ident->zone * 60);
	int zone = abs(ident->zone);
	char text[64];
	struct tm tm;

	if (!gmtime_r(&when, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		return "1970-01-01 00:00:00 +0000";
	return ost_arena_printf(arena, "%s %c%02d%02d", text, ident->zone < 0 ? '-' : '+',
				zone / 60, zone % 60);
}

/* ---- trees ---- */

bool ost_git_tree_next(const char *data, size_t len, size_t *pos, struct ost_raw_entry *ret)
{
	size_t p = *pos;
	const char *nul;

	ret->mode = 0;
	while (p < len && data[p] >= '0' && data[p] <= '7' && ret->mode < 01000000)
		ret->mode = ret->mode * 8 + (uint32_t)(data[p++] - '0');
	if (p >= len || data[p] != ' ')
		return false;
	nul = memchr(data + p, '\0', len - p);
	if (!nul || (size_t)(nul - data) + 1 + OST_OID_SIZE > len)
		return false;
	ret->name = data + p + 1;
	ret->name_len = (size_t)(nul - ret->name);
	ret->id = (const uint8_t *)nul + 1;
	*pos = (size_t)(nul - data) + 1 + OST_OID_SIZE;
	return true;
}

static const struct ost_kept_root *find_root(const struct ost_repo *repo, const git_oid *commit)
{
	unsigned i;

	for (i = 0; i < repo->nr_roots && i < OST_ROOTS_KEPT; i++)
		if (!git_oid_cmp(&repo->roots[i].commit, commit))
			return &repo->roots[i];
	return NULL;
}

static void keep_root(struct ost_repo *repo, const char *commit, const git_oid *tree)
{
	struct ost_kept_root *root = &repo->roots[repo->nr_roots++ % OST_ROOTS_KEPT];

	git_oid_fromstr(&root->commit, commit);
	root->tree = *tree;
}

/* Files of one commit are asked for one by one: its tree is known from the first of them. */
struct ost_err *ost_git_tree_of(git_oid *ret_tree, struct ost_repo *repo, const char *rev)
{
	bool is_id = strlen(rev) == 40 && !git_oid_fromstr(ret_tree, rev);
	const struct ost_kept_root *known = is_id ? find_root(repo, ret_tree) : NULL;
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_commit commit;
	struct ost_err *err;
	git_object_t type;
	size_t len;

	if (known) {
		*ret_tree = known->tree;
		return NULL;
	}
	if (is_id && !git_odb_read_header(&len, &type, repo->odb, ret_tree) && type == GIT_OBJECT_TREE)
		return NULL;
	err = ost_commit_read(&commit, &arena, repo, rev);
	if (!err)
		git_oid_fromstr(ret_tree, commit.tree);
	if (!err && is_id)
		keep_root(repo, commit.id, ret_tree);
	ost_arena_deinit(&arena);
	return err;
}

enum step { STEP_FOUND, STEP_ABSENT, STEP_UNREADABLE };

/* Looks one name up in one tree. */
static enum step step_into(struct ost_repo *repo, const git_oid *tree, const char *name,
			   size_t name_len, struct ost_raw_entry *ret, git_oid *ret_id)
{
	enum step result = STEP_ABSENT;
	git_odb_object *object;
	size_t pos = 0, len;
	const char *data;

	if (git_odb_read(&object, repo->odb, tree) ||
	    git_odb_object_type(object) != GIT_OBJECT_TREE)
		return STEP_UNREADABLE;
	data = git_odb_object_data(object);
	len = git_odb_object_size(object);
	while (ost_git_tree_next(data, len, &pos, ret)) {
		if (ret->name_len != name_len || memcmp(ret->name, name, name_len))
			continue;
		memcpy(ret_id->id, ret->id, OST_OID_SIZE);
		result = STEP_FOUND;
		break;
	}
	if (result == STEP_ABSENT && pos < len)
		result = STEP_UNREADABLE;
	git_odb_object_free(object);
	return result;
}

static enum ost_path_kind kind_of(uint32_t mode)
{
	switch (mode & 0170000) {
	case 0040000: return OST_PATH_DIR;
	case 0100000: return OST_PATH_FILE;
	case 0120000: return OST_PATH_SYMLINK;
	case 0160000: return OST_PATH_SUBMODULE;
	}
	return OST_PATH_UNKNOWN;
}

/* *oid: the root tree going in, the thing at path (or the unreadable tree) coming out. */
static enum ost_path_kind look_up(struct ost_repo *repo, git_oid *oid, const char *path,
				  uint32_t *ret_mode)
{
	struct ost_raw_entry entry;
	enum step step;
	git_oid next;
	size_t n;

	*ret_mode = 0040000;
	while (*path) {
		if ((*ret_mode & 0170000) != 0040000)
			return OST_PATH_ABSENT;
		n = strcspn(path, "/");
		step = step_into(repo, oid, path, n, &entry, &next);
		if (step != STEP_FOUND)
			return step == STEP_ABSENT ? OST_PATH_ABSENT : OST_PATH_UNKNOWN;
		*oid = next;
		*ret_mode = entry.mode;
		path += n;
		while (*path == '/')
			path++;
	}
	return kind_of(*ret_mode);
}

struct ost_err *ost_repo_path(struct ost_repo *repo, const char *rev, const char *path,
			      struct ost_path_info *ret_info)
{
	git_oid oid;

	ost_try(ost_git_tree_of(&oid, repo, rev));
	memset(ret_info, 0, sizeof(*ret_info));
	ret_info->kind = look_up(repo, &oid, path, &ret_info->mode);
	if (ret_info->kind != OST_PATH_ABSENT)
		git_oid_tostr(ret_info->id, sizeof(ret_info->id), &oid);
	if (ret_info->kind == OST_PATH_ABSENT || ret_info->kind == OST_PATH_UNKNOWN)
		ret_info->mode = 0;
	return NULL;
}

/* ---- blobs ---- */

static struct ost_err *append_blob(struct ost_repo *repo, const char *what, const git_oid *oid,
				   struct ost_buf *ret_bytes)
{
	git_odb_object *object;

	ost_try(ost_git_read(&object, repo, what, oid, GIT_OBJECT_BLOB));
	ost_buf_add(ret_bytes, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return NULL;
}

struct ost_err *ost_repo_read_path(struct ost_repo *repo, const char *rev,
				   const char *path, struct ost_buf *ret_bytes)
{
	struct ost_path_info info;
	struct ost_err *err = NULL;
	OST_BUF what = OST_BUF_INIT;
	git_oid oid;

	ost_try(ost_repo_path(repo, rev, path, &info));
	ost_buf_addf(&what, "%s:%s", rev, path);
	git_oid_fromstr(&oid, *info.id ? info.id : "0000000000000000000000000000000000000000");
	switch (info.kind) {
	case OST_PATH_FILE:
	case OST_PATH_SYMLINK:
		err = append_blob(repo, what.ptr, &oid, ret_bytes);
		break;
	case OST_PATH_ABSENT:
		err = ost_err_create(OST_ERR_INPUT, what.ptr, NULL, "no such file at this revision");
		break;
	case OST_PATH_UNKNOWN:
		err = ost_git_error(repo, what.ptr, info.id, GIT_ENOTFOUND);
		break;
	default:
		err = ost_err_create(OST_ERR_INPUT, what.ptr, NULL, "is not a file");
	}
	return err;
}

struct ost_err *ost_repo_read_blob(struct ost_repo *repo, const char *hex,
				   struct ost_buf *ret_bytes)
{
	size_t len = strlen(hex);
	git_oid oid, full;
	int error;

	if (len < GIT_OID_MINPREFIXLEN || len > GIT_OID_HEXSZ || git_oid_fromstrn(&oid, hex, len))
		return ost_err_create(OST_ERR_INPUT, hex, NULL, "is not an object name");
	if (len < GIT_OID_HEXSZ) {
		error = git_odb_exists_prefix(&full, repo->odb, &oid, len);
		if (error)
			return ost_git_error(repo, hex, hex, error);
		oid = full;
	}
	return append_blob(repo, hex, &oid, ret_bytes);
}
