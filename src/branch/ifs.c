// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/ifs.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/word.h"

#define MAX_NESTING 200

struct group {
	uint32_t line;		/* of its #if */
	enum ost_if_line kind, worst;	/* of this arm; of all so far */
	enum ost_if_value before;	/* is an arm in front of this one taken? */
};

struct ifs {
	struct group open[MAX_NESTING];
	int nr;
	bool in_comment;
	const struct ost_if_config *config;
};

/* The rest of a line: does a comment begin and not end in it? */
static void see_comments(struct ifs *x, const char *p, const char *end)
{
	char quote = 0;

	for (; p < end; p++) {
		if (x->in_comment) {
			x->in_comment = !(end - p > 1 && p[0] == '*' && p[1] == '/');
			p += !x->in_comment;
		} else if (quote) {
			if (*p == '\\')
				p++;
			else if (*p == quote)
				quote = 0;
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (end - p > 1 && p[0] == '/' && p[1] == '/') {
			return;
		} else if (end - p > 1 && p[0] == '/' && p[1] == '*') {
			x->in_comment = true;
			p++;
		}
	}
}

/* The name of the directive in a line, or NULL. */
static const char *directive(const char *p, const char *end)
{
	p = ost_behind_blanks(p, end);
	return p < end && *p == '#' ? ost_behind_blanks(p + 1, end) : NULL;
}

static bool begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && !memcmp(p, word, n);
}

static bool has(const char *p, const char *end, const char *word)
{
	return memmem(p, (size_t)(end - p), word, strlen(word));
}

/* #ifndef X, and #define X in the next line. */
static bool is_guard(const char *p, const char *end, const char *text_end)
{
	const char *name = begins(p, end, "ifndef") ? ost_behind_blanks(p + 6, end) : end, *next;
	size_t n = 0;

	while (name + n < end && ost_is_word_byte(name[n]))
		n++;
	next = end < text_end ? directive(end + 1, text_end) : NULL;
	if (!n || !next || !begins(next, text_end, "define"))
		return false;
	next = ost_behind_blanks(next + 6, text_end);
	return (size_t)(text_end - next) > n && !memcmp(next, name, n) && !ost_is_word_byte(next[n]);
}

static bool has_module(const char *p, const char *end)
{
	const char *at = memmem(p, (size_t)(end - p), "MODULE", 6);

	return at && !ost_is_word_byte(at[-1]) && (at + 6 == end || !ost_is_word_byte(at[6]));
}

/* Is the word one that the configuration decides, or a part of how that is asked? */
static bool is_of_config(const char *word, size_t len)
{
	static const char *const words[] = { "defined", "IS_ENABLED", "IS_REACHABLE", "IS_BUILTIN", "IS_MODULE", "MODULE", "__KERNEL__", "if",
					     "ifdef", "ifndef", "elif" };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == len && !memcmp(words[i], word, len))
			return true;
	return len > 7 && !memcmp(word, "CONFIG_", 7);
}

/* Do only symbols of the configuration stand there, one at least? */
static bool is_all_config(const char *p, const char *end)
{
	const char *from;
	bool any = has(p, end, "CONFIG_") || has_module(p, end);

	while (p < end && any) {
		for (from = p; p < end && ost_is_word_byte(*p); p++)
			;
		any = p == from || isdigit((unsigned char)*from) || is_of_config(from, (size_t)(p - from));
		p += p == from;
	}
	return any;
}

/* ---- is a condition true? ---- */

struct condition {
	const char *p, *end;
	const struct ost_if_config *config;
	int depth;
	bool is_odd;	/* something that is not understood */
};

static enum ost_if_value any_of(struct condition *c);

static enum ost_if_value not(enum ost_if_value v)
{
	return v == OST_IF_FALSE ? OST_IF_TRUE : v == OST_IF_TRUE ? OST_IF_FALSE : OST_IF_UNKNOWN;
}

static size_t take_word(struct condition *c, const char **ret)
{
	c->p = ost_behind_blanks(c->p, c->end);
	*ret = c->p;
	while (c->p < c->end && ost_is_word_byte(*c->p))
		c->p++;
	return (size_t)(c->p - *ret);
}

static bool take(struct condition *c, const char *sign)
{
	c->p = ost_behind_blanks(c->p, c->end);
	if (!begins(c->p, c->end, sign))
		return false;
	c->p += strlen(sign);
	return true;
}

