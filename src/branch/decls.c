// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/decls.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/chains.h"
#include "base/hash.h"
#include "base/table.h"
#include "branch/ifs.h"
#include "branch/open_records.h"

struct ost_decls {
	struct ost_included *included;
	const struct ost_facts *own;
	const bool *own_open;
	struct ost_arena *arena;
	const unsigned char *ifs;
	uint32_t nr_lines;
	struct ost_table known;		/* hash of kind and name: address of a struct ost_decl_list */
	struct ost_chains own_names;	/* of kind and name */
	struct ost_table notes;		/* hash of a name: what the caller noted */
	uint32_t nr_spent;
};

void ost_decls_destroy(struct ost_decls *d)
{
	if (!d)
		return;
	ost_table_deinit(&d->known);
	ost_table_deinit(&d->notes);
	ost_chains_deinit(&d->own_names);
	free(d);
}

bool ost_decls_is_under_if(const struct ost_decls *d, uint32_t cond, uint32_t line)
{
	return cond && !(d->ifs && line && line <= d->nr_lines && d->ifs[line] == OST_NOT_UNDER_IF);
}

struct finding {
	const struct ost_decls *d;
	enum ost_decl_kind kind;
	const char *name;
	size_t len;
	bool is_own;
	const bool *open;
	struct ost_decl v[OST_DECLS_MAX];
	uint32_t nr;
};

static bool is_name(const struct finding *x, const struct ost_facts *f, uint32_t s)
{
	return ost_facts_strlen(f, s) == x->len && !memcmp(ost_facts_str(f, s), x->name, x->len);
}

static bool is_in_function(const struct ost_facts *f, uint32_t line)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (f->funcs[i].body_line && line >= f->funcs[i].body_line && line <= f->funcs[i].end_line)
			return true;
	return false;
}

/* A macro that stands in one line with the braces is not told from a member. */
static bool may_have_more(const struct finding *x, const struct ost_facts *f, uint32_t rec)
{
	return (x->open && x->open[rec]) || f->records[rec].line == f->records[rec].end_line;
}

/* What its enum stands under; one of a function's own is not seen by others. */
static uint32_t cond_of_const(const struct ost_facts *f, uint32_t c)
{
	uint32_t i;

	for (i = 0; i < f->nr_enums; i++)
		if (c >= f->enums[i].first_const && c - f->enums[i].first_const < f->enums[i].nr_consts)
			return f->enums[i].cond || is_in_function(f, f->enums[i].line);
	return 0;
}

/* How many there may be, functions without the prototypes. */
static uint32_t nr_of(const struct ost_facts *f, enum ost_decl_kind kind)
{
	switch (kind) {
	case OST_DECL_FUNC:
		return f->nr_funcs;
	case OST_DECL_OBJECT:
		return f->nr_globals;
	case OST_DECL_RECORD:
		return f->nr_records;
	case OST_DECL_TYPE:
		return f->nr_typedefs;
	case OST_DECL_CONST:
		return f->nr_enum_consts;
	}
	return 0;
}

/* The string that names it, 0: none that others see. */
static uint32_t name_at(const struct ost_facts *f, enum ost_decl_kind kind, uint32_t i, bool is_proto)
{
	switch (kind) {
	case OST_DECL_FUNC:
		return is_proto ? f->protos[i].name : f->funcs[i].name;
	case OST_DECL_OBJECT:
		return f->globals[i].func ? 0 : f->globals[i].name;
	case OST_DECL_RECORD:
		return f->records[i].tag;
	case OST_DECL_TYPE:
		return f->typedefs[i].name;
	case OST_DECL_CONST:
		return f->enum_consts[i].name;
	}
	return 0;
}

static uint32_t cond_at(const struct ost_facts *f, enum ost_decl_kind kind, uint32_t i, bool is_proto, uint32_t *ret_line)
{
	const struct ost_fact_func *func = is_proto ? &f->protos[i] : &f->funcs[i];

	switch (kind) {
	case OST_DECL_FUNC:
		*ret_line = func->line;
		return func->cond;
	case OST_DECL_OBJECT:
		*ret_line = f->globals[i].line;
		return f->globals[i].cond;
	case OST_DECL_RECORD:
		*ret_line = f->records[i].line;
		return f->records[i].cond;
	case OST_DECL_TYPE:
		*ret_line = f->typedefs[i].line;
		return f->typedefs[i].cond;
	case OST_DECL_CONST:
		*ret_line = f->enum_consts[i].line;
		return cond_of_const(f, i);
	}
	return 0;
}

static void see(struct finding *x, const struct ost_facts *f, uint32_t i, bool is_proto)
{
	uint32_t name = name_at(f, x->kind, i, is_proto), line = 0, cond;

	if (!name || !is_name(x, f, name))
		return;
	cond = cond_at(f, x->kind, i, is_proto, &line);
	if (x->is_own) {
		/* an #if among the constants of an enum is not in its condition */
		bool is_told = x->kind == OST_DECL_CONST && x->d->ifs && line <= x->d->nr_lines;

		cond = is_told ? x->d->ifs[line] != OST_NOT_UNDER_IF || is_in_function(f, line) : ost_decls_is_under_if(x->d, cond, line);
	}
	if (x->nr < OST_DECLS_MAX)
		x->v[x->nr] = (struct ost_decl){ f, i, cond, is_proto, x->is_own, false, x->kind == OST_DECL_RECORD && may_have_more(x, f, i) };
	if (x->nr <= OST_DECLS_MAX)
		x->nr++;
}

