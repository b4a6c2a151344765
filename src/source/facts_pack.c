// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/facts_pack.h"

#include "base/columns.h"
#include "source/facts_format.h"

void ost_facts_pack(const void *record, size_t len, struct ost_buf *out)
{
	const struct ost_facts_head *h = record;
	const uint32_t *t = (const void *)(h + 1);
	const char *strings;

	ost_buf_clear(out);
	ost_buf_add(out, h, sizeof(*h));
#define X(type, name)								\
	ost_columns_pack(t, h->nr_##name, sizeof(struct type) / 4, out);	\
	t += h->nr_##name * (sizeof(struct type) / 4);
	OST_FACTS_TABLES(X)
#undef X
	strings = (const char *)(t + h->nr_strs + 1);
	ost_buf_add(out, strings, (size_t)((const char *)record + len - strings));
}

/* Each number has a byte at least: a table that cannot be there is not made room for. */
static bool restore_table(struct ost_columns_in *in, uint32_t rows, size_t words, struct ost_buf *out)
{
	if (!ost_columns_may_hold(in, rows, words))
		return false;
	ost_buf_reserve(out, (size_t)rows * words * 4);
	if (!ost_columns_restore(in, rows, words, (void *)(out->ptr + out->len)))
		return false;
	out->len += (size_t)rows * words * 4;
	return true;
}

/* Where each string begins, and the end of the last one. */
static bool restore_offsets(const struct ost_columns_in *in, const struct ost_facts_head *h, struct ost_buf *out)
{
	const char *first = (const char *)in->at, *s = first, *end;
	uint32_t i, *to;

	if (h->str_bytes > (size_t)(in->end - in->at) || h->nr_strs > h->str_bytes)
		return false;
	ost_buf_reserve(out, ((size_t)h->nr_strs + 1) * 4);
	to = (void *)(out->ptr + out->len);
	for (i = 0; i < h->nr_strs; i++) {
		to[i] = (uint32_t)(s - first);
		end = memchr(s, 0, h->str_bytes - (size_t)(s - first));
		if (!end)
			return false;
		s = end + 1;
	}
	to[i] = (uint32_t)(s - first);
	out->len += ((size_t)h->nr_strs + 1) * 4;
	return true;
}

bool ost_facts_restore(const void *packed, size_t len, struct ost_buf *out)
{
	const uint8_t *bytes = packed;
	struct ost_columns_in in = { bytes + sizeof(struct ost_facts_head), bytes + len, false };
	struct ost_facts_head h;

	if (len < sizeof(h))
		return false;
	memcpy(&h, packed, sizeof(h));
	ost_buf_clear(out);
	ost_buf_add(out, &h, sizeof(h));
#define X(type, name)								\
	if (!restore_table(&in, h.nr_##name, sizeof(struct type) / 4, out))	\
		return false;
	OST_FACTS_TABLES(X)
#undef X
	if (!restore_offsets(&in, &h, out))
		return false;
	ost_buf_add(out, in.at, (size_t)(in.end - in.at));
	return out->len == h.total;
}
