// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements and local declarations. */
#include "source/parse.h"

#include <string.h>

static uint32_t none(struct ost_recogniser *r)
{
	return ost_node(r, OST_N_NONE, 0, r->t->line, 0);
}

static bool is_arm_end(uint8_t kind)
{
	return kind >= T_PP_ELIF && kind <= T_PP_ENDIF;
}

/* Where a statement may stop without its semicolon. */
static bool is_stop(const struct ost_recogniser *r)
{
	uint8_t kind = r->t->kind;

	return kind == T_RBRACE || kind == T_EOF || (kind >= T_PP_IF && kind <= T_PP_ENDIF) ||
	       (r->arg_end && r->t >= r->arg_end);
}

/* Skips what cannot be read, to the end of the statement; notes the trouble. */
static uint32_t recover(struct ost_recogniser *r, const struct ost_tok *from, const char *why)
{
	const struct ost_tok *t = from;

	while (t->kind != T_SEMI && t->kind != T_RBRACE && t->kind != T_EOF &&
	       !(t->kind >= T_PP_IF && t->kind <= T_PP_ENDIF)) {
		bool was_brace = t->kind == T_LBRACE;

		if (t->kind >= T_LPAREN && t->kind <= T_LBRACK)
			t = ost_partner(r, t);
		if (t->kind == T_EOF)
			break;
		t++;
		if (was_brace)
			break;
	}
	if (t->kind == T_SEMI || t == from)
		t += t->kind != T_EOF;
	ost_trouble(r, from, r->is_too_deep ? "nested too deeply" : why);
	r->is_too_deep = false;
	r->t = t;
	return ost_node(r, OST_N_TEXT, 0, from->line, ost_text(r, from, t));
}

/* `;`, or a place where it may be missing. */
static bool take_end(struct ost_recogniser *r)
{
	return ost_take(r, T_SEMI) || (r->may_end_early && is_stop(r));
}

static uint32_t sub_stmt(struct ost_recogniser *r)
{
	struct ost_kids k;

	if (is_arm_end(r->t->kind) || ost_is(r, T_RBRACE) || ost_is(r, T_EOF)) {
		if (!r->may_end_early)
			ost_trouble(r, r->t, "statement missing");
		return none(r);
	}
	if (!ost_is(r, T_PP_IF))
		return ost_parse_stmt(r);
	/* #if chooses between two bodies: a block that holds the arms */
	k = ost_kids(ost_node(r, OST_N_BLOCK, 0, r->t->line, 0));
	ost_kid(r, &k, ost_parse_stmt(r));
	while (r->t->kind == T_PP_ELIF || r->t->kind == T_PP_ELSE)
		ost_kid(r, &k, ost_parse_stmt(r));
	ost_take(r, T_PP_ENDIF);
	return k.node;
}

static uint32_t paren_expr(struct ost_recogniser *r)
{
	const struct ost_tok *open = r->t, *close;
	uint32_t n;

	if (!ost_is(r, T_LPAREN))
		return 0;
	close = ost_partner(r, open);
	if (close->kind != T_RPAREN)
		return 0;
	r->t++;
	n = r->t == close ? none(r) : ost_parse_expr(r);
	if (!n || r->t != close) {
		r->is_too_deep = false;
		ost_trouble(r, open, "condition not understood");
		n = ost_node(r, OST_N_TEXT, 0, open->line, ost_text(r, open + 1, close));
	}
	r->t = close + 1;
	return n;
}

static uint32_t parse_if(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_IF, 0, from->line, 0));
	uint32_t cond = paren_expr(r);

	if (!cond) {	/* if IS_SET(x) ...: a macro that brings the parentheses */
		cond = ost_parse_unary(r);
		if (!cond)
			return recover(r, from, "if not understood");
	}
	ost_kid(r, &k, cond);
	ost_kid(r, &k, sub_stmt(r));
	if (ost_take(r, T_ELSE))
		ost_kid(r, &k, sub_stmt(r));
	return k.node;
}

static uint32_t parse_cond_body(struct ost_recogniser *r, uint8_t op)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, op, 0, from->line, 0));
	uint32_t cond = paren_expr(r);

	if (!cond)
		return recover(r, from, "condition not understood");
	ost_kid(r, &k, cond);
	ost_kid(r, &k, sub_stmt(r));
	return k.node;
}

