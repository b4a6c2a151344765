// SPDX-License-Identifier: GPL-2.0-or-later
/* compile_macros.c - names in the texts of macros that a patch adds or changes, and what form a macro has. */
#include "branch/compile_internal.h"

#include <string.h>

#include "base/word.h"
#include "branch/pasted.h"

static const char *str(const struct use_walk *w, uint32_t s)
{
	return ost_facts_str(w->f, s);
}

struct macro_forms {
	bool is_any, is_all_functions, is_all_values;
};

static bool see_form(void *ctx, const struct ost_facts *f, const struct ost_fact_macro *m)
{
	struct macro_forms *x = ctx;
	struct ost_tree t = { OST_VEC_INIT };
	bool is_value = !m->is_function && m->body_kind == OST_MB_EXPR && ost_facts_unpack(f, m->code, m->code_len, &t) && t.v.nr &&
			(t.v.items[0].op == OST_N_BINARY || t.v.items[0].op == OST_N_NUM || t.v.items[0].op == OST_N_STR);

	x->is_any = true;
	x->is_all_functions &= m->is_function != 0;
	x->is_all_values &= is_value;
	ost_vec_deinit(&t.v);
	return true;
}

/* All definitions of a macro, that nothing else has the name of. */
static struct macro_forms forms_of(const struct use_walk *w, const char *name)
{
	struct macro_forms x = { false, true, true };
	uint32_t i;

	if (ost_uses_is_closed(w) && !w->is_conditional && !w->around && ost_included_has(w->c->included, OST_SYM_MACRO, name) &&
	    !ost_included_has(w->c->included, OST_SYM_FUNC, name) && !ost_included_has(w->c->included, OST_SYM_OBJECT, name) &&
	    !ost_included_has(w->c->included, OST_SYM_ENUM, name) && !ost_included_has(w->c->included, OST_SYM_LOOSE, name) &&
	    !ost_included_has(w->c->included, OST_SYM_TYPE, name) && !ost_included_has(w->c->included, OST_SYM_OUTER, name)) {
		for (i = 0; i < w->f->nr_macros; i++)
			if (!strcmp(ost_facts_str(w->f, w->f->macros[i].name), name))
				see_form(&x, w->f, &w->f->macros[i]);
		ost_included_each_macro(w->c->included, name, strlen(name), see_form, &x);
	}
	x.is_all_functions &= x.is_any;
	x.is_all_values &= x.is_any;
	return x;
}

bool ost_uses_is_misused(const struct use_walk *w, const char *name, bool is_call)
{
	struct macro_forms x = forms_of(w, name);

	return is_call ? x.is_all_values : x.is_all_functions;
}

/* The only definition of that name; NULL: none, or several. */
static const struct ost_fact_macro *only_macro(const struct ost_facts *f, const char *name)
{
	const struct ost_fact_macro *found = NULL;
	uint32_t i;

	for (i = 0; f && i < f->nr_macros; i++)
		if (!strcmp(ost_facts_str(f, f->macros[i].name), name)) {
			if (found)
				return NULL;
			found = &f->macros[i];
		}
	return found;
}

/* Was it not there as it is? Its lines are not known but for the first. */
static bool is_new(const struct use_walk *w, const struct ost_fact_macro *m, const struct ost_facts *before)
{
	const struct ost_fact_macro *old = only_macro(before, str(w, m->name));

	return old ? strcmp(ost_facts_str(before, old->text), str(w, m->text)) != 0 : m->line <= w->nr_lines && w->is_added[m->line];
}

/* As a value or a call, and neither under an #if nor given to a macro, which may drop it. */
static bool is_used_below(const struct use_walk *w, uint32_t n, uint32_t name)
{
	const struct ost_node *x = ost_uses_node(w, n);

	if (x->op == OST_N_NAME && x->a == name)
		return true;
	if (x->op == OST_N_PP || x->op == OST_N_ATTR || x->op == OST_N_MACRO_STMT || (w->c->ifs && x->line && x->line <= w->nr_lines && w->c->ifs[x->line]) ||
	    (x->op == OST_N_CALL && ost_uses_node(w, n + 1)->op == OST_N_NAME && ost_uses_node(w, n + 1)->a != name &&
	     ost_symbols_find(w->s, OST_SYM_MACRO, str(w, ost_uses_node(w, n + 1)->a), NULL)))
		return false;
	ost_for_each_kid(&w->tree, n, k)
		if (is_used_below(w, k, name))
			return true;
	return false;
}

