// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two locks taken in both orders (ABBA).
 *
 * An edge A → B is a place that blocks on B where A may be held: by the
 * function itself, by its word (lockdep_assert_held()), or by a caller
 * (entry.h). The few nearest edges of each ordered pair of classes are kept;
 * a pair that has edges both ways is a candidate.
 *
 * lockdep would say the same of two classes. What is asked beyond it: that no
 * third lock is held on both sides (one of them waits outside, then), that
 * the instances can be the same (the way from the first lock to the second is
 * one and the same on both sides, or both are one object for all), and that
 * neither object is still being made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "locks/below.h"
#include "locks/chain.h"
#include "locks/elements.h"
#include "locks/ordered.h"
#include "ostler/progress.h"

#define MAX_EDGES 5		/* kept of one ordered pair */

struct edge {
	uint64_t a, b;
	uint32_t unit, event;	/* blocks on b */
	struct ost_hold hold;	/* of a */
	uint16_t cost;
	uint32_t next;		/* of the same pair, index + 1 */
};

struct abba {
	struct ost_finder *f;
	OST_VEC(struct edge) edges;
	struct ost_table by_pair;	/* (a, b) → index + 1 of the cheapest edge */
	/* with a focus: what some edge that comes by what is asked for has, as a pair (either way round), and as classes */
	struct ost_table asked_pairs, asked;
	struct ost_table asked_slots;	/* home_key(): a chain that crosses it may be brought home by what is asked for */
};

static uint64_t pair_key(uint64_t a, uint64_t b)
{
	return ost_hash_mix(a * 0x9e3779b97f4a7c15ull + b);
}

static uint64_t unordered_key(uint64_t a, uint64_t b)
{
	return a < b ? pair_key(a, b) : pair_key(b, a);
}

/* Keeps the cheapest edges of the pair, cheapest first. */
static void add_edge(struct abba *q, const struct edge *new)
{
	uint64_t *first = ost_table_put(&q->by_pair, pair_key(new->a, new->b), NULL);
	uint32_t *link, at = (uint32_t)*first, nr = 0, prev = 0;

	while (at && q->edges.items[at - 1].cost <= new->cost) {
		if (q->edges.items[at - 1].unit == new->unit && q->edges.items[at - 1].hold.entry == new->hold.entry)
			return;
		prev = at;
		at = q->edges.items[at - 1].next;
		nr++;
	}
	if (nr >= MAX_EDGES)
		return;
	ost_vec_add(&q->edges, *new);
	ost_vec_last(&q->edges)->next = at;
	if (!prev)
		*first = q->edges.nr;
	else
		q->edges.items[prev - 1].next = (uint32_t)q->edges.nr;
	for (link = &ost_vec_last(&q->edges)->next, nr++; *link; link = &q->edges.items[*link - 1].next)
		if (++nr > MAX_EDGES) {
			*link = 0;
			break;
		}
}

/* A function that is entered from itself walks down a tree of objects. */
static bool is_recursive(const struct abba *q, uint32_t entry)
{
	uint32_t unit = q->f->entries->v.items[entry].unit;

	for (; entry != OST_NO_ID; entry = q->f->entries->v.items[entry].up)
		if (q->f->entries->v.items[entry].caller == unit)
			return true;
	return false;
}

struct taker {
	struct abba *q;
	const struct ost_lk_summary *sum;
	uint32_t event;
};

static void note_edge(void *ctx, const struct ost_hold *hold)
{
	const struct taker *t = ctx;
	const struct ost_lk_event *ev = &t->sum->events[t->event];
	const struct ost_lk_ref *ref = &t->sum->locks[ev->lock];
	struct edge e = { .a = hold->cls, .b = ost_lk_ref_class(ref), .unit = t->sum->unit, .event = t->event, .hold = *hold };
	unsigned cost = (ev->flags & OST_EVF_COND ? 4 : 0) + (ev->flags & OST_EVF_NESTED ? 60 : 0) + (hold->is_sure ? 0 : 20);

	/* a lock that sleeps is not taken under one that spins: the spinning one was released unseen */
	if (e.a == e.b || hold->kind == OST_LKK_SRCU || (ost_lk_spins(hold->kind) && !ost_lk_spins(ref->kind)) ||
	    (t->q->f->focus && !ost_table_get(&t->q->asked_pairs, unordered_key(e.a, e.b))))
		return;
	if (hold->entry != OST_NO_ID) {
		const struct ost_entry *en = &t->q->f->entries->v.items[hold->entry];

		cost += en->nr_slots * 40u + en->depth * 3u + 3 + (is_recursive(t->q, hold->entry) ? 100 : 0);
	}
	e.cost = (uint16_t)cost;
	add_edge(t->q, &e);
}

static void note_edges(struct abba *q, const struct ost_lk_summary *sum, uint32_t event)
{
	struct taker t = { q, sum, event };
	const struct ost_lk_ref *ref = &sum->locks[sum->events[event].lock];

	if (ost_lk_ref_class(ref) && ref->kind != OST_LKK_SRCU &&
	    (!q->f->focus || ost_table_get(&q->asked, ost_lk_ref_class(ref))))
		ost_each_hold(q->f->entries, sum, event, note_edge, &t);
}

typedef void (*taken_fn)(struct abba *q, const struct ost_lk_summary *sum, uint32_t event);

