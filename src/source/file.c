// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands outside of functions. */
#include "source/parse.h"

#include <string.h>

/* ---- bodies ---- */

static void pack_into(struct ost_recogniser *r, uint32_t root, uint32_t *code, uint32_t *len)
{
	if (ost_pack(r, root, code, len))
		return;
	ost_trouble(r, r->t > r->base ? r->t - 1 : r->t, "nested too deeply");
	root = ost_node(r, OST_N_BLOCK, 0, r->nodes.items[root].line, 0);
	ost_pack(r, root, code, len);
}

/* The body at r->t for function `index`; `call`: the macro that makes it, or 0. */
static void parse_body(struct ost_recogniser *r, uint32_t index, uint32_t call)
{
	const struct ost_tok *open = r->t;
	uint32_t block, cond = r->cond;
	struct ost_fact_func *f;
	struct ost_kids k;

	r->func = index + 1;
	r->in_code = true;
	r->trouble = 0;
	r->is_too_deep = false;
	if (!call)
		ost_nodes_reset(r);
	block = ost_parse_block(r);
	if (call) {
		k = ost_kids(ost_node(r, OST_N_BLOCK, 0, r->nodes.items[call].line, 0));
		ost_kid(r, &k, call);
		ost_kid(r, &k, block);
		block = k.node;
	}
	f = &r->funcs.items[index];
	f->body_line = open->line;
	f->end_line = r->t[-1].line;
	pack_into(r, block, &f->code, &f->code_len);
	f->trouble = r->trouble ? ost_rec_str(r, r->trouble) : 0;
	r->nr_troubled += r->trouble != 0;
	r->trouble = 0;
	r->func = 0;
	r->in_code = false;
	r->cond = cond;
}

static struct ost_fact_func *add_func(struct ost_recogniser *r, bool is_proto,
				      const struct ost_specs *s, uint32_t name, uint32_t line)
{
	struct ost_fact_func *f = is_proto ? ost_vec_push(&r->protos) : ost_vec_push(&r->funcs);

	f->name = name;
	f->line = line;
	f->first_line = s->line;
	f->end_line = line;
	f->flags = s->flags;
	f->cond = r->cond;
	return f;
}

static void fill_func(struct ost_recogniser *r, struct ost_fact_func *f, const struct ost_specs *s,
		      uint32_t func_type)
{
	const struct ost_fact_type *t = &r->types.items[func_type];

	f->ret_type = t->inner;
	f->first_param = t->first_param;
	f->nr_params = t->nr_params;
	if (t->flags & OST_TF_VARIADIC)
		f->flags |= OST_FF_VARIADIC;
	f->flags |= s->flags;
	f->attrs = ost_attrs_str(r, s->attrs);
}

/* ---- objects ---- */

static void add_global(struct ost_recogniser *r, const struct ost_specs *s, uint32_t name,
		       uint32_t type, uint32_t line, uint32_t init)
{
	struct ost_fact_global *g = ost_vec_push(&r->globals);

	g->name = name;
	g->type = type;
	g->line = line;
	g->end_line = r->t->kind == T_EOF && r->t > r->base ? r->t[-1].line : r->t->line;
	g->cond = r->cond;
	g->flags = s->flags & (OST_FF_STATIC | OST_FF_EXTERN | OST_FF_WEAK);
	g->func = r->func;
	g->attrs = ost_attrs_str(r, s->attrs);
	if (init && !ost_pack(r, init, &g->code, &g->code_len))
		ost_lost(r, r->t, "nested too deeply");
}

uint32_t ost_add_static_local(struct ost_recogniser *r, const struct ost_specs *s,
			      const struct ost_declarator *d, uint32_t end_line, uint32_t init)
{
	add_global(r, s, ost_rec_str(r, d->name), d->type, d->line, init);
	ost_vec_last(&r->globals)->end_line = end_line;
	return (uint32_t)r->globals.nr;
}

/* ---- recovery ---- */

