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
#include "program/program.h"
#include "review/check.h"
#include "review/deadlock_checks.h"
#include "review/shared.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FUNCS 8		/* functions that are looked at */
#define MAX_SHOWN 6		/* callers, callees named in a statement */
#define MAX_CHAIN 8		/* calls up to an entry point */
#define MAX_VISITED 3000	/* functions looked at on the way up */
#define MAX_CALLS 12		/* calls added or removed that are followed */
#define MAX_SIMILAR 40		/* callers of one of them that are shown */
#define MAX_COMMON 400		/* a function with more callers is no pattern */

struct semantics {
	struct ost_review_ctx *c;
	const struct ost_program *p;
};

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

static struct ost_err *semantics_open(struct semantics *s, struct ost_review_ctx *c)
{
	const char *why = "";

	s->c = c;
	ost_try(ost_review_program(c, &s->p, &why));
	if (!s->p)
		ost_record_unknown(c, c->check->name, c->check->help, "the tree it applies to could not be read: %s", why);
	return NULL;
}

/* ---- pieces ---- */

static const char *name_of(const struct semantics *s, uint32_t unit)
{
	return ost_program_name(s->p, ost_program_unit(s->p, unit)->name);
}

static const char *path_of(const struct semantics *s, uint32_t unit)
{
	return ost_program_path(s->p, ost_program_unit(s->p, unit)->file);
}

static const char *field_of(const struct semantics *s, uint32_t field)
{
	OST_BUF b = OST_BUF_INIT;

	ost_program_field_text(s->p, field, &b);
	return ost_arena_strdup(s->c->arena, b.ptr);
}

/* The touched function in the old tree, or OST_NO_ID (it is new there, or a macro's). */
static uint32_t unit_of(const struct semantics *s, const struct ost_touched *t)
{
	const struct ost_file_change *f = &s->c->change->files[t->file];
	uint32_t units[64], nr, i;

	if (!*t->name || t->how == OST_TOUCH_ADDED)
		return OST_NO_ID;
	nr = ost_program_units_named(s->p, ost_program_find_name(s->p, t->name), units, 64);
	for (i = 0; i < nr && i < 64; i++)
		if (ost_program_unit(s->p, units[i])->kind == OST_UNIT_FUNC && !strcmp(path_of(s, units[i]), f->old_path))
			return units[i];
	return OST_NO_ID;
}

static void prove_place(const struct semantics *s, struct ost_record *r, const char *path, uint32_t line)
{
	ost_record_prove(s->c, r, "line", ost_arena_printf(s->c->arena, "%s:%u@%.12s", path, line, s->c->base),
			 "git show %s:%s", s->c->base, ost_shell_quote(s->c->arena, path));
}

static void prove_query(const struct semantics *s, struct ost_record *r, const char *question, const char *name)
{
	ost_record_prove(s->c, r, "tree", s->c->base, "ostler query --repo=. %s %s %s", s->c->base, question,
			 ost_shell_quote(s->c->arena, name));
}

/* "path:name" when the name alone may mean another one */
static const char *asked_name(const struct semantics *s, uint32_t unit)
{
	return ost_arena_printf(s->c->arena, "%s:%s", path_of(s, unit), name_of(s, unit));
}

typedef void (*each_fn)(struct semantics *s, uint32_t unit);

static struct ost_err *for_each_function(struct ost_review_ctx *c, each_fn fn)
{
	struct semantics s;
	uint32_t i, unit, nr = 0;

	ost_try(semantics_open(&s, c));
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

static void say_slots(struct semantics *s, uint32_t unit)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_unit_slots(s->p, unit, &ids), i;
	const struct ost_target *t;
	struct ost_record *r;

	for (i = 0; i < nr && i < MAX_SHOWN; i++) {
		t = ost_program_target(s->p, ids[i]);
		OST_BUF b = OST_BUF_INIT;

		ost_object_text(s->p, t->table, &b);
		r = ost_record_add(s->c, "role", OST_VERIFIED, 0, "%s() is %s%s%s (set at %s:%u)", name_of(s, unit),
				   field_of(s, t->slot), t->table.kind ? " of " : "", t->table.kind ? b.ptr : "",
				   ost_program_path(s->p, t->file), t->line);
		prove_place(s, r, ost_program_path(s->p, t->file), t->line);
		prove_query(s, r, "ops", asked_name(s, unit));
	}
}