/* Calls fn for each place in the unit that may block on a lock. */
static void each_taken(struct abba *q, uint32_t unit, taken_fn fn)
{
	const struct ost_lk_summary *sum = q->f->w->sums[unit];

	if (!sum || ost_program_unit(q->f->p, unit)->kind != OST_UNIT_FUNC)
		return;
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].lock < sum->nr_locks &&
		    !(sum->events[i].flags & OST_EVF_WW))
			fn(q, sum, i);
}

static void collect_edges(struct abba *q)
{
	for (uint32_t u = 0; u < q->f->w->nr_units && !ost_interrupted(); u++)
		each_taken(q, u, note_edges);
}

/* ---- what is asked for -------------------------------------------------------- */

static void ask_pair(struct abba *q, uint64_t a, uint64_t b)
{
	ost_table_put(&q->asked_pairs, unordered_key(a, b), NULL);
	ost_table_put(&q->asked, a, NULL);
	ost_table_put(&q->asked, b, NULL);
}

static void ask_hold(void *ctx, const struct ost_hold *hold)
{
	const struct taker *t = ctx;

	ask_pair(t->q, hold->cls, ost_lk_ref_class(&t->sum->locks[t->sum->events[t->event].lock]));
}

/* The place lies in what is asked for: all that may be held there. */
static void ask_holds(struct abba *q, const struct ost_lk_summary *sum, uint32_t event)
{
	struct taker t = { q, sum, event };

	ost_each_hold(q->f->entries, sum, event, ask_hold, &t);
}

/* The entry comes by what is asked for: whatever its unit takes. */
static void ask_entry(struct abba *q, const struct ost_entry *en)
{
	const struct ost_lk_summary *sum = q->f->w->sums[en->unit];

	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].lock < sum->nr_locks)
			ask_pair(q, en->cls, ost_lk_ref_class(&sum->locks[sum->events[i].lock]));
}

#define ANY_FOLDER UINT32_MAX

static uint64_t home_key(uint32_t slot, uint64_t folder)
{
	return (uint64_t)slot << 32 | (uint32_t)folder;
}

/* The slots that are called up to so many calls below the unit: who holds a lock over one may be of its folder. */
static void ask_slots(struct abba *q, uint32_t unit, uint32_t folder, unsigned left, struct ost_table *seen)
{
	const struct ost_lk_graph *g = &q->f->graph;
	uint64_t *best = ost_table_put(seen, home_key(unit, folder), NULL);

	if (*best > left || g->unit_flags[unit] & (OST_GU_LEAF | OST_GU_CORE))
		return;
	*best = left + 1;
	for (uint64_t i = g->site_first[unit]; i < g->site_first[unit + 1]; i++)
		ost_table_put(&q->asked_slots, home_key(g->sites[i].slot, folder), NULL);
	for (uint64_t i = g->out_first[unit]; left && i < g->out_first[unit + 1]; i++)
		ask_slots(q, g->out[i].unit, folder, left - 1, seen);
}

/* Of what is asked for, as holders at home, and as who calls the slot for somebody. */
static void ask_homes(struct abba *q)
{
	const struct ost_lk_graph *g = &q->f->graph;
	struct ost_table seen = OST_TABLE_INIT;

	for (uint32_t u = 0; u < q->f->w->nr_units; u++) {
		if (!ost_focus_asks(q->f->focus, u))
			continue;
		ask_slots(q, u, (uint32_t)ost_lk_folder(q->f->p, u), OST_HOME_DEPTH, &seen);
		for (uint64_t i = g->site_first[u]; i < g->site_first[u + 1]; i++)
			ost_table_put(&q->asked_slots, home_key(g->sites[i].slot, ANY_FOLDER), NULL);
	}
	ost_table_deinit(&seen);
}

static bool may_come_home(const struct abba *q, const struct ost_entry *en)
{
	return en->slot != OST_NO_ID && (ost_table_get(&q->asked_slots, home_key(en->slot, ANY_FOLDER)) ||
					 ost_table_get(&q->asked_slots, home_key(en->slot, ost_lk_folder(q->f->p, en->unit))));
}

static void ask_pairs(struct abba *q)
{
	const struct ost_entries *e = q->f->entries;
	uint8_t *asked = ost_entries_asked(e, q->f->focus);

	ask_homes(q);
	for (size_t i = 0; i < e->v.nr; i++) {	/* what an entry comes from stands before it */
		const struct ost_entry *en = &e->v.items[i];

		asked[i] |= may_come_home(q, en) || (en->up != OST_NO_ID && asked[en->up]);
		if (asked[i])
			ask_entry(q, en);
	}
	for (uint32_t u = 0; u < q->f->w->nr_units; u++)
		if (ost_focus_asks(q->f->focus, u))
			each_taken(q, u, ask_holds);
	free(asked);
}

/* One side: from who holds a down to who blocks on b. */
struct chain {
	struct ost_chain c;
	const struct edge *e;
	const struct ost_lk_ref *take_ref;
};

static uint32_t top_of(const struct chain *x)
{
	return ost_chain_top(&x->c);
}

