// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/fixes_tag.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

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
