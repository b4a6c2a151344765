// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/macros.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

#define MAX_DEPTH 8
#define MAX_PARAMS 32
#define MAX_TOKS 400000		/* made by replacing */
#define MAX_BODY 65536

struct ost_mc_def {
	bool is_function;
	const char *params[MAX_PARAMS];
	uint32_t nr_params;
	ost_mc_toks body;	/* freed by deinit */
};

void ost_macros_init(struct ost_macros *m, struct ost_arena *arena)
{
	memset(m, 0, sizeof(*m));
	m->arena = arena;
	m->nr_left = MAX_TOKS;
}

void ost_macros_deinit(struct ost_macros *m)
{
	uint64_t *def, key;
	size_t at = 0;

	while ((def = ost_table_each(&m->known, &at, &key)))
		if (*def)
			ost_vec_deinit(&((struct ost_mc_def *)(uintptr_t)*def)->body);
	ost_table_deinit(&m->known);
	ost_vec_deinit(&m->texts);
}

/* ---- tokens ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t literal_len(const char *p, const char *end)
{
	const char *s = p + 1;

	while (s < end && *s != *p && *s != '\n')
		s += *s == '\\' && s + 1 < end ? 2 : 1;
	return (size_t)((s < end ? s + 1 : end) - p);
}

/* Length of the comment, white space or # line at p, or 0. */
static size_t nothing_len(const char *p, const char *end, bool at_start)
{
	const char *s;

	if (isspace((unsigned char)*p) || (*p == '\\' && p + 1 < end && p[1] == '\n'))
		return *p == '\\' ? 2 : 1;
	if (end - p > 1 && p[0] == '/' && p[1] == '*') {
		s = memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
		return (size_t)((s ? s + 2 : end) - p);
	}
	if ((end - p > 1 && p[0] == '/' && p[1] == '/') || (*p == '#' && at_start)) {
		s = memchr(p, '\n', (size_t)(end - p));
		return (size_t)((s ? s : end) - p);
	}
	return 0;
}

void ost_mc_lex(struct ost_arena *arena, const char *text, size_t len, uint32_t line, ost_mc_toks *ret)
{
	const char *p = text, *end = text + len;
	bool at_start = true;
	size_t n, i;

	for (; p < end; p += n) {
		n = nothing_len(p, end, at_start);
		if (n) {
			for (i = 0; i < n; i++) {
				line += p[i] == '\n';
				at_start |= p[i] == '\n';
			}
			continue;
		}
		if (*p == '"' || *p == '\'')
			n = literal_len(p, end);
		else if (is_word(*p))
			for (n = 1; p + n < end && is_word(p[n]); n++)
				;
		else
			n = *p == '#' && p + 1 < end && p[1] == '#' ? 2 : 1;
		at_start = false;
		ost_vec_add(ret, ((struct ost_mc_tok){ ost_arena_strndup(arena, p, n), line }));
	}
}

/* ---- definitions ---- */

/* The text behind the name in "#define NAME", or NULL. */
static const char *find_define(const char *text, const char *name)
{
	size_t n = strlen(name);
	const char *p = text, *d;

	for (; (p = strstr(p, name)); p += n) {
		if (is_word(p[n]) || p - text < 8 || (p[-1] != ' ' && p[-1] != '\t'))
			continue;
		for (d = p; d > text && (d[-1] == ' ' || d[-1] == '\t'); d--)
			;
		if (d - text < 7 || strncmp(d - 6, "define", 6))
			continue;
		for (d -= 6; d > text && (d[-1] == ' ' || d[-1] == '\t'); d--)
			;
		if (d > text && d[-1] == '#')
			return p + n;
	}
	return NULL;
}

static void read_params(struct ost_macros *m, struct ost_mc_def *def, const char **p)
{
	const char *end = strchr(*p, ')');
	ost_mc_toks toks = OST_VEC_INIT;
	size_t i;

	if (!end)
		return;
	def->is_function = true;
	ost_mc_lex(m->arena, *p + 1, (size_t)(end - *p - 1), 0, &toks);
	for (i = 0; i < toks.nr && def->nr_params < MAX_PARAMS; i++)
		if (is_word(*toks.items[i].s))
			def->params[def->nr_params++] = toks.items[i].s;
	ost_vec_deinit(&toks);
	*p = end + 1;
}

static struct ost_mc_def *read_define(struct ost_macros *m, const char *p)
{
	struct ost_mc_def *def = ost_arena_calloc(m->arena, 1, sizeof(*def));
	size_t n;

	if (*p == '(')
		read_params(m, def, &p);
	for (n = strcspn(p, "\n"); n && p[n] && p[n - 1] == '\\' && n < MAX_BODY;)
		n += 1 + strcspn(p + n + 1, "\n");
	ost_mc_lex(m->arena, p, n, 0, &def->body);
	return def;
}

static const struct ost_mc_def *find(struct ost_macros *m, const char *name)
{
	bool is_new;
	uint64_t *slot = ost_table_put(&m->known, ost_hash_bytes(name, strlen(name)), &is_new);
	const char *at = NULL;
	size_t i;

	if (!is_new)
		return (struct ost_mc_def *)(uintptr_t)*slot;
	for (i = 0; i < m->texts.nr && !at; i++)
		at = find_define(m->texts.items[i], name);
	*slot = at ? (uint64_t)(uintptr_t)read_define(m, at) : 0;
	return (struct ost_mc_def *)(uintptr_t)*slot;
}

/* ---- replacing ---- */

struct span {
	size_t first, nr;
};

static void expand(struct ost_macros *m, const struct ost_mc_tok *in, size_t nr, int depth, ost_mc_toks *ret);

