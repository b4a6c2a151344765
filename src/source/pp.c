// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which arms of #if the recogniser sees.
 *
 * Kernel code puts #if around whole declarations and statements most of the
 * time, and sometimes in the middle of one. A group whose arms all begin and
 * end where statements, members or list elements begin and end is *clean*:
 * its arms stay, with markers between them, and every one is read. Of any
 * other group one arm alone stays, the first that is ever compiled, so that
 * what is read is one possible program. Arms that no compiler of the kernel
 * reads (#if 0, __ASSEMBLY__, __cplusplus, #ifndef __KERNEL__) vanish first.
 *
 * One pass over the raw tokens, copying what stays. Whether a group is clean
 * is known at its #endif; the other arms are then cut out of the copy. A
 * token is moved at most once for each group around it (OST_PP_MAX_DEPTH).
 * Brackets are paired on the way; once more at the end where tokens were cut out.
 */
#include "source/parse.h"

#include <string.h>

enum truth { FALSE, TRUE, UNKNOWN };

static bool is_text(const struct ost_recogniser *r, const struct ost_tok *t, const char *s)
{
	const struct ost_name *n;

	if (t->kind != T_IDENT && t->kind != T_NUM)
		return false;
	n = ost_name(r, t->val);
	return n->len == strlen(s) && !memcmp(n->ptr, s, n->len);
}

/* Whether the macro is defined where kernel C is compiled. */
static enum truth is_defined(const struct ost_recogniser *r, const struct ost_tok *t)
{
	if (is_text(r, t, "__KERNEL__"))
		return TRUE;
	return is_text(r, t, "__ASSEMBLY__") || is_text(r, t, "__ASSEMBLER__") ||
	       is_text(r, t, "__cplusplus") || is_text(r, t, "LINKER_SCRIPT") ? FALSE : UNKNOWN;
}

static enum truth negation(enum truth t)
{
	return t == UNKNOWN ? t : t == TRUE ? FALSE : TRUE;
}

/* The name in `defined X` or `defined(X)` at t, or NULL; *end is after it. */
static const struct ost_tok *defined_name(const struct ost_recogniser *r, const struct ost_tok *t,
					  const struct ost_tok **end)
{
	if (!is_text(r, t, "defined"))
		return NULL;
	if (t[1].kind == T_LPAREN && t[2].kind == T_IDENT && t[3].kind == T_RPAREN) {
		*end = t + 4;
		return t + 2;
	}
	*end = t + 2;
	return t[1].kind == T_IDENT ? t + 1 : NULL;
}

/* What is false before an && may be true by what is behind an || or a ?. */
static bool has_or(const struct ost_tok *t)
{
	for (; t->kind != T_EOF; t++)
		if (t->kind == T_LOR || t->kind == T_QUEST)
			return true;
	return false;
}

static enum truth evaluate(const struct ost_recogniser *r, const struct ost_directive *d)
{
	const struct ost_tok *t = &r->lexed.dtoks.items[d->first], *end, *name;
	enum truth known;
	bool is_negated;

	if (d->kind == D_IFDEF || d->kind == D_ELIFDEF)
		return is_defined(r, t);
	if (d->kind == D_IFNDEF || d->kind == D_ELIFNDEF)
		return negation(is_defined(r, t));
	is_negated = t->kind == T_NOT;
	t += is_negated;
	if (t->kind == T_NUM && t[1].kind == T_EOF && !is_negated) {
		if (is_text(r, t, "0"))
			return FALSE;
		return is_text(r, t, "1") ? TRUE : UNKNOWN;
	}
	name = defined_name(r, t, &end);
	if (!name)
		return UNKNOWN;
	known = is_negated ? negation(is_defined(r, name)) : is_defined(r, name);
	if (end->kind == T_LAND)
		return known == FALSE && !has_or(end) ? FALSE : UNKNOWN;
	return end->kind == T_EOF ? known : UNKNOWN;
}

/* ---- conditions ---- */

static uint32_t add_cond(struct ost_recogniser *r, uint32_t name, uint32_t outer)
{
	uint32_t text = ost_rec_str(r, name), i, nr = (uint32_t)r->conds.nr;
	struct ost_fact_cond *c;

	for (i = nr; i > 1 && i + 64 > nr; i--) {
		c = &r->conds.items[i - 1];
		if (c->text == text && c->outer == outer)
			return i - 1;
	}
	c = ost_vec_push(&r->conds);
	c->text = text;
	c->outer = outer;
	return nr;
}

static uint32_t compose(struct ost_recogniser *r, const char *before, uint32_t name,
			const char *after, uint32_t more)
{
	OST_BUF b = OST_BUF_INIT;

	ost_buf_addstr(&b, before);
	ost_buf_add(&b, ost_name(r, name)->ptr, ost_name(r, name)->len);
	ost_buf_addstr(&b, after);
	ost_buf_add(&b, ost_name(r, more)->ptr, ost_name(r, more)->len);
	return ost_words_copy(&r->names, b.ptr, (uint32_t)b.len, T_STR);
}

/* One word, or one word with its arguments. */
static bool is_simple(const char *p, uint32_t len)
{
	uint32_t i = 0;

	while (i < len && (p[i] == '_' || (p[i] >= '0' && p[i] <= '9') ||
			   ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'z')))
		i++;
	return i == len || (i && p[i] == '(' && memchr(p + i, ')', len - i) == p + len - 1);
}

