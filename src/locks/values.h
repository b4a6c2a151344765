/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values.h - what is known of an expression without running it: a constant, a
 * sum of constants of which not all have a known value, or that it is no NULL
 * (locks/ only).
 */
#ifndef OST_LOCKS_VALUES_H
#define OST_LOCKS_VALUES_H

#include "locks/constants.h"
#include "program/program.h"

#define OST_VALUE_NAMES 6
#define OST_VALUE_PARAMS 8

enum ost_value_kind { OST_VAL_NONE, OST_VAL_CONST, OST_VAL_ADDRESS };

struct ost_value {
	enum ost_value_kind kind;
	bool has_number, is_unseen;	/* unseen: one named constant whose definition is not in the tree's headers that are read */
	long long number;
	uint64_t text;			/* the same for expressions of the same constants only */
	unsigned nr;
	uint32_t bits[OST_VALUE_NAMES];	/* ost_const_text() of constants all of whose bits are set in it */
};

/* A function with what is known of its parameters: zeroes, nothing. One expression after the other. */
struct ost_values {
	struct ost_constants *known;
	const struct ost_scope *s;
	struct ost_value params[OST_VALUE_PARAMS];
	unsigned nr_steps;	/* spent on the expression at hand */
};

/* OST_VAL_NONE: nothing is known of the expression at that node. */
struct ost_value ost_value_of(struct ost_values *v, uint32_t node);
/* Of the constant of that ost_const_text(), as that file sees it. */
struct ost_value ost_value_named(struct ost_values *v, uint32_t file, uint32_t text);
/* 1 or 0; -1: not known. The last two are about `a == b` and `a & b`. */
int ost_value_truth(struct ost_values *v, uint32_t node);
int ost_values_equal(const struct ost_value *a, const struct ost_value *b);
int ost_values_meet(const struct ost_value *a, const struct ost_value *b);
bool ost_value_is_same(const struct ost_value *a, const struct ost_value *b);

/* The local of that name (a string of the file's facts), if there is one only; or NULL. */
const struct ost_local *ost_only_local(const struct ost_scope *s, uint32_t name);
/*
 * The variable of that name is given a value at this node, or may be: its
 * address is taken there, or a macro sets its argument (`get_user(x, p)`).
 */
bool ost_is_set_at(const struct ost_scope *s, uint32_t node, uint32_t name);

#endif
