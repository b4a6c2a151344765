// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/header.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/alloc.h"
#include "mail/rfc2047.h"

bool ost_header_is_line(const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len && line[i] > ' ' && line[i] < 0x7f && line[i] != ':'; i++)
		;
	if (!i)
		return false;
	while (i < len && (line[i] == ' ' || line[i] == '\t'))
		i++;
	return i < len && line[i] == ':';
}

static bool is_quoted_from(const char *line, size_t len)
{
	return len >= 6 && !memcmp(line, ">From ", 6);
}

/* Offset behind the header that begins at `at`: its line and the folded ones. */
static size_t end_of_header(const struct ost_header_walk *w, size_t at)
{
	const char *eol;

	do {
		eol = memchr(w->raw + at, '\n', w->len - at);
		at = eol ? eol - w->raw + 1 : w->len;
	} while (at < w->len && (w->raw[at] == ' ' || w->raw[at] == '\t'));
	return at;
}

bool ost_header_next(struct ost_header_walk *w, struct ost_raw_header *ret)
{
	const char *line, *end;
	size_t len, next;

	for (;; w->pos = next) {
		if (w->pos >= w->len)
			return false;
		line = w->raw + w->pos;
		next = end_of_header(w, w->pos);
		end = memchr(line, '\n', w->len - w->pos);
		len = (end ? end : w->raw + w->len) - line;
		if (!len || (len == 1 && *line == '\r')) {
			w->pos += len + (end != NULL);
			return false;
		}
		if (ost_header_is_line(line, len))
			break;
		if (!is_quoted_from(line, len)) {
			w->is_cut = true;
			return false;
		}
	}
	end = w->raw + next;
	while (end > line && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	ret->name = line;
	ret->name_len = strcspn(line, ": \t");
	ret->value = memchr(line, ':', end - line);
	ret->value++;
	while (ret->value < end && (*ret->value == ' ' || *ret->value == '\t'))
		ret->value++;
	ret->value_len = end - ret->value;
	w->pos = next;
	return true;
}

bool ost_header_is(const struct ost_raw_header *h, const char *name)
{
	return !strncasecmp(h->name, name, h->name_len) && !name[h->name_len];
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_between_ids(char c)
{
	return is_blank(c) || c == ',';
}

bool ost_header_next_id(const char *value, size_t len, size_t *pos, const char **ret_id, size_t *ret_len)
{
	const char *p = value + *pos, *end = value + len, *open, *close;

	while ((close = memchr(p, '>', end - p))) {
		*pos = close + 1 - value;
		open = memrchr(p, '<', close - p);
		p = close + 1;
		if (!open)
			continue;
		for (open++; open < close && is_blank(*open); open++)
			;
		while (close > open && is_blank(close[-1]))
			close--;
		if (close > open) {
			*ret_id = open;
			*ret_len = close - open;
			return true;
		}
	}
	for (; p < end; p = close) {
		while (p < end && is_between_ids(*p))
			p++;
		for (close = p; close < end && !is_between_ids(*close); close++)
			;
		*pos = close - value;
		if (memchr(p, '@', close - p)) {
			*ret_id = p + (*p == '<');
			*ret_len = close - *ret_id;
			return true;
		}
	}
	*pos = len;
	return false;
}

/* ---- dates ------------------------------------------------------------- */

/* A date is read as words; each word says by its form what it is. */
struct date {
	int year, month, day, hour, minute, second;
	int zone;
	bool has_time, has_zone;
};

static int month_of(const char *w, size_t len)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	int i;

	if (len < 3)
		return 0;
	for (i = 0; i < 12; i++)
		if (!strncasecmp(w, months + 3 * i, 3))
			return i + 1;
	return 0;
}

static bool is_digits(const char *s, size_t len)
{
	while (len && *s >= '0' && *s <= '9') {
		s++;
		len--;
	}
	return !len;
}

static bool zone_of(const char *w, size_t len, int *ret)
{
	static const struct { const char *name; int minutes; } zones[] = {
		{ "GMT", 0 }, { "UTC", 0 }, { "UT", 0 }, { "Z", 0 }, { "EST", -300 }, { "EDT", -240 },
		{ "CST", -360 }, { "CDT", -300 }, { "MST", -420 }, { "MDT", -360 }, { "PST", -480 },
		{ "PDT", -420 }, { "CET", 60 }, { "CEST", 120 }, { "MET", 60 }, { "MEST", 120 },
		{ "BST", 60 }, { "JST", 540 },
	};
	size_t i;
	int n;

	if (len == 6 && (*w == '+' || *w == '-') && w[3] == ':') {
		n = (w[1] - '0') * 600 + (w[2] - '0') * 60 + (w[4] - '0') * 10 + (w[5] - '0');
		*ret = *w == '-' ? -n : n;
		return is_digits(w + 1, 2) && is_digits(w + 4, 2);
	}
	if (len == 5 && (*w == '+' || *w == '-') && is_digits(w + 1, 4)) {
		n = (w[1] - '0') * 600 + (w[2] - '0') * 60 + (w[3] - '0') * 10 + (w[4] - '0');
		*ret = *w == '-' ? -n : n;
		return true;
	}
	for (i = 0; i < OST_ARRAY_SIZE(zones); i++) {
		if (strlen(zones[i].name) == len && !strncasecmp(w, zones[i].name, len)) {
			*ret = zones[i].minutes;
			return true;
		}
	}
	return false;
}

/* "hh:mm" or "hh:mm:ss", maybe with a fraction */
static bool read_time(struct date *d, const char *w, size_t len)
{
	size_t i, part = 0;
	int v[3] = { 0, 0, 0 };

	for (i = 0; i < len; i++) {
		if (w[i] == ':' && part < 2)
			part++;
		else if (w[i] == '.' && part == 2)
			break;
		else if (isdigit((unsigned char)w[i]) && v[part] < 100)
			v[part] = v[part] * 10 + w[i] - '0';
		else
			return false;
	}
	d->hour = v[0];
	d->minute = v[1];
	d->second = v[2];
	d->has_time = true;
	return part > 0 && v[0] < 24 && v[1] < 60 && v[2] <= 60;
}

/* "2024-05-01" */
static bool read_iso_day(struct date *d, const char *w, size_t len)
{
	char buf[11];

	if (len != 10 || w[4] != '-' || w[7] != '-')
		return false;
	memcpy(buf, w, 10);
	buf[10] = '\0';
	d->year = atoi(buf);
	d->month = atoi(buf + 5);
	d->day = atoi(buf + 8);
	return d->month > 0;
}

static bool read_number(struct date *d, const char *w, size_t len)
{
	int n = 0;
	size_t i;

	if (len > 4)
		return false;
	for (i = 0; i < len; i++)
		n = n * 10 + w[i] - '0';
	if (!d->day && len <= 2) {
		d->day = n;
	} else if (!d->year) {
		d->year = len == 4 ? n : len == 3 ? 1900 + n : n < 50 ? 2000 + n : 1900 + n;
	} else {
		return false;
	}
	return true;
}

static bool read_word(struct date *d, const char *w, size_t len)
{
	const char *t = memchr(w, 'T', len);
	int m;

	if (len >= 16 && t == w + 10)	/* 2024-05-01T12:00:00Z */
		return read_iso_day(d, w, 10) &&
		       read_time(d, t + 1, len - 11 - (w[len - 1] == 'Z' || w[len - 1] == 'z'));
	if (memchr(w, ':', len) && isdigit((unsigned char)*w))
		return read_time(d, w, len);
	if (read_iso_day(d, w, len))
		return true;
	if (isdigit((unsigned char)*w))
		return is_digits(w, len) && read_number(d, w, len);
	m = d->month ? 0 : month_of(w, len);
	if (m) {
		d->month = m;
		return true;
	}
	if (!d->has_zone && d->has_time && zone_of(w, len, &m)) {
		d->zone = m;
		d->has_zone = true;
	}
	return true;	/* a weekday, or a zone that is not known: UTC */
}

/* Days since 1970-01-01 of a Gregorian date. */
static int64_t days_of(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool ost_header_date(const char *value, size_t len, int64_t *ret_date, int32_t *ret_zone)
{
	struct date d = { 0 };
	size_t i = 0, from;

	while (i < len) {
		if (value[i] == '(')
			break;	/* a comment: the zone's name */
		if (is_blank(value[i]) || value[i] == ',') {
			i++;
			continue;
		}
		for (from = i; i < len && !is_blank(value[i]) && value[i] != ',' && value[i] != '('; i++)
			;
		if (!read_word(&d, value + from, i - from))
			return false;
	}
	if (d.year < 1970 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 ||
	    !d.has_time || abs(d.zone) > 24 * 60)
		return false;
	*ret_zone = d.zone;
	*ret_date = days_of(d.year, d.month, d.day) * 86400 + d.hour * 3600 + d.minute * 60 + d.second -
		    (int64_t)d.zone * 60;
	return true;
}

/* ---- addresses --------------------------------------------------------- */

/* Appends a phrase: quotes taken off, backslashes undone, encoded words decoded. */
static void add_phrase(struct ost_buf *out, const char *s, size_t len, struct ost_utf8_count *count)
{
	OST_BUF plain = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '"')
			continue;
		if (s[i] == '\\' && i + 1 < len)
			i++;
		ost_buf_addch(&plain, s[i]);
	}
	ost_rfc2047_decode(out, plain.ptr, plain.len, count);
}

