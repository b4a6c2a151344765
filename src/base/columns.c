// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/columns.h"

#define VARINT_MAX 5	/* bytes of a 32-bit number */

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

void ost_columns_pack(const uint32_t *table, size_t rows, size_t words, struct ost_buf *out)
{
	uint32_t before;
	uint8_t *to;
	size_t i, k;

	for (k = 0; k < words; k++) {
		ost_buf_reserve(out, rows * VARINT_MAX);
		to = (uint8_t *)out->ptr + out->len;
		before = 0;
		for (i = 0; i < rows; i++) {
			to = put(to, table[i * words + k] - before);
			before = table[i * words + k];
		}
		out->len = (size_t)(to - (uint8_t *)out->ptr);
	}
}

static uint32_t get_long(struct ost_columns_in *in)
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

static inline uint32_t get(struct ost_columns_in *in)
{
	uint32_t v = in->at < in->end && *in->at < 0x80 ? *in->at++ : get_long(in);

	return v >> 1 ^ (uint32_t)-(int32_t)(v & 1);
}

bool ost_columns_restore(struct ost_columns_in *in, size_t rows, size_t words, uint32_t *table)
{
	uint32_t value;
	size_t i, k;

	if (!ost_columns_may_hold(in, rows, words))
		return false;
	for (k = 0; k < words; k++) {
		value = 0;
		for (i = 0; i < rows; i++) {
			value += get(in);
			table[i * words + k] = value;
		}
	}
	return !in->is_bad;
}