static uint32_t negate(struct ost_recogniser *r, uint32_t name)
{
	const struct ost_name *n = ost_name(r, name);

	if (n->len > 1 && n->ptr[0] == '!' && is_simple(n->ptr + 1, n->len - 1))
		return ost_words_copy(&r->names, n->ptr + 1, n->len - 1, T_IDENT);
	if (is_simple(n->ptr, n->len))
		return compose(r, "!", name, "", 0);
	return compose(r, "!(", name, ")", 0);
}

/* A name, be it a keyword: #ifdef inline */
static bool is_word(const struct ost_tok *t)
{
	return t->kind == T_IDENT || (t->kind >= T_IF && t->kind < T_PP_IF);
}

/* The text of a directive's own condition, normalised. */
static uint32_t cond_text(struct ost_recogniser *r, const struct ost_directive *d)
{
	const struct ost_tok *t = &r->lexed.dtoks.items[d->first], *name, *end;

	switch (d->kind) {
	case D_IFDEF:
	case D_ELIFDEF:
		return is_word(t) ? t->val : 0;
	case D_IFNDEF:
	case D_ELIFNDEF:
		return is_word(t) ? compose(r, "!", t->val, "", 0) : 0;
	default:
		if (t->kind == T_NOT) {
			name = defined_name(r, t + 1, &end);
			if (name && end->kind == T_EOF)
				return compose(r, "!", name->val, "", 0);
		}
		name = defined_name(r, t, &end);
		if (name && end->kind == T_EOF)
			return name->val;
		return ost_text(r, t, &r->lexed.dtoks.items[d->end]);
	}
}

/* ---- groups ---- */

/* Bytes of `!A && !B ...` before an #elif; a longer chain leaves the later ones out. */
#define NOT_BEFORE_MAX 1000

#define NO_INDEX UINT32_MAX	/* an open brace whose token was cut out */

static uint8_t innermost(const struct ost_recogniser *r)
{
	uint32_t at;

	if (!r->brackets.nr)
		return T_EOF;
	at = *ost_vec_last(&r->brackets);
	if (at >= r->toks.nr || r->toks.items[at].kind < T_LPAREN || r->toks.items[at].kind > T_LBRACK)
		return T_LBRACE;	/* its token was cut out */
	return r->toks.items[at].kind;
}

