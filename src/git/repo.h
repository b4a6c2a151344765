/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repo.h - a git repository, opened for reading.
 *
 * Bare, with a work tree, a linked work tree, shallow and partial clones are
 * all fine. Nothing is ever written, nothing is fetched, no hook, filter,
 * pager, textconv or external diff is ever run. SHA-256 repositories are
 * refused with "not supported".
 *
 * A handle is used by one thread at a time; ost_repo_dup() makes another one
 * for another thread. Strings handed out through an arena live as long as
 * the arena; those inside the handle live as long as the handle.
 *
 * Errors: OST_ERR_INPUT for what the user named (no such revision, no such
 * path, a missing or corrupt object: the object is named), OST_ERR_ENV for
 * the machine (git not installed, permissions, ownership: with the remedy).
 */
#ifndef OST_GIT_REPO_H
#define OST_GIT_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "git/oid.h"
#include "ostler/err.h"

struct ost_repo;

/* ---- opening ---- */

struct ost_repo_info {
	const char *path;	/* as the caller gave it */
	const char *git_dir;	/* absolute, ends with '/' */
	const char *common_dir;	/* the same, except in a linked work tree */
	const char *work_tree;	/* absolute, or NULL when bare */
	bool is_shallow;	/* history ends at `shallow` boundaries */
	bool is_partial;	/* a promisor remote is set: objects may be missing */
};

/*
 * Opens the repository at `path`: a work tree (or a folder inside one), a
 * .git directory or file, or a bare repository.
 */
OST_WARN_UNUSED
struct ost_err *ost_repo_open(struct ost_repo **ret_repo, const char *path);
/* One more handle on the same repository, for another thread. */
OST_WARN_UNUSED
struct ost_err *ost_repo_dup(struct ost_repo **ret_repo, const struct ost_repo *repo);
/* NULL is fine. */
void ost_repo_destroy(struct ost_repo *repo);
const struct ost_repo_info *ost_repo_info(const struct ost_repo *repo);
/* The remedy that fits a missing object or commit here (shallow, partial, corrupt), or NULL. */
const char *ost_repo_missing_remedy(const struct ost_repo *repo);

/* ---- revisions ---- */

/*
 * The commit that `rev` names, peeled from tags: a branch (`linux-6.1.y`,
 * `stable/linux-6.1.y`; a name that only one remote has is found without the
 * remote's name), a tag, a hash or an unambiguous prefix, HEAD, with `^`,
 * `^2`, `~3`, `^{commit}`.
 */
OST_WARN_UNUSED
struct ost_err *ost_repo_resolve(struct ost_repo *repo, const char *rev,
				 char ret_hex[OST_HEX_SIZE]);
/*
 * `A..B`; an empty side is HEAD. `A...B` is refused. A single revision is
 * OST_ERR_USAGE.
 */
OST_WARN_UNUSED
struct ost_err *ost_repo_resolve_range(struct ost_repo *repo, const char *range,
				       char ret_from[OST_HEX_SIZE], char ret_to[OST_HEX_SIZE]);
/* Any object by its full or shortened hex name? False also when ambiguous. */
bool ost_repo_has_object(struct ost_repo *repo, const char *hex);
/* The shortest unique abbreviation of at least 12 digits (as the kernel's Fixes: tags). */
OST_WARN_UNUSED
struct ost_err *ost_repo_abbrev(struct ost_repo *repo, const char *hex,
				char ret_short[OST_HEX_SIZE]);

struct ost_branch {
	const char *name;	/* "linux-6.1.y" or "stable/linux-6.1.y" */
	const char *ref;	/* "refs/heads/…" or "refs/remotes/…" */
	char tip[OST_HEX_SIZE];
};

/*
 * Branches whose name (without the remote's name) matches the shell pattern,
 * in version order (linux-5.4.y before linux-5.10.y). Where a local and a
 * remote branch have the same name, only the local one; of several remotes,
 * the alphabetically first.
 */
OST_WARN_UNUSED
struct ost_err *ost_repo_branches(struct ost_repo *repo, struct ost_arena *arena,
				  const char *pattern, struct ost_branch **ret_branches,
				  size_t *ret_nr);

/* ---- commits ---- */

struct ost_ident {
	const char *name, *email;	/* as in the object; "" when damaged */
	int64_t when;			/* seconds since 1970 UTC */
	int zone;			/* minutes east of UTC */
};

struct ost_commit {
	char id[OST_HEX_SIZE], tree[OST_HEX_SIZE];
	char (*parents)[OST_HEX_SIZE];
	uint32_t nr_parents;		/* 0: a root commit, or a shallow boundary (is_boundary) */
	bool is_boundary;		/* its parents are cut off by a shallow clone */
	struct ost_ident author, committer;
	const char *message;		/* raw bytes as in the object, NUL-terminated */
	size_t message_len;		/* up to the first NUL byte */
	const char *subject;		/* first paragraph joined by spaces, as git's %s */
	const char *encoding;		/* "" is UTF-8 */
};

OST_WARN_UNUSED
struct ost_err *ost_commit_read(struct ost_commit *ret_commit, struct ost_arena *arena,
				struct ost_repo *repo, const char *rev);
/* "2023-11-24 15:04:05 +0100", git's iso form, in the ident's own zone. */
const char *ost_ident_date(struct ost_arena *arena, const struct ost_ident *ident);

/* ---- trees and blobs ---- */

enum ost_path_kind {
	OST_PATH_ABSENT, OST_PATH_FILE, OST_PATH_DIR, OST_PATH_SYMLINK, OST_PATH_SUBMODULE,
	OST_PATH_UNKNOWN,	/* a tree on the way is missing (partial, damaged) */
};

struct ost_path_info {
	enum ost_path_kind kind;
	uint32_t mode;		/* 0100644, 0100755, 0120000, 0160000, 0040000; 0 when absent */
	char id[OST_HEX_SIZE];	/* blob, tree or commit; "" when absent; when unknown: the missing tree */
};

/* What is at a path of a revision; absence is an answer, not an error. */
OST_WARN_UNUSED
struct ost_err *ost_repo_path(struct ost_repo *repo, const char *rev, const char *path,
			      struct ost_path_info *ret_info);

/* Blobs over this many bytes are OST_ERR_INPUT. */
#define OST_BLOB_MAX (256u << 20)

/* Appends the bytes of a file at a revision; a directory or an absent path is OST_ERR_INPUT. */
OST_WARN_UNUSED
struct ost_err *ost_repo_read_path(struct ost_repo *repo, const char *rev,
				   const char *path, struct ost_buf *ret_bytes);
/* Appends the bytes of a blob by its (maybe shortened) hex name. */
OST_WARN_UNUSED
struct ost_err *ost_repo_read_blob(struct ost_repo *repo, const char *hex,
				   struct ost_buf *ret_bytes);

#endif
