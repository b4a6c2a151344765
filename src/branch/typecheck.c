// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/typecheck.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "branch/forms.h"
#include "branch/given.h"
#include "branch/redeclared.h"
#include "branch/taken.h"
#include "branch/typing.h"

/* One thing that would be refused. */
struct refusal {
	uint64_t key;		/* of what is said, without the line */
	enum ost_fit fit;
	const char *what;	/* without the line */
	uint32_t line;
	const char *undefined;	/* the structure that has no definition, or NULL */
};

struct checking {
	struct ost_arena *arena;
	struct ost_included *included;
	struct ost_typing t;
	const unsigned char *ifs;
	uint32_t nr_lines;
	struct ost_table values;	/* hash of macro and argument: 1 + whether it is a value */
	OST_VEC(struct refusal) refused;
};

static const struct ost_node *node(const struct checking *x, uint32_t n)
{
	return ost_typing_node(&x->t, n);
}

static const char *str(const struct checking *x, uint32_t n)
{
	return ost_facts_str(x->t.f, node(x, n)->a);
}

static const char *place(const struct checking *x)
{
	return x->t.func ? ost_facts_str(x->t.f, x->t.func->name) : "";
}

static void refuse(struct checking *x, enum ost_fit fit, uint32_t line, const char *what)
{
	struct refusal *r;
	uint64_t key = ost_hash_bytes(what, strlen(what)) + ost_hash_bytes(place(x), strlen(place(x)));

	if (x->ifs && line && line <= x->nr_lines && x->ifs[line] != OST_NOT_UNDER_IF)
		return;
	r = ost_vec_push(&x->refused);
	*r = (struct refusal){ ost_hash_mix(key), fit, what, line, NULL };
}

/* A member that a record has not, or whose record is not defined. */
static void refuse_member(struct checking *x, enum ost_has has, const struct ost_ctype *record, const char *field, uint32_t line)
{
	const char *tag = ost_ctype_tag(record);
	size_t nr = x->refused.nr;

	if (has == OST_HAS_NONE)
		refuse(x, OST_FIT_OTHER, line, ost_arena_printf(x->arena, "struct %s, as the file gets to see it, has no member %s", tag ? tag : "", field));
	else if (has == OST_HAS_NO_RECORD)
		refuse(x, OST_FIT_OTHER, line, ost_arena_printf(x->arena, "struct %s, whose member %s is used, is not defined", tag, field));
	if (has == OST_HAS_NO_RECORD && x->refused.nr > nr)
		x->refused.items[nr].undefined = tag;
}

/* ---- what does not fit ---- */

static void check_fit(struct checking *x, struct ost_ctype to, uint32_t value, uint32_t line, const char *what)
{
	enum ost_fit fit;

	if (!to.f)
		return;
	fit = ost_ctype_fits(x->t.decls, to, ost_typing_of(&x->t, value));
	if (fit == OST_FIT_OTHER || fit == OST_FIT_NUMBER || fit == OST_FIT_CONST)
		refuse(x, fit, line, what);
}

/* `f(void)` but for what a macro among the arguments may stand for. */
static bool has_macro(struct checking *x, uint32_t call)
{
	uint32_t n;

	for (n = node(x, call + 1)->end; n < node(x, call)->end; n++)
		if (node(x, n)->op == OST_N_NAME && ost_decls_is_macro(x->t.decls, str(x, n)))
			return true;
	return false;
}

static const char *callee_name(const struct checking *x, uint32_t call)
{
	uint8_t op = node(x, call + 1)->op;

	return op == OST_N_NAME || op == OST_N_MEMBER ? str(x, call + 1) : "the function";
}

static void check_call(struct checking *x, uint32_t n)
{
	struct ost_ctype callee = ost_typing_of(&x->t, n + 1), ret;
	uint32_t nr, i = 0;
	bool is_variadic;

	if (!callee.f || !ost_ctype_signature(x->t.decls, callee, &ret, &nr, &is_variadic))
		return;
	ost_for_each_kid(&x->t.tree, n, k) {
		if (k == n + 1)
			continue;
		if (i < nr)
			check_fit(x, ost_ctype_param(x->t.decls, callee, i), k, node(x, n)->line,
				  ost_arena_printf(x->arena, "argument %u of %s() is of another type", i + 1, callee_name(x, n)));
		i++;
	}
	if ((i < nr || (i > nr && !is_variadic)) && !has_macro(x, n))
		refuse(x, OST_FIT_OTHER, node(x, n)->line,
		       ost_arena_printf(x->arena, "%s() takes %u arguments, not %u", callee_name(x, n), nr, i));
}

