// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/given.h"

#include <string.h>

#include "base/word.h"

#define MAX_DEPTH 16		/* macros in macros */
#define MAX_NESTING 64		/* brackets in a text */
#define MAX_DEFINITIONS 1000	/* looked at for one question */

/* In one place, one definition, or all of them: the worst of it. */
enum fate { UNSURE, DROPPED, MEMBER, USED, NO_MACRO };

struct asking {
	struct ost_included *x;
	const struct ost_facts *own;
	uint32_t nr_definitions;
	int depth;
};

/* One macro, of all definitions. */
struct definitions {
	struct asking *a;
	unsigned arg;
	enum fate fate;	/* in those seen so far: NO_MACRO before the first */
};

struct bracket {
	char c;
	const char *callee;	/* the word in front of a (, or NULL */
	size_t len;
	bool is_unknown;	/* something else is called: A##b(x), A(b)(x) */
	unsigned arg;		/* commas before what is read */
};

/* One definition, and where in its text we are. */
struct text {
	struct asking *a;
	const struct ost_facts *f;
	const struct ost_fact_macro *m;
	const char *param;
	size_t param_len;
	unsigned rest;		/* what of __VA_ARGS__ it is, from 0 */
	bool is_rest;
	const char *begin, *p;
	struct bracket open[MAX_NESTING];
	int nr_open;
	bool is_behind_call;	/* the last ) ended the arguments of a word */
	enum fate fate;		/* the best of all places so far, or UNSURE */
};

static enum fate ask(struct asking *a, const char *macro, size_t len, unsigned arg);

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !memcmp(*list, word, len))
			return true;
	return false;
}

/* ---- which parameter it is ---- */

static const char *param_name(const struct text *t, uint32_t i)
{
	return ost_facts_str(t->f, t->f->params[t->m->first_param + i].name);
}

/* False: the macro has no parameter for it. */
static bool find_param(struct text *t, unsigned arg)
{
	bool is_unnamed = t->m->is_variadic && (!t->m->nr_params || ost_has_word(t->begin, "__VA_ARGS__"));
	unsigned nr_plain = t->m->nr_params - (t->m->is_variadic && !is_unnamed);

	if (arg < nr_plain) {
		t->param = param_name(t, arg);
	} else if (t->m->is_variadic) {
		t->param = is_unnamed ? "__VA_ARGS__" : param_name(t, nr_plain);
		t->is_rest = true;
		t->rest = arg - nr_plain;
	} else {
		return false;
	}
	t->param_len = strlen(t->param);
	return true;
}

/* ---- what stands around it ---- */

