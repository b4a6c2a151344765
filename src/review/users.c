// SPDX-License-Identifier: GPL-2.0-or-later
/* Step 8.1: who has the changed code in his kernel, read from the tree that the change applies to. */
#include "review/users.h"

#include <string.h>

#include "review/reach.h"
#include "review/shared.h"

#define MAX_PROVEN 6	/* symbols that are proved one by one */

/* The files of the change as the base has them, with what the change makes of each. */
static uint32_t changed_files(struct ost_review_ctx *c, struct ost_changed_file **ret)
{
	struct ost_changed_file *files = ost_arena_calloc(c->arena, OST_CHANGED_MAX_FILES, sizeof(*files));
	uint32_t nr = 0, i;

	for (i = 0; i < c->change->nr_files && nr < OST_CHANGED_MAX_FILES; i++) {
		const struct ost_file_text *t = &c->texts.files[i];

		if (c->change->files[i].status == OST_FILE_ADDED)
			continue;
		files[nr].path = c->change->files[i].old_path;
		if (t->has_old && t->has_new)
			ost_changed_defs(c->arena, c->shared->recogniser, t->old_text.ptr, t->old_text.len,
					 t->new_text.ptr, t->new_text.len, &files[nr]);
		nr++;
	}
	*ret = files;
	return nr;
}

static void prove(struct ost_review_ctx *c, struct ost_record *r, const struct ost_reach_file *f)
{
	size_t i;

	for (i = 0; i < f->nr_symbols && i < MAX_PROVEN; i++) {
		const struct ost_reach_symbol *s = &f->symbols[i];

		ost_record_prove(c, r, "line", ost_arena_printf(c->arena, "%s:%u@%.12s", s->by, s->by_line, c->base),
				 "git show %s:%s | sed -n %up", c->base, ost_shell_quote(c->arena, s->by), s->by_line);
		if (*s->file)
			ost_record_prove(c, r, "line", ost_arena_printf(c->arena, "%s:%u@%.12s", s->file, s->line, c->base),
					 "git show %s:%s | sed -n %u,%up", c->base, ost_shell_quote(c->arena, s->file),
					 s->line, s->line + 3);
	}
	if (!f->nr_symbols)
		ost_record_prove(c, r, "tree", ost_arena_printf(c->arena, "%s@%.12s", f->path, c->base),
				 "git ls-tree %s %s", c->base, ost_shell_quote(c->arena, f->path));
	if (f->nr_devices)
		ost_record_prove(c, r, "line", ost_arena_printf(c->arena, "%s:%u@%.12s", f->devices[0].file,
								f->devices[0].line, c->base),
				 "git show %s:%s | sed -n %u,+20p", c->base, ost_shell_quote(c->arena, f->devices[0].file),
				 f->devices[0].line);
}

static void record_functions(struct ost_review_ctx *c, const struct ost_reach_file *f)
{
	struct ost_record *r;
	size_t i;

	for (i = 0; i < f->nr_functions; i++) {
		if (!*f->functions[i].condition)
			continue;
		r = ost_record_add(c, "condition", OST_VERIFIED, 0, "%s() in %s is there only with %s", f->functions[i].name,
				   f->path, f->functions[i].condition);
		ost_record_prove(c, r, "file", ost_arena_printf(c->arena, "%s@%.12s", f->path, c->base),
				 "git show %s:%s | grep -n -e '^#' -e %s", c->base, ost_shell_quote(c->arena, f->path),
				 ost_shell_quote(c->arena, f->functions[i].name));
	}
}

static void record_file(struct ost_review_ctx *c, const struct ost_reach_file *f)
{
	if (!f->nr_ways) {
		ost_record_unknown(c, "users", ost_arena_printf(c->arena, "Who has %s in his kernel", f->path), "%s",
				   f->why ? f->why : "no Makefile builds it");
		return;
	}
	prove(c, ost_record_add(c, "users", OST_VERIFIED, 0, "%s is built by %s%s%s%s", f->path,
				f->text, f->why ? " (" : "", f->why ? f->why : "", f->why ? ")" : ""), f);
	record_functions(c, f);
}

struct ost_err *ost_check_users(struct ost_review_ctx *c)
{
	struct ost_changed_file *files;
	struct ost_reach_file *reach = NULL;
	struct ost_err *err;
	size_t nr, i;

	if (!*c->base) {
		ost_record_unknown(c, "users", c->check->help, "%s", c->base_why);
		return NULL;
	}
	nr = changed_files(c, &files);
	err = ost_reach_files(&reach, &nr, c->arena, c->shared, c->base, files, (uint32_t)nr, NULL);
	for (i = 0; !err && i < nr; i++)
		record_file(c, &reach[i]);
	if (!err && !nr)
		ost_record_unknown(c, "users", c->check->help, "the change only adds files");
	return err;
}
