// SPDX-License-Identifier: GPL-2.0-or-later
/* Declarators and parameters. */
#include "source/parse.h"

/* What follows a word tells that the word is the declared name. */
static bool is_name_here(const struct ost_tok *next)
{
	return next->kind == T_ASSIGN || next->kind == T_SEMI || next->kind == T_LBRACK ||
	       next->kind == T_COLON || next->kind == T_COMMA;
}

/* `x __foo`: the second word is an unknown annotation of x */
static bool is_name_with_attr(const struct ost_recogniser *r)
{
	return r->t[1].kind == T_IDENT && ost_looks_like_attr(r, r->t[1].val) &&
	       !ost_looks_like_attr(r, r->t->val) && r->t[2].kind != T_LPAREN &&
	       r->t[2].kind != T_IDENT;
}

/* const, volatile, annotations between * and the name */
static void skip_qualifiers(struct ost_recogniser *r, struct ost_specs *s)
{
	for (;;) {
		if (r->t->kind >= T_CONST && r->t->kind <= T_ATOMIC) {
			r->t++;
			continue;
		}
		if (ost_is(r, T_ATTRIBUTE) || (ost_cls(r, r->t) & OST_WC_ATTR && !is_name_here(r->t + 1))) {
			const struct ost_tok *before = r->t;

			ost_parse_attrs(r, s, false);
			if (r->t != before)
				continue;
		}
		/* an unknown word before the name: `void *FOO bar` */
		if (ost_is(r, T_IDENT) && (r->t[1].kind == T_IDENT || r->t[1].kind == T_STAR) &&
		    !(ost_cls(r, r->t + 1) & OST_WC_ATTR) && !is_name_with_attr(r)) {
			r->t++;
			continue;
		}
		if (ost_is(r, T_IDENT) && r->t[1].kind == T_IDENT && r->t[2].kind == T_IDENT &&
		    !(ost_cls(r, r->t + 1) & OST_WC_ATTR)) {
			r->t++;
			continue;
		}
		return;
	}
}

#define MAX_POINTERS 16	/* more *s than that are left out of the type */

static uint32_t take_pointers(struct ost_recogniser *r, struct ost_specs *s, uint32_t type)
{
	unsigned nr = 0;

	while (ost_take(r, T_STAR) || ost_take(r, T_XOR)) {	/* ^: blocks of other systems */
		struct ost_fact_type t = { .kind = OST_T_POINTER, .inner = type };

		while (ost_is(r, T_CONST) || ost_is(r, T_VOLATILE) || ost_is(r, T_RESTRICT)) {
			if (ost_is(r, T_CONST))
				t.flags |= OST_TF_CONST;
			r->t++;
		}
		if (nr++ < MAX_POINTERS)
			type = ost_type(r, &t);
		skip_qualifiers(r, s);
	}
	return type;
}

#define MAX_DIMENSIONS 16

/* [a][b] at r->t: arrays of `type` */
static uint32_t take_arrays(struct ost_recogniser *r, uint32_t type)
{
	const struct ost_tok *open[MAX_DIMENSIONS];
	unsigned nr = 0;
	uint32_t name;

	while (ost_is(r, T_LBRACK) && ost_partner(r, r->t)->kind == T_RBRACK) {
		if (nr < MAX_DIMENSIONS)
			open[nr++] = r->t;
		r->t = ost_partner(r, r->t) + 1;
	}
	while (nr--) {
		const struct ost_tok *close = ost_partner(r, open[nr]);

		name = close > open[nr] + 1 ? ost_rec_str(r, ost_text(r, open[nr] + 1, close)) : 0;
		type = ost_type_of(r, OST_T_ARRAY, type, name);
	}
	return type;
}

static uint32_t take_function(struct ost_recogniser *r, uint32_t ret)
{
	struct ost_fact_type t = { .kind = OST_T_FUNC, .inner = ret };
	uint32_t nr;
	bool is_variadic;

	ost_parse_params(r, &t.first_param, &nr, &is_variadic);
	t.nr_params = nr < UINT16_MAX ? (uint16_t)nr : UINT16_MAX;
	if (is_variadic)
		t.flags = OST_TF_VARIADIC;
	if (!nr)
		t.first_param = 0;
	return ost_type(r, &t);
}

/* Is the ( at t the start of a nested declarator rather than of parameters? */
static bool is_nested(const struct ost_recogniser *r, const struct ost_tok *t, enum ost_place place)
{
	const struct ost_tok *in = t + 1;

	while (in->kind == T_IDENT && in[1].kind != T_RPAREN && (ost_cls(r, in) & OST_WC_ATTR || in[1].kind == T_STAR))
		in++;
	if (in->kind == T_ATTRIBUTE)
		return true;
	if (in->kind == T_STAR || in->kind == T_XOR)
		return true;
	if (in->kind == T_LPAREN)
		return place != OST_IN_TYPE_NAME && in[1].kind == T_STAR;
	if (in->kind == T_IDENT && in[1].kind == T_LBRACK && place <= OST_IN_RECORD)
		return ost_partner(r, in + 1)[1].kind == T_RPAREN && ost_partner(r, t)[1].kind != T_LPAREN;
	/* int (name)(void), int (name)[2] */
	return in->kind == T_IDENT && in[1].kind == T_RPAREN && place != OST_IN_TYPE_NAME &&
	       place != OST_IN_PARAMS && (in[2].kind == T_LPAREN || in[2].kind == T_LBRACK ||
	       in[2].kind == T_ASSIGN || in[2].kind == T_SEMI) &&
	       !(ost_cls(r, in) & (OST_WC_TYPE | OST_WC_SEEN_TYPE));
}

