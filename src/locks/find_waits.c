// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits under a lock that the callback needs.
 *
 * What the callbacks acquire is collected, and the callers of each wait are
 * climbed for somebody who holds one of these.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "locks/decided.h"
#include "locks/waits.h"
#include "ostler/progress.h"

#define MAX_TRIES 4	/* candidates looked at for one key */
#define MAX_ACQS 2	/* places where the callback takes the class */

/* The classes that are held over waits: one climb a place. */
struct climb {
	const struct ost_wait_site *site;
	bool is_site_asked;		/* with a focus: the site, or what binds its callback, is asked for */
	OST_VEC(uint64_t) classes;	/* ascending */
	OST_VEC(uint64_t) asked;	/* with a focus: those held above, or at, something asked for */
};

struct marks { OST_VEC(bool) v; };

/* What all share. */
struct waits {
	struct ost_finder *f;
	struct ost_wait_sites sites;	/* by callback */
	OST_VEC(struct climb) climbs;
	OST_VEC(uint32_t) by_unit;	/* climbs by the unit that they begin at */
	OST_VEC(uint32_t) starts;	/* the first of each unit in by_unit, and the end */
	struct ost_table climb_of;	/* place_key() → position in climbs */
	OST_VEC(uint32_t) groups;	/* the first site of each callback, and the end */
	uint8_t *goals;			/* by unit: takes a lock of a class that is held over some wait */
};

/* One callback. */
struct group {
	struct ost_finder *f;
	OST_VEC(struct ost_wait_acq) acqs;
	struct ost_table acq_first;	/* class → position + 1 in acqs */
	struct ost_table held;		/* classes that are held over one of its waits */
	struct ost_table tries;		/* of the site: (class, impl) → how often */
	struct ost_table asked;		/* with a focus: classes with a chain that is asked for */
	uint32_t call_line;		/* of the site, in the function that the climb begins at */
	struct ost_way **ways;		/* of the site, by node of the climb; NULL: not walked yet */
	struct ost_arena arena;		/* of ways */
};

static int by_callback(const void *a, const void *b)
{
	const struct ost_wait_site *x = a, *y = b;

	if (x->callback != y->callback)
		return x->callback < y->callback ? -1 : 1;
	if (x->units[0] != y->units[0])
		return x->units[0] < y->units[0] ? -1 : 1;
	if (x->lines[0] != y->lines[0])
		return x->lines[0] < y->lines[0] ? -1 : 1;
	return memcmp(x->units, y->units, sizeof(x->units[0]) * (x->nr < y->nr ? x->nr : y->nr));
}

static int by_class(const void *a, const void *b)
{
	const struct ost_wait_acq *x = a, *y = b;

	if (x->cls != y->cls)
		return x->cls < y->cls ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Takes a lock itself, and may block on it. */
static bool is_taking(const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	return ev->kind == OST_EV_ACQUIRE && !(ev->flags & OST_EVF_VIA_CALLEE) && ev->lock < sum->nr_locks;
}

/* The locks of the classes in question that everything below the callback may block on. */
static void collect_acqs(struct group *ws, uint32_t callback, const uint8_t *goals)
{
	struct ost_search *s = &ws->f->search;

	ost_reach_from(s, callback);
	ws->f->nr_limits += s->is_limited;
	s->is_limited = false;
	for (uint32_t n = 0; n < s->down.nr; n++) {
		uint32_t unit = s->down.items[n].unit;
		const struct ost_lk_summary *sum = goals[unit] ? ost_lk_sum(s->w, unit) : NULL;

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			const struct ost_lk_event *ev = &sum->events[i];
			uint64_t cls = is_taking(sum, ev) ? ost_lk_ref_class(&sum->locks[ev->lock]) : 0;

			if (cls && ost_table_get(&ws->held, cls))
				*ost_vec_push(&ws->acqs) = (struct ost_wait_acq){ cls, n, ev };
		}
	}
	if (ws->acqs.nr)
		qsort(ws->acqs.items, ws->acqs.nr, sizeof(struct ost_wait_acq), by_class);
	for (size_t i = 0; i < ws->acqs.nr; i++)
		if (!i || ws->acqs.items[i].cls != ws->acqs.items[i - 1].cls)
			*ost_table_put(&ws->acq_first, ws->acqs.items[i].cls, NULL) = i + 1;
}

