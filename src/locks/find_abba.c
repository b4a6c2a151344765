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
#include "locks/abba.h"
#include "locks/below.h"
#include "ostler/progress.h"

#define MAX_EDGES 5		/* kept of one ordered pair */

struct edge {
	uint64_t a, b;
	uint64_t kind;		/* of objects of one protocol: the file that they are of; 0: of any */
	uint32_t unit, event;	/* blocks on b */
	struct ost_hold hold;	/* of a */
	uint16_t cost;
	uint32_t next;		/* of the same pair, index + 1 */
};

struct abba {
	struct ost_finder *f;
	OST_VEC(struct edge) edges;
	struct ost_table by_pair;	/* (a, b) → index + 1 of the cheapest edge */
	struct ost_table protocols;	/* is_by_protocol() */
	const char *within;		/* by which those are told apart */
	struct ost_table kinds;		/* by file: ost_abba_is_kind() */
	/* with a focus: what some edge that comes by what is asked for has, as a pair (either way round), and as classes */
	struct ost_table asked_pairs, asked;
	struct ost_table asked_slots;	/* home_key(): a chain that crosses it may be brought home by what is asked for */
};

static uint64_t pair_key(uint64_t a, uint64_t b)
{
	return ost_hash_mix(a * 0x9e3779b97f4a7c15ull + b);
}

/* Of what pairs of edges are made: of one kind of objects, or of all. */
static uint64_t edge_key(const struct edge *e, bool is_turned)
{
	return pair_key(is_turned ? e->b : e->a, is_turned ? e->a : e->b) ^ (e->kind ? ost_hash_mix(e->kind) : 0);
}

static uint64_t unordered_key(uint64_t a, uint64_t b)
{
	return a < b ? pair_key(a, b) : pair_key(b, a);
}

/* Keeps the cheapest edges of the pair, cheapest first. */
static void add_edge(struct abba *q, const struct edge *new)
{
	uint64_t *first = ost_table_put(&q->by_pair, edge_key(new, false), NULL);
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
		if (ost_entry_caller(q->f->entries, &q->f->entries->v.items[entry]) == unit)
			return true;
	return false;
}

/* Classes that sockets of all protocols have: those of one are known by the file. */
static bool is_by_protocol(const struct abba *q, uint64_t cls)
{
	return ost_table_get(&q->protocols, cls) != NULL;
}

/* The file where a lock of such a class is held, or taken, with 1 added; 0: there is none, or its folder has one kind. */
static uint64_t kind_of_edge(struct abba *q, const struct edge *e)
{
	const struct ost_entries *entries = q->f->entries;
	uint32_t unit = e->unit, file;
	uint64_t *is_kind;
	bool is_new;

	if (!is_by_protocol(q, e->a) && !is_by_protocol(q, e->b))
		return 0;
	for (uint32_t at = is_by_protocol(q, e->a) ? e->hold.entry : OST_NO_ID; at != OST_NO_ID; at = entries->v.items[at].up)
		unit = ost_entry_caller(entries, &entries->v.items[at]);
	file = ost_program_unit(q->f->p, unit)->file;
	is_kind = ost_table_put(&q->kinds, file, &is_new);
	if (is_new)
		*is_kind = ost_abba_is_kind(q->f, q->within, file);
	return *is_kind ? file + 1ull : 0;
}

static void list_protocols(struct abba *q)
{
	const struct ost_lk_tables *t = &q->f->w->tables;

	for (size_t i = 0; i < t->split.nr; i++) {
		uint32_t fields[4], nr = strcmp(t->split.items[i].within, "-") ? ost_program_find_fields(q->f->p, t->split.items[i].lock, fields, 4) : 0;

		for (uint32_t k = 0; k < nr && k < 4; k++)
			ost_table_put(&q->protocols, ost_lk_class(fields[k], OST_NO_ID), NULL);
		if (nr)
			q->within = t->split.items[i].within;
	}
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
	e.kind = kind_of_edge(t->q, &e);
	if (e.kind)
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
			ask_pair(q, ost_entry_cls(en), ost_lk_ref_class(&sum->locks[sum->events[i].lock]));
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
		ask_slots(q, u, q->f->graph.folder[u], OST_HOME_DEPTH, &seen);
		for (uint64_t i = g->site_first[u]; i < g->site_first[u + 1]; i++)
			ost_table_put(&q->asked_slots, home_key(g->sites[i].slot, ANY_FOLDER), NULL);
	}
	ost_table_deinit(&seen);
}

