// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A spinlock that an interrupt takes, taken elsewhere with that interrupt on.
 *
 * First what handlers take: hard ones and soft ones (context.h). Then every other place that takes
 * such a lock with plain spin_lock() is climbed from until a context is
 * known that the handler can interrupt: a function that may sleep
 * (context.h), for hard handlers a soft callback, too.
 * Interrupts switched off on the way end it. Two devices of one driver have
 * two locks, so this is `likely` at best.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "locks/chain.h"
#include "locks/irq_open.h"
#include "locks/irq_slots.h"
#include "locks/irqs.h"
#include "ostler/progress.h"

#define MAX_SPOTS 8	/* of one event, of which the best is told, */
#define GOOD_SPOTS 3	/* looked for until there are so many good ones */
#define PART_SOURCES 512	/* that a thread looks at together */
#define MAX_TOPS 400	/* of those above a place that are looked at, nearest first */

/* Takes a lock that is waited for with a processor. */
static bool is_spinning(const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	return ev->kind == OST_EV_ACQUIRE && ev->prim && ev->lock < sum->nr_locks && ost_lk_spins(ev->prim->kind);
}

static bool is_shared_by(const struct ost_lk_event *ev)
{
	return ev->mode == OST_LKM_SHARED || ev->mode == OST_LKM_RSHARED;
}

/* Of several handlers with one key the first is enough, and one that gets there without a doubt. */
static uint64_t key_of(const struct ost_finder *f, const struct ost_irq_handler *h)
{
	return ost_hash_mix(h->cls * 31 + ost_program_unit(f->p, h->from.callback)->file * 8ull + h->way.is_doubtful * 4ull +
			    h->is_hard * 2ull + h->is_shared);
}

#define MAX_DOUBTFUL 4	/* handlers of one key that are looked at for one without a doubt */

/* The first of its key: it is wanted. */
static bool note_key(const struct ost_finder *f, struct ost_irq_part *p, const struct ost_irq_handler *h)
{
	bool is_new;
	uint64_t *nr = ost_table_put(&p->known, key_of(f, h), &is_new);

	return ++*nr == 1;
}

static bool is_known(const struct ost_finder *f, const struct ost_irq_part *p, struct ost_irq_handler *h)
{
	const uint64_t *nr;

	h->way.is_doubtful = true;
	nr = ost_table_get(&p->known, key_of(f, h));
	h->way.is_doubtful = false;
	return (nr && *nr >= MAX_DOUBTFUL) || ost_table_get(&p->known, key_of(f, h));
}

static void note_lock(struct ost_finder *f, const struct ost_irqs *q, struct ost_irq_part *p, const struct ost_irq_source *from, uint32_t node,
		      const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	struct ost_irq_handler new = { .from = *from, .is_hard = from->context == OST_CX_HARD, .is_shared = is_shared_by(ev) };

	if (!is_spinning(sum, ev) || (new.is_hard && (ev->ctx == OST_LKC_BH || ev->ctx == OST_LKC_IRQ)))
		return;	/* whoever wrote that does not expect to be there */
	new.cls = ost_lk_ref_class(&sum->locks[ev->lock]);
	new.is_one = ost_lk_is_global(new.cls) && !ost_has_element(&sum->locks[ev->lock].path);
	if (!new.cls || (q->look == WANTED_LOCKS && !ost_table_get(&q->aim.classes, new.cls)) ||
	    is_known(f, p, &new) || !ost_irq_way_make(f, &p->arena, node, ev, &new.way) || !note_key(f, p, &new))
		return;
	ost_vec_add(&p->handlers, new);
}

static void below_handler(struct ost_finder *f, const struct ost_irqs *q, struct ost_irq_part *p, const struct ost_irq_source *from)
{
	f->search.max_cost = 0;
	f->search.is_in_driver = true;
	ost_reach_from(&f->search, from->callback);
	f->search.is_in_driver = false;
	f->search.max_cost = OST_REACH_COST;
	for (size_t n = 0; n < f->search.down.nr; n++) {
		uint32_t unit = f->search.down.items[n].unit;
		const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);
		bool is_new;

		*ost_table_put(&p->in_handler, unit, &is_new) |= (uint64_t)from->context;
		if (is_new)
			ost_vec_add(&p->units, unit);
		for (uint32_t i = 0; sum && i < sum->nr_events && q->look != NO_LOCKS; i++)
			note_lock(f, q, p, from, (uint32_t)n, sum, &sum->events[i]);
	}
}