static bool walk_down(struct group *ws, const struct ost_wait_acq *acq)
{
	struct ost_search *search = &ws->f->search;
	struct ost_frame frames[64];
	unsigned nr = 0;

	frames[nr++] = (struct ost_frame){ search->down.items[acq->node].unit, acq->ev->line, "", OST_NO_ID, 0, false };
	for (uint32_t n = acq->node; n && nr < OST_ARRAY_SIZE(frames); n = search->down.items[n].parent) {
		const struct ost_reach_node *node = &search->down.items[n];
		uint32_t caller = search->down.items[node->parent].unit;
		const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, caller);
		const char *callee = ost_callee_name(ws->f, node->unit, node->slot);
		const struct ost_lk_event *ev = ost_call_event_at(ws->f->w, caller, node->line, callee);

		for (int h = 0; ev && h < ev->nr_held; h++)
			if (ost_lk_ref_class(&sum->locks[ev->held[h].lock]) == acq->cls)
				return false;
		frames[nr++] = (struct ost_frame){ caller, node->line, callee, OST_NO_ID, 0, false };
	}
	return !ost_way_is_closed(ws->f, frames, nr, acq->ev) && !ost_way_is_decided(ws->f, frames, nr, acq->ev);
}

/* The way from the callback down to the acquisition can be walked, and without the lock. */
static bool is_open_down(struct group *ws, struct ost_wait_acq *acq)
{
	if (!acq->is_walked)
		acq->is_open = walk_down(ws, acq);
	acq->is_walked = true;
	return acq->is_open;
}

/* From the site's lowest frame to where the climb begins. */
static struct ost_way *start_way(struct group *ws, const struct ost_wait_site *s)
{
	struct ost_way *ways = ost_arena_alloc(&ws->arena, s->nr * sizeof(*ways));
	struct ost_frame frame = { s->units[0], s->lines[0], "", OST_NO_ID, 0, false };

	ost_way_start(ws->f, &ways[0], &frame, s->events[0]);
	for (unsigned i = 1; i < s->nr; i++) {
		frame = (struct ost_frame){ s->units[i], s->lines[i], ost_unit_name(ws->f, s->units[i - 1]), OST_NO_ID, 0, false };
		ost_way_up(ws->f, &ws->arena, &ways[i], &ways[i - 1], &frame);
	}
	return &ways[s->nr - 1];
}

/* The way from the site up to that node of the climb. */
static const struct ost_way *way_to(struct group *ws, const struct ost_wait_site *s, uint32_t climb)
{
	const struct ost_climb_node *node = &ws->f->search.up.items[climb];
	const struct ost_way *below;
	struct ost_frame frame;

	if (ws->ways[climb])
		return ws->ways[climb];
	if (!climb) {
		ws->ways[0] = start_way(ws, s);
		return ws->ways[0];
	}
	below = way_to(ws, s, node->parent);
	frame = (struct ost_frame){ node->unit, node->line, ost_callee_name(ws->f, below->frame.unit, node->slot),
				    node->slot, node->target, node->is_one_of };
	ws->ways[climb] = ost_arena_alloc(&ws->arena, sizeof(struct ost_way));
	ost_way_up(ws->f, &ws->arena, ws->ways[climb], below, &frame);
	return ws->ways[climb];
}

/*
 * A function below the holder takes the lock itself on the way: with the
 * holder above it the thread would hang there, if it ever went this way.
 */
static bool takes_below(const struct group *ws, uint32_t climb, uint64_t cls)
{
	const struct ost_climb_node *up = ws->f->search.up.items;

	for (uint32_t n = climb; n;) {
		uint32_t below = up[n].parent, line;
		const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, up[below].unit);

		line = below ? up[below].line : ws->call_line;
		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].line < line &&
			    !sum->events[i].nr_rel && sum->events[i].lock < sum->nr_locks &&
			    ost_lk_ref_class(&sum->locks[sum->events[i].lock]) == cls)
				return true;
		n = below;
	}
	return false;
}

