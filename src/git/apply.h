/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * apply.h - would a change apply to a revision? A trial in memory: no work
 * tree, no index, nothing written.
 *
 * The ways, best first:
 *
 *	clean	as `git apply --check`: offsets allowed, context exact;
 *	merged	three-way merge of the pre-image (the blob of the index line,
 *		or the file at options->base), the branch's file and the
 *		post-image, without conflict;
 *	fuzz	as `patch -F2`: up to two outer context lines of a hunk may
 *		differ. A hunk that lands behind another function's header
 *		than the one it was made for is a conflict;
 *	absent	the file is not there, nor found under another name;
 *	conflict none of these; hunks[] says which hunk and why.
 *
 * A change is taken whole, as git and patch do: its answer is the first way
 * that fits all files (a three-way merge then makes the text of all). Each
 * file also says its own best way. Where every file fits by some way, but
 * not all by the same, the change is a conflict whose `why` says so; a change
 * whose text ends inside a hunk always is.
 *
 * A file that is not at its path is looked for by base name and content
 * (drivers/staging/x/a.c, drivers/net/x/a.c); is_moved then, and `path` says
 * where. A moved file is never clean: merged at best, for `git apply` refuses.
 *
 * Everything belongs to the arena.
 */
#ifndef OST_GIT_APPLY_H
#define OST_GIT_APPLY_H

#include "git/change.h"
#include "git/repo.h"

/* From best to worst. */
enum ost_applies {
	OST_APPLIES_CLEAN, OST_APPLIES_MERGED, OST_APPLIES_FUZZ, OST_APPLIES_CONFLICT,
	OST_APPLIES_ABSENT,
};

struct ost_hunk_trial {
	bool is_placed;
	uint32_t line;		/* where its first line landed in the branch's file, 1-based */
	int32_t offset;		/* lines away from where the hunk says */
	uint32_t fuzz;		/* context lines given up at each end */
	bool is_elsewhere;	/* placed, but behind another function's header */
	const char *function;	/* that header in the branch's file, or "" */
	const char *why;	/* not placed: the reason; else NULL */
	bool is_respaced;	/* not placed: its lines stand there with other white space, as `why` says */
};

struct ost_file_trial {
	const struct ost_file_change *file;
	enum ost_applies applies;
	const char *path;	/* in the branch; where the file was found, or would be made */
	bool is_moved;		/* path is not the one that the change names */
	bool is_deleted;	/* the result is that the file is gone */
	const char *why;	/* conflict and absent: one clause; else NULL, or a remark */
	struct ost_hunk_trial *hunks;	/* as many as file->hunks; of the last try */
	const char *text;	/* the result: NULL when there is none (conflict, absent, deleted) */
	size_t len;
	uint32_t mode;		/* of the result, 0 when not known */
	const char *before;	/* the branch's text of the file, NULL when absent */
	size_t before_len;
};

struct ost_trial {
	enum ost_applies applies;	/* absent only when all changed files are */
	const char *why;		/* a conflict that is no single file's; else NULL */
	struct ost_file_trial *files;	/* as many as change->files, same order */
	uint32_t nr_files;
};

/* What a file of the branch is to be taken for: as if commits had been applied before. */
struct ost_apply_overlay {
	const char *path;
	const char *text;	/* NULL: the file is gone */
	size_t len;
	uint32_t mode;
};

struct ost_apply_options {
	const struct ost_apply_overlay *overlay;	/* nr_overlay files, the last one of a path counts */
	size_t nr_overlay;
	const char *base;	/* revision that the change was made on, or NULL */
	bool no_merge, no_fuzz, no_moves;
};

/*
 * options may be NULL. Errors are those of the repository (no such revision,
 * a missing object named); that it does not apply is an answer.
 */
OST_WARN_UNUSED
struct ost_err *ost_apply(struct ost_trial *ret_trial, struct ost_arena *arena,
			  struct ost_repo *repo, const struct ost_change *change,
			  const char *rev, const struct ost_apply_options *options);

/* "clean", "merged", "fuzz", "conflict", "absent" */
const char *ost_applies_name(enum ost_applies applies);

#endif
