/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * frames.h - one object seen from the functions of a call chain.
 *
 * Lifting: a path based on a parameter of the callee becomes a path in the
 * caller, by the argument of that very call. Lowering goes the other way:
 * `x->mutex` in the caller is ARG0->mutex in the callee when x is its first
 * argument.
 */
#ifndef OST_LOCKS_FRAMES_H
#define OST_LOCKS_FRAMES_H

#include "locks/constants.h"
#include "locks/summary.h"

/* A node of the entered unit. */
static inline const struct ost_node *ost_at(const struct ost_scope *s, uint32_t n)
{
	return &s->tree.v.items[n];
}

/* The node behind casts. */
static inline uint32_t ost_skip_casts(const struct ost_scope *s, uint32_t n)
{
	while (ost_at(s, n)->op == OST_N_CAST && ost_at(s, n + 1)->end < ost_at(s, n)->end)
		n = ost_at(s, n + 1)->end;
	return n;
}

/* It leads through an element of an array: which one is not kept. */
static inline bool ost_has_element(const struct ost_path *path)
{
	for (uint32_t i = 0; i < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_ELEM)
			return true;
	return false;
}

/*
 * The call of `callee` (or through the field of that name) at the line of the
 * entered unit; 0: none. Where the callee is handed to somebody who calls it,
 * that call, with the argument's number in the upper bits: the functions
 * below know that.
 */
uint32_t ost_call_node(const struct ost_scope *s, uint32_t line, const char *callee);
#define OST_CALL_HANDED 0xfc000000u
/* The n-th argument's node, or 0. Of a function that is handed on: of what it will be called with, where that comes from here. */
uint32_t ost_lk_call_arg(const struct ost_scope *s, uint32_t call, unsigned nth);

/*
 * The node stands in an arm of an if or a switch whose condition asks for more
 * than a local's value, an error or a function to call: for the state of an
 * object, say.
 */
bool ost_is_in_branch(struct ost_scope *s, uint32_t node);

/*
 * Before the node the function may have returned without an error, because of
 * the state of an object: it had nothing to do.
 */
bool ost_is_behind_return(struct ost_scope *s, uint32_t node);
/* The node stands where something has failed: in an arm that leaves with an error, or behind a label for errors. */
bool ost_is_on_error(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t node);
/* A member of that name (ost_fact_name()) in the entered unit is a pointer to a function: that it is there is no state. */
bool ost_is_function_member(struct ost_scope *s, uint32_t name);

/*
 * The node stands in the arm that is taken when a condition is so, and fn is true of the condition or, where several
 * must be so (&&), of one of them.
 */
typedef bool (*ost_part_fn)(void *ctx, uint32_t part);
bool ost_is_granted(const struct ost_scope *s, uint32_t node, ost_part_fn fn, void *ctx);

/* Who gets into the arm, which stands before the node, does not come to it: it returns, or jumps past it. */
bool ost_arm_leaves(const struct ost_scope *s, uint32_t arm, uint32_t node);
/* Whoever gets to `node` has been at `n`, which stands before it. */
bool ost_is_passed(const struct ost_scope *s, uint32_t n, uint32_t node);

/*
 * Every way to the node has followed the pointer member of that name
 * (ost_fact_name()), or a variable named like it: it is not NULL there.
 */
bool ost_was_followed(const struct ost_scope *s, uint32_t node, uint32_t name);

/* False when the path is based on something of the callee's own. */
bool ost_lift_path(struct ost_scope *s, uint32_t call, const struct ost_path *inner,
		   struct ost_path *ret);
bool ost_lower_path(struct ost_scope *s, uint32_t call, const struct ost_path *outer,
		    struct ost_path *ret);
/* The truth of an expression that is a constant, -1: it is none. */
int ost_const_truth(struct ost_constants *known, const struct ost_scope *s, uint32_t node);
/* The argument is a constant, and the fact about the parameter that it becomes, which stands in `file`, is not so. */
bool ost_arg_excludes(struct ost_constants *known, const struct ost_scope *s, uint32_t arg,
		      const struct ost_lk_mfact *m, uint32_t file);
/* The number of the parameter that the argument is, handed on as it is; -1: it is none. */
int ost_arg_param(const struct ost_scope *s, uint32_t arg);

/*
 * d relative to o, carried over to w: with o = `priv->thread`, d = `priv->dev`
 * and w = `x->y->thread` it is `x->y->dev`. False when they share no root.
 */
bool ost_rebase_path(const struct ost_program *p, const struct ost_path *o,
		     const struct ost_path *d, const struct ost_path *w, struct ost_path *ret);

/* Based on something that has a meaning outside the callee. */
static inline bool ost_path_is_rooted(const struct ost_path *path)
{
	return path->kind != OST_BASE_UNKNOWN && path->kind != OST_BASE_NAME && !path->is_truncated;
}

#endif
