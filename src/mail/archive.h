/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * archive.h - an index of many mails, made by one light pass.
 *
 * An archive is one of
 *	- a public-inbox git repository (v2 layout: every commit's file `m` is
 *	  one mail; v1: every file of the newest tree is one), bare or not;
 *	- a public-inbox directory with git/0.git, git/1.git, ...;
 *	- a directory of mailboxes and mails (*.mbox, *.mbx, *.eml, also one
 *	  level down), or one mailbox.
 *
 * The pass reads only the headers named below, without GMime; the whole
 * message is read again when it is asked for (ost_archive_load()). Mails are
 * numbered 0..nr-1 by (date, message id), the same for every order of
 * reading. A message id that comes twice is kept once (the first by place).
 *
 * What could not be read (a missing object, an oversized mail, a file that
 * is no mailbox) is counted, and the first few are named in `problems`.
 */
#ifndef OST_MAIL_ARCHIVE_H
#define OST_MAIL_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ostler/err.h"

#define OST_ARCHIVE_MAX_MAILS	4000000u	/* more is an OST_ERR_INPUT */
#define OST_ARCHIVE_MAX_REFS	50u		/* ids of References: kept per mail, the last ones */
#define OST_ARCHIVE_NONE	UINT32_MAX

struct ost_archive;

/* One mail of the index. Strings live as long as the archive and are UTF-8. */
struct ost_archive_mail {
	const char *message_id;		/* without < >; "" when it has none */
	const char *in_reply_to;	/* first id of In-Reply-To:, or "" */
	const char *subject;		/* decoded */
	const char *from_name, *from_addr;
	int64_t date;			/* seconds since 1970 as the mail says, 0 when unreadable */
	uint32_t size;			/* bytes of the raw mail */
};

struct ost_archive_stats {
	uint32_t nr_mails, nr_duplicates, nr_unreadable;
	const char *problems[8];	/* the first ones, NULL-terminated unless full */
	uint64_t bytes;			/* read */
};

/*
 * Indexes the archive at `dir`. `cache` is a file to keep the index in
 * (NULL: none): it is used when the archive has not changed since, brought
 * up to date when the archive grew, and rewritten when it is damaged or of
 * another version (docs/format/mail-index.md).
 */
OST_WARN_UNUSED
struct ost_err *ost_archive_open(struct ost_archive **ret, const char *dir, const char *cache);
void ost_archive_destroy(struct ost_archive *a);

uint32_t ost_archive_nr(const struct ost_archive *a);
const struct ost_archive_stats *ost_archive_stats(const struct ost_archive *a);
void ost_archive_get(const struct ost_archive *a, uint32_t mail, struct ost_archive_mail *ret);

/* The mail of a message id (without < >), or OST_ARCHIVE_NONE. */
uint32_t ost_archive_find_id(const struct ost_archive *a, const char *message_id);
/*
 * The mails whose subject, cleaned of prefixes and folded in case and white
 * space, equals `subject` cleaned the same way; in order. Mails whose
 * subject begins with "Re:" are left out. *ret_mails belongs to the archive.
 */
size_t ost_archive_find_subject(const struct ost_archive *a, const char *subject,
				const uint32_t **ret_mails);
/*
 * The mail that this one answers: that of In-Reply-To:, else the last of
 * References: that the archive has, or OST_ARCHIVE_NONE. Following parents
 * may go round in circles in hostile mail: mark what was seen.
 */
uint32_t ost_archive_parent(const struct ost_archive *a, uint32_t mail);
/* The mails that answer this one, in order; the array belongs to the archive. */
size_t ost_archive_children(const struct ost_archive *a, uint32_t mail, const uint32_t **ret_mails);

/* Puts the raw bytes of one mail (mbox quoting taken off) into buf. */
OST_WARN_UNUSED
struct ost_err *ost_archive_load(struct ost_archive *a, uint32_t mail, struct ost_buf *buf);
/*
 * What anyone can run to see that mail: `git -C DIR cat-file blob HEX`, or
 * `tail | head` for a mailbox. The string belongs to the arena.
 */
const char *ost_archive_command(const struct ost_archive *a, uint32_t mail, struct ost_arena *arena);

#endif
