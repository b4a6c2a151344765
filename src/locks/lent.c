// SPDX-License-Identifier: GPL-2.0-or-later
/* A lock that a return keeps in an object which somebody else has, or was given, by then. */
#include "locks/leaks.h"

#include <string.h>

static const char *str(const struct ost_scope *s, uint32_t n)
{
	return ost_facts_str(s->f, ost_at(s, n)->a);
}

/* The variable that points at what the lock lies in: a string of the entered function's file; 0: none. */
static uint32_t object_name(const struct ost_scope *s, const struct ost_lk_ref *ref, uint32_t taken)
{
	if (ref->path.kind == OST_BASE_LOCAL)
		return ost_at(s, ref->path.base)->a;
	for (uint32_t n = 0; n < taken; n++)	/* x = lock_it() */
		if (ost_at(s, n)->op == OST_N_ASSIGN && ost_at(s, n + 1)->op == OST_N_NAME &&
		    ost_skip_casts(s, ost_at(s, n + 1)->end) == taken)
			return ost_at(s, n + 1)->a;
	return 0;
}

static bool is_named(const struct ost_scope *s, uint32_t n, uint32_t name)
{
	n = ost_skip_casts(s, n);
	return ost_at(s, n)->op == OST_N_NAME && ost_at(s, n)->a == name;
}

bool ost_leak_is_stored(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref, const struct ost_lk_leak *leak)
{
	uint32_t name = ost_finder_enter(f, unit) ? object_name(f->cur, ref, leak->node) : 0;

	for (uint32_t n = leak->node; name && n < f->cur->tree.v.nr; n++) {
		struct ost_path to;

		if (ost_at(f->cur, n)->op != OST_N_ASSIGN || ost_at(f->cur, n)->sub != OST_OP_ASSIGN || ost_at(f->cur, n)->line > leak->ret_line ||
		    !is_named(f->cur, ost_at(f->cur, n + 1)->end, name) || ost_at(f->cur, n + 1)->op == OST_N_NAME)
			continue;
		ost_expr_path(f->cur, n + 1, OST_PATH_LOCALS, &to);
		if (to.kind == OST_BASE_PARAM)
			return true;
	}
	return false;
}

bool ost_leak_is_for_others(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref)
{
	if (ref->kind != OST_LKK_SEM || !ost_finder_enter(f, unit))
		return false;
	for (uint32_t n = 0; n + 1 < f->cur->tree.v.nr; n++) {
		uint32_t value;
		struct ost_path path;

		if (ost_at(f->cur, n)->op != OST_N_ASSIGN)
			continue;
		value = ost_skip_casts(f->cur, ost_at(f->cur, n + 1)->end);
		if (ost_at(f->cur, value)->op != OST_N_UNARY || ost_at(f->cur, value)->sub != OST_OP_ADDR)
			continue;
		ost_expr_path(f->cur, value, OST_PATH_LOCALS, &path);
		if (ost_path_equal(&path, &ref->path))
			return true;
	}
	return false;
}

static bool has_arg(const struct ost_scope *s, uint32_t call, uint32_t name)
{
	uint32_t arg;

	for (unsigned i = 0; (arg = ost_lk_call_arg(s, call, i)) != 0; i++)
		if (is_named(s, arg, name))
			return true;
	return false;
}

/* One of the call's arguments speaks of it. */
static bool speaks_of(const struct ost_scope *s, uint32_t call, uint32_t name)
{
	for (uint32_t n = ost_at(s, call + 1)->end; n < ost_at(s, call)->end; n++)
		if (ost_at(s, n)->op == OST_N_NAME && ost_at(s, n)->a == name)
			return true;
	return false;
}

/* The arm is no way out, and gives the object's lock back. */
static bool only_releases(struct ost_finder *f, uint32_t arm, uint32_t name, uint64_t cls)
{
	bool has_release = false;

	for (uint32_t n = arm; n < ost_at(f->cur, arm)->end; n++) {
		unsigned op = ost_at(f->cur, n)->op;

		if (op == OST_N_RETURN || op == OST_N_GOTO || op == OST_N_BREAK || op == OST_N_CONTINUE)
			return false;
		has_release |= op == OST_N_CALL && speaks_of(f->cur, n, name) && ost_call_releases(f, n, cls);
	}
	return has_release;
}

/* `r = call(..., object, ...)` between the two nodes, for a variable of the condition: the callee's name, or NULL. */
static const char *decided_by(const struct ost_scope *s, uint32_t from, uint32_t cond, uint32_t name)
{
	for (uint32_t n = from; n < cond; n++) {
		uint32_t call = ost_at(s, n)->op == OST_N_ASSIGN ? ost_skip_casts(s, ost_at(s, n + 1)->end) : 0;

		if (!call || ost_at(s, call)->op != OST_N_CALL || ost_at(s, call + 1)->op != OST_N_NAME || ost_at(s, n + 1)->op != OST_N_NAME ||
		    !has_arg(s, call, name))
			continue;
		for (uint32_t k = cond; k < ost_at(s, cond)->end; k++)
			if (ost_at(s, k)->op == OST_N_NAME && ost_at(s, k)->a == ost_at(s, n + 1)->a)
				return str(s, call + 1);
	}
	return NULL;
}

const char *ost_leak_is_told(struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref, const struct ost_lk_leak *leak)
{
	uint32_t name = ost_finder_enter(f, unit) ? object_name(f->cur, ref, leak->node) : 0;

	for (uint32_t n = leak->node; name && n < f->cur->tree.v.nr; n++) {
		uint32_t arm;
		const char *by;

		if (ost_at(f->cur, n)->op != OST_N_IF)
			continue;
		arm = ost_at(f->cur, n + 1)->end;
		by = ost_at(f->cur, arm)->end == ost_at(f->cur, n)->end ? decided_by(f->cur, leak->node + 1, n + 1, name) : NULL;
		if (by && only_releases(f, arm, name, ost_lk_ref_class(ref)))
			return by;
	}
	return NULL;
}
