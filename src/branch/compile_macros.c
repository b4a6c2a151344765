// SPDX-License-Identifier: GPL-2.0-or-later
/* compile_macros.c - names in the texts of macros that a patch adds or changes, and what form a macro has. */
#include "branch/compile_internal.h"

#include <string.h>

#include "base/hash.h"
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

/* ---- texts ---- */

struct texts {
	struct use_walk *w;
	const struct ost_facts *before;
	struct ost_table now, then;	/* hash of a macro's name: its index + 1, or SEVERAL */
	struct ost_table words;		/* hash of a word: in how many texts it is */
	struct ost_table used;		/* strings of the file that its code names */
};

#define SEVERAL UINT64_MAX

static void index_macros(struct ost_table *t, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; f && i < f->nr_macros; i++) {
		uint64_t *at = ost_table_put(t, ost_hash_bytes(ost_facts_str(f, f->macros[i].name), ost_facts_strlen(f, f->macros[i].name)), NULL);

		*at = *at ? SEVERAL : i + 1;
	}
}

/* The only definition of that name; NULL: none, or several. */
static const struct ost_fact_macro *only_macro(const struct ost_table *t, const struct ost_facts *f, const char *name)
{
	const uint64_t *at = ost_table_get(t, ost_hash_bytes(name, strlen(name)));

	return at && *at != SEVERAL && !strcmp(ost_facts_str(f, f->macros[*at - 1].name), name) ? &f->macros[*at - 1] : NULL;
}

/* Counts each word of a text once. */
static void count_words(struct ost_table *words, const char *text)
{
	struct ost_table seen = OST_TABLE_INIT;
	uint64_t hash;
	bool is_new;
	size_t n;

	for (; *text; text += n + !n) {
		for (n = 0; ost_is_word_byte(text[n]); n++)
			;
		hash = ost_hash_bytes(text, n);
		if (n)
			ost_table_put(&seen, hash, &is_new);
		if (n && is_new)
			++*ost_table_put(words, hash, NULL);
	}
	ost_table_deinit(&seen);
}

/* Was it not there as it is? Its lines are not known but for the first. */
static bool is_new(const struct texts *x, const struct ost_fact_macro *m)
{
	const struct ost_fact_macro *old = only_macro(&x->then, x->before, str(x->w, m->name));

	return old ? strcmp(ost_facts_str(x->before, old->text), str(x->w, m->text)) != 0 : m->line <= x->w->nr_lines && x->w->is_added[m->line];
}

/* Names that stand as a value or a call, and neither under an #if nor given to a macro, which may drop them. */
static void note_used(struct texts *x, uint32_t n)
{
	struct use_walk *w = x->w;
	const struct ost_node *node = ost_uses_node(w, n);
	uint32_t callee = node->op == OST_N_CALL && ost_uses_node(w, n + 1)->op == OST_N_NAME ? ost_uses_node(w, n + 1)->a : 0;

	if (node->op == OST_N_PP || node->op == OST_N_ATTR || node->op == OST_N_MACRO_STMT ||
	    (w->c->ifs && node->line && node->line <= w->nr_lines && w->c->ifs[node->line]))
		return;
	if (node->op == OST_N_NAME)
		ost_table_put(&x->used, node->a, NULL);
	if (callee && ost_symbols_find(w->s, OST_SYM_MACRO, str(w, callee), NULL)) {
		ost_table_put(&x->used, callee, NULL);
		return;
	}
	ost_for_each_kid(&w->tree, n, k)
		note_used(x, k);
}

static void note_code(struct texts *x, uint32_t code, uint32_t len)
{
	if (len && ost_facts_unpack(x->w->f, code, len, &x->w->tree) && x->w->tree.v.nr)
		note_used(x, 0);
}

static void read_texts(struct texts *x)
{
	const struct ost_facts *f = x->w->f;
	uint32_t i;

	index_macros(&x->now, f);
	index_macros(&x->then, x->before);
	for (i = 0; i < f->nr_macros; i++)
		count_words(&x->words, str(x->w, f->macros[i].text));
	for (i = 0; i < f->nr_funcs; i++)
		if (!f->funcs[i].cond && !f->funcs[i].macro)
			note_code(x, f->funcs[i].code, f->funcs[i].code_len);
	for (i = 0; i < f->nr_globals; i++)
		if (!f->globals[i].cond)
			note_code(x, f->globals[i].code, f->globals[i].code_len);
}

/* The text may declare what it calls: ({ int (*fn)(void) = x; fn(); }). */
static bool is_twice(const char *text, const char *word)
{
	const char *p = ost_find_word(text, text, word);

	return p && ost_find_word(p + strlen(word), text, word);
}

/* #define OPS C(OP_EQ), C(OP_LE): another macro of the file may make the name, as a constant or a function. */
static bool is_in_another(const struct texts *x, const struct ost_fact_macro *m, const char *name)
{
	const uint64_t *nr = ost_table_get(&x->words, ost_hash_bytes(name, strlen(name)));

	return nr && *nr > ost_has_word(str(x->w, m->text), name);
}

static void check_names(struct texts *x, const struct ost_fact_macro *m, uint32_t n, bool is_given)
{
	struct use_walk *w = x->w;
	const struct ost_node *node = ost_uses_node(w, n);
	const char *name = node->op == OST_N_NAME ? str(w, node->a) : "";
	bool is_call = node->op == OST_N_CALL && ost_uses_node(w, n + 1)->op == OST_N_NAME;
	const char *callee = is_call ? str(w, ost_uses_node(w, n + 1)->a) : "";

	if (*name && !is_given && !ost_is_macro_param(w->f, m, name, strlen(name)) && ost_uses_is_constant_name(name) &&
	    ost_uses_is_unheard_text(w, name) && !is_in_another(x, m, name))
		ost_uses_report_text(w, "enum", name, m->line);
	if (is_call && !is_given && !ost_is_macro_param(w->f, m, callee, strlen(callee)) && !is_twice(str(w, m->text), callee) &&
	    ost_uses_is_unheard_text(w, callee) && !is_in_another(x, m, callee))
		ost_uses_report_text(w, "function", callee, m->line);
	if (is_call && !is_given && ost_uses_is_misused(w, callee, true))
		ost_uses_report_text(w, "function", callee, m->line);
	/* a parameter may be a macro: LIST(ENTRY) with `#define LIST(X) X(A) X(B)` */
	is_given |= is_call && (ost_is_macro_param(w->f, m, callee, strlen(callee)) || ost_symbols_find(w->s, OST_SYM_MACRO, callee, NULL));
	ost_for_each_kid(&w->tree, n, k)
		check_names(x, m, k, is_given);
}

void ost_uses_check_macro_texts(struct use_walk *w, const struct ost_facts *before)
{
	struct texts x = { .w = w, .before = before };
	uint32_t i;

	if (!ost_uses_is_closed(w))	/* nothing can be told */
		return;
	w->func = NULL;
	w->is_conditional = false;
	read_texts(&x);
	for (i = 0; i < w->f->nr_macros; i++) {
		const struct ost_fact_macro *m = &w->f->macros[i];

		if (m->cond || !m->code_len || strchr(str(w, m->text), '#') || only_macro(&x.now, w->f, str(w, m->name)) != m || !is_new(&x, m) ||
		    !ost_table_get(&x.used, m->name) || !ost_facts_unpack(w->f, m->code, m->code_len, &w->tree) || !w->tree.v.nr)
			continue;
		check_names(&x, m, 0, false);
	}
	ost_table_deinit(&x.now);
	ost_table_deinit(&x.then);
	ost_table_deinit(&x.words);
	ost_table_deinit(&x.used);
}
