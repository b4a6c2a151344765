// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/uses.h"

#include <ctype.h>

bool ost_word_contains(const struct ost_words *words, uint32_t name, const char *part)
{
	const struct ost_name *n = &words->v.items[name];
	size_t len = strlen(part), i;

	for (i = 0; i + len <= n->len; i++)
		if (!memcmp(n->ptr + i, part, len))
			return true;
	return false;
}

static bool is_constant(const struct ost_words *words, uint32_t name)
{
	const struct ost_name *n = &words->v.items[name];
	uint32_t i;

	for (i = 0; i < n->len; i++)
		if (islower((unsigned char)n->ptr[i]))
			return false;
	return n->len > 0;
}

/* Token i as a whole expression: no member of anything, no call, no constant. */
static bool is_plain(const struct ost_words *words, const ost_image_toks *t, size_t i)
{
	uint8_t before = i ? t->items[i - 1].kind : T_EOF;
	uint8_t behind = i + 1 < t->nr ? t->items[i + 1].kind : T_EOF;

	return t->items[i].kind == T_IDENT && before != T_DOT && before != T_ARROW && before != T_GOTO &&
	       behind != T_DOT && behind != T_ARROW && behind != T_LPAREN && behind != T_COLON &&
	       !is_constant(words, t->items[i].name);
}

static bool is_added(const ost_image_toks *t, size_t i)
{
	return i < t->nr && t->items[i].side == OST_SIDE_ADDED;
}

/* ---- `if (!pointer)` ---- */

static uint32_t tested_pointer(const struct ost_words *words, const ost_image_toks *t)
{
	size_t i;

	for (i = 0; i + 4 < t->nr; i++)
		if (is_added(t, i) && is_added(t, i + 4) && t->items[i].kind == T_IF &&
		    t->items[i + 1].kind == T_LPAREN && t->items[i + 2].kind == T_NOT &&
		    is_plain(words, t, i + 3) && t->items[i + 4].kind == T_RPAREN)
			return t->items[i + 3].name;
	return 0;
}

static bool is_debug_call(const struct ost_words *words, const struct ost_image_tok *t)
{
	return t->kind == T_IDENT && (ost_word_contains(words, t->name, "dbg") ||
				      ost_word_contains(words, t->name, "debug") ||
				      ost_word_contains(words, t->name, "trace_"));
}

static enum ost_use use_behind(const struct ost_words *words, const ost_image_toks *t,
			       size_t from, size_t to, uint32_t name)
{
	enum ost_use use = OST_USE_NONE;
	int depth = 0;	/* of parentheses inside the arguments of debug output */
	size_t i;

	for (i = from; i < to; i++) {
		const struct ost_image_tok *k = &t->items[i];

		if (!depth && is_debug_call(words, k) && i + 1 < to && t->items[i + 1].kind == T_LPAREN)
			depth = 1, i++;
		else if (depth)
			depth += (k->kind == T_LPAREN) - (k->kind == T_RPAREN);
		if (k->kind != T_IDENT || k->name != name || (i && (t->items[i - 1].kind == T_ARROW ||
								    t->items[i - 1].kind == T_DOT)))
			continue;
		if (!depth)
			return OST_USE_UNKNOWN;
		use = OST_USE_DEBUG;
	}
	return use;
}

/* `name` beside others: what it points to is reached, or goes by another name behind here. */
static bool is_taken(const ost_image_toks *t, size_t i)
{
	uint8_t before = i ? t->items[i - 1].kind : T_EOF;
	uint8_t behind = i + 1 < t->nr ? t->items[i + 1].kind : T_EOF;

	if (before == T_ARROW || before == T_DOT)
		return false;
	return behind == T_ARROW || behind == T_LBRACK || before == T_ASSIGN || before == T_COMMA ||
	       (behind == T_COMMA && before == T_LPAREN) ||
	       (before == T_LPAREN && behind == T_RPAREN && i > 1 && t->items[i - 2].kind == T_IDENT);
}

static bool is_taken_before(const ost_image_toks *t, size_t from, size_t to, uint32_t name)
{
	size_t i;

	for (i = from; i < to; i++)
		if (t->items[i].kind == T_IDENT && t->items[i].name == name && is_taken(t, i))
			return true;
	return false;
}

