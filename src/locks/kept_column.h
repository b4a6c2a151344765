/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kept_column.h - tables by columns, kept with a tree (kept_calls.c, kept_entry.c only).
 *
 * Part 0 of a kind is a head, which comes last: without it there is no table.
 * Each column is a part of its own. A part that is there stays as it is, so a
 * table that makes no sense is dropped: the next one is put in its place.
 */
#ifndef OST_LOCKS_KEPT_COLUMN_H
#define OST_LOCKS_KEPT_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ost_oid;
struct ost_tree_facts;

struct ost_kept_table_at {
	const struct ost_tree_facts *tree;
	const struct ost_oid *key;	/* of that tree, or of the one below */
	const char *kind;
	uint32_t nr_columns;
};
/* False: it is larger than a part may be. */
bool ost_kept_column_put(const struct ost_kept_table_at *t, uint32_t column, const uint32_t *v, size_t rows);
/* NULL: there is none of so many rows, or it is damaged. free() it. Several threads may ask. */
uint32_t *ost_kept_column_get(const struct ost_kept_table_at *t, uint32_t column, uint64_t rows);

void ost_kept_head_put(const struct ost_kept_table_at *t, const void *head, size_t len);
/* False: there is none. One of another length is zeroed. */
bool ost_kept_head_get(const struct ost_kept_table_at *t, void *head, size_t len);
void ost_kept_table_drop(const struct ost_kept_table_at *t);

#endif
