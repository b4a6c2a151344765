// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions and tables in initialisers, through the macros that stand in them.
 */
#include "program/flow.h"

static void init_field(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t record, uint32_t line)
{
	uint32_t field = ost_record_find_field(w->p, record, ost_pfile_name(fr->pf, ost_at(fr, n)->a));
	uint32_t kid = ost_kid(fr->t, n, 0);

	if (fr->up)
		;	/* a macro's text: the reader finds the invocation */
	else
		line = ost_at(fr, n)->line;
	if (field != OST_NO_ID && kid)
		ost_flow_init_value(w, fr, kid, field, ost_field_type(w->p, field), line);
}

/* The index-th named member, those of anonymous ones counted. */
static uint32_t nth_field(const struct ost_program *p, uint32_t record, uint32_t index)
{
	uint32_t file = p->rec_file[record];
	const struct ost_fact_record *r =
		&ost_pfile_get(p, file)->f.records[record - p->files[file].first_record];

	return index < r->nr_fields ? p->files[file].first_field + r->first_field + index : OST_NO_ID;
}

/* It may be a macro, and there are not too many of them in this initialiser. */
static bool is_macro(struct flow_walk *w, const struct ost_frame *fr, uint32_t callee)
{
	return ost_at(fr, callee)->op == OST_N_NAME && w->macro_depth < FLOW_MACRO_DEPTH && w->nr_init_steps++ < FLOW_INIT_STEPS &&
	       ost_flow_name_flags(w, ost_node_ident(fr, callee).name) & OST_NF_NAME_MACRO;
}

/* `{ OPS(x) }`, read as a block; 0: it is none. */
static uint32_t only_block(const struct ost_frame *in)
{
	uint32_t block = ost_at(in, 0)->op == OST_N_BLOCK ? ost_kid(in->t, 0, 0) : 0;

	return block && ost_at(in, block)->op == OST_N_BLOCK && !ost_kid(in->t, 0, 1) ? block : 0;
}

/* What is in braces is a value of its own, and no members of what it stands in. */
static bool is_braced(const struct ost_frame *in)
{
	return in->t->v.nr && ((ost_at(in, 0)->op == OST_N_INIT && !ost_at(in, 0)->sub) || only_block(in));
}

/* A macro in an initialiser (SET_SYSTEM_SLEEP_PM_OPS): its body is a list of initialisers. */
static void init_macro(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t record, uint32_t line)
{
	uint32_t callee = ost_at(fr, n)->op == OST_N_CALL ? ost_kid(fr->t, n, 0) : n, i;
	struct ost_resolved r;
	struct ost_frame in;

	if (!callee || !is_macro(w, fr, callee))
		return;
	ost_frame_resolve(&w->s, fr, ost_node_ident(fr, callee).name, &r);
	for (i = 0; i < r.nr; i++) {
		if (!ost_frame_enter(&w->s, fr, r.units[i], callee == n ? OST_NO_ID : n, &in))
			continue;
		w->macro_depth++;
		for (uint32_t k = is_braced(&in) ? in.t->v.nr : 0; k < in.t->v.nr; k = in.t->v.items[k].end) {
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

static void init_list(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
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
				ost_flow_init_value(w, fr, v, field, ost_ctype_deref(w->p, type), line);
			continue;
		}
		if (op == OST_N_INIT_FIELD) {
			init_field(w, fr, kid, record, line);
			f = ost_record_find_field(w->p, record, ost_pfile_name(fr->pf, ost_at(fr, kid)->a));
			at = f == OST_NO_ID ? at : f - nth_field(w->p, record, 0) + 1;
			continue;
		}
		f = nth_field(w->p, record, at++);
		if ((op == OST_N_CALL || op == OST_N_NAME) && w->macro_depth < FLOW_MACRO_DEPTH)
			init_macro(w, fr, kid, record, fr->up ? line : ost_at(fr, kid)->line);
		if (f != OST_NO_ID)
			ost_flow_init_value(w, fr, kid, f, ost_field_type(w->p, f), fr->up ? line : ost_at(fr, kid)->line);
	}
}

/* `{ OPS(x) }` as the body of a macro was read as a block: the members that other macros bring. */
static bool init_block(struct flow_walk *w, struct ost_frame *in, struct ost_ctype type, uint32_t line)
{
	uint32_t record = ost_ctype_record(w->p, type), block = only_block(in);

	if (record == OST_NO_ID || !block)
		return false;
	ost_for_each_kid(in->t, block, kid) {
		uint32_t n = ost_at(in, kid)->op == OST_N_EXPR ? ost_kid(in->t, kid, 0) : 0;

		if (n && (ost_at(in, n)->op == OST_N_CALL || ost_at(in, n)->op == OST_N_NAME))
			init_macro(w, in, n, record, line);
	}
	return true;
}

/* A macro that stands for a whole value: `{ .a = x }` or a function's name. */
static bool init_value_macro(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
			     struct ost_ctype type, uint32_t line)
{
	uint32_t callee = ost_at(fr, n)->op == OST_N_CALL ? ost_kid(fr->t, n, 0) : n, v;
	struct ost_resolved r;
	struct ost_frame in;
	bool done = false;

	if (!callee || !is_macro(w, fr, callee))
		return false;
	ost_frame_resolve(&w->s, fr, ost_node_ident(fr, callee).name, &r);
	for (uint32_t i = 0; i < r.nr && !done; i++) {
		if (!ost_frame_enter(&w->s, fr, r.units[i], callee == n ? OST_NO_ID : n, &in))
			continue;
		w->macro_depth++;
		v = ost_body_value(in.t, 0);
		if (init_block(w, &in, type, line)) {
			done = true;
		} else if (v != OST_NO_ID && (ost_at(&in, v)->op != OST_N_NAME || callee != n)) {
			ost_flow_init_value(w, &in, v, field, type, line);
			done = true;
		}
		w->macro_depth--;
		ost_frame_leave(&w->s);
	}
	return done;
}

void ost_flow_init_value(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t field,
			 struct ost_ctype type, uint32_t line)
{
	struct flow_source src;

	ost_frame_arg(&fr, &n);
	n = ost_flow_peel(fr, n);
	switch (ost_at(fr, n)->op) {
	case OST_N_INIT:
		init_list(w, fr, n, field, type, line);
		return;
	case OST_N_INIT_FIELD:
		init_field(w, fr, n, ost_ctype_record(w->p, type), line);
		return;
	case OST_N_COMPOUND:
		if (ost_kid(fr->t, n, 1))
			ost_flow_init_value(w, fr, ost_kid(fr->t, n, 1), field, type, line);
		return;
	case OST_N_NUM: case OST_N_STR: case OST_N_CHAR: case OST_N_BINARY:
		return;
	case OST_N_CALL:
		init_value_macro(w, fr, n, field, type, fr->up ? line : ost_at(fr, n)->line);
		return;
	}
	if (field == OST_NO_ID)
		return;
	src = ost_flow_source_of(w, fr, n);
	if (src.kind >= 0 && src.kind != OST_SRC_PARAM)
		ost_flow_add_store(w, field, w->table, src, line, w->macro_depth ? OST_HOW_MACRO : OST_HOW_INIT);
	else if (src.kind < 0 && ost_at(fr, n)->op == OST_N_NAME)
		init_value_macro(w, fr, n, field, type, line);
}
