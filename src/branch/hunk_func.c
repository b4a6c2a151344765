// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The function that a hunk is about, from the hunk alone: git puts the last
 * line that begins with a letter behind the second @@, and the hunk's own
 * lines may leave that function or enter another, or stand in a macro.
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

/* Does the first changed line stand in the text of a macro that goes on over lines? */
static bool is_in_macro(const struct ost_hunk *hunk)
{
	uint32_t i;

	for (i = 0; i < hunk->nr_lines; i++) {
		const struct ost_diff_line *l = &hunk->lines[i];

		if (l->kind != OST_LINE_CONTEXT)
			return l->len && l->text[l->len - 1] == '\\';
	}
	return false;
}

static bool starts_function(const struct ost_diff_line *l)
{
	return l->len && begins_word(l->text) && l->text[l->len - 1] != ';' && l->text[l->len - 1] != ':' &&
	       memchr(l->text, '(', l->len);
}

/* " * text" and what begins or ends with a comment's marks: in front of a function it says nothing of where we are. */
static bool is_comment(const struct ost_diff_line *l)
{
	const char *s = l->text + strspn(l->text, " \t");

	return !strncmp(s, "/*", 2) || (*s == '*' && (!s[1] || strchr(" \t/", s[1])));
}

/* The first line that changes and is no comment. */
static const struct ost_diff_line *first_change(const struct ost_hunk *hunk)
{
	uint32_t i;

	for (i = 0; i < hunk->nr_lines; i++)
		if (hunk->lines[i].kind != OST_LINE_CONTEXT && !is_comment(&hunk->lines[i]))
			return &hunk->lines[i];
	return NULL;
}

const char *ost_hunk_renames_to(struct ost_arena *arena, const struct ost_hunk *hunk)
{
	const struct ost_diff_line *l = first_change(hunk), *end = hunk->lines + hunk->nr_lines;
	const char *old, *name;

	if (!l || l->kind != OST_LINE_REMOVED || !starts_function(l))
		return NULL;
	old = name_before_paren(arena, l->text, l->len);
	while (l < end && l->kind == OST_LINE_REMOVED)
		l++;
	if (l == end || l->kind != OST_LINE_ADDED || !starts_function(l))
		return NULL;
	name = name_before_paren(arena, l->text, l->len);
	return *old && *name && strcmp(old, name) ? name : NULL;
}

const char *ost_hunk_takes_function(struct ost_arena *arena, const struct ost_hunk *hunk)
{
	const struct ost_diff_line *l = first_change(hunk);

	return l && l->kind == OST_LINE_REMOVED && starts_function(l) ? name_before_paren(arena, l->text, l->len) : NULL;
}

bool ost_hunk_gives_function(struct ost_arena *arena, const struct ost_hunk *hunk, const char *name)
{
	uint32_t i;

	for (i = 0; i < hunk->nr_lines; i++)
		if (hunk->lines[i].kind == OST_LINE_ADDED && starts_function(&hunk->lines[i]) &&
		    !strcmp(name_before_paren(arena, hunk->lines[i].text, hunk->lines[i].len), name))
			return true;
	return false;
}

const char *ost_hunk_function(struct ost_arena *arena, const struct ost_hunk *hunk)
{
	const char *name = name_before_paren(arena, hunk->section, strlen(hunk->section));
	uint32_t i;

	if (is_in_macro(hunk))
		return NULL;

	for (i = 0; i < hunk->nr_lines; i++) {
		const struct ost_diff_line *l = &hunk->lines[i];

		if (l->kind != OST_LINE_ADDED && starts_function(l))
			name = name_before_paren(arena, l->text, l->len);
		if (l->len && is_record(l->text, l->len))
			name = "";
		if (l->kind != OST_LINE_CONTEXT && !is_comment(l))
			break;
		if (l->len && l->text[0] == '}')
			name = "";
	}
	return *name ? name : NULL;
}

/* A line that begins an initialiser: the object's name, and `=` at its end or before a brace. */
static bool begins_initialiser(const char *s, size_t len)
{
	const char *eq = memchr(s, '=', len);

	return begins_word(s) && eq && !memchr(s, ';', len);
}

bool ost_hunk_is_in_initialiser(const struct ost_hunk *hunk)
{
	bool is_inside = begins_initialiser(hunk->section, strlen(hunk->section));
	uint32_t i;

	for (i = 0; i < hunk->nr_lines && hunk->lines[i].kind == OST_LINE_CONTEXT; i++) {
		const struct ost_diff_line *l = &hunk->lines[i];

		if (l->len && begins_word(l->text))
			is_inside = begins_initialiser(l->text, l->len);
		if (l->len && l->text[0] == '}')
			is_inside = false;
	}
	return is_inside;
}

static bool changes_anything(const struct ost_diff_line *lines, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr && lines[i].kind == OST_LINE_CONTEXT; i++)
		;
	return i < nr;
}

uint32_t ost_hunk_split(struct ost_arena *arena, const struct ost_hunk *hunk, struct ost_hunk **ret)
{
	uint32_t from = 0, nr = 0, start = hunk->old_start, old = 0, i;

	*ret = ost_arena_calloc(arena, hunk->nr_lines + 1, sizeof(**ret));
	for (i = 0; i < hunk->nr_lines; i++) {
		const struct ost_diff_line *l = &hunk->lines[i];
		bool is_end = i + 1 == hunk->nr_lines ||
			      (l->kind == OST_LINE_CONTEXT && l->len && l->text[0] == '}');

		old += l->kind != OST_LINE_ADDED;
		if (!is_end)
			continue;
		if (changes_anything(hunk->lines + from, i + 1 - from)) {
			(*ret)[nr] = *hunk;
			(*ret)[nr].old_start = start;
			(*ret)[nr].section = from ? "" : hunk->section;
			(*ret)[nr].lines = hunk->lines + from;
			(*ret)[nr++].nr_lines = i + 1 - from;
		}
		from = i + 1;
		start = hunk->old_start + old;
	}
	return nr;
}
