// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <strings.h>

#include "base/alloc.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define MAX_CHARSET_NAME 64

/* Length of the well-formed sequence at p (2..4), or 0. Unicode, table 3-7. */
static size_t sequence_len(const unsigned char *p, size_t len)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t n, i;

	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > len)
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return n;
}

/* Bytes from the start of s that can be taken as they are. */
static size_t valid_prefix(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0, n;
	uint64_t w;

	while (i < len) {
		if (len - i >= 8) {
			memcpy(&w, p + i, 8);
			/* eight bytes, none of them NUL or above 0x7f */
			if (!((w | (w - 0x0101010101010101ull)) & 0x8080808080808080ull)) {
				i += 8;
				continue;
			}
		}
		if (p[i] && p[i] < 0x80) {
			i++;
			continue;
		}
		n = p[i] ? sequence_len(p + i, len - i) : 0;
		if (!n)
			break;
		i += n;
	}
	return i;
}

bool ost_utf8_is_valid(const char *s, size_t len)
{
	return valid_prefix(s, len) == len;
}

void ost_utf8_add(struct ost_buf *out, const char *s, size_t len, struct ost_utf8_count *count)
{
	size_t n;

	ost_buf_reserve(out, len);
	while (len) {
		n = valid_prefix(s, len);
		ost_buf_add(out, s, n);
		s += n;
		len -= n;
		if (!len)
			break;
		if (*s)
			count->nr_replaced++;
		else
			count->nr_nul++;
		ost_buf_addstr(out, REPLACEMENT);
		s++;
		len--;
	}
}

static bool is_utf8_name(const char *name)
{
	static const char *const names[] = {
		"", "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "x-unknown", "default",
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (!strcasecmp(name, names[i]))
			return true;
	return false;
}

/* iconv takes suffixes such as //IGNORE, and loads modules by name: be strict. */
static bool is_sane_name(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+");

	return !name[n] && n < MAX_CHARSET_NAME;
}

static const char *superset_of(const char *name)
{
	if (!strcasecmp(name, "iso-8859-1") || !strcasecmp(name, "latin1"))
		return "windows-1252";
	if (!strcasecmp(name, "gb2312") || !strcasecmp(name, "gbk"))
		return "gb18030";
	if (!strcasecmp(name, "ks_c_5601-1987"))
		return "cp949";
	return name;
}

/* One round of iconv; what comes out is checked once more, for NULs above all. */
static void convert(iconv_t cd, struct ost_buf *out, const char *s, size_t len,
		    struct ost_utf8_count *count)
{
	char *in = (char *)s, chunk[8192];
	struct ost_utf8_count inner = { 0, 0 };

	while (len) {
		char *o = chunk;
		size_t room = sizeof(chunk);
		size_t rc = iconv(cd, &in, &len, &o, &room);

		ost_utf8_add(out, chunk, sizeof(chunk) - room, &inner);
		if (rc != (size_t)-1 || errno == E2BIG)
			continue;
		/* EILSEQ or EINVAL (cut short): pass one byte over */
		ost_buf_addstr(out, REPLACEMENT);
		count->nr_replaced++;
		in++;
		len--;
		iconv(cd, NULL, NULL, NULL, NULL);
	}
	count->nr_nul += inner.nr_nul;
	count->nr_replaced += inner.nr_replaced;
}

bool ost_charset_add(struct ost_buf *out, const char *charset, const char *s, size_t len,
		     struct ost_utf8_count *count)
{
	iconv_t cd = (iconv_t)-1;

	if (!is_utf8_name(charset)) {
		if (is_sane_name(charset))
			cd = iconv_open("UTF-8", superset_of(charset));
		if (cd == (iconv_t)-1) {
			ost_utf8_add(out, s, len, count);
			return false;
		}
		convert(cd, out, s, len, count);
		iconv_close(cd);
		return true;
	}
	ost_utf8_add(out, s, len, count);
	return true;
}
