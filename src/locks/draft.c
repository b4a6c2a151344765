// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "locks/context.h"
#include "locks/finder.h"

const char *ost_fmt(struct ost_finder *f, const char *fmt, ...)
{
	OST_BUF b = OST_BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	ost_buf_addv(&b, fmt, ap);
	va_end(ap);
	return ost_arena_strdup(&f->texts, b.ptr);
}

const char *ost_unit_name(const struct ost_finder *f, uint32_t unit)
{
	return ost_program_name(f->p, ost_program_unit(f->p, unit)->name);
}

const char *ost_unit_path(const struct ost_finder *f, uint32_t unit)
{
	return ost_program_path(f->p, ost_program_unit(f->p, unit)->file);
}

const char *ost_class_text(struct ost_finder *f, uint32_t field, uint32_t global)
{
	OST_BUF b = OST_BUF_INIT;

	if (field != OST_NO_ID)
		ost_program_field_text(f->p, field, &b);
	else if (global != OST_NO_ID)
		ost_program_global_text(f->p, global, &b);
	return ost_arena_strdup(&f->texts, b.ptr);
}

const char *ost_path_text_in(struct ost_finder *f, uint32_t unit, const struct ost_path *path)
{
	OST_BUF b = OST_BUF_INIT;

	if (!ost_finder_enter(f, unit))
		return "";
	ost_path_text(f->p, f->cur, path, &b);
	return ost_arena_strdup(&f->texts, b.ptr);
}

/* How many other places set the slot to that function: rows of one table, say, of which any may be meant. */
static unsigned other_places(const struct ost_finder *f, const struct ost_target *target)
{
	const struct ost_target *all;
	uint32_t nr = ost_program_slot_targets(f->p, target->slot, &all);
	unsigned others = 0;

	for (uint32_t i = 0; i < nr; i++)
		others += all[i].unit == target->unit && (all[i].file != target->file || all[i].line != target->line);
	return others;
}

const char *ost_slot_text(struct ost_finder *f, uint32_t slot, const struct ost_target *target)
{
	OST_BUF b = OST_BUF_INIT;
	unsigned others = target ? other_places(f, target) : 0;
	uint32_t file, line;

	ost_program_field_text(f->p, slot, &b);
	if (target)
		ost_buf_addf(&b, ", set at %s:%u", ost_program_path(f->p, target->file), target->line);
	if (others)
		ost_buf_addf(&b, " and %u other place%s", others, others > 1 ? "s" : "");
	if (target && ost_program_copied_at(f->p, target, &file, &line))
		ost_buf_addf(&b, ", copied at %s:%u", ost_program_path(f->p, file), line);
	return ost_arena_strdup(&f->texts, b.ptr);
}

#ifdef OST_ARENA_MALLOC
#define MAX_TEXTS 0	/* so that a text of another draft is noticed */
#else
#define MAX_TEXTS (1u << 20)
#endif

void ost_draft_start(struct ost_finder *f, enum ost_deadlock_kind kind)
{
	struct ost_draft *d = &f->draft;

	if (f->texts.bytes > MAX_TEXTS)
		ost_arena_deinit(&f->texts);
	ost_vec_clear(&d->steps);
	ost_vec_clear(&d->step_units);
	ost_vec_clear(&d->doubts);
	d->kind = kind;
	d->rank = OST_RANK_PROVEN;
	d->score = 100;
	d->spins = false;
	d->lock = d->lock2 = (struct ost_dl_lock){ "", "", "" };
	d->waitable_kind = d->waitable_class = d->callback = "";
	d->primitive = d->wait_function = d->wait_file = d->impl = "";
	d->wait_line = 0;
	d->holder = (struct ost_dl_holder){ "", "", 0, "" };
	d->id[0] = '\0';
}

void ost_draft_step(struct ost_finder *f, enum ost_step_role role, unsigned thread, uint32_t unit,
		    uint32_t line, const char *via, ...)
{
	OST_BUF b = OST_BUF_INIT;
	va_list ap;

	if (f->draft.steps.nr >= OST_MAX_STEPS)
		return;
	va_start(ap, via);
	ost_buf_addv(&b, via, ap);
	va_end(ap);
	ost_vec_add(&f->draft.step_units, unit);
	*ost_vec_push(&f->draft.steps) = (struct ost_dl_step){
		.role = role, .thread = thread,
		.function = unit == OST_NO_ID ? "" : ost_unit_name(f, unit),
		.file = unit == OST_NO_ID ? "" : ost_unit_path(f, unit),
		.line = line, .text = "", .via = ost_arena_strdup(&f->texts, b.ptr),
	};
}

const char *ost_draft_class(struct ost_finder *f, const struct ost_lk_ref *lock)
{
	f->draft.spins |= ost_lk_spins(lock->kind);
	return ost_class_text(f, lock->field, lock->global);
}