static bool build_chain(struct abba *q, const struct edge *e, struct chain *ret)
{
	const struct ost_lk_summary *sum = ost_lk_sum(q->f->w, e->unit);

	ret->e = e;
	ret->take_ref = &sum->locks[sum->events[e->event].lock];
	return ost_chain_build(q->f, sum, e->event, &e->hold, &ret->c) && !ost_chain_is_excluded(q->f, &ret->c);
}

/* ---- what else is held ------------------------------------------------------- */

struct classes { OST_VEC(uint64_t) v; };

static bool has_class(const struct classes *s, uint64_t cls)
{
	for (size_t i = 0; i < s->v.nr; i++)
		if (s->v.items[i] == cls)
			return true;
	return false;
}

/* What the unit holds for sure at the call (NULL: anywhere in it), its own word included. */
static void held_at(const struct ost_lk_world *w, uint32_t unit, const struct ost_lk_event *ev, uint32_t line,
		    struct classes *ret)
{
	const struct ost_lk_summary *sum = ost_lk_sum(w, unit);

	for (int h = 0; ev && h < ev->nr_held; h++)
		if (ev->held[h].in_all && ev->held[h].mode == OST_LKM_EXCL)
			ost_vec_add(&ret->v, ost_lk_ref_class(&sum->locks[ev->held[h].lock]));
	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ASSERT && sum->events[i].lock < sum->nr_locks &&
		    sum->events[i].line <= line && !(sum->events[i].flags & OST_EVF_COND))
			ost_vec_add(&ret->v, ost_lk_ref_class(&sum->locks[sum->events[i].lock]));
}

/* Is the class held by everybody who calls the unit? Few levels up. */
static bool is_always_held(const struct abba *q, uint32_t unit, uint64_t cls, int depth)
{
	const struct ost_lk_graph *g = &q->f->graph;
	const uint32_t *targets;
	uint32_t nr_slots = ost_program_unit_slots(q->f->p, unit, &targets), nr = 0;

	if (!depth || g->in_first[unit + 1] - g->in_first[unit] > 40)
		return false;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++) {
		const struct ost_lk_edge *in = &g->in[i];
		struct classes held = { .v = OST_VEC_INIT };
		bool ok;

		held_at(q->f->w, in->unit, ost_edge_event(q->f->w, in->unit, in), in->line, &held);
		ok = has_class(&held, cls) || is_always_held(q, in->unit, cls, depth - 1);
		ost_vec_deinit(&held.v);
		nr++;
		if (!ok)
			return false;
	}
	for (uint32_t t = 0; t < nr_slots; t++) {
		uint32_t slot = ost_program_target(q->f->p, targets[t])->slot;
		const struct ost_lk_edge *callers;
		uint32_t nr_callers = ost_lk_slot_callers(g, slot, &callers);

		if (!nr_callers || nr_callers > 40)
			return false;
		for (uint32_t i = 0; i < nr_callers; i++) {
			struct classes held = { .v = OST_VEC_INIT };
			bool ok;

			held_at(q->f->w, callers[i].unit, ost_edge_event(q->f->w, callers[i].unit, &callers[i]),
				callers[i].line, &held);
			ok = has_class(&held, cls) || is_always_held(q, callers[i].unit, cls, depth - 1);
			ost_vec_deinit(&held.v);
			nr++;
			if (!ok)
				return false;
		}
	}
	return nr > 0;
}

/* Classes held over the whole of the chain by its own functions. */
static void chain_held(const struct abba *q, const struct chain *c, struct classes *ret)
{
	held_at(q->f->w, c->c.frames[0].unit, c->c.place, c->c.place->line, ret);
	for (unsigned i = 1; i < c->c.nr; i++)
		held_at(q->f->w, c->c.frames[i].unit, ost_call_event_at(q->f->w, c->c.frames[i].unit,
			c->c.frames[i].line, c->c.frames[i].callee), c->c.frames[i].line, ret);
}

/* A lock of the class that is waited for is held before: parents and children, in an order of their own. */
static bool holds_already(const struct abba *q, const struct chain *c)
{
	struct classes held = { .v = OST_VEC_INIT };
	bool found;

	chain_held(q, c, &held);
	found = has_class(&held, c->e->b);
	ost_vec_deinit(&held.v);
	return found;
}

/* A third lock that both sides hold: 0, or its class. */
static uint64_t gate_of(const struct abba *q, const struct chain *x, const struct chain *y)
{
	struct classes in_x = { .v = OST_VEC_INIT }, in_y = { .v = OST_VEC_INIT };
	uint64_t gate = 0;

	chain_held(q, x, &in_x);
	chain_held(q, y, &in_y);
	for (size_t i = 0; i < in_x.v.nr + in_y.v.nr && !gate; i++) {
		bool from_x = i < in_x.v.nr;
		uint64_t cls = from_x ? in_x.v.items[i] : in_y.v.items[i - in_x.v.nr];
		const struct chain *other = from_x ? y : x;

		if (!cls || cls == x->e->a || cls == x->e->b)
			continue;
		if (has_class(from_x ? &in_y : &in_x, cls) || is_always_held(q, top_of(other), cls, 4))
			gate = cls;
	}
	/* locks that the callers of both sides hold */
	for (uint32_t at = q->f->entries->first[top_of(x)]; at && !gate; at = q->f->entries->v.items[at - 1].next) {
		uint64_t cls = q->f->entries->v.items[at - 1].cls;

		if (cls != x->e->a && cls != x->e->b && q->f->entries->v.items[at - 1].mode == OST_LKM_EXCL &&
		    is_always_held(q, top_of(x), cls, 4) && is_always_held(q, top_of(y), cls, 4))
			gate = cls;
	}
	ost_vec_deinit(&in_x.v);
	ost_vec_deinit(&in_y.v);
	return gate;
}

