// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * F: and X: values become Perl expressions the way the kernel's script makes
 * them ("." is itself, "*" is ".*", "?" is "."), so whatever else stands in
 * a value ("da[79]*.txt", "c++") means what it means there. Eight thousand
 * expressions are not compiled for one question: the literal bytes that a
 * path must begin with are compared first, and most values are nothing else.
 */
#include "review/maint.h"

static bool is_quantifier(char c)
{
	return c == '*' || c == '+' || c == '?' || c == '{';
}

/* The expression of an F: or X: value. */
static const char *to_regex(struct ost_arena *a, const char *value)
{
	char *out = ost_arena_alloc(a, 2 * strlen(value) + 1), *q = out;

	for (; *value; value++) {
		if (*value == '?') {
			*q++ = '.';
			continue;
		}
		if (*value == '.')
			*q++ = '\\';
		else if (*value == '*')
			*q++ = '.';
		*q++ = *value;
	}
	*q = 0;
	return out;
}

/* The literal bytes that the expression begins with; says whether that is all of it. */
static void find_prefix(struct ost_maint_pattern *p, struct ost_arena *a)
{
	const char *r = p->regex;
	char *out = ost_arena_alloc(a, strlen(r) + 1);
	uint32_t n = 0;

	while (*r) {
		if (r[0] == '\\' && r[1] == '.')
			r++;
		else if (strchr("\\^$.|?*+()[{", *r))
			break;
		out[n++] = *r++;
	}
	if (is_quantifier(*r) && n)
		n--;	/* the last byte may be there no time at all */
	if (strchr(p->regex, '|'))
		n = 0;
	out[n] = 0;
	p->prefix = out;
	p->prefix_len = n;
	p->is_literal = !*r;
}

static uint32_t count_slashes(const char *s, size_t len)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < len; i++)
		n += s[i] == '/';
	return n;
}

void ost_maint_pattern_init(struct ost_maint_pattern *p, struct ost_arena *a,
			    char kind, const char *value)
{
	size_t len = strlen(value);

	memset(p, 0, sizeof(*p));
	p->value = value;
	p->regex = value;
	if (kind == 'K')
		p->diff_regex = ost_arena_printf(a, "^[+-].*%s", value);
	if (kind != 'F' && kind != 'X')
		return;
	p->regex = to_regex(a, value);
	p->nr_slashes = count_slashes(p->regex, strlen(p->regex));
	p->may_be_dir = len && value[len - 1] != '/' && value[0] != '/' && !strpbrk(value, ".*?");
	find_prefix(p, a);
}

void ost_maint_regex_deinit(struct ost_maint_regex *r)
{
	pcre2_code_free(r->code);
	r->code = NULL;
}

void ost_maint_pattern_deinit(struct ost_maint_pattern *p)
{
	ost_maint_regex_deinit(&p->plain);
	ost_maint_regex_deinit(&p->in_diff);
}

static void compile(struct ost_maintainers *m, struct ost_maint_regex *r, const char *expr,
		    uint32_t flags)
{
	int code;
	PCRE2_SIZE where;

	r->is_compiled = true;
	if (!m->keywords_in_file)	/* the newer script reads text as UTF-8 */
		flags |= PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF;
	if (*expr && strlen(expr) <= OST_MAINT_MAX_EXPR)
		r->code = pcre2_compile((PCRE2_SPTR)expr, PCRE2_ZERO_TERMINATED,
					flags | PCRE2_NEVER_BACKSLASH_C, &code, &where, NULL);
	r->is_bad = !r->code;
	m->nr_bad += r->is_bad;
}

bool ost_maint_regex_match(struct ost_maintainers *m, struct ost_maint_regex *r,
			   const char *expr, uint32_t flags, const char *text, size_t len,
			   size_t offset, size_t *ret_start, size_t *ret_end)
{
	const PCRE2_SIZE *at;
	int rc;

	if (!r->is_compiled)
		compile(m, r, expr, flags);
	if (r->is_bad)
		return false;
	rc = pcre2_match(r->code, (PCRE2_SPTR)text, len, offset, 0, m->match_data, m->match_context);
	if (rc < 0) {
		if (rc != PCRE2_ERROR_NOMATCH && ++r->strikes >= OST_MAINT_MATCH_STRIKES) {
			r->is_bad = true;
			m->nr_bad++;
		}
		return false;
	}
	at = pcre2_get_ovector_pointer(m->match_data);
	if (ret_start)
		*ret_start = at[0];
	if (ret_end)
		*ret_end = at[1];
	return true;
}