static uint32_t parse_do(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_DO, 0, from->line, 0));
	uint32_t cond;

	ost_kid(r, &k, sub_stmt(r));
	if (ost_is(r, T_IDENT) && r->t[1].kind == T_LPAREN)
		cond = ost_parse_unary(r);	/* do { } while_each_thread(a, b); */
	else if (ost_take(r, T_WHILE))
		cond = paren_expr(r);
	else
		return recover(r, r->t, "do without while");
	ost_kid(r, &k, cond ? cond : none(r));
	if (!take_end(r) && !is_stop(r))
		return recover(r, r->t, "do without end");
	return k.node;
}

static uint32_t parse_decl(struct ost_recogniser *r, struct ost_kids *into);

/* The first part of `for (...)`, up to its `;`. */
static uint32_t for_init(struct ost_recogniser *r)
{
	struct ost_kids k;
	uint32_t line = r->t->line, n;

	if (ost_take(r, T_SEMI))
		return ost_node(r, OST_N_NONE, 0, line, 0);
	if (ost_at_decl(r)) {
		k = ost_kids(ost_node(r, OST_N_BLOCK, 0, line, 0));
		if (parse_decl(r, &k))
			return r->nodes.items[k.node].nr_kids == 1 ?
				r->nodes.items[k.node].kid : k.node;
		return 0;
	}
	n = ost_parse_expr(r);
	return n && ost_take(r, T_SEMI) ? ost_node1(r, OST_N_EXPR, 0, line, n) : 0;
}

static uint32_t for_part(struct ost_recogniser *r, uint8_t end)
{
	uint32_t n = ost_is(r, end) ? none(r) : ost_parse_expr(r);

	return n && ost_take(r, end) ? n : 0;
}

static uint32_t parse_for(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++, *close;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_FOR, 0, from->line, 0));
	uint32_t init, cond = 0, step = 0;
	bool may_end_early = r->may_end_early;

	if (!ost_is(r, T_LPAREN) || ost_partner(r, r->t)->kind != T_RPAREN)
		return recover(r, from, "for not understood");
	close = ost_partner(r, r->t++);
	r->may_end_early = false;
	init = for_init(r);
	if (init)
		cond = for_part(r, T_SEMI);
	if (cond)
		step = for_part(r, T_RPAREN);
	r->may_end_early = may_end_early;
	if (!step || r->t != close + 1) {
		ost_trouble(r, from, "for not understood");
		init = ost_node(r, OST_N_TEXT, 0, from->line, ost_text(r, from + 2, close));
		cond = none(r);
		step = none(r);
		r->t = close + 1;
	}
	ost_kid(r, &k, init);
	ost_kid(r, &k, cond);
	ost_kid(r, &k, step);
	ost_kid(r, &k, sub_stmt(r));
	return k.node;
}

static uint32_t parse_case(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_CASE, 0, from->line, 0));
	uint32_t low = ost_parse_assign(r), high;

	if (!low)
		return recover(r, from, "case not understood");
	ost_kid(r, &k, low);
	if (ost_take(r, T_ELLIPSIS)) {
		high = ost_parse_assign(r);
		if (!high)
			return recover(r, from, "case not understood");
		ost_kid(r, &k, high);
	}
	if (!ost_take(r, T_COLON) && !is_stop(r))
		return recover(r, from, "case not understood");
	return k.node;
}

static uint32_t parse_goto(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_GOTO, 0, from->line, 0));
	uint32_t n;

	if (ost_is(r, T_IDENT) && r->t[1].kind != T_LPAREN) {
		r->nodes.items[k.node].a = r->t++->val;
	} else {
		n = ost_parse_expr(r);
		if (!n)
			return recover(r, from, "goto not understood");
		ost_kid(r, &k, n);
	}
	return take_end(r) ? k.node : recover(r, from, "goto not understood");
}

static uint32_t parse_return(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_RETURN, 0, from->line, 0));
	uint32_t n;

	if (take_end(r))
		return k.node;
	n = r->arg_end ? ost_parse_assign(r) : ost_parse_expr(r);
	if (!n || !(take_end(r) || is_stop(r)))
		return recover(r, from, "return not understood");
	ost_kid(r, &k, n);
	return k.node;
}

