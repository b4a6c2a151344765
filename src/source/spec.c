// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Specifiers: what stands before the declarators, and which words of it are
 * the type. Without the file's headers an identifier may be a typedef, an
 * annotation or the declared name; its neighbours decide:
 *
 *	foo x;  foo *x;		a type: a name or * follows
 *	FOO struct bar x;	an annotation: a type follows
 *	foo __bar *x;		the later ones are annotations
 *	__foo bar x;  FOO bar x;	the first is one
 */
#include "source/parse.h"

#include <stdio.h>
#include <string.h>

/* Bits of the built-in types, counted so that any word order gives one name. */
struct words {
	uint8_t nr_long, nr_short, nr_char, nr_int, nr_signed, nr_unsigned;
	const char *other;	/* void, float, ... */
};

bool ost_is_upper(const struct ost_recogniser *r, uint32_t name)
{
	const struct ost_name *n = ost_name(r, name);
	bool has_letter = false;
	uint32_t i;

	for (i = 0; i < n->len; i++) {
		if (n->ptr[i] >= 'a' && n->ptr[i] <= 'z')
			return false;
		has_letter |= n->ptr[i] >= 'A' && n->ptr[i] <= 'Z';
	}
	return has_letter;
}

/* `__lower` */
static bool is_dunder(const struct ost_recogniser *r, uint32_t name)
{
	const struct ost_name *n = ost_name(r, name);

	return n->len > 2 && n->ptr[0] == '_' && n->ptr[1] == '_' &&
	       !(n->cls & (OST_WC_TYPE | OST_WC_SEEN_TYPE)) && !ost_is_upper(r, name);
}

bool ost_looks_like_attr(const struct ost_recogniser *r, uint32_t name)
{
	const struct ost_name *n = ost_name(r, name);

	if (n->cls & OST_WC_ATTR)
		return true;
	if (n->cls & (OST_WC_TYPE | OST_WC_SEEN_TYPE))
		return false;
	if (n->len > 2 && n->ptr[0] == '_' && n->ptr[1] == '_')
		return !(n->len > 4 && !memcmp(n->ptr + n->len - 2, "_t", 2));
	return ost_is_upper(r, name);
}

/* ---- annotations ---- */

static void note_attr(struct ost_recogniser *r, struct ost_specs *s, const struct ost_tok *t)
{
	const struct ost_word *w = ost_words_row(&r->names, t->val);

	ost_vec_add(&r->attrs, t->val);
	if (!w || !(w->cls & OST_WC_ATTR))
		return;
	s->flags |= w->meaning & ~OST_WORD_PERCPU;
	s->is_percpu |= (w->meaning & OST_WORD_PERCPU) != 0;
}

/* weak, noreturn and the like inside __attribute__((...)) */
static void note_gnu_attrs(struct ost_recogniser *r, struct ost_specs *s,
			   const struct ost_tok *t, const struct ost_tok *end)
{
	for (; t < end; t++) {
		const struct ost_name *n;

		if (t->kind != T_IDENT && t->kind != T_CONST && t->kind != T_NORETURN)
			continue;
		n = ost_name(r, t->val);
		if (memmem(n->ptr, n->len, "noreturn", 8))
			s->flags |= OST_FF_NORETURN;
		else if ((n->len == 4 && !memcmp(n->ptr, "weak", 4)) ||
			 (n->len == 8 && !memcmp(n->ptr, "__weak__", 8)))
			s->flags |= OST_FF_WEAK;
		ost_vec_add(&r->attrs, t->val);
		if (t[1].kind == T_LPAREN)
			t = ost_partner(r, t + 1);
	}
}

static void attr_node(struct ost_recogniser *r, const struct ost_tok *t)
{
	struct ost_kids k;

	if (!r->in_code || r->t->kind != T_LPAREN)
		return;
	k = ost_kids(ost_node(r, OST_N_ATTR, 0, t->line, t->val));
	if (ost_parse_args(r, &k))
		ost_vec_add(&r->attr_nodes, k.node);
}

/* __attribute__((cleanup(x), ...)): a node for each that has arguments */
static void gnu_attr_nodes(struct ost_recogniser *r, const struct ost_tok *t,
			   const struct ost_tok *end)
{
	const struct ost_tok *back = r->t;

	for (; t < end; t++)
		if (t->kind == T_IDENT && t[1].kind == T_LPAREN) {
			r->t = t + 1;
			attr_node(r, t);
			t = ost_partner(r, t + 1);
		}
	r->t = back;
}

