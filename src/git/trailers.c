// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trailers.c - finds the trailer block of a message as git does.
 *
 * From the end of the message upwards: blank lines and '#' lines are passed
 * over, then the last paragraph is weighed. It is a block when all its lines
 * are trailers, or when one of them is of the kind that git itself writes
 * and at least a quarter are trailers. Lines that begin with white space
 * belong to the line above and weigh only as much as that one: nothing below
 * a trailer, one non-trailer each below another line.
 */
#include "git/trailers.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/vec.h"

struct line {
	const char *text;
	size_t len;	/* with the newline, where there is one */
};

struct line_list {
	struct line *items;
	size_t nr, cap;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_blank(const struct line *l)
{
	size_t i;

	for (i = 0; i < l->len; i++)
		if (!is_space(l->text[i]))
			return false;
	return true;
}

static bool begins(const struct line *l, const char *prefix)
{
	size_t n = strlen(prefix);

	return l->len >= n && !memcmp(l->text, prefix, n);
}

static bool is_comment(const struct line *l)
{
	return l->len && l->text[0] == '#';
}

/* "---" and white space: what follows is notes and a diff. */
static bool is_divider(const struct line *l)
{
	return l->len > 3 && begins(l, "---") && is_space(l->text[3]);
}

/* Lines that git writes by itself make a paragraph a block. */
static bool is_generated(const struct line *l)
{
	return begins(l, "Signed-off-by: ") || begins(l, "(cherry picked from commit ");
}

/* Where the ':' of "Token: value" is: letters, digits and '-', then blanks; 0 when it is no trailer. */
static size_t separator_of(const struct line *l)
{
	bool seen_blank = false;
	size_t i;

	for (i = 0; i < l->len; i++) {
		unsigned char c = (unsigned char)l->text[i];

		if (c == ':')
			return i;
		if (!seen_blank && (isalnum(c) || c == '-'))
			continue;
		if (!i || (c != ' ' && c != '\t'))
			return 0;
		seen_blank = true;
	}
	return 0;
}

/* ---- the lines of the message ---- */

static void cut_lines(struct line_list *lines, const char *message, size_t len, unsigned flags)
{
	const char *p = message, *end = message + strnlen(message, len), *eol;

	while (p < end) {
		struct line l = { .text = p };

		eol = memchr(p, '\n', (size_t)(end - p));
		l.len = eol ? (size_t)(eol + 1 - p) : (size_t)(end - p);
		if (!(flags & OST_TRAILERS_NO_DIVIDER) && is_divider(&l))
			return;
		ost_vec_add(lines, l);
		p += l.len;
	}
}

/*
 * Comments and blank lines at the end belong to nothing, nor does a block of
 * "Conflicts:" that old gits added; and what is below a scissors line.
 */
static size_t end_of_text(const struct line_list *lines)
{
	static const char scissors[] = "# ------------------------ >8 ------------------------\n";
	size_t i, nr = lines->nr, boc = 0;
	bool has_boc = false, in_old_conflicts = false;

	for (i = 0; i < nr; i++)
		if (begins(&lines->items[i], scissors))
			nr = i;
	for (i = 0; i < nr; i++) {
		const struct line *l = &lines->items[i];

		if (is_comment(l) || l->text[0] == '\n') {
			if (!has_boc)
				boc = i;
			has_boc = true;
		} else if (begins(l, "Conflicts:\n")) {
			in_old_conflicts = true;
			if (!has_boc)
				boc = i;
			has_boc = true;
		} else if (in_old_conflicts && l->text[0] == '\t') {
			;
		} else if (has_boc) {
			has_boc = in_old_conflicts = false;
		}
	}
	return has_boc ? boc : nr;
}

/* The first blank line after the title; a block never begins before it. */
static size_t end_of_title(const struct line_list *lines, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!is_comment(&lines->items[i]) && is_blank(&lines->items[i]))
			return i;
	return nr;
}

/* ---- weighing the last paragraph ---- */

struct weight {
	size_t trailers, others, continuations;
	bool has_generated;
};

