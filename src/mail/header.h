/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * header.h - the header of a raw mail, read lightly.
 *
 * Used by the message reader and, a hundred thousand times in a row, by the
 * archive pass: nothing here allocates or copies, results point into the
 * mail. No GMime.
 */
#ifndef OST_MAIL_HEADER_H
#define OST_MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/utf8.h"

struct ost_raw_header {
	const char *name;
	size_t name_len;	/* without the colon */
	const char *value;	/* raw: may hold folds; begins after the blanks behind the colon */
	size_t value_len;	/* without the line end */
};

/*
 * Walks the header. Start with pos = 0 (at the first header line, no mbox
 * From line). False at the end; then pos is the offset of the body: behind
 * the blank line, or at the first line that can be no header (is_cut is set
 * then). A line ">From ..." between headers is passed over.
 */
struct ost_header_walk {
	const char *raw;
	size_t len, pos;
	bool is_cut;
};
bool ost_header_next(struct ost_header_walk *w, struct ost_raw_header *ret);

/* Is the name (any case) the given one? */
bool ost_header_is(const struct ost_raw_header *h, const char *name);
/* Can the line of len bytes begin a header: a name, then a colon? */
bool ost_header_is_line(const char *line, size_t len);

/*
 * The next message id in a value: text between < and >, or a bare word with
 * an @ when there are no angles. Moves *pos; false when there is no more.
 */
bool ost_header_next_id(const char *value, size_t len, size_t *pos,
			const char **ret_id, size_t *ret_len);

/*
 * A date in RFC 5322 form (also two-digit years, zone names, no weekday),
 * in the form of ctime(), or as 2024-05-01 12:00:00 +0200. False when it
 * cannot be read; *ret_zone is minutes east of UTC, 0 when not told. Years 1970..9999.
 */
bool ost_header_date(const char *value, size_t len, int64_t *ret_date, int32_t *ret_zone);

/*
 * The next mailbox of an address list, as a piece of the value for
 * ost_header_address(). Names of groups, and pieces without an @, are passed
 * over. Moves *pos; false when there is no more.
 */
bool ost_header_next_address(const char *value, size_t len, size_t *pos,
			     const char **ret, size_t *ret_len);

/*
 * The first address of a From: value: appends the decoded name and the
 * address to the buffers. Either may stay empty.
 */
void ost_header_address(const char *value, size_t len, struct ost_buf *name, struct ost_buf *addr,
			struct ost_utf8_count *count);

#endif
