// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Phase 4: one walk over every body and initialiser. Written down are call
 * sites (by name: what a name means is asked later), functions and tables of
 * functions that are stored in fields or passed on, and bindings. Types are
 * asked for only where a field, a function or a table of functions is
 * involved, which is what keeps a whole kernel within seconds.
 */
#include "program/internal.h"

#include "base/pool.h"
#include "ostler/progress.h"

#define BATCH 1024
#define MACRO_DEPTH 6
#define NR_PARAMS 16	/* of which is remembered what they may hold */

struct out {
	OST_VEC(struct ost_site) sites;
	OST_VEC(uint32_t) site_nr;	/* by unit of the file */
	OST_VEC(struct ost_argflow) argflows;
	OST_VEC(struct ost_paramstore) paramstores;
	OST_VEC(struct ost_target) targets;
	OST_VEC(struct ost_points_to) points;
	OST_VEC(struct ost_binding) bindings;
	OST_VEC(struct ost_lock_use) lock_uses;
	struct ost_name_list asks;
	struct ost_program_stats stats;
};

struct walk {
	struct ost_program *p;
	struct ost_scope s;
	struct out *out;
	struct ost_object table;	/* initialiser being walked: of this global */
	unsigned macro_depth;
	uint8_t param_holds[NR_PARAMS];	/* of the unit: 0 not known, 1 no functions, 2 functions */
};

struct flow {
	struct ost_program *p;
	uint32_t first;
	struct out *outs;
	struct walk *walks;	/* by worker */
	struct ost_asker *askers;
	bool *is_ready;
};

/* ---- types of interest ------------------------------------------------- */

static bool holds_functions(const struct ost_program *p, struct ost_ctype t)
{
	return t.type && (ost_ctype_is_fnptr(p, t) || ost_record_is_table(p, ost_ctype_record(p, t)));
}

struct ost_object ost_path_object(const struct ost_path *path)
{
	uint32_t field, global;

	ost_path_class(path, &field, &global);
	if (field != OST_NO_ID)
		return (struct ost_object){ OST_OBJ_FIELD, field };
	if (global != OST_NO_ID)
		return (struct ost_object){ OST_OBJ_GLOBAL, global };
	return (struct ost_object){ OST_OBJ_NONE, 0 };
}

/* The object that the last field of a path lies in. */
static struct ost_object table_of(struct ost_path path)
{
	while (path.nr_steps && path.steps[path.nr_steps - 1].kind == OST_STEP_ELEM)
		path.nr_steps--;
	if (path.nr_steps)
		path.nr_steps--;
	return ost_path_object(&path);
}

/* ---- what an expression hands around ----------------------------------- */

struct source {
	int kind;	/* OST_SRC_*, or -1 */
	uint32_t id;
};

static uint8_t name_flags(const struct walk *w, uint32_t name)
{
	ost_ask(name);
	return name == OST_NO_ID ? 0 : w->p->name_flags[name];
}

static uint32_t function_named(struct walk *w, struct ost_frame *fr, uint32_t name)
{
	struct ost_resolved r;
	struct ost_frame in;
	uint32_t i, v, unit = OST_NO_ID;

	ost_frame_resolve(&w->s, fr, name, &r);
	for (i = 0; i < r.nr; i++)
		if (w->p->units.items[r.units[i]].kind == OST_UNIT_FUNC)
			return r.units[i];
	for (i = 0; i < r.nr && unit == OST_NO_ID; i++) {	/* #define foo_pm_suspend pm_foo */
		if (w->p->units.items[r.units[i]].kind != OST_UNIT_ALIAS || w->macro_depth >= MACRO_DEPTH ||
		    !ost_frame_enter(&w->s, fr, r.units[i], 0, &in))
			continue;
		w->macro_depth++;
		v = ost_body_value(in.t, 0);
		if (v != OST_NO_ID && ost_at(&in, v)->op == OST_N_NAME &&
		    name_flags(w, ost_node_ident(&in, v).name) & (OST_NF_NAME_FUNC | OST_NF_NAME_MACRO))
			unit = function_named(w, &in, ost_node_ident(&in, v).name);
		w->macro_depth--;
		ost_frame_leave(&w->s);
	}
	return unit;
}

static bool is_declared(const struct ost_frame *fr, uint32_t n, struct ost_ident id)
{
	return ost_frame_local(fr, n, &id) || ost_frame_param(fr, &id) >= 0;
}

/* Goes through casts, parentheses and `&` of a function name. */
static uint32_t peel(const struct ost_frame *fr, uint32_t n)
{
	for (;;) {
		if (ost_at(fr, n)->op == OST_N_CAST && ost_kid(fr->t, n, 1))
			n = ost_kid(fr->t, n, 1);
		else
			return n;
	}
}

static struct source source_of_name(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	struct ost_ident id = ost_node_ident(fr, n);
	struct source src = { -1, OST_NO_ID };
	const struct ost_local *l = ost_frame_local(fr, n, &id);
	struct ost_path path;
	int param = ost_frame_param(fr, &id);

	if (l) {
		if (!l->def || fr->up)
			return src;
		ost_frame_path(&w->s, fr, n, OST_PATH_LOCALS, &path);
		if (path.kind == OST_BASE_UNIT && !path.nr_steps)
			src = (struct source){ OST_SRC_UNIT, path.base };
		else if (path.kind == OST_BASE_PARAM && !path.nr_steps && !path.addr)
			src = (struct source){ OST_SRC_PARAM, path.base };
		return src;
	}
	if (param >= 0 && !fr->up)
		return (struct source){ OST_SRC_PARAM, (uint32_t)param };
	if (param >= 0)
		return src;
	if (name_flags(w, id.name) & (OST_NF_NAME_FUNC | OST_NF_NAME_MACRO)) {
		src.id = function_named(w, fr, id.name);
		if (src.id != OST_NO_ID)
			src.kind = OST_SRC_UNIT;
	}
	return src;
}