static void say_handler(struct ost_finder *f, const struct ost_irq_handler *h)
{
	const struct ost_binding *b = h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding);
	const char *callback = ost_unit_name(f, h->from.callback);

	if (b)
		ost_draft_step(f, OST_ROLE_CALLBACK, 2, b->in, b->line, "%s binds %s",
			       ost_program_binding_row(f->p, b->row)->name, callback);
	else
		ost_draft_step(f, OST_ROLE_CALLBACK, 2, h->from.callback,
			       ost_program_unit(f->p, h->from.callback)->line, "%sinterrupts call %s",
			       h->is_hard ? "" : "soft ", ost_class_text(f, h->from.slot, OST_NO_ID));
	ost_irq_way_say(f, &h->way);
}

#define USED_APART (1ull << 32)

static void note_user(struct ost_irqs *q, uint32_t unit, uint64_t cls)
{
	bool is_new;
	uint64_t *who;

	if (!cls)
		return;
	who = ost_table_put(&q->users, cls, &is_new);
	if (is_new)
		*who = unit;
	if (!strncmp(ost_unit_path(q->f, unit), "include/", 8) ||
	    !ost_is_near(ost_unit_path(q->f, (uint32_t)*who), ost_unit_path(q->f, unit)))
		*who |= USED_APART;
}

/* Of what struct the lock is a member lies in a header for all, and others take it. */
static bool is_of_many(const struct ost_irqs *q, const struct ost_lk_ref *ref)
{
	const uint64_t *who = ost_table_get(&q->users, ost_lk_ref_class(ref));
	struct ost_field_def lock;

	if (ref->field == OST_NO_ID)
		return false;
	ost_program_field(q->f->p, ref->field, &lock);
	return !strncmp(ost_program_path(q->f->p, lock.file), "include/", 8) && (!who || *who & USED_APART);
}

static void say_call(struct ost_finder *f, const struct ost_climb_node *n)
{
	if (n->slot == OST_NO_ID)
		ost_draft_step(f, OST_ROLE_CALL, 1, n->unit, n->line, "direct call");
	else
		ost_draft_step(f, OST_ROLE_CALL, 1, n->unit, n->line, "via %s",
			       ost_slot_text(f, n->slot, ost_program_target(f->p, n->target)));
}

static void report(struct ost_irqs *q, const struct ost_irq_handler *h, uint32_t unit, const struct ost_lk_summary *sum,
		   const struct ost_lk_event *ev, uint32_t at)
{
	struct ost_finder *f = q->f;
	const struct ost_lk_ref *ref = &sum->locks[ev->lock];
	struct ost_draft *d = &f->draft;

	ost_draft_start(f, OST_DL_IRQ_CONTEXT);
	d->lock.class_name = ost_draft_class(f, ref);
	d->lock.instance = ost_path_text_in(f, unit, &ref->path);
	d->lock.mode = ost_lk_mode_name(ev->mode);
	d->waitable_kind = h->from.binding == OST_NO_ID ? "slot" :
		ost_program_binding_row(f->p, ost_program_binding(f->p, h->from.binding)->row)->kind;
	d->callback = ost_unit_name(f, h->from.callback);
	d->waitable_class = d->callback;
	d->wait_function = ost_unit_name(f, unit);
	d->wait_file = ost_unit_path(f, unit);
	d->wait_line = ev->line;
	d->holder = (struct ost_dl_holder){ d->wait_function, d->wait_file, ev->line, ev->prim->name };
	ost_draft_doubt(f, OST_RANK_LIKELY, h->is_one && !ost_has_element(&ref->path) ? "that the handler comes on this processor was not shown" :
			"that both locks are one object was not shown");
	ost_irq_judge(q, h, unit, ev, at);
	if (ost_program_unit(f->p, unit)->file != ost_program_unit(f->p, h->from.callback)->file && is_of_many(q, ref))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "many drivers have a lock of that kind");
	for (; at; at = f->search.up.items[at].parent)
		say_call(f, &f->search.up.items[at]);
	ost_draft_step(f, OST_ROLE_HOLD, 1, unit, ev->line, "takes %s with %s on", d->lock.class_name,
		       h->is_hard ? "interrupts" : "soft interrupts");
	say_handler(f, h);
	ost_draft_commit(f);
}

