// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Are two locks of one class one object?
 *
 * Both are brought to one function's terms (frames.h). What is left to show
 * is that two routes lead to the same place. Routes over pointers that are
 * only ever set in one way are rewritten as routes over containers, where
 * going up and down again cancels:
 *
 *	hw->wiphy		`local->hw.wiphy = wiphy` with local = &wiphy->priv:
 *				the container of the container of *hw, W
 *	W.rfkill->data		`rdev->wiphy.rfkill = rfkill_alloc(..., rdev)`, and
 *				rfkill_alloc() stores that argument in data: rdev,
 *				the container of W
 *	rdev->wiphy.mtx		W.mtx
 *
 * A path that was made by a call remembers the call (origin), so that what
 * the constructor stores is known by the arguments of that very call.
 */
#include <string.h>

#include "locks/finder.h"
#include "locks/loans.h"

#define MAX_REWRITES 12

/* The object at a path was made by this call. */
struct origin {
	struct ost_path value;	/* of the pointer to it */
	uint32_t unit, call;
};
struct origins { OST_VEC(struct origin) v; };

/* The field that the lock's container lies in, or OST_NO_ID when it is behind a pointer. */
static uint32_t embedding(const struct ost_path *path)
{
	if (path->nr_steps < 2 || path->steps[path->nr_steps - 1].kind != OST_STEP_FIELD ||
	    path->steps[path->nr_steps - 2].kind != OST_STEP_FIELD)
		return OST_NO_ID;
	return path->steps[path->nr_steps - 2].id;
}

/* b's container is found from a's: `n->lock` and `n->parent->lock`. */
static bool leads_on(const struct ost_path *a, const struct ost_path *b)
{
	return a->nr_steps && a->nr_steps <= b->nr_steps &&
	       !memcmp(a->steps, b->steps, (a->nr_steps - 1) * sizeof(a->steps[0]));
}

static bool has_pointer(const struct ost_path *path)
{
	for (uint32_t i = 1; i < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_DEREF || path->steps[i].kind == OST_STEP_UP)
			return true;
	return false;
}

/* `current`, a variable of each processor: another object for another thread. */
static bool is_per_thread(const struct ost_finder *f, const struct ost_path *path)
{
	struct ost_global_def def;
	const struct ost_facts *facts;

	if (path->kind != OST_BASE_GLOBAL)
		return false;
	ost_program_global(f->p, path->base, &def);
	if (!strcmp(ost_program_name(f->p, def.name), "current"))
		return true;
	facts = ost_program_facts(f->p, def.file);
	return def.type && facts->types[def.type].flags & OST_TF_PERCPU;
}

enum ost_relation ost_relate(struct ost_finder *f, const struct ost_path *a, const struct ost_path *b)
{
	uint32_t in_a = embedding(a), in_b = embedding(b);

	if (is_per_thread(f, a) || (ost_has_element(a) && ost_has_element(b)))
		return OST_REL_UNKNOWN;
	if (ost_path_is_rooted(a) && ost_path_equal(a, b))
		return a->kind == OST_BASE_GLOBAL ? OST_REL_GLOBAL : OST_REL_SAME;
	if (in_a != in_b && in_a != OST_NO_ID && in_b != OST_NO_ID)
		return OST_REL_OTHER;
	if (ost_path_is_rooted(a) && a->kind == b->kind && a->base == b->base && !b->is_truncated &&
	    (leads_on(a, b) || leads_on(b, a) || !(has_pointer(a) || has_pointer(b))))
		return OST_REL_OTHER;
	/* two parameters: two objects, unless somebody says otherwise */
	if (a->kind == OST_BASE_PARAM && b->kind == OST_BASE_PARAM && a->base != b->base)
		return OST_REL_OTHER;
	return OST_REL_UNKNOWN;
}

static bool push(struct ost_path *path, uint32_t kind, uint32_t id)
{
	if (path->nr_steps == OST_PATH_MAX)
		return false;
	path->steps[path->nr_steps++] = (struct ost_step){ kind, id };
	return true;
}

/*
 * place is what `object` (root->a.b) calls root->a.b; the value of root, seen
 * from place: members are left upwards.
 */
