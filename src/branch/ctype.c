// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/ctype.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 24

static const struct ost_ctype unknown = { NULL, 0, NULL, 0, false };

static const struct ost_fact_type *type_of(const struct ost_ctype *t)
{
	return &t->f->types[t->type];
}

static const char *name_of(const struct ost_ctype *t)
{
	return ost_facts_str(t->f, type_of(t)->name);
}

static struct ost_ctype typed(const struct ost_facts *f, uint32_t type)
{
	return (struct ost_ctype){ f, type, NULL, 0, false };
}

static enum ost_fit same(struct ost_decls *d, struct ost_ctype a, struct ost_ctype b, bool is_sign_free, int depth);

/* ---- names ---- */

/* Names whose definitions stand under conditions, one for each size of a machine: as x86 with 64 bits has them. */
static const char *machine_name(const char *name)
{
	static const char *const names[][2] = { { "size_t", "unsigned long" }, { "ssize_t", "long" }, { "uintptr_t", "unsigned long" },
						{ "ptrdiff_t", "long" } };
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i][0]))
			return names[i][1];
	return NULL;
}

/* `typedef struct x { } X, POINTER_TO PX;`: facts do not know what the macro makes of the second name. */
static bool is_second_name(const struct ost_decl *v)
{
	const struct ost_fact_typedef *all = v->f->typedefs, *this = &all[v->i];
	const struct ost_fact_type *t = &v->f->types[this->type];
	uint32_t i;

	if (t->kind != OST_T_STRUCT && t->kind != OST_T_UNION)
		return false;
	for (i = 0; i < v->i; i++) {
		const struct ost_fact_type *o = &v->f->types[all[i].type];

		if (o->kind == t->kind && o->name == t->name && o->rec == t->rec)
			return true;
	}
	return false;
}

static struct ost_ctype typedef_of(const struct ost_decl *v)
{
	return typed(v->f, v->f->typedefs[v->i].type);
}

static bool do_all_say_one(struct ost_decls *d, struct ost_decl_list l, int depth)
{
	uint32_t i;

	for (i = 0; i < l.nr; i++)
		if (is_second_name(&l.v[i]) || (i && same(d, typedef_of(&l.v[0]), typedef_of(&l.v[i]), false, depth + 1) != OST_FITS))
			return false;
	return true;
}

/* Do all typedefs of that name say the same? Not while that is being asked: one may name itself. */
static bool is_agreed(struct ost_decls *d, const char *name, struct ost_decl_list l, int depth)
{
	enum { NOT_ASKED, NO, YES };
	bool is;

	if (*ost_decls_note(d, name) != NOT_ASKED)
		return *ost_decls_note(d, name) == YES;
	*ost_decls_note(d, name) = NO;
	is = do_all_say_one(d, l, depth);
	*ost_decls_note(d, name) = is ? YES : NO;
	return is;
}

/* One step: what all typedefs of that name say. */
static struct ost_ctype behind_name(struct ost_decls *d, struct ost_ctype t, int depth)
{
	const char *name = name_of(&t);
	struct ost_decl_list l = ost_decls_of(d, OST_DECL_TYPE, name);
	struct ost_ctype to;

	if (depth > MAX_DEPTH || !l.nr || l.nr > OST_DECLS_MAX || ost_decls_is_macro(d, name) || !is_agreed(d, name, l, depth))
		return unknown;
	to = typedef_of(&l.v[0]);
	to.up = t.up;
	to.is_const = t.is_const || (!t.up && type_of(&t)->flags & OST_TF_CONST);
	return to;
}

static enum ost_ckind builtin_kind(const char *name)
{
	if (!strcmp(name, "void"))
		return OST_CK_VOID;
	if (!strcmp(name, "bool") || !strcmp(name, "_Bool"))
		return OST_CK_BOOL;
	if (strstr(name, "float") || strstr(name, "double"))
		return OST_CK_FLOAT;
	return strstr(name, "__") ? OST_CK_UNKNOWN : OST_CK_INT;
}

