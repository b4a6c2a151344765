// SPDX-License-Identifier: GPL-2.0-or-later
#include "branch/typing.h"

#include <string.h>

#include "base/alloc.h"

#define MAX_DEPTH 64

static const struct ost_ctype unknown = { NULL, 0, NULL, 0, false };

static const struct ost_node *node(const struct ost_typing *x, uint32_t n)
{
	return &x->tree.v.items[n];
}

static const char *str(const struct ost_typing *x, uint32_t n)
{
	return ost_facts_str(x->f, node(x, n)->a);
}

/* ---- names of the function's own ---- */

bool ost_typing_is_macro(struct ost_typing *x, uint32_t call)
{
	return node(x, call + 1)->op == OST_N_NAME && ost_decls_is_macro(x->decls, str(x, call + 1));
}

/* Everything below n is seen up to `end`, the end of the block around it. */
static void note_locals(struct ost_typing *x, uint32_t n, uint32_t up, uint32_t end, bool is_switched)
{
	uint8_t op = node(x, n)->op;

	if (op == OST_N_DECL)
		ost_vec_add(&x->locals, ((struct ost_typing_local){ node(x, n)->a, n, up, end, is_switched }));
	if (op == OST_N_TEXT || op == OST_N_NESTED_FUNC)
		x->is_unclear = true;
	is_switched |= op == OST_N_PP;
	if (op == OST_N_FOR || op == OST_N_STMT_EXPR || op == OST_N_MACRO_STMT)
		end = node(x, n)->end;
	ost_for_each_kid(&x->tree, n, k) {
		bool is_head = op == OST_N_FOR && k == n + 1;	/* several declarations in one block */

		if ((op == OST_N_CALL || op == OST_N_MACRO_STMT) && k > n + 1 && node(x, k)->op == OST_N_NAME)
			ost_table_put(&x->passed, node(x, k)->a, NULL);
		note_locals(x, k, n, node(x, k)->op == OST_N_BLOCK && !is_head ? node(x, k)->end : end, is_switched);
	}
}

bool ost_typing_enter(struct ost_typing *x, const struct ost_fact_func *func, uint32_t code, uint32_t len)
{
	x->func = func;
	x->locals.nr = 0;
	x->is_unclear = false;
	ost_table_deinit(&x->passed);
	ost_table_init(&x->passed);
	if (!len || !ost_facts_unpack(x->f, code, len, &x->tree) || !x->tree.v.nr)
		return false;
	note_locals(x, 0, OST_TYPING_NO_NODE, node(x, 0)->end, false);
	return true;
}

void ost_typing_deinit(struct ost_typing *x)
{
	ost_vec_deinit(&x->tree.v);
	ost_vec_deinit(&x->locals);
	ost_table_deinit(&x->passed);
}

static struct ost_ctype decl_type(const struct ost_typing *x, uint32_t decl)
{
	if (decl + 1 >= node(x, decl)->end || node(x, decl + 1)->op != OST_N_TYPE)
		return unknown;
	return ost_typing_type(x, node(x, decl + 1)->a);
}

/* Does the function itself declare it? *ret: its type. */
static bool local_type(const struct ost_typing *x, uint32_t n, struct ost_ctype *ret)
{
	uint32_t name = node(x, n)->a, i;
	size_t k;

	*ret = unknown;
	for (k = x->locals.nr; k--;) {
		const struct ost_typing_local *l = &x->locals.items[k];

		if (l->name != name || l->node >= n || l->end <= n)
			continue;
		*ret = l->is_switched ? unknown : decl_type(x, l->node);
		return true;
	}
	for (i = 0; x->func && i < x->func->nr_params; i++)
		if (x->f->params[x->func->first_param + i].name == name) {
			*ret = x->func->macro ? unknown : ost_typing_type(x, x->f->params[x->func->first_param + i].type);
			return true;
		}
	return false;
}

/* A parameter whose name was not understood; but for (void). */
static bool has_unnamed(const struct ost_typing *x)
{
	uint32_t i;

	for (i = 0; x->func && i < x->func->nr_params; i++)
		if (!x->f->params[x->func->first_param + i].name && x->func->nr_params > 1)
			return true;
	return false;
}

static struct ost_ctype name_type(struct ost_typing *x, uint32_t n)
{
	struct ost_ctype t;

	if (local_type(x, n, &t))
		return t;
	if (ost_table_get(&x->passed, node(x, n)->a) || has_unnamed(x) || ost_decls_of(x->decls, OST_DECL_CONST, str(x, n)).nr)
		return unknown;
	return ost_ctype_of_name(x->decls, str(x, n));
}

/* ---- expressions ---- */

