// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One body at hand: its tree, its locals, and frames for the macros in it.
 */
#include "program/internal.h"

void ost_scope_init(struct ost_scope *s, const struct ost_program *p)
{
	memset(s, 0, sizeof(*s));
	s->p = p;
	s->unit = s->file = OST_NO_ID;
	s->more = ost_calloc(1, sizeof(*s->more));
}

void ost_scope_leave_file(struct ost_scope *s)
{
	struct ost_scope_more *m = s->more;

	if (m->is_current)
		ost_pfile_set_current(s->p, NULL);
	if (m->is_own)
		ost_pfile_deinit(&m->own);
	m->is_current = m->is_own = false;
	m->pf = NULL;
	s->file = OST_NO_ID;
	s->f = NULL;
}

static void free_body(struct ost_unpacked *b)
{
	ost_vec_deinit(&b->t.v);
	ost_vec_deinit(&b->locals);
}

void ost_scope_deinit(struct ost_scope *s)
{
	size_t i;

	if (!s->more)
		return;
	ost_scope_leave_file(s);
	ost_set_asking_file(s->p, OST_NO_ID);
	if (s->more->reader)
		ost_reader_give(s->p, s->more->reader);
	for (i = 0; i <= OST_FRAME_MAX; i++)
		free_body(&s->more->spare[i]);
	for (i = 0; i < OST_RECENT_MACROS; i++)
		free_body(&s->more->recent[i]);
	ost_vec_deinit(&s->tree.v);
	ost_vec_deinit(&s->locals);
	free(s->more);
	s->more = NULL;
}

void ost_scope_ask(struct ost_scope *s)
{
	if (s->more->is_current)
		ost_pfile_set_current(s->p, s->more->pf);
	else if (s->more->beside.names)
		ost_pfile_set_current(s->p, &s->more->beside);
	ost_set_asking_file(s->p, s->more->is_shared ? OST_NO_ID : s->file);
	s->more->steps = 0;
}

void ost_scope_lay_beside(struct ost_scope *s, const struct ost_scope *other)
{
	struct ost_pfile *beside = &s->more->beside;

	if (beside->names)
		ost_pfile_set_current(s->p, NULL);
	memset(beside, 0, sizeof(*beside));
	if (!other || !other->more->is_own)
		return;
	*beside = other->more->own;
	beside->f.code = NULL;
	beside->f.code_bytes = 0;
}

static bool fetch(struct ost_scope *s, uint32_t file, struct ost_facts *view)
{
	const struct ost_facts *held = ost_held_facts(s->p, file);

	if (held) {
		*view = *held;
		return true;
	}
	if (!s->more->reader)
		s->more->reader = ost_reader_take(s->p);
	return ost_tree_fetch(s->more->reader, file, view);
}

/* A .c file is fetched, unless it is kept because it is entered all the time. False: it cannot be read. */
static bool enter_source(struct ost_scope *s, uint32_t file)
{
	struct ost_scope_more *m = s->more;
	struct ost_facts view;

	m->pf = ost_pfile_entered(s->p, file);
	if (!m->pf) {
		if (!fetch(s, file, &view))
			return false;
		m->pf = ost_pfile_keep_entered(s->p, file, &view);
	}
	if (!m->pf) {
		ost_pfile_init(s->p, &m->own, file, &view);
		m->is_own = true;
		m->pf = &m->own;
	}
	m->is_current = true;
	ost_pfile_set_current(s->p, m->pf);
	return true;
}

/* Headers and virtual files are kept whole by the program. */
bool ost_scope_enter_file(struct ost_scope *s, uint32_t file)
{
	struct ost_scope_more *m = s->more;

	while (m->depth)
		ost_frame_leave(s);
	if (s->file == file && m->pf) {
		ost_scope_ask(s);
		return true;
	}
	ost_scope_leave_file(s);
	if (s->p->files[file].is_header || file >= s->p->nr_real)
		m->pf = ost_pfile_get(s->p, file);
	else if (!enter_source(s, file))
		return false;
	s->file = file;
	s->f = &m->pf->f;
	ost_scope_ask(s);
	return true;
}

/* ---- locals ------------------------------------------------------------ */

struct nest {
	uint32_t end[OST_TREE_MAX_DEPTH + 2];
	uint32_t nr;
};

static void open_nest(struct nest *nest, const struct ost_tree *t, uint32_t n)
{
	while (nest->nr && nest->end[nest->nr - 1] <= n)
		nest->nr--;
	if (nest->nr < OST_ARRAY_SIZE(nest->end))
		nest->end[nest->nr++] = t->v.items[n].end;
}

