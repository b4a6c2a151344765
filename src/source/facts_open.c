// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening a record: every index is checked here once, so that readers may
 * follow them blindly and never run in circles (a type's parts and a
 * condition's outer one always come before it).
 */
#include "source/facts.h"

#include "source/facts_format.h"

struct span {
	const struct ost_facts *f;
	bool is_bad;
};

static void str(struct span *s, uint32_t i)
{
	s->is_bad |= i >= s->f->nr_strs;
}

static void type(struct span *s, uint32_t i)
{
	s->is_bad |= i >= s->f->nr_types;
}

static void cond(struct span *s, uint32_t i)
{
	s->is_bad |= i >= s->f->nr_conds;
}

static void range(struct span *s, uint32_t first, uint32_t nr, uint32_t limit)
{
	s->is_bad |= first > limit || nr > limit - first;
}

static void code(struct span *s, uint32_t at, uint32_t len)
{
	range(s, at, len, s->f->code_bytes);
}

static void check_types(struct span *s)
{
	const struct ost_facts *f = s->f;
	uint32_t i, k;

	for (i = 0; i < f->nr_types && !s->is_bad; i++) {
		const struct ost_fact_type *t = &f->types[i];

		str(s, t->name);
		s->is_bad |= t->kind > OST_T_TYPEOF || (i ? t->inner >= i : t->inner != 0);
		s->is_bad |= t->rec > (t->kind == OST_T_ENUM ? f->nr_enums : f->nr_records);
		range(s, t->first_param, t->nr_params, f->nr_params);
		for (k = 0; !s->is_bad && k < t->nr_params; k++)
			s->is_bad |= f->params[t->first_param + k].type >= i;
	}
	for (i = 0; i < f->nr_params; i++) {
		str(s, f->params[i].name);
		type(s, f->params[i].type);
	}
}

static void check_funcs(struct span *s, const struct ost_fact_func *fn, uint32_t nr)
{
	for (; nr; nr--, fn++) {
		str(s, fn->name);
		str(s, fn->attrs);
		str(s, fn->macro);
		str(s, fn->trouble);
		type(s, fn->ret_type);
		cond(s, fn->cond);
		range(s, fn->first_param, fn->nr_params, s->f->nr_params);
		code(s, fn->code, fn->code_len);
	}
}

static void check_records(struct span *s)
{
	const struct ost_facts *f = s->f;
	uint32_t i;

	for (i = 0; i < f->nr_records; i++) {
		const struct ost_fact_record *r = &f->records[i];

		str(s, r->tag);
		cond(s, r->cond);
		range(s, r->first_field, r->nr_fields, f->nr_fields);
		s->is_bad |= r->outer > i || r->func > f->nr_funcs;
	}
	for (i = 0; i < f->nr_fields; i++) {
		str(s, f->fields[i].name);
		str(s, f->fields[i].bits);
		type(s, f->fields[i].type);
		cond(s, f->fields[i].cond);
	}
}

static void check_names(struct span *s)
{
	const struct ost_facts *f = s->f;
	uint32_t i;

	for (i = 0; i < f->nr_enums; i++) {
		str(s, f->enums[i].tag);
		cond(s, f->enums[i].cond);
		range(s, f->enums[i].first_const, f->enums[i].nr_consts, f->nr_enum_consts);
	}
	for (i = 0; i < f->nr_enum_consts; i++) {
		str(s, f->enum_consts[i].name);
		str(s, f->enum_consts[i].value);
	}
	for (i = 0; i < f->nr_typedefs; i++) {
		str(s, f->typedefs[i].name);
		type(s, f->typedefs[i].type);
		cond(s, f->typedefs[i].cond);
	}
	for (i = 0; i < f->nr_includes; i++) {
		str(s, f->includes[i].path);
		cond(s, f->includes[i].cond);
	}
	for (i = 0; i < f->nr_conds; i++) {
		str(s, f->conds[i].text);
		s->is_bad |= i ? f->conds[i].outer >= i : f->conds[i].outer != 0;
	}
}

static void check_objects(struct span *s)
{
	const struct ost_facts *f = s->f;
	uint32_t i;

	for (i = 0; i < f->nr_globals; i++) {
		const struct ost_fact_global *g = &f->globals[i];

		str(s, g->name);
		str(s, g->attrs);
		type(s, g->type);
		cond(s, g->cond);
		code(s, g->code, g->code_len);
		s->is_bad |= g->func > f->nr_funcs;
	}
	for (i = 0; i < f->nr_macros; i++) {
		const struct ost_fact_macro *m = &f->macros[i];

		str(s, m->name);
		str(s, m->text);
		cond(s, m->cond);
		range(s, m->first_param, m->nr_params, f->nr_params);
		code(s, m->code, m->code_len);
	}
	for (i = 0; i < f->nr_invokes; i++) {
		str(s, f->invokes[i].name);
		cond(s, f->invokes[i].cond);
		code(s, f->invokes[i].code, f->invokes[i].code_len);
	}
}

static void check_strings(struct span *s, uint32_t str_bytes)
{
	const struct ost_facts *f = s->f;
	uint32_t i;

	s->is_bad |= !f->nr_strs || f->str_off[0] || f->str_off[f->nr_strs] != str_bytes;
	for (i = 0; i < f->nr_strs && !s->is_bad; i++) {
		uint32_t from = f->str_off[i], to = f->str_off[i + 1];

		s->is_bad |= to <= from || to > str_bytes || f->str_bytes[to - 1];
	}
}

/* Sets the table pointers; false when they do not fill the record exactly. */
static bool lay_out(struct ost_facts *f, const struct ost_facts_head *h, size_t len)
{
	const char *base = (const char *)h;
	uint64_t at = sizeof(*h);

#define X(type_name, name)						\
	f->nr_##name = h->nr_##name;					\
	f->name = (const void *)(base + at);				\
	at += (uint64_t)h->nr_##name * sizeof(struct type_name);	\
	if (at > len)							\
		return false;
	OST_FACTS_TABLES(X)
#undef X
	f->nr_strs = h->nr_strs;
	f->str_off = (const void *)(base + at);
	at += ((uint64_t)h->nr_strs + 1) * 4;
	if (at > len)
		return false;
	f->str_bytes = base + at;
	at += ((uint64_t)h->str_bytes + 3) & ~(uint64_t)3;
	if (at > len)
		return false;
	f->code = (const void *)(base + at);
	f->code_bytes = h->code_bytes;
	at += ((uint64_t)h->code_bytes + 3) & ~(uint64_t)3;
	return at == len;
}

static bool open_record(struct ost_facts *f, const void *bytes, size_t len)
{
	const struct ost_facts_head *h = bytes;
	struct span s = { f, false };

	if (len < sizeof(*h) || ((uintptr_t)bytes & 3) || h->magic != OST_FACTS_MAGIC ||
	    h->version != OST_FACTS_VERSION || h->total != len || h->kind > OST_FK_NOT_C)
		return false;
	if (!lay_out(f, h, len))
		return false;
	f->kind = h->kind;
	f->lines = h->lines;
	f->bytes = h->bytes;
	f->nr_troubled = h->nr_troubled;
	f->nr_lost = h->nr_lost;
	f->nr_skipped = h->nr_skipped;
	f->nr_split = h->nr_split;
	f->why = h->why;
	check_strings(&s, h->str_bytes);
	if (s.is_bad || !f->nr_types || !f->nr_conds)
		return false;
	str(&s, f->why);
	check_types(&s);
	check_funcs(&s, f->funcs, f->nr_funcs);
	check_funcs(&s, f->protos, f->nr_protos);
	check_records(&s);
	check_names(&s);
	check_objects(&s);
	return !s.is_bad;
}

struct ost_err *ost_facts_open(struct ost_facts *f, const void *bytes, size_t len)
{
	memset(f, 0, sizeof(*f));
	if (open_record(f, bytes, len))
		return NULL;
	memset(f, 0, sizeof(*f));
	return ost_err_create(OST_ERR_INPUT, "facts", "rebuild the store", "damaged facts record");
}