/* ---- are the instances the same? ----------------------------------------------- */

/* From a to b (in x's terms) as from y's b to y's a. */
static bool rebases(struct ost_finder *f, const struct ost_path *from, const struct ost_path *to,
		    const struct ost_path *from2, const struct ost_path *to2, enum ost_relation *ret)
{
	struct ost_path there;

	if (!ost_path_is_rooted(from) || !ost_path_is_rooted(to) || !ost_path_is_rooted(from2) ||
	    !ost_path_is_rooted(to2) || from2->kind == OST_BASE_GLOBAL ||
	    !ost_rebase_path(f->p, from2, to2, from, &there))
		return false;
	*ret = ost_path_equal(&there, to) ? OST_REL_SAME : ost_relate(f, &there, to);
	return true;
}

static enum ost_relation relate_chains(struct abba *q, struct chain *x, struct chain *y)
{
	enum ost_relation one = OST_REL_UNKNOWN, two = OST_REL_UNKNOWN;

	if (!x->c.has_met || !y->c.has_met || ost_has_element(&x->c.lock) || ost_has_element(&x->c.object) ||
	    ost_has_element(&y->c.lock) || ost_has_element(&y->c.object))
		return OST_REL_UNKNOWN;
	if ((x->c.lock.kind == OST_BASE_GLOBAL) != (x->c.object.kind == OST_BASE_GLOBAL))
		return OST_REL_UNKNOWN;	/* any two objects may be meant by the other one */
	if (x->c.lock.kind == OST_BASE_GLOBAL)
		return ost_path_equal(&x->c.lock, &y->c.object) && ost_path_equal(&x->c.object, &y->c.lock) ? OST_REL_GLOBAL : OST_REL_UNKNOWN;
	if (!rebases(q->f, &x->c.lock, &x->c.object, &y->c.object, &y->c.lock, &one) || one != OST_REL_SAME)
		rebases(q->f, &x->c.object, &x->c.lock, &y->c.lock, &y->c.object, &two);
	if (one == OST_REL_SAME || two == OST_REL_SAME)
		return OST_REL_SAME;
	return one == OST_REL_OTHER || two == OST_REL_OTHER ? OST_REL_OTHER : OST_REL_UNKNOWN;
}

/* The member that the lock's struct lies in, `up` structs out, or OST_NO_ID. */
static uint32_t embedding(const struct ost_path *path, unsigned up)
{
	for (unsigned i = 0; i <= up; i++)
		if (i >= path->nr_steps || path->steps[path->nr_steps - 1 - i].kind != OST_STEP_FIELD)
			return OST_NO_ID;
	return path->steps[path->nr_steps - 1 - up].id;
}

/*
 * The same, also where the way over the outer struct has cancelled out: the
 * chain's other lock is reached by container_of() from the pointer in hand.
 */
static uint32_t kind_of(const struct chain *c, bool is_a, unsigned up)
{
	const struct ost_path *here = is_a ? &c->c.lock : &c->c.object, *other = is_a ? &c->c.object : &c->c.lock;
	uint32_t found = embedding(is_a ? &c->c.hold_ref->path : &c->take_ref->path, up);

	if (found == OST_NO_ID && c->c.has_met)
		found = embedding(here, up);
	if (found != OST_NO_ID || !c->c.has_met || here->kind != other->kind || here->base != other->base || up != 1)
		return found;
	for (uint32_t i = 0; i < other->nr_steps && i < here->nr_steps; i++)
		if (i + 1 == here->nr_steps && other->steps[i].kind == OST_STEP_UP &&
		    !memcmp(other->steps, here->steps, i * sizeof(here->steps[0])))
			return other->steps[i].id;
	return OST_NO_ID;
}

/* How many functions of the slot lie in the folder; two stand for more. */
static unsigned nr_in(const struct ost_finder *f, uint32_t field, uint64_t folder)
{
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(f->p, field, &targets), one = OST_NO_ID;

	for (uint32_t i = 0; i < nr; i++) {
		if (targets[i].unit == OST_NO_ID || targets[i].unit == one || ost_lk_folder(f->p, targets[i].unit) != folder)
			continue;
		if (one != OST_NO_ID)
			return 2;
		one = targets[i].unit;
	}
	return one != OST_NO_ID;
}

#define SAME_NAMES 4	/* records of one name that are looked at */

/* Who holds the lock on one side and takes it on the other lie in one folder, which has such objects of one kind. */
static bool are_at_home(const struct ost_finder *f, const char *within, uint32_t holds, uint32_t takes)
{
	uint64_t folder = ost_lk_folder(f->p, holds);
	bool any = false;

	if (!strcmp(within, "-") || folder != ost_lk_folder(f->p, takes) || !strncmp(ost_unit_path(f, holds), "include/", 8))
		return false;
	for (size_t len; *within; within += len + (within[len] == ',')) {
		uint32_t fields[SAME_NAMES], nr;
		char name[64];

		len = strcspn(within, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, within);
		nr = ost_program_find_fields(f->p, name, fields, SAME_NAMES);
		for (uint32_t i = 0; i < nr && i < SAME_NAMES; i++) {
			unsigned there = nr_in(f, fields[i], folder);

			if (there > 1)
				return false;
			any |= there;
		}
	}
	return any;
}

