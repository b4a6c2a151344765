// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/unseen.h"

#include <string.h>

#include "branch/locate.h"
#include "git/run.h"

/* False: it cannot be read as C. */
static bool add_file(const struct ost_unseen *u, struct ost_included *x, const struct ost_file_trial *f)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts facts;
	struct ost_err *err;
	bool is_one;

	ost_recognise(u->recogniser, f->path, f->text, f->len, &record);
	err = ost_facts_open(&facts, record.ptr, record.len);
	is_one = !err && (facts.nr_includes || ost_is_header(f->path));
	if (is_one)
		ost_included_add(x, f->path, &facts, f->text, f->len);
	ost_err_destroy(err);
	ost_buf_deinit(&record);
	return is_one;
}

struct ost_included *ost_unseen_included(const struct ost_unseen *u, const struct ost_file_trial *f, bool is_any_arch)
{
	struct ost_included *x;
	uint32_t i;
	bool is_fine;

	if (!u->trees->shared || ost_is_header(f->path))
		return NULL;
	x = ost_included_create(u->side, u->trees, is_any_arch);
	is_fine = add_file(u, x, f);
	for (i = 0; i < u->trial->nr_files && is_fine; i++)
		if (u->trial->files[i].text && u->trial->files[i].path && ost_is_header(u->trial->files[i].path))
			add_file(u, x, &u->trial->files[i]);
	if (!is_fine) {
		ost_included_destroy(x);
		return NULL;
	}
	ost_included_close(x);
	return x;
}

/* ---- names that were not seen ---- */

static bool see_any(void *ctx, const char *line, size_t len)
{
	*(bool *)ctx |= len != 0;
	return false;
}

/* The folder above the one of a path; "." where there is none. */
static const char *folder_above(struct ost_arena *arena, const char *path)
{
	size_t n = strlen(path);
	int up;

	for (up = 0; up < 2; up++) {
		while (n && path[n - 1] != '/')
			n--;
		while (n && path[n - 1] == '/')
			n--;
	}
	return n ? ost_arena_strndup(arena, path, n) : ".";
}

/* #include "name.c", anywhere under the folder above the file's. True as well when it cannot be asked. */
static bool is_included_by_other(const struct ost_unseen *u, const char *path)
{
	struct ost_arena *arena = &u->side->arena;
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *args[] = { "grep", "-l", "-I", "-E", "--no-color", "-e",
			       ost_arena_printf(arena, "^[ \t]*#[ \t]*include.*[/\"<]%s[\">]", base),
			       u->side->rev, "--", folder_above(arena, path), NULL };
	struct ost_git_run run = { .args = args, .max = 1 << 20, .ok_status = 1 };
	bool found = false;
	struct ost_err *err = ost_git_stream(u->side->repo, &run, '\n', see_any, &found);

	found |= err != NULL;
	ost_err_destroy(err);
	return found;
}

/* By the headers of any architecture, in any form. */
static bool is_seen(const struct ost_included *x, const struct ost_hidden_name *h)
{
	static const enum ost_symbol_kind kinds[] = { OST_SYM_FUNC, OST_SYM_MACRO, OST_SYM_OBJECT, OST_SYM_ENUM, OST_SYM_TYPE, OST_SYM_WORD };
	size_t i;

	if (h->tag)
		return ost_included_has_tag(x, h->tag);
	for (i = 0; i < OST_ARRAY_SIZE(kinds); i++)
		if (ost_included_has(x, kinds[i], h->name))
			return true;
	return false;
}

static const char *header_text(const struct ost_unseen *u, const struct ost_hidden_name *h)
{
	static const enum ost_symbol_kind kinds[] = { OST_SYM_FUNC, OST_SYM_MACRO, OST_SYM_ENUM, OST_SYM_TYPE, OST_SYM_OBJECT };
	const char *path = NULL;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(kinds) && !path && !h->tag; i++)
		path = ost_header_of(u->trees, kinds[i], h->name);
	return path ? ost_arena_printf(&u->side->arena, " (include/%s has it)", path) : "";
}

void ost_unseen_settle(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c)
{
	struct ost_included *any;
	bool is_doubtful;
	size_t i;

	if (!c->hidden.nr)
		return;
	any = ost_unseen_included(u, f, true);
	is_doubtful = !any || ost_included_is_open(any) || is_included_by_other(u, f->path);
	for (i = 0; i < c->hidden.nr; i++) {
		const struct ost_hidden_name *h = &c->hidden.items[i];

		if (is_doubtful || is_seen(any, h))
			c->nr_doubtful++;
		else if (!c->trouble)
			c->trouble = ost_arena_printf(c->arena, "line %u uses the %s %s, which no header that %s includes declares%s",
						      h->line, h->kind, h->name, f->path, header_text(u, h));
	}
	ost_included_destroy(any);
	ost_vec_deinit(&c->hidden);
}
