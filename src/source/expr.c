// SPDX-License-Identifier: GPL-2.0-or-later
/* Expressions, macro arguments and initialisers. */
#include "source/parse.h"

/* A chain `a + b + ...` deeper than this becomes text: each link is a level. */
#define CHAIN_MAX 200

struct binary_op {
	uint8_t prec;	/* 0: not binary; 1 comma, 2 assignment, 3 ?:, 4.. the rest */
	uint8_t sub;
};

static const struct binary_op binary_ops[OST_NR_TOK_KINDS] = {
	[T_COMMA] = { 1, OST_OP_COMMA },
	[T_ASSIGN] = { 2, OST_OP_ASSIGN }, [T_ADD_A] = { 2, OST_OP_ADD }, [T_SUB_A] = { 2, OST_OP_SUB },
	[T_MUL_A] = { 2, OST_OP_MUL }, [T_DIV_A] = { 2, OST_OP_DIV }, [T_MOD_A] = { 2, OST_OP_MOD },
	[T_SHL_A] = { 2, OST_OP_SHL }, [T_SHR_A] = { 2, OST_OP_SHR }, [T_AND_A] = { 2, OST_OP_AND },
	[T_OR_A] = { 2, OST_OP_OR }, [T_XOR_A] = { 2, OST_OP_XOR },
	[T_QUEST] = { 3, 0 },
	[T_LOR] = { 4, OST_OP_LOR }, [T_LAND] = { 5, OST_OP_LAND }, [T_OR] = { 6, OST_OP_OR },
	[T_XOR] = { 7, OST_OP_XOR }, [T_AND] = { 8, OST_OP_AND },
	[T_EQ] = { 9, OST_OP_EQ }, [T_NE] = { 9, OST_OP_NE },
	[T_LT] = { 10, OST_OP_LT }, [T_GT] = { 10, OST_OP_GT },
	[T_LE] = { 10, OST_OP_LE }, [T_GE] = { 10, OST_OP_GE },
	[T_SHL] = { 11, OST_OP_SHL }, [T_SHR] = { 11, OST_OP_SHR },
	[T_ADD] = { 12, OST_OP_ADD }, [T_SUB] = { 12, OST_OP_SUB },
	[T_STAR] = { 13, OST_OP_MUL }, [T_DIV] = { 13, OST_OP_DIV }, [T_MOD] = { 13, OST_OP_MOD },
};

static uint32_t parse_binary(struct ost_recogniser *r, unsigned min_prec);

static uint32_t leaf(struct ost_recogniser *r, uint8_t op)
{
	const struct ost_tok *t = r->t++;

	return ost_node(r, op, 0, t->line, t->val);
}

/* ---- types inside expressions ---- */

static bool starts_operand(const struct ost_tok *t)
{
	switch (t->kind) {
	case T_IDENT: case T_NUM: case T_STR: case T_CHAR: case T_NOT: case T_COMPL:
	case T_SIZEOF: case T_ALIGNOF: case T_GENERIC: case T_OFFSETOF: case T_INC: case T_DEC:
	case T_LBRACE: case T_EXTENSION:
		return true;
	default:
		return false;
	}
}

/* The tokens from..end are `ident`, `ident *...`, `ident word *` and the like. */
static bool looks_like_pointer_type(const struct ost_recogniser *r, const struct ost_tok *t,
				    const struct ost_tok *end)
{
	if (t->kind != T_IDENT)
		return false;
	for (t++; t < end && (ost_cls(r, t) & OST_WC_ATTR || t->kind == T_CONST ||
			      t->kind == T_VOLATILE || t->kind == T_IDENT); t++)
		;
	if (t == end || (t->kind != T_STAR && t->kind != T_LPAREN))
		return false;
	if (t->kind == T_LPAREN)
		return t[1].kind == T_STAR && ost_partner(r, t) + 1 < end &&
		       (ost_partner(r, t)[1].kind == T_LPAREN || ost_partner(r, t)[1].kind == T_LBRACK) &&
		       (t[2].kind == T_RPAREN || t[2].kind == T_CONST);
	for (; t < end; t++)
		if (t->kind != T_STAR && t->kind != T_CONST && t->kind != T_VOLATILE &&
		    t->kind != T_RESTRICT && !(ost_cls(r, t) & OST_WC_ATTR)) {
			if (t->kind == T_LPAREN || t->kind == T_LBRACK)
				return t->kind == T_LBRACK || t[1].kind == T_STAR;
			return false;
		}
	return true;
}