/* Back over blanks: one past the last byte of what is in front of p. */
static const char *front(const struct text *t, const char *p)
{
	while (p > t->begin && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p;
}

static const char *word_start(const struct text *t, const char *end)
{
	while (end > t->begin && ost_is_word_byte(end[-1]))
		end--;
	return end;
}

/* May what ends at p be a type, or `goto`? */
static bool is_behind_word(const struct text *t, const char *p)
{
	static const char *const fine[] = { "return", "else", "case", "sizeof", "do", NULL };
	const char *from = word_start(t, p);

	return from < p && !is_one_of(from, (size_t)(p - from), fine);
}

/* `#word`: as if it were left out. */
static bool is_quoted(const struct text *t, const char *from)
{
	const char *before = front(t, from);

	return before > t->begin && before[-1] == '#' && (before - t->begin < 2 || before[-2] != '#');
}

/* `, ##args` pastes nothing. */
static bool is_pasted(const struct text *t, const char *from, const char *to)
{
	const char *before = front(t, from);

	to += strspn(to, " \t");
	if (to[0] == '#')
		return true;
	if (before == t->begin || before[-1] != '#')
		return false;
	before = front(t, before - (before - t->begin < 2 ? 1 : 2));
	return !t->is_rest || before == t->begin || before[-1] != ',';
}

/* `type name`, `type *name`, `type a, name` of a statement, a member, a label, or something that is called. */
static bool is_no_value(const struct text *t, const char *from, const char *to)
{
	const char *before = front(t, from);
	char last, next;

	to += strspn(to, " \t");
	next = *to;
	if (before > t->begin && before[-1] == '*') {
		while (before > t->begin && before[-1] == '*')
			before = front(t, before - 1);
		if (is_behind_word(t, before))
			return true;
	}
	last = before > t->begin ? before[-1] : ';';
	if (last == '#')	/* of `, ##args` */
		return next == '(';
	if (is_behind_word(t, before) || next == '(')
		return true;
	if (next == ':' && strchr(";{})", last))
		return true;
	return last == ',' && (!t->nr_open || t->open[t->nr_open - 1].c == '{');
}

/* `p->word` */
static bool is_member(const struct text *t, const char *from)
{
	const char *before = front(t, from);

	return before > t->begin && (before[-1] == '.' || (before[-1] == '>' && before - t->begin > 1 && before[-2] == '-'));
}

/* The second of offsetof(). */
static bool is_member_of(const struct bracket *b)
{
	static const char *const words[] = { "offsetof", "__builtin_offsetof", NULL };

	return b->arg == 1 && is_one_of(b->callee, b->len, words);
}

/* `unsigned (name) = 0` declares it. */
static bool is_type(const struct text *t, const struct bracket *b)
{
	static const char *const words[] = { "unsigned", "signed", "int", "long", "short", "char", "bool", "_Bool", "void", "float", "double",
					     "const", "__auto_type", NULL };
	char name[64];

	if (b->len >= sizeof(name))
		return false;
	memcpy(name, b->callee, b->len);
	name[b->len] = '\0';
	return is_one_of(b->callee, b->len, words) || ost_included_has(t->a->x, OST_SYM_TYPE, name);
}

/* Is it given to what is no function? */
static bool is_odd_callee(const struct text *t, const struct bracket *b)
{
	static const char *const odd[] = { "__builtin_offsetof", "offsetof", "__attribute__", "__attribute", "asm", "__asm__", "__asm",
					   "volatile", "__volatile__", "goto", "inline", NULL };
	uint32_t i;

	if (is_one_of(b->callee, b->len, odd) || is_type(t, b))
		return true;
	for (i = 0; i < t->m->nr_params; i++)
		if (strlen(param_name(t, i)) == b->len && !memcmp(param_name(t, i), b->callee, b->len))
			return true;
	return false;
}

static bool is_own_name(const struct text *t, const char *word, size_t len)
{
	return ost_facts_strlen(t->f, t->m->name) == len && !memcmp(ost_facts_str(t->f, t->m->name), word, len);
}

/* What the macros make of it whose brackets are open. */
static enum fate handed_on(struct text *t)
{
	enum fate fate = USED, here;
	int i;

	for (i = t->nr_open - 1; i >= 0 && fate; i--) {
		const struct bracket *b = &t->open[i];

		if (b->is_unknown)
			return UNSURE;
		if (!b->callee || is_own_name(t, b->callee, b->len))
			continue;
		here = is_member_of(b) ? MEMBER : is_odd_callee(t, b) ? UNSURE : ask(t->a, b->callee, b->len, b->arg + (i == t->nr_open - 1 ? t->rest : 0));
		fate = here < fate ? here : fate;
	}
	return fate;
}

/* False: nothing more matters. */
static bool see_param(struct text *t, const char *from)
{
	enum fate here = is_quoted(t, from) ? DROPPED : is_pasted(t, from, t->p) || is_no_value(t, from, t->p) ? UNSURE : handed_on(t);

	if (here > MEMBER && is_member(t, from))
		here = MEMBER;

	if (here == UNSURE || here > t->fate)
		t->fate = here;
	return here != UNSURE;
}

/* ---- a text ---- */

static bool open_bracket(struct text *t, char c)
{
	const char *end = front(t, t->p), *from = word_start(t, end);
	struct bracket *b;

	if (t->nr_open == MAX_NESTING)
		return false;
	b = &t->open[t->nr_open++];
	*b = (struct bracket){ .c = c };
	if (c == '(' && from < end) {
		b->callee = from;
		b->len = (size_t)(end - from);
		end = front(t, from);
		b->is_unknown = end > t->begin && end[-1] == '#';
	} else if (c == '(' && end > t->begin && end[-1] == ')') {
		b->is_unknown = t->is_behind_call;
	}
	return true;
}

static bool see_word(struct text *t)
{
	const char *from = t->p;

	while (ost_is_word_byte(*t->p))
		t->p++;
	return (size_t)(t->p - from) != t->param_len || memcmp(from, t->param, t->param_len) || see_param(t, from);
}

static bool is_statement(const struct bracket *b)
{
	static const char *const words[] = { "if", "while", "for", "switch", "return", NULL };

	return is_one_of(b->callee, b->len, words);
}

static void close_bracket(struct text *t)
{
	const struct bracket *b = &t->open[--t->nr_open];

	t->is_behind_call = b->is_unknown || (b->callee && !is_statement(b));
}

static bool see_byte(struct text *t)
{
	char c = *t->p;

	if (strchr("([{", c) && !open_bracket(t, c))
		return false;
	if (strchr(")]}", c) && t->nr_open)
		close_bracket(t);
	else if (c == ',' && t->nr_open)
		t->open[t->nr_open - 1].arg++;
	t->p++;
	return true;
}

static enum fate fate_in_text(struct text *t)
{
	bool is_fine = true;

	t->fate = DROPPED;
	while (*t->p && is_fine) {
		if (ost_is_word_byte(*t->p))
			is_fine = see_word(t);
		else if (*t->p == '"' || *t->p == '\'')
			t->p = ost_behind_literal(t->p);
		else
			is_fine = see_byte(t);
	}
	return is_fine ? t->fate : UNSURE;
}

/* `#define dev_say _dev_say`: one word. */
static enum fate fate_in_alias(const struct text *t, unsigned arg)
{
	enum fate fate = USED;
	size_t n = 0;

	while (ost_is_word_byte(t->p[n]))
		n++;
	if (!n || t->p[n])
		return UNSURE;
	if (!is_own_name(t, t->p, n))
		fate = ask(t->a, t->p, n, arg);
	return fate < USED ? fate : USED;
}

static bool see_definition(void *ctx, const struct ost_facts *f, const struct ost_fact_macro *m)
{
	struct definitions *d = ctx;
	struct text t = { .a = d->a, .f = f, .m = m };
	enum fate here;

	t.begin = t.p = ost_facts_str(f, m->text);
	if (d->a->nr_definitions++ >= MAX_DEFINITIONS)
		here = UNSURE;
	else if (!m->is_function)
		here = fate_in_alias(&t, d->arg);
	else
		here = find_param(&t, d->arg) ? fate_in_text(&t) : UNSURE;
	d->fate = here < d->fate ? here : d->fate;
	return d->fate != UNSURE;
}

static enum fate ask(struct asking *a, const char *macro, size_t len, unsigned arg)
{
	struct definitions d = { a, arg, NO_MACRO };
	uint32_t i;

	if (a->depth == MAX_DEPTH)
		return UNSURE;
	a->depth++;
	for (i = 0; i < a->own->nr_macros && d.fate != UNSURE; i++)
		if (ost_facts_strlen(a->own, a->own->macros[i].name) == len &&
		    !memcmp(ost_facts_str(a->own, a->own->macros[i].name), macro, len))
			see_definition(&d, a->own, &a->own->macros[i]);
	if (d.fate != UNSURE)
		ost_included_each_macro(a->x, macro, len, see_definition, &d);
	a->depth--;
	return d.fate;
}

bool ost_given_is_named(struct ost_included *x, const struct ost_facts *own, const char *macro, unsigned arg)
{
	struct asking a = { x, own, 0, 0 };
	enum fate fate = ask(&a, macro, strlen(macro), arg);

	return fate == USED || fate == MEMBER;
}

bool ost_given_is_value(struct ost_included *x, const struct ost_facts *own, const char *macro, unsigned arg)
{
	struct asking a = { x, own, 0, 0 };

	return ask(&a, macro, strlen(macro), arg) == USED;
}
