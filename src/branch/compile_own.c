// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/compile_internal.h"

#include <string.h>

/* ---- names of a function's own ---- */

/* Does the block that node `decl` stands in reach to node n? That of several declarations in the head of a loop is the loop. */
static bool is_in_scope(const struct use_walk *w, uint32_t decl, uint32_t n)
{
	uint32_t i;

	for (i = decl; i--;)
		if (ost_uses_node(w, i)->end > decl && ost_uses_node(w, i)->op != OST_N_PP && !(i && ost_uses_node(w, i - 1)->op == OST_N_FOR))
			return ost_uses_node(w, i)->end > n;
	return true;
}

/* The declaration of a local that node n sees: the last one of that name before it, or 0. */
static uint32_t find_local(const struct use_walk *w, uint32_t n, uint32_t name)
{
	uint32_t i;

	for (i = n; i-- > 1;)
		if (ost_uses_node(w, i)->op == OST_N_DECL && ost_uses_node(w, i)->a == name && is_in_scope(w, i, n))
			return i;
	return 0;
}

static const struct ost_fact_param *find_param(const struct use_walk *w, uint32_t name)
{
	uint32_t i;

	for (i = 0; w->func && i < w->func->nr_params; i++)
		if (w->f->params[w->func->first_param + i].name == name)
			return &w->f->params[w->func->first_param + i];
	return NULL;
}

/* A local or a parameter. */
bool ost_uses_is_own(const struct use_walk *w, uint32_t n)
{
	return find_local(w, n, ost_uses_node(w, n)->a) || find_param(w, ost_uses_node(w, n)->a);
}

static const struct ost_fact_global *find_global(const struct use_walk *w, uint32_t name)
{
	uint32_t i;

	for (i = 0; i < w->f->nr_globals; i++)
		if (w->f->globals[i].name == name)
			return &w->f->globals[i];
	return NULL;
}

/* ---- the record of an expression ---- */

static ost_tag expr_tag(const struct use_walk *w, uint32_t n, int depth);

static ost_tag name_tag(const struct use_walk *w, uint32_t n)
{
	uint32_t name = ost_uses_node(w, n)->a, decl = find_local(w, n, name);
	const struct ost_fact_param *p;
	const struct ost_fact_global *g;

	if (decl)
		return decl + 1 < ost_uses_node(w, decl)->end && ost_uses_node(w, decl + 1)->op == OST_N_TYPE ?
		       ost_symbols_type_tag(w->f, ost_uses_node(w, decl + 1)->a) : 0;
	p = find_param(w, name);
	if (p)
		return ost_symbols_type_tag(w->f, p->type);
	g = find_global(w, name);
	if (g)
		return ost_symbols_type_tag(w->f, g->type);
	return ost_symbols_find(w->s, OST_SYM_MACRO, ost_facts_str(w->f, name), NULL) ? 0 :
	       ost_symbols_sure(w->s, OST_TAG_OBJECT, ost_facts_str(w->f, name));
}

/* What a function returns that node `callee` names. */
static ost_tag call_tag(const struct use_walk *w, uint32_t callee)
{
	const char *name = ost_facts_str(w->f, ost_uses_node(w, callee)->a);
	ost_tag tag;

	if (ost_uses_node(w, callee)->op != OST_N_NAME || ost_uses_is_own(w, callee) || ost_symbols_find(w->s, OST_SYM_MACRO, name, NULL))
		return 0;
	tag = ost_symbols_sure(w->s, OST_TAG_RETURNS, name);
	return tag & (OST_TAG_FORM | OST_TAG_VOID | OST_TAG_NUMBER) ? 0 : tag;
}

static ost_tag expr_tag(const struct use_walk *w, uint32_t n, int depth)
{
	const struct ost_node *x = ost_uses_node(w, n);
	ost_tag tag = 0;

	if (depth > 32)
		return 0;
	switch (x->op) {
	case OST_N_NAME:
		return name_tag(w, n);
	case OST_N_MEMBER:
		tag = expr_tag(w, n + 1, depth + 1);
		if (!tag || !ost_symbols_member(w->s, tag, ost_facts_str(w->f, x->a), &tag))
			return 0;
		return tag & OST_TAG_NUMBER ? 0 : tag;
	case OST_N_INDEX:
		return expr_tag(w, n + 1, depth + 1);
	case OST_N_UNARY:
		return x->sub == OST_OP_DEREF || x->sub == OST_OP_ADDR ? expr_tag(w, n + 1, depth + 1) : 0;
	case OST_N_CAST:
		return ost_uses_node(w, n + 1)->op == OST_N_TYPE ? ost_symbols_type_tag(w->f, ost_uses_node(w, n + 1)->a) : 0;
	case OST_N_CALL:
		return call_tag(w, n + 1);
	default:
		return 0;
	}
}

ost_tag ost_uses_tag(const struct use_walk *w, uint32_t n)
{
	return expr_tag(w, n, 0);
}
