// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel's script takes out of a patch: the names of files, and
 * whether a K: expression matches in the message or in a changed line. It
 * reads line by line with no idea of hunks (a removed line "-- x y" looks
 * like a file header to it), and so does this.
 */
#include "review/maint.h"

#include <ctype.h>
#include <stdio.h>

/* ---- keywords ---- */

static int by_number_text(const void *a, const void *b)
{
	return strcmp(((const struct ost_maint_keyword *)a)->number,
		      ((const struct ost_maint_keyword *)b)->number);
}

static void add_keywords_of(struct ost_maint_keywords *kw, const struct ost_maintainers *m, size_t section)
{
	const struct ost_maint_section *s = &m->sections.items[section];
	struct ost_maint_keyword *w;
	size_t i;

	for (i = 0; i < s->nr_lines; i++) {
		if (s->lines[i].kind != 'K')
			continue;
		w = ost_vec_push(kw);
		w->section = (uint32_t)section;
		w->line_index = (uint32_t)ost_maint_line_index(m, section, i);
		snprintf(w->number, sizeof(w->number), "%u", m->entry_ids.items[w->line_index]);
	}
}

void ost_maint_keywords_init(struct ost_maint_keywords *kw, const struct ost_maintainers *m)
{
	size_t s;

	memset(kw, 0, sizeof(*kw));
	for (s = 0; s < m->sections.nr; s++)
		add_keywords_of(kw, m, s);
	if (kw->nr)
		qsort(kw->items, kw->nr, sizeof(*kw->items), by_number_text);
}

void ost_maint_keywords_find(struct ost_maintainers *m, struct ost_maint_keywords *kw,
			     const char *text, size_t len, bool in_diff)
{
	size_t i;

	for (i = 0; i < kw->nr; i++) {
		struct ost_maint_keyword *w = &kw->items[i];
		struct ost_maint_pattern *p = &m->patterns.items[w->line_index];

		if (!w->is_found)
			w->is_found = ost_maint_regex_match(m, in_diff ? &p->in_diff : &p->plain,
							    in_diff ? p->diff_regex : p->regex,
							    PCRE2_EXTENDED, text, len, 0, NULL, NULL);
	}
}

/* ---- lines of a patch ---- */

struct reader {
	struct ost_maintainers *m;
	struct ost_arena *a;
	struct ost_maint_strings *files;
	struct ost_maint_keywords *keywords;
	bool in_diff;	/* a "---" or "+++" line was seen */
};

static size_t word_len(const char *s, const char *end)
{
	const char *p = s;

	while (p < end && !isspace((unsigned char)*p))
		p++;
	return (size_t)(p - s);
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	return p;
}

static bool takes(const char **p, const char *end, const char *prefix)
{
	size_t n = strlen(prefix);

	if ((size_t)(end - *p) < n || memcmp(*p, prefix, n))
		return false;
	*p += n;
	return true;
}

static void add_file(struct reader *r, const char *s, size_t len)
{
	ost_vec_add(r->files, ost_arena_strndup(r->a, s, len));
}

/* " mode change 100644 => 100755 PATH" and "rename from PATH": one word, then nothing. */
static bool one_path(struct reader *r, const char *p, const char *end)
{
	size_t n = word_len(p, end);

	if (!n || skip_space(p + n, end) != end)
		return false;
	add_file(r, p, n);
	return true;
}

static bool is_mode_change(const char **p, const char *end)
{
	const char *digits;

	if (!takes(p, end, " mode change "))
		return false;
	for (digits = *p; *p < end && **p >= '0' && **p <= '7'; (*p)++)
		;
	if (*p == digits || !takes(p, end, " => "))
		return false;
	for (digits = *p; *p < end && **p >= '0' && **p <= '7'; (*p)++)
		;
	return *p > digits && takes(p, end, " ");
}

static bool git_header(struct reader *r, const char *p, const char *end)
{
	size_t n = word_len(p, end);
	const char *q = p + n;

	if (!n || !takes(&q, end, " b/") || !one_path(r, q, end))
		return false;
	add_file(r, p, n);
	return true;
}

/* "--- a/PATH" or "+++ b/PATH" (anything in place of a): the first word without its first folder. */
static bool file_line(struct reader *r, const char *p, const char *end)
{
	const char *q = p, *slash;
	size_t n;

	if (!takes(&q, end, "+++") && !takes(&q, end, "---"))
		return false;
	p = skip_space(q, end);
	n = word_len(p, end);
	if (p == q || !n)
		return false;
	slash = memchr(p, '/', n);
	if (slash)
		add_file(r, slash + 1, n - (size_t)(slash + 1 - p));
	else
		add_file(r, p, n);
	return true;
}

static bool is_fixes(const char *p, const char *end)
{
	const char *q;

	if (!takes(&p, end, "Fixes:") || (q = skip_space(p, end)) == p)
		return false;
	for (p = q; p < end && isxdigit((unsigned char)*p); p++)
		;
	return p - q >= 6;
}

/* "@@ -12,7 …" */
static bool is_hunk(const char *p, const char *end)
{
	const char *digits;

	if (!takes(&p, end, "@@ -"))
		return false;
	for (digits = p; p < end && isdigit((unsigned char)*p); p++)
		;
	if (p == digits || !takes(&p, end, ","))
		return false;
	return p < end && isdigit((unsigned char)*p);
}

static bool names_files(struct reader *r, const char *line, const char *end)
{
	const char *p = line;

	if (is_mode_change(&p, end) && one_path(r, p, end))
		return true;
	p = line;
	if ((takes(&p, end, "rename from ") || takes(&p, end, "rename to ")) && one_path(r, p, end))
		return true;
	p = line;
	return takes(&p, end, "diff --git a/") && git_header(r, p, end);
}

static void read_line(struct reader *r, const char *line, const char *end)
{
	if (names_files(r, line, end) || is_fixes(line, end))
		return;
	if (file_line(r, line, end))
		r->in_diff = true;
	else if (!is_hunk(line, end))
		ost_maint_keywords_find(r->m, r->keywords, line, (size_t)(end - line), r->in_diff);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_and_unique(struct ost_maint_strings *s)
{
	size_t i, n = 0;

	if (s->nr)
		qsort(s->items, s->nr, sizeof(*s->items), by_bytes);
	for (i = 0; i < s->nr; i++)
		if (!n || strcmp(s->items[n - 1], s->items[i]))
			s->items[n++] = s->items[i];
	s->nr = n;
}

void ost_maint_patch_read(struct ost_maintainers *m, struct ost_arena *a, const char *text, size_t len,
			  struct ost_maint_strings *files, struct ost_maint_keywords *keywords)
{
	struct reader r = { m, a, files, keywords, false };
	const char *p = text, *end = text + len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *line_end = nl ? nl + 1 : end;	/* expressions see the newline */

		read_line(&r, p, line_end);
		p = line_end;
	}
	sort_and_unique(files);
}
