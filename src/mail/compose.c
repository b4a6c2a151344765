// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compose.c - mails that every reader takes.
 *
 * Encoded words hold whole characters, each word is a valid one by itself,
 * and only the stretch of a value from its first to its last non-ASCII word
 * is encoded: "[PATCH AUTOSEL 6.1]" stays readable for scripts.
 */
#include "mail/compose.h"

#include <ctype.h>
#include <stdio.h>
#include <time.h>

#include "base/alloc.h"
#include "mail/utf8.h"

#define MAX_LINE 78
#define MAX_WORD 75		/* RFC 2047 */
#define MAX_BODY_LINE 998	/* RFC 5322 */
#define MAX_QP_LINE 76

/* ---- checks ------------------------------------------------------------ */

static struct ost_err *bad(const char *what, const char *why)
{
	return ost_err_create(OST_ERR_USAGE, what, NULL, "%s", why);
}

/* Text of one line, without control bytes. */
static bool is_line(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

/* An address or message id: visible ASCII without what would end it. */
static bool is_atom(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("<>(),;\"\\", *p))
			return false;
	return p > s;
}

static struct ost_err *check_text(const char *what, const char *s)
{
	if (!is_line(s))
		return bad(what, "control bytes in a header");
	if (!ost_utf8_is_valid(s, strlen(s)))
		return bad(what, "a header that is not UTF-8");
	return NULL;
}

/* ---- header values ----------------------------------------------------- */

struct folder {
	struct ost_buf *out;
	size_t column;
};

/* Puts one piece that cannot be cut, on a new line when the current one is full. */
static void put_piece(struct folder *f, const char *s, size_t len, bool is_first)
{
	if (!is_first && f->column + 1 + len > MAX_LINE) {
		ost_buf_addstr(f->out, "\n ");
		f->column = 1;
	} else if (!is_first) {
		ost_buf_addch(f->out, ' ');
		f->column++;
	}
	ost_buf_add(f->out, s, len);
	f->column += len;
}

static size_t char_len(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static void add_q(struct ost_buf *b, unsigned char c)
{
	if (isalnum(c) && c < 0x80)
		ost_buf_addch(b, c);
	else if (c == ' ')
		ost_buf_addch(b, '_');
	else
		ost_buf_addf(b, "=%02X", c);
}

/* Text as encoded words, each with as many characters as it takes. */
static void put_encoded(struct folder *f, const char *s, size_t len, bool is_first)
{
	static const char intro[] = "=?UTF-8?q?";
	const char *end = s + len;

	while (s < end) {
		OST_BUF word = OST_BUF_INIT;
		size_t room = is_first && f->column + 20 < MAX_LINE ? MAX_LINE - f->column : MAX_WORD;

		if (room > MAX_WORD)
			room = MAX_WORD;
		ost_buf_addstr(&word, intro);
		while (s < end) {
			size_t n = char_len(s), before = word.len, i;

			for (i = 0; i < n; i++)
				add_q(&word, s[i]);
			if (word.len + 2 > room && before > sizeof(intro) - 1) {
				ost_buf_trim(&word, before);
				break;
			}
			s += n;
		}
		ost_buf_addstr(&word, "?=");
		put_piece(f, word.ptr, word.len, is_first);
		is_first = false;
	}
}

static bool needs_encoding(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80 || (s[i] == '=' && i + 1 < len && s[i + 1] == '?'))
			return true;
	return len > MAX_BODY_LINE - 2;
}

static size_t word_len(const char *s)
{
	return strcspn(s, " ");
}

/* Unstructured text: words as they are, the part that needs it encoded. */
static void put_text(struct folder *f, const char *s)
{
	const char *p, *first = NULL, *last = NULL;
	bool is_first = true;

	for (p = s; *p; p += word_len(p) + (p[word_len(p)] == ' ')) {
		if (!needs_encoding(p, word_len(p)))
			continue;
		if (!first)
			first = p;
		last = p + word_len(p);
	}
	for (p = s; *p; is_first = false) {
		size_t n = word_len(p);

		if (p == first) {
			put_encoded(f, first, last - first, is_first);
			p = last;
		} else {
			put_piece(f, p, n, is_first);
			p += n;
		}
		if (*p == ' ')
			p++;
	}
}

struct ost_err *ost_compose_header(struct ost_buf *out, const char *name, const char *value)
{
	struct folder f = { out, 0 };
	const char *p;