static void lose(struct ost_recogniser *r, const struct ost_tok *from)
{
	const struct ost_tok *t = from;

	ost_lost(r, from, "declaration not understood");
	while (t->kind != T_EOF && t->kind != T_SEMI && !(t->kind >= T_PP_IF && t->kind <= T_PP_ENDIF)) {
		bool was_brace = t->kind == T_LBRACE;

		if (t->kind >= T_LPAREN && t->kind <= T_LBRACK)
			t = ost_partner(r, t);
		if (t->kind == T_EOF)
			break;
		t++;
		if (was_brace)
			break;
	}
	if (t->kind == T_SEMI || (t == from && t->kind != T_EOF))
		t++;
	r->t = t;
}

/* ---- macros that stand as declarations ---- */

static void add_invoke(struct ost_recogniser *r, const struct ost_specs *s,
		       const struct ost_tok *name, uint32_t call)
{
	struct ost_fact_invoke *v = ost_vec_push(&r->invokes);

	v->name = ost_rec_str(r, name->val);
	v->line = name->line;
	v->cond = r->cond;
	v->flags = s->flags & OST_FF_STATIC;
	if (!ost_pack(r, call, &v->code, &v->code_len))
		ost_lost(r, name, "nested too deeply");
}

static uint32_t kid_at(const struct ost_recogniser *r, uint32_t node, int i)
{
	uint32_t kid = r->nodes.items[node].kid;

	while (kid && i--)
		kid = r->nodes.items[kid].next;
	return kid;
}

/* (type, name) pairs of SYSCALL_DEFINEn from argument `first` on. */
static void pair_params(struct ost_recogniser *r, struct ost_fact_func *f, uint32_t call, int first)
{
	uint32_t type = kid_at(r, call, first + 1), name;
	struct ost_fact_param *p;

	f->first_param = (uint32_t)r->params.nr;
	for (; type; type = r->nodes.items[name].next) {
		name = r->nodes.items[type].next;
		if (!name)
			break;
		p = ost_vec_push(&r->params);
		if (r->nodes.items[type].op == OST_N_TYPE)
			p->type = r->nodes.items[type].a;
		else if (r->nodes.items[type].op == OST_N_NAME)
			p->type = ost_type_named(r, OST_T_TYPEDEF,
						 ost_rec_str(r, r->nodes.items[type].a), 0);
		if (r->nodes.items[name].op == OST_N_NAME)
			p->name = ost_rec_str(r, r->nodes.items[name].a);
		f->nr_params++;
	}
}

/* (args...) declared in a macro: BPF_PROG(name, int a, struct b *c) */
static void decl_params(struct ost_recogniser *r, struct ost_fact_func *f, uint32_t call)
{
	uint32_t arg = kid_at(r, call, 2), decl;
	struct ost_fact_param *p;

	f->first_param = (uint32_t)r->params.nr;
	for (; arg; arg = r->nodes.items[arg].next) {
		decl = r->nodes.items[arg].op == OST_N_ARG_STMTS ? r->nodes.items[arg].kid : 0;
		p = ost_vec_push(&r->params);
		f->nr_params++;
		if (!decl || r->nodes.items[decl].op != OST_N_DECL)
			continue;
		p->name = ost_rec_str(r, r->nodes.items[decl].a);
		p->type = r->nodes.items[r->nodes.items[decl].kid].a;
	}
}

static uint32_t made_name(struct ost_recogniser *r, const struct ost_word *w,
			  const struct ost_tok *macro, const struct ost_tok *close)
{
	const struct ost_tok *t = macro + 2;
	OST_BUF b = OST_BUF_INIT;

	if (t->kind != T_IDENT || (t[1].kind != T_COMMA && t + 1 != close))
		return ost_rec_str(r, ost_text(r, macro, close + 1));
	if (!w || !(w->cls & OST_WC_FUNC) || !w->prefix[0])
		return ost_rec_str(r, t->val);
	ost_buf_addstr(&b, w->prefix);
	ost_buf_add(&b, ost_name(r, t->val)->ptr, ost_name(r, t->val)->len);
	return ost_rec_str(r, ost_words_copy(&r->names, b.ptr, (uint32_t)b.len, T_IDENT));
}

