/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry.h - the entry of an initialiser that a hunk changes.
 *
 * Tables have entries of one shape, so a hunk that changes one of them fits
 * many places of a branch that lacks the entry. What it is about is named by
 * its designators: `[X] = {` and `.x =`, from the changed token outwards.
 */
#ifndef OST_BRANCH_ENTRY_H
#define OST_BRANCH_ENTRY_H

#include "branch/file.h"

/* The word of the first such designator that occurs nowhere in the file; 0: there is none. */
uint32_t ost_entry_missing(const struct ost_image *image, const struct ost_branch_file *file);

#endif
