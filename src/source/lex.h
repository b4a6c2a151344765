/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lex.h - bytes to tokens and directives.
 *
 * One pass. Comments and line continuations vanish, a literal that does not
 * end ends with its line, bytes that C does not know become T_OTHER. Inside
 * `#define` lines `a ## b` is one identifier of that very text and `#a` one
 * string literal.
 */
#ifndef OST_SOURCE_LEX_H
#define OST_SOURCE_LEX_H

#include "source/token.h"

struct ost_lexed {
	const char *text;
	OST_VEC(struct ost_tok) toks;	/* ends with T_EOF */
	OST_VEC(struct ost_tok) dtoks;	/* of directives */
	OST_VEC(struct ost_directive) dirs;
	uint32_t nr_lines;
};

/*
 * text[len] is followed by at least 64 zero bytes. False: more than
 * OST_LINES_MAX lines or OST_WORDS_MAX names.
 */
bool ost_lex(struct ost_lexed *l, struct ost_words *names, const char *text, size_t len);
void ost_lexed_deinit(struct ost_lexed *l);

/* Bytes of a token of this kind, 0 where the name's length says it. */
extern const uint8_t ost_tok_len[OST_NR_TOK_KINDS];

#endif