static uint32_t suffixes(struct ost_recogniser *r, uint32_t type, struct ost_declarator *d)
{
	if (ost_is(r, T_LPAREN) && ost_partner(r, r->t)->kind == T_RPAREN) {
		if (d)
			d->func = r->t;
		type = take_function(r, type);
		if (d)
			d->func_type = type;
		return type;
	}
	return take_arrays(r, type);
}

/* NAME(args) where the macro makes the name: `int FNAME(walk)(int x)` */
static bool is_made_name(const struct ost_recogniser *r)
{
	const struct ost_tok *close;

	if (r->t[1].kind != T_LPAREN)
		return false;
	close = ost_partner(r, r->t + 1);
	return close->kind == T_RPAREN && close[1].kind == T_LPAREN &&
	       r->t[2].kind == T_IDENT && close[2].kind != T_STAR;
}

static void take_name(struct ost_recogniser *r, struct ost_declarator *d)
{
	const struct ost_tok *from = r->t, *close;

	d->line = from->line;
	d->name = from->val;
	if (ost_cls(r, from) & OST_WC_NAME && from[1].kind == T_LPAREN && from[2].kind == T_IDENT &&
	    from[3].kind == T_RPAREN) {
		d->name = from[2].val;
		r->t = from + 4;
		return;
	}
	if (is_made_name(r)) {
		close = ost_partner(r, from + 1);
		d->name = ost_text(r, from, close + 1);
		r->t = close + 1;
		return;
	}
	r->t++;
}

bool ost_parse_declarator(struct ost_recogniser *r, struct ost_specs *s, uint32_t base,
			  enum ost_place place, struct ost_declarator *d)
{
	const struct ost_tok *open, *after;
	uint32_t type;

	*d = (struct ost_declarator){ .line = r->t->line };
	if (r->nest >= OST_NEST_MAX) {
		r->is_too_deep = true;
		return false;
	}
	skip_qualifiers(r, s);
	type = take_pointers(r, s, base);
	if (ost_is(r, T_LPAREN) && ost_partner(r, r->t)->kind == T_RPAREN &&
	    is_nested(r, r->t, place)) {
		bool ok;

		open = r->t;
		r->t = ost_partner(r, open) + 1;
		type = suffixes(r, type, NULL);
		after = r->t;
		r->t = open + 1;
		r->nest++;
		ok = ost_parse_declarator(r, s, type, place, d);
		r->nest--;
		if (!ok || r->t != ost_partner(r, open))
			return false;
		r->t = after;
		/* int (name)(void): the name stands alone in its parentheses */
		if (open[1].kind == T_IDENT && open[2].kind == T_RPAREN && open[3].kind == T_LPAREN) {
			d->func = open + 3;
			d->func_type = type;
		}
		return true;
	}
	if (ost_is(r, T_IDENT) || r->t->kind == T_DEFAULT)
		take_name(r, d);
	else if (place != OST_IN_PARAMS && place != OST_IN_TYPE_NAME && !ost_is(r, T_COLON))
		return false;
	d->type = suffixes(r, type, d->name ? d : NULL);
	return true;
}

/* ---- parameters ---- */

static void parse_param(struct ost_recogniser *r, const struct ost_tok *end)
{
	struct ost_fact_param *p;
	struct ost_specs s;
	struct ost_declarator d = { 0 };
	const struct ost_tok *from = r->t;
	size_t attrs = r->attrs.nr, attr_nodes = r->attr_nodes.nr;
	uint32_t name = 0, type = 0;

	if (ost_parse_specs(r, &s, OST_IN_PARAMS) &&
	    ost_parse_declarator(r, &s, s.type, OST_IN_PARAMS, &d)) {
		ost_parse_attrs(r, &s, true);
		name = d.name ? ost_rec_str(r, d.name) : 0;
		type = d.type;
	}
	if (r->t != end)	/* not understood: its text is its type */
		type = ost_type_named(r, OST_T_TYPEOF, ost_rec_str(r, ost_text(r, from, end)), 0);
	r->attrs.nr = attrs;
	r->attr_nodes.nr = attr_nodes;
	p = ost_vec_push(&r->params_tmp);
	p->name = name;
	p->type = type;
	r->t = end;
}

void ost_parse_params(struct ost_recogniser *r, uint32_t *ret_first, uint32_t *ret_nr,
		      bool *ret_variadic)
{
	const struct ost_tok *close = ost_partner(r, r->t), *end;
	size_t first = r->params_tmp.nr, i;

	*ret_variadic = false;
	r->t++;
	if (ost_is(r, T_VOID) && r->t + 1 == close)
		r->t++;
	while (r->t < close) {
		for (end = r->t; end < close && end->kind != T_COMMA; end++)
			if (end->kind >= T_LPAREN && end->kind <= T_LBRACK)
				end = ost_partner(r, end);
		if (end > close)
			end = close;
		if (ost_take(r, T_ELLIPSIS)) {
			*ret_variadic = true;
			r->t = end;
		} else {
			if (r->nest >= OST_NEST_MAX) {
				r->is_too_deep = true;
				break;
			}
			r->nest++;
			parse_param(r, end);
			r->nest--;
		}
		if (r->t < close)
			r->t++;
	}
	*ret_first = (uint32_t)r->params.nr;
	*ret_nr = (uint32_t)(r->params_tmp.nr - first);
	for (i = first; i < r->params_tmp.nr; i++)
		ost_vec_add(&r->params, r->params_tmp.items[i]);
	r->params_tmp.nr = first;
	r->t = close + 1;
}