static uint32_t parse_jump(struct ost_recogniser *r, uint8_t op)
{
	const struct ost_tok *from = r->t++;

	if (!take_end(r))
		return recover(r, from, "; missing");
	return ost_node(r, op, 0, from->line, 0);
}

/* ---- asm ---- */

/* [name] "constraint" (expression), ... up to the next colon */
static void asm_operands(struct ost_recogniser *r, struct ost_kids *k, const struct ost_tok *close)
{
	while (r->t < close && !ost_is(r, T_COLON)) {
		if (ost_is(r, T_LBRACK)) {
			r->t = ost_partner(r, r->t) + 1;
		} else if (ost_is(r, T_LPAREN)) {
			const struct ost_tok *end = ost_partner(r, r->t), *from = r->t++;
			uint32_t n = ost_parse_expr(r);

			if (!n || r->t != end)
				n = ost_node(r, OST_N_TEXT, 0, from->line, ost_text(r, from + 1, end));
			ost_kid(r, k, n);
			r->t = end + 1;
		} else if (ost_is(r, T_IDENT) && (r->t[1].kind == T_COMMA || r->t + 1 == close) &&
			   (r->t[-1].kind == T_COLON || r->t[-1].kind == T_COMMA)) {
			ost_kid(r, k, ost_node(r, OST_N_LABEL_ADDR, 0, r->t->line, r->t->val));
			r->t++;
		} else {
			r->t++;
		}
	}
}

static uint32_t parse_asm(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++, *close, *first;
	struct ost_kids k;

	while (ost_is(r, T_VOLATILE) || ost_is(r, T_INLINE) || ost_is(r, T_GOTO) || ost_is(r, T_IDENT))
		r->t++;
	if (!ost_is(r, T_LPAREN) || ost_partner(r, r->t)->kind != T_RPAREN)
		return recover(r, from, "asm not understood");
	close = ost_partner(r, r->t++);
	for (first = r->t; r->t < close && !ost_is(r, T_COLON); r->t++)
		if (r->t->kind >= T_LPAREN && r->t->kind <= T_LBRACK)
			r->t = ost_partner(r, r->t);
	k = ost_kids(ost_node(r, OST_N_ASM, 0, from->line, ost_text(r, first, r->t)));
	while (r->t < close && ost_take(r, T_COLON))
		asm_operands(r, &k, close);
	r->t = close + 1;
	if (!take_end(r) && !is_stop(r))
		ost_trouble(r, from, "; missing after asm");
	return k.node;
}

/* ---- declarations ---- */

static void add_attr_nodes(struct ost_recogniser *r, struct ost_kids *k, size_t first)
{
	size_t i;

	for (i = first; i < r->attr_nodes.nr; i++)
		ost_kid(r, k, r->attr_nodes.items[i]);
	r->attr_nodes.nr = first;
}

static uint32_t decl_node(struct ost_recogniser *r, const struct ost_specs *s,
			  const struct ost_declarator *d, uint32_t init, size_t first_attr)
{
	struct ost_kids k = ost_kids(ost_node(r, OST_N_DECL, 0, d->line, d->name));

	if (s->flags & OST_FF_STATIC)
		r->nodes.items[k.node].flags |= OST_NF_STATIC;
	if (s->flags & OST_FF_EXTERN)
		r->nodes.items[k.node].flags |= OST_NF_EXTERN;
	ost_kid(r, &k, ost_node(r, OST_N_TYPE, 0, d->line, d->type));
	if (init)
		ost_kid(r, &k, init);
	add_attr_nodes(r, &k, first_attr);
	return k.node;
}

/* After one declarator: annotations, initialiser; adds the node to `into`. */
static bool finish_declarator(struct ost_recogniser *r, struct ost_specs *s,
			      struct ost_declarator *d, size_t first_attr, struct ost_kids *into)
{
	uint32_t init = 0;

