/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pack.h - one pack: some thousand records behind each other, an index of
 * 64 bytes a record at the end, and a footer.
 *
 *	header | record | record | … | index | footer
 *
 * A pack is built in memory and written in one go; a written one never
 * changes. The index is read whole (and checked) when the pack is opened,
 * records one at a time with pread: there is no mapping that a file cut
 * short could turn into a SIGBUS. Used by src/store only.
 */
#ifndef OST_STORE_PACK_H
#define OST_STORE_PACK_H

#include "base/vec.h"
#include "store/store.h"

#define OST_PACK_MAX_BYTES (1u << 30)	/* larger files are not packs of ours */

/* An entry of the index, as on disk. The key comes first and is 28 bytes. */
struct ost_pack_entry {
	uint8_t id[OST_STORE_ID_LEN];
	uint32_t kind, version;
	uint32_t offset;	/* from the start of the file */
	uint32_t len;		/* as stored */
	uint32_t raw_len;	/* decompressed */
	uint32_t figures[OST_STORE_NR_FIGURES];
	uint32_t flags;		/* OST_PE_* */
	uint32_t sum;		/* low half of ost_store_sum() over the stored bytes */
};
enum { OST_PE_DEAD = 1 };	/* in memory only: found damaged */

struct ost_pack {
	struct ost_pack_entry *entries;
	uint32_t nr, cap;
	char *mem;		/* the whole file up to its index, while it is being built */
	size_t mem_cap;
	uint64_t size;		/* header and records; the whole file once written */
	int fd;			/* -1 while it is being built */
	char name[48];		/* file name in the store's directory */
	bool is_used;		/* a record was asked for in this run */
	bool is_damaged;	/* a record was found damaged: to be rewritten */
};

struct ost_pack *ost_pack_create(void) __attribute__((returns_nonnull));
void ost_pack_destroy(struct ost_pack *p);

/* Adds a record that is already compressed. False when the pack is full. */
bool ost_pack_add(struct ost_pack *p, const struct ost_pack_entry *entry, const void *stored);

/*
 * Writes the pack as `name` below dirfd, through a temporary file, and turns
 * it into one that is read from disk. On error it stays as it was.
 */
OST_WARN_UNUSED
struct ost_err *ost_pack_write(struct ost_pack *p, int dirfd, const char *dir);

/*
 * The same in steps, so that others may read the pack from memory while its
 * file is written; nothing is added any more. The copy of the index is made
 * with whatever guards the pack held; free() it.
 */
struct ost_pack_entry *ost_pack_index(const struct ost_pack *p) __attribute__((returns_nonnull));
struct ost_pack_file {
	int fd;
	uint64_t size;
	char name[48];
};
OST_WARN_UNUSED
struct ost_err *ost_pack_file_write(const struct ost_pack *p, const struct ost_pack_entry *entries,
				    int dirfd, const char *dir, struct ost_pack_file *ret);
void ost_pack_is_written(struct ost_pack *p, const struct ost_pack_file *f);

/*
 * Opens a written pack. *ret_pack is NULL and *ret_why says the reason when
 * it is damaged or foreign; *ret_why is NULL when it is not there any more.
 */
void ost_pack_open(struct ost_pack **ret_pack, const char **ret_why, int dirfd, const char *name);

/*
 * Copies the stored bytes of entry e to dst (e->len bytes) and checks them.
 * False: damaged.
 */
bool ost_pack_read(const struct ost_pack *p, const struct ost_pack_entry *e, void *dst);

/*
 * A temporary file below dirfd that this process holds a lock on, so that
 * others can tell a live one from one left behind. Its name goes to name.
 */
OST_WARN_UNUSED
struct ost_err *ost_tmp_create(int dirfd, const char *dir, char name[48], int *ret_fd);
/* write() until all is written; errno tells why not. */
bool ost_write_all(int fd, const void *data, size_t len);

#endif