/* The `:` at index `at` belongs to a label or case, not to `?`. */
static bool is_label_colon(const struct ost_recogniser *r, uint32_t at)
{
	unsigned n;

	for (n = 0; at && n < 64; n++) {
		switch (r->toks.items[--at].kind) {
		case T_QUEST:
			return false;
		case T_CASE: case T_SEMI: case T_LBRACE: case T_RBRACE:
			return true;
		}
	}
	return true;
}

/* The `,` at index `at` separates elements of a list, not of `int a, b;`. */
static bool is_list_comma(const struct ost_recogniser *r, uint32_t at)
{
	uint32_t open = r->brackets.nr ? *ost_vec_last(&r->brackets) : NO_INDEX;
	unsigned n;

	if (open >= at)
		return false;
	if (r->toks.items[open + 1].kind >= T_FIRST_DECL && r->toks.items[open + 1].kind <= T_LAST_DECL)
		return false;
	for (n = 0; at > open && n < 64; n++)
		if (r->toks.items[at--].kind == T_SEMI)
			return false;
	return true;
}

/* May a whole statement, member or list element begin after token `at`? */
static bool is_boundary(const struct ost_recogniser *r, uint32_t at)
{
	switch (r->toks.items[at].kind) {
	case T_COLON:
		return is_label_colon(r, at);
	case T_COMMA:
		return is_list_comma(r, at);
	case T_SEMI: case T_LBRACE: case T_RBRACE: case T_RPAREN:
	case T_ELSE: case T_DO: case T_PP_IF: case T_PP_ELIF: case T_PP_ELSE: case T_PP_ENDIF:
		return true;
	default:
		return false;
	}
}

static void open_group(struct ost_recogniser *r)
{
	uint32_t here = (uint32_t)r->toks.nr;
	uint8_t in = innermost(r);
	struct ost_pp_group *g = ost_vec_push(&r->groups);

	g->start = g->arm = here;
	g->depth = g->min_depth = (uint32_t)r->brackets.nr;
	g->outer = r->cond;
	g->is_clean = (in == T_EOF || in == T_LBRACE) &&
		      (!here || is_boundary(r, here - 1));
}

/* Does the arm that ends at r->toks.nr hold whole things only? */
static bool is_whole(struct ost_recogniser *r, struct ost_pp_group *g)
{
	const struct ost_tok *t = r->toks.items;
	uint32_t first = g->arm, end = (uint32_t)r->toks.nr;

	if (r->brackets.nr != g->depth || g->min_depth < g->depth)
		return false;
	if (first == end)
		return true;
	switch (t[first].kind) {
	case T_ELSE: case T_COMMA: case T_RPAREN: case T_COLON: case T_QUEST: case T_ASSIGN:
	case T_LAND: case T_LOR: case T_OR: case T_ADD: case T_DIV: case T_EQ: case T_NE:
		return false;
	case T_LBRACE:
		if (!g->depth)
			return false;
		break;
	case T_AND: case T_STAR: case T_SUB: case T_LPAREN:
		if (g->start && t[g->start - 1].kind == T_RPAREN)
			return false;
		break;
	case T_SEMI:
		if (g->start && (t[g->start - 1].kind == T_RPAREN || !g->depth))
			return false;
		break;
	}
	switch (t[end - 1].kind) {
	case T_COLON:
		return is_label_colon(r, end - 1);
	case T_COMMA:
		return is_list_comma(r, end - 1);
	case T_SEMI: case T_RBRACE: case T_PP_ENDIF:
		return true;
	case T_RPAREN:
		if (!g->depth)
			return true;	/* EXPORT_SYMBOL(x), unless a { follows */
		/* fall through */
	default:
		g->needs_brace = true;
		return true;
	}
}

