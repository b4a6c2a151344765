// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Callbacks that wait for themselves.
 *
 * A callback reaches, by direct calls, a wait for its own object; or it
 * flushes, drains or destroys the workqueue that it runs on; or, on an
 * ordered workqueue, it flushes another item that is queued there (to cancel
 * one is no wait: it cannot be running). No lock is needed for any of these.
 */
#include <stdlib.h>
#include <string.h>

#include "locks/below.h"
#include "ostler/progress.h"

/* A wait in a unit that would be for the callback itself. */
struct self {
	uint32_t callback, unit, event;
	uint32_t binding;	/* of the callback */
	uint32_t queued;	/* index into queues, OST_NO_ID: waits for the object itself */
	uint32_t other;		/* ordered queue: binding of the item that is flushed, OST_NO_ID none */
};

struct selfs {
	struct ost_finder *f;
	const struct ost_queues *queues;
	struct ost_table ordered;	/* hash of a queue's object → 1 ordered, 2 not */
	struct ost_table seen;		/* callbacks of the wait at hand */
	OST_VEC(struct self) v;
};

static uint64_t object_key(struct ost_object o)
{
	return (uint64_t)o.kind << 32 | o.id;
}

static void note_queues(struct selfs *s)
{
	const struct ost_program *p = s->f->p;

	for (uint32_t i = 0; i < ost_program_nr_bindings(p); i++) {
		const struct ost_binding *b = ost_program_binding(p, i);
		const char *kind = ost_program_binding_row(p, b->row)->kind;

		if (b->object.kind && !strcmp(kind, "workqueue"))
			*ost_table_put(&s->ordered, object_key(b->object), NULL) |= 2;
		else if (b->object.kind && !strcmp(kind, "workqueue-ordered"))
			*ost_table_put(&s->ordered, object_key(b->object), NULL) |= 1;
	}
}

static bool is_ordered(const struct selfs *s, struct ost_object queue)
{
	const uint64_t *how = ost_table_get(&s->ordered, object_key(queue));

	return how && *how == 1;
}

/* The way from the callback to the wait may come by what is asked for, or one of its bindings does. */
static bool may_be_asked(const struct selfs *s, const struct self *me)
{
	const struct ost_focus *focus = s->f->focus;

	return (ost_focus_is_under(focus, me->unit, OST_BELOW_DEPTH) && ost_focus_is_called(focus, me->callback, OST_BELOW_DEPTH)) ||
	       ost_focus_binds(focus, me->binding) ||
	       (me->queued != OST_NO_ID && ost_focus_binds(focus, s->queues->v.items[me->queued].binding));
}

/* Of several bindings of one callback the first counts, whether it is asked for or not. */
static void add_self(struct selfs *s, const struct self *new)
{
	bool is_new;

	ost_table_put(&s->seen, new->callback, &is_new);
	if (is_new && may_be_asked(s, new))
		ost_vec_add(&s->v, *new);
}

static void note_queue_waits(struct selfs *s, const struct self *at, struct ost_object queue)
{
	uint32_t first, nr = ost_queues_of(s->queues, queue, &first);
	struct self new = *at;

	for (uint32_t i = first; i < first + nr; i++)
		for (uint32_t k = 0; (new.binding = ost_next_callback(s->f, s->queues->v.items[i].work, "work", &k)) != OST_NO_ID;) {
			new.callback = ost_program_binding(s->f->p, new.binding)->callback;
			new.queued = i;
			add_self(s, &new);
		}
}

/* flush_work(b) by what runs on the ordered queue that b is put on, too. */
static void note_ordered_waits(struct selfs *s, const struct self *at, struct ost_object work)
{
	for (uint32_t i = 0; i < s->queues->v.nr; i++) {
		const struct ost_queued *q = &s->queues->v.items[i];
		uint32_t first, nr;
		struct self new = *at;

		if (q->work.kind != work.kind || q->work.id != work.id || !is_ordered(s, q->queue))
			continue;
		new.other = ost_bound_callback(s->f, work, "work");
		nr = ost_queues_of(s->queues, q->queue, &first);
		for (uint32_t k = first; k < first + nr && new.other != OST_NO_ID; k++) {
			const struct ost_queued *own = &s->queues->v.items[k];

			new.binding = ost_bound_callback(s->f, own->work, "work");
			if (new.binding == OST_NO_ID || (own->work.kind == work.kind && own->work.id == work.id))
				continue;
			new.callback = ost_program_binding(s->f->p, new.binding)->callback;
			new.queued = k;
			add_self(s, &new);
		}
	}
}

