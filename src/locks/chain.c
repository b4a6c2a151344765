// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/chain.h"

#include "locks/decided.h"

#include <string.h>

void ost_each_hold(const struct ost_entries *e, const struct ost_lk_summary *sum, uint32_t event,
		   ost_hold_fn fn, void *ctx)
{
	const struct ost_lk_event *ev = &sum->events[event];
	struct ost_hold hold = { .entry = OST_NO_ID, .event = event };

	for (hold.held = 0; hold.held < ev->nr_held; hold.held++) {
		hold.cls = ost_lk_ref_class(&sum->locks[ev->held[hold.held].lock]);
		hold.kind = sum->locks[ev->held[hold.held].lock].kind;
		hold.is_sure = ev->held[hold.held].in_all;
		if (hold.cls && ev->held[hold.held].node != ev->node)
			fn(ctx, &hold);
	}
	hold.held = OST_ENTRY_ASSERTED;
	hold.is_sure = true;
	for (hold.event = 0; hold.event < event; hold.event++) {
		const struct ost_lk_event *as = &sum->events[hold.event];

		if (!ost_entry_is_told(sum, as))
			continue;
		hold.cls = ost_lk_ref_class(&sum->locks[as->lock]);
		hold.kind = sum->locks[as->lock].kind;
		if (!ost_event_releases(sum, ev, hold.cls))
			fn(ctx, &hold);
	}
	for (uint32_t at = e->first[sum->unit]; at; at = e->v.items[at - 1].next) {
		const struct ost_entry *en = &e->v.items[at - 1];
		const struct ost_entry_seed *seed = ost_entry_seed(e, en);

		hold = (struct ost_hold){ ost_entry_cls(en), at - 1, seed->event, seed->held, seed->kind, seed->is_sure };
		if (!ost_event_releases(sum, ev, hold.cls))
			fn(ctx, &hold);
	}
}

bool ost_slot_is_closed(const struct ost_program *p, uint32_t slot, uint32_t caller)
{
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(p, slot, &targets), file = ost_program_unit(p, caller)->file;
	bool one = true, own = true;

	for (uint32_t i = 0; i < nr; i++) {
		one = one && targets[i].unit == targets[0].unit;
		own = own && targets[i].file == file;
	}
	return one || own;
}

bool ost_chain_build(struct ost_finder *f, const struct ost_lk_summary *sum, uint32_t event,
		     const struct ost_hold *hold, struct ost_chain *c)
{
	const struct ost_lk_summary *top;

	memset(c, 0, sizeof(*c));
	c->hold = *hold;
	c->place = &sum->events[event];
	c->frames[c->nr++] = (struct ost_frame){ sum->unit, c->place->line, "", OST_NO_ID, 0, false };
	for (uint32_t at = hold->entry; at != OST_NO_ID; at = f->entries->v.items[at].up) {
		const struct ost_entry *en = &f->entries->v.items[at];
		const struct ost_lk_edge *call = ost_entry_call(f->entries, en);
		uint32_t caller = ost_entry_caller(f->entries, en);

		if (c->nr == OST_CHAIN_FRAMES)
			return false;
		c->frames[c->nr++] = (struct ost_frame){ caller, call->line,
			ost_callee_text(f->p, en->unit, call->slot), call->slot,
			ost_nth_target(f->p, call->slot, ost_entry_target(en)), false };
		c->nr_slots += call->slot != OST_NO_ID && !ost_slot_is_closed(f->p, call->slot, caller);
	}
	top = ost_lk_sum(f->w, ost_chain_top(c));
	c->hold_at = &top->events[hold->event];
	c->held = hold->held == OST_ENTRY_ASSERTED ? NULL : &c->hold_at->held[hold->held];
	c->hold_ref = &top->locks[c->held ? c->held->lock : c->hold_at->lock];
	return true;
}

void ost_chain_meet(struct ost_finder *f, struct ost_chain *c, const struct ost_path *object)
{
	c->object = *object;
	c->met = ost_way_lift(f, c->frames, c->nr, 0, &c->object);
	c->lock = c->hold_ref->path;
	c->has_met = ost_way_lower(f, c->frames, c->nr - 1, c->met, &c->lock);
}

bool ost_chain_is_excluded(struct ost_finder *f, const struct ost_chain *c)
{
	return ost_way_is_closed(f, c->frames, c->nr, c->place) || ost_way_is_torn(f, c->frames, c->nr) ||
	       ost_way_is_decided(f, c->frames, c->nr, c->place) ||
	       ost_way_needs_null(f, c->frames, c->nr, c->place, &c->hold_ref->path);
}

