/* SPDX-License-Identifier: GPL-2.0-or-later */
/* word.h - words of C in plain text. */
#ifndef OST_BASE_WORD_H
#define OST_BASE_WORD_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static inline bool ost_is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind the spaces and tabs at p, in a text that ends at `end`. */
static inline const char *ost_behind_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* Behind the string or character in C's quotes that begins at p; it may end with the text. */
static inline const char *ost_behind_literal(const char *p)
{
	char quote = *p++;

	for (; *p && *p != quote; p++)
		if (*p == '\\' && p[1])
			p++;
	return p + (*p == quote);
}

/* The next occurrence of a whole word at or after `text`, in what begins at `begin`; NULL: none, or the word is empty. */
static inline const char *ost_find_word(const char *text, const char *begin, const char *word)
{
	size_t len = strlen(word);
	const char *p = text;

	while (len && (p = strstr(p, word))) {
		if ((p == begin || !ost_is_word_byte(p[-1])) && !ost_is_word_byte(p[len]))
			return p;
		p += len;
	}
	return NULL;
}

static inline bool ost_has_word(const char *text, const char *word)
{
	return ost_find_word(text, text, word) != NULL;
}

#endif
