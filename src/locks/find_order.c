// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same lock taken twice down one call chain (AA).
 *
 * From every place that takes a lock the callers are climbed until somebody
 * holds that class at the call; the held lock is then lowered into the frame
 * of the taker. Only when it is one object there, or a global, it is more
 * than a possibility: two objects of one class are the rule, not a bug.
 */
#include <stdlib.h>
#include <string.h>

#include "locks/chain.h"
#include "locks/context.h"
#include "locks/decided.h"
#include "locks/elements.h"
#include "locks/finder.h"
#include "locks/loans.h"
#include "locks/peers.h"
#include "ostler/progress.h"

#define MAX_AA_TRIES 3	/* holders looked at for one place */
#define MAX_AA_DEPTH 8
#define MAX_AA_BRANCHES 2	/* that ask for a state and are believed to be taken */
#define MAX_CLEAR_BRANCHES 3	/* of a global lock, where nothing else speaks against it */
#define MAX_SELDOM_BRANCHES 4	/* on a way that is walked after an error only */

/* Where a lock is taken: by a primitive, or by a call of a wrapper around one. */
struct taker {
	uint32_t unit;
	const struct ost_lk_summary *sum;
	const struct ost_lk_event *ev;
	uint64_t cls;
	const struct ost_loans *loans;
	const struct ost_loan *loan;	/* by which the held lock is the taken one, or NULL: one class */
	uint32_t inner_units[OST_INNER_DEPTH];	/* ... and the wrappers down to the primitive */
	const struct ost_lk_event *inner[OST_INNER_DEPTH];
	unsigned nr_inner;
	bool is_odd;			/* the holder that is tried: odd_node() */
};

/* The event of the primitive itself; NULL: the wrappers could not be followed. */
static const struct ost_lk_event *enter_wrappers(struct ost_finder *f, struct taker *t)
{
	const struct ost_lk_event *ev = t->ev;
	uint32_t unit = t->unit;

	for (t->nr_inner = 0; ev && ev->flags & OST_EVF_VIA_CALLEE; t->nr_inner++) {
		if (t->nr_inner == OST_INNER_DEPTH)
			return NULL;
		ev = ost_inner_acquire(f, unit, ev->node, t->cls, t->ev->mode, &unit);
		t->inner_units[t->nr_inner] = unit;
		t->inner[t->nr_inner] = ev;
	}
	return ev;
}

/* The path of the held lock as the taker sees it. */
static bool lower_to(struct ost_finder *f, uint32_t node, const struct ost_path *from, struct ost_path *ret)
{
	*ret = *from;
	while (node) {
		const struct ost_climb_node *n = &f->search.up.items[node];
		struct ost_path next;
		uint32_t below = f->search.up.items[n->parent].unit;

		if (!ost_finder_enter(f, n->unit) ||
		    !ost_lower_path(f->cur, ost_call_node(f->cur, n->line, ost_callee_name(f, below, n->slot)),
				    ret, &next))
			return false;
		*ret = next;
		node = n->parent;
	}
	return true;
}

/* The calls from the holder at `node` down to the taker, frames[0] being the taker. */
static unsigned way_of(const struct ost_finder *f, const struct taker *t, uint32_t node, struct ost_frame *frames)
{
	const struct ost_climb_node *up = f->search.up.items;
	unsigned nr = up[node].depth + 1u, at = nr;

	for (uint32_t n = node; n; n = up[n].parent)
		frames[--at] = (struct ost_frame){ up[n].unit, up[n].line,
			ost_callee_name(f, up[up[n].parent].unit, up[n].slot), up[n].slot, up[n].target,
			up[n].is_one_of };
	frames[0] = (struct ost_frame){ t->unit, t->ev->line, "", OST_NO_ID, 0, false };
	return nr;
}

