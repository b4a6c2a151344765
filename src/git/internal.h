/* SPDX-License-Identifier: GPL-2.0-or-later */
/* internal.h - what the files of src/git share and nobody else sees. */
#ifndef OST_GIT_INTERNAL_H
#define OST_GIT_INTERNAL_H

#include <git2.h>

#include "base/table.h"
#include "base/vec.h"
#include "git/repo.h"

struct ost_kept {
	const char *kind, *question, *text;	/* kept.c */
	size_t len;
};

/* What an -rc tag led to: "v6.7-rc4" and "v6.7", or itself twice (release.c). */
struct ost_kept_release {
	const char *rc, *release;
};

/* Whole trees that are lent (trees.c). */
struct ost_lent_tree;
struct ost_lent_trees {
	OST_VEC(struct ost_lent_tree *) v;
	unsigned nr_asked;
};

/* The trees of the commits that were asked for last (object.c). */
#define OST_ROOTS_KEPT 16
struct ost_kept_root {
	git_oid commit, tree;
};

struct ost_ancestry;
struct ost_names;
struct ost_tags;

struct ost_repo {
	git_repository *git;
	git_odb *odb;
	struct ost_arena arena;		/* strings of info */
	struct ost_repo_info info;
	OST_VEC(struct ost_oid) shallow;	/* boundary commits, sorted */
	OST_VEC(struct ost_kept) kept;
	struct ost_table kept_at;	/* hash of kind and question -> index */
	OST_VEC(struct ost_kept_release) releases;
	struct ost_ancestry *ancestry;	/* NULL: not asked yet (ancestry.c) */
	struct ost_tags *tags;		/* NULL: not asked yet (tags.c) */
	struct ost_names *names;	/* NULL: not asked yet (release.c) */
	struct ost_lent_trees trees;
	struct ost_kept_root roots[OST_ROOTS_KEPT];
	unsigned nr_roots;		/* ever kept */
	const char *graph_dir;		/* object directory with our commit-graph, or NULL (run.c) */
};

void ost_git_trees_destroy(struct ost_lent_trees *trees);
void ost_git_ancestry_destroy(struct ost_ancestry *a);	/* NULL is fine */
void ost_git_tags_destroy(struct ost_tags *t);		/* NULL is fine */
void ost_git_names_destroy(struct ost_names *n);	/* NULL is fine */

/* The number of commits in the commit-graph; 0: there is none that can be used. */
size_t ost_git_graph_size(struct ost_repo *repo);

/* Sets libgit2 up once; true when it can be used. */
bool ost_git_init(void);

/*
 * Turns the error that libgit2 just gave into ours. `what` names the input;
 * `object` (hex, may be NULL) the object that was wanted.
 */
OST_WARN_UNUSED
struct ost_err *ost_git_error(const struct ost_repo *repo, const char *what,
			      const char *object, int error);

/* An object of the wanted type; `what` is for the error. End with git_odb_object_free(). */
OST_WARN_UNUSED
struct ost_err *ost_git_read(git_odb_object **ret_object, struct ost_repo *repo,
			     const char *what, const git_oid *oid, git_object_t type);

/* The tree of a revision, of a tree's hex name or of a tag of a tree. */
OST_WARN_UNUSED
struct ost_err *ost_git_tree_of(git_oid *ret_tree, struct ost_repo *repo, const char *rev);

/* The first paragraph of a message as one line, as git's %s. */
void ost_git_subject(struct ost_buf *ret_subject, const char *message);

/* Is the commit a boundary of a shallow clone? */
bool ost_git_is_boundary(const struct ost_repo *repo, const char *hex);

/* One entry of a raw tree object; false at the end or when the rest is damaged (*pos then < len). */
struct ost_raw_entry {
	const char *name;
	size_t name_len;
	uint32_t mode;
	const uint8_t *id;
};
bool ost_git_tree_next(const char *data, size_t len, size_t *pos, struct ost_raw_entry *ret);

#endif
