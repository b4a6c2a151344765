// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/ifs.h"

#include <string.h>

#include "base/word.h"

#define MAX_NESTING 200

struct ifs {
	uint32_t open[MAX_NESTING];	/* lines */
	enum ost_if_line kind[MAX_NESTING];
	int nr;
	bool in_comment;
};

/* The rest of a line: does a comment begin and not end in it? */
static void see_comments(struct ifs *x, const char *p, const char *end)
{
	char quote = 0;

	for (; p < end; p++) {
		if (x->in_comment) {
			x->in_comment = !(end - p > 1 && p[0] == '*' && p[1] == '/');
			p += !x->in_comment;
		} else if (quote) {
			if (*p == '\\')
				p++;
			else if (*p == quote)
				quote = 0;
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (end - p > 1 && p[0] == '/' && p[1] == '/') {
			return;
		} else if (end - p > 1 && p[0] == '/' && p[1] == '*') {
			x->in_comment = true;
			p++;
		}
	}
}

/* The name of the directive in a line, or NULL. */
static const char *directive(const char *p, const char *end)
{
	p = ost_behind_blanks(p, end);
	return p < end && *p == '#' ? ost_behind_blanks(p + 1, end) : NULL;
}

static bool begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && !memcmp(p, word, n);
}

static bool has(const char *p, const char *end, const char *word)
{
	return memmem(p, (size_t)(end - p), word, strlen(word));
}

/* #ifndef X, and #define X in the next line. */
static bool is_guard(const char *p, const char *end, const char *text_end)
{
	const char *name = begins(p, end, "ifndef") ? ost_behind_blanks(p + 6, end) : end, *next;
	size_t n = 0;

	while (name + n < end && ost_is_word_byte(name[n]))
		n++;
	next = end < text_end ? directive(end + 1, text_end) : NULL;
	if (!n || !next || !begins(next, text_end, "define"))
		return false;
	next = ost_behind_blanks(next + 6, text_end);
	return (size_t)(text_end - next) > n && !memcmp(next, name, n) && !ost_is_word_byte(next[n]);
}

static bool has_module(const char *p, const char *end)
{
	const char *at = memmem(p, (size_t)(end - p), "MODULE", 6);

	return at && !ost_is_word_byte(at[-1]) && (at + 6 == end || !ost_is_word_byte(at[6]));
}

static enum ost_if_line kind_of(const char *p, const char *end, const char *text_end)
{
	const char *comment = memmem(p, (size_t)(end - p), "/*", 2);

	if (is_guard(p, end, text_end))
		return OST_NOT_UNDER_IF;
	end = comment ? comment : end;
	if ((has(p, end, "__KERNEL__") && !begins(p, end, "ifndef") && !memchr(p, '!', (size_t)(end - p))) || has(p, end, "__ASSEMBL"))
		return OST_NOT_UNDER_IF;
	return has(p, end, "CONFIG_") || has_module(p, end) ? OST_UNDER_IF : OST_SWITCHED;
}

/* False: an #endif too many. */
static bool see_directive(struct ifs *x, const char *p, const char *end, const char *text_end, uint32_t line)
{
	p = directive(p, end);
	if (!p)
		return true;
	if (begins(p, end, "endif"))
		return x->nr-- > 0;
	if (!begins(p, end, "if"))
		return true;
	if (x->nr < MAX_NESTING) {
		x->open[x->nr] = line;
		x->kind[x->nr] = kind_of(p, end, text_end);
	}
	x->nr++;
	return true;
}

const char *ost_unbalanced_ifs(struct ost_arena *arena, const char *text, size_t len)
{
	struct ifs x = { .nr = 0 };
	const char *p = text, *end = text + len, *eol;
	uint32_t line = 0;

	for (; p < end; p = eol + 1) {
		line++;
		eol = memchr(p, '\n', (size_t)(end - p));
		eol = eol ? eol : end;
		if (!x.in_comment && !see_directive(&x, p, eol, end, line))
			return ost_arena_printf(arena, "the #endif in line %u has no #if", line);
		see_comments(&x, p, eol);
	}
	return x.nr > 0 && x.nr <= MAX_NESTING ? ost_arena_printf(arena, "the #if in line %u has no #endif", x.open[x.nr - 1]) : NULL;
}

static enum ost_if_line line_kind(const struct ifs *x)
{
	enum ost_if_line kind = x->nr > MAX_NESTING ? OST_SWITCHED : OST_NOT_UNDER_IF;
	int i;

	for (i = 0; i < x->nr && i < MAX_NESTING; i++)
		if (x->kind[i] > kind)
			kind = x->kind[i];
	return kind;
}

unsigned char *ost_if_lines(struct ost_arena *arena, const char *text, size_t len, uint32_t nr_lines)
{
	unsigned char *lines = ost_arena_calloc(arena, (size_t)nr_lines + 2, sizeof(*lines));
	struct ifs x = { .nr = 0 };
	const char *p = text, *end = text + len, *eol;
	uint32_t line = 0;
	bool any = false;

	for (; p < end && line < nr_lines; p = eol + 1) {
		line++;
		eol = memchr(p, '\n', (size_t)(end - p));
		eol = eol ? eol : end;
		if (!x.in_comment && !see_directive(&x, p, eol, end, line))
			x.nr = 0;
		see_comments(&x, p, eol);
		lines[line] = (unsigned char)line_kind(&x);
		any |= lines[line] != OST_NOT_UNDER_IF;
	}
	return any ? lines : NULL;
}
