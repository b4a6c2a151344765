/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * open_records.h - records that have more members than their text names:
 * a macro stands among them (BITFIELD2(a, b), WR_HDR;), a #define that
 * an included list uses, or an #include.
 */
#ifndef OST_BRANCH_OPEN_RECORDS_H
#define OST_BRANCH_OPEN_RECORDS_H

#include "base/arena.h"
#include "branch/symbols.h"

/* Which of a file's records are open, by their index; NULL: it has none. */
bool *ost_open_records(struct ost_arena *arena, const struct ost_facts *f, const char *text, size_t len);
/* Marks them in the added part of `s`, for ost_symbols_is_open(). `open` may be NULL. */
void ost_open_records_add(struct ost_symbols *s, const struct ost_facts *f, const bool *open);

#endif
