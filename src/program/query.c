// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/query.h"

#include <stdlib.h>
#include <time.h>

#include "program/internal.h"

#define MACRO_HOPS 3	/* macros that call macros: followed so far */
#define NAMED_MAX 256	/* definitions of one name that are answered for */

struct asking {
	struct ost_query *q;
	struct ost_arena arena;
	struct ost_tree_facts *tree;
	struct ost_program *p;
	OST_VEC(struct ost_query_result) out;
	const char *name;	/* without the path */
	uint32_t file;		/* OST_NO_ID: any */
};

static const char *const names[] = { "callers", "callees", "ops", "type", "locks", "bindings" };

int ost_query_parse(const char *name)
{
	int i;

	for (i = 0; i < OST_NR_QUERIES; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *ost_query_name(enum ost_query_kind kind)
{
	return names[kind];
}

/* ---- pieces ------------------------------------------------------------ */

static const char *keep(struct asking *a, struct ost_buf *b)
{
	const char *s = ost_arena_strndup(&a->arena, b->ptr, b->len);

	ost_buf_clear(b);
	return s;
}

static const char *field_text(struct asking *a, uint32_t field)
{
	OST_BUF b = OST_BUF_INIT;

	ost_program_field_text(a->p, field, &b);
	return keep(a, &b);
}

static const char *object_text(struct asking *a, struct ost_object o)
{
	OST_BUF b = OST_BUF_INIT;

	if (o.kind != OST_OBJ_NONE)
		ost_object_text(a->p, o, &b);
	return keep(a, &b);
}

static const char *type_text(struct asking *a, struct ost_ctype t)
{
	OST_BUF b = OST_BUF_INIT;

	if (t.type)
		ost_ctype_text(a->p, t, &b);
	return keep(a, &b);
}

static const char *unit_name(struct asking *a, uint32_t unit)
{
	return unit == OST_NO_ID ? "" : ost_program_name(a->p, ost_program_unit(a->p, unit)->name);
}

static struct ost_query_result *add(struct asking *a, const char *name, uint32_t file, uint32_t line,
				    const char *kind)
{
	struct ost_query_result *r = ost_vec_push(&a->out);

	r->name = name;
	r->file = ost_program_path(a->p, file);
	r->line = line;
	r->kind = kind;
	r->via = r->in = r->object = r->type = r->def_file = "";
	return r;
}

static void set_def(struct asking *a, struct ost_query_result *r, uint32_t unit)
{
	const struct ost_unit *u;

	if (unit == OST_NO_ID)
		return;
	u = ost_program_unit(a->p, unit);
	r->def_file = ost_program_path(a->p, u->file);
	r->def_line = u->line;
}

static uint32_t named_units(struct asking *a, uint32_t *units)
{
	uint32_t nr = ost_program_units_named(a->p, ost_program_find_name(a->p, a->name), units, NAMED_MAX);
	uint32_t i, n = 0;

	nr = nr < NAMED_MAX ? nr : NAMED_MAX;
	for (i = 0; i < nr; i++)
		if (a->file == OST_NO_ID || ost_program_unit(a->p, units[i])->file == a->file)
			units[n++] = units[i];
	return n;
}

static uint32_t named_fields(struct asking *a, uint32_t *fields)
{
	uint32_t nr = ost_program_find_fields(a->p, a->name, fields, NAMED_MAX), i, n = 0;
	struct ost_field_def fd;

	for (i = 0; i < nr; i++) {
		ost_program_field(a->p, fields[i], &fd);
		if (a->file == OST_NO_ID || fd.file == a->file)
			fields[n++] = fields[i];
	}
	return n;
}

static uint32_t named_globals(struct asking *a, uint32_t *globals)
{
	const struct ost_def *defs;
	uint32_t nr = ost_defs_of(a->p, ost_program_find_name(a->p, a->name), &defs), i, n = 0;

	for (i = 0; i < nr && n < NAMED_MAX; i++)
		if (ost_def_kind(defs[i]) == OST_DEF_GLOBAL &&
		    (a->file == OST_NO_ID || a->p->files[ost_def_file(defs[i])].origin == a->file))
			globals[n++] = defs[i].id;
	return n;
}

/* Whether the name means anything in this tree. */
static bool is_defined(struct asking *a)
{
	uint32_t ids[NAMED_MAX];
	const struct ost_def *defs;
	uint32_t nr, i;

	if (named_units(a, ids) || named_fields(a, ids))
		return true;
	nr = ost_defs_of(a->p, ost_program_find_name(a->p, a->name), &defs);
	for (i = 0; i < nr; i++)
		if (a->file == OST_NO_ID || a->p->files[ost_def_file(defs[i])].origin == a->file)
			return true;
	return false;
}

/* ---- callers and callees ----------------------------------------------- */

static const char *const edge_kinds[] = { "call", "slot", "callback", "reference" };

static void edge_via(struct asking *a, struct ost_query_result *r, const struct ost_edge *e, const char *macro)
{
	r->is_indirect = e->kind == OST_EDGE_SLOT || e->kind == OST_EDGE_PARAM;
	r->is_one_of = e->is_one_of;
	if (e->kind == OST_EDGE_SLOT)
		r->via = field_text(a, e->via);
	else if (e->kind == OST_EDGE_PARAM && e->via != OST_NO_ID)
		r->via = ost_arena_printf(&a->arena, "passed by %s", unit_name(a, e->via));
	else if (macro)
		r->via = ost_arena_printf(&a->arena, "macro %s", macro);
}

static void callers_of(struct asking *a, uint32_t unit, const char *macro, int hops)
{
	struct ost_edges edges = { OST_VEC_INIT };
	struct ost_query_result *r;
	const struct ost_edge *e;
	const struct ost_unit *u;
	size_t i;

	ost_program_callers(a->p, unit, true, &edges);
	for (i = 0; i < edges.v.nr; i++) {
		e = &edges.v.items[i];
		u = ost_program_unit(a->p, e->from);
		r = add(a, unit_name(a, e->from), u->file, e->line, edge_kinds[e->kind]);
		set_def(a, r, e->from);
		r->in = r->name;
		edge_via(a, r, e, macro);
		if (u->kind != OST_UNIT_FUNC)
			r->kind = "macro";
		if (u->kind != OST_UNIT_FUNC && hops < MACRO_HOPS && e->from != unit)
			callers_of(a, e->from, unit_name(a, e->from), hops + 1);
	}
	ost_vec_deinit(&edges.v);
}

static void ask_callers(struct asking *a)
{
	uint32_t ids[NAMED_MAX], nr, i;
	struct ost_edges edges = { OST_VEC_INIT };
	struct ost_query_result *r;
	size_t k;

	if (strchr(a->name, '.')) {
		nr = named_fields(a, ids);
		for (i = 0; i < nr; i++)
			ost_program_slot_callers(a->p, ids[i], &edges);
		for (k = 0; k < edges.v.nr; k++) {
			r = add(a, unit_name(a, edges.v.items[k].from),
				ost_program_unit(a->p, edges.v.items[k].from)->file, edges.v.items[k].line, "slot");
			set_def(a, r, edges.v.items[k].from);
			r->in = r->name;
			r->is_indirect = true;
			r->via = field_text(a, edges.v.items[k].via);
		}
		ost_vec_deinit(&edges.v);
		return;
	}
	nr = named_units(a, ids);
	for (i = 0; i < nr; i++)
		callers_of(a, ids[i], ost_program_unit(a->p, ids[i])->kind == OST_UNIT_FUNC ? NULL :
			   unit_name(a, ids[i]), 0);
}

static void callees_of(struct asking *a, uint32_t unit, const char *macro, int hops)
{
	struct ost_edges edges = { OST_VEC_INIT };
	struct ost_query_result *r;
	const struct ost_edge *e;
	const struct ost_unit *u;
	size_t i;

	ost_program_callees(a->p, unit, true, &edges);
	for (i = 0; i < edges.v.nr; i++) {
		e = &edges.v.items[i];
		u = ost_program_unit(a->p, e->to);
		r = add(a, unit_name(a, e->to), ost_program_unit(a->p, unit)->file, e->line, edge_kinds[e->kind]);
		set_def(a, r, e->to);
		r->in = unit_name(a, unit);
		edge_via(a, r, e, macro);
		if (u->kind != OST_UNIT_FUNC)
			r->kind = "macro";
		if (u->kind != OST_UNIT_FUNC && hops < MACRO_HOPS && e->to != unit)
			callees_of(a, e->to, unit_name(a, e->to), hops + 1);
	}
	ost_vec_deinit(&edges.v);
}

static void ask_callees(struct asking *a)
{
	uint32_t ids[NAMED_MAX], nr = named_units(a, ids), i;

	for (i = 0; i < nr; i++)
		callees_of(a, ids[i], NULL, 0);
}

/* ---- ops --------------------------------------------------------------- */

static const char *const hows[] = { "initialiser", "assignment", "registration", "macro", "copy" };

static void add_target(struct asking *a, const struct ost_target *t)
{
	struct ost_query_result *r = add(a, unit_name(a, t->unit), t->file, t->line, hows[t->how]);

	set_def(a, r, t->unit);
	r->via = field_text(a, t->slot);
	r->object = object_text(a, t->table);
	r->in = unit_name(a, t->in);
	r->is_indirect = true;
}

static void slot_targets(struct asking *a, uint32_t slot)
{
	const struct ost_target *t;
	uint32_t nr = ost_program_slot_targets(a->p, slot, &t), i;

	for (i = 0; i < nr; i++)
		add_target(a, &t[i]);
}

static void record_targets(struct asking *a, uint32_t name)
{
	const struct ost_def *defs;
	struct ost_record_def rd;
	uint32_t nr = ost_defs_of(a->p, name, &defs), i, k;

	for (i = 0; i < nr; i++) {
		if (ost_def_kind(defs[i]) != OST_DEF_RECORD)
			continue;
		ost_program_record(a->p, defs[i].id, &rd);
		for (k = 0; k < rd.nr_fields; k++)
			slot_targets(a, rd.first_field + k);
	}
}

static void ask_ops(struct asking *a)
{
	uint32_t ids[NAMED_MAX], nr, nr_t, i, k;
	const uint32_t *targets;

	if (strchr(a->name, '.')) {
		nr = named_fields(a, ids);
		for (i = 0; i < nr; i++)
			slot_targets(a, ids[i]);
		return;
	}
	nr = named_units(a, ids);
	for (i = 0; i < nr; i++) {
		nr_t = ost_program_unit_slots(a->p, ids[i], &targets);
		for (k = 0; k < nr_t; k++)
			add_target(a, ost_program_target(a->p, targets[k]));
	}
	nr = named_globals(a, ids);
	for (i = 0; i < nr; i++) {
		nr_t = ost_program_table_targets(a->p, (struct ost_object){ OST_OBJ_GLOBAL, ids[i] }, &targets);
		for (k = 0; k < nr_t; k++)
			add_target(a, ost_program_target(a->p, targets[k]));
	}
	record_targets(a, ost_program_find_name(a->p, a->name));
}

/* ---- type -------------------------------------------------------------- */

static const char *signature(struct asking *a, const struct ost_facts *f, uint32_t file,
			     const struct ost_fact_func *fn)
{
	OST_BUF b = OST_BUF_INIT;
	uint32_t i;

	if (fn->ret_type)
		ost_ctype_text(a->p, (struct ost_ctype){ file, fn->ret_type, 0 }, &b);
	ost_buf_addf(&b, " %s(", ost_facts_str(f, fn->name));
	for (i = 0; i < fn->nr_params; i++) {
		if (i)
			ost_buf_addstr(&b, ", ");
		if (f->params[fn->first_param + i].type)
			ost_ctype_text(a->p, (struct ost_ctype){ file, f->params[fn->first_param + i].type, 0 }, &b);
		if (ost_facts_strlen(f, f->params[fn->first_param + i].name))
			ost_buf_addf(&b, "%s%s", b.ptr[b.len - 1] == '*' ? "" : " ",
				     ost_facts_str(f, f->params[fn->first_param + i].name));
	}
	ost_buf_addstr(&b, fn->flags & OST_FF_VARIADIC ? ", ...)" : ")");
	return keep(a, &b);
}

static void type_of_record(struct asking *a, uint32_t record)
{
	struct ost_query_result *r;
	struct ost_record_def rd;
	struct ost_field_def fd;
	OST_BUF b = OST_BUF_INIT;
	uint32_t i, line;

	ost_program_record(a->p, record, &rd);
	line = ost_program_facts(a->p, rd.file)->records[rd.index].line;
	ost_program_record_text(a->p, record, &b);
	add(a, keep(a, &b), rd.file, line,
	    ost_program_facts(a->p, rd.file)->records[rd.index].kind == OST_T_UNION ? "union" : "struct");
	for (i = 0; i < rd.nr_fields; i++) {
		ost_program_field(a->p, rd.first_field + i, &fd);
		r = add(a, field_text(a, rd.first_field + i), fd.file, fd.line, "field");
		r->type = type_text(a, ost_field_type(a->p, rd.first_field + i));
	}
}

static void type_of_unit(struct asking *a, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(a->p, unit);
	const struct ost_facts *f = ost_program_facts(a->p, u->file);
	struct ost_query_result *r;

	r = add(a, unit_name(a, unit), u->file, u->line, u->kind == OST_UNIT_FUNC ? "function" : "macro");
	set_def(a, r, unit);
	r->type = u->kind == OST_UNIT_FUNC ? signature(a, f, u->file, &f->funcs[u->index]) :
		ost_facts_str(f, f->macros[u->index].text);
}

static void type_of_def(struct asking *a, struct ost_def d)
{
	uint32_t file = ost_def_file(d);
	const struct ost_facts *f = ost_program_facts(a->p, file);
	struct ost_query_result *r;
	struct ost_global_def g;

	switch (ost_def_kind(d)) {
	case OST_DEF_UNIT:
		type_of_unit(a, d.id);
		break;
	case OST_DEF_RECORD:
		type_of_record(a, d.id);
		break;
	case OST_DEF_PROTO:
		r = add(a, a->name, file, f->protos[d.id].line, "prototype");
		r->type = signature(a, f, file, &f->protos[d.id]);
		break;
	case OST_DEF_TYPEDEF:
		r = add(a, a->name, file, f->typedefs[d.id].line, "typedef");
		r->type = type_text(a, (struct ost_ctype){ file, f->typedefs[d.id].type, 0 });
		break;
	case OST_DEF_GLOBAL:
		ost_program_global(a->p, d.id, &g);
		r = add(a, a->name, file, g.line, g.flags & OST_FF_EXTERN ? "declaration" : "object");
		r->type = type_text(a, (struct ost_ctype){ file, g.type, 0 });
		break;
	case OST_DEF_ENUM:
		add(a, a->name, file, f->enums[d.id].line, "enum");
		break;
	case OST_DEF_ENUM_CONST:
		r = add(a, a->name, file, f->enums[d.id].line, "enumerator");
		r->type = ost_arena_printf(&a->arena, "enum %s", ost_facts_str(f, f->enums[d.id].tag));
		break;
	}
}

static void ask_type(struct asking *a)
{
	const struct ost_def *defs;
	struct ost_query_result *r;
	struct ost_field_def fd;
	uint32_t ids[NAMED_MAX], nr, i;

	if (strchr(a->name, '.')) {
		nr = named_fields(a, ids);
		for (i = 0; i < nr; i++) {
			ost_program_field(a->p, ids[i], &fd);
			r = add(a, field_text(a, ids[i]), fd.file, fd.line, "field");
			r->type = type_text(a, ost_field_type(a->p, ids[i]));
		}
		return;
	}
	nr = ost_defs_of(a->p, ost_program_find_name(a->p, a->name), &defs);
	for (i = 0; i < nr; i++)
		if (a->file == OST_NO_ID || a->p->files[ost_def_file(defs[i])].origin == a->file)
			type_of_def(a, defs[i]);
}

/* ---- locks and bindings ------------------------------------------------ */

static uint32_t named_objects(struct asking *a, struct ost_object *objects)
{
	uint32_t ids[NAMED_MAX], nr, i;

	nr = strchr(a->name, '.') ? named_fields(a, ids) : named_globals(a, ids);
	for (i = 0; i < nr; i++)
		objects[i] = (struct ost_object){ strchr(a->name, '.') ? OST_OBJ_FIELD : OST_OBJ_GLOBAL, ids[i] };
	return nr;
}

static void ask_locks(struct asking *a)
{
	struct ost_object objects[NAMED_MAX];
	const struct ost_lock_use *u;
	struct ost_query_result *r;
	uint32_t nr = named_objects(a, objects), i, k;

	for (i = 0; i < ost_program_nr_lock_uses(a->p); i++) {
		u = ost_program_lock_use(a->p, i);
		for (k = 0; k < nr; k++) {
			if (u->object.kind != objects[k].kind || u->object.id != objects[k].id)
				continue;
			r = add(a, unit_name(a, u->unit), ost_program_unit(a->p, u->unit)->file, u->line, "");
			r->kind = ost_program_name(a->p, u->primitive);
			r->in = r->name;
			r->object = object_text(a, u->object);
			set_def(a, r, u->unit);
		}
	}
}

static void add_binding(struct asking *a, const struct ost_binding *b)
{
	const struct ost_binding_row *row = ost_program_binding_row(a->p, b->row);
	struct ost_query_result *r;

	r = add(a, unit_name(a, b->callback), b->file, b->line, row->kind);
	set_def(a, r, b->callback);
	r->via = row->name;
	r->in = unit_name(a, b->in);
	r->object = object_text(a, b->object);
	r->is_indirect = true;
}

static void ask_bindings(struct asking *a)
{
	struct ost_object objects[NAMED_MAX];
	uint32_t nr = named_objects(a, objects), units[NAMED_MAX], nr_b, i, k;
	const uint32_t *ids;

	for (i = 0; i < nr; i++) {
		nr_b = ost_program_object_bindings(a->p, objects[i], &ids);
		for (k = 0; k < nr_b; k++)
			add_binding(a, ost_program_binding(a->p, ids[k]));
	}
	nr = strchr(a->name, '.') ? 0 : named_units(a, units);
	for (i = 0; i < nr; i++) {
		nr_b = ost_program_callback_bindings(a->p, units[i], &ids);
		for (k = 0; k < nr_b; k++)
			add_binding(a, ost_program_binding(a->p, ids[k]));
	}
}

/* ---- the whole --------------------------------------------------------- */

static int cmp_result(const void *x, const void *y)
{
	const struct ost_query_result *a = x, *b = y;
	int d = strcmp(a->file, b->file);

	if (!d)
		d = a->line < b->line ? -1 : a->line > b->line;
	if (!d)
		d = strcmp(a->name, b->name);
	if (!d)
		d = strcmp(a->via, b->via);
	if (!d)
		d = strcmp(a->object, b->object);
	return d ? d : strcmp(a->def_file, b->def_file);
}

static void sort_results(struct asking *a)
{
	size_t i, n = 0;

	if (a->out.nr < 2 || a->q->kind == OST_QUERY_TYPE)
		return;
	qsort(a->out.items, a->out.nr, sizeof(*a->out.items), cmp_result);
	for (i = 1; i < a->out.nr; i++)
		if (cmp_result(&a->out.items[n], &a->out.items[i]))
			a->out.items[++n] = a->out.items[i];
	a->out.nr = n + 1;
}

static struct ost_err *split_name(struct asking *a, const char *name)
{
	const char *colon = strrchr(name, ':');

	a->name = name;
	a->file = OST_NO_ID;
	if (!*name)
		return ost_err_create(OST_ERR_USAGE, "NAME", NULL, "is empty");
	if (!colon)
		return NULL;
	a->name = colon + 1;
	a->file = ost_find_path(a->p, name, (size_t)(colon - name));
	if (a->file == OST_NO_ID)
		return ost_err_create(OST_ERR_USAGE, name, "paths are relative to the tree",
				      "there is no such file in the tree");
	return NULL;
}

static struct ost_err *ask(struct asking *a, const struct ost_source *source,
			   const struct ost_source_opts *opts, const char *name)
{
	static void (*const fns[])(struct asking *) = {
		ask_callers, ask_callees, ask_ops, ask_type, ask_locks, ask_bindings,
	};
	struct ost_program_opts po = { .jobs = opts ? opts->jobs : 0 };

	ost_try(ost_tree_facts_read(&a->tree, source, opts));
	ost_try(ost_program_create(a->tree, &po, &a->p));
	ost_try(split_name(a, name));
	a->q->files = a->tree->nr_files;
	a->q->unreadable = a->tree->nr_unreadable;
	fns[a->q->kind](a);
	sort_results(a);
	a->q->results = a->out.items;
	a->q->nr_results = a->out.nr;
	a->q->is_defined = a->out.nr || is_defined(a);
	return NULL;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

struct ost_err *ost_query_create(const struct ost_source *source, const struct ost_source_opts *opts,
				 enum ost_query_kind kind, const char *name, struct ost_query **ret_query)
{
	struct ost_query *q = ost_calloc(1, sizeof(*q));
	struct asking *a = ost_calloc(1, sizeof(*a));
	double start = now();
	struct ost_err *err;

	q->kind = kind;
	q->priv = a;
	a->q = q;
	ost_arena_init(&a->arena);
	err = ask(a, source, opts, name);
	q->seconds = now() - start;
	if (err) {
		ost_query_destroy(q);
		return err;
	}
	*ret_query = q;
	return NULL;
}

void ost_query_destroy(struct ost_query *q)
{
	struct asking *a;

	if (!q)
		return;
	a = q->priv;
	ost_program_destroy(a->p);
	ost_tree_facts_destroy(a->tree);
	ost_vec_deinit(&a->out);
	ost_arena_deinit(&a->arena);
	free(a);
	free(q->store_note);
	free(q);
}
