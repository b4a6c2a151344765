/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.h - what the list said about a patch.
 *
 * From a patch (its message id, else its cleaned subject) to all posted
 * versions v1..vN, the thread of each, and in every reply the words that
 * count for a reviewer: tags given, objections, stable talk. Statements are
 * about what mails say; each names its message id and the line.
 *
 * A note counts only in the replier's own words: quoted lines (`>`, `|`),
 * everything behind "-----Original Message-----" and a diff are passed over.
 * An objection is a line that holds a word of refusal (data/mail-words.txt:
 * NACK, "please drop", "do not apply", ...): the line is given so that a
 * human can judge it; it is never read as a verdict. The like holds for the
 * other kinds.
 *
 * Two postings are taken for versions of one patch when their cleaned
 * subjects are equal; a version that was renamed is not found by its subject.
 */
#ifndef OST_MAIL_THREAD_H
#define OST_MAIL_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "mail/archive.h"
#include "mail/message.h"
#include "ostler/err.h"

#define OST_THREAD_MAX_MAILS	2000u	/* mails read for one patch; more is said in is_cut */

enum ost_note_kind {
	OST_NOTE_TAG,		/* Acked-by, Reviewed-by, Tested-by, ...-by, Fixes, Closes: `tag` and `text` */
	OST_NOTE_OBJECTION,	/* NACK, "please drop", ... */
	OST_NOTE_APPLIED,	/* "Applied, thanks", "This patch was applied to ..." */
	OST_NOTE_STABLE,	/* stable@, "backport", AUTOSEL, ... */
	OST_NOTE_REPORT,	/* syzbot, "bisected", "regression", ... */
};

struct ost_thread_note {
	enum ost_note_kind kind;
	uint32_t mail;		/* index into mails of the thread */
	uint32_t line;		/* 1-based line of the body */
	const char *tag;	/* "Acked-by", or "" */
	const char *text;	/* the value of the tag, or the whole line */
};

enum ost_thread_role {
	OST_ROLE_VERSION,	/* a posting of the patch itself */
	OST_ROLE_STABLE,	/* a posting of it for stable (AUTOSEL, review of a stable release, backport) */
	OST_ROLE_SERIES,	/* the cover letter of its series */
	OST_ROLE_REPLY,
};

struct ost_thread_mail {
	uint32_t mail;		/* number in the archive */
	uint32_t parent;	/* index in this thread, or OST_ARCHIVE_NONE */
	enum ost_thread_role role;
	uint32_t version;	/* of the posting that it belongs to */
	bool is_author;		/* sent by the author of the patch */
	struct ost_archive_mail head;	/* message id, from, date, subject */
	const char *unread;	/* why its text could not be read, or NULL */
};

struct ost_thread {
	struct ost_thread_mail *mails;	/* by date */
	uint32_t nr_mails;
	struct ost_thread_note *notes;	/* by (mail, line) */
	uint32_t nr_notes;
	uint32_t newest_version;	/* highest version posted, 0 when nothing was found */
	bool is_cut;
	const char *found_by;		/* "message id", "subject", or "" */
};

/*
 * Finds the thread. message_id (without < >) may be "" when there is none;
 * subject may carry prefixes. Nothing found is not an error: nr_mails is 0.
 * `archive` is read, so calls on one archive must not run in parallel.
 */
OST_WARN_UNUSED
struct ost_err *ost_thread_find(struct ost_thread *t, struct ost_arena *arena,
				struct ost_archive *archive,
				const char *message_id, const char *subject);

/*
 * The notes in the text of one mail, quoted lines passed over; `mail` of
 * each is 0. For a reply given alone. Fails only when data/mail-words.txt
 * cannot be read.
 */
OST_WARN_UNUSED
struct ost_err *ost_notes_find(struct ost_arena *arena, const struct ost_message *msg,
			       struct ost_thread_note **ret_notes, uint32_t *ret_nr);

#endif