/* `word(args) *` from t to end: a macro makes the type, for no expression ends like that */
static bool is_made_pointer(const struct ost_recogniser *r, const struct ost_tok *t, const struct ost_tok *end)
{
	if (t[1].kind != T_LPAREN || end[-1].kind != T_STAR)
		return false;
	for (t = ost_partner(r, t + 1) + 1; t < end && t->kind == T_STAR; t++)
		;
	return t == end;
}

/* Do the parentheses at t hold a type? */
static bool is_cast(const struct ost_recogniser *r, const struct ost_tok *t)
{
	const struct ost_tok *close = ost_partner(r, t), *in = t + 1;
	const struct ost_tok *after = close + 1;

	if (in->kind >= T_FIRST_DECL && in->kind <= T_LAST_DECL)
		return in->kind != T_EXTENSION || in[1].kind != T_LPAREN;
	if (in->kind != T_IDENT)
		return false;
	if (in[1].kind == T_IDENT && in + 2 == close)
		return !(ost_cls(r, in) & OST_WC_STMT) && after->kind != T_SEMI;
	if (is_made_pointer(r, in, close))
		return true;
	if (in + 1 == close) {
		if (ost_cls(r, in) & OST_WC_TYPE && after->kind == T_LPAREN)
			return true;
		/* (a)(b)c, (a)(int)c */
		if (after->kind == T_LPAREN && ((after[1].kind >= T_FIRST_TYPE && after[1].kind <= T_LAST_TYPE) ||
		    ost_partner(r, after)[1].kind == T_IDENT || ost_partner(r, after)[1].kind == T_NUM))
			return ost_partner(r, after)[1].line == after->line;
		if (ost_cls(r, in) & (OST_WC_TYPE | OST_WC_SEEN_TYPE))
			return starts_operand(after) || after->kind == T_LPAREN ||
			       after->kind == T_AND || after->kind == T_STAR ||
			       after->kind == T_SUB || after->kind == T_ADD || after->kind == T_LAND;
		return starts_operand(after) && after->kind != T_INC && after->kind != T_DEC &&
		       !(after->kind == T_LBRACE && after[1].kind == T_IDENT &&
			 after[2].kind == T_LPAREN);
	}
	if (ost_cls(r, in) & OST_WC_ATTR && !(ost_cls(r, in) & OST_WC_ARGS))
		return true;
	if (looks_like_pointer_type(r, in, close))
		return true;
	if (ost_cls(r, in + 1) & OST_WC_ATTR || in[1].kind == T_CONST || in[1].kind == T_VOLATILE)
		return true;
	return in[1].kind == T_LBRACK && ost_partner(r, in + 1) + 1 == close &&
	       after->kind == T_LBRACE;
}

static uint32_t type_node(struct ost_recogniser *r)
{
	uint32_t line = r->t->line, type;

	if (!ost_parse_type_name(r, &type))
		return 0;
	return ost_node(r, OST_N_TYPE, 0, line, type);
}

/* ---- primaries ---- */

/* Adjacent literals, and names between them (PRIu64, KERN_ERR). */
static uint32_t parse_string(struct ost_recogniser *r)
{
	const struct ost_tok *first = r->t, *t;

	for (r->t++; ost_is(r, T_STR) || ost_is(r, T_IDENT); r->t++)
		if (ost_is(r, T_IDENT)) {
			if (r->t[1].kind == T_LPAREN) {
				const struct ost_tok *after = ost_partner(r, r->t + 1) + 1;

				if (after->kind == T_EOF)
					break;
				r->t = after - 1;
			}
		}
	if (r->t == first + 1)
		return ost_node(r, OST_N_STR, 0, first->line, first->val);
	ost_buf_clear(&r->scratch);
	for (t = first; t < r->t; t++) {
		if (t > first)
			ost_buf_addch(&r->scratch, ' ');
		ost_buf_add(&r->scratch, r->text.ptr + t->off, ost_tok_end(r, t) - t->off);
	}
	return ost_node(r, OST_N_STR, 0, first->line,
			ost_words_copy(&r->names, r->scratch.ptr, (uint32_t)r->scratch.len, T_STR));
}