static enum ost_ckind kind_at(struct ost_decls *d, struct ost_ctype *t, int depth)
{
	for (; depth < MAX_DEPTH && t->f; depth++) {
		if (t->up)
			return OST_CK_POINTER;
		if (t->func)
			return OST_CK_FUNC;
		switch (type_of(t)->kind) {
		case OST_T_BUILTIN:
			return builtin_kind(name_of(t));
		case OST_T_STRUCT:
		case OST_T_UNION:
			return OST_CK_RECORD;
		case OST_T_ENUM:
			return OST_CK_ENUM;
		case OST_T_POINTER:
			return OST_CK_POINTER;
		case OST_T_ARRAY:
			return OST_CK_ARRAY;
		case OST_T_FUNC:
			return OST_CK_FUNC;
		case OST_T_TYPEDEF:
			if (machine_name(name_of(t)))
				return OST_CK_INT;
			*t = behind_name(d, *t, depth);
			break;
		default:
			return OST_CK_UNKNOWN;
		}
	}
	return OST_CK_UNKNOWN;
}

enum ost_ckind ost_ctype_kind(struct ost_decls *d, struct ost_ctype *t)
{
	return kind_at(d, t, 0);
}

static struct ost_ctype inner_at(struct ost_decls *d, struct ost_ctype t, int depth)
{
	enum ost_ckind kind = kind_at(d, &t, depth);

	if (kind != OST_CK_POINTER && kind != OST_CK_ARRAY)
		return unknown;
	if (t.up) {
		t.up--;
		return t;
	}
	return typed(t.f, type_of(&t)->inner);
}

struct ost_ctype ost_ctype_inner(struct ost_decls *d, struct ost_ctype t)
{
	return inner_at(d, t, 0);
}

struct ost_ctype ost_ctype_address(struct ost_ctype t)
{
	t.up += t.f != NULL;
	return t;
}

const char *ost_ctype_tag(const struct ost_ctype *t)
{
	const struct ost_fact_type *x = t->f && !t->up && !t->func ? type_of(t) : NULL;

	return x && (x->kind == OST_T_STRUCT || x->kind == OST_T_UNION) && x->name ? name_of(t) : NULL;
}

/* Of a type whose kind was asked for. */
bool ost_ctype_is_const(const struct ost_ctype *t)
{
	return t->f && !t->up && !t->func && (t->is_const || type_of(t)->flags & OST_TF_CONST);
}

/* ---- members ---- */

struct member {
	struct ost_ctype type;
	bool is_found, is_unclear;
};

static void find_member(struct ost_decls *d, struct member *m, const struct ost_facts *f, uint32_t rec, const char *field, int depth)
{
	const struct ost_fact_record *r = &f->records[rec];
	uint32_t i;

	for (i = r->first_field; depth < MAX_DEPTH && i < r->first_field + r->nr_fields; i++) {
		const struct ost_fact_field *fd = &f->fields[i];
		const char *name = ost_facts_str(f, fd->name);
		uint32_t inner = f->types[fd->type].rec;

		if (inner && (!fd->name || !strncmp(name, "__", 2)))
			find_member(d, m, f, inner - 1, field, depth + 1);
		if (!fd->name || strcmp(name, field))
			continue;
		if (m->is_found)
			m->is_unclear |= same(d, m->type, typed(f, fd->type), false, 0) != OST_FITS;
		else
			m->type = typed(f, fd->type);
		m->is_found = true;
	}
}

enum ost_has ost_ctype_member(struct ost_decls *d, struct ost_ctype record, const char *field, struct ost_ctype *ret)
{
	const char *tag = ost_ctype_tag(&record);
	struct ost_decl_list l = { NULL, 0 };
	struct member m = { unknown, false, false };
	bool is_open = false;
	uint32_t i;

	*ret = unknown;
	if (tag) {
		l = ost_decls_of(d, OST_DECL_RECORD, tag);
		if ((l.nr ? ost_decls_is_macro(d, tag) : ost_decls_is_doubtful(d, tag)) || l.nr > OST_DECLS_MAX)
			return OST_HAS_UNKNOWN;
		for (i = 0; i < l.nr; i++) {
			find_member(d, &m, l.v[i].f, l.v[i].i, field, 0);
			is_open |= l.v[i].is_open;
		}
	} else if (record.f && !record.up && type_of(&record)->rec) {
		find_member(d, &m, record.f, type_of(&record)->rec - 1, field, 0);
		is_open = !m.is_found;	/* which is not told of records without a tag */
	} else {
		return OST_HAS_UNKNOWN;
	}
	if (!m.is_found && tag && (ost_decls_is_in_macro(d, tag) || (!l.nr && ost_decls_is_given(d, tag))))
		return OST_HAS_UNKNOWN;
	if (!m.is_found && tag && !l.nr)
		return OST_HAS_NO_RECORD;
	if (!m.is_found)
		return is_open || ost_decls_may_be_member(d, field) ? OST_HAS_UNKNOWN : OST_HAS_NONE;
	if (!m.is_unclear)
		*ret = m.type;
	return OST_HAS_IT;
}

