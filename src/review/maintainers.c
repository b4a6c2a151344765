// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/maint.h"

#include <ctype.h>

#define MAX_FILE (16u << 20)
#define MAX_LINES 500000u
#define MAX_MAILMAP (4u << 20)
#define MAX_SCRIPT (4u << 20)

/* A heading or an entry, before sections are made of them. */
struct raw_line {
	const char *text;
	uint32_t line;
};

static bool is_entry(const char *s)
{
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] == ':';
}

static bool is_blank_or_comment(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return !*s || *s == '#';
}

static const char *value_of(const char *entry)
{
	entry += 2;
	while (isspace((unsigned char)*entry))
		entry++;
	return entry;
}

static void add_line(struct ost_maintainers *m, const char *text, uint32_t number, uint32_t entry_id)
{
	struct ost_maint_line *l = ost_vec_push(&m->lines);
	struct ost_maint_pattern *p = ost_vec_push(&m->patterns);

	l->kind = text[0];
	l->value = value_of(text);
	l->line = number;
	ost_vec_add(&m->entry_ids, entry_id);
	if (strchr("FXNK", l->kind))
		ost_maint_pattern_init(p, &m->arena, l->kind, l->value);
}

/* Sections point into m->lines, which has stopped moving by now. */
static void finish_sections(struct ost_maintainers *m)
{
	size_t s, i, at = 0;

	for (s = 0; s < m->sections.nr; s++) {
		struct ost_maint_section *section = &m->sections.items[s];

		section->lines = m->lines.items + at;
		at += section->nr_lines;
		section->status = "";
		section->last_line = section->first_line;
		for (i = 0; i < section->nr_lines; i++) {
			section->last_line = section->lines[i].line;
			if (section->lines[i].kind == 'S')
				section->status = section->lines[i].value;
		}
	}
}

/*
 * A section is a heading, which is any line that is not an entry, and the
 * entries below it; headings without entries (prose) are passed over.
 */
static void make_sections(struct ost_maintainers *m, const struct raw_line *raw, size_t nr)
{
	struct ost_maint_section *s = NULL;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!is_entry(raw[i].text)) {
			s = NULL;
			continue;
		}
		if (!s) {
			s = ost_vec_push(&m->sections);
			s->title = i ? raw[i - 1].text : "";
			s->first_line = i ? raw[i - 1].line : raw[i].line;
		}
		s->nr_lines++;
		add_line(m, raw[i].text, raw[i].line, (uint32_t)i);
	}
	finish_sections(m);
}

static struct ost_err *parse(struct ost_maintainers *m, const struct ost_buf *text)
{
	OST_VEC(struct raw_line) raw = OST_VEC_INIT;
	const char *p = text->ptr, *end = text->ptr + text->len;
	uint32_t number = 0;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl : end) - p);
		char *line;

		if (++number > MAX_LINES) {
			ost_vec_deinit(&raw);
			return ost_err_create(OST_ERR_INPUT, "MAINTAINERS", NULL,
					      "more than %u lines", MAX_LINES);
		}
		line = ost_arena_strndup(&m->arena, p, len);	/* a NUL byte ends the line */
		if (!is_blank_or_comment(line))
			ost_vec_add(&raw, ((struct raw_line){ line, number }));
		p += len + 1;
	}
	make_sections(m, raw.items, raw.nr);
	ost_vec_deinit(&raw);
	return NULL;
}

static struct ost_err *read_file(struct ost_maintainers *m, const char *path, size_t max,
				 struct ost_buf *text, bool *ret_is_file)
{
	ost_buf_clear(text);
	ost_try(m->source->read(m->source->ctx, path, text, ret_is_file));
	if (text->len > max)
		return ost_err_create(OST_ERR_INPUT, path, NULL, "more than %zu bytes", max);
	return NULL;
}

static struct ost_err *load(struct ost_maintainers *m, bool *ret_found)
{
	OST_BUF text = OST_BUF_INIT;
	bool found;

	ost_try(read_file(m, "MAINTAINERS", MAX_FILE, &text, ret_found));
	if (!*ret_found)
		return NULL;
	ost_try(parse(m, &text));
	ost_try(read_file(m, ".mailmap", MAX_MAILMAP, &text, &found));
	if (found)
		ost_maint_mailmap_parse(&m->mailmap, &m->arena, text.ptr);
	ost_try(read_file(m, "scripts/get_maintainer.pl", MAX_SCRIPT, &text, &found));
	m->keywords_in_file = found && !strstr(text.ptr, "keywords-in-file");
	return NULL;
}

static void init(struct ost_maintainers *m)
{
	ost_arena_init(&m->arena);
	ost_maint_mailmap_init(&m->mailmap);
	m->match_context = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(m->match_context, OST_MAINT_MATCH_STEPS);
	pcre2_set_heap_limit(m->match_context, 16384);	/* KiB */
	m->match_data = pcre2_match_data_create(16, NULL);
}

struct ost_err *ost_maintainers_create(struct ost_maintainers **ret,
				       const struct ost_maintainers_source *source)
{
	struct ost_maintainers *m = ost_calloc(1, sizeof(*m));
	struct ost_err *err;
	bool found = false;

	*ret = NULL;
	init(m);
	m->own_source = *source;
	m->source = &m->own_source;
	err = load(m, &found);
	if (err || !found) {
		ost_maintainers_destroy(m);
		return err;
	}
	*ret = m;
	return NULL;
}

void ost_maintainers_destroy(struct ost_maintainers *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->patterns.nr; i++)
		ost_maint_pattern_deinit(&m->patterns.items[i]);
	ost_maint_regex_deinit(&m->infile);
	pcre2_match_data_free(m->match_data);
	pcre2_match_context_free(m->match_context);
	ost_maint_mailmap_deinit(&m->mailmap);
	ost_vec_deinit(&m->named);
	ost_vec_deinit(&m->sections);
	ost_vec_deinit(&m->lines);
	ost_vec_deinit(&m->entry_ids);
	ost_vec_deinit(&m->patterns);
	if (m->own_source.destroy)
		m->own_source.destroy(m->own_source.ctx);
	ost_arena_deinit(&m->arena);
	free(m);
}

size_t ost_maintainers_nr_bad(const struct ost_maintainers *m)
{
	return m->nr_bad;
}

size_t ost_maintainers_nr_sections(const struct ost_maintainers *m)
{
	return m->sections.nr;
}

const struct ost_maint_section *ost_maintainers_section(const struct ost_maintainers *m, size_t index)
{
	return &m->sections.items[index];
}
