// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a file says about each name that it defines, as a number. Linking asks for
 * definitions by name and for nothing else: the fields of a record, the type of a
 * function, of a global or typedef, the text of a macro, and the path that a
 * small function returns. Lines, conditions and large bodies are never asked for. What a
 * definition mentions by name is not part of it: whoever follows that asks for
 * the other name too.
 *
 * Of a .c file that no other includes, others see what the linker sees. A static function
 * or object, a macro or a type is theirs in one way only: that some file defines the name decides
 * how it is looked at (name_flags).
 */
#include "program/visible.h"

#include <stdlib.h>

#include "base/hash.h"
#include "program/internal.h"

#define TYPE_DEPTH 200

struct digest {
	const struct ost_facts *f;
	bool is_own;
	uint64_t h;
	uint32_t *type_seen, *record_seen;	/* in this definition: when it was met, from 1 */
	OST_VEC(uint32_t *) touched;
	OST_VEC(struct ost_visible) list;
	const uint8_t *wanted;	/* by string, or NULL */
	bool has_wanted;	/* this definition has one of them */
};

static void add(struct digest *d, uint64_t v)
{
	d->h = ost_hash_mix(d->h * 0x9fb21c651e98df25ull + v + 1);
}

static void add_str(struct digest *d, uint32_t str)
{
	d->has_wanted |= d->wanted && d->wanted[str];
	add(d, ost_hash_bytes(ost_facts_str(d->f, str), ost_facts_strlen(d->f, str)));
}

static void add_record(struct digest *d, uint32_t record, int depth);

/* What is met again is named by when it was met first, so that nothing is gone through twice. */
static bool is_seen(struct digest *d, uint32_t *seen)
{
	if (*seen) {
		add(d, *seen);
		return true;
	}
	ost_vec_add(&d->touched, seen);
	*seen = (uint32_t)d->touched.nr;
	return false;
}

static void add_type(struct digest *d, uint32_t type, int depth)
{
	const struct ost_fact_type *t = &d->f->types[type];
	uint32_t i;

	if (depth > TYPE_DEPTH || is_seen(d, &d->type_seen[type]))
		return;
	add(d, (uint64_t)t->kind << 8 | t->flags);
	add_str(d, t->name);
	if (t->inner)
		add_type(d, t->inner, depth + 1);
	add(d, t->nr_params);
	for (i = t->first_param; i < t->first_param + t->nr_params; i++)
		add_type(d, d->f->params[i].type, depth + 1);
	if (t->rec && (t->kind == OST_T_STRUCT || t->kind == OST_T_UNION))
		add_record(d, t->rec - 1, depth + 1);
}

static void add_record(struct digest *d, uint32_t record, int depth)
{
	const struct ost_fact_record *r = &d->f->records[record];
	uint32_t i;

	if (depth > TYPE_DEPTH || is_seen(d, &d->record_seen[record]))
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

/* A body but for its lines. */
static void add_tree(struct digest *d, const struct ost_tree *t)
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
	}
}

static void begin(struct digest *d, enum ost_def_kind kind)
{
	size_t i;

	for (i = 0; i < d->touched.nr; i++)
		*d->touched.items[i] = 0;
	ost_vec_clear(&d->touched);
	d->h = 0;
	d->has_wanted = false;
	add(d, kind);
}

static void end(struct digest *d, uint32_t str)
{
	if (ost_facts_strlen(d->f, str) && (d->has_wanted || !d->wanted))
		ost_vec_add(&d->list, ((struct ost_visible){ ost_facts_str(d->f, str), d->h, d->list.nr, 0 }));
}

/* What the file has for itself: the same, whatever it says and however often. */
static void end_own(struct digest *d, uint32_t str, enum ost_own what)
{
	if (ost_facts_strlen(d->f, str) && !d->wanted)
		ost_vec_add(&d->list, ((struct ost_visible){ ost_facts_str(d->f, str), 0, d->list.nr, 1u << what }));
}

/* Callers may look into a body as accessor() in path.c decides. */
static void add_func(struct digest *d, const struct ost_fact_func *fn, enum ost_def_kind kind)
{
	struct ost_tree t = { OST_VEC_INIT };

	if (d->is_own && kind == OST_DEF_UNIT && fn->flags & OST_FF_STATIC) {
		end_own(d, fn->name, OST_OWN_FUNC);
		return;
	}
	begin(d, kind);
	add(d, fn->flags);
	add_type(d, fn->ret_type, 0);
	add_params(d, fn->first_param, fn->nr_params);
	if (fn->code_len && ost_facts_unpack(d->f, fn->code, fn->code_len, &t) && ost_tree_may_be_accessor(&t))
		add_tree(d, &t);
	ost_vec_deinit(&t.v);
	end(d, fn->name);
}

static void add_macro(struct digest *d, const struct ost_fact_macro *m)
{
	struct ost_tree t = { OST_VEC_INIT };

	if (d->is_own) {
		end_own(d, m->name, OST_OWN_MACRO);
		return;
	}
	begin(d, OST_DEF_UNIT);
	add_str(d, m->text);
	add(d, (uint64_t)m->body_kind << 8 | m->is_function << 1 | m->is_variadic);
	add_params(d, m->first_param, m->nr_params);
	if (m->code_len && ost_facts_unpack(d->f, m->code, m->code_len, &t))
		add_tree(d, &t);	/* types in it may be defined in place */
	ost_vec_deinit(&t.v);
	end(d, m->name);
}

