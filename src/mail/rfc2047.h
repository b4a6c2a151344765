/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rfc2047.h - header text with `=?charset?q?...?=` words to UTF-8.
 *
 * Light enough for a pass over a whole archive, and more lenient than the
 * standard where mailers are: a word may stand inside another word, may hold
 * spaces in its Q text, and a character may be cut between two words of one
 * charset. What is not a well-formed word stays as it is.
 */
#ifndef OST_MAIL_RFC2047_H
#define OST_MAIL_RFC2047_H

#include <stddef.h>

#include "base/buf.h"
#include "mail/utf8.h"

/*
 * Appends the decoded value of a header (without its name), unfolded: each
 * line end with the white space after it, and each tab, becomes one space.
 * White space at both ends is left out. No line end and no control byte is
 * in the result: an encoded one becomes a space.
 */
void ost_rfc2047_decode(struct ost_buf *out, const char *s, size_t len,
			struct ost_utf8_count *count);

#endif
