// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct ost_lk_eval *ost_eval_create(const struct ost_lk_world *w)
{
	struct ost_lk_eval *e = ost_calloc(1, sizeof(*e));

	e->w = w;
	e->cache_file = OST_NO_ID;
	ost_scope_init(&e->scope, w->p);
	ost_arena_init(&e->tmp);
	return e;
}

void ost_eval_note_stores(struct ost_lk_eval *e, struct ost_stores *stores)
{
	e->stores = stores;
}

void ost_eval_destroy(struct ost_lk_eval *e)
{
	if (!e)
		return;
	ost_scope_deinit(&e->scope);
	ost_arena_deinit(&e->tmp);
	ost_vec_deinit(&e->locks);
	ost_vec_deinit(&e->events);
	ost_vec_deinit(&e->labels);
	ost_vec_deinit(&e->returns);
	ost_vec_deinit(&e->jumps);
	ost_vec_deinit(&e->releases);
	ost_vec_deinit(&e->destroyed);
	ost_vec_deinit(&e->arounds);
	ost_vec_deinit(&e->drops);
	ost_vec_deinit(&e->cache);
	free(e);
}

static void start(struct ost_lk_eval *e, uint32_t unit, struct ost_arena *out)
{
	e->unit = unit;
	e->is_macro = ost_program_unit(e->w->p, unit)->kind != OST_UNIT_FUNC;
	e->out = out;
	ost_vec_clear(&e->locks);
	ost_vec_clear(&e->events);
	ost_vec_clear(&e->labels);
	ost_vec_clear(&e->returns);
	ost_vec_clear(&e->jumps);
	ost_vec_clear(&e->releases);
	ost_vec_clear(&e->destroyed);
	ost_vec_clear(&e->arounds);
	ost_vec_clear(&e->drops);
	e->block_depth = e->loop_depth = e->cond_depth = e->self_depth = 0;
	e->is_limited = false;
	ost_arena_deinit(&e->tmp);
}

/* The end of the body is a return, too. */
static void fall_off(struct ost_lk_eval *e, const struct ost_states *s)
{
	const struct ost_unit *u = ost_program_unit(e->w->p, e->unit);
	uint32_t line = u->kind == OST_UNIT_FUNC ? e->scope.f->funcs[u->index].end_line : u->line;

	for (int i = 0; i < s->nr; i++) {
		struct ost_eval_return *r = ost_vec_push(&e->returns);

		r->line = line;
		r->cls = OST_RET_VOID;
		r->st = s->s[i];
	}
}

static bool is_guard_word(const char *name)
{
	return !strcmp(name, "guard") || !strcmp(name, "scoped_guard") ||
	       !strcmp(name, "scoped_cond_guard");
}

/* Does the body call a primitive or open a guard? */
static bool names_primitive(struct ost_lk_eval *e)
{
	for (uint32_t n = 0; n < e->scope.tree.v.nr; n++) {
		const struct ost_lk_prim *prim;

		uint32_t callee = n + 1;

		if (ost_ev_node(e, n)->op != OST_N_CALL)
			continue;
		if (ost_ev_node(e, callee)->op == OST_N_TERNARY)	/* (w ? up_write : up_read)(x) */
			callee = ost_ev_strip(e, ost_ev_node(e, callee + 1)->end);
		if (ost_ev_node(e, callee)->op != OST_N_NAME)
			continue;
		if (ost_ev_prim_code(e, ost_ev_node(e, callee)->a, &prim) == 2 ||
		    is_guard_word(ost_ev_str(e, ost_ev_node(e, callee)->a)))
			return true;
	}
	return false;
}

void ost_eval_stores(struct ost_lk_eval *e, uint32_t unit)
{
	if (ost_program_unit(e->w->p, unit)->kind == OST_UNIT_FUNC && ost_scope_enter(&e->scope, unit) &&
	    e->scope.tree.v.nr)
		ost_stores_note(e->stores, &e->scope);
}

struct ost_lk_summary *ost_eval_unit(struct ost_lk_eval *e, uint32_t unit, bool only_primitives,
				     struct ost_arena *arena)
{
	struct ost_lk_summary *sum;
	struct ost_states *s;

	if (!ost_scope_enter(&e->scope, unit) || !e->scope.tree.v.nr)
		return NULL;
	if (e->stores && ost_program_unit(e->w->p, unit)->kind == OST_UNIT_FUNC)
		ost_stores_note(e->stores, &e->scope);
	if (only_primitives && !names_primitive(e))
		return NULL;
	start(e, unit, arena);
	s = ost_arena_alloc(&e->tmp, sizeof(*s));
	ost_states_start(s);
	ost_ev_stmt(e, 0, s);
	fall_off(e, s);
	if (!e->events.nr && !e->locks.nr)
		return NULL;
	sum = ost_arena_calloc(arena, 1, sizeof(*sum));
	sum->unit = unit;
	ost_ev_finish(e, sum);
	return sum;
}