/* One annotation at r->t, known to be one; takes its arguments. */
static void take_attr(struct ost_recogniser *r, struct ost_specs *s)
{
	const struct ost_tok *t = r->t++, *close;

	if (!ost_is(r, T_LPAREN)) {
		note_attr(r, s, t);
		return;
	}
	close = ost_partner(r, r->t);
	if (t->kind == T_ATTRIBUTE) {
		note_gnu_attrs(r, s, r->t + 1 + (r->t[1].kind == T_LPAREN), close);
		if (r->in_code)
			gnu_attr_nodes(r, r->t + 1 + (r->t[1].kind == T_LPAREN), close);
	} else if (ost_cls(r, t) & OST_WC_ATTR && !(ost_cls(r, t) & OST_WC_ARGS)) {
		note_attr(r, s, t);
		return;		/* int __init (*f)(void) */
	} else {
		note_attr(r, s, t);
		attr_node(r, t);
	}
	r->t = close->kind == T_RPAREN ? close + 1 : close;
}

static bool ends_declarator(uint8_t kind)
{
	return kind == T_SEMI || kind == T_COMMA || kind == T_ASSIGN || kind == T_RPAREN ||
	       kind == T_LBRACE || kind == T_COLON || kind == T_EOF || kind == T_IDENT ||
	       kind == T_ATTRIBUTE || kind == T_ASM;
}

void ost_parse_attrs(struct ost_recogniser *r, struct ost_specs *s, bool any_word)
{
	for (;;) {
		const struct ost_tok *t = r->t;

		if (t->kind == T_ATTRIBUTE || (ost_cls(r, t) & OST_WC_ATTR)) {
			take_attr(r, s);
			if (any_word && ost_is(r, T_LPAREN) && t->kind == T_IDENT)
				r->t = ost_partner(r, r->t) + 1;
		} else if (t->kind == T_ASM && any_word && t[1].kind == T_LPAREN) {
			r->t = ost_partner(r, t + 1) + 1;
		} else if (any_word && t->kind == T_IDENT && t[1].kind == T_LPAREN &&
			   ost_partner(r, t + 1)->kind == T_RPAREN &&
			   ends_declarator(ost_partner(r, t + 1)[1].kind)) {
			take_attr(r, s);
		} else if (any_word && t->kind == T_IDENT && ends_declarator(t[1].kind) &&
			   t[1].kind != T_COLON) {
			take_attr(r, s);
		} else {
			return;
		}
		if (r->t == t)
			return;
	}
}

uint32_t ost_attrs_str(struct ost_recogniser *r, uint32_t first)
{
	size_t i;

	if (first == r->attrs.nr)
		return 0;
	if (first + 1 == r->attrs.nr)
		return ost_rec_str(r, r->attrs.items[first]);
	ost_buf_clear(&r->scratch);
	for (i = first; i < r->attrs.nr; i++) {
		const struct ost_name *n = ost_name(r, r->attrs.items[i]);

		if (i > first)
			ost_buf_addch(&r->scratch, ' ');
		ost_buf_add(&r->scratch, n->ptr, n->len);
	}
	return ost_rec_str(r, ost_words_copy(&r->names, r->scratch.ptr,
					     (uint32_t)r->scratch.len, T_STR));
}

/* ---- built-in types ---- */

static void add_builtin(struct words *w, uint8_t kind)
{
	switch (kind) {
	case T_LONG:
		w->nr_long++;
		break;
	case T_SHORT:
		w->nr_short++;
		break;
	case T_CHAR_T:
		w->nr_char++;
		break;
	case T_INT:
		w->nr_int++;
		break;
	case T_SIGNED:
		w->nr_signed++;
		break;
	case T_UNSIGNED:
		w->nr_unsigned++;
		break;
	case T_VOID:
		w->other = "void";
		break;
	case T_FLOAT:
		w->other = "float";
		break;
	case T_DOUBLE:
		w->other = "double";
		break;
	case T_BOOL:
		w->other = "bool";
		break;
	case T_INT128:
		w->other = "__int128";
		break;
	case T_AUTO_TYPE:
		w->other = "__auto_type";
		break;
	}
}

