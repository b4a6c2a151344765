// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What calls hand on: functions and tables as arguments, bindings, locks.
 */
#include "program/flow.h"

/* ---- calls ------------------------------------------------------------- */

static uint32_t packed_object(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
{
	struct ost_path path;

	w->s.more->steps = 0;
	ost_frame_path(&w->s, fr, n, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
	return ost_object_pack(ost_path_object(&path));
}

static void add_argflow(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t callee,
			uint32_t arg, struct flow_source src, uint32_t line)
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

static void macro_stores(struct flow_walk *w, struct ost_frame *fr, uint32_t name, uint32_t call, uint32_t line);

/* May a parameter of the unit be a function or table? One is handed on at many places. */
static bool param_holds_functions(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t param)
{
	struct ost_ident id = ost_node_ident(fr, n);
	uint8_t *known = param < FLOW_PARAMS ? &w->param_holds[param] : NULL;
	bool holds;

	if (ost_at(fr, n)->op != OST_N_NAME || ost_frame_local(fr, n, &id))
		known = NULL;	/* a cast of it, or a local that holds it: its own type counts */
	if (known && *known)
		return *known == 2;
	holds = ost_flow_holds_functions(w, ost_frame_type(&w->s, fr, n));
	if (known)
		*known = holds ? 2 : 1;
	return holds;
}

/* What is handed to the name `str` at call; in a macro's body only what its arguments bring. */
void ost_flow_call_args(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t str, uint32_t line)
{
	uint8_t flags = ost_flow_str_flags(w, fr->pf, str);
	uint32_t name = ost_pfile_name(fr->pf, str);
	bool is_macro_unit = fr->is_macro && !fr->up, has_function = false;
	uint32_t arg = 0, skip = 1, op;
	struct flow_source src;

	ost_for_each_kid(fr->t, call, kid) {
		if (skip) {
			skip = 0;
			continue;
		}
		op = ost_at(fr, kid)->op;
		if (op == OST_N_NAME || op == OST_N_CAST || op == OST_N_UNARY || op == OST_N_TERNARY) {
			src = ost_flow_source_of(w, fr, kid);
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

/* The macro's body calls its parameter: what the call has in its place, if a function, is called there. */
static void macro_calls(struct flow_walk *w, struct ost_frame *fr, struct ost_frame *in, uint32_t callee, uint32_t name,
			uint32_t call, uint32_t line)
{
	struct ost_ident id = ost_node_ident(in, callee);
	int param = ost_frame_local(in, callee, &id) ? -1 : ost_frame_param(in, &id);
	uint32_t arg = param >= 0 ? ost_call_arg(fr->t, call, (uint32_t)param) : 0;
	struct flow_source src;

	if (!arg || ost_at(fr, arg)->op != OST_N_NAME)
		return;
	src = ost_flow_source_of(w, fr, arg);
	if (src.kind == OST_SRC_UNIT)
		add_argflow(w, fr, call, name, (uint32_t)param, src, line);
}

/* The body of macro `name` with the arguments of call: stores and calls that hand functions on. */
static void macro_stores(struct flow_walk *w, struct ost_frame *fr, uint32_t name, uint32_t call, uint32_t line)
{
	struct ost_resolved r;
	struct ost_frame in;
	uint32_t i, n, callee;

	if (w->macro_depth >= FLOW_MACRO_DEPTH)
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
				ost_flow_store(w, &in, a, b, line, OST_HOW_ASSIGN);
			callee = ost_at(&in, n)->op == OST_N_CALL ? a : 0;
			if (!callee || ost_at(&in, callee)->op != OST_N_NAME)
				continue;
			macro_calls(w, fr, &in, callee, name, call, line);
			ost_flow_call_args(w, &in, n, ost_at(&in, callee)->a, line);
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
static struct ost_object result_object(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
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
static struct ost_object stored_local(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
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

static struct ost_object arg_object(struct flow_walk *w, struct ost_frame *fr, uint32_t call, int arg)
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

/* What the node puts into the local of that name; 0: nothing. */
static uint32_t value_of_local(const struct ost_frame *fr, uint32_t node, uint32_t name)
{
	uint32_t to;

	if (ost_at(fr, node)->op == OST_N_DECL && ost_at(fr, node)->a == name)
		return ost_kid(fr->t, node, 1);
	to = ost_at(fr, node)->op == OST_N_ASSIGN ? ost_kid(fr->t, node, 0) : 0;
	return to && ost_at(fr, to)->op == OST_N_NAME && ost_at(fr, to)->a == name ? ost_kid(fr->t, node, 1) : 0;
}

/* A local that functions are put into before it is handed on: a binding for each of them. */
static bool bind_stored(struct flow_walk *w, struct ost_frame *fr, struct ost_binding *b, uint32_t n)
{
	bool any = false;

	if (ost_at(fr, n)->op != OST_N_NAME || !ost_flow_is_declared(w, fr, n, ost_at(fr, n)->a))
		return false;
	for (uint32_t i = 0; i < fr->t->v.nr; i++) {
		uint32_t from = value_of_local(fr, i, ost_at(fr, n)->a);
		struct flow_source src;

		if (!from)
			continue;
		src = ost_flow_source_of(w, fr, from);
		if (src.kind != OST_SRC_UNIT)
			continue;
		b->callback = src.id;
		ost_vec_add(&w->out->bindings, *b);
		any = true;
	}
	return any;
}

void ost_flow_add_binding(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t row)
{
	const struct ost_binding_row *r = &w->p->rows.items[row];
	struct ost_binding b = { .row = row, .file = w->s.file, .in = w->s.unit, .node = call,
				 .line = ost_at(fr, call)->line, .callback = OST_NO_ID };
	uint32_t n = r->callback >= 0 ? ost_call_arg(fr->t, call, (uint32_t)r->callback) : 0;
	struct flow_source src = n ? ost_flow_source_of(w, fr, n) : (struct flow_source){ -1, OST_NO_ID };

	if (r->callback >= 0 && src.kind != OST_SRC_UNIT && n && (ost_at(fr, n)->op == OST_N_NUM ||
	    (ost_at(fr, n)->op == OST_N_NAME && !strcmp(ost_node_ident(fr, n).s, "NULL"))))
		return;	/* no such callback here: a threaded irq without a hard handler */
	b.object = arg_object(w, fr, call, r->object);
	b.data = arg_object(w, fr, call, r->data);
	if (src.kind == OST_SRC_UNIT)
		b.callback = src.id;
	else if (n && bind_stored(w, fr, &b, n))
		return;
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

void ost_flow_lock_use(struct flow_walk *w, struct ost_frame *fr, uint32_t call, uint32_t name)
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
