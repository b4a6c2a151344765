// SPDX-License-Identifier: GPL-2.0-or-later
/* struct, union and enum bodies. */
#include "source/parse.h"

#include <string.h>

static void add_field(struct ost_recogniser *r, uint32_t name, uint32_t type, uint32_t line,
		      uint32_t bits)
{
	struct ost_fact_field *f = ost_vec_push(&r->fields_tmp);

	f->name = name;
	f->type = type;
	f->line = line;
	f->cond = r->cond;
	f->bits = bits;
}

static uint32_t open_record(struct ost_recogniser *r, uint8_t kind, uint32_t tag, uint32_t line)
{
	struct ost_fact_record *rec = ost_vec_push(&r->records);

	rec->tag = tag;
	rec->line = line;
	rec->cond = r->cond;
	rec->kind = kind;
	rec->outer = r->outer_record;
	rec->func = r->func;
	rec->flags = r->func ? OST_RF_LOCAL : 0;
	return (uint32_t)r->records.nr;
}

/* Moves the fields from `first` on to their record (index + 1). */
static void close_record(struct ost_recogniser *r, uint32_t rec, size_t first, uint32_t end_line)
{
	struct ost_fact_record *to = &r->records.items[rec - 1];
	size_t i;

	to->end_line = end_line;
	to->first_field = (uint32_t)r->fields.nr;
	to->nr_fields = (uint32_t)(r->fields_tmp.nr - first);
	for (i = first; i < r->fields_tmp.nr; i++)
		ost_vec_add(&r->fields, r->fields_tmp.items[i]);
	r->fields_tmp.nr = first;
}

static void parse_fields(struct ost_recogniser *r, const struct ost_tok *end);

static void skip_member(struct ost_recogniser *r, const struct ost_tok *end)
{
	while (r->t < end && !ost_is(r, T_SEMI) && !(r->t->kind >= T_PP_IF && r->t->kind <= T_PP_ENDIF)) {
		if (r->t->kind >= T_LPAREN && r->t->kind <= T_LBRACK)
			r->t = ost_partner(r, r->t);
		r->t++;
	}
	if (r->t < end)
		ost_take(r, T_SEMI);
	if (r->t > end)
		r->t = end;
}

/* Declarators of one member declaration, after its specifiers. */
static bool parse_members(struct ost_recogniser *r, struct ost_specs *s, const struct ost_tok *end)
{
	struct ost_declarator d;

	if (ost_is(r, T_SEMI) || r->t == end) {
		if (s->type && r->types.items[s->type].rec &&
		    r->types.items[s->type].kind != OST_T_ENUM)
			add_field(r, 0, s->type, s->line, 0);	/* anonymous */
		return true;
	}
	do {
		uint32_t bits = 0;

		if (!ost_parse_declarator(r, s, s->type, OST_IN_RECORD, &d))
			return false;
		if (ost_take(r, T_COLON)) {
			const struct ost_tok *from = r->t;

			while (r->t < end && !ost_is(r, T_SEMI) && !ost_is(r, T_COMMA) && r->t->kind < T_PP_IF &&
			       !(r->t > from && ost_cls(r, r->t) & OST_WC_ATTR)) {
				if (ost_is(r, T_LPAREN))
					r->t = ost_partner(r, r->t);
				r->t++;
			}
			bits = ost_rec_str(r, ost_text(r, from, r->t));
		}
		ost_parse_attrs(r, s, true);
		if (d.name)
			add_field(r, ost_rec_str(r, d.name), d.type, d.line, bits);
	} while (ost_take(r, T_COMMA));
	return ost_is(r, T_SEMI) || r->t >= end || (r->t->kind >= T_PP_IF && r->t->kind <= T_PP_ENDIF);
}

/* Argument number `i` of the ( at open: from..end. */
static const struct ost_tok *argument(const struct ost_recogniser *r, const struct ost_tok *open,
				      int i, const struct ost_tok **end)
{
	const struct ost_tok *close = ost_partner(r, open), *t = open + 1, *from = t;

	for (;; t++) {
		if (t >= close || t->kind == T_COMMA) {
			if (!i--) {
				*end = t;
				return from;
			}
			if (t >= close)
				return NULL;
			from = t + 1;
		} else if (t->kind >= T_LPAREN && t->kind <= T_LBRACK) {
			t = ost_partner(r, t);
		}
	}
}