static bool root_of(const struct ost_path *object, const struct ost_path *place, struct ost_path *ret)
{
	*ret = *place;
	ret->addr = 0;
	for (uint32_t i = object->nr_steps; i-- > 1;) {
		uint32_t field = object->steps[i].id;
		struct ost_step *last = ret->nr_steps ? &ret->steps[ret->nr_steps - 1] : NULL;

		if (last && last->kind == OST_STEP_FIELD && last->id == field)
			ret->nr_steps--;
		else if (!last || (last->kind != OST_STEP_DEREF && last->kind != OST_STEP_UP) ||
			 !push(ret, OST_STEP_UP, field))
			return false;
	}
	if (ret->nr_steps && ret->steps[ret->nr_steps - 1].kind == OST_STEP_DEREF)
		ret->nr_steps--;	/* &*x is x */
	else
		ret->addr = 1;
	return true;
}

static bool compose_at(struct ost_finder *f, const struct ost_path *root, const struct ost_path *value,
		       struct ost_path *ret)
{
	struct ost_path inner = *value;

	inner.kind = OST_BASE_PARAM;
	inner.base = 0;
	ost_path_compose(f->p, root, &inner, ret);
	return !ret->is_truncated;
}

static void note_use(struct ost_finder *f, struct ost_reductions *used, const struct ost_rule *rule)
{
	const char *why = ost_fmt(f, "%s gets its pointer here: no other assignment gives it one, but NULL",
				  ost_class_text(f, rule->field, OST_NO_ID));

	for (size_t i = 0; i < used->v.nr; i++)
		if (used->v.items[i].unit == rule->unit && used->v.items[i].line == rule->line)
			return;
	*ost_vec_push(&used->v) = (struct ost_reduction){ rule->unit, rule->line, why };
}

/* The argument that a constructor stored: the value in the terms of the object's root. */
static bool from_origin(struct ost_finder *f, const struct ost_rule *rule, const struct ost_path *place,
			const struct origins *origins, struct ost_path *ret)
{
	struct ost_path root;

	if (rule->value.kind != OST_BASE_PARAM || rule->value.nr_steps || rule->value.addr)
		return false;
	if (!root_of(&rule->object, place, &root))
		return false;
	for (size_t i = 0; i < origins->v.nr; i++) {
		const struct origin *o = &origins->v.items[i];
		struct ost_call call;
		uint32_t arg;

		/* made by a call of the function that stores, directly or as a member of it */
		if (!ost_finder_enter(f, o->unit))
			continue;
		ost_call_resolve(f->cur, o->call, &call);
		if (call.kind != OST_CALL_DIRECT)
			continue;
		{
			bool is_it = false;

			for (uint32_t k = 0; k < call.to.nr && k < OST_RESOLVE_MAX; k++)
				is_it |= call.to.units[k] == rule->unit;
			/* a wrapper that hands its arguments on: wiphy_new() → wiphy_new_nm() */
			for (uint32_t k = 0; k < call.to.nr && k < OST_RESOLVE_MAX && !is_it; k++)
				for (uint64_t e = f->graph.out_first[call.to.units[k]];
				     e < f->graph.out_first[call.to.units[k] + 1]; e++)
					is_it |= f->graph.out[e].unit == rule->unit &&
						 ost_program_unit(f->p, call.to.units[k])->nr_params <=
						 ost_program_unit(f->p, rule->unit)->nr_params;
			if (!is_it)
				continue;
		}
		/* the object in hand is that one, or what it lies in */
		if (!(root.kind == o->value.kind && root.base == o->value.base &&
		      root.nr_steps >= o->value.nr_steps &&
		      !memcmp(root.steps, o->value.steps, o->value.nr_steps * sizeof(root.steps[0]))))
			continue;
		arg = ost_lk_call_arg(f->cur, o->call, rule->value.base);
		if (!arg)
			continue;
		ost_expr_path(f->cur, arg, OST_PATH_LOCALS | OST_PATH_CALLS, ret);
		if (ret->kind == OST_BASE_GLOBAL && !ret->is_truncated)
			return true;
	}
	return false;
}

/* place.F->G where F's rule is a call: what the constructor stores in G is an argument. */
static bool by_constructor(struct ost_finder *f, const struct ost_rule *rule, const struct ost_path *place,
			   uint32_t next_field, struct ost_path *ret, struct ost_reductions *used)
{
	struct ost_rule made = *rule;
	const struct ost_rule *inner = ost_rule_of(&f->rules, &f->w->stores, &f->rule_scope, next_field);
	struct ost_path arg, root;
	uint32_t n;

	if (!inner->is_known || inner->value.kind != OST_BASE_PARAM || inner->value.nr_steps ||
	    inner->value.addr || inner->object.nr_steps != 1 || !ost_finder_enter(f, made.unit))
		return false;
	{
		struct ost_call call;
		bool is_it = false;

		ost_call_resolve(f->cur, made.value.base, &call);
		for (uint32_t k = 0; k < call.to.nr && k < OST_RESOLVE_MAX; k++)
			is_it |= call.to.units[k] == inner->unit;
		if (!is_it)
			return false;
	}
	n = ost_lk_call_arg(f->cur, made.value.base, inner->value.base);
	if (!n)
		return false;
	ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &arg);
	if (arg.kind == OST_BASE_GLOBAL) {
		*ret = arg;
	} else if (arg.kind != made.object.kind || arg.base != made.object.base || arg.is_truncated ||
		   !root_of(&made.object, place, &root) || !compose_at(f, &root, &arg, ret)) {
		return false;
	}
	note_use(f, used, &made);
	note_use(f, used, inner);
	return true;
}

