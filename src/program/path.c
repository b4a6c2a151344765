// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Access paths. A path says where a value lies in terms of what the unit was
 * given; the normal form makes `&rdev->wiphy.mtx` and, in a callee that was
 * handed `&rdev->wiphy`, `&w->mtx` meet after ost_path_compose().
 */
#include <stdlib.h>

#include "program/internal.h"

#define ACCESSOR_DEPTH 4	/* accessors that call accessors */
#define ACCESSOR_NODES 160	/* a larger body is no accessor */

static void clear(struct ost_path *path)
{
	path->kind = OST_BASE_UNKNOWN;
	path->base = OST_NO_ID;
	path->addr = 0;
	path->nr_steps = 0;
	path->is_truncated = path->is_expanded = false;
}

static void push(struct ost_path *path, enum ost_step_kind kind, uint32_t id)
{
	struct ost_step *last = path->nr_steps ? &path->steps[path->nr_steps - 1] : NULL;

	if (last && ((kind == OST_STEP_FIELD && last->kind == OST_STEP_UP) ||
		     (kind == OST_STEP_UP && last->kind == OST_STEP_FIELD)) && last->id == id) {
		path->nr_steps--;
		return;
	}
	if (path->nr_steps == OST_PATH_MAX) {
		path->is_truncated = true;
		return;
	}
	path->steps[path->nr_steps++] = (struct ost_step){ kind, id };
}

static void deref(struct ost_path *path)
{
	if (path->addr > 0)
		path->addr--;
	else
		push(path, OST_STEP_DEREF, 0);
}

bool ost_path_equal(const struct ost_path *a, const struct ost_path *b)
{
	uint32_t i;

	if (a->kind != b->kind || a->kind == OST_BASE_UNKNOWN || a->base != b->base ||
	    a->addr != b->addr || a->nr_steps != b->nr_steps || a->is_truncated || b->is_truncated)
		return false;
	for (i = 0; i < a->nr_steps; i++)
		if (a->steps[i].kind != b->steps[i].kind || a->steps[i].id != b->steps[i].id)
			return false;
	return true;
}

void ost_path_compose(const struct ost_program *p, const struct ost_path *arg,
		      const struct ost_path *inner, struct ost_path *ret)
{
	struct ost_path out = *arg;
	uint32_t i;

	for (i = 0; i < inner->nr_steps; i++) {
		if (inner->steps[i].kind == OST_STEP_DEREF)
			deref(&out);
		else
			push(&out, inner->steps[i].kind, inner->steps[i].id);
	}
	out.addr += inner->addr;
	out.is_truncated |= inner->is_truncated;
	out.is_expanded |= inner->is_expanded;
	*ret = out;
}

void ost_path_class(const struct ost_path *path, uint32_t *ret_field, uint32_t *ret_global)
{
	uint32_t i;

	*ret_field = *ret_global = OST_NO_ID;
	for (i = path->nr_steps; i-- > 0; ) {
		if (path->steps[i].kind == OST_STEP_FIELD) {
			*ret_field = path->steps[i].id;
			return;
		}
		if (path->steps[i].kind == OST_STEP_UP)
			return;
	}
	if (path->kind == OST_BASE_GLOBAL)
		*ret_global = path->base;
}

