/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * redeclared.h - names of a file that are declared a second time in a way
 * that does not go with the first: structures, members, constants, labels,
 * locals, and functions or objects whose prototype in a header has another
 * type, or which are static here and not there.
 */
#ifndef OST_BRANCH_REDECLARED_H
#define OST_BRANCH_REDECLARED_H

#include "branch/typing.h"

/* `what` says it without the line. */
typedef void (*ost_redeclared_fn)(void *ctx, uint32_t line, const char *what);

/* At file scope, with what the included headers declare. Nothing that stands under a condition is told, on either side. */
void ost_redeclared_in_file(struct ost_decls *d, const struct ost_facts *f, struct ost_arena *arena, ost_redeclared_fn fn, void *ctx);
/* In the function that was entered. */
void ost_redeclared_in_function(const struct ost_typing *x, struct ost_arena *arena, ost_redeclared_fn fn, void *ctx);

#endif