static void close_arm(struct ost_recogniser *r)
{
	struct ost_pp_group *g = ost_vec_last(&r->groups);

	if (!g->is_dead) {
		if (!is_whole(r, g))
			g->is_clean = false;
		if (!g->has_pick) {
			g->has_pick = true;
			g->pick = g->arm;
			g->pick_end = (uint32_t)r->toks.nr;
			g->pick_depth = (uint32_t)r->brackets.nr;
		}
	}
	if (r->brackets.nr != g->depth)
		r->must_pair = true;
	if (r->brackets.nr > g->depth)
		r->brackets.nr = g->depth;
	while (r->brackets.nr < g->depth)
		ost_vec_add(&r->brackets, NO_INDEX);
}

/* Begins an arm: decides whether it is ever compiled and sets r->cond. */
static void open_arm(struct ost_recogniser *r, const struct ost_directive *d, uint32_t line)
{
	struct ost_pp_group *g = ost_vec_last(&r->groups);
	enum truth truth = d->kind == D_ELSE ? TRUE : evaluate(r, d);
	uint32_t text = d->kind == D_ELSE ? 0 : cond_text(r, d), cond;

	g->is_dead = g->has_true || truth == FALSE;
	g->arm = (uint32_t)r->toks.nr;
	if (g->is_dead)
		return;
	if (truth == TRUE) {
		g->has_true = true;
		if (d->kind != D_ELSE || !g->not_before)
			g->is_known = true;
	}
	if (truth == TRUE)
		cond = g->not_before ? add_cond(r, g->not_before, g->outer) : g->outer;
	else if (g->not_before)
		cond = add_cond(r, compose(r, "", g->not_before, " && ", text), g->outer);
	else
		cond = add_cond(r, text, g->outer);
	if (truth == UNKNOWN) {
		text = negate(r, text);
		if (!g->not_before)
			g->not_before = text;
		else if (ost_name(r, g->not_before)->len < NOT_BEFORE_MAX)
			g->not_before = compose(r, "", g->not_before, " && ", text);
	}
	r->cond = cond;
	ost_vec_add(&r->toks, ((struct ost_tok){
		.off = d->off, .val = cond, .line = line,
		.kind = !g->has_pick ? T_PP_IF : d->kind == D_ELSE ? T_PP_ELSE : T_PP_ELIF }));
	g->arm = (uint32_t)r->toks.nr;
}

/* Keeps toks[from..to) alone of what the group added. */
static void keep_only(struct ost_recogniser *r, struct ost_pp_group *g)
{
	uint32_t nr = g->has_pick ? g->pick_end - g->pick : 0;

	if (g->start + nr != r->toks.nr)
		r->must_pair = true;	/* tokens move, and some go */
	if (nr)
		memmove(&r->toks.items[g->start], &r->toks.items[g->pick],
			nr * sizeof(*r->toks.items));
	r->toks.nr = g->start + nr;
	while (g->has_pick && r->brackets.nr < g->pick_depth)
		ost_vec_add(&r->brackets, NO_INDEX);
	if (g->has_pick && r->brackets.nr > g->pick_depth)
		r->brackets.nr = g->pick_depth;
}

/* `next` is the first token after the #endif. */
static void close_group(struct ost_recogniser *r, const struct ost_tok *next)
{
	struct ost_pp_group *g = ost_vec_last(&r->groups);
	uint32_t min_depth = g->min_depth;
	uint8_t prev = g->start ? r->toks.items[g->start - 1].kind : T_EOF;

	close_arm(r);
	if (g->needs_brace && next->kind != T_RBRACE)
		g->is_clean = false;
	if (g->needs_brace && prev != T_LBRACE && prev != T_COMMA)
		g->is_clean = false;
	if (next->kind == T_LBRACE && !g->depth)
		g->is_clean = false;
	r->cond = g->outer;
	if (!g->is_clean || g->is_known || !g->has_pick) {
		r->nr_split += !g->is_clean && !g->is_known && g->has_pick;
		keep_only(r, g);
	} else {
		ost_vec_add(&r->toks, ((struct ost_tok){
			.off = next->off, .val = g->outer, .line = next->line, .kind = T_PP_ENDIF }));
	}
	r->groups.nr--;
	if (r->groups.nr && ost_vec_last(&r->groups)->min_depth > min_depth)
		ost_vec_last(&r->groups)->min_depth = min_depth;
}