/* MACRO(args) { ... }: a function that a macro makes */
static void made_function(struct ost_recogniser *r, struct ost_specs *s, const struct ost_tok *macro,
			  uint32_t call)
{
	const struct ost_word *w = ost_words_row(&r->names, macro->val);
	uint32_t name = made_name(r, w, macro, ost_partner(r, macro + 1));
	struct ost_fact_func *f = add_func(r, false, s, name, macro->line);
	uint32_t index = (uint32_t)r->funcs.nr - 1;

	f->macro = ost_rec_str(r, macro->val);
	f->ret_type = s->type;
	f->attrs = ost_attrs_str(r, s->attrs);
	if (w && (w->cls & OST_WC_FUNC) && w->second > 0)
		pair_params(r, f, call, w->second);
	else if (w && (w->cls & OST_WC_FUNC) && w->second == -2)
		decl_params(r, f, call);
	parse_body(r, index, call);
}

/* MACRO(args) = value; an object whose name is one of the arguments */
static bool made_object(struct ost_recogniser *r, struct ost_specs *s, const struct ost_tok *macro,
			uint32_t call)
{
	const struct ost_word *w = ost_words_row(&r->names, macro->val);
	bool has_row = w && (w->cls & OST_WC_OBJECT);
	uint32_t name = 0, type = 0, kid, value = 0;

	for (kid = kid_at(r, call, 1); kid; kid = r->nodes.items[kid].next)
		if (r->nodes.items[kid].op == OST_N_NAME)
			name = kid;
	if (has_row) {
		name = kid_at(r, call, w->first + 1);
		type = kid_at(r, call, w->second + 1);
	}
	if (ost_is(r, T_DOT)) {		/* MACHINE_START(x, y) .a = b, ... MACHINE_END */
		value = ost_parse_open_init(r);
	} else if (ost_take(r, T_ASSIGN) || ost_is(r, T_LBRACE)) {
		value = ost_parse_init_value(r);
	}
	if (!value && r->t[-1].kind == T_ASSIGN)
		return false;
	if (name && r->nodes.items[name].op == OST_N_INDEX) {	/* DEFINE_PER_CPU(int, a[4]) */
		name = r->nodes.items[name].kid;
	}
	if (type && r->nodes.items[type].op == OST_N_TYPE)
		type = r->nodes.items[type].a;
	else if (type && r->nodes.items[type].op == OST_N_NAME)
		type = ost_type_named(r, OST_T_TYPEDEF, ost_rec_str(r, r->nodes.items[type].a), 0);
	else
		type = s->type;
	ost_vec_add(&r->attrs, macro->val);
	if (name && r->nodes.items[name].op == OST_N_NAME)
		add_global(r, s, ost_rec_str(r, r->nodes.items[name].a), type, macro->line, value);
	return true;
}

/* The { at r->t begins an initialiser: define_machine(x) { .name = ... }; */
static bool is_init_brace(const struct ost_recogniser *r)
{
	const struct ost_tok *in = r->t + 1;

	while (in->kind == T_PP_IF)
		in++;
	return in->kind == T_DOT || (in->kind == T_LBRACK && ost_partner(r, in)[1].kind == T_ASSIGN);
}

/* MACRO(args) { int a; ... }; holds declarations of members alone */
static bool is_members_brace(const struct ost_recogniser *r)
{
	const struct ost_tok *close = ost_partner(r, r->t), *t;

	if (close->kind != T_RBRACE || close[1].kind != T_SEMI || r->t[1].kind == T_RBRACE)
		return false;
	for (t = r->t + 1; t < close; t++)
		if ((t->kind >= T_IF && t->kind <= T_ASM) || t->kind == T_ASSIGN ||
		    (t->kind == T_LPAREN && t[-1].kind == T_IDENT))
			return false;
	return close[-1].kind == T_SEMI;
}