static void try_candidate(struct group *ws, const struct ost_wait_site *s, uint32_t climb,
			  const struct ost_lk_event *ev, const struct ost_lk_held *held)
{
	const struct ost_lk_summary *sum = ost_lk_sum(ws->f->w, ws->f->search.up.items[climb].unit);
	const struct ost_lk_ref *ref = &sum->locks[held ? held->lock : ev->lock];
	uint64_t cls = ost_lk_ref_class(ref);
	const uint64_t *first = cls ? ost_table_get(&ws->acq_first, cls) : NULL;
	const struct ost_climb_node *node = &ws->f->search.up.items[climb];
	struct ost_wait_cand c = { .s = s, .hold_at = ev, .held = held, .hold_ref = ref, .impl = node->impl };
	const struct ost_way *way;
	uint64_t *tries;

	if (!first || (ws->f->focus && !ost_table_get(&ws->asked, cls)))
		return;
	for (int i = 0; i < node->nr_rel; i++)
		if (node->rel[i] == cls)
			return;
	if (takes_below(ws, climb, cls))
		return;
	tries = ost_table_put(&ws->tries, cls * 0x9e3779b97f4a7c15ull + node->impl, NULL);
	if (++*tries > MAX_TRIES)
		return;
	way = way_to(ws, s, climb);
	if (!ost_way_is_open(ws->f, way))
		return;
	ost_wait_frames(way, &c);
	for (size_t i = *first - 1; i < ws->acqs.nr && ws->acqs.items[i].cls == cls &&
	     i < *first - 1 + MAX_ACQS; i++) {
		if (!is_open_down(ws, &ws->acqs.items[i]) ||
		    ost_wait_poll_state(ws->f, s, &ws->acqs.items[i]) == OST_POLL_OVER)
			continue;
		c.acq = &ws->acqs.items[i];
		ost_wait_describe(ws->f, &c);
		if (!ost_wait_judge(ws->f, &c))
			ost_draft_drop(ws->f);
		else if (!ost_way_is_decided(ws->f, c.frames, c.nr_frames, s->events[0]))
			ost_draft_commit(ws->f);
	}
}

/* The wait, or the call that leads to it, in the unit of a climb's node. */
static const struct ost_lk_event *event_of_node(const struct ost_finder *f, const struct ost_wait_site *s, uint32_t at)
{
	return at ? ost_climb_event(&f->search, &f->search.up.items[at]) : s->events[s->nr - 1];
}

/* In that node something is held, or said to be held: of most this is known without a look at the summary. */
static bool tells_of_locks(const struct ost_finder *f, uint32_t at)
{
	const struct ost_climb_node *n = &f->search.up.items[at];

	return !at || n->has_held || f->graph.unit_flags[n->unit] & OST_GU_ASSERTS;
}

static void look_at_node(struct group *ws, const struct ost_wait_site *s, uint32_t at)
{
	const struct ost_lk_summary *sum;
	const struct ost_lk_event *ev;

	if (!tells_of_locks(ws->f, at))
		return;
	sum = ost_lk_sum(ws->f->w, ws->f->search.up.items[at].unit);
	ev = sum ? event_of_node(ws->f, s, at) : NULL;
	for (int h = 0; ev && h < ev->nr_held; h++)
		try_candidate(ws, s, at, ev, &ev->held[h]);
	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (ost_asserts_entry(sum, &sum->events[i]))
			try_candidate(ws, s, at, &sum->events[i], NULL);
}

static void climb_from_site(struct ost_finder *f, const struct ost_wait_site *s)
{
	struct ost_search *search = &f->search;
	uint64_t rel[OST_WAIT_LIFT * OST_MAX_STEPS];
	uint16_t nr_rel = 0;

	for (unsigned i = 0; i < s->nr; i++) {
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, s->units[i]);

		for (int r = 0; s->events[i] && r < s->events[i]->nr_rel && nr_rel < OST_ARRAY_SIZE(rel); r++)
			rel[nr_rel++] = ost_lk_ref_class(&sum->locks[s->events[i]->rel[r]]);
	}
	ost_climb_from(search, s->units[s->nr - 1], rel, nr_rel);
}

static void look_at_site(struct group *ws, const struct ost_wait_site *s)
{
	climb_from_site(ws->f, s);
	ws->f->search.is_limited = false;	/* counted by note_classes() */
	ws->call_line = s->lines[s->nr - 1];
	ost_table_deinit(&ws->tries);
	ost_table_init(&ws->tries);
	ws->ways = ost_arena_calloc(&ws->arena, ws->f->search.up.nr, sizeof(*ws->ways));
	for (uint32_t at = 0; at < ws->f->search.up.nr; at++)
		look_at_node(ws, s, at);
	ost_arena_deinit(&ws->arena);
}

