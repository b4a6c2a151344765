// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/lock_change.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* ---- classes and their names ---- */

void ost_objects_named(const struct ost_program *p, const char *class_name, struct ost_objects *ret)
{
	const char *colon = strchr(class_name, ':'), *dot = strchr(class_name, '.');
	const char *name = colon ? colon + 1 : class_name;
	uint32_t fields[16], nr, id = ost_program_find_name(p, name);

	if (dot && !colon) {
		nr = ost_program_find_fields(p, class_name, fields, 16);
		for (uint32_t i = 0; i < nr && i < 16; i++)
			ost_vec_add(&ret->v, ((struct ost_object){ OST_OBJ_FIELD, fields[i] }));
		return;
	}
	for (uint32_t i = 0; id != OST_NO_ID && i < ost_program_nr_globals(p); i++) {
		struct ost_global_def g;

		ost_program_global(p, i, &g);
		if (g.name == id && (!colon || (strlen(ost_program_path(p, g.file)) == (size_t)(colon - class_name) &&
					       !strncmp(ost_program_path(p, g.file), class_name, (size_t)(colon - class_name)))))
			ost_vec_add(&ret->v, ((struct ost_object){ OST_OBJ_GLOBAL, i }));
	}
}

bool ost_objects_have(const struct ost_objects *list, struct ost_object o)
{
	for (size_t i = 0; i < list->v.nr; i++)
		if (list->v.items[i].kind == o.kind && list->v.items[i].id == o.id)
			return true;
	return false;
}

static struct ost_object object_of(const struct ost_lk_ref *ref)
{
	return ref->field != OST_NO_ID ? (struct ost_object){ OST_OBJ_FIELD, ref->field } :
	       ref->global != OST_NO_ID ? (struct ost_object){ OST_OBJ_GLOBAL, ref->global } :
	       (struct ost_object){ OST_OBJ_NONE, 0 };
}

static void add_name(struct ost_lock_names *list, const char *name)
{
	for (size_t i = 0; i < list->v.nr; i++)
		if (!strcmp(list->v.items[i], name))
			return;
	ost_vec_add(&list->v, name);
}

static bool gives(const struct ost_lk_effect *fx)
{
	return fx->kind == OST_FX_ACQUIRE || fx->kind == OST_FX_MAY_ACQUIRE || fx->kind == OST_FX_ASSERT;
}

/* Does the unit leave one of them held for its caller? */
static bool wraps(const struct ost_lk_summary *sum, const struct ost_objects *of)
{
	for (uint32_t i = 0; sum && i < sum->nr_effects; i++)
		if (gives(&sum->effects[i]) && ost_objects_have(of, object_of(&sum->locks[sum->effects[i].lock])))
			return true;
	return false;
}

void ost_lock_wrappers(const struct ost_lk_world *w, const char *class_name, struct ost_lock_names *ret)
{
	struct ost_objects of = { .v = OST_VEC_INIT };

	ost_objects_named(w->p, class_name, &of);
	for (uint32_t u = 0; u < w->nr_units && of.v.nr; u++)
		if (wraps(w->sums[u], &of))
			add_name(ret, ost_program_name(w->p, ost_program_unit(w->p, u)->name));
	ost_vec_deinit(&of.v);
}

/* ---- what stands in the files ---- */

/* One class in one function, in both trees. */
struct tally {
	struct ost_lock_changed what;
	uint32_t nr[2];
};

struct counting {
	struct ost_lock_changes *out;
	OST_VEC(struct tally) v;
	const struct ost_program *p;
	const struct ost_lk_world *w;
	unsigned tree;
};

static const char *object_text(struct counting *c, struct ost_object o)
{
	OST_BUF b = OST_BUF_INIT;

	if (o.kind == OST_OBJ_FIELD)
		ost_program_field_text(c->p, o.id, &b);
	else
		ost_program_global_text(c->p, o.id, &b);
	return ost_arena_strdup(&c->out->arena, b.ptr);
}

static void count(struct counting *c, uint32_t unit, struct ost_object o, bool is_wait)
{
	const struct ost_unit *u = ost_program_unit(c->p, unit);
	const char *file = ost_program_path(c->p, u->file), *function = ost_program_name(c->p, u->name), *text;
	struct tally *t;

	if (o.kind == OST_OBJ_NONE)
		return;
	text = object_text(c, o);
	for (size_t i = 0; i < c->v.nr; i++) {
		t = &c->v.items[i];
		if (t->what.is_wait == is_wait && !strcmp(t->what.class_name, text) && !strcmp(t->what.function, function) &&
		    !strcmp(t->what.file, file)) {
			t->nr[c->tree]++;
			return;
		}
	}
	t = ost_vec_push(&c->v);
	t->what = (struct ost_lock_changed){ ost_arena_strdup(&c->out->arena, file), ost_arena_strdup(&c->out->arena, function),
					     text, is_wait, false };
	t->nr[c->tree] = 1;
}