	for (p = name; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == ':')
			break;
	if (*p || p == name)
		return bad("header name", "holds a colon, a blank or a control byte, or is empty");
	ost_try(check_text(name, value));
	ost_buf_addf(out, "%s: ", name);
	f.column = strlen(name) + 2;
	put_text(&f, value);
	ost_buf_addch(out, '\n');
	return NULL;
}

/* A display name: as it is, quoted, or encoded. */
static void put_name(struct folder *f, const char *s, bool is_first)
{
	OST_BUF b = OST_BUF_INIT;
	size_t len = strlen(s);

	if (needs_encoding(s, len)) {
		put_encoded(f, s, len, is_first);
		return;
	}
	if (strpbrk(s, "()<>[]:;@\\,.\"")) {
		ost_buf_addch(&b, '"');
		for (; *s; s++) {
			if (*s == '"' || *s == '\\')
				ost_buf_addch(&b, '\\');
			ost_buf_addch(&b, *s);
		}
		ost_buf_addch(&b, '"');
		put_piece(f, b.ptr, b.len, is_first);
		return;
	}
	put_piece(f, s, len, is_first);
}

static struct ost_err *check_address(const struct ost_address *a)
{
	const char *at = strchr(a->addr, '@');

	ost_try(check_text("address", a->name));
	if (!is_atom(a->addr) || !at || at == a->addr || !at[1] || strchr(at + 1, '@'))
		return bad("address", "not of the form local@domain");
	return NULL;
}

static struct ost_err *put_addresses(struct ost_buf *out, const char *header, const struct ost_address *a,
				     uint32_t nr)
{
	struct folder f = { out, strlen(header) + 2 };
	OST_BUF spec = OST_BUF_INIT;
	uint32_t i;

	if (!nr)
		return NULL;
	ost_buf_addf(out, "%s: ", header);
	for (i = 0; i < nr; i++) {
		ost_try(check_address(&a[i]));
		if (*a[i].name)
			put_name(&f, a[i].name, !i);
		ost_buf_clear(&spec);
		ost_buf_addf(&spec, *a[i].name ? "<%s>%s" : "%s%s", a[i].addr, i + 1 < nr ? "," : "");
		put_piece(&f, spec.ptr, spec.len, !i && !*a[i].name);
	}
	ost_buf_addch(out, '\n');
	return NULL;
}

static struct ost_err *put_ids(struct ost_buf *out, const char *header, const char *const *ids, uint32_t nr,
			       const char *last)
{
	struct folder f = { out, strlen(header) + 2 };
	OST_BUF id = OST_BUF_INIT;
	bool has_last = last && nr && !strcmp(ids[nr - 1], last);
	uint32_t i, all = nr + (last && !has_last);

	if (!all)
		return NULL;
	ost_buf_addf(out, "%s: ", header);
	for (i = 0; i < all; i++) {
		const char *s = i < nr ? ids[i] : last;

		if (!is_atom(s))
			return bad(header, "a message id with blanks, brackets or control bytes");
		ost_buf_clear(&id);
		ost_buf_addf(&id, "<%s>", s);
		put_piece(&f, id.ptr, id.len, !i);
	}
	ost_buf_addch(out, '\n');
	return NULL;
}

static struct ost_err *put_date(struct ost_buf *out, int64_t date, int32_t zone)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = date + (int64_t)zone * 60;
	struct tm tm;

	if (zone <= -24 * 60 || zone >= 24 * 60 || date < 0 || date > 253402300799 - 86400 || !gmtime_r(&t, &tm))
		return bad("date", "out of range");
	ost_buf_addf(out, "Date: %.3s, %d %.3s %04d %02d:%02d:%02d %c%02d%02d\n", days + 3 * tm.tm_wday, tm.tm_mday,
		     months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec,
		     zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
	return NULL;
}

/* ---- body -------------------------------------------------------------- */

enum encoding { ENC_7BIT, ENC_8BIT, ENC_QP };

static enum encoding choose(const struct ost_buf *body, bool prefer_qp)
{
	bool is_ascii = true;
	size_t i, column = 0;

	for (i = 0; i < body->len; i++) {
		is_ascii &= (unsigned char)body->ptr[i] < 0x80;
		column = body->ptr[i] == '\n' ? 0 : column + 1;
		if (column > MAX_BODY_LINE || body->ptr[i] == '\r')
			return ENC_QP;
	}
	return is_ascii ? ENC_7BIT : prefer_qp ? ENC_QP : ENC_8BIT;
}