void ost_draft_doubt(struct ost_finder *f, enum ost_rank rank, const char *fmt, ...)
{
	OST_BUF b = OST_BUF_INIT;
	va_list ap;

	if (rank > f->draft.rank)
		f->draft.rank = rank;
	f->draft.score -= rank == OST_RANK_POSSIBLE ? 20 : 8;
	va_start(ap, fmt);
	ost_buf_addv(&b, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < f->draft.doubts.nr; i++)
		if (!strcmp(f->draft.doubts.items[i], b.ptr))
			return;
	ost_vec_add(&f->draft.doubts, ost_arena_strdup(&f->texts, b.ptr));
}

/* The draft's id, and the finding that has it already. */
static void name_draft(struct ost_finder *f)
{
	struct ost_draft *d = &f->draft;
	const uint64_t *known;
	OST_BUF b = OST_BUF_INIT;

	if (d->id[0])
		return;
	if (d->kind == OST_DL_ABBA)	/* two classes are one finding, wherever they are taken; of sockets, of one protocol */
		ost_buf_addf(&b, "ABBA|%s|%s%s%s", d->lock.class_name, d->lock2.class_name, d->impl[0] ? "|" : "", d->impl);
	else
		ost_buf_addf(&b, "%s|%s|%s|%s|%s|%s|%s|%s", ost_deadlock_kind_name(d->kind), d->wait_function,
		     d->wait_file, d->waitable_class, d->lock.class_name, d->lock2.class_name, d->impl,
		     d->callback);
	snprintf(d->id, sizeof(d->id), "%s-%012llx", ost_deadlock_kind_name(d->kind),
		 (unsigned long long)(ost_hash_bytes(b.ptr, b.len) >> 16));
	known = ost_table_get(&f->by_id, ost_hash_bytes(d->id, strlen(d->id)));
	d->known = known ? *known : 0;
}

static void add_holder(struct ost_finder *f, struct ost_finding *to, const struct ost_dl_holder *h)
{
	struct ost_dl_holder *grown;

	for (size_t i = 0; i < to->nr_holders; i++)
		if (!strcmp(to->holders[i].function, h->function) && to->holders[i].line == h->line)
			return;
	if (!h->function[0] || to->nr_holders >= OST_MAX_HOLDERS)
		return;
	grown = ost_arena_alloc(&f->arena, (to->nr_holders + 1) * sizeof(*grown));
	if (to->nr_holders)
		memcpy(grown, to->holders, to->nr_holders * sizeof(*grown));
	grown[to->nr_holders++] = *h;
	to->holders = grown;
}

static void keep(struct ost_finder *f, const char **text)
{
	*text = **text ? ost_arena_strdup(&f->arena, *text) : "";	/* an empty one is the draft's, too */
}

static void keep_lock(struct ost_finder *f, struct ost_dl_lock *lock)
{
	keep(f, &lock->class_name);
	keep(f, &lock->instance);
}

/* What is the draft's own is copied; names and paths are the program's. */
static void fill(struct ost_finder *f, struct ost_finding *to)
{
	const struct ost_draft *d = &f->draft;

	to->id = ost_arena_strdup(&f->arena, d->id);
	to->rank = d->rank;
	to->kind = d->kind;
	to->score = d->score;
	to->spins = d->spins;
	to->lock = d->lock;
	to->lock2 = d->lock2;
	to->waitable_kind = d->waitable_kind;
	to->waitable_class = d->waitable_class;
	to->callback = d->callback;
	to->primitive = d->primitive;
	to->wait_function = d->wait_function;
	to->wait_file = d->wait_file;
	to->wait_line = d->wait_line;
	keep_lock(f, &to->lock);
	keep_lock(f, &to->lock2);
	keep(f, &to->waitable_class);
	to->steps = ost_arena_alloc(&f->arena, d->steps.nr * sizeof(*to->steps) + 1);
	memcpy(to->steps, d->steps.items, d->steps.nr * sizeof(*to->steps));
	to->nr_steps = d->steps.nr;
	for (size_t i = 0; i < to->nr_steps; i++)
		keep(f, &to->steps[i].via);
	to->doubts = ost_arena_alloc(&f->arena, d->doubts.nr * sizeof(*to->doubts) + 1);
	to->nr_doubts = d->doubts.nr;
	for (size_t i = 0; i < to->nr_doubts; i++)
		to->doubts[i] = ost_arena_strdup(&f->arena, d->doubts.items[i]);
}

