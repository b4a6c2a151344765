// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/rfc2047.h"

#include <ctype.h>
#include <strings.h>

#include "base/alloc.h"

/* One encoded word: =?charset*lang?B|Q?text?= */
struct word {
	const char *charset, *text, *end;
	size_t charset_len, text_len;
	bool is_base64;
};

#define MAX_CHARSET 40

static bool is_fold(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool word_at(struct word *w, const char *p, const char *end)
{
	const char *q;

	if (end - p < 8 || p[0] != '=' || p[1] != '?')
		return false;
	w->charset = p + 2;
	q = memchr(w->charset, '?', end - w->charset < MAX_CHARSET ? end - w->charset : MAX_CHARSET);
	if (!q || q == w->charset || end - q < 5 || q[2] != '?')
		return false;
	w->charset_len = q - w->charset;
	if (q[1] == 'b' || q[1] == 'B')
		w->is_base64 = true;
	else if (q[1] == 'q' || q[1] == 'Q')
		w->is_base64 = false;
	else
		return false;
	w->text = q + 3;
	for (q = w->text; q + 1 < end; q++) {
		if (q[0] == '?' && q[1] == '=') {
			w->text_len = q - w->text;
			w->end = q + 2;
			return true;
		}
		if (q[0] == '\n' || q[0] == '?')
			return false;
	}
	return false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static void decode_q(struct ost_buf *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '=' && i + 2 < len && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
			ost_buf_addch(out, hex_digit(s[i + 1]) << 4 | hex_digit(s[i + 2]));
			i += 2;
		} else {
			ost_buf_addch(out, s[i] == '_' ? ' ' : s[i]);
		}
	}
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void decode_b(struct ost_buf *out, const char *s, size_t len)
{
	unsigned int bits = 0, nr = 0;
	size_t i;
	int d;

	for (i = 0; i < len && s[i] != '='; i++) {
		d = base64_digit(s[i]);
		if (d < 0)
			continue;
		bits = bits << 6 | d;
		nr += 6;
		if (nr >= 8) {
			nr -= 8;
			ost_buf_addch(out, bits >> nr & 0xff);
		}
	}
}

/* Bytes of neighbouring words in one charset, waiting to be converted together. */
struct pending {
	struct ost_buf bytes;
	char charset[MAX_CHARSET + 1];
	bool is_any;
};

static void flush(struct pending *p, struct ost_buf *out, struct ost_utf8_count *count)
{
	if (p->is_any)
		ost_charset_add(out, p->charset, p->bytes.ptr, p->bytes.len, count);
	ost_buf_clear(&p->bytes);
	p->is_any = false;
}

static void take_word(struct pending *p, const struct word *w, struct ost_buf *out,
		      struct ost_utf8_count *count)
{
	size_t len = w->charset_len;
	const char *lang = memchr(w->charset, '*', len);

	if (lang)
		len = lang - w->charset;
	if (p->is_any && (strncasecmp(p->charset, w->charset, len) || p->charset[len]))
		flush(p, out, count);
	memcpy(p->charset, w->charset, len);
	p->charset[len] = '\0';
	p->is_any = true;
	if (w->is_base64)
		decode_b(&p->bytes, w->text, w->text_len);
	else
		decode_q(&p->bytes, w->text, w->text_len);
}

/* Control bytes to spaces, white space at the end cut. */
static void tidy(struct ost_buf *out, size_t from)
{
	size_t i;

	for (i = from; i < out->len; i++)
		if ((unsigned char)out->ptr[i] < 0x20 || out->ptr[i] == 0x7f)
			out->ptr[i] = ' ';
	while (out->len > from && out->ptr[out->len - 1] == ' ')
		ost_buf_trim(out, out->len - 1);
}

void ost_rfc2047_decode(struct ost_buf *out, const char *s, size_t len,
			struct ost_utf8_count *count)
{
	const char *p = s, *end = s + len, *plain;
	struct pending pend = { OST_BUF_INIT, "", false };
	size_t from = out->len;
	struct word w;

	while (p < end && is_fold(*p))
		p++;
	while (p < end) {
		if (*p == '=' && word_at(&w, p, end)) {
			take_word(&pend, &w, out, count);
			p = w.end;
			continue;
		}
		if (is_fold(*p)) {
			bool is_line_end = false;

			for (plain = p; p < end && is_fold(*p); p++)
				is_line_end |= *p == '\n';
			if (pend.is_any && p < end && word_at(&w, p, end))
				continue;	/* white space between two words is not text */
			flush(&pend, out, count);
			if (is_line_end)
				ost_buf_addch(out, ' ');
			else
				ost_buf_add(out, plain, p - plain);
			continue;
		}
		flush(&pend, out, count);
		for (plain = p++; p < end && *p != '=' && !is_fold(*p); p++)
			;
		ost_utf8_add(out, plain, p - plain, count);
	}
	flush(&pend, out, count);
	ost_buf_deinit(&pend.bytes);
	tidy(out, from);
}
