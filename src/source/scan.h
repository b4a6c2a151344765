/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan.h - how long is what stands here, 16 bytes at a time where the
 * processor can. Both ways give the same answer (tests/unit/test_source.c).
 */
#ifndef OST_SOURCE_SCAN_H
#define OST_SOURCE_SCAN_H

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bytes of identifiers and numbers: letters, digits, _, $ and all beyond ASCII. */
extern const uint8_t ost_is_word[256];

/* Bytes of the word at p, one by one. */
static inline uint32_t ost_word_len_plain(const char *p)
{
	const char *q = p;

	while (ost_is_word[(uint8_t)*q])
		q++;
	return (uint32_t)(q - p);
}

#ifdef __SSE2__
/* A bit for each of the 16 bytes at p: an ASCII letter, digit or _. */
static inline unsigned ost_word_mask(const char *p)
{
	__m128i x = _mm_loadu_si128((const __m128i *)p);
	__m128i low = _mm_or_si128(x, _mm_set1_epi8(0x20));
	__m128i is_letter = _mm_and_si128(_mm_cmpgt_epi8(low, _mm_set1_epi8('a' - 1)),
					  _mm_cmplt_epi8(low, _mm_set1_epi8('z' + 1)));
	__m128i is_digit = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8('0' - 1)),
					 _mm_cmplt_epi8(x, _mm_set1_epi8('9' + 1)));
	__m128i is_line = _mm_cmpeq_epi8(x, _mm_set1_epi8('_'));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(is_letter, is_digit), is_line));
}
#endif

/* The same; reads up to 16 bytes beyond the word's end. */
static inline uint32_t ost_word_len(const char *p)
{
#ifdef __SSE2__
	unsigned mask;
	uint32_t n = 0;

	while ((mask = ost_word_mask(p + n)) == 0xffff)
		n += 16;
	n += (uint32_t)__builtin_ctz(~mask);
	/* a $ or a byte beyond ASCII, which the mask does not know */
	return __builtin_expect(ost_is_word[(uint8_t)p[n]], 0) ? n + ost_word_len_plain(p + n) : n;
#else
	return ost_word_len_plain(p);
#endif
}

#endif
