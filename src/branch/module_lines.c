// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/module_lines.h"

#include <string.h>

#include "branch/forms.h"
#include "branch/made.h"

/* ---- namespaces ---- */

/* The last argument of EXPORT_SYMBOL_NS(sym, ns) and of MODULE_IMPORT_NS(ns); 0: the call has none. */
static uint32_t namespace_of(const struct ost_tree *t, const char *macro)
{
	uint32_t last = 0, nr = 0;

	if (strncmp(macro, "EXPORT_SYMBOL_NS", 16) && strcmp(macro, "MODULE_IMPORT_NS"))
		return 0;
	ost_for_each_kid(t, 0, k) {
		last = k;
		nr++;
	}
	return nr == (*macro == 'E' ? 3 : 2) ? last : 0;
}

static void check_namespace(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *f,
			    const struct ost_fact_invoke *v, const struct ost_tree *t)
{
	const char *macro = ost_facts_str(f, v->name);
	uint32_t ns = namespace_of(t, macro);
	bool is_quoted;

	if (!ns || !ost_included_has(c->included, OST_SYM_MACRO, macro))
		return;
	is_quoted = ost_included_macro_has(c->included, macro, "__stringify") || ost_included_macro_has(c->included, macro, NULL);
	if (!is_quoted && t->v.items[ns].op == OST_N_NAME &&
	    !ost_symbols_find(symbols, OST_SYM_MACRO, ost_facts_str(f, t->v.items[ns].a), NULL))
		c->trouble = ost_arena_printf(c->arena, "%s() takes a string here, and line %u gives it a word", macro, v->line);
	else if (is_quoted && t->v.items[ns].op == OST_N_STR && !c->warning)
		c->warning = ost_arena_printf(c->arena, "%s() quotes its namespace itself here, and line %u gives it a string: "
					      "another namespace than the word", macro, v->line);
}

static void check_namespaces(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *f,
			     const bool *is_added, uint32_t nr_lines)
{
	struct ost_tree t = { OST_VEC_INIT };
	uint32_t i;

	for (i = 0; i < f->nr_invokes && !c->trouble; i++) {
		const struct ost_fact_invoke *v = &f->invokes[i];

		if (!v->cond && ost_lines_touched(is_added, nr_lines, v->line, v->line) &&
		    ost_facts_unpack(f, v->code, v->code_len, &t) && t.v.nr)
			check_namespace(c, symbols, f, v, &t);
	}
	ost_vec_deinit(&t.v);
}

/* ---- functions for other files ---- */

static bool has_prototype(const struct ost_symbols *symbols, const struct ost_facts *f, const char *name)
{
	uint32_t i;

	for (i = 0; i < f->nr_protos; i++)
		if (!strcmp(ost_facts_str(f, f->protos[i].name), name))
			return true;
	return ost_symbols_member(symbols, OST_TAG_FORM, name, NULL);
}

static void check_announced(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *f,
			    const bool *is_added, uint32_t nr_lines)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs && !c->unannounced; i++) {
		const struct ost_fact_func *func = &f->funcs[i];
		const char *name = ost_facts_str(f, func->name);

		if (func->flags & (OST_FF_STATIC | OST_FF_INLINE) || func->macro || func->cond || func->trouble || func->attrs ||
		    !ost_lines_touched(is_added, nr_lines, func->first_line, func->line) || has_prototype(symbols, f, name) ||
		    ost_included_has(c->included, OST_SYM_OBJECT, name) || ost_included_has(c->included, OST_SYM_LOOSE, name) ||
		    ost_included_has(c->included, OST_SYM_INSIDE, name) || ost_may_be_made(c->arena, symbols, c->included, name))
			continue;
		c->unannounced = ost_arena_printf(c->arena, "no header announces %s() in line %u, which is not static "
						  "(an error with CONFIG_WERROR)", name, func->line);
	}
}

void ost_check_module_lines(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *facts,
			    const bool *is_added, uint32_t nr_lines)
{
	if (!c->included || c->is_any_header || ost_included_is_open(c->included))
		return;
	check_namespaces(c, symbols, facts, is_added, nr_lines);
	check_announced(c, symbols, facts, is_added, nr_lines);
}