/* struct_group(name, members): the members, and `name` over them */
static void parse_group(struct ost_recogniser *r, int first_member)
{
	const struct ost_tok *open = r->t + 1, *close = ost_partner(r, open), *from, *end, *name;
	size_t fields = r->fields_tmp.nr;
	uint32_t outer = r->outer_record, rec, type, line = r->t->line;

	name = argument(r, open, first_member == 1 ? 0 : first_member == 3 ? 1 : first_member - 1, &end);
	if (first_member == 2)
		name = open[2].kind == T_COMMA && open[3].kind == T_IDENT && open[4].kind == T_COMMA ?
			open + (ost_name(r, r->t->val)->len > 18 ? 3 : 1) : open + 1;
	from = argument(r, open, first_member, &end);
	if (!from || !name) {
		r->t = close + 1;
		return;
	}
	rec = open_record(r, OST_T_STRUCT, 0, line);
	r->outer_record = rec;
	r->t = from;
	parse_fields(r, close);
	r->outer_record = outer;
	close_record(r, rec, fields, close->line);
	type = ost_type_named(r, OST_T_STRUCT, 0, rec);
	add_field(r, 0, type, line, 0);
	if (name->kind == T_IDENT)
		add_field(r, ost_rec_str(r, name->val), type, line, 0);
	r->t = close + 1;
}

/* DECLARE_BITMAP(name, bits) and its like; an unknown one: its first word */
static void parse_field_macro(struct ost_recogniser *r)
{
	const struct ost_word *w = ost_words_row(&r->names, r->t->val);
	const struct ost_tok *macro = r->t, *open = r->t + 1, *name, *from, *end = NULL;
	uint32_t type = 0;

	if (w && (w->cls & OST_WC_FIELD) && w->first < 0) {
		parse_group(r, w->second);
		return;
	}
	name = argument(r, open, w && (w->cls & OST_WC_FIELD) ? w->first : 0, &end);
	if (w && (w->cls & OST_WC_FIELD) && w->second >= 0) {
		from = argument(r, open, w->second, &end);
		r->t = from;
		if (!from || !ost_parse_type_name(r, &type))
			type = 0;
		else if (!strcmp(w->prefix, "array"))
			type = ost_type_of(r, OST_T_ARRAY, type, 0);
	}
	if (!type)
		type = ost_type_named(r, OST_T_TYPEOF,
				      ost_rec_str(r, ost_text(r, macro, ost_partner(r, open) + 1)), 0);
	if (name && name->kind == T_IDENT)
		add_field(r, ost_rec_str(r, name->val), type, macro->line, 0);
	r->t = ost_partner(r, open) + 1;
}

static void parse_member(struct ost_recogniser *r, const struct ost_tok *end)
{
	const struct ost_tok *from = r->t;
	struct ost_specs s;
	size_t attrs = r->attrs.nr;
	uint32_t outer = r->outer_record;
	bool ok;

	if (from->kind == T_IDENT && from[1].kind == T_LPAREN && !(ost_cls(r, from) & OST_WC_ATTR) &&
	    !ost_is_star_in(r, from + 1) && ost_partner(r, from + 1)->kind == T_RPAREN) {
		const struct ost_tok *after = ost_partner(r, from + 1) + 1;

		if (after->kind != T_IDENT || after->line != from->line ||
		    ost_cls(r, after) & OST_WC_ATTR) {
			parse_field_macro(r);
			while (ost_is(r, T_ATTRIBUTE) || ost_cls(r, r->t) & OST_WC_ATTR)
				ost_parse_attrs(r, &(struct ost_specs){ 0 }, true);
			if (r->t < end)
				ost_take(r, T_SEMI);
			return;
		}
	}
	if (from->kind == T_STATIC_ASSERT || (from->kind == T_IDENT && (from[1].kind == T_SEMI || from + 1 == end))) {
		skip_member(r, end);
		return;
	}
	ok = ost_parse_specs(r, &s, OST_IN_RECORD) && (s.type || s.has_any);
	r->outer_record = outer;
	ok = ok && parse_members(r, &s, end);
	r->attrs.nr = attrs;
	if (!ok) {
		if (r->func)
			ost_trouble(r, from, "member not understood");
		else
			ost_lost(r, from, "member not understood");
		r->t = from;
		skip_member(r, end);
		return;
	}
	ost_take(r, T_SEMI);
}

static void parse_fields(struct ost_recogniser *r, const struct ost_tok *end)
{
	uint32_t cond = r->cond;

	while (r->t < end) {
		const struct ost_tok *before = r->t;

		if (r->t->kind >= T_PP_IF && r->t->kind <= T_PP_ENDIF) {
			r->cond = r->t->val;
			r->t++;
		} else if (!ost_take(r, T_SEMI) && !ost_take(r, T_COMMA)) {
			parse_member(r, end);
		}
		if (r->t == before)
			r->t++;
	}
	r->cond = cond;
	r->t = end;
}