/* The offset of c outside quotes and comments, or len. */
static size_t find_outside(const char *s, size_t len, const char *any)
{
	bool is_quoted = false;
	unsigned int depth = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\\' && (is_quoted || depth)) {
			i++;
			continue;
		}
		if (s[i] == '"' && !depth)
			is_quoted = !is_quoted;
		if (is_quoted)
			continue;
		if (!depth && s[i] && strchr(any, s[i]))
			return i;
		if (s[i] == '(')
			depth++;
		else if (s[i] == ')' && depth)
			depth--;
	}
	return len;
}

bool ost_header_next_address(const char *value, size_t len, size_t *pos, const char **ret, size_t *ret_len)
{
	size_t n, colon;

	while (*pos < len) {
		*ret = value + *pos;
		n = find_outside(*ret, len - *pos, ",;");
		*pos += n + (*pos + n < len);
		colon = find_outside(*ret, n, ":");
		if (colon < n && !memchr(*ret, '@', colon) && !memchr(*ret, '<', colon)) {
			*ret += colon + 1;	/* "group: one, two;" */
			n -= colon + 1;
		}
		*ret_len = n;
		if (memchr(*ret, '@', n))
			return true;
	}
	return false;
}

static void add_spec(struct ost_buf *addr, const char *s, size_t len, struct ost_utf8_count *count)
{
	while (len && is_blank(*s)) {
		s++;
		len--;
	}
	while (len && is_blank(s[len - 1]))
		len--;
	ost_utf8_add(addr, s, len, count);
}

void ost_header_address(const char *value, size_t len, struct ost_buf *name, struct ost_buf *addr,
			struct ost_utf8_count *count)
{
	size_t open, close, end;
	const char *paren;

	open = find_outside(value, len, "<");
	if (open < len) {
		close = open + 1;
		while (close < len && value[close] != '>')
			close++;
		add_phrase(name, value, open, count);
		add_spec(addr, value + open + 1, close - open - 1, count);
		return;
	}
	end = find_outside(value, len, ",;");
	paren = memchr(value, '(', end);
	if (!paren) {
		add_spec(addr, value, end, count);
		return;
	}
	add_spec(addr, value, paren - value, count);
	for (close = paren + 1 - value; close < end && value[close] != ')'; close++)
		;
	add_phrase(name, paren + 1, value + close - paren - 1, count);
}