static bool is(const struct ost_mc_tok *t, const char *s)
{
	return !strcmp(t->s, s);
}

/* Arguments of in[0], which is "("; returns the index of ")" or nr. */
static size_t split_args(const struct ost_mc_tok *in, size_t nr, struct span *args, uint32_t *ret_nr)
{
	size_t i, first = 1;
	int level = 0;

	for (*ret_nr = 0, i = 0; i < nr; i++) {
		level += is(&in[i], "(") || is(&in[i], "{");
		level -= is(&in[i], ")") || is(&in[i], "}");
		if (!level || (level == 1 && is(&in[i], ","))) {
			if (*ret_nr < MAX_PARAMS)
				args[(*ret_nr)++] = (struct span){ first, i - first };
			first = i + 1;
		}
		if (!level)
			return i;
	}
	return nr;
}

static void put(struct ost_macros *m, ost_mc_toks *out, struct ost_mc_tok t, bool paste)
{
	if (!m->nr_left)
		return;
	m->nr_left--;
	if (paste && out->nr)
		ost_vec_last(out)->s = ost_arena_printf(m->arena, "%s%s", ost_vec_last(out)->s, t.s);
	else
		ost_vec_add(out, t);
}

/* The body with its parameters replaced by the arguments as written. */
static void substitute(struct ost_macros *m, const struct ost_mc_def *def, const struct ost_mc_tok *in,
		       const struct span *args, uint32_t nr_args, uint32_t line, ost_mc_toks *out)
{
	bool paste = false;
	uint32_t k;
	size_t i, j;

	for (i = 0; i < def->body.nr; i++) {
		struct ost_mc_tok t = { def->body.items[i].s, line };

		if (is(&t, "##")) {
			paste = true;
			continue;
		}
		for (k = 0; k < def->nr_params && k < nr_args && strcmp(def->params[k], t.s); k++)
			;
		if (k < def->nr_params && k < nr_args) {
			for (j = 0; j < args[k].nr; j++)
				put(m, out, (struct ost_mc_tok){ in[args[k].first + j].s, line }, paste && !j);
		} else {
			put(m, out, t, paste);
		}
		paste = false;
	}
}

/* More than one value: something that must be replaced before fields are told apart. */
static bool is_structure(const struct ost_mc_def *def)
{
	size_t i;

	for (i = 0; i < def->body.nr; i++)
		if (is(&def->body.items[i], ".") || is(&def->body.items[i], ",") || is(&def->body.items[i], "{"))
			return true;
	return false;
}

static void expand(struct ost_macros *m, const struct ost_mc_tok *in, size_t nr, int depth, ost_mc_toks *ret)
{
	size_t i, end;

	for (i = 0; i < nr && m->nr_left; i++) {
		bool is_call = i + 1 < nr && is(&in[i + 1], "(");
		const struct ost_mc_def *def = NULL;
		struct span args[MAX_PARAMS];
		ost_mc_toks body = OST_VEC_INIT;
		uint32_t nr_args = 0;

		if (depth < MAX_DEPTH && (isalpha((unsigned char)*in[i].s) || *in[i].s == '_'))
			def = find(m, in[i].s);
		if (!def || def->is_function != is_call || (!is_call && !is_structure(def))) {
			put(m, ret, in[i], false);
			continue;
		}
		end = is_call ? split_args(in + i + 1, nr - i - 1, args, &nr_args) : 0;
		substitute(m, def, in + i + 1, args, nr_args, in[i].line, &body);
		expand(m, body.items, body.nr, depth + 1, ret);
		ost_vec_deinit(&body);
		i += is_call ? end + 1 : 0;
	}
}

void ost_mc_expand(struct ost_macros *m, const struct ost_mc_tok *in, size_t nr, ost_mc_toks *ret)
{
	expand(m, in, nr, 0, ret);
}

/* ---- values ---- */

/* Without parentheses around it, and names of single values followed. */
static const struct ost_mc_tok *value_of(struct ost_macros *m, const struct ost_mc_tok *t, size_t *nr)
{
	const struct ost_mc_def *def;
	int depth;

	for (depth = 0; depth < MAX_DEPTH; depth++) {
		while (*nr > 2 && is(&t[0], "(") && is(&t[*nr - 1], ")")) {
			t++;
			*nr -= 2;
		}
		if (*nr != 1 || isdigit((unsigned char)*t->s) || !is_word(*t->s))
			break;
		def = find(m, t->s);
		if (!def || def->is_function || !def->body.nr)
			break;
		t = def->body.items;
		*nr = def->body.nr;
	}
	return t;
}

bool ost_mc_number(struct ost_macros *m, const struct ost_mc_tok *t, size_t nr, unsigned long *ret)
{
	char *end;

	t = value_of(m, t, &nr);
	if (nr == 2 && is(&t[0], "~") && is(&t[1], "0")) {
		*ret = ~0ul;
		return true;
	}
	if (nr != 1 || !isdigit((unsigned char)*t->s))
		return false;
	*ret = strtoul(t->s, &end, 0);
	return !end[strspn(end, "uUlL")];
}

bool ost_mc_string(struct ost_macros *m, const struct ost_mc_tok *t, size_t nr, const char **ret)
{
	OST_BUF b = OST_BUF_INIT;
	size_t i, n;

	t = value_of(m, t, &nr);
	for (i = 0; i < nr; i++) {
		n = strlen(t[i].s);
		if (*t[i].s != '"' || n < 2)
			return false;
		ost_buf_add(&b, t[i].s + 1, n - 2);
	}
	*ret = ost_arena_strdup(m->arena, b.ptr);
	return nr > 0;
}