/* `MACRO(args)` at r->t with no type before it. */
static bool parse_invoke(struct ost_recogniser *r, struct ost_specs *s)
{
	const struct ost_tok *macro = r->t;
	struct ost_kids k;
	bool has_row = ost_cls(r, macro) & OST_WC_OBJECT;

	ost_nodes_reset(r);
	r->trouble = 0;
	k = ost_kids(ost_node(r, OST_N_CALL, 0, macro->line, 0));
	ost_kid(r, &k, ost_node(r, OST_N_NAME, 0, macro->line, macro->val));
	r->t++;
	if (!ost_parse_args(r, &k))
		return false;
	ost_parse_attrs(r, s, false);
	if (ost_is(r, T_LBRACE) && is_members_brace(r)) {
		add_invoke(r, s, macro, k.node);
		ost_parse_made_record(r, macro);
		return true;
	}
	if (ost_is(r, T_LBRACE) && !is_init_brace(r)) {
		made_function(r, s, macro, k.node);
		return true;
	}
	add_invoke(r, s, macro, k.node);
	if (has_row || ost_is(r, T_ASSIGN) || ost_is(r, T_LBRACE) || ost_is(r, T_DOT))
		if (!made_object(r, s, macro, k.node))
			return false;
	if (ost_is(r, T_COMMA)) {	/* DEFINE_X(a), DEFINE_X(b); */
		r->t++;
		if (ost_is(r, T_IDENT) && r->t[1].kind == T_LPAREN)
			return parse_invoke(r, s);
		return false;
	}
	ost_take(r, T_SEMI);
	return true;
}

/* ---- functions ---- */

/*
 * The parameters of an old-style definition, up to its {: a copy of those of
 * its type, whose words were taken for types. Returns the first one's index.
 */
static uint32_t old_style_params(struct ost_recogniser *r, const struct ost_fact_type *type)
{
	struct ost_fact_type copy = *type, *t = &copy;
	struct ost_specs s;
	struct ost_declarator d;
	uint32_t i;

	t->first_param = (uint32_t)r->params.nr;
	for (i = 0; i < t->nr_params; i++) {
		struct ost_fact_param *p = ost_vec_push(&r->params);

		*p = r->params.items[type->first_param + i];
		if (!p->name && r->types.items[p->type].kind == OST_T_TYPEDEF) {
			p->name = r->types.items[p->type].name;
			p->type = 0;
		}
	}
	while (!ost_is(r, T_LBRACE) && !ost_is(r, T_EOF)) {
		if (!ost_parse_specs(r, &s, OST_IN_PARAMS))
			return t->first_param;
		do {
			if (!ost_parse_declarator(r, &s, s.type, OST_IN_PARAMS, &d))
				return t->first_param;
			for (i = 0; d.name && i < t->nr_params; i++) {
				struct ost_fact_param *p = &r->params.items[t->first_param + i];

				if (p->name == ost_rec_str(r, d.name))
					p->type = d.type;
			}
		} while (ost_take(r, T_COMMA));
		if (!ost_take(r, T_SEMI))
			break;
	}
	return t->first_param;
}

#define OLD_STYLE_MAX 1000	/* tokens between ) and { */

/* From r->t to a { come only `type name, name;`: an old-style definition. */
static bool is_old_style(const struct ost_recogniser *r)
{
	const struct ost_tok *t = r->t;
	unsigned nr_semis = 0;

	if (t->kind != T_IDENT && !(t->kind >= T_CONST && t->kind <= T_LAST_DECL) &&
	    t->kind != T_REGISTER)
		return false;
	for (; t->kind != T_LBRACE; t++) {
		if (t->kind == T_EOF || t - r->t > OLD_STYLE_MAX || t->kind == T_ASSIGN || t->kind == T_RBRACE ||
		    (t->kind >= T_PP_IF) || t->kind == T_STATIC || t->kind == T_EXTERN)
			return false;
		if (t->kind == T_LPAREN) {
			t = ost_partner(r, t);
			if (t[1].kind == T_LBRACE)
				return false;
		}
		nr_semis += t->kind == T_SEMI;
	}
	return nr_semis && t[-1].kind == T_SEMI;
}

