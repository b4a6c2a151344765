// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/make_flags.h"

#include <string.h>

#include "base/word.h"

#define MAX_NESTING 8
#define MAX_VALUE 4096

struct variable {
	const char *name, *value;
	bool is_set_again;
};

struct reading {
	struct ost_make_flags *m;
	struct ost_arena *arena;
	const char *folder;	/* of the Makefile */
	OST_VEC(struct variable) vars;
};

void ost_make_flags_deinit(struct ost_make_flags *m)
{
	ost_vec_deinit(&m->folders);
	ost_vec_deinit(&m->words);
}

bool ost_make_flags_has(const struct ost_make_flags *m, const char *word)
{
	size_t i;

	for (i = 0; i < m->words.nr; i++)
		if (!strcmp(m->words.items[i], word))
			return true;
	return false;
}

bool ost_make_flags_defines(const struct ost_make_flags *m, const char *name)
{
	size_t i, n = strlen(name);

	for (i = 0; i < m->words.nr; i++) {
		const char *w = m->words.items[i];

		if (!strncmp(w, "-D", 2) && !strncmp(w + 2, name, n) && !ost_is_word_byte(w[2 + n]))
			return true;
	}
	return false;
}

bool ost_make_flags_renames(const struct ost_make_flags *m, const char *name)
{
	const char *value;
	size_t i;

	for (i = 0; i < m->words.nr; i++) {
		value = strncmp(m->words.items[i], "-D", 2) ? NULL : strchr(m->words.items[i], '=');
		if (value && !strcmp(value + 1, name))
			return true;
	}
	return ost_make_flags_defines(m, name);
}

/* ---- variables ---- */

static struct variable *find_variable(struct reading *r, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < r->vars.nr; i++)
		if (strlen(r->vars.items[i].name) == len && !memcmp(r->vars.items[i].name, name, len))
			return &r->vars.items[i];
	return NULL;
}

/* `NAME = value` and `NAME := value` of a line. */
static void see_assignment(struct reading *r, const char *line, size_t len)
{
	const char *end = line + len, *p, *name = ost_behind_blanks(line, end);
	struct variable *v;
	size_t n;

	for (p = name; p < end && (ost_is_word_byte(*p) || *p == '-' || *p == '.'); p++)
		;
	n = (size_t)(p - name);
	p = ost_behind_blanks(p, end);
	if (!n || p == end || (*p != '=' && *p != ':' && *p != '?'))
		return;
	p += *p != '=';
	p += p < end && *p == ':';
	if (p == end || *p != '=')
		return;
	p = ost_behind_blanks(p + 1, end);
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	v = find_variable(r, name, n);
	if (v) {
		v->is_set_again = true;
		return;
	}
	v = ost_vec_push(&r->vars);
	*v = (struct variable){ ost_arena_strndup(r->arena, name, n), ost_arena_strndup(r->arena, p, (size_t)(end - p)), false };
}

/* False: a variable is not known. */
static bool expand(struct reading *r, struct ost_buf *to, const char *p, size_t len, int depth)
{
	const char *end = p + len, *close;
	const struct variable *v;

	if (depth > MAX_NESTING || to->len > MAX_VALUE)
		return false;
	while (p < end) {
		if (*p != '$') {
			ost_buf_add(to, p++, 1);
			continue;
		}
		if (end - p < 3 || (p[1] != '(' && p[1] != '{'))
			return false;
		close = memchr(p, p[1] == '(' ? ')' : '}', (size_t)(end - p));
		if (!close)
			return false;
		p += 2;
		len = (size_t)(close - p);
		if (len == 3 && (!memcmp(p, "src", 3) || !memcmp(p, "obj", 3))) {
			ost_buf_addstr(to, r->folder);
		} else if (!(len == 7 && (!memcmp(p, "srctree", 7) || !memcmp(p, "objtree", 7)))) {
			v = find_variable(r, p, len);
			if (!v || v->is_set_again || !expand(r, to, v->value, strlen(v->value), depth + 1))
				return false;
		}
		p = close + 1;
	}
	return true;
}

