// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/sum.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"

#define LANES 4
#define WINDOW (4 << 20)	/* a multiple of the page size and of the lanes */
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

/* Gives the pages of [from, to) back: what was read of a mapping need not stay. */
static void give_back(const unsigned char *from, const unsigned char *to)
{
	madvise((void *)(uintptr_t)from, (size_t)(to - from), MADV_DONTNEED);
}

static uint64_t sum_of(const void *data, size_t len, bool is_mapped)
{
	const unsigned char *p = data, *kept = data;
	uint64_t h[LANES] = { 1, 2, 3, 4 }, last = 0, sum = len;
	unsigned i;

	/* independent lanes keep the multiplier busy */
	while (len >= 8 * LANES) {
		size_t stretch = len < WINDOW ? len : WINDOW;

		for (; stretch >= 8 * LANES; p += 8 * LANES, len -= 8 * LANES, stretch -= 8 * LANES)
			for (i = 0; i < LANES; i++)
				h[i] = step(h[i], word(p + 8 * i));
		if (is_mapped && p - kept == WINDOW) {
			give_back(kept, p);
			kept = p;
		}
	}
	for (; len >= 8; p += 8, len -= 8)
		h[0] = step(h[0], word(p));
	memcpy(&last, p, len);
	h[1] = step(h[1], last);
	for (i = 0; i < LANES; i++)
		sum = step(sum, h[i]);
	return ost_hash_mix(sum);
}

uint64_t ost_store_sum(const void *data, size_t len)
{
	return sum_of(data, len, false);
}

uint64_t ost_store_sum_mapped(const void *map, size_t len)
{
	return sum_of(map, len, true);
}
