/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.h - the words by which a message says what it is about.
 *
 * Two tables of data/: symptoms.txt (phrases anywhere in a message) and
 * verbs.txt (the first word of a summary). What is found says what the
 * message says, never what the code does.
 */
#ifndef OST_REVIEW_WORDS_H
#define OST_REVIEW_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"
#include "ostler/err.h"

enum ost_symptom_class { OST_SYM_SERIOUS, OST_SYM_BUG, OST_SYM_EXCEPTION, OST_SYM_AGAINST };
enum ost_verb_class { OST_VERB_UNKNOWN, OST_VERB_FIX, OST_VERB_GUARD, OST_VERB_CHANGE, OST_VERB_ADD, OST_VERB_TIDY };

struct ost_symptom_row {
	const char *kind;	/* "use-after-free" */
	enum ost_symptom_class cls;
	const char *phrase;	/* lower case, single blanks, '*' at the end of a word */
};

struct ost_verb_row {
	const char *verb;
	enum ost_verb_class cls;
};

struct ost_word_tables {
	struct ost_arena arena;
	OST_VEC(struct ost_symptom_row) symptoms;
	OST_VEC(struct ost_verb_row) verbs;
};

/* Reads both tables. On an error nothing is left to free. */
OST_WARN_UNUSED struct ost_err *ost_word_tables_init(struct ost_word_tables *w);
void ost_word_tables_deinit(struct ost_word_tables *w);

/*
 * Where the phrase begins in text (case ignored, '-' '_' and white space are
 * one blank, whole words), or NULL; *ret_len gets the length found.
 */
const char *ost_phrase_find(const char *text, const char *phrase, size_t *ret_len);

/* The class of a verb in any case; OST_VERB_UNKNOWN when it is not listed. */
enum ost_verb_class ost_verb_class(const struct ost_word_tables *w, const char *word, size_t len);
/* "fix", "guard", "change", "add", "tidy" or "unlisted" */
const char *ost_verb_class_name(enum ost_verb_class cls);

/* A subject line taken apart; the parts point into it. */
struct ost_title {
	const char *prefix;	/* "wifi: cfg80211", arena memory, "" when there is none */
	const char *summary;	/* the rest */
	const char *verb;	/* first word that is listed among the first three, else the first word; arena memory */
	enum ost_verb_class cls;
	bool is_negated;	/* "do not", "don't", "never" before it */
	bool is_revert;		/* Revert "..." */
};
void ost_title_parse(struct ost_title *t, struct ost_arena *a, const struct ost_word_tables *w, const char *title);

#endif
