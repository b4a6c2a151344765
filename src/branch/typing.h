/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * typing.h - the types of expressions in one function (or one initialiser) of
 * a file, by what its own declarations and those of headers say.
 */
#ifndef OST_BRANCH_TYPING_H
#define OST_BRANCH_TYPING_H

#include "branch/ctype.h"

#define OST_TYPING_NO_NODE UINT32_MAX

struct ost_typing_local {
	uint32_t name;		/* string */
	uint32_t node;		/* the DECL */
	uint32_t up;		/* the node around it, OST_TYPING_NO_NODE: none */
	uint32_t end;		/* of the block that it is seen in */
	bool is_switched;	/* under an #if */
};

struct ost_typing {
	struct ost_decls *decls;
	const struct ost_facts *f;
	const struct ost_fact_func *func;	/* NULL in an initialiser */
	struct ost_tree tree;
	OST_VEC(struct ost_typing_local) locals;
	struct ost_table passed;	/* strings that macros of the function are given: one may declare them */
	bool is_unclear;		/* something in it was not understood */
};

/* Unpacks a body or an initialiser. False: there is none. */
bool ost_typing_enter(struct ost_typing *x, const struct ost_fact_func *func, uint32_t code, uint32_t len);
void ost_typing_deinit(struct ost_typing *x);
/* The type of an expression; unknown where it is not sure. */
struct ost_ctype ost_typing_of(struct ost_typing *x, uint32_t n);
/* The record whose member a MEMBER node names: *ret_is_wrong when its base is known and has no members, or needs the other operator. */
struct ost_ctype ost_typing_record(struct ost_typing *x, uint32_t n, bool *ret_is_wrong);
/* Is it a call of a macro, or of what may be one? */
bool ost_typing_is_macro(struct ost_typing *x, uint32_t call);

static inline const struct ost_node *ost_typing_node(const struct ost_typing *x, uint32_t n)
{
	return &x->tree.v.items[n];
}

static inline struct ost_ctype ost_typing_type(const struct ost_typing *x, uint32_t type)
{
	return (struct ost_ctype){ x->f, type, NULL, 0, false };
}

#endif
