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
#include "locks/context.h"
#include "locks/decided.h"
#include "locks/irq_aim.h"
#include "locks/irq_open.h"
#include "locks/irq_slots.h"
#include "locks/irq_way.h"
#include "ostler/progress.h"

#define MAX_TOPS 400	/* of those above a place that are looked at, nearest first */

/* Something that interrupts: what a binding names, or a function in a slot that interrupts call. */
struct source {
	uint32_t callback;
	uint32_t binding;	/* or OST_NO_ID */
	uint32_t slot;		/* field, or OST_NO_ID */
	enum ost_context context;
};

struct handler {
	uint64_t cls;
	struct source from;
	struct ost_irq_way way;
	uint32_t next;		/* index + 1 of another handler that takes the class */
	bool is_hard, is_shared;
	bool is_one;		/* the lock is a variable, and no element of one */
};

/* A place that may be interrupted by the handler: an event of a taker, and the node of the climb from it that shows it. */
struct spot {
	uint32_t event, handler, at, top;	/* handler: index; top: the node's unit */
	unsigned worth;		/* worth_of() */
};

#define MAX_SPOTS 8	/* of one event, of which the best is told, */
#define GOOD_SPOTS 3	/* looked for until there are so many good ones */

struct taker {
	uint32_t unit;
	bool is_under;		/* with a focus: some climb from it comes by what is asked for */
	OST_VEC(struct spot) spots;
};

#define PART_SOURCES 512	/* that a thread looks at together */

/* What some sources that follow each other come to. */
struct part {
	OST_VEC(struct handler) handlers;
	struct ost_table known;		/* key_of() → how many were seen */
	struct ost_table in_handler;
	OST_VEC(uint32_t) units;	/* of in_handler */
	struct ost_arena arena;
};

struct irqs {
	struct ost_finder *f;
	OST_VEC(struct source) sources;	/* those of bindings come first, they are better known */
	struct part *parts;
	size_t nr_parts;
	struct ost_irq_aim aim;
	enum { ALL_LOCKS, WANTED_LOCKS, NO_LOCKS } look;	/* what is looked for below sources: locks, and what is part of a handler */
	OST_VEC(struct handler) handlers;
	struct ost_table by_class;	/* class → index + 1 of the last handler that was found */
	struct ost_table known;		/* (class, file of the handler, context) → there is one */
	OST_VEC(uint32_t) by_file;	/* bindings with a callback, by file */
	struct ost_table in_handler;	/* units below a handler → enum ost_context, or'ed */
	struct ost_table users;		/* class → unit of the first that takes it; bit 32: others are not near it */
	OST_VEC(struct taker) takers;	/* units that take a spinlock with interrupts on */
};

/* Takes a lock that is waited for with a processor. */
static bool is_spinning(const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	return ev->kind == OST_EV_ACQUIRE && ev->prim && ev->lock < sum->nr_locks && ost_lk_spins(ev->prim->kind);
}

static bool is_shared_by(const struct ost_lk_event *ev)
{
	return ev->mode == OST_LKM_SHARED || ev->mode == OST_LKM_RSHARED;
}

#define SHORT_WAY 4	/* functions, from the handler down to who takes the lock */

/*
 * Whoever has the lock, the handler takes the same one: it is one for all. By
 * a long way through others' code a handler rarely means it.
 */
static bool takes_global(const struct handler *h)
{
	return h->is_one && h->way.nr <= SHORT_WAY;
}

/* Of several handlers with one key the first is enough, and one that gets there without a doubt. */
static uint64_t key_of(const struct ost_finder *f, const struct handler *h)
{
	return ost_hash_mix(h->cls * 31 + ost_program_unit(f->p, h->from.callback)->file * 8ull + h->way.is_doubtful * 4ull +
			    h->is_hard * 2ull + h->is_shared);
}

#define MAX_DOUBTFUL 4	/* handlers of one key that are looked at for one without a doubt */

/* The first of its key: it is wanted. */
static bool note_key(const struct ost_finder *f, struct part *p, const struct handler *h)
{
	bool is_new;
	uint64_t *nr = ost_table_put(&p->known, key_of(f, h), &is_new);

	return ++*nr == 1;
}

