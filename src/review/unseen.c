// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/unseen.h"

#include <string.h>

#include "branch/locate.h"
#include "git/run.h"
#include "review/declared.h"
#include "review/reach.h"

/* False: it cannot be read as C. */
static bool add_file(const struct ost_unseen *u, struct ost_included *x, const struct ost_file_trial *f)
{
	OST_BUF record = OST_BUF_INIT;
	struct ost_facts facts;
	struct ost_err *err;
	bool is_one;

	ost_recognise(u->q->shared->recogniser, f->path, f->text, f->len, &record);
	err = ost_facts_open(&facts, record.ptr, record.len);
	is_one = !err && (facts.nr_includes || ost_is_header(f->path));
	if (is_one)
		ost_included_add(x, f->path, &facts, f->text, f->len);
	ost_err_destroy(err);
	ost_buf_deinit(&record);
	return is_one;
}

struct ost_included *ost_unseen_included(const struct ost_unseen *u, const struct ost_file_trial *f)
{
	struct ost_included *x;
	uint32_t i;
	bool is_fine;

	if (!u->trees->shared || ost_is_header(f->path))
		return NULL;
	x = ost_included_create(u->side, u->trees);
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

static size_t folder_len(const char *path, size_t n)
{
	while (n && path[n - 1] != '/')
		n--;
	return n ? n - 1 : 0;
}

/* The folder above the one of a path, but for drivers/ and the like: the folder itself then; "." for a file at the top. */
static const char *folder_around(struct ost_arena *arena, const char *path)
{
	size_t own = folder_len(path, strlen(path)), above = folder_len(path, own);

	if (above && memchr(path, '/', above))
		own = above;
	return own ? ost_arena_strndup(arena, path, own) : ".";
}

/* A text "name.c" or <.../name.c>, anywhere around: #include of it. True as well when it cannot be asked. */
static bool is_included_by_other(const struct ost_unseen *u, const char *path)
{
	struct ost_arena *arena = &u->side->arena;
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *args[] = { "grep", "-l", "-I", "-F", "--no-color", "-e", ost_arena_printf(arena, "\"%s\"", base),
			       "-e", ost_arena_printf(arena, "/%s\"", base), "-e", ost_arena_printf(arena, "/%s>", base),
			       u->side->rev, "--", folder_around(arena, path), NULL };
	struct ost_git_run run = { .args = args, .max = 1 << 20, .ok_status = 1 };
	bool found = false;
	struct ost_err *err = ost_git_stream(u->side->repo, &run, '\n', see_any, &found);

	found |= err != NULL;
	ost_err_destroy(err);
	return found;
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

static void tell_hidden(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c)
{
	const struct ost_hidden_name *h = c->hidden.nr ? &c->hidden.items[0] : NULL;

	if (h && !c->trouble)
		c->trouble = ost_arena_printf(c->arena, "line %u uses the %s %s, which no header that %s includes declares%s",
					      h->line, h->kind, h->name, f->path, header_text(u, h));
}

/* Does a Makefile or Kbuild of the file's folder, or of one above, define it on the command line? */
static bool is_defined_by_make(const struct ost_unseen *u, const char *path, const char *name)
{
	static const char *const files[] = { "Makefile", "Kbuild" };
	const char *wanted = ost_arena_printf(&u->side->arena, "-D%s", name);
	bool found = false;
	size_t n = strlen(path), i;

	while ((n = folder_len(path, n)) && !found)
		for (i = 0; i < OST_ARRAY_SIZE(files) && !found; i++) {
			OST_BUF text = OST_BUF_INIT;
			const char *file = ost_arena_printf(&u->side->arena, "%.*s/%s", (int)n, path, files[i]);
			struct ost_err *err = ost_repo_read_path(u->side->repo, u->side->rev, file, &text);

			found = !err && text.len && strstr(text.ptr, wanted);
			ost_buf_deinit(&text);
			ost_err_destroy(err);
		}
	return found;
}

static void doubt_defined(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c, size_t first)
{
	size_t i, nr = first;

	for (i = first; i < c->missing.nr; i++)
		if (ost_is_missing_name(&c->missing.items[i]) && is_defined_by_make(u, f->path, c->missing.items[i].name))
			c->nr_doubtful++;
		else
			c->missing.items[nr++] = c->missing.items[i];
	c->missing.nr = nr;
}

/* Other architectures may have it, or a macro of any header. */
static void doubt(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c, size_t first)
{
	size_t i, nr = first;

	c->nr_doubtful += (uint32_t)c->hidden.nr;
	for (i = first; i < c->missing.nr; i++)
		if (ost_is_missing_name(&c->missing.items[i]) && ost_symbols_find(u->symbols, OST_SYM_WORD, c->missing.items[i].name, NULL))
			c->nr_doubtful++;
		else
			c->missing.items[nr++] = c->missing.items[i];
	c->missing.nr = nr;
	ost_declared_otherwise(u->side, f->path, c);
}

struct ost_err *ost_unseen_settle(const struct ost_unseen *u, const struct ost_file_trial *f, struct ost_uses_check *c, size_t first)
{
	struct ost_err *err = NULL;
	bool is_built = false;

	doubt_defined(u, f, c, first);
	if (c->hidden.nr || c->missing.nr > first) {
		err = ost_reach_builds(&is_built, u->q->shared, u->side->rev, f->path, "x86", u->q->config);
		if (is_built && !is_included_by_other(u, f->path))
			tell_hidden(u, f, c);
		else
			doubt(u, f, c, first);
	}
	ost_vec_deinit(&c->hidden);
	return err;
}