/* What is asked for lies on the handler's way, has its binding, or puts it in the slot. */
static bool is_asked(const struct ost_finder *f, const struct ost_irq_handler *h)
{
	bool is_asked = h->from.binding != OST_NO_ID && ost_focus_binds(f->focus, h->from.binding);

	for (unsigned i = 0; i < h->way.nr && !is_asked; i++)
		is_asked = ost_focus_asks(f->focus, h->way.frames[i].unit);
	return is_asked;
}

/*
 * The one to think of first: near and known to get there, of the same file,
 * of the same folder, hard rather than soft, found first rather than later.
 */
static const struct ost_irq_handler *handler_for(const struct ost_irqs *q, uint64_t cls, uint32_t unit, bool is_shared)
{
	const uint64_t *at = ost_table_get(&q->by_class, cls);
	const struct ost_irq_handler *best = NULL;
	unsigned best_worth = 0;

	for (uint32_t i = at ? (uint32_t)*at : 0; i; i = q->handlers.items[i - 1].next) {
		const struct ost_irq_handler *h = &q->handlers.items[i - 1];
		bool is_own = q->f->graph.folder[unit] == q->f->graph.folder[h->from.callback];
		bool is_same = ost_program_unit(q->f->p, unit)->file == ost_program_unit(q->f->p, h->from.callback)->file;
		bool is_good = !h->way.is_doubtful && !ost_irq_has_other(q, h, unit) && (ost_irq_takes_global(h) ||
			ost_is_near(ost_unit_path(q->f, unit), ost_unit_path(q->f, h->from.callback)));
		unsigned worth = 1u + 8u * is_good + 4u * is_same + 2u * is_own + h->is_hard;

		if (worth >= best_worth && !(is_shared && h->is_shared)) {
			best = h;
			best_worth = worth;
		}
	}
	return best;
}

/* Something asked for lies on the handler's way, or on that from the node down to the lock. */
static bool is_spot_asked(const struct ost_irqs *q, const struct ost_irq_spot *spot)
{
	const struct ost_climb_node *up = q->f->search.up.items;
	bool is_asked_for = is_asked(q->f, &q->handlers.items[spot->handler]);

	for (uint32_t n = spot->at; n && !is_asked_for; n = up[n].parent)
		is_asked_for = ost_focus_asks(q->f->focus, up[n].unit);
	return is_asked_for || ost_focus_asks(q->f->focus, up[0].unit);
}

static void climb_from(struct ost_finder *f, uint32_t unit)
{
	f->search.max_depth = OST_IRQ_DEPTH;
	ost_climb_from(&f->search, unit, NULL, 0);
	f->search.max_depth = OST_CLIMB_DEPTH;
	f->search.is_limited = false;
}

static void look_at(struct ost_irqs *q, struct ost_irq_taker *t, uint32_t event)
{
	struct ost_finder *f = q->f;
	const struct ost_lk_summary *sum = f->w->sums[t->unit];
	const struct ost_lk_event *ev = &sum->events[event];
	const struct ost_irq_handler *h = handler_for(q, ost_lk_ref_class(&sum->locks[ev->lock]), t->unit, is_shared_by(ev));
	unsigned nr = 0, nr_good = 0;

	if (!h || (f->focus && !t->is_under && !is_asked(f, h)) || ev->flags & OST_EVF_IRQS_OFF || (!h->is_hard && (ev->flags & OST_EVF_BH_OFF || ev->ctx == OST_LKC_BH)))
		return;
	climb_from(f, t->unit);
	for (uint32_t at = 0; at < f->search.up.nr && at < MAX_TOPS && nr < MAX_SPOTS && nr_good < GOOD_SPOTS; at++) {
		struct ost_irq_spot new = { event, (uint32_t)(h - q->handlers.items), at, f->search.up.items[at].unit, 0 };

		if (!ost_irq_can_come(f, new.top, h->is_hard) ||
		    (h->from.slot != OST_NO_ID && ost_irq_is_while_down(f, h->from.slot, new.top)) ||
		    !ost_irq_is_open(f, at, h->is_hard, ev) || ost_irq_is_stopped(q, h, at, ev) || ost_irq_is_masked_by(f, h, new.top))
			continue;
		new.worth = ost_irq_worth_of(q, h, at);
		nr_good += new.worth == 2;
		if (new.worth || !nr) {
			ost_vec_add(&t->spots, new);
			nr++;
		}
	}
}

/* Takes a spinlock, and does not switch interrupts off for it. */
static bool is_plain(const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	return is_spinning(sum, ev) && (ev->ctx == OST_LKC_NONE || ev->ctx == OST_LKC_BH);
}

