// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/types.h"

#include <string.h>

#include "branch/forms.h"

#define MAX_NESTING 32

struct types {
	struct ost_uses_check *c;
	const struct ost_symbols *s;
	const struct ost_facts *f;
	const bool *is_added;
	uint32_t nr_lines;
	const struct ost_fact_func *func;
	struct ost_tree tree;
};

static const struct ost_node *node(const struct types *x, uint32_t n)
{
	return &x->tree.v.items[n];
}

static const char *str(const struct types *x, uint32_t s)
{
	return ost_facts_str(x->f, s);
}

static bool is_touched(const struct types *x, uint32_t from, uint32_t to)
{
	return ost_lines_touched(x->is_added, x->nr_lines, from, to);
}

/* ---- the record of an expression, where it is sure ---- */

static ost_tag decl_tag(const struct types *x, uint32_t decl)
{
	return decl + 1 < node(x, decl)->end && node(x, decl + 1)->op == OST_N_TYPE ?
	       ost_symbols_type_tag(x->f, node(x, decl + 1)->a) : 0;
}

/* False: it is no local. *ret_tag 0 where several of that name differ. */
static bool local_tag(const struct types *x, uint32_t name, ost_tag *ret_tag)
{
	bool found = false;
	uint32_t i;

	*ret_tag = 0;
	for (i = 0; i < x->func->nr_params; i++)
		if (x->f->params[x->func->first_param + i].name == name) {
			*ret_tag = ost_symbols_type_tag(x->f, x->f->params[x->func->first_param + i].type);
			found = true;
		}
	for (i = 0; i < x->tree.v.nr; i++)
		if (node(x, i)->op == OST_N_DECL && node(x, i)->a == name) {
			*ret_tag = !found || *ret_tag == decl_tag(x, i) ? decl_tag(x, i) : 0;
			found = true;
		}
	return found;
}

/* A macro that is given the name may declare it. */
static bool is_given_to_macro(const struct types *x, uint32_t name)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++) {
		const struct ost_node *d = node(x, n);

		if (d->op != OST_N_MACRO_STMT && (d->op != OST_N_CALL || node(x, n + 1)->op != OST_N_NAME ||
						  !ost_symbols_find(x->s, OST_SYM_MACRO, str(x, node(x, n + 1)->a), NULL)))
			continue;
		ost_for_each_kid(&x->tree, n, k)
			if (k > n + 1 && node(x, k)->op == OST_N_NAME && node(x, k)->a == name)
				return true;
	}
	return false;
}

static ost_tag name_tag(const struct types *x, uint32_t n)
{
	uint32_t name = node(x, n)->a;
	ost_tag tag;

	if (local_tag(x, name, &tag))
		return tag;
	if (ost_symbols_find(x->s, OST_SYM_MACRO, str(x, name), NULL) || is_given_to_macro(x, name))
		return 0;
	return ost_symbols_sure(x->s, OST_TAG_OBJECT, str(x, name));
}

/* A function by its name: neither a macro nor a pointer of that name. */
static bool is_function(const struct types *x, uint32_t n)
{
	ost_tag tag;

	return node(x, n)->op == OST_N_NAME && !local_tag(x, node(x, n)->a, &tag) &&
	       !ost_symbols_find(x->s, OST_SYM_MACRO, str(x, node(x, n)->a), NULL);
}

static ost_tag expr_tag(const struct types *x, uint32_t n, int depth)
{
	const struct ost_node *d = node(x, n);
	ost_tag tag = 0;

	if (depth > MAX_NESTING)
		return 0;
	switch (d->op) {
	case OST_N_NAME:
		return name_tag(x, n);
	case OST_N_MEMBER:
		tag = expr_tag(x, n + 1, depth + 1);
		tag = tag ? ost_symbols_sure(x->s, tag, str(x, d->a)) : 0;
		break;
	case OST_N_INDEX:
		return expr_tag(x, n + 1, depth + 1);
	case OST_N_UNARY:
		return d->sub == OST_OP_DEREF || d->sub == OST_OP_ADDR ? expr_tag(x, n + 1, depth + 1) : 0;
	case OST_N_CAST:
		return node(x, n + 1)->op == OST_N_TYPE ? ost_symbols_type_tag(x->f, node(x, n + 1)->a) : 0;
	case OST_N_CALL:
		tag = is_function(x, n + 1) ? ost_symbols_sure(x->s, OST_TAG_RETURNS, str(x, node(x, n + 1)->a)) : 0;
		break;
	default:
		break;
	}
	return tag & (OST_TAG_FORM | OST_TAG_VOID | OST_TAG_NUMBER) ? 0 : tag;
}

