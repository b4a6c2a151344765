// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an expression hands around - a function, a table of functions, a
 * parameter - and what is put into fields.
 */
#include "program/flow.h"

/* ---- types of interest ------------------------------------------------- */

/* The place of a type; what was known of another one that had it is forgotten. */
static struct flow_type *known_type(struct flow_walk *w, struct ost_ctype t)
{
	uint64_t at = ost_hash_mix(ost_table_pack(t.file, t.type) + (uint64_t)t.addr) % FLOW_TYPES;
	struct flow_type *k = &w->types[at];

	if (k->serial != w->str_flags.serial || k->type.file != t.file || k->type.type != t.type ||
	    k->type.addr != t.addr)
		*k = (struct flow_type){ t, w->str_flags.serial, 0, 0 };
	return k;
}

static uint8_t answer(bool is)
{
	return is ? 3 : 1;
}

bool ost_flow_is_table(struct flow_walk *w, struct ost_ctype t)
{
	struct flow_type *k = known_type(w, t);

	if (!k->is_table)
		k->is_table = answer(ost_record_is_table(w->p, ost_ctype_record(w->p, t)));
	return k->is_table & 2;
}

bool ost_flow_holds_functions(struct flow_walk *w, struct ost_ctype t)
{
	struct flow_type *k;

	if (!t.type)
		return false;
	k = known_type(w, t);
	if (!k->holds_functions)
		k->holds_functions = answer(ost_ctype_is_fnptr(w->p, t) || ost_flow_is_table(w, t));
	return k->holds_functions & 2;
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

uint8_t ost_flow_name_flags(const struct flow_walk *w, uint32_t name)
{
	ost_ask(name);
	return name == OST_NO_ID ? 0 : w->p->name_flags[name];
}

uint8_t ost_flow_ask_str_flags(struct flow_walk *w, const struct ost_pfile *pf, uint32_t str)
{
	uint8_t flags = ost_flow_name_flags(w, ost_pfile_name(pf, str));

	if (pf == w->str_flags.pf)
		w->str_flags.v.items[str] = flags | FLOW_KNOWN;
	return flags;
}

void ost_flow_enter_file(struct flow_walk *w, const struct ost_pfile *pf)
{
	size_t nr = pf->f.nr_strs;

	w->str_flags.pf = pf;
	w->str_flags.serial++;
	w->str_flags.body++;
	ost_vec_reserve(&w->str_flags.v, nr);
	ost_vec_reserve(&w->str_flags.declared, nr);
	ost_vec_reserve(&w->str_flags.funcs, nr);
	memset(w->str_flags.v.items, 0, nr);
	memset(w->str_flags.declared.items, 0, nr * sizeof(uint32_t));
	memset(w->str_flags.funcs.items, 0, nr * sizeof(uint32_t));
}

static void declare(struct flow_walk *w, const struct ost_frame *fr)
{
	const struct ost_fact_param *params = fr->pf->f.params + fr->first_param;
	size_t i;

	w->str_flags.body++;
	for (i = 0; i < fr->nr_locals; i++)
		w->str_flags.declared.items[fr->locals[i].name] = w->str_flags.body;
	for (i = 0; i < fr->nr_params; i++)
		w->str_flags.declared.items[params[i].name] = w->str_flags.body;
}

void ost_flow_enter_unit(struct flow_walk *w, const struct ost_frame *fr)
{
	size_t i;

	if (fr->pf == w->str_flags.pf)
		declare(w, fr);
	memset(w->param_holds, 0, sizeof(w->param_holds));
	ost_vec_reserve(&w->local_holds, w->s.locals.nr);
	for (i = 0; i < w->s.locals.nr; i++)
		w->local_holds.items[i].kind = FLOW_NOT_KNOWN;
}

static uint32_t function_named(struct flow_walk *w, struct ost_frame *fr, uint32_t name)
{
	struct ost_resolved r;
	struct ost_frame in;
	uint32_t i, v, unit = OST_NO_ID;

	ost_frame_resolve(&w->s, fr, name, &r);
	for (i = 0; i < r.nr; i++)
		if (w->p->units.items[r.units[i]].kind == OST_UNIT_FUNC)
			return r.units[i];
	for (i = 0; i < r.nr && unit == OST_NO_ID; i++) {	/* #define foo_pm_suspend pm_foo */
		if (w->p->units.items[r.units[i]].kind != OST_UNIT_ALIAS || w->macro_depth >= FLOW_MACRO_DEPTH ||
		    !ost_frame_enter(&w->s, fr, r.units[i], OST_NO_ID, &in))
			continue;
		w->macro_depth++;
		v = ost_body_value(in.t, 0);
		if (v != OST_NO_ID && ost_at(&in, v)->op == OST_N_NAME &&
		    ost_flow_name_flags(w, ost_node_ident(&in, v).name) & (OST_NF_NAME_FUNC | OST_NF_NAME_MACRO))
			unit = function_named(w, &in, ost_node_ident(&in, v).name);
		w->macro_depth--;
		ost_frame_leave(&w->s);
	}
	return unit;
}

bool ost_flow_is_declared(const struct flow_walk *w, const struct ost_frame *fr, uint32_t n, uint32_t str)
{
	struct ost_ident id;

	if (!ost_flow_may_be_declared(w, fr, str))
		return false;
	id = ost_node_ident(fr, n);
	return ost_frame_local(fr, n, &id) || ost_frame_param(fr, &id) >= 0;
}

/* Goes through casts, parentheses and `&` of a function name. */
uint32_t ost_flow_peel(const struct ost_frame *fr, uint32_t n)
{
	for (;;) {
		if (ost_at(fr, n)->op == OST_N_CAST && ost_kid(fr->t, n, 1))
			n = ost_kid(fr->t, n, 1);
		else
			return n;
	}
}

/* May a call be more than a call: of a macro, or of what a rule says the value of? */
static bool may_be_seen_through(struct flow_walk *w, const struct ost_frame *fr, uint32_t call)
{
	uint32_t callee = ost_kid(fr->t, call, 0);

	if (!callee || ost_at(fr, callee)->op != OST_N_NAME)
		return false;
	return ost_flow_str_flags(w, fr->pf, ost_at(fr, callee)->a) & OST_NF_NAME_MACRO ||
		ost_program_typerule(w->p, ost_pfile_name(fr->pf, ost_at(fr, callee)->a));
}

#define HOLDER_NEST 16	/* locals and members on the way to what holds something */

/* May the path of n lead from a member up to what holds it? It does so through a macro, or a rule, at its beginning. */
static bool may_lead_up(struct flow_walk *w, const struct ost_frame *fr, uint32_t n, unsigned nest)
{
	const struct ost_local *l;
	struct ost_ident id;
	uint32_t kid;

	if (nest > HOLDER_NEST)
		return true;
	switch (ost_at(fr, n)->op) {
	case OST_N_NAME:
		id = ost_node_ident(fr, n);
		l = ost_frame_local(fr, n, &id);
		if (l)
			return l->def && l->def != n && !l->is_address_taken && may_lead_up(w, fr, l->def, nest + 1);
		return ost_frame_param(fr, &id) < 0 && ost_flow_str_flags(w, fr->pf, id.str) & OST_NF_NAME_MACRO;
	case OST_N_MEMBER: case OST_N_UNARY:
		kid = ost_kid(fr->t, n, 0);
		return kid && may_lead_up(w, fr, kid, nest + 1);
	case OST_N_CAST:
		kid = ost_kid(fr->t, n, 1);
		return kid && may_lead_up(w, fr, kid, nest + 1);
	case OST_N_CALL:
		return may_be_seen_through(w, fr, n);
	case OST_N_INDEX: case OST_N_NUM: case OST_N_STR: case OST_N_CHAR: case OST_N_SIZEOF:
		return false;
	}
	return true;
}

/*
 * May the value at n, in the unit's own body, be a function or a parameter, and nothing of one? An element never is,
 * a member only when it is one of what was found by it, and a call when it is one of a macro.
 */
static bool may_be_source(struct flow_walk *w, const struct ost_frame *fr, uint32_t n)
{
	uint32_t kid;

	switch (ost_at(fr, n)->op) {
	case OST_N_INDEX: case OST_N_NUM: case OST_N_STR: case OST_N_CHAR: case OST_N_SIZEOF:
		return false;
	case OST_N_BINARY:
		return ost_at(fr, n)->sub == OST_OP_COMMA;
	case OST_N_MEMBER:
		return may_lead_up(w, fr, n, 0);
	case OST_N_CALL:
		return may_be_seen_through(w, fr, n);
	case OST_N_UNARY:
		kid = ost_kid(fr->t, n, 0);
		return kid && (ost_at(fr, n)->sub == OST_OP_ADDR || ost_at(fr, n)->sub == OST_OP_DEREF) &&
			may_be_source(w, fr, kid);
	case OST_N_CAST:
		kid = ost_kid(fr->t, n, 1);
		return kid && may_be_source(w, fr, kid);
	}
	return true;
}

static struct flow_source work_out_local(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
{
	struct flow_source src = { -1, OST_NO_ID };
	struct ost_path path;

	ost_frame_path(&w->s, fr, n, OST_PATH_LOCALS, &path);
	if (path.kind == OST_BASE_UNIT && !path.nr_steps)
		src = (struct flow_source){ OST_SRC_UNIT, path.base };
	else if (path.kind == OST_BASE_PARAM && !path.nr_steps && !path.addr)
		src = (struct flow_source){ OST_SRC_PARAM, path.base };
	return src;
}

/* What the unit's local holds, named at n: the same wherever it is named but in its own value. */
static struct flow_source source_of_local(struct flow_walk *w, struct ost_frame *fr, uint32_t n,
					  const struct ost_local *l)
{
	struct flow_source *known;

	if (!l->def || fr->up || l->is_address_taken || l->def == n)
		return (struct flow_source){ -1, OST_NO_ID };
	known = &w->local_holds.items[l - fr->locals];
	if (known->kind == FLOW_NOT_KNOWN)
		*known = may_be_source(w, fr, l->def) ? work_out_local(w, fr, n) :
			(struct flow_source){ -1, OST_NO_ID };
	return *known;
}

/* The same for a name in the file at hand, once for each. */
static uint32_t known_function(struct flow_walk *w, struct ost_frame *fr, const struct ost_ident *id)
{
	uint32_t *known;

	if (fr->up || fr->pf != w->str_flags.pf || w->macro_depth)
		return function_named(w, fr, id->name);
	known = &w->str_flags.funcs.items[id->str];
	if (!*known)
		*known = function_named(w, fr, id->name) + 2;
	return *known - 2;
}

static struct flow_source source_of_name(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
{
	struct ost_ident id = ost_node_ident(fr, n);
	struct flow_source src = { -1, OST_NO_ID };
	const struct ost_local *l;
	int param;

	if (ost_flow_may_be_declared(w, fr, id.str)) {
		l = ost_frame_local(fr, n, &id);
		if (l)
			return source_of_local(w, fr, n, l);
		param = ost_frame_param(fr, &id);
		if (param >= 0 && !fr->up)
			return (struct flow_source){ OST_SRC_PARAM, (uint32_t)param };
		if (param >= 0)
			return src;
	}
	if (ost_flow_str_flags(w, fr->pf, id.str) & (OST_NF_NAME_FUNC | OST_NF_NAME_MACRO)) {
		src.id = known_function(w, fr, &id);
		if (src.id != OST_NO_ID)
			src.kind = OST_SRC_UNIT;
	}
	return src;
}

/* A function, the address of a table of functions, or a parameter. */
struct flow_source ost_flow_source_of(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
{
	struct flow_source src = { -1, OST_NO_ID };
	struct ost_object o;
	struct ost_path path;
	uint32_t kid;

	ost_frame_arg(&fr, &n);
	n = ost_flow_peel(fr, n);
	ost_frame_arg(&fr, &n);
	if (ost_at(fr, n)->op == OST_N_NAME)
		return source_of_name(w, fr, n);
	if (ost_at(fr, n)->op == OST_N_TERNARY) {
		kid = ost_kid(fr->t, n, 1);
		src = kid ? ost_flow_source_of(w, fr, kid) : src;
		kid = ost_kid(fr->t, n, 2);
		return src.kind >= 0 || !kid ? src : ost_flow_source_of(w, fr, kid);
	}
	if (ost_at(fr, n)->op != OST_N_UNARY || ost_at(fr, n)->sub != OST_OP_ADDR)
		return src;
	kid = ost_kid(fr->t, n, 0);
	if (!kid)
		return src;
	if (ost_at(fr, kid)->op == OST_N_NAME && !ost_flow_is_declared(w, fr, kid, ost_at(fr, kid)->a) &&
	    ost_flow_str_flags(w, fr->pf, ost_at(fr, kid)->a) & OST_NF_NAME_FUNC)
		return source_of_name(w, fr, kid);
	w->s.more->steps = 0;
	if (!ost_flow_is_table(w, ost_frame_type(&w->s, fr, kid)))
		return src;
	ost_frame_path(&w->s, fr, kid, OST_PATH_LOCALS, &path);
	o = ost_path_object(&path);
	if (o.kind == OST_OBJ_NONE)
		return src;
	return (struct flow_source){ o.kind == OST_OBJ_GLOBAL ? OST_SRC_GLOBAL : OST_SRC_FIELD, o.id };
}

/* ---- stores ------------------------------------------------------------ */

static void add_target(struct flow_walk *w, uint32_t slot, uint32_t unit, struct ost_object table,
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

void ost_flow_add_store(struct flow_walk *w, uint32_t field, struct ost_object table, struct flow_source src,
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

static void add_paramstore(struct flow_walk *w, uint32_t param, const struct ost_path *to)
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

static uint32_t last_field(const struct ost_path *path)
{
	return path->is_truncated || !path->nr_steps || path->steps[path->nr_steps - 1].kind != OST_STEP_FIELD ?
		OST_NO_ID : path->steps[path->nr_steps - 1].id;
}

/* `kctl->put = ncontrol->put`, of two kinds of records: what lies in the one field comes into the other one. */
static void copy_function(struct flow_walk *w, struct ost_frame *fr, uint32_t lhs, uint32_t rhs, uint32_t line)
{
	struct ost_path path;
	uint32_t to, from;

	if (ost_at(fr, rhs)->op != OST_N_MEMBER ||
	    ost_pfile_name(fr->pf, ost_at(fr, lhs)->a) != ost_pfile_name(fr->pf, ost_at(fr, rhs)->a))
		return;
	w->s.more->steps = 0;
	if (!ost_ctype_is_fnptr(w->p, ost_frame_type(&w->s, fr, lhs)))
		return;
	ost_frame_path(&w->s, fr, lhs, OST_PATH_LOCALS, &path);
	to = last_field(&path);
	ost_frame_path(&w->s, fr, rhs, OST_PATH_LOCALS, &path);
	from = last_field(&path);
	if (to != OST_NO_ID && from != OST_NO_ID && to != from)
		ost_flow_add_store(w, to, (struct ost_object){ OST_OBJ_NONE, 0 },
				   (struct flow_source){ OST_SRC_FIELD, from }, line, OST_HOW_COPY);
}

/* lhs = rhs, seen in frame fr; line is where the reader finds it. */
void ost_flow_store(struct flow_walk *w, struct ost_frame *fr, uint32_t lhs, uint32_t rhs, uint32_t line, int how)
{
	struct ost_path to;
	struct flow_source src;

	while (ost_at(fr, lhs)->op == OST_N_INDEX && ost_kid(fr->t, lhs, 0))
		lhs = ost_kid(fr->t, lhs, 0);
	if (ost_at(fr, lhs)->op != OST_N_MEMBER)
		return;
	src = ost_flow_source_of(w, fr, rhs);
	if (src.kind < 0) {
		copy_function(w, fr, lhs, ost_flow_peel(fr, rhs), line);
		return;
	}
	w->s.more->steps = 0;
	if (src.kind == OST_SRC_PARAM && !ost_flow_holds_functions(w, ost_frame_type(&w->s, fr, lhs)))
		return;
	ost_frame_path(&w->s, fr, lhs, OST_PATH_LOCALS, &to);
	if (to.is_truncated || !to.nr_steps || to.steps[to.nr_steps - 1].kind != OST_STEP_FIELD)
		return;
	if (src.kind == OST_SRC_PARAM)
		add_paramstore(w, src.id, &to);
	else
		ost_flow_add_store(w, to.steps[to.nr_steps - 1].id, table_of(to), src, line, how);
}
