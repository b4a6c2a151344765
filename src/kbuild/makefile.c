// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/makefile.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"

#define MAX_DEPTH 16		/* of ifdef in ifdef, and of $(NAME) in values */
#define MAX_VALUE (1u << 20)
#define BLANKS " \t\r\n"

void ost_makefile_init(struct ost_makefile *m, struct ost_arena *arena)
{
	memset(m, 0, sizeof(*m));
	m->arena = arena;
}

void ost_makefile_deinit(struct ost_makefile *m)
{
	ost_vec_deinit(&m->lines);
	ost_vec_deinit(&m->includes);
}

/* ---- terms ---- */

static bool has_term(const struct ost_mk_terms *t, const struct ost_mk_term *x)
{
	uint32_t i;

	for (i = 0; i < t->nr; i++)
		if (!strcmp(t->v[i].name, x->name) && t->v[i].is_not == x->is_not)
			return true;
	return false;
}

struct ost_mk_terms ost_mk_join(struct ost_arena *arena, const struct ost_mk_terms *a,
				const struct ost_mk_terms *b)
{
	struct ost_mk_terms r = { ost_arena_calloc(arena, a->nr + b->nr + 1, sizeof(*r.v)), a->nr,
				  a->is_unclear || b->is_unclear };
	uint32_t i;

	if (a->nr)
		memcpy(r.v, a->v, a->nr * sizeof(*r.v));
	for (i = 0; i < b->nr; i++)
		if (!has_term(&r, &b->v[i]))
			r.v[r.nr++] = b->v[i];
	return r;
}

/* Every CONFIG_ word of a text as a term. */
static struct ost_mk_terms terms_of(struct ost_arena *arena, const char *text, bool is_not)
{
	struct ost_mk_terms r = { ost_arena_calloc(arena, strlen(text) / 7 + 1, sizeof(*r.v)), 0, false };
	const char *p = text;

	while ((p = strstr(p, "CONFIG_"))) {
		size_t n = 0;

		p += 7;
		while (isalnum((unsigned char)p[n]) || p[n] == '_')
			n++;
		if (n)
			r.v[r.nr++] = (struct ost_mk_term){ ost_arena_strndup(arena, p, n), is_not };
	}
	return r;
}

/* ---- conditions ---- */

struct level {
	struct ost_mk_terms terms;
};

static bool begins(const char *s, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(s, word, n) && (!s[n] || strchr(" \t(", s[n]));
}

/* ifeq ($(CONFIG_X),y), ifneq ($(CONFIG_X),): one symbol against y, m or nothing. */
static struct ost_mk_terms compared(struct ost_arena *arena, const char *rest, bool is_equal)
{
	struct ost_mk_terms t = terms_of(arena, rest, false);
	const char *comma = strrchr(rest, ','), *value = comma ? comma + 1 + strspn(comma + 1, BLANKS) : "?";
	bool is_nothing = *value == ')' || *value == 'n';

	if (t.nr != 1 || (!is_nothing && *value != 'y' && *value != 'm')) {
		t.nr = 0;
		t.is_unclear = true;
		return t;
	}
	if (!is_nothing && !is_equal)	/* not y may still be m */
		t.is_unclear = true;
	t.v[0].is_not = is_nothing == is_equal;
	return t;
}

static void flip(struct ost_mk_terms *t)
{
	if (t->nr == 1 && !t->is_unclear) {
		t->v[0].is_not = !t->v[0].is_not;
		return;
	}
	t->nr = 0;
	t->is_unclear = true;
}

/* A line that opens, turns or closes a condition; false for others. */
static bool read_condition(struct ost_arena *arena, const char *s, struct level *levels, uint32_t *depth)
{
	struct ost_mk_terms t = { NULL, 0, false };

	if (begins(s, "endif")) {
		*depth -= *depth > 0;
		return true;
	}
	if (begins(s, "else")) {
		if (*depth && *depth <= MAX_DEPTH) {
			flip(&levels[*depth - 1].terms);
			levels[*depth - 1].terms.is_unclear |= s[4 + strspn(s + 4, BLANKS)] != '\0';
		}
		return true;
	}
	if (begins(s, "ifdef") || begins(s, "ifndef")) {
		t = terms_of(arena, s, s[2] == 'n');
		t.is_unclear = t.nr != 1;
	} else if (begins(s, "ifeq") || begins(s, "ifneq")) {
		t = compared(arena, s, s[2] == 'e');
	} else {
		return false;
	}
	if (*depth < MAX_DEPTH)
		levels[*depth].terms = t;
	(*depth)++;
	return true;
}

