/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * archive_data.h - the inside of an archive index, shared by archive.c
 * (questions), archive_scan.c (the pass) and archive_cache.c (the file).
 *
 * Entries and references are plain arrays of fixed-size records; strings lie
 * NUL-terminated in one pool and are named by their offset, 0 being "". What
 * can be computed from these (who answers whom, tables by id and subject) is
 * not kept in the cache.
 */
#ifndef OST_MAIL_ARCHIVE_DATA_H
#define OST_MAIL_ARCHIVE_DATA_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/table.h"
#include "base/vec.h"
#include "git/repo.h"
#include "mail/archive.h"

#define OST_ARCHIVE_MAX_SOURCES	10000u
#define OST_ARCHIVE_MAX_POOL	(3u << 30)	/* bytes of strings */

enum { OST_ARCHIVE_IS_REPLY = 1 };

struct ost_archive_entry {
	int64_t date;
	uint32_t id, parent_id, subject, from_name, from_addr;	/* offsets into the pool */
	uint32_t first_ref, nr_refs;	/* into refs */
	uint32_t size;
	uint32_t source;
	uint32_t flags;
	union {
		uint8_t oid[24];	/* git: 20 bytes used */
		uint64_t offset;	/* mailbox: of the From line; size bytes follow */
	} at;
};

struct ost_archive_source {
	char *path;
	bool is_git;
	char head[OST_HEX_SIZE];	/* git: the commit that was read */
	int64_t mtime, size;		/* mailbox: of the file when it was read */
	struct ost_repo *repo;		/* opened when first asked for a mail, or NULL */
};

struct ost_archive {
	char *path;
	OST_VEC(struct ost_archive_entry) entries;	/* sorted by (date, id, place) after ost_archive_link() */
	OST_VEC(uint64_t) refs;		/* hashes of message ids, oldest first */
	OST_VEC(struct ost_archive_source) sources;
	struct ost_buf pool;		/* begins with a NUL */
	struct ost_archive_stats stats;
	struct ost_arena problems;

	/* made by ost_archive_link() */
	struct ost_table by_id;		/* hash of the id (and what follows on a clash) to entry + 1 */
	uint32_t *parents;
	uint32_t *first_child, *children;	/* children of i: children[first_child[i]] .. first_child[i + 1] */
	uint64_t *subject_keys;		/* sorted */
	uint32_t *subject_mails;	/* beside them */
	uint32_t nr_subjects;
};

/* Notes what could not be read. */
OST_PRINTF(2, 3) void ost_archive_problem(struct ost_archive *a, const char *fmt, ...);

/* Finds the sources of a->path and reads from each what is not there yet. */
OST_WARN_UNUSED struct ost_err *ost_archive_scan(struct ost_archive *a);

/* Sorts, drops duplicates, and builds the tables. */
void ost_archive_link(struct ost_archive *a);

/*
 * Reads a cache file into an empty archive; false when there is none or it
 * cannot be used, the archive being empty then. Writing never fails loudly:
 * a cache that cannot be written is a problem, not an error.
 */
bool ost_archive_cache_read(struct ost_archive *a, const char *file);
void ost_archive_cache_write(struct ost_archive *a, const char *file);

/* The key of a subject: prefixes off, case and white space folded. */
uint64_t ost_archive_subject_key(const char *subject);

static inline const char *ost_archive_str(const struct ost_archive *a, uint32_t at)
{
	return a->pool.ptr + at;
}

#endif