static void add_global(struct digest *d, const struct ost_fact_global *g)
{
	if (d->is_own && (g->flags & OST_FF_STATIC || g->func)) {
		end_own(d, g->name, OST_OWN_GLOBAL);
		return;
	}
	begin(d, OST_DEF_GLOBAL);
	add(d, (uint64_t)g->flags << 2 | (g->func != 0) << 1 | (g->code_len != 0));
	add_type(d, g->type, 0);
	end(d, g->name);
}

static void add_types(struct digest *d)
{
	const struct ost_facts *f = d->f;
	uint32_t i;

	for (i = 0; i < f->nr_records; i++) {
		begin(d, OST_DEF_RECORD);
		add_record(d, i, 0);
		end(d, f->records[i].tag);
	}
	for (i = 0; i < f->nr_typedefs; i++) {
		begin(d, OST_DEF_TYPEDEF);
		add_type(d, f->typedefs[i].type, 0);
		end(d, f->typedefs[i].name);
	}
	for (i = 0; i < f->nr_enums; i++) {
		begin(d, OST_DEF_ENUM);
		end(d, f->enums[i].tag);
	}
	for (i = 0; i < f->nr_enum_consts; i++) {
		begin(d, OST_DEF_ENUM_CONST);
		end(d, f->enum_consts[i].name);
	}
}

static void add_own_types(struct digest *d)
{
	const struct ost_facts *f = d->f;
	uint32_t i;

	for (i = 0; i < f->nr_records; i++)
		end_own(d, f->records[i].tag, OST_OWN_TYPE);
	for (i = 0; i < f->nr_typedefs; i++)
		end_own(d, f->typedefs[i].name, OST_OWN_TYPE);
	for (i = 0; i < f->nr_enums; i++)
		end_own(d, f->enums[i].tag, OST_OWN_TYPE);
	for (i = 0; i < f->nr_enum_consts; i++)
		end_own(d, f->enum_consts[i].name, OST_OWN_TYPE);
}

static void add_all(struct digest *d)
{
	const struct ost_facts *f = d->f;
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		add_func(d, &f->funcs[i], OST_DEF_UNIT);
	for (i = 0; i < f->nr_protos; i++)
		add_func(d, &f->protos[i], OST_DEF_PROTO);
	for (i = 0; i < f->nr_macros; i++)
		if (ost_macro_is_unit(f, &f->macros[i]))
			add_macro(d, &f->macros[i]);
	for (i = 0; i < f->nr_globals; i++)
		add_global(d, &f->globals[i]);
	if (d->is_own)
		add_own_types(d);
	else
		add_types(d);
}

static int cmp_visible(const void *a, const void *b)
{
	const struct ost_visible *x = a, *y = b;
	int cmp = strcmp(x->name, y->name);

	if (cmp)
		return cmp;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* All definitions of a name, in the order of the file, are one number. */
static void merge(struct digest *d)
{
	struct ost_visible *v = d->list.items;
	size_t i, n = 0;

	if (!d->list.nr)
		return;
	qsort(v, d->list.nr, sizeof(*v), cmp_visible);
	for (i = 0; i < d->list.nr; i++) {
		struct ost_visible one = v[i];

		if (!n || strcmp(one.name, v[n - 1].name))
			v[n++] = (struct ost_visible){ .name = one.name };
		v[n - 1].own |= one.own;
		if (!one.own)
			v[n - 1].digest = ost_hash_mix(v[n - 1].digest * 31 + one.digest);
	}
	d->list.nr = n;
}

static void list_visible(const struct ost_facts *f, bool is_own, const uint8_t *wanted, struct digest *d)
{
	uint32_t *mem;

	*d = (struct digest){ .f = f, .is_own = is_own, .wanted = wanted };
	if (!f)
		return;
	mem = ost_calloc((size_t)f->nr_types + f->nr_records + 1, sizeof(*mem));
	d->type_seen = mem;
	d->record_seen = mem + f->nr_types;
	add_all(d);
	ost_vec_deinit(&d->touched);
	free(mem);
	merge(d);
}

static void tell(const struct ost_visible *a, const struct ost_visible *b, ost_visible_fn fn, void *ctx)
{
	const char *name = a->name ? a->name : b->name;

	if (a->digest != b->digest)
		fn(ctx, name, 0);
	else if (a->own != b->own)
		fn(ctx, name, a->own | b->own);
}

void ost_visible_compare(const struct ost_facts *a, const struct ost_facts *b, bool is_own, ost_visible_fn fn,
			 void *ctx)
{
	static const struct ost_visible none;
	struct digest x, y;
	size_t i = 0, k = 0;
	int cmp;

	list_visible(a, is_own, NULL, &x);
	list_visible(b, is_own, NULL, &y);
	while (i < x.list.nr || k < y.list.nr) {
		if (i == x.list.nr)
			cmp = 1;
		else
			cmp = k == y.list.nr ? -1 : strcmp(x.list.items[i].name, y.list.items[k].name);
		tell(cmp <= 0 ? &x.list.items[i] : &none, cmp >= 0 ? &y.list.items[k] : &none, fn, ctx);
		i += cmp <= 0;
		k += cmp >= 0;
	}
	ost_vec_deinit(&x.list);
	ost_vec_deinit(&y.list);
}

void ost_visible_mentions(const struct ost_facts *f, bool is_own, const uint8_t *wanted, ost_visible_fn fn, void *ctx)
{
	struct digest d;
	size_t i;

	list_visible(f, is_own, wanted, &d);
	for (i = 0; i < d.list.nr; i++)
		fn(ctx, d.list.items[i].name, 0);
	ost_vec_deinit(&d.list);
}