static bool may_come_home(const struct abba *q, const struct ost_entry *en)
{
	uint32_t slot = en->call & OST_ENTRY_BY_SLOT ? ost_entry_call(q->f->entries, en)->slot : OST_NO_ID;

	return slot != OST_NO_ID && (ost_table_get(&q->asked_slots, home_key(slot, ANY_FOLDER)) ||
				     ost_table_get(&q->asked_slots, home_key(slot, q->f->graph.folder[en->unit])));
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

static bool build_chain(struct abba *q, const struct edge *e, struct ost_abba_side *ret)
{
	const struct ost_lk_summary *sum = ost_lk_sum(q->f->w, e->unit);

	ret->a = e->a;
	ret->b = e->b;
	ret->take_ref = &sum->locks[sum->events[e->event].lock];
	return ost_chain_build(q->f, sum, e->event, &e->hold, &ret->c) && !ost_chain_is_excluded(q->f, &ret->c);
}

/* The file whose kind of sockets both sides are about, or "": of several, or of no sockets. */
static const char *kind_text(const struct abba *q, const struct ost_abba_side *x, const struct ost_abba_side *y)
{
	const struct ost_abba_side *holds = is_by_protocol(q, x->a) ? x : y, *takes = holds == x ? y : x;
	uint32_t file = ost_program_unit(q->f->p, takes->c.frames[0].unit)->file;

	if (!is_by_protocol(q, holds->a) || ost_program_unit(q->f->p, ost_chain_top(&holds->c))->file != file ||
	    !ost_abba_is_kind(q->f, q->within, file))
		return "";
	return ost_program_path(q->f->p, file);
}

static void draft_pair(struct abba *q, struct ost_abba_side *x, struct ost_abba_side *y)
{
	struct ost_finder *f = q->f;
	struct ost_draft *d = &f->draft;

	ost_draft_start(f, OST_DL_ABBA);
	d->lock.class_name = ost_draft_class(f, x->c.hold_ref);
	d->lock2.class_name = ost_draft_class(f, x->take_ref);
	d->lock.mode = ost_lk_mode_name(x->c.held ? x->c.held->mode : x->c.hold_at->mode);
	d->lock2.mode = ost_lk_mode_name(x->c.place->mode);
	d->lock.instance = ost_path_text_in(f, ost_chain_top(&x->c), &x->c.hold_ref->path);
	d->lock2.instance = ost_path_text_in(f, x->c.frames[0].unit, &x->take_ref->path);
	d->wait_function = ost_unit_name(f, x->c.frames[0].unit);
	d->wait_file = ost_unit_path(f, x->c.frames[0].unit);
	d->wait_line = x->c.place->line;
	d->holder = (struct ost_dl_holder){ ost_unit_name(f, ost_chain_top(&x->c)), ost_unit_path(f, ost_chain_top(&x->c)),
		x->c.held ? x->c.held->line : x->c.hold_at->line, x->c.held ? "takes it" : "asserts that it is held" };
	d->impl = kind_text(q, x, y);
	ost_abba_judge(f, x, y);
	ost_draft_commit(f);
}

/* The chain with a holder of the driver that it ends in. */
static bool bring_home(struct abba *q, const struct ost_abba_side *x, struct ost_abba_side *ret)
{
	*ret = *x;
	return x->c.hold.entry != OST_NO_ID && ost_chain_home(q->f, &x->c, &ret->c) && !ost_chain_is_excluded(q->f, &ret->c);
}

/* What is known of an edge, whichever edge of the other side it is held against. */
struct side {
	bool is_open, has_home;
	struct ost_abba_side side, home;
};

static unsigned open_sides(struct abba *q, uint32_t first, struct side *ret)
{
	unsigned nr = 0;

	for (uint32_t i = first; i && nr < MAX_EDGES; i = q->edges.items[i - 1].next, nr++) {
		ret[nr].is_open = build_chain(q, &q->edges.items[i - 1], &ret[nr].side);
		ret[nr].has_home = ret[nr].is_open && bring_home(q, &ret[nr].side, &ret[nr].home);
	}
	return nr;
}

static void try_pair(struct abba *q, struct side *x, struct side *y)
{
	if (!x->is_open || !y->is_open)
		return;
	draft_pair(q, &x->side, &y->side);
	if (x->has_home)
		draft_pair(q, &x->home, &y->side);
	if (y->has_home)
		draft_pair(q, &x->side, &y->home);
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
			if (ost_focus_asks(focus, ost_entry_caller(q->f->entries, &q->f->entries->v.items[at])) ||
			    may_come_home(q, &q->f->entries->v.items[at]))
				return true;
	}
	return false;
}

static void look_at_pair(struct ost_finder *f, void *ctx, size_t item)
{
	const struct pairs *pairs = ctx;
	uint64_t pair = pairs->v.items[item];
	struct abba q = *pairs->q;
	struct side x[MAX_EDGES], y[MAX_EDGES];
	unsigned nr_x, nr_y;

	q.f = f;
	if (!is_asked(&q, (uint32_t)(pair >> 32)) && !is_asked(&q, (uint32_t)pair))
		return;
	nr_x = open_sides(&q, (uint32_t)(pair >> 32), x);
	nr_y = open_sides(&q, (uint32_t)pair, y);
	for (unsigned i = 0; i < nr_x; i++)
		for (unsigned k = 0; k < nr_y; k++)
			try_pair(&q, &x[i], &y[k]);
}

void ost_find_abba(struct ost_finder *f)
{
	struct abba q = { .f = f };
	struct pairs pairs = { .q = &q };

	ost_table_init(&q.by_pair);
	ost_table_init(&q.protocols);
	ost_table_init(&q.kinds);
	ost_table_init(&q.asked_pairs);
	ost_table_init(&q.asked);
	ost_table_init(&q.asked_slots);
	ost_finder_entries(f);
	if (f->focus)
		ask_pairs(&q);
	list_protocols(&q);
	collect_edges(&q);
	for (size_t i = 0; i < q.edges.nr; i++) {
		const struct edge *e = &q.edges.items[i];
		const uint64_t *first = ost_table_get(&q.by_pair, edge_key(e, false));
		const uint64_t *second = ost_table_get(&q.by_pair, edge_key(e, true));

		if (*first == i + 1 && second && e->a < e->b)
			ost_vec_add(&pairs.v, ost_table_pack((uint32_t)*first, (uint32_t)*second));
	}
	ost_progress("lock order", 0, pairs.v.nr);
	ost_finder_each(f, pairs.v.nr, look_at_pair, &pairs);
	ost_vec_deinit(&pairs.v);
	ost_table_deinit(&q.by_pair);
	ost_table_deinit(&q.protocols);
	ost_table_deinit(&q.kinds);
	ost_table_deinit(&q.asked_pairs);
	ost_table_deinit(&q.asked);
	ost_table_deinit(&q.asked_slots);
	ost_vec_deinit(&q.edges);
}