static uint32_t builtin_type(struct ost_recogniser *r, const struct words *w)
{
	static const char *const names[2][5] = {
		{ "int", "short", "long", "long long", "char" },
		{ "unsigned int", "unsigned short", "unsigned long", "unsigned long long",
		  "unsigned char" },
	};
	const char *name;
	char buf[40];

	if (w->nr_char && w->nr_signed)
		name = "signed char";
	else if (w->other && (w->nr_unsigned || w->nr_long)) {
		snprintf(buf, sizeof(buf), "%s%s", w->nr_unsigned ? "unsigned " : "long ", w->other);
		name = buf;
	} else if (w->other)
		name = w->other;
	else
		name = names[w->nr_unsigned != 0][w->nr_char ? 4 : w->nr_short ? 1 :
						  w->nr_long > 1 ? 3 : w->nr_long ? 2 : 0];
	return ost_type_named(r, OST_T_BUILTIN,
			      ost_rec_str(r, ost_words_copy(&r->names, name,
							    (uint32_t)strlen(name), T_IDENT)), 0);
}

/* ---- the type word ---- */

enum word_use { IS_TYPE, IS_ATTR, IS_OTHER };

/* After the known annotations at t. */
static const struct ost_tok *after_attrs(const struct ost_recogniser *r, const struct ost_tok *t)
{
	while (ost_cls(r, t) & OST_WC_ATTR) {
		if (ost_cls(r, t) & OST_WC_ARGS && t[1].kind == T_LPAREN)
			t = ost_partner(r, t + 1);
		t++;
	}
	return t;
}

/* After everything at t that looks like an annotation, known or not. */
static const struct ost_tok *after_likely_attrs(const struct ost_recogniser *r,
						const struct ost_tok *t)
{
	while (t->kind == T_IDENT && (ost_cls(r, t) & OST_WC_ATTR || is_dunder(r, t->val))) {
		if (t[1].kind == T_LPAREN)
			t = ost_partner(r, t + 1);
		t++;
	}
	return t;
}

static const struct ost_tok *after_gnu_attrs(const struct ost_recogniser *r, const struct ost_tok *t)
{
	while (t->kind == T_ATTRIBUTE && t[1].kind == T_LPAREN)
		t = ost_partner(r, t + 1) + 1;
	return t;
}

bool ost_is_star_in(const struct ost_recogniser *r, const struct ost_tok *t)
{
	return after_attrs(r, t + 1)->kind == T_STAR;
}

/* A lone identifier at r->t, no type seen so far. */
static enum word_use first_word(const struct ost_recogniser *r, const struct ost_specs *s,
				enum ost_place place)
{
	const struct ost_tok *t = r->t, *close, *later;

