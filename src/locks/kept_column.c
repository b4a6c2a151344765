// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/kept_column.h"

#include <string.h>

#include "base/alloc.h"
#include "base/columns.h"
#include "locks/found_fingerprint.h"
#include "source/tree.h"

bool ost_kept_column_put(const struct ost_kept_table_at *t, uint32_t column, const uint32_t *v, size_t rows)
{
	OST_BUF b = OST_BUF_INIT;

	ost_columns_pack(v, rows, 1, &b);
	if (b.len > OST_TREE_PART_MAX)
		return false;
	ost_tree_part_put(t->tree, t->key, t->kind, OST_FOUND_FINGERPRINT, column + 1, b.ptr, b.len);
	return true;
}

uint32_t *ost_kept_column_get(const struct ost_kept_table_at *t, uint32_t column, uint64_t rows)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_columns_in in;
	uint32_t *v;

	if (!ost_tree_part_get(t->tree, t->key, t->kind, OST_FOUND_FINGERPRINT, column + 1, &b))
		return NULL;
	in = (struct ost_columns_in){ (const uint8_t *)b.ptr, (const uint8_t *)b.ptr + b.len, false };
	if (!ost_columns_may_hold(&in, rows, 1))
		return NULL;
	v = ost_malloc_spread((size_t)rows + 1, sizeof(*v));
	if (ost_columns_restore(&in, (size_t)rows, 1, v) && in.at == in.end)
		return v;
	free(v);
	return NULL;
}

void ost_kept_head_put(const struct ost_kept_table_at *t, const void *head, size_t len)
{
	ost_tree_part_put(t->tree, t->key, t->kind, OST_FOUND_FINGERPRINT, 0, head, len);
}

bool ost_kept_head_get(const struct ost_kept_table_at *t, void *head, size_t len)
{
	OST_BUF b = OST_BUF_INIT;

	memset(head, 0, len);
	if (!ost_tree_part_get(t->tree, t->key, t->kind, OST_FOUND_FINGERPRINT, 0, &b))
		return false;
	if (b.len == len)
		memcpy(head, b.ptr, len);
	return true;
}

void ost_kept_table_drop(const struct ost_kept_table_at *t)
{
	for (uint32_t part = 0; part <= t->nr_columns; part++)
		ost_tree_part_drop(t->tree, t->key, t->kind, OST_FOUND_FINGERPRINT, part);
}
