/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * objects.h - whole trees, and many blobs on several threads.
 *
 * A missing or damaged object never ends a run: it is named and the rest
 * goes on.
 */
#ifndef OST_GIT_OBJECTS_H
#define OST_GIT_OBJECTS_H

#include "base/arena.h"
#include "git/oid.h"
#include "git/repo.h"

struct ost_tree_entry {
	const char *path;	/* relative to the root of the tree, '/' between names */
	uint32_t mode;		/* 0100644, 0100755, 0120000 (symbolic link), 0160000 (submodule) */
	struct ost_oid id;
};

struct ost_missing {
	const char *path;	/* of the file or folder */
	char id[OST_HEX_SIZE];
	const char *why;	/* "missing", "damaged: …", "too large" */
};

struct ost_tree_list {
	struct ost_tree_entry *entries;	/* files, links and submodules, in git's order; no folders */
	size_t nr;
	struct ost_missing *missing;	/* folders that could not be read */
	size_t nr_missing;
};

/* More entries are OST_ERR_INPUT. */
#define OST_TREE_MAX_ENTRIES 2000000

/*
 * All files of a revision (or any tree-ish: `REV`, a tree's hex name) at or
 * below the given folders or files (`paths`: NULL-terminated, without a
 * slash at the end; NULL: everything). A path that is not there yields
 * nothing. Memory from the arena.
 */
OST_WARN_UNUSED
struct ost_err *ost_tree_list(struct ost_tree_list *ret_list, struct ost_arena *arena,
			      struct ost_repo *repo, const char *rev,
			      const char *const *paths);

/*
 * The same for all files of a revision, for those who ask again and again: listed once
 * while somebody holds it, and kept for a while behind him. To be given back; it lives no longer
 * than the handle, and belongs to the handle's thread.
 */
#define OST_TREES_KEPT 4	/* that nobody holds, 7 MB each of a kernel */
OST_WARN_UNUSED
struct ost_err *ost_tree_borrow(const struct ost_tree_list **ret_list, struct ost_repo *repo, const char *rev);
void ost_tree_return(const struct ost_tree_list *list);	/* NULL is fine */
/*
 * The next path of a borrowed list, in its order, below some folder and with the last
 * parts `ending` ("fw/api.h"); *at is 0 at first. NULL: no more.
 */
const char *ost_tree_ending(const struct ost_tree_list *list, const char *ending, uint32_t *at);

/* The file (or link, or submodule) of that path, or NULL. By halving. */
const struct ost_tree_entry *ost_tree_find_entry(const struct ost_tree_list *list, const char *path);
static inline bool ost_tree_has(const struct ost_tree_list *list, const char *path)
{
	return ost_tree_find_entry(list, path) != NULL;
}
/* Appends the bytes of a file or link of a list; as ost_repo_read_path(), which goes down the folders each time. */
OST_WARN_UNUSED
struct ost_err *ost_tree_read(struct ost_repo *repo, const struct ost_tree_entry *entry, struct ost_buf *ret_bytes);
/* Entries from the returned one up to *ret_end (without it) are below a folder ("a/b"; "": all). By halving. */
size_t ost_tree_under(const struct ost_tree_list *list, const char *folder, size_t *ret_end);

/*
 * One blob of ost_blobs_read(). `data` is NULL when it could not be had and
 * `why` says the reason; otherwise it is valid until fn returns and
 * data[len] is NUL. `item` indexes the array of ids; `worker` is below the
 * number of threads. Called from several threads at once, in no order.
 * Return false to stop.
 */
typedef bool (*ost_blob_fn)(void *ctx, size_t item, unsigned worker,
			    const char *data, size_t len, const char *why);

/*
 * Reads nr blobs on nr_threads threads (0: one a processor), each with a
 * handle of its own. Blobs over OST_BLOB_MAX count as not to be had. An
 * early stop by fn is not an error; an interrupt is OST_ERR_INTERRUPTED.
 */
OST_WARN_UNUSED
struct ost_err *ost_blobs_read(struct ost_repo *repo, unsigned nr_threads,
			       const struct ost_oid *ids, size_t nr,
			       ost_blob_fn fn, void *ctx);

#endif