/* ---- assignments ---- */

/* Length of "$(...)" at s, with nested ones. */
static size_t reference_len(const char *s, const char *end)
{
	char open = s[1], close = open == '(' ? ')' : '}';
	const char *p;
	int level = 0;

	for (p = s + 1; p < end; p++) {
		level += *p == open;
		level -= *p == close;
		if (!level)
			return (size_t)(p - s) + 1;
	}
	return (size_t)(end - s);
}

static size_t name_len(const char *s)
{
	const char *end = s + strlen(s), *p = s;

	while (p < end && !strchr(BLANKS "=:+?", *p))
		p += *p == '$' && (p[1] == '(' || p[1] == '{') ? reference_len(p, end) : 1;
	return (size_t)(p - s);
}

/* The left side without what follows its last '-'; fills terms and is_module. */
static void split_name(struct ost_arena *arena, struct ost_mk_line *l)
{
	const char *name = l->name, *dollar = strchr(name, '$'), *dash = NULL, *p;
	struct ost_mk_terms t;

	for (p = name; *p && p != dollar; p++)
		if (*p == '-')
			dash = p;
	if (!dash || dash == name)
		return;
	if (dollar == dash + 1) {
		t = terms_of(arena, dollar, false);
		t.is_unclear = !t.nr;
		l->terms = ost_mk_join(arena, &l->terms, &t);
	} else if (strcmp(dash, "-y") && strcmp(dash, "-objs") && strcmp(dash, "-m")) {
		return;
	}
	l->is_module = !strcmp(dash, "-m");
	l->list = ost_arena_strndup(arena, name, (size_t)(dash - name));
}

/* NAME =, :=, ::=, += or ?= VALUE without blanks in the name. */
static bool read_assignment(struct ost_makefile *m, char *s, const char *path, uint32_t line,
			    const struct level *levels, uint32_t depth)
{
	size_t n = name_len(s), op;
	struct ost_mk_line *l;
	uint32_t i;

	op = n + strspn(s + n, BLANKS);
	if (!n || !s[op] || !strchr("=:+?", s[op]))
		return false;
	while (s[op] && strchr(":+?", s[op]))
		op++;
	if (s[op] != '=')
		return false;
	l = ost_vec_push(&m->lines);
	l->name = ost_arena_strndup(m->arena, s, n);
	l->file = path;
	l->line = line;
	l->value = ost_arena_strdup(m->arena, s + op + 1);
	for (i = 0; i < depth && i < MAX_DEPTH; i++)
		l->terms = ost_mk_join(m->arena, &l->terms, &levels[i].terms);
	l->terms.is_unclear |= depth > MAX_DEPTH;
	split_name(m->arena, l);
	return true;
}

/* One line with its continuations, without comment; moves *p on and counts lines. */
static void next_line(const char **p, struct ost_buf *line, uint32_t *nr)
{
	size_t n, keep;

	ost_buf_clear(line);
	for (;;) {
		n = strcspn(*p, "\n");
		keep = n && (*p)[n - 1] == '\\' ? n - 1 : n;
		ost_buf_add(line, *p, keep);
		*p += n + ((*p)[n] == '\n');
		(*nr)++;
		if (keep == n || !**p || line->len > MAX_VALUE)
			break;
		ost_buf_addch(line, ' ');
	}
	ost_buf_trim(line, strcspn(line->ptr, "#"));
}

/* include $(src)/PATH, and $(srctree)/$(src)/PATH. */
static bool read_include(struct ost_makefile *m, const char *s)
{
	const char *p;

	if (!begins(s, "include") || !(p = strstr(s, "$(src)/")))
		return false;
	p += strlen("$(src)/");
	ost_vec_add(&m->includes, ost_arena_strndup(m->arena, p, strcspn(p, BLANKS)));
	return true;
}