/* A function, the address of a table of functions, or a parameter. */
static struct source source_of(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	struct source src = { -1, OST_NO_ID };
	struct ost_object o;
	struct ost_path path;
	uint32_t kid;

	ost_frame_arg(&fr, &n);
	n = peel(fr, n);
	ost_frame_arg(&fr, &n);
	if (ost_at(fr, n)->op == OST_N_NAME)
		return source_of_name(w, fr, n);
	if (ost_at(fr, n)->op == OST_N_TERNARY) {
		kid = ost_kid(fr->t, n, 1);
		src = kid ? source_of(w, fr, kid) : src;
		kid = ost_kid(fr->t, n, 2);
		return src.kind >= 0 || !kid ? src : source_of(w, fr, kid);
	}
	if (ost_at(fr, n)->op != OST_N_UNARY || ost_at(fr, n)->sub != OST_OP_ADDR)
		return src;
	kid = ost_kid(fr->t, n, 0);
	if (!kid)
		return src;
	if (ost_at(fr, kid)->op == OST_N_NAME && !is_declared(fr, kid, ost_node_ident(fr, kid)) &&
	    name_flags(w, ost_node_ident(fr, kid).name) & OST_NF_NAME_FUNC)
		return source_of_name(w, fr, kid);
	w->s.more->steps = 0;
	if (!ost_record_is_table(w->p, ost_ctype_record(w->p, ost_frame_type(&w->s, fr, kid))))
		return src;
	ost_frame_path(&w->s, fr, kid, OST_PATH_LOCALS, &path);
	o = ost_path_object(&path);
	if (o.kind == OST_OBJ_NONE)
		return src;
	return (struct source){ o.kind == OST_OBJ_GLOBAL ? OST_SRC_GLOBAL : OST_SRC_FIELD, o.id };
}

/* ---- stores ------------------------------------------------------------ */

static void add_target(struct walk *w, uint32_t slot, uint32_t unit, struct ost_object table,
		       uint32_t line, int how)
{
	struct ost_target *t = ost_vec_push(&w->out->targets);

	t->slot = slot;
	t->unit = unit;
	t->table = table;
	t->file = w->s.file;
	t->line = line;
	t->in = w->s.unit;
	t->how = (uint32_t)how;
}

static void add_store(struct walk *w, uint32_t field, struct ost_object table, struct source src,
		      uint32_t line, int how)
{
	struct ost_points_to *pt;

	if (src.kind == OST_SRC_UNIT) {
		add_target(w, field, src.id, table, line, how);
		return;
	}
	if (src.kind != OST_SRC_GLOBAL && src.kind != OST_SRC_FIELD)
		return;
	pt = ost_vec_push(&w->out->points);
	pt->field = field;
	pt->object = (struct ost_object){ src.kind == OST_SRC_GLOBAL ? OST_OBJ_GLOBAL : OST_OBJ_FIELD, src.id };
	pt->file = w->s.file;
	pt->line = line;
	pt->in = w->s.unit;
	pt->how = (uint32_t)how;
}

static void add_paramstore(struct walk *w, uint32_t param, const struct ost_path *to)
{
	struct ost_paramstore *ps;

	if (w->s.unit == OST_NO_ID || w->p->units.items[w->s.unit].kind != OST_UNIT_FUNC)
		return;
	ps = ost_vec_push(&w->out->paramstores);
	ps->unit = w->s.unit;
	ps->param = param;
	ps->field = to->steps[to->nr_steps - 1].id;
	ps->table = ost_object_pack(table_of(*to));
	ps->table_param = to->kind == OST_BASE_PARAM && to->nr_steps <= 2 ? to->base : OST_NO_ID;
}

/* lhs = rhs, seen in frame fr; line is where the reader finds it. */
static void store(struct walk *w, struct ost_frame *fr, uint32_t lhs, uint32_t rhs, uint32_t line, int how)
{
	struct ost_path to;
	struct source src;

	while (ost_at(fr, lhs)->op == OST_N_INDEX && ost_kid(fr->t, lhs, 0))
		lhs = ost_kid(fr->t, lhs, 0);
	if (ost_at(fr, lhs)->op != OST_N_MEMBER)
		return;
	src = source_of(w, fr, rhs);
	if (src.kind < 0)
		return;
	w->s.more->steps = 0;
	if (src.kind == OST_SRC_PARAM && !holds_functions(w->p, ost_frame_type(&w->s, fr, lhs)))
		return;
	ost_frame_path(&w->s, fr, lhs, OST_PATH_LOCALS, &to);
	if (to.is_truncated || !to.nr_steps || to.steps[to.nr_steps - 1].kind != OST_STEP_FIELD)
		return;
	if (src.kind == OST_SRC_PARAM)
		add_paramstore(w, src.id, &to);
	else
		add_store(w, to.steps[to.nr_steps - 1].id, table_of(to), src, line, how);
}

/* ---- initialisers ------------------------------------------------------ */

static void init_value(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
		       struct ost_ctype type, uint32_t line);