static void say_bindings(struct semantics *s, uint32_t unit)
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
				   name_of(s, unit), row->kind, b->object.kind ? o.ptr : "that it is given to",
				   row->name, ost_program_path(s->p, b->file), b->line);
		prove_place(s, r, ost_program_path(s->p, b->file), b->line);
		prove_query(s, r, "bindings", asked_name(s, unit));
	}
}

static void say_what(struct semantics *s, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(s->p, unit);
	struct ost_record *r;

	r = ost_record_add(s->c, "function", OST_VERIFIED, 0, "%s() is %s%s function of %s", name_of(s, unit),
			   u->flags & OST_UF_STATIC ? "a static" : u->flags & OST_UF_EXPORTED ? "an exported" : "a global",
			   u->flags & OST_UF_INLINE ? " inline" : "", path_of(s, unit));
	prove_place(s, r, path_of(s, unit), u->line);
	say_slots(s, unit);
	say_bindings(s, unit);
}

static struct ost_err *check_functions(struct ost_review_ctx *c)
{
	return for_each_function(c, say_what);
}

/* ---- 5.2, 5.3 callers and callees ---- */

static const char *edge_via(const struct semantics *s, const struct ost_edge *e)
{
	if (e->kind == OST_EDGE_SLOT)
		return ost_arena_printf(s->c->arena, " through %s", field_of(s, e->via));
	return e->kind == OST_EDGE_PARAM ? " through a parameter" : "";
}

/* A call that may reach one of several functions proves none of them. */
struct edge_list {
	struct ost_buf text;
	uint32_t nr, lines[MAX_SHOWN];
	const char *paths[MAX_SHOWN];
};

static void add_edge(struct semantics *s, struct edge_list *l, const struct ost_edge *e, uint32_t other)
{
	if (l->nr < MAX_SHOWN) {
		l->paths[l->nr] = path_of(s, e->from);
		l->lines[l->nr] = e->line;
		ost_buf_addf(&l->text, "%s%s()%s (%s:%u)", l->nr ? ", " : "", name_of(s, other), edge_via(s, e),
			     l->paths[l->nr], e->line);
	}
	l->nr++;
}

/* Sorts the edges into those that are certain and those that are not; each function once in a row. */
static void collect_edges(struct semantics *s, uint32_t unit, bool is_up, struct edge_list lists[2])
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
		    (last != OST_NO_ID && !strcmp(name_of(s, other), name_of(s, last)) && !is_up))
			continue;
		last = other;
		add_edge(s, &lists[e->kind != OST_EDGE_DIRECT && e->is_one_of], e, other);
	}
	ost_vec_deinit(&edges.v);
}

static void say_edges(struct semantics *s, uint32_t unit, bool is_up, bool is_possible, const struct edge_list *l)
{
	static const char *const words[2][2] = { { "calls", "may call" }, { "is called by", "may be called by" } };
	static const char *const keys[2][2] = { { "callees", "possible-callees" }, { "callers", "possible-callers" } };
	struct ost_record *r;
	uint32_t i;

	r = ost_record_add(s->c, keys[is_up][is_possible], OST_VERIFIED, 0, "%s() %s %s%s%s", name_of(s, unit),
			   words[is_up][is_possible], l->text.ptr, l->nr > MAX_SHOWN ?
			   ost_arena_printf(s->c->arena, " and %u more", l->nr - MAX_SHOWN) : "",
			   is_possible ? "; such a call reaches one of several functions" : "");
	for (i = 0; i < l->nr && i < MAX_SHOWN; i++)
		prove_place(s, r, l->paths[i], l->lines[i]);
	prove_query(s, r, is_up ? "callers" : "callees", asked_name(s, unit));
}

static void list_edges(struct semantics *s, uint32_t unit, bool is_up)
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
				   is_up ? "Nothing in the tree is seen to call %s()" : "%s() calls nothing", name_of(s, unit));
		ost_record_prove(s->c, r, "tree", s->c->base, "git grep -n -w %s %s", name_of(s, unit), s->c->base);
	}
	ost_buf_deinit(&lists[0].text);
	ost_buf_deinit(&lists[1].text);
}