	ost_parse_attrs(r, s, true);
	if (ost_is(r, T_COLON))		/* not in a body */
		return false;
	if (ost_take(r, T_ASSIGN)) {
		init = ost_parse_init_value(r);
		if (!init)
			return false;
	}
	if (s->is_typedef) {
		r->attr_nodes.nr = first_attr;
		return true;
	}
	if (d->func) {
		r->attr_nodes.nr = first_attr;
		ost_kid(r, into, ost_node(r, OST_N_NESTED_FUNC, 0, d->line, d->name));
		return true;
	}
	if (s->flags & OST_FF_STATIC)
		ost_add_static_local(r, s, d, r->t->line, init);
	ost_kid(r, into, decl_node(r, s, d, init, first_attr));
	return true;
}

/* A local declaration with its `;`; false: not understood. */
static uint32_t parse_decl(struct ost_recogniser *r, struct ost_kids *into)
{
	struct ost_specs s;
	struct ost_declarator d;
	size_t first_attr = r->attr_nodes.nr, attrs = r->attrs.nr;
	bool ok = ost_parse_specs(r, &s, OST_IN_BODY);

	while (ok && !ost_is(r, T_SEMI)) {
		ok = ost_parse_declarator(r, &s, s.type, OST_IN_BODY, &d) && d.name;
		if (ok && d.func && ost_is(r, T_LBRACE)) {	/* a nested function */
			ost_kid(r, into, ost_node(r, OST_N_NESTED_FUNC, 0, d.line, d.name));
			r->t = ost_partner(r, r->t) + 1;
			r->attrs.nr = attrs;
			r->attr_nodes.nr = first_attr;
			return true;
		}
		ok = ok && finish_declarator(r, &s, &d, first_attr, into);
		if (!ok || r->t == r->arg_end || !ost_take(r, T_COMMA))
			break;
	}
	r->attrs.nr = attrs;
	r->attr_nodes.nr = first_attr;
	return ok && (take_end(r) || is_stop(r));
}

/* ---- expressions as statements ---- */

static bool has_loop_name(const struct ost_recogniser *r, const struct ost_tok *t)
{
	const struct ost_name *n = ost_name(r, t->val);

	return memmem(n->ptr, n->len, "for_each", 8) || memmem(n->ptr, n->len, "foreach", 7) ||
	       memmem(n->ptr, n->len, "FOR_EACH", 8) || memmem(n->ptr, n->len, "FOREACH", 7) ||
	       memmem(n->ptr, n->len, "scoped_", 7);
}

#define INDENT_MAX 1024

/* The column of a token's line's first character that is no blank. */
static unsigned indent_of(const struct ost_recogniser *r, const struct ost_tok *t)
{
	const char *p = r->text.ptr + t->off, *start;
	unsigned column = 0;

	while (p > r->text.ptr && p[-1] != '\n' && r->text.ptr + t->off - p < INDENT_MAX)
		p--;
	for (start = p; *p == ' ' || *p == '\t'; p++)
		column = *p == '\t' ? (column | 7) + 1 : column + 1;
	return start ? column : 0;
}

/*
 * `ident(args)` was read and no `;` follows: is what follows its body (a loop
 * or a scope), or a statement of its own?
 */
static bool is_body(const struct ost_recogniser *r, const struct ost_tok *name)
{
	const struct ost_tok *prev = r->t - 1;

	if (ost_is(r, T_LBRACE))
		return true;
	if (ost_is(r, T_SEMI) || is_stop(r) || ost_is(r, T_ELSE) || ost_is(r, T_CASE) ||
	    ost_is(r, T_DEFAULT) || (ost_cls(r, name) & OST_WC_STMT))
		return false;
	if (has_loop_name(r, name))
		return true;
	if (r->may_end_early && ost_is(r, T_IDENT))
		return false;	/* a table: X(one) X(two) */
	if (r->t->line == prev->line)
		return true;
	return indent_of(r, r->t) > indent_of(r, name);
}

static bool begins_stmt(uint8_t kind)
{
	return kind == T_IDENT || kind == T_LBRACE || (kind >= T_IF && kind <= T_LAST_DECL) ||
	       kind == T_STAR || kind == T_INC || kind == T_DEC || kind == T_LPAREN || kind == T_PP_IF;
}

