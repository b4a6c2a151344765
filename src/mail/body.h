/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body.h - the inside of message.c: text of a body into its parts, and the
 * places where a mailer damaged it. Used by src/mail/message.c alone.
 */
#ifndef OST_MAIL_BODY_H
#define OST_MAIL_BODY_H

#include "base/buf.h"
#include "mail/message.h"

/* What stands at the beginning of a body and overrides headers; NULL when absent. */
struct ost_inbody {
	const char *from, *subject, *date;
};

/*
 * Fills message, notes, diffstat, diff, base_commit, change_id,
 * prerequisites and upstream of msg from msg->body. Headers found in the
 * body go to *ret.
 */
void ost_body_split(struct ost_message *msg, struct ost_arena *arena, struct ost_inbody *ret);

/* Adds a sentence to msg->damage; `fmt` as in printf. More than 16 are dropped. */
OST_PRINTF(3, 4)
void ost_message_add_damage(struct ost_message *msg, struct ost_arena *arena, const char *fmt, ...);

/*
 * Looks for what mailers do to a diff: lines wrapped, tabs turned into
 * spaces, leading blanks lost, no-break spaces. Adds a sentence for each kind, with the
 * first line of the body where it shows. The diff itself is left alone.
 */
void ost_body_find_damage(struct ost_message *msg, struct ost_arena *arena);

/*
 * Undoes format=flowed (RFC 3676): one stuffed space off each line, soft
 * line ends joined, with DelSp the space before them taken off as well. The
 * signature line "-- " is no soft end, and quoted lines are only joined with
 * lines of the same quote depth.
 */
void ost_flowed_decode(struct ost_buf *out, const char *s, size_t len, bool is_delsp);

#endif
