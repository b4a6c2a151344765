/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mime.h - the text leaves of a mail, transfer encoding undone. The only
 * place that calls GMime for bodies; used by message.c alone.
 */
#ifndef OST_MAIL_MIME_H
#define OST_MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "mail/message.h"

struct ost_mime_leaf {
	const char *type;	/* "text/plain", lower case */
	const char *filename;	/* decoded, or "" */
	const char *charset;	/* as named, or "" */
	bool is_flowed, is_delsp;
	bool is_encoded;	/* base64, quoted-printable or uuencode */
	bool is_attached;	/* a patch beside the text; else part of the text */
	struct ost_buf bytes;	/* in `charset` */
};

struct ost_mime {
	OST_VEC(struct ost_mime_leaf) v;
	bool has_html;		/* an HTML part was passed over */
	bool has_encrypted;
	bool is_cut;		/* OST_MAIL_MAX_PARTS or OST_MAIL_MAX_DEPTH was met */
	bool is_unbounded;	/* more boundaries, or longer headers, than are read; nothing in v */
};

/*
 * Reads the leaves of a message. `raw` need hold no header but those of MIME
 * (Content-Type: and so on). Strings belong to the arena.
 */
void ost_mime_read(struct ost_mime *m, struct ost_arena *arena, const char *raw, size_t len);
void ost_mime_deinit(struct ost_mime *m);

#endif