static bool is_used(struct use_walk *w, uint32_t name)
{
	const struct ost_facts *f = w->f;
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (!f->funcs[i].cond && !f->funcs[i].macro && ost_facts_unpack(f, f->funcs[i].code, f->funcs[i].code_len, &w->tree) &&
		    w->tree.v.nr && is_used_below(w, 0, name))
			return true;
	for (i = 0; i < f->nr_globals; i++)
		if (!f->globals[i].cond && f->globals[i].code_len && ost_facts_unpack(f, f->globals[i].code, f->globals[i].code_len, &w->tree) &&
		    w->tree.v.nr && is_used_below(w, 0, name))
			return true;
	return false;
}

/* The text may declare what it calls: ({ int (*fn)(void) = x; fn(); }). */
static bool is_twice(const char *text, const char *word)
{
	const char *p = ost_find_word(text, text, word);

	return p && ost_find_word(p + strlen(word), text, word);
}

/* #define OPS C(OP_EQ), C(OP_LE): another macro of the file may make the name, as a constant or a function. */
static bool is_in_another(const struct use_walk *w, const struct ost_fact_macro *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_macros; i++)
		if (&w->f->macros[i] != m && ost_has_word(str(w, w->f->macros[i].text), name))
			return true;
	return false;
}

static void check_names(struct use_walk *w, const struct ost_fact_macro *m, uint32_t n, bool is_given)
{
	const struct ost_node *x = ost_uses_node(w, n);
	const char *name = x->op == OST_N_NAME ? str(w, x->a) : "";
	bool is_call = x->op == OST_N_CALL && ost_uses_node(w, n + 1)->op == OST_N_NAME;
	const char *callee = is_call ? str(w, ost_uses_node(w, n + 1)->a) : "";

	if (*name && !is_given && !ost_is_macro_param(w->f, m, name, strlen(name)) && ost_uses_is_constant_name(name) && ost_uses_is_unheard_text(w, name) &&
	    !is_in_another(w, m, name))
		ost_uses_report_text(w, "enum", name, m->line);
	if (is_call && !is_given && !ost_is_macro_param(w->f, m, callee, strlen(callee)) && !is_twice(str(w, m->text), callee) && ost_uses_is_unheard_text(w, callee) &&
	    !is_in_another(w, m, callee))
		ost_uses_report_text(w, "function", callee, m->line);
	if (is_call && !is_given && ost_uses_is_misused(w, callee, true))
		ost_uses_report_text(w, "function", callee, m->line);
	/* a parameter may be a macro: LIST(ENTRY) with `#define LIST(X) X(A) X(B)` */
	is_given |= is_call && (ost_is_macro_param(w->f, m, callee, strlen(callee)) || ost_symbols_find(w->s, OST_SYM_MACRO, callee, NULL));
	ost_for_each_kid(&w->tree, n, k)
		check_names(w, m, k, is_given);
}

void ost_uses_check_macro_texts(struct use_walk *w, const struct ost_facts *before)
{
	uint32_t i;

	w->func = NULL;
	w->is_conditional = false;
	for (i = 0; i < w->f->nr_macros; i++) {
		const struct ost_fact_macro *m = &w->f->macros[i];

		if (m->cond || !m->code_len || strchr(str(w, m->text), '#') || only_macro(w->f, str(w, m->name)) != m || !is_new(w, m, before) ||
		    !is_used(w, m->name) || !ost_facts_unpack(w->f, m->code, m->code_len, &w->tree) || !w->tree.v.nr)
			continue;
		check_names(w, m, 0, false);
	}
}