static void base_text(const struct ost_program *p, const struct ost_scope *s,
		      const struct ost_path *path, struct ost_buf *b)
{
	const struct ost_unit *u;
	const struct ost_facts *f;
	struct ost_global_def g;

	switch (path->kind) {
	case OST_BASE_PARAM:
		if (!s || s->unit == OST_NO_ID) {
			ost_buf_addf(b, "arg%u", path->base);
			break;
		}
		u = &p->units.items[s->unit];
		f = s->f;
		ost_buf_addstr(b, ost_facts_str(f, f->params[(u->kind == OST_UNIT_FUNC ?
			f->funcs[u->index].first_param : f->macros[u->index].first_param) + path->base].name));
		break;
	case OST_BASE_LOCAL:
		ost_buf_addstr(b, s ? ost_facts_str(s->f, s->tree.v.items[path->base].a) : "local");
		break;
	case OST_BASE_GLOBAL:
		ost_program_global(p, path->base, &g);
		ost_buf_addstr(b, ost_program_name(p, g.name));
		break;
	case OST_BASE_CALL:
		if (s && path->base + 1 < s->tree.v.nr && s->tree.v.items[path->base + 1].op == OST_N_NAME)
			ost_buf_addf(b, "%s()", ost_facts_str(s->f, s->tree.v.items[path->base + 1].a));
		else
			ost_buf_addstr(b, "call()");
		break;
	case OST_BASE_UNIT:
		ost_buf_addstr(b, ost_program_name(p, p->units.items[path->base].name));
		break;
	case OST_BASE_NAME:
		ost_buf_addstr(b, ost_program_name(p, path->base));
		break;
	default:
		ost_buf_addstr(b, "?");
	}
}

void ost_path_text(const struct ost_program *p, const struct ost_scope *s,
		   const struct ost_path *path, struct ost_buf *b)
{
	OST_BUF t = OST_BUF_INIT;
	struct ost_field_def fd;
	bool is_deref = false;
	uint32_t i;
	int32_t a;

	base_text(p, s, path, &t);
	for (i = 0; i < path->nr_steps; i++) {
		const struct ost_step *st = &path->steps[i];

		if (st->kind == OST_STEP_DEREF && is_deref)
			ost_buf_addstr(&t, "[0]");
		if (st->kind == OST_STEP_FIELD || st->kind == OST_STEP_UP)
			ost_program_field(p, st->id, &fd);
		if (st->kind == OST_STEP_FIELD)
			ost_buf_addf(&t, "%s%s", is_deref ? "->" : ".", ost_program_name(p, fd.name));
		if (st->kind == OST_STEP_ELEM)
			ost_buf_addstr(&t, "[]");
		if (st->kind == OST_STEP_UP) {
			ost_buf_addstr(&t, "<-");
			ost_program_field_text(p, st->id, &t);
		}
		is_deref = st->kind == OST_STEP_DEREF;
	}
	for (a = 0; a < path->addr; a++)
		ost_buf_addch(b, '&');
	if (is_deref)
		ost_buf_addch(b, '*');
	ost_buf_add(b, t.ptr, t.len);
}

/* ---- building ---------------------------------------------------------- */

/* Names of the members of `a.b.c` as written in an argument, outermost first. */
static uint32_t member_names(struct ost_frame *fr, uint32_t n, uint32_t *names, uint32_t max)
{
	uint32_t nr = 0, kid;

	ost_frame_arg(&fr, &n);
	if (ost_at(fr, n)->op == OST_N_NAME) {
		names[nr++] = ost_node_ident(fr, n).name;
		return nr;
	}
	kid = ost_kid(fr->t, n, 0);
	if (ost_at(fr, n)->op == OST_N_MEMBER && kid)
		nr = member_names(fr, kid, names, max);
	else if (ost_at(fr, n)->op == OST_N_INDEX && kid)
		return member_names(fr, kid, names, max);
	if (ost_at(fr, n)->op == OST_N_MEMBER && nr && nr < max)
		names[nr++] = ost_node_ident(fr, n).name;
	return nr;
}

static uint32_t fields_of_names(const struct ost_program *p, uint32_t record, const uint32_t *names,
				uint32_t nr, uint32_t *fields)
{
	uint32_t i;

	for (i = 0; i < nr; i++) {
		fields[i] = ost_record_find_field(p, record, names[i]);
		if (fields[i] == OST_NO_ID)
			return 0;
		if (i + 1 < nr)
			record = ost_ctype_record(p, ost_field_type(p, fields[i]));
	}
	return nr;
}

