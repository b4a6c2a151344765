/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hash.h - non-cryptographic hashes for tables. The values are the same on
 * every machine and in every run, but may change between versions of Ostler:
 * never write one to disk without a version.
 */
#ifndef OST_BASE_HASH_H
#define OST_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t ost_hash_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ull;
	x ^= x >> 32;
	return x;
}

static inline uint64_t ost_hash_bytes(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h = 0x9e3779b97f4a7c15ull ^ (len * 0xff51afd7ed558ccdull);
	uint64_t w;

	while (len >= 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * 0xd6e8feb86659fd93ull;
		h ^= h >> 29;
		p += 8;
		len -= 8;
	}
	w = 0;
	if (len) {
		memcpy(&w, p, len);
		h = (h ^ w) * 0xd6e8feb86659fd93ull;
	}
	return ost_hash_mix(h);
}

#endif
