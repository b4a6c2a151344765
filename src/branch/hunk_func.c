// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The function that a hunk is about, from the hunk alone: git puts the last
 * line that begins with a letter behind the second @@, and the hunk's own
 * lines may leave that function or enter another.
 */
#include <ctype.h>

#include "branch/judge.h"

static bool begins_word(const char *s)
{
	return isalpha((unsigned char)*s) || *s == '_';
}

/* The word before the first '(' of a function's first line; "" when it is none. */
static const char *name_before_paren(struct ost_arena *arena, const char *s, size_t len)
{
	const char *paren = memchr(s, '(', len), *end, *begin;

	if (!paren || memchr(s, '=', (size_t)(paren - s)))
		return "";
	for (end = paren; end > s && isspace((unsigned char)end[-1]); end--)
		;
	for (begin = end; begin > s && (isalnum((unsigned char)begin[-1]) || begin[-1] == '_'); begin--)
		;
	if (begin == end || !begins_word(begin))
		return "";
	return ost_arena_strndup(arena, begin, (size_t)(end - begin));
}

static bool is_record(const char *s, size_t len)
{
	static const char *const words[] = { "struct ", "union ", "enum ", "typedef ", "static const struct " };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (len > strlen(words[i]) && !memcmp(s, words[i], strlen(words[i])) &&
		    !memchr(s, '(', len))
			return true;
	return false;
}

const char *ost_hunk_function(struct ost_arena *arena, const struct ost_hunk *hunk)
{
	const char *name = name_before_paren(arena, hunk->section, strlen(hunk->section));
	uint32_t i;

	for (i = 0; i < hunk->nr_lines; i++) {
		const struct ost_diff_line *l = &hunk->lines[i];
		bool starts = l->len && begins_word(l->text) && l->text[l->len - 1] != ';' &&
			      l->text[l->len - 1] != ':' && memchr(l->text, '(', l->len);

		if (starts && l->kind != OST_LINE_ADDED)
			name = name_before_paren(arena, l->text, l->len);
		if (l->len && is_record(l->text, l->len))
			name = "";
		if (l->kind != OST_LINE_CONTEXT)
			break;
		if (l->len && l->text[0] == '}')
			name = "";
	}
	return *name ? name : NULL;
}
