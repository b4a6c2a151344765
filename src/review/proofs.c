// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/proofs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "review/grow.h"

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

/* A word between underscores: wiphy_lock, but not block. */
static bool has_word(const char *name, const char *word)
{
	size_t n = strlen(word);
	const char *at = name;

	for (; (at = strstr(at, word)); at += n)
		if ((at == name || at[-1] == '_') && (!at[n] || at[n] == '_'))
			return true;
	return false;
}

static bool is_of_locks(const struct ost_lk_tables *t, const char *name)
{
	return ost_lk_find(t, name) || !strcmp(name, "guard") || !strcmp(name, "scoped_guard") || has_word(name, "lock") ||
	       has_word(name, "unlock") || has_word(name, "trylock");
}

static bool names_lock(const struct ost_lk_tables *t, const struct ost_diff_line *line)
{
	size_t at = 0;

	while (at < line->len) {
		char name[64];
		size_t len = 0;

		while (at < line->len && !isalpha((unsigned char)line->text[at]) && line->text[at] != '_')
			at++;
		while (at + len < line->len && (isalnum((unsigned char)line->text[at + len]) || line->text[at + len] == '_'))
			len++;
		if (len && len < sizeof(name)) {
			memcpy(name, line->text + at, len);
			name[len] = '\0';
			if (is_of_locks(t, name))
				return true;
		}
		at += len;
	}
	return false;
}

static bool changes_locks(const struct ost_lk_tables *t, const struct ost_file_change *f)
{
	uint32_t h, l;

	for (h = 0; h < f->nr_hunks; h++)
		for (l = 0; l < f->hunks[h].nr_lines; l++)
			if (f->hunks[h].lines[l].kind != OST_LINE_CONTEXT && names_lock(t, &f->hunks[h].lines[l]))
				return true;
	return false;
}

