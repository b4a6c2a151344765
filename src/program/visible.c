// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What other files may see of a file, as a number. Linking a file asks others
 * for definitions by name and for nothing else: the fields of a record, the
 * type of a function, of a global or typedef, the text of a macro, and the path
 * that a small function returns. Places and large bodies are never asked for.
 * So when this number is the same, all other files link as before.
 *
 * Of a .c file only what the linker sees counts, and what that leads to by name;
 * all of it does when another file includes it.
 */
#include "program/internal.h"

#include "base/hash.h"

#define TYPE_DEPTH 200

#define NAME_DEPTH 16
#define SEVERAL UINT32_MAX	/* a name with several definitions in the file */

/* A table of facts by name: index + 1 of what a string names, and what was met, numbered from 1. */
struct names {
	uint32_t *of, *seen;
};

struct digest {
	const struct ost_facts *f;
	uint64_t h;
	bool all, is_unknown;
	uint32_t nr_seen, *type_seen;
	struct names records, typedefs, funcs, macros, globals;
};

static void add(struct digest *d, uint64_t v)
{
	d->h = ost_hash_mix(d->h * 0x9fb21c651e98df25ull + v + 1);
}

static void add_str(struct digest *d, uint32_t str)
{
	add(d, ost_hash_bytes(ost_facts_str(d->f, str), ost_facts_strlen(d->f, str)));
}

static void add_record(struct digest *d, uint32_t record, int depth);
static void add_typedef(struct digest *d, uint32_t index, int depth);
static void add_name(struct digest *d, uint32_t str, int depth);

/* What is met again is named by when it was met first, so that nothing is gone through twice. */
static bool is_seen(struct digest *d, uint32_t *seen)
{
	if (*seen) {
		add(d, *seen);
		return true;
	}
	*seen = ++d->nr_seen;
	return false;
}

/* The row that a string names in this file; false: none, or several, and then nothing is known. */
static bool is_named(struct digest *d, const struct names *n, uint32_t str, uint32_t *ret_row)
{
	uint32_t v = n->of[str];

	d->is_unknown |= v == SEVERAL && !d->all;
	*ret_row = v - 1;
	return v && v != SEVERAL;
}

/* A name that this file defines stands for its definition: others look it up from here. */
static void add_type(struct digest *d, uint32_t type, int depth)
{
	const struct ost_fact_type *t = &d->f->types[type];
	uint32_t i, row;

	if (depth > TYPE_DEPTH || (t->kind == OST_T_TYPEOF && !d->all))
		d->is_unknown = true;
	if (d->is_unknown || is_seen(d, &d->type_seen[type]))
		return;
	add(d, (uint64_t)t->kind << 8 | t->flags);
	add_str(d, t->name);
	if (t->inner)
		add_type(d, t->inner, depth + 1);
	add(d, t->nr_params);
	for (i = t->first_param; i < t->first_param + t->nr_params; i++)
		add_type(d, d->f->params[i].type, depth + 1);
	if (t->kind == OST_T_TYPEDEF && is_named(d, &d->typedefs, t->name, &row))
		add_typedef(d, row, depth + 1);
	if (t->kind != OST_T_STRUCT && t->kind != OST_T_UNION)
		return;
	if (t->rec)
		add_record(d, t->rec - 1, depth + 1);
	else if (is_named(d, &d->records, t->name, &row))
		add_record(d, row, depth + 1);
}

static void add_typedef(struct digest *d, uint32_t index, int depth)
{
	if (is_seen(d, &d->typedefs.seen[index]))
		return;
	add_str(d, d->f->typedefs[index].name);
	add_type(d, d->f->typedefs[index].type, depth + 1);
}

static void add_record(struct digest *d, uint32_t record, int depth)
{
	const struct ost_fact_record *r = &d->f->records[record];
	uint32_t i;

	if (is_seen(d, &d->records.seen[record]))
		return;
	add_str(d, r->tag);
	add(d, (uint64_t)r->kind << 32 | r->nr_fields);
	add(d, (uint64_t)(r->outer != 0) << 1 | (r->func != 0));
	for (i = r->first_field; i < r->first_field + r->nr_fields; i++) {
		add_str(d, d->f->fields[i].name);
		add_type(d, d->f->fields[i].type, depth + 1);
	}
}

static void add_params(struct digest *d, uint32_t first, uint32_t nr)
{
	uint32_t i;

	add(d, nr);
	for (i = first; i < first + nr; i++) {
		add_str(d, d->f->params[i].name);
		add_type(d, d->f->params[i].type, 0);
	}
}

/* A body but for its lines, with what its names lead to in this file. */
static void add_tree(struct digest *d, const struct ost_tree *t, int depth)
{
	const struct ost_node *n;
	size_t i;

	for (i = 0; i < t->v.nr; i++) {
		n = &t->v.items[i];
		add(d, (uint64_t)n->op << 56 | (uint64_t)n->sub << 48 | (uint64_t)n->flags << 32 | n->end);
		if (n->op == OST_N_TYPE)
			add_type(d, n->a, 0);
		else if (n->op != OST_N_PP)	/* `a` is a condition there */
			add_str(d, n->a < d->f->nr_strs ? n->a : 0);
		if (n->op == OST_N_NAME && !d->all)
			add_name(d, n->a, depth + 1);
	}
}

