/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intro_proofs.h - the commit at which a deadlock closes.
 *
 * A deadlock that the patch removes is proved in the base. The same search is
 * made at older commits, in the same slice of their trees: history is halved
 * over the commits that touch a file of the chain, until there is one that has
 * the cycle and none of whose parents has it. So it is the commit that completes
 * the cycle which is named, whichever of its steps that is, and not the one that wrote the
 * line which the patch removes. Where history goes by releases the
 * answer is a release.
 */
#ifndef OST_REVIEW_INTRO_PROOFS_H
#define OST_REVIEW_INTRO_PROOFS_H

#include "review/intro.h"

/* Adds a mechanism for each proven deadlock that the change removes from its base. Errors: interrupted, git. */
OST_WARN_UNUSED
struct ost_err *ost_intro_proofs(struct ost_intro *k, const struct ost_introduced_options *o, struct ost_introduced_report *r);

#endif
