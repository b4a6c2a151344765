// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/between.h"

#include <string.h>

#include "base/utf8.h"
#include "git/walk.h"
#include "review/lineage.h"
#include "review/removers.h"
#include "review/writers.h"

struct asking {
	const struct ost_branch_question *q;
	const struct ost_stable *stable;
	struct ost_conflict *c;
};

static bool is_listed(const struct ost_conflict *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->nr_between; i++)
		if (!strcmp(c->between[i].commit, id))
			return true;
	return false;
}

static struct ost_err *add(struct asking *a, const char *id, const char *subject)
{
	struct ost_arena *arena = a->q->arena;
	struct ost_commit info;

	if (!a->c->between)
		a->c->between = ost_arena_calloc(arena, OST_BETWEEN_MAX, sizeof(*a->c->between));
	if (!subject) {
		ost_try(ost_commit_read(&info, arena, a->q->shared->repo, id));
		subject = info.subject;
	}
	a->c->between[a->c->nr_between++] = (struct ost_between){
		ost_arena_strdup(arena, id), ost_utf8_clean(ost_arena_strdup(arena, subject)),
	};
	return NULL;
}

/* Who wrote the hunk's old lines, and is not in the branch. */
static struct ost_err *add_writers(struct asking *a, const struct ost_file_change *f, const struct ost_hunk *h)
{
	struct ost_blame_line *lines;
	struct ost_lineage l;
	size_t nr, i;

	ost_try(ost_writers_of(&lines, &nr, a->q->arena, a->q->shared, a->q->base, f, h));
	for (i = 0; i < nr && a->c->nr_between < OST_BETWEEN_MAX; i++) {
		if (is_listed(a->c, lines[i].id))
			continue;
		ost_try(ost_lineage_ask(a->q->arena, a->q->shared, a->stable->tip, lines[i].id, &l));
		if (l.state != OST_LINEAGE_THERE)
			ost_try(add(a, lines[i].id, NULL));
	}
	return NULL;
}

/* Who removed what the branch has between two of them. */
static struct ost_err *add_removers(struct asking *a, const struct ost_file_change *f, const struct ost_hunk *h)
{
	struct ost_lineage l;
	const char **ids;
	size_t nr, i;

	ost_try(ost_removers_of(&ids, &nr, a->q->arena, a->q->shared, a->q->base, a->stable->tip, f->old_path, h));
	for (i = 0; i < nr && a->c->nr_between < OST_BETWEEN_MAX; i++) {
		ost_try(ost_lineage_ask(a->q->arena, a->q->shared, a->stable->tip, ids[i], &l));
		if (l.state != OST_LINEAGE_THERE && !is_listed(a->c, ids[i]))
			ost_try(add(a, ids[i], NULL));
	}
	return NULL;
}

/* What the branch alone did to the file. */
static struct ost_err *add_own(struct asking *a, const char *path)
{
	const char *const paths[] = { path, NULL };
	const struct ost_log_query query = {
		.rev = a->stable->tip, .not_rev = a->q->base, .paths = paths, .limit = OST_BETWEEN_MAX, .no_merges = true,
	};
	struct ost_log log;
	size_t i;

	ost_try(ost_log(&log, a->q->arena, a->q->shared->repo, &query));
	for (i = 0; i < log.nr && i < OST_BETWEEN_MAX; i++)
		ost_try(add(a, log.entries[i].id, log.entries[i].subject));
	return NULL;
}

static struct ost_err *ask(struct asking *a, const struct ost_file_trial *t)
{
	const struct ost_hunk *h = a->c->hunk && a->c->hunk <= t->file->nr_hunks ? &t->file->hunks[a->c->hunk - 1] : NULL;
	struct ost_err *err = NULL;

	if (h)
		err = add_writers(a, t->file, h);
	if (h && !err && !a->c->nr_between)
		err = add_removers(a, t->file, h);
	if (!err && !a->c->nr_between && t->path)
		err = add_own(a, t->path);
	if (err && err->code == OST_ERR_INPUT) {	/* another base than the patch's, a missing object */
		ost_err_destroy(err);
		err = NULL;
	}
	return err;
}

struct ost_err *ost_between_fill(struct ost_branch_answer *ret, const struct ost_branch_question *q,
				 const struct ost_stable *stable, const struct ost_trial *trial)
{
	size_t i, k;

	if (!*q->base || ret->affected == OST_AFFECTED_FIXED || ret->affected == OST_AFFECTED_NO)
		return NULL;
	for (i = 0; i < ret->nr_conflicts && i < OST_BETWEEN_MAX_HUNKS; i++) {
		struct asking a = { q, stable, &ret->conflicts[i] };

		for (k = 0; k < trial->nr_files; k++)
			if (!strcmp(trial->files[k].file->new_path, a.c->file))
				ost_try(ask(&a, &trial->files[k]));
	}
	return NULL;
}