	switch (t[1].kind) {
	case T_STAR:
		return IS_TYPE;
	case T_IDENT:
		later = after_likely_attrs(r, t + 1);
		if (later->kind >= T_FIRST_DECL && later->kind <= T_LAST_TYPE &&
		    later->kind != T_ATTRIBUTE && ost_looks_like_attr(r, t->val))
			return IS_ATTR;
		if (t[2].kind == T_IDENT || t[2].kind == T_STAR) {
			/* two words before the name: which one is the type? */
			if (t[2].kind == T_IDENT && !(ost_cls(r, t + 2) & OST_WC_ATTR) &&
			    ost_looks_like_attr(r, t->val))
				return IS_ATTR;
			if (t[2].kind == T_STAR && !ost_looks_like_attr(r, t[1].val) &&
			    ost_looks_like_attr(r, t->val))
				return IS_ATTR;
		}
		if (place == OST_IN_TYPE_NAME && t[2].kind == T_RPAREN &&	/* (FORCE u32)x */
		    (t[3].kind == T_IDENT || t[3].kind == T_NUM || t[3].kind == T_LPAREN) &&
		    !ost_looks_like_attr(r, t[1].val) && ost_looks_like_attr(r, t->val))
			return IS_ATTR;
		return IS_TYPE;
	case T_CONST: case T_VOLATILE:
		if ((t[2].kind >= T_FIRST_TYPE && t[2].kind <= T_LAST_TYPE) ||
		    (t[2].kind == T_IDENT && (t[3].kind == T_IDENT || t[3].kind == T_STAR)))
			return IS_ATTR;
		return IS_TYPE;
	case T_LPAREN:
		close = ost_partner(r, t + 1);
		if (ost_is_star_in(r, t + 1) && (close[1].kind == T_LPAREN || close[1].kind == T_LBRACK ||
					     place == OST_IN_RECORD || s->has_any))
			return IS_TYPE;		/* type (*name)(...), type (*name)[4] */
		if (t[2].kind == T_IDENT && t + 3 == close && close[1].kind == T_LPAREN &&
		    (s->is_typedef || ost_cls(r, t) & OST_WC_TYPE))
			return IS_TYPE;		/* typedef type (name)(...) */
		if (place == OST_IN_BODY || place == OST_IN_RECORD)	/* ELF(Ehdr) *p = x; */
			return close[1].kind == T_STAR || close[1].kind == T_IDENT ? IS_TYPE : IS_OTHER;
		if (place == OST_IN_TYPE_NAME && t[2].kind == T_STAR && t + 3 == close)
			return IS_TYPE;
		if (place == OST_IN_PARAMS || place == OST_IN_TYPE_NAME)
			return close[1].kind == T_STAR || close[1].kind == T_IDENT ||
			       close[1].kind == T_COMMA || close[1].kind == T_RPAREN ?
				IS_TYPE : IS_OTHER;
		return IS_OTHER;
	case T_COLON:
		return place == OST_IN_RECORD ? IS_TYPE : IS_OTHER;
	case T_COMMA: case T_RPAREN: case T_EOF: case T_LBRACK:
		return place == OST_IN_PARAMS || place == OST_IN_TYPE_NAME ? IS_TYPE : IS_OTHER;
	case T_ATTRIBUTE:	/* NORETURN __attribute__((cold)) void */
		later = after_gnu_attrs(r, t + 1);
		return later->kind >= T_FIRST_TYPE && later->kind <= T_LAST_TYPE ? IS_ATTR : IS_TYPE;
	default:
		if (t[1].kind >= T_FIRST_DECL && t[1].kind <= T_LAST_DECL)
			return IS_ATTR;
		return IS_OTHER;
	}
}

/* An identifier after the type: an annotation or the declared name? */
static bool is_late_attr(const struct ost_recogniser *r, enum ost_place place)
{
	const struct ost_tok *t = r->t, *close;

	if (ost_cls(r, t) & OST_WC_ATTR)
		return t[1].kind != T_ASSIGN && t[1].kind != T_LBRACK && t[1].kind != T_SEMI &&
		       t[1].kind != T_COLON && (t[1].kind != T_COMMA || place == OST_IN_PARAMS);
	if (ost_cls(r, t + 1) & OST_WC_ATTR) {
		const struct ost_tok *later = after_attrs(r, t + 1);

		if (later->kind == T_STAR || (later->kind == T_IDENT && later[1].kind == T_LPAREN &&
					      is_dunder(r, t->val)))
			return true;
	}
	if (t[1].kind == T_LPAREN) {	/* __foo(x) name( */
		close = ost_partner(r, t + 1);
		return ost_looks_like_attr(r, t->val) && close[1].kind == T_IDENT &&
		       !ost_looks_like_attr(r, close[1].val) && close[2].kind == T_LPAREN &&
		       t[2].kind != T_STAR;
	}
	if (t[1].kind == T_STAR)
		return true;
	if (t[1].kind >= T_FIRST_TYPE && t[1].kind <= T_LAST_TYPE)
		return true;
	if (t[1].kind == T_CONST || t[1].kind == T_STATIC || t[1].kind == T_INLINE)
		return true;
	return t[1].kind == T_IDENT && !(ost_cls(r, t + 1) & OST_WC_ATTR) &&
	       !(ost_looks_like_attr(r, t[1].val) && t[2].kind != T_LPAREN);
}

static uint32_t typeof_type(struct ost_recogniser *r)
{
	const struct ost_tok *from = r->t++, *close;

	if (!ost_is(r, T_LPAREN))
		return 0;
	close = ost_partner(r, r->t);
	r->t = close->kind == T_RPAREN ? close + 1 : close;
	return ost_type_named(r, OST_T_TYPEOF, ost_rec_str(r, ost_text(r, from + 2, close)), 0);
}

