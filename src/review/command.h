/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.h - the commands of the evidence.
 *
 * A command is one line for sh, run from inside the repository with plain
 * git (and patch, where fuzz is spoken of). It changes nothing in the
 * repository: what has to be written goes to a scratch repository that
 * borrows its objects, and is removed. Strings from outside (paths, names of
 * branches and files) reach it quoted. All memory is the arena's.
 */
#ifndef OST_REVIEW_COMMAND_H
#define OST_REVIEW_COMMAND_H

#include "base/arena.h"

struct ost_branch_answer;
struct ost_review_item;

/* 's' as one shell word, quoted only where needed. */
const char *ost_shell_quote(struct ost_arena *a, const char *s);
/* A path as a word that git takes for just this path, whatever it looks like. */
const char *ost_shell_pathspec(struct ost_arena *a, const char *path);

/*
 * Prints the mail or diff that stands at offset..offset+len of a file (len 0:
 * all of it), `path` being absolute.
 */
const char *ost_cmd_read(struct ost_arena *a, const char *path, size_t offset, size_t len);
/* Prints the patch of a mail or diff that is reviewed, as git reads it; "" when no command can name it. */
const char *ost_cmd_patch(struct ost_arena *a, const struct ost_review_item *item);
/*
 * Tries the change on a branch in the ways that its answer speaks of (clean,
 * merged, fuzz, conflict) and says of each "applies" or "refused"; "" when no
 * command can name the change.
 */
const char *ost_cmd_apply(struct ost_arena *a, const struct ost_review_item *item, const struct ost_branch_answer *b);
/* Lists the files of a tree that have the base name of this path. */
const char *ost_cmd_same_name(struct ost_arena *a, const char *tip, const char *path);

#endif
