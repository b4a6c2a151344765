/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * slice.h - the part of a branch's tree that questions about a change need.
 *
 * A whole kernel takes long to search for deadlocks; what a driver's callbacks
 * and callers go through are a few folders. They are found without a build:
 * the folders of the changed files, include/, the folders that MAINTAINERS
 * names beside the headers that those include (include/net/cfg80211.h stands
 * with net/wireless/), the same twice more for these folders' own headers, and
 * what everything waits with: workqueues, locks, timers, interrupts.
 */
#ifndef OST_REVIEW_SLICE_H
#define OST_REVIEW_SLICE_H

#include "branch/file.h"
#include "review/maintainers.h"

/* Folders that would bring the slice, beside include/, above it are left out. */
#define OST_SLICE_MAX_FILES 2000
#define OST_SLICE_MAX_PATHS 512

struct ost_slice {
	const char **paths;	/* files and folders, for struct ost_source.only */
	size_t nr;
	size_t nr_files;	/* .c and .h files, without those of include/ */
	bool is_cut;		/* a folder was left out */
};

/* `m` may be NULL. Strings are the arena's. */
void ost_slice_make(struct ost_slice *ret, struct ost_arena *arena, struct ost_side_files *side,
		    const struct ost_maintainers *m, const struct ost_change *change);

/*
 * Adds files that it lacks, each with its folder where that is not too large;
 * there is room for OST_SLICE_MAX_MORE files.
 */
#define OST_SLICE_MAX_MORE 1500
void ost_slice_add(struct ost_slice *slice, struct ost_arena *arena, struct ost_side_files *side,
		   const char *const *files, size_t nr);

/* Does it hold the file? */
bool ost_slice_has(const struct ost_slice *slice, const char *path);

#endif