static void say_callers(struct semantics *s, uint32_t unit)
{
	list_edges(s, unit, true);
}

static void say_callees(struct semantics *s, uint32_t unit)
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

struct hop {
	uint32_t unit, from;	/* index of the hop below, or OST_NO_ID */
	uint32_t line;		/* of the call in `unit` */
	uint32_t depth;
};

/* What makes a function an entry point, or NULL. */
static const char *entry_of(const struct semantics *s, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(s->p, unit);
	const struct ost_facts *f = ost_program_facts(s->p, u->file);
	const uint32_t *ids;

	if (u->kind == OST_UNIT_FUNC && f->funcs[u->index].macro &&
	    strstr(ost_facts_str(f, f->funcs[u->index].macro), "SYSCALL_DEFINE"))
		return "a system call";
	if (ost_program_callback_bindings(s->p, unit, &ids))
		return ost_arena_printf(s->c->arena, "run by %s",
			ost_program_binding_row(s->p, ost_program_binding(s->p, ids[0])->row)->name);
	if (ost_program_unit_slots(s->p, unit, &ids))
		return field_of(s, ost_program_target(s->p, ids[0])->slot);
	return NULL;
}

/* Breadth first over direct calls; the first entry point found has the shortest chain. */
static const char *find_entry(const struct semantics *s, uint32_t unit, struct hop *hops, uint32_t *ret_last)
{
	struct ost_edges edges = { OST_VEC_INIT };
	struct ost_table seen = OST_TABLE_INIT;
	uint32_t nr = 1, at;
	const char *why = NULL;
	bool is_new;
	size_t i;

	hops[0] = (struct hop){ unit, OST_NO_ID, 0, 0 };
	ost_table_put(&seen, unit, NULL);
	for (at = 0; at < nr && !why; at++) {
		why = entry_of(s, hops[at].unit);
		if (why) {
			*ret_last = at;
			break;
		}
		if (hops[at].depth >= MAX_CHAIN)
			continue;
		ost_vec_clear(&edges.v);
		ost_program_callers(s->p, hops[at].unit, false, &edges);
		for (i = 0; i < edges.v.nr && nr < MAX_VISITED; i++) {
			ost_table_put(&seen, edges.v.items[i].from, &is_new);
			if (is_new && edges.v.items[i].kind == OST_EDGE_DIRECT)
				hops[nr++] = (struct hop){ edges.v.items[i].from, at, edges.v.items[i].line, hops[at].depth + 1 };
		}
	}
	ost_vec_deinit(&edges.v);
	ost_table_deinit(&seen);
	return why;
}

static void say_chain(struct semantics *s, uint32_t unit)
{
	struct hop *hops = ost_malloc(MAX_VISITED * sizeof(*hops));
	uint32_t last = 0, h;
	const char *why = find_entry(s, unit, hops, &last);
	struct ost_record *r;
	OST_BUF b = OST_BUF_INIT;

	if (!why) {
		ost_record_unknown(s->c, "chain", ost_arena_printf(s->c->arena, "How %s() is reached from outside", name_of(s, unit)),
				   "no entry point within %d direct calls", MAX_CHAIN);
		free(hops);
		return;
	}
	for (h = last; h != OST_NO_ID; h = hops[h].from)
		ost_buf_addf(&b, "%s%s()", h == last ? "" : " -> ", name_of(s, hops[h].unit));
	r = ost_record_add(s->c, "chain", OST_VERIFIED, 0, "%s() is reached from %s: %s", name_of(s, unit), why, b.ptr);
	for (h = last; h != OST_NO_ID; h = hops[h].from)
		prove_place(s, r, path_of(s, hops[h].unit),
			    hops[h].line ? hops[h].line : ost_program_unit(s->p, hops[h].unit)->line);
	free(hops);
}

static struct ost_err *check_chain(struct ost_review_ctx *c)
{
	return for_each_function(c, say_chain);
}

/* ---- 5.5 similar patterns ---- */

struct called {
	const char *name;
	int nr;		/* times added less times removed */
};

