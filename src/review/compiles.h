/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compiles.h - would the patched files of a trial compile in the branch?
 * Names are looked up (branch/compile.h), and so are the headers that added
 * lines include.
 */
#ifndef OST_REVIEW_COMPILES_H
#define OST_REVIEW_COMPILES_H

#include "branch/file.h"
#include "git/apply.h"
#include "review/branch_answer.h"
#include "review/declared.h"

/*
 * Fills compiles, compiles_why and missing. `symbols` is made on what the branch
 * declares, NULL when there is no include/; `trial` is NULL when there was none. Errors: interrupted.
 */
OST_WARN_UNUSED
struct ost_err *ost_branch_compiles(struct ost_branch_answer *ret, const struct ost_branch_question *q, struct ost_side_files *side,
				    struct ost_declared *declared, struct ost_symbols *symbols, const struct ost_trial *trial);

/*
 * May an #include of that name find a file? Only a name that no path of the
 * tree ends with is certainly missing; headers that the build makes are not
 * looked for.
 */
bool ost_has_header(struct ost_side_files *side, const char *name);

#endif
