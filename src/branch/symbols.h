/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * symbols.h - what a set of files declares, for the question "would this
 * compile there".
 *
 * A set of (kind, name): functions, macros, records, members (record.field),
 * fields of any record, enumerators, types, lock guards and objects; for
 * functions and function-like macros how many arguments they take; for
 * members the record that their type is or points to.
 *
 * The part that the shared headers declare (the tree's include/ folder) is
 * made in one pass over their facts and kept with that folder's tree; what
 * the patched file and its neighbours declare is added on top of it. Headers
 * of single architectures are not read: for a file under arch/ nothing is
 * said to be missing.
 *
 * Names are stored as 56-bit hashes: a name that is not there may be taken
 * for one that is, once in some billions; never the other way round.
 */
#ifndef OST_BRANCH_SYMBOLS_H
#define OST_BRANCH_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "base/vec.h"
#include "ostler/err.h"
#include "source/tree.h"

enum ost_symbol_kind {
	OST_SYM_FUNC = 1, OST_SYM_MACRO, OST_SYM_RECORD, OST_SYM_FIELD, OST_SYM_MEMBER,
	OST_SYM_ENUM, OST_SYM_TYPE, OST_SYM_GUARD, OST_SYM_OBJECT,
	OST_SYM_WORD,	/* any identifier at all, also inside macros */
	OST_SYM_MADE,	/* a word of an object-like macro of declarations: it may bring members */
	OST_SYM_PASTER,	/* a macro that pastes or quotes an argument, which then is no name */
	OST_SYM_BEGINS,	/* a word before a `##` of a macro: a name may begin with it */
	OST_SYM_ENDS,	/* a word behind a `##` */
	OST_SYM_INSIDE,	/* of added and of included headers only: a word of a macro's text */
	OST_SYM_LOOSE,	/* of included headers only: a word that may declare something in a form that was not understood */
	OST_SYM_OUTER,	/* of the file itself only: a word outside of functions that may be declared there in a way that was not understood */
	OST_SYM_PASSED,	/* of the file itself only: an argument of a call in a function, which may be that of a macro that pastes */
	OST_SYM_GIVEN,	/* of added files only: given to a macro outside of functions, which may paste it */
};

/* A record by the hash of its tag; 0: none, or not known. */
typedef uint64_t ost_tag;
/*
 * Set in the tag of a member that points to a function: the rest is a hash of
 * its form, which is whether it returns void, how many parameters it has, which
 * are bool, and for pointers to records the record and const. Two forms that differ do not
 * fit each other; two that are equal may still not. The forms of functions
 * that headers declare are the members of the record OST_TAG_FORM.
 */
#define OST_TAG_FORM (1ull << 63)

/* What else is kept as the member of a record: what a function returns, its parameters, the type of an object. */
#define OST_TAG_RETURNS (OST_TAG_FORM + 1)
#define OST_TAG_PARAM (OST_TAG_FORM + 16)	/* and the number of it */
#define OST_TAG_OBJECT (OST_TAG_FORM + 2)
#define OST_SIGNATURE_MAX 8			/* parameters */
#define OST_TAG_VOID (1ull << 62)		/* returns nothing */
#define OST_TAG_NUMBER (1ull << 61)		/* a parameter or member that is an integer, and no bool */

struct ost_symbols {
	const uint64_t *kept;		/* sorted: hash << 8 | arguments */
	const uint64_t *members;	/* sorted pairs: key, tag of the member's type */
	size_t nr_kept, nr_members;	/* numbers, both of a pair counted */
	struct ost_tree_kept map;	/* private: where they lie in the store */
	void *memory;			/* private: or of our own */
	struct ost_table own;		/* added ones: hash → arguments */
	struct ost_table own_members;
};

#define OST_ARGS_ANY 255	/* variadic, not known, or definitions that differ */

/* Everything that a tree of headers declares; kept in the store when it has one. */
OST_WARN_UNUSED
struct ost_err *ost_symbols_create(const struct ost_tree_facts *tree, unsigned jobs,
				   struct ost_symbols **ret_symbols);
/* An empty set, for ost_symbols_add(). */
struct ost_symbols *ost_symbols_create_empty(void);
/* What `base` was made with, to add to: several share it, and it is destroyed last. */
struct ost_symbols *ost_symbols_create_on(const struct ost_symbols *base);
/* Nobody asks it for now: true when its memory, a part of a file, was given back, and false when it has memory of its own. */
bool ost_symbols_rest(const struct ost_symbols *s);
void ost_symbols_destroy(struct ost_symbols *s);

/* Adds what one file declares; `is_own`: static functions and objects too. */
void ost_symbols_add(struct ost_symbols *s, const struct ost_facts *facts, bool is_own);
/* The same for a header, of which register headers have no names in their facts: they are read as text. */
void ost_symbols_add_text(struct ost_symbols *s, const struct ost_facts *facts, const char *text, size_t len);
/* Takes back everything that was added. */
void ost_symbols_clear_added(struct ost_symbols *s);

/* Is there such a name? *ret_args (may be NULL): how many arguments, or OST_ARGS_ANY. */
bool ost_symbols_find(const struct ost_symbols *s, enum ost_symbol_kind kind,
		      const char *name, unsigned *ret_args);
/* The tag of `struct name`. */
ost_tag ost_symbols_tag(const char *name);
/* Has the record that field? *ret_type (may be NULL): the record of its type, or 0. */
bool ost_symbols_member(const struct ost_symbols *s, ost_tag record, const char *field,
			ost_tag *ret_type);
/*
 * The same for what may be said only when it is sure: 0 as well where the shared headers and
 * those around the file say different things, since only one of them is meant. With
 * OST_TAG_PARAM + i the i-th parameter of the function `field`: the record that it is a
 * pointer to, a function's form, or OST_TAG_NUMBER; with OST_TAG_RETURNS OST_TAG_VOID or such a record; 0: anything else.
 */
ost_tag ost_symbols_sure(const struct ost_symbols *s, ost_tag record, const char *field);
/* May the record have members that are not known (open_records.h)? Of added files only. */
void ost_symbols_set_open(struct ost_symbols *s, ost_tag record);
bool ost_symbols_is_open(const struct ost_symbols *s, ost_tag record);
/* Is the record of that tag defined here? */
bool ost_symbols_has_record(const struct ost_symbols *s, ost_tag record);
/* The form of a function's type; 0 when its return type is not known. */
ost_tag ost_symbols_form(const struct ost_facts *f, uint32_t ret_type, uint32_t first_param, uint32_t nr_params);
/* Is the type an integer, as far as its name says, and no bool? */
bool ost_symbols_is_number(const struct ost_facts *f, uint32_t type);
/* The record that a type of a file is or points to; 0 for others. */
ost_tag ost_symbols_type_tag(const struct ost_facts *f, uint32_t type);

#endif