/* ---- what is refused ---- */

static const struct ost_fact_func *own_function(const struct types *x, uint32_t name)
{
	const struct ost_fact_func *found = NULL;
	uint32_t i;

	for (i = 0; i < x->f->nr_funcs; i++)
		if (x->f->funcs[i].name == name) {
			if (found)
				return NULL;
			found = &x->f->funcs[i];
		}
	return found;
}

/* Do added lines say it, or the head of the function that is called? */
static bool is_new(const struct types *x, uint32_t n, uint32_t callee)
{
	const struct ost_fact_func *func = callee ? own_function(x, node(x, callee)->a) : NULL;
	uint32_t k;

	if (func && is_touched(x, func->first_line, func->body_line))
		return true;
	for (k = n; k < node(x, n)->end; k++)
		if (is_touched(x, node(x, k)->line, node(x, k)->line))
			return true;
	return false;
}

static bool is_other_form(const struct types *x, ost_tag form, uint32_t n)
{
	const struct ost_fact_func *func = is_function(x, n) ? own_function(x, node(x, n)->a) : NULL;
	ost_tag has;

	if (!func || func->macro || func->trouble || func->flags & (OST_FF_VARIADIC | OST_FF_OLD_STYLE))
		return false;
	has = ost_symbols_form(x->f, func->ret_type, func->first_param, func->nr_params);
	return has && has != form;
}

/* Both are records that are defined here: a tag that is not may be a macro for another one. */
static bool is_other_record(const struct types *x, ost_tag a, ost_tag b)
{
	return a && b && a != b && ost_symbols_has_record(x->s, a) && ost_symbols_has_record(x->s, b);
}

/* A member of a known record, or a local or parameter that all declarations in the function call an integer. */
static bool is_number(const struct types *x, uint32_t n)
{
	uint32_t name = node(x, n)->a, i;
	bool found = false;
	ost_tag tag;

	if (node(x, n)->op == OST_N_MEMBER) {
		tag = expr_tag(x, n + 1, 0);
		return tag && ost_symbols_sure(x->s, tag, str(x, name)) == OST_TAG_NUMBER;
	}
	if (node(x, n)->op != OST_N_NAME)
		return false;
	for (i = 0; i < x->func->nr_params; i++)
		if (x->f->params[x->func->first_param + i].name == name) {
			if (!ost_symbols_is_number(x->f, x->f->params[x->func->first_param + i].type))
				return false;
			found = true;
		}
	for (i = 0; i < x->tree.v.nr; i++)
		if (node(x, i)->op == OST_N_DECL && node(x, i)->a == name) {
			if (i + 1 >= node(x, i)->end || node(x, i + 1)->op != OST_N_TYPE || !ost_symbols_is_number(x->f, node(x, i + 1)->a))
				return false;
			found = true;
		}
	return found;
}

static void check_argument(struct types *x, uint32_t call, uint32_t arg, unsigned i)
{
	const char *name = str(x, node(x, call + 1)->a);
	ost_tag wanted = ost_symbols_sure(x->s, OST_TAG_PARAM + i, name), tag;

	if (!wanted)
		return;
	if (wanted & OST_TAG_FORM) {
		if (is_other_form(x, wanted, arg))
			x->c->trouble = ost_arena_printf(x->c->arena, "%s() has not the type that %s() takes, in line %u",
							 str(x, node(x, arg)->a), name, node(x, call)->line);
		return;
	}
	tag = expr_tag(x, arg, 0);
	if (wanted & OST_TAG_NUMBER ? tag != 0 : is_number(x, arg)) {
		x->c->conversion = ost_arena_printf(x->c->arena, "argument %u of %s() is a %s and is given a %s, in line %u", i + 1, name,
						    tag ? "number" : "pointer", tag ? "structure or a pointer" : "number", node(x, call)->line);
		return;
	}
	if (!(wanted & OST_TAG_NUMBER) && is_other_record(x, tag, wanted))
		x->c->trouble = ost_arena_printf(x->c->arena, "argument %u of %s() is of another type, in line %u", i + 1, name,
						 node(x, call)->line);
}

