/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dir.h - the directory of a store: finding it, making it, keeping it below
 * its limit. Used by src/store only.
 *
 *	DIR/store/STORE			"ostler store 1\n"; its lock is for cleaning
 *	DIR/store/pack-….ost		records
 *	DIR/store/slot-….ost		slots
 *	DIR/store/tmp-…			being written, locked by the writer
 *
 * Nothing else is ever removed, and nothing outside DIR/store is touched.
 */
#ifndef OST_STORE_DIR_H
#define OST_STORE_DIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "ostler/err.h"

struct ost_store_dir {
	char *path;		/* of DIR/store */
	int fd;
	bool is_writable;
};

struct ost_store_file {
	char name[112];
	uint64_t size;
	int64_t used_ns;	/* mtime: when it was last used */
};
struct ost_store_files {
	OST_VEC(struct ost_store_file) v;	/* by name, newest pack last */
	uint64_t bytes;
};

/*
 * Opens DIR/store, making what is missing. *ret_note (free()) tells of a
 * marker of another version or none: then the packs are thrown away.
 */
OST_WARN_UNUSED
struct ost_err *ost_store_dir_open(struct ost_store_dir *d, const char *dir, char **ret_note);
void ost_store_dir_close(struct ost_store_dir *d);

/* The packs and slots (only packs when `prefix` is "pack-"), sorted by name. */
void ost_store_dir_list(const struct ost_store_dir *d, const char *prefix,
			struct ost_store_files *files);
/* Marks a file as used now (its mtime), when it was not within the last minute. */
void ost_store_dir_touch(const struct ost_store_dir *d, const char *name);
/*
 * Removes temporary files left by killed processes and, when all files
 * together pass `limit` bytes, those not used for longest until 9/10 of it
 * are left. Returns what is left.
 */
uint64_t ost_store_dir_clean(const struct ost_store_dir *d, uint64_t limit);

#endif
