// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/entry.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "locks/finder.h"
#include "ostler/progress.h"

/* (unit, class) as one number: of a class 33 bits say something (ost_lk_class()). */
static uint64_t key_of(uint32_t unit, uint64_t cls)
{
	return (uint64_t)unit << 33 | (cls >> 40 & 1) << 32 | (uint32_t)cls;
}

/* Where the entry of that key is noted, or is to be. */
static struct ost_entry_known *known_place(struct ost_entries *e, uint64_t key)
{
	size_t at = (size_t)ost_hash_mix(key) & e->known_mask;

	while (e->known[at].key && e->known[at].key != key)
		at = (at + 1) & e->known_mask;
	return &e->known[at];
}

static void grow_known(struct ost_entries *e)
{
	struct ost_entry_known *old = e->known;
	size_t nr = old ? e->known_mask + 1 : 0, size = old ? 2 * nr : 1u << 12;

	e->known = ost_calloc(size, sizeof(*e->known));
	e->known_mask = size - 1;
	for (size_t i = 0; i < nr; i++)
		if (old[i].key)
			*known_place(e, old[i].key) = old[i];
	free(old);
}

/* Where the entry is to be noted; NULL: it is there, or there is no room. Half of what is tried finds none. */
static struct ost_entry_known *free_place(struct ost_entries *e, uint32_t unit, uint64_t cls)
{
	struct ost_entry_known *known;

	if (!cls || !e->room[unit])
		return NULL;
	known = known_place(e, key_of(unit, cls));
	return known->key ? NULL : known;
}

static void add(struct ost_entries *e, const struct ost_entry *new, struct ost_entry_known *known)
{
	known->key = key_of(new->unit, new->cls);
	ost_vec_add(&e->v, *new);
	ost_vec_last(&e->v)->next = e->first[new->unit];
	e->first[new->unit] = (uint32_t)e->v.nr;
	e->nr[new->unit]++;
	e->room[new->unit]--;
	if (2 * e->v.nr > e->known_mask)
		grow_known(e);
}

static void try(struct ost_entries *e, const struct ost_entry *new)
{
	struct ost_entry_known *known = free_place(e, new->unit, new->cls);

	if (known)
		add(e, new, known);
}

bool ost_entry_is_told(const struct ost_lk_summary *sum, const struct ost_lk_event *as)
{
	uint64_t cls;

	if (as->kind != OST_EV_ASSERT || as->lock >= sum->nr_locks || as->flags & OST_EVF_COND)
		return false;
	cls = ost_lk_ref_class(&sum->locks[as->lock]);
	for (uint32_t i = 0; cls && i < sum->nr_events; i++) {
		const struct ost_lk_event *ev = &sum->events[i];

		if ((ev->kind == OST_EV_ACQUIRE || ev->kind == OST_EV_TRY) && ev->lock < sum->nr_locks &&
		    ost_lk_ref_class(&sum->locks[ev->lock]) == cls)
			return false;
	}
	return cls != 0;
}

struct events { OST_VEC(uint32_t) v; };

/* The events by which the unit says that it is entered with a lock. */
static void list_told(const struct ost_lk_summary *sum, struct events *ret)
{
	ost_vec_clear(&ret->v);
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ASSERT && ost_entry_is_told(sum, &sum->events[i]))
			ost_vec_add(&ret->v, i);
}

/* What the caller itself holds, or says to be held, at the call. */
static void seed(struct ost_entries *e, struct ost_entry *new, const struct ost_lk_event *ev, const struct events *told)
{
	const struct ost_lk_summary *sum = ost_lk_sum(e->w, new->caller);

	for (uint16_t h = 0; ev && h < ev->nr_held; h++) {
		const struct ost_lk_ref *ref = &sum->locks[ev->held[h].lock];

		new->cls = ost_lk_ref_class(ref);
		new->kind = ref->kind;
		new->mode = ev->held[h].mode;
		new->is_sure = ev->held[h].in_all;
		new->event = (uint32_t)(ev - sum->events);
		new->held = h;
		try(e, new);
	}
	for (size_t i = 0; i < told->v.nr; i++) {
		const struct ost_lk_event *as = &sum->events[told->v.items[i]];

		new->cls = ost_lk_ref_class(&sum->locks[as->lock]);
		if (as->line > new->line || ost_event_releases(sum, ev, new->cls))
			continue;
		new->kind = sum->locks[as->lock].kind;
		new->mode = as->mode;
		new->is_sure = true;
		new->event = told->v.items[i];
		new->held = OST_ENTRY_ASSERTED;
		try(e, new);
	}
}

