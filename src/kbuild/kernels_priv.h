/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernels_priv.h - private to kernels.c and processors.c. */
#ifndef OST_KBUILD_KERNELS_PRIV_H
#define OST_KBUILD_KERNELS_PRIV_H

#include "kbuild/kconfig.h"
#include "kbuild/kernels.h"
#include "kbuild/ways.h"

#define OST_MAX_UNI_ROWS 64

/* A row of data/uniprocessor.txt. */
struct ost_uni_row {
	const char *symbol, *never;
};

/* What an architecture says of SMP. */
struct ost_arch_smp {
	bool is_known;				/* its Kconfig is there, and without PREEMPT_RT */
	const struct ost_kc_entry *entry;	/* NULL: it has no such symbol */
};

struct ost_kernels {
	struct ost_arena arena;
	struct ost_repo *repo;			/* a handle of its own, or NULL */
	const char *rev;			/* or NULL */
	struct ost_tree_list list;
	struct ost_kb_texts texts;
	struct ost_kconfig kconfig;
	struct ost_ways ways;
	/* for one processor */
	struct ost_uni_row rows[OST_MAX_UNI_ROWS];
	size_t nr_rows;
	struct ost_table archs;			/* hash of "arch/x/" → place in smps + 1 */
	OST_VEC(struct ost_arch_smp) smps;
	struct ost_table known;			/* hash of a path → place in answers + 1 */
	OST_VEC(const char *) answers;
	/* where a file is built: a bit for each of all_archs */
	const char *const *all_archs;		/* NULL until it is asked */
	enum { OST_PARTS_UNKNOWN, OST_PARTS_ALL, OST_PARTS_SOME } parts;	/* of the Kconfig files that others source */
	struct ost_table where;			/* hash of a path, or of "CONFIG_" and a symbol → place in built + 1 */
	OST_VEC(uint64_t) built;
};

#endif