/* What the callback is handed, as a path: its first parameter, or the delayed work around it. */
static bool is_own(const struct ost_finder *f, const struct ost_path *path)
{
	struct ost_field_def field;

	if (path->kind != OST_BASE_PARAM || path->base != 0 || path->is_truncated)
		return false;
	if (!path->nr_steps)
		return path->addr == 0;
	if (path->nr_steps == 1 && path->addr == 1 && path->steps[0].kind == OST_STEP_DEREF)
		return true;
	if (path->nr_steps != 2 || path->addr != 1 || path->steps[0].kind != OST_STEP_DEREF ||
	    path->steps[1].kind != OST_STEP_UP)
		return false;
	ost_program_field(f->p, path->steps[1].id, &field);
	return !strcmp(ost_program_name(f->p, field.name), "work");
}

/* The thread of an interrupt, of which the wait is for the hard handler only. */
static bool is_part_not_waited_for(const struct ost_lk_prim *prim, const struct ost_binding_row *row)
{
	return prim->flags & OST_LKF_HARD && row->flags & OST_BR_THREADED;
}

/* A callback that waits for what it is handed: container_of() and the member have cancelled out. */
static void note_own_wait(struct selfs *s, struct self *new, const struct ost_lk_prim *prim)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(s->f->p, new->unit, &ids);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding_row *row = ost_program_binding_row(s->f->p, ost_program_binding(s->f->p, ids[i])->row);

		if (strcmp(row->kind, ost_wait_kind_name(prim->kind)) || is_part_not_waited_for(prim, row))
			continue;
		new->binding = ids[i];
		new->callback = new->unit;
		add_self(s, new);
	}
}

static void note_wait(struct selfs *s, const struct ost_lk_summary *sum, uint32_t event)
{
	const struct ost_lk_event *ev = &sum->events[event];
	struct ost_object object = ost_path_object(&sum->locks[ev->lock].path);
	struct self new = { .unit = sum->unit, .event = event, .queued = OST_NO_ID, .other = OST_NO_ID };

	ost_table_deinit(&s->seen);
	ost_table_init(&s->seen);
	if (ev->prim->flags & OST_LKF_RUNS)
		return;
	if (is_own(s->f, &sum->locks[ev->lock].path))
		note_own_wait(s, &new, ev->prim);
	if (!object.kind)
		return;
	if (ev->prim->kind == OST_WK_WORKQUEUE) {
		note_queue_waits(s, &new, object);
		return;
	}
	if (ev->prim->kind == OST_WK_WORK && !strncmp(ev->prim->name, "flush_", 6))
		note_ordered_waits(s, &new, object);
	for (uint32_t k = 0; (new.binding = ost_next_callback(s->f, object, ost_wait_kind_name(ev->prim->kind), &k)) != OST_NO_ID;) {
		const struct ost_binding *b = ost_program_binding(s->f->p, new.binding);

		if (is_part_not_waited_for(ev->prim, ost_program_binding_row(s->f->p, b->row)))
			continue;
		new.callback = b->callback;
		add_self(s, &new);
	}
}

static void collect(struct selfs *s)
{
	for (uint32_t u = 0; u < s->f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = s->f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_WAIT && sum->events[i].lock < sum->nr_locks)
				note_wait(s, sum, i);
	}
}

static int by_callback(const void *a, const void *b)
{
	const struct self *x = a, *y = b;
	const uint32_t k[][2] = { { x->callback, y->callback }, { x->unit, y->unit }, { x->event, y->event },
				  { x->binding, y->binding }, { x->queued, y->queued } };

	for (size_t i = 0; i < OST_ARRAY_SIZE(k); i++)
		if (k[i][0] != k[i][1])
			return k[i][0] < k[i][1] ? -1 : 1;
	return 0;
}

/* ---- the same object? --------------------------------------------------------- */

/* The wait's object (queue or item) in the callback's terms is the one of this very run. */
static enum ost_relation relate(struct selfs *s, const struct self *me, const struct ost_path *seen)
{
	const struct ost_queued *q;
	struct ost_path own = { .kind = OST_BASE_PARAM }, there;

	if (seen->kind == OST_BASE_GLOBAL)
		return OST_REL_GLOBAL;
	if (me->other != OST_NO_ID)
		return OST_REL_UNKNOWN;
	if (me->queued == OST_NO_ID)
		return is_own(s->f, seen) ? OST_REL_SAME : OST_REL_OTHER;
	q = &s->queues->v.items[me->queued];
	/* own is &x->work; the queue lies beside it as the queueing call says */
	own.steps[own.nr_steps++] = (struct ost_step){ OST_STEP_DEREF, 0 };
	if (q->work_path.nr_steps && q->work_path.steps[q->work_path.nr_steps - 1].kind == OST_STEP_FIELD)
		own.steps[own.nr_steps++] = (struct ost_step){ OST_STEP_UP, q->work_path.steps[q->work_path.nr_steps - 1].id };
	own.steps[own.nr_steps] = q->work_path.steps[q->work_path.nr_steps ? q->work_path.nr_steps - 1 : 0];
	own.nr_steps++;
	own.addr = 1;
	if (!ost_rebase_path(s->f->p, &q->work_path, &q->queue_path, &own, &there))
		return OST_REL_UNKNOWN;
	return ost_path_equal(&there, seen) ? OST_REL_SAME : OST_REL_UNKNOWN;
}