/* Two outer structs; or, for a class of many kinds of objects, not shown to be one. */
static bool is_other_kind(struct abba *q, const char *class_name, const struct chain *x, const struct chain *y,
			  bool is_a)
{
	const struct ost_lk_split_row *row = ost_lk_split_row(&q->f->w->tables, class_name);
	uint32_t a = kind_of(x, is_a, row ? row->up : 1), b = kind_of(y, !is_a, row ? row->up : 1);
	bool is_told = a != OST_NO_ID && b != OST_NO_ID;

	if (!row || is_told)
		return is_told && a != b;
	return !are_at_home(q->f, row->within, is_a ? top_of(x) : top_of(y), is_a ? y->c.frames[0].unit : x->c.frames[0].unit);
}

/*
 * Where one side ends is where the other begins: a single thread that went
 * both ways would hang each time, so the ways exclude each other.
 */
static bool is_one_way(const struct chain *x, const struct chain *y)
{
	return y->c.held && top_of(y) == x->c.frames[0].unit && y->c.held->node == x->c.place->node;
}

/* ---- judging and telling ---------------------------------------------------------- */

static bool is_object(const struct ost_lk_ref *ref)
{
	return ref->path.kind == OST_BASE_GLOBAL || ref->field == OST_NO_ID;
}

/* ---- drivers beside each other share no objects --------------------------------- */

static bool is_in(const struct abba *q, const struct chain *c, const char *path)
{
	for (unsigned i = 0; i < c->c.nr; i++) {
		const char *other = ost_unit_path(q->f, c->c.frames[i].unit);

		if (ost_folder_len(other) >= ost_folder_len(path) && ost_is_near(other, path))
			return true;
	}
	return false;
}

/* x is in a driver that y never enters, y in one beside it that x never enters. */
static bool are_other_drivers(const struct abba *q, const struct chain *x, const struct chain *y)
{
	for (unsigned i = 0; i < x->c.nr; i++)
		for (unsigned k = 0; k < y->c.nr; k++) {
			const char *a = ost_unit_path(q->f, x->c.frames[i].unit), *b = ost_unit_path(q->f, y->c.frames[k].unit);

			if (ost_are_siblings(a, b) && !is_in(q, y, a) && !is_in(q, x, b))
				return true;
		}
	return false;
}

/* The file stores in the slot, and x does not come by it: what is called there has another table. */
static bool has_own_table(const struct ost_finder *f, const struct chain *x, unsigned crossed, uint32_t file)
{
	for (unsigned n = 0; n < x->c.nr; n++)
		if (ost_program_unit(f->p, x->c.frames[n].unit)->file == file)
			return false;
	return ost_lk_slot_is_in_folder(&f->graph, ost_lk_slot(&f->graph, x->c.frames[crossed].slot), file);
}

/*
 * x goes through a table of which there are at most so many, each in a file of
 * its own, and y through the file of another one: no object has both.
 */
static bool has_other_table(const struct abba *q, const struct chain *x, const struct chain *y, uint32_t most)
{
	const struct ost_finder *f = q->f;

	for (unsigned i = 1; i < x->c.nr; i++) {
		if (x->c.frames[i].slot == OST_NO_ID || ost_lk_slot(&f->graph, x->c.frames[i].slot)->nr_targets > most)
			continue;
		for (unsigned k = 0; k < y->c.nr; k++)
			if (has_own_table(f, x, i, ost_program_unit(f->p, y->c.frames[k].unit)->file))
				return true;
	}
	return false;
}

#define FEW_TABLES 12

/* One function pointer is crossed, in front of the very driver that the other side may be in: nothing says that another object is meant. */
static bool may_be_one_driver(const struct abba *q, const struct chain *x, const struct chain *y)
{
	return x->c.nr_slots + y->c.nr_slots == 1 && !has_other_table(q, x, y, UINT32_MAX) && !has_other_table(q, y, x, UINT32_MAX);
}

#define MANY_PARAMS 6

/* A `void *`, and what all drivers put into records of theirs (a kref, a work item): the unit steps out of it. */
static bool may_lie_in_any(const struct ost_finder *f, uint32_t record)
{
	struct ost_record_def def;

	if (record == OST_NO_ID)
		return true;
	ost_program_record(f->p, record, &def);
	return !strncmp(ost_program_path(f->p, def.file), "include/", 8);
}

/* The lock may lie in what the unit is given. */
static bool is_given(const struct ost_finder *f, uint32_t unit, const struct ost_lk_ref *ref)
{
	struct ost_field_def lock;

	if (ref->field == OST_NO_ID)
		return false;
	ost_program_field(f->p, ref->field, &lock);
	for (uint32_t i = 0; i < MANY_PARAMS && i < ost_program_unit(f->p, unit)->nr_params; i++) {
		uint32_t record = ost_ctype_record(f->p, ost_unit_param_type(f->p, unit, i));

		if (record == lock.record || record == lock.named || may_lie_in_any(f, record))
			return true;
	}
	return false;
}