static struct ost_ctype type_at(struct ost_typing *x, uint32_t n, int depth);

static struct ost_ctype record_at(struct ost_typing *x, uint32_t n, bool *ret_is_wrong, int depth)
{
	struct ost_ctype t = type_at(x, n + 1, depth + 1);
	enum ost_ckind kind = ost_ctype_kind(x->decls, &t);

	*ret_is_wrong = false;
	if (kind == OST_CK_UNKNOWN)
		return unknown;
	if (node(x, n)->sub == OST_MEMBER_ARROW) {
		*ret_is_wrong = kind != OST_CK_POINTER && kind != OST_CK_ARRAY;
		t = ost_ctype_inner(x->decls, t);
		kind = ost_ctype_kind(x->decls, &t);
	}
	if (kind != OST_CK_RECORD && kind != OST_CK_UNKNOWN)
		*ret_is_wrong = true;
	return kind == OST_CK_RECORD ? t : unknown;
}

struct ost_ctype ost_typing_record(struct ost_typing *x, uint32_t n, bool *ret_is_wrong)
{
	return record_at(x, n, ret_is_wrong, 0);
}

static struct ost_ctype member_type(struct ost_typing *x, uint32_t n, int depth)
{
	bool is_wrong;
	struct ost_ctype t = record_at(x, n, &is_wrong, depth), ret = unknown;

	if (t.f)
		ost_ctype_member(x->decls, t, str(x, n), &ret);
	return ret;
}

static struct ost_ctype call_type(struct ost_typing *x, uint32_t n, int depth)
{
	struct ost_ctype ret;
	bool is_variadic;
	uint32_t nr;

	ost_ctype_signature(x->decls, type_at(x, n + 1, depth + 1), &ret, &nr, &is_variadic);
	return ret;
}

/* Of `p + 1`; other sums are numbers, and not asked for. */
static struct ost_ctype binary_type(struct ost_typing *x, uint32_t n, int depth)
{
	struct ost_ctype t, other;
	enum ost_ckind kind;
	uint32_t right = node(x, n + 1)->end;

	if (right >= node(x, n)->end || (node(x, n)->sub != OST_OP_ADD && node(x, n)->sub != OST_OP_SUB))
		return unknown;
	t = type_at(x, n + 1, depth + 1);
	kind = ost_ctype_kind(x->decls, &t);
	if (kind != OST_CK_POINTER && kind != OST_CK_ARRAY)
		return unknown;
	other = type_at(x, right, depth + 1);
	if (node(x, n)->sub == OST_OP_SUB && node(x, right)->op != OST_N_NUM && ost_ctype_kind(x->decls, &other) != OST_CK_INT)
		return unknown;
	return kind == OST_CK_ARRAY ? ost_ctype_address(ost_ctype_inner(x->decls, t)) : t;
}

static struct ost_ctype unary_type(struct ost_typing *x, uint32_t n, int depth)
{
	struct ost_ctype t;

	switch (node(x, n)->sub) {
	case OST_OP_ADDR:
		return ost_ctype_address(type_at(x, n + 1, depth + 1));
	case OST_OP_DEREF:
		t = type_at(x, n + 1, depth + 1);
		return ost_ctype_kind(x->decls, &t) == OST_CK_FUNC ? t : ost_ctype_inner(x->decls, t);
	case OST_OP_PREINC:
	case OST_OP_PREDEC:
	case OST_OP_POSTINC:
	case OST_OP_POSTDEC:
		return type_at(x, n + 1, depth + 1);
	default:
		return unknown;
	}
}

static struct ost_ctype type_at(struct ost_typing *x, uint32_t n, int depth)
{
	const struct ost_node *d = node(x, n);

	if (depth > MAX_DEPTH)
		return unknown;
	switch (d->op) {
	case OST_N_NAME:
		return name_type(x, n);
	case OST_N_MEMBER:
		return member_type(x, n, depth);
	case OST_N_INDEX:
		return ost_ctype_inner(x->decls, type_at(x, n + 1, depth + 1));
	case OST_N_UNARY:
		return unary_type(x, n, depth);
	case OST_N_BINARY:
		return binary_type(x, n, depth);
	case OST_N_CAST:
	case OST_N_COMPOUND:
		return node(x, n + 1)->op == OST_N_TYPE ? ost_typing_type(x, node(x, n + 1)->a) : unknown;
	case OST_N_ASSIGN:
		return type_at(x, n + 1, depth + 1);
	case OST_N_CALL:
		return call_type(x, n, depth);
	default:
		return unknown;
	}
}

struct ost_ctype ost_typing_of(struct ost_typing *x, uint32_t n)
{
	return type_at(x, n, 0);
}