/* ---- flags ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* "/a//b/../c" as "a/c/"; false: it leaves the tree. */
static bool tidy(struct ost_buf *to, const char *from)
{
	while (*from) {
		size_t n = strcspn(from, "/");

		if (n == 2 && !memcmp(from, "..", 2)) {
			if (!to->len)
				return false;
			for (to->len--; to->len && to->ptr[to->len - 1] != '/'; to->len--)
				;
			to->ptr[to->len] = '\0';
		} else if (n && !(n == 1 && *from == '.')) {
			ost_buf_add(to, from, n);
			ost_buf_addstr(to, "/");
		}
		from += n + (from[n] == '/');
	}
	return true;
}

static void note_folder(struct reading *r, const char *p, size_t len)
{
	OST_BUF text = OST_BUF_INIT;
	OST_BUF folder = OST_BUF_INIT;

	if (len && expand(r, &text, p, len, 0) && !strpbrk(text.ptr, "$(),") && !strchr(text.ptr, ' ') && tidy(&folder, text.ptr))
		ost_vec_add(&r->m->folders, ost_arena_strndup(r->arena, folder.len ? folder.ptr : "", folder.len));
	else
		r->m->is_unclear = true;
	ost_buf_deinit(&text);
	ost_buf_deinit(&folder);
}

static void see_flags(struct reading *r, const char *line, size_t len)
{
	const char *p = line, *end = line + len, *from;

	if (len > 8 && !memcmp(line, "include ", 8))
		r->m->is_unclear = true;
	for (; end - p > 2; p++) {
		if (*p != '-' || (p > line && ost_is_word_byte(p[-1])) || !strchr("IDW", p[1]))
			continue;
		from = p;
		p += 2;
		if (from[1] == 'I')
			p = ost_behind_blanks(p, end);
		for (len = (size_t)(p - line); p < end && !is_space(*p) && (from[1] == 'I' || (*p != ',' && *p != ')')); p++)
			;
		if (from[1] == 'I')
			note_folder(r, line + len, (size_t)(p - line) - len);
		else
			ost_vec_add(&r->m->words, ost_arena_strndup(r->arena, from, (size_t)(p - from)));
	}
}

/* Lines, continued ones as one, without comments. */
static void each_line(struct reading *r, char *text, void (*fn)(struct reading *, const char *, size_t))
{
	char *p = text, *end;

	while (*p) {
		for (end = p; *end && *end != '\n'; end++)
			if (end[0] == '\\' && end[1] == '\n')
				end[0] = end[1] = ' ';
		if (memchr(p, '#', (size_t)(end - p)))
			fn(r, p, (size_t)((char *)memchr(p, '#', (size_t)(end - p)) - p));
		else
			fn(r, p, (size_t)(end - p));
		p = end + (*end == '\n');
	}
}

static void read_makefile(struct ost_make_flags *m, struct ost_side_files *side, const char *folder, const char *name)
{
	struct reading r = { m, &side->arena, folder, OST_VEC_INIT };
	const char *path = ost_arena_printf(&side->arena, "%s/%s", folder, name);
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err;

	if (!ost_tree_has(ost_side_tree(side), path))
		return;
	err = ost_repo_read_path(side->repo, side->rev, path, &text);
	if (err) {
		m->is_unclear = true;
	} else if (text.len) {
		each_line(&r, text.ptr, see_assignment);
		each_line(&r, text.ptr, see_flags);
	}
	ost_err_destroy(err);
	ost_buf_deinit(&text);
	ost_vec_deinit(&r.vars);
}

void ost_make_flags_read(struct ost_make_flags *m, struct ost_side_files *side, const char *path)
{
	size_t n = strlen(path);

	memset(m, 0, sizeof(*m));
	for (;;) {
		const char *folder;

		while (n && path[n - 1] != '/')
			n--;
		if (!n)
			return;
		folder = ost_arena_strndup(&side->arena, path, --n);
		read_makefile(m, side, folder, "Makefile");
		read_makefile(m, side, folder, "Kbuild");
	}
}
