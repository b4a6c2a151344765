/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree.h - the facts of all files of one tree.
 *
 * A tree is a list of files in path order (bytes of the path compared), each
 * with its git blob id. Facts are not held in memory: they are fetched from
 * the store by index, which costs one pread and one decompression (some 30
 * us a file), from as many threads as you like, each with its own reader.
 *
 *	struct ost_tree_facts *t;
 *	ost_try(ost_tree_facts_read(&t, &source, &opts));
 *	ost_try(ost_tree_for_each(t, 0, fn, ctx));	- every file, all threads
 *	...
 *	struct ost_tree_reader *r = ost_tree_reader_create(t);
 *	f = ost_tree_find(t, "net/wireless/core.c");
 *	if (ost_tree_fetch(r, f, &facts)) ... facts ... until the next fetch with r
 *	ost_tree_reader_destroy(r);
 *	ost_tree_facts_destroy(t);
 *
 * An overlay is a tree with some files replaced, added or removed by text in
 * memory: a patch applied without a work tree. Only the changed texts are
 * recognised; all else is shared with the tree below.
 *
 * Not one struct of this header changes after creation: all functions may be
 * called from several threads at once, a reader from one at a time.
 */
#ifndef OST_SOURCE_TREE_H
#define OST_SOURCE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "git/oid.h"
#include "ostler/err.h"
#include "ostler/facts.h"
#include "source/facts.h"

#define OST_TREE_NONE UINT32_MAX
/* Limits: more is an OST_ERR_INPUT that names the limit. */
#define OST_TREE_MAX_FILES 2000000
#define OST_TREE_MAX_DEPTH_DIRS 64

struct ost_tree_file {
	const char *path;	/* relative, '/' between parts */
	const char *why;	/* NULL; or why there are no facts: "missing object", "Permission denied",
				 * "not C: binary", ... */
	struct ost_oid id;	/* zeros when it could not be read */
	uint32_t bytes;		/* of the source */
	uint32_t nr_funcs, nr_troubled;	/* from its facts */
};

struct ost_tree_facts {
	const struct ost_tree_file *files;	/* path order */
	uint32_t nr_files;
	struct ost_oid key;	/* names the content: the same for equal lists of (path,
					 * blob id), whether from a directory, from git or an overlay */
	uint64_t bytes;			/* of all readable files */
	uint64_t blobs_new, blobs_reused;	/* distinct blobs recognised now / found in the store */
	uint32_t nr_unreadable;		/* files with why != NULL */
	bool is_slice;			/* struct ost_source.only left files out */
};

/*
 * Reads SOURCE: lists it, and recognises and stores each blob whose facts the
 * store does not have. opts may be NULL. Errors as ost_facts_read().
 */
OST_WARN_UNUSED
struct ost_err *ost_tree_facts_read(struct ost_tree_facts **ret_tree, const struct ost_source *src,
				    const struct ost_source_opts *opts);
/* NULL is fine. Overlays made of it must be destroyed first. */
void ost_tree_facts_destroy(struct ost_tree_facts *t);

/* Index of the file, or OST_TREE_NONE. */
uint32_t ost_tree_find(const struct ost_tree_facts *t, const char *path);

struct ost_tree_reader;
struct ost_tree_reader *ost_tree_reader_create(const struct ost_tree_facts *t)
	__attribute__((returns_nonnull));
void ost_tree_reader_destroy(struct ost_tree_reader *r);
/*
 * The facts of file `file`: a view, valid until the next fetch with r or its
 * end. False when the file has none (files[file].why says why; when the store
 * lost a record meanwhile it is made again).
 */
bool ost_tree_fetch(struct ost_tree_reader *r, uint32_t file, struct ost_facts *ret_facts);

/*
 * The same, in memory that `alloc` gives for so many bytes, aligned to 4; it is asked a second time when
 * what was read turns out to be damaged. The view is valid as long as that. NULL: as ost_tree_fetch().
 */
typedef void *(*ost_tree_alloc_fn)(void *ctx, size_t bytes);
bool ost_tree_fetch_into(struct ost_tree_reader *r, uint32_t file, ost_tree_alloc_fn alloc, void *ctx,
			 struct ost_facts *ret_facts);

/*
 * A name for all facts of the tree: of the list of (path, record). Two runs
 * that read the same files must yield the same, with any number of threads,
 * with or without a store, from a directory or from git.
 */
OST_WARN_UNUSED
struct ost_err *ost_tree_digest(const struct ost_tree_facts *t, unsigned jobs,
				struct ost_oid *ret_digest);

/*
 * Calls fn once for each file, on `jobs` threads (0: as many as processors),
 * in any order; `facts` is NULL for a file without facts, and a view that
 * ends with the call otherwise. `worker` is below the number of threads.
 * Results go to places of their own per file, so that order is no matter.
 * fn returns false to stop early. Errors: interrupted, and only that.
 */
typedef bool (*ost_tree_fn)(void *ctx, uint32_t file, const struct ost_facts *facts, unsigned worker);
OST_WARN_UNUSED
struct ost_err *ost_tree_for_each(const struct ost_tree_facts *t, unsigned jobs,
				  ost_tree_fn fn, void *ctx);

/*
 * The text of a file as it was read (from the directory, git or the overlay),
 * put into buf in place of what was there. A file of a directory that has
 * changed since is an OST_ERR_INPUT.
 */