static uint32_t nr_callbacks(const struct ost_finder *f, const struct self *me)
{
	const struct ost_binding *b = ost_program_binding(f->p, me->binding);
	const char *kind = ost_program_binding_row(f->p, b->row)->kind;
	uint32_t nr = 0, id;

	for (uint32_t k = 0; (id = ost_next_callback(f, b->object, kind, &k)) != OST_NO_ID;)
		nr += ost_program_binding(f->p, id)->callback != me->callback;
	return nr + 1;
}

static enum ost_relation relation(struct selfs *s, const struct self *me, const struct ost_below *below, uint32_t at)
{
	const struct ost_lk_summary *sum = ost_lk_sum(s->f->w, me->unit);
	const struct ost_lk_event *ev = &sum->events[me->event];
	enum ost_relation rel = OST_REL_UNKNOWN;
	struct ost_path seen;

	if (ost_below_lift(s->f, below, at, &sum->locks[ev->lock].path, &seen))
		rel = relate(s, me, &seen);
	/* a number or a task is not what the callback is handed */
	if ((ev->prim->kind == OST_WK_IRQ || ev->prim->kind == OST_WK_KTHREAD) && rel == OST_REL_OTHER)
		rel = OST_REL_UNKNOWN;
	return rel;
}

/* ---- what it asks before ------------------------------------------------------- */

struct wanted {
	struct ost_finder *f;
	const struct ost_path *path;
};

/* The condition is only met while what the path leads to is to run and does not run yet. */
static bool wants_pending(void *ctx, uint32_t cond)
{
	const struct wanted *w = ctx;
	struct ost_scope *s = w->f->cur;
	struct ost_path asked;
	uint32_t arg;

	if (ost_at(s, cond)->op != OST_N_CALL || ost_at(s, cond + 1)->op != OST_N_NAME ||
	    ost_lk_context(&w->f->w->tables, ost_facts_str(s->f, ost_at(s, cond + 1)->a)) != OST_LKX_PENDING)
		return false;
	arg = ost_lk_call_arg(s, cond, 0);
	if (!arg)
		return false;
	ost_expr_path(s, arg, OST_PATH_LOCALS | OST_PATH_CALLS, &asked);
	return ost_path_equal(&asked, w->path);
}

/* `if (timer_pending(&x->timer)) del_timer_sync(&x->timer);` */
static bool is_if_pending(struct ost_finder *f, uint32_t unit, const struct ost_lk_event *ev, const struct ost_path *path)
{
	struct wanted wanted = { f, path };

	return ost_finder_enter(f, unit) && ost_is_granted(f->cur, ev->node & ~OST_CALL_HANDED, wants_pending, &wanted);
}

/* How many things about the way down were not followed; says each. */
static unsigned judge_way(struct selfs *s, const struct self *me, const struct ost_below *below, uint32_t at)
{
	struct ost_finder *f = s->f;
	const struct ost_lk_event *ev = &ost_lk_sum(f->w, me->unit)->events[me->event];
	bool cond = ev->flags & OST_EVF_COND, self = ev->flags & OST_EVF_SELF_TEST;

	for (uint32_t n = at; n; n = below->v.items[n].parent) {
		const struct ost_below_node *node = &below->v.items[n];
		const struct ost_lk_event *call = ost_call_event_at(f->w, below->v.items[node->parent].unit, node->line,
								    ost_unit_name(f, node->unit));

		self |= call && call->flags & OST_EVF_SELF_TEST;
		cond |= node->depth > 1 || (call && call->flags & OST_EVF_COND);
	}
	if (self)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (cond)
		ost_draft_doubt(f, OST_RANK_LIKELY, "conditions on the way were not followed");
	if (below->v.items[at].is_one_of)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a name on the way has several definitions");
	return cond;
}

static void judge(struct selfs *s, const struct self *me, const struct ost_below *below, uint32_t at)
{
	struct ost_finder *f = s->f;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, me->unit);
	const struct ost_lk_event *ev = &sum->events[me->event];
	enum ost_relation rel = relation(s, me, below, at);
	unsigned nr = nr_callbacks(f, me), open = judge_way(s, me, below, at) + (nr > 1);

	if (me->queued == OST_NO_ID && is_if_pending(f, me->unit, ev, &sum->locks[ev->lock].path))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "only where it is to run once more: somebody has started it again meanwhile");
	if (nr > 1)
		ost_draft_doubt(f, OST_RANK_LIKELY, "%u functions are bound to what runs it", nr);
	if (rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "waits for another object of the same class");
	else if (rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, open ? OST_RANK_POSSIBLE : OST_RANK_LIKELY,
				"that it is the callback's own one was not shown");
}