static void count_events(struct counting *c, uint32_t unit)
{
	const struct ost_lk_summary *sum = ost_lk_sum(c->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];

		if (ev->kind == OST_EV_ACQUIRE || ev->kind == OST_EV_TRY)
			count(c, unit, object_of(&sum->locks[ev->lock]), false);
	}
}

/* What is waited for stands in the program, not in the summary. */
static void count_waits(struct counting *c, const bool *in)
{
	for (uint32_t i = 0; i < ost_program_nr_lock_uses(c->p); i++) {
		const struct ost_lock_use *use = ost_program_lock_use(c->p, i);
		const struct ost_lk_prim *prim;

		if (!in[ost_program_unit(c->p, use->unit)->file])
			continue;
		prim = ost_lk_find(&c->w->tables, ost_program_name(c->p, use->primitive));
		if (prim && prim->op == OST_LK_WAIT)
			count(c, use->unit, use->object, true);
	}
}

static void count_files(struct counting *c, const char *const *files, size_t nr_files)
{
	bool *in = ost_calloc(ost_program_nr_files(c->p) + 1, sizeof(*in));

	/* by path: what macros make at file scope has a file of its own id */
	for (uint32_t f = 0; f < ost_program_nr_files(c->p); f++)
		for (size_t i = 0; i < nr_files; i++)
			in[f] |= !strcmp(ost_program_path(c->p, f), files[i]);
	for (uint32_t u = 0; u < ost_program_nr_units(c->p); u++)
		if (in[ost_program_unit(c->p, u)->file])
			count_events(c, u);
	count_waits(c, in);
	free(in);
}

/* ---- who else can take it ---- */

static bool is_header(const char *path)
{
	return !strncmp(path, "include/", 8) || strstr(path, "/include/");
}

/* A wrapper that others can call. */
static bool is_callable(const struct ost_program *p, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(p, unit);

	return is_header(ost_program_path(p, u->file)) || (u->kind == OST_UNIT_FUNC && !(u->flags & OST_UF_STATIC));
}

static bool is_shared(const struct ost_lk_world *w, const char *class_name)
{
	struct ost_objects of = { .v = OST_VEC_INIT };
	bool found = false;

	ost_objects_named(w->p, class_name, &of);
	for (size_t i = 0; i < of.v.nr && !found; i++) {
		struct ost_field_def f;
		struct ost_global_def g;

		if (of.v.items[i].kind == OST_OBJ_FIELD) {
			ost_program_field(w->p, of.v.items[i].id, &f);
			found = is_header(ost_program_path(w->p, f.file));
		} else {
			ost_program_global(w->p, of.v.items[i].id, &g);
			found = !(g.flags & OST_FF_STATIC);
		}
	}
	for (uint32_t u = 0; u < w->nr_units && of.v.nr && !found; u++)
		found = wraps(w->sums[u], &of) && is_callable(w->p, u);
	ost_vec_deinit(&of.v);
	return found;
}

/* ---- both trees ---- */

void ost_lock_changes_find(struct ost_lock_changes *ret, const struct ost_two_trees *t, const char *const *files,
			   size_t nr_files)
{
	const struct ost_lk_world *w[2] = { ost_session_world(t->sb), ost_session_world(t->sa) };
	struct counting c = { .out = ret, .v = OST_VEC_INIT };

	*ret = (struct ost_lock_changes){ .v = OST_VEC_INIT };
	ost_arena_init(&ret->arena);
	for (c.tree = 0; c.tree < 2; c.tree++) {
		c.w = w[c.tree];
		c.p = c.w->p;
		count_files(&c, files, nr_files);
	}
	for (size_t i = 0; i < c.v.nr; i++) {
		if (c.v.items[i].nr[0] == c.v.items[i].nr[1])
			continue;
		c.v.items[i].what.is_shared = !c.v.items[i].what.is_wait &&
			is_shared(w[c.v.items[i].nr[1] != 0], c.v.items[i].what.class_name);
		ost_vec_add(&ret->v, c.v.items[i].what);
	}
	ost_vec_deinit(&c.v);
}

void ost_lock_changes_deinit(struct ost_lock_changes *l)
{
	ost_vec_deinit(&l->v);
	ost_arena_deinit(&l->arena);
}
