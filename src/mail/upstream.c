// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upstream.c - "this is a backport of X" in its three usual forms. Each form
 * must fill a line by itself: prose that mentions a commit is no claim.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "mail/message.h"

#define MIN_HEX 12
#define MAX_HEX 64

/* What stands before and after the id; a blank in the text is any run of blanks, maybe none. */
struct form {
	enum ost_upstream_form form;
	const char *before, *after;
};

static const struct form forms[] = {
	{ OST_UPSTREAM_SENTENCE, "commit ", " upstream" },
	{ OST_UPSTREAM_SENTENCE, "upstream commit ", "" },
	{ OST_UPSTREAM_BRACKET, "[ upstream commit ", " ]" },
	{ OST_UPSTREAM_BRACKET, "[ commit ", " upstream ]" },
	{ OST_UPSTREAM_CHERRY, "( cherry picked from commit ", " )" },
	{ OST_UPSTREAM_CHERRY, "( cherry picked from ", " )" },
};

static const char *match(const char *p, const char *end, const char *want)
{
	for (; *want; want++) {
		if (*want == ' ') {
			while (p < end && isblank((unsigned char)*p))
				p++;
		} else if (p < end && tolower((unsigned char)*p) == *want) {
			p++;
		} else {
			return NULL;
		}
	}
	return p;
}

/* The id in the line, by one form; *ret_len is 0 when the line is not of that form. */
static const char *match_form(const struct form *f, const char *line, const char *end, size_t *ret_len)
{
	const char *hex = match(line, end, f->before), *p;

	*ret_len = 0;
	for (p = hex; p && p < end && isxdigit((unsigned char)*p); p++)
		;
	if (!hex || p - hex < MIN_HEX || p - hex > MAX_HEX)
		return NULL;
	*ret_len = p - hex;
	p = match(p, end, f->after);
	while (p && p < end && (isblank((unsigned char)*p) || *p == '.'))
		p++;
	if (p != end)
		*ret_len = 0;
	return hex;
}

static const char *lower(struct ost_arena *arena, const char *s, size_t len)
{
	char *out = ost_arena_strndup(arena, s, len), *p;

	for (p = out; *p; p++)
		*p = tolower((unsigned char)*p);
	return out;
}

static bool is_same_id(const char *known, const char *hex, size_t len)
{
	size_t n = strlen(known);

	return !strncasecmp(known, hex, n < len ? n : len);
}

void ost_upstream_find(struct ost_upstream_id *id, struct ost_arena *arena, const char *message)
{
	const char *line, *end, *hex;
	size_t i, len;

	*id = (struct ost_upstream_id){ .hex = "", .line = "" };
	for (line = message; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		line += strspn(line, " \t");
		for (i = 0; line < end && i < OST_ARRAY_SIZE(forms); i++) {
			hex = match_form(&forms[i], line, end, &len);
			if (!len)
				continue;
			if (!*id->hex) {
				id->form = forms[i].form;
				id->hex = lower(arena, hex, len);
				id->line = ost_arena_strndup(arena, line, end - line);
			} else if (!is_same_id(id->hex, hex, len)) {
				id->nr_others++;
			}
			break;
		}
	}
}
