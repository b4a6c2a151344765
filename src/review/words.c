// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/datafile.h"

static const char *const class_names[] = { "serious", "bug", "exception", "against" };
static const char *const verb_names[] = { "unlisted", "fix", "guard", "change", "add", "tidy" };

static struct ost_err *symptom_row(void *ctx, const struct ost_data_row *row)
{
	struct ost_word_tables *w = ctx;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(class_names); i++) {
		if (strcmp(row->fields[1], class_names[i]))
			continue;
		*ost_vec_push(&w->symptoms) = (struct ost_symptom_row){
			.kind = row->fields[0], .cls = i, .phrase = row->fields[2],
		};
		return NULL;
	}
	return ost_data_err(row, "no class '%s'", row->fields[1]);
}

static struct ost_err *verb_row(void *ctx, const struct ost_data_row *row)
{
	struct ost_word_tables *w = ctx;
	size_t i;

	for (i = 1; i < OST_ARRAY_SIZE(verb_names); i++) {
		if (strcmp(row->fields[1], verb_names[i]))
			continue;
		*ost_vec_push(&w->verbs) = (struct ost_verb_row){ .verb = row->fields[0], .cls = i };
		return NULL;
	}
	return ost_data_err(row, "no class '%s'", row->fields[1]);
}

struct ost_err *ost_word_tables_init(struct ost_word_tables *w)
{
	struct ost_err *err;

	memset(w, 0, sizeof(*w));
	err = ost_data_read("symptoms.txt", '|', 3, 3, &w->arena, symptom_row, w);
	if (!err)
		err = ost_data_read("verbs.txt", '|', 2, 2, &w->arena, verb_row, w);
	if (err)
		ost_word_tables_deinit(w);
	return err;
}

void ost_word_tables_deinit(struct ost_word_tables *w)
{
	ost_vec_deinit(&w->symptoms);
	ost_vec_deinit(&w->verbs);
	ost_arena_deinit(&w->arena);
}

static bool is_word(unsigned char c)
{
	return isalnum(c) || c >= 0x80;
}

static bool is_blank_like(unsigned char c)
{
	return isspace(c) || c == '-' || c == '_';
}

/* Part of a word or of an identifier: lockdep_assert_held() is no word of a message. */
static bool is_name(unsigned char c)
{
	return is_word(c) || c == '_';
}

/* Length of the phrase at text, or 0. */
static size_t match_at(const char *text, const char *phrase)
{
	const char *t = text;
	bool is_open = false;	/* ends in '*': WARN_ON_ONCE() */

	for (; *phrase; phrase++) {
		is_open = *phrase == '*';
		if (*phrase == ' ' || *phrase == '_' || *phrase == '-') {
			if (!is_blank_like(*t))
				return 0;
			while (is_blank_like(*t))
				t++;
		} else if (*phrase == '*') {
			while (is_word(*t))
				t++;
		} else if (tolower((unsigned char)*t) == *phrase) {
			t++;
		} else {
			return 0;
		}
	}
	return is_word(*t) || (*t == '_' && is_name(t[1]) && !is_open) ? 0 : t - text;
}

const char *ost_phrase_find(const char *text, const char *phrase, size_t *ret_len)
{
	const char first[3] = { phrase[0], toupper((unsigned char)phrase[0]), '\0' };
	const char *p = text;

	while (*(p += strcspn(p, first))) {
		*ret_len = p > text && is_name(p[-1]) ? 0 : match_at(p, phrase);
		if (*ret_len)
			return p;
		p++;
	}
	return NULL;
}

enum ost_verb_class ost_verb_class(const struct ost_word_tables *w, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < w->verbs.nr; i++)
		if (!strncasecmp(w->verbs.items[i].verb, word, len) && !w->verbs.items[i].verb[len])
			return w->verbs.items[i].cls;
	return OST_VERB_UNKNOWN;
}

const char *ost_verb_class_name(enum ost_verb_class cls)
{
	return verb_names[cls];
}

/*
 * Is [s, s + len) a subsystem part of a subject ("wifi", "KVM: x86/mmu",
 * "ASoC", "net/mlx5e")? At most three words, none of them long.
 */
static bool is_prefix_part(const char *s, size_t len)
{
	size_t i, words = 1, run = 0;

	if (!len || len > 60)
		return false;
	for (i = 0; i < len; i++) {
		run = s[i] == ' ' ? 0 : run + 1;
		words += s[i] == ' ' && i + 1 < len;
		if (run > 40 || s[i] == '"' || s[i] == '(' || s[i] == '\'')
			return false;
	}
	return words <= 3;
}

/* The length of the prefix with its last colon, 0 when there is none. */
static size_t prefix_len(const char *title)
{
	size_t pos = 0, n;

	while (title[pos]) {
		n = strcspn(title + pos, ":");
		if (title[pos + n] != ':' || title[pos + n + 1] != ' ' || !title[pos + n + 2] ||
		    !is_prefix_part(title + pos, n))
			break;
		pos += n + 2;
	}
	return pos;
}

static bool word_is(const char *w, size_t len, const char *s)
{
	return strlen(s) == len && !strncasecmp(w, s, len);
}

/* Looks for a listed verb among the first three words. */
static void find_verb(struct ost_title *t, struct ost_arena *a, const struct ost_word_tables *w)
{
	const char *p = t->summary;
	size_t len, n;

	t->verb = "";
	for (n = 0; n < 3 && *p; n++, p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ,.:;");
		if (!len)
			return;
		if (word_is(p, len, "don't") || word_is(p, len, "dont") || word_is(p, len, "never") ||
		    word_is(p, len, "not")) {
			t->is_negated = true;
			t->cls = OST_VERB_GUARD;
			continue;
		}
		if (word_is(p, len, "do") && !strncasecmp(p + len, " not ", 5))
			continue;
		if (!*t->verb || t->is_negated)
			t->verb = ost_arena_strndup(a, p, len);
		if (t->is_negated)
			return;
		t->cls = ost_verb_class(w, p, len);
		if (t->cls != OST_VERB_UNKNOWN) {
			t->verb = ost_arena_strndup(a, p, len);
			return;
		}
	}
}

void ost_title_parse(struct ost_title *t, struct ost_arena *a, const struct ost_word_tables *w,
		     const char *title)
{
	size_t len = prefix_len(title);

	memset(t, 0, sizeof(*t));
	t->prefix = len ? ost_arena_strndup(a, title, len - 2) : "";
	t->summary = title + len;
	t->is_revert = !strncasecmp(t->summary, "revert \"", 8);
	find_verb(t, a, w);
}
