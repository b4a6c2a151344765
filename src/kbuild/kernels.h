/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernels.h - which kernels have the files of a finding.
 *
 * Whether one of its files is built for machines with one processor alone.
 * There a spin lock is nothing but the interrupts or the preemption that it
 * switches off (include/linux/spinlock_api_up.h), and nobody waits for it.
 * What a file needs is what the lines of Makefiles that build it ask for, and
 * what these symbols cannot do without, by their "depends on" with COMPILE_TEST
 * off. One of them tells when it is of an architecture that has no SMP, or has
 * a row in data/uniprocessor.txt. Wherever PREEMPT_RT can be, where spin locks
 * sleep, nothing is told.
 *
 * And whether any kernel has all of them: what runs on MIPS alone never waits
 * for what ACPI calls.
 */
#ifndef OST_KBUILD_KERNELS_H
#define OST_KBUILD_KERNELS_H

#include "git/repo.h"
#include "ostler/err.h"

struct ost_kernels;

/*
 * The build files of a directory, or of a revision (full id) of a repository. It has a handle of its own on that,
 * so that another thread may go on with `repo`; dir must outlive it.
 */
OST_WARN_UNUSED
struct ost_err *ost_kernels_create(struct ost_kernels **ret, const char *dir, const struct ost_repo *repo,
				   const char *rev);
void ost_kernels_destroy(struct ost_kernels *k);

/*
 * Those of the revisions of one repository that were asked about last: about 25 MB each of a kernel. Who asks about six branches
 * again and again reads their build files once. All zero is right; one thread at a time.
 */
#define OST_KERNELS_KEPT 6
struct ost_kernels_kept {
	struct ost_kernels *v[OST_KERNELS_KEPT];	/* the last one first; NULL: free */
};
/* They belong to `kept`, until the next call of this. One that has grown too large by questions is made anew. */
OST_WARN_UNUSED
struct ost_err *ost_kernels_take(struct ost_kernels_kept *kept, const struct ost_repo *repo, const char *rev,
				 struct ost_kernels **ret);
void ost_kernels_kept_deinit(struct ost_kernels_kept *kept);

/* "ARCH_IXP4XX": the symbol, or "arch/um", for which the file has one processor; NULL: it may have several. */
const char *ost_one_processor_for(struct ost_kernels *k, const char *path);
#define OST_PLACE_SYMBOLS 8
/* A place in a file, and the configuration symbols that the #if lines around it ask for. */
struct ost_kernel_place {
	const char *file;
	const char *symbols[OST_PLACE_SYMBOLS];	/* without CONFIG_ */
	unsigned nr_symbols;
};
/*
 * Why no kernel has both places: "a.c is built for mips alone, b.c for arm64, x86". NULL: one may have them. With
 * COMPILE_TEST, which builds drivers for machines that lack the device, it may be another answer.
 */
const char *ost_never_together(struct ost_kernels *k, const struct ost_kernel_place *a, const struct ost_kernel_place *b);
/* The tree's Kconfig files are all there, and none defines the symbol, nor does the Makefile of the file's folder name it. */
bool ost_kernels_lack(struct ost_kernels *k, const char *symbol, const char *file);

#endif
