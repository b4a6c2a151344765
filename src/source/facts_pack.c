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

/* A record that is being made: `at` of its bytes are there. */
struct made {
	char *to;
	size_t at, total;
};

/* Room for so many bytes, or NULL. */
static void *take(struct made *m, size_t bytes)
{
	void *to = m->to + m->at;

	if (bytes > m->total - m->at)
		return NULL;
	m->at += bytes;
	return to;
}

static bool restore_table(struct ost_columns_in *in, uint32_t rows, size_t words, struct made *m)
{
	void *to = take(m, (size_t)rows * words * 4);

	return to && ost_columns_restore(in, rows, words, to);
}

/* Where each string begins, and the end of the last one. */
static bool restore_offsets(const struct ost_columns_in *in, const struct ost_facts_head *h, struct made *m)
{
	const char *first = (const char *)in->at, *s = first, *end;
	uint32_t i, *to = take(m, ((size_t)h->nr_strs + 1) * 4);

	if (!to || h->str_bytes > (size_t)(in->end - in->at) || h->nr_strs > h->str_bytes)
		return false;
	for (i = 0; i < h->nr_strs; i++) {
		to[i] = (uint32_t)(s - first);
		end = memchr(s, 0, h->str_bytes - (size_t)(s - first));
		if (!end)
			return false;
		s = end + 1;
	}
	to[i] = (uint32_t)(s - first);
	return true;
}

/* A number has a byte at least, and a string its NUL: no byte makes more than 5. */
#define BYTES_OF_BYTE 16u

size_t ost_facts_restored_size(const void *packed, size_t len)
{
	struct ost_facts_head h;

	if (len < sizeof(h))
		return 0;
	memcpy(&h, packed, sizeof(h));
	return h.total >= sizeof(h) && h.total / BYTES_OF_BYTE <= len ? h.total : 0;
}

bool ost_facts_restore_to(const void *packed, size_t len, void *to)
{
	const uint8_t *bytes = packed;
	struct ost_columns_in in = { bytes + sizeof(struct ost_facts_head), bytes + len, false };
	struct made m = { to, sizeof(struct ost_facts_head), ost_facts_restored_size(packed, len) };
	const struct ost_facts_head *h = to;
	void *rest;

	if (!m.total)
		return false;
	memcpy(to, packed, sizeof(*h));
#define X(type, name)								\
	if (!restore_table(&in, h->nr_##name, sizeof(struct type) / 4, &m))	\
		return false;
	OST_FACTS_TABLES(X)
#undef X
	if (!restore_offsets(&in, h, &m) || (size_t)(in.end - in.at) != m.total - m.at)
		return false;
	rest = take(&m, (size_t)(in.end - in.at));
	memcpy(rest, in.at, (size_t)(in.end - in.at));
	return true;
}

bool ost_facts_restore(const void *packed, size_t len, struct ost_buf *out)
{
	size_t total = ost_facts_restored_size(packed, len);

	ost_buf_clear(out);
	ost_buf_reserve(out, total);
	if (!total || !ost_facts_restore_to(packed, len, out->ptr))
		return false;
	out->len = total;
	out->ptr[total] = 0;
	return true;
}