uint32_t ost_parse_record_spec(struct ost_recogniser *r, struct ost_specs *s)
{
	uint8_t kind = r->t->kind == T_STRUCT ? OST_T_STRUCT : OST_T_UNION;
	uint32_t line = r->t->line, tag = 0, rec, outer = r->outer_record;
	const struct ost_tok *close;
	size_t first = r->fields_tmp.nr;

	r->t++;
	while (ost_is(r, T_ATTRIBUTE) || (ost_cls(r, r->t) & OST_WC_ATTR && r->t[1].kind != T_LBRACE &&
					   r->t[1].kind != T_STAR))
		ost_parse_attrs(r, s, false);
	/* struct FOO name {: an unknown annotation */
	if (ost_is(r, T_IDENT) && r->t[1].kind == T_IDENT && r->t[2].kind == T_LBRACE)
		r->t++;
	if (ost_is(r, T_IDENT)) {
		tag = r->t->val;
		r->t++;
		if (ost_is(r, T_LPAREN) && ost_partner(r, r->t)[1].kind != T_LPAREN &&
		    r->t[1].kind != T_STAR) {
			/* struct NAME(x) { */
			close = ost_partner(r, r->t);
			if (close->kind == T_RPAREN && close[1].kind != T_SEMI) {
				tag = ost_text(r, r->t - 1, close + 1);
				r->t = close + 1;
			}
		}
	}
	if (!ost_is(r, T_LBRACE) || ost_partner(r, r->t)->kind != T_RBRACE || r->nest >= OST_NEST_MAX)
		return ost_type_named(r, kind, tag ? ost_rec_str(r, tag) : 0, 0);
	close = ost_partner(r, r->t);
	rec = open_record(r, kind, tag ? ost_rec_str(r, tag) : 0, line);
	r->outer_record = rec;
	r->t++;
	r->nest++;
	parse_fields(r, close);
	r->nest--;
	r->outer_record = outer;
	close_record(r, rec, first, close->line);
	r->t = close + 1;
	return ost_type_named(r, kind, tag ? ost_rec_str(r, tag) : 0, rec);
}

void ost_parse_made_record(struct ost_recogniser *r, const struct ost_tok *macro)
{
	const struct ost_tok *close = ost_partner(r, r->t);
	size_t first = r->fields_tmp.nr;
	uint32_t tag = ost_rec_str(r, ost_text(r, macro, r->t)), rec;

	rec = open_record(r, OST_T_STRUCT, tag, macro->line);
	r->outer_record = rec;
	r->t++;
	parse_fields(r, close);
	r->outer_record = 0;
	close_record(r, rec, first, close->line);
	r->t = close + 1;
	ost_take(r, T_SEMI);
}

static void parse_enum_const(struct ost_recogniser *r, const struct ost_tok *close)
{
	const struct ost_tok *from = r->t, *value = NULL, *end;
	struct ost_fact_enum_const *c;

	for (end = from; end < close && end->kind != T_COMMA && end->kind < T_PP_IF; end++) {
		if (end->kind == T_ASSIGN && !value)
			value = end + 1;
		if (end->kind >= T_LPAREN && end->kind <= T_LBRACK)
			end = ost_partner(r, end);
	}
	r->t = end > close ? close : end;
	if (from->kind != T_IDENT || (from[1].kind == T_LPAREN && !value))
		return;		/* a macro that makes constants */
	c = ost_vec_push(&r->consts_tmp);
	c->name = ost_rec_str(r, from->val);
	c->line = from->line;
	c->value = value && value < r->t ? ost_rec_str(r, ost_text(r, value, r->t)) : 0;
}

uint32_t ost_parse_enum_spec(struct ost_recogniser *r, struct ost_specs *s)
{
	uint32_t line = r->t->line, tag = 0;
	const struct ost_tok *close;
	struct ost_fact_enum *e;

	r->t++;
	while (ost_is(r, T_ATTRIBUTE) || (ost_cls(r, r->t) & OST_WC_ATTR && r->t[1].kind != T_LBRACE))
		ost_parse_attrs(r, s, false);
	if (ost_is(r, T_IDENT))
		tag = ost_rec_str(r, r->t++->val);
	if (!ost_is(r, T_LBRACE) || ost_partner(r, r->t)->kind != T_RBRACE)
		return ost_type_named(r, OST_T_ENUM, tag, 0);
	close = ost_partner(r, r->t);
	e = ost_vec_push(&r->enums);
	e->tag = tag;
	e->line = line;
	e->cond = r->cond;
	e->first_const = (uint32_t)r->enum_consts.nr;
	ost_vec_clear(&r->consts_tmp);
	for (r->t++; r->t < close;) {
		if (ost_take(r, T_COMMA) || (r->t->kind >= T_PP_IF && r->t++))
			continue;
		parse_enum_const(r, close);
	}
	e->nr_consts = (uint32_t)r->consts_tmp.nr;
	for (size_t i = 0; i < r->consts_tmp.nr; i++)
		ost_vec_add(&r->enum_consts, r->consts_tmp.items[i]);
	r->t = close + 1;
	return ost_type_named(r, OST_T_ENUM, tag, (uint32_t)r->enums.nr);
}