/* It frees an object, and always; that nobody has that any more says nothing of locks which lie elsewhere. */
static bool frees_another(const struct ost_finder *f, const struct chain *c, uint32_t unit)
{
	return ost_is_freeing(ost_unit_name(f, unit)) && !is_given(f, unit, c->c.hold_ref) && !is_given(f, unit, c->take_ref);
}

/* The body lets go of a reference before that line, by the names of what it calls. */
static bool puts_before(struct ost_finder *f, uint32_t unit, uint32_t line)
{
	const struct ost_node *items;

	if (!ost_finder_enter(f, unit))
		return false;
	items = f->cur->tree.v.items;
	for (uint32_t n = 0; n + 1 < f->cur->tree.v.nr; n++) {
		const char *name = items[n].op == OST_N_CALL && items[n + 1].op == OST_N_NAME ? ost_facts_str(f->cur->f, items[n + 1].a) : "";

		if (items[n].line <= line && (strstr(name, "dec_and") || strstr(name, "put")))
			return true;
	}
	return false;
}

/* By its name; but a file or a socket is released when it is closed, with whatever references there are. */
static bool is_last_put(struct ost_finder *f, const struct ost_frame *frame)
{
	const char *name = ost_unit_name(f, frame->unit);
	size_t len = strlen(name);

	return ost_is_last_put(name) && (len < 8 || strcmp(name + len - 8, "_release") != 0 || puts_before(f, frame->unit, frame->line));
}

static void judge_puts(struct abba *q, const struct chain *c)
{
	bool is_put = false, is_other = true;
	unsigned at = c->c.nr;

	for (unsigned i = 0; i + 1 < c->c.nr; i++)
		if (is_last_put(q->f, &c->c.frames[i])) {
			is_put = true;
			is_other &= frees_another(q->f, c, c->c.frames[i].unit);
			at = i;
		}
	if (is_put)
		ost_draft_doubt(q->f, is_other ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "%s() gets there with the last reference only",
				ost_unit_name(q->f, c->c.frames[at].unit));
}

/* What is taken apart below `making` is what was made there, and went wrong. */
static bool is_undone(const struct abba *q, const struct chain *c, unsigned making)
{
	for (unsigned i = 0; i < making; i++)
		if (ost_is_unmaking(ost_unit_name(q->f, c->c.frames[i].unit)))
			return true;
	return false;
}

/* Who took the first lock before may hold that of an object which somebody else has, too. */
static void judge_making(struct abba *q, const struct chain *c)
{
	unsigned i = c->c.nr;
	bool is_known;

	while (i && !ost_is_making(ost_unit_name(q->f, c->c.frames[i - 1].unit)))
		i--;
	if (!i--)
		return;
	is_known = (i + 1 < c->c.nr && !is_undone(q, c, i)) || (is_object(c->c.hold_ref) && is_object(c->take_ref));
	ost_draft_doubt(q->f, is_known ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
			"%s() may run before anybody else knows of the object", ost_unit_name(q->f, c->c.frames[i].unit));
}

static void judge_chain(struct abba *q, const struct chain *c, unsigned thread)
{
	struct ost_finder *f = q->f;

	ost_chain_judge(f, &c->c, thread);
	if (c->c.place->flags & OST_EVF_NESTED)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "taken as a nested lock: another instance is meant");
	if (c->c.place->flags & OST_EVF_NO_OWNER)
		ost_draft_doubt(f, OST_RANK_LIKELY, "a semaphore may be released by another task");
	for (unsigned i = 0; i < c->c.nr; i++)
		if (ost_program_unit(f->p, c->c.frames[i].unit)->flags & (OST_UF_INIT | OST_UF_EXIT))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() runs when nothing else does",
					ost_unit_name(f, c->c.frames[i].unit));
	judge_puts(q, c);
	judge_making(q, c);
}

static void say_chain(struct abba *q, const struct chain *x, unsigned thread, const char *held, const char *taken)
{
	uint32_t unit = x->c.frames[0].unit;

	ost_chain_say(q->f, &x->c, thread, held);
	ost_draft_step(q->f, OST_ROLE_ACQUIRE, thread, unit, x->c.place->line, "needs %s%s", taken,
		       ost_inner_place(q->f, unit, x->c.place->node, x->e->b));
}

/* The chain goes by what lies beside the target of the slot, and has not a table of its own. */
static bool comes_beside(const struct ost_finder *f, const struct chain *c, uint32_t target, uint32_t slot)
{
	uint32_t own = ost_program_unit(f->p, target)->file;

	for (unsigned i = 0; i < c->c.nr; i++) {
		uint32_t file = ost_program_unit(f->p, c->c.frames[i].unit)->file;

		if (file == own || (ost_lk_folder(f->p, c->c.frames[i].unit) == ost_lk_folder(f->p, target) &&
				    !ost_lk_slot_is_in_folder(&f->graph, ost_lk_slot(&f->graph, slot), file)))
			return true;
	}
	return false;
}

/*
 * What x comes to through function pointers lies beside what y goes through,
 * or beside who holds x's lock: one driver's two ends.
 */
