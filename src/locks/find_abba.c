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
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "locks/entry.h"
#include "locks/finder.h"
#include "ostler/progress.h"

#define MAX_EDGES 5		/* kept of one ordered pair */
#define MAX_FRAMES (OST_ENTRY_DEPTH + 2)

struct edge {
	uint64_t a, b;
	uint32_t unit, event;	/* blocks on b */
	uint32_t entry;		/* of unit: a caller holds a; OST_NO_ID: the unit does */
	uint32_t held_event;	/* CALL, ACQUIRE or ASSERT event that shows it; of the unit or of the entry's caller */
	uint16_t held;		/* index into its held, OST_ENTRY_ASSERTED */
	uint16_t cost;
	uint32_t next;		/* of the same pair, index + 1 */
};

struct abba {
	struct ost_finder *f;
	struct ost_entries entries;
	OST_VEC(struct edge) edges;
	struct ost_table by_pair;	/* (a, b) → index + 1 of the cheapest edge */
};

static uint64_t pair_key(uint64_t a, uint64_t b)
{
	return ost_hash_mix(a * 0x9e3779b97f4a7c15ull + b);
}

static bool is_spinning(unsigned kind)
{
	return kind == OST_LKK_SPIN || kind == OST_LKK_RAW || kind == OST_LKK_RWLOCK;
}

/* Keeps the cheapest edges of the pair, cheapest first. */
static void add_edge(struct abba *q, const struct edge *new)
{
	uint64_t *first = ost_table_put(&q->by_pair, pair_key(new->a, new->b), NULL);
	uint32_t *link, at = (uint32_t)*first, nr = 0, prev = 0;

	while (at && q->edges.items[at - 1].cost <= new->cost) {
		if (q->edges.items[at - 1].unit == new->unit && q->edges.items[at - 1].entry == new->entry)
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
	uint32_t unit = q->entries.v.items[entry].unit;

	for (; entry != OST_NO_ID; entry = q->entries.v.items[entry].up)
		if (q->entries.v.items[entry].caller == unit)
			return true;
	return false;
}

static void edges_of_event(struct abba *q, const struct ost_lk_summary *sum, uint32_t i)
{
	const struct ost_lk_event *ev = &sum->events[i];
	const struct ost_lk_ref *ref = &sum->locks[ev->lock];
	struct edge e = { .b = ost_lk_ref_class(ref), .unit = sum->unit, .event = i, .entry = OST_NO_ID, .held_event = i };
	uint16_t extra = (uint16_t)((ev->flags & OST_EVF_COND ? 4 : 0) + (ev->flags & OST_EVF_NESTED ? 60 : 0));

	if (!e.b || ref->kind == OST_LKK_SRCU)
		return;
	for (uint16_t h = 0; h < ev->nr_held; h++) {
		const struct ost_lk_ref *held = &sum->locks[ev->held[h].lock];

		e.a = ost_lk_ref_class(held);
		e.held = h;
		e.cost = (uint16_t)(extra + (ev->held[h].in_all ? 0 : 20));
		if (e.a && e.a != e.b && ev->held[h].node != ev->node && held->kind != OST_LKK_SRCU && !(is_spinning(held->kind) && !is_spinning(ref->kind)))
			add_edge(q, &e);
	}
	for (uint32_t k = 0; k < i; k++) {
		const struct ost_lk_event *as = &sum->events[k];

		if (!ost_entry_is_told(sum, as))
			continue;
		e.a = ost_lk_ref_class(&sum->locks[as->lock]);
		e.held = OST_ENTRY_ASSERTED;
		e.held_event = k;
		e.cost = extra;
		for (int r = 0; r < ev->nr_rel; r++)
			if (ost_lk_ref_class(&sum->locks[ev->rel[r]]) == e.a)
				e.a = 0;
		if (e.a && e.a != e.b && !(is_spinning(sum->locks[as->lock].kind) && !is_spinning(ref->kind)))
			add_edge(q, &e);
	}
	for (uint32_t at = q->entries.first[sum->unit]; at; at = q->entries.v.items[at - 1].next) {
		const struct ost_entry *en = &q->entries.v.items[at - 1];

		e.a = en->cls;
		e.entry = at - 1;
		e.held = en->held;
		e.held_event = en->event;
		e.cost = (uint16_t)(extra + en->nr_slots * 40 + en->depth * 3 + 3 + (en->is_sure ? 0 : 20) +
				    (is_recursive(q, at - 1) ? 100 : 0));
		for (int r = 0; r < ev->nr_rel; r++)
			if (ost_lk_ref_class(&sum->locks[ev->rel[r]]) == e.a)
				e.a = 0;
		if (e.a && e.a != e.b && !(is_spinning(en->kind) && !is_spinning(ref->kind)))
			add_edge(q, &e);
	}
}

/* Programs that come with a kernel are none. */
static bool is_outside(const char *path)
{
	return !strncmp(path, "tools/", 6) || !strncmp(path, "scripts/", 8) || !strncmp(path, "usr/", 4);
}

static void collect_edges(struct abba *q)
{
	const struct ost_lk_world *w = q->f->w;

	for (uint32_t u = 0; u < w->nr_units && !ost_interrupted(); u++) {
		const struct ost_lk_summary *sum = w->sums[u];

		if (!sum || ost_program_unit(w->p, u)->kind != OST_UNIT_FUNC || is_outside(ost_unit_path(q->f, u)))
			continue;
		for (uint32_t i = 0; i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].lock < sum->nr_locks &&
			    !(sum->events[i].flags & OST_EVF_WW))
				edges_of_event(q, sum, i);
	}
}