static void check_member(struct checking *x, uint32_t n)
{
	bool is_wrong;
	struct ost_ctype record = ost_typing_record(&x->t, n, &is_wrong), type;

	if (is_wrong)
		refuse(x, OST_FIT_OTHER, node(x, n)->line,
		       ost_arena_printf(x->arena, "%s is asked for with %s of what is %s", str(x, n), node(x, n)->sub == OST_MEMBER_ARROW ? "->" : ".",
					node(x, n)->sub == OST_MEMBER_ARROW ? "no pointer to a structure" : "no structure"));
	else if (record.f)
		refuse_member(x, ost_ctype_member(x->t.decls, record, str(x, n), &type), &record, str(x, n), node(x, n)->line);
}

/* ---- initialisers ---- */

static void check_init(struct checking *x, struct ost_ctype t, uint32_t n);

/* The value of one member or element. */
static void check_init_value(struct checking *x, struct ost_ctype t, uint32_t value, const char *what)
{
	uint8_t op = node(x, value)->op;

	if (op == OST_N_INIT)
		check_init(x, t, value);
	else if (op != OST_N_INIT_FIELD && op != OST_N_INIT_INDEX)
		check_fit(x, t, value, node(x, value)->line, what);
}

static void check_init_kid(struct checking *x, struct ost_ctype t, enum ost_ckind kind, uint32_t k)
{
	struct ost_ctype inner = { NULL, 0, NULL, 0, false };
	uint32_t value = k;
	const char *what = "an element";

	if (node(x, k)->op == OST_N_INIT_FIELD) {
		value = k + 1;
		what = ost_arena_printf(x->arena, "the member %s", str(x, k));
		if (kind == OST_CK_RECORD)
			refuse_member(x, ost_ctype_member(x->t.decls, t, str(x, k), &inner), &t, str(x, k), node(x, k)->line);
	} else if (node(x, k)->op == OST_N_INIT_INDEX) {
		value = node(x, k + 1)->end;
		inner = kind == OST_CK_ARRAY ? ost_ctype_inner(x->t.decls, t) : inner;
	} else if (kind == OST_CK_ARRAY) {
		inner = ost_ctype_inner(x->t.decls, t);
	}
	if (value >= node(x, k)->end && value != k)
		return;
	if (node(x, value)->op == OST_N_INIT_FIELD || node(x, value)->op == OST_N_INIT_INDEX)	/* .a.b = */
		check_init_kid(x, inner, inner.f ? ost_ctype_kind(x->t.decls, &inner) : OST_CK_UNKNOWN, value);
	else
		check_init_value(x, inner, value, ost_arena_printf(x->arena, "%s would hold a value of another type", what));
}

static void check_init(struct checking *x, struct ost_ctype t, uint32_t n)
{
	enum ost_ckind kind = t.f ? ost_ctype_kind(x->t.decls, &t) : OST_CK_UNKNOWN;

	if (kind != OST_CK_RECORD && kind != OST_CK_ARRAY)
		return;
	ost_for_each_kid(&x->t.tree, n, k) {
		/* elements of an array of structures without braces of their own */
		if (kind == OST_CK_ARRAY && node(x, k)->op != OST_N_INIT && node(x, k)->op != OST_N_INIT_INDEX) {
			struct ost_ctype inner = ost_ctype_inner(x->t.decls, t);
			enum ost_ckind of = ost_ctype_kind(x->t.decls, &inner);

			if (of == OST_CK_RECORD || of == OST_CK_ARRAY || of == OST_CK_UNKNOWN)
				return;
		}
		if (kind == OST_CK_ARRAY || node(x, k)->op == OST_N_INIT_FIELD)
			check_init_kid(x, t, kind, k);
	}
}

/* ---- statements ---- */

static uint32_t second(const struct checking *x, uint32_t n)
{
	uint32_t k = n + 1 < node(x, n)->end ? node(x, n + 1)->end : 0;

	return k && k < node(x, n)->end ? k : 0;
}

static void check_decl(struct checking *x, uint32_t n)
{
	uint32_t value = second(x, n);
	struct ost_ctype t;

	if (!value || node(x, n + 1)->op != OST_N_TYPE || node(x, value)->op == OST_N_ATTR)
		return;
	t = ost_typing_type(&x->t, node(x, n + 1)->a);
	if (node(x, value)->op == OST_N_INIT)
		check_init(x, t, value);
	else
		check_fit(x, t, value, node(x, n)->line, ost_arena_printf(x->arena, "%s is set to a value of another type", str(x, n)));
}