static bool is_known(const struct ost_finder *f, const struct part *p, struct handler *h)
{
	const uint64_t *nr;

	h->way.is_doubtful = true;
	nr = ost_table_get(&p->known, key_of(f, h));
	h->way.is_doubtful = false;
	return (nr && *nr >= MAX_DOUBTFUL) || ost_table_get(&p->known, key_of(f, h));
}

static void note_lock(struct ost_finder *f, const struct irqs *q, struct part *p, const struct source *from, uint32_t node,
		      const struct ost_lk_summary *sum, const struct ost_lk_event *ev)
{
	struct handler new = { .from = *from, .is_hard = from->context == OST_CX_HARD, .is_shared = is_shared_by(ev) };

	if (!is_spinning(sum, ev) || (new.is_hard && (ev->ctx == OST_LKC_BH || ev->ctx == OST_LKC_IRQ)))
		return;	/* whoever wrote that does not expect to be there */
	new.cls = ost_lk_ref_class(&sum->locks[ev->lock]);
	new.is_one = ost_lk_is_global(new.cls) && !ost_has_element(&sum->locks[ev->lock].path);
	if (!new.cls || (q->look == WANTED_LOCKS && !ost_table_get(&q->aim.classes, new.cls)) ||
	    is_known(f, p, &new) || !ost_irq_way_make(f, &p->arena, node, ev, &new.way) || !note_key(f, p, &new))
		return;
	ost_vec_add(&p->handlers, new);
}

static void below_handler(struct ost_finder *f, const struct irqs *q, struct part *p, const struct source *from)
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

/* A wait for handlers of that kind, before the line: what comes then is not interrupted by them. */
static bool stops_before(const struct ost_finder *f, uint32_t unit, uint32_t line, const char *kind)
{
	const struct ost_lk_graph *g = &f->graph;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_WAIT && sum->events[i].line < line &&
		    !strcmp(ost_wait_kind_name(sum->events[i].prim->kind), kind))
			return true;
	for (uint64_t k = g->out_first[unit]; k < g->out_first[unit + 1]; k++) {
		sum = g->out[k].line < line && !g->out[k].is_one_of ? ost_lk_sum(f->w, g->out[k].unit) : NULL;
		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_WAIT && !strcmp(ost_wait_kind_name(sum->events[i].prim->kind), kind))
				return true;
	}
	return false;
}

static bool is_stopped(const struct irqs *q, const struct handler *h, uint32_t at, const struct ost_lk_event *ev)
{
	const struct ost_finder *f = q->f;
	const char *kind;

	if (h->from.binding == OST_NO_ID)
		return false;
	kind = ost_program_binding_row(f->p, ost_program_binding(f->p, h->from.binding)->row)->kind;
	for (; at; at = f->search.up.items[at].parent)
		if (stops_before(f, f->search.up.items[at].unit, f->search.up.items[at].line, kind))
			return true;
	return stops_before(f, f->search.up.items[0].unit, ev->line, kind);
}

/* Some binding in the file is for that callback. */
static bool binds(const struct ost_program *p, uint32_t file, uint32_t callback)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(p, callback, &ids);

	for (uint32_t i = 0; i < nr; i++)
		if (ost_program_binding(p, ids[i])->file == file)
			return true;
	return false;
}

static uint32_t file_of(const struct irqs *q, size_t at)
{
	return ost_program_binding(q->f->p, q->by_file.items[at])->file;
}

/* Some binding of that kind in the file is for a handler. */
static bool binds_handler(const struct irqs *q, uint32_t file, const char *kind)
{
	size_t lo = 0, hi = q->by_file.nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (file_of(q, mid) < file)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < q->by_file.nr && file_of(q, lo) == file; lo++) {
		const struct ost_binding *b = ost_program_binding(q->f->p, q->by_file.items[lo]);

		if (!strcmp(ost_program_binding_row(q->f->p, b->row)->kind, kind) &&
		    ost_callback_context(q->f, b) != OST_CX_TASK && !ost_is_bound_in_vain(q->f, b))
			return true;
	}
	return false;
}

