/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared.h - what all reviews of one run use: the repository, the word
 * tables, the stable branches, and answers that cost a walk of history.
 *
 * Filled by run.c before the first review; the caches fill as reviews ask.
 * One thread at a time.
 */
#ifndef OST_REVIEW_SHARED_H
#define OST_REVIEW_SHARED_H

#include <pthread.h>

#include "base/arena.h"
#include "base/table.h"
#include "base/vec.h"
#include "git/change.h"
#include "git/commit.h"
#include "git/repo.h"
#include "git/walk.h"
#include "kbuild/kernels.h"
#include "review/words.h"
#include "source/recognise.h"

struct ost_archive;
struct ost_blob_facts;
struct ost_declared;
struct ost_maintainers;
struct ost_program;
struct ost_reacher;
struct ost_settled;
struct ost_tree_facts;
struct ost_tree_list;
struct ost_review_options;

/* MAINTAINERS as it stands in one blob. */
struct ost_maintainers_slot {
	char blob[OST_HEX_SIZE];
	struct ost_maintainers *m;	/* NULL: it could not be read */
};

struct ost_stable {
	const char *name;	/* as given, or found by linux-*.y */
	char tip[OST_HEX_SIZE];	/* "" when it does not resolve */
	const char *why;	/* then, the reason */
	const char *release;	/* "6.1.192" by its Makefile, or "" */
};

/* The messages of what one revision reaches and mainline does not (of mainline: all). */
struct ost_messages_slot {
	char rev[OST_HEX_SIZE];
	struct ost_messages *messages;
};

/*
 * What the Makefiles and Kconfig files of the revisions asked about last say (reach.c), 10 to 20 MB each: of as many
 * as there are branches, for each patch is asked of them in turn, but of two at least and of this many at most.
 */
#define OST_REACHERS_KEPT 8
struct ost_reach_slot {
	char rev[OST_HEX_SIZE];		/* "": free */
	struct ost_reacher *reacher;
	const struct ost_tree_list *list;	/* borrowed */
	struct ost_arena arena;
	unsigned last;			/* its use by number */
};

/*
 * A commit that may have to come along (prereq.c) or came later (later_fixes.c), kept for other branches and other
 * mails while the diffs kept have fewer lines in all.
 */
#define OST_SHARED_LINES_MAX 200000
struct ost_shared_commit {
	bool is_bad;			/* it cannot be read */
	struct ost_commit info;
	struct ost_change change;	/* of a commit with one parent */
};

struct ost_review_shared {
	struct ost_arena arena;
	const struct ost_review_options *options;
	struct ost_repo *repo;
	struct ost_word_tables words;
	struct ost_stable *stable;
	size_t nr_stable;
	char head[OST_HEX_SIZE];	/* of HEAD, "" when there is none */
	const char *mainline_name;	/* "HEAD", "master"; NULL when there is none */
	char mainline[OST_HEX_SIZE];	/* where later commits are looked for, "" when there is none */
	OST_VEC(struct ost_messages_slot) messages;
	struct ost_recogniser *recogniser;
	struct ost_blob_facts *blob_facts;	/* of earlier runs, or NULL */
	struct ost_archive *archive;	/* of --archive, or NULL */
	OST_VEC(struct ost_maintainers_slot) maintainers;
	struct ost_tree_facts *program_tree;	/* of the last base that was linked (phase5.c) */
	struct ost_program *program;
	char program_base[OST_HEX_SIZE];
	OST_VEC(struct ost_declared *) declared;	/* what revisions declare (declared.c) */
	pthread_mutex_t large;			/* held by the review that is in phase 5 or 6 (run.c); 2.3 of another may link a program meanwhile */
	struct ost_settled *settled;	/* NULL: not asked yet (settled.c) */
	struct ost_reach_slot reachers[OST_REACHERS_KEPT];	/* who has which file (reach.c) */
	unsigned nr_reached;
	struct ost_kernels_kept kernels;	/* who has the files of a deadlock (proofs.h) */
	struct ost_table commits;	/* ost_oid_key -> index + 1 into commit_list */
	OST_VEC(struct ost_shared_commit) commit_list;
	size_t nr_commit_lines;		/* of their diffs */
	struct ost_table releases;	/* ost_oid_key -> index + 1 into release_list */
	OST_VEC(struct ost_release) release_list;
};

/* Opens the repository and reads tables and branches; end it even after an error. */
OST_WARN_UNUSED
struct ost_err *ost_shared_init(struct ost_review_shared *s, const struct ost_review_options *o);
void ost_shared_deinit(struct ost_review_shared *s);
void ost_reachers_deinit(struct ost_review_shared *s);	/* its part of that (reach.c) */
void ost_declared_deinit(struct ost_review_shared *s);	/* (declared.c) */

/* MAINTAINERS of a revision, read once for each blob of it; *ret NULL when there is none. */
OST_WARN_UNUSED
struct ost_err *ost_shared_maintainers(struct ost_review_shared *s, const char *rev,
				       struct ost_maintainers **ret);

/*
 * The first release of each commit (hex), asked for in one go where they are
 * not known yet. ret_releases has nr entries; strings live as long as shared.
 */
OST_WARN_UNUSED
struct ost_err *ost_shared_releases(struct ost_review_shared *s, const char *const *commits,
				    size_t nr, struct ost_release *ret_releases);

/*
 * The messages of a revision (full id), made once a run; those of mainline
 * are left out of all others. They live as long as shared.
 */
OST_WARN_UNUSED
struct ost_err *ost_shared_messages(struct ost_review_shared *s, const char *rev,
				    const struct ost_messages **ret);

/* A commit (full id) and what it changes, where it has one parent; strings belong to the arena or live as long as shared. */
OST_WARN_UNUSED
struct ost_err *ost_shared_commit(struct ost_review_shared *s, struct ost_arena *arena, const char *id,
				  struct ost_shared_commit *ret);

/* "6.1.192" of the Makefile in a revision (VERSION, PATCHLEVEL, SUBLEVEL), "" when it is no kernel. */
OST_WARN_UNUSED
struct ost_err *ost_kernel_release(struct ost_repo *repo, struct ost_arena *arena,
				   const char *rev, const char **ret_release);

#endif
