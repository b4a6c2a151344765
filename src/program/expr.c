// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The type of an expression. Macros are entered with their arguments as they
 * stand at the call, so that a parameter has the type of what was passed and
 * container_of() is the macro that the tree has; a few that hide the type
 * behind builtins are rows of data/typerules.txt.
 */
#include "program/internal.h"

#include <ctype.h>

static struct ost_ctype type_of_text(struct ost_scope *s, struct ost_frame *fr, uint32_t n, const char *text);

struct ost_ctype ost_ctype_result(const struct ost_program *p, struct ost_ctype t)
{
	const struct ost_fact_type *ft;
	int i;

	for (i = 0; i < 3 && t.type; i++) {
		if (!t.addr) {
			t = ost_ctype_strip(p, t);
			ft = &ost_pfile_get(p, t.file)->f.types[t.type];
			if (ft->kind == OST_T_FUNC) {
				t.type = ft->inner;
				return t;
			}
		}
		t = ost_ctype_deref(p, t);
	}
	return OST_CTYPE_UNKNOWN;
}

void ost_frame_resolve(struct ost_scope *s, const struct ost_frame *fr, uint32_t name,
		       struct ost_resolved *ret)
{
	ost_program_resolve(s->p, s->file, name, ret);
	if (!ret->nr && fr->pf->file != s->file)
		ost_program_resolve(s->p, fr->pf->file, name, ret);
}

static uint32_t resolve_global(struct ost_scope *s, const struct ost_frame *fr, uint32_t name)
{
	uint32_t g = ost_program_resolve_global(s->p, s->file, name);

	if (g == OST_NO_ID && fr->pf->file != s->file)
		g = ost_program_resolve_global(s->p, fr->pf->file, name);
	return g;
}

/* A type as written in a frame: parameters of macros put in, typeof looked at. */
static struct ost_ctype type_in_frame(struct ost_scope *s, struct ost_frame *fr, uint32_t n, uint32_t type)
{
	const struct ost_facts *f = &fr->pf->f;
	const struct ost_fact_type *ft;
	struct ost_ctype t = { fr->pf->file, type, 0 };
	uint32_t core = type;
	int32_t addr = 0;
	int i;

	while (f->types[core].kind == OST_T_POINTER) {
		core = f->types[core].inner;
		addr++;
	}
	ft = &f->types[core];
	if (ft->kind == OST_T_TYPEOF) {
		t = type_of_text(s, fr, n, ost_facts_str(f, ft->name));
		t.addr += addr;
	} else if (ft->kind == OST_T_TYPEDEF && fr->is_macro && fr->up) {
		i = ost_frame_param_str(fr, ft->name);
		if (i < 0)
			return t;
		if ((uint32_t)i >= fr->nr_args)
			return OST_CTYPE_UNKNOWN;
		t = ost_frame_type_arg(s, fr->up, fr->args[i]);
		t.addr += addr;
	}
	return t;
}

static struct ost_ctype typedef_named(struct ost_scope *s, struct ost_frame *fr, uint32_t name)
{
	const struct ost_def *d = ost_best_def(s->p, fr->pf->file, name, OST_DEF_TYPEDEF);

	if (!d)
		return OST_CTYPE_UNKNOWN;
	return (struct ost_ctype){ ost_def_file(*d),
		ost_pfile_get(s->p, ost_def_file(*d))->f.typedefs[d->id].type, 0 };
}

struct ost_ctype ost_frame_type_arg(struct ost_scope *s, struct ost_frame *fr, uint32_t n)
{
	struct ost_ctype t;

	ost_frame_arg(&fr, &n);
	switch (ost_at(fr, n)->op) {
	case OST_N_TYPE:
		return type_in_frame(s, fr, n, ost_at(fr, n)->a);
	case OST_N_NAME:
		t = typedef_named(s, fr, ost_node_ident(fr, n).name);
		return t.type ? t : ost_frame_type(s, fr, n);
	case OST_N_SIZEOF:
		n = ost_kid(fr->t, n, 0);
		return n ? ost_frame_type_arg(s, fr, n) : OST_CTYPE_UNKNOWN;
	case OST_N_BINARY:	/* `foo_t *` read as a product */
		if (ost_at(fr, n)->sub == OST_OP_MUL) {
			t = ost_frame_type_arg(s, fr, n + 1);
			t.addr++;
			return t;
		}
	}
	return ost_frame_type(s, fr, n);
}