/* CONFIG_X; `is_module_fine`: set as a module will do. */
static enum ost_if_value symbol_value(struct condition *c, bool is_module_fine)
{
	char name[128];
	const char *word;
	size_t len = take_word(c, &word);
	enum ost_if_value v;

	if (len <= 7 || len - 7 >= sizeof(name) || memcmp(word, "CONFIG_", 7)) {
		c->is_odd = true;
		return OST_IF_UNKNOWN;
	}
	memcpy(name, word + 7, len - 7);
	name[len - 7] = '\0';
	v = c->config->value(c->config->ctx, name);
	return v != OST_IF_MODULE ? v : is_module_fine ? OST_IF_TRUE : OST_IF_UNKNOWN;
}

/* defined(CONFIG_X), defined CONFIG_X, IS_ENABLED(CONFIG_X), and the like. */
static enum ost_if_value asked_value(struct condition *c)
{
	const char *word;
	size_t len = take_word(c, &word);
	bool is_open = take(c, "("), is_module_fine = len == 10 && !memcmp(word, "IS_ENABLED", 10);
	enum ost_if_value v;

	if (!is_module_fine && !(len == 7 && !memcmp(word, "defined", 7)) && !(len == 10 && !memcmp(word, "IS_BUILTIN", 10))) {
		c->is_odd = true;
		return OST_IF_UNKNOWN;
	}
	v = symbol_value(c, is_module_fine);
	c->is_odd |= is_open && !take(c, ")");
	return v;
}

static enum ost_if_value one_of(struct condition *c)
{
	enum ost_if_value v;

	if (c->depth++ > MAX_NESTING)
		c->is_odd = true;
	if (c->is_odd) {
		v = OST_IF_UNKNOWN;
	} else if (take(c, "!")) {
		v = not(one_of(c));
	} else if (take(c, "(")) {
		v = any_of(c);
		c->is_odd |= !take(c, ")");
	} else {
		v = asked_value(c);
	}
	c->depth--;
	return v;
}

/* `a && b && ...`, where one that is `decider` decides; so with ||. */
static enum ost_if_value chain_of(struct condition *c, enum ost_if_value (*part)(struct condition *), const char *sign,
				  enum ost_if_value decider)
{
	enum ost_if_value v = part(c), w;

	while (!c->is_odd && take(c, sign)) {
		w = part(c);
		v = v == decider || w == decider ? decider : v == w ? v : OST_IF_UNKNOWN;
	}
	return v;
}

static enum ost_if_value both_of(struct condition *c)
{
	return chain_of(c, one_of, "&&", OST_IF_FALSE);
}

static enum ost_if_value any_of(struct condition *c)
{
	return chain_of(c, both_of, "||", OST_IF_TRUE);
}

/* Of a directive without its comment. */
static enum ost_if_value value_of(const struct ost_if_config *config, const char *p, const char *end)
{
	struct condition c = { p, end, config, 0, false };
	const char *word;
	size_t len = take_word(&c, &word);
	enum ost_if_value v;

	if (len == 5 && !memcmp(word, "ifdef", 5))
		v = symbol_value(&c, false);
	else if (len == 6 && !memcmp(word, "ifndef", 6))
		v = not(symbol_value(&c, false));
	else
		v = any_of(&c);
	return c.is_odd || ost_behind_blanks(c.p, end) < end ? OST_IF_UNKNOWN : v;
}

/* ---- groups ---- */

/* One more arm: `v` is its own condition. */
static void begin_arm(const struct ifs *x, struct group *g, enum ost_if_line kind, enum ost_if_value v)
{
	g->worst = kind > g->worst ? kind : g->worst;
	g->kind = g->worst;
	if (!x->config)
		return;
	if (g->before == OST_IF_TRUE || v == OST_IF_FALSE)
		g->kind = OST_SWITCHED;
	else if (g->before == OST_IF_FALSE && v == OST_IF_TRUE)
		g->kind = OST_NOT_UNDER_IF;
	if (v == OST_IF_TRUE && g->before != OST_IF_TRUE)
		g->before = OST_IF_TRUE;
	else if (v == OST_IF_UNKNOWN && g->before == OST_IF_FALSE)
		g->before = OST_IF_UNKNOWN;
}