/* ---- one chain: from who holds a down to who blocks on b ------------------- */

struct chain {
	const struct edge *e;
	struct ost_frame frames[MAX_FRAMES];	/* 0: blocks on b; last: holds a */
	unsigned nr, nr_slots;
	const struct ost_lk_event *take, *hold;
	const struct ost_lk_ref *take_ref, *hold_ref;
	const struct ost_lk_held *held;		/* NULL: asserted */
	struct ost_path a, b;			/* both in frame `met`, when has_met */
	unsigned met;
	bool has_met;
};

static uint32_t top_of(const struct chain *c)
{
	return c->frames[c->nr - 1].unit;
}

/* Whoever calls through it means this function, or one of a fixed list in the caller's own file. */
static bool is_closed(const struct abba *q, uint32_t slot, uint32_t caller)
{
	const struct ost_target *targets;
	uint32_t nr = ost_program_slot_targets(q->f->p, slot, &targets), file = ost_program_unit(q->f->p, caller)->file;
	bool one = true, own = true;

	for (uint32_t i = 0; i < nr; i++) {
		one = one && targets[i].unit == targets[0].unit;
		own = own && targets[i].file == file;
	}
	return one || own;
}

static bool build_chain(struct abba *q, const struct edge *e, struct chain *c)
{
	const struct ost_lk_summary *sum = ost_lk_sum(q->f->w, e->unit), *top;
	uint32_t at = e->entry;

	memset(c, 0, sizeof(*c));
	c->e = e;
	c->take = &sum->events[e->event];
	c->take_ref = &sum->locks[c->take->lock];
	c->frames[c->nr++] = (struct ost_frame){ e->unit, c->take->line, "", OST_NO_ID, 0, false };
	for (; at != OST_NO_ID; at = q->entries.v.items[at].up) {
		const struct ost_entry *en = &q->entries.v.items[at];

		if (c->nr == MAX_FRAMES)
			return false;
		c->frames[c->nr++] = (struct ost_frame){ en->caller, en->line,
			ost_entry_callee(q->f->p, en->unit, en->slot), en->slot, en->target, false };
		c->nr_slots += en->slot != OST_NO_ID && !is_closed(q, en->slot, en->caller);
	}
	top = ost_lk_sum(q->f->w, top_of(c));
	c->hold = &top->events[e->held_event];
	c->held = e->held == OST_ENTRY_ASSERTED ? NULL : &c->hold->held[e->held];
	c->hold_ref = &top->locks[c->held ? c->held->lock : c->hold->lock];
	return true;
}

/* Both locks in one frame: b is lifted as far as it has a name, a lowered to there. */
static void meet(struct abba *q, struct chain *c)
{
	struct ost_finder *f = q->f;
	struct ost_path next;

	c->b = c->take_ref->path;
	while (c->met + 1 < c->nr && c->b.kind == OST_BASE_PARAM) {
		const struct ost_frame *fr = &c->frames[c->met + 1];

		if (!ost_finder_enter(f, fr->unit) ||
		    !ost_lift_path(f->cur, ost_call_node(f->cur, fr->line, fr->callee), &c->b, &next))
			break;
		c->b = next;
		c->met++;
	}
	c->a = c->hold_ref->path;
	for (unsigned i = c->nr - 1; i > c->met; i--) {
		const struct ost_frame *fr = &c->frames[i];

		if (!ost_finder_enter(f, fr->unit) ||
		    !ost_lower_path(f->cur, ost_call_node(f->cur, fr->line, fr->callee), &c->a, &next))
			return;
		c->a = next;
	}
	c->has_met = true;
}