static void check_call(struct types *x, uint32_t n)
{
	unsigned i = 0;

	if (!is_function(x, n + 1) || !is_new(x, n, n + 1))
		return;
	ost_for_each_kid(&x->tree, n, k) {
		if (k == n + 1)
			continue;
		if (x->c->trouble || i == OST_SIGNATURE_MAX)
			return;
		check_argument(x, n, k, i++);
	}
}

/* The value of node n is used. */
static void check_value(struct types *x, uint32_t n)
{
	if (node(x, n)->op != OST_N_CALL || !is_function(x, n + 1) || !is_new(x, n, n + 1) ||
	    ost_symbols_sure(x->s, OST_TAG_RETURNS, str(x, node(x, n + 1)->a)) != OST_TAG_VOID)
		return;
	x->c->trouble = ost_arena_printf(x->c->arena, "%s(), which is void, has no value to use in line %u",
					 str(x, node(x, n + 1)->a), node(x, n)->line);
}

static void check_pair(struct types *x, uint32_t n, ost_tag left, uint32_t right)
{
	ost_tag tag = left ? expr_tag(x, right, 0) : 0;

	if (is_other_record(x, tag, left) && is_new(x, n, 0))
		x->c->trouble = ost_arena_printf(x->c->arena, "line %u of %s() assigns a value of another type", node(x, n)->line,
						 str(x, x->func->name));
}

static uint32_t second(const struct types *x, uint32_t n)
{
	return n + 1 < node(x, n)->end && node(x, n + 1)->end < node(x, n)->end ? node(x, n + 1)->end : 0;
}

static void check_node(struct types *x, uint32_t n)
{
	const struct ost_node *d = node(x, n);
	uint32_t other = second(x, n);

	switch (d->op) {
	case OST_N_CALL:
		check_call(x, n);
		break;
	case OST_N_DECL:
		if (!other)
			break;
		check_value(x, other);
		if (!x->c->trouble)
			check_pair(x, n, decl_tag(x, n), other);
		break;
	case OST_N_ASSIGN:
		if (!other)
			break;
		check_value(x, other);
		if (!x->c->trouble && d->sub == OST_OP_ASSIGN)
			check_pair(x, n, expr_tag(x, n + 1, 0), other);
		break;
	case OST_N_BINARY:
		if (d->sub == OST_OP_COMMA || d->sub == OST_OP_MACRO)
			break;
		check_value(x, n + 1);
		if (other && !x->c->trouble)
			check_value(x, other);
		break;
	case OST_N_UNARY:
	case OST_N_IF:
		check_value(x, n + 1);
		break;
	default:
		break;
	}
}

static bool is_understood(const struct types *x)
{
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++)
		if (node(x, n)->op == OST_N_TEXT || node(x, n)->op == OST_N_NESTED_FUNC || node(x, n)->op == OST_N_ASM)
			return false;
	return true;
}

/* What stands in the arguments of a macro is what the macro makes of it. */
static void walk(struct types *x, uint32_t n)
{
	bool is_macro = node(x, n)->op == OST_N_MACRO_STMT || node(x, n)->op == OST_N_ATTR || node(x, n)->op == OST_N_SIZEOF ||
			(node(x, n)->op == OST_N_CALL && !is_function(x, n + 1));

	if (!x->c->trouble)
		check_node(x, n);
	/* an arm of an #if may not be compiled at all */
	if (is_macro || x->c->trouble || node(x, n)->op == OST_N_PP)
		return;
	ost_for_each_kid(&x->tree, n, k)
		walk(x, k);
}

void ost_check_types(struct ost_uses_check *c, const struct ost_symbols *symbols, const struct ost_facts *facts,
		     const bool *is_added, uint32_t nr_lines)
{
	struct types x = { c, symbols, facts, is_added, nr_lines, NULL, { OST_VEC_INIT } };
	uint32_t i;

	for (i = 0; i < facts->nr_funcs && !c->trouble; i++) {
		x.func = &facts->funcs[i];
		if (!x.func->trouble && !x.func->macro && !ost_is_switched_line(c, x.func->line) && ost_facts_unpack(facts, x.func->code, x.func->code_len, &x.tree) &&
		    x.tree.v.nr && is_understood(&x))
			walk(&x, 0);
	}
	ost_vec_deinit(&x.tree.v);
}