/* ---- all of them -------------------------------------------------------- */

static uint64_t place_key(const struct ost_wait_site *s)
{
	uint64_t h = s->nr;

	for (unsigned i = 0; i < s->nr; i++)
		h = ost_hash_mix(h * 31 + ost_table_pack(s->units[i], s->lines[i]));
	return h;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_class(const struct ost_climb_node *n, uint64_t cls, bool is_asked, struct climb *c)
{
	for (int i = 0; i < n->nr_rel; i++)
		if (n->rel[i] == cls)
			return;
	if (cls)
		ost_vec_add(&c->classes, cls);
	if (cls && is_asked)
		ost_vec_add(&c->asked, cls);
}

/* All chains with the site are asked for. */
static bool is_site_asked(const struct ost_focus *focus, const struct ost_wait_site *s)
{
	bool is_asked = ost_focus_binds(focus, s->binding);

	for (unsigned i = 0; i < s->nr; i++)
		is_asked = is_asked || ost_focus_asks(focus, s->units[i]);
	return is_asked;
}

/* By node of the climb: something asked for lies on the way from it down to the site. */
static void mark_asked(struct ost_finder *f, bool is_site_asked_for, struct marks *m)
{
	const struct ost_search *search = &f->search;

	ost_vec_clear(&m->v);
	for (uint32_t at = 0; at < search->up.nr; at++) {
		const struct ost_climb_node *n = &search->up.items[at];

		ost_vec_add(&m->v, is_site_asked_for || f->focus->asked[n->unit] || (at && m->v.items[n->parent]));
	}
}

static void sort_classes(uint64_t *items, size_t *nr)
{
	size_t kept = 0;

	if (*nr)
		qsort(items, *nr, sizeof(*items), by_number);
	for (size_t i = 0; i < *nr; i++)
		if (!i || items[i] != items[i - 1])
			items[kept++] = items[i];
	*nr = kept;
}

/* Which classes may be held when the climb's site waits. */
static void note_classes(struct ost_finder *f, struct climb *c)
{
	struct ost_search *search = &f->search;
	struct marks marks = { .v = OST_VEC_INIT };

	climb_from_site(f, c->site);
	f->nr_limits += search->is_limited;
	search->is_limited = false;
	if (f->focus)
		mark_asked(f, c->is_site_asked, &marks);
	for (uint32_t at = 0; at < search->up.nr; at++) {
		const struct ost_climb_node *n = &search->up.items[at];
		const struct ost_lk_summary *sum = tells_of_locks(f, at) ? ost_lk_sum(f->w, n->unit) : NULL;
		const struct ost_lk_event *ev = sum ? event_of_node(f, c->site, at) : NULL;
		bool is_asked = f->focus && marks.v.items[at];

		for (int h = 0; ev && h < ev->nr_held; h++)
			add_class(n, ost_lk_ref_class(&sum->locks[ev->held[h].lock]), is_asked, c);
		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (ost_asserts_entry(sum, &sum->events[i]))
				add_class(n, ost_lk_ref_class(&sum->locks[sum->events[i].lock]), is_asked, c);
	}
	sort_classes(c->classes.items, &c->classes.nr);
	sort_classes(c->asked.items, &c->asked.nr);
	ost_vec_deinit(&marks.v);
}

/* An item: the climbs that begin at one unit; most of them come by the same callers. */
static void climb_from_unit(struct ost_finder *f, void *ctx, size_t item)
{
	struct waits *ws = ctx;

	for (uint32_t i = ws->starts.items[item]; i < ws->starts.items[item + 1]; i++)
		note_classes(f, &ws->climbs.items[ws->by_unit.items[i]]);
}

static uint32_t start_of(const struct waits *ws, uint32_t climb)
{
	const struct ost_wait_site *s = ws->climbs.items[climb].site;

	return s->units[s->nr - 1];
}

static int by_start(const void *a, const void *b, void *ctx)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t from = start_of(ctx, x), to = start_of(ctx, y);

	if (from != to)
		return from < to ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void order_climbs(struct waits *ws)
{
	for (uint32_t i = 0; i < ws->climbs.nr; i++)
		ost_vec_add(&ws->by_unit, i);
	if (ws->climbs.nr)
		qsort_r(ws->by_unit.items, ws->climbs.nr, sizeof(uint32_t), by_start, ws);
	for (uint32_t i = 0; i < ws->climbs.nr; i++)
		if (!i || start_of(ws, ws->by_unit.items[i]) != start_of(ws, ws->by_unit.items[i - 1]))
			ost_vec_add(&ws->starts, i);
	ost_vec_add(&ws->starts, (uint32_t)ws->climbs.nr);
}

static void plan_climbs(struct waits *ws)
{
	for (size_t i = 0; i < ws->sites.v.nr; i++) {
		bool is_new;
		uint64_t *at = ost_table_put(&ws->climb_of, place_key(&ws->sites.v.items[i]), &is_new);

		if (!i || ws->sites.v.items[i].callback != ws->sites.v.items[i - 1].callback)
			ost_vec_add(&ws->groups, (uint32_t)i);
		if (!is_new)
			continue;
		*at = ws->climbs.nr;
		*ost_vec_push(&ws->climbs) = (struct climb){ .site = &ws->sites.v.items[i] };
	}
	/* sites with other callbacks are climbed together */
	for (size_t i = 0; ws->f->focus && i < ws->sites.v.nr; i++)
		ws->climbs.items[*ost_table_get(&ws->climb_of, place_key(&ws->sites.v.items[i]))].is_site_asked |=
			is_site_asked(ws->f->focus, &ws->sites.v.items[i]);
	ost_vec_add(&ws->groups, (uint32_t)ws->sites.v.nr);
	order_climbs(ws);
}

static const struct climb *climb_at(const struct waits *ws, uint32_t site)
{
	return &ws->climbs.items[*ost_table_get(&ws->climb_of, place_key(&ws->sites.v.items[site]))];
}

/* Known now is what is held over the sites, and whether above something asked for. */
static bool group_may_be_asked(const struct waits *ws, size_t group)
{
	const struct ost_focus *focus = ws->f->focus;

	if (ost_focus_is_above(focus, ws->sites.v.items[ws->groups.items[group]].callback))
		return true;
	for (uint32_t i = ws->groups.items[group]; i < ws->groups.items[group + 1]; i++)
		if (climb_at(ws, i)->asked.nr)
			return true;
	return false;
}

static void note_group_classes(const struct waits *ws, size_t group, struct ost_table *ret)
{
	for (uint32_t i = ws->groups.items[group]; i < ws->groups.items[group + 1]; i++) {
		const struct climb *c = climb_at(ws, i);

		for (size_t k = 0; k < c->classes.nr; k++)
			ost_table_put(ret, c->classes.items[k], NULL);
	}
}

/* Only what leads to an acquisition of one of these classes is worth a way down. */
static void aim(struct waits *ws)
{
	struct ost_finder *f = ws->f;
	struct ost_table wanted = OST_TABLE_INIT;
	uint8_t *goals = ost_calloc(f->graph.nr_units + 1, 1);

	ws->goals = goals;
	for (size_t i = 0; i + 1 < ws->groups.nr; i++)
		if (!f->focus || group_may_be_asked(ws, i))
			note_group_classes(ws, i, &wanted);
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events && !goals[u]; i++)
			goals[u] = is_taking(sum, &sum->events[i]) &&
				ost_table_get(&wanted, ost_lk_ref_class(&sum->locks[sum->events[i].lock])) != NULL;
	}
	ost_lk_graph_aim(&f->graph, goals, OST_REACH_COST);
	ost_table_deinit(&wanted);
}

