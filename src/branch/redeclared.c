// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/redeclared.h"

#include <string.h>

struct telling {
	struct ost_decls *d;
	const struct ost_facts *f;
	struct ost_arena *arena;
	ost_redeclared_fn fn;
	void *ctx;
};

static const char *str(const struct telling *x, uint32_t s)
{
	return ost_facts_str(x->f, s);
}

static void tell(const struct telling *x, uint32_t line, const char *what, const char *name, const char *how)
{
	x->fn(x->ctx, line, ost_arena_printf(x->arena, "%s%s%s", what, name, how));
}

/* ---- structures and constants ---- */

static bool is_defined_twice(const struct telling *x, struct ost_decl_list l)
{
	uint32_t nr = 0, i;

	for (i = 0; i < l.nr && l.nr <= OST_DECLS_MAX; i++)
		nr += !l.v[i].cond && !l.v[i].is_unsure && !l.v[i].is_proto && !(l.v[i].f->nr_split && !l.v[i].is_own);
	return nr > 1;
}

static void check_members(const struct telling *x, const struct ost_fact_record *r)
{
	const struct ost_fact_field *v = &x->f->fields[r->first_field];
	uint32_t i, k;

	for (i = 0; i < r->nr_fields && i < 1000; i++) {
		for (k = 0; v[i].name && !v[i].cond && k < i; k++)
			if (v[k].name == v[i].name && !v[k].cond && strncmp(str(x, v[i].name), "__", 2) &&
			    !ost_decls_is_macro(x->d, str(x, v[i].name))) {	/* PAD with __LINE__ in it */
				tell(x, v[i].line, "the member ", str(x, v[i].name), " would be there twice");
				break;
			}
	}
}

static void check_records(const struct telling *x)
{
	uint32_t i;

	for (i = 0; i < x->f->nr_records; i++) {
		const struct ost_fact_record *r = &x->f->records[i];

		check_members(x, r);
		if (r->tag && !r->func && !ost_decls_is_under_if(x->d, r->cond, r->line) && !(r->flags & OST_RF_LOCAL) && !ost_decls_is_macro(x->d, str(x, r->tag)) &&
		    is_defined_twice(x, ost_decls_of(x->d, OST_DECL_RECORD, str(x, r->tag))))
			tell(x, r->line, "struct ", str(x, r->tag), " would be defined twice");
	}
}

/* Is it one of those that stand under no condition? */
static bool is_counted(const struct telling *x, const struct ost_fact_enum_const *c)
{
	struct ost_decl_list l = ost_decls_of(x->d, OST_DECL_CONST, str(x, c->name));
	uint32_t i;

	for (i = 0; i < l.nr && l.nr <= OST_DECLS_MAX; i++)
		if (l.v[i].is_own && !l.v[i].cond && &x->f->enum_consts[l.v[i].i] == c)
			return true;
	return false;
}

static void check_constants(const struct telling *x)
{
	uint32_t i, k;

	for (i = 0; i < x->f->nr_enums; i++)
		for (k = 0; k < x->f->enums[i].nr_consts ; k++) {
			const struct ost_fact_enum_const *c = &x->f->enum_consts[x->f->enums[i].first_const + k];

			if (!ost_decls_is_macro(x->d, str(x, c->name)) && is_counted(x, c) && is_defined_twice(x, ost_decls_of(x->d, OST_DECL_CONST, str(x, c->name))))
				tell(x, c->line, "the constant ", str(x, c->name), " would be defined twice");
		}
}

/* ---- functions and objects ---- */

static const struct ost_fact_func *func_of(const struct ost_decl *v)
{
	return v->is_proto ? &v->f->protos[v->i] : &v->f->funcs[v->i];
}

static struct ost_ctype func_type(const struct ost_decl *v)
{
	return (struct ost_ctype){ v->f, 0, func_of(v), 0, false };
}

static bool is_plain(const struct ost_fact_func *func)
{
	return !func->macro && !func->trouble && !(func->flags & OST_FF_OLD_STYLE);
}

/* A function with a body, and another declaration of it. */
static void check_function(const struct telling *x, const struct ost_decl *own, const struct ost_decl *other)
{
	const struct ost_fact_func *a = func_of(own), *b = func_of(other);
	bool is_static = a->flags & OST_FF_STATIC;

	if (!is_plain(b) || other->cond || other->is_unsure)
		return;
	/* an extern inline one (gnu_inline, behind a macro) makes no function */
	if (!other->is_proto && !other->is_own && !(b->flags & OST_FF_STATIC))
		return;
	if (!other->is_proto && !other->is_own)
		tell(x, a->line, "", str(x, a->name), "() would be defined twice");
	else if (is_static && other->is_proto && !(b->flags & (OST_FF_STATIC | OST_FF_INLINE)))
		tell(x, a->line, "", str(x, a->name), "() would be static after a declaration that is not");
	else if (other->is_proto && ost_ctype_same(x->d, func_type(own), func_type(other)) == OST_FIT_OTHER)
		tell(x, a->line, "", str(x, a->name), "() is declared with another type");
}

static void check_functions(const struct telling *x)
{
	uint32_t i, k;

	for (i = 0; i < x->f->nr_funcs; i++) {
		struct ost_decl own = { x->f, i, 0, false, true, false };
		struct ost_decl_list l;

		if (!is_plain(&x->f->funcs[i]) || ost_decls_is_under_if(x->d, x->f->funcs[i].cond, x->f->funcs[i].line) || ost_decls_is_macro(x->d, str(x, x->f->funcs[i].name)))
			continue;
		l = ost_decls_of(x->d, OST_DECL_FUNC, str(x, x->f->funcs[i].name));
		for (k = 0; k < l.nr && l.nr <= OST_DECLS_MAX; k++)
			check_function(x, &own, &l.v[k]);
	}
}