/* An item: a taker. All of it is told, or nothing: several places may be one finding. */
static void look_at_unit(struct ost_finder *f, void *ctx, size_t item)
{
	struct ost_irqs q = *(const struct ost_irqs *)ctx;
	struct ost_irq_taker *t = &q.takers.items[item];
	const struct ost_lk_summary *sum = f->w->sums[t->unit];
	bool is_asked_for = false;

	q.f = f;
	for (uint32_t i = 0; i < sum->nr_events; i++)
		if (is_plain(sum, &sum->events[i]))
			look_at(&q, t, i);
	for (size_t i = 0; i < t->spots.nr && !is_asked_for; i++)
		is_asked_for = is_spot_asked(&q, &t->spots.items[i]);
	if (!is_asked_for)
		ost_vec_clear(&t->spots);
}

static unsigned worth_of_spot(const struct ost_irqs *q, const struct ost_irq_spot *spot)
{
	return ost_irq_is_part(q, &q->handlers.items[spot->handler], spot->top) ? 0 : spot->worth;
}

/* The first of the best ones of the event that spots[*at] is of; *at: behind them. */
static const struct ost_irq_spot *best_of(const struct ost_irqs *q, const struct ost_irq_taker *t, size_t *at)
{
	const struct ost_irq_spot *best = &t->spots.items[*at];

	for (; *at < t->spots.nr && t->spots.items[*at].event == best->event; ++*at)
		if (worth_of_spot(q, &t->spots.items[*at]) > worth_of_spot(q, best))
			best = &t->spots.items[*at];
	return best;
}

static void report_unit(struct ost_finder *f, void *ctx, size_t item)
{
	struct ost_irqs q = *(const struct ost_irqs *)ctx;
	const struct ost_irq_taker *t = &q.takers.items[item];
	const struct ost_lk_summary *sum = f->w->sums[t->unit];

	q.f = f;
	for (size_t i = 0; i < t->spots.nr;) {
		const struct ost_irq_spot *spot = best_of(&q, t, &i);

		climb_from(f, t->unit);
		report(&q, &q.handlers.items[spot->handler], t->unit, sum, &sum->events[spot->event], spot->at);
	}
}

static void collect_takers(struct ost_irqs *q)
{
	const struct ost_lk_world *w = q->f->w;

	for (uint32_t u = 0; u < w->nr_units; u++) {
		const struct ost_lk_summary *sum = w->sums[u];
		bool is_taker = false;

		for (uint32_t i = 0; sum && i < sum->nr_events; i++) {
			if (!is_spinning(sum, &sum->events[i]))
				continue;
			note_user(q, u, ost_lk_ref_class(&sum->locks[sum->events[i].lock]));
			is_taker |= is_plain(sum, &sum->events[i]);
		}
		if (is_taker)
			*ost_vec_push(&q->takers) = (struct ost_irq_taker){ .unit = u };
	}
}

static int by_file(const void *a, const void *b, void *ctx)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t fx = ost_program_binding(ctx, x)->file, fy = ost_program_binding(ctx, y)->file;

	if (fx != fy)
		return fx < fy ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void list_sources(struct ost_irqs *q)
{
	const struct ost_finder *f = q->f;

	for (uint32_t b = 0; b < ost_program_nr_bindings(f->p); b++) {
		uint32_t callback = ost_program_binding(f->p, b)->callback;

		if (callback == OST_NO_ID)
			continue;
		ost_vec_add(&q->sources, ((struct ost_irq_source){ callback, b, OST_NO_ID, OST_CX_TASK }));
		ost_vec_add(&q->by_file, b);
	}
	if (q->by_file.nr)
		qsort_r(q->by_file.items, q->by_file.nr, sizeof(uint32_t), by_file, (void *)f->p);
	for (size_t i = 0; i < f->graph.slots.nr; i++) {
		const struct ost_lk_slot *slot = &f->graph.slots.items[i];
		enum ost_context context = slot->what == OST_LKS_HARD ? OST_CX_HARD : OST_CX_SOFT;

		if (slot->what != OST_LKS_HARD && slot->what != OST_LKS_SOFT)
			continue;
		for (uint32_t t = 0; t < slot->nr_targets; t++)
			if (slot->targets[t].unit != OST_NO_ID)
				ost_vec_add(&q->sources, ((struct ost_irq_source){ slot->targets[t].unit, OST_NO_ID, slot->field, context }));
	}
	q->nr_parts = q->sources.nr / PART_SOURCES + 1;
}

