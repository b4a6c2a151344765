// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/prove_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "git/repo.h"

struct ost_err *ost_pt_init(struct ost_pt_files *fs, const struct ost_source *src)
{
	memset(fs, 0, sizeof(*fs));
	fs->src = src;
	return src->repo ? ost_repo_open(&fs->repo, src->repo) : NULL;
}

void ost_pt_deinit(struct ost_pt_files *fs)
{
	for (size_t i = 0; i < fs->v.nr; i++) {
		struct ost_pt_file *f = fs->v.items[i];

		for (size_t k = 0; k < f->includes.nr; k++)
			free(f->includes.items[k]);
		ost_vec_deinit(&f->includes);
		ost_vec_deinit(&f->tokens);
		ost_buf_deinit(&f->text);
		free(f->path);
		free(f);
	}
	ost_vec_deinit(&fs->v);
	ost_repo_destroy(fs->repo);
}

static bool is_name_char(int c)
{
	return isalnum(c) || c == '_';
}

/* Past a comment, a string or a character; 0 when none begins here. */
static size_t skip_opaque(const char *s)
{
	size_t i;

	if (s[0] == '/' && s[1] == '/')
		return strcspn(s, "\n");
	if (s[0] == '/' && s[1] == '*') {
		const char *end = strstr(s + 2, "*/");

		return end ? (size_t)(end - s) + 2 : strlen(s);
	}
	if (s[0] != '"' && s[0] != '\'')
		return 0;
	for (i = 1; s[i] && s[i] != s[0] && s[i] != '\n'; i++)
		if (s[i] == '\\' && s[i + 1])
			i++;
	return s[i] == s[0] ? i + 1 : i;
}

static void note_include(struct ost_pt_file *f, const char *line)
{
	const char *at = line + strcspn(line, "\"<\n"), *end;

	if (*at != '"' && *at != '<')
		return;
	end = at + 1 + strcspn(at + 1, "\">\n");
	ost_vec_add(&f->includes, ost_strndup(at + 1, (size_t)(end - at - 1)));
}

static void tokenise(struct ost_pt_file *f)
{
	const char *s = f->text.ptr;
	uint32_t line = 1;
	bool directive = false, fresh = true;

	for (size_t i = 0; s[i];) {
		size_t n = skip_opaque(s + i);

		if (s[i] == '\n') {
			directive = directive && i && s[i - 1] == '\\';
			fresh = true;
			line++;
			i++;
		} else if (n) {
			for (size_t k = 0; k < n; k++)
				line += s[i + k] == '\n';
			i += n;
		} else if (isspace((unsigned char)s[i]) || s[i] == '\\') {
			i++;
		} else {
			if (fresh && s[i] == '#') {
				directive = true;
				if (!strncmp(s + i + 1 + strspn(s + i + 1, " \t"), "include", 7))
					note_include(f, s + i);
			}
			fresh = false;
			n = 1;
			if (is_name_char((unsigned char)s[i]))
				while (is_name_char((unsigned char)s[i + n]))
					n++;
			ost_vec_add(&f->tokens, ((struct ost_pt_token){ (uint32_t)i, (uint32_t)n, line, directive }));
			i += n;
		}
	}
}

static bool is_safe(const char *path)
{
	return path[0] && path[0] != '/' && !strstr(path, "..");
}

const struct ost_pt_file *ost_pt_get(struct ost_pt_files *fs, const char *path)
{
	struct ost_err *err = NULL;
	struct ost_pt_file *f;
	OST_BUF full = OST_BUF_INIT;

	for (size_t i = 0; i < fs->v.nr; i++)
		if (!strcmp(fs->v.items[i]->path, path))
			return fs->v.items[i]->is_there ? fs->v.items[i] : NULL;
	if (!is_safe(path) || fs->v.nr >= OST_PT_MAX_FILES)
		return NULL;
	f = ost_calloc(1, sizeof(*f));
	f->path = ost_strdup(path);
	ost_buf_init(&f->text);
	ost_vec_add(&fs->v, f);
	if (fs->repo) {
		err = ost_repo_read_path(fs->repo, fs->src->rev, path, &f->text);
	} else {
		ost_buf_addf(&full, "%s/%s", fs->src->dir, path);
		err = ost_buf_read_file(&f->text, full.ptr, OST_PT_MAX_BYTES);
	}
	f->is_there = !err && !memchr(f->text.ptr, 0, f->text.len);
	ost_err_destroy(err);
	if (f->is_there)
		tokenise(f);
	return f->is_there ? f : NULL;
}