typedef OST_VEC(struct ost_local) locals_vec;

static void add_local(const struct ost_tree *t, uint32_t n, uint32_t end, locals_vec *v)
{
	const struct ost_node *node = &t->v.items[n];
	struct ost_local *l = ost_vec_push(v);
	uint32_t k;

	l->decl = n;
	l->name = node->a;
	l->first = n;
	l->end = end;
	ost_for_each_kid(t, n, kid) {
		k = t->v.items[kid].op;
		if (k != OST_N_TYPE && k != OST_N_ATTR && kid != n + 1) {
			l->nr_defs = 1;
			l->def = kid;
		}
	}
}

/* The last one is meant. */
static struct ost_local *visible(locals_vec *v, uint32_t n, uint32_t str)
{
	size_t i;

	for (i = v->nr; i-- > 0; )
		if (v->items[i].name == str && v->items[i].first <= n && n < v->items[i].end)
			return &v->items[i];
	return NULL;
}

static void note_def(const struct ost_tree *t, locals_vec *v, uint32_t target, uint32_t value)
{
	struct ost_local *l;

	if (!target || t->v.items[target].op != OST_N_NAME)
		return;
	l = visible(v, target, t->v.items[target].a);
	if (!l)
		return;
	l->def = l->nr_defs ? 0 : value;
	l->nr_defs++;
}

/* An assignment or operator at n: what it does to a local. All locals that it may see are in v by then. */
static void note_use(const struct ost_tree *t, uint32_t n, locals_vec *v)
{
	const struct ost_node *node = &t->v.items[n];
	uint32_t kid = ost_kid(t, n, 0);
	struct ost_local *l;

	if (node->op == OST_N_ASSIGN)
		note_def(t, v, kid, node->sub == OST_OP_ASSIGN ? ost_kid(t, n, 1) : 0);
	else if (node->sub >= OST_OP_PREINC)
		note_def(t, v, kid, 0);
	else if (node->sub == OST_OP_ADDR && kid && t->v.items[kid].op == OST_N_NAME &&
		 (l = visible(v, kid, t->v.items[kid].a)))
		l->is_address_taken = true;
}

/* list_for_each_entry(pos, ...): any bare name may be set, also one that an argument before it declares. */
static void note_macros(const struct ost_tree *t, locals_vec *v)
{
	uint32_t n, kid;

	for (n = 0; n < t->v.nr; n++) {
		if (t->v.items[n].op != OST_N_MACRO_STMT)
			continue;
		kid = ost_kid(t, n, 0);
		if (!kid || t->v.items[kid].op != OST_N_CALL)
			continue;
		ost_for_each_kid(t, kid, arg)
			note_def(t, v, arg, 0);
	}
}

/* What find_locals() looks at. */
#define MAKES_LOCALS (1ull << OST_N_DECL | 1ull << OST_N_FOR | 1ull << OST_N_BLOCK | 1ull << OST_N_STMT_EXPR | \
		      1ull << OST_N_ASSIGN | 1ull << OST_N_UNARY | 1ull << OST_N_MACRO_STMT)
_Static_assert(OST_NR_NODE_OPS <= 64, "a bit for each op");

/* A DECL is seen to the end of the block or `for` that it stands in; arms of #if are no blocks. */
static void find_locals(const struct ost_tree *t, locals_vec *v)
{
	uint32_t n, nr = (uint32_t)t->v.nr, is_for_init = 0;
	bool has_macros = false;
	struct nest nest;

	nest.nr = 0;	/* what it has room for is 2 KB, and most bodies are small */
	ost_vec_clear(v);
	for (n = 0; n < nr; n++) {
		if (!(MAKES_LOCALS >> t->v.items[n].op & 1))
			continue;
		switch (t->v.items[n].op) {
		case OST_N_DECL:
			while (nest.nr && nest.end[nest.nr - 1] <= n)
				nest.nr--;
			add_local(t, n, nest.nr ? nest.end[nest.nr - 1] : nr, v);
			break;
		case OST_N_FOR:
			is_for_init = n + 1;
			open_nest(&nest, t, n);
			break;
		case OST_N_BLOCK:
			if (n != is_for_init)
				open_nest(&nest, t, n);
			break;
		case OST_N_STMT_EXPR:
			open_nest(&nest, t, n);
			break;
		case OST_N_ASSIGN:
		case OST_N_UNARY:
			if (v->nr)
				note_use(t, n, v);
			break;
		case OST_N_MACRO_STMT:
			has_macros = true;
			break;
		}
	}
	if (has_macros && v->nr)
		note_macros(t, v);
}