/* Does what is found below it matter: to what is asked for, or to somebody who takes such a lock with it on? */
static bool is_wanted(const struct ost_irqs *q, const struct ost_irq_source *from)
{
	if (q->look == ALL_LOCKS && from->binding != OST_NO_ID && ost_focus_binds(q->f->focus, from->binding))
		return true;
	return !q->aim.leads || q->aim.leads[from->callback];
}

/* An item: some sources. */
static void look_below(struct ost_finder *f, void *ctx, size_t item)
{
	const struct ost_irqs *q = ctx;
	struct ost_irq_part *p = &q->parts[item];

	for (size_t i = item * PART_SOURCES; i < (item + 1) * PART_SOURCES && i < q->sources.nr; i++) {
		struct ost_irq_source from = q->sources.items[i];
		const struct ost_binding *b = from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, from.binding);

		if (!is_wanted(q, &from))
			continue;
		if (b) {
			from.context = ost_callback_context(f, b);
			if (from.context == OST_CX_TASK || ost_is_bound_in_vain(f, b))
				continue;
		}
		below_handler(f, q, p, &from);
	}
	f->search.is_limited = false;
}

/* Parts in their order: of handlers with one key the first of all sources stays. */
static void add_part(struct ost_irqs *q, const struct ost_irq_part *p)
{
	for (size_t i = 0; i < p->handlers.nr; i++) {
		struct ost_irq_handler h = p->handlers.items[i];
		bool is_new;
		uint64_t *at;

		ost_table_put(&q->known, key_of(q->f, &h), &is_new);
		if (!is_new)
			continue;
		at = ost_table_put(&q->by_class, h.cls, NULL);
		h.next = (uint32_t)*at;
		ost_vec_add(&q->handlers, h);
		*at = q->handlers.nr;
	}
	for (size_t i = 0; i < p->units.nr; i++)
		*ost_table_put(&q->in_handler, p->units.items[i], NULL) |= *ost_table_get(&p->in_handler, p->units.items[i]);
}

static void look_below_all(struct ost_irqs *q)
{
	struct ost_lk_sure sure;

	q->parts = ost_calloc(q->nr_parts, sizeof(*q->parts));
	for (size_t i = 0; i < q->nr_parts; i++) {
		ost_table_init(&q->parts[i].known);
		ost_table_init(&q->parts[i].in_handler);
	}
	q->f->search.leads = q->look == ALL_LOCKS ? NULL : q->aim.leads;
	ost_lk_sure_make(&sure, &q->f->graph, q->f->search.leads);
	q->f->search.sure = &sure;
	ost_finder_each(q->f, q->nr_parts, look_below, q);
	q->f->search.leads = NULL;
	q->f->search.sure = NULL;
	ost_lk_sure_deinit(&sure);
	for (size_t i = 0; i < q->nr_parts; i++)
		add_part(q, &q->parts[i]);
}

static void free_parts(struct ost_irqs *q)
{
	for (size_t i = 0; i < q->nr_parts; i++) {
		ost_vec_deinit(&q->parts[i].handlers);
		ost_vec_deinit(&q->parts[i].units);
		ost_table_deinit(&q->parts[i].known);
		ost_table_deinit(&q->parts[i].in_handler);
		ost_arena_deinit(&q->parts[i].arena);	/* of ways */
	}
	free(q->parts);
}

static void start_handlers(struct ost_irqs *q)
{
	ost_table_init(&q->by_class);
	ost_table_init(&q->known);
	ost_table_init(&q->in_handler);
}

static void free_handlers(struct ost_irqs *q)
{
	ost_vec_deinit(&q->handlers);
	ost_table_deinit(&q->by_class);
	ost_table_deinit(&q->known);
	ost_table_deinit(&q->in_handler);
}

/* ---- what is asked for ---------------------------------------------------------- */

static void aim_at(struct ost_irqs *q, const uint8_t *goals)
{
	free(q->aim.leads);
	q->aim.leads = ost_irq_leads(&q->f->graph, goals);
}

/* The classes that handlers take who come by what is asked for. */
static void want_asked_handlers(struct ost_irqs *q)
{
	aim_at(q, q->f->focus->asked);
	look_below_all(q);
	for (size_t i = 0; i < q->handlers.nr; i++)
		if (is_asked(q->f, &q->handlers.items[i]))
			ost_table_put(&q->aim.classes, q->handlers.items[i].cls, NULL);
	free_parts(q);
	free_handlers(q);
	start_handlers(q);
}