static struct ost_ctype type_of_local(struct ost_scope *s, struct ost_frame *fr, const struct ost_local *l)
{
	uint32_t kid = ost_kid(fr->t, l->decl, 0);
	struct ost_ctype t = OST_CTYPE_UNKNOWN;
	const struct ost_fact_type *ft;

	if (kid && ost_at(fr, kid)->op == OST_N_TYPE)
		t = type_in_frame(s, fr, l->decl, ost_at(fr, kid)->a);
	ft = t.type ? &ost_pfile_get(s->p, t.file)->f.types[t.type] : NULL;
	if (ft && ft->kind != OST_T_TYPEOF && ft->kind != OST_T_NONE &&
	    strcmp(ost_facts_str(&ost_pfile_get(s->p, t.file)->f, ft->name), "__auto_type"))
		return t;
	return l->def && l->def != l->decl ? ost_frame_type(s, fr, l->def) : OST_CTYPE_UNKNOWN;
}

static struct ost_ctype type_of_alias(struct ost_scope *s, struct ost_frame *fr, uint32_t name)
{
	struct ost_ctype t = OST_CTYPE_UNKNOWN;
	struct ost_resolved r;
	struct ost_frame in;
	uint32_t i, v;

	ost_frame_resolve(s, fr, name, &r);
	for (i = 0; i < r.nr && !t.type; i++) {
		if (s->p->units.items[r.units[i]].kind != OST_UNIT_ALIAS ||
		    !ost_frame_enter(s, fr, r.units[i], OST_NO_ID, &in))
			continue;
		v = ost_body_value(in.t, 0);
		if (v != OST_NO_ID)
			t = ost_frame_type(s, &in, v);
		ost_frame_leave(s);
	}
	return t;
}

static struct ost_ctype type_of_ident(struct ost_scope *s, struct ost_frame *fr, uint32_t n, struct ost_ident id)
{
	const struct ost_local *l = ost_frame_local(fr, n, &id);
	struct ost_global_def g;
	uint32_t global;
	int i;

	if (l)
		return type_of_local(s, fr, l);
	i = ost_frame_param(fr, &id);
	if (i >= 0 && fr->is_macro)
		return fr->up && (uint32_t)i < fr->nr_args ?
			ost_frame_type(s, fr->up, fr->args[i]) : OST_CTYPE_UNKNOWN;
	if (i >= 0)
		return (struct ost_ctype){ fr->pf->file, fr->pf->f.params[fr->first_param + i].type, 0 };
	global = resolve_global(s, fr, id.name);
	if (global != OST_NO_ID) {
		ost_program_global(s->p, global, &g);
		return (struct ost_ctype){ g.file, g.type, 0 };
	}
	if (fr->up) {	/* a macro that uses the caller's variables */
		uint32_t at = fr->nr_args ? fr->args[0] : 0;

		if (ost_frame_local(fr->up, at, &id) || ost_frame_param(fr->up, &id) >= 0)
			return type_of_ident(s, fr->up, at, id);
	}
	return type_of_alias(s, fr, id.name);
}

static struct ost_ctype type_by_rule(struct ost_scope *s, struct ost_frame *fr, uint32_t call,
				     const struct ost_typerule *rule)
{
	uint32_t arg = ost_call_arg(fr->t, call, rule->kind == OST_RULE_CONTAINER ? rule->n2 : rule->n);
	struct ost_ctype t;

	if (!arg)
		return OST_CTYPE_UNKNOWN;
	switch (rule->kind) {
	case OST_RULE_ARG:
		return ost_frame_type(s, fr, arg);
	case OST_RULE_DEREF:
		return ost_ctype_deref(s->p, ost_frame_type(s, fr, arg));
	case OST_RULE_TYPE:
		return ost_frame_type_arg(s, fr, arg);
	}
	t = ost_frame_type_arg(s, fr, arg);
	t.addr += t.type != 0;
	return t;
}