/* From the function at the node down to where the lock is taken again. */
static void say_way(struct ost_finder *f, const struct taker *t, uint32_t node)
{
	const struct ost_lk_ref *ref = &t->sum->locks[t->ev->lock];

	for (; node; node = f->search.up.items[node].parent) {
		const struct ost_climb_node *n = &f->search.up.items[node];

		if (n->slot == OST_NO_ID)
			ost_draft_step(f, OST_ROLE_CALL, 1, n->unit, n->line, "direct call");
		else
			ost_draft_step(f, OST_ROLE_CALL, 1, n->unit, n->line, "via %s",
				       ost_slot_text(f, n->slot, ost_program_target(f->p, n->target)));
	}
	for (unsigned i = 0; i < t->nr_inner; i++)
		ost_draft_step(f, OST_ROLE_CALL, 1, i ? t->inner_units[i - 1] : t->unit,
			       i ? t->inner[i - 1]->line : t->ev->line, "direct call");
	ost_draft_step(f, OST_ROLE_ACQUIRE, 1, t->nr_inner ? t->inner_units[t->nr_inner - 1] : t->unit,
		       t->nr_inner ? t->inner[t->nr_inner - 1]->line : t->ev->line, "takes %s again",
		       ost_class_text(f, ref->field, ref->global));
}

/* One of the paths ends in the pointer, the other one in the lock that it was set to. */
static enum ost_relation relate_lent(struct ost_finder *f, const struct taker *t, const struct ost_path *held,
				     const struct ost_path *taken)
{
	const struct ost_path *pointer = t->cls == t->loan->pointer ? taken : held;
	struct ost_path lent;

	if (!ost_follow_loan(f, t->loan, pointer, &lent))
		return OST_REL_UNKNOWN;
	return ost_relate(f, pointer == taken ? held : taken, &lent);
}

/* The function that the slot was called for lies where the lock is lent: it is that one's. */
static bool is_lender(const struct ost_finder *f, const struct taker *t, uint32_t node)
{
	const struct ost_climb_node *up = f->search.up.items;

	return t->loan && ost_lk_folder(f->p, up[up[node].parent].unit) == ost_lk_folder(f->p, t->loan->unit);
}

/* The function is the caller's own; or the caller is one of those who have such a table, and goes by that of another one. */
static bool is_among_users(const struct ost_finder *f, uint32_t slot, uint32_t caller, uint32_t unit)
{
	uint64_t folder = ost_lk_folder(f->p, caller);
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(f->p, slot, &targets), here = 0;

	if (ost_program_unit(f->p, caller)->file == ost_program_unit(f->p, unit)->file)
		return true;
	for (uint32_t i = 0; i < nr; i++) {
		if (targets[i].unit == OST_NO_ID)
			continue;
		if (ost_lk_folder(f->p, targets[i].unit) == folder)
			here++;
		else if (ost_is_near(ost_unit_path(f, targets[i].unit), ost_unit_path(f, caller)))
			return false;	/* a core above the folders of drivers */
	}
	return here == 1 && nr > 1;
}

/*
 * A core calls the one driver that it has in hand through that one's table: the
 * lock is that of the very object, or there is only one. Of sockets a protocol
 * calls its own.
 */
static bool is_by_core(const struct ost_finder *f, uint32_t node, uint32_t n)
{
	const struct ost_climb_node *up = f->search.up.items;
	const struct ost_lk_slot *slot = ost_lk_slot(&f->graph, up[n].slot);
	unsigned how = ost_program_target(f->p, up[n].target)->how;
	const struct ost_lk_split_row *row = ost_lk_split_row(&f->w->tables, f->draft.lock.class_name);

	if ((how != OST_HOW_INIT && how != OST_HOW_MACRO) || is_among_users(f, up[n].slot, up[n].unit, up[up[n].parent].unit) ||
	    ost_lk_slot_is_in_folder(&f->graph, slot, ost_program_unit(f->p, up[n].unit)->file) || (row && strcmp(row->within, "-") != 0))
		return false;
	for (; node; node = up[node].parent)
		if (node != n && up[node].slot != OST_NO_ID && ost_lk_slot(&f->graph, up[node].slot)->cost)
			return false;
	return true;
}

/*
 * The way goes by one function pointer alone, and what was stored there is the odd one
 * (peers.h). 0: it is not, or else the node.
 */
