/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * columns.h - tables of 32-bit numbers in few bytes.
 *
 * Written is, column by column, what each row adds to the row above: zigzag,
 * 7 bits a byte, low ones first. Numbers that grow slowly take a byte, and what
 * remains compresses well. The form is on disk: one that changes needs a new
 * version of whatever is kept in it (facts, the linked program).
 */
#ifndef OST_BASE_COLUMNS_H
#define OST_BASE_COLUMNS_H

#include <stdbool.h>

#include "base/buf.h"

/* Appends a table of `rows` rows of `words` numbers. */
void ost_columns_pack(const uint32_t *table, size_t rows, size_t words, struct ost_buf *out);

/* Bytes being read; is_bad stays set once they ended too early or a number had too many bytes. */
struct ost_columns_in {
	const uint8_t *at, *end;
	bool is_bad;
};

/*
 * Reads rows * words numbers to `table`. False, before anything is written, when
 * there are fewer bytes than numbers; false too when in->is_bad.
 */
bool ost_columns_restore(struct ost_columns_in *in, size_t rows, size_t words, uint32_t *table);
/* True when that many numbers may be there: to be asked before making room for them. */
static inline bool ost_columns_may_hold(const struct ost_columns_in *in, uint64_t rows, size_t words)
{
	return !in->is_bad && rows <= UINT32_MAX && rows * words <= (uint64_t)(in->end - in->at);
}

#endif