static bool is_back_in(const struct abba *q, const struct chain *x, const struct chain *y)
{
	const struct ost_finder *f = q->f;

	for (unsigned i = 1; i < x->c.nr; i++) {
		uint32_t target = x->c.frames[i - 1].unit, slot = x->c.frames[i].slot;

		if (slot != OST_NO_ID && !ost_slot_is_closed(f->p, slot, x->c.frames[i].unit) &&
		    ost_lk_folder(f->p, target) != ost_lk_folder(f->p, top_of(x)) && !comes_beside(f, y, target, slot))
			return false;
	}
	return true;
}

static bool are_on_one_queue(struct ost_finder *f, uint32_t one, uint32_t two)
{
	uint64_t queue = ost_ordered_queue_above(f, one);

	return queue && ost_ordered_queue_above(f, two) == queue;
}

static struct ost_element held_element(struct abba *q, const struct chain *c)
{
	return c->c.held ? ost_element_of(q->f, &c->c.frames[c->c.nr - 1], 1, c->c.held->node, c->c.hold_ref) :
		(struct ost_element){ .kind = OST_EL_NONE };
}

/* x holds what y takes: one member of a wrapper (`a->left.sem` and `a->right.sem`)? */
static bool is_other_part(const struct chain *x, const struct chain *y)
{
	return ost_is_other_member(&x->c.hold_ref->path, &y->c.object);
}

/* x holds what y takes: one element of an array? */
static void judge_elements(struct abba *q, const struct chain *x, const struct chain *y, bool is_shown)
{
	struct ost_element held = held_element(q, x),
		taken = ost_element_of(q->f, y->c.frames, y->c.nr, y->c.place->node, y->take_ref);

	ost_judge_elements(q->f, &held, &taken, is_shown);
}

static void judge(struct abba *q, struct chain *x, struct chain *y)
{
	struct ost_finder *f = q->f;
	enum ost_relation rel;
	uint64_t gate = gate_of(q, x, y);

	ost_chain_meet(f, &x->c, &x->take_ref->path);
	ost_chain_meet(f, &y->c, &y->take_ref->path);
	rel = relate_chains(q, x, y);
	x->c.is_back = is_back_in(q, x, y);
	y->c.is_back = is_back_in(q, y, x);
	judge_chain(q, x, 1);
	judge_chain(q, y, 2);
	judge_elements(q, x, y, rel != OST_REL_UNKNOWN);
	judge_elements(q, y, x, rel != OST_REL_UNKNOWN);
	if (rel == OST_REL_UNKNOWN && !(x->c.is_back && y->c.is_back))
		ost_draft_doubt(f, may_be_one_driver(q, x, y) ? OST_RANK_LIKELY : OST_RANK_POSSIBLE, "through a function pointer, and not shown to be for the same two objects");
	if (are_on_one_queue(f, top_of(x), top_of(y)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both run on one ordered queue: never at the same time");
	if (is_one_way(x, y) || is_one_way(y, x))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "one thread alone would hang on this way: the two must exclude each other");
	if (is_other_kind(q, f->draft.lock.class_name, x, y, true) ||
	    is_other_kind(q, f->draft.lock2.class_name, x, y, false))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the locks belong to several kinds of objects");
	if (holds_already(q, x) || holds_already(q, y))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "another lock of the same class is held already: they have an order of their own");
	if (x->c.nr_slots + y->c.nr_slots > 1)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u calls through function pointers: other functions may be meant",
				x->c.nr_slots + y->c.nr_slots);
	if ((!(is_object(x->c.hold_ref) && is_object(x->take_ref)) && are_other_drivers(q, x, y)) ||
	    ost_chain_leaves_driver(f, &x->c) || ost_chain_leaves_driver(f, &y->c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the chains go through drivers that have nothing to do with each other");
	if (has_other_table(q, x, y, FEW_TABLES) || has_other_table(q, y, x, FEW_TABLES))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "each side goes through a table of its own: no object has both");
	if (gate)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both sides hold %s, too: one of them waits outside",
				gate >> 40 ? ost_class_text(f, OST_NO_ID, (uint32_t)gate) :
				ost_class_text(f, (uint32_t)(gate - 1), OST_NO_ID));
	if (is_other_part(x, y) || is_other_part(y, x))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the locks lie in different members");
	if (rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, OST_RANK_LIKELY, "that both sides mean the same two objects was not shown");
	if (rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the two sides mean other objects");
	for (int i = 0; i < 2; i++) {
		const struct chain *holds = i ? y : x, *takes = i ? x : y;
		unsigned a = holds->c.held ? holds->c.held->mode : holds->c.hold_at->mode;

		if (a != OST_LKM_EXCL && takes->c.place->mode != OST_LKM_EXCL)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "both only read %s: it hangs when a writer waits between them",
					i ? f->draft.lock2.class_name : f->draft.lock.class_name);
	}
	ost_judge_sides(f, ost_count_branches(f, x->c.frames, x->c.nr, x->c.place, false),
			ost_count_branches(f, y->c.frames, y->c.nr, y->c.place, false));
	say_chain(q, x, 1, f->draft.lock.class_name, f->draft.lock2.class_name);
	say_chain(q, y, 2, f->draft.lock2.class_name, f->draft.lock.class_name);
	if (rel == OST_REL_SAME)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, x->c.frames[x->c.met].unit, x->c.frames[x->c.met].line,
			       "from %s both sides go the same way to %s",
			       ost_path_text_in(f, x->c.frames[x->c.met].unit, &x->c.lock),
			       ost_path_text_in(f, x->c.frames[x->c.met].unit, &x->c.object));
	else if (rel == OST_REL_GLOBAL)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, x->c.frames[0].unit, x->c.frames[0].line,
			       "both are one object for all");
}

