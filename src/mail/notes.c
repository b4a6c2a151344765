// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * notes.c - what a reply says that a reviewer wants to see.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/datafile.h"
#include "base/vec.h"
#include "mail/notes.h"

#define MAX_NOTES 500u		/* of one mail */
#define MAX_LINE 2000u

static struct ost_err *take_row(void *ctx, const struct ost_data_row *row)
{
	static const struct { const char *name; enum ost_note_kind kind; } kinds[] = {
		{ "objection", OST_NOTE_OBJECTION }, { "applied", OST_NOTE_APPLIED },
		{ "stable", OST_NOTE_STABLE }, { "report", OST_NOTE_REPORT },
	};
	struct ost_note_words *words = ctx;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(kinds); i++) {
		if (strcmp(row->fields[1], kinds[i].name))
			continue;
		*ost_vec_push(words) = (struct ost_note_word){ row->fields[0], kinds[i].kind };
		return NULL;
	}
	return ost_data_err(row, "no such kind: %s", row->fields[1]);
}

struct ost_err *ost_note_words_read(struct ost_note_words *words, struct ost_arena *arena)
{
	struct ost_err *err;

	memset(words, 0, sizeof(*words));
	err = ost_data_read("mail-words.txt", '|', 2, 2, arena, take_row, words);
	if (err)
		ost_vec_deinit(words);
	return err;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does the line (in lower case) hold the phrase between word boundaries? */
static bool holds(const char *line, const char *phrase)
{
	size_t n = strlen(phrase);
	const char *p = line;

	for (; (p = strstr(p, phrase)); p++)
		if ((p == line || !is_word(p[-1]) || !is_word(*phrase)) && (!is_word(p[n]) || !is_word(phrase[n - 1])))
			return true;
	return false;
}

struct finder {
	struct ost_arena *arena;
	const struct ost_note_words *words;
	OST_VEC(struct ost_thread_note) notes;
	uint32_t line;
};

static void add(struct finder *f, enum ost_note_kind kind, const char *tag, const char *text)
{
	struct ost_thread_note *n;

	if (f->notes.nr >= MAX_NOTES)
		return;
	n = ost_vec_push(&f->notes);
	n->kind = kind;
	n->line = f->line;
	n->tag = tag;
	n->text = text;
}

/* "Reviewed-by: Name <addr>": a word that ends in "-by", or one of a few others, at the start of a line. */
static bool take_tag(struct finder *f, const char *line)
{
	static const char *const others[] = { "Fixes", "Closes" };
	const char *colon = strchr(line, ':'), *value;
	size_t n = colon ? colon - line : 0, i;
	bool is_tag;

	if (n < 3 || n > 40 || strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") != n)
		return false;
	is_tag = !strncasecmp(colon - 3, "-by", 3);
	for (i = 0; i < OST_ARRAY_SIZE(others); i++)
		is_tag |= n == strlen(others[i]) && !strncasecmp(line, others[i], n);
	value = colon + 1 + strspn(colon + 1, " \t");
	if (!is_tag || !*value)
		return false;
	add(f, OST_NOTE_TAG, ost_arena_strndup(f->arena, line, n), ost_arena_strdup(f->arena, value));
	return true;
}

static void take_line(struct finder *f, const char *s, size_t len)
{
	bool is_seen[OST_NOTE_REPORT + 1] = { false };
	char *line, *low, *p;
	bool is_tag;
	size_t i;

	while (len && isspace((unsigned char)*s)) {
		s++;
		len--;
	}
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	if (!len || *s == '>' || *s == '|')
		return;
	line = ost_arena_strndup(f->arena, s, len < MAX_LINE ? len : MAX_LINE);
	low = ost_arena_strdup(f->arena, line);
	for (p = low; *p; p++)
		*p = tolower((unsigned char)*p);
	is_tag = take_tag(f, line);
	for (i = 0; i < f->words->nr; i++) {
		const struct ost_note_word *w = &f->words->items[i];

		if (is_seen[w->kind] || (is_tag && w->kind != OST_NOTE_OBJECTION) || !holds(low, w->phrase))
			continue;
		is_seen[w->kind] = true;
		add(f, w->kind, "", line);
	}
}

void ost_notes_collect(struct ost_arena *arena, const struct ost_note_words *words, const struct ost_message *msg,
		       struct ost_thread_note **ret_notes, uint32_t *ret_nr)
{
	struct finder f = { .arena = arena, .words = words, .line = 1 };
	const char *p = msg->body, *end = msg->diff_len ? msg->diff : msg->body + msg->body_len, *eol;

	for (; p < end; p = eol + 1, f.line++) {
		eol = memchr(p, '\n', end - p);
		if (!eol)
			eol = end;
		if (memmem(p, eol - p, "-----Original Message-----", 26) || (eol - p == 3 && !memcmp(p, "-- ", 3)))
			break;
		take_line(&f, p, eol - p);
	}
	*ret_nr = f.notes.nr;
	*ret_notes = ost_arena_calloc(arena, f.notes.nr + 1, sizeof(**ret_notes));
	if (f.notes.nr)
		memcpy(*ret_notes, f.notes.items, f.notes.nr * sizeof(**ret_notes));
	ost_vec_deinit(&f.notes);
}

struct ost_err *ost_notes_find(struct ost_arena *arena, const struct ost_message *msg,
			       struct ost_thread_note **ret_notes, uint32_t *ret_nr)
{
	struct ost_note_words words;

	ost_try(ost_note_words_read(&words, arena));
	ost_notes_collect(arena, &words, msg, ret_notes, ret_nr);
	ost_vec_deinit(&words);
	return NULL;
}