/* `for_each_x(args)` and then something that could also go on an expression */
static bool is_loop_head(const struct ost_recogniser *r)
{
	const struct ost_tok *after;

	if (!ost_is(r, T_IDENT) || r->t[1].kind != T_LPAREN)
		return false;
	after = ost_partner(r, r->t + 1) + 1;
	return (after->kind == T_STAR || after->kind == T_LPAREN || after->kind == T_INC ||
		after->kind == T_DEC) && after->line != after[-1].line && has_loop_name(r, r->t);
}

static uint32_t macro_loop(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_MACRO_STMT, 0, from->line, 0));
	struct ost_kids call = ost_kids(ost_node(r, OST_N_CALL, 0, from->line, 0));

	ost_kid(r, &call, ost_node(r, OST_N_NAME, 0, from->line, from->val));
	if (!ost_parse_args(r, &call))
		return recover(r, from, "statement not understood");
	ost_kid(r, &k, call.node);
	ost_kid(r, &k, sub_stmt(r));
	return k.node;
}

static uint32_t parse_expr_stmt(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t;
	uint32_t n;
	bool is_call;

	if (is_loop_head(r))
		return macro_loop(r);
	n = r->arg_end ? ost_parse_assign(r) : ost_parse_expr(r);
	if (n && take_end(r))
		return ost_node1(r, OST_N_EXPR, 0, from->line, n);
	is_call = n && (r->nodes.items[n].op == OST_N_CALL || r->nodes.items[n].op == OST_N_NAME) &&
		  from->kind == T_IDENT;
	if (is_call && (is_stop(r) || begins_stmt(r->t->kind))) {
		struct ost_kids k;

		if (r->nodes.items[n].op == OST_N_NAME || !is_body(r, from))
			return ost_node1(r, OST_N_EXPR, 0, from->line, n);
		k = ost_kids(ost_node(r, OST_N_MACRO_STMT, 0, from->line, 0));
		ost_kid(r, &k, n);
		ost_kid(r, &k, sub_stmt(r));
		return k.node;
	}
	if (n && is_stop(r) && r->t[-1].kind == T_RPAREN)
		return ost_node1(r, OST_N_EXPR, 0, from->line, n);
	return recover(r, from, "statement not understood");
}

/* static DEFINE_MUTEX(x); in a body */
static uint32_t static_macro(struct ost_recogniser *r)
{
	const struct ost_tok *t = r->t;
	uint32_t n;

	if (t->kind != T_STATIC)
		return 0;
	while (t->kind == T_STATIC || t->kind == T_CONST || ost_cls(r, t) & OST_WC_ATTR)
		t++;
	if (t->kind != T_IDENT || t[1].kind != T_LPAREN || t[2].kind == T_STAR)
		return 0;
	r->t = t;
	n = parse_expr_stmt(r);
	r->nodes.items[n].flags |= OST_NF_STATIC;
	return n;
}

/* ---- statements ---- */

static uint32_t labelled(struct ost_recogniser *r)
{
	uint32_t n = ost_node(r, OST_N_LABEL, 0, r->t->line, r->t->val);

	r->t += 2;
	while (ost_is(r, T_ATTRIBUTE) && r->t[1].kind == T_LPAREN)
		r->t = ost_partner(r, r->t + 1) + 1;
	return n;
}

static uint32_t parse_arm(struct ost_recogniser *r)
{
	struct ost_kids k = ost_kids(ost_node(r, OST_N_PP, (uint8_t)(r->t->kind - T_PP_IF),
					      r->t->line, r->t->val));

	r->t++;
	ost_parse_stmts(r, &k, NULL);
	return k.node;
}

static uint32_t parse_default(struct ost_recogniser *r)
{
	uint32_t n = ost_node(r, OST_N_DEFAULT, 0, r->t->line, 0);

	r->t++;
	if (!ost_take(r, T_COLON))
		ost_trouble(r, r->t, "default not understood");
	return n;
}

/* A declaration, to `into`, or in a block of its own where one statement is asked for. */
static uint32_t decl_stmt(struct ost_recogniser *r, struct ost_kids *into)
{
	const struct ost_tok *from = r->t;
	struct ost_kids k;

	if (into && parse_decl(r, into))
		return 0;
	r->t = from;
	if (!into && !r->is_too_deep) {
		k = ost_kids(ost_node(r, OST_N_BLOCK, 0, from->line, 0));
		if (parse_decl(r, &k))
			return k.node;
	}
	return recover(r, from, "declaration not understood");
}