uint32_t ost_member_fields(struct ost_scope *s, struct ost_frame *fr, uint32_t record, uint32_t name,
			   uint32_t *ret_fields)
{
	uint32_t names[OST_MEMBER_MAX], nr = 0, i, v;
	struct ost_resolved r;
	struct ost_frame in;

	if (record == OST_NO_ID || name == OST_NO_ID)
		return 0;
	if (fields_of_names(s->p, record, &name, 1, ret_fields))
		return 1;
	ost_ask(name);
	if (!(s->p->name_flags[name] & OST_NF_NAME_MACRO))
		return 0;
	ost_frame_resolve(s, fr, name, &r);
	for (i = 0; i < r.nr && !nr; i++) {
		if (s->p->units.items[r.units[i]].kind != OST_UNIT_ALIAS ||
		    !ost_frame_enter(s, fr, r.units[i], OST_NO_ID, &in))
			continue;
		v = ost_body_value(in.t, 0);
		in.up = NULL;
		if (v != OST_NO_ID)
			nr = member_names(&in, v, names, OST_MEMBER_MAX);
		ost_frame_leave(s);
		nr = fields_of_names(s->p, record, names, nr, ret_fields);
	}
	return nr;
}

static void container_path(struct ost_scope *s, struct ost_frame *fr, uint32_t call,
			   const struct ost_typerule *rule, unsigned flags, struct ost_path *ret)
{
	uint32_t ptr = ost_call_arg(fr->t, call, rule->n), type = ost_call_arg(fr->t, call, rule->n2);
	uint32_t member = ost_call_arg(fr->t, call, rule->n3), names[OST_MEMBER_MAX], fields[OST_MEMBER_MAX], nr, i;

	clear(ret);
	if (!ptr || !type || !member)
		return;
	nr = member_names(fr, member, names, OST_MEMBER_MAX);
	nr = fields_of_names(s->p, ost_ctype_record(s->p, ost_frame_type_arg(s, fr, type)), names, nr, fields);
	if (!nr)
		return;
	ost_frame_path(s, fr, ptr, flags, ret);
	deref(ret);
	for (i = nr; i-- > 0; )
		push(ret, OST_STEP_UP, fields[i]);
	ret->addr++;
	ret->is_expanded = true;
}

static bool only_value(const struct ost_tree *t, uint32_t *ret_value)
{
	uint32_t n, nr = 0, value = 0;

	for (n = 0; n < t->v.nr; n++) {
		if (t->v.items[n].op != OST_N_RETURN)
			continue;
		nr++;
		value = ost_kid(t, n, 0);
	}
	*ret_value = value;
	return nr == 1 && value;
}

/*
 * Is it the only local of that name, and given a value more than once? Or a
 * parameter that is given one? Its path is then its own.
 */
static bool is_variable(const struct ost_tree *t, uint32_t str)
{
	uint32_t n, kid, nr_decls = 0, nr_defs = 0;

	for (n = 0; n < t->v.nr; n++) {
		kid = ost_kid(t, n, 0);
		if (t->v.items[n].op == OST_N_DECL && t->v.items[n].a == str) {
			nr_decls++;
			nr_defs += ost_kid(t, n, 1) != 0;
		}
		nr_defs += t->v.items[n].op == OST_N_ASSIGN && kid && t->v.items[kid].op == OST_N_NAME &&
			t->v.items[kid].a == str;
	}
	return nr_decls ? nr_decls == 1 && nr_defs > 1 : nr_defs > 0;
}

static bool has_variable(const struct ost_tree *t, uint32_t value)
{
	for (uint32_t n = value; n < t->v.items[value].end; n++)
		if (t->v.items[n].op == OST_N_NAME && is_variable(t, t->v.items[n].a))
			return true;
	return false;
}

bool ost_tree_may_be_accessor(const struct ost_tree *t)
{
	uint32_t value;

	if (t->v.nr > ACCESSOR_NODES || !only_value(t, &value))
		return false;
	switch (t->v.items[value].op) {
	case OST_N_NUM: case OST_N_STR: case OST_N_CHAR: case OST_N_SIZEOF:
		return false;
	case OST_N_UNARY:
		if (t->v.items[value].sub != OST_OP_ADDR && t->v.items[value].sub != OST_OP_DEREF)
			return false;
	}
	return !has_variable(t, value);
}

