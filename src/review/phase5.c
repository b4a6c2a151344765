// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 5: what the functions touched are in the whole tree, read from the
 * commit that the change applies to: which tables hold them, who calls them
 * and what they call (through function pointers too), how they are reached
 * from outside, and where else the calls that the change adds or removes are
 * made. Each statement names a line and the `ostler query` that shows it.
 *
 * What goes through a field is what the field may hold: such callers are
 * possible ones, and the statement says through which field.
 */
#include "base/alloc.h"
#include "review/deadlock_checks.h"
#include "review/semantics.h"
#include "review/shared.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FUNCS 8		/* functions that are looked at */
#define MAX_SHOWN 6		/* callers, callees named in a statement */

struct ost_err *ost_review_program(struct ost_review_ctx *c, const struct ost_program **ret, const char **ret_why)
{
	struct ost_review_shared *s = c->shared;
	struct ost_source src = { .repo = c->options->repo ? c->options->repo : ".", .rev = c->base };
	struct ost_source_opts opts = { .jobs = c->options->jobs, .store_dir = c->options->store,
					.no_store = c->options->no_store };
	struct ost_program_opts po = { .jobs = c->options->jobs };
	struct ost_err *err;

	*ret = s->program;
	if (!*c->base) {
		*ret = NULL;
		*ret_why = c->base_why;
		return NULL;
	}
	if (s->program && !strcmp(s->program_base, c->base))
		return NULL;
	*ret = NULL;
	ost_program_destroy(s->program);
	ost_tree_facts_destroy(s->program_tree);
	s->program = NULL;
	s->program_tree = NULL;
	ost_trim_memory();
	err = ost_tree_facts_read(&s->program_tree, &src, &opts);
	if (!err)
		err = ost_program_create(s->program_tree, &po, &s->program);
	if (err && err->code == OST_ERR_INTERRUPTED)
		return err;
	if (err) {
		*ret_why = ost_arena_printf(c->arena, "%s: %s", err->what, err->why);
		ost_err_destroy(err);
		return NULL;
	}
	snprintf(s->program_base, sizeof(s->program_base), "%s", c->base);
	*ret = s->program;
	return NULL;
}

/* The touched function in the old tree, or OST_NO_ID (it is new there, or a macro's). */
static uint32_t unit_of(const struct ost_semantics *s, const struct ost_touched *t)
{
	const struct ost_file_change *f = &s->c->change->files[t->file];
	uint32_t units[64], nr, i;

	if (!*t->name || t->how == OST_TOUCH_ADDED)
		return OST_NO_ID;
	nr = ost_program_units_named(s->p, ost_program_find_name(s->p, t->name), units, 64);
	for (i = 0; i < nr && i < 64; i++)
		if (ost_program_unit(s->p, units[i])->kind == OST_UNIT_FUNC && !strcmp(ost_sem_path(s, units[i]), f->old_path))
			return units[i];
	return OST_NO_ID;
}

typedef void (*each_fn)(struct ost_semantics *s, uint32_t unit);

static struct ost_err *for_each_function(struct ost_review_ctx *c, each_fn fn)
{
	struct ost_semantics s;
	uint32_t i, unit, nr = 0;

	ost_try(ost_sem_open(&s, c));
	for (i = 0; s.p && i < c->touched.nr && nr < MAX_FUNCS; i++) {
		unit = unit_of(&s, &c->touched.items[i]);
		if (unit == OST_NO_ID)
			continue;
		fn(&s, unit);
		nr++;
	}
	return NULL;
}

/* ---- 5.1 what a function is ---- */

static void say_slots(struct ost_semantics *s, uint32_t unit)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_unit_slots(s->p, unit, &ids), i;
	const struct ost_target *t;
	struct ost_record *r;

	for (i = 0; i < nr && i < MAX_SHOWN; i++) {
		t = ost_program_target(s->p, ids[i]);
		OST_BUF b = OST_BUF_INIT;

		ost_object_text(s->p, t->table, &b);
		r = ost_record_add(s->c, "role", OST_VERIFIED, 0, "%s() is %s%s%s (set at %s:%u)", ost_sem_name(s, unit),
				   ost_sem_field(s, t->slot), t->table.kind ? " of " : "", t->table.kind ? b.ptr : "",
				   ost_program_path(s->p, t->file), t->line);
		ost_sem_prove_place(s, r, ost_program_path(s->p, t->file), t->line);
		ost_sem_prove_query(s, r, "ops", ost_sem_asked(s, unit));
	}
}

