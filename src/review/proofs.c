// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/proofs.h"

#include <stdlib.h>
#include <string.h>

#include "locks/run.h"
#include "program/program.h"
#include "source/tree.h"

/* ---- is it worth a search ---- */

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasestr(text, *words))
			return true;
	return false;
}

bool ost_speaks_of_locks(const struct ost_change *change, const char *message)
{
	static const char *const in_message[] = { "lock up", "lockup", "deadlock", "_lock", "lockdep", "mutex", "hang", "hung", " stuck", NULL };
	static const char *const in_code[] = {
		"lock", "mutex", "_sync(", "flush_work", "cancel_", "guard(", "synchronize_", "kthread_stop", "napi_disable",
		"disable_irq", "free_irq", "tasklet_kill", "destroy_workqueue", "drain_workqueue", "down(", "up(", NULL };
	uint32_t f, h, l;

	if (has_any(message, in_message))
		return true;
	for (f = 0; f < change->nr_files; f++)
		for (h = 0; h < change->files[f].nr_hunks; h++)
			for (l = 0; l < change->files[f].hunks[h].nr_lines; l++)
				if (has_any(change->files[f].hunks[h].lines[l].text, in_code))
					return true;
	return false;
}

/* ---- what is kept of a report ---- */

static void keep(struct ost_arena *arena, const char **s)
{
	*s = ost_arena_strdup(arena, *s);
}

static void keep_lock(struct ost_arena *arena, struct ost_dl_lock *l)
{
	keep(arena, &l->class_name);
	keep(arena, &l->instance);
	keep(arena, &l->mode);
}

static void *keep_array(struct ost_arena *arena, const void *items, size_t nr, size_t size)
{
	void *copy = ost_arena_calloc(arena, nr + 1, size);

	if (nr)
		memcpy(copy, items, nr * size);
	return copy;
}

static struct ost_finding copy_finding(struct ost_arena *arena, const struct ost_finding *from)
{
	struct ost_finding f = *from;
	const char **const all[] = { &f.id, &f.waitable_kind, &f.waitable_class, &f.callback, &f.primitive,
				     &f.wait_function, &f.wait_file };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(all); i++)
		keep(arena, all[i]);
	keep_lock(arena, &f.lock);
	keep_lock(arena, &f.lock2);
	f.holders = keep_array(arena, f.holders, f.nr_holders, sizeof(*f.holders));
	for (i = 0; i < f.nr_holders; i++) {
		keep(arena, &f.holders[i].function);
		keep(arena, &f.holders[i].file);
		keep(arena, &f.holders[i].how);
	}
	f.steps = keep_array(arena, f.steps, f.nr_steps, sizeof(*f.steps));
	for (i = 0; i < f.nr_steps; i++) {
		keep(arena, &f.steps[i].function);
		keep(arena, &f.steps[i].file);
		keep(arena, &f.steps[i].text);
		keep(arena, &f.steps[i].via);
	}
	f.doubts = keep_array(arena, f.doubts, f.nr_doubts, sizeof(*f.doubts));
	for (i = 0; i < f.nr_doubts; i++)
		keep(arena, &f.doubts[i]);
	return f;
}

/* ---- before against after ---- */

static bool has_id(const struct ost_deadlocks_report *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->nr_findings; i++)
		if (!strcmp(r->findings[i].id, id))
			return true;
	return false;
}

static bool passes_through(const struct ost_finding *f, const struct ost_trial *trial)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < f->nr_steps; i++)
		for (k = 0; k < trial->nr_files; k++)
			if (!strcmp(f->steps[i].file, trial->files[k].path))
				return true;
	return false;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct ost_finding *)a)->id, ((const struct ost_finding *)b)->id);
}

static struct ost_finding *only_in(struct ost_arena *arena, const struct ost_deadlocks_report *a,
				   const struct ost_deadlocks_report *b, const struct ost_trial *trial,
				   enum ost_rank worst, size_t *ret_nr)
{
	struct ost_finding *list = ost_arena_calloc(arena, a->nr_findings + 1, sizeof(*list));
	size_t i;

