// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function that binds a callback, and waits for it where something has
 * failed: before it was bound, or before anybody can have started it.
 */
#include <string.h>

#include "locks/decided.h"

#define MAX_LABELS 16

/* A walk in the order of execution from the binding on; loops that hold both places count as a way. */
struct flow {
	struct ost_finder *f;
	const struct ost_scope *s;
	uint32_t from, to;
	const char *member;	/* set to NULL: nothing is bound any more; or "" */
	uint32_t labels[MAX_LABELS];
	unsigned nr_labels;
	bool is_live, is_broken, is_entered, is_found;
};

static void flow(struct flow *w, uint32_t n);

static bool is_inside(const struct flow *w, uint32_t n, uint32_t node)
{
	return n <= node && node < ost_at(w->s, n)->end;
}

static void flow_kids(struct flow *w, uint32_t n)
{
	for (uint32_t k = n + 1; k < ost_at(w->s, n)->end; k = ost_at(w->s, k)->end)
		flow(w, k);
}

static void flow_if(struct flow *w, uint32_t n)
{
	uint32_t then = ost_at(w->s, n + 1)->end, other = ost_at(w->s, then)->end;
	bool before, after;

	flow(w, n + 1);
	before = w->is_live;
	flow(w, then);
	after = w->is_live;
	w->is_live = before;
	if (other < ost_at(w->s, n)->end)
		flow(w, other);
	w->is_live |= after;
}

static void flow_loop(struct flow *w, uint32_t n)
{
	bool broken = w->is_broken, entered = w->is_entered, before = w->is_live;

	if (ost_at(w->s, n)->op != OST_N_SWITCH && is_inside(w, n, w->from) && is_inside(w, n, w->to))
		w->is_found = true;
	w->is_broken = false;
	w->is_entered = before;
	flow_kids(w, n);
	w->is_live |= before | w->is_broken;
	w->is_broken = broken;
	w->is_entered = entered;
}

static void jump(struct flow *w, uint32_t label)
{
	if (w->is_live && w->nr_labels < MAX_LABELS)
		w->labels[w->nr_labels++] = label;
	else if (w->is_live)
		w->is_found = true;
	w->is_live = false;
}

static void arrive(struct flow *w, uint32_t label)
{
	for (unsigned i = 0; i < w->nr_labels; i++)
		w->is_live |= w->labels[i] == label;
}

static bool sets_null(const struct flow *w, uint32_t n)
{
	return ost_at(w->s, n)->sub == OST_OP_ASSIGN && ost_at(w->s, n + 1)->op == OST_N_MEMBER &&
	       !strcmp(ost_facts_str(w->s->f, ost_at(w->s, n + 1)->a), w->member) &&
	       ost_const_truth(&w->f->constants, w->s, ost_at(w->s, n + 1)->end) == 0;
}

static void flow(struct flow *w, uint32_t n)
{
	const struct ost_node *node = ost_at(w->s, n);

	w->is_found |= w->is_live && n == w->to;
	switch (node->op) {
	case OST_N_IF:
		flow_if(w, n);
		return;
	case OST_N_WHILE: case OST_N_DO: case OST_N_FOR: case OST_N_MACRO_STMT: case OST_N_SWITCH:
		flow_loop(w, n);
		return;
	case OST_N_CASE: case OST_N_DEFAULT:
		w->is_live |= w->is_entered;
		break;
	case OST_N_LABEL:
		arrive(w, node->a);
		break;
	case OST_N_GOTO:
		jump(w, node->a);
		return;
	default:
		break;
	}
	flow_kids(w, n);
	w->is_live |= n == w->from;
	if (node->op == OST_N_ASSIGN && w->is_live && sets_null(w, n))
		w->is_live = false;
	if (node->op == OST_N_BREAK)
		w->is_broken |= w->is_live;
	if (node->op == OST_N_RETURN || node->op == OST_N_BREAK || node->op == OST_N_CONTINUE)
		w->is_live = false;
}

/* Somebody who has been at `from`, where the callback is bound, may come to the node with that in place. */
static bool is_reached(struct ost_finder *f, const struct ost_binding *b, uint32_t from, uint32_t node)
{
	struct flow w = { .f = f, .s = f->cur, .from = from, .to = node, .member = "" };
	struct ost_field_def field;

	if (b->object.kind == OST_OBJ_FIELD) {
		ost_program_field(f->p, b->object.id, &field);
		w.member = ost_program_name(f->p, field.name);
	}
	if (node < from)	/* by a jump backwards, if at all */
		return true;
	flow(&w, 0);
	return w.is_found;
}

/* Where the unit binds the callback, or calls who does: a node of it, which is entered then; 0: it does not. */
static uint32_t binding_node(struct ost_finder *f, uint32_t unit, const struct ost_binding *b)
{
	const struct ost_lk_graph *g = &f->graph;

	if (!ost_finder_enter(f, unit))
		return 0;
	if (unit == b->in)
		return b->node;
	for (uint64_t i = g->out_first[unit]; i < g->out_first[unit + 1]; i++)
		if (g->out[i].unit == b->in && !g->out[i].is_handed)
			return ost_call_node(f->cur, g->out[i].line, ost_unit_name(f, b->in)) & ~OST_CALL_HANDED;
	return 0;
}

/* What is bound does not run before somebody has started it. */
static bool is_started_later(const struct ost_finder *f, const struct ost_binding *b)
{
	static const char *const kinds[] = { "work", "wiphy-work", "kthread-work", "timer", "hrtimer", "tasklet", "irq-work" };
	const char *kind = ost_program_binding_row(f->p, b->row)->kind;

	for (size_t i = 0; i < OST_ARRAY_SIZE(kinds); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

void ost_judge_unbound(struct ost_finder *f, const struct ost_frame *frames, unsigned nr, const struct ost_lk_event *last,
		       uint32_t binding)
{
	const struct ost_binding *b = ost_program_binding(f->p, binding);

	for (unsigned i = 0; i < nr && b->in != OST_NO_ID; i++) {
		uint32_t from = binding_node(f, frames[i].unit, b), node;

		if (!from)
			continue;
		node = ost_way_node(f->cur, frames, i, last);
		if (node == from || !ost_is_on_error(&f->w->tables, f->cur, node))
			continue;
		if (!is_reached(f, b, from, node))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() has the callback bound, and waits before that is done",
					ost_unit_name(f, frames[i].unit));
		else if (is_started_later(f, b))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() has the callback bound, and waits because it has failed: nobody has started that yet",
					ost_unit_name(f, frames[i].unit));
	}
}