static bool begins_so(struct ost_maintainers *m, struct ost_maint_pattern *p,
		      const char *path, size_t len)
{
	if (len < p->prefix_len || memcmp(path, p->prefix, p->prefix_len))
		return false;
	return p->is_literal ||
	       ost_maint_regex_match(m, &p->plain, p->regex, PCRE2_ANCHORED, path, len, 0, NULL, NULL);
}

/* A value that names a folder without the slash means the folder. */
static bool is_dir(struct ost_maintainers *m, struct ost_maint_pattern *p)
{
	if (p->may_be_dir && !p->dir_known) {
		p->dir_known = true;
		p->is_dir = m->source->is_dir && m->source->is_dir(m->source->ctx, p->value);
	}
	return p->may_be_dir && p->is_dir;
}

bool ost_maint_path_matches(struct ost_maintainers *m, struct ost_maint_pattern *p,
			    const char *path, size_t len)
{
	size_t n = strlen(p->regex);

	if (!begins_so(m, p, path, len))
		return false;
	if (n && p->regex[n - 1] == '/')
		return true;
	if (!is_dir(m, p))
		return count_slashes(path, len) == p->nr_slashes;
	return p->is_literal && path[p->prefix_len] == '/';
}

int ost_maint_depth(const struct ost_maint_pattern *p)
{
	size_t n = strlen(p->regex);

	if (n >= 2 && p->regex[0] == '.' && p->regex[1] == '*')
		return -1;
	return (int)p->nr_slashes + (n && p->regex[n - 1] == '/' ? 0 : 1);
}

static bool is_excluded(struct ost_maintainers *m, const struct ost_maint_section *s, size_t first,
			const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < s->nr_lines; i++)
		if (s->lines[i].kind == 'X' &&
		    ost_maint_path_matches(m, &m->patterns.items[first + i], path, len))
			return true;
	return false;
}

/* The last line that matches gives the depth. */
static bool section_matches(struct ost_maintainers *m, size_t index, const char *path, size_t len,
			    struct ost_maint_hit *hit)
{
	const struct ost_maint_section *s = &m->sections.items[index];
	size_t first = ost_maint_line_index(m, index, 0), i;
	bool is_hit = false;

	for (i = 0; i < s->nr_lines; i++) {
		struct ost_maint_pattern *p = &m->patterns.items[first + i];
		int depth;

		if (s->lines[i].kind == 'F' && ost_maint_path_matches(m, p, path, len))
			depth = ost_maint_depth(p);
		else if (s->lines[i].kind == 'N' &&
			 ost_maint_regex_match(m, &p->plain, p->regex, PCRE2_EXTENDED, path, len,
					       0, NULL, NULL))
			depth = 0;
		else
			continue;
		*hit = (struct ost_maint_hit){ (uint32_t)index, (uint32_t)(first + i), depth };
		is_hit = true;
	}
	return is_hit && !is_excluded(m, s, first, path, len);
}

static int deeper_first(const void *va, const void *vb)
{
	const struct ost_maint_hit *a = va, *b = vb;

	if (a->depth != b->depth)
		return a->depth > b->depth ? -1 : 1;
	return a->section < b->section ? -1 : 1;
}

void ost_maint_hits_of_path(struct ost_maintainers *m, const char *path, struct ost_maint_hits *hits)
{
	size_t len = strlen(path), i;
	struct ost_maint_hit hit;

	ost_vec_clear(hits);
	for (i = 0; i < m->sections.nr; i++)
		if (section_matches(m, i, path, len, &hit))
			ost_vec_add(hits, hit);
	if (hits->nr)
		qsort(hits->items, hits->nr, sizeof(*hits->items), deeper_first);
}

const char *ost_pcre2_version(void)
{
	static char text[24];

	/* "10.42 2022-12-11"; the date is left out */
	if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(text))
		pcre2_config(PCRE2_CONFIG_VERSION, text);
	text[strcspn(text, " ")] = '\0';
	return text;
}