static uint32_t odd_node(struct ost_finder *f, uint32_t node, uint64_t cls, struct ost_peers *ret)
{
	const struct ost_climb_node *up = f->search.up.items;
	uint32_t found = 0;

	for (; node; node = up[node].parent) {
		if (up[node].slot == OST_NO_ID)
			continue;
		if (found)
			return 0;
		found = node;
	}
	return found && ost_is_odd_peer(f, ost_lk_slot(&f->graph, up[found].slot), up[up[found].parent].unit, cls, ret) ? found : 0;
}

/* The unit takes the lock alone while the object is there for others. */
static bool writes(const struct ost_finder *f, uint32_t unit, uint64_t cls)
{
	const struct ost_lk_summary *sum = f->w->sums[unit];

	for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];

		if (ev->kind == OST_EV_ACQUIRE && ev->mode == OST_LKM_EXCL && ev->lock < sum->nr_locks &&
		    ost_lk_ref_class(&sum->locks[ev->lock]) == cls)
			return !ost_is_making(f, ost_unit_name(f, unit)) && !ost_is_unmaking(f, ost_unit_name(f, unit));
	}
	return false;
}

static bool has_writer(const struct ost_finder *f, uint64_t cls)
{
	for (uint32_t u = 0; u < f->w->nr_units; u++)
		if (ost_program_unit(f->p, u)->kind == OST_UNIT_FUNC && writes(f, u, cls))
			return true;
	return false;
}

/* The call through a function pointer at node n means the function that is said. */
static bool is_meant(const struct ost_finder *f, const struct taker *t, uint32_t node, uint32_t n, enum ost_relation rel)
{
	const struct ost_climb_node *at = &f->search.up.items[n];

	if (!ost_lk_slot(&f->graph, at->slot)->cost || (rel == OST_REL_SAME && is_lender(f, t, n)))
		return true;
	return (rel == OST_REL_SAME || rel == OST_REL_GLOBAL) && (is_by_core(f, node, n) || ost_slot_is_closed(f->p, at->slot, at->unit));
}