static struct ost_ctype type_of_macro_call(struct ost_scope *s, struct ost_frame *fr, uint32_t unit, uint32_t call)
{
	struct ost_ctype t = OST_CTYPE_UNKNOWN;
	struct ost_frame in;
	uint32_t v;

	if (!ost_frame_enter(s, fr, unit, call, &in))
		return t;
	v = ost_body_value(in.t, 0);
	if (v != OST_NO_ID)
		t = ost_frame_type(s, &in, v);
	ost_frame_leave(s);
	return t;
}

static struct ost_ctype type_of_proto(struct ost_scope *s, uint32_t name)
{
	const struct ost_def *d = ost_best_def(s->p, s->file, name, OST_DEF_PROTO);

	if (!d)
		return OST_CTYPE_UNKNOWN;
	return (struct ost_ctype){ ost_def_file(*d),
		ost_pfile_get(s->p, ost_def_file(*d))->f.protos[d->id].ret_type, 0 };
}

static struct ost_ctype type_of_named_call(struct ost_scope *s, struct ost_frame *fr, uint32_t call, uint32_t name)
{
	const struct ost_typerule *rule = ost_program_typerule(s->p, name);
	struct ost_ctype t = OST_CTYPE_UNKNOWN;
	struct ost_resolved r;
	uint32_t i;

	if (rule)
		return type_by_rule(s, fr, call, rule);
	ost_frame_resolve(s, fr, name, &r);
	for (i = 0; i < r.nr && !t.type; i++)
		t = s->p->units.items[r.units[i]].kind == OST_UNIT_FUNC ?
			ost_unit_return_type(s->p, r.units[i]) :
			type_of_macro_call(s, fr, r.units[i], call);
	return t.type ? t : type_of_proto(s, name);
}

static struct ost_ctype type_of_call(struct ost_scope *s, struct ost_frame *fr, uint32_t n)
{
	struct ost_frame *cf = fr;
	uint32_t callee = ost_kid(fr->t, n, 0);
	struct ost_ident id;

	if (!callee)
		return OST_CTYPE_UNKNOWN;
	ost_frame_arg(&cf, &callee);
	if (ost_at(cf, callee)->op != OST_N_NAME)
		return ost_ctype_result(s->p, ost_frame_type(s, cf, callee));
	id = ost_node_ident(cf, callee);
	if (ost_frame_local(cf, callee, &id) || ost_frame_param(cf, &id) >= 0)
		return ost_ctype_result(s->p, ost_frame_type(s, cf, callee));
	return type_of_named_call(s, fr, n, id.name);
}

uint32_t ost_member_of(struct ost_scope *s, struct ost_frame *fr, uint32_t n, uint32_t *ret_fields)
{
	struct ost_frame *mf = fr->up;
	uint32_t base = ost_kid(fr->t, n, 0), name = ost_pfile_name(fr->pf, ost_at(fr, n)->a), arg;
	int i = fr->is_macro && fr->up ? ost_frame_param_str(fr, ost_at(fr, n)->a) : -1;

	if (!base)
		return 0;
	if (i >= 0 && (uint32_t)i < fr->nr_args) {	/* (p)->member */
		arg = fr->args[i];
		ost_frame_arg(&mf, &arg);
		if (ost_at(mf, arg)->op == OST_N_NAME)
			name = ost_node_ident(mf, arg).name;
	}
	return ost_member_fields(s, fr, ost_ctype_record(s->p, ost_frame_type(s, fr, base)), name, ret_fields);
}

static struct ost_ctype type_of_member(struct ost_scope *s, struct ost_frame *fr, uint32_t n)
{
	uint32_t fields[OST_MEMBER_MAX], nr = ost_member_of(s, fr, n, fields);