void ost_finder_add(struct ost_finder *f, const struct ost_finding *found)
{
	bool is_new;
	uint64_t *at = ost_table_put(&f->by_id, ost_hash_bytes(found->id, strlen(found->id)), &is_new);
	struct ost_finding *to, old;

	if (is_new) {
		ost_vec_add(&f->found, *found);
		*at = f->found.nr;
		return;
	}
	to = &f->found.items[*at - 1];
	old = *to;
	if (found->rank < to->rank || (found->rank == to->rank && found->score > to->score)) {
		*to = *found;
		to->holders = old.holders;
		to->nr_holders = old.nr_holders;
	}
	for (size_t i = 0; i < found->nr_holders; i++)
		add_holder(f, to, &found->holders[i]);
}

#define HAND_DEPTH 3	/* functions that hand it on before one calls it */

/*
 * The unit calls a function that it is given, or hands one on to who does: 1
 * only under a test of who is running, -1 otherwise, too, 0: it does not.
 */
static int calls_for_some(struct ost_finder *f, uint32_t unit, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;
	const struct ost_lk_event *ev;
	uint32_t node = 0;
	int found = 0;

	while (ost_next_param_call(f, unit, &node, &ev)) {
		if (!ev || !(ev->flags & OST_EVF_SELF_TEST))
			return -1;
		found = 1;
	}
	for (uint64_t i = g->out_first[unit]; !found && depth && i < g->out_first[unit + 1]; i++) {
		int below = 0;

		if (!g->out[i].is_handed && ost_hands_param_on(f, unit, g->out[i].line))
			below = calls_for_some(f, g->out[i].unit, depth - 1);
		if (below < 0)
			return below;
		found |= below;
	}
	return found;
}

/* Who is called at that line calls what it is given only under a test of who is running. */
static bool is_only_for_some(struct ost_finder *f, uint32_t unit, uint32_t line)
{
	const struct ost_lk_graph *g = &f->graph;
	bool any = false;

	for (uint64_t i = g->out_first[unit]; i < g->out_first[unit + 1]; i++) {
		int how = g->out[i].line == line && !g->out[i].is_handed ? calls_for_some(f, g->out[i].unit, HAND_DEPTH) : 0;

		if (how < 0)
			return false;
		any |= how > 0;
	}
	return any;
}

/* A step to a function that is handed to somebody who calls it says so; that he always does was not looked at. */
static void judge_handed(struct ost_finder *f)
{
	struct ost_draft *d = &f->draft;

	for (size_t i = 0; i + 1 < d->steps.nr; i++) {
		struct ost_dl_step *s = &d->steps.items[i];
		const char *callee = d->steps.items[i + 1].function;
		uint32_t call;

		if (s->role != OST_ROLE_CALL || s->thread != d->steps.items[i + 1].thread ||
		    d->step_units.items[i] == OST_NO_ID || !ost_finder_enter(f, d->step_units.items[i]) ||
		    !((call = ost_call_node(f->cur, s->line, callee)) & OST_CALL_HANDED))
			continue;
		s->via = ost_fmt(f, "hands over %s(), which is called there", callee);
		ost_draft_doubt(f, OST_RANK_LIKELY, "%s() is handed over to be called: when that is done was not looked at", callee);
		call &= ~OST_CALL_HANDED;
		if (is_only_for_some(f, d->step_units.items[i], s->line))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is called there under a test of who is running, else later", callee);
		if (!ost_finder_enter(f, d->step_units.items[i]))
			continue;
		if (f->cur->tree.v.items[call + 1].op == OST_N_NAME &&
		    strstr(ost_facts_str(f->cur->f, f->cur->tree.v.items[call + 1].a), "_put"))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is called for the last reference only", callee);
	}
}

#define MANY_DOUBTS 4	/* each may be met, all of them hardly */

bool ost_draft_is_beaten(struct ost_finder *f, int gain)
{
	const struct ost_draft *d = &f->draft;
	const struct ost_finding *known;

	name_draft(f);
	known = d->known ? &f->found.items[d->known - 1] : NULL;
	return known && (d->rank > known->rank || (d->rank == known->rank && d->score + gain <= known->score));
}

void ost_draft_drop(struct ost_finder *f)
{
	add_holder(f, &f->found.items[f->draft.known - 1], &f->draft.holder);
}

void ost_draft_commit(struct ost_finder *f)
{
	struct ost_finding made = { .id = NULL };

	name_draft(f);
	judge_handed(f);
	if (f->draft.rank == OST_RANK_LIKELY && f->draft.doubts.nr >= MANY_DOUBTS)
		f->draft.rank = OST_RANK_POSSIBLE;
	f->draft.score -= (int)f->draft.steps.nr / 3;
	if (ost_draft_is_beaten(f, 0)) {
		ost_draft_drop(f);
		return;
	}
	fill(f, &made);
	add_holder(f, &made, &f->draft.holder);
	ost_finder_add(f, &made);
}

