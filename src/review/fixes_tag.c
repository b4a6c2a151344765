// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/fixes_tag.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

/* The digits of one line, or NULL. */
static const char *take(struct ost_arena *arena, const char *line)
{
	char *hex, *c;
	size_t n;

	if (strncasecmp(line, "Fixes:", 6))
		return NULL;
	line += 6 + strspn(line + 6, " \t");
	if (!strncasecmp(line, "commit ", 7))
		line += 7;
	n = strspn(line, "0123456789abcdefABCDEF");
	if (n < 8 || n > 40 || isalnum((unsigned char)line[n]))
		return NULL;
	hex = ost_arena_strndup(arena, line, n);
	for (c = hex; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return hex;
}

const char *ost_fixes_next(struct ost_arena *arena, const char **p)
{
	const char *hex = NULL, *line;

	while (!hex && **p) {
		line = *p;
		*p += strcspn(*p, "\n");
		*p += **p == '\n';
		hex = take(arena, line);
	}
	return hex;
}

/* Is a subject in brackets and quotes still open at the end of the line? */
static bool is_open(const char *line, size_t len)
{
	const char *from = memmem(line, len, "(\"", 2);

	return from && !memmem(from, len - (from - line), "\")", 2);
}

const char *ost_fixes_hide(struct ost_arena *arena, const char *text)
{
	OST_BUF b = OST_BUF_INIT;
	int nr_open = 0;	/* lines that may still belong to the last tag */
	size_t len;

	for (; *text; text += len) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		if (!strncasecmp(text, "Fixes:", 6))
			nr_open = is_open(text, len) ? 2 : 0;
		else if (nr_open && *text != '\n')
			nr_open = memmem(text, len, "\")", 2) ? 0 : nr_open - 1;
		else {
			nr_open = 0;
			ost_buf_add(&b, text, len);
		}
	}
	return ost_arena_strdup(arena, b.ptr);
}