static void work_out_accessor(struct ost_scope *s, uint32_t unit, struct ost_path *path)
{
	struct ost_scope in;
	uint32_t value;
	unsigned steps;

	clear(path);
	ost_scope_init(&in, s->p);
	in.more->is_shared = true;
	in.more->accessor_depth = s->more->accessor_depth + 1;
	if (s->p->units.items[unit].file == s->file) {	/* share the facts at hand */
		in.file = s->file;
		in.f = s->f;
		in.more->pf = s->more->pf;
	}
	if (ost_scope_enter(&in, unit) && ost_tree_may_be_accessor(&in.tree) && only_value(&in.tree, &value))
		ost_expr_path(&in, value, OST_PATH_LOCALS | OST_PATH_CALLS, path);
	ost_scope_deinit(&in);
	steps = s->more->steps;
	ost_scope_ask(s);
	s->more->steps = steps;
	if (path->kind != OST_BASE_PARAM && path->kind != OST_BASE_GLOBAL)
		clear(path);
}

/*
 * The path that a function returns, when all it does is to lead from a
 * parameter to something: base PARAM; otherwise base UNKNOWN.
 */
static const struct ost_path *accessor(struct ost_scope *s, uint32_t unit)
{
	struct ost_path *kept = atomic_load_explicit(&s->p->accessors[unit], memory_order_acquire);
	struct ost_path *expected = NULL, path;
	struct ost_asker asker;

	if (!kept && s->more->accessor_depth >= ACCESSOR_DEPTH)
		return NULL;
	if (!kept) {
		ost_asker_nest(&asker);
		work_out_accessor(s, unit, &path);
		kept = ost_asker_unnest(&asker, sizeof(path));
		*kept = path;
		if (!atomic_compare_exchange_strong(&s->p->accessors[unit], &expected, kept)) {
			free(kept);
			kept = expected;
		}
	}
	ost_ask_all((const uint32_t *)(const void *)(kept + 1));
	return kept;
}

static bool accessor_path(struct ost_scope *s, struct ost_frame *fr, uint32_t call, uint32_t unit,
			  unsigned flags, struct ost_path *ret)
{
	const struct ost_path *inner = accessor(s, unit);
	struct ost_path arg;
	uint32_t n;

	if (!inner || inner->kind == OST_BASE_UNKNOWN)
		return false;
	if (inner->kind == OST_BASE_GLOBAL) {
		*ret = *inner;
	} else {
		n = ost_call_arg(fr->t, call, inner->base);
		if (!n)
			return false;
		ost_frame_path(s, fr, n, flags, &arg);
		ost_path_compose(s->p, &arg, inner, ret);
	}
	ret->is_expanded = true;
	return true;
}

static bool macro_path(struct ost_scope *s, struct ost_frame *fr, uint32_t unit, uint32_t call,
		       unsigned flags, struct ost_path *ret)
{
	struct ost_frame in;
	uint32_t v;

	if (!ost_frame_enter(s, fr, unit, call, &in))
		return false;
	clear(ret);
	v = ost_body_value(in.t, 0);
	if (v != OST_NO_ID)
		ost_frame_path(s, &in, v, flags, ret);
	ost_frame_leave(s);
	return ret->kind != OST_BASE_UNKNOWN || ret->nr_steps;
}

static bool named_call_path(struct ost_scope *s, struct ost_frame *fr, uint32_t call, uint32_t name,
			    unsigned flags, struct ost_path *ret)
{
	const struct ost_typerule *rule = ost_program_typerule(s->p, name);
	struct ost_resolved r;
	uint32_t i, arg;

	if (rule) {
		if (rule->kind == OST_RULE_CONTAINER) {
			container_path(s, fr, call, rule, flags, ret);
			return true;
		}
		arg = ost_call_arg(fr->t, call, rule->n);
		if (!arg || rule->kind > OST_RULE_DEREF)
			return false;
		ost_frame_path(s, fr, arg, flags, ret);
		if (rule->kind == OST_RULE_DEREF)
			deref(ret);
		return true;
	}
	ost_frame_resolve(s, fr, name, &r);
	for (i = 0; i < r.nr && i < 3; i++) {
		if (s->p->units.items[r.units[i]].kind != OST_UNIT_FUNC) {
			if (macro_path(s, fr, r.units[i], call, flags, ret))
				return true;
		} else if ((flags & OST_PATH_CALLS) && r.nr_all <= 2 &&
			   accessor_path(s, fr, call, r.units[i], flags, ret)) {
			return true;
		}
	}
	return false;
}

