/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ctype.h - types as a compiler compares them: through the names that
 * typedefs give them, with the levels of pointers, wherever the file or a
 * header that it includes has their definition.
 *
 * A type is known when all definitions that are seen say the same thing, and
 * when no macro may stand for any of its names. What is not known is never
 * told to differ.
 */
#ifndef OST_BRANCH_CTYPE_H
#define OST_BRANCH_CTYPE_H

#include "branch/decls.h"

struct ost_ctype {
	const struct ost_facts *f;	/* NULL: not known */
	uint32_t type;
	const struct ost_fact_func *func;	/* a function by its declaration: `type` says nothing */
	int up;				/* so many pointers to it */
	bool is_const;			/* by a typedef, beside what the type itself says */
};

enum ost_ckind {
	OST_CK_UNKNOWN, OST_CK_VOID, OST_CK_BOOL, OST_CK_INT, OST_CK_FLOAT, OST_CK_ENUM, OST_CK_RECORD,
	OST_CK_POINTER, OST_CK_ARRAY, OST_CK_FUNC,
};

enum ost_fit {
	OST_FITS,
	OST_FIT_UNKNOWN,
	OST_FIT_OTHER,		/* refused */
	OST_FIT_NUMBER,		/* a number for a pointer, or the other way round */
	OST_FIT_CONST,		/* a pointer to what is const, where it is not */
};

enum ost_has { OST_HAS_UNKNOWN, OST_HAS_IT, OST_HAS_NONE, OST_HAS_NO_RECORD };

/* What kind of type it is; names are followed to what they stand for. */
enum ost_ckind ost_ctype_kind(struct ost_decls *d, struct ost_ctype *t);
/* What a pointer or an array is of; unknown for others. */
struct ost_ctype ost_ctype_inner(struct ost_decls *d, struct ost_ctype t);
struct ost_ctype ost_ctype_address(struct ost_ctype t);
/* The tag of a record, or NULL. `t` was asked for its kind. */
const char *ost_ctype_tag(const struct ost_ctype *t);
/* Is a thing of that type read-only? `t` was asked for its kind. */
bool ost_ctype_is_const(const struct ost_ctype *t);
/* The type of a record's member. HAS_NONE: every definition that is seen lacks it; HAS_NO_RECORD: there is no definition. */
enum ost_has ost_ctype_member(struct ost_decls *d, struct ost_ctype record, const char *field, struct ost_ctype *ret);
/* Of a function or an object at file scope; unknown when it may be a macro, or is declared in several ways. */
struct ost_ctype ost_ctype_of_name(struct ost_decls *d, const char *name);
/* Of a function, or of a pointer to one: what it returns, and parameter i as the function sees it. False: it is no function. */
bool ost_ctype_signature(struct ost_decls *d, struct ost_ctype t, struct ost_ctype *ret_return, uint32_t *ret_nr, bool *ret_is_variadic);
struct ost_ctype ost_ctype_param(struct ost_decls *d, struct ost_ctype t, uint32_t i);

/* Are they one and the same type, const aside at the top? FITS, OTHER or UNKNOWN. */
enum ost_fit ost_ctype_same(struct ost_decls *d, struct ost_ctype a, struct ost_ctype b);
/* May a value of type `from` be assigned to `to`, or be given for a parameter of it? */
enum ost_fit ost_ctype_fits(struct ost_decls *d, struct ost_ctype to, struct ost_ctype from);

#endif
