// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/frames.h"

#include <stdlib.h>
#include <string.h>

static const struct ost_node *at(const struct ost_scope *s, uint32_t n)
{
	return &s->tree.v.items[n];
}

static uint32_t skip_casts(const struct ost_scope *s, uint32_t n)
{
	while (at(s, n)->op == OST_N_CAST && at(s, n + 1)->end < at(s, n)->end)
		n = at(s, n + 1)->end;
	return n;
}

uint32_t ost_call_node(const struct ost_scope *s, uint32_t line, const char *callee)
{
	uint32_t any = 0, nr = 0;

	for (uint32_t n = 0; n < s->tree.v.nr; n++) {
		const struct ost_node *fn;

		if (at(s, n)->op != OST_N_CALL || at(s, n)->line != line)
			continue;
		fn = at(s, skip_casts(s, n + 1));
		if (fn->op == OST_N_UNARY)	/* (*x->f)(...) */
			fn = at(s, skip_casts(s, n + 2));
		if ((fn->op == OST_N_NAME || fn->op == OST_N_MEMBER) &&
		    !strcmp(ost_facts_str(s->f, fn->a), callee))
			return n;
		any = n;
		nr++;
	}
	return nr == 1 ? any : 0;
}

uint32_t ost_lk_call_arg(const struct ost_scope *s, uint32_t call, unsigned nth)
{
	uint32_t end = at(s, call)->end, n = at(s, call + 1)->end;

	for (; n < end && nth; nth--)
		n = at(s, n)->end;
	return n < end ? n : 0;
}

bool ost_lift_path(struct ost_scope *s, uint32_t call, const struct ost_path *inner,
		   struct ost_path *ret)
{
	struct ost_path arg;
	uint32_t n;

	if (inner->kind == OST_BASE_GLOBAL || inner->kind == OST_BASE_UNIT) {
		*ret = *inner;
		return true;
	}
	if (inner->kind != OST_BASE_PARAM || !call)
		return false;
	n = ost_lk_call_arg(s, call, inner->base);
	if (!n)
		return false;
	ost_expr_path(s, n, OST_PATH_LOCALS | OST_PATH_CALLS, &arg);
	if (!ost_path_is_rooted(&arg))
		return false;
	ost_path_compose(s->p, &arg, inner, ret);
	return !ret->is_truncated;
}

static bool starts_with(const struct ost_path *path, const struct ost_path *prefix)
{
	if (path->kind != prefix->kind || path->base != prefix->base ||
	    prefix->nr_steps > path->nr_steps || prefix->is_truncated || path->is_truncated)
		return false;
	return !memcmp(path->steps, prefix->steps, prefix->nr_steps * sizeof(path->steps[0]));
}

bool ost_lower_path(struct ost_scope *s, uint32_t call, const struct ost_path *outer,
		    struct ost_path *ret)
{
	uint32_t n, param = 0, best = 0;
	bool found = false;

	if (outer->kind == OST_BASE_GLOBAL) {
		*ret = *outer;
		return true;
	}
	if (!call)
		return false;
	for (; (n = ost_lk_call_arg(s, call, param)) != 0; param++) {
		struct ost_path arg;
		uint32_t rest;

		ost_expr_path(s, n, OST_PATH_LOCALS | OST_PATH_CALLS, &arg);
		if (!ost_path_is_rooted(&arg) || arg.addr > 1 || !starts_with(outer, &arg) ||
		    (found && arg.nr_steps < best))
			continue;
		rest = outer->nr_steps - arg.nr_steps;
		if (rest + 1 > OST_PATH_MAX || (arg.addr == 0 && rest && outer->steps[arg.nr_steps].kind == OST_STEP_FIELD))
			continue;
		best = arg.nr_steps;
		memset(ret, 0, sizeof(*ret));
		ret->kind = OST_BASE_PARAM;
		ret->base = param;
		ret->addr = outer->addr;
		if (arg.addr == 1) {
			if (rest || outer->addr == 0)
				ret->steps[ret->nr_steps++] = (struct ost_step){ OST_STEP_DEREF, 0 };
			else
				ret->addr = 0;
		}
		memcpy(&ret->steps[ret->nr_steps], &outer->steps[arg.nr_steps], rest * sizeof(ret->steps[0]));
		ret->nr_steps += rest;
		found = true;
	}
	return found;
}

static int const_value(const struct ost_scope *s, uint32_t n)
{
	const struct ost_node *node = at(s, skip_casts(s, n));
	const char *name;

	if (node->op == OST_N_NUM)
		return strtoull(ost_facts_str(s->f, node->a), NULL, 0) != 0;
	if (node->op == OST_N_UNARY && node->sub == OST_OP_ADDR)
		return 1;
	if (node->op != OST_N_NAME)
		return -1;
	name = ost_facts_str(s->f, node->a);
	if (!strcmp(name, "NULL") || !strcmp(name, "false"))
		return 0;
	return !strcmp(name, "true") ? 1 : -1;
}

bool ost_call_excludes(const struct ost_scope *s, uint32_t call, const struct ost_lk_event *ev)
{
	for (int i = 0; ev && i < ev->nr_pfacts; i++) {
		uint32_t n = call ? ost_lk_call_arg(s, call, ev->pfacts[i].param) : 0;
		int value = n ? const_value(s, n) : -1;

		if (value >= 0 && value != ev->pfacts[i].truth)
			return true;
	}
	return false;
}

bool ost_rebase_path(const struct ost_program *p, const struct ost_path *o,
		     const struct ost_path *d, const struct ost_path *w, struct ost_path *ret)
{
	struct ost_path root, inner;
	uint32_t keep;

	if (d->kind == OST_BASE_GLOBAL) {
		*ret = *d;
		return true;
	}
	if (o->kind != d->kind || o->base != d->base || o->is_truncated || d->is_truncated ||
	    o->nr_steps > w->nr_steps || o->addr != w->addr)
		return false;
	keep = w->nr_steps - o->nr_steps;
	if (memcmp(&w->steps[keep], o->steps, o->nr_steps * sizeof(o->steps[0])))
		return false;
	root = *w;
	root.nr_steps = keep;
	root.addr = 0;
	inner = *d;
	inner.kind = OST_BASE_PARAM;
	inner.base = 0;
	ost_path_compose(p, &root, &inner, ret);
	return !ret->is_truncated;
}