bool ost_changes_locks(const struct ost_change *change)
{
	struct ost_lk_tables tables;
	struct ost_err *err = ost_lk_tables_init(&tables);
	bool found = false;
	uint32_t f;

	for (f = 0; !err && f < change->nr_files && !found; f++)
		found = changes_locks(&tables, &change->files[f]);
	ost_err_destroy(err);
	ost_lk_tables_deinit(&tables);
	return found;
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

struct ost_finding *ost_findings_copy(struct ost_arena *arena, const struct ost_deadlocks_report *r, size_t *ret_nr)
{
	struct ost_finding *list = ost_arena_calloc(arena, r->nr_findings + 1, sizeof(*list));

	for (*ret_nr = 0; *ret_nr < r->nr_findings; ++*ret_nr)
		list[*ret_nr] = copy_finding(arena, &r->findings[*ret_nr]);
	return list;
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

static int by_rank(const void *a, const void *b)
{
	const struct ost_finding *x = a, *y = b;

	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : strcmp(x->id, y->id);
}

/* Another place of one mechanism. */
static bool is_same_lock(const struct ost_finding *a, const struct ost_finding *b)
{
	return a->kind == b->kind && !strcmp(a->lock.class_name, b->lock.class_name) &&
	       !strcmp(a->lock2.class_name, b->lock2.class_name) && !strcmp(a->waitable_class, b->waitable_class) &&
	       !strcmp(a->callback, b->callback);
}

bool ost_is_beside(const struct ost_finding *f, const struct ost_finding *list, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (list[i].rank <= OST_RANK_LIKELY && is_same_lock(f, &list[i]))
			return true;
	return false;
}

/* Those of rank `worst` or better, and what stands beside them. The report's order is by rank. */
static struct ost_finding *only_in(struct ost_arena *arena, const struct ost_deadlocks_report *a,
				   const struct ost_deadlocks_report *b, const struct ost_trial *trial,
				   enum ost_rank worst, size_t *ret_nr)
{
	struct ost_finding *list = ost_arena_calloc(arena, a->nr_findings + 1, sizeof(*list));
	size_t i;

	*ret_nr = 0;
	for (i = 0; i < a->nr_findings; i++) {
		const struct ost_finding *f = &a->findings[i];

		if ((f->rank <= worst || ost_is_beside(f, list, *ret_nr)) && !has_id(b, f->id) && passes_through(f, trial))
			list[(*ret_nr)++] = copy_finding(arena, f);
	}
	if (*ret_nr)
		qsort(list, *ret_nr, sizeof(*list), by_rank);
	return list;
}

/* ---- the two trees ---- */

struct asking {
	struct ost_arena *arena;
	const struct ost_proofs_question *q;
	struct ost_source src;
	struct ost_tree_change *changes;
	const char **files;		/* that are changed */
	size_t nr;
	struct ost_two_trees trees;
};

/* It stands there already. */
static bool is_unchanged(const struct ost_file_trial *f)
{
	return f->text && f->before && f->len == f->before_len && !memcmp(f->text, f->before, f->len);
}

static void list_changes(struct asking *a)
{
	const struct ost_trial *trial = a->q->trial;
	uint32_t i;

	a->changes = ost_arena_calloc(a->arena, trial->nr_files + 1, sizeof(*a->changes));
	a->files = ost_arena_calloc(a->arena, trial->nr_files + 1, sizeof(*a->files));
	for (i = 0; i < trial->nr_files; i++) {
		const struct ost_file_trial *f = &trial->files[i];

		if ((!f->text && !f->is_deleted) || is_unchanged(f))
			continue;
		a->files[a->nr] = f->path;
		a->changes[a->nr++] = (struct ost_tree_change){ f->path, f->text, f->len };
	}
}

static struct ost_err *open_trees(struct asking *a)
{
	const struct ost_deadlocks_opts o = { .source = *a->q->opts };

	ost_two_trees_close(&a->trees);
	a->src.only = a->q->slice->paths;
	a->src.nr_only = a->q->slice->nr;
	return ost_two_trees_open(&a->trees, &a->src, &o, a->changes, a->nr, a->q->kernels);
}

/* Asks the whole tree who else has to do with the locks that change. */
static struct ost_err *grow(struct asking *a, const struct ost_lock_changes *changes, bool *ret_grew)
{
	struct ost_program_opts po = { .jobs = a->q->opts->jobs, .no_kept = a->q->opts->no_store };
	struct ost_source src = a->src;
	struct ost_tree_facts *tree = NULL;
	struct ost_program *whole = NULL;
	struct ost_grown grown;
	struct ost_err *err;

	src.only = NULL;
	src.nr_only = 0;
	err = ost_tree_facts_read(&tree, &src, a->q->opts);
	if (!err)
		err = ost_program_create(tree, &po, &whole);
	if (!err) {
		*ret_grew = ost_grow_slice(a->q->slice, a->arena, a->q->side, whole, &a->trees, changes, &grown);
		a->q->slice->is_cut |= grown.is_cut;
		ost_vec_deinit(&grown.v);
	}
	ost_program_destroy(whole);
	ost_tree_facts_destroy(tree);
	return err;
}

static struct ost_err *open_grown(struct asking *a)
{
	struct ost_lock_changes changes;
	struct ost_err *err = NULL;
	bool grew = false;

	ost_try(open_trees(a));
	ost_lock_changes_find(&changes, &a->trees, a->files, a->nr);
	if (ost_grow_asks(&changes))
		err = grow(a, &changes, &grew);
	ost_lock_changes_deinit(&changes);
	return err || !grew ? err : open_trees(a);
}

static struct ost_err *compare(struct ost_proofs *ret, struct asking *a)
{
	struct ost_deadlocks_opts o = { .source = *a->q->opts, .rank = OST_RANK_POSSIBLE };
	struct ost_deadlocks_report *before = NULL, *after = NULL;

	ost_try(open_grown(a));
	ost_try(ost_two_trees_search(&a->trees, &o, &before, &after));
	ret->removed = only_in(a->arena, before, after, a->q->trial, OST_RANK_POSSIBLE, &ret->nr_removed);
	ret->introduced = only_in(a->arena, after, before, a->q->trial, OST_RANK_LIKELY, &ret->nr_introduced);
	ret->is_searched = true;
	ost_deadlocks_report_destroy(before);
	ost_deadlocks_report_destroy(after);
	return NULL;
}

struct ost_err *ost_proofs_find(struct ost_proofs *ret, struct ost_arena *arena, const struct ost_proofs_question *q)
{
	struct asking a = { .arena = arena, .q = q, .src = *q->branch };
	struct ost_err *err;

	memset(ret, 0, sizeof(*ret));
	list_changes(&a);
	ret->is_searched = !a.nr;	/* nothing comes or goes */
	err = a.nr ? compare(ret, &a) : NULL;
	ost_two_trees_close(&a.trees);
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
	if (f->kind == OST_DL_ABBA)
		return ost_arena_printf(arena, "%s and %s taken in both orders, in %s()", f->lock.class_name, f->lock2.class_name, where);
	if (f->kind == OST_DL_AA)
		return ost_arena_printf(arena, "%s taken while it is held, in %s()", f->lock.class_name, where);
	return ost_arena_printf(arena, "%s of %s, in %s()", ost_deadlock_kind_name(f->kind), f->lock.class_name, where);
}