OST_WARN_UNUSED
struct ost_err *ost_tree_text(const struct ost_tree_facts *t, uint32_t file, struct ost_buf *buf);

/* Where the files of a tree that are not C can be had: a directory, or a revision (a tree's id) of a repository. */
struct ost_tree_origin {
	const char *dir;	/* or NULL */
	struct ost_repo *repo;
	const char *rev;
};
/* Of an overlay: that of the tree it lies on. False when a folder alone was read, or nothing is at hand. */
bool ost_tree_origin(const struct ost_tree_facts *t, struct ost_tree_origin *ret);

/* One change of an overlay. Strings are copied. */
struct ost_tree_change {
	const char *path;	/* replaced when there, added otherwise */
	const char *text;	/* NULL: removed */
	size_t len;
};

/*
 * A tree that is `base` with the changes made; a later one to the same path
 * wins. Paths that are not .c or .h are passed over. Lives on base and its
 * store: destroy it before base. An overlay on an overlay is fine.
 */
OST_WARN_UNUSED
struct ost_err *ost_tree_overlay(struct ost_tree_facts **ret_tree, const struct ost_tree_facts *base,
				 const struct ost_tree_change *changes, size_t nr_changes);

/*
 * Something kept with the store for this tree: an index made of all its facts
 * and nothing else, under (kind, version, tree->key). `kind` is a short name
 * ("program"). ..._load maps it read-only until ost_tree_kept_end(); false:
 * there is none (or it was damaged). Overlays keep nothing.
 */
struct ost_tree_kept {
	const void *ptr;	/* aligned to 4096 */
	size_t len;
	void *map;		/* private */
	size_t map_len;		/* private */
};
bool ost_tree_kept_load(const struct ost_tree_facts *t, const char *kind, uint32_t version,
			struct ost_tree_kept *ret_kept);
void ost_tree_kept_end(struct ost_tree_kept *kept);
/* It stays usable, and takes no memory until it is used again. */
void ost_tree_kept_rest(const struct ost_tree_kept *kept);
/* Errors (a full disk) are told once, in the store's own report. */
void ost_tree_kept_save(const struct ost_tree_facts *t, const char *kind, uint32_t version,
			const void *data, size_t len);

/*
 * The same in parts, compressed, for what is large: part `part` of what is kept
 * for the tree of that key (t->key, or another tree's). ..._get replaces buf;
 * false: there is none, or it was damaged. ..._put leaves one that is there as
 * it is, so a part that turns out to be wrong is dropped first. A part is at
 * most OST_TREE_PART_MAX bytes. All three may be called from several threads.
 * ost_tree_keeps() is false when what is put is gone with the process.
 */
#define OST_TREE_PART_MAX (32u << 20)
bool ost_tree_part_get(const struct ost_tree_facts *t, const struct ost_oid *key, const char *kind,
		       uint32_t version, uint32_t part, struct ost_buf *buf);
void ost_tree_part_put(const struct ost_tree_facts *t, const struct ost_oid *key, const char *kind,
		       uint32_t version, uint32_t part, const void *data, size_t len);
void ost_tree_part_drop(const struct ost_tree_facts *t, const struct ost_oid *key, const char *kind,
			uint32_t version, uint32_t part);
/*
 * The same for a part that is much like some other bytes, as what it adds to them (store/patch.h):
 * ..._get_like() wants the `like` that it was put with, and is false with any other.
 */
bool ost_tree_part_get_like(const struct ost_tree_facts *t, const struct ost_oid *key, const char *kind,
			    uint32_t version, uint32_t part, const struct ost_buf *like, struct ost_buf *buf);
void ost_tree_part_put_like(const struct ost_tree_facts *t, const struct ost_oid *key, const char *kind,
			    uint32_t version, uint32_t part, const struct ost_buf *like, const void *data, size_t len);
bool ost_tree_keeps(const struct ost_tree_facts *t);
/* The tree that an overlay lies on; NULL for any other tree. */
const struct ost_tree_facts *ost_tree_base(const struct ost_tree_facts *t);

/*
 * Trees that were read before and are like this one. ..._remember() keeps the list of
 * files of t, and that something of that kind is kept for it; ..._near() yields the
 * remembered tree that has most files in common with t (*ret_common of them), when that is more than half
 * of them and all its facts are in the store; or NULL. It is known by its list alone:
 * facts can be fetched and texts not, so that a record lost meanwhile is not made again:
 * ost_tree_has_lost() says whether that happened. Destroy it as any other. The last
 * OST_TREE_NEAR_MAX trees are remembered. ..._forget(): nothing is kept for `tree` any more.
 */
#define OST_TREE_NEAR_MAX 8
void ost_tree_remember(const struct ost_tree_facts *t, const char *kind, uint32_t version);
struct ost_tree_facts *ost_tree_near(const struct ost_tree_facts *t, const char *kind, uint32_t version,
				     uint32_t *ret_common);
bool ost_tree_has_lost(const struct ost_tree_facts *t);
void ost_tree_forget(const struct ost_tree_facts *t, const struct ost_oid *tree, const char *kind, uint32_t version);

/* What was wrong with the store and put right, or NULL; free() it. */
char *ost_tree_store_note(const struct ost_tree_facts *t);
/* Why nothing more can be stored, told once; or NULL. The caller ends it. */
struct ost_err *ost_tree_store_err(const struct ost_tree_facts *t);

#endif
