// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/kconfig_expr.h"

#include <ctype.h>
#include <string.h>

#define MAX_NEST 64

struct expr {
	const char *p;
	ost_kc_value_fn value;
	void *ctx;
	int depth;
	bool is_bad;
};

static enum ost_kc_value any_of(struct expr *e);

static void skip_blanks(struct expr *e)
{
	e->p += strspn(e->p, " \t");
}

/* A name or a quoted text; "" when there is none. */
static void read_word(struct expr *e, char *word, size_t max)
{
	size_t n = 0;
	char quote = *e->p == '"' || *e->p == '\'' ? *e->p++ : 0;

	while (*e->p && (quote ? *e->p != quote : isalnum((unsigned char)*e->p) || strchr("_-./", *e->p))) {
		if (n + 1 < max)
			word[n++] = *e->p;
		else
			e->is_bad = true;
		e->p++;
	}
	word[n] = '\0';
	if (quote && *e->p == quote)
		e->p++;
}

static enum ost_kc_value compare(struct expr *e, const char *left)
{
	bool is_not = *e->p == '!';
	enum ost_kc_value v;
	char right[128];

	e->p += 1 + is_not;
	skip_blanks(e);
	read_word(e, right, sizeof(right));
	if (strcmp(right, "y") && strcmp(right, "m") && strcmp(right, "n"))
		return OST_KC_MAYBE;
	v = e->value(e->ctx, left);
	if (*right == 'm' && v == OST_KC_YES)
		v = OST_KC_MAYBE;
	return (*right == 'n') != is_not ? (enum ost_kc_value)(OST_KC_YES - v) : v;
}

static enum ost_kc_value one(struct expr *e)
{
	enum ost_kc_value v;
	char word[128];

	skip_blanks(e);
	if (e->depth > MAX_NEST) {
		e->is_bad = true;
		return OST_KC_MAYBE;
	}
	if (*e->p == '!') {
		e->p++;
		e->depth++;
		v = (enum ost_kc_value)(OST_KC_YES - one(e));
		e->depth--;
		return v;
	}
	if (*e->p == '(') {
		e->p++;
		e->depth++;
		v = any_of(e);
		e->depth--;
		skip_blanks(e);
		e->is_bad |= *e->p != ')';
		e->p += *e->p == ')';
		return v;
	}
	read_word(e, word, sizeof(word));
	skip_blanks(e);
	e->is_bad |= !*word;
	if (*e->p == '=' || (*e->p == '!' && e->p[1] == '='))
		return compare(e, word);
	return e->value(e->ctx, word);
}

static enum ost_kc_value all_of(struct expr *e)
{
	enum ost_kc_value v = one(e), w;

	for (skip_blanks(e); !e->is_bad && e->p[0] == '&' && e->p[1] == '&'; skip_blanks(e)) {
		e->p += 2;
		w = one(e);
		v = v < w ? v : w;
	}
	return v;
}

static enum ost_kc_value any_of(struct expr *e)
{
	enum ost_kc_value v = all_of(e), w;

	for (skip_blanks(e); !e->is_bad && e->p[0] == '|' && e->p[1] == '|'; skip_blanks(e)) {
		e->p += 2;
		w = all_of(e);
		v = v > w ? v : w;
	}
	return v;
}

enum ost_kc_value ost_kc_eval(const char *expr, ost_kc_value_fn value, void *ctx)
{
	struct expr e = { expr, value, ctx, 0, false };
	enum ost_kc_value v;

	if (!*(expr + strspn(expr, " \t")))
		return OST_KC_YES;
	v = any_of(&e);
	return e.is_bad || (*e.p && *e.p != '#') ? OST_KC_MAYBE : v;
}
