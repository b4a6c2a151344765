/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store.h - what was computed once and is kept: records under keys.
 *
 * Two sorts of things are kept, both under (kind, version, 20-byte id):
 *
 *  - records: small, many, never changed. Facts of a blob. Compressed, and
 *    written many at a time into packs: immutable files with an index and
 *    checksums at their end, made under another name and renamed into place.
 *  - slots: large, few, replaced as a whole. The stat cache of a directory,
 *    the list of files of a tree, a linked program. One file each.
 *
 * A store is a cache: nothing in it is the only copy of anything, so a file
 * with anything wrong in it is thrown away, noted, and made again; no record
 * is handed out unless its checksum fits.
 *
 * Any number of processes may read and write one store at once. Packs and
 * slots appear by rename, so a reader sees all of one or nothing; a process
 * killed at any moment leaves at most a temporary file, which a later one
 * removes. Records put since the last pack was closed (OST_STORE_PACK_MAX
 * bytes) go with it.
 *
 * Within a process all functions but create and destroy may be called from
 * several threads. Format: docs/format/store.md; why so: docs/design/store.md.
 */
#ifndef OST_STORE_STORE_H
#define OST_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ostler/err.h"

#define OST_STORE_FORMAT 1
#define OST_STORE_ID_LEN 20
/* A pack is closed when it has so many bytes (compressed). */
#define OST_STORE_PACK_MAX (16u << 20)
/* Largest record and slot before compression; more is not kept. */
#define OST_STORE_RECORD_MAX (64u << 20)
#define OST_STORE_SLOT_MAX (2ull << 30)

enum ost_store_kind {
	OST_SK_FACTS = 1,	/* record: facts of a blob */
	OST_SK_STAT = 2,	/* slot: what a directory looked like */
	OST_SK_FILES = 3,	/* slot: the .c and .h files of a git tree */
	OST_SK_KEPT = 4,	/* slot: something made of a whole tree */
	OST_SK_PART = 5,	/* record: a part of something large that was made of a whole tree */
	OST_SK_TREES = 6,	/* slot: for which trees something is kept */
};

struct ost_store_key {
	uint8_t id[OST_STORE_ID_LEN];
	uint32_t kind;		/* enum ost_store_kind */
	uint32_t version;	/* of the data; another version is another key */
};

/* Small figures kept beside a record, read without touching it. */
#define OST_STORE_NR_FIGURES 4
struct ost_store_figures {
	uint32_t v[OST_STORE_NR_FIGURES];
};

struct ost_store_opts {
	const char *dir;	/* NULL: in memory only, and gone at the end */
	uint64_t limit;		/* bytes on disk; least recently used files go when it is passed */
};

struct ost_store;

/*
 * The directory a store is kept in when none is named: $XDG_CACHE_HOME/ostler
 * or ~/.cache/ostler, appended to buf. OST_ERR_ENV when neither is set.
 */
OST_WARN_UNUSED
struct ost_err *ost_store_default_dir(struct ost_buf *buf);

/*
 * Opens the store in opts->dir; the directory is made (0700) when it is not
 * there. OST_ERR_ENV when it cannot be made or is not a store and not empty.
 * A directory that may only be read is opened for reading; new records then
 * stay in memory.
 */
OST_WARN_UNUSED
struct ost_err *ost_store_create(struct ost_store **ret_store, const struct ost_store_opts *opts);
/* Closes the pack being written, keeps the limit, frees. NULL is fine. */
void ost_store_destroy(struct ost_store *s);

/* True when there is such a record; its figures to *ret_figures (may be NULL). */
bool ost_store_has(struct ost_store *s, const struct ost_store_key *key,
		   struct ost_store_figures *ret_figures);
/*
 * Replaces buf with the record. False when there is none, or when what is
 * there is damaged (noted; from then on there is none). buf->ptr is aligned to 16.
 */
bool ost_store_get(struct ost_store *s, const struct ost_store_key *key, struct ost_buf *buf);
/* Keeps a record. One that is there already is left as it is. Never fails: see ost_store_err(). */
void ost_store_put(struct ost_store *s, const struct ost_store_key *key,
		   const struct ost_store_figures *figures, const void *data, size_t len);
/* Forgets a record that turned out to be wrong, so that it can be put again. */
void ost_store_drop(struct ost_store *s, const struct ost_store_key *key);
/* False when what is put is gone at the end: no directory, or none that can be written. */
bool ost_store_is_lasting(struct ost_store *s);
/* Closes the pack being written, so that other processes see its records. */
void ost_store_flush(struct ost_store *s);

/* A slot, mapped read-only. */
struct ost_store_slot {
	const void *ptr;	/* aligned to 4096 */
	size_t len;
	void *map;		/* private */
	size_t map_len;		/* private */
};
/* False when there is none or it is damaged. End with ost_store_slot_end(). */
bool ost_store_slot_get(struct ost_store *s, const struct ost_store_key *key,
			struct ost_store_slot *ret_slot);
void ost_store_slot_end(struct ost_store_slot *slot);
/* Takes its pages out of memory; what is asked for later is read again. */
void ost_store_slot_rest(const struct ost_store_slot *slot);
/* Replaces a slot. Never fails: see ost_store_err(). A store in memory keeps no slots. */
void ost_store_slot_put(struct ost_store *s, const struct ost_store_key *key,
			const void *data, size_t len);

/*
 * The first thing that kept a record from being written (OST_ERR_ENV: the
 * disk is full, …), or NULL. Nothing is lost for this process: from then on
 * new records stay in memory. Given once, to a caller who ends it.
 */
struct ost_err *ost_store_take_err(struct ost_store *s);
/* What was found damaged and thrown away, one line, or NULL. free() it. */
char *ost_store_note(struct ost_store *s);

#endif