/* ---- what is asked for ---------------------------------------------------- */

/* The callback's way to the lock comes by what is asked for. */
static bool is_asked_down(const struct group *ws, const struct ost_wait_acq *acq)
{
	const struct ost_reach_node *down = ws->f->search.down.items;
	uint32_t node = acq->node;

	for (; node && !ost_focus_asks(ws->f->focus, down[node].unit); node = down[node].parent)
		;
	return ost_focus_asks(ws->f->focus, down[node].unit);
}

/* Finds the classes of which some chain is asked for; all chains with them are looked at then. */
static void ask_classes(struct group *ws, const struct climb *c)
{
	for (size_t k = 0; k < c->asked.nr; k++)
		if (ost_table_get(&ws->acq_first, c->asked.items[k]))
			ost_table_put(&ws->asked, c->asked.items[k], NULL);
	for (size_t k = 0; k < c->classes.nr; k++) {
		uint64_t cls = c->classes.items[k];
		const uint64_t *first = ost_table_get(&ws->acq_first, cls);

		for (size_t i = first ? *first - 1 : ws->acqs.nr; i < ws->acqs.nr && ws->acqs.items[i].cls == cls &&
		     i < *first - 1 + MAX_ACQS; i++)
			if (is_asked_down(ws, &ws->acqs.items[i]))
				ost_table_put(&ws->asked, cls, NULL);
	}
}

