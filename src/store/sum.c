// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/sum.h"

#include <string.h>

#include "base/hash.h"

#define LANES 4
#define PRIME 0xd6e8feb86659fd93ull

static inline uint64_t step(uint64_t h, uint64_t w)
{
	h = (h ^ w) * PRIME;
	return h ^ h >> 29;
}

static inline uint64_t word(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

uint64_t ost_store_sum(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h[LANES] = { 1, 2, 3, 4 }, last = 0, sum = len;
	unsigned i;

	/* independent lanes keep the multiplier busy */
	for (; len >= 8 * LANES; p += 8 * LANES, len -= 8 * LANES)
		for (i = 0; i < LANES; i++)
			h[i] = step(h[i], word(p + 8 * i));
	for (; len >= 8; p += 8, len -= 8)
		h[0] = step(h[0], word(p));
	memcpy(&last, p, len);
	h[1] = step(h[1], last);
	for (i = 0; i < LANES; i++)
		sum = step(sum, h[i]);
	return ost_hash_mix(sum);
}