/* ---- functions and objects ---- */

static bool is_plain(const struct ost_fact_func *func)
{
	return !func->macro && !func->trouble && !(func->flags & OST_FF_OLD_STYLE);
}

static struct ost_ctype function_type(struct ost_decls *d, struct ost_decl_list l)
{
	struct ost_ctype t = unknown;
	uint32_t i;

	for (i = 0; i < l.nr; i++) {
		const struct ost_fact_func *func = l.v[i].is_proto ? &l.v[i].f->protos[l.v[i].i] : &l.v[i].f->funcs[l.v[i].i];
		struct ost_ctype this = { l.v[i].f, 0, func, 0, false };

		if (!is_plain(func) || (i && same(d, t, this, false, 0) != OST_FITS))
			return unknown;
		t = i ? t : this;
	}
	return t;
}

/* DEFINE_PER_CPU_ALIGNED(type, name[4]): made by a macro that is read as an attribute, so what it is is not known. */
static bool is_made_by_macro(const struct ost_facts *f, const struct ost_fact_global *g)
{
	return g->attrs && isupper((unsigned char)*ost_facts_str(f, g->attrs));
}

static struct ost_ctype object_type(struct ost_decls *d, struct ost_decl_list l)
{
	struct ost_ctype t = unknown;
	uint32_t i;

	for (i = 0; i < l.nr; i++) {
		const struct ost_fact_global *g = &l.v[i].f->globals[l.v[i].i];
		struct ost_ctype this = typed(l.v[i].f, g->type);

		if (is_made_by_macro(l.v[i].f, g))
			return unknown;
		if (i && same(d, t, this, false, 0) != OST_FITS)
			return unknown;
		t = i ? t : this;
	}
	return t;
}

struct ost_ctype ost_ctype_of_name(struct ost_decls *d, const char *name)
{
	struct ost_decl_list funcs, objects;

	if (ost_decls_is_macro(d, name))
		return unknown;
	funcs = ost_decls_of(d, OST_DECL_FUNC, name);
	objects = ost_decls_of(d, OST_DECL_OBJECT, name);
	if (funcs.nr > OST_DECLS_MAX || objects.nr > OST_DECLS_MAX || (funcs.nr && objects.nr))
		return unknown;
	return funcs.nr ? function_type(d, funcs) : object_type(d, objects);
}

/* A function, or what points to one. */
static struct ost_ctype to_function(struct ost_decls *d, struct ost_ctype t)
{
	enum ost_ckind kind = ost_ctype_kind(d, &t);

	if (kind == OST_CK_POINTER) {
		t = ost_ctype_inner(d, t);
		kind = ost_ctype_kind(d, &t);
	}
	return kind == OST_CK_FUNC ? t : unknown;
}

static bool is_void_list(const struct ost_facts *f, uint32_t first, uint32_t nr)
{
	const struct ost_fact_type *t = nr == 1 ? &f->types[f->params[first].type] : NULL;

	return t && t->kind == OST_T_BUILTIN && !strcmp(ost_facts_str(f, t->name), "void");
}

/* The parameters of a function's type. */
static void parameters(const struct ost_ctype *t, uint32_t *ret_first, uint32_t *ret_nr, bool *ret_is_variadic)
{
	const struct ost_fact_type *x = type_of(t);

	*ret_first = t->func ? t->func->first_param : x->first_param;
	*ret_nr = t->func ? t->func->nr_params : x->nr_params;
	*ret_is_variadic = t->func ? t->func->flags & OST_FF_VARIADIC : x->flags & OST_TF_VARIADIC;
	if (is_void_list(t->f, *ret_first, *ret_nr))
		*ret_nr = 0;
	else if (!*ret_nr)
		*ret_is_variadic = true;	/* int f(): anything */
}

bool ost_ctype_signature(struct ost_decls *d, struct ost_ctype t, struct ost_ctype *ret_return, uint32_t *ret_nr, bool *ret_is_variadic)
{
	uint32_t first;

	t = to_function(d, t);
	*ret_return = unknown;
	if (!t.f)
		return false;
	parameters(&t, &first, ret_nr, ret_is_variadic);
	*ret_return = typed(t.f, t.func ? t.func->ret_type : type_of(&t)->inner);
	return true;
}