static void say_bindings(struct ost_semantics *s, uint32_t unit)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(s->p, unit, &ids), i;
	const struct ost_binding *b;
	const struct ost_binding_row *row;
	struct ost_record *r;

	for (i = 0; i < nr && i < MAX_SHOWN; i++) {
		b = ost_program_binding(s->p, ids[i]);
		row = ost_program_binding_row(s->p, b->row);
		OST_BUF o = OST_BUF_INIT;

		ost_object_text(s->p, b->object, &o);
		r = ost_record_add(s->c, "callback", OST_VERIFIED, 0, "%s() is run by the %s %s (%s at %s:%u)",
				   ost_sem_name(s, unit), row->kind, b->object.kind ? o.ptr : "that it is given to",
				   row->name, ost_program_path(s->p, b->file), b->line);
		ost_sem_prove_place(s, r, ost_program_path(s->p, b->file), b->line);
		ost_sem_prove_query(s, r, "bindings", ost_sem_asked(s, unit));
	}
}

/* The line that exports it, mostly of the same file. */
static void prove_export(struct ost_semantics *s, struct ost_record *r, uint32_t unit)
{
	const char *base = s->c->base, *name = ost_shell_quote(s->c->arena, ost_sem_name(s, unit));
	const char *path = ost_sem_path(s, unit);

	ost_record_prove(s->c, r, "tree", ost_arena_printf(s->c->arena, "%.12s:%s", base, path),
			 "git grep -n -w -e %s %s -- %s | grep EXPORT_ || git grep -n -w -e %s %s -- '*.[cS]' | grep EXPORT_",
			 name, base, ost_shell_quote(s->c->arena, path), name, base);
}

static void say_what(struct ost_semantics *s, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(s->p, unit);
	struct ost_record *r;

	r = ost_record_add(s->c, "function", OST_VERIFIED, 0, "%s() is %s%s function of %s", ost_sem_name(s, unit),
			   u->flags & OST_UF_STATIC ? "a static" : u->flags & OST_UF_EXPORTED ? "an exported" : "a global",
			   u->flags & OST_UF_INLINE ? " inline" : "", ost_sem_path(s, unit));
	ost_sem_prove_place(s, r, ost_sem_path(s, unit), u->line);
	if (u->flags & OST_UF_EXPORTED)
		prove_export(s, r, unit);
	say_slots(s, unit);
	say_bindings(s, unit);
}

static struct ost_err *check_functions(struct ost_review_ctx *c)
{
	return for_each_function(c, say_what);
}

/* ---- 5.2, 5.3 callers and callees ---- */

static const char *edge_via(const struct ost_semantics *s, const struct ost_edge *e)
{
	if (e->kind == OST_EDGE_SLOT)
		return ost_arena_printf(s->c->arena, " through %s", ost_sem_field(s, e->via));
	return e->kind == OST_EDGE_PARAM ? " through a parameter" : "";
}

/* A call that may reach one of several functions proves none of them. */
struct edge_list {
	struct ost_buf text;
	uint32_t nr, lines[MAX_SHOWN];
	const char *paths[MAX_SHOWN];
};

static void add_edge(struct ost_semantics *s, struct edge_list *l, const struct ost_edge *e, uint32_t other)
{
	if (l->nr < MAX_SHOWN) {
		l->paths[l->nr] = ost_sem_path(s, e->from);
		l->lines[l->nr] = e->line;
		ost_buf_addf(&l->text, "%s%s()%s (%s:%u)", l->nr ? ", " : "", ost_sem_name(s, other), edge_via(s, e),
			     l->paths[l->nr], e->line);
	}
	l->nr++;
}

/* Sorts the edges into those that are certain and those that are not; each function once in a row. */
static void collect_edges(struct ost_semantics *s, uint32_t unit, bool is_up, struct edge_list lists[2])
{
	struct ost_edges edges = { OST_VEC_INIT };
	uint32_t last = OST_NO_ID;
	size_t i;

	if (is_up)
		ost_program_callers(s->p, unit, true, &edges);
	else
		ost_program_callees(s->p, unit, true, &edges);
	for (i = 0; i < edges.v.nr; i++) {
		const struct ost_edge *e = &edges.v.items[i];
		uint32_t other = is_up ? e->from : e->to;

		if (e->kind == OST_EDGE_REF || other == last || other == unit ||
		    ost_program_unit(s->p, other)->kind != OST_UNIT_FUNC ||
		    (last != OST_NO_ID && !strcmp(ost_sem_name(s, other), ost_sem_name(s, last)) && !is_up))
			continue;
		last = other;
		add_edge(s, &lists[e->kind != OST_EDGE_DIRECT && e->is_one_of], e, other);
	}
	ost_vec_deinit(&edges.v);
}

static void say_edges(struct ost_semantics *s, uint32_t unit, bool is_up, bool is_possible, const struct edge_list *l)
{
	static const char *const words[2][2] = { { "calls", "may call" }, { "is called by", "may be called by" } };
	static const char *const keys[2][2] = { { "callees", "possible-callees" }, { "callers", "possible-callers" } };
	struct ost_record *r;
	uint32_t i;

	r = ost_record_add(s->c, keys[is_up][is_possible], OST_VERIFIED, 0, "%s() %s %s%s%s", ost_sem_name(s, unit),
			   words[is_up][is_possible], l->text.ptr, l->nr > MAX_SHOWN ?
			   ost_arena_printf(s->c->arena, " and %u more", l->nr - MAX_SHOWN) : "",
			   is_possible ? "; such a call reaches one of several functions" : "");
	for (i = 0; i < l->nr && i < MAX_SHOWN; i++)
		ost_sem_prove_place(s, r, l->paths[i], l->lines[i]);
	ost_sem_prove_query(s, r, is_up ? "callers" : "callees", ost_sem_asked(s, unit));
}