/* Callers may look into a body as accessor() in path.c decides. */
static void add_func(struct digest *d, const struct ost_fact_func *fn, int depth)
{
	struct ost_tree t = { OST_VEC_INIT };

	add_str(d, fn->name);
	add(d, fn->flags);
	add_type(d, fn->ret_type, 0);
	add_params(d, fn->first_param, fn->nr_params);
	if (fn->code_len && ost_facts_unpack(d->f, fn->code, fn->code_len, &t) && ost_tree_may_be_accessor(&t))
		add_tree(d, &t, depth);
	ost_vec_deinit(&t.v);
}

static void add_global(struct digest *d, const struct ost_fact_global *g)
{
	add_str(d, g->name);
	add(d, (uint64_t)g->flags << 2 | (g->func != 0) << 1 | (g->code_len != 0));
	add_type(d, g->type, 0);
}

static void add_macro(struct digest *d, const struct ost_fact_macro *m, int depth)
{
	struct ost_tree t = { OST_VEC_INIT };

	add_str(d, m->name);
	add_str(d, m->text);
	add(d, (uint64_t)m->body_kind << 8 | m->is_function << 1 | m->is_variadic);
	add_params(d, m->first_param, m->nr_params);
	if (!d->all && m->code_len && ost_facts_unpack(d->f, m->code, m->code_len, &t))
		add_tree(d, &t, depth);
	ost_vec_deinit(&t.v);
}

/* What an identifier in a body that others look into means in this file. */
static void add_name(struct digest *d, uint32_t str, int depth)
{
	uint32_t row;

	if (depth > NAME_DEPTH)
		d->is_unknown = true;
	if (d->is_unknown)
		return;
	if (is_named(d, &d->funcs, str, &row) && !is_seen(d, &d->funcs.seen[row]))
		add_func(d, &d->f->funcs[row], depth);
	if (is_named(d, &d->macros, str, &row) && !is_seen(d, &d->macros.seen[row]))
		add_macro(d, &d->f->macros[row], depth);
	if (is_named(d, &d->globals, str, &row) && !is_seen(d, &d->globals.seen[row]))
		add_global(d, &d->f->globals[row]);
	if (is_named(d, &d->typedefs, str, &row))
		add_typedef(d, row, 0);
}

/* What the linker sees: functions and objects that are not static, and prototypes. */
static void add_linked(struct digest *d)
{
	const struct ost_facts *f = d->f;
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (d->all || !(f->funcs[i].flags & OST_FF_STATIC))
			add_func(d, &f->funcs[i], 0);
	for (i = 0; i < f->nr_protos; i++)
		add_func(d, &f->protos[i], 0);
	for (i = 0; i < f->nr_globals; i++)
		if (d->all || (!f->globals[i].func && !(f->globals[i].flags & OST_FF_STATIC)))
			add_global(d, &f->globals[i]);
}

static void add_rest(struct digest *d)
{
	const struct ost_facts *f = d->f;
	uint32_t i;

	for (i = 0; i < f->nr_records; i++)
		add_record(d, i, 0);
	for (i = 0; i < f->nr_typedefs; i++)
		add_typedef(d, i, 0);
	for (i = 0; i < f->nr_enums; i++)
		add_str(d, f->enums[i].tag);
	for (i = 0; i < f->nr_enum_consts; i++)
		add_str(d, f->enum_consts[i].name);
	for (i = 0; i < f->nr_macros; i++)
		add_macro(d, &f->macros[i], 0);
}

/* ---- the whole ----------------------------------------------------------- */

static void name_row(struct names *n, uint32_t str, uint32_t row)
{
	if (str)
		n->of[str] = n->of[str] ? SEVERAL : row + 1;
}

static void index_names(struct digest *d)
{
	const struct ost_facts *f = d->f;
	uint32_t i;

	for (i = 0; i < f->nr_records; i++)
		name_row(&d->records, f->records[i].tag, i);
	for (i = 0; i < f->nr_typedefs; i++)
		name_row(&d->typedefs, f->typedefs[i].name, i);
	for (i = 0; i < f->nr_funcs; i++)
		name_row(&d->funcs, f->funcs[i].name, i);
	for (i = 0; i < f->nr_macros; i++)
		name_row(&d->macros, f->macros[i].name, i);
	for (i = 0; i < f->nr_globals; i++)
		name_row(&d->globals, f->globals[i].name, i);
}

static uint32_t *cut(uint32_t **mem, size_t nr)
{
	uint32_t *at = *mem;

	*mem += nr;
	return at;
}

uint64_t ost_visible_digest(const struct ost_facts *f, bool all)
{
	struct digest d = { .f = f, .all = all };
	uint32_t *mem = ost_calloc(1 + f->nr_types + f->nr_records + f->nr_typedefs + f->nr_funcs + f->nr_macros +
				   f->nr_globals + 5 * (size_t)f->nr_strs, sizeof(*mem)), *at = mem;

	d.type_seen = cut(&at, f->nr_types);
	d.records = (struct names){ cut(&at, f->nr_strs), cut(&at, f->nr_records) };
	d.typedefs = (struct names){ cut(&at, f->nr_strs), cut(&at, f->nr_typedefs) };
	d.funcs = (struct names){ cut(&at, f->nr_strs), cut(&at, f->nr_funcs) };
	d.macros = (struct names){ cut(&at, f->nr_strs), cut(&at, f->nr_macros) };
	d.globals = (struct names){ cut(&at, f->nr_strs), cut(&at, f->nr_globals) };
	index_names(&d);
	add(&d, all);
	add_linked(&d);
	if (all)
		add_rest(&d);
	free(mem);
	return d.is_unknown ? 0 : d.h | 1;
}