static void count_calls(struct ost_review_ctx *c, const struct ost_touched_line *tl, struct called *calls, uint32_t *nr)
{
	const char *s = tl->line->text, *end = s + tl->line->len, *from, *at;
	uint32_t i;

	while (s < end) {
		if (!isalpha((unsigned char)*s) && *s != '_') {
			s++;
			continue;
		}
		for (from = s; s < end && (isalnum((unsigned char)*s) || *s == '_'); s++)
			;
		for (at = s; at < end && *at == ' '; at++)
			;
		if (at == end || *at != '(' || (from > tl->line->text && (from[-1] == '.' || from[-1] == '>')))
			continue;
		for (i = 0; i < *nr && (strncmp(calls[i].name, from, (size_t)(s - from)) || calls[i].name[s - from]); i++)
			;
		if (i == MAX_CALLS)
			continue;
		if (i == *nr)
			calls[(*nr)++] = (struct called){ ost_arena_strndup(c->arena, from, (size_t)(s - from)), 0 };
		calls[i].nr += tl->is_new ? 1 : -1;
	}
}

/* As what a function is reached, by the nearest table or callback above it. */
static const char *role_of(const struct semantics *s, uint32_t unit)
{
	struct hop *hops = ost_malloc(MAX_VISITED * sizeof(*hops));
	uint32_t last = 0;
	const char *why = find_entry(s, unit, hops, &last);

	free(hops);
	return why ? why : "no entry point found";
}

static void say_similar(struct semantics *s, const struct called *call, const char *in)
{
	struct ost_edges edges = { OST_VEC_INIT };
	uint32_t units[16], nr, i, last = OST_NO_ID, shown = 0;
	const char *verb = call->nr > 0 ? "adds" : "removes";
	const struct ost_edge *e;
	struct ost_record *r;
	size_t k;

	nr = ost_program_units_named(s->p, ost_program_find_name(s->p, call->name), units, 16);
	for (i = 0; i < nr && i < 16; i++)
		if (ost_program_unit(s->p, units[i])->kind == OST_UNIT_FUNC)
			ost_program_callers(s->p, units[i], false, &edges);
	for (k = 0; k < edges.v.nr && edges.v.nr <= MAX_COMMON && shown < MAX_SIMILAR; k++) {
		e = &edges.v.items[k];
		if (e->kind != OST_EDGE_DIRECT || e->from == last || ost_program_unit(s->p, e->from)->kind != OST_UNIT_FUNC)
			continue;
		last = e->from;
		if (!strcmp(name_of(s, e->from), in))
			continue;
		r = ost_record_add(s->c, "similar", OST_VERIFIED, 0, "%s() (%s) also calls %s(), which the change %s in %s()",
				   name_of(s, e->from), role_of(s, e->from), call->name, verb, in);
		prove_place(s, r, path_of(s, e->from), e->line);
		prove_query(s, r, "callers", call->name);
		shown++;
	}
	ost_vec_deinit(&edges.v);
}

static struct ost_err *check_similar(struct ost_review_ctx *c)
{
	struct semantics s;
	struct called calls[MAX_CALLS];
	uint32_t i, k, nr, done = 0;

	ost_try(semantics_open(&s, c));
	for (i = 0; s.p && i < c->touched.nr && done < MAX_FUNCS; i++) {
		const struct ost_touched *t = &c->touched.items[i];

		if (!*t->name)
			continue;
		nr = 0;
		for (k = 0; k < t->nr_lines; k++)
			count_calls(c, &t->lines[k], calls, &nr);
		for (k = 0; k < nr; k++)
			if (calls[k].nr && strcmp(calls[k].name, t->name))
				say_similar(&s, &calls[k], t->name);
		done++;
	}
	return NULL;
}

const struct ost_check ost_phase5_checks[] = {
	{ "5.1", "functions", check_functions, "What the functions touched are for" },
	{ "5.2", "callers", check_callers, "Who calls them" },
	{ "5.3", "callees", check_callees, "What they call" },
	{ "5.4", "chain", check_chain, "How the fault is reached from outside" },
	{ "5.4", "deadlock", ost_check_deadlock_chain, "The locks and waits of the fault" },
	{ "5.5", "similar", check_similar, "Where the same calls stand elsewhere" },
	{ NULL, NULL, NULL, NULL },
};
