/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input.h - what the user named, as messages and changes.
 *
 * An existing file or "-" is a patch; anything else is a revision. A commit
 * gives one item, a mailbox one for each patch in it.
 */
#ifndef OST_REVIEW_INPUT_H
#define OST_REVIEW_INPUT_H

#include "base/arena.h"
#include "git/change.h"
#include "git/repo.h"
#include "mail/input.h"
#include "review/check.h"

struct ost_review_input {
	bool is_patch;
	struct ost_patches patches;	/* when is_patch */
	const char *rev;		/* when not */
	char commit[OST_HEX_SIZE];
	const char *file;		/* absolute path when there is one message, or "" */
	const char *path;		/* absolute path of a patch file, "" for standard input and pipes */
};

/* One change to review. */
struct ost_review_item {
	struct ost_review_msg msg;
	struct ost_change change;
	const char *upstream;	/* id that the message names, as written, or "" */
	const char *parent;	/* of a commit: its first parent, full id; "" for a root */
	uint32_t nr_parents;
	bool is_boundary;	/* a commit whose parents a shallow clone cut off: no change */
	const char *base_commit;	/* of a mail: what it says it applies to, or "" */
	const char *const *damage;	/* what is wrong with a mail, sentences */
	uint32_t nr_damage;
	const struct ost_message *mail;	/* or NULL */
};

/* Opens the input. `repo` resolves a revision. */
OST_WARN_UNUSED
struct ost_err *ost_review_input_init(struct ost_review_input *in, struct ost_arena *arena,
				      struct ost_repo *repo, const char *input);
void ost_review_input_deinit(struct ost_review_input *in);

/* The number of entries; some of a mailbox are no patches. */
size_t ost_review_input_nr(const struct ost_review_input *in);
/*
 * Entry i. *ret_is_patch false: nothing to review there (a reply, a cover
 * letter). An error that the mailbox holds for it is handed to the caller.
 */
OST_WARN_UNUSED
struct ost_err *ost_review_input_get(struct ost_review_input *in, size_t i,
				     struct ost_arena *arena, struct ost_repo *repo,
				     struct ost_review_item *ret, bool *ret_is_patch);

/*
 * Opens `input` and hands its patches one after the other to `on_item`, each
 * with an arena of its own, until one fails or Ctrl-C (OST_ERR_INTERRUPTED).
 * A message of a mailbox that is no usable patch (OST_ERR_INPUT) goes to
 * `on_problem`, which takes the error; where that is NULL it ends the run.
 */
struct ost_review_each {
	struct ost_repo *repo;
	struct ost_arena *arena;	/* what the input itself needs */
	const char *word;		/* for the progress over a mailbox; NULL: none */
	struct ost_err *(*on_item)(void *ctx, struct ost_arena *arena, const struct ost_review_item *item);
	void *ctx;
	void (*on_problem)(void *ctx, struct ost_err *err);
	void *problem_ctx;
};
OST_WARN_UNUSED
struct ost_err *ost_review_input_each(const char *input, const struct ost_review_each *each);

/*
 * The commit that a change applies to, and how it was found (`ret_why`, one
 * clause). A commit: its parent. A patch: `--base`, else the parent of the
 * upstream commit, the base-commit of the mail, HEAD, a stable branch, a tag,
 * or a commit in the history of the first file, whichever first has all the
 * blobs of the index lines; else HEAD.
 * "" when there is nothing.
 */
struct ost_review_shared;
OST_WARN_UNUSED
struct ost_err *ost_review_base_find(const struct ost_review_item *item, struct ost_arena *arena,
				     struct ost_review_shared *s, const char **ret_base,
				     const char **ret_why);

#endif
