/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * words.h - the words of one file as small numbers.
 *
 * Every identifier, number and literal of a file gets an id on first sight.
 * The first ids are the keywords of C and the words of data/annotations.txt,
 * the same ones in every file, so that a token's kind is a table look-up.
 * Strings are not copied: they lie in the text, in the built-in tables or in
 * the recogniser's own arena, always with OST_NAME_PAD readable bytes behind.
 */
#ifndef OST_SOURCE_WORDS_H
#define OST_SOURCE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

#define OST_NAME_PAD 16
#define OST_WORDS_MAX (1u << 24)

/* What a word is known to be; OST_WC_SEEN_TYPE is learnt from the file itself. */
enum {
	OST_WC_ATTR = 1,	/* an annotation */
	OST_WC_ARGS = 2,	/* ... with arguments */
	OST_WC_TYPE = 4,
	OST_WC_FIELD = 8,
	OST_WC_OBJECT = 16,
	OST_WC_FUNC = 32,
	OST_WC_STMT = 64,
	OST_WC_SEEN_TYPE = 128,
	OST_WC_NAME = 256,
};
#define OST_WORD_PERCPU 0x10000u	/* beside OST_FF_* in ost_word.meaning */

/* One row of data/annotations.txt. */
struct ost_word {
	char text[56];		/* zero-padded */
	uint16_t cls;		/* OST_WC_* */
	uint32_t meaning;	/* OST_FF_* of an annotation, OST_WORD_PERCPU */
	int8_t first, second;	/* argument numbers, see the table */
	char prefix[16];
};

struct ost_name {
	const char *ptr;
	uint32_t len;
	uint32_t hash;
	uint32_t rec;		/* string of the record + 1, 0: not used yet */
	uint8_t kind;		/* enum ost_tok_kind of a token of this name */
	uint16_t cls;		/* OST_WC_* */
};

struct ost_words {
	OST_VEC(struct ost_name) v;	/* by id; id 0 is the empty string */
	uint64_t *slots;	/* hash << 32 | epoch << 24 | id */
	uint64_t *small;	/* the table of ordinary files */
	uint64_t *big;		/* the table of a file with many names, or NULL */
	size_t big_cap;
	uint32_t mask;
	uint32_t epoch;		/* 1..255: which file a slot belongs to */
	uint32_t nr_fixed;	/* keywords and words */
	bool is_full;		/* OST_WORDS_MAX was reached: later names are "" */
	struct ost_arena arena;	/* composed strings of this file */
};

void ost_words_init(struct ost_words *n);
void ost_words_deinit(struct ost_words *n);
/* Forgets the last file; the next one has so many bytes (a guess at its number of words). */
void ost_words_reset(struct ost_words *n, size_t bytes);

/*
 * The id of a string; a new one gets `kind`. ptr must stay valid and have
 * OST_NAME_PAD readable bytes behind it.
 */
uint32_t ost_words_add(struct ost_words *n, const char *ptr, uint32_t len, uint8_t kind);
/* The same for a string that does not live that long: it is copied. */
uint32_t ost_words_copy(struct ost_words *n, const char *ptr, uint32_t len, uint8_t kind);

/* The row of a word with OST_WC_ATTR, FIELD, OBJECT or FUNC, else NULL. */
const struct ost_word *ost_words_row(const struct ost_words *n, uint32_t id);

#endif