static uint32_t parse_stmt_expr(struct ost_recogniser *r)
{
	const struct ost_tok *open = r->t++;
	bool may_end_early = r->may_end_early;
	uint32_t block;

	r->may_end_early = false;
	block = ost_parse_block(r);
	r->may_end_early = may_end_early;
	if (!ost_take(r, T_RPAREN))
		return 0;
	return ost_node1(r, OST_N_STMT_EXPR, 0, open->line, block);
}

static uint32_t parse_paren(struct ost_recogniser *r)
{
	const struct ost_tok *open = r->t;
	uint32_t type, value;

	if (open[1].kind == T_LBRACE)
		return parse_stmt_expr(r);
	if (is_cast(r, open)) {
		r->t++;
		type = type_node(r);
		if (type && ost_take(r, T_RPAREN)) {
			if (ost_is(r, T_LBRACE)) {
				value = ost_parse_init(r);
				return value ? ost_node2(r, OST_N_COMPOUND, 0, open->line, type, value) : 0;
			}
			if (ost_is(r, T_RPAREN) || ost_is(r, T_COMMA) || ost_is(r, T_SEMI))
				return type;	/* (type) alone, in a macro's argument */
			value = ost_parse_unary(r);
			return value ? ost_node2(r, OST_N_CAST, 0, open->line, type, value) : 0;
		}
		if (r->is_too_deep)
			return 0;
		r->t = open;
	}
	r->t++;
	value = ost_parse_expr(r);
	if (!value || !ost_take(r, T_RPAREN))
		return 0;
	r->nodes.items[value].flags |= OST_NF_PAREN;
	return value;
}

/* sizeof, _Alignof: operand with or without parentheses */
static uint32_t parse_sizeof(struct ost_recogniser *r)
{
	uint32_t line = r->t->line, kid;

	r->t++;
	if (ost_is(r, T_LPAREN) && (is_cast(r, r->t) || (r->t[1].kind == T_IDENT &&
	    r->t[2].kind == T_RPAREN && ost_cls(r, r->t + 1) & (OST_WC_TYPE | OST_WC_SEEN_TYPE)))) {
		const struct ost_tok *open = r->t++;

		kid = type_node(r);
		if (kid && ost_take(r, T_RPAREN) && !ost_is(r, T_LBRACE))
			return ost_node1(r, OST_N_SIZEOF, 0, line, kid);
		r->t = open;
	}
	kid = ost_parse_unary(r);
	return kid ? ost_node1(r, OST_N_SIZEOF, 0, line, kid) : 0;
}

/* The arguments as text: _Generic, typeof as an operand */
static uint32_t parse_opaque(struct ost_recogniser *r)
{
	const struct ost_tok *first = r->t;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_CALL, 0, first->line, 0));

	ost_kid(r, &k, ost_node(r, OST_N_NAME, 0, first->line, first->val));
	r->t++;
	if (!ost_is(r, T_LPAREN))
		return 0;
	r->t = ost_partner(r, r->t);
	ost_kid(r, &k, ost_node(r, OST_N_TEXT, 0, first->line, ost_text(r, first + 2, r->t)));
	return ost_take(r, T_RPAREN) ? k.node : 0;
}

static uint32_t parse_keyword_call(struct ost_recogniser *r)
{
	struct ost_kids k = ost_kids(ost_node(r, OST_N_CALL, 0, r->t->line, 0));

	ost_kid(r, &k, leaf(r, OST_N_NAME));
	return ost_is(r, T_LPAREN) && ost_parse_args(r, &k) ? k.node : 0;
}

