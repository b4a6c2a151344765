// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json_out.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"

static void start(struct ost_json_out *o, const char *key)
{
	static const char spaces[] = "                ";

	if (o->depth) {
		ost_buf_add(&o->b, ",\n", o->has_before ? 2 : 0);
		if (!o->has_before)
			ost_buf_addch(&o->b, '\n');
		for (unsigned i = o->depth; i; i -= i < sizeof(spaces) - 1 ? i : sizeof(spaces) - 1)
			ost_buf_add(&o->b, spaces, i < sizeof(spaces) - 1 ? i : sizeof(spaces) - 1);
	}
	if (key) {
		ost_buf_addch(&o->b, '"');
		ost_buf_addstr(&o->b, key);
		ost_buf_add(&o->b, "\": ", 3);
	}
	o->has_before = true;
}

void ost_json_open(struct ost_json_out *o, const char *key, char bracket)
{
	start(o, key);
	ost_buf_addch(&o->b, bracket);
	o->depth++;
	o->has_before = false;
}

void ost_json_close(struct ost_json_out *o, char bracket)
{
	bool is_empty = !o->has_before;

	o->depth--;
	if (!is_empty) {
		ost_buf_addch(&o->b, '\n');
		for (unsigned i = 0; i < o->depth; i++)
			ost_buf_addch(&o->b, ' ');
	}
	ost_buf_addch(&o->b, bracket);
	o->has_before = true;
}

static void escape(struct ost_buf *b, uint32_t cp)
{
	const char *of = "\"\"\\\\\nn\tt", *at = of;

	while (*at && (uint32_t)*at != cp)
		at += 2;
	if (*at)
		ost_buf_addf(b, "\\%c", at[1]);
	else if (cp < 0x80)
		ost_buf_addch(b, (char)cp);
	else if (cp < 0x10000)
		ost_buf_addf(b, "\\u%04X", (unsigned)cp);
	else
		ost_buf_addf(b, "\\u%04X\\u%04X", 0xd800u | (cp - 0x10000) >> 10, 0xdc00u | ((cp - 0x10000) & 0x3ff));
}

/* Bytes from s on that stand for themselves. */
static size_t plain_len(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] - 0x20u < 0x5fu && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void put_escaped(struct ost_buf *b, const char *s)
{
	char *copy = ost_utf8_clean(ost_strdup(s));
	size_t len = strlen(copy), n;
	uint32_t cp = 0;

	for (size_t i = 0; i < len; i += n) {
		n = ost_utf8_next(copy + i, len - i, &cp);
		escape(b, cp);
	}
	free(copy);
}

void ost_json_put(struct ost_json_out *o, const char *key, const char *s)
{
	size_t plain;

	start(o, key);
	if (!s) {
		ost_buf_add(&o->b, "null", 4);
		return;
	}
	plain = plain_len(s);
	ost_buf_reserve(&o->b, plain + 2);
	ost_buf_addch(&o->b, '"');
	ost_buf_add(&o->b, s, plain);
	if (s[plain])
		put_escaped(&o->b, s + plain);
	ost_buf_addch(&o->b, '"');
}

void ost_json_put_nr(struct ost_json_out *o, const char *key, uint64_t nr)
{
	char digits[24], *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + nr % 10);
		nr /= 10;
	} while (nr);
	start(o, key);
	ost_buf_add(&o->b, at, (size_t)(digits + sizeof(digits) - at));
}
