// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * subject.c - subjects taken apart. Brackets are read as words between
 * spaces and commas, in any order: lists, tools and people differ.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "mail/message.h"

#define MAX_VERSION 9999u
#define MAX_NUMBER 99999u
#define MAX_WORDS 32u

/* What the brackets say, before it is known whether they are those of a patch. */
struct prefix {
	struct ost_subject s;
	const char *words[MAX_WORDS];
	bool has_version;
};

/* Length of a leading "Re:", "Fwd:", "Re[2]:" ... with the blanks after it, or 0. */
static size_t reply_prefix_len(const char *s)
{
	static const char *const words[] = { "re", "fwd", "fw", "aw", "wg", "sv", "antw", "rv" };
	size_t i, n;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++) {
		n = strlen(words[i]);
		if (strncasecmp(s, words[i], n))
			continue;
		if (s[n] == '[') {
			n += 1 + strspn(s + n + 1, "0123456789");
			if (s[n++] != ']')
				continue;
		}
		if (s[n] != ':')
			continue;
		n++;
		return n + strspn(s + n, " \t");
	}
	return 0;
}

/* A decimal number of at most 5 digits at *p; moves *p. */
static bool take_number(const char **p, uint32_t *ret)
{
	size_t n = strspn(*p, "0123456789");

	if (!n || n > 5)
		return false;
	*ret = strtoul(*p, NULL, 10);
	*p += n;
	return true;
}

/* "v3", "V2", "v2.1" */
static bool word_is_version(const char *w, uint32_t *ret)
{
	const char *p = w + 1;
	uint32_t minor;

	if ((w[0] != 'v' && w[0] != 'V') || !take_number(&p, ret) || *ret > MAX_VERSION)
		return false;
	if (*p == '.') {
		p++;
		if (!take_number(&p, &minor) || *ret >= 3)
			return false;	/* v6.1 is a kernel */
	}
	return !*p;
}

/* "2/7", "002/115" */
static bool word_is_number(const char *w, uint32_t *ret_number, uint32_t *ret_total)
{
	const char *p = w;

	return take_number(&p, ret_number) && *p++ == '/' && take_number(&p, ret_total) && !*p &&
	       *ret_total && *ret_number <= MAX_NUMBER;
}

/* The length of "6.1" or "5.15.12" at p, or 0. */
static size_t release_len(const char *p)
{
	size_t n = strspn(p, "0123456789"), m;

	if (!n || n > 3 || p[n] != '.')
		return 0;
	m = strspn(p + n + 1, "0123456789");
	if (!m || m > 3)
		return 0;
	n += 1 + m;
	m = p[n] == '.' ? strspn(p + n + 1, "0123456789") : 0;
	return m && m <= 4 ? n + 1 + m : n;
}

/*
 * "7.0-5.10", "6.1", "6.1.y", "5.15-stable", "linux-6.6.y", "v5.4".
 * *is_sure: the word can mean nothing but a stable branch.
 */
static bool word_is_range(struct ost_subject *s, struct ost_arena *arena, const char *w, bool *is_sure)
{
	size_t n, m;

	*is_sure = false;
	if (!strncasecmp(w, "linux-", 6))
		w += 6;
	if (*w == 'v' || *w == 'V')
		w++;
	n = release_len(w);
	if (!n)
		return false;
	m = w[n] == '-' ? release_len(w + n + 1) : 0;
	if (m && !w[n + 1 + m]) {
		s->range_newest = ost_arena_strndup(arena, w, n);
		s->range_oldest = ost_arena_strndup(arena, w + n + 1, m);
		return true;
	}
	*is_sure = !strcasecmp(w + n, ".y") || !strcasecmp(w + n, "-stable") ||
		   !strcasecmp(w + n, ".y-stable") || !strcasecmp(w + n, "-y");
	if (w[n] && !*is_sure)
		return false;
	s->range_newest = s->range_oldest = ost_arena_strndup(arena, w, n);
	return true;
}

static void add_word(struct prefix *p, struct ost_arena *arena, const char *w)
{
	if (p->s.nr_words < MAX_WORDS)
		p->words[p->s.nr_words++] = ost_arena_strdup(arena, w);
}

