/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_pack.h - a facts record as it is stored (docs/format/facts.md).
 *
 * The tables of a record are arrays of 32-bit numbers that mostly grow by a
 * little from row to row. Stored is, column by column, what each row adds to
 * the one before, in as few bytes as that takes; the offsets of strings are
 * left out, since each string ends in a NUL. That is a third less to
 * compress, and a quarter less when compressed.
 */
#ifndef OST_SOURCE_FACTS_PACK_H
#define OST_SOURCE_FACTS_PACK_H

#include <stdbool.h>

#include "base/buf.h"

/* Puts a record, one that ost_facts_open() accepts, into `out` in place of what was there. */
void ost_facts_pack(const void *record, size_t len, struct ost_buf *out);
/*
 * The other way: out->ptr is the same record byte for byte, aligned as malloc()
 * does. False when the bytes are no packed record; what is in `out` is then
 * unspecified. Any bytes are safe, and the memory used is at most 16 times
 * their number; whether the record makes sense is for ost_facts_open() to say.
 */
bool ost_facts_restore(const void *packed, size_t len, struct ost_buf *out);
/* The same in two steps: how many bytes the record has (0: it is none), and into memory of so many, aligned to 4. */
size_t ost_facts_restored_size(const void *packed, size_t len);
bool ost_facts_restore_to(const void *packed, size_t len, void *to);

#endif
