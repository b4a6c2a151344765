/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make_flags.h - what the Makefiles around a file give the compiler: the
 * folders that headers are searched in (-I), and other words of its command
 * line (-DNAME, -Wflag).
 *
 * All Makefiles and Kbuild files from the file's folder upwards are read as
 * text, whatever of them concerns the file: a parent's flags may be for all
 * below it, and it may list files of folders below. Variables are followed
 * where they are set once.
 */
#ifndef OST_BRANCH_MAKE_FLAGS_H
#define OST_BRANCH_MAKE_FLAGS_H

#include "branch/file.h"

struct ost_make_flags {
	OST_VEC(const char *) folders;	/* of -I, with a slash behind ("drivers/gpu/drm/"); in the side's arena, as all here */
	bool is_unclear;		/* there are others, whose name could not be told, or a Makefile includes another one */
	OST_VEC(const char *) words;	/* -D and -W, each as it stands there */
};

/* To be ended with ost_make_flags_deinit(). */
void ost_make_flags_read(struct ost_make_flags *m, struct ost_side_files *side, const char *path);
void ost_make_flags_deinit(struct ost_make_flags *m);
bool ost_make_flags_has(const struct ost_make_flags *m, const char *word);
/* Is the name given another meaning: -DNAME, or -DNAME=VALUE? */
bool ost_make_flags_defines(const struct ost_make_flags *m, const char *name);

/* Is it that name, or the value of one: `xe_device` of -Ddrm_i915_private=xe_device? */
bool ost_make_flags_renames(const struct ost_make_flags *m, const char *name);

#endif