void ost_chain_say(struct ost_finder *f, const struct ost_chain *c, unsigned thread, const char *lock)
{
	uint32_t top = ost_chain_top(c);

	ost_say_hold(f, thread, top, c->held, c->hold_at, c->hold.cls, lock);
	for (unsigned i = c->nr; i-- > 1;) {
		const struct ost_frame *fr = &c->frames[i];

		if (fr->slot == OST_NO_ID)
			ost_draft_step(f, OST_ROLE_CALL, thread, fr->unit, fr->line, "direct call");
		else
			ost_draft_step(f, OST_ROLE_CALL, thread, fr->unit, fr->line, "via %s",
				       ost_slot_text(f, fr->slot, ost_program_target(f->p, fr->target)));
	}
}

/* The holder gives the lock back, or takes it back: it returns as it was called. */
static bool is_given_back(const struct ost_lk_summary *sum, uint64_t cls)
{
	for (uint32_t i = 0; i < sum->nr_effects; i++)
		if (sum->effects[i].kind != OST_FX_AROUND && ost_lk_ref_class(&sum->locks[sum->effects[i].lock]) == cls)
			return false;
	return true;
}

/* What is called there holds it while it calls what it is handed, and is back without it. */
static bool is_held_around(const struct ost_finder *f, const struct ost_call *call, uint64_t cls)
{
	for (uint32_t k = 0; k < call->to.nr && k < OST_RESOLVE_MAX; k++) {
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, call->to.units[k]);

		for (uint32_t i = 0; sum && i < sum->nr_effects; i++)
			if (sum->effects[i].kind == OST_FX_AROUND && ost_lk_ref_class(&sum->locks[sum->effects[i].lock]) == cls)
				return true;
	}
	return false;
}

static void judge_hold(struct ost_finder *f, const struct ost_chain *c)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, ost_chain_top(c));
	struct ost_call call;
	const char *name;

	if (!c->held || !ost_finder_enter(f, ost_chain_top(c)) ||
	    f->cur->tree.v.items[c->held->node].op != OST_N_CALL)
		return;
	ost_call_resolve(f->cur, c->held->node, &call);
	name = ost_facts_str(f->cur->f, call.name);
	if (is_held_around(f, &call, c->hold.cls))
		return;
	/* a function that comes back with a lock says so in its name, as a rule */
	if (call.kind == OST_CALL_DIRECT && !ost_lk_find(&f->w->tables, name) && !ost_lk_name_says(&f->w->tables, OST_LKN_LOCKING, name))
		ost_draft_doubt(f, f->draft.kind != OST_DL_ABBA && is_given_back(sum, ost_lk_ref_class(&sum->locks[c->held->lock])) ?
				OST_RANK_LIKELY : OST_RANK_POSSIBLE, "%s() seems to come back with the lock", name);
}

#define FEW_USERS 3

/* The slot is one driver's own: a few functions, or none outside of the caller's folder. */
static bool is_own_slot(const struct ost_finder *f, const struct ost_frame *fr)
{
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(f->p, fr->slot, &targets);

	for (uint32_t i = 0; nr > FEW_USERS && i < nr; i++)
		if (!ost_is_near(ost_program_path(f->p, targets[i].file), ost_unit_path(f, fr->unit)))
			return false;
	return true;
}

/* A table of operations says what it is for; a callback put into an object is one of many, but for a driver that comes back by its own. */
static void judge_slot(struct ost_finder *f, const struct ost_frame *fr, unsigned thread, bool is_back)
{
	unsigned how;

	if (fr->slot == OST_NO_ID || ost_slot_is_closed(f->p, fr->slot, fr->unit))
		return;
	if (ost_lk_slot(&f->graph, fr->slot)->what == OST_LKS_CHAIN)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s runs what many have registered, each in a list of its kind",
				ost_slot_text(f, fr->slot, NULL));
	how = ost_program_target(f->p, fr->target)->how;
	if (how == OST_HOW_INIT || how == OST_HOW_MACRO)
		ost_draft_doubt(f, OST_RANK_LIKELY, "thread %u goes through a function pointer", thread);
	else
		ost_draft_doubt(f, is_back && is_own_slot(f, fr) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "thread %u goes through %s, which each user sets", thread,
				ost_slot_text(f, fr->slot, NULL));
}

/*
 * Where the lock is taken by a loop that does not hold the way on, or by
 * something that is no primitive, a release that goes with it may not have
 * been told apart.
 */
static bool is_hard_to_follow(struct ost_finder *f, const struct ost_chain *c)
{
	uint32_t node = c->held->node;
	const struct ost_node *items;

	if (!ost_finder_enter(f, ost_chain_top(c)))
		return true;
	items = f->cur->tree.v.items;
	if (items[node].op != OST_N_CALL || items[node + 1].op != OST_N_NAME ||
	    !ost_lk_find(&f->w->tables, ost_facts_str(f->cur->f, items[node + 1].a)))
		return true;
	for (uint32_t n = 0; n < node; n++)
		if ((items[n].op == OST_N_FOR || items[n].op == OST_N_WHILE || items[n].op == OST_N_DO ||
		     items[n].op == OST_N_MACRO_STMT) && items[n].end > node && items[n].end <= c->hold_at->node)
			return true;
	return false;
}