/* `type *name` among the parameters or the declarations: what else sees it need not be asked. */
static bool is_declared_in(const ost_image_toks *t, size_t from, size_t to, uint32_t name)
{
	size_t i;

	for (i = from + 2; i + 1 < to; i++) {
		uint8_t behind = t->items[i + 1].kind;

		if (t->items[i].kind == T_IDENT && t->items[i].name == name && t->items[i - 1].kind == T_STAR &&
		    (t->items[i - 2].kind == T_IDENT || t->items[i - 2].kind == T_STAR || t->items[i - 2].kind == T_COMMA ||
		     t->items[i - 2].kind == T_VOID || t->items[i - 2].kind == T_CONST) &&
		    (behind == T_ASSIGN || behind == T_SEMI || behind == T_COMMA || behind == T_RPAREN))
			return true;
	}
	return false;
}

/* ---- a pointer that a condition around the place implies ---- */

/* `if (pointer)`, added around what stood there before. */
static uint32_t wrapped_pointer(const struct ost_words *words, const ost_image_toks *t)
{
	size_t i;

	for (i = 0; i + 3 < t->nr; i++)
		if (is_added(t, i) && is_added(t, i + 3) && t->items[i].kind == T_IF &&
		    t->items[i + 1].kind == T_LPAREN && is_plain(words, t, i + 2) && t->items[i + 3].kind == T_RPAREN)
			return t->items[i + 2].name;
	return 0;
}

/* The `(` before the `)` at i; 0: there is none. */
static size_t open_paren(const ost_image_toks *t, size_t from, size_t i)
{
	int depth = 0;

	for (; i > from; i--) {
		depth += (t->items[i].kind == T_RPAREN) - (t->items[i].kind == T_LPAREN);
		if (!depth)
			return i;
	}
	return 0;
}

/* The `(` of the next `if` outwards whose braces are open at token i; 0: there is none. */
static size_t condition_around(const ost_image_toks *t, size_t from, size_t i)
{
	int depth = 0;
	size_t open;

	while (i-- > from + 1) {
		depth += (t->items[i].kind == T_RBRACE) - (t->items[i].kind == T_LBRACE);
		if (depth >= 0)
			continue;
		depth = 0;
		open = t->items[i - 1].kind == T_RPAREN ? open_paren(t, from, i - 1) : 0;
		if (open && t->items[open - 1].kind == T_IF)
			return open;
	}
	return 0;
}

static bool is_name(const ost_image_toks *t, size_t i, uint32_t name)
{
	return t->items[i].kind == T_IDENT && t->items[i].name == name;
}

/* `pointer` alone or `pointer && ...` from i up to a token of the kind `end`, nothing of it after `||`. */
static bool is_conjunction(const ost_image_toks *t, size_t i, size_t to, uint32_t pointer, uint8_t end)
{
	int depth = 0;

	if (i + 1 >= to || !is_name(t, i, pointer) || (t->items[i + 1].kind != T_LAND && t->items[i + 1].kind != end))
		return false;
	for (i++; i < to; i++) {
		if (t->items[i].kind == end && !depth)
			return true;
		depth += (t->items[i].kind == T_LPAREN) - (t->items[i].kind == T_RPAREN);
		if (!depth && (t->items[i].kind == T_LOR || t->items[i].kind == T_QUEST))
			return false;
	}
	return false;
}

static bool is_set(const ost_image_toks *t, size_t i, uint32_t name)
{
	return i + 1 < t->nr && is_name(t, i, name) && t->items[i + 1].kind == T_ASSIGN &&
	       !(i && (t->items[i - 1].kind == T_ARROW || t->items[i - 1].kind == T_DOT));
}

/* Is the flag set to nothing but false and `pointer && ...`, and the pointer not set behind that? */
static bool is_flag_for(const struct ost_words *words, const ost_image_toks *t, size_t from, size_t to, uint32_t flag,
			uint32_t pointer)
{
	bool is_for = false;
	size_t i;

	for (i = from; i + 2 < to; i++) {
		if (is_set(t, i, pointer))
			is_for = false;
		if (!is_set(t, i, flag) || ost_word_contains(words, t->items[i + 2].name, "false"))
			continue;
		is_for = is_conjunction(t, i + 2, to, pointer, T_SEMI);
		if (!is_for)
			return false;
	}
	return is_for;
}

