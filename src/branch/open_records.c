// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/open_records.h"

#include <stdlib.h>
#include <string.h>

#include "base/word.h"

/* Attributes with arguments: they name no member. */
static bool is_attribute(const char *word, size_t len)
{
	static const char *const words[] = { "__attribute__", "__aligned", "__counted_by", "__counted_by_le", "__counted_by_be",
					     "__guarded_by", "__bitwise", "__section", "__printf", "struct_group", "struct_group_attr",
					     "struct_group_tagged", "__struct_group", "DECLARE_BITMAP", "DECLARE_HASHTABLE",
					     "DECLARE_FLEX_ARRAY", "__DECLARE_FLEX_ARRAY", "DECLARE_KFIFO", "DECLARE_KFIFO_PTR",
					     "sizeof", "typeof" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == len && !memcmp(words[i], word, len))
			return true;
	return false;
}

/* "NAME;" and nothing before it: a macro of members, or the end of a list of names. "struct NAME;" of a macro that has the braces. */
static bool is_bare_word(const char *p, const char *end)
{
	const char *from;

	if (end - p > 7 && (!memcmp(p, "struct ", 7) || !memcmp(p, "union ", 6)))
		p = ost_behind_blanks(p + 6, end);
	from = p;

	while (p < end && ost_is_word_byte(*p))
		p++;
	return p > from && (p == end || *p == ';' || *p == '}');
}

/* Has a line of a record MACRO(...) in it, or nothing but MACRO;, or is it a directive that brings text? `(*` is a pointer to a function. */
static bool is_open_line(const char *p, const char *end)
{
	const char *from;

	p = ost_behind_blanks(p, end);
	if (p < end && *p == '#') {
		p = ost_behind_blanks(p + 1, end);
		return end - p > 7 && (!memcmp(p, "define", 6) || !memcmp(p, "include", 7));
	}
	if (p < end && *p == '*')
		return false;	/* in a comment */
	if (is_bare_word(p, end))
		return true;
	while (p < end && *p != ';' && *p != '/' && *p != '[' && *p != ':') {
		for (from = p; p < end && ost_is_word_byte(*p); p++)
			;
		if (p > from && p < end && *p == '(' && !(end - p > 1 && p[1] == '*') && !is_attribute(from, (size_t)(p - from)))
			return true;
		p += p == from;
	}
	return false;
}

/* For each line how many open ones there are up to it. */
static uint32_t *count_open(const char *text, const char *end, uint32_t lines)
{
	uint32_t *nr = ost_calloc((size_t)lines + 2, sizeof(*nr)), line;

	for (line = 1; line <= lines; line++) {
		const char *eol = text < end ? memchr(text, '\n', (size_t)(end - text)) : NULL;

		eol = eol ? eol : end;
		nr[line] = nr[line - 1] + is_open_line(text, eol);
		text = eol < end ? eol + 1 : end;
	}
	return nr;
}

bool *ost_open_records(struct ost_arena *arena, const struct ost_facts *f, const char *text, size_t len)
{
	uint32_t *nr, i;
	bool *open;

	if (!f->nr_records)
		return NULL;
	nr = count_open(text, text + len, f->lines);
	open = ost_arena_calloc(arena, f->nr_records, sizeof(*open));
	for (i = 0; i < f->nr_records; i++) {
		const struct ost_fact_record *r = &f->records[i];

		open[i] = r->end_line <= f->lines && (r->line < r->end_line ? nr[r->end_line] > nr[r->line] : !r->nr_fields);
	}
	free(nr);
	return open;
}

void ost_open_records_add(struct ost_symbols *s, const struct ost_facts *f, const bool *open)
{
	uint32_t i;

	for (i = 0; open && i < f->nr_records; i++)
		if (open[i] && f->records[i].tag)
			ost_symbols_set_open(s, ost_symbols_tag(ost_facts_str(f, f->records[i].tag)));
}
