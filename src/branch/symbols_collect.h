/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbols_collect.h - private to symbols: from the facts of a file to hashes. */
#ifndef OST_BRANCH_SYMBOLS_COLLECT_H
#define OST_BRANCH_SYMBOLS_COLLECT_H

#include "base/hash.h"
#include "branch/symbols.h"

struct ost_symbol_list {
	OST_VEC(uint64_t) names;	/* hash << 8 | arguments */
	OST_VEC(uint64_t) members;	/* pairs: key, tag of the type */
};

void ost_symbol_list_deinit(struct ost_symbol_list *l);
/* What a register header (OST_FK_REGISTERS) defines, whose facts have no names: from its text. */
void ost_symbols_collect_defines(const char *text, size_t len, struct ost_symbol_list *l);
void ost_symbols_collect(const struct ost_facts *f, bool is_own, struct ost_symbol_list *l);

static inline uint64_t ost_symbol_hash(enum ost_symbol_kind kind, const char *name, size_t len)
{
	return ost_hash_mix(ost_hash_bytes(name, len) + (uint64_t)kind * 0x9e3779b97f4a7c15ull) >> 8;
}
static inline uint64_t ost_symbol_member_key(ost_tag record, const char *field, size_t len)
{
	return ost_hash_mix(ost_hash_bytes(field, len) ^ record * 0xd6e8feb86659fd93ull) >> 8;
}

/*
 * Words of a header that may declare something all the same: given to macros outside of functions, and,
 * where the recogniser has passed over something, those of text[0..len) outside of braces (and in those of an enum).
 */
void ost_symbols_collect_loose(const struct ost_facts *f, const char *text, size_t len, struct ost_symbol_list *l);
/* Does it need the text? True as well where macros with arguments may stand in an enum, whose facts lack them. */
bool ost_symbols_has_gaps(const struct ost_facts *f);
/* Names with small letters that calls in functions are given: a macro may declare what it pastes to them. */
void ost_symbols_collect_passed(const struct ost_facts *f, struct ost_symbol_list *l);
/*
 * Words of a .c file's text[0..len) that may declare something in a way that was not understood: those outside of braces and parentheses, but
 * the first of each declaration; where the recogniser has passed over something those in parentheses too, or all when the braces do not fit each other.
 */
void ost_symbols_collect_outer(const struct ost_facts *f, const char *text, size_t len, struct ost_symbol_list *l);
/* The words in the texts of a header's macros, those of a register header (text[0..len)) too. */
void ost_symbols_collect_inside(const struct ost_facts *f, const char *text, size_t len, struct ost_symbol_list *l);
/* The words that macros outside of functions are given; those of modules (MODULE_AUTHOR(), EXPORT_SYMBOL()) make no names. */
void ost_symbols_collect_given(const struct ost_facts *f, struct ost_symbol_list *l);

#endif
