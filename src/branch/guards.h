/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guards.h - `guard(mutex)(&m)` and `mutex_lock(&m) ... mutex_unlock(&m)` as
 * one form, so that a fix that was written for one tree is recognised in
 * another. A guard becomes its lock call, and calls that unlock are left out.
 */
#ifndef OST_BRANCH_GUARDS_H
#define OST_BRANCH_GUARDS_H

#include "branch/image.h"

/* Does a guard stand in these tokens? */
bool ost_has_guard(const struct ost_words *words, const ost_image_toks *toks, size_t from, size_t to);
/* Tokens [from, to) in that form; `ret` is cleared first. */
void ost_without_guards(struct ost_words *words, const ost_image_toks *toks, size_t from, size_t to,
			ost_image_toks *ret);

#endif
