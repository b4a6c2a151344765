/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decls.h - the declarations of a name that a file gets to see: its own and
 * those of the headers that it includes, with their types as they stand in
 * the facts.
 *
 * symbols.h tells by hashes whether a name is declared at all; this finds the
 * places, for what needs the whole type. Asked for a few names of a file,
 * each read once and remembered.
 */
#ifndef OST_BRANCH_DECLS_H
#define OST_BRANCH_DECLS_H

#include "branch/included.h"

enum ost_decl_kind {
	OST_DECL_FUNC,		/* prototypes too */
	OST_DECL_OBJECT,	/* none of a function's own */
	OST_DECL_RECORD,	/* definitions of struct and union tags */
	OST_DECL_TYPE,		/* typedefs */
	OST_DECL_CONST,		/* constants of enums */
};

struct ost_decl {
	const struct ost_facts *f;
	uint32_t i;		/* index in f's table: funcs or (is_proto) protos, globals, records, typedefs, enum_consts */
	uint32_t cond;		/* under an #if */
	bool is_proto;
	bool is_own;		/* of the file itself */
	bool is_unsure;		/* of a header that is included under a condition, on every way to it */
	bool is_open;		/* a record with more members than its text names (open_records.h) */
};

#define OST_DECLS_MAX 16	/* of one name; with more of them nothing is known */

struct ost_decl_list {
	const struct ost_decl *v;
	uint32_t nr;		/* OST_DECLS_MAX + 1: too many */
};

struct ost_decls;

/*
 * All are borrowed; `text` is the file's own, from which open records are told; `ifs` (ifs.h, or NULL), of nr_lines lines,
 * says which declarations of the file's own stand under no condition after all.
 */
struct ost_decls *ost_decls_create(struct ost_included *included, const struct ost_facts *own, struct ost_arena *arena,
				   const char *text, size_t len, const unsigned char *ifs, uint32_t nr_lines);
/* NULL is fine. */
void ost_decls_destroy(struct ost_decls *d);
/* The file's own first, then those of headers. The list lives as long as the arena. */
struct ost_decl_list ost_decls_of(struct ost_decls *d, enum ost_decl_kind kind, const char *name);
/* Does something of the file's own stand under a condition that may not hold? */
bool ost_decls_is_under_if(const struct ost_decls *d, uint32_t cond, uint32_t line);
/* A place for a note on the name, 0 at first. Valid until the next one is asked for. */
uint64_t *ost_decls_note(struct ost_decls *d, const char *name);
/* One comparison of two types: false when there have been OST_DECLS_MAX_STEPS; of what is compared then nothing is known. */
#define OST_DECLS_MAX_STEPS 4000000
bool ost_decls_spend(struct ost_decls *d);
/* Is the name a macro, or a word that a header may declare in a form that was not understood? */
bool ost_decls_is_doubtful(struct ost_decls *d, const char *name);

bool ost_decls_is_macro(struct ost_decls *d, const char *name);
/* Has the text of a macro the word: `#define __snd_status snd_status`? */
bool ost_decls_is_in_macro(struct ost_decls *d, const char *name);
/* Is the name given to a macro of the file's own outside of functions, which may declare it? */
bool ost_decls_is_given(struct ost_decls *d, const char *name);
/* May a macro among the members of a record make one of that name, or stand for it? */
bool ost_decls_may_be_member(struct ost_decls *d, const char *field);

#endif