void ost_scope_find_locals(struct ost_scope *s)
{
	find_locals(&s->tree, (locals_vec *)(void *)&s->locals);
}

static bool unpack_unit(struct ost_scope *s, const struct ost_unit *u)
{
	const struct ost_facts *f = s->f;
	uint32_t code, len;

	if (u->kind == OST_UNIT_FUNC) {
		code = f->funcs[u->index].code;
		len = f->funcs[u->index].code_len;
	} else {
		code = f->macros[u->index].code;
		len = f->macros[u->index].code_len;
	}
	return len && ost_facts_unpack(f, code, len, &s->tree) && s->tree.v.nr;
}

bool ost_scope_enter(struct ost_scope *s, uint32_t unit)
{
	const struct ost_unit *u = &s->p->units.items[unit];

	if (s->unit == unit && s->tree.v.nr)	/* it is in there; the file may be another one by now */
		return ost_scope_enter_file(s, u->file);
	s->unit = unit;
	ost_vec_clear(&s->locals);
	ost_vec_clear(&s->tree.v);
	if (!ost_scope_enter_file(s, u->file) || !unpack_unit(s, u))
		return false;
	ost_scope_find_locals(s);
	return true;
}

bool ost_scope_enter_global(struct ost_scope *s, uint32_t global)
{
	uint32_t file = s->p->global_file[global];
	const struct ost_fact_global *g;

	s->unit = OST_NO_ID;
	ost_vec_clear(&s->locals);
	ost_vec_clear(&s->tree.v);
	if (!ost_scope_enter_file(s, file))
		return false;
	g = &s->f->globals[global - s->p->files[file].first_global];
	return g->code_len && ost_facts_unpack(s->f, g->code, g->code_len, &s->tree) && s->tree.v.nr;
}

/* ---- frames ------------------------------------------------------------ */

void ost_scope_frame(struct ost_scope *s, struct ost_frame *fr)
{
	const struct ost_unit *u = s->unit == OST_NO_ID ? NULL : &s->p->units.items[s->unit];

	memset(fr, 0, offsetof(struct ost_frame, args));
	fr->nr_args = 0;
	fr->pf = s->more->pf;
	fr->t = &s->tree;
	fr->locals = s->locals.items;
	fr->nr_locals = s->locals.nr;
	if (u && u->kind == OST_UNIT_FUNC) {
		fr->first_param = s->f->funcs[u->index].first_param;
		fr->nr_params = s->f->funcs[u->index].nr_params;
	} else if (u) {
		fr->first_param = s->f->macros[u->index].first_param;
		fr->nr_params = s->f->macros[u->index].nr_params;
		fr->is_macro = true;
	}
}

/* NULL: it has none that can be read. */
static struct ost_unpacked *unpack_macro(struct ost_scope *s, uint32_t unit)
{
	const struct ost_unit *u = &s->p->units.items[unit];
	const struct ost_pfile *pf = u->file == s->file ? s->more->pf : ost_pfile_get(s->p, u->file);
	const struct ost_fact_macro *m = &pf->f.macros[u->index];
	struct ost_unpacked *b = &s->more->recent[unit % OST_RECENT_MACROS];

	if (b->unit == unit + 1 && b->pf == pf)
		return b;
	if (b->nr_users)
		b = &s->more->spare[s->more->depth];
	b->unit = 0;
	if (!m->code_len || !ost_facts_unpack(&pf->f, m->code, m->code_len, &b->t) || !b->t.v.nr)
		return NULL;
	find_locals(&b->t, (locals_vec *)(void *)&b->locals);
	b->unit = unit + 1;
	b->pf = pf;
	return b;
}

bool ost_frame_enter(struct ost_scope *s, struct ost_frame *fr, uint32_t unit, uint32_t call,
		     struct ost_frame *ret)
{
	const struct ost_unit *u = &s->p->units.items[unit];
	struct ost_scope_more *m = s->more;
	const struct ost_fact_macro *fm;
	struct ost_unpacked *b;
	uint32_t skip = 1;