	return nr ? ost_field_type(s->p, fields[nr - 1]) : OST_CTYPE_UNKNOWN;
}

static struct ost_ctype type_of_unary(struct ost_scope *s, struct ost_frame *fr, uint32_t n)
{
	uint32_t kid = ost_kid(fr->t, n, 0);
	struct ost_ctype t;

	if (!kid)
		return OST_CTYPE_UNKNOWN;
	switch (ost_at(fr, n)->sub) {
	case OST_OP_DEREF:
		return ost_ctype_deref(s->p, ost_frame_type(s, fr, kid));
	case OST_OP_ADDR:
		t = ost_frame_type(s, fr, kid);
		t.addr += t.type != 0;
		return t;
	case OST_OP_PREINC: case OST_OP_PREDEC: case OST_OP_POSTINC: case OST_OP_POSTDEC:
		return ost_frame_type(s, fr, kid);
	}
	return OST_CTYPE_UNKNOWN;
}

static struct ost_ctype first_known(struct ost_scope *s, struct ost_frame *fr, uint32_t a, uint32_t b)
{
	struct ost_ctype t = a ? ost_frame_type(s, fr, a) : OST_CTYPE_UNKNOWN;

	return t.type || !b ? t : ost_frame_type(s, fr, b);
}

static struct ost_ctype type_of_node(struct ost_scope *s, struct ost_frame *fr, uint32_t n)
{
	const struct ost_tree *t = fr->t;
	uint32_t v;

	switch (ost_at(fr, n)->op) {
	case OST_N_NAME:
		return type_of_ident(s, fr, n, ost_node_ident(fr, n));
	case OST_N_CALL:
		return type_of_call(s, fr, n);
	case OST_N_MEMBER:
		return type_of_member(s, fr, n);
	case OST_N_INDEX:
		v = ost_kid(t, n, 0);
		return v ? ost_ctype_deref(s->p, ost_frame_type(s, fr, v)) : OST_CTYPE_UNKNOWN;
	case OST_N_UNARY:
		return type_of_unary(s, fr, n);
	case OST_N_BINARY:
		if (ost_at(fr, n)->sub == OST_OP_COMMA)
			return first_known(s, fr, ost_kid(t, n, 1), 0);
		return first_known(s, fr, ost_kid(t, n, 0), ost_kid(t, n, 1));
	case OST_N_ASSIGN:
		return first_known(s, fr, ost_kid(t, n, 0), 0);
	case OST_N_TERNARY:
		v = ost_kid(t, n, 1);
		if (v && t->v.items[v].op == OST_N_NONE)
			v = ost_kid(t, n, 0);
		return first_known(s, fr, v, ost_kid(t, n, 2));
	case OST_N_CAST:
	case OST_N_COMPOUND:
	case OST_N_TYPE:
		v = ost_at(fr, n)->op == OST_N_TYPE ? n : ost_kid(t, n, 0);
		return v && ost_at(fr, v)->op == OST_N_TYPE ?
			type_in_frame(s, fr, v, ost_at(fr, v)->a) : OST_CTYPE_UNKNOWN;
	case OST_N_STMT_EXPR:
	case OST_N_EXPR:
	case OST_N_BLOCK:
		v = ost_body_value(t, n);
		return v == OST_NO_ID || v == n ? OST_CTYPE_UNKNOWN : ost_frame_type(s, fr, v);
	}
	return OST_CTYPE_UNKNOWN;
}

struct ost_ctype ost_frame_type(struct ost_scope *s, struct ost_frame *fr, uint32_t n)
{
	struct ost_ctype t = OST_CTYPE_UNKNOWN;

	if (s->more->steps++ > OST_EXPR_MAX || s->more->nesting > OST_EXPR_NEST)
		return t;
	s->more->nesting++;
	t = type_of_node(s, fr, n);
	s->more->nesting--;
	return t;
}

struct ost_ctype ost_expr_type(struct ost_scope *s, uint32_t node)
{
	struct ost_frame fr;