/* The file has its own, so that the binding of another one does not concern it. */
static bool has_own(const struct irqs *q, const struct ost_binding *b, uint32_t file)
{
	const struct ost_program *p = q->f->p;

	return b->file != file && !binds(p, file, b->callback) &&
	       binds_handler(q, file, ost_program_binding_row(p, b->row)->kind);
}

#define BIND_DEPTH 2	/* calls down to who sets the handler up */

static bool comes_to(const struct ost_finder *f, uint32_t unit, uint32_t to, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->out_first[unit]; depth && i < g->out_first[unit + 1]; i++)
		if (g->out[i].unit == to || comes_to(f, g->out[i].unit, to, depth - 1))
			return true;
	return unit == to;
}

/*
 * The chain is part of what makes the object that the handler is of. A helper
 * with such a name that others call at any time is not: nobody on the chain
 * sets the handler up.
 */
static bool is_before_handler(const struct ost_finder *f, const struct ost_binding *b, uint32_t top, uint32_t unit)
{
	if (b && unit == b->in)
		return true;
	return ost_is_making(f, ost_unit_name(f, unit)) &&
	       (!b || b->in == OST_NO_ID || ost_is_making(f, ost_unit_name(f, top)) || comes_to(f, top, b->in, BIND_DEPTH));
}

/* The function's file has a handler of its own. */
static bool has_other(const struct irqs *q, const struct handler *h, uint32_t unit)
{
	const struct ost_finder *f = q->f;

	return h->from.binding != OST_NO_ID &&
	       has_own(q, ost_program_binding(f->p, h->from.binding), ost_program_unit(f->p, unit)->file);
}

static bool is_early(const struct ost_finder *f, const struct handler *h, uint32_t top, uint32_t unit)
{
	return is_before_handler(f, h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding), top, unit);
}

static bool is_part(const struct irqs *q, const struct handler *h, uint32_t unit)
{
	const uint64_t *part = ost_table_get(&q->in_handler, unit);

	return part && (*part & OST_CX_HARD || !h->is_hard);
}

/*
 * How well the way shows it: 0 something speaks against it, as judge_handler()
 * has it, 1 at the end of the object's life, 2 well. Who begins it may be part of a handler yet.
 */
static unsigned worth_of(const struct irqs *q, const struct handler *h, uint32_t at)
{
	const struct ost_climb_node *up = q->f->search.up.items;
	uint32_t top = up[at].unit;
	bool is_end = false;

	if (ost_irq_is_by_stranger(q->f, at))
		return 0;
	for (uint32_t n = at;; n = up[n].parent) {
		if (has_other(q, h, up[n].unit) || is_early(q->f, h, top, up[n].unit) || (up[n].unit == h->from.callback && n != at))
			return 0;
		is_end |= ost_is_unmaking(q->f, ost_unit_name(q->f, up[n].unit));
		if (!n)
			return is_end ? 1 : 2;
	}
}

static const struct ost_lk_event *binding_event(struct ost_finder *f, const struct ost_binding *b)
{
	struct ost_frame call = { b->in, b->line, ost_program_binding_row(f->p, b->row)->name, OST_NO_ID, 0, false };

	return b->in == OST_NO_ID ? NULL : ost_finder_event(f, &call);
}

/* What begins is bound where the handler is not: a timer in place of an interrupt, by conditions of one function. */
static bool is_bound_instead(struct ost_finder *f, const struct handler *h, uint32_t top)
{
	const struct ost_binding *b = h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding);
	const struct ost_lk_event *ev = b ? binding_event(f, b) : NULL, *other;
	const uint32_t *ids;
	uint32_t nr = ev ? ost_program_callback_bindings(f->p, top, &ids) : 0;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *own = ost_program_binding(f->p, ids[i]);

		other = own->in == b->in ? binding_event(f, own) : NULL;
		if (!other || (!ost_mfacts_contradict(ev, other) && !ost_mfacts_contradict(other, ev)))
			return false;
	}
	return nr > 0;
}

/*
 * What begins is the thread of the handler's own interrupt, which stays
 * masked until the thread has come to its end (IRQF_ONESHOT).
 */