static bool takes_words_only(const struct ost_recogniser *r, const struct ost_tok *open)
{
	const struct ost_tok *t = open + 1, *close = ost_partner(r, open);

	for (; t < close; t += 2)
		if (t->kind != T_IDENT || (t[1].kind != T_COMMA && t + 1 != close))
			return false;
	return t > open + 1;
}

/* first_param: of an old-style definition, else UINT32_MAX */
static bool define_function(struct ost_recogniser *r, struct ost_specs *s,
			    const struct ost_declarator *d, uint32_t first_param)
{
	struct ost_fact_func *f = add_func(r, false, s, ost_rec_str(r, d->name), d->line);
	uint32_t index = (uint32_t)r->funcs.nr - 1;

	fill_func(r, f, s, d->func_type);
	if (first_param != UINT32_MAX)
		f->first_param = first_param;
	parse_body(r, index, 0);
	return true;
}

/* ---- declarations ---- */

static bool declare(struct ost_recogniser *r, struct ost_specs *s, const struct ost_declarator *d)
{
	struct ost_fact_typedef *td;
	struct ost_fact_func *f;
	uint32_t value = 0, name = ost_rec_str(r, d->name);

	if (s->is_typedef) {
		r->names.v.items[d->name].cls |= OST_WC_SEEN_TYPE;
		td = ost_vec_push(&r->typedefs);
		*td = (struct ost_fact_typedef){ name, d->type, d->line, r->cond };
		return true;
	}
	if (d->func && !ost_is(r, T_ASSIGN)) {
		f = add_func(r, true, s, name, d->line);
		fill_func(r, f, s, d->func_type);
		return true;
	}
	if (ost_take(r, T_ASSIGN)) {
		ost_nodes_reset(r);
		r->trouble = 0;
		value = ost_parse_init_value(r);
		if (!value)
			return false;
		if (r->trouble)
			ost_lost(r, r->t - 1, "initialiser not understood");
		r->trouble = 0;
	}
	add_global(r, s, name, d->type, d->line, value);
	return true;
}

/* Everything after the specifiers. */
static bool parse_declarators(struct ost_recogniser *r, struct ost_specs *s)
{
	struct ost_declarator d;
	uint32_t first_param;

	while (!ost_is(r, T_SEMI)) {
		if (!ost_parse_declarator(r, s, s->type, OST_IN_FILE, &d) || !d.name)
			return false;
		if (d.func && ost_is(r, T_LBRACE))
			return define_function(r, s, &d, UINT32_MAX);
		if (d.func && takes_words_only(r, d.func) && is_old_style(r)) {
			s->flags |= OST_FF_OLD_STYLE;
			first_param = old_style_params(r, &r->types.items[d.func_type]);
			if (!ost_is(r, T_LBRACE))
				return false;
			return define_function(r, s, &d, first_param);
		}
		ost_parse_attrs(r, s, true);
		if (d.func && ost_is(r, T_LBRACE))
			return define_function(r, s, &d, UINT32_MAX);
		if (!declare(r, s, &d))
			return false;
		if (!ost_take(r, T_COMMA))
			break;
	}
	return ost_take(r, T_SEMI) || (r->t->kind >= T_PP_IF && r->t->kind <= T_PP_ENDIF);
}

/* After `IDENT(args)` without type: is this a call of a macro? */
static bool is_invoke(const struct ost_recogniser *r, const struct ost_specs *s)
{
	const struct ost_tok *t = r->t, *close;

	if (t->kind != T_IDENT || t[1].kind != T_LPAREN || s->type)
		return false;
	close = ost_partner(r, t + 1);
	if (close->kind != T_RPAREN)
		return false;
	if (close[1].kind != T_LBRACE)
		return true;
	/* static foo(a) {: an old function without a type */
	return !(s->flags & OST_FF_STATIC) || ost_is_upper(r, t->val) ||
	       !(t[2].kind >= T_FIRST_TYPE && t[2].kind <= T_LAST_TYPE);
}