/* The memory that add() will look at, asked for before it is needed: it is all over the place. */
static void fetch(const struct ost_entries *e, uint32_t unit, uint64_t cls)
{
	if (e->room[unit])
		__builtin_prefetch(&e->known[(size_t)ost_hash_mix(key_of(unit, cls)) & e->known_mask]);
}

/* What is handed on by a call of who was entered with `up`; false: nothing. */
static bool may_hand_on(const struct ost_entries *e, uint32_t up, const struct ost_lk_edge *call, unsigned nr_slots,
			struct ost_entry *ret)
{
	const struct ost_entry *from = &e->v.items[up];
	const struct ost_lk_event *ev;

	if (from->depth >= OST_ENTRY_DEPTH)
		return false;
	ev = ost_edge_event(e->w, from->unit, call);
	if (ev && ost_event_releases(ost_lk_sum(e->w, from->unit), ev, from->cls))
		return false;
	*ret = *from;
	ret->caller = from->unit;
	ret->line = call->line;
	ret->slot = call->slot;
	ret->up = up;
	ret->depth++;
	ret->is_one_of |= call->is_one_of;
	ret->nr_slots = (uint8_t)nr_slots;
	return true;
}

static void seed_call(struct ost_entries *e, uint32_t u, const struct ost_lk_edge *call, const struct events *told)
{
	const struct ost_lk_event *ev = ost_edge_event(e->w, u, call);
	const struct ost_lk_slot *slot = call->slot == OST_NO_ID ? NULL : ost_lk_slot(e->g, call->slot);
	struct ost_entry new = { .caller = u, .line = call->line, .slot = call->slot, .up = OST_NO_ID,
				 .nr_slots = slot != NULL, .is_one_of = call->is_one_of };

	if ((!ev || !ev->nr_held) && !told->v.nr)
		return;
	if (!slot) {
		new.unit = call->unit;
		seed(e, &new, ev, told);
		return;
	}
	if (slot->nr_targets > OST_ENTRY_FAN || ost_table_get(&e->bound, call->slot))
		return;
	for (uint32_t t = 0; t < slot->nr_targets; t++) {
		new.unit = slot->targets[t].unit;
		new.target = t;
		if (new.unit != OST_NO_ID)
			seed(e, &new, ev, told);
	}
}

static void seed_calls(struct ost_entries *e, bool by_slot)
{
	const struct ost_lk_graph *g = e->g;
	const uint64_t *first = by_slot ? g->site_first : g->out_first;
	struct events told = { .v = OST_VEC_INIT };

	for (uint32_t u = 0; u < g->nr_units; u++) {
		const struct ost_lk_summary *sum = ost_lk_sum(e->w, u);

		if (!sum)
			continue;
		list_told(sum, &told);
		for (uint64_t i = first[u]; i < first[u + 1]; i++)
			seed_call(e, u, by_slot ? &g->sites[i] : &g->out[i], &told);
	}
	ost_vec_deinit(&told.v);
}

/* What the entry hands on by direct calls. */
static void hand_on(struct ost_entries *e, uint32_t from)
{
	uint32_t unit = e->v.items[from].unit;
	uint64_t first = e->g->out_first[unit], end = e->g->out_first[unit + 1], cls = e->v.items[from].cls;
	unsigned nr_slots = e->v.items[from].nr_slots;
	struct ost_entry new;

	for (uint64_t k = first; k < end; k++) {
		struct ost_entry_known *known = free_place(e, e->g->out[k].unit, cls);

		if (!known || !may_hand_on(e, from, &e->g->out[k], nr_slots, &new))
			continue;
		new.unit = e->g->out[k].unit;
		new.target = 0;
		add(e, &new, known);
	}
}

#define AHEAD 6	/* entries between asking for memory and needing it */

