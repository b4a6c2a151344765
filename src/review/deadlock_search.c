// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/deadlock_search.h"

#include <stdlib.h>
#include <string.h>

#include "branch/file.h"
#include "locks/focus.h"
#include "locks/run.h"
#include "program/program.h"
#include "review/check.h"
#include "review/shared.h"
#include "review/slice.h"
#include "source/tree.h"

#define MAX_CALLERS 32		/* of a touched function: their chains may change, too */
#define MAX_ADDED 150		/* files that are added to a slice */
#define MAX_OUTSIDE 300		/* functions elsewhere that call into the changed files, */
#define MAX_WIDE 8000		/* and files of a slice that has their folders */
#define CALLEE_DEPTH 3		/* calls down from a changed function whose files are added */

/* ---- the functions ---------------------------------------------------------- */

static void add_place(struct ost_dl_places *list, const char *file, const char *function)
{
	*ost_vec_push(&list->v) = (struct ost_dl_place){ file, function };
}

static void add_callers(struct ost_dl_places *list, const struct ost_program *p, const char *file, const char *name)
{
	struct ost_edges edges = { .v = OST_VEC_INIT };
	uint32_t units[8], nr = ost_program_units_named(p, ost_program_find_name(p, name), units, 8);

	for (uint32_t i = 0; i < nr && i < 8; i++)
		if (!strcmp(ost_program_path(p, ost_program_unit(p, units[i])->file), file))
			ost_program_callers(p, units[i], false, &edges);
	for (size_t i = 0; i < edges.v.nr && edges.v.nr <= MAX_CALLERS; i++) {
		const struct ost_unit *u = ost_program_unit(p, edges.v.items[i].from);

		add_place(list, ost_program_path(p, u->file), ost_program_name(p, u->name));
	}
	ost_vec_deinit(&edges.v);
}

static void add_touched(struct ost_dl_places *list, const struct ost_review_ctx *c, const struct ost_program *p)
{
	for (uint32_t i = 0; i < c->touched.nr; i++) {
		const struct ost_touched *t = &c->touched.items[i];
		const struct ost_file_change *f = &c->change->files[t->file];
		const char *name = *t->name ? t->name : NULL;

		if (*f->old_path && t->how != OST_TOUCH_ADDED)
			add_place(list, f->old_path, name);
		if (*f->new_path && t->how != OST_TOUCH_REMOVED && strcmp(f->new_path, f->old_path))
			add_place(list, f->new_path, name);
		else if (*f->new_path && t->how == OST_TOUCH_ADDED)
			add_place(list, f->new_path, name);
		if (name && t->how != OST_TOUCH_ADDED)
			add_callers(list, p, f->old_path, name);
	}
}

/* What was found before may be reached another way now: its places are looked at, too. */
static void add_steps(struct ost_dl_places *list, const struct ost_deadlocks_report *r)
{
	for (size_t i = 0; i < r->nr_findings; i++)
		for (size_t k = 0; k < r->findings[i].nr_steps; k++)
			add_place(list, r->findings[i].steps[k].file, r->findings[i].steps[k].function);
}

/* ---- the slice ---------------------------------------------------------------- */

struct slicing {
	const struct ost_program *p;	/* the whole tree */
	const struct ost_tree_facts *tree;
	struct ost_slice slice;
	uint8_t *in;			/* by file of p: lies in the slice */
	uint32_t nr_added;
	struct ost_edges edges;
	struct ost_ids outside;		/* units that call into the changed files from outside of the slice */
};

static void mark_slice(struct slicing *s)
{
	for (uint32_t i = 0; i < ost_program_nr_files(s->p); i++)
		s->in[i] = ost_slice_has(&s->slice, ost_program_path(s->p, i));
}

/* False: there are too many. */
static bool add_file(struct slicing *s, uint32_t file)
{
	if (s->in[file])
		return true;
	if (s->nr_added == MAX_ADDED || s->slice.nr >= OST_SLICE_MAX_PATHS)
		return false;
	s->in[file] = 1;
	s->nr_added++;
	s->slice.paths[s->slice.nr++] = ost_program_path(s->p, file);
	return true;
}

/* Who names a function or macro of this file outside of the slice; one more than the limit says that there are more. */
static void find_outside(struct slicing *s, uint32_t file)
{
	for (uint32_t u = 0; u < ost_program_nr_units(s->p); u++) {
		if (ost_program_unit(s->p, u)->file != file)
			continue;
		ost_vec_clear(&s->edges.v);
		ost_program_callers(s->p, u, false, &s->edges);
		for (size_t i = 0; i < s->edges.v.nr && s->outside.v.nr <= MAX_OUTSIDE; i++) {
			uint32_t from = s->edges.v.items[i].from;

			if (!s->in[ost_program_unit(s->p, from)->file] &&
			    (!s->outside.v.nr || *ost_vec_last(&s->outside.v) != from))
				ost_vec_add(&s->outside.v, from);
		}
	}
}