static void judge(struct ost_finder *f, struct taker *t, uint32_t node, const struct ost_lk_event *at,
		  const struct ost_lk_held *held, const struct ost_lk_ref *hold_ref)
{
	const struct ost_lk_ref *ref = &t->sum->locks[t->ev->lock];
	unsigned mode = held ? held->mode : at->mode;
	struct ost_path lowered;
	enum ost_relation rel = OST_REL_UNKNOWN;
	struct ost_peers peers;
	uint32_t odd;

	if (hold_ref->path.kind == OST_BASE_GLOBAL && ref->path.kind == OST_BASE_GLOBAL &&
	    ost_path_equal(&hold_ref->path, &ref->path))
		rel = OST_REL_GLOBAL;
	else if (lower_to(f, node, &hold_ref->path, &lowered))
		rel = t->loan ? relate_lent(f, t, &lowered, &ref->path) : ost_relate(f, &lowered, &ref->path);
	odd = rel == OST_REL_UNKNOWN && !t->loan ? odd_node(f, node, t->cls, &peers) : 0;
	t->is_odd = odd != 0;
	if (odd)
		ost_draft_doubt(f, OST_RANK_LIKELY, "that both locks are one object was not shown; "
				"of %u functions in this slot %u take it", peers.nr, peers.nr_takers);
	else if (rel == OST_REL_UNKNOWN || rel == OST_REL_OTHER)
		ost_draft_doubt(f, t->loan && t->loan->is_only && rel == OST_REL_UNKNOWN ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"that both locks are one object was not shown");
	if (mode != OST_LKM_EXCL && t->ev->mode != OST_LKM_EXCL)
		ost_draft_doubt(f, f->draft.rank == OST_RANK_POSSIBLE || has_writer(f, t->cls) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
				"both only read: it hangs when a writer waits between them");
	if (held && !held->in_all)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the lock is held only on some ways to the call");
	if (t->ev->flags & OST_EVF_SELF_TEST || at->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (ref->kind == OST_LKK_SEM)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a semaphore may be released by another task");
	for (uint32_t n = node; n; n = f->search.up.items[n].parent)
		if (f->search.up.items[n].slot != OST_NO_ID)
			ost_draft_doubt(f, n == odd || is_meant(f, t, node, n, rel) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
					"reached through a function pointer");
}

/* A function that the way goes through twice, or OST_NO_ID. */
static uint32_t comes_back(const struct ost_frame *frames, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		for (unsigned k = i + 1; k < nr; k++)
			if (frames[i].unit == frames[k].unit)
				return frames[i].unit;
	return OST_NO_ID;
}

/* Some call of the way is made where something has failed: that is why nobody has gone it yet. */
static bool comes_by_error(struct ost_finder *f, const struct taker *t, const struct ost_frame *frames, unsigned nr)
{
	for (unsigned i = 0; i < nr; i++)
		if (ost_finder_enter(f, frames[i].unit) && ost_is_on_error(&f->w->tables, f->cur, ost_way_node(f->cur, frames, i, t->ev)))
			return true;
	return false;
}

/* Calls of functions that are handed over: somebody else's branches lie between. */
static unsigned nr_handed(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	unsigned handed = 0;

	for (unsigned i = 1; i < nr; i++)
		handed += ost_finder_enter(f, frames[i].unit) &&
			(ost_call_node(f->cur, frames[i].line, frames[i].callee) & OST_CALL_HANDED) != 0;
	return handed;
}

/* So many of them do not make it unlikely. */
static unsigned most_branches(struct ost_finder *f, const struct taker *t, const struct ost_frame *frames, unsigned nr,
			      unsigned handed)
{
	if (comes_by_error(f, t, frames, nr))
		return MAX_SELDOM_BRANCHES;
	return !handed && !f->draft.doubts.nr && ost_lk_is_global(t->cls) ? MAX_CLEAR_BRANCHES : MAX_AA_BRANCHES;
}

/*
 * A lock that a thread takes twice hangs the first time it happens, so that a
 * branch guards every way that is ever walked. What asks for the state of an
 * object, or for what a caller filled in, and a way back into a function on the
 * way may be such one.
 */
static void judge_branches(struct ost_finder *f, const struct taker *t, const struct ost_frame *frames, unsigned nr)
{
	unsigned handed = nr_handed(f, frames, nr), most = most_branches(f, t, frames, nr, handed);
	unsigned branches = handed + ost_count_branches(f, frames, nr, t->ev, true);
	const char *asks = ost_asks_for_arguments(f, frames, nr, t->ev), *made = ost_asks_for_new(f, frames, nr, t->ev, true);
	uint32_t again = comes_back(frames, nr);

	if (again != OST_NO_ID)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() comes back to itself: something must end that",
				ost_unit_name(f, again));
	if (ost_asks_for_thread(f, frames, nr, t->ev))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() asks what the thread is in", ost_asks_for_thread(f, frames, nr, t->ev));
	if (ost_asks_for_constant(f, frames, nr, t->ev))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on for one kind of constant only: each time, or never",
				ost_asks_for_constant(f, frames, nr, t->ev));
	if (made)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on for some state only of an object that was just made", made);
	if (asks)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on for some values only of a record that was filled in for it", asks);
	if (branches)
		ost_draft_doubt(f, branches > most ? OST_RANK_POSSIBLE : OST_RANK_LIKELY, "%u of the steps depend on the state of an object", branches);
}

/* Who gives back a reference that others have, too, does not get there. */
static void judge_puts(struct ost_finder *f, const struct ost_frame *frames, unsigned nr)
{
	for (unsigned i = 0; i + 1 < nr; i++)
		if (ost_is_put(ost_unit_name(f, frames[i].unit)) && ost_lets_go_before(f, frames[i].unit, frames[i].line, true))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() gets there with the last reference only",
					ost_unit_name(f, frames[i].unit));
}

static void judge_elements(struct ost_finder *f, const struct taker *t, const struct ost_frame *frames, unsigned nr,
			   const struct ost_lk_held *held, const struct ost_lk_ref *hold_ref)
{
	struct ost_element first, again;

	if (!held)
		return;
	first = ost_element_of(f, &frames[nr - 1], 1, held->node, hold_ref);
	again = ost_element_of(f, frames, nr, t->ev->node, &t->sum->locks[t->ev->lock]);
	ost_judge_elements(f, &first, &again, true);
}