static void find_in(struct finding *x, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < nr_of(f, x->kind); i++)
		see(x, f, i, false);
	for (i = 0; x->kind == OST_DECL_FUNC && i < f->nr_protos; i++)
		see(x, f, i, true);
}

/* ---- the file's own, by name ---- */

static uint64_t key_of(enum ost_decl_kind kind, const char *name, size_t len)
{
	return ost_hash_mix(ost_hash_bytes(name, len) + kind + 1);
}

/* An item is an index, doubled, and one more for a prototype. */
static void index_one(struct ost_decls *d, enum ost_decl_kind kind, uint32_t i, bool is_proto)
{
	uint32_t name = name_at(d->own, kind, i, is_proto);

	if (name)
		ost_chain_add(&d->own_names, key_of(kind, ost_facts_str(d->own, name), ost_facts_strlen(d->own, name)), 2 * i + is_proto);
}

static void index_own(struct ost_decls *d)
{
	uint32_t kind, i;

	for (kind = OST_DECL_FUNC; kind <= OST_DECL_CONST; kind++)
		for (i = 0; i < nr_of(d->own, kind); i++)
			index_one(d, kind, i, false);
	for (i = 0; i < d->own->nr_protos; i++)
		index_one(d, OST_DECL_FUNC, i, true);
}

static void find_own(struct finding *x, uint64_t key)
{
	const struct ost_chains *c = &x->d->own_names;
	uint32_t at;

	for (at = ost_chain_first(c, key); at; at = ost_chain_next(c, at))
		see(x, x->d->own, ost_chain_item(c, at) / 2, ost_chain_item(c, at) & 1);
}

struct ost_decls *ost_decls_create(struct ost_included *included, const struct ost_facts *own, struct ost_arena *arena,
				   const char *text, size_t len, const unsigned char *ifs, uint32_t nr_lines)
{
	struct ost_decls *d = ost_calloc(1, sizeof(*d));

	d->included = included;
	d->own = own;
	d->own_open = ost_open_records(arena, own, text, len);
	d->arena = arena;
	d->ifs = ifs;
	d->nr_lines = nr_lines;
	index_own(d);
	return d;
}

static bool find_in_header(void *ctx, const struct ost_branch_file *file)
{
	struct finding *x = ctx;
	uint32_t nr = x->nr, i;

	x->open = file->open_records;
	find_in(x, &file->facts);
	if (x->nr > nr && !ost_included_is_sure(x->d->included, file->path))
		for (i = nr; i < x->nr && i < OST_DECLS_MAX; i++)
			x->v[i].is_unsure = true;
	return x->nr <= OST_DECLS_MAX;
}

struct ost_decl_list ost_decls_of(struct ost_decls *d, enum ost_decl_kind kind, const char *name)
{
	static const enum ost_symbol_kind kinds[] = { OST_SYM_FUNC, OST_SYM_OBJECT, OST_SYM_RECORD, OST_SYM_TYPE, OST_SYM_ENUM };
	struct finding x = { .d = d, .kind = kind, .name = name, .len = strlen(name), .is_own = true, .open = d->own_open };
	uint64_t key = key_of(kind, name, x.len), *at = ost_table_get(&d->known, key);
	struct ost_decl_list *list;

	if (at)
		return *(const struct ost_decl_list *)(uintptr_t)*at;
	find_own(&x, key);
	x.is_own = false;
	ost_included_each_file(d->included, kinds[kind], name, find_in_header, &x);
	list = ost_arena_calloc(d->arena, 1, sizeof(*list));
	list->nr = x.nr;
	if (x.nr) {
		size_t n = sizeof(*x.v) * (x.nr < OST_DECLS_MAX ? x.nr : OST_DECLS_MAX);

		list->v = memcpy(ost_arena_alloc(d->arena, n), x.v, n);
	}
	*ost_table_put(&d->known, key, NULL) = (uintptr_t)list;
	return *list;
}

uint64_t *ost_decls_note(struct ost_decls *d, const char *name)
{
	return ost_table_put(&d->notes, ost_hash_bytes(name, strlen(name)), NULL);
}

bool ost_decls_spend(struct ost_decls *d)
{
	return d->nr_spent < OST_DECLS_MAX_STEPS && ++d->nr_spent;
}

bool ost_decls_is_doubtful(struct ost_decls *d, const char *name)
{
	return ost_included_has(d->included, OST_SYM_MACRO, name) || ost_included_has(d->included, OST_SYM_LOOSE, name) ||
	       ost_included_has(d->included, OST_SYM_OUTER, name);
}

bool ost_decls_is_macro(struct ost_decls *d, const char *name)
{
	return ost_included_has(d->included, OST_SYM_MACRO, name);
}

bool ost_decls_may_be_member(struct ost_decls *d, const char *field)
{
	return ost_decls_is_macro(d, field) || ost_included_has(d->included, OST_SYM_MADE, field);
}

bool ost_decls_is_in_macro(struct ost_decls *d, const char *name)
{
	return ost_included_has(d->included, OST_SYM_INSIDE, name);
}

bool ost_decls_is_given(struct ost_decls *d, const char *name)
{
	return ost_included_has(d->included, OST_SYM_OBJECT, name);
}
