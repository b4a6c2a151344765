/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processors.h - files that are built for machines with one processor alone.
 *
 * There a spin lock is nothing but the interrupts or the preemption that it
 * switches off (include/linux/spinlock_api_up.h), and nobody waits for it.
 *
 * What a file needs is what the lines of Makefiles that build it ask for, and
 * what these symbols cannot do without, by their "depends on" with COMPILE_TEST
 * off. One of them tells when it is of an architecture that has no SMP, or has
 * a row in data/uniprocessor.txt. Wherever PREEMPT_RT can be, where spin locks
 * sleep, nothing is told.
 */
#ifndef OST_KBUILD_PROCESSORS_H
#define OST_KBUILD_PROCESSORS_H

#include "git/repo.h"
#include "ostler/err.h"

struct ost_processors;

/*
 * The build files of a directory, or of a revision (full id) of a repository. It has a handle of its own on that,
 * so that another thread may go on with `repo`; dir and rev must outlive it.
 */
OST_WARN_UNUSED
struct ost_err *ost_processors_create(struct ost_processors **ret, const char *dir, const struct ost_repo *repo,
				      const char *rev);
void ost_processors_destroy(struct ost_processors *p);
/* "ARCH_IXP4XX": the symbol, or "arch/um", for which the file has one processor; NULL: it may have several. */
const char *ost_one_processor_for(struct ost_processors *p, const char *path);

#endif