static void try_holder(struct ost_finder *f, struct taker *t, uint32_t node,
		       const struct ost_lk_event *at, const struct ost_lk_held *held,
		       const struct ost_lk_ref *hold_ref, unsigned *tries)
{
	const struct ost_climb_node *n = &f->search.up.items[node];
	const struct ost_lk_ref *ref = &t->sum->locks[t->ev->lock];
	struct ost_draft *d = &f->draft;
	struct ost_frame frames[MAX_AA_DEPTH + 2];
	const struct ost_lk_event *taking;
	uint64_t cls = ost_lk_ref_class(hold_ref);
	unsigned nr;

	t->loan = cls && cls != t->cls ? ost_loan_between(t->loans, f->p, cls, n->unit, t->cls, t->unit) : NULL;
	if ((cls != t->cls && !t->loan) || *tries >= MAX_AA_TRIES)
		return;
	for (int i = 0; i < n->nr_rel; i++)
		if (n->rel[i] == cls)
			return;
	taking = enter_wrappers(f, t);
	if (!taking || taking->flags & (OST_EVF_NESTED | OST_EVF_WW))
		return;
	nr = way_of(f, t, node, frames);
	if (ost_way_is_closed(f, frames, nr, t->ev) || ost_way_is_torn(f, frames, nr) ||
	    ost_way_is_decided(f, frames, nr, t->ev))
		return;
	++*tries;
	ost_draft_start(f, OST_DL_AA);
	d->lock.class_name = ost_draft_class(f, hold_ref);
	d->lock.mode = ost_lk_mode_name(held ? held->mode : at->mode);
	d->lock.instance = ost_path_text_in(f, n->unit, &hold_ref->path);
	d->lock2 = d->lock;
	d->lock2.mode = ost_lk_mode_name(t->ev->mode);
	d->lock2.class_name = ost_draft_class(f, ref);
	d->lock2.instance = ost_path_text_in(f, t->unit, &ref->path);
	d->wait_function = ost_unit_name(f, t->unit);
	d->wait_file = ost_unit_path(f, t->unit);
	d->wait_line = t->ev->line;
	d->impl = ost_unit_name(f, n->unit);
	d->holder = (struct ost_dl_holder){ d->impl, ost_unit_path(f, n->unit),
		held ? held->line : at->line, held ? "takes it" : "asserts that it is held" };
	judge(f, t, node, at, held, hold_ref);
	judge_elements(f, t, frames, nr, held, hold_ref);
	ost_judge_way(f, frames, nr, false, t->is_odd);
	judge_branches(f, t, frames, nr);
	judge_puts(f, frames, nr);
	ost_judge_branches(f, frames, nr, t->ev);
	ost_say_hold(f, 1, n->unit, held, at, cls, d->lock.class_name);
	say_way(f, t, node);
	if (t->loan)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, t->loan->unit, t->loan->line, "%s is set to that lock",
			       ost_class_text(f, t->loan->field, OST_NO_ID));
	ost_draft_commit(f);
}

static void look_up(struct ost_finder *f, struct taker *t)
{
	struct ost_search *s = &f->search;
	uint64_t rel[OST_MAX_STEPS];
	uint16_t nr_rel = 0;
	unsigned tries = 0;

	for (int i = 0; i < t->ev->nr_rel && nr_rel < OST_MAX_STEPS; i++)
		rel[nr_rel++] = ost_lk_ref_class(&t->sum->locks[t->ev->rel[i]]);
	s->max_depth = MAX_AA_DEPTH;
	ost_climb_from(s, t->unit, rel, nr_rel);
	s->max_depth = OST_CLIMB_DEPTH;
	s->is_limited = false;
	for (uint32_t at = 0; at < s->up.nr && tries < MAX_AA_TRIES; at++) {
		const struct ost_climb_node *n = &s->up.items[at];
		const struct ost_lk_event *ev = !at ? t->ev : n->has_held ? ost_climb_event(s, n) : NULL;

		for (int h = 0; ev && h < ev->nr_held; h++)
			try_holder(f, t, at, ev, &ev->held[h], &ost_lk_sum(f->w, n->unit)->locks[ev->held[h].lock], &tries);
	}
}