/* _Generic(x, type: value, default: value): each value may hold calls */
static uint32_t parse_generic(struct ost_recogniser *r)
{
	const struct ost_tok *first = r->t, *close;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_CALL, 0, first->line, 0));
	uint32_t kid;

	ost_kid(r, &k, leaf(r, OST_N_NAME));
	if (!ost_is(r, T_LPAREN))
		return 0;
	close = ost_partner(r, r->t++);
	while (r->t < close) {
		const struct ost_tok *from = r->t, *colon = NULL, *end;

		for (end = from; end < close && end->kind != T_COMMA; end++) {
			if (end->kind == T_COLON && !colon)
				colon = end;
			if (end->kind >= T_LPAREN && end->kind <= T_LBRACK)
				end = ost_partner(r, end);
		}
		if (colon) {
			r->t = colon + 1;
			kid = ost_parse_assign(r);
		} else {
			kid = ost_parse_assign(r);
		}
		if (!kid || r->t != end)
			kid = ost_node(r, OST_N_TEXT, 0, from->line, ost_text(r, from, end));
		ost_kid(r, &k, kid);
		r->t = end;
		if (!ost_take(r, T_COMMA))
			break;
	}
	return ost_take(r, T_RPAREN) ? k.node : 0;
}

static uint32_t parse_primary(struct ost_recogniser *r)
{
	const struct ost_tok *t = r->t;

	switch (t->kind) {
	case T_IDENT:
		if (t[1].kind == T_STR || (t[1].kind == T_IDENT && t[2].kind == T_STR))
			return parse_string(r);
		return leaf(r, OST_N_NAME);
	case T_NUM:
		return leaf(r, OST_N_NUM);
	case T_STR:
		return parse_string(r);
	case T_CHAR:
		return leaf(r, OST_N_CHAR);
	case T_LPAREN:
		return parse_paren(r);
	case T_SIZEOF:
	case T_ALIGNOF:
		return parse_sizeof(r);
	case T_GENERIC:
		return parse_generic(r);
	case T_TYPEOF:
		return parse_opaque(r);
	case T_OFFSETOF:
	case T_STATIC_ASSERT:
		return parse_keyword_call(r);
	case T_DEFAULT:	/* a field or macro argument of that name */
	case T_REGISTER: case T_AUTO:
		return leaf(r, OST_N_NAME);
	default:
		return 0;
	}
}

/* ---- postfix ---- */

static uint32_t parse_call(struct ost_recogniser *r, uint32_t callee)
{
	struct ost_kids k;
	uint32_t line = r->nodes.items[callee].line;

	if (r->nodes.items[callee].op == OST_N_MEMBER)
		line = r->t[-1].line;
	k = ost_kids(ost_node(r, OST_N_CALL, 0, line, 0));
	ost_kid(r, &k, callee);
	return ost_parse_args(r, &k) ? k.node : 0;
}

static uint32_t parse_member(struct ost_recogniser *r, uint32_t base)
{
	uint8_t sub = r->t++->kind == T_ARROW ? OST_MEMBER_ARROW : OST_MEMBER_DOT;
	uint32_t n;

	if (r->t->kind != T_IDENT && r->t->kind < T_IF)
		return 0;
	if (r->t->kind >= T_PP_IF)
		return 0;
	n = ost_node1(r, OST_N_MEMBER, sub, r->t->line, base);
	r->nodes.items[n].a = r->t++->val;
	return n;
}

/*
 * In an initialiser: `MACRO(x)` that brings its own comma, then `.field =` or
 * `[index] =` on the next line.
 */
static bool is_next_element(const struct ost_recogniser *r, uint32_t n)
{
	if (r->nodes.items[n].op != OST_N_CALL && r->nodes.items[n].op != OST_N_NAME)
		return false;
	if (ost_is(r, T_DOT))
		return r->t[2].kind == T_ASSIGN;
	return ost_is(r, T_LBRACK) && r->nodes.items[n].op == OST_N_CALL &&
	       ost_partner(r, r->t)[1].kind == T_ASSIGN;
}

