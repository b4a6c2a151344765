/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * macros.h - a few tokens of C with the macros of a few files replaced.
 *
 * Enough for tables of constants (USB_DEVICE(A, B), { .compatible = X }), and
 * no preprocessor: the first definition found counts, whatever #if it stands
 * under, and macros without arguments are replaced only where their text is
 * more than one value. `a ## b` is joined.
 */
#ifndef OST_KBUILD_MACROS_H
#define OST_KBUILD_MACROS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/table.h"
#include "base/vec.h"

struct ost_mc_tok {
	const char *s;		/* an identifier, a number, a string with its quotes, or one sign */
	uint32_t line;		/* in the file that is read; 0 within macros */
};
typedef OST_VEC(struct ost_mc_tok) ost_mc_toks;

struct ost_macros {
	struct ost_arena *arena;
	OST_VEC(const char *) texts;	/* where definitions are looked for, nearest first */
	struct ost_table known;		/* hash of a name → struct ost_mc_def * */
	uint32_t nr_left;		/* replacements that may still be made */
};

void ost_macros_init(struct ost_macros *m, struct ost_arena *arena);
void ost_macros_deinit(struct ost_macros *m);
/* Tokens of text[0..len), the first line being `line`; comments and # lines are left out. */
void ost_mc_lex(struct ost_arena *arena, const char *text, size_t len, uint32_t line, ost_mc_toks *ret);
/* Appends in[0..nr) with macros replaced. */
void ost_mc_expand(struct ost_macros *m, const struct ost_mc_tok *in, size_t nr, ost_mc_toks *ret);
/* The number or the text of a string that the tokens mean; false when they mean neither. */
bool ost_mc_number(struct ost_macros *m, const struct ost_mc_tok *t, size_t nr, unsigned long *ret);
bool ost_mc_string(struct ost_macros *m, const struct ost_mc_tok *t, size_t nr, const char **ret);

#endif