/* Flags handed down on the way contradict the place. */
static bool is_excluded(struct abba *q, const struct chain *c)
{
	return ost_way_is_closed(q->f, c->frames, c->nr, c->take) || ost_way_is_torn(q->f, c->frames, c->nr);
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

		held_at(q->f->w, in->unit, ost_call_event_at(q->f->w, in->unit, in->line,
			ost_entry_callee(q->f->p, unit, OST_NO_ID)), in->line, &held);
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

			held_at(q->f->w, callers[i].unit, ost_call_event_at(q->f->w, callers[i].unit, callers[i].line,
				ost_entry_callee(q->f->p, unit, slot)), callers[i].line, &held);
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
	held_at(q->f->w, c->frames[0].unit, c->take, c->take->line, ret);
	for (unsigned i = 1; i < c->nr; i++)
		held_at(q->f->w, c->frames[i].unit, ost_call_event_at(q->f->w, c->frames[i].unit,
			c->frames[i].line, c->frames[i].callee), c->frames[i].line, ret);
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
	for (uint32_t at = q->entries.first[top_of(x)]; at && !gate; at = q->entries.v.items[at - 1].next) {
		uint64_t cls = q->entries.v.items[at - 1].cls;

		if (cls != x->e->a && cls != x->e->b && q->entries.v.items[at - 1].mode == OST_LKM_EXCL &&
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

static bool has_element(const struct ost_path *path)
{
	for (uint32_t i = 0; i < path->nr_steps; i++)
		if (path->steps[i].kind == OST_STEP_ELEM)
			return true;
	return false;
}

static enum ost_relation relate_chains(struct abba *q, struct chain *x, struct chain *y)
{
	enum ost_relation one = OST_REL_UNKNOWN, two = OST_REL_UNKNOWN;

	if (!x->has_met || !y->has_met || has_element(&x->a) || has_element(&x->b) ||
	    has_element(&y->a) || has_element(&y->b))
		return OST_REL_UNKNOWN;
	if ((x->a.kind == OST_BASE_GLOBAL) != (x->b.kind == OST_BASE_GLOBAL))
		return OST_REL_UNKNOWN;	/* any two objects may be meant by the other one */
	if (x->a.kind == OST_BASE_GLOBAL)
		return ost_path_equal(&x->a, &y->b) && ost_path_equal(&x->b, &y->a) ? OST_REL_GLOBAL : OST_REL_UNKNOWN;
	if (!rebases(q->f, &x->a, &x->b, &y->b, &y->a, &one) || one != OST_REL_SAME)
		rebases(q->f, &x->b, &x->a, &y->a, &y->b, &two);
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
	const struct ost_path *here = is_a ? &c->a : &c->b, *other = is_a ? &c->b : &c->a;
	uint32_t found = embedding(is_a ? &c->hold_ref->path : &c->take_ref->path, up);

	if (found == OST_NO_ID && c->has_met)
		found = embedding(here, up);
	if (found != OST_NO_ID || !c->has_met || here->kind != other->kind || here->base != other->base || up != 1)
		return found;
	for (uint32_t i = 0; i < other->nr_steps && i < here->nr_steps; i++)
		if (i + 1 == here->nr_steps && other->steps[i].kind == OST_STEP_UP &&
		    !memcmp(other->steps, here->steps, i * sizeof(here->steps[0])))
			return other->steps[i].id;
	return OST_NO_ID;
}

/* Two outer structs; or, for a class of many kinds of objects, not shown to be one. */
static bool is_other_kind(struct abba *q, const char *class_name, const struct chain *x, const struct chain *y,
			  bool is_a)
{
	unsigned up = ost_lk_split(&q->f->w->tables, class_name);
	uint32_t a = kind_of(x, is_a, up ? up : 1), b = kind_of(y, !is_a, up ? up : 1);

	return a != b ? up || (a != OST_NO_ID && b != OST_NO_ID) : up && a == OST_NO_ID;
}

/*
 * Where one side ends is where the other begins: a single thread that went
 * both ways would hang each time, so the ways exclude each other.
 */
static bool is_one_way(const struct chain *x, const struct chain *y)
{
	return y->held && top_of(y) == x->frames[0].unit && y->held->node == x->take->node;
}

/* ---- judging and telling ---------------------------------------------------------- */

static bool is_making(const char *name)
{
	static const char *const words[] = { "probe", "init", "create", "alloc", "setup", "register", "new" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(words); i++) {
		const char *at = strstr(name, words[i]);

		if (at && strncmp(at, "initiat", 7) && !(at >= name + 2 && (!strncmp(at - 2, "un", 2) || !strncmp(at - 2, "de", 2))) &&
		    strncmp(at, "newli", 5))
			return true;
	}
	return false;
}

static bool is_object(const struct ost_lk_ref *ref)
{
	return ref->path.kind == OST_BASE_GLOBAL || ref->field == OST_NO_ID;
}

/* The last reference goes: nobody else has the object, then. */
static bool is_last_put(const char *name)
{
	size_t len = strlen(name);

	return !strncmp(name, "put_", 4) || strstr(name, "_put_") || strstr(name, "free_") ||
	       (len > 3 && !strcmp(name + len - 3, "put")) || (len > 5 && !strcmp(name + len - 5, "_free")) ||
	       (len > 8 && !strcmp(name + len - 8, "_release"));
}

/* A function that comes back with a lock says so in its name, as a rule. */
static bool is_locker(const char *name)
{
	static const char *const words[] = { "lock", "get", "acquire", "enter", "begin", "start", "down", "claim",
					     "reserve", "grab", "find", "lookup", "excl", "freeze", "guard" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(words); i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

static void judge_hold(struct abba *q, const struct chain *c)
{
	struct ost_finder *f = q->f;
	struct ost_call call;
	const char *name;

	if (!c->held || !ost_finder_enter(f, top_of(c)) || f->cur->tree.v.items[c->held->node].op != OST_N_CALL)
		return;
	ost_call_resolve(f->cur, c->held->node, &call);
	name = ost_facts_str(f->cur->f, call.name);
	if (call.kind == OST_CALL_DIRECT && !ost_lk_find(&f->w->tables, name) && !is_locker(name))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() seems to come back with the lock", name);
}

/* ---- drivers beside each other share no objects --------------------------------- */

static size_t folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* In one folder, or in folders of which one lies in the other. */
static bool is_near(const char *a, const char *b)
{
	size_t x = folder_of(a), y = folder_of(b);

	return !strncmp(a, b, x < y ? x : y);
}

/* Two folders that lie in one folder of drivers: drivers/net/a/ and drivers/net/b/. */
static bool are_siblings(const char *a, const char *b)
{
	unsigned slashes = 0;

	if (is_near(a, b) || !strncmp(a, "include/", 8))
		return false;
	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		slashes += a[i] == '/';
	return slashes >= 2 || (slashes == 1 && (!strncmp(a, "fs/", 3) || !strncmp(a, "arch/", 5)));
}

static bool is_in(const struct abba *q, const struct chain *c, const char *path)
{
	for (unsigned i = 0; i < c->nr; i++) {
		const char *other = ost_unit_path(q->f, c->frames[i].unit);

		if (folder_of(other) >= folder_of(path) && is_near(other, path))
			return true;
	}
	return false;
}

/* x is in a driver that y never enters, y in one beside it that x never enters. */
static bool are_other_drivers(const struct abba *q, const struct chain *x, const struct chain *y)
{
	for (unsigned i = 0; i < x->nr; i++)
		for (unsigned k = 0; k < y->nr; k++) {
			const char *a = ost_unit_path(q->f, x->frames[i].unit), *b = ost_unit_path(q->f, y->frames[k].unit);

			if (are_siblings(a, b) && !is_in(q, y, a) && !is_in(q, x, b))
				return true;
		}
	return false;
}

/* A function pointer that leads from one driver into one beside it. */
static bool leaves_driver(const struct abba *q, const struct chain *c)
{
	for (unsigned i = 1; i < c->nr && c->nr_slots; i++)
		for (unsigned k = 0; k < i; k++)
			if (are_siblings(ost_unit_path(q->f, c->frames[i].unit), ost_unit_path(q->f, c->frames[k].unit)))
				return true;
	return false;
}

/* A table of operations says what it is for; a callback put into an object is one of many. */
static void judge_slot(struct abba *q, const struct ost_frame *fr, unsigned thread)
{
	const struct ost_target *targets;

	if (fr->slot == OST_NO_ID || is_closed(q, fr->slot, fr->unit))
		return;
	ost_program_slot_targets(q->f->p, fr->slot, &targets);
	if (targets[fr->target].how == OST_HOW_INIT || targets[fr->target].how == OST_HOW_MACRO)
		ost_draft_doubt(q->f, OST_RANK_LIKELY, "thread %u goes through a function pointer", thread);
	else
		ost_draft_doubt(q->f, OST_RANK_POSSIBLE, "thread %u goes through %s, which each user sets", thread,
				ost_slot_text(q->f, fr->slot, NULL));
}

static void judge_chain(struct abba *q, const struct chain *c, unsigned thread)
{
	struct ost_finder *f = q->f;

	if (c->held && !c->held->in_all)
		ost_draft_doubt(f, c->nr_slots ? OST_RANK_POSSIBLE : OST_RANK_LIKELY, "thread %u holds the first lock only on some ways to the second", thread);
	if (!c->held && c->nr == 1 && is_object(c->hold_ref))
		f->draft.score -= 2;
	if (c->take->flags & OST_EVF_NESTED)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "taken as a nested lock: another instance is meant");
	if (c->take->flags & OST_EVF_SELF_TEST || c->hold->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (c->take->flags & OST_EVF_NO_OWNER)
		ost_draft_doubt(f, OST_RANK_LIKELY, "a semaphore may be released by another task");
	if (c->e->entry != OST_NO_ID && q->entries.v.items[c->e->entry].is_one_of)
		ost_draft_doubt(f, OST_RANK_LIKELY, "thread %u calls a name that has several definitions", thread);
	for (unsigned i = 1; i < c->nr; i++)
		judge_slot(q, &c->frames[i], thread);
	for (unsigned i = 0; i < c->nr; i++) {
		const char *name = ost_unit_name(f, c->frames[i].unit);

		if (ost_program_unit(f->p, c->frames[i].unit)->flags & (OST_UF_INIT | OST_UF_EXIT))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() runs when nothing else does", name);
		if (i + 1 < c->nr && is_last_put(name))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() gets there with the last reference only", name);
		if (is_making(name))
			ost_draft_doubt(f, (i && i + 1 < c->nr) || (is_object(c->hold_ref) && is_object(c->take_ref)) ?
					OST_RANK_LIKELY : OST_RANK_POSSIBLE,
					"%s() may run before anybody else knows of the object", name);
	}
}

static void say_chain(struct abba *q, const struct chain *c, unsigned thread, const char *held, const char *taken)
{
	struct ost_finder *f = q->f;
	uint32_t top = top_of(c);

	if (c->held)
		ost_draft_step(f, OST_ROLE_HOLD, thread, top, c->held->line, "takes %s%s", held,
			       ost_inner_place(f, top, c->held->node, c->e->a));
	else
		ost_draft_step(f, OST_ROLE_HOLD, thread, top, c->hold->line, "asserts that %s is held", held);
	for (unsigned i = c->nr; i-- > 1;) {
		const struct ost_frame *fr = &c->frames[i];
		const struct ost_target *targets;

		if (fr->slot == OST_NO_ID) {
			ost_draft_step(f, OST_ROLE_CALL, thread, fr->unit, fr->line, "direct call");
			continue;
		}
		ost_program_slot_targets(f->p, fr->slot, &targets);
		ost_draft_step(f, OST_ROLE_CALL, thread, fr->unit, fr->line, "via %s",
			       ost_slot_text(f, fr->slot, &targets[fr->target]));
	}
	ost_draft_step(f, OST_ROLE_ACQUIRE, thread, c->frames[0].unit, c->take->line, "needs %s%s", taken,
		       ost_inner_place(f, c->frames[0].unit, c->take->node, c->e->b));
}

static void judge(struct abba *q, struct chain *x, struct chain *y)
{
	struct ost_finder *f = q->f;
	enum ost_relation rel;
	uint64_t gate = gate_of(q, x, y);

	meet(q, x);
	meet(q, y);
	rel = relate_chains(q, x, y);
	judge_chain(q, x, 1);
	judge_chain(q, y, 2);
	if (is_one_way(x, y) || is_one_way(y, x))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "one thread alone would hang on this way: the two must exclude each other");
	if (is_other_kind(q, f->draft.lock.class_name, x, y, true) ||
	    is_other_kind(q, f->draft.lock2.class_name, x, y, false))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the locks belong to several kinds of objects");
	if (holds_already(q, x) || holds_already(q, y))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "another lock of the same class is held already: they have an order of their own");
	if (x->nr_slots + y->nr_slots > 1)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u calls through function pointers: other functions may be meant",
				x->nr_slots + y->nr_slots);
	judge_hold(q, x);
	judge_hold(q, y);
	if ((!(is_object(x->hold_ref) && is_object(x->take_ref)) && are_other_drivers(q, x, y)) ||
	    leaves_driver(q, x) || leaves_driver(q, y))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the chains go through drivers that have nothing to do with each other");
	if (gate)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both sides hold %s, too: one of them waits outside",
				gate >> 40 ? ost_class_text(f, OST_NO_ID, (uint32_t)gate) :
				ost_class_text(f, (uint32_t)(gate - 1), OST_NO_ID));
	if (rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, OST_RANK_LIKELY, "that both sides mean the same two objects was not shown");
	if (rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the two sides mean other objects");
	for (int i = 0; i < 2; i++) {
		const struct chain *holds = i ? y : x, *takes = i ? x : y;
		unsigned a = holds->held ? holds->held->mode : holds->hold->mode;

		if (a != OST_LKM_EXCL && takes->take->mode != OST_LKM_EXCL)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "both only read %s: it hangs when a writer waits between them",
					i ? f->draft.lock2.class_name : f->draft.lock.class_name);
	}
	say_chain(q, x, 1, f->draft.lock.class_name, f->draft.lock2.class_name);
	say_chain(q, y, 2, f->draft.lock2.class_name, f->draft.lock.class_name);
	if (rel == OST_REL_SAME)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, x->frames[x->met].unit, x->frames[x->met].line,
			       "from %s both sides go the same way to %s",
			       ost_path_text_in(f, x->frames[x->met].unit, &x->a),
			       ost_path_text_in(f, x->frames[x->met].unit, &x->b));
	else if (rel == OST_REL_GLOBAL)
		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, x->frames[0].unit, x->frames[0].line,
			       "both are one object for all");
}