/* The climb from the unit, as far as it is looked at, comes by what is asked for. */
static bool comes_by_asked(struct ost_finder *f, uint32_t unit)
{
	bool does = false;

	if (!ost_focus_is_under(f->focus, unit, OST_IRQ_DEPTH))
		return false;
	climb_from(f, unit);
	for (uint32_t at = 0; at < f->search.up.nr && at < MAX_TOPS && !does; at++)
		does = ost_focus_asks(f->focus, f->search.up.items[at].unit);
	return does;
}

/* An item: a taker. */
static void look_above(struct ost_finder *f, void *ctx, size_t item)
{
	struct ost_irq_taker *t = &((struct ost_irqs *)ctx)->takers.items[item];

	t->is_under = comes_by_asked(f, t->unit);
}

/* What those take whom the question is about: of one about everything, all takers. */
static void want_taken(struct ost_irqs *q)
{
	const struct ost_finder *f = q->f;

	if (f->focus)
		ost_finder_each(q->f, q->takers.nr, look_above, q);
	for (size_t k = 0; k < q->takers.nr; k++) {
		struct ost_irq_taker *t = &q->takers.items[k];
		const struct ost_lk_summary *sum = f->w->sums[t->unit];

		for (uint32_t i = 0; i < sum->nr_events && (!f->focus || t->is_under); i++)
			if (is_plain(sum, &sum->events[i]))
				ost_table_put(&q->aim.classes, ost_lk_ref_class(&sum->locks[sum->events[i].lock]), NULL);
	}
}

static bool takes_wanted(const struct ost_irqs *q, uint32_t unit)
{
	const struct ost_lk_summary *sum = q->f->w->sums[unit];
	bool does = false;

	for (uint32_t i = 0; sum && i < sum->nr_events && !does; i++)
		does = is_spinning(sum, &sum->events[i]) &&
		       ost_table_get(&q->aim.classes, ost_lk_ref_class(&sum->locks[sum->events[i].lock])) != NULL;
	return does;
}

/* The handlers that take what others take with them on; with a focus, what is taken below what is asked for, or what asked ones take. */
static void find_wanted(struct ost_irqs *q)
{
	const struct ost_finder *f = q->f;
	uint8_t *goals = ost_calloc(f->graph.nr_units + 1, 1);

	if (f->focus)
		want_asked_handlers(q);
	want_taken(q);
	for (uint32_t u = 0; u < f->w->nr_units; u++)
		goals[u] = takes_wanted(q, u);
	aim_at(q, goals);
	free(goals);
	q->look = WANTED_LOCKS;
	look_below_all(q);
}

/* Whether those that are to be told of are part of a handler. */
static void find_tops(struct ost_irqs *q)
{
	uint8_t *goals = ost_calloc(q->f->graph.nr_units + 1, 1);
	struct ost_irq_part *parts = q->parts;

	for (size_t i = 0; i < q->takers.nr; i++)
		for (size_t k = 0; k < q->takers.items[i].spots.nr; k++)
			goals[q->takers.items[i].spots.items[k].top] = 1;
	aim_at(q, goals);
	free(goals);
	q->look = NO_LOCKS;
	ost_table_deinit(&q->in_handler);
	ost_table_init(&q->in_handler);
	look_below_all(q);
	free_parts(q);
	q->parts = parts;
}

void ost_find_irqs(struct ost_finder *f)
{
	struct ost_irqs q = { .f = f };

	ost_table_init(&q.users);
	ost_table_init(&q.aim.classes);
	ost_progress("interrupts", 0, 0);
	start_handlers(&q);
	list_sources(&q);
	collect_takers(&q);
	find_wanted(&q);
	ost_finder_each(f, q.takers.nr, look_at_unit, &q);
	find_tops(&q);
	ost_finder_each(f, q.takers.nr, report_unit, &q);
	free_parts(&q);
	free_handlers(&q);
	for (size_t i = 0; i < q.takers.nr; i++)
		ost_vec_deinit(&q.takers.items[i].spots);
	ost_irq_aim_deinit(&q.aim);
	ost_vec_deinit(&q.sources);
	ost_vec_deinit(&q.takers);
	ost_vec_deinit(&q.by_file);
	ost_table_deinit(&q.users);
}