/* Is the place reached only where the pointer is not NULL? */
static bool is_implied(const struct ost_words *words, const ost_image_toks *t, size_t from, size_t at, uint32_t pointer)
{
	size_t open = at, i;

	while ((open = condition_around(t, from, open))) {
		for (i = open; i < at && !is_set(t, i, pointer); i++)
			;
		if (i < at)
			return false;
		if (is_conjunction(t, open + 1, at, pointer, T_RPAREN))
			return true;
		if (t->items[open + 1].kind == T_IDENT && t->items[open + 2].kind == T_RPAREN &&
		    is_flag_for(words, t, from, open, t->items[open + 1].name, pointer))
			return true;
	}
	return false;
}

/* ---- `local = value;` ---- */

static bool occurs(const ost_image_toks *t, size_t from, size_t to, uint32_t name)
{
	size_t i;

	for (i = from; i < to; i++)
		if (t->items[i].kind == T_IDENT && t->items[i].name == name)
			return true;
	return false;
}

/* A local of the patch's function (the hunk's kept lines name it too) that the addition sets. */
static uint32_t set_local(const struct ost_words *words, const ost_image_toks *t)
{
	size_t i, k;

	for (i = 0; i + 1 < t->nr; i++) {
		if (!is_added(t, i) || !is_plain(words, t, i) || t->items[i + 1].kind != T_ASSIGN)
			continue;
		for (k = 0; k < t->nr; k++)
			if (t->items[k].side == OST_SIDE_KEPT && t->items[k].name == t->items[i].name &&
			    is_plain(words, t, k))
				return t->items[i].name;
	}
	return 0;
}

/* ---- `if (value >= LIMIT)` ---- */

static bool is_relation(uint8_t kind)
{
	return kind == T_LT || kind == T_GT || kind == T_LE || kind == T_GE;
}

/* The last word of what is compared with a constant: `seq` of `info.seq >= NR_PAGES`. */
static uint32_t limited_value(const struct ost_words *words, const ost_image_toks *t)
{
	size_t i;

	for (i = 1; i + 1 < t->nr; i++)
		if (is_added(t, i - 1) && is_added(t, i + 1) && is_relation(t->items[i].kind) &&
		    t->items[i - 1].kind == T_IDENT && !is_constant(words, t->items[i - 1].name) &&
		    t->items[i + 1].kind == T_IDENT && is_constant(words, t->items[i + 1].name))
			return t->items[i - 1].name;
	return 0;
}

/* `[... value]` with the value never beside a relation. */
static bool is_unchecked_index(const ost_image_toks *t, size_t from, size_t to, uint32_t name)
{
	bool is_index = false;
	size_t i;

	for (i = from + 1; i + 1 < to; i++) {
		if (t->items[i].kind != T_IDENT || t->items[i].name != name)
			continue;
		if (is_relation(t->items[i - 1].kind) || is_relation(t->items[i + 1].kind))
			return false;
		is_index |= t->items[i - 1].kind == T_LBRACK && t->items[i + 1].kind == T_RBRACK;
	}
	return is_index;
}

struct ost_use_finding ost_find_use(const struct ost_words *words, const struct ost_image *image,
				    const struct ost_branch_file *file,
				    const struct ost_branch_func *func, size_t at)
{
	const ost_image_toks *t = &image->all, *f = &file->toks;
	uint32_t name = tested_pointer(words, t);
	enum ost_use use;

	if (name) {
		use = use_behind(words, f, at, func->to, name);
		if (use != OST_USE_UNKNOWN && !is_taken_before(f, func->from, at, name) &&
		    is_declared_in(f, func->from, func->to, name))
			return (struct ost_use_finding){ use, name };
	}
	if (!name)
		name = wrapped_pointer(words, t);
	if (name && is_implied(words, f, func->from, at, name))
		return (struct ost_use_finding){ OST_USE_IMPLIED, name };
	name = set_local(words, t);
	if (name && !occurs(f, func->from, func->to, name))
		return (struct ost_use_finding){ OST_USE_ABSENT, name };
	name = limited_value(words, t);
	if (name && is_unchecked_index(f, func->from, func->to, name))
		return (struct ost_use_finding){ OST_USE_UNCHECKED, name };
	return (struct ost_use_finding){ OST_USE_UNKNOWN, 0 };
}