static void call_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, unsigned flags,
		      struct ost_path *ret)
{
	struct ost_frame *cf = fr;
	uint32_t callee = ost_kid(fr->t, n, 0);

	clear(ret);
	if (callee)
		ost_frame_arg(&cf, &callee);
	if (callee && ost_at(cf, callee)->op == OST_N_NAME &&
	    named_call_path(s, fr, n, ost_node_ident(cf, callee).name, flags, ret))
		return;
	clear(ret);
	if (!fr->up) {
		ret->kind = OST_BASE_CALL;
		ret->base = n;
	}
}

static bool local_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, const struct ost_ident *id,
		       unsigned flags, struct ost_path *ret)
{
	const struct ost_local *l = ost_frame_local(fr, n, id);

	if (!l)
		return false;
	clear(ret);
	if (l->def && !l->is_address_taken && ((flags & OST_PATH_LOCALS) || fr->up) && l->def != n) {
		ost_frame_path(s, fr, l->def, flags, ret);
		ret->is_expanded = true;
		if (ret->kind != OST_BASE_UNKNOWN && !ret->is_truncated)
			return true;
		clear(ret);
	}
	if (!fr->up) {
		ret->kind = OST_BASE_LOCAL;
		ret->base = l->decl;
	}
	return true;
}

static bool global_path(struct ost_scope *s, struct ost_frame *fr, uint32_t name, unsigned flags,
			struct ost_path *ret)
{
	struct ost_resolved r;
	uint32_t g = ost_program_resolve_global(s->p, s->file, name), i;

	if (g == OST_NO_ID && fr->pf->file != s->file)
		g = ost_program_resolve_global(s->p, fr->pf->file, name);
	if (g != OST_NO_ID) {
		ret->kind = OST_BASE_GLOBAL;
		ret->base = g;
		return true;
	}
	ost_frame_resolve(s, fr, name, &r);
	for (i = 0; i < r.nr; i++) {
		if (s->p->units.items[r.units[i]].kind == OST_UNIT_FUNC) {
			ret->kind = OST_BASE_UNIT;
			ret->base = r.units[i];
			return true;
		}
		if (s->p->units.items[r.units[i]].kind == OST_UNIT_ALIAS &&
		    macro_path(s, fr, r.units[i], 0, flags, ret))
			return true;
	}
	return false;
}

static void name_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, unsigned flags,
		      struct ost_path *ret)
{
	struct ost_ident id = ost_node_ident(fr, n);
	const struct ost_def *defs;
	int i;

	clear(ret);
	if (local_path(s, fr, n, &id, flags, ret))
		return;
	i = ost_frame_param(fr, &id);
	if (i >= 0 && fr->up) {
		if ((uint32_t)i < fr->nr_args)
			ost_frame_path(s, fr->up, fr->args[i], flags, ret);
		return;
	}
	if (i >= 0) {
		ret->kind = OST_BASE_PARAM;
		ret->base = (uint32_t)i;
		return;
	}
	if (fr->up && fr->nr_args && (ost_frame_local(fr->up, fr->args[0], &id) ||
				      ost_frame_param(fr->up, &id) >= 0))
		return;	/* the caller's variable: not followed */
	if (global_path(s, fr, id.name, flags, ret))
		return;
	clear(ret);
	if (id.name != OST_NO_ID && ost_defs_of(s->p, id.name, &defs)) {
		ret->kind = OST_BASE_NAME;
		ret->base = id.name;
	}
}

static void member_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, unsigned flags,
			struct ost_path *ret)
{
	uint32_t base = ost_kid(fr->t, n, 0), fields[OST_MEMBER_MAX], nr, i;