static void try_pair(struct abba *q, const struct edge *e1, const struct edge *e2)
{
	struct ost_finder *f = q->f;
	struct ost_draft *d = &f->draft;
	struct chain x, y;

	if (!build_chain(q, e1, &x) || !build_chain(q, e2, &y) || is_excluded(q, &x) || is_excluded(q, &y))
		return;
	ost_draft_start(f, OST_DL_ABBA);
	d->lock.class_name = ost_class_text(f, x.hold_ref->field, x.hold_ref->global);
	d->lock2.class_name = ost_class_text(f, x.take_ref->field, x.take_ref->global);
	d->lock.mode = ost_lk_mode_name(x.held ? x.held->mode : x.hold->mode);
	d->lock2.mode = ost_lk_mode_name(x.take->mode);
	d->lock.instance = ost_path_text_in(f, top_of(&x), &x.hold_ref->path);
	d->lock2.instance = ost_path_text_in(f, x.frames[0].unit, &x.take_ref->path);
	d->wait_function = ost_unit_name(f, x.frames[0].unit);
	d->wait_file = ost_unit_path(f, x.frames[0].unit);
	d->wait_line = x.take->line;
	d->holder = (struct ost_dl_holder){ ost_unit_name(f, top_of(&x)), ost_unit_path(f, top_of(&x)),
		x.held ? x.held->line : x.hold->line, x.held ? "takes it" : "asserts that it is held" };
	judge(q, &x, &y);
	ost_draft_commit(f);
}

static void look_at_pair(struct abba *q, uint32_t first, uint32_t second)
{
	for (uint32_t i = first; i; i = q->edges.items[i - 1].next)
		for (uint32_t k = second; k; k = q->edges.items[k - 1].next)
			try_pair(q, &q->edges.items[i - 1], &q->edges.items[k - 1]);
}

void ost_find_abba(struct ost_finder *f)
{
	struct abba q = { .f = f };

	ost_table_init(&q.by_pair);
	ost_entries_init(&q.entries, f->w, &f->graph);
	collect_edges(&q);
	for (size_t i = 0; i < q.edges.nr && !ost_interrupted(); i++) {
		const struct edge *e = &q.edges.items[i];
		const uint64_t *first = ost_table_get(&q.by_pair, pair_key(e->a, e->b));
		const uint64_t *second = ost_table_get(&q.by_pair, pair_key(e->b, e->a));

		if (!(i & 0xfff))
			ost_progress("lock order", i, q.edges.nr);
		if (*first == i + 1 && second && e->a < e->b)
			look_at_pair(&q, (uint32_t)*first, (uint32_t)*second);
	}
	ost_entries_deinit(&q.entries);
	ost_table_deinit(&q.by_pair);
	ost_vec_deinit(&q.edges);
}