/* __label__ a, b; */
static uint32_t label_decl(struct ost_recogniser *r)
{
	while (!ost_is(r, T_SEMI) && !is_stop(r))
		r->t++;
	ost_take(r, T_SEMI);
	return none(r);
}

/* One statement, or the declarations of one `int a, b;` added to `into`. */
static uint32_t one_stmt(struct ost_recogniser *r, struct ost_kids *into)
{
	const struct ost_tok *from = r->t;
	uint32_t n;

	switch (from->kind) {
	case T_LBRACE:
		return ost_parse_block(r);
	case T_IF:
		return parse_if(r);
	case T_WHILE:
		return parse_cond_body(r, OST_N_WHILE);
	case T_SWITCH:
		return parse_cond_body(r, OST_N_SWITCH);
	case T_DO:
		return parse_do(r);
	case T_FOR:
		return parse_for(r);
	case T_CASE:
		return parse_case(r);
	case T_DEFAULT:
		return parse_default(r);
	case T_GOTO:
		return parse_goto(r);
	case T_BREAK:
		return parse_jump(r, OST_N_BREAK);
	case T_CONTINUE:
		return parse_jump(r, OST_N_CONTINUE);
	case T_RETURN:
		return parse_return(r);
	case T_ASM:
		return parse_asm(r);
	case T_PP_IF: case T_PP_ELIF: case T_PP_ELSE:
		return parse_arm(r);
	case T_LABEL_DECL:
		return label_decl(r);
	case T_SEMI:
		r->t++;
		return none(r);
	case T_IDENT:
		if (from[1].kind == T_COLON && !(r->may_end_early && from[2].kind == T_COLON))
			return labelled(r);
		break;
	}
	n = static_macro(r);
	if (n)
		return n;
	return ost_at_decl(r) ? decl_stmt(r, into) : parse_expr_stmt(r);
}

static uint32_t nested_stmt(struct ost_recogniser *r, struct ost_kids *into)
{
	const struct ost_tok *from = r->t;
	uint32_t n;

	if (r->nest >= OST_NEST_MAX) {
		r->is_too_deep = true;
		return recover(r, r->t, "nested too deeply");
	}
	r->nest++;
	n = one_stmt(r, into);
	r->nest--;
	if (r->is_too_deep) {	/* an argument became text */
		ost_trouble(r, from, "nested too deeply");
		r->is_too_deep = false;
	}
	return n;
}

uint32_t ost_parse_stmt(struct ost_recogniser *r)
{
	return nested_stmt(r, NULL);
}

void ost_parse_stmts(struct ost_recogniser *r, struct ost_kids *k, const struct ost_tok *end)
{
	while (r->t->kind != T_EOF && r->t->kind != T_RBRACE && !is_arm_end(r->t->kind) &&
	       (!end || r->t < end)) {
		uint32_t n;

		n = nested_stmt(r, k);
		if (n && r->nodes.items[n].op != OST_N_NONE)
			ost_kid(r, k, n);
		if (n && r->nodes.items[n].op == OST_N_PP) {
			while (r->t->kind == T_PP_ELIF || r->t->kind == T_PP_ELSE)
				ost_kid(r, k, nested_stmt(r, k));
			ost_take(r, T_PP_ENDIF);
		}
	}
}

uint32_t ost_parse_block(struct ost_recogniser *r)
{
	const struct ost_tok *close = ost_partner(r, r->t);
	struct ost_kids k = ost_kids(ost_node(r, OST_N_BLOCK, 0, r->t->line, 0));
	const struct ost_tok *arg_end = r->arg_end;
	bool may_end_early = r->may_end_early;

	r->may_end_early = false;
	r->arg_end = NULL;
	r->t++;
	ost_parse_stmts(r, &k, close);
	while (r->t < close) {	/* a stray #else or such */
		ost_trouble(r, r->t, "block not understood");
		r->t++;
		ost_parse_stmts(r, &k, close);
	}
	if (!ost_take(r, T_RBRACE))
		ost_trouble(r, r->t, "} missing");
	r->may_end_early = may_end_early;
	r->arg_end = arg_end;
	return k.node;
}