/* ---- the pass ---- */

/* The innermost open bracket is closed by the token at index `at`. */
static void pop_bracket(struct ost_recogniser *r, uint32_t at)
{
	uint32_t open = r->brackets.items[--r->brackets.nr];

	if (!r->must_pair)	/* else another token may stand there now */
		r->toks.items[open].val = at;
}

static void close_bracket(struct ost_recogniser *r, uint8_t open, uint32_t at)
{
	if (open == T_LBRACE)
		while (r->brackets.nr && innermost(r) != T_LBRACE)
			pop_bracket(r, at);
	if (r->brackets.nr && innermost(r) == open)
		pop_bracket(r, at);
	if (r->groups.nr && ost_vec_last(&r->groups)->min_depth > r->brackets.nr)
		ost_vec_last(&r->groups)->min_depth = (uint32_t)r->brackets.nr;
}

/* Copies the tokens from t to the next directive, for which there is room; pairs their brackets. */
static const struct ost_tok *copy_run(struct ost_recogniser *r, const struct ost_tok *t)
{
	struct ost_tok *to = r->toks.items + r->toks.nr;

	for (; t->kind != T_DIRECTIVE && t->kind != T_EOF; t++, to++) {
		*to = *t;
		if (t->kind > T_RBRACK || t->kind < T_LPAREN)
			continue;
		r->toks.nr = (size_t)(to - r->toks.items);
		if (t->kind <= T_LBRACK)
			ost_vec_add(&r->brackets, (uint32_t)r->toks.nr);
		else
			close_bracket(r, t->kind - T_RPAREN + T_LPAREN, (uint32_t)r->toks.nr);
	}
	r->toks.nr = (size_t)(to - r->toks.items);
	return t;
}

/* The first token after t that is no directive. */
static const struct ost_tok *next_token(const struct ost_tok *t)
{
	while (t->kind == T_DIRECTIVE)
		t++;
	return t;
}

/* #ifndef X, #define X ... #endif around everything (or a trace header's). */
static void find_guard(struct ost_recogniser *r)
{
	const struct ost_directive *d = r->lexed.dirs.items;
	const struct ost_tok *t, *name, *end;

	r->guard = UINT32_MAX;
	if (r->lexed.dirs.nr < 3 || r->lexed.toks.items[0].kind != T_DIRECTIVE ||
	    r->lexed.toks.items[1].kind != T_DIRECTIVE || d[1].kind != D_DEFINE)
		return;
	name = t = &r->lexed.dtoks.items[d[0].first];
	if (d[0].kind == D_IF && t->kind == T_NOT) {
		name = defined_name(r, t + 1, &end);
		if (!name || (end->kind != T_EOF && end->kind != T_LOR))
			return;
	} else if (d[0].kind != D_IFNDEF) {
		return;
	}
	t = &r->lexed.dtoks.items[d[1].first];
	if (t->kind == T_IDENT && name->kind == T_IDENT && t->val == name->val)
		r->guard = 1;
}

/* An #if inside a dead arm or below OST_PP_MAX_DEPTH: to its #endif, #else, ... */
static const struct ost_tok *skip_arm(struct ost_recogniser *r, const struct ost_tok *t)
{
	unsigned depth = 0;

	for (; t->kind != T_EOF; t++) {
		uint8_t kind;

		if (t->kind != T_DIRECTIVE)
			continue;
		kind = r->lexed.dirs.items[t->val].kind;
		if (kind <= D_IFNDEF)
			depth++;
		else if (kind <= D_ENDIF && !depth)
			return t;
		else if (kind == D_ENDIF)
			depth--;
		else if (kind > D_ENDIF)
			r->lexed.dirs.items[t->val].cond = UINT32_MAX;
	}
	return t;
}