static bool is_masked_by(struct ost_finder *f, const struct handler *h, uint32_t top)
{
	const struct ost_binding *b = h->from.binding == OST_NO_ID ? NULL : ost_program_binding(f->p, h->from.binding);
	const struct ost_node *items;
	const uint32_t *ids;
	uint32_t nr = b && h->is_hard && b->in != OST_NO_ID ? ost_program_callback_bindings(f->p, top, &ids) : 0, call;
	bool is_its_thread = nr > 0;

	/* whatever else begins there is not masked */
	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *own = ost_program_binding(f->p, ids[i]);

		is_its_thread &= own->in == b->in && own->line == b->line && own->row != b->row;
	}
	if (!is_its_thread || !ost_finder_enter(f, b->in))
		return false;
	call = ost_call_node(f->cur, b->line, ost_program_binding_row(f->p, b->row)->name) & ~OST_CALL_HANDED;
	items = f->cur->tree.v.items;
	for (uint32_t n = call; call && n < items[call].end; n++)
		if (items[n].op == OST_N_NAME && !strcmp(ost_facts_str(f->cur->f, items[n].a), "IRQF_ONESHOT"))
			return true;
	return false;
}

static bool is_apart(const struct irqs *q, const struct handler *h, uint32_t unit, uint32_t file, bool *found)
{
	if (ost_program_unit(q->f->p, unit)->file != file)
		return true;
	*found = true;
	return !is_part(q, h, unit);
}

/*
 * The function's own file calls what is stored in the slot, or who calls that, and not from a handler: there the row of
 * the slot, which speaks of others, says nothing.
 */
static bool is_called_at_home(const struct irqs *q, const struct handler *h)
{
	const struct ost_lk_graph *g = &q->f->graph;
	const struct ost_lk_edge *callers;
	uint32_t nr = h->is_hard && h->from.binding == OST_NO_ID ? ost_lk_slot_callers(g, h->from.slot, &callers) : 0;
	uint32_t file = ost_program_unit(q->f->p, h->from.callback)->file;
	bool found = false;

	for (uint32_t i = 0; i < nr; i++) {
		if (!is_apart(q, h, callers[i].unit, file, &found))
			return false;
		for (uint64_t k = g->in_first[callers[i].unit]; k < g->in_first[callers[i].unit + 1]; k++)
			if (!is_apart(q, h, g->in[k].unit, file, &found))
				return false;
	}
	return found;
}

/* Who is interrupted goes through one driver, and another one beside it binds the handler, which both share. */
static bool is_of_sibling(const struct irqs *q, const struct handler *h, uint32_t at)
{
	const struct ost_program *p = q->f->p;
	const char *binder = h->from.binding == OST_NO_ID ? NULL : ost_program_path(p, ost_program_binding(p, h->from.binding)->file);

	for (uint32_t n = at; binder && !takes_global(h); n = q->f->search.up.items[n].parent) {
		if (ost_are_siblings(ost_unit_path(q->f, q->f->search.up.items[n].unit), binder))
			return true;
		if (!n)
			break;
	}
	return false;
}

/* The handler may be another driver's or another chip's, or not be there yet. One lock for all is everybody's. */
static void judge_handler(struct irqs *q, const struct handler *h, uint32_t at)
{
	struct ost_finder *f = q->f;
	uint32_t unit = f->search.up.items[at].unit;

	if (!takes_global(h) && !ost_is_near(ost_unit_path(f, ost_irq_driver(f, at)), ost_unit_path(f, h->from.callback)))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the handler belongs to another driver");
	if (is_of_sibling(q, h, at))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the handler is bound by another driver");
	if (ost_irq_is_by_stranger(f, at))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "whether %s() calls this driver is not known", ost_unit_name(f, unit));
	if (is_bound_instead(f, h, unit))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() and %s() are set up under conditions that exclude each other",
				ost_unit_name(f, unit), ost_unit_name(f, h->from.callback));
	if (is_called_at_home(q, h))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s calls it itself: from no interrupt, as far as is seen",
				ost_unit_path(f, h->from.callback));
	if (is_part(q, h, unit))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is part of a handler, too", ost_unit_name(f, unit));
	for (uint32_t n = at;; n = f->search.up.items[n].parent) {
		uint32_t u = f->search.up.items[n].unit;

		if (has_other(q, h, u))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s has handlers of its own", ost_unit_path(f, u));
		if (u == h->from.callback && n != at)
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() is called by hand, too: when its interrupt is off, as a rule",
					ost_unit_name(f, u));
		if (is_early(f, h, unit, u))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() may run before the handler can", ost_unit_name(f, u));
		if (!n)
			break;
	}
}