/* A constant of the call at node, in the function at hand, is another one than the event needs. */
static bool is_excluded_by_call(struct ost_finder *f, uint32_t node, uint32_t callee, const struct ost_lk_event *ev)
{
	for (int i = 0; i < ev->nr_mfacts; i++) {
		uint32_t arg = ev->mfacts[i].kind < OST_MF_PARAM ? 0 : ost_lk_call_arg(f->cur, node, ev->mfacts[i].name);

		if (arg && ost_arg_excludes(&f->constants, f->cur, arg, &ev->mfacts[i], ost_program_unit(f->p, callee)->file))
			return true;
	}
	return false;
}

const struct ost_lk_event *ost_inner_acquire(struct ost_finder *f, uint32_t unit, uint32_t node, uint64_t cls,
					     uint8_t mode, uint32_t *ret_unit)
{
	const struct ost_lk_event *found = NULL;
	struct ost_call call;

	if (!ost_finder_enter(f, unit) || f->cur->tree.v.items[node].op != OST_N_CALL)
		return NULL;
	ost_call_resolve(f->cur, node, &call);
	for (uint32_t k = 0; k < call.to.nr && k < OST_RESOLVE_MAX; k++) {
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, call.to.units[k]);

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];

			if (ev->kind != OST_EV_ACQUIRE || ev->lock >= sum->nr_locks || (found && ev->mode != mode) ||
			    ost_lk_ref_class(&sum->locks[ev->lock]) != cls ||
			    is_excluded_by_call(f, node, call.to.units[k], ev))
				continue;
			*ret_unit = call.to.units[k];
			if (ev->mode == mode)
				return ev;
			found = ev;
		}
	}
	return found;
}

const char *ost_inner_place(struct ost_finder *f, uint32_t unit, uint32_t node, uint64_t cls, uint8_t mode)
{
	for (int depth = 0; depth < OST_INNER_DEPTH; depth++) {
		const struct ost_lk_event *inner = ost_inner_acquire(f, unit, node, cls, mode, &unit);

		if (!inner)
			return "";
		if (!(inner->flags & OST_EVF_VIA_CALLEE))
			return ost_fmt(f, ", in %s() at %s:%u", ost_unit_name(f, unit), ost_unit_path(f, unit),
				       inner->line);
		node = inner->node;
	}
	return "";
}

/* The line of the unit that names the global, 0: none does. */
static uint32_t line_naming(struct ost_finder *f, uint32_t unit, const char *global)
{
	if (ost_program_unit(f->p, unit)->kind != OST_UNIT_FUNC || !ost_finder_enter(f, unit))
		return 0;
	for (uint32_t n = 0; n < f->cur->tree.v.nr; n++) {
		const struct ost_node *node = &f->cur->tree.v.items[n];

		if (node->op == OST_N_NAME && !strcmp(ost_facts_str(f->cur->f, node->a), global))
			return node->line;
	}
	return 0;
}

/*
 * ASSERT_RTNL() does not name the lock: ", in rtnl_is_locked() at
 * net/core/rtnetlink.c:160" is where a function that it calls does, or "".
 */
static const char *assert_place(struct ost_finder *f, uint32_t unit, const struct ost_lk_event *at)
{
	struct ost_call outer, inner;

	if (!at->prim || at->prim->suffix[0] != '=' || !ost_finder_enter(f, unit))
		return "";
	ost_call_resolve(f->cur, at->node, &outer);
	for (uint32_t i = 0; i < outer.to.nr && i < OST_RESOLVE_MAX; i++) {
		if (!ost_finder_enter(f, outer.to.units[i]))
			continue;
		for (uint32_t n = 0; n < f->cur->tree.v.nr; n++) {
			uint32_t line;

			if (f->cur->tree.v.items[n].op != OST_N_CALL)
				continue;
			ost_call_resolve(f->cur, n, &inner);
			line = inner.to.nr ? line_naming(f, inner.to.units[0], at->prim->suffix + 1) : 0;
			if (line)
				return ost_fmt(f, ", in %s() at %s:%u", ost_unit_name(f, inner.to.units[0]),
					       ost_unit_path(f, inner.to.units[0]), line);
			ost_finder_enter(f, outer.to.units[i]);
		}
	}
	return "";
}

void ost_say_hold(struct ost_finder *f, unsigned thread, uint32_t unit, const struct ost_lk_held *held,
		  const struct ost_lk_event *at, uint64_t cls, const char *lock)
{
	if (held)
		ost_draft_step(f, OST_ROLE_HOLD, thread, unit, held->line, "takes %s%s", lock,
			       ost_inner_place(f, unit, held->node, cls, held->mode));
	else
		ost_draft_step(f, OST_ROLE_HOLD, thread, unit, at->line, "asserts that %s is held%s", lock,
			       assert_place(f, unit, at));
}
