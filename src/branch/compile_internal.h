/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compile_internal.h - private to compile*.c: one file whose uses are looked up. */
#ifndef OST_BRANCH_COMPILE_INTERNAL_H
#define OST_BRANCH_COMPILE_INTERNAL_H

#include <string.h>

#include "base/table.h"
#include "branch/compile.h"
#include "branch/made.h"

struct around;

struct use_walk {
	struct ost_uses_check *c;
	const struct ost_symbols *s;
	const struct ost_facts *f;
	const struct ost_fact_func *func;	/* NULL in an initialiser */
	const char *path;
	const bool *is_added;
	uint32_t nr_lines;
	struct ost_tree tree;
	bool is_conditional;	/* under an #if, or given to a macro that pastes: it may not be compiled as it stands */
	ost_tag record;		/* of the initialiser that is walked, 0 when not known */
	struct ost_table taken;	/* names that the patch takes away */
	const struct around *around;	/* macros whose arguments are walked, or NULL */
};

/* A macro that is called, and one around it. */
struct around {
	const char *macro;
	uint32_t call;		/* node */
	unsigned arg;		/* the one that is walked */
	const struct around *up;
};

/* In capitals, as constants are written. */
static inline bool ost_uses_is_constant_name(const char *s)
{
	return !s[strcspn(s, "abcdefghijklmnopqrstuvwxyz")];
}

/* Does what stands there have a condition that may not hold? */
static inline bool ost_uses_is_under_if(const struct use_walk *w, uint32_t cond, uint32_t line)
{
	return cond && !(w->c->ifs && line <= w->nr_lines && w->c->ifs[line] == OST_NOT_UNDER_IF);
}

static inline bool ost_uses_is_added(const struct use_walk *w, uint32_t line)
{
	return line && line <= w->nr_lines && w->is_added[line];
}

/* Is everything known that the file includes? Then no other header matters. */
static inline bool ost_uses_is_closed(const struct use_walk *w)
{
	return w->c->included && !w->c->is_any_header && !ost_included_is_open(w->c->included);
}

static inline bool ost_uses_may_be_made(const struct use_walk *w, const char *name)
{
	return ost_may_be_made(w->c->arena, w->s, ost_uses_is_closed(w) ? w->c->included : NULL, name);
}

static inline const struct ost_node *ost_uses_node(const struct use_walk *w, uint32_t n)
{
	return &w->tree.v.items[n];
}

/* Is the name of node n a local that it sees, or a parameter? */
bool ost_uses_is_own(const struct use_walk *w, uint32_t n);
/* The record that an expression is or points to; 0: not known. */
ost_tag ost_uses_tag(const struct use_walk *w, uint32_t n);
/* Has anything that the file includes that word, or, where that is not known, any header? */
bool ost_uses_is_word_anywhere(const struct use_walk *w, const char *name);
/* It is missing, once; doubtful in a line that no configuration decides, or where a macro of the file has the name. */
void ost_uses_report(struct use_walk *w, const char *kind, const char *name, uint32_t line);
/* It is declared, and not where the file gets to see it. */
void ost_uses_hide(struct use_walk *w, const char *kind, const char *name, uint32_t line, ost_tag tag);
/* Missing when no header even has the word, and no macro may have made it; else doubtful. */
void ost_uses_report_unheard(struct use_walk *w, const char *kind, const char *name, uint32_t line);
/* Does nothing declare the name in a macro's text, nor any included header have it as a word? */
bool ost_uses_is_unheard_text(const struct use_walk *w, const char *name);
/* Is it a macro with parameters that is used without arguments or, `is_call`, a number that is called? */
bool ost_uses_is_misused(const struct use_walk *w, const char *name, bool is_call);
/* It is missing, although a macro of the file has it. */
void ost_uses_report_text(struct use_walk *w, const char *kind, const char *name, uint32_t line);
/* A wrong number of arguments, as a sentence. */
void ost_uses_report_arity(struct use_walk *w, const char *text, uint32_t line);
/* `x->field` and `.field =` in an initialiser of a record, 0 when that is not known. */
void ost_uses_check_member(struct use_walk *w, uint32_t n);
void ost_uses_check_init_field(struct use_walk *w, uint32_t n, ost_tag tag);
/* The record is defined somewhere: in a header that the file includes? */
void ost_uses_check_record_seen(struct use_walk *w, ost_tag tag, const char *kind, const char *name, uint32_t line);
/* A type by name, and a structure that stands there itself and not as a pointer. */
void ost_uses_check_type(struct use_walk *w, uint32_t type, uint32_t line);
/* A name in a line that was there, which only a header declared that the file does not include any more. */
void ost_uses_check_lost(struct use_walk *w, const char *kind, const char *name, uint32_t line);
/* What stands outside of bodies: types of heads, members and objects, and macros. */
void ost_uses_check_outside(struct use_walk *w);
/* What the texts of macros name that the patch adds or changes, where the file uses them. */
void ost_uses_check_macro_texts(struct use_walk *w, const struct ost_facts *before);

#endif