static void weigh(struct weight *w, const struct line *l)
{
	if (is_generated(l)) {
		w->trailers++;
		w->has_generated = true;
		w->continuations = 0;
	} else if (separator_of(l) && !is_space(l->text[0])) {
		w->trailers++;
		w->continuations = 0;
	} else if (is_space(l->text[0])) {
		w->continuations++;
	} else {
		w->others += 1 + w->continuations;
		w->continuations = 0;
	}
}

/* Index of the first line of the block; nr without one. */
static size_t find_block(const struct line_list *lines, size_t nr)
{
	size_t title = end_of_title(lines, nr), i = nr;
	struct weight w = { 0 };
	bool only_blank = true;

	while (i-- > title) {
		const struct line *l = &lines->items[i];

		if (is_comment(l)) {
			w.others += w.continuations;
			w.continuations = 0;
			continue;
		}
		if (!is_blank(l)) {
			only_blank = false;
			weigh(&w, l);
			continue;
		}
		if (only_blank)
			continue;
		w.others += w.continuations;
		if ((w.has_generated && w.trailers * 3 >= w.others) ||
		    (w.trailers && !w.others))
			return i + 1;
		return nr;
	}
	return nr;
}

/* ---- the items ---- */

static char *trimmed(struct ost_arena *arena, const char *s, size_t len)
{
	while (len && is_space(s[len - 1]))
		len--;
	while (len && is_space(*s)) {
		s++;
		len--;
	}
	return ost_arena_strndup(arena, s, len);
}

/* A newline and the white space behind it become one blank. */
static const char *unfolded(struct ost_arena *arena, const char *s, size_t len)
{
	OST_BUF out = OST_BUF_INIT;
	size_t i = 0;

	while (i < len) {
		if (s[i] != '\n') {
			ost_buf_addch(&out, s[i++]);
			continue;
		}
		while (i < len && is_space(s[i]))
			i++;
		ost_buf_addch(&out, ' ');
	}
	return trimmed(arena, out.ptr, out.len);
}

static void add_item(struct ost_trailers *t, struct ost_arena *arena,
		     const struct line *first, size_t nr_lines, size_t line_nr)
{
	struct ost_trailer *item = &t->items[t->nr++];
	const struct line *last = first + nr_lines - 1;
	size_t sep = separator_of(first), len = (size_t)(last->text + last->len - first->text);

	item->line = (uint32_t)line_nr;
	item->nr_lines = (uint32_t)nr_lines;
	item->token = sep ? trimmed(arena, first->text, sep) : "";
	item->value = unfolded(arena, first->text + (sep ? sep + 1 : 0), len - (sep ? sep + 1 : 0));
}

static void take_items(struct ost_trailers *t, struct ost_arena *arena,
		       const struct line_list *lines, size_t first, size_t nr)
{
	size_t i = first, n;

	t->items = ost_arena_calloc(arena, nr - first + 1, sizeof(*t->items));
	t->first_line = (uint32_t)first + 1;
	for (; i < nr; i += n) {
		n = 1;
		while (separator_of(&lines->items[i]) && i + n < nr &&
		       is_space(lines->items[i + n].text[0]))
			n++;
		if (!is_comment(&lines->items[i]) && !is_blank(&lines->items[i]))
			add_item(t, arena, &lines->items[i], n, i + 1);
	}
}

void ost_trailers_parse(struct ost_trailers *ret_trailers, struct ost_arena *arena,
			const char *message, size_t len, unsigned flags)
{
	struct line_list lines = OST_VEC_INIT;
	size_t nr, first;

	memset(ret_trailers, 0, sizeof(*ret_trailers));
	cut_lines(&lines, message, len, flags);
	nr = end_of_text(&lines);
	first = find_block(&lines, nr);
	if (first < nr)
		take_items(ret_trailers, arena, &lines, first, nr);
	ost_vec_deinit(&lines);
}

const struct ost_trailer *ost_trailers_next(const struct ost_trailers *t, const char *token,
					    size_t *pos)
{
	while (*pos < t->nr) {
		const struct ost_trailer *item = &t->items[(*pos)++];

		if (!strcasecmp(item->token, token))
			return item;
	}
	return NULL;
}
