/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unused.h - definitions that a patch changes and that nothing in a branch
 * uses, or that only a simulator or test driver has: no effect there.
 *
 * A use is the word in code: not in a comment, not in its own definition, not
 * in a prototype or an EXPORT_SYMBOL. It is looked for in the file, the other
 * patched files, and the driver's folder and the one above; then, of what is
 * not static, in all files, where options allow a search of seconds
 * (no_proofs: only in small trees). Where that search is not made, or a part of the name is an
 * argument somewhere (a macro may join it: DEVICE_ATTR_RW(foo) uses
 * foo_show), nothing is said.
 *
 * A file is of a simulator or test when a word of data/test-words.txt is in
 * the prompt of a symbol that it needs.
 */
#ifndef OST_REVIEW_UNUSED_H
#define OST_REVIEW_UNUSED_H

#include "branch/file.h"
#include "git/apply.h"
#include "review/branch_answer.h"
#include "review/changed.h"

/* Definitions of one patch that are looked at. */
#define OST_UNUSED_MAX 32

/*
 * Fills ret's `unused`; needs its `reach`. `files` are those of
 * ost_changed_find() with the same trial. Errors: interrupted.
 */
OST_WARN_UNUSED
struct ost_err *ost_unused_find(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				struct ost_side_files *side, const struct ost_trial *trial,
				const struct ost_changed_file *files, uint32_t nr);

#endif