static bool add_slot_callers(struct slicing *s, uint32_t unit)
{
	const uint32_t *in;
	uint32_t nr = ost_program_unit_slots(s->p, unit, &in);
	bool ok = true;

	ost_vec_clear(&s->edges.v);
	for (uint32_t i = 0; i < nr; i++)
		ost_program_slot_callers(s->p, ost_program_target(s->p, in[i])->slot, &s->edges);
	for (size_t i = 0; i < s->edges.v.nr && ok; i++)
		ok = add_file(s, ost_program_unit(s->p, s->edges.v.items[i].from)->file);
	return ok;
}

/* What is called and lies elsewhere, as far as there is room: it is only looked at from here. */
static void add_callees(struct slicing *s, uint32_t unit)
{
	OST_VEC(uint32_t) now = OST_VEC_INIT;
	size_t at = 0, end;

	ost_vec_add(&now, unit);
	for (unsigned depth = 0; depth < CALLEE_DEPTH; depth++) {
		for (end = now.nr; at < end; at++) {
			ost_vec_clear(&s->edges.v);
			ost_program_callees(s->p, now.items[at], false, &s->edges);
			for (size_t i = 0; i < s->edges.v.nr; i++) {
				const struct ost_edge *e = &s->edges.v.items[i];

				if (e->kind != OST_EDGE_DIRECT || e->is_one_of)
					continue;
				s->slice.is_cut |= !add_file(s, ost_program_unit(s->p, e->to)->file);
				ost_vec_add(&now, e->to);
			}
		}
	}
	ost_vec_deinit(&now);
}

/* The folder of a file with all below it. False: too much. */
static bool add_folder(struct slicing *s, struct ost_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/'), *folder;
	uint32_t i;

	if (!slash || s->slice.nr >= OST_SLICE_MAX_PATHS)
		return false;
	folder = ost_arena_strndup(arena, path, (size_t)(slash - path));
	if (ost_slice_has(&s->slice, folder))
		return true;
	s->slice.paths[s->slice.nr++] = folder;
	for (i = 0; i < s->tree->nr_files; i++)
		s->slice.nr_files += ost_in_path(s->tree->files[i].path, folder);
	return s->slice.nr_files <= MAX_WIDE;
}

/* So that it has whoever calls into the changed files. */
static bool widen(struct slicing *s, struct ost_arena *arena)
{
	bool ok = s->outside.v.nr <= MAX_OUTSIDE;

	for (size_t i = 0; i < s->outside.v.nr && ok; i++)
		ok = add_folder(s, arena, ost_program_path(s->p, ost_program_unit(s->p, s->outside.v.items[i])->file));
	mark_slice(s);
	return ok;
}

/* Around the touched functions: who calls them through slots, and what they call. */
static bool add_around(struct slicing *s, const struct ost_review_ctx *c)
{
	for (uint32_t i = 0; i < c->touched.nr; i++) {
		const struct ost_touched *t = &c->touched.items[i];
		uint32_t units[16], nr = ost_program_units_named(s->p, ost_program_find_name(s->p, t->name), units, 16);

		for (uint32_t k = 0; k < nr && k < 16; k++) {
			if (strcmp(ost_program_path(s->p, ost_program_unit(s->p, units[k])->file),
				   c->change->files[t->file].old_path))
				continue;
			if (!add_slot_callers(s, units[k]))
				return false;
			add_callees(s, units[k]);
		}
	}
	return true;
}

static bool is_enough(struct slicing *s, const struct ost_review_ctx *c)
{
	for (uint32_t i = 0; i < c->change->nr_files; i++) {
		uint32_t file = ost_program_find_file(s->p, c->change->files[i].old_path);

		if (file != OST_NO_ID)
			find_outside(s, file);
	}
	return widen(s, c->arena) && add_around(s, c);
}

/* What they do with the changed code is looked at, too. False: they are too many. */
static bool add_outside(struct ost_dl_places *list, const struct slicing *s)
{
	for (size_t i = 0; i < s->outside.v.nr && s->outside.v.nr <= MAX_OUTSIDE; i++) {
		const struct ost_unit *u = ost_program_unit(s->p, s->outside.v.items[i]);

		add_place(list, ost_program_path(s->p, u->file), ost_program_name(s->p, u->name));
	}
	return s->outside.v.nr <= MAX_OUTSIDE;
}

