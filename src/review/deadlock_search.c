// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/deadlock_search.h"

#include <stdlib.h>
#include <string.h>

#include "branch/file.h"
#include "locks/focus.h"
#include "review/check.h"
#include "review/grow.h"
#include "review/shared.h"

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
	bool is_cut;
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

static void add_slot_callers(struct slicing *s, uint32_t unit)
{
	const uint32_t *in;
	uint32_t nr = ost_program_unit_slots(s->p, unit, &in);

	ost_vec_clear(&s->edges.v);
	for (uint32_t i = 0; i < nr; i++)
		ost_program_slot_callers(s->p, ost_program_target(s->p, in[i])->slot, &s->edges);
	for (size_t i = 0; i < s->edges.v.nr; i++)
		s->is_cut |= !add_file(s, ost_program_unit(s->p, s->edges.v.items[i].from)->file);
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
				s->is_cut |= !add_file(s, ost_program_unit(s->p, e->to)->file);
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

/* So that it has whoever calls into the changed files, unless they are too many. */
static void widen(struct slicing *s, struct ost_arena *arena)
{
	bool ok = s->outside.v.nr <= MAX_OUTSIDE;

	for (size_t i = 0; i < s->outside.v.nr && ok; i++)
		ok = add_folder(s, arena, ost_program_path(s->p, ost_program_unit(s->p, s->outside.v.items[i])->file));
	s->is_cut |= !ok;
	mark_slice(s);
}

/* Around the touched functions: who calls them through slots, and what they call. */
static void add_around(struct slicing *s, const struct ost_review_ctx *c)
{
	for (uint32_t i = 0; i < c->touched.nr; i++) {
		const struct ost_touched *t = &c->touched.items[i];
		uint32_t units[16], nr = ost_program_units_named(s->p, ost_program_find_name(s->p, t->name), units, 16);

		for (uint32_t k = 0; k < nr && k < 16; k++) {
			if (strcmp(ost_program_path(s->p, ost_program_unit(s->p, units[k])->file),
				   c->change->files[t->file].old_path))
				continue;
			add_slot_callers(s, units[k]);
			add_callees(s, units[k]);
		}
	}
}

static void find_around(struct slicing *s, const struct ost_review_ctx *c)
{
	for (uint32_t i = 0; i < c->change->nr_files; i++) {
		uint32_t file = ost_program_find_file(s->p, c->change->files[i].old_path);

		if (file != OST_NO_ID)
			find_outside(s, file);
	}
	widen(s, c->arena);
	add_around(s, c);
}

/* What they do with the changed code is looked at, too. */
static void add_outside(struct ost_dl_places *list, const struct slicing *s)
{
	for (size_t i = 0; i < s->outside.v.nr && s->outside.v.nr <= MAX_OUTSIDE; i++) {
		const struct ost_unit *u = ost_program_unit(s->p, s->outside.v.items[i]);

		add_place(list, ost_program_path(s->p, u->file), ost_program_name(s->p, u->name));
	}
}

static struct ost_err *find_slice(struct ost_review_ctx *c, struct slicing *s, struct ost_side_files *side)
{
	struct ost_maintainers *m;
	struct ost_err *err;

	err = ost_shared_maintainers(c->shared, c->base, &m);
	if (err && err->code == OST_ERR_INTERRUPTED)
		return err;
	if (err)	/* the slice is smaller without it */
		m = NULL;
	ost_err_destroy(err);
	ost_slice_make(&s->slice, c->arena, side, m, c->change);
	s->in = ost_calloc(ost_program_nr_files(s->p) + 1, 1);
	mark_slice(s);
	find_around(s, c);
	free(s->in);
	ost_vec_deinit(&s->edges.v);
	s->is_cut |= s->slice.is_cut;
	return NULL;
}

/* ---- the two trees ------------------------------------------------------------- */

struct laid {
	OST_VEC(struct ost_tree_change) changes;
	OST_VEC(const char *) files;
};

static void list_changes(const struct ost_review_ctx *c, struct laid *l)
{
	for (uint32_t i = 0; i < c->texts.nr; i++) {
		const struct ost_file_text *t = &c->texts.files[i];

		if (*t->f->old_path)
			ost_vec_add(&l->files, t->f->old_path);
		if (*t->f->old_path && strcmp(t->f->old_path, t->f->new_path))
			*ost_vec_push(&l->changes) = (struct ost_tree_change){ t->f->old_path, NULL, 0 };
		if (t->has_new)
			*ost_vec_push(&l->changes) = (struct ost_tree_change){ t->f->new_path, t->new_text.ptr, t->new_text.len };
	}
}

static struct ost_err *open_trees(const struct ost_review_ctx *c, const struct slicing *s, const struct laid *l,
				  const struct ost_dl_places *places, struct ost_two_trees *ret)
{
	struct ost_source src = { .repo = c->options->repo ? c->options->repo : ".", .rev = c->base,
				  .only = s->slice.paths, .nr_only = s->slice.nr };
	struct ost_deadlocks_opts opts = {
		.source = { .jobs = c->options->jobs, .store_dir = c->options->store, .no_store = c->options->no_store },
		.places = places->v.items, .nr_places = places->v.nr,
	};

	return ost_two_trees_open(ret, &src, &opts, l->changes.items, l->changes.nr, &c->shared->kernels);
}

/* Adds who has to do with the locks that change, and opens the trees anew where that is more. */
static struct ost_err *grow(struct ost_review_ctx *c, struct slicing *s, struct ost_side_files *side, const struct laid *l,
			    struct ost_dl_places *places, struct ost_two_trees *t)
{
	struct ost_lock_changes changes;
	struct ost_grown grown = { .v = OST_VEC_INIT };

	ost_lock_changes_find(&changes, t, l->files.items, l->files.nr);
	if (ost_grow_asks(&changes))
		ost_grow_slice(&s->slice, c->arena, side, s->p, t, &changes, &grown);
	ost_lock_changes_deinit(&changes);
	for (size_t i = 0; i < grown.v.nr; i++)
		add_place(places, grown.v.items[i].file, grown.v.items[i].function);
	s->is_cut |= grown.is_cut;
	if (!grown.v.nr)
		return NULL;
	ost_vec_deinit(&grown.v);
	ost_two_trees_close(t);
	return open_trees(c, s, l, places, t);
}

static struct ost_err *search_both(struct ost_two_trees *t, struct ost_dl_places *places, struct ost_dl_searched *ret)
{
	struct ost_deadlocks_opts opts = { .rank = OST_RANK_POSSIBLE, .places = places->v.items, .nr_places = places->v.nr };

	ret->nr_files = t->tree->nr_files;
	ost_try(ost_session_search(t->sb, &opts, &ret->before));
	add_steps(places, ret->before);
	opts.places = places->v.items;
	opts.nr_places = places->v.nr;
	return ost_session_search(t->sa, &opts, &ret->after);
}

struct ost_err *ost_review_search_deadlocks(struct ost_review_ctx *c, const struct ost_program *whole,
					    struct ost_dl_places *places, struct ost_dl_searched *ret)
{
	struct slicing s = { .p = whole, .tree = c->shared->program_tree, .edges = { .v = OST_VEC_INIT } };
	struct laid laid = { .changes = OST_VEC_INIT, .files = OST_VEC_INIT };
	struct ost_two_trees trees = { 0 };
	struct ost_side_files side;
	struct ost_err *err;

	add_touched(places, c, whole);
	places->nr_touched = places->v.nr;
	ost_side_files_init(&side, c->shared->repo, c->base, NULL, c->shared->recogniser);
	err = find_slice(c, &s, &side);
	add_outside(places, &s);
	list_changes(c, &laid);
	if (!err)
		err = open_trees(c, &s, &laid, places, &trees);
	if (!err)
		err = grow(c, &s, &side, &laid, places, &trees);
	if (!err)
		err = search_both(&trees, places, ret);
	ret->is_cut = s.is_cut;
	ost_two_trees_close(&trees);
	ost_vec_deinit(&laid.changes);
	ost_vec_deinit(&laid.files);
	ost_vec_deinit(&s.outside.v);
	ost_side_files_deinit(&side);
	return err;
}
