// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Register headers: nothing but object-like macros of numbers, hundreds to a
 * hundred thousand of them. A third of the kernel's bytes are such lines, and
 * no question about code needs them one by one.
 *
 * Told by content alone: the first line that is none of blank, comment,
 * `#define NAME number`, #ifndef/#ifdef/#endif/#undef ends the look, so that an
 * ordinary file costs its first few lines.
 */
#include "source/parse.h"

#include <string.h>

#include "source/scan.h"

struct scan {
	const char *p, *end;
	uint32_t nr, lines;
};

static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

static void skip_word(struct scan *s)
{
#ifdef __SSE2__
	unsigned mask = 0xffff;

	while (s->end - s->p >= 16 && mask == 0xffff) {
		mask = ost_word_mask(s->p);
		s->p += __builtin_ctz(~mask);
	}
	if (mask != 0xffff)
		return;
#endif
	while (s->p < s->end && is_word_char(*s->p))
		s->p++;
}

static void skip_blanks(struct scan *s)
{
#ifdef __SSE2__
	/* columns of values are padded with many */
	while (s->end - s->p >= 16 && *s->p == ' ') {
		__m128i x = _mm_loadu_si128((const __m128i *)s->p);

		s->p += __builtin_ctz(~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(' '))));
	}
#endif
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static bool at_operator(const struct scan *s)
{
	static const bool is_operator[256] = {
		['<'] = true, ['>'] = true, ['|'] = true, ['+'] = true, ['-'] = true, ['*'] = true, ['&'] = true,
	};

	return s->p < s->end && is_operator[(uint8_t)*s->p];
}

static bool at_eol(const struct scan *s)
{
	return s->p >= s->end || *s->p == '\n';
}

/* After a comment at s->p, which may hold several lines; false: none, or open. */
static bool skip_comment(struct scan *s)
{
	const char *close;

	if (s->end - s->p < 2 || s->p[0] != '/')
		return false;
	if (s->p[1] == '/') {
		close = memchr(s->p, '\n', (size_t)(s->end - s->p));
		s->p = close ? close : s->end;
		return true;
	}
	if (s->p[1] != '*')
		return false;
	for (s->p += 2; s->p + 1 < s->end; s->p++) {
		if (s->p[0] == '*' && s->p[1] == '/') {
			s->p += 2;
			return true;
		}
		s->lines += *s->p == '\n';
	}
	return false;
}

/* A number, perhaps with a sign or, in parentheses, an operator and another. */
static bool skip_number(struct scan *s)
{
	const char *start;
	unsigned nr_open = 0;

	while (s->p < s->end && (*s->p == '(' || *s->p == '-')) {
		nr_open += *s->p == '(';
		s->p++;
		skip_blanks(s);
	}
	for (;;) {
		if (s->p >= s->end || *s->p < '0' || *s->p > '9')
			return false;
		start = s->p;
		skip_word(s);
		skip_blanks(s);
		if (!nr_open || !at_operator(s))
			break;
		while (at_operator(s))
			s->p++;
		skip_blanks(s);
	}
	while (nr_open && s->p < s->end && *s->p == ')') {
		nr_open--;
		s->p++;
		skip_blanks(s);
	}
	return !nr_open && s->p > start;
}

/* Numbers with operators between them: 1 << 4 | 3 */
static bool skip_value(struct scan *s)
{
	do {
		if (!skip_number(s))
			return false;
		while (at_operator(s))
			s->p++;
		skip_blanks(s);
	} while (s->p < s->end && ((*s->p >= '0' && *s->p <= '9') || *s->p == '('));
	return true;
}

/* After "#define ": NAME value [comment] */
static bool skip_define(struct scan *s)
{
	skip_blanks(s);
	if (s->p >= s->end || !is_word_char(*s->p))
		return false;
	skip_word(s);
	if (at_eol(s))
		return true;	/* an include guard */
	if (*s->p != ' ' && *s->p != '\t')
		return false;
	skip_blanks(s);
	if (at_eol(s))
		return true;
	if (!skip_value(s))
		return false;
	s->nr++;
	return true;
}

static bool starts(const struct scan *s, const char *word, size_t len)
{
	return (size_t)(s->end - s->p) > len && !memcmp(s->p, word, len) && !is_word_char(s->p[len]);
}

static bool skip_directive(struct scan *s)
{
	const char *eol;

	for (s->p++; s->p < s->end && (*s->p == ' ' || *s->p == '\t'); s->p++)
		;
	if (starts(s, "define", 6)) {
		s->p += 6;
		return skip_define(s);
	}
	if (!starts(s, "ifndef", 6) && !starts(s, "ifdef", 5) && !starts(s, "endif", 5) &&
	    !starts(s, "undef", 5) && (size_t)(s->end - s->p) != 5)
		return false;
	eol = memchr(s->p, '\n', (size_t)(s->end - s->p));
	s->p = eol ? eol : s->end;
	return s->p[-1] != '\\';
}

static bool skip_line(struct scan *s)
{
	skip_blanks(s);
	if (s->p < s->end && *s->p == '#' && !skip_directive(s))
		return false;
	for (;;) {
		skip_blanks(s);
		if (at_eol(s))
			break;
		if (!skip_comment(s))
			return false;
	}
	if (s->p < s->end) {
		s->p++;
		s->lines++;
	}
	return true;
}

bool ost_is_registers(const char *text, size_t len, uint32_t *ret_nr, uint32_t *ret_lines)
{
	struct scan s = { text, text + len, 0, 1 };

	while (s.p < s.end)
		if (!skip_line(&s))
			return false;
	*ret_nr = s.nr;
	*ret_lines = s.lines;
	return s.nr >= OST_REGISTERS_MIN;
}