	if (m->depth >= OST_FRAME_MAX || u->kind == OST_UNIT_FUNC)
		return false;
	b = unpack_macro(s, unit);
	if (!b)
		return false;
	fm = &b->pf->f.macros[u->index];
	memset(ret, 0, offsetof(struct ost_frame, args));
	ret->nr_args = 0;
	ret->up = fr;
	ret->pf = b->pf;
	ret->t = &b->t;
	ret->locals = b->locals.items;
	ret->nr_locals = b->locals.nr;
	ret->first_param = fm->first_param;
	ret->nr_params = fm->nr_params;
	ret->is_macro = true;
	b->nr_users++;
	m->bodies[m->depth++] = b;
	if (call == OST_NO_ID)
		return true;
	ost_for_each_kid(fr->t, call, kid) {
		if (skip) {
			skip = 0;
			continue;
		}
		if (ret->nr_args < OST_FRAME_ARGS)
			ret->args[ret->nr_args++] = kid;
	}
	return true;
}

void ost_frame_leave(struct ost_scope *s)
{
	s->more->bodies[--s->more->depth]->nr_users--;
}

/*
 * One text is one string of a file's facts, so that numbers are compared where
 * both stand in the same file. OST_NO_ID: that file has no such string.
 */
static uint32_t string_in(const struct ost_frame *fr, const struct ost_ident *id)
{
	return id->pf == fr->pf ? id->str : OST_NO_ID;
}

static bool is_same(const struct ost_frame *fr, uint32_t str, uint32_t want, const struct ost_ident *id)
{
	return want == OST_NO_ID ? !strcmp(ost_facts_str(&fr->pf->f, str), id->s) : str == want;
}

const struct ost_local *ost_frame_local(const struct ost_frame *fr, uint32_t n, const struct ost_ident *id)
{
	const struct ost_local *l;
	uint32_t want = string_in(fr, id);
	size_t i;

	for (i = fr->nr_locals; i-- > 0; ) {
		l = &fr->locals[i];
		if (is_same(fr, l->name, want, id) && l->first <= n && n < l->end)
			return l;
	}
	return NULL;
}

int ost_frame_param(const struct ost_frame *fr, const struct ost_ident *id)
{
	const struct ost_facts *f = &fr->pf->f;
	uint32_t i, want = string_in(fr, id);

	for (i = 0; i < fr->nr_params; i++)
		if (is_same(fr, f->params[fr->first_param + i].name, want, id))
			return (int)i;
	return -1;
}

int ost_frame_param_str(const struct ost_frame *fr, uint32_t str)
{
	const struct ost_facts *f = &fr->pf->f;
	uint32_t i;

	for (i = 0; i < fr->nr_params; i++)
		if (f->params[fr->first_param + i].name == str)
			return (int)i;
	return -1;
}

void ost_frame_arg(struct ost_frame **fr, uint32_t *n)
{
	int i;

	while ((*fr)->is_macro && (*fr)->up && ost_at(*fr, *n)->op == OST_N_NAME) {
		i = ost_frame_param_str(*fr, ost_at(*fr, *n)->a);
		if (i < 0 || (uint32_t)i >= (*fr)->nr_args)
			return;
		*n = (*fr)->args[i];
		*fr = (*fr)->up;
	}
}

struct ost_ident ost_node_ident(const struct ost_frame *fr, uint32_t n)
{
	uint32_t a = ost_at(fr, n)->a;

	return (struct ost_ident){ ost_facts_str(&fr->pf->f, a), ost_pfile_name(fr->pf, a), a, fr->pf };
}

uint32_t ost_call_arg(const struct ost_tree *t, uint32_t call, uint32_t n)
{
	return ost_kid(t, call, n + 1);
}

uint32_t ost_body_value(const struct ost_tree *t, uint32_t n)
{
	uint32_t last = 0;

	for (;;) {
		switch (t->v.items[n].op) {
		case OST_N_EXPR:
		case OST_N_STMT_EXPR:
			n = ost_kid(t, n, 0);
			if (!n)
				return OST_NO_ID;
			break;
		case OST_N_BLOCK:
		case OST_N_ARG_STMTS:
			last = 0;
			ost_for_each_kid(t, n, kid)
				last = kid;
			if (!last)
				return OST_NO_ID;
			n = last;
			break;
		case OST_N_DECL: case OST_N_IF: case OST_N_WHILE: case OST_N_DO: case OST_N_FOR:
		case OST_N_SWITCH: case OST_N_GOTO: case OST_N_RETURN: case OST_N_NONE: case OST_N_PP:
		case OST_N_LABEL: case OST_N_ASM: case OST_N_MACRO_STMT:
			return OST_NO_ID;
		case OST_N_INIT:	/* part of one is no value */
			return t->v.items[n].sub ? OST_NO_ID : n;
		default:
			return n;
		}
	}
}