/* Is what an expression names read-only: a member of `const struct x *p`? */
static bool is_read_only(struct checking *x, uint32_t n)
{
	struct ost_ctype t = ost_typing_of(&x->t, n), base;
	uint8_t op = node(x, n)->op;

	if (op == OST_N_NAME || ost_ctype_kind(x->t.decls, &t) == OST_CK_UNKNOWN)
		return false;	/* a local that a macro declares, maybe */
	if (ost_ctype_is_const(&t) && op != OST_N_CAST)
		return true;
	if (op != OST_N_MEMBER)
		return false;
	if (node(x, n)->sub == OST_MEMBER_DOT)
		return is_read_only(x, n + 1);
	base = ost_typing_of(&x->t, n + 1);
	base = ost_ctype_inner(x->t.decls, base);
	return ost_ctype_kind(x->t.decls, &base) == OST_CK_RECORD && ost_ctype_is_const(&base);
}

static void check_assign(struct checking *x, uint32_t n)
{
	uint32_t value = second(x, n);

	if (value && is_read_only(x, n + 1))
		refuse(x, OST_FIT_OTHER, node(x, n)->line, ost_arena_printf(x->arena, "%s is set, which is read-only",
									    node(x, n + 1)->op == OST_N_MEMBER ? str(x, n + 1) : "something"));

	if (value && node(x, n)->sub == OST_OP_ASSIGN)
		check_fit(x, ost_typing_of(&x->t, n + 1), value, node(x, n)->line,
			  node(x, n + 1)->op == OST_N_NAME || node(x, n + 1)->op == OST_N_MEMBER ?
			  ost_arena_printf(x->arena, "%s is set to a value of another type", str(x, n + 1)) : "a value of another type is assigned");
}

static void check_node(struct checking *x, uint32_t n)
{
	switch (node(x, n)->op) {
	case OST_N_CALL:
		check_call(x, n);
		break;
	case OST_N_MEMBER:
		check_member(x, n);
		break;
	case OST_N_DECL:
		check_decl(x, n);
		break;
	case OST_N_ASSIGN:
		check_assign(x, n);
		break;
	case OST_N_COMPOUND:
		if (node(x, n + 1)->op == OST_N_TYPE && second(x, n))
			check_init(x, ost_typing_type(&x->t, node(x, n + 1)->a), second(x, n));
		break;
	case OST_N_RETURN:
		if (n + 1 < node(x, n)->end && x->t.func && !x->t.func->macro)
			check_fit(x, ost_typing_type(&x->t, x->t.func->ret_type), n + 1, node(x, n)->line, "a value of another type is returned");
		break;
	default:
		break;
	}
}

/* Does the macro make a value of what it is given there? */
static bool is_value(struct checking *x, uint32_t call, unsigned arg)
{
	const char *macro;
	uint64_t key, *at;
	bool is_new;

	if (node(x, call + 1)->op != OST_N_NAME)
		return false;
	macro = str(x, call + 1);
	key = ost_hash_mix(ost_hash_bytes(macro, strlen(macro)) + arg);
	at = ost_table_put(&x->values, key, &is_new);
	if (is_new) {
		bool found = ost_given_is_value(x->included, x->t.f, macro, arg);

		at = ost_table_get(&x->values, key);
		*at = found;
	}
	return *at;
}

/* Is it sure of the arm of an #if? */
static bool is_compiled(const struct checking *x, uint32_t n)
{
	uint32_t line = n + 1 < node(x, n)->end ? node(x, n + 1)->line : 0;

	return x->ifs && line && line <= x->nr_lines && x->ifs[line] == OST_NOT_UNDER_IF;
}

static void walk(struct checking *x, uint32_t n)
{
	uint8_t op = node(x, n)->op;
	bool is_macro = op == OST_N_CALL && ost_typing_is_macro(&x->t, n);
	unsigned arg = 0;

	/* an arm of an #if may not be compiled at all */
	if (op == OST_N_ATTR || op == OST_N_ASM || (op == OST_N_PP && !is_compiled(x, n)))
		return;
	if (!is_macro)
		check_node(x, n);
	ost_for_each_kid(&x->t.tree, n, k) {
		bool is_first = k == n + 1;

		if (op == OST_N_MACRO_STMT && is_first)
			continue;
		if (is_macro && (is_first || !is_value(x, n, arg++)))
			continue;
		walk(x, k);
	}
}

/* ---- one file ---- */

static void refuse_again(void *ctx, uint32_t line, const char *what)
{
	refuse(ctx, OST_FIT_OTHER, line, what);
}

struct asked {
	const struct ost_typecheck_file *file;
	const bool *is_added;
	uint32_t nr_lines;
	bool is_all;		/* whether it is touched or not */
};

static bool is_asked(const struct asked *a, uint32_t from, uint32_t to)
{
	return a->is_all || ost_lines_touched(a->is_added, a->nr_lines, from, to);
}

static bool is_plain(const struct ost_fact_func *func)
{
	return func->code_len && !func->trouble && !func->macro && !(func->flags & OST_FF_OLD_STYLE);
}