static uint32_t parse_postfix(struct ost_recogniser *r)
{
	uint32_t n = parse_primary(r), index;

	while (n) {
		if (r->nodes.items[n].depth > CHAIN_MAX) {
			r->is_too_deep = true;
			return 0;
		}
		if (r->t->line != r->t[-1].line && is_next_element(r, n))
			return n;
		switch (r->t->kind) {
		case T_LPAREN:
			n = parse_call(r, n);
			break;
		case T_LBRACK:
			r->t++;
			index = ost_parse_expr(r);
			if (!index || !ost_take(r, T_RBRACK))
				return 0;
			n = ost_node2(r, OST_N_INDEX, 0, r->nodes.items[n].line, n, index);
			break;
		case T_DOT:
		case T_ARROW:
			n = parse_member(r, n);
			break;
		case T_INC:
		case T_DEC:
			/* for_each_x(i)\n ++nr; is a loop, not an increment */
			if (r->nodes.items[n].op == OST_N_CALL &&
			    (r->t[1].kind == T_IDENT || r->t[1].kind == T_LPAREN))
				return n;
			n = ost_node1(r, OST_N_UNARY,
				      r->t->kind == T_INC ? OST_OP_POSTINC : OST_OP_POSTDEC,
				      r->t->line, n);
			r->t++;
			break;
		default:
			return n;
		}
	}
	return 0;
}

static uint32_t parse_prefix(struct ost_recogniser *r, uint8_t sub)
{
	uint32_t line = r->t++->line, kid = ost_parse_unary(r);

	return kid ? ost_node1(r, OST_N_UNARY, sub, line, kid) : 0;
}

static uint32_t unary(struct ost_recogniser *r)
{
	switch (r->t->kind) {
	case T_STAR:
		return parse_prefix(r, OST_OP_DEREF);
	case T_AND:
		return parse_prefix(r, OST_OP_ADDR);
	case T_NOT:
		return parse_prefix(r, OST_OP_NOT);
	case T_COMPL:
		return parse_prefix(r, OST_OP_COMPL);
	case T_SUB:
		return parse_prefix(r, OST_OP_NEG);
	case T_ADD:
		return parse_prefix(r, OST_OP_PLUS);
	case T_INC:
		return parse_prefix(r, OST_OP_PREINC);
	case T_DEC:
		return parse_prefix(r, OST_OP_PREDEC);
	case T_EXTENSION:
		r->t++;
		return ost_parse_unary(r);
	case T_LAND:
		if (r->t[1].kind != T_IDENT)
			return 0;
		r->t++;
		return leaf(r, OST_N_LABEL_ADDR);
	default:
		return parse_postfix(r);
	}
}

uint32_t ost_parse_unary(struct ost_recogniser *r)
{
	uint32_t n;

	if (r->nest >= OST_NEST_MAX) {
		r->is_too_deep = true;
		return 0;
	}
	r->nest++;
	n = unary(r);
	r->nest--;
	return n;
}

/* ---- binary ---- */

static uint32_t parse_ternary(struct ost_recogniser *r, uint32_t cond, uint32_t line)
{
	struct ost_kids k;
	uint32_t then, other;

	r->t++;
	then = ost_is(r, T_COLON) ? ost_node(r, OST_N_NONE, 0, line, 0) : ost_parse_expr(r);
	if (!then || !ost_take(r, T_COLON))
		return 0;
	if (r->nest >= OST_NEST_MAX) {
		r->is_too_deep = true;
		return 0;
	}
	r->nest++;
	other = parse_binary(r, 3);
	r->nest--;
	if (!other)
		return 0;
	k = ost_kids(ost_node(r, OST_N_TERNARY, 0, line, 0));
	ost_kid(r, &k, cond);
	ost_kid(r, &k, then);
	ost_kid(r, &k, other);
	return k.node;
}

static uint32_t parse_assignment(struct ost_recogniser *r, uint32_t left, uint8_t sub, uint32_t line)
{
	uint32_t right;

	r->t++;
	if (r->nest >= OST_NEST_MAX) {
		r->is_too_deep = true;
		return 0;
	}
	r->nest++;
	right = ost_is(r, T_LBRACE) ? ost_parse_init(r) : parse_binary(r, 2);
	r->nest--;
	return right ? ost_node2(r, OST_N_ASSIGN, sub, line, left, right) : 0;
}

/*
 * Does an operand follow the operand `left` with no operator between them?
 * A macro brings it: `16 KB`, `HZ MULTIPLE`, `NAME(x) "suffix"`.
 */
