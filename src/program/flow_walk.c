// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The nodes of a body, one after the other: call sites, addresses of functions,
 * stores, and what the other files make of them.
 */
#include "program/flow.h"

static void add_site(struct flow_walk *w, int kind, uint32_t id, uint32_t line)
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

static void slot_call(struct flow_walk *w, struct ost_frame *fr, uint32_t callee, uint32_t line)
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

static void named_call(struct flow_walk *w, struct ost_frame *fr, uint32_t n, uint32_t callee, uint32_t line)
{
	struct ost_ident id = ost_node_ident(fr, callee);
	bool may = ost_flow_may_be_declared(w, fr, id.str);
	const struct ost_local *l = may ? ost_frame_local(fr, callee, &id) : NULL;
	int param = !may || l ? -1 : ost_frame_param(fr, &id);
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
	flags = ost_flow_str_flags(w, fr->pf, id.str);
	if (!flags) {
		w->out->stats.nr_unknown++;
		return;
	}
	w->out->stats.nr_direct++;
	add_site(w, OST_SITE_NAME, id.name, line);
	ost_flow_call_args(w, fr, n, id.str, line);
	if (flags & OST_NF_NAME_LOCK)
		ost_flow_lock_use(w, fr, n, id.name);
	if (flags & OST_NF_NAME_ROW) {
		uint64_t *row = ost_table_get(&w->p->row_of, id.name);

		for (uint32_t r = row ? (uint32_t)*row : 0; r; r = w->p->row_next[r - 1])
			ost_flow_add_binding(w, fr, n, r - 1);
	}
}

static void walk_call(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
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
static void walk_name(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t str = ost_at(fr, n)->a;

	if (!(ost_flow_str_flags(w, fr->pf, str) & OST_NF_NAME_FUNC))
		return;
	if (n && ost_at(fr, n - 1)->op == OST_N_CALL && ost_at(fr, n - 1)->end > n)
		return;
	if (!ost_flow_is_declared(w, fr, n, str))
		add_site(w, OST_SITE_REF, ost_pfile_name(fr->pf, str), ost_at(fr, n)->line);
}

static void walk_decl(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
{
	uint32_t type = ost_kid(fr->t, n, 0), value = type ? ost_kid(fr->t, n, 1) : 0;

	if (!value || ost_at(fr, type)->op != OST_N_TYPE || ost_at(fr, value)->op != OST_N_INIT)
		return;
	w->s.more->steps = 0;
	w->table = (struct ost_object){ OST_OBJ_NONE, 0 };
	w->nr_init_steps = 0;
	ost_flow_init_value(w, fr, value, OST_NO_ID, (struct ost_ctype){ w->s.file, ost_at(fr, type)->a, 0 },
			    ost_at(fr, n)->line);
}

static void walk_node(struct flow_walk *w, struct ost_frame *fr, uint32_t n)
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
			ost_flow_store(w, fr, a, b, ost_at(fr, n)->line, OST_HOW_ASSIGN);
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
		w->nr_init_steps = 0;
		ost_flow_init_value(w, fr, ost_kid(fr->t, n, 1), OST_NO_ID,
				    (struct ost_ctype){ w->s.file, ost_at(fr, a)->a, 0 }, ost_at(fr, n)->line);
		break;
	}
}

/* What walk_node() does something with. */
#define WALKED (1ull << OST_N_CALL | 1ull << OST_N_NAME | 1ull << OST_N_ASSIGN | 1ull << OST_N_DECL | 1ull << OST_N_COMPOUND)

/* Most nodes are of no interest, and most names are locals: told at a glance. flags: what is known of strings. */
static inline bool is_passed_over(const uint8_t *flags, const struct ost_node *n)
{
	if (!(WALKED >> n->op & 1))
		return true;
	return n->op == OST_N_NAME && (flags[n->a] & (FLOW_KNOWN | OST_NF_NAME_FUNC)) == FLOW_KNOWN;
}

void ost_flow_walk_unit(struct flow_walk *w, uint32_t unit)
{
	const struct ost_node *nodes;
	const uint8_t *flags;
	struct ost_frame fr;
	uint32_t n, nr;

	if (!ost_scope_enter(&w->s, unit))
		return;
	ost_scope_frame(&w->s, &fr);
	ost_flow_enter_unit(w, &fr);
	if (fr.pf != w->str_flags.pf)
		return;	/* its file could not be entered: what is known of strings is another one's */
	flags = w->str_flags.v.items;	/* the file is the one that was entered, and its tree stays */
	nodes = w->s.tree.v.items;
	nr = (uint32_t)w->s.tree.v.nr;
	for (n = 0; n < nr; n++) {
		if (is_passed_over(flags, &nodes[n]))
			continue;
		w->s.more->steps = 0;
		walk_node(w, &fr, n);
	}
}

void ost_flow_walk_global(struct flow_walk *w, uint32_t global)
{
	const struct ost_fact_global *g;
	struct ost_frame fr;

	if (!ost_scope_enter_global(&w->s, global))
		return;
	ost_scope_frame(&w->s, &fr);
	g = &w->s.f->globals[global - w->p->files[w->s.file].first_global];
	ost_flow_enter_unit(w, &fr);
	w->table = (struct ost_object){ OST_OBJ_GLOBAL, global };
	w->s.more->steps = 0;
	w->nr_init_steps = 0;
	ost_flow_init_value(w, &fr, 0, OST_NO_ID, (struct ost_ctype){ w->s.file, g->type, 0 }, g->line);
}

/* module_init(f) and kin: an invocation at file scope that has a row. */
void ost_flow_walk_invokes(struct flow_walk *w, uint32_t file)
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
		if (!(ost_flow_name_flags(w, name) & OST_NF_NAME_ROW) ||
		    !ost_facts_unpack(w->s.f, v->code, v->code_len, &w->s.tree) || !w->s.tree.v.nr)
			continue;
		ost_vec_clear(&w->s.locals);
		ost_scope_frame(&w->s, &fr);
		ost_flow_enter_unit(w, &fr);
		row = ost_table_get(&w->p->row_of, name);
		for (uint32_t r = row ? (uint32_t)*row : 0; r; r = w->p->row_next[r - 1])
			ost_flow_add_binding(w, &fr, 0, r - 1);
	}
}