static void init_field(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t record, uint32_t line)
{
	uint32_t field = ost_record_find_field(w->p, record, ost_pfile_name(fr->pf, ost_at(fr, n)->a));
	uint32_t kid = ost_kid(fr->t, n, 0);

	if (fr->up)
		;	/* a macro's text: the reader finds the invocation */
	else
		line = ost_at(fr, n)->line;
	if (field != OST_NO_ID && kid)
		init_value(w, fr, kid, field, ost_field_type(w->p, field), line);
}

/* The index-th named member, those of anonymous ones counted. */
static uint32_t nth_field(const struct ost_program *p, uint32_t record, uint32_t index)
{
	uint32_t file = p->rec_file[record];
	const struct ost_fact_record *r =
		&ost_pfile_get(p, file)->f.records[record - p->files[file].first_record];

	return index < r->nr_fields ? p->files[file].first_field + r->first_field + index : OST_NO_ID;
}

/* A macro in an initialiser (SET_SYSTEM_SLEEP_PM_OPS): its body is a list of initialisers. */
static void init_macro(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t record, uint32_t line)
{
	uint32_t callee = ost_at(fr, n)->op == OST_N_CALL ? ost_kid(fr->t, n, 0) : n, i;
	struct ost_resolved r;
	struct ost_frame in;

	if (!callee || ost_at(fr, callee)->op != OST_N_NAME || w->macro_depth >= MACRO_DEPTH ||
	    !(name_flags(w, ost_node_ident(fr, callee).name) & OST_NF_NAME_MACRO))
		return;
	ost_frame_resolve(&w->s, fr, ost_node_ident(fr, callee).name, &r);
	for (i = 0; i < r.nr; i++) {
		if (!ost_frame_enter(&w->s, fr, r.units[i], callee == n ? 0 : n, &in))
			continue;
		w->macro_depth++;
		for (uint32_t k = 0; k < in.t->v.nr; k = in.t->v.items[k].end) {
			uint32_t at = k;

			while (at < in.t->v.nr && ost_at(&in, at)->op != OST_N_INIT_FIELD &&
			       ost_at(&in, at)->op != OST_N_CALL && ost_at(&in, at)->op != OST_N_NAME)
				at++;
			while (at < in.t->v.items[k].end) {
				if (ost_at(&in, at)->op == OST_N_INIT_FIELD)
					init_field(w, &in, at, record, line);
				else if (ost_at(&in, at)->op == OST_N_CALL || ost_at(&in, at)->op == OST_N_NAME)
					init_macro(w, &in, at, record, line);
				at = in.t->v.items[at].end;
			}
		}
		w->macro_depth--;
		ost_frame_leave(&w->s);
	}
}

static void init_list(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
		      struct ost_ctype type, uint32_t line)
{
	uint32_t record = ost_ctype_record(w->p, type), at = 0, op, f;
	bool is_array;

	type = ost_ctype_strip(w->p, type);
	is_array = type.type && !type.addr &&
		ost_pfile_get(w->p, type.file)->f.types[type.type].kind == OST_T_ARRAY;
	if (!is_array && record == OST_NO_ID)
		return;
	ost_for_each_kid(fr->t, n, kid) {
		op = ost_at(fr, kid)->op;
		if (op == OST_N_INIT_INDEX || is_array) {
			uint32_t v = op == OST_N_INIT_INDEX ? ost_kid(fr->t, kid, 1) : kid;

			if (v)
				init_value(w, fr, v, field, ost_ctype_deref(w->p, type), line);
			continue;
		}
		if (op == OST_N_INIT_FIELD) {
			init_field(w, fr, kid, record, line);
			f = ost_record_find_field(w->p, record, ost_pfile_name(fr->pf, ost_at(fr, kid)->a));
			at = f == OST_NO_ID ? at : f - nth_field(w->p, record, 0) + 1;
			continue;
		}
		f = nth_field(w->p, record, at++);
		if ((op == OST_N_CALL || op == OST_N_NAME) && w->macro_depth < MACRO_DEPTH)
			init_macro(w, fr, kid, record, ost_at(fr, kid)->line);
		if (f != OST_NO_ID)
			init_value(w, fr, kid, f, ost_field_type(w->p, f), fr->up ? line : ost_at(fr, kid)->line);
	}
}

/* A macro that stands for a whole value: `{ .a = x }` or a function's name. */
static bool init_value_macro(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
			     struct ost_ctype type, uint32_t line)
{
	uint32_t callee = ost_at(fr, n)->op == OST_N_CALL ? ost_kid(fr->t, n, 0) : n, v;
	struct ost_resolved r;
	struct ost_frame in;
	bool done = false;

	if (!callee || ost_at(fr, callee)->op != OST_N_NAME || w->macro_depth >= MACRO_DEPTH ||
	    !(name_flags(w, ost_node_ident(fr, callee).name) & OST_NF_NAME_MACRO))
		return false;
	ost_frame_resolve(&w->s, fr, ost_node_ident(fr, callee).name, &r);
	for (uint32_t i = 0; i < r.nr && !done; i++) {
		if (!ost_frame_enter(&w->s, fr, r.units[i], callee == n ? 0 : n, &in))
			continue;
		w->macro_depth++;
		v = ost_body_value(in.t, 0);
		if (v != OST_NO_ID && (ost_at(&in, v)->op != OST_N_NAME || callee != n)) {
			init_value(w, &in, v, field, type, line);
			done = true;
		}
		w->macro_depth--;
		ost_frame_leave(&w->s);
	}
	return done;
}

static void init_value(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
		       struct ost_ctype type, uint32_t line)
{
	struct source src;