/*
 * A spinlock that a function brought along is held on the way: whether that
 * switched interrupts off is not always seen.
 */
static bool may_be_shut(struct ost_finder *f, uint32_t unit, const struct ost_lk_event *ev)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (int h = 0; sum && ev && h < ev->nr_held; h++) {
		unsigned kind = sum->locks[ev->held[h].lock].kind;
		uint32_t node = ev->held[h].node;

		if ((kind != OST_LKK_SPIN && kind != OST_LKK_RAW) || !ost_finder_enter(f, unit) ||
		    node + 1 >= f->cur->tree.v.nr || f->cur->tree.v.items[node].op != OST_N_CALL ||
		    f->cur->tree.v.items[node + 1].op != OST_N_NAME)
			continue;
		if (!ost_lk_find(&f->w->tables, ost_facts_str(f->cur->f, f->cur->tree.v.items[node + 1].a)))
			return true;
	}
	return false;
}

static void judge_way(struct ost_finder *f, uint32_t at, uint32_t unit, const struct ost_lk_event *ev)
{
	bool is_doubtful = may_be_shut(f, unit, ev);

	for (; at && !is_doubtful; at = f->search.up.items[at].parent)
		is_doubtful = may_be_shut(f, f->search.up.items[at].unit, ost_climb_event(&f->search, &f->search.up.items[at]));
	if (is_doubtful)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a spinlock is held there that a function took: with what switched off was not looked at");
}

static void say_handler(struct ost_finder *f, const struct handler *h)
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

static void note_user(struct irqs *q, uint32_t unit, uint64_t cls)
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
static bool is_of_many(const struct irqs *q, const struct ost_lk_ref *ref)
{
	const uint64_t *who = ost_table_get(&q->users, ost_lk_ref_class(ref));
	struct ost_field_def lock;

	if (ref->field == OST_NO_ID)
		return false;
	ost_program_field(q->f->p, ref->field, &lock);
	return !strncmp(ost_program_path(q->f->p, lock.file), "include/", 8) && (!who || *who & USED_APART);
}

/* Code that no build has, on the way from who is interrupted to the lock. */
static void judge_branches(struct ost_finder *f, const struct handler *h, uint32_t at, const struct ost_lk_event *ev)
{
	const struct ost_climb_node *up = f->search.up.items;
	struct ost_frame frames[OST_IRQ_DEPTH + 2];
	unsigned nr = up[at].depth + 1u;
	const char *opposed = NULL;

	if (nr > OST_ARRAY_SIZE(frames))
		return;
	for (uint32_t n = at, i = nr - 1; n; n = up[n].parent, i--)
		frames[i] = ost_irq_call_frame(f, n);
	frames[0] = (struct ost_frame){ up[0].unit, ev->line, "", OST_NO_ID, 0, false };
	ost_judge_branches(f, frames, nr, ev);
	if (h->from.binding != OST_NO_ID)
		opposed = ost_binding_opposes(f, frames, nr, ev, ost_program_binding(f->p, h->from.binding));
	if (opposed)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() goes on where the handler is not bound", opposed);
}

static void say_call(struct ost_finder *f, const struct ost_climb_node *n)
{
	if (n->slot == OST_NO_ID)
		ost_draft_step(f, OST_ROLE_CALL, 1, n->unit, n->line, "direct call");
	else
		ost_draft_step(f, OST_ROLE_CALL, 1, n->unit, n->line, "via %s",
			       ost_slot_text(f, n->slot, ost_program_target(f->p, n->target)));
}

