// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/decls.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
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
};

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
	return d;
}

void ost_decls_destroy(struct ost_decls *d)
{
	if (d)
		ost_table_deinit(&d->known);
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

static void found(struct finding *x, const struct ost_facts *f, uint32_t i, uint32_t cond, uint32_t line, bool is_proto)
{
	if (x->is_own) {
		/* an #if among the constants of an enum is not in its condition */
		bool is_told = x->kind == OST_DECL_CONST && x->d->ifs && line <= x->d->nr_lines;

		cond = is_told ? x->d->ifs[line] != OST_NOT_UNDER_IF || is_in_function(f, line) : ost_decls_is_under_if(x->d, cond, line);
	}
	if (x->nr < OST_DECLS_MAX)
		x->v[x->nr] = (struct ost_decl){ f, i, cond, is_proto, x->is_own, x->kind == OST_DECL_RECORD && may_have_more(x, f, i) };
	if (x->nr <= OST_DECLS_MAX)
		x->nr++;
}

static void find_funcs(struct finding *x, const struct ost_facts *f)
{
	uint32_t i;

	for (i = 0; i < f->nr_funcs; i++)
		if (is_name(x, f, f->funcs[i].name))
			found(x, f, i, f->funcs[i].cond, f->funcs[i].line, false);
	for (i = 0; i < f->nr_protos; i++)
		if (is_name(x, f, f->protos[i].name))
			found(x, f, i, f->protos[i].cond, f->protos[i].line, true);
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

static void find_in(struct finding *x, const struct ost_facts *f)
{
	uint32_t i;

	switch (x->kind) {
	case OST_DECL_FUNC:
		find_funcs(x, f);
		break;
	case OST_DECL_OBJECT:
		for (i = 0; i < f->nr_globals; i++)
			if (!f->globals[i].func && is_name(x, f, f->globals[i].name))
				found(x, f, i, f->globals[i].cond, f->globals[i].line, false);
		break;
	case OST_DECL_RECORD:
		for (i = 0; i < f->nr_records; i++)
			if (f->records[i].tag && is_name(x, f, f->records[i].tag))
				found(x, f, i, f->records[i].cond, f->records[i].line, false);
		break;
	case OST_DECL_TYPE:
		for (i = 0; i < f->nr_typedefs; i++)
			if (is_name(x, f, f->typedefs[i].name))
				found(x, f, i, f->typedefs[i].cond, f->typedefs[i].line, false);
		break;
	case OST_DECL_CONST:
		for (i = 0; i < f->nr_enum_consts; i++)
			if (is_name(x, f, f->enum_consts[i].name))
				found(x, f, i, cond_of_const(f, i), f->enum_consts[i].line, false);
		break;
	case OST_DECL_MACRO:
		for (i = 0; i < f->nr_macros; i++)
			if (is_name(x, f, f->macros[i].name))
				found(x, f, i, f->macros[i].cond, f->macros[i].line, false);
		break;
	default:
		break;
	}
}

static bool find_in_header(void *ctx, const struct ost_branch_file *file)
{
	struct finding *x = ctx;

	x->open = file->open_records;
	find_in(x, &file->facts);
	return x->nr <= OST_DECLS_MAX;
}

struct ost_decl_list ost_decls_of(struct ost_decls *d, enum ost_decl_kind kind, const char *name)
{
	static const enum ost_symbol_kind kinds[] = { OST_SYM_FUNC, OST_SYM_OBJECT, OST_SYM_RECORD, OST_SYM_TYPE, OST_SYM_ENUM, OST_SYM_MACRO };
	struct finding x = { .d = d, .kind = kind, .name = name, .len = strlen(name), .is_own = true, .open = d->own_open };
	uint64_t key = ost_hash_mix(ost_hash_bytes(name, x.len) + kind + 1), *at = ost_table_get(&d->known, key);
	struct ost_decl_list *list;

	if (at)
		return *(const struct ost_decl_list *)(uintptr_t)*at;
	find_in(&x, d->own);
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