bool ost_pt_is(const struct ost_pt_file *f, uint32_t token, const char *word)
{
	const struct ost_pt_token *t;

	if (token >= f->tokens.nr)
		return false;
	t = &f->tokens.items[token];
	return t->len == strlen(word) && !memcmp(f->text.ptr + t->off, word, t->len);
}

bool ost_pt_line_is(const struct ost_pt_file *f, uint32_t line, const char *text)
{
	const char *at = f->text.ptr;
	size_t len;

	while (--line) {
		at = strchr(at, '\n');
		if (!at)
			return false;
		at++;
	}
	at += strspn(at, " \t");
	len = strcspn(at, "\n");
	while (len && isspace((unsigned char)at[len - 1]))
		len--;
	return len == strlen(text) && !memcmp(at, text, len);
}

/* Past the bracket that closes the one at `open`. */
static uint32_t close_of(const struct ost_pt_file *f, uint32_t open, const char *up, const char *down)
{
	uint32_t depth = 0;

	for (uint32_t i = open; i < f->tokens.nr; i++) {
		if (ost_pt_is(f, i, up))
			depth++;
		else if (ost_pt_is(f, i, down) && !--depth)
			return i + 1;
	}
	return (uint32_t)f->tokens.nr;
}

/* `name ( ... ) words {` or `#define name(...) ...` at token i. */
static bool definition_at(const struct ost_pt_file *f, uint32_t i, uint32_t *ret_first, uint32_t *ret_end)
{
	const struct ost_pt_token *t = &f->tokens.items[i];
	uint32_t at;

	if (t->is_directive) {
		if (i < 2 || !ost_pt_is(f, i - 1, "define") || !ost_pt_is(f, i - 2, "#"))
			return false;
		for (at = i + 1; at < f->tokens.nr && f->tokens.items[at].is_directive &&
		     !ost_pt_is(f, at, "#"); at++)
			;
		*ret_first = i + 1;
		*ret_end = at;
		return true;
	}
	if (!ost_pt_is(f, i + 1, "("))
		return false;
	at = close_of(f, i + 1, "(", ")");
	for (unsigned k = 0; k < 12 && at < f->tokens.nr && !ost_pt_is(f, at, "{"); k++) {
		if (ost_pt_is(f, at, ";") || ost_pt_is(f, at, "}") || ost_pt_is(f, at, "="))
			return false;
		at++;
	}
	if (!ost_pt_is(f, at, "{"))
		return false;
	*ret_first = at;
	*ret_end = close_of(f, at, "{", "}");
	return true;
}

bool ost_pt_define(const struct ost_pt_file *f, const char *name, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t depth = 0;

	for (uint32_t i = 0; i < f->tokens.nr; i++) {
		if (!f->tokens.items[i].is_directive) {
			depth += ost_pt_is(f, i, "{");
			depth -= depth && ost_pt_is(f, i, "}");
		}
		if (!depth && ost_pt_is(f, i, name) && definition_at(f, i, ret_first, ret_end))
			return true;
	}
	return false;
}

bool ost_pt_function_at(const struct ost_pt_file *f, const char *name, uint32_t line,
			uint32_t *ret_first, uint32_t *ret_end)
{
	for (uint32_t i = 0; i < f->tokens.nr && f->tokens.items[i].line <= line; i++) {
		if (!ost_pt_is(f, i, name) || !definition_at(f, i, ret_first, ret_end))
			continue;
		if (line >= f->tokens.items[i].line && *ret_end > *ret_first &&
		    line <= f->tokens.items[*ret_end - 1].line)
			return true;
	}
	return false;
}