void ost_chain_judge(struct ost_finder *f, const struct ost_chain *c, unsigned thread)
{
	if (c->held && !c->held->in_all)
		ost_draft_doubt(f, c->nr_slots || is_hard_to_follow(f, c) ? OST_RANK_POSSIBLE : OST_RANK_LIKELY,
				"thread %u holds the first lock only on some ways to the second", thread);
	if (c->place->flags & OST_EVF_SELF_TEST || c->hold_at->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (c->hold.entry != OST_NO_ID && f->entries->v.items[c->hold.entry].is_one_of)
		ost_draft_doubt(f, OST_RANK_LIKELY, "thread %u calls a name that has several definitions", thread);
	for (unsigned i = 1; i < c->nr; i++)
		judge_slot(f, &c->frames[i], thread, c->is_back && c->nr_slots == 1);
	judge_hold(f, c);
	ost_judge_branches(f, c->frames, c->nr, c->place);
}

bool ost_is_making(const struct ost_finder *f, const char *name)
{
	return ost_lk_name_says(&f->w->tables, OST_LKN_MAKING, name);
}

bool ost_is_unmaking(const struct ost_finder *f, const char *name)
{
	return ost_lk_name_says(&f->w->tables, OST_LKN_UNMAKING, name);
}

static bool ends_with(const char *name, const char *tail)
{
	size_t len = strlen(name), n = strlen(tail);

	return len >= n && !strcmp(name + len - n, tail);
}

/* count_free_blocks(): what is free is meant. */
static bool is_adjective(const char *name, const char *free_at)
{
	static const char *const verbs[] = { "count", "find", "get", "has", "nr", "num", "update", "show", "check", "calc",
					     "first", "next", "inc", "dec", "is", "no", "search" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(verbs); i++) {
		size_t len = strlen(verbs[i]);

		if (free_at > name + len && free_at[-1] == '_' && !strncmp(free_at - 1 - len, verbs[i], len) &&
		    (free_at == name + 1 + len || free_at[-2 - (ptrdiff_t)len] == '_'))
			return true;
	}
	return false;
}

bool ost_is_freeing(const char *name)
{
	const char *at = strstr(name, "free_");

	return (at && !is_adjective(name, at)) || ends_with(name, "_free");
}

bool ost_is_put(const char *name)
{
	return !strncmp(name, "put_", 4) || strstr(name, "_put_") ||
	       (ends_with(name, "put") && !ends_with(name, "input") && !ends_with(name, "output") && !ends_with(name, "throughput"));
}

bool ost_is_last_put(const char *name)
{
	return ost_is_put(name) || ost_is_freeing(name) || ends_with(name, "_release");
}

bool ost_lets_go_before(struct ost_finder *f, uint32_t unit, uint32_t line, bool by_counts)
{
	const struct ost_node *items;

	if (!ost_finder_enter(f, unit))
		return false;
	items = f->cur->tree.v.items;
	for (uint32_t n = 0; n + 1 < f->cur->tree.v.nr; n++) {
		const char *name = items[n].op == OST_N_CALL && items[n + 1].op == OST_N_NAME ? ost_facts_str(f->cur->f, items[n + 1].a) : "";

		if (items[n].line <= line && (strstr(name, "dec_and") || strstr(name, "dec_not") || (!by_counts && ost_is_put(name))))
			return true;
	}
	return false;
}

size_t ost_folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

bool ost_is_near(const char *a, const char *b)
{
	size_t x = ost_folder_len(a), y = ost_folder_len(b);

	return !strncmp(a, b, x < y ? x : y);
}

bool ost_is_same_subsystem(const char *a, const char *b)
{
	size_t len = strcspn(a, "/");

	if (!strncmp(a, "drivers/", 8))
		len = 8 + strcspn(a + 8, "/");
	return !strncmp(a, b, len + 1);
}

bool ost_are_siblings(const char *a, const char *b)
{
	unsigned slashes = 0;

	if (ost_is_near(a, b) || !strncmp(a, "include/", 8))
		return false;
	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		slashes += a[i] == '/';
	return slashes >= 2 || (slashes == 1 && (!strncmp(a, "fs/", 3) || !strncmp(a, "arch/", 5)));
}

bool ost_chain_leaves_driver(const struct ost_finder *f, const struct ost_chain *c)
{
	for (unsigned i = 1; i < c->nr && c->nr_slots; i++)
		for (unsigned k = 0; k < i; k++)
			if (ost_are_siblings(ost_unit_path(f, c->frames[i].unit), ost_unit_path(f, c->frames[k].unit)))
				return true;
	return false;
}