	*ret_nr = 0;
	for (i = 0; i < a->nr_findings; i++)
		if (a->findings[i].rank <= worst && !has_id(b, a->findings[i].id) && passes_through(&a->findings[i], trial))
			list[(*ret_nr)++] = copy_finding(arena, &a->findings[i]);
	if (*ret_nr)
		qsort(list, *ret_nr, sizeof(*list), by_id);
	return list;
}

static struct ost_err *overlay(const struct ost_tree_facts *base, const struct ost_trial *trial,
			       struct ost_arena *arena, struct ost_tree_facts **ret)
{
	struct ost_tree_change *changes = ost_arena_calloc(arena, trial->nr_files + 1, sizeof(*changes));
	size_t nr = 0;
	uint32_t i;

	for (i = 0; i < trial->nr_files; i++)
		if (trial->files[i].text || trial->files[i].is_deleted)
			changes[nr++] = (struct ost_tree_change){ trial->files[i].path, trial->files[i].text, trial->files[i].len };
	return ost_tree_overlay(ret, base, changes, nr);
}

static struct ost_err *search(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *o,
			      struct ost_deadlocks_report **ret)
{
	struct ost_program_opts popts = { .jobs = o->source.jobs, .no_kept = o->source.no_store };
	struct ost_program *p = NULL;
	struct ost_err *err;

	ost_try(ost_program_create(tree, &popts, &p));
	err = ost_deadlocks_search(tree, p, o, ret);
	ost_program_destroy(p);
	return err;
}

static struct ost_err *compare(struct ost_proofs *ret, struct ost_arena *arena, const struct ost_tree_facts *tree,
			       const struct ost_trial *trial, const struct ost_source_opts *opts)
{
	struct ost_deadlocks_opts o = { .source = *opts, .rank = OST_RANK_POSSIBLE };
	struct ost_deadlocks_report *before = NULL, *after = NULL;
	struct ost_tree_facts *patched = NULL;
	struct ost_err *err;

	err = search(tree, &o, &before);
	if (!err)
		err = overlay(tree, trial, arena, &patched);
	if (!err)
		err = search(patched, &o, &after);
	if (!err) {
		ret->removed = only_in(arena, before, after, trial, OST_RANK_POSSIBLE, &ret->nr_removed);
		ret->introduced = only_in(arena, after, before, trial, OST_RANK_LIKELY, &ret->nr_introduced);
		ret->is_searched = true;
	}
	ost_deadlocks_report_destroy(before);
	ost_deadlocks_report_destroy(after);
	ost_tree_facts_destroy(patched);
	return err;
}

struct ost_err *ost_proofs_find(struct ost_proofs *ret, struct ost_arena *arena, const struct ost_source *branch,
				const struct ost_slice *slice, const struct ost_trial *trial,
				const struct ost_source_opts *opts)
{
	struct ost_source src = *branch;
	struct ost_tree_facts *tree = NULL;
	struct ost_err *err;

	memset(ret, 0, sizeof(*ret));
	src.only = slice->paths;
	src.nr_only = slice->nr;
	err = ost_tree_facts_read(&tree, &src, opts);
	if (!err)
		err = compare(ret, arena, tree, trial, opts);
	ost_tree_facts_destroy(tree);
	if (err && err->code != OST_ERR_INTERRUPTED) {
		ret->why = ost_arena_printf(arena, "deadlocks were not looked for: %s: %s", err->what, err->why);
		ost_err_destroy(err);
		err = NULL;
	}
	return err;
}

const char *ost_mechanism(struct ost_arena *arena, const struct ost_finding *f)
{
	const char *where = f->wait_function[0] ? f->wait_function : f->nr_steps ? f->steps[0].function : "";

	if (f->waitable_kind[0] && f->lock.class_name[0])
		return ost_arena_printf(arena, "%s held over %s, in %s()", f->lock.class_name, f->waitable_class, where);
	if (f->lock2.class_name[0])
		return ost_arena_printf(arena, "%s and %s taken in both orders, in %s()", f->lock.class_name, f->lock2.class_name, where);
	return ost_arena_printf(arena, "%s of %s, in %s()", ost_deadlock_kind_name(f->kind), f->lock.class_name, where);
}