static void draft_pair(struct abba *q, struct chain *x, struct chain *y)
{
	struct ost_finder *f = q->f;
	struct ost_draft *d = &f->draft;

	ost_draft_start(f, OST_DL_ABBA);
	d->lock.class_name = ost_draft_class(f, x->c.hold_ref);
	d->lock2.class_name = ost_draft_class(f, x->take_ref);
	d->lock.mode = ost_lk_mode_name(x->c.held ? x->c.held->mode : x->c.hold_at->mode);
	d->lock2.mode = ost_lk_mode_name(x->c.place->mode);
	d->lock.instance = ost_path_text_in(f, top_of(x), &x->c.hold_ref->path);
	d->lock2.instance = ost_path_text_in(f, x->c.frames[0].unit, &x->take_ref->path);
	d->wait_function = ost_unit_name(f, x->c.frames[0].unit);
	d->wait_file = ost_unit_path(f, x->c.frames[0].unit);
	d->wait_line = x->c.place->line;
	d->holder = (struct ost_dl_holder){ ost_unit_name(f, top_of(x)), ost_unit_path(f, top_of(x)),
		x->c.held ? x->c.held->line : x->c.hold_at->line, x->c.held ? "takes it" : "asserts that it is held" };
	judge(q, x, y);
	ost_draft_commit(f);
}

/* The chain with a holder of the driver that it ends in. */
static bool bring_home(struct abba *q, const struct chain *x, struct chain *ret)
{
	*ret = *x;
	return x->c.hold.entry != OST_NO_ID && ost_chain_home(q->f, &x->c, &ret->c) && !ost_chain_is_excluded(q->f, &ret->c);
}

static void try_pair(struct abba *q, const struct edge *e1, const struct edge *e2)
{
	struct chain x, y, home;

	if (!build_chain(q, e1, &x) || !build_chain(q, e2, &y))
		return;
	draft_pair(q, &x, &y);
	if (bring_home(q, &x, &home))
		draft_pair(q, &home, &y);
	if (bring_home(q, &y, &home))
		draft_pair(q, &x, &home);
}

struct pairs {
	const struct abba *q;
	OST_VEC(uint64_t) v;	/* first edges of both orders, as ost_table_pack() */
};

/* The way from who holds the first lock comes by what is asked for. */
static bool is_asked(const struct abba *q, uint32_t first)
{
	const struct ost_focus *focus = q->f->focus;

	for (uint32_t i = first; i; i = q->edges.items[i - 1].next) {
		const struct edge *e = &q->edges.items[i - 1];

		if (ost_focus_asks(focus, e->unit))
			return true;
		for (uint32_t at = e->hold.entry; at != OST_NO_ID; at = q->f->entries->v.items[at].up)
			if (ost_focus_asks(focus, q->f->entries->v.items[at].caller) || may_come_home(q, &q->f->entries->v.items[at]))
				return true;
	}
	return false;
}

static void look_at_pair(struct ost_finder *f, void *ctx, size_t item)
{
	const struct pairs *pairs = ctx;
	uint64_t pair = pairs->v.items[item];
	struct abba q = *pairs->q;

	q.f = f;
	if (!is_asked(&q, (uint32_t)(pair >> 32)) && !is_asked(&q, (uint32_t)pair))
		return;
	for (uint32_t i = (uint32_t)(pair >> 32); i; i = q.edges.items[i - 1].next)
		for (uint32_t k = (uint32_t)pair; k; k = q.edges.items[k - 1].next)
			try_pair(&q, &q.edges.items[i - 1], &q.edges.items[k - 1]);
}

void ost_find_abba(struct ost_finder *f)
{
	struct abba q = { .f = f };
	struct pairs pairs = { .q = &q };

	ost_table_init(&q.by_pair);
	ost_table_init(&q.asked_pairs);
	ost_table_init(&q.asked);
	ost_table_init(&q.asked_slots);
	ost_finder_entries(f);
	if (f->focus)
		ask_pairs(&q);
	collect_edges(&q);
	for (size_t i = 0; i < q.edges.nr; i++) {
		const struct edge *e = &q.edges.items[i];
		const uint64_t *first = ost_table_get(&q.by_pair, pair_key(e->a, e->b));
		const uint64_t *second = ost_table_get(&q.by_pair, pair_key(e->b, e->a));

		if (*first == i + 1 && second && e->a < e->b)
			ost_vec_add(&pairs.v, ost_table_pack((uint32_t)*first, (uint32_t)*second));
	}
	ost_progress("lock order", 0, pairs.v.nr);
	ost_finder_each(f, pairs.v.nr, look_at_pair, &pairs);
	ost_vec_deinit(&pairs.v);
	ost_table_deinit(&q.by_pair);
	ost_table_deinit(&q.asked_pairs);
	ost_table_deinit(&q.asked);
	ost_table_deinit(&q.asked_slots);
	ost_vec_deinit(&q.edges);
}
