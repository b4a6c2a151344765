// SPDX-License-Identifier: GPL-2.0-or-later
/* #define lines. */
#include "source/parse.h"

/* (a, b, args...) after the name; r->t is at the (. False: no such list. */
static bool parse_macro_params(struct ost_recogniser *r, struct ost_fact_macro *m)
{
	const struct ost_tok *close = ost_partner(r, r->t);
	struct ost_fact_param *p;

	if (close->kind != T_RPAREN)
		return false;
	m->first_param = (uint32_t)r->params.nr;
	for (r->t++; r->t < close; r->t++) {
		if (ost_is(r, T_ELLIPSIS)) {
			m->is_variadic = 1;
		} else if (ost_is(r, T_IDENT) || r->t->kind >= T_IF) {
			p = ost_vec_push(&r->params);
			p->name = ost_rec_str(r, r->t->val);
			m->nr_params++;
		}
	}
	if (!m->nr_params)
		m->first_param = 0;
	r->t = close + 1;
	return true;
}

static bool is_number_body(const struct ost_recogniser *r, const struct ost_tok *end)
{
	const struct ost_tok *t = r->t;

	while (t->kind == T_LPAREN || t->kind == T_SUB)
		t++;
	if (t->kind != T_NUM && t->kind != T_STR && t->kind != T_CHAR)
		return false;
	for (t++; t->kind == T_RPAREN; t++)
		;
	return t == end;
}

static bool parse_body_expr(struct ost_recogniser *r, const struct ost_tok *end, uint32_t *ret_root)
{
	ost_nodes_reset(r);
	r->nest = 0;
	*ret_root = ost_parse_expr(r);
	return *ret_root && r->t == end;
}

static bool parse_body_stmts(struct ost_recogniser *r, const struct ost_tok *end, uint32_t *ret_root)
{
	struct ost_kids k;

	ost_nodes_reset(r);
	r->nest = 0;
	r->trouble = 0;
	r->may_end_early = true;
	k = ost_kids(ost_node(r, OST_N_BLOCK, 0, r->t->line, 0));
	ost_parse_stmts(r, &k, NULL);
	r->may_end_early = false;
	*ret_root = k.node;
	return r->t == end && !r->trouble;
}

/* `{ .a = x }`, and `.a = x, .b = y` as it stands in the braces of others. */
static bool parse_body_init(struct ost_recogniser *r, const struct ost_tok *end, uint32_t *ret_root)
{
	ost_nodes_reset(r);
	r->nest = 0;
	r->trouble = 0;
	if (ost_is(r, T_LBRACE))
		*ret_root = ost_parse_init(r);
	else
		*ret_root = ost_is(r, T_DOT) ? ost_parse_bare_init(r, end) : 0;
	return *ret_root && r->t == end && !r->trouble;
}

/* What can be seen to be no code at a glance. */
static bool is_code(const struct ost_recogniser *r, const struct ost_tok *end)
{
	switch (r->t->kind) {
	case T_COMMA: case T_RPAREN: case T_RBRACE: case T_RBRACK: case T_ASSIGN: case T_DOT:
	case T_COLON: case T_ELSE: case T_HASH: case T_PASTE: case T_OTHER: case T_ATTRIBUTE:
		return false;
	default:
		return r->t < end;
	}
}

/* For the next try. */
static void rewind_to(struct ost_recogniser *r, const struct ost_tok *from, uint32_t kind)
{
	if (kind != OST_MB_TEXT)
		return;
	r->t = from;
	r->is_too_deep = false;
}

static void parse_macro_body(struct ost_recogniser *r, struct ost_fact_macro *m,
			     const struct ost_tok *end)
{
	const struct ost_tok *from = r->t;
	uint32_t root, nr_globals = (uint32_t)r->globals.nr;

	m->body_kind = OST_MB_TEXT;
	if (!m->is_function && is_number_body(r, end)) {
		m->body_kind = OST_MB_EXPR;
		return;
	}
	if (!is_code(r, end) && !ost_is(r, T_DOT))
		return;
	r->in_code = true;
	if (is_code(r, end) && parse_body_expr(r, end, &root))
		m->body_kind = OST_MB_EXPR;
	rewind_to(r, from, m->body_kind);
	if (m->body_kind == OST_MB_TEXT && is_code(r, end) && parse_body_stmts(r, end, &root))
		m->body_kind = OST_MB_STMTS;
	rewind_to(r, from, m->body_kind);
	if (m->body_kind == OST_MB_TEXT && parse_body_init(r, end, &root))
		m->body_kind = OST_MB_INIT;
	r->in_code = false;
	r->globals.nr = nr_globals;	/* static locals of a macro are none of this file */
	if (m->body_kind == OST_MB_TEXT)
		return;
	if (!ost_pack(r, root, &m->code, &m->code_len))
		m->body_kind = OST_MB_TEXT;
}

void ost_parse_macro(struct ost_recogniser *r, const struct ost_directive *d)
{
	const struct ost_tok *name = &r->lexed.dtoks.items[d->first], *end;
	struct ost_fact_macro m = { .line = d->line, .cond = d->cond };

	end = &r->lexed.dtoks.items[d->end];
	if (name->kind != T_IDENT && name->kind < T_IF)
		return;
	ost_pair_brackets(r, &r->lexed.dtoks.items[d->first], d->end - d->first);
	r->base = name;
	r->t = name + 1;
	m.name = ost_rec_str(r, name->val);
	if (d->is_function && ost_is(r, T_LPAREN))
		m.is_function = parse_macro_params(r, &m);
	r->trouble = 0;
	r->cond = d->cond;
	m.body_kind = OST_MB_EMPTY;
	if (r->t < end) {
		m.text = ost_rec_str(r, ost_text(r, r->t, end));
		parse_macro_body(r, &m, end);
	}
	r->trouble = 0;
	ost_vec_add(&r->macros, m);
}
