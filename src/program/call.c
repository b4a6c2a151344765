// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one call calls.
 */
#include "program/internal.h"

static void through_path(struct ost_call *c, const struct ost_path *path)
{
	uint32_t i = path->nr_steps;

	while (i && path->steps[i - 1].kind == OST_STEP_ELEM)
		i--;
	if (i && path->steps[i - 1].kind == OST_STEP_FIELD) {
		c->kind = OST_CALL_SLOT;
		c->slot = path->steps[i - 1].id;
		c->receiver = *path;
		c->receiver.nr_steps = i - 1;
		c->receiver.addr = 0;
	} else if (!i && path->kind == OST_BASE_PARAM) {
		c->kind = OST_CALL_PARAM;
		c->param = path->base;
	} else if (!i && path->kind == OST_BASE_UNIT) {
		c->kind = OST_CALL_VAR;
		c->to.nr = c->to.nr_all = 1;
		c->to.units[0] = path->base;
		c->to.why = OST_WHY_OWN_FILE;
	} else if (path->kind == OST_BASE_GLOBAL || path->kind == OST_BASE_LOCAL) {
		c->kind = OST_CALL_VAR;
	}
}

static void by_name(struct ost_scope *s, struct ost_frame *fr, uint32_t callee, struct ost_call *c)
{
	struct ost_ident id = ost_node_ident(fr, callee);
	struct ost_path path;

	c->name = ost_at(fr, callee)->a;
	if (ost_frame_local(fr, callee, &id) || ost_frame_param(fr, &id) >= 0) {
		ost_frame_path(s, fr, callee, OST_PATH_LOCALS, &path);
		through_path(c, &path);
		return;
	}
	ost_program_resolve(s->p, s->file, id.name, &c->to);
	if (c->to.nr || c->to.why == OST_WHY_PROTOTYPE)
		c->kind = OST_CALL_DIRECT;
	else if (ost_program_resolve_global(s->p, s->file, id.name) != OST_NO_ID)
		c->kind = OST_CALL_VAR;
}

static void by_member(struct ost_scope *s, struct ost_frame *fr, uint32_t callee, struct ost_call *c)
{
	struct ost_path path;

	c->name = ost_at(fr, callee)->a;
	c->kind = OST_CALL_SLOT;
	ost_frame_path(s, fr, callee, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
	if (path.nr_steps && path.steps[path.nr_steps - 1].kind == OST_STEP_FIELD)
		through_path(c, &path);
}

void ost_call_resolve(struct ost_scope *s, uint32_t node, struct ost_call *ret)
{
	struct ost_frame fr;
	struct ost_path path;
	uint32_t callee, op, nr = 0;

	memset(ret, 0, sizeof(*ret));
	ret->kind = OST_CALL_UNKNOWN;
	ret->slot = OST_NO_ID;
	ret->receiver.base = OST_NO_ID;
	ost_scope_frame(s, &fr);
	ost_scope_ask(s);
	ret->line = ost_at(&fr, node)->line;
	ost_for_each_kid(&s->tree, node, kid)
		nr++;
	ret->nr_args = nr ? nr - 1 : 0;
	callee = ost_kid(&s->tree, node, 0);
	ret->args = callee ? ost_kid(&s->tree, node, 1) : 0;
	while (callee && ost_at(&fr, callee)->op == OST_N_UNARY && ost_at(&fr, callee)->sub == OST_OP_DEREF)
		callee = ost_kid(&s->tree, callee, 0);
	if (!callee)
		return;
	op = ost_at(&fr, callee)->op;
	if (op == OST_N_NAME) {
		by_name(s, &fr, callee, ret);
	} else if (op == OST_N_MEMBER) {
		by_member(s, &fr, callee, ret);
	} else if (op == OST_N_INDEX) {
		ost_frame_path(s, &fr, callee, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		through_path(ret, &path);
	}
}
