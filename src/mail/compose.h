/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compose.h - write a mail that every reader of mail takes.
 *
 * ost_compose() appends one message to a buffer: header lines of at most 78
 * columns, non-ASCII words as RFC 2047 words of at most 75, a text/plain
 * UTF-8 body as 7bit, 8bit or quoted-printable (the last when a line is
 * longer than 998 bytes or holds a CR, or when asked for). Addresses are
 * checked: a control byte or a line end in a header is an OST_ERR_USAGE,
 * never a new header; so is a body that is not UTF-8. On an error nothing is
 * appended. No date is invented: the caller gives it.
 *
 * ost_compose_mbox() does the same with a From line before and mboxrd
 * quoting, so that results can be appended to a mailbox and given to git am.
 */
#ifndef OST_MAIL_COMPOSE_H
#define OST_MAIL_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/message.h"
#include "ostler/err.h"

struct ost_compose {
	struct ost_address from;	/* who sends */
	struct ost_address author;	/* when set and not `from`, the body begins with `From: author` */
	const struct ost_address *to, *cc;
	uint32_t nr_to, nr_cc;
	const char *subject;		/* with its prefix, UTF-8, one line */
	const char *message_id;		/* without < >, or NULL for none */
	const char *in_reply_to;	/* without < >, or NULL */
	const char *const *references;	/* without < >; in_reply_to is added when not the last */
	uint32_t nr_references;
	int64_t date;			/* seconds since 1970 */
	int32_t date_zone;		/* minutes east of UTC */
	const struct ost_header *headers;	/* further ones, in this order: X-stable: review ... */
	uint32_t nr_headers;
	const char *body;		/* UTF-8, lines end in \n */
	size_t body_len;
	bool prefer_qp;			/* quoted-printable for any non-ASCII body */
};

OST_WARN_UNUSED struct ost_err *ost_compose(struct ost_buf *out, const struct ost_compose *c);
OST_WARN_UNUSED struct ost_err *ost_compose_mbox(struct ost_buf *out, const struct ost_compose *c);

/* Appends "Name: value\n" encoded and folded; value is UTF-8 text (no addresses). */
OST_WARN_UNUSED struct ost_err *ost_compose_header(struct ost_buf *out, const char *name,
						   const char *value);

#endif