static void check_objects(const struct telling *x)
{
	uint32_t i, k;

	for (i = 0; i < x->f->nr_globals; i++) {
		const struct ost_fact_global *g = &x->f->globals[i];
		struct ost_ctype own = { x->f, g->type, NULL, 0, false };
		struct ost_decl_list l;

		if (g->func || ost_decls_is_under_if(x->d, g->cond, g->line) || g->attrs || ost_decls_is_macro(x->d, str(x, g->name)))
			continue;
		l = ost_decls_of(x->d, OST_DECL_OBJECT, str(x, g->name));
		for (k = 0; k < l.nr && l.nr <= OST_DECLS_MAX; k++) {
			const struct ost_fact_global *o = &l.v[k].f->globals[l.v[k].i];
			struct ost_ctype other = { l.v[k].f, o->type, NULL, 0, false };

			if (l.v[k].is_own || l.v[k].is_unsure || o->cond || o->attrs || !(o->flags & OST_FF_EXTERN))
				continue;
			if (g->flags & OST_FF_STATIC)
				tell(x, g->line, "", str(x, g->name), " would be static after a declaration that is not");
			else if (ost_ctype_same(x->d, own, other) == OST_FIT_OTHER)
				tell(x, g->line, "", str(x, g->name), " is declared with another type");
		}
	}
}

static void check_typedefs(const struct telling *x)
{
	uint32_t i, k;

	for (i = 0; i < x->f->nr_typedefs; i++) {
		const struct ost_fact_typedef *t = &x->f->typedefs[i];
		struct ost_ctype own = { x->f, t->type, NULL, 0, false };
		struct ost_decl_list l;

		if (ost_decls_is_under_if(x->d, t->cond, t->line) || ost_decls_is_macro(x->d, str(x, t->name)))
			continue;
		l = ost_decls_of(x->d, OST_DECL_TYPE, str(x, t->name));
		for (k = 0; k < l.nr && l.nr <= OST_DECLS_MAX; k++)
			if (!l.v[k].is_own && !l.v[k].is_unsure && !l.v[k].cond &&
			    ost_ctype_same(x->d, own, (struct ost_ctype){ l.v[k].f, l.v[k].f->typedefs[l.v[k].i].type, NULL, 0, false }) == OST_FIT_OTHER)
				tell(x, t->line, "the type ", str(x, t->name), " would be defined twice, and otherwise");
	}
}

void ost_redeclared_in_file(struct ost_decls *d, const struct ost_facts *f, struct ost_arena *arena, ost_redeclared_fn fn, void *ctx)
{
	struct telling x = { d, f, arena, fn, ctx };

	check_records(&x);
	check_constants(&x);
	check_functions(&x);
	check_objects(&x);
	check_typedefs(&x);
}

/* ---- in a function ---- */

static void check_local(const struct telling *t, const struct ost_typing *x, size_t k)
{
	const struct ost_typing_local *l = &x->locals.items[k];
	uint32_t up = l->up, i;
	size_t j;

	if (!l->name || l->is_switched || up == OST_TYPING_NO_NODE || ost_typing_node(x, up)->op != OST_N_BLOCK ||
	    ost_typing_node(x, l->node)->flags & OST_NF_EXTERN)
		return;
	for (j = k; j--;)
		if (x->locals.items[j].name == l->name && !x->locals.items[j].is_switched && x->locals.items[j].up == up &&
		    !(ost_typing_node(x, x->locals.items[j].node)->flags & OST_NF_EXTERN)) {
			tell(t, ost_typing_node(x, l->node)->line, "", str(t, l->name), " would be declared twice in one block");
			return;
		}
	for (i = 0; !up && x->func && i < x->func->nr_params; i++)
		if (x->f->params[x->func->first_param + i].name == l->name)
			tell(t, ost_typing_node(x, l->node)->line, "", str(t, l->name), " would be declared again, which is a parameter");
}

static void check_labels(const struct telling *t, const struct ost_typing *x)
{
	struct ost_table seen = OST_TABLE_INIT;
	bool is_new;
	uint32_t n;

	for (n = 0; n < x->tree.v.nr; n++) {
		const struct ost_node *d = ost_typing_node(x, n);

		if (d->op == OST_N_PP || d->op == OST_N_STMT_EXPR) {	/* one arm of several, or __label__ */
			n = d->end - 1;
			continue;
		}
		if (d->op != OST_N_LABEL || !d->a)
			continue;
		ost_table_put(&seen, d->a, &is_new);
		if (!is_new)
			tell(t, d->line, "the label ", str(t, d->a), " would be there twice");
	}
	ost_table_deinit(&seen);
}

void ost_redeclared_in_function(const struct ost_typing *x, struct ost_arena *arena, ost_redeclared_fn fn, void *ctx)
{
	struct telling t = { x->decls, x->f, arena, fn, ctx };
	struct ost_table seen = OST_TABLE_INIT;
	bool is_new;
	size_t k;

	for (k = 0; k < x->locals.nr; k++) {
		ost_table_put(&seen, x->locals.items[k].name, &is_new);
		if (!is_new || (x->func && x->func->nr_params))
			check_local(&t, x, k);
	}
	ost_table_deinit(&seen);
	check_labels(&t, x);
}
