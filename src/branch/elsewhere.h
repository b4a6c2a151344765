/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elsewhere.h - does what a hunk adds stand in the branch's function in
 * another form than the patch gives it?
 */
#ifndef OST_BRANCH_ELSEWHERE_H
#define OST_BRANCH_ELSEWHERE_H

#include "branch/file.h"

/*
 * The patch puts one call in front of a way out. In the branch the way out
 * behind token `at` is a `goto`, and behind its label stands that very call:
 * the name of the label, else 0.
 */
uint32_t ost_elsewhere_behind_label(const struct ost_image *image, const struct ost_branch_file *file,
				    const struct ost_branch_func *func, size_t at);

/*
 * The patch makes a call one that waits (data/lock-waits.txt), and tokens
 * [from, to) of the branch have another call there that waits for the same
 * object in the same way: timer_shutdown_sync() for del_timer_sync(). The
 * name of that call, else 0.
 */
uint32_t ost_elsewhere_other_wait(struct ost_side_files *side, const struct ost_image *image,
				  const struct ost_branch_file *file, size_t from, size_t to);

/*
 * The patch puts one call in front of a way out, and neither its function nor
 * what it is given (`b` of a->b) has a name anywhere in the file of the branch;
 * among tokens [from, to) one other call that the hunk does not have stands in
 * front of a way out of that kind, with as many arguments: its name, else 0.
 * *ret_added is the name of the call that the patch adds.
 */
uint32_t ost_elsewhere_other_call(const struct ost_image *image, const struct ost_branch_file *file,
				  size_t from, size_t to, uint32_t *ret_added);

/*
 * The patch tests a variable against limits that are constants, and the
 * function of the branch forces the variable between such limits
 * (data/limits.txt): the name of what does that, else 0.
 */
uint32_t ost_elsewhere_limited(struct ost_side_files *side, const struct ost_image *image,
			       const struct ost_branch_file *file, const struct ost_branch_func *func);

/*
 * The patch adds `if (!...->name)` and the function of the branch has the name
 * without ever testing it, so that no code there can be that addition: the
 * name, else 0.
 */
uint32_t ost_elsewhere_untested(const struct ost_image *image, const struct ost_branch_file *file,
				const struct ost_branch_func *func);

/* The patch adds the other arm of an `if`, and none ends at token `at` of the branch. */
bool ost_elsewhere_no_if(const struct ost_image *image, const struct ost_branch_file *file,
			 const struct ost_branch_func *func, size_t at);

/*
 * All that is added takes and gives back a lock around calls, and no member
 * is touched between: what those calls need is not in this text.
 */
bool ost_elsewhere_locks_calls(const struct ost_words *words, const struct ost_image *image);

#endif
