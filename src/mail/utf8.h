/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * utf8.h - any bytes in, valid UTF-8 without NUL out, and a count of what
 * had to be replaced. Used by everything in src/mail that makes text.
 */
#ifndef OST_MAIL_UTF8_H
#define OST_MAIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct ost_utf8_count {
	uint64_t nr_replaced;	/* bytes (not characters) that became U+FFFD, NULs left out */
	uint64_t nr_nul;	/* NUL bytes, which became U+FFFD too */
};

/* Appends s; every byte that is no part of a well-formed sequence becomes U+FFFD. */
void ost_utf8_add(struct ost_buf *out, const char *s, size_t len, struct ost_utf8_count *count);
/* Is it well-formed UTF-8 without NUL? */
bool ost_utf8_is_valid(const char *s, size_t len);

/*
 * Appends s, converted from `charset` (any name that iconv knows; "" and
 * us-ascii are taken as UTF-8; iso-8859-1 as windows-1252 and gb2312 as
 * gb18030, which contain them and are what mailers mean). Bytes that do not
 * convert become U+FFFD. False: the charset is not known; s was taken as
 * UTF-8 then.
 */
bool ost_charset_add(struct ost_buf *out, const char *charset, const char *s, size_t len,
		     struct ost_utf8_count *count);

#endif