/* An array or a function among parameters is a pointer. */
static struct ost_ctype adjusted(struct ost_decls *d, struct ost_ctype t, int depth)
{
	enum ost_ckind kind = kind_at(d, &t, depth);

	if (kind == OST_CK_ARRAY)
		return ost_ctype_address(inner_at(d, t, depth));
	return kind == OST_CK_FUNC ? ost_ctype_address(t) : t;
}

struct ost_ctype ost_ctype_param(struct ost_decls *d, struct ost_ctype t, uint32_t i)
{
	uint32_t first, nr;
	bool is_variadic;

	t = to_function(d, t);
	if (!t.f)
		return unknown;
	parameters(&t, &first, &nr, &is_variadic);
	return i < nr ? adjusted(d, typed(t.f, t.f->params[first + i].type), 0) : unknown;
}

/* ---- one and the same ---- */

static enum ost_fit worse(enum ost_fit a, enum ost_fit b)
{
	if (a == OST_FIT_OTHER || b == OST_FIT_OTHER)
		return OST_FIT_OTHER;
	return a == OST_FITS ? b : a;
}

static enum ost_fit same_function(struct ost_decls *d, const struct ost_ctype *a, const struct ost_ctype *b, int depth)
{
	uint32_t first_a, first_b, nr_a, nr_b, i;
	bool any_a, any_b;
	enum ost_fit fit;

	parameters(a, &first_a, &nr_a, &any_a);
	parameters(b, &first_b, &nr_b, &any_b);
	if ((any_a && !nr_a) || (any_b && !nr_b))
		return OST_FIT_UNKNOWN;
	if (nr_a != nr_b || any_a != any_b)
		return OST_FIT_OTHER;
	fit = same(d, typed(a->f, a->func ? a->func->ret_type : type_of(a)->inner),
		   typed(b->f, b->func ? b->func->ret_type : type_of(b)->inner), false, depth + 1);
	for (i = 0; i < nr_a && fit != OST_FIT_OTHER; i++)
		fit = worse(fit, same(d, adjusted(d, typed(a->f, a->f->params[first_a + i].type), depth + 1),
				      adjusted(d, typed(b->f, b->f->params[first_b + i].type), depth + 1), false, depth + 1));
	return fit;
}

static enum ost_fit same_record(struct ost_decls *d, const struct ost_ctype *a, const struct ost_ctype *b)
{
	const char *tag_a = ost_ctype_tag(a), *tag_b = ost_ctype_tag(b);

	if (tag_a && tag_b && !strcmp(tag_a, tag_b))
		return OST_FITS;
	if ((tag_a && ost_decls_is_macro(d, tag_a)) || (tag_b && ost_decls_is_macro(d, tag_b)))
		return OST_FIT_UNKNOWN;
	if (!tag_a && !tag_b)
		return a->f == b->f ? type_of(a)->rec == type_of(b)->rec ? OST_FITS : OST_FIT_OTHER : OST_FIT_UNKNOWN;
	return OST_FIT_OTHER;
}

static const char *number_name(const struct ost_ctype *t)
{
	const char *name = name_of(t);

	return type_of(t)->kind == OST_T_TYPEDEF ? machine_name(name) : name;
}

/* "unsigned long" without its first word; the three kinds of char are one. */
static const char *unsigned_name(const char *name)
{
	if (!strncmp(name, "unsigned ", 9))
		return name + 9;
	return !strncmp(name, "signed ", 7) ? name + 7 : name;
}

static enum ost_fit same_number(const struct ost_ctype *a, const struct ost_ctype *b, bool is_sign_free)
{
	const char *x = number_name(a), *y = number_name(b);

	if (!strcmp(x, y) || (is_sign_free && !strcmp(unsigned_name(x), unsigned_name(y))))
		return OST_FITS;
	return OST_FIT_OTHER;
}

static bool is_pointed_const(struct ost_decls *d, struct ost_ctype t, int depth)
{
	struct ost_ctype to = inner_at(d, t, depth);

	return to.f && kind_at(d, &to, depth) != OST_CK_UNKNOWN && ost_ctype_is_const(&to);
}

static enum ost_fit same(struct ost_decls *d, struct ost_ctype a, struct ost_ctype b, bool is_sign_free, int depth)
{
	enum ost_ckind x, y;
	enum ost_fit fit;

