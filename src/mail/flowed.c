// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "mail/body.h"

/* One line of a flowed text, its quote marks and stuffed space taken off. */
struct flow_line {
	const char *text;
	size_t len;
	size_t depth;		/* leading '>' */
	bool is_soft;		/* goes on in the next line */
};

static void read_line(struct flow_line *l, const char *s, size_t len)
{
	bool is_signature;

	l->depth = 0;
	if (len && s[len - 1] == '\r')
		len--;
	while (l->depth < len && s[l->depth] == '>')
		l->depth++;
	l->text = s + l->depth;
	l->len = len - l->depth;
	if (l->len && l->text[0] == ' ') {
		l->text++;
		l->len--;
	}
	is_signature = l->len == 3 && !memcmp(l->text, "-- ", 3);
	l->is_soft = l->len && l->text[l->len - 1] == ' ' && !is_signature;
}

static void start_line(struct ost_buf *out, const struct flow_line *l)
{
	size_t i;

	for (i = 0; i < l->depth; i++)
		ost_buf_addch(out, '>');
	if (l->depth && l->len)
		ost_buf_addch(out, ' ');
}

void ost_flowed_decode(struct ost_buf *out, const char *s, size_t len, bool is_delsp)
{
	const char *end = s + len, *eol;
	bool is_open = false;	/* the last line ended softly */
	size_t depth = 0;
	struct flow_line l;

	ost_buf_reserve(out, len);
	for (; s < end; s = eol < end ? eol + 1 : end) {
		eol = memchr(s, '\n', end - s);
		if (!eol)
			eol = end;
		read_line(&l, s, eol - s);
		if (is_open && (l.depth != depth || (l.len == 3 && !memcmp(l.text, "-- ", 3)))) {
			ost_buf_addch(out, '\n');
			is_open = false;
		}
		if (!is_open)
			start_line(out, &l);
		ost_buf_add(out, l.text, l.len - (l.is_soft && is_delsp));
		if (!l.is_soft)
			ost_buf_addch(out, '\n');
		is_open = l.is_soft;
		depth = l.depth;
	}
	if (is_open)
		ost_buf_addch(out, '\n');
}