/* The site has a class that the callback takes; and, with a focus, one that is asked for. */
static bool is_site_wanted(const struct group *ws, const struct climb *c)
{
	for (size_t k = 0; k < c->classes.nr; k++)
		if (ost_table_get(ws->f->focus ? &ws->asked : &ws->acq_first, c->classes.items[k]))
			return true;
	return false;
}

static void look_at_sites(struct group *ws, const struct waits *all, size_t item)
{
	uint32_t first = all->groups.items[item], end = all->groups.items[item + 1];

	for (uint32_t i = first; i < end && ws->f->focus; i++)
		ask_classes(ws, climb_at(all, i));
	for (uint32_t i = first; i < end; i++)
		if (is_site_wanted(ws, climb_at(all, i)))
			look_at_site(ws, &all->sites.v.items[i]);
}

/* An item: all waits for one callback. */
static void look_at_group(struct ost_finder *f, void *ctx, size_t item)
{
	const struct waits *all = ctx;
	struct group ws = { .f = f };

	if (f->focus && !group_may_be_asked(all, item))
		return;
	note_group_classes(all, item, &ws.held);
	collect_acqs(&ws, all->sites.v.items[all->groups.items[item]].callback, all->goals);
	if (ws.acqs.nr)
		look_at_sites(&ws, all, item);
	ost_vec_deinit(&ws.acqs);
	ost_table_deinit(&ws.acq_first);
	ost_table_deinit(&ws.tries);
	ost_table_deinit(&ws.held);
	ost_table_deinit(&ws.asked);
}

/* Some chain with this site may come by what is asked for. */
static bool may_be_asked(const struct ost_focus *focus, const struct ost_wait_site *s)
{
	return ost_focus_is_below(focus, s->units[0], OST_CLIMB_DEPTH + OST_WAIT_LIFT) ||
	       ost_focus_is_above(focus, s->callback) || ost_focus_binds(focus, s->binding);
}

/* All sites of a callback, or none: they may be one finding. */
static void keep_to_focus(struct waits *ws)
{
	const struct ost_wait_site *s = ws->sites.v.items;
	size_t kept = 0;

	for (size_t i = 0, end; ws->f->focus && i < ws->sites.v.nr; i = end) {
		bool is_asked = false;

		for (end = i; end < ws->sites.v.nr && s[end].callback == s[i].callback; end++)
			is_asked = is_asked || may_be_asked(ws->f->focus, &s[end]);
		for (size_t k = i; k < end && is_asked; k++)
			ws->sites.v.items[kept++] = s[k];
	}
	if (ws->f->focus)
		ws->sites.v.nr = kept;
}

void ost_find_waits(struct ost_finder *f)
{
	struct waits ws = { .f = f };

	ost_wait_collect(f, &ws.sites);
	if (ws.sites.v.nr)
		qsort(ws.sites.v.items, ws.sites.v.nr, sizeof(struct ost_wait_site), by_callback);
	keep_to_focus(&ws);
	plan_climbs(&ws);
	ost_progress("waits", 0, 2);
	ost_finder_each(f, ws.starts.nr - 1, climb_from_unit, &ws);
	aim(&ws);
	ost_progress("waits", 1, 2);
	f->search.is_aimed = true;
	ost_finder_each(f, ws.groups.nr - 1, look_at_group, &ws);
	f->search.is_aimed = false;
	ost_lk_aim_destroy(f->graph.aim);
	f->graph.aim = NULL;
	for (size_t i = 0; i < ws.climbs.nr; i++) {
		ost_vec_deinit(&ws.climbs.items[i].classes);
		ost_vec_deinit(&ws.climbs.items[i].asked);
	}
	free(ws.goals);
	ost_vec_deinit(&ws.climbs);
	ost_vec_deinit(&ws.by_unit);
	ost_vec_deinit(&ws.starts);
	ost_vec_deinit(&ws.groups);
	ost_vec_deinit(&ws.sites.v);
	ost_table_deinit(&ws.climb_of);
}
