/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * token.h - the tokens of one file and its preprocessor lines.
 *
 * The lexer makes one array for the text outside of directives and another
 * for what stands on `#define` and `#if` lines. ost_pp_resolve() then decides
 * which arms of #if the recogniser will see (docs/design/recogniser.md).
 */
#ifndef OST_SOURCE_TOKEN_H
#define OST_SOURCE_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "source/words.h"

enum ost_tok_kind {
	T_EOF,
	T_IDENT, T_NUM, T_STR, T_CHAR,
	/* brackets: val of an opening one is the index of its partner */
	T_LPAREN, T_LBRACE, T_LBRACK, T_RPAREN, T_RBRACE, T_RBRACK,
	T_SEMI, T_COMMA, T_COLON, T_QUEST, T_DOT, T_ELLIPSIS, T_ARROW,
	T_ASSIGN, T_ADD_A, T_SUB_A, T_MUL_A, T_DIV_A, T_MOD_A, T_SHL_A, T_SHR_A,
	T_AND_A, T_OR_A, T_XOR_A,
	T_ADD, T_SUB, T_STAR, T_DIV, T_MOD, T_SHL, T_SHR, T_AND, T_OR, T_XOR,
	T_LAND, T_LOR, T_EQ, T_NE, T_LT, T_GT, T_LE, T_GE,
	T_NOT, T_COMPL, T_INC, T_DEC, T_HASH, T_PASTE, T_OTHER,
	/* statements */
	T_IF, T_ELSE, T_WHILE, T_DO, T_FOR, T_SWITCH, T_CASE, T_DEFAULT, T_GOTO,
	T_BREAK, T_CONTINUE, T_RETURN, T_ASM,
	/* declarations; T_FIRST_DECL.. may begin one */
	T_TYPEDEF, T_STATIC, T_EXTERN, T_INLINE, T_REGISTER, T_AUTO, T_THREAD, T_NORETURN,
	T_CONST, T_VOLATILE, T_RESTRICT, T_ATOMIC, T_EXTENSION,
	T_ATTRIBUTE,
	T_VOID, T_CHAR_T, T_SHORT, T_INT, T_LONG, T_FLOAT, T_DOUBLE, T_SIGNED, T_UNSIGNED, T_BOOL,
	T_INT128, T_COMPLEX, T_AUTO_TYPE,
	T_STRUCT, T_UNION, T_ENUM, T_TYPEOF,
	T_SIZEOF, T_ALIGNOF, T_GENERIC, T_STATIC_ASSERT, T_LABEL_DECL, T_OFFSETOF,
	/* arms that are kept: val is the condition */
	T_PP_IF, T_PP_ELIF, T_PP_ELSE, T_PP_ENDIF,
	/* only before ost_pp_resolve(): val is the directive */
	T_DIRECTIVE,
	OST_NR_TOK_KINDS
};
#define T_FIRST_DECL T_TYPEDEF
#define T_LAST_DECL T_TYPEOF
#define T_FIRST_TYPE T_VOID
#define T_LAST_TYPE T_TYPEOF

struct ost_tok {
	uint32_t off;		/* into the text */
	uint32_t val;		/* name id, or see above */
	uint32_t line : 24;
	uint32_t kind : 8;
};
/*
 * T_EOFs at the end of a token array and of each directive: an unpaired bracket's
 * partner is the first, and the grammar looks at most this far behind it.
 */
#define OST_NR_EOF 8
#define OST_LINES_MAX ((1u << 24) - 1)

enum ost_dir_kind {
	D_IF, D_IFDEF, D_IFNDEF, D_ELIF, D_ELIFDEF, D_ELIFNDEF, D_ELSE, D_ENDIF,
	D_DEFINE, D_UNDEF, D_INCLUDE, D_OTHER,
};

struct ost_directive {
	uint8_t kind;		/* enum ost_dir_kind */
	bool is_function;	/* DEFINE: a ( follows the name at once */
	bool is_system;		/* INCLUDE: <...> */
	uint32_t line;
	uint32_t first, end;	/* its tokens after the directive's name, in dtoks; an
				 * T_EOF stands at `end` */
	uint32_t off, off_end;	/* its text after the directive's name */
	uint32_t cond;		/* filled by ost_pp_resolve(): condition around it */
};

#endif