struct order {
	struct ost_table held;		/* classes that somebody holds over a call: only these are worth a climb */
	struct ost_loans loans;
	OST_VEC(uint32_t) units;
};

static void note_held(const struct ost_finder *f, struct order *o)
{
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			for (int h = 0; h < sum->events[i].nr_held; h++)
				++*ost_table_put(&o->held, ost_lk_ref_class(&sum->locks[sum->events[i].held[h].lock]), NULL);
	}
}

/* The unit has let go of its caller's lock before: what it takes after that it takes back. */
static bool was_dropped(const struct ost_lk_summary *sum, uint32_t event, uint64_t cls)
{
	for (uint32_t i = 0; i < event; i++)
		for (int r = 0; r < sum->events[i].nr_rel; r++)
			if (ost_lk_ref_class(&sum->locks[sum->events[i].rel[r]]) == cls)
				return true;
	return false;
}

/* Comes back with the lock: whoever calls it takes it. */
static bool is_wrapper(const struct ost_lk_summary *sum, uint64_t cls)
{
	for (uint32_t i = 0; i < sum->nr_effects; i++)
		if (sum->effects[i].kind == OST_FX_ACQUIRE &&
		    ost_lk_ref_class(&sum->locks[sum->effects[i].lock]) == cls)
			return true;
	return false;
}

/* The class, or one that it goes by elsewhere, is held by somebody who may be meant. */
static bool may_be_held(const struct ost_finder *f, const struct order *o, uint32_t unit, uint64_t cls)
{
	const struct ost_loan *loan;
	uint32_t at = 0;

	if (ost_table_get(&o->held, cls) && ost_focus_may_hold(f->focus, unit, cls, MAX_AA_DEPTH))
		return true;
	while ((loan = ost_next_loan(&o->loans, cls, &at))) {
		uint64_t other = ost_loan_other(loan, cls);

		if (ost_table_get(&o->held, other) && ost_focus_may_hold(f->focus, unit, other, MAX_AA_DEPTH))
			return true;
	}
	return false;
}

/* Each class that the unit takes, once where it holds nothing. */
static void look_at_unit(struct ost_finder *f, void *ctx, size_t item)
{
	const struct order *o = ctx;
	uint32_t u = o->units.items[item];
	const struct ost_lk_summary *sum = f->w->sums[u];
	uint64_t seen[8];
	unsigned nr = 0;

	for (uint32_t i = 0; i < sum->nr_events; i++) {
		struct taker t = { .unit = u, .sum = sum, .ev = &sum->events[i], .loans = &o->loans };
		bool known = false;

		if (t.ev->kind != OST_EV_ACQUIRE || t.ev->lock >= sum->nr_locks ||
		    t.ev->flags & (OST_EVF_NESTED | OST_EVF_WW) ||
		    t.ev->mode == OST_LKM_RSHARED)
			continue;
		t.cls = ost_lk_ref_class(&sum->locks[t.ev->lock]);
		for (unsigned k = 0; k < nr; k++)
			known |= seen[k] == t.cls;
		if (!t.cls || (known && !t.ev->nr_held) || is_wrapper(sum, t.cls) || was_dropped(sum, i, t.cls) ||
		    !may_be_held(f, o, u, t.cls))
			continue;
		if (nr < 8)
			seen[nr++] = t.cls;
		look_up(f, &t);
	}
}

void ost_find_order(struct ost_finder *f)
{
	struct order o = { .held = OST_TABLE_INIT };

	note_held(f, &o);
	ost_loans_init(&o.loans, f);
	for (uint32_t u = 0; u < f->w->nr_units; u++)
		if (f->w->sums[u] && ost_program_unit(f->p, u)->kind == OST_UNIT_FUNC &&
		    ost_focus_is_below(f->focus, u, MAX_AA_DEPTH))
			ost_vec_add(&o.units, u);
	ost_progress("lock order", 0, o.units.nr);
	ost_finder_each(f, o.units.nr, look_at_unit, &o);
	ost_vec_deinit(&o.units);
	ost_loans_deinit(&o.loans);
	ost_table_deinit(&o.held);
}