/* *ret_is_enough false: the whole tree is to be searched. */
static struct ost_err *find_slice(struct ost_review_ctx *c, struct slicing *s, bool *ret_is_enough)
{
	struct ost_side_files side;
	struct ost_maintainers *m;
	struct ost_err *err;

	err = ost_shared_maintainers(c->shared, c->base, &m);
	if (err && err->code == OST_ERR_INTERRUPTED)
		return err;
	if (err)	/* the slice is smaller without it */
		m = NULL;
	ost_err_destroy(err);
	ost_side_files_init(&side, c->shared->repo, c->base, NULL, c->shared->recogniser);
	ost_slice_make(&s->slice, c->arena, &side, m, c->change);
	ost_side_files_deinit(&side);
	s->in = ost_calloc(ost_program_nr_files(s->p) + 1, 1);
	mark_slice(s);
	*ret_is_enough = is_enough(s, c);
	free(s->in);
	ost_vec_deinit(&s->edges.v);
	return NULL;
}

/* ---- the two trees ------------------------------------------------------------- */

static struct ost_err *lay_over(const struct ost_review_ctx *c, const struct ost_tree_facts *base,
				struct ost_tree_facts **ret)
{
	OST_VEC(struct ost_tree_change) changes = OST_VEC_INIT;
	struct ost_err *err;

	for (uint32_t i = 0; i < c->texts.nr; i++) {
		const struct ost_file_text *t = &c->texts.files[i];

		if (*t->f->old_path && strcmp(t->f->old_path, t->f->new_path))
			*ost_vec_push(&changes) = (struct ost_tree_change){ t->f->old_path, NULL, 0 };
		if (t->has_new)
			*ost_vec_push(&changes) = (struct ost_tree_change){ t->f->new_path, t->new_text.ptr, t->new_text.len };
	}
	err = ost_tree_overlay(ret, base, changes.items, changes.nr);
	ost_vec_deinit(&changes);
	return err;
}

static struct ost_err *search(const struct ost_review_ctx *c, const struct ost_tree_facts *tree,
			      const struct ost_program *linked, const struct ost_dl_places *list,
			      struct ost_deadlocks_report **ret)
{
	struct ost_program_opts po = { .jobs = c->options->jobs };
	struct ost_deadlocks_opts opts = {
		.source = { .jobs = c->options->jobs }, .rank = OST_RANK_LIKELY,
		.places = list->v.items, .nr_places = list->v.nr,
	};
	struct ost_program *p = NULL;
	struct ost_err *err;

	if (linked)
		return ost_deadlocks_search(tree, linked, &opts, ret);
	ost_try(ost_program_create(tree, &po, &p));
	err = ost_deadlocks_search(tree, p, &opts, ret);
	ost_program_destroy(p);
	return err;
}

static struct ost_err *search_both(struct ost_review_ctx *c, const struct ost_tree_facts *tree,
				   const struct ost_program *linked, struct ost_dl_places *places,
				   struct ost_dl_searched *ret)
{
	struct ost_tree_facts *patched = NULL;
	struct ost_err *err;

	ret->nr_files = tree->nr_files;
	ost_try(search(c, tree, linked, places, &ret->before));
	add_steps(places, ret->before);
	err = lay_over(c, tree, &patched);
	if (!err)
		err = search(c, patched, NULL, places, &ret->after);
	ost_tree_facts_destroy(patched);
	return err;
}

struct ost_err *ost_review_search_deadlocks(struct ost_review_ctx *c, const struct ost_program *whole,
					    struct ost_dl_places *places, struct ost_dl_searched *ret)
{
	struct slicing s = { .p = whole, .tree = c->shared->program_tree, .edges = { .v = OST_VEC_INIT } };
	struct ost_source src = { .repo = c->options->repo ? c->options->repo : ".", .rev = c->base };
	struct ost_source_opts opts = { .jobs = c->options->jobs, .store_dir = c->options->store,
					.no_store = c->options->no_store };
	struct ost_tree_facts *tree = NULL;
	struct ost_err *err;

	add_touched(places, c, whole);
	places->nr_touched = places->v.nr;
	err = find_slice(c, &s, &ret->is_slice);
	ret->is_cut = !add_outside(places, &s);
	ost_vec_deinit(&s.outside.v);
	if (err || !ret->is_slice)
		return err ? err : search_both(c, c->shared->program_tree, whole, places, ret);
	ret->is_cut |= s.slice.is_cut;
	src.only = s.slice.paths;
	src.nr_only = s.slice.nr;
	err = ost_tree_facts_read(&tree, &src, &opts);
	if (!err)
		err = search_both(c, tree, NULL, places, ret);
	ost_tree_facts_destroy(tree);
	return err;
}