	ost_frame_arg(&fr, &n);
	n = peel(fr, n);
	switch (ost_at(fr, n)->op) {
	case OST_N_INIT:
		init_list(w, fr, n, field, type, line);
		return;
	case OST_N_INIT_FIELD:
		init_field(w, fr, n, ost_ctype_record(w->p, type), line);
		return;
	case OST_N_COMPOUND:
		if (ost_kid(fr->t, n, 1))
			init_value(w, fr, ost_kid(fr->t, n, 1), field, type, line);
		return;
	case OST_N_NUM: case OST_N_STR: case OST_N_CHAR: case OST_N_BINARY:
		return;
	case OST_N_CALL:
		init_value_macro(w, fr, n, field, type, line);
		return;
	}
	if (field == OST_NO_ID)
		return;
	src = source_of(w, fr, n);
	if (src.kind >= 0 && src.kind != OST_SRC_PARAM)
		add_store(w, field, w->table, src, line, fr->up ? OST_HOW_MACRO : OST_HOW_INIT);
	else if (src.kind < 0 && ost_at(fr, n)->op == OST_N_NAME)
		init_value_macro(w, fr, n, field, type, line);
}

/* ---- calls ------------------------------------------------------------- */

static uint32_t packed_object(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	struct ost_path path;

	w->s.more->steps = 0;
	ost_frame_path(&w->s, fr, n, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
	return ost_object_pack(ost_path_object(&path));
}

static void add_argflow(struct walk *w, struct ost_frame *fr, uint32_t call, uint32_t callee,
			uint32_t arg, struct source src, uint32_t line)
{
	struct ost_argflow *af = ost_vec_push(&w->out->argflows);
	struct ost_argflow v = *af;
	uint32_t i, n;

	v.callee = callee;
	v.unit = w->s.unit;
	v.file = w->s.file;
	v.line = line;
	v.arg = (uint16_t)arg;
	v.src_kind = (uint16_t)src.kind;
	v.src = src.id;
	for (i = 0; i < OST_ARGFLOW_ARGS && src.kind != OST_SRC_PARAM; i++) {
		n = i == arg ? 0 : ost_call_arg(fr->t, call, i);
		if (n)
			v.args[i] = packed_object(w, fr, n);
	}
	*ost_vec_last(&w->out->argflows) = v;
}

static void macro_stores(struct walk *w, struct ost_frame *fr, uint32_t name, uint32_t call, uint32_t line);

/* May a parameter of the unit be a function or table? One is handed on at many places. */
static bool param_holds_functions(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t param)
{
	struct ost_ident id = ost_node_ident(fr, n);
	uint8_t *known = param < NR_PARAMS ? &w->param_holds[param] : NULL;
	bool holds;

	if (ost_at(fr, n)->op != OST_N_NAME || ost_frame_local(fr, n, &id))
		known = NULL;	/* a cast of it, or a local that holds it: its own type counts */
	if (known && *known)
		return *known == 2;
	holds = holds_functions(w->p, ost_frame_type(&w->s, fr, n));
	if (known)
		*known = holds ? 2 : 1;
	return holds;
}

/* What is handed to `name` at call; in a macro's body only what its arguments bring. */
static void call_args(struct walk *w, struct ost_frame *fr, uint32_t call, uint32_t name, uint32_t line)
{
	uint8_t flags = name_flags(w, name);
	bool is_macro_unit = fr->is_macro && !fr->up, has_function = false;
	uint32_t arg = 0, skip = 1, op;
	struct source src;

	ost_for_each_kid(fr->t, call, kid) {
		if (skip) {
			skip = 0;
			continue;
		}
		op = ost_at(fr, kid)->op;
		if (op == OST_N_NAME || op == OST_N_CAST || op == OST_N_UNARY || op == OST_N_TERNARY) {
			src = source_of(w, fr, kid);
			if (src.kind == OST_SRC_PARAM && (is_macro_unit || fr->up ||
							  !param_holds_functions(w, fr, kid, src.id)))
				src.kind = -1;
			if (src.kind >= 0 && flags & (OST_NF_NAME_FUNC | OST_NF_NAME_PROTO))
				add_argflow(w, fr, call, name, arg, src, line);
			has_function |= src.kind == OST_SRC_UNIT || src.kind == OST_SRC_GLOBAL ||
				src.kind == OST_SRC_FIELD || src.kind == OST_SRC_PARAM;
		}
		arg++;
	}
	if (has_function && flags & OST_NF_NAME_MACRO)
		macro_stores(w, fr, name, call, line);
}

/* The body of macro `name` with the arguments of call: stores and calls that hand functions on. */
static void macro_stores(struct walk *w, struct ost_frame *fr, uint32_t name, uint32_t call, uint32_t line)
{
	struct ost_resolved r;
	struct ost_frame in;
	uint32_t i, n, callee;

	if (w->macro_depth >= MACRO_DEPTH)
		return;
	ost_frame_resolve(&w->s, fr, name, &r);
	for (i = 0; i < r.nr; i++) {
		if (w->p->units.items[r.units[i]].kind != OST_UNIT_MACRO ||
		    !ost_frame_enter(&w->s, fr, r.units[i], call, &in))
			continue;
		w->macro_depth++;
		for (n = 0; n < in.t->v.nr; n++) {
			uint32_t a = ost_kid(in.t, n, 0), b = a ? ost_kid(in.t, n, 1) : 0;

			if (ost_at(&in, n)->op == OST_N_ASSIGN && b)
				store(w, &in, a, b, line, OST_HOW_ASSIGN);
			callee = ost_at(&in, n)->op == OST_N_CALL ? a : 0;
			if (callee && ost_at(&in, callee)->op == OST_N_NAME)
				call_args(w, &in, n, ost_node_ident(&in, callee).name, line);
		}
		w->macro_depth--;
		ost_frame_leave(&w->s);
	}
}

/* ---- bindings ---------------------------------------------------------- */

/* The node that n is a child of, or OST_NO_ID: the last one before it that reaches over it. */
static uint32_t parent_of(const struct ost_tree *t, uint32_t n)
{
	uint32_t up = n;

	while (up-- > 0)
		if (t->v.items[up].end > n)
			return up;
	return OST_NO_ID;
}

/* Where the result of the call at n is put, as an object. */
static struct ost_object result_object(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t up = parent_of(fr->t, n);
	struct ost_path path;

	while (up != OST_NO_ID && ost_at(fr, up)->op != OST_N_ASSIGN && ost_at(fr, up)->op != OST_N_DECL &&
	       (ost_at(fr, up)->op == OST_N_CAST || ost_at(fr, up)->op == OST_N_TERNARY))
		up = parent_of(fr->t, up);
	if (up == OST_NO_ID || ost_at(fr, up)->op != OST_N_ASSIGN || !ost_kid(fr->t, up, 0))
		return (struct ost_object){ OST_OBJ_NONE, 0 };
	w->s.more->steps = 0;
	ost_frame_path(&w->s, fr, ost_kid(fr->t, up, 0), 0, &path);
	return ost_path_object(&path);
}

/*
 * A local that holds the result may be stored later (`x->task = task`), which
 * the object does not tell: the local's only such store is looked for.
 */
static struct ost_object stored_local(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	struct ost_object found = { OST_OBJ_NONE, 0 };
	uint32_t up = parent_of(fr->t, n), i, lhs, rhs, name;
	struct ost_path path;

	while (up != OST_NO_ID && ost_at(fr, up)->op == OST_N_CAST)
		up = parent_of(fr->t, up);
	if (up == OST_NO_ID)
		return found;
	if (ost_at(fr, up)->op == OST_N_DECL)
		name = ost_at(fr, up)->a;
	else if (ost_at(fr, up)->op == OST_N_ASSIGN && ost_at(fr, up + 1)->op == OST_N_NAME)
		name = ost_at(fr, up + 1)->a;
	else
		return found;
	for (i = 0; i < fr->t->v.nr; i++) {
		if (ost_at(fr, i)->op != OST_N_ASSIGN)
			continue;
		lhs = ost_kid(fr->t, i, 0);
		rhs = ost_kid(fr->t, i, 1);
		if (!rhs || ost_at(fr, rhs)->op != OST_N_NAME || ost_at(fr, rhs)->a != name ||
		    ost_at(fr, lhs)->op != OST_N_MEMBER)
			continue;
		w->s.more->steps = 0;
		ost_frame_path(&w->s, fr, lhs, 0, &path);
		return ost_path_object(&path);
	}
	return found;
}

static struct ost_object arg_object(struct walk *w, struct ost_frame *fr, uint32_t call, int arg)
{
	struct ost_object o = { OST_OBJ_NONE, 0 };
	uint32_t n;

	if (arg == -2) {
		o = result_object(w, fr, call);
		return o.kind ? o : stored_local(w, fr, call);
	}
	n = arg >= 0 ? ost_call_arg(fr->t, call, (uint32_t)arg) : 0;
	return n ? ost_object_unpack(packed_object(w, fr, n)) : o;
}

static void add_binding(struct walk *w, struct ost_frame *fr, uint32_t call, uint32_t row)
{
	const struct ost_binding_row *r = &w->p->rows.items[row];
	struct ost_binding b = { .row = row, .file = w->s.file, .in = w->s.unit, .node = call,
				 .line = ost_at(fr, call)->line, .callback = OST_NO_ID };
	uint32_t n = r->callback >= 0 ? ost_call_arg(fr->t, call, (uint32_t)r->callback) : 0;
	struct source src = n ? source_of(w, fr, n) : (struct source){ -1, OST_NO_ID };

	if (r->callback >= 0 && src.kind != OST_SRC_UNIT && n && (ost_at(fr, n)->op == OST_N_NUM ||
	    (ost_at(fr, n)->op == OST_N_NAME && !strcmp(ost_node_ident(fr, n).s, "NULL"))))
		return;	/* no such callback here: a threaded irq without a hard handler */
	b.object = arg_object(w, fr, call, r->object);
	b.data = arg_object(w, fr, call, r->data);
	if (src.kind == OST_SRC_UNIT)
		b.callback = src.id;
	ost_vec_add(&w->out->bindings, b);
}

/* ---- locks and waits --------------------------------------------------- */

static enum ost_lock_how lock_how(const struct ost_path *path)
{
	if (path->is_truncated || path->kind == OST_BASE_UNKNOWN)
		return OST_LOCK_UNKNOWN;
	if (path->kind == OST_BASE_PARAM && path->nr_steps <= 1)
		return OST_LOCK_PARAM;
	if (path->kind == OST_BASE_LOCAL && !path->nr_steps && path->addr)
		return OST_LOCK_LOCAL;
	if (path->kind == OST_BASE_NAME)
		return OST_LOCK_NAME;
	if (path->kind == OST_BASE_CALL && path->nr_steps <= 1)
		return OST_LOCK_RESULT;
	return OST_LOCK_MEMORY;
}

static void lock_use(struct walk *w, struct ost_frame *fr, uint32_t call, uint32_t name)
{
	uint64_t *arg = ost_table_get(&w->p->lock_arg_of, name);
	uint32_t n = arg ? ost_call_arg(fr->t, call, (uint32_t)*arg - 1) : 0;
	struct ost_lock_use *u;
	struct ost_path path;

	if (!n || fr->is_macro)
		return;
	w->s.more->steps = 0;
	ost_frame_path(&w->s, fr, n, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
	u = ost_vec_push(&w->out->lock_uses);
	u->object = ost_path_object(&path);
	u->unit = w->s.unit;
	u->line = ost_at(fr, call)->line;
	u->primitive = name;
	u->how = u->object.kind ? OST_LOCK_CLASS : lock_how(&path);
	w->out->stats.lock_how[u->how]++;
}

/* ---- walking ----------------------------------------------------------- */

static void add_site(struct walk *w, int kind, uint32_t id, uint32_t line)
{
	ost_vec_add(&w->out->sites, ((struct ost_site){ OST_SITE_KEY(kind, id), line }));
}

static enum ost_slot_why slot_why(const struct ost_frame *fr, uint32_t base, uint32_t record)
{
	if (record != OST_NO_ID)
		return OST_SLOT_NO_FIELD;
	while (base && (ost_at(fr, base)->op == OST_N_INDEX || ost_at(fr, base)->op == OST_N_UNARY))
		base = ost_kid(fr->t, base, 0);
	switch (base ? ost_at(fr, base)->op : OST_N_NONE) {
	case OST_N_NAME:
		return OST_SLOT_NAME;
	case OST_N_CALL:
		return OST_SLOT_RESULT;
	case OST_N_MEMBER:
		return OST_SLOT_MEMBER;
	}
	return OST_SLOT_OTHER;
}

static void slot_call(struct walk *w, struct ost_frame *fr, uint32_t callee, uint32_t line)
{
	uint32_t base = ost_kid(fr->t, callee, 0), fields[OST_MEMBER_MAX], nr;
	bool is_func = w->p->units.items[w->s.unit].kind == OST_UNIT_FUNC;
	uint32_t record;

	w->s.more->steps = 0;
	nr = ost_member_of(&w->s, fr, callee, fields);
	w->out->stats.nr_slot_calls += is_func;
	if (!nr) {
		record = base ? ost_ctype_record(w->p, ost_frame_type(&w->s, fr, base)) : OST_NO_ID;
		w->out->stats.slot_why[slot_why(fr, base, record)] += is_func;
		return;
	}
	w->out->stats.nr_slot_typed += is_func;
	add_site(w, OST_SITE_SLOT, fields[nr - 1], line);
}

static void named_call(struct walk *w, struct ost_frame *fr, uint32_t n, uint32_t callee, uint32_t line)
{
	struct ost_ident id = ost_node_ident(fr, callee);
	const struct ost_local *l = ost_frame_local(fr, callee, &id);
	int param = l ? -1 : ost_frame_param(fr, &id);
	struct ost_path path;
	uint8_t flags;

	if (param >= 0) {
		add_site(w, OST_SITE_PARAM, (uint32_t)param, line);
		return;
	}
	if (l) {
		w->s.more->steps = 0;
		ost_frame_path(&w->s, fr, callee, OST_PATH_LOCALS, &path);
		if (path.nr_steps && path.steps[path.nr_steps - 1].kind == OST_STEP_FIELD)
			add_site(w, OST_SITE_SLOT, path.steps[path.nr_steps - 1].id, line);
		else if (path.kind == OST_BASE_PARAM && !path.nr_steps)
			add_site(w, OST_SITE_PARAM, path.base, line);
		return;
	}
	flags = name_flags(w, id.name);
	if (!flags) {
		w->out->stats.nr_unknown++;
		return;
	}
	w->out->stats.nr_direct++;
	add_site(w, OST_SITE_NAME, id.name, line);
	call_args(w, fr, n, id.name, line);
	if (flags & OST_NF_NAME_LOCK)
		lock_use(w, fr, n, id.name);
	if (flags & OST_NF_NAME_ROW) {
		uint64_t *row = ost_table_get(&w->p->row_of, id.name);

		for (uint32_t r = row ? (uint32_t)*row : 0; r; r = w->p->row_next[r - 1])
			add_binding(w, fr, n, r - 1);
	}
}

static void walk_call(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t callee = ost_kid(fr->t, n, 0);
	uint32_t line = ost_at(fr, n)->line;

	w->out->stats.nr_calls++;
	while (callee && ost_at(fr, callee)->op == OST_N_UNARY && ost_at(fr, callee)->sub == OST_OP_DEREF)
		callee = ost_kid(fr->t, callee, 0);
	while (callee && ost_at(fr, callee)->op == OST_N_INDEX)
		callee = ost_kid(fr->t, callee, 0);
	if (!callee)
		return;
	if (ost_at(fr, callee)->op == OST_N_NAME)
		named_call(w, fr, n, callee, line);
	else if (ost_at(fr, callee)->op == OST_N_MEMBER)
		slot_call(w, fr, callee, line);
}

/* A function's name that is not called: its address goes somewhere. */
static void walk_name(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t name = ost_pfile_name(fr->pf, ost_at(fr, n)->a);

	if (!(name_flags(w, name) & OST_NF_NAME_FUNC))
		return;
	if (n && ost_at(fr, n - 1)->op == OST_N_CALL && ost_at(fr, n - 1)->end > n)
		return;
	if (!is_declared(fr, n, ost_node_ident(fr, n)))
		add_site(w, OST_SITE_REF, name, ost_at(fr, n)->line);
}

static void walk_decl(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t type = ost_kid(fr->t, n, 0), value = type ? ost_kid(fr->t, n, 1) : 0;

	if (!value || ost_at(fr, type)->op != OST_N_TYPE || ost_at(fr, value)->op != OST_N_INIT)
		return;
	w->s.more->steps = 0;
	w->table = (struct ost_object){ OST_OBJ_NONE, 0 };
	init_value(w, fr, value, OST_NO_ID, (struct ost_ctype){ w->s.file, ost_at(fr, type)->a, 0 },
		   ost_at(fr, n)->line);
}

static void walk_node(struct walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t a, b;

	switch (ost_at(fr, n)->op) {
	case OST_N_CALL:
		walk_call(w, fr, n);
		break;
	case OST_N_NAME:
		walk_name(w, fr, n);
		break;
	case OST_N_ASSIGN:
		a = ost_kid(fr->t, n, 0);
		b = a ? ost_kid(fr->t, n, 1) : 0;
		if (b && ost_at(fr, n)->sub == OST_OP_ASSIGN && !(fr->is_macro && !fr->up))
			store(w, fr, a, b, ost_at(fr, n)->line, OST_HOW_ASSIGN);
		break;
	case OST_N_DECL:
		walk_decl(w, fr, n);
		break;
	case OST_N_COMPOUND:
		a = ost_kid(fr->t, n, 0);
		if (!a || ost_at(fr, a)->op != OST_N_TYPE || !ost_kid(fr->t, n, 1) || fr->is_macro)
			break;
		w->table = (struct ost_object){ OST_OBJ_NONE, 0 };
		w->s.more->steps = 0;
		init_value(w, fr, ost_kid(fr->t, n, 1), OST_NO_ID,
			   (struct ost_ctype){ w->s.file, ost_at(fr, a)->a, 0 }, ost_at(fr, n)->line);
		break;
	}
}

static void walk_unit(struct walk *w, uint32_t unit)
{
	struct ost_frame fr;
	uint32_t n;

	if (!ost_scope_enter(&w->s, unit))
		return;
	ost_scope_frame(&w->s, &fr);
	memset(w->param_holds, 0, sizeof(w->param_holds));
	for (n = 0; n < w->s.tree.v.nr; n++) {
		w->s.more->steps = 0;
		walk_node(w, &fr, n);
	}
}

static void walk_global(struct walk *w, uint32_t global)
{
	const struct ost_fact_global *g;
	struct ost_frame fr;

	if (!ost_scope_enter_global(&w->s, global))
		return;
	ost_scope_frame(&w->s, &fr);
	g = &w->s.f->globals[global - w->p->files[w->s.file].first_global];
	w->table = (struct ost_object){ OST_OBJ_GLOBAL, global };
	w->s.more->steps = 0;
	init_value(w, &fr, 0, OST_NO_ID, (struct ost_ctype){ w->s.file, g->type, 0 }, g->line);
}

/* module_init(f) and kin: an invocation at file scope that has a row. */
static void walk_invokes(struct walk *w, uint32_t file)
{
	const struct ost_fact_invoke *v;
	struct ost_frame fr;
	uint32_t i, name;
	uint64_t *row;

	w->s.unit = OST_NO_ID;
	if (!ost_scope_enter_file(&w->s, file))
		return;
	for (i = 0; i < w->s.f->nr_invokes; i++) {
		v = &w->s.f->invokes[i];
		name = ost_pfile_name(w->s.more->pf, v->name);
		if (!(name_flags(w, name) & OST_NF_NAME_ROW) ||
		    !ost_facts_unpack(w->s.f, v->code, v->code_len, &w->s.tree) || !w->s.tree.v.nr)
			continue;
		ost_vec_clear(&w->s.locals);
		ost_scope_frame(&w->s, &fr);
			row = ost_table_get(&w->p->row_of, name);
		for (uint32_t r = row ? (uint32_t)*row : 0; r; r = w->p->row_next[r - 1])
			add_binding(w, &fr, 0, r - 1);
	}
}

static void clear_out(struct out *o)
{
	ost_vec_clear(&o->sites);
	ost_vec_clear(&o->site_nr);
	ost_vec_clear(&o->argflows);
	ost_vec_clear(&o->paramstores);
	ost_vec_clear(&o->targets);
	ost_vec_clear(&o->points);
	ost_vec_clear(&o->bindings);
	ost_vec_clear(&o->lock_uses);
	ost_vec_clear(&o->asks.v);
	memset(&o->stats, 0, sizeof(o->stats));
}

#define APPEND(to, from)						\
	do {								\
		ost_vec_reserve(to, (to)->nr + (from)->nr);		\
		if ((from)->nr)						\
			memcpy((to)->items + (to)->nr, (from)->items,	\
			       (from)->nr * sizeof(*(to)->items));	\
		(to)->nr += (from)->nr;					\
	} while (0)

static void walk_file(struct walk *w, uint32_t file)
{
	const struct ost_file_info *fi = &w->p->files[file];
	uint32_t i;

	if (ost_scope_enter_file(&w->s, file) && w->s.more->is_own)
		ost_pfile_ask_names(&w->s.more->own);
	for (i = fi->first_unit; i < fi->first_unit + fi->nr_units; i++) {
		walk_unit(w, i);
		ost_vec_add(&w->out->site_nr, (uint32_t)w->out->sites.nr);
	}
	for (i = fi->first_global; i < fi->first_global + fi->nr_globals; i++)
		if (w->p->global_flags.items[i] & OST_GF_INIT)
			walk_global(w, i);
	walk_invokes(w, file);
}

static bool flow_one(void *ctx, size_t item, unsigned worker)
{
	struct flow *fl = ctx;
	struct walk *w = &fl->walks[worker];
	uint32_t file = fl->first + (uint32_t)item;

	if (ost_reuse_has_flows(fl->p, file))
		return true;
	if (!fl->is_ready[worker]) {
		w->p = fl->p;
		ost_scope_init(&w->s, fl->p);
		fl->is_ready[worker] = true;
	}
	w->out = &fl->outs[item];
	clear_out(w->out);
	ost_asker_begin(&fl->askers[worker], fl->p->names.nr);
	ost_expand_asked(fl->p, file);
	walk_file(w, file);
	ost_asker_end(&fl->askers[worker]);
	APPEND(&w->out->asks.v, &fl->askers[worker].names.v);
	return true;
}

static void merge(struct ost_program *p, const struct out *o)
{
	uint32_t base = (uint32_t)p->sites.nr;
	size_t i;

	for (i = 0; i < o->site_nr.nr; i++)
		ost_vec_add(&p->site_first, base + o->site_nr.items[i]);
	APPEND(&p->sites, &o->sites);
	APPEND(&p->argflows, &o->argflows);
	APPEND(&p->paramstores, &o->paramstores);
	APPEND(&p->targets, &o->targets);
	APPEND(&p->points, &o->points);
	APPEND(&p->bindings, &o->bindings);
	APPEND(&p->lock_uses, &o->lock_uses);
	APPEND(&p->asks.v, &o->asks.v);
	ost_vec_add(&p->ask_first, (uint32_t)p->asks.v.nr);
	ost_stats_add(&p->stats, &o->stats, 1);
}

void ost_stats_add(struct ost_program_stats *to, const struct ost_program_stats *from, int sign)
{
	uint64_t by = (uint64_t)(int64_t)sign;
	int i;

	to->nr_calls += by * from->nr_calls;
	to->nr_direct += by * from->nr_direct;
	to->nr_unknown += by * from->nr_unknown;
	to->nr_slot_calls += by * from->nr_slot_calls;
	to->nr_slot_typed += by * from->nr_slot_typed;
	for (i = 0; i < OST_NR_SLOT_WHYS; i++)
		to->slot_why[i] += by * from->slot_why[i];
	for (i = 0; i < OST_NR_LOCK_HOWS; i++) {
		to->lock_how[i] += by * from->lock_how[i];
		to->nr_lock_args += by * from->lock_how[i];
		to->nr_lock_typed += i <= OST_LOCK_LOCAL ? by * from->lock_how[i] : 0;
	}
}

static void flow_deinit(struct flow *fl)
{
	uint32_t i;

	for (i = 0; i < BATCH; i++) {
		struct out *o = &fl->outs[i];

		ost_vec_deinit(&o->sites);
		ost_vec_deinit(&o->site_nr);
		ost_vec_deinit(&o->argflows);
		ost_vec_deinit(&o->paramstores);
		ost_vec_deinit(&o->targets);
		ost_vec_deinit(&o->points);
		ost_vec_deinit(&o->bindings);
		ost_vec_deinit(&o->lock_uses);
		ost_vec_deinit(&o->asks.v);
	}
	for (i = 0; i < fl->p->jobs; i++) {
		if (fl->is_ready[i])
			ost_scope_deinit(&fl->walks[i].s);
		ost_asker_deinit(&fl->askers[i]);
	}
	free(fl->outs);
	free(fl->walks);
	free(fl->askers);
	free(fl->is_ready);
}

static void flow_init(struct flow *fl, struct ost_program *p)
{
	fl->p = p;
	fl->outs = ost_calloc(BATCH, sizeof(*fl->outs));
	fl->walks = ost_calloc(p->jobs, sizeof(*fl->walks));
	fl->askers = ost_calloc(p->jobs, sizeof(*fl->askers));
	fl->is_ready = ost_calloc(p->jobs, sizeof(*fl->is_ready));
}

static void merge_batch(struct ost_program *p, const struct flow *fl, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (ost_reuse_has_flows(p, fl->first + i))
			ost_reuse_flows(p, fl->first + i);
		else
			merge(p, &fl->outs[i]);
	}
}

struct ost_err *ost_program_flow(struct ost_program *p)
{
	struct ost_err *err = NULL;
	struct flow fl = { 0 };
	uint32_t n, i;

	flow_init(&fl, p);
	ost_vec_clear(&p->site_first);
	ost_vec_add(&p->site_first, 0);
	ost_vec_clear(&p->ask_first);
	ost_vec_add(&p->ask_first, 0);
	for (fl.first = 0; fl.first < p->nr_files && !err; fl.first += n) {
		n = p->nr_files - fl.first < BATCH ? p->nr_files - fl.first : BATCH;
		ost_progress("linking: bodies", fl.first, p->nr_files);
		if (!ost_pool_run(p->jobs, n, 8, flow_one, &fl))
			err = ost_err_create(OST_ERR_INTERRUPTED, "linking", NULL, "interrupted");
		else
			merge_batch(p, &fl, n);
	}
	for (i = 0; i < p->jobs; i++)
		APPEND(&p->unknown.v, &fl.askers[i].unknown.v);
	flow_deinit(&fl);
	ost_unknown_sort(&p->unknown);
	return err;
}

void ost_program_flow_stats(struct ost_program *p, const uint32_t *files, uint32_t nr,
			    struct ost_program_stats *sum)
{
	struct flow fl = { 0 };
	uint32_t i;

	flow_init(&fl, p);
	for (i = 0; i < nr; i++) {
		fl.first = files[i];
		flow_one(&fl, 0, 0);
		ost_stats_add(sum, &fl.outs[0].stats, 1);
	}
	flow_deinit(&fl);
}