static void take_word(struct prefix *p, struct ost_arena *arena, const char *w)
{
	uint32_t a, b;
	bool is_sure;

	if (!strncasecmp(w, "PATCH", 5) && strcasecmp(w, "PATCHES")) {
		p->s.is_patch = true;
		w += 5 + strspn(w + 5, "-_:");	/* PATCHv2, PATCH-next */
	}
	if (!strncasecmp(w, "RFC", 3) && !isalpha((unsigned char)w[3])) {
		p->s.is_rfc = true;
		w += 3 + strspn(w + 3, "-_/");
		if (!strncasecmp(w, "PATCH", 5)) {
			p->s.is_patch = true;
			w += 5;
		}
	}
	if (!*w)
		return;
	if (!strcasecmp(w, "RESEND") || !strcasecmp(w, "REPOST") || !strcasecmp(w, "RESENT")) {
		p->s.is_resend = true;
	} else if (!strcasecmp(w, "AUTOSEL")) {
		p->s.is_autosel = p->s.is_stable = true;
	} else if (word_is_version(w, &a)) {
		p->s.version = a;
		p->has_version = true;
	} else if (word_is_number(w, &a, &b)) {
		p->s.number = a;
		p->s.total = b;
	} else {
		add_word(p, arena, w);
		if (!strcasecmp(w, "stable") || !strcasecmp(w, "-stable") || !strcasecmp(w, "for-stable"))
			p->s.is_stable = true;
		else if (word_is_range(&p->s, arena, w, &is_sure))
			p->s.is_stable |= is_sure;
		else if (!*p->s.tree && strcasecmp(w, "for"))
			p->s.tree = p->words[p->s.nr_words - 1];
	}
}

/* The words of one bracket, its text being len bytes at s. */
static void take_bracket(struct prefix *p, struct ost_arena *arena, const char *s, size_t len)
{
	char *text = ost_arena_strndup(arena, s, len), *save = NULL, *w;

	for (w = strtok_r(text, " ,;\t", &save); w; w = strtok_r(NULL, " ,;\t", &save))
		take_word(p, arena, w);
}

/* White space runs become one space, those at the ends go. */
static const char *squeeze(struct ost_arena *arena, const char *s)
{
	char *out = ost_arena_alloc(arena, strlen(s) + 1), *o = out;

	for (; *s; s++) {
		if (!isspace((unsigned char)*s))
			*o++ = *s;
		else if (o > out && o[-1] != ' ')
			*o++ = ' ';
	}
	while (o > out && o[-1] == ' ')
		o--;
	*o = '\0';
	return out;
}

static void keep_words(struct prefix *p, struct ost_arena *arena)
{
	size_t size = p->s.nr_words * sizeof(*p->words);

	p->s.words = NULL;
	if (!size)
		return;
	p->s.words = ost_arena_alloc(arena, size);
	memcpy(p->s.words, p->words, size);
}

static void parse(struct ost_subject *s, struct ost_arena *arena, const char *text, bool is_patch)
{
	struct prefix p = { .s = { .raw = ost_arena_strdup(arena, text), .version = 1,
				   .tree = "", .range_newest = "", .range_oldest = "" } };
	const char *at = text, *plain, *end;
	size_t n;

	at += strspn(at, " \t");
	plain = at;
	for (;;) {
		n = reply_prefix_len(at);
		if (n) {
			at += n;
			p.s.is_reply = true;
			/* "Re: " goes even where the brackets stay */
			if (!p.s.is_patch)
				plain = at;
			continue;
		}
		end = *at == '[' ? strchr(at, ']') : NULL;
		if (!end)
			break;
		take_bracket(&p, arena, at + 1, end - at - 1);
		at = end + 1 + strspn(end + 1, " \t:");
	}
	p.s.is_patch |= is_patch || p.s.total || p.s.is_rfc || p.s.is_resend || p.s.is_autosel || p.has_version;
	if (!p.s.is_patch) {	/* brackets of a report or an announcement say nothing of this kind */
		p.s.nr_words = 0;
		p.s.tree = p.s.range_newest = p.s.range_oldest = "";
		p.s.is_stable = false;
	}
	p.s.is_cover = p.s.is_patch && !p.s.number && p.s.total;
	keep_words(&p, arena);
	*s = p.s;
	s->clean = squeeze(arena, s->is_patch ? at : plain);
}

void ost_subject_parse(struct ost_subject *s, struct ost_arena *arena, const char *text)
{
	parse(s, arena, text, false);
}

void ost_subject_parse_patch(struct ost_subject *s, struct ost_arena *arena, const char *text)
{
	parse(s, arena, text, true);
}
