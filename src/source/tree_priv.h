/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree_priv.h - what the tree_*.c share: tree.c puts a tree together, tree_dir.c
 * and tree_git.c list and read it, tree_near.c finds what others it is like, tree_store.c knows the stores, tree_fetch.c
 * gets facts out again, tree_text.c gets texts and lays changes over a tree.
 */
#ifndef OST_SOURCE_TREE_PRIV_H
#define OST_SOURCE_TREE_PRIV_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/vec.h"
#include "git/repo.h"
#include "source/recognise.h"
#include "source/tree.h"
#include "store/store.h"

/* Versions of the slots. Raise when the layout in tree_dir.c or tree_git.c changes. */
#define TREE_STAT_VERSION 1
#define TREE_FILES_VERSION 1
/* Larger files are named and left out, from git and from directories alike. */
#define TREE_FILE_MAX OST_BLOB_MAX

/* A file while the tree is being read. */
struct tree_item {
	const char *path;
	const char *why;
	struct ost_oid id;
	struct ost_store_figures figures;
	bool has_id;		/* known, or found by hashing */
	bool has_figures;	/* its facts are in the store */
	bool is_made;		/* recognised by this run */
};

/* What a figure beside a record of facts means. */
enum { TREE_FIG_BYTES, TREE_FIG_FUNCS, TREE_FIG_TROUBLED, TREE_FIG_KIND };

struct tree_text {
	const char *path;
	const char *text;	/* NULL: removed */
	size_t len;
};

struct tree {
	struct ost_tree_facts pub;	/* first: the two are cast into each other */
	struct ost_arena arena;		/* paths, reasons, files */
	struct ost_store *store;	/* shared, see ost_tree_store_acquire() */
	OST_VEC(struct tree_item) items;	/* only while reading */
	/* where texts come from: one of these */
	char *dir;
	struct ost_repo *repo;
	const char *rev;		/* the tree's id; NULL: a folder of it alone */
	pthread_mutex_t repo_lock;
	const struct tree *base;	/* of an overlay, with the changed texts in path order */
	OST_VEC(struct tree_text) texts;
	bool is_listed;			/* known by its list of files (tree_near.c): there are no texts */
	_Atomic(bool) has_lost;		/* then: facts could not be fetched */
};

struct tree *ost_tree_create(void);

/*
 * The store that opts names. It is open once a process: trees of one branch
 * share what is in it, in memory too.
 */
OST_WARN_UNUSED
struct ost_err *ost_tree_store_acquire(const struct ost_source_opts *opts, struct ost_store **ret);
void ost_tree_store_release(struct ost_store *store);
/* The same store for one more tree. */
struct ost_store *ost_tree_store_share(struct ost_store *store);

/* Scratch memory of one worker. */
struct tree_maker {
	struct ost_recogniser *recogniser;
	struct ost_buf text, record, packed;
};
struct tree_makers {
	struct tree_maker *m;
	unsigned nr;		/* threads */
};
void ost_tree_maker_init(struct tree_maker *m);
void ost_tree_maker_deinit(struct tree_maker *m);
void ost_tree_makers_init(struct tree_makers *makers, unsigned jobs);
void ost_tree_makers_deinit(struct tree_makers *makers);

void ost_tree_facts_key(struct ost_store_key *key, const struct ost_oid *id);
/* The facts record of a blob from the store to record; packed is scratch. False: it is not there. */
bool ost_tree_record_get(struct ost_store *store, const struct ost_oid *id, struct ost_buf *packed,
		     struct ost_buf *record);
/* The same, still packed: facts_pack.h. */
bool ost_tree_packed_get(struct ost_store *store, const struct ost_oid *id, struct ost_buf *packed);
/* Looks the item's blob up in the store; true when its facts are there. */
bool ost_tree_item_known(struct tree *t, struct tree_item *item);
/* Recognises text (the blob item->id) and stores its facts. */
void ost_tree_item_make(struct tree *t, struct tree_item *item, struct tree_maker *m,
		    const char *text, size_t len);
/* The figures beside a record of facts. */
void ost_tree_figures(struct ost_store_figures *ret, size_t text_len, const struct ost_facts *f);
/* Fills a zeroed file. */
void ost_tree_item_to_file(struct tree *t, const struct tree_item *item, struct ost_tree_file *f);
/* Fills the sums and the key of t->pub from its files. */
void ost_tree_sum_up(struct tree *t);
/* Is this a name that is read? */
bool ost_tree_wants(const char *path);

/* Fill t->items. */
OST_WARN_UNUSED
struct ost_err *ost_tree_read_dir(struct tree *t, const char *dir, unsigned jobs);
OST_WARN_UNUSED
struct ost_err *ost_tree_read_git(struct tree *t, const struct ost_source *src, unsigned jobs);

/* Reads a file of a directory; what it was like before goes to *ret_st. False: *ret_why says why not. */
bool ost_tree_read_file(int dirfd, const char *path, struct ost_buf *buf, struct stat *ret_st,
		    const char **ret_why);

#endif