/* The calls of one that comes twice as far behind, and the places of what the other one hands on. */
static void fetch_ahead(const struct ost_entries *e, size_t i)
{
	const struct ost_lk_graph *g = e->g;

	if (i + 2 * AHEAD < e->v.nr)
		__builtin_prefetch(&g->out[g->out_first[e->v.items[i + 2 * AHEAD].unit]]);
	if (i + AHEAD < e->v.nr && e->v.items[i + AHEAD].depth < OST_ENTRY_DEPTH) {
		uint32_t unit = e->v.items[i + AHEAD].unit;

		for (uint64_t k = g->out_first[unit]; k < g->out_first[unit + 1]; k++)
			fetch(e, g->out[k].unit, e->v.items[i + AHEAD].cls);
	}
}

static void close_level(struct ost_entries *e, size_t from)
{
	for (size_t i = from; i < e->v.nr && !ost_interrupted(); i++) {
		fetch_ahead(e, i);
		if (e->v.items[i].depth < OST_ENTRY_DEPTH)
			hand_on(e, (uint32_t)i);
	}
}

static void cross_slots(struct ost_entries *e, size_t from, size_t to)
{
	for (size_t i = from; i < to && !ost_interrupted(); i++) {
		uint32_t unit = e->v.items[i].unit;

		for (uint64_t k = e->g->site_first[unit]; k < e->g->site_first[unit + 1]; k++) {
			const struct ost_lk_edge *site = &e->g->sites[k];
			const struct ost_target *targets = ost_lk_slot(e->g, site->slot)->targets;
			uint32_t nr = ost_lk_slot(e->g, site->slot)->nr_targets;
			struct ost_entry new;

			if (nr > OST_ENTRY_FAN || ost_table_get(&e->bound, site->slot) ||
			    !may_hand_on(e, (uint32_t)i, site, e->v.items[i].nr_slots + 1u, &new))
				continue;
			for (uint32_t t = 0; t < nr; t++)
				if (targets[t].unit != OST_NO_ID)
					fetch(e, targets[t].unit, new.cls);
			for (uint32_t t = 0; t < nr; t++) {
				new.unit = targets[t].unit;
				new.target = t;
				if (new.unit != OST_NO_ID)
					try(e, &new);
			}
		}
	}
}

/* `struct.field` rows of the bindings. */
static void note_bound(struct ost_entries *e)
{
	uint32_t fields[16], nr = ost_program_nr_binding_rows(e->w->p);

	for (uint32_t r = 0; r < nr; r++) {
		const char *name = ost_program_binding_row(e->w->p, r)->name;
		uint32_t found = strchr(name, '.') ? ost_program_find_fields(e->w->p, name, fields, 16) : 0;

		for (uint32_t i = 0; i < found && i < 16; i++)
			*ost_table_put(&e->bound, fields[i], NULL) = 1;
	}
}

struct queue { OST_VEC(uint32_t) v; };

static void note_leads(struct ost_entries *e, struct queue *q, uint32_t unit)
{
	if (!e->leads[unit])
		ost_vec_add(&q->v, unit);
	e->leads[unit] = 1;
}

/* From the places that block upwards, through calls and slots. */
static void find_leads(struct ost_entries *e)
{
	struct queue q = { .v = OST_VEC_INIT };

	for (uint32_t u = 0; u < e->g->nr_units; u++) {
		const struct ost_lk_summary *sum = ost_lk_sum(e->w, u);

		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_ACQUIRE || sum->events[i].kind == OST_EV_WAIT)
				note_leads(e, &q, u);
	}
	for (size_t at = 0; at < q.v.nr; at++) {
		uint32_t u = q.v.items[at], nr;
		const uint32_t *targets;

		for (uint64_t i = e->g->in_first[u]; i < e->g->in_first[u + 1]; i++)
			note_leads(e, &q, e->g->in[i].unit);
		nr = ost_program_unit_slots(e->w->p, u, &targets);
		for (uint32_t t = 0; t < nr; t++) {
			const struct ost_lk_edge *callers;
			uint32_t n = ost_lk_slot_callers(e->g, ost_program_target(e->w->p, targets[t])->slot, &callers);

			for (uint32_t i = 0; i < n; i++)
				note_leads(e, &q, callers[i].unit);
		}
	}
	ost_vec_deinit(&q.v);
}

