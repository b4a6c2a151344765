// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device-tree bindings (.yaml) name their maintainers inside the file. The
 * kernel's script finds everything that looks like an address and makes its
 * best of the words before it; so does this, in both of its generations: the
 * older one knows bytes, the newer one letters of Unicode.
 */
#include "review/maint.h"

/* A word or name, spaces, commas, perhaps a bracket, the address. */
#define NAME_NEW "[\\p{L}\"' ,.+-]"
#define NAME_OLD "[A-Za-z\\x80-\\xc3\"' ,.+-]"	/* what the bytes of its range amount to */
#define ADDRESS "\\s*,*\\s*[(<{]?[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+\\.[A-Za-z0-9]+[)>}]?"


static bool is_local_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (c && strchr("_.+-", c));
}

static bool is_ascii_letter(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* May this byte be part of a word of a name? */
static bool is_word_byte(const struct ost_maintainers *m, unsigned char c)
{
	if (is_ascii_letter(c) || (c && strchr("',.+-", c)))
		return true;
	/* names were found by the expression above: their other bytes are letters */
	return m->keywords_in_file ? (c >= 0x80 && c <= 0xc3) : c >= 0x80;
}

/* Characters, or bytes in the older generation. */
static size_t length_of(const struct ost_maintainers *m, const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += m->keywords_in_file || ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool is_stray(const char *word)
{
	return word[0] && !word[1] && strchr("',.+-", word[0]);
}

/* Splits at everything else; empty words between two separators stay, those at the end go. */
static void split_name(const struct ost_maintainers *m, struct ost_arena *a, const char *name,
		       struct ost_maint_strings *words)
{
	const char *p = name, *from = name;

	for (;; p++) {
		if (*p && is_word_byte(m, (unsigned char)*p))
			continue;
		ost_vec_add(words, ost_arena_strndup(a, from, (size_t)(p - from)));
		if (!*p)
			break;
		from = p + 1;
	}
	while (words->nr && !*words->items[words->nr - 1])
		words->nr--;
}

static void drop_stray(struct ost_maint_strings *words)
{
	size_t i, n = 0;

	for (i = 0; i < words->nr; i++)
		if (!is_stray(words->items[i]))
			words->items[n++] = words->items[i];
	words->nr = n;
}

static const char *joined(struct ost_arena *a, const struct ost_maint_strings *words)
{
	const char *out = "";
	size_t i;

	for (i = 0; i < words->nr; i++)
		out = ost_arena_printf(a, "%s%s%s", out, i ? " " : "", words->items[i]);
	return out;
}

static bool is_initial(const struct ost_maintainers *m, const char *w, bool must_be_letter)
{
	size_t n = length_of(m, w);

	if (n == 1)
		return !must_be_letter || is_ascii_letter((unsigned char)w[0]) ||
		       (!m->keywords_in_file && (unsigned char)w[0] >= 0x80);
	return n == 2 && w[strlen(w) - 1] == '.';
}

/* The last two words, or three where one of the first two is an initial. */
static const char *last_words(const struct ost_maintainers *m, struct ost_arena *a,
			      const struct ost_maint_strings *words)
{
	const char *const *w = words->items + words->nr - 3;

	if (is_initial(m, w[0], true) || is_initial(m, w[1], false))
		return ost_arena_printf(a, "%s %s %s", w[0], w[1], w[2]);
	return ost_arena_printf(a, "%s %s", w[1], w[2]);
}

static const char *without_end_marks(const struct ost_maintainers *m, struct ost_arena *a,
				     const char *name)
{
	size_t n = strlen(name);
	bool old = m->keywords_in_file;

	if (n && strchr(",.", name[n - 1]))
		name = ost_arena_strndup(a, name, n - 1);
	else if (old && n >= 2 && name[n - 1] == '"' && strchr(",.", name[n - 2]))
		name = ost_arena_printf(a, "%.*s\"", (int)n - 2, name);
	n = strlen(name);
	if (n && strchr(",.", name[0]))
		name++;
	else if (old && n >= 2 && name[0] == '"' && strchr(",.", name[1]))
		name = ost_arena_printf(a, "\"%s", name + 2);
	return name;
}

static const char *unquoted(struct ost_arena *a, const char *name)
{
	size_t n = strlen(name);

	return n >= 2 && name[0] == '"' && name[n - 1] == '"' ?
	       ost_arena_strndup(a, name + 1, n - 2) : name;
}

static const char *clean(const struct ost_maintainers *m, struct ost_arena *a,
			 const char *text, size_t len)
{
	const char *at = memchr(text, '@', len), *local = at, *end = at + 1;
	struct ost_maint_strings words = { NULL, 0, 0 };
	struct ost_maint_email e;
	size_t before;

	while (local > text && is_local_char(local[-1]))
		local--;
	while (end < text + len && is_local_char(*end) && *end != '_' && *end != '+')
		end++;
	before = (size_t)(local - text);
	if (before && strchr("(<{", text[before - 1]))
		before--;
	e = ost_maint_email_parse(a, ost_arena_printf(a, "%.*s<%.*s>", (int)before, text,
						      (int)(end - local), local));
	if (!m->keywords_in_file)
		e.name = unquoted(a, e.name);
	split_name(m, a, e.name, &words);
	if (!m->keywords_in_file)
		drop_stray(&words);
	if (words.nr > 2)
		e.name = last_words(m, a, &words);
	else if (!m->keywords_in_file)
		e.name = joined(a, &words);
	ost_vec_deinit(&words);
	e.name = without_end_marks(m, a, e.name);
	return ost_maint_email_format(a, e);
}

static void add_once(struct ost_maint_strings *ret, const char *s)
{
	size_t i;

	for (i = 0; i < ret->nr; i++)
		if (!strcmp(ret->items[i], s))
			return;
	ost_vec_add(ret, s);
}

void ost_maint_emails_in_text(struct ost_maintainers *m, struct ost_arena *a,
			      const char *text, size_t len, struct ost_maint_strings *ret)
{
	const char *expr = m->keywords_in_file ? NAME_OLD "*" ADDRESS : NAME_NEW "*" ADDRESS;
	size_t at = 0, start, end;

	while (at < len && memchr(text + at, '@', len - at) &&
	       ost_maint_regex_match(m, &m->infile, expr, 0, text, len, at, &start, &end)) {
		add_once(ret, clean(m, a, text + start, end - start));
		at = end;
	}
}