static void list_edges(struct ost_semantics *s, uint32_t unit, bool is_up)
{
	struct edge_list lists[2] = { { .text = OST_BUF_INIT }, { .text = OST_BUF_INIT } };
	struct ost_record *r;
	unsigned k;

	collect_edges(s, unit, is_up, lists);
	for (k = 0; k < 2; k++)
		if (lists[k].nr)
			say_edges(s, unit, is_up, k, &lists[k]);
	if (!lists[0].nr && !lists[1].nr) {
		r = ost_record_add(s->c, is_up ? "callers" : "callees", OST_VERIFIED, 0,
				   is_up ? "Nothing in the tree is seen to call %s()" : "%s() calls nothing", ost_sem_name(s, unit));
		ost_record_prove(s->c, r, "tree", s->c->base, "git grep -n -w %s %s", ost_sem_name(s, unit), s->c->base);
	}
	ost_buf_deinit(&lists[0].text);
	ost_buf_deinit(&lists[1].text);
}

static void say_callers(struct ost_semantics *s, uint32_t unit)
{
	list_edges(s, unit, true);
}

static void say_callees(struct ost_semantics *s, uint32_t unit)
{
	list_edges(s, unit, false);
}

static struct ost_err *check_callers(struct ost_review_ctx *c)
{
	return for_each_function(c, say_callers);
}

static struct ost_err *check_callees(struct ost_review_ctx *c)
{
	return for_each_function(c, say_callees);
}

/* ---- 5.4 from an entry point ---- */

/* Where the first function of a chain is put into the slot, or handed over, from which it is entered. */
static void prove_entry(struct ost_semantics *s, struct ost_record *r, uint32_t unit, const char *why)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_unit_slots(s->p, unit, &ids), i;

	for (i = 0; i < nr; i++) {
		const struct ost_target *t = ost_program_target(s->p, ids[i]);

		if (strcmp(ost_sem_field(s, t->slot), why) != 0)
			continue;
		ost_sem_prove_place(s, r, ost_program_path(s->p, t->file), t->line);
		return;
	}
	if (ost_program_callback_bindings(s->p, unit, &ids)) {
		const struct ost_binding *b = ost_program_binding(s->p, ids[0]);

		ost_sem_prove_place(s, r, ost_program_path(s->p, b->file), b->line);
	}
}

static void say_chain(struct ost_semantics *s, uint32_t unit)
{
	struct ost_sem_hop *hops = ost_malloc(OST_SEM_MAX_VISITED * sizeof(*hops));
	struct ost_sem_entry entry;
	struct ost_record *r;
	uint32_t h;
	OST_BUF b = OST_BUF_INIT;

	if (!ost_sem_entries(s, unit, hops, &entry, 1)) {
		ost_record_unknown(s->c, "chain",
				   ost_arena_printf(s->c->arena, "How %s() is reached from outside", ost_sem_name(s, unit)),
				   "no entry point within %d direct calls", OST_SEM_MAX_CHAIN);
		free(hops);
		return;
	}
	for (h = entry.hop; h != OST_NO_ID; h = hops[h].from)
		ost_buf_addf(&b, "%s%s()", h == entry.hop ? "" : " -> ", ost_sem_name(s, hops[h].unit));
	r = ost_record_add(s->c, "chain", OST_VERIFIED, 0, "%s() is reached from %s: %s", ost_sem_name(s, unit), entry.why, b.ptr);
	prove_entry(s, r, hops[entry.hop].unit, entry.why);
	for (h = entry.hop; h != OST_NO_ID; h = hops[h].from)
		ost_sem_prove_place(s, r, ost_sem_path(s, hops[h].unit),
				    hops[h].line ? hops[h].line : ost_program_unit(s->p, hops[h].unit)->line);
	free(hops);
}

static struct ost_err *check_chain(struct ost_review_ctx *c)
{
	return for_each_function(c, say_chain);
}

const struct ost_check ost_phase5_checks[] = {
	{ "5.1", "functions", check_functions, "What the functions touched are for" },
	{ "5.2", "callers", check_callers, "Who calls them" },
	{ "5.3", "callees", check_callees, "What they call" },
	{ "5.4", "chain", check_chain, "How the fault is reached from outside" },
	{ "5.4", "deadlock", ost_check_deadlock_chain, "The locks and waits of the fault" },
	{ "5.5", "similar", ost_check_similar, "Where the same calls stand elsewhere" },
	{ NULL, NULL, NULL, NULL },
};