/* What only the making needs: a third of all. */
static void free_notes(struct ost_entries *e)
{
	free(e->known);
	e->known = NULL;
	e->known_mask = 0;
	e->v.items = ost_reallocarray(e->v.items, e->v.nr + 1, sizeof(*e->v.items));
	e->v.cap = e->v.nr + 1;
	free(e->leads);
	free(e->room);
	e->leads = e->room = NULL;
	ost_table_deinit(&e->bound);
}

static void make(struct ost_entries *e)
{
	const struct ost_lk_graph *g = e->g;
	size_t level = 0, end;

	ost_table_init(&e->bound);
	e->leads = ost_calloc(g->nr_units + 1, sizeof(*e->leads));
	find_leads(e);
	e->room = ost_calloc(g->nr_units + 1, sizeof(*e->room));
	for (uint32_t u = 0; u < g->nr_units; u++)
		e->room[u] = e->leads[u] && !(g->unit_flags[u] & OST_GU_LEAF) ? OST_ENTRY_MAX : 0;
	grow_known(e);
	note_bound(e);
	for (unsigned slots = 0; slots <= OST_ENTRY_SLOTS; slots++) {
		ost_progress("held on entry", slots, OST_ENTRY_SLOTS + 1);
		end = e->v.nr;
		if (slots <= 1)
			seed_calls(e, slots);
		if (slots)
			cross_slots(e, level, end);
		level = end;
		close_level(e, level);
	}
	free_notes(e);
}

void ost_entries_init(struct ost_entries *e, const struct ost_lk_world *w, const struct ost_lk_graph *g,
		      const struct ost_tree_facts *tree)
{
	memset(e, 0, sizeof(*e));
	e->w = w;
	e->g = g;
	e->first = ost_calloc(g->nr_units + 1, sizeof(*e->first));
	e->nr = ost_calloc(g->nr_units + 1, sizeof(*e->nr));
	if (tree && ost_entries_load(e, tree))
		return;
	make(e);
	if (tree && !ost_interrupted())
		ost_entries_save(e, tree);
}

struct ost_entries_job {
	struct ost_finder *f;
	struct ost_entries *made;
	pthread_t thread;
};

static struct ost_entries *make_entries(const struct ost_finder *f)
{
	struct ost_entries *e = ost_calloc(1, sizeof(*e));

	ost_entries_init(e, f->w, &f->graph, f->w->may_keep ? f->tree : NULL);
	return e;
}

static void *run_job(void *ctx)
{
	struct ost_entries_job *job = ctx;

	job->made = make_entries(job->f);
	return NULL;
}

void ost_finder_start_entries(struct ost_finder *f)
{
	struct ost_entries_job *job;

	if (f->entries || f->entries_job || f->nr_workers == 1)
		return;
	job = ost_calloc(1, sizeof(*job));
	job->f = f;
	if (pthread_create(&job->thread, NULL, run_job, job))
		free(job);	/* made when asked for, then */
	else
		f->entries_job = job;
}

void ost_finder_drop_entries(struct ost_finder *f)
{
	if (f->entries_job)	/* nobody asked in the end */
		ost_finder_entries(f);
	if (f->entries)
		ost_entries_deinit(f->entries);
	free(f->entries);
	f->entries = NULL;
}

void ost_finder_entries(struct ost_finder *f)
{
	if (f->entries_job) {
		pthread_join(f->entries_job->thread, NULL);
		f->entries = f->entries_job->made;
		free(f->entries_job);
		f->entries_job = NULL;
	}
	if (!f->entries)
		f->entries = make_entries(f);
}

void ost_entries_deinit(struct ost_entries *e)
{
	ost_vec_deinit(&e->v);
	free(e->first);
	free(e->nr);
}

uint8_t *ost_entries_asked(const struct ost_entries *e, const struct ost_focus *focus)
{
	uint8_t *asked = ost_calloc(e->v.nr + 1, 1);

	for (size_t i = 0; i < e->v.nr; i++) {	/* what an entry comes from stands before it */
		const struct ost_entry *en = &e->v.items[i];

		asked[i] = ost_focus_asks(focus, en->caller) || (en->up != OST_NO_ID && asked[en->up]);
	}
	return asked;
}
