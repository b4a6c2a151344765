// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/pasted.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/word.h"

/* ---- patterns of a file ---- */

bool ost_is_macro_param(const struct ost_facts *f, const struct ost_fact_macro *m, const char *word, size_t len)
{
	uint32_t i;

	if (len == 11 && !memcmp(word, "__VA_ARGS__", 11))
		return true;
	for (i = 0; i < m->nr_params; i++)
		if (ost_facts_strlen(f, f->params[m->first_param + i].name) == len &&
		    !memcmp(ost_facts_str(f, f->params[m->first_param + i].name), word, len))
			return true;
	return false;
}

static bool is_member(const char *begin, const char *p)
{
	while (p > begin && p[-1] == ' ')
		p--;
	return (p > begin && p[-1] == '.') || (p - begin > 1 && p[-1] == '>' && p[-2] == '-');
}

bool ost_macro_names(const struct ost_facts *f, const struct ost_fact_macro *m, const char *word)
{
	const char *begin = ost_facts_str(f, m->text), *p = begin, *from;
	size_t n = strlen(word);

	if (!strstr(begin, word) || ost_is_macro_param(f, m, word, n))
		return false;
	while (*p) {
		if (*p == '"' || *p == '\'') {
			p = ost_behind_literal(p);
			continue;
		}
		for (from = p; ost_is_word_byte(*p); p++)
			;
		if ((size_t)(p - from) == n && !memcmp(from, word, n) && !is_member(begin, from))
			return true;
		p += p == from;
	}
	return false;
}

bool ost_drops_arguments(const struct ost_facts *f, const struct ost_fact_macro *m)
{
	const char *p = ost_facts_str(f, m->text), *from;

	if (!m->is_function || (!m->nr_params && !m->is_variadic))
		return false;
	for (; *p; p += p == from) {
		for (from = p; ost_is_word_byte(*p); p++)
			;
		if (p > from && ost_is_macro_param(f, m, from, (size_t)(p - from)))
			return false;
	}
	return true;
}

static const char *behind_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

/* One piece, and behind it. */
static const char *add_piece(struct ost_buf *b, const struct ost_facts *f, const struct ost_fact_macro *m, const char *p)
{
	const char *from = p;

	while (ost_is_word_byte(*p))
		p++;
	if (ost_is_macro_param(f, m, from, (size_t)(p - from)))
		ost_buf_addch(b, OST_PASTED_PARAM);
	else
		ost_buf_add(b, from, (size_t)(p - from));
	return p;
}

/* The chain that begins with the word at p, if one does; behind it. */
static const char *see_chain(struct ost_buf *b, const struct ost_facts *f, const struct ost_fact_macro *m, const char *p, uint32_t *ret_nr)
{
	const char *next;

	ost_buf_clear(b);
	*ret_nr = 1;
	p = add_piece(b, f, m, p);
	for (next = behind_blanks(p); next[0] == '#' && next[1] == '#'; next = behind_blanks(p)) {
		next = behind_blanks(next + 2);
		if (!ost_is_word_byte(*next))
			return next;	/* a ## of nothing */
		p = add_piece(b, f, m, next);
		++*ret_nr;
	}
	return p;
}

static void see_macro(struct ost_buf *b, const struct ost_facts *f, const struct ost_fact_macro *m, ost_pasted_fn fn, void *ctx)
{
	const char *p = ost_facts_str(f, m->text);
	uint32_t nr;

	if (!strstr(p, "##"))
		return;
	while (*p) {
		if (!ost_is_word_byte(*p)) {
			p++;
			continue;
		}
		p = see_chain(b, f, m, p, &nr);
		if (nr > 1)
			fn(ctx, b->ptr, b->len);
	}
}

void ost_pasted_each(const struct ost_facts *f, ost_pasted_fn fn, void *ctx)
{
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < f->nr_macros; i++)
		see_macro(&b, f, &f->macros[i], fn, ctx);
	ost_buf_deinit(&b);
}

/* ---- does a name fit one? ---- */

#define MAX_NAME 96
#define MAX_DEPTH 2	/* patterns in the arguments of patterns */
#define MAX_TRIALS 100000

enum { NOT_ASKED, NO, YES };

struct match {
	const struct ost_pasted_known *known;
	const char *name;
	uint32_t nr_trials;
	char given[MAX_NAME + 1][MAX_NAME + 1];	/* of name[from..to) */
	char made[MAX_DEPTH][MAX_NAME + 1][MAX_NAME + 1];
};

static bool is_made(struct match *m, size_t from, size_t to, unsigned depth);

/* May name[from..to) be what a parameter stands for? It may be nothing, too. */
static bool is_argument(struct match *m, size_t from, size_t to, unsigned depth)
{
	char *given = &m->given[from][to];

	if (from == to)
		return true;
	if (*given == NOT_ASKED)
		*given = m->known->is_given(m->known->ctx, m->name + from, to - from) ? YES : NO;
	return *given == YES || (depth && is_made(m, from, to, depth - 1));
}

/* What a macro is given as a whole is made by nothing, though the other parts are empty: __PASTE(, name). */
static bool is_whole(const struct match *m, size_t from, size_t to)
{
	return !from && !m->name[to];
}

static bool fits(struct match *m, const char *pattern, size_t from, size_t to, unsigned depth)
{
	size_t end;

	for (; *pattern != OST_PASTED_PARAM; pattern++, from++) {
		if (!*pattern)
			return from == to;
		if (from == to || *pattern != m->name[from])
			return false;
	}
	if (m->nr_trials++ > MAX_TRIALS)
		return true;	/* not known */
	for (end = from; end <= to; end++)
		if (!is_whole(m, from, end) && is_argument(m, from, end, depth) && fits(m, pattern + 1, end, to, depth))
			return true;
	return false;
}

/* A parameter that stands for all of it makes nothing. */
static bool is_whole_argument(const char *pattern)
{
	return pattern[0] == OST_PASTED_PARAM && !pattern[1];
}

static bool is_made(struct match *m, size_t from, size_t to, unsigned depth)
{
	char *made = &m->made[depth][from][to];
	size_t i;

	if (*made != NOT_ASKED)
		return *made == YES;
	*made = NO;
	for (i = 0; i < m->known->nr_patterns && *made == NO; i++)
		if (!is_whole_argument(m->known->patterns[i]) && fits(m, m->known->patterns[i], from, to, depth))
			*made = YES;
	return *made == YES;
}

bool ost_may_be_pasted(const struct ost_pasted_known *known, const char *name)
{
	size_t len = strlen(name);
	struct match *m;
	bool found;

	if (len > MAX_NAME)
		return true;
	m = ost_calloc(1, sizeof(*m));
	m->known = known;
	m->name = name;
	found = is_made(m, 0, len, MAX_DEPTH - 1);
	free(m);
	return found;
}

struct fitting {
	const char *name;
	bool found;
};

static bool is_any(void *ctx, const char *word, size_t len)
{
	(void)ctx, (void)word, (void)len;
	return true;
}

static void see_fit(void *ctx, const char *pattern, size_t len)
{
	struct fitting *x = ctx;
	struct ost_pasted_known known = { .patterns = &pattern, .nr_patterns = 1, .is_given = is_any };

	/* "?_?" fits everything, and says nothing */
	x->found = x->found || (len > strspn(pattern, "?_") && ost_may_be_pasted(&known, x->name));
}

bool ost_fits_pasted(const struct ost_facts *f, const char *name)
{
	struct fitting x = { name, false };

	ost_pasted_each(f, see_fit, &x);
	return x.found;
}
