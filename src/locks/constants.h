/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * constants.h - the values of named constants: macros and enums that a file
 * defines, or a header that it includes. What was asked for once is known then.
 */
#ifndef OST_LOCKS_CONSTANTS_H
#define OST_LOCKS_CONSTANTS_H

#include "base/table.h"
#include "base/vec.h"
#include "program/program.h"

struct ost_constants {
	struct ost_table by_name;	/* (file, name) → position + 1 in values; 0: not defined there; UINT64_MAX: no number */
	OST_VEC(long long) values;
	struct ost_table defined;	/* file → position + 1 in first */
	OST_VEC(uint32_t) first;	/* in rows: those of the file, up to the next */
	OST_VEC(uint64_t) rows;		/* a name and what defines it, by name */
	struct ost_table included;	/* file → position in headers */
	OST_VEC(uint32_t) headers;	/* lists, each with its length in front */
};	/* zeroes: nothing is known yet */
void ost_constants_deinit(struct ost_constants *known);
/* The scope's file, a header beside it, or one that it includes defines the macro. */
bool ost_macro_is_defined(const struct ost_scope *s, const char *name);
/* The scope's file defines the macro under no condition. That it may be #undef'd again is not looked at. */
bool ost_macro_is_set(const struct ost_scope *s, const char *name);
/*
 * name: of ost_fact_name(). False when neither the scope's file nor what it includes
 * tells. A number below 256 is its own name (ost_const_text()).
 */
bool ost_constant(struct ost_constants *known, const struct ost_scope *s, uint32_t name, long long *ret);
/* The same, as another file of the program sees it. -1: it is defined, as no number that is known; 0: it is not defined there. */
int ost_constant_in(struct ost_constants *known, const struct ost_scope *s, uint32_t file, uint32_t name, long long *ret);

#endif
