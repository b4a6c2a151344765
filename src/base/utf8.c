// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t ost_utf8_next(const char *s, size_t len, uint32_t *ret_cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	size_t n, i;
	uint32_t cp;

	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*ret_cp = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	cp = p[0] & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (p[i] & 0x3f);
	}
	if (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return 0;
	*ret_cp = cp;
	return n;
}

static bool is_unfit(uint32_t cp)
{
	if (cp == '\n' || cp == '\t')
		return false;
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x200e || cp == 0x200f ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

char *ost_utf8_clean(char *s)
{
	size_t len = strlen(s), i, n;
	uint32_t cp;

	for (i = 0; i < len; i += n) {
		n = ost_utf8_next(s + i, len - i, &cp);
		if (n && !is_unfit(cp))
			continue;
		n = n ? n : 1;
		memset(s + i, '?', n);
	}
	return s;
}

static size_t width_of(uint32_t cp)
{
	if ((cp >= 0x300 && cp < 0x370) || cp == 0x200b || cp == 0x200d || (cp >= 0xfe00 && cp <= 0xfe0f))
		return 0;
	if ((cp >= 0x1100 && cp < 0x1160) || (cp >= 0x2e80 && cp < 0xa4d0) || (cp >= 0xac00 && cp < 0xd7a4) ||
	    (cp >= 0xf900 && cp < 0xfb00) || (cp >= 0xfe30 && cp < 0xfe70) || (cp >= 0xff00 && cp < 0xff61) ||
	    (cp >= 0x1f300 && cp < 0x1fb00) || (cp >= 0x20000 && cp < 0x40000))
		return 2;
	return 1;
}

size_t ost_utf8_width(const char *s)
{
	size_t len = strlen(s), i, n, width = 0;
	uint32_t cp;

	for (i = 0; i < len; i += n) {
		n = ost_utf8_next(s + i, len - i, &cp);
		width += n ? width_of(cp) : 1;
		n = n ? n : 1;
	}
	return width;
}