	if (!s->more->pf)
		return OST_CTYPE_UNKNOWN;
	ost_scope_ask(s);
	ost_scope_frame(s, &fr);
	return ost_frame_type(s, &fr, node);
}

/* ---- typeof(text) ------------------------------------------------------ */

struct text {
	const char *at;
	int depth;
};

static void skip_space(struct text *x)
{
	while (isspace((unsigned char)*x->at))
		x->at++;
}

static size_t word(struct text *x, char *buf, size_t size)
{
	size_t n = 0;

	skip_space(x);
	while (isalnum((unsigned char)x->at[n]) || x->at[n] == '_')
		n++;
	if (n >= size)
		return 0;
	memcpy(buf, x->at, n);
	buf[n] = 0;
	x->at += n;
	return n;
}

static void skip_brackets(struct text *x)
{
	int depth = 0;

	do {
		if (*x->at == '[' || *x->at == '(')
			depth++;
		if (*x->at == ']' || *x->at == ')')
			depth--;
		x->at += *x->at != 0;
	} while (depth > 0 && *x->at);
}

static uint32_t find_name(const struct ost_scope *s, const char *text)
{
	uint32_t name = ost_program_find_name(s->p, text);

	if (name == OST_NO_ID)
		ost_ask_unknown(text, (uint32_t)strlen(text));
	return name;
}

static struct ost_ctype text_postfix(struct ost_scope *s, struct text *x, struct ost_ctype t)
{
	char buf[128];

	for (;;) {
		skip_space(x);
		if (*x->at == '[') {
			skip_brackets(x);
			t = ost_ctype_deref(s->p, t);
		} else if (*x->at == '(') {
			skip_brackets(x);
			t = ost_ctype_result(s->p, t);
		} else if (*x->at == '.' || (x->at[0] == '-' && x->at[1] == '>')) {
			x->at += *x->at == '.' ? 1 : 2;
			if (!word(x, buf, sizeof(buf)))
				return OST_CTYPE_UNKNOWN;
			uint32_t field = ost_record_find_field(s->p, ost_ctype_record(s->p, t),
							       find_name(s, buf));

			t = field == OST_NO_ID ? OST_CTYPE_UNKNOWN : ost_field_type(s->p, field);
		} else {
			return t;
		}
	}
}

static struct ost_ctype text_unary(struct ost_scope *s, struct ost_frame *fr, uint32_t n, struct text *x)
{
	struct ost_ctype t = OST_CTYPE_UNKNOWN;
	struct ost_resolved r;
	char buf[128];
	uint32_t name;

	skip_space(x);
	if (x->depth++ > 32)
		return t;
	switch (*x->at) {
	case '*':
		x->at++;
		return ost_ctype_deref(s->p, text_unary(s, fr, n, x));
	case '&':
		x->at++;
		t = text_unary(s, fr, n, x);
		t.addr += t.type != 0;
		return t;
	case '(':
		x->at++;
		t = text_unary(s, fr, n, x);
		skip_space(x);
		if (*x->at != ')')
			return OST_CTYPE_UNKNOWN;
		x->at++;
		return text_postfix(s, x, t);
	}
	if (!word(x, buf, sizeof(buf)))
		return t;
	name = find_name(s, buf);
	t = type_of_ident(s, fr, n, (struct ost_ident){ buf, name, 0, NULL });
	skip_space(x);
	if (!t.type && *x->at == '(') {
		ost_frame_resolve(s, fr, name, &r);
		skip_brackets(x);
		if (r.nr)
			t = ost_unit_return_type(s->p, r.units[0]);
	}
	return text_postfix(s, x, t);
}

static struct ost_ctype type_of_text(struct ost_scope *s, struct ost_frame *fr, uint32_t n, const char *text)
{
	struct text x = { text, 0 };
	struct ost_ctype t;

	if (s->more->steps++ > OST_EXPR_MAX)
		return OST_CTYPE_UNKNOWN;
	t = text_unary(s, fr, n, &x);
	skip_space(&x);
	if (*x.at && strncmp(x.at, "+ 0", 3))
		return OST_CTYPE_UNKNOWN;
	return t;
}