static bool is_side_by_side(const struct ost_recogniser *r, uint32_t left)
{
	uint8_t op = r->nodes.items[left].op;

	if (ost_is(r, T_STR))
		return op == OST_N_CALL || op == OST_N_STR;
	if (!ost_is(r, T_IDENT))
		return false;
	if (r->t[1].kind == T_COLON)	/* x ? 32 KB : 64 KB, but no label on the next line */
		return op == OST_N_NUM && r->t->line == r->t[-1].line && ost_is_upper(r, r->t->val);
	return op == OST_N_NUM || (op == OST_N_NAME && r->t->line == r->t[-1].line &&
				   ost_is_upper(r, r->t->val) && r->t[1].kind != T_ASSIGN);
}

static uint32_t parse_binary(struct ost_recogniser *r, unsigned min_prec)
{
	uint32_t left = ost_parse_unary(r), right;

	while (left) {
		struct binary_op op = binary_ops[r->t->kind];
		uint32_t line = r->nodes.items[left].line;

		if (!op.prec && is_side_by_side(r, left)) {
			right = ost_parse_unary(r);
			if (!right)
				return 0;
			left = ost_node2(r, OST_N_BINARY, OST_OP_MACRO, line, left, right);
			continue;
		}
		if (!op.prec || op.prec < min_prec)
			return left;
		if (r->nodes.items[left].depth > CHAIN_MAX) {
			r->is_too_deep = true;
			return 0;
		}
		if (op.prec == 2) {
			left = parse_assignment(r, left, op.sub, line);
			continue;
		}
		if (op.prec == 3) {
			left = parse_ternary(r, left, line);
			continue;
		}
		r->t++;
		right = parse_binary(r, op.prec + 1u);
		if (!right)
			return 0;
		left = ost_node2(r, OST_N_BINARY, op.sub, line, left, right);
	}
	return 0;
}

uint32_t ost_parse_expr(struct ost_recogniser *r)
{
	return parse_binary(r, 1);
}

uint32_t ost_parse_assign(struct ost_recogniser *r)
{
	return parse_binary(r, 2);
}

/* ---- macro arguments ---- */

static const struct ost_tok *arg_end(const struct ost_recogniser *r, const struct ost_tok *t,
				     const struct ost_tok *close)
{
	for (; t < close && t->kind != T_COMMA; t++)
		if (t->kind >= T_LPAREN && t->kind <= T_LBRACK)
			t = ost_partner(r, t);
	return t < close ? t : close;
}

static uint32_t text_arg(struct ost_recogniser *r, const struct ost_tok *from,
			 const struct ost_tok *end)
{
	r->t = end;
	return ost_node(r, OST_N_TEXT, 0, from->line, ost_text(r, from, end));
}

static uint32_t stmts_arg(struct ost_recogniser *r, const struct ost_tok *end)
{
	struct ost_kids k = ost_kids(ost_node(r, OST_N_ARG_STMTS, 0, r->t->line, 0));
	const struct ost_tok *arg_end = r->arg_end;
	bool may_end_early = r->may_end_early;

	r->may_end_early = true;
	r->arg_end = end;
	ost_parse_stmts(r, &k, end);
	r->arg_end = arg_end;
	r->may_end_early = may_end_early;
	return k.node;
}

static bool has_semi(const struct ost_recogniser *r, const struct ost_tok *t,
		     const struct ost_tok *end)
{
	for (; t < end; t++) {
		if (t->kind == T_SEMI)
			return true;
		if (t->kind == T_LPAREN || t->kind == T_LBRACK)
			t = ost_partner(r, t);
	}
	return false;
}

/* An argument that is no expression: a type, statements, or text. */
static uint32_t odd_arg(struct ost_recogniser *r, const struct ost_tok *from,
			const struct ost_tok *close)
{
	const struct ost_tok *end = arg_end(r, from, close);
	uint32_t n;

	r->retries += (uint64_t)(end - from);
	if (r->is_too_deep || r->retries > r->max_retries)
		return text_arg(r, from, end);
	r->t = from;
	if (from->kind == T_LBRACE && !has_semi(r, from + 1, ost_partner(r, from))) {
		n = ost_parse_init(r);
		if (n && r->t == end)
			return n;
		r->t = from;
	}
	if (from->kind == T_IDENT || (from->kind >= T_FIRST_DECL && from->kind <= T_LAST_DECL)) {
		n = type_node(r);
		if (n && r->t == end)
			return n;
		r->t = from;
	}
	if ((from->kind >= T_IF && from->kind <= T_ASM) || from->kind == T_LBRACE ||
	    from->kind == T_IDENT || has_semi(r, from, end) ||
	    (from->kind >= T_FIRST_DECL && from->kind <= T_LAST_DECL)) {
		uint32_t trouble = r->trouble;

		n = stmts_arg(r, end);
		if (r->t == end && (r->trouble == trouble))
			return n;
		r->trouble = trouble;
	}
	return text_arg(r, from, end);
}