static void put_qp(struct ost_buf *out, const char *s, size_t len)
{
	size_t i, column = 0;
	char text[4];

	for (i = 0; i < len; i++) {
		unsigned char c = s[i];
		bool is_last = i + 1 == len || s[i + 1] == '\n', is_start = !i || s[i - 1] == '\n';
		bool is_plain = (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !is_last);
		size_t n;

		if (c == '\n') {
			ost_buf_addch(out, '\n');
			column = 0;
			continue;
		}
		/* what mail programs would touch at the start of a line */
		if (is_start && (c == '.' || (len - i >= 5 && !memcmp(s + i, "From ", 5))))
			is_plain = false;
		n = snprintf(text, sizeof(text), is_plain ? "%c" : "=%02X", c);
		if (column + n > MAX_QP_LINE - !is_last) {
			ost_buf_addstr(out, "=\n");
			column = 0;
		}
		ost_buf_add(out, text, n);
		column += n;
	}
}

static bool is_same(const struct ost_address *a, const struct ost_address *b)
{
	return !strcmp(a->addr, b->addr) && !strcmp(a->name, b->name);
}

static struct ost_err *build_body(struct ost_buf *body, const struct ost_compose *c)
{
	bool is_ours = !c->author.addr || !*c->author.addr || is_same(&c->author, &c->from);

	if (!ost_utf8_is_valid(c->body, c->body_len))
		return bad("body", "a body that is not UTF-8, or holds NUL");
	if (!is_ours) {
		ost_try(check_address(&c->author));
		ost_buf_addf(body, "From: %s%s<%s>\n\n", c->author.name, *c->author.name ? " " : "", c->author.addr);
	}
	ost_buf_add(body, c->body, c->body_len);
	if (body->len && body->ptr[body->len - 1] != '\n')
		ost_buf_addch(body, '\n');
	return NULL;
}

static struct ost_err *compose(struct ost_buf *out, const struct ost_compose *c)
{
	static const char *const names[] = { "7bit", "8bit", "quoted-printable" };
	OST_BUF body = OST_BUF_INIT;
	enum encoding enc;
	uint32_t i;

	ost_try(build_body(&body, c));
	enc = choose(&body, c->prefer_qp);
	ost_try(put_addresses(out, "From", &c->from, 1));
	ost_try(put_addresses(out, "To", c->to, c->nr_to));
	ost_try(put_addresses(out, "Cc", c->cc, c->nr_cc));
	ost_try(ost_compose_header(out, "Subject", c->subject));
	ost_try(put_date(out, c->date, c->date_zone));
	ost_try(put_ids(out, "Message-ID", NULL, 0, c->message_id));
	ost_try(put_ids(out, "In-Reply-To", NULL, 0, c->in_reply_to));
	ost_try(put_ids(out, "References", c->references, c->nr_references, c->in_reply_to));
	for (i = 0; i < c->nr_headers; i++)
		ost_try(ost_compose_header(out, c->headers[i].name, c->headers[i].value));
	ost_buf_addf(out, "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
		     "Content-Transfer-Encoding: %s\n\n", names[enc]);
	if (enc == ENC_QP)
		put_qp(out, body.ptr, body.len);
	else
		ost_buf_add(out, body.ptr, body.len);
	return NULL;
}

struct ost_err *ost_compose(struct ost_buf *out, const struct ost_compose *c)
{
	size_t before = out->len;
	struct ost_err *err = compose(out, c);

	if (err)
		ost_buf_trim(out, before);
	return err;
}

struct ost_err *ost_compose_mbox(struct ost_buf *out, const struct ost_compose *c)
{
	OST_BUF mail = OST_BUF_INIT;
	const char *p, *eol;

	ost_try(compose(&mail, c));
	ost_buf_addstr(out, "From mboxrd@z Thu Jan  1 00:00:00 1970\n");
	for (p = mail.ptr; *p; p = eol + 1) {
		eol = strchrnul(p, '\n');
		if (!strncmp(p + strspn(p, ">"), "From ", 5))
			ost_buf_addch(out, '>');
		ost_buf_add(out, p, eol - p);
		ost_buf_addch(out, '\n');
		if (!*eol)
			break;
	}
	ost_buf_addch(out, '\n');
	return NULL;
}
