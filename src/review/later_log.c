// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/later_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "git/run.h"

struct ost_err *ost_later_log(struct ost_buf *ret_log, struct ost_repo *repo, const char *self,
			      const char *head, const char *const *paths)
{
	static const char *const fixed[] = {
		"log", "-p", "-U3", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames",
		"--src-prefix=a/", "--dst-prefix=b/", "--no-merges", "--no-mailmap", "--no-decorate", "--no-follow",
		"--format=tformat:%x01%H%x00%ct%x00%s%x00%B%x00",
	};
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_git_run run = { .max = OST_LATER_MAX_BYTES };
	const char **args;
	struct ost_err *err;
	size_t nr, n = OST_ARRAY_SIZE(fixed);

	for (nr = 0; paths[nr]; nr++)
		;
	args = ost_arena_calloc(&arena, n + nr + 5, sizeof(*args));
	memcpy(args, fixed, sizeof(fixed));
	args[n++] = ost_arena_printf(&arena, "--max-count=%d", OST_LATER_MAX);
	args[n++] = head;
	args[n++] = ost_arena_printf(&arena, "^%s", self);
	args[n++] = "--";
	memcpy(&args[n], paths, nr * sizeof(*paths));
	run.args = args;
	err = ost_git_run(repo, &run, ret_log);
	ost_arena_deinit(&arena);
	return err;
}

/* The NUL-terminated field at *p, which moves behind it; NULL at the end. */
static const char *take_field(const char **p, const char *end)
{
	const char *field = *p, *nul = memchr(field, '\0', end - field);

	if (!nul)
		return NULL;
	*p = nul + 1;
	return field;
}

/* The format of ost_later_log(): \1 id \0 time \0 subject \0 message \0 \n diff. */
bool ost_later_next(const char **p, const char *end, struct ost_later_entry *ret)
{
	const char *when, *next;

	memset(ret, 0, sizeof(*ret));
	if (*p >= end || **p != '\1')
		return false;
	++*p;
	ret->id = take_field(p, end);
	when = ret->id ? take_field(p, end) : NULL;
	ret->subject = when ? take_field(p, end) : NULL;
	ret->message = ret->subject ? take_field(p, end) : NULL;
	if (!ret->message || strlen(ret->id) != OST_HEX_SIZE - 1)
		return false;
	ret->when = strtoll(when, NULL, 10);
	ret->diff = *p;
	next = memmem(*p, end - *p, "\n\1", 2);
	*p = next ? next + 1 : end;
	ret->diff_len = *p - ret->diff;
	return true;
}

/* ---- comparing ---- */

/* The telling lines that a file has after the change. */
struct after_lines {
	struct ost_intern added, all;
};

static bool is_telling(const struct ost_diff_line *l)
{
	const char *s = l->text + strspn(l->text, " \t{}();*/");

	return strlen(s) >= 6 && strncmp(s, "return", 6) && strncmp(s, "break", 5);
}

static void collect_after(struct after_lines *a, const struct ost_file_change *f)
{
	uint32_t i, k;

	for (i = 0; i < f->nr_hunks; i++) {
		for (k = 0; k < f->hunks[i].nr_lines; k++) {
			const struct ost_diff_line *l = &f->hunks[i].lines[k];

			if (l->kind == OST_LINE_REMOVED || !is_telling(l))
				continue;
			ost_intern_add(&a->all, l->text, strlen(l->text));
			if (l->kind == OST_LINE_ADDED)
				ost_intern_add(&a->added, l->text, strlen(l->text));
		}
	}
}

static bool has_line(const struct ost_intern *t, const struct ost_diff_line *l)
{
	return ost_intern_find(t, l->text, strlen(l->text)) != OST_INTERN_NONE;
}

static enum ost_later_touch compare_file(const struct after_lines *a, const struct ost_file_change *later)
{
	enum ost_later_touch best = OST_LATER_NO_TOUCH;
	uint32_t i, k, shared;

	if (later->status == OST_FILE_DELETED)
		return OST_LATER_GONE;
	for (i = 0; i < later->nr_hunks; i++) {
		for (shared = k = 0; k < later->hunks[i].nr_lines; k++) {
			const struct ost_diff_line *l = &later->hunks[i].lines[k];

			if (l->kind == OST_LINE_ADDED || !is_telling(l))
				continue;
			if (l->kind == OST_LINE_REMOVED && has_line(&a->added, l))
				return OST_LATER_SAME_LINES;
			shared += has_line(&a->all, l);
		}
		if (shared >= 3)
			best = OST_LATER_SAME_HUNK;
	}
	return best;
}

static enum ost_later_touch compare(const struct ost_change *change, const struct ost_change *later)
{
	enum ost_later_touch best = OST_LATER_NO_TOUCH, now;
	struct after_lines a;
	uint32_t i, k;

	for (i = 0; i < change->nr_files; i++) {
		for (k = 0; k < later->nr_files; k++) {
			if (strcmp(later->files[k].old_path, change->files[i].new_path))
				continue;
			ost_intern_init(&a.added);
			ost_intern_init(&a.all);
			collect_after(&a, &change->files[i]);
			now = compare_file(&a, &later->files[k]);
			best = now > best ? now : best;
			ost_intern_deinit(&a.added);
			ost_intern_deinit(&a.all);
		}
	}
	return best;
}

enum ost_later_touch ost_later_touches(const struct ost_change *change, const struct ost_later_entry *e)
{
	enum ost_later_touch t = OST_LATER_NO_TOUCH;
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_change later;
	struct ost_err *err = ost_change_parse(&later, &arena, e->id, e->diff, e->diff_len);

	if (!err)
		t = compare(change, &later);
	ost_err_destroy(err);	/* a path that is not safe: it is not one of ours */
	ost_arena_deinit(&arena);
	return t;
}