/* `IDENT(args)` at the start of a line that is an annotation of what follows */
static bool is_attr_call(const struct ost_recogniser *r)
{
	const struct ost_tok *t = r->t, *close;
	const struct ost_name *n = ost_name(r, t->val);

	if (t[1].kind != T_LPAREN)
		return false;
	close = ost_partner(r, t + 1);
	if (close->kind != T_RPAREN)
		return false;
	if (!(close[1].kind >= T_FIRST_DECL && close[1].kind <= T_LAST_DECL) &&
	    close[1].kind != T_IDENT)
		return false;
	if (n->cls & OST_WC_ARGS)
		return true;
	if (close[1].line == close->line && close[1].kind != T_IDENT)
		return true;	/* FOO(x) static int f(void) */
	if (n->len < 3 || n->ptr[0] != '_' || n->ptr[1] != '_' || ost_is_upper(r, t->val))
		return false;
	return close[1].line == close->line || close[1].kind != T_IDENT ||
	       ost_cls(r, close + 1) & OST_WC_ATTR;
}

static bool parse_external(struct ost_recogniser *r)
{
	struct ost_specs s;

	r->attrs.nr = r->attr_nodes.nr = 0;
	ost_nodes_reset(r);
	ost_parse_specs(r, &s, OST_IN_FILE);
	while (!s.type && ost_is(r, T_IDENT) && is_attr_call(r)) {
		struct ost_specs more;

		ost_vec_add(&r->attrs, r->t->val);
		r->t = ost_partner(r, r->t + 1) + 1;
		ost_parse_specs(r, &more, OST_IN_FILE);
		more.flags |= s.flags;
		more.line = s.line;
		more.attrs = 0;
		s = more;
	}
	if (is_invoke(r, &s) || (ost_cls(r, r->t) & OST_WC_FUNC && r->t[1].kind == T_LPAREN))
		return parse_invoke(r, &s);
	if (!s.type && ost_is(r, T_IDENT) && !s.flags &&
	    (r->t[1].kind == T_SEMI || r->t[1].kind == T_EOF || r->t[1].kind >= T_PP_IF ||
	     r->t[1].kind == T_RBRACE)) {
		r->t++;		/* MACRO; MACRO */
		ost_take(r, T_SEMI);
		return true;
	}
	if (!s.type && !s.has_any && !(ost_is(r, T_IDENT) && r->t[1].kind == T_LPAREN))
		return false;
	if (s.type && ost_is(r, T_SEMI)) {
		r->t++;
		return true;
	}
	return parse_declarators(r, &s);
}

/* extern "C" {, asm(...), stray brackets */
static bool skip_oddity(struct ost_recogniser *r)
{
	if (ost_is(r, T_EXTERN) && r->t[1].kind == T_STR) {
		r->t += 2;
		ost_take(r, T_LBRACE);
		return true;
	}
	if (ost_is(r, T_ASM) || ost_is(r, T_STATIC_ASSERT)) {
		r->t++;
		while (ost_is(r, T_VOLATILE) || ost_is(r, T_INLINE) || ost_is(r, T_GOTO) || ost_is(r, T_IDENT))
			r->t++;
		if (ost_is(r, T_LPAREN) && ost_partner(r, r->t)->kind == T_RPAREN)
			r->t = ost_partner(r, r->t) + 1;
		ost_take(r, T_SEMI);
		return true;
	}
	return ost_take(r, T_SEMI) || ost_take(r, T_RBRACE);
}

void ost_parse_file(struct ost_recogniser *r)
{
	r->base = r->t = r->toks.items;
	r->cond = 0;
	while (!ost_is(r, T_EOF)) {
		const struct ost_tok *from = r->t;
		size_t nr_params = r->params_tmp.nr, nr_fields = r->fields_tmp.nr;

		if (from->kind >= T_PP_IF && from->kind <= T_PP_ENDIF) {
			r->cond = from->val;
			r->t++;
			continue;
		}
		if (skip_oddity(r))
			continue;
		r->nest = 0;
		if (parse_external(r) && r->t > from)
			continue;
		r->params_tmp.nr = nr_params;
		r->fields_tmp.nr = nr_fields;
		r->outer_record = 0;
		lose(r, r->t > from && r->t[-1].kind == T_RBRACE ? r->t : from);
	}
}