/* The end of a directive, continued lines too, without its comment. */
static const char *directive_end(const char *p, const char *eol, const char *text_end)
{
	const char *comment;

	while (eol < text_end && eol > p && eol[-1] == '\\') {
		eol = memchr(eol + 1, '\n', (size_t)(text_end - eol - 1));
		eol = eol ? eol : text_end;
	}
	comment = memmem(p, (size_t)(eol - p), "/*", 2);
	eol = comment ? comment : eol;
	while (eol > p && isspace((unsigned char)eol[-1]))
		eol--;
	return eol;
}

static void see_arm(struct ifs *x, const char *p, const char *eol, const char *text_end)
{
	struct group *g = &x->open[x->nr - 1];
	const char *end = directive_end(p, eol, text_end);

	if (begins(p, end, "else"))
		begin_arm(x, g, OST_NOT_UNDER_IF, OST_IF_TRUE);
	else
		begin_arm(x, g, is_all_config(p, end) ? OST_UNDER_IF : OST_SWITCHED, x->config ? value_of(x->config, p, end) : OST_IF_UNKNOWN);
}

static void open_group(struct ifs *x, const char *p, const char *eol, const char *text_end, uint32_t line)
{
	const char *end = directive_end(p, eol, text_end);
	bool is_kernel = has(p, end, "__KERNEL__") && !begins(p, end, "ifndef") && !memchr(p, '!', (size_t)(end - p));

	if (x->nr++ >= MAX_NESTING)
		return;
	x->open[x->nr - 1] = (struct group){ line, OST_NOT_UNDER_IF, OST_NOT_UNDER_IF, OST_IF_FALSE };
	if (is_kernel || has(p, end, "__ASSEMBL") || is_guard(p, eol, text_end))
		x->open[x->nr - 1].before = OST_IF_TRUE;
	else
		see_arm(x, p, eol, text_end);
}

/* False: an #endif too many. */
static bool see_directive(struct ifs *x, const char *p, const char *end, const char *text_end, uint32_t line)
{
	p = directive(p, end);
	if (!p)
		return true;
	if (begins(p, end, "endif"))
		return x->nr-- > 0;
	if (begins(p, end, "if"))
		open_group(x, p, end, text_end, line);
	else if (begins(p, end, "el") && x->nr > 0 && x->nr <= MAX_NESTING)
		see_arm(x, p, end, text_end);
	return true;
}

const char *ost_unbalanced_ifs(struct ost_arena *arena, const char *text, size_t len)
{
	struct ifs x = { .nr = 0 };
	const char *p = text, *end = text + len, *eol;
	uint32_t line = 0;

	for (; p < end; p = eol + 1) {
		line++;
		eol = memchr(p, '\n', (size_t)(end - p));
		eol = eol ? eol : end;
		if (!x.in_comment && !see_directive(&x, p, eol, end, line))
			return ost_arena_printf(arena, "the #endif in line %u has no #if", line);
		see_comments(&x, p, eol);
	}
	return x.nr > 0 && x.nr <= MAX_NESTING ? ost_arena_printf(arena, "the #if in line %u has no #endif", x.open[x.nr - 1].line) : NULL;
}

static enum ost_if_line line_kind(const struct ifs *x)
{
	enum ost_if_line kind = x->nr > MAX_NESTING ? OST_SWITCHED : OST_NOT_UNDER_IF;
	int i;

	for (i = 0; i < x->nr && i < MAX_NESTING; i++)
		if (x->open[i].kind > kind)
			kind = x->open[i].kind;
	return kind;
}

unsigned char *ost_if_lines(struct ost_arena *arena, const char *text, size_t len, uint32_t nr_lines, const struct ost_if_config *config)
{
	unsigned char *lines = ost_arena_calloc(arena, (size_t)nr_lines + 2, sizeof(*lines));
	struct ifs x = { .config = config };
	const char *p = text, *end = text + len, *eol;
	uint32_t line = 0;
	bool any = false;

	for (; p < end && line < nr_lines; p = eol + 1) {
		line++;
		eol = memchr(p, '\n', (size_t)(end - p));
		eol = eol ? eol : end;
		if (!x.in_comment && !see_directive(&x, p, eol, end, line))
			x.nr = 0;
		see_comments(&x, p, eol);
		lines[line] = (unsigned char)line_kind(&x);
		any |= lines[line] != OST_NOT_UNDER_IF;
	}
	return any || config ? lines : NULL;
}