static uint32_t parse_designated(struct ost_recogniser *r);

static uint32_t parse_arg(struct ost_recogniser *r, const struct ost_tok *close)
{
	const struct ost_tok *from = r->t;
	uint32_t n;

	if (from == close || from->kind == T_COMMA)
		return ost_node(r, OST_N_NONE, 0, from->line, 0);
	if (from->kind == T_DOT) {	/* FIELDS(.a = 1, .b = 2) */
		n = parse_designated(r);
		if (n && (r->t == close || r->t->kind == T_COMMA))
			return n;
	} else if (from->kind == T_IDENT || from->kind < T_IF || from->kind > T_LAST_DECL) {
		n = from->kind == T_LBRACE ? 0 : ost_parse_assign(r);
		if (n && (r->t == close || r->t->kind == T_COMMA))
			return n;
	}
	return odd_arg(r, from, close);
}

bool ost_parse_args(struct ost_recogniser *r, struct ost_kids *k)
{
	const struct ost_tok *close = ost_partner(r, r->t);

	if (close->kind != T_RPAREN)
		return false;
	r->t++;
	if (r->t != close) {
		for (;;) {
			ost_kid(r, k, parse_arg(r, close));
			if (r->t >= close)
				break;
			r->t++;
		}
	}
	r->t = close + 1;
	return true;
}

/* ---- initialisers ---- */

uint32_t ost_parse_init_value(struct ost_recogniser *r)
{
	return ost_is(r, T_LBRACE) ? ost_parse_init(r) : ost_parse_assign(r);
}

/* .a.b[1] = value, [1 ... 2] = value, a: value; NULL text: 0 */
static uint32_t parse_designated(struct ost_recogniser *r)
{
	uint32_t line = r->t->line, name, index, high, value;
	struct ost_kids k;

	if (r->nest >= OST_NEST_MAX)
		return 0;
	if (ost_take(r, T_DOT)) {
		if (r->t->kind != T_IDENT && r->t->kind < T_IF)
			return 0;
		name = r->t++->val;
		index = 0;
	} else if (ost_take(r, T_LBRACK)) {
		name = 0;
		index = ost_parse_assign(r);
		if (index && ost_take(r, T_ELLIPSIS)) {
			high = ost_parse_assign(r);
			if (!high)
				return 0;
			index = ost_node2(r, OST_N_BINARY, OST_OP_RANGE, line, index, high);
		}
		if (!index || !ost_take(r, T_RBRACK))
			return 0;
	} else {
		return 0;
	}
	if (ost_is(r, T_DOT) || ost_is(r, T_LBRACK)) {
		r->nest++;
		value = parse_designated(r);
		r->nest--;
	} else {
		ost_take(r, T_ASSIGN);
		value = ost_parse_init_value(r);
	}
	if (!value)
		return 0;
	k = ost_kids(ost_node(r, index ? OST_N_INIT_INDEX : OST_N_INIT_FIELD, 0, line, name));
	if (index)
		ost_kid(r, &k, index);
	ost_kid(r, &k, value);
	return k.node;
}

static uint32_t parse_element(struct ost_recogniser *r)
{
	uint32_t line = r->t->line, name, value;
	struct ost_kids k;

	if (ost_is(r, T_DOT) || ost_is(r, T_LBRACK))
		return parse_designated(r);
	if (ost_is(r, T_IDENT) && r->t[1].kind == T_COLON) {	/* GNU, old style */
		name = r->t->val;
		r->t += 2;
		value = ost_parse_init_value(r);
		if (!value)
			return 0;
		k = ost_kids(ost_node(r, OST_N_INIT_FIELD, 0, line, name));
		ost_kid(r, &k, value);
		return k.node;
	}
	return ost_parse_init_value(r);
}

