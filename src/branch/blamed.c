// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/blamed.h"

#include <ctype.h>

#include "base/word.h"
#include "branch/needs.h"

static const char *const verbs[] = { "add", "adds", "adding", "added", "introduce", "introduces", "introducing" };
#define MAX_WORDS 16
#define MAX_WORD 128
#define MAX_EXPANSIONS 512	/* ways through the groups of all words of a title */

struct expansion {
	struct ost_arena *arena;
	const char **ret;
	uint32_t nr, max;
	uint32_t nr_ways;
};

static void take_word(struct expansion *e, const char *word, size_t len)
{
	bool is_code = len > 4 && memchr(word, '_', len) && !isdigit((unsigned char)word[0]);

	if (is_code && e->nr < e->max)
		e->ret[e->nr++] = ost_arena_strndup(e->arena, word, len);
}

/*
 * word[0..len) is done; what follows at p is more of the word, a group "{a,b}"
 * to choose from, an ending "[2]" that is there or not, or the end.
 */
static void expand(struct expansion *e, char *word, size_t len, const char *p)
{
	const char *end;

	if (e->nr_ways++ >= MAX_EXPANSIONS)
		return;
	while (ost_is_word_byte(*p) && len < MAX_WORD)
		word[len++] = *p++;
	end = *p == '{' ? strchr(p, '}') : *p == '[' ? strchr(p, ']') : NULL;
	if (!end && (!*p || strchr(" (,.;:\"'", *p)))
		take_word(e, word, len);
	if (end && *p == '[')
		expand(e, word, len, end + 1);
	while (end && p < end && e->nr < e->max) {
		size_t n = 0;

		for (p++; ost_is_word_byte(p[n]); n++)
			;
		if (p + n > end || (p + n < end && p[n] != ',') || len + n > MAX_WORD)
			return;
		memcpy(word + len, p, n);
		expand(e, word, len + n, end + 1);
		p += n;
	}
}

uint32_t ost_blamed_words(struct ost_arena *arena, const char *title, const char **ret, uint32_t max)
{
	struct expansion e = { arena, ret, 0, max, 0 };
	char word[MAX_WORD + 1];
	const char *p;
	size_t n, i;

	for (p = title; *p; p += n ? n : 1) {
		for (n = 0; isalpha((unsigned char)p[n]); n++)
			;
		for (i = 0; i < OST_ARRAY_SIZE(verbs); i++)
			if (n == strlen(verbs[i]) && !strncasecmp(p, verbs[i], n))
				break;
		if (i < OST_ARRAY_SIZE(verbs) && (p == title || p[-1] == ' ') && p[n] == ' ')
			expand(&e, word, 0, p + n + 1);
	}
	return e.nr;
}

/* The first word that one blamed commit adds when none of its words is in the branch. */
static const char *absent_of(struct ost_side_files *side, const struct ost_change *change, const char *path,
			     const char *title)
{
	const char *words[MAX_WORDS];
	uint32_t nr = ost_blamed_words(&side->arena, title, words, MAX_WORDS), i;

	for (i = 0; i < nr; i++)
		if (ost_needs_exists(side, path, change, words[i]) || ost_about_is_in_tree(side, path, words[i]))
			return NULL;
	return nr ? words[0] : NULL;
}

const char *ost_blamed_absent(const struct ost_about *about, struct ost_side_files *side,
			      const struct ost_change *change, const char *path)
{
	const char *p = about->message, *absent = NULL;

	while ((p = strstr(p, "\nFixes: "))) {
		const char *title = strstr(p, "(\""), *end = p + 1 + strcspn(p + 1, "\n");

		p = end;
		absent = title && title < end ?
			 absent_of(side, change, path, ost_arena_strndup(&side->arena, title + 2, (size_t)(end - title - 2))) : NULL;
		if (!absent)
			return NULL;
	}
	return absent;
}