static uint32_t word_type(struct ost_recogniser *r)
{
	const struct ost_tok *t = r->t++, *close;

	close = ost_is(r, T_LPAREN) ? ost_partner(r, r->t) : NULL;
	if (close && !ost_is_star_in(r, r->t) && close[1].kind != T_LPAREN) {	/* MACRO(args) as a type */
		r->t = close + 1;
		return ost_type_named(r, OST_T_TYPEDEF, ost_rec_str(r, ost_text(r, t, r->t)), 0);
	}
	r->names.v.items[t->val].cls |= OST_WC_SEEN_TYPE;
	return ost_type_named(r, OST_T_TYPEDEF, ost_rec_str(r, t->val), 0);
}

/* One storage word or qualifier; false: r->t is none. */
static bool take_storage(struct ost_recogniser *r, struct ost_specs *s, uint8_t *flags)
{
	switch (r->t->kind) {
	case T_TYPEDEF:
		s->is_typedef = true;
		break;
	case T_STATIC:
		s->flags |= OST_FF_STATIC;
		break;
	case T_EXTERN:
		s->flags |= OST_FF_EXTERN;
		break;
	case T_INLINE:
		s->flags |= OST_FF_INLINE;
		break;
	case T_NORETURN:
		s->flags |= OST_FF_NORETURN;
		break;
	case T_CONST:
		*flags |= OST_TF_CONST;
		break;
	case T_ATOMIC:
		*flags |= OST_TF_ATOMIC;
		if (r->t[1].kind == T_LPAREN)
			return false;
		break;
	case T_REGISTER: case T_AUTO: case T_THREAD: case T_VOLATILE: case T_RESTRICT:
	case T_EXTENSION:
		break;
	default:
		return false;
	}
	r->t++;
	return true;
}

static uint32_t with_flags(struct ost_recogniser *r, uint32_t type, uint8_t flags)
{
	struct ost_fact_type t;

	if (!flags || !type)
		return type;
	t = r->types.items[type];
	t.flags |= flags;
	return ost_type(r, &t);
}

bool ost_parse_specs(struct ost_recogniser *r, struct ost_specs *s, enum ost_place place)
{
	const struct ost_tok *first = r->t;
	struct words w = { 0 };
	bool is_builtin = false;
	uint8_t flags = 0;

	*s = (struct ost_specs){ .line = first->line, .attrs = (uint32_t)r->attrs.nr };
	for (;;) {
		uint8_t kind = r->t->kind;

		if (kind >= T_VOID && kind <= T_AUTO_TYPE && !(s->type)) {
			is_builtin = true;
			add_builtin(&w, kind);
			r->t++;
		} else if ((kind == T_STRUCT || kind == T_UNION) && !s->type) {
			s->type = ost_parse_record_spec(r, s);
		} else if (kind == T_ENUM && !s->type) {
			s->type = ost_parse_enum_spec(r, s);
		} else if (kind == T_TYPEOF && !s->type) {
			s->type = typeof_type(r);
		} else if (kind == T_ATTRIBUTE) {
			take_attr(r, s);
		} else if (kind == T_IDENT) {
			if (s->type || is_builtin) {
				if (!is_late_attr(r, place))
					break;
				take_attr(r, s);
			} else if (ost_cls(r, r->t) & OST_WC_ATTR) {
				take_attr(r, s);
			} else {
				enum word_use use = first_word(r, s, place);

				if (use == IS_OTHER)
					break;
				if (use == IS_TYPE)
					s->type = word_type(r);
				else
					take_attr(r, s);
			}
		} else if (!take_storage(r, s, &flags)) {
			break;
		}
		s->has_any = true;
	}
	if (is_builtin && !s->type)
		s->type = builtin_type(r, &w);
	if (s->is_percpu)
		flags |= OST_TF_PERCPU;
	s->type = with_flags(r, s->type, flags);
	return s->has_any;
}

/* ---- shapes ---- */

/* `ident *... ident` followed by what ends a declarator */
static bool is_pointer_decl(const struct ost_recogniser *r, const struct ost_tok *t)
{
	for (t++; t->kind == T_STAR || t->kind == T_CONST || t->kind == T_VOLATILE ||
	     t->kind == T_RESTRICT || (ost_cls(r, t) & OST_WC_ATTR); t++)
		;
	if (t->kind != T_IDENT)
		return t->kind == T_LPAREN && t[1].kind == T_STAR;
	switch (t[1].kind) {
	case T_SEMI: case T_ASSIGN: case T_COMMA: case T_LBRACK: case T_ATTRIBUTE: case T_COLON:
		return true;
	case T_IDENT:
		return true;
	case T_EOF: case T_RPAREN:
		return false;
	default:
		return false;
	}
}