static void parse_elements(struct ost_recogniser *r, struct ost_kids *k, const struct ost_tok *close);

/* The arms of one #if in an initialiser; r->t is at its T_PP_IF. */
static void parse_init_arms(struct ost_recogniser *r, struct ost_kids *k, const struct ost_tok *close)
{
	while (r->t < close && r->t->kind >= T_PP_IF && r->t->kind < T_PP_ENDIF) {
		struct ost_kids arm = ost_kids(ost_node(r, OST_N_PP, (uint8_t)(r->t->kind - T_PP_IF),
							r->t->line, r->t->val));

		r->t++;
		parse_elements(r, &arm, close);
		ost_kid(r, k, arm.node);
	}
	ost_take(r, T_PP_ENDIF);
}

/* After a macro that brings its comma: does another element begin here? */
static bool begins_element(const struct ost_recogniser *r)
{
	return ost_is(r, T_IDENT) || ost_is(r, T_DOT) || ost_is(r, T_LBRACK) ||
	       ost_is(r, T_LBRACE) || ost_is(r, T_AND) || ost_is(r, T_NUM) || ost_is(r, T_STR);
}

/* Up to close or the end of an arm. */
static void parse_elements(struct ost_recogniser *r, struct ost_kids *k, const struct ost_tok *close)
{
	const struct ost_tok *from, *end;
	uint32_t n;

	while (r->t < close && (r->t->kind < T_PP_ELIF || r->t->kind > T_PP_ENDIF)) {
		from = r->t;
		if (from->kind == T_PP_IF) {
			r->nest++;
			if (r->nest < OST_NEST_MAX)
				parse_init_arms(r, k, close);
			else
				r->t = close;
			r->nest--;
			continue;
		}
		if (ost_take(r, T_COMMA))
			continue;
		n = parse_element(r);
		if (!n || r->t > close ||
		    (r->t != close && !ost_is(r, T_COMMA) && r->t->kind < T_PP_IF &&
		     !((r->t[-1].kind == T_RPAREN || r->t[-1].kind == T_IDENT) && begins_element(r)))) {
			for (end = from; end < close && end->kind != T_COMMA && end->kind < T_PP_IF; end++)
				if (end->kind >= T_LPAREN && end->kind <= T_LBRACK)
					end = ost_partner(r, end);
			if (end > close)
				end = close;
			ost_trouble(r, from, "initialiser not understood");
			n = text_arg(r, from, end);
			if (end == from)
				r->t++;
		}
		ost_kid(r, k, n);
	}
}

/*
 * `.a = b, .c = d,` without braces, up to the word of its own that closes it:
 * MACHINE_END after a comma.
 */
uint32_t ost_parse_open_init(struct ost_recogniser *r)
{
	const struct ost_tok *end = r->t;
	struct ost_kids k = ost_kids(ost_node(r, OST_N_INIT, 0, r->t->line, 0));

	for (; end->kind != T_EOF && end->kind != T_SEMI && end->kind != T_RBRACE; end++) {
		if (end->kind == T_IDENT && (end[-1].kind == T_COMMA || end[-1].kind == T_PP_ENDIF))
			break;
		if (end->kind >= T_LPAREN && end->kind <= T_LBRACK)
			end = ost_partner(r, end);
	}
	parse_elements(r, &k, end);
	if (r->t == end)
		ost_take(r, T_IDENT);
	return k.node;
}

uint32_t ost_parse_bare_init(struct ost_recogniser *r, const struct ost_tok *end)
{
	struct ost_kids k = ost_kids(ost_node(r, OST_N_INIT, 1, r->t->line, 0));

	parse_elements(r, &k, end);
	return k.node;
}

uint32_t ost_parse_init(struct ost_recogniser *r)
{
	const struct ost_tok *close = ost_partner(r, r->t);
	struct ost_kids k;

	if (r->nest >= OST_NEST_MAX || close->kind != T_RBRACE) {
		r->is_too_deep = true;
		return 0;
	}
	k = ost_kids(ost_node(r, OST_N_INIT, 0, r->t->line, 0));
	r->t++;
	r->nest++;
	parse_elements(r, &k, close);
	r->nest--;
	r->t = close + 1;
	return k.node;
}