	if (depth > MAX_DEPTH || !a.f || !b.f || !ost_decls_spend(d))
		return OST_FIT_UNKNOWN;
	if (a.f == b.f && a.type == b.type && a.up == b.up && a.func == b.func)
		return OST_FITS;
	x = kind_at(d, &a, depth);
	y = kind_at(d, &b, depth);
	if (x == OST_CK_UNKNOWN || y == OST_CK_UNKNOWN)
		return OST_FIT_UNKNOWN;
	if (x != y)	/* an enum is some integer */
		return (x == OST_CK_ENUM && y == OST_CK_INT) || (x == OST_CK_INT && y == OST_CK_ENUM) ? OST_FIT_UNKNOWN : OST_FIT_OTHER;
	switch (x) {
	case OST_CK_INT:
		return same_number(&a, &b, is_sign_free);
	case OST_CK_ENUM:
		return type_of(&a)->name && type_of(&b)->name && !strcmp(name_of(&a), name_of(&b)) ? OST_FITS : OST_FIT_UNKNOWN;
	case OST_CK_RECORD:
		return same_record(d, &a, &b);
	case OST_CK_POINTER:
		fit = same(d, inner_at(d, a, depth), inner_at(d, b, depth), false, depth + 1);
		return fit == OST_FITS && is_pointed_const(d, a, depth) != is_pointed_const(d, b, depth) ? OST_FIT_OTHER : fit;
	case OST_CK_ARRAY:
		return same(d, inner_at(d, a, depth), inner_at(d, b, depth), false, depth + 1);
	case OST_CK_FUNC:
		return same_function(d, &a, &b, depth);
	default:
		return OST_FITS;
	}
}

enum ost_fit ost_ctype_same(struct ost_decls *d, struct ost_ctype a, struct ost_ctype b)
{
	return same(d, a, b, false, 0);
}

/* ---- what may be assigned ---- */

static bool is_number(enum ost_ckind kind)
{
	return kind == OST_CK_INT || kind == OST_CK_ENUM || kind == OST_CK_BOOL;
}

static enum ost_fit fits_pointer(struct ost_decls *d, struct ost_ctype to, struct ost_ctype from)
{
	enum ost_ckind a = ost_ctype_kind(d, &to), b = ost_ctype_kind(d, &from);
	bool is_const_lost;
	enum ost_fit fit;

	if (a == OST_CK_UNKNOWN || b == OST_CK_UNKNOWN)
		return OST_FIT_UNKNOWN;
	is_const_lost = ost_ctype_is_const(&from) && !ost_ctype_is_const(&to) && a != OST_CK_FUNC && b != OST_CK_FUNC;
	if (a == OST_CK_VOID || b == OST_CK_VOID)
		return is_const_lost ? OST_FIT_CONST : OST_FITS;
	fit = same(d, to, from, true, 0);
	return fit == OST_FITS && is_const_lost ? OST_FIT_CONST : fit;
}

enum ost_fit ost_ctype_fits(struct ost_decls *d, struct ost_ctype to, struct ost_ctype from)
{
	enum ost_ckind a = ost_ctype_kind(d, &to), b = ost_ctype_kind(d, &from);

	if (a == OST_CK_UNKNOWN || b == OST_CK_UNKNOWN || a == OST_CK_ARRAY || a == OST_CK_FUNC || a == OST_CK_VOID)
		return OST_FIT_UNKNOWN;
	if (b == OST_CK_VOID)
		return OST_FIT_OTHER;
	if (a == OST_CK_POINTER) {
		if (b == OST_CK_POINTER || b == OST_CK_ARRAY)
			return fits_pointer(d, ost_ctype_inner(d, to), ost_ctype_inner(d, from));
		if (b == OST_CK_FUNC)
			return fits_pointer(d, ost_ctype_inner(d, to), from);
		return b == OST_CK_RECORD ? OST_FIT_OTHER : is_number(b) ? OST_FIT_NUMBER : OST_FIT_UNKNOWN;
	}
	if (a == OST_CK_RECORD) {
		if (type_of(&to)->kind == OST_T_UNION)	/* it may be transparent */
			return OST_FIT_UNKNOWN;
		return b == OST_CK_RECORD ? same_record(d, &to, &from) : OST_FIT_OTHER;
	}
	if (b == OST_CK_RECORD)
		return OST_FIT_OTHER;
	if (a != OST_CK_BOOL && (b == OST_CK_POINTER || b == OST_CK_ARRAY || b == OST_CK_FUNC))
		return is_number(a) ? OST_FIT_NUMBER : OST_FIT_UNKNOWN;
	return OST_FITS;
}