static void report(struct irqs *q, const struct handler *h, uint32_t unit, const struct ost_lk_summary *sum,
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
	judge_handler(q, h, at);
	judge_way(f, at, unit, ev);
	ost_irq_way_judge(f, &h->way, at);
	judge_branches(f, h, at, ev);
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
static bool is_asked(const struct ost_finder *f, const struct handler *h)
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
static const struct handler *handler_for(const struct irqs *q, uint64_t cls, uint32_t unit, bool is_shared)
{
	const uint64_t *at = ost_table_get(&q->by_class, cls);
	const struct handler *best = NULL;
	unsigned best_worth = 0;

	for (uint32_t i = at ? (uint32_t)*at : 0; i; i = q->handlers.items[i - 1].next) {
		const struct handler *h = &q->handlers.items[i - 1];
		bool is_own = q->f->graph.folder[unit] == q->f->graph.folder[h->from.callback];
		bool is_same = ost_program_unit(q->f->p, unit)->file == ost_program_unit(q->f->p, h->from.callback)->file;
		bool is_good = !h->way.is_doubtful && !has_other(q, h, unit) && (takes_global(h) ||
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
static bool is_spot_asked(const struct irqs *q, const struct spot *spot)
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

static void look_at(struct irqs *q, struct taker *t, uint32_t event)
{
	struct ost_finder *f = q->f;
	const struct ost_lk_summary *sum = f->w->sums[t->unit];
	const struct ost_lk_event *ev = &sum->events[event];
	const struct handler *h = handler_for(q, ost_lk_ref_class(&sum->locks[ev->lock]), t->unit, is_shared_by(ev));
	unsigned nr = 0, nr_good = 0;

	if (!h || (f->focus && !t->is_under && !is_asked(f, h)) || ev->flags & OST_EVF_IRQS_OFF || (!h->is_hard && (ev->flags & OST_EVF_BH_OFF || ev->ctx == OST_LKC_BH)))
		return;
	climb_from(f, t->unit);
	for (uint32_t at = 0; at < f->search.up.nr && at < MAX_TOPS && nr < MAX_SPOTS && nr_good < GOOD_SPOTS; at++) {
		struct spot new = { event, (uint32_t)(h - q->handlers.items), at, f->search.up.items[at].unit, 0 };

		if (!ost_irq_can_come(f, new.top, h->is_hard) ||
		    (h->from.slot != OST_NO_ID && ost_irq_is_while_down(f, h->from.slot, new.top)) ||
		    !ost_irq_is_open(f, at, h->is_hard, ev) || is_stopped(q, h, at, ev) || is_masked_by(f, h, new.top))
			continue;
		new.worth = worth_of(q, h, at);
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
	struct irqs q = *(const struct irqs *)ctx;
	struct taker *t = &q.takers.items[item];
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

static unsigned worth_of_spot(const struct irqs *q, const struct spot *spot)
{
	return is_part(q, &q->handlers.items[spot->handler], spot->top) ? 0 : spot->worth;
}

/* The first of the best ones of the event that spots[*at] is of; *at: behind them. */
static const struct spot *best_of(const struct irqs *q, const struct taker *t, size_t *at)
{
	const struct spot *best = &t->spots.items[*at];

	for (; *at < t->spots.nr && t->spots.items[*at].event == best->event; ++*at)
		if (worth_of_spot(q, &t->spots.items[*at]) > worth_of_spot(q, best))
			best = &t->spots.items[*at];
	return best;
}

static void report_unit(struct ost_finder *f, void *ctx, size_t item)
{
	struct irqs q = *(const struct irqs *)ctx;
	const struct taker *t = &q.takers.items[item];
	const struct ost_lk_summary *sum = f->w->sums[t->unit];

	q.f = f;
	for (size_t i = 0; i < t->spots.nr;) {
		const struct spot *spot = best_of(&q, t, &i);

		climb_from(f, t->unit);
		report(&q, &q.handlers.items[spot->handler], t->unit, sum, &sum->events[spot->event], spot->at);
	}
}

static void collect_takers(struct irqs *q)
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
			*ost_vec_push(&q->takers) = (struct taker){ .unit = u };
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

static void list_sources(struct irqs *q)
{
	const struct ost_finder *f = q->f;

	for (uint32_t b = 0; b < ost_program_nr_bindings(f->p); b++) {
		uint32_t callback = ost_program_binding(f->p, b)->callback;

		if (callback == OST_NO_ID)
			continue;
		ost_vec_add(&q->sources, ((struct source){ callback, b, OST_NO_ID, OST_CX_TASK }));
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
				ost_vec_add(&q->sources, ((struct source){ slot->targets[t].unit, OST_NO_ID, slot->field, context }));
	}
	q->nr_parts = q->sources.nr / PART_SOURCES + 1;
}

/* Does what is found below it matter: to what is asked for, or to somebody who takes such a lock with it on? */
static bool is_wanted(const struct irqs *q, const struct source *from)
{
	if (q->look == ALL_LOCKS && from->binding != OST_NO_ID && ost_focus_binds(q->f->focus, from->binding))
		return true;
	return !q->aim.leads || q->aim.leads[from->callback];
}

/* An item: some sources. */
static void look_below(struct ost_finder *f, void *ctx, size_t item)
{
	const struct irqs *q = ctx;
	struct part *p = &q->parts[item];

	for (size_t i = item * PART_SOURCES; i < (item + 1) * PART_SOURCES && i < q->sources.nr; i++) {
		struct source from = q->sources.items[i];
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
static void add_part(struct irqs *q, const struct part *p)
{
	for (size_t i = 0; i < p->handlers.nr; i++) {
		struct handler h = p->handlers.items[i];
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

static void look_below_all(struct irqs *q)
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

static void free_parts(struct irqs *q)
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

static void start_handlers(struct irqs *q)
{
	ost_table_init(&q->by_class);
	ost_table_init(&q->known);
	ost_table_init(&q->in_handler);
}

static void free_handlers(struct irqs *q)
{
	ost_vec_deinit(&q->handlers);
	ost_table_deinit(&q->by_class);
	ost_table_deinit(&q->known);
	ost_table_deinit(&q->in_handler);
}

/* ---- what is asked for ---------------------------------------------------------- */

static void aim_at(struct irqs *q, const uint8_t *goals)
{
	free(q->aim.leads);
	q->aim.leads = ost_irq_leads(&q->f->graph, goals);
}

/* The classes that handlers take who come by what is asked for. */
static void want_asked_handlers(struct irqs *q)
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
	struct taker *t = &((struct irqs *)ctx)->takers.items[item];

	t->is_under = comes_by_asked(f, t->unit);
}

/* What those take whom the question is about: of one about everything, all takers. */
static void want_taken(struct irqs *q)
{
	const struct ost_finder *f = q->f;

	if (f->focus)
		ost_finder_each(q->f, q->takers.nr, look_above, q);
	for (size_t k = 0; k < q->takers.nr; k++) {
		struct taker *t = &q->takers.items[k];
		const struct ost_lk_summary *sum = f->w->sums[t->unit];

		for (uint32_t i = 0; i < sum->nr_events && (!f->focus || t->is_under); i++)
			if (is_plain(sum, &sum->events[i]))
				ost_table_put(&q->aim.classes, ost_lk_ref_class(&sum->locks[sum->events[i].lock]), NULL);
	}
}

static bool takes_wanted(const struct irqs *q, uint32_t unit)
{
	const struct ost_lk_summary *sum = q->f->w->sums[unit];
	bool does = false;

	for (uint32_t i = 0; sum && i < sum->nr_events && !does; i++)
		does = is_spinning(sum, &sum->events[i]) &&
		       ost_table_get(&q->aim.classes, ost_lk_ref_class(&sum->locks[sum->events[i].lock])) != NULL;
	return does;
}

/* The handlers that take what others take with them on; with a focus, what is taken below what is asked for, or what asked ones take. */
static void find_wanted(struct irqs *q)
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
static void find_tops(struct irqs *q)
{
	uint8_t *goals = ost_calloc(q->f->graph.nr_units + 1, 1);
	struct part *parts = q->parts;

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
	struct irqs q = { .f = f };

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
