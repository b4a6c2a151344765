// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/facts_pack.h"

#include "source/facts_format.h"

#define VARINT_MAX 5	/* bytes of a 32-bit number */

/* ---- packing ------------------------------------------------------------ */

static uint8_t *put(uint8_t *to, uint32_t step)
{
	step = step << 1 ^ (uint32_t)-(int32_t)(step >> 31);	/* small either way */
	while (step >= 0x80) {
		*to++ = (uint8_t)(step | 0x80);
		step >>= 7;
	}
	*to++ = (uint8_t)step;
	return to;
}

/* A table of `rows` rows of `words` numbers; yields where it ends. */
static const uint32_t *pack_table(const uint32_t *t, uint32_t rows, size_t words, struct ost_buf *out)
{
	uint32_t before, i;
	uint8_t *to;
	size_t k;

	ost_buf_reserve(out, (size_t)rows * words * VARINT_MAX);
	to = (uint8_t *)out->ptr + out->len;
	for (k = 0; k < words; k++) {
		before = 0;
		for (i = 0; i < rows; i++) {
			to = put(to, t[i * words + k] - before);
			before = t[i * words + k];
		}
	}
	out->len = (size_t)(to - (uint8_t *)out->ptr);
	return t + rows * words;
}

void ost_facts_pack(const void *record, size_t len, struct ost_buf *out)
{
	const struct ost_facts_head *h = record;
	const uint32_t *t = (const void *)(h + 1);
	const char *strings;

	ost_buf_clear(out);
	ost_buf_add(out, h, sizeof(*h));
#define X(type, name) t = pack_table(t, h->nr_##name, sizeof(struct type) / 4, out);
	OST_FACTS_TABLES(X)
#undef X
	strings = (const char *)(t + h->nr_strs + 1);
	ost_buf_add(out, strings, (size_t)((const char *)record + len - strings));
}

/* ---- and back ----------------------------------------------------------- */

struct input {
	const uint8_t *at, *end;
	bool is_bad;
};

static uint32_t get_long(struct input *in)
{
	uint32_t v = 0;
	int shift;

	for (shift = 0; in->at < in->end && shift < 7 * VARINT_MAX; shift += 7) {
		v |= (uint32_t)(*in->at & 0x7f) << shift;
		if (!(*in->at++ & 0x80))
			return v;
	}
	in->is_bad = true;
	return 0;
}

static inline uint32_t get(struct input *in)
{
	uint32_t v = in->at < in->end && *in->at < 0x80 ? *in->at++ : get_long(in);

	return v >> 1 ^ (uint32_t)-(int32_t)(v & 1);
}

/* Each number has a byte at least: a table that cannot be there is not made room for. */
static bool restore_table(struct input *in, uint32_t rows, size_t words, struct ost_buf *out)
{
	uint32_t value, i, *to;
	size_t k;

	if (in->is_bad || (uint64_t)rows * words > (uint64_t)(in->end - in->at))
		return false;
	ost_buf_reserve(out, (size_t)rows * words * 4);
	to = (void *)(out->ptr + out->len);
	for (k = 0; k < words; k++) {
		value = 0;
		for (i = 0; i < rows; i++) {
			value += get(in);
			to[i * words + k] = value;
		}
	}
	out->len += (size_t)rows * words * 4;
	return !in->is_bad;
}

/* Where each string begins, and the end of the last one. */
static bool restore_offsets(const struct input *in, const struct ost_facts_head *h, struct ost_buf *out)
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
	struct input in = { bytes + sizeof(struct ost_facts_head), bytes + len, false };
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