	clear(ret);
	nr = ost_member_of(s, fr, n, fields);
	if (!nr)
		return;
	ost_frame_path(s, fr, base, flags, ret);
	if (ost_at(fr, n)->sub == OST_MEMBER_ARROW)
		deref(ret);
	for (i = 0; i < nr; i++)
		push(ret, OST_STEP_FIELD, fields[i]);
}

/* base[i], whatever i is */
static void element_path(struct ost_scope *s, struct ost_frame *fr, uint32_t base, unsigned flags,
			 struct ost_path *ret)
{
	struct ost_ctype t;

	ost_frame_path(s, fr, base, flags, ret);
	t = ost_ctype_strip(s->p, ost_frame_type(s, fr, base));
	if (!t.type || t.addr || ost_pfile_get(s->p, t.file)->f.types[t.type].kind != OST_T_ARRAY)
		deref(ret);
	push(ret, OST_STEP_ELEM, 0);
}

static void node_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, unsigned flags,
		      struct ost_path *ret)
{
	uint32_t kid = ost_kid(fr->t, n, 0), v;

	clear(ret);
	switch (ost_at(fr, n)->op) {
	case OST_N_NAME:
		name_path(s, fr, n, flags, ret);
		return;
	case OST_N_CALL:
		call_path(s, fr, n, flags, ret);
		return;
	case OST_N_MEMBER:
		member_path(s, fr, n, flags, ret);
		return;
	case OST_N_INDEX:
		if (kid)
			element_path(s, fr, kid, flags, ret);
		return;
	case OST_N_UNARY:
		if (ost_at(fr, n)->sub != OST_OP_ADDR && ost_at(fr, n)->sub != OST_OP_DEREF)
			return;
		ost_frame_path(s, fr, kid, flags, ret);
		if (ost_at(fr, n)->sub == OST_OP_ADDR)
			ret->addr++;
		else
			deref(ret);
		return;
	case OST_N_CAST:
		v = ost_kid(fr->t, n, 1);
		break;
	case OST_N_ASSIGN:
		v = ost_at(fr, n)->sub == OST_OP_ASSIGN ? ost_kid(fr->t, n, 1) : 0;
		break;
	case OST_N_BINARY:
		if (kid && (ost_at(fr, n)->sub == OST_OP_ADD || ost_at(fr, n)->sub == OST_OP_SUB)) {
			element_path(s, fr, kid, flags, ret);	/* p + i is &p[i] */
			ret->addr++;
			return;
		}
		v = ost_at(fr, n)->sub == OST_OP_COMMA ? ost_kid(fr->t, n, 1) : 0;
		break;
	case OST_N_TERNARY:	/* `p ?: q`, `p ? f(p) : NULL`: the value when there is one */
		v = ost_kid(fr->t, n, 1);
		if (v && ost_at(fr, v)->op == OST_N_NONE)
			v = kid;
		ret->is_expanded = true;
		break;
	case OST_N_STMT_EXPR:
	case OST_N_EXPR:
	case OST_N_BLOCK:
		v = ost_body_value(fr->t, n);
		break;
	default:
		return;
	}
	if (v && v != OST_NO_ID && v != n)
		ost_frame_path(s, fr, v, flags, ret);
}

void ost_frame_path(struct ost_scope *s, struct ost_frame *fr, uint32_t n, unsigned flags,
		    struct ost_path *ret)
{
	clear(ret);
	if (s->more->steps++ > OST_EXPR_MAX || s->more->nesting > OST_EXPR_NEST)
		return;
	s->more->nesting++;
	node_path(s, fr, n, flags, ret);
	s->more->nesting--;
}

void ost_expr_path(struct ost_scope *s, uint32_t node, unsigned flags, struct ost_path *ret)
{
	struct ost_frame fr;

	clear(ret);
	if (!s->more->pf)
		return;
	ost_scope_ask(s);
	ost_scope_frame(s, &fr);
	ost_frame_path(s, &fr, node, flags, ret);
}