void ost_makefile_add(struct ost_makefile *m, const char *path, const char *text)
{
	struct level levels[MAX_DEPTH];
	OST_BUF line = OST_BUF_INIT;
	uint32_t depth = 0, nr = 0, first;
	const char *p = text;
	char *s;

	while (*p) {
		first = nr + 1;
		next_line(&p, &line, &nr);
		s = line.ptr + strspn(line.ptr, BLANKS);
		if (!read_condition(m->arena, s, levels, &depth) && !read_include(m, s))
			read_assignment(m, s, path, first, levels, depth);
	}
}

/* ---- values ---- */

static void expand(struct ost_makefile *m, const char *s, size_t len, int depth, struct ost_buf *out);

static void expand_name(struct ost_makefile *m, const char *name, size_t len, int depth, struct ost_buf *out)
{
	size_t i;

	for (i = 0; i < m->lines.nr && out->len < MAX_VALUE; i++) {
		const char *n = m->lines.items[i].name, *v = m->lines.items[i].value;

		if (strncmp(n, name, len) || n[len])
			continue;
		ost_buf_addch(out, ' ');
		expand(m, v, strlen(v), depth + 1, out);
	}
}

static void add_prefixed(struct ost_makefile *m, const char *args, size_t len, int depth, struct ost_buf *out)
{
	const char *comma = memchr(args, ',', len), *end = args + len, *p;
	OST_BUF prefix = OST_BUF_INIT;
	OST_BUF list = OST_BUF_INIT;
	size_t n;

	if (!comma)
		return;
	expand(m, args, (size_t)(comma - args), depth + 1, &prefix);
	expand(m, comma + 1, (size_t)(end - comma - 1), depth + 1, &list);
	for (p = list.ptr; *(p += strspn(p, BLANKS)); p += n) {
		n = strcspn(p, BLANKS);
		ost_buf_addf(out, " %s%.*s", prefix.ptr + strspn(prefix.ptr, BLANKS), (int)n, p);
	}
}

static void expand_reference(struct ost_makefile *m, const char *s, size_t len, int depth, struct ost_buf *out)
{
	const char *in = s + 2;
	size_t n = len > 3 ? len - 3 : 0;

	if (n > 10 && !strncmp(in, "addprefix ", 10))
		add_prefixed(m, in + 10, n - 10, depth, out);
	else if ((n == 3 && !strncmp(in, "obj", 3)) || (n == 3 && !strncmp(in, "src", 3)))
		ost_buf_addch(out, '.');
	else if (!memchr(in, ' ', n) && !memchr(in, '$', n))
		expand_name(m, in, n, depth, out);
}

static void expand(struct ost_makefile *m, const char *s, size_t len, int depth, struct ost_buf *out)
{
	const char *end = s + len;
	size_t n;

	if (depth > MAX_DEPTH)
		return;
	while (s < end && out->len < MAX_VALUE) {
		if (*s == '$' && s + 1 < end && (s[1] == '(' || s[1] == '{')) {
			n = reference_len(s, end);
			expand_reference(m, s, n, depth, out);
			s += n;
		} else {
			ost_buf_addch(out, *s++);
		}
	}
}

static void make_words(struct ost_makefile *m, struct ost_mk_line *l)
{
	OST_BUF b = OST_BUF_INIT;
	const char *p;
	size_t n;

	expand(m, l->value, strlen(l->value), 0, &b);
	l->words = ost_arena_calloc(m->arena, b.len / 2 + 1, sizeof(*l->words));
	for (p = b.ptr; *(p += strspn(p, BLANKS)); p += n) {
		n = strcspn(p, BLANKS);
		if (!strncmp(p, "./", 2) && n > 2)
			l->words[l->nr_words++] = ost_arena_strndup(m->arena, p + 2, n - 2);
		else
			l->words[l->nr_words++] = ost_arena_strndup(m->arena, p, n);
	}
}

bool ost_mk_lists(struct ost_makefile *m, uint32_t i, const char *word)
{
	struct ost_mk_line *l = &m->lines.items[i];
	uint32_t k;

	if (!l->words)
		make_words(m, l);
	for (k = 0; k < l->nr_words; k++)
		if (!strcmp(l->words[k], word))
			return true;
	return false;
}
