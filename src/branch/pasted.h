/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pasted.h - names that macros put together with `##`.
 *
 * Each chain of pieces in the text of a macro is a pattern: words as they
 * stand, and OST_PASTED_PARAM for each parameter. `mlxsw_##_type##_##_cname##_set`
 * is "mlxsw_?_?_set". A name may have been made when it fits a pattern so
 * that every parameter stands for a word that some macro is given, or for a
 * name that another pattern makes (an argument may be pasted itself). Which
 * macro is given which word is not looked at: this tells what may be there,
 * and a name that fits none was made by no macro.
 */
#ifndef OST_BRANCH_PASTED_H
#define OST_BRANCH_PASTED_H

#include <stdbool.h>
#include <stddef.h>

#include "source/facts.h"

#define OST_PASTED_PARAM '?'

/* Is word[0..len) a parameter of the macro, or __VA_ARGS__? */
bool ost_is_macro_param(const struct ost_facts *f, const struct ost_fact_macro *m, const char *word, size_t len);

/* Has the macro's text the word, and not as a parameter, a member (`p->word`) or in a literal? */
bool ost_macro_names(const struct ost_facts *f, const struct ost_fact_macro *m, const char *word);

/* Is it a macro with parameters that uses none of them? */
bool ost_drops_arguments(const struct ost_facts *f, const struct ost_fact_macro *m);

typedef void (*ost_pasted_fn)(void *ctx, const char *pattern, size_t len);
/* The patterns of all macros of a file: fn gets each, some more than once. */
void ost_pasted_each(const struct ost_facts *f, ost_pasted_fn fn, void *ctx);

/* Does a macro of the file paste a name like it, whatever it is given? */
bool ost_fits_pasted(const struct ost_facts *f, const char *name);

/* What is known of patterns and words. */
struct ost_pasted_known {
	const char *const *patterns;
	size_t nr_patterns;
	/* Is name[0..len) given to a macro? Asked at most once for each part of a name. */
	bool (*is_given)(void *ctx, const char *word, size_t len);
	void *ctx;
};
/* True as well where that would take too long, or the name is too long. */
bool ost_may_be_pasted(const struct ost_pasted_known *known, const char *name);

#endif