static void check_file(struct checking *x, const struct asked *a)
{
	const struct ost_facts *f = a->file->f;
	uint32_t i;

	x->t.f = f;
	for (i = 0; i < f->nr_funcs; i++)
		if (is_plain(&f->funcs[i]) && is_asked(a, f->funcs[i].first_line, f->funcs[i].end_line) &&
		    ost_typing_enter(&x->t, &f->funcs[i], f->funcs[i].code, f->funcs[i].code_len) && !x->t.is_unclear) {
			ost_redeclared_in_function(&x->t, x->arena, refuse_again, x);
			walk(x, 0);
		}
	x->t.func = NULL;
	if (a->is_all)
		ost_redeclared_in_file(x->t.decls, f, x->arena, refuse_again, x);
	for (i = 0; i < f->nr_globals; i++) {
		const struct ost_fact_global *g = &f->globals[i];

		if (!g->func && g->code_len && is_asked(a, g->line, g->end_line) && ost_typing_enter(&x->t, NULL, g->code, g->code_len)) {
			check_init_value(x, ost_typing_type(&x->t, g->type), 0, ost_arena_printf(x->arena, "%s is set to a value of another type",
												  ost_facts_str(f, g->name)));
			walk(x, 0);
		}
	}
}

bool ost_has_include(const struct ost_facts *f, const char *path)
{
	uint32_t i;

	for (i = 0; i < f->nr_includes; i++)
		if (!strcmp(ost_facts_str(f, f->includes[i].path), path))
			return true;
	return false;
}

bool ost_loses_includes(const struct ost_facts *f, const struct ost_facts *before)
{
	uint32_t i;

	for (i = 0; i < before->nr_includes; i++)
		if (!ost_has_include(f, ost_facts_str(before, before->includes[i].path)))
			return true;
	return false;
}

/* Is anything but bodies changed, so that lines elsewhere may be of another type? */
static bool is_scope_touched(const struct ost_facts *f, const struct ost_facts *before, const bool *is_added, uint32_t nr_lines)
{
	struct ost_table taken = OST_TABLE_INIT;
	bool *is_body = ost_calloc((size_t)nr_lines + 2, sizeof(*is_body)), found;
	uint32_t i, line;

	for (i = 0; i < f->nr_funcs; i++)
		for (line = f->funcs[i].body_line + 1; line <= f->funcs[i].end_line && line <= nr_lines; line++)
			is_body[line] = true;
	ost_taken_fill(&taken, before, f);
	found = taken.nr || ost_loses_includes(f, before);
	for (line = 1; line <= nr_lines && !found; line++)
		found = is_added[line] && !is_body[line];
	ost_table_deinit(&taken);
	free(is_body);
	return found;
}

/* Every refusal of the file as it is, in x->refused. */
static void find_refusals(struct checking *x, const struct asked *a)
{
	x->t.decls = ost_decls_create(x->included, a->file->f, x->arena, a->file->text, a->file->len, x->ifs, x->nr_lines);
	check_file(x, a);
	ost_decls_destroy(x->t.decls);
	ost_typing_deinit(&x->t);
	ost_table_deinit(&x->values);
}

static void tell(struct ost_uses_check *c, const struct refusal *r)
{
	const char *text = ost_arena_printf(c->arena, "%s, in line %u", r->what, r->line);

	if (r->fit == OST_FIT_OTHER && !c->trouble) {
		c->trouble = text;
		c->undefined = r->undefined;
	}
	if (r->fit == OST_FIT_NUMBER && !c->conversion)
		c->conversion = ost_arena_printf(c->arena, "%s: a number for a pointer, or a pointer for a number", text);
	if (r->fit == OST_FIT_CONST && !c->warning)
		c->warning = ost_arena_printf(c->arena, "%s: const is lost (an error with CONFIG_WERROR)", text);
}

void ost_typecheck(struct ost_uses_check *c, struct ost_included *included, const struct ost_typecheck_file *now,
		   const struct ost_typecheck_file *before, const bool *is_added, uint32_t nr_lines)
{
	struct checking x = { .arena = c->arena, .included = included, .ifs = c->ifs, .nr_lines = nr_lines };
	struct checking old = { .arena = c->arena, .included = included };
	struct asked a = { now, is_added, nr_lines, !before || is_scope_touched(now->f, before->f, is_added, nr_lines) };
	struct ost_table known = OST_TABLE_INIT;
	size_t i;

	find_refusals(&x, &a);
	if (x.refused.nr && before) {
		find_refusals(&old, &(struct asked){ before, NULL, 0, true });
		for (i = 0; i < old.refused.nr; i++)
			ost_table_put(&known, old.refused.items[i].key, NULL);
	}
	for (i = 0; i < x.refused.nr; i++)
		if (!ost_table_get(&known, x.refused.items[i].key))
			tell(c, &x.refused.items[i]);
	ost_table_deinit(&known);
	ost_vec_deinit(&x.refused);
	ost_vec_deinit(&old.refused);
}