/* Rewrites the value of the pointer field at step `at`; *ret_used: steps of path that it stands for. */
static bool rewrite(struct ost_finder *f, const struct ost_path *path, uint32_t at, struct origins *origins,
		    struct ost_path *ret, uint32_t *ret_used, struct ost_reductions *used)
{
	struct ost_rule rule = *ost_rule_of(&f->rules, &f->w->stores, &f->rule_scope, path->steps[at].id);
	struct ost_path place = *path, root;

	if (!rule.is_known)
		return false;
	place.nr_steps = at;
	place.addr = 0;
	*ret_used = at + 1;
	if (rule.value.kind == rule.object.kind && rule.value.base == rule.object.base) {
		if (!root_of(&rule.object, &place, &root) || !compose_at(f, &root, &rule.value, ret))
			return false;
		if (rule.object.kind == OST_BASE_CALL && ret->addr == root.addr &&
		    !rule.value.nr_steps && !rule.value.addr)
			*ost_vec_push(&origins->v) = (struct origin){ root, rule.unit, rule.object.base };
		note_use(f, used, &rule);
		return true;
	}
	if (rule.value.kind == OST_BASE_CALL && !rule.value.nr_steps && !rule.value.addr &&
	    at + 2 < path->nr_steps && path->steps[at + 1].kind == OST_STEP_DEREF &&
	    path->steps[at + 2].kind == OST_STEP_FIELD) {
		*ret_used = at + 3;
		return by_constructor(f, &rule, &place, path->steps[at + 2].id, ret, used);
	}
	if (from_origin(f, &rule, &place, origins, ret)) {
		note_use(f, used, &rule);
		return true;
	}
	return false;
}

/* value, then the steps of path from `from` on. */
static bool join(struct ost_finder *f, const struct ost_path *value, const struct ost_path *path,
		 uint32_t from, struct ost_path *ret)
{
	struct ost_path tail = { .kind = OST_BASE_PARAM, .addr = path->addr };

	tail.nr_steps = path->nr_steps - from;
	memcpy(tail.steps, &path->steps[from], tail.nr_steps * sizeof(tail.steps[0]));
	ost_path_compose(f->p, value, &tail, ret);
	return !ret->is_truncated;
}

void ost_reduce_path(struct ost_finder *f, struct ost_path *path, struct ost_reductions *used)
{
	struct origins origins = { .v = OST_VEC_INIT };

	for (int round = 0; round < MAX_REWRITES; round++) {
		bool changed = false;

		for (uint32_t i = 0; i < path->nr_steps && !changed; i++) {
			struct ost_path value, next;
			uint32_t from;

			/* a pointer that is followed, or the value at the end */
			if (path->steps[i].kind != OST_STEP_FIELD ||
			    (i + 1 < path->nr_steps ? path->steps[i + 1].kind != OST_STEP_DEREF : path->addr != 0))
				continue;
			if (!rewrite(f, path, i, &origins, &value, &from, used) ||
			    !join(f, &value, path, from, &next))
				continue;
			*path = next;
			changed = true;
		}
		if (!changed)
			break;
	}
	ost_vec_deinit(&origins.v);
}

bool ost_follow_loan(struct ost_finder *f, const struct ost_loan *loan, const struct ost_path *pointer,
		     struct ost_path *ret)
{
	const struct ost_store store = { .unit = loan->unit, .node = loan->node };
	struct ost_path place = *pointer, root;
	struct ost_rule read, *at = &read;

	if (!ost_read_store(&f->rule_scope, &store, loan->field, &read))
		return false;
	if (at->value.kind == OST_BASE_GLOBAL) {
		*ret = at->value;
		return true;
	}
	if (!place.nr_steps || place.addr || at->value.kind != at->object.kind || at->value.base != at->object.base)
		return false;
	place.nr_steps--;
	return root_of(&at->object, &place, &root) && compose_at(f, &root, &at->value, ret);
}