static void guard_group(struct ost_recogniser *r)
{
	struct ost_pp_group *g;

	open_group(r);
	g = ost_vec_last(&r->groups);
	g->is_known = g->has_true = true;
}

/* Handles the directive at t; returns the token to go on with. */
static const struct ost_tok *resolve_directive(struct ost_recogniser *r, const struct ost_tok *t)
{
	uint32_t at = t->val;
	struct ost_directive *d = &r->lexed.dirs.items[at];

	switch (d->kind) {
	case D_IF:
	case D_IFDEF:
	case D_IFNDEF:
		if (r->groups.nr == OST_PP_MAX_DEPTH) {
			ost_lost(r, t, "#if nested too deeply");
			do {
				t = skip_arm(r, t + 1);
			} while (t->kind != T_EOF && r->lexed.dirs.items[t->val].kind != D_ENDIF);
			return t->kind == T_EOF ? t : t + 1;
		}
		if (r->guard == 1 && !at) {
			guard_group(r);
			return t + 1;
		}
		open_group(r);
		open_arm(r, d, t->line);
		break;
	case D_ELIF:
	case D_ELIFDEF:
	case D_ELIFNDEF:
	case D_ELSE:
		if (!r->groups.nr)
			return t + 1;
		close_arm(r);
		ost_vec_last(&r->groups)->min_depth = ost_vec_last(&r->groups)->depth;
		open_arm(r, d, t->line);
		break;
	case D_ENDIF:
		if (r->groups.nr)
			close_group(r, next_token(t));
		return t + 1;
	default:
		d->cond = r->cond;
		return t + 1;
	}
	return ost_vec_last(&r->groups)->is_dead ? skip_arm(r, t + 1) : t + 1;
}

/* What is still open ends at the end. */
static void pair_rest(struct ost_recogniser *r, uint32_t eof)
{
	size_t i;

	if (r->must_pair)
		ost_pair_brackets(r, r->toks.items, eof);
	for (i = 0; i < r->brackets.nr; i++)
		r->toks.items[r->brackets.items[i]].val = eof;
}

void ost_pp_resolve(struct ost_recogniser *r)
{
	const struct ost_tok *t = r->lexed.toks.items;
	uint32_t eof;
	int i;

	ost_vec_clear(&r->toks);
	ost_vec_clear(&r->brackets);
	ost_vec_clear(&r->groups);
	/* at most a token for each, and the #endif that are missing */
	ost_vec_reserve(&r->toks, r->lexed.toks.nr + OST_PP_MAX_DEPTH + OST_NR_EOF);
	r->cond = 0;
	r->must_pair = false;
	find_guard(r);
	while (t->kind != T_EOF) {
		if (t->kind == T_DIRECTIVE)
			t = resolve_directive(r, t);
		else
			t = copy_run(r, t);
	}
	while (r->groups.nr)
		close_group(r, t);
	eof = (uint32_t)r->toks.nr;
	for (i = 0; i < OST_NR_EOF; i++)
		ost_vec_add(&r->toks, *t);
	r->cond = 0;
	pair_rest(r, eof);
}

/* ---- pairs ---- */

void ost_pair_brackets(struct ost_recogniser *r, struct ost_tok *toks, uint32_t eof)
{
	uint32_t i, top;

	ost_vec_clear(&r->brackets);
	for (i = 0; i < eof; i++) {
		uint8_t kind = toks[i].kind, open;

		if (kind < T_LPAREN || kind > T_RBRACK)
			continue;
		if (kind <= T_LBRACK) {
			toks[i].val = eof;
			ost_vec_add(&r->brackets, i);
			continue;
		}
		open = kind - T_RPAREN + T_LPAREN;
		while (r->brackets.nr) {
			top = *ost_vec_last(&r->brackets);
			if (toks[top].kind != open && kind != T_RBRACE)
				break;
			toks[top].val = i;
			r->brackets.nr--;
			if (toks[top].kind == open)
				break;
		}
		toks[i].val = 0;
	}
}