/* MACRO(word) *name = x; MACRO(word) name; all on one line */
static bool is_made_type(const struct ost_recogniser *r, const struct ost_tok *t)
{
	const struct ost_tok *close = ost_partner(r, t + 1), *name;

	if (close[1].kind == T_IDENT && close[2].kind == T_SEMI && close[1].line == t->line)
		return true;	/* MACRO(struct foo) name; */
	if (close != t + 3 || t[2].kind != T_IDENT || close[1].line != t->line)
		return false;
	for (name = close + 1; name->kind == T_STAR; name++)
		;
	return name->kind == T_IDENT && name->line == t->line &&
	       (name[1].kind == T_ASSIGN || name[1].kind == T_SEMI);
}

bool ost_at_decl(struct ost_recogniser *r)
{
	const struct ost_tok *t = r->t, *star;

	if (t->kind >= T_FIRST_DECL && t->kind <= T_LAST_DECL) {
		if (t->kind == T_EXTENSION && t[1].kind == T_LPAREN)
			return false;
		/* register and auto may be fields of macros: `auto = 1` */
		return !(t[1].kind == T_ASSIGN || t[1].kind == T_DOT || t[1].kind == T_ARROW);
	}
	if (t->kind != T_IDENT)
		return false;
	if (ost_cls(r, t) & OST_WC_ATTR && (t[1].kind == T_ASSIGN || t[1].kind == T_LBRACK ||
	    t[1].kind == T_DOT || t[1].kind == T_ARROW || t[1].kind == T_INC || t[1].kind == T_COMMA))
		return false;
	if (ost_cls(r, t) & OST_WC_ATTR)
		return t[1].kind != T_SEMI && (t[1].kind != T_LPAREN || ost_cls(r, t) & OST_WC_ARGS) &&
		       !(t[1].kind == T_LPAREN && ost_partner(r, t + 1)[1].kind == T_SEMI);
	switch (t[1].kind) {
	case T_IDENT:
		/* a macro without semicolon, then a call on the next line */
		if (t[2].kind == T_LPAREN && t[1].line != t->line)
			return false;
		if (t[1].line != t->line && (t[2].kind == T_ARROW || t[2].kind == T_DOT ||
					     t[2].kind == T_ASSIGN || t[2].kind == T_LBRACK))
			return false;
		if (t[1].line != t->line && t[2].kind == T_COLON)
			return false;
		return t[2].kind != T_STR;
	case T_STAR:
		return is_pointer_decl(r, t);
	case T_CONST: case T_VOLATILE: case T_STATIC: case T_ATTRIBUTE:
		return true;
	case T_STRUCT: case T_UNION:
		return t[1].line == t->line;
	case T_LPAREN:	/* type (*name)(...) */
		star = after_attrs(r, t + 2);
		if (star->kind == T_STAR && star[1].kind == T_IDENT) {
			const struct ost_tok *close = ost_partner(r, t + 1);

			if (close[1].kind == T_LBRACK && ost_cls(r, t) & (OST_WC_TYPE | OST_WC_SEEN_TYPE))
				return true;
			return close == star + 2 && close[1].kind == T_LPAREN &&
			       (ost_partner(r, close + 1)[1].kind == T_SEMI ||
				ost_partner(r, close + 1)[1].kind == T_ASSIGN);
		}
		return is_made_type(r, t);
	default:
		return false;
	}
}

bool ost_parse_type_name(struct ost_recogniser *r, uint32_t *ret_type)
{
	struct ost_specs s;
	struct ost_declarator d;
	size_t attrs = r->attrs.nr, attr_nodes = r->attr_nodes.nr;
	bool ok = ost_parse_specs(r, &s, OST_IN_TYPE_NAME) && s.type &&
		  ost_parse_declarator(r, &s, s.type, OST_IN_TYPE_NAME, &d) && !d.name;

	if (ok)
		ost_parse_attrs(r, &s, false);
	r->attrs.nr = attrs;
	r->attr_nodes.nr = attr_nodes;
	*ret_type = ok ? d.type : 0;
	return ok;
}