static void report(struct selfs *s, const struct self *me, const struct ost_below *below, uint32_t at)
{
	struct ost_finder *f = s->f;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, me->unit);
	const struct ost_lk_event *ev = &sum->events[me->event];
	const struct ost_lk_ref *ref = &sum->locks[ev->lock];
	const struct ost_binding *b = ost_program_binding(f->p, me->binding);
	struct ost_draft *d = &f->draft;
	const char *own;

	if (ost_below_is_excluded(f, below, at, ev))
		return;
	ost_draft_start(f, OST_DL_SELF_WAIT);
	own = ost_class_text(f, b->object.kind == OST_OBJ_FIELD ? b->object.id : OST_NO_ID,
			     b->object.kind == OST_OBJ_GLOBAL ? b->object.id : OST_NO_ID);
	d->waitable_kind = ost_wait_kind_name(ev->prim->kind);
	d->waitable_class = ref->field == OST_NO_ID && ref->global == OST_NO_ID ? own :
		ost_class_text(f, ref->field, ref->global);
	d->callback = ost_unit_name(f, me->callback);
	d->primitive = ev->prim->name;
	d->wait_function = ost_unit_name(f, me->unit);
	d->wait_file = ost_unit_path(f, me->unit);
	d->wait_line = ev->line;
	judge(s, me, below, at);
	ost_below_judge_new(f, below, at, ev);
	ost_say_binding(f, me->binding, 1, own);
	ost_below_say(f, below, at, 1);
	ost_draft_step(f, OST_ROLE_WAIT, 1, me->unit, ev->line, "%s waits until %s has finished%s", ev->prim->name,
		       me->other == OST_NO_ID ? d->callback :
		       ost_unit_name(f, ost_program_binding(f->p, me->other)->callback),
		       me->other == OST_NO_ID ? ", which is running it" : ", which is queued behind it");
	if (me->queued != OST_NO_ID) {
		const struct ost_queued *q = &s->queues->v.items[me->queued];
		const struct ost_binding *put = ost_program_binding(f->p, q->binding);

		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 1, put->in, put->line, "%s is put on %s%s", own,
			       ost_class_text(f, q->queue.kind == OST_OBJ_FIELD ? q->queue.id : OST_NO_ID,
					      q->queue.kind == OST_OBJ_GLOBAL ? q->queue.id : OST_NO_ID),
			       me->other == OST_NO_ID ? "" : ", an ordered one");
	}
	ost_draft_commit(f);
}

struct groups {
	const struct selfs *s;
	OST_VEC(size_t) v;	/* the first of each callback, and the end */
};

/* All waits of one callback. */
static void look_at_group(struct ost_finder *f, void *ctx, size_t item)
{
	const struct groups *groups = ctx;
	struct selfs s = *groups->s;
	struct ost_below below;

	s.f = f;
	ost_below_init(&below);
	for (size_t i = groups->v.items[item]; i < groups->v.items[item + 1]; i++) {
		const struct self *me = &s.v.items[i];

		if (!below.v.nr)
			ost_below_from(f, me->callback, &below);
		if (!ost_table_get(&below.seen, me->unit))
			continue;
		for (uint32_t at = 0; at < below.v.nr; at++)
			if (below.v.items[at].unit == me->unit)
				report(&s, me, &below, at);
	}
	ost_below_deinit(&below);
}

void ost_find_self(struct ost_finder *f)
{
	struct selfs s = { .f = f };
	struct groups groups = { .s = &s };

	ost_table_init(&s.ordered);
	ost_table_init(&s.seen);
	s.queues = ost_finder_queues(f);
	note_queues(&s);
	collect(&s);
	if (s.v.nr)
		qsort(s.v.items, s.v.nr, sizeof(struct self), by_callback);
	for (size_t i = 0; i < s.v.nr; i++)
		if (!i || s.v.items[i].callback != s.v.items[i - 1].callback)
			ost_vec_add(&groups.v, i);
	ost_progress("self waits", 0, groups.v.nr);
	if (s.v.nr) {
		ost_vec_add(&groups.v, s.v.nr);
		ost_finder_each(f, groups.v.nr - 1, look_at_group, &groups);
	}
	ost_vec_deinit(&groups.v);
	ost_table_deinit(&s.ordered);
	ost_table_deinit(&s.seen);
	ost_vec_deinit(&s.v);
}
