// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits for many: a workqueue that is flushed, attributes that are removed,
 * readers that must leave, a completion.
 *
 * For each such wait with a lock held, by the function or by a caller
 * (chain.h): who must finish before it returns (its runners), and does one
 * of them need that lock?
 *
 *	workqueue	the work items that are put on it (below.h)
 *	attribute	show and store of the attributes in it; of a debugfs
 *			or /proc folder the files that its own source file makes
 *	srcu		whoever takes the lock inside a read section
 *	completion	whoever completes it, when all of them hold the lock
 */
#include <stdlib.h>
#include <string.h>

#include "base/word.h"
#include "locks/below.h"
#include "locks/chain.h"
#include "locks/decided.h"
#include "locks/folders.h"
#include "ostler/progress.h"

#define MAX_RUNNERS 64
#define MAX_GLOBALS 200

struct runner {
	uint32_t callback;
	uint32_t binding;	/* that binds it; OST_NO_ID: see line */
	uint32_t file, line;	/* of what ties it to the waited-for object */
	uint32_t queued;	/* index into queues, OST_NO_ID */
	enum ost_where where;	/* a debugfs file's */
	uint32_t made;		/* binding that makes that file, OST_NO_ID */
	const char *why;	/* tie, for people; "" */
	uint32_t below;		/* what it reaches: index into belows */
};

struct reader {			/* takes a lock inside an srcu read section */
	uint64_t srcu, cls;
	uint32_t unit, event;
	struct ost_hold hold;
	bool is_asked;		/* with a focus: something asked for may be on its way */
};

struct completer {
	struct ost_object object;
	uint32_t unit, line;
	const char *name;
};

struct drains {
	struct ost_finder *f;
	const struct ost_queues *queues;
	OST_VEC(struct reader) readers;
	OST_VEC(struct completer) completers;
	OST_VEC(uint32_t) units;	/* that wait */
	OST_VEC(uint32_t) files;	/* bindings that make files of debugfs and /proc */
	uint8_t *asked;			/* with a focus: ost_entries_asked() */
	/* the wait at hand */
	OST_VEC(struct runner) runners;
	OST_VEC(struct ost_below) belows;	/* filled when first asked for */
	struct ost_below *below;	/* of the runner at hand */
	const struct ost_lk_summary *sum;
	uint32_t event;
};

static const struct ost_lk_event *wait_of(const struct drains *q)
{
	return &q->sum->events[q->event];
}

static const struct ost_path *object_of(const struct drains *q)
{
	return &q->sum->locks[wait_of(q)->lock].path;
}

static void add_runner(struct drains *q, const struct runner *new)
{
	for (size_t i = 0; i < q->runners.nr; i++)
		if (q->runners.items[i].callback == new->callback) {
			if (new->where < q->runners.items[i].where) {
				q->runners.items[i].where = new->where;
				q->runners.items[i].made = new->made;
			}
			return;
		}
	if (q->runners.nr < MAX_RUNNERS)
		ost_vec_add(&q->runners, *new);
}

/* ---- who must finish ------------------------------------------------------- */

static void add_works(struct drains *q)
{
	uint32_t first, nr = ost_queues_of(q->queues, ost_path_object(object_of(q)), &first);

	for (uint32_t i = first; i < first + nr; i++) {
		const struct ost_binding *put = ost_program_binding(q->f->p, q->queues->v.items[i].binding);
		struct runner new = { .file = put->file, .line = put->line, .queued = i, .why = "" };

		if (q->queues->v.items[i].queue_path.nr_steps &&
		    ost_is_other_member(&q->queues->v.items[i].queue_path, object_of(q)))
			continue;
		for (uint32_t k = 0; (new.binding = ost_next_callback(q->f, q->queues->v.items[i].work, "work", &k)) != OST_NO_ID;) {
			const struct ost_binding *b = ost_program_binding(q->f->p, new.binding);
			struct ost_path bound;

			new.callback = b->callback;
			if (!ost_binding_object(q->f, b, &bound) || !ost_is_other_member(&bound, &q->queues->v.items[i].work_path))
				add_runner(q, &new);
		}
	}
}

static void add_bound(struct drains *q, struct ost_object object, const char *kind)
{
	struct runner new = { .queued = OST_NO_ID, .why = "" };

	for (uint32_t k = 0; (new.binding = ost_next_callback(q->f, object, kind, &k)) != OST_NO_ID;) {
		const struct ost_binding *b = ost_program_binding(q->f->p, new.binding);

		new.callback = b->callback;
		new.file = b->file;
		new.line = b->line;
		add_runner(q, &new);
	}
}

/* The attributes that an initialiser names, and those of the arrays that it names. */
static void add_named_attrs(struct drains *q, uint32_t global, int depth)
{
	struct ost_scope s;
	struct ost_ids named = { .v = OST_VEC_INIT };

	ost_scope_init(&s, q->f->p);
	if (ost_scope_enter_global(&s, global))
		for (uint32_t n = 0; n < s.tree.v.nr && named.v.nr < MAX_GLOBALS; n++) {
			uint32_t name, found;

			if (s.tree.v.items[n].op != OST_N_NAME)
				continue;
			name = ost_program_find_name(q->f->p, ost_facts_str(s.f, s.tree.v.items[n].a));
			found = name == OST_NO_ID ? OST_NO_ID : ost_program_resolve_global(q->f->p, s.file, name);
			if (found != OST_NO_ID && found != global)
				ost_vec_add(&named.v, found);
		}
	ost_scope_deinit(&s);
	for (size_t i = 0; i < named.v.nr; i++) {
		add_bound(q, (struct ost_object){ OST_OBJ_GLOBAL, named.v.items[i] }, "attr");
		if (depth)
			add_named_attrs(q, named.v.items[i], depth - 1);
	}
	ost_vec_deinit(&named.v);
}

static void add_attrs(struct drains *q)
{
	struct ost_path path = *object_of(q);

	if (path.kind == OST_BASE_GLOBAL) {
		add_bound(q, (struct ost_object){ OST_OBJ_GLOBAL, path.base }, "attr");
		if (wait_of(q)->prim->kind == OST_WK_ATTR_GROUP)
			add_named_attrs(q, path.base, 2);
	}
	/* &x->attr.attr: the attribute is x->attr */
	for (int i = 0; i < 2 && path.nr_steps && path.steps[path.nr_steps - 1].kind == OST_STEP_FIELD; i++) {
		add_bound(q, (struct ost_object){ OST_OBJ_FIELD, path.steps[path.nr_steps - 1].id }, "attr");
		path.nr_steps--;
	}
}

/* Functions of a file of debugfs or /proc: those of its table, and what its open hands to single_open(). */
static void add_table(struct drains *q, const struct runner *like, struct ost_object table)
{
	const uint32_t *targets;
	uint32_t nr = ost_program_table_targets(q->f->p, table, &targets);
	struct ost_edges edges = { .v = OST_VEC_INIT };
	struct runner new = *like;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_target *t = ost_program_target(q->f->p, targets[i]);

		if (t->unit == OST_NO_ID)
			continue;
		new.callback = t->unit;
		new.file = t->file;
		new.line = t->line;
		add_runner(q, &new);
		ost_vec_clear(&edges.v);
		ost_program_callees(q->f->p, t->unit, true, &edges);
		for (size_t k = 0; k < edges.v.nr; k++)
			if (edges.v.items[k].kind == OST_EDGE_REF) {
				new.callback = edges.v.items[k].to;
				add_runner(q, &new);
			}
	}
	ost_vec_deinit(&edges.v);
}

#define FILE_NAME 0	/* arguments of debugfs_create_file(), proc_create() and kin */
#define FILE_PARENT 2

/* The text of a string's node, quotes included, or "". */
static const char *string_at(const struct ost_scope *s, uint32_t n)
{
	return n && s->tree.v.items[n].op == OST_N_STR ? ost_facts_str(s->f, s->tree.v.items[n].a) : "";
}

/* The name that the wait itself gives, of the file in the folder that it waits for; "": no text, NULL: it gives none. */
static const char *name_waited_for(struct drains *q)
{
	const struct ost_lk_event *wait = wait_of(q);

	if (wait->prim->cookie < 0 || !ost_finder_enter(q->f, q->sum->unit))
		return NULL;
	return string_at(q->f->cur, ost_lk_call_arg(q->f->cur, wait->node, (unsigned)wait->prim->cookie));
}

/* Is the file, made in the entered function, what is removed, or does it lie in it? */
static enum ost_where where_is(const struct drains *q, const struct ost_binding *b, const char *name, struct ost_object removed)
{
	uint32_t n = ost_lk_call_arg(q->f->cur, b->node, FILE_PARENT);
	const char *own = string_at(q->f->cur, ost_lk_call_arg(q->f->cur, b->node, FILE_NAME));

	if (name)	/* that very file, or its namesake in another folder; both names made at run time may be one */
		return !strcmp(name, own) ? OST_WHERE_NOT_SHOWN : OST_WHERE_ELSEWHERE;
	if (!n || removed.kind == OST_OBJ_NONE)
		return OST_WHERE_NOT_SHOWN;
	return ost_is_one_object(b->object, removed) ? OST_WHERE_SHOWN : ost_where_is_folder(q->f, n, removed, b->object.kind != OST_OBJ_NONE);
}

/* The bindings that make files: few of all, and each wait for some goes through them. */
static void collect_files(struct drains *q)
{
	for (uint32_t i = 0; i < ost_program_nr_bindings(q->f->p); i++) {
		const char *kind = ost_program_binding_row(q->f->p, ost_program_binding(q->f->p, i)->row)->kind;

		if (!strcmp(kind, "debugfs") || !strcmp(kind, "proc"))
			ost_vec_add(&q->files, i);
	}
}

/* kind: that of the rows that make such files. */
static void add_files(struct drains *q, const char *kind)
{
	const struct ost_program *p = q->f->p;
	uint32_t file = ost_program_unit(p, q->sum->unit)->file;
	const char *name = name_waited_for(q);

	for (size_t i = 0; i < q->files.nr; i++) {
		const struct ost_binding *b = ost_program_binding(p, q->files.items[i]);
		const struct ost_binding_row *row = ost_program_binding_row(p, b->row);
		struct runner new = { .binding = OST_NO_ID, .queued = OST_NO_ID, .made = OST_NO_ID, .why = "a file made in the same source file" };
		struct ost_path ops;
		uint32_t n;

		if (b->file != file || strcmp(row->kind, kind) || b->in == OST_NO_ID || !b->node ||
		    !ost_finder_enter(q->f, b->in))
			continue;
		new.where = where_is(q, b, name, ost_path_object(object_of(q)));
		new.made = name ? OST_NO_ID : q->files.items[i];
		if (name && new.where == OST_WHERE_ELSEWHERE)
			continue;	/* another file */
		if (row->ops < 0 && b->callback != OST_NO_ID) {
			new.callback = b->callback;
			new.file = b->file;
			new.line = b->line;
			add_runner(q, &new);
			continue;
		}
		n = row->ops < 0 ? 0 : ost_lk_call_arg(q->f->cur, b->node, (unsigned)row->ops);
		if (!n)
			continue;
		ost_expr_path(q->f->cur, n, OST_PATH_LOCALS, &ops);
		if (ops.kind == OST_BASE_GLOBAL)
			add_table(q, &new, (struct ost_object){ OST_OBJ_GLOBAL, ops.base });
	}
}

static void find_runners(struct drains *q)
{
	ost_vec_clear(&q->runners);
	switch (wait_of(q)->prim->kind) {
	case OST_WK_WORKQUEUE:
		add_works(q);
		break;
	case OST_WK_ATTR:
	case OST_WK_ATTR_GROUP:
		add_attrs(q);
		break;
	case OST_WK_DEBUGFS:
		add_files(q, "debugfs");
		break;
	case OST_WK_PROC:
		add_files(q, "proc");
		break;
	default:
		break;
	}
}

static enum ost_deadlock_kind kind_of(const struct drains *q)
{
	switch (wait_of(q)->prim->kind) {
	case OST_WK_WORKQUEUE:
		return OST_DL_WORKQUEUE_FLUSH;
	case OST_WK_SRCU:
		return OST_DL_RCU_WAIT;
	case OST_WK_COMPLETION:
		return OST_DL_COMPLETION_WAIT;
	default:
		return OST_DL_REFS_WAIT;
	}
}

/* ---- one candidate ------------------------------------------------------------ */

/* It runs once, while the kernel or the module starts: nobody knows of its files yet. */
static bool is_init(const struct ost_finder *f, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(f->p, unit);
	const struct ost_facts *facts = ost_program_facts(f->p, u->file);

	return u->kind == OST_UNIT_FUNC && facts && ost_has_word(ost_facts_str(facts, facts->funcs[u->index].attrs), "__init");
}

/* Nothing runs yet, or nobody is left who could. */
static void judge_names(struct drains *q, const struct ost_chain *c)
{
	for (unsigned i = 0; i < c->nr; i++) {
		const char *name = ost_unit_name(q->f, c->frames[i].unit);

		if (ost_is_making(q->f, name))
			ost_draft_doubt(q->f, i ? OST_RANK_LIKELY : OST_RANK_POSSIBLE,
					"%s() may run before there is anything to wait for", name);
		if (kind_of(q) == OST_DL_REFS_WAIT && is_init(q->f, c->frames[i].unit))
			ost_draft_doubt(q->f, OST_RANK_POSSIBLE, "%s() runs once, before anybody uses the files", name);
		if (i + 1 < c->nr && ost_is_last_put(name))
			ost_draft_doubt(q->f, OST_RANK_POSSIBLE, "%s() gets there with the last reference only", name);
	}
}

/* A class of many kinds of objects: not shown to be one is not enough. */
static enum ost_rank rank_unknown(const struct drains *q)
{
	return ost_lk_split(&q->f->w->tables, q->f->draft.lock.class_name) ? OST_RANK_POSSIBLE : OST_RANK_LIKELY;
}

static void begin(struct drains *q, const struct ost_chain *c, const char *callback)
{
	struct ost_finder *f = q->f;
	struct ost_draft *d = &f->draft;
	const struct ost_lk_event *wait = wait_of(q);
	const struct ost_lk_ref *object = &q->sum->locks[wait->lock];

	ost_draft_start(f, kind_of(q));
	d->lock.class_name = ost_draft_class(f, c->hold_ref);
	d->lock.mode = ost_lk_mode_name(c->held ? c->held->mode : c->hold_at->mode);
	d->lock.instance = ost_path_text_in(f, ost_chain_top(c), &c->hold_ref->path);
	d->waitable_kind = ost_wait_kind_name(wait->prim->kind);
	d->waitable_class = ost_class_text(f, object->field, object->global);
	d->callback = callback;
	d->primitive = wait->prim->name;
	d->wait_function = ost_unit_name(f, q->sum->unit);
	d->wait_file = ost_unit_path(f, q->sum->unit);
	d->wait_line = wait->line;
	d->holder = (struct ost_dl_holder){ ost_unit_name(f, ost_chain_top(c)), ost_unit_path(f, ost_chain_top(c)),
		c->held ? c->held->line : c->hold_at->line, c->held ? "takes it" : "asserts that it is held" };
	ost_chain_judge(f, c, 1);
	judge_names(q, c);
	if (c->nr_slots > 1)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u calls through function pointers: other functions may be meant",
				c->nr_slots);
	if (ost_chain_leaves_driver(f, c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the chain goes through drivers that have nothing to do with each other");
	if (wait->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
}

static bool is_one_for_all(const struct ost_lk_ref *ref)
{
	return ref->path.kind == OST_BASE_GLOBAL && !ref->path.nr_steps && ref->field == OST_NO_ID;
}

/* The work item's path beside the queue that is waited for, as its function is handed it. */
static bool own_work(struct drains *q, const struct runner *r, const struct ost_chain *c, struct ost_path *ret)
{
	const struct ost_queued *put = &q->queues->v.items[r->queued];
	const struct ost_binding *b = ost_program_binding(q->f->p, r->binding);

	if (!c->has_met || put->queue_path.kind == OST_BASE_GLOBAL ||
	    strstr(ost_program_binding_row(q->f->p, b->row)->name, "DELAYED"))
		return false;
	return ost_rebase_path(q->f->p, &put->queue_path, &put->work_path, &c->object, ret);
}

static enum ost_relation relate(struct drains *q, const struct runner *r, struct ost_chain *c, uint32_t node,
				const struct ost_lk_ref *taken)
{
	struct ost_path work, seen, other;

	if (is_one_for_all(c->hold_ref) && is_one_for_all(taken) && ost_path_equal(&c->hold_ref->path, &taken->path))
		return OST_REL_GLOBAL;
	ost_chain_meet(q->f, c, object_of(q));
	if (r->queued == OST_NO_ID || !own_work(q, r, c, &work) ||
	    !ost_below_lift(q->f, q->below, node, &taken->path, &seen) || seen.kind != OST_BASE_PARAM || seen.base)
		return OST_REL_UNKNOWN;
	ost_path_compose(q->f->p, &work, &seen, &other);
	return ost_relate(q->f, &c->lock, &other);
}

static void judge_taken(struct drains *q, const struct ost_chain *c, const struct ost_lk_event *ev)
{
	struct ost_finder *f = q->f;

	if (ev->flags & OST_EVF_SELF_TEST)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "under a test of who is running");
	if (ev->flags & (OST_EVF_NESTED | OST_EVF_WW))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "taken as a nested lock: another instance is meant");
	if (ev->flags & OST_EVF_NO_OWNER)
		ost_draft_doubt(f, OST_RANK_LIKELY, "a semaphore may be released by another task");
	if (ev->mode != OST_LKM_EXCL && (c->held ? c->held->mode : c->hold_at->mode) != OST_LKM_EXCL)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both sides only read: it hangs when a writer waits between them");
}

static const char *runner_object(struct drains *q, const struct runner *r)
{
	const struct ost_binding *b = r->binding == OST_NO_ID ? NULL : ost_program_binding(q->f->p, r->binding);

	if (!b)
		return q->f->draft.waitable_class;
	return ost_class_text(q->f, b->object.kind == OST_OBJ_FIELD ? b->object.id : OST_NO_ID,
			      b->object.kind == OST_OBJ_GLOBAL ? b->object.id : OST_NO_ID);
}

static void say_runner(struct drains *q, const struct runner *r, uint32_t node, const struct ost_lk_event *ev)
{
	struct ost_finder *f = q->f;
	const char *object = runner_object(q, r);

	if (r->binding != OST_NO_ID) {
		ost_say_binding(f, r->binding, 2, object);
	} else {
		ost_draft_step(f, OST_ROLE_CALLBACK, 2, OST_NO_ID, r->line, "%s", r->why);
		ost_vec_last(&f->draft.steps)->function = ost_unit_name(f, r->callback);
		ost_vec_last(&f->draft.steps)->file = ost_program_path(f->p, r->file);
	}
	ost_below_say(f, q->below, node, 2);
	ost_draft_step(f, OST_ROLE_ACQUIRE, 2, q->below->v.items[node].unit, ev->line, "needs %s", f->draft.lock.class_name);
	if (r->queued != OST_NO_ID) {
		const struct ost_binding *put = ost_program_binding(f->p, q->queues->v.items[r->queued].binding);

		ost_draft_step(f, OST_ROLE_SAME_OBJECT, 2, put->in, put->line, "%s is put on %s", object,
			       f->draft.waitable_class);
	}
}

/* A function that a macro at file scope makes: its text stands nowhere, so nobody can check it. */
static bool is_made_file(const struct ost_finder *f, uint32_t file)
{
	return ost_program_find_file(f->p, ost_program_path(f->p, file)) != file;
}

static bool is_made(const struct ost_finder *f, uint32_t unit)
{
	return is_made_file(f, ost_program_unit(f->p, unit)->file);
}

/*
 * Every way to the wait for a queue has waited for that item before, or cancelled it for good: it is not put
 * there again by itself.
 */
static bool is_cancelled_before(struct drains *q, const struct runner *r)
{
	const struct ost_lk_event *wait = wait_of(q);
	struct ost_object item = r->queued == OST_NO_ID ? (struct ost_object){ .kind = OST_OBJ_NONE } : q->queues->v.items[r->queued].work;

	if (item.kind == OST_OBJ_NONE || !ost_finder_enter(q->f, q->sum->unit))
		return false;
	for (uint32_t i = 0; i < q->event; i++) {
		const struct ost_lk_event *ev = &q->sum->events[i];

		if (ev->kind == OST_EV_WAIT && ev->lock < q->sum->nr_locks && ev->prim->kind == OST_WK_WORK && !strncmp(ev->prim->name, "cancel_", 7) &&
		    ost_is_one_object(ost_path_object(&q->sum->locks[ev->lock].path), item) && ost_is_passed(q->f->cur, ev->node, wait->node))
			return true;
	}
	return false;
}

/* The same, where the function that removes it is handed what that is by those who call it. */
static enum ost_where where_seen_above(struct drains *q, const struct runner *r, struct ost_chain *c)
{
	const struct ost_binding *b = r->made == OST_NO_ID ? NULL : ost_program_binding(q->f->p, r->made);

	if (r->where != OST_WHERE_NOT_SHOWN || !b || ost_path_object(object_of(q)).kind != OST_OBJ_NONE)
		return r->where;
	ost_chain_meet(q->f, c, object_of(q));
	return ost_finder_enter(q->f, b->in) ? where_is(q, b, NULL, ost_path_object(&c->object)) : r->where;
}

static void report(struct drains *q, const struct runner *r, struct ost_chain *c, uint32_t node,
		   const struct ost_lk_ref *taken, const struct ost_lk_event *ev)
{
	struct ost_finder *f = q->f;
	enum ost_where where = where_seen_above(q, r, c);
	enum ost_relation rel;

	begin(q, c, ost_unit_name(f, r->callback));
	ost_judge_new(f, c->frames, c->nr, c->place);
	if (r->binding != OST_NO_ID)
		ost_judge_unbound(f, c->frames, c->nr, c->place, r->binding);
	if (is_cancelled_before(q, r))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the item was cancelled before: it is not waited for there");
	rel = relate(q, r, c, node, taken);
	judge_taken(q, c, ev);
	if (rel == OST_REL_OTHER)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "two locks are meant");
	if (rel == OST_REL_UNKNOWN)
		ost_draft_doubt(f, rank_unknown(q), "that both locks are one object was not shown");
	if (where == OST_WHERE_SHOWN && (wait_of(q)->prim->kind == OST_WK_DEBUGFS || wait_of(q)->prim->kind == OST_WK_PROC))
		ost_draft_doubt(f, OST_RANK_LIKELY, "how the file comes to its functions was not checked");
	if (where != OST_WHERE_SHOWN)
		ost_draft_doubt(f, c->nr_slots || where == OST_WHERE_ELSEWHERE ? OST_RANK_POSSIBLE : OST_RANK_LIKELY, "that the file lies in what is removed was not shown");
	if (q->below->v.items[node].is_one_of)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "a name on the way has several definitions");
	if (is_made(f, r->callback) || is_made_file(f, r->file))
		ost_draft_doubt(f, OST_RANK_LIKELY, "%s() is made or bound by a macro", ost_unit_name(f, r->callback));
	for (uint32_t n = node; n; n = q->below->v.items[n].parent)
		if (is_made(f, q->below->v.items[n].unit))
			ost_draft_doubt(f, OST_RANK_LIKELY, "%s() is made by a macro", ost_unit_name(f, q->below->v.items[n].unit));
		else if (ost_is_last_put(ost_unit_name(f, q->below->v.items[n].unit)))
			ost_draft_doubt(f, OST_RANK_POSSIBLE, "%s() gets there with the last reference only",
					ost_unit_name(f, q->below->v.items[n].unit));
	ost_judge_sides(f, ost_count_branches(f, c->frames, c->nr, c->place, false),
			ost_below_branches(f, q->below, node, ev));
	ost_chain_say(f, c, 1, f->draft.lock.class_name);
	ost_draft_step(f, OST_ROLE_WAIT, 1, q->sum->unit, wait_of(q)->line, "%s waits until %s has finished",
		       f->draft.primitive, f->draft.callback);
	say_runner(q, r, node, ev);
	ost_draft_commit(f);
}

static struct ost_below *below_of(struct drains *q, const struct runner *r)
{
	struct ost_below *below = &q->belows.items[r->below];

	if (!below->v.nr)
		ost_below_from(q->f, r->callback, below);
	return below;
}

/* The next place, from event `*event` of node `*at` on, that blocks on the class. */
static const struct ost_lk_event *next_taken(const struct drains *q, const struct ost_below *below, uint64_t cls,
					     uint32_t *at, uint32_t *event)
{
	for (; *at < below->v.nr; ++*at, *event = 0) {
		const struct ost_lk_summary *sum = ost_lk_sum(q->f->w, below->v.items[*at].unit);

		while (sum && *event < sum->nr_events) {
			const struct ost_lk_event *ev = &sum->events[(*event)++];

			if (ev->kind == OST_EV_ACQUIRE && !(ev->flags & OST_EVF_VIA_CALLEE) && ev->lock < sum->nr_locks &&
			    ost_lk_ref_class(&sum->locks[ev->lock]) == cls)
				return ev;
		}
	}
	return NULL;
}

/* Where below the runner the class is blocked on: the nearest place. */
static bool look_at_runner(struct drains *q, const struct runner *r, struct ost_chain *c)
{
	const struct ost_lk_event *ev;
	uint32_t at = 0, event = 0;

	q->below = below_of(q, r);
	while ((ev = next_taken(q, q->below, c->hold.cls, &at, &event)) != NULL)
		if (!ost_below_is_excluded(q->f, q->below, at, ev)) {
			report(q, r, c, at, &ost_lk_sum(q->f->w, q->below->v.items[at].unit)->locks[ev->lock], ev);
			return true;
		}
	return false;
}

/* ---- readers ---------------------------------------------------------------------- */

static void report_reader(struct drains *q, struct ost_chain *c, const struct reader *r)
{
	struct ost_finder *f = q->f;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, r->unit);
	const struct ost_lk_event *ev = &sum->events[r->event];
	const struct ost_lk_ref *taken = &sum->locks[ev->lock];
	struct ost_chain reads;

	if (!ost_chain_build(f, sum, r->event, &r->hold, &reads) || ost_chain_is_excluded(f, &reads))
		return;
	begin(q, c, ost_unit_name(f, ost_chain_top(&reads)));
	ost_chain_judge(f, &reads, 2);
	judge_taken(q, c, ev);
	if (!(is_one_for_all(c->hold_ref) && is_one_for_all(taken) && is_one_for_all(reads.hold_ref)))
		ost_draft_doubt(f, c->nr_slots + reads.nr_slots ? OST_RANK_POSSIBLE : rank_unknown(q),
				"that both sides mean the same objects was not shown");
	if (c->nr_slots + reads.nr_slots > 1)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u calls through function pointers: other functions may be meant",
				c->nr_slots + reads.nr_slots);
	ost_judge_sides(f, ost_count_branches(f, c->frames, c->nr, c->place, false),
			ost_count_branches(f, reads.frames, reads.nr, reads.place, false));
	ost_chain_say(f, c, 1, f->draft.lock.class_name);
	ost_draft_step(f, OST_ROLE_WAIT, 1, q->sum->unit, wait_of(q)->line, "%s waits until all readers have left",
		       f->draft.primitive);
	ost_chain_say(f, &reads, 2, f->draft.waitable_class);
	ost_draft_step(f, OST_ROLE_ACQUIRE, 2, r->unit, ev->line, "needs %s%s", f->draft.lock.class_name,
		       ost_inner_place(f, r->unit, ev->node, c->hold.cls, ev->mode));
	ost_draft_commit(f);
}

struct taker {
	struct drains *q;
	const struct ost_lk_summary *sum;
	uint32_t event;
};

static void note_reader(void *ctx, const struct ost_hold *hold)
{
	const struct taker *t = ctx;
	uint64_t cls = ost_lk_ref_class(&t->sum->locks[t->sum->events[t->event].lock]);

	if (hold->kind == OST_LKK_SRCU && cls)
		ost_vec_add(&t->q->readers, ((struct reader){ hold->cls, cls, t->sum->unit, t->event, *hold, false }));
}

/* Somebody who holds something over the place comes by what is asked for, or it lies there. */
static bool is_held_by_asked(const struct drains *q, uint32_t unit)
{
	const struct ost_entries *e = q->f->entries;
	bool is_asked = ost_focus_asks(q->f->focus, unit);

	for (uint32_t at = e->first[unit]; at && !is_asked; at = e->v.items[at - 1].next)
		is_asked = q->asked[at - 1];
	return is_asked;
}

static void collect_readers(struct drains *q)
{
	for (uint32_t u = 0; u < q->f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = q->f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].lock < sum->nr_locks &&
			    sum->locks[sum->events[i].lock].kind != OST_LKK_SRCU) {
				struct taker t = { q, sum, i };

				ost_each_hold(q->f->entries, sum, i, note_reader, &t);
			}
	}
	for (size_t i = 0; i < q->readers.nr && q->f->focus; i++) {
		struct reader *r = &q->readers.items[i];

		r->is_asked = i && r[-1].unit == r->unit ? r[-1].is_asked : is_held_by_asked(q, r->unit);
	}
}

/* ---- completions ---------------------------------------------------------------------- */

static void add_completers(struct drains *q, uint32_t unit, const char *name)
{
	struct ost_finder *f = q->f;

	for (uint64_t e = f->graph.in_first[unit]; e < f->graph.in_first[unit + 1]; e++) {
		const struct ost_lk_edge *in = &f->graph.in[e];
		struct completer new = { .unit = in->unit, .line = in->line, .name = name };
		struct ost_path path;
		uint32_t arg, call;

		if (!ost_finder_enter(f, in->unit))
			continue;
		call = ost_call_node(f->cur, in->line, name);
		arg = call ? ost_lk_call_arg(f->cur, call, 0) : 0;
		if (!arg)
			continue;
		ost_expr_path(f->cur, arg, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		new.object = ost_path_object(&path);
		if (new.object.kind)
			ost_vec_add(&q->completers, new);
	}
}

/* All calls of complete() and complete_all(). */
static void collect_completers(struct drains *q)
{
	static const char *const names[] = { "complete", "complete_all" };
	uint32_t units[4];

	for (size_t i = 0; i < OST_ARRAY_SIZE(names); i++) {
		uint32_t name = ost_program_find_name(q->f->p, names[i]);
		uint32_t nr = name == OST_NO_ID ? 0 : ost_program_units_named(q->f->p, name, units, 4);

		for (uint32_t k = 0; k < nr && k < 4; k++)
			add_completers(q, units[k], names[i]);
	}
}

struct wanted {
	uint64_t cls;
	struct ost_hold hold;	/* cls 0: not found */
};

static void note_wanted(void *ctx, const struct ost_hold *hold)
{
	struct wanted *w = ctx;

	/* by its own hand: a caller that may hold it is not all callers */
	if (hold->cls == w->cls && !w->hold.cls && hold->entry == OST_NO_ID && hold->is_sure)
		w->hold = *hold;
}

/* Does the completer hold the class at its call? */
static bool holds(struct drains *q, const struct completer *c, struct wanted *w)
{
	const struct ost_lk_event *ev = ost_call_event_at(q->f->w, c->unit, c->line, c->name);
	const struct ost_lk_summary *sum = ost_lk_sum(q->f->w, c->unit);

	w->hold.cls = 0;
	if (ev)
		ost_each_hold(q->f->entries, sum, (uint32_t)(ev - sum->events), note_wanted, w);
	return w->hold.cls != 0;
}

static void report_completion(struct drains *q, struct ost_chain *c, const struct completer *by, const struct ost_hold *hold)
{
	struct ost_finder *f = q->f;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, by->unit);
	const struct ost_lk_event *ev = ost_call_event_at(f->w, by->unit, by->line, by->name);
	struct ost_chain way;

	if (!ost_chain_build(f, sum, (uint32_t)(ev - sum->events), hold, &way) || !way.held)
		return;
	begin(q, c, ost_unit_name(f, by->unit));
	ost_chain_judge(f, &way, 2);
	if (c->nr_slots + way.nr_slots > 1)
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "%u calls through function pointers: other functions may be meant",
				c->nr_slots + way.nr_slots);
	ost_draft_doubt(f, OST_RANK_LIKELY, "somebody else may complete it");
	ost_draft_doubt(f, rank_unknown(q), "that both locks are one object was not shown");
	ost_chain_say(f, c, 1, f->draft.lock.class_name);
	ost_draft_step(f, OST_ROLE_WAIT, 1, q->sum->unit, wait_of(q)->line, "%s waits for %s", f->draft.primitive,
		       f->draft.callback);
	ost_chain_say(f, &way, 2, f->draft.lock.class_name);
	ost_draft_step(f, OST_ROLE_CALL, 2, by->unit, by->line, "%s() comes only after that", by->name);
	ost_draft_commit(f);
}

/* Who completes it, when all who do so hold the class; ret_hold is how. */
static const struct completer *completer_of(struct drains *q, uint64_t cls, struct ost_hold *ret_hold)
{
	struct ost_object object = ost_path_object(object_of(q));
	struct wanted w = { .cls = cls };
	const struct completer *by = NULL;

	for (size_t i = 0; i < q->completers.nr; i++) {
		const struct completer *k = &q->completers.items[i];

		if (k->object.kind != object.kind || k->object.id != object.id)
			continue;
		if (!holds(q, k, &w))
			return NULL;
		if (!by) {
			by = k;
			*ret_hold = w.hold;
		}
	}
	return by && by->unit != q->sum->unit ? by : NULL;
}

/* ---- the walk --------------------------------------------------------------------------- */

static bool is_reader_of(const struct drains *q, const struct reader *r, const struct ost_hold *hold)
{
	return wait_of(q)->prim->kind == OST_WK_SRCU && r->cls == hold->cls &&
		r->srcu == ost_lk_ref_class(&q->sum->locks[wait_of(q)->lock]);
}

/* Whether anybody who must finish may need the class: asked before the way is looked at, which costs more. */
static bool is_needed(struct drains *q, const struct ost_hold *hold)
{
	for (size_t i = 0; i < q->runners.nr; i++) {
		uint32_t at = 0, event = 0;

		if (next_taken(q, below_of(q, &q->runners.items[i]), hold->cls, &at, &event))
			return true;
	}
	for (size_t i = 0; i < q->readers.nr; i++)
		if (is_reader_of(q, &q->readers.items[i], hold))
			return true;
	return false;
}

static void look_at_hold(void *ctx, const struct ost_hold *hold)
{
	struct drains *q = ctx;
	bool is_completion = wait_of(q)->prim->kind == OST_WK_COMPLETION;
	const struct completer *by = NULL;
	struct ost_hold by_hold;
	struct ost_chain c;

	/* nobody sleeps with a spinlock: its release was not seen */
	if (ost_lk_spins(hold->kind) || hold->kind == OST_LKK_SRCU)
		return;
	if (is_completion)
		by = completer_of(q, hold->cls, &by_hold);
	if (!(is_completion ? by != NULL : is_needed(q, hold)) ||
	    !ost_chain_build(q->f, q->sum, q->event, hold, &c) || ost_chain_is_excluded(q->f, &c))
		return;
	if (by) {
		report_completion(q, &c, by, &by_hold);
		return;
	}
	/* of many attributes one says it all */
	for (size_t i = 0; i < q->runners.nr; i++)
		if (look_at_runner(q, &q->runners.items[i], &c) && wait_of(q)->prim->kind != OST_WK_WORKQUEUE)
			break;
	for (size_t i = 0; i < q->readers.nr; i++)
		if (is_reader_of(q, &q->readers.items[i], hold))
			report_reader(q, &c, &q->readers.items[i]);
}

static bool is_ours(const struct ost_finder *f, const struct ost_lk_event *ev)
{
	switch (ev->prim->kind) {
	case OST_WK_WORKQUEUE:
		return f->kinds & 1u << OST_DL_WORKQUEUE_FLUSH;
	case OST_WK_ATTR:
	case OST_WK_ATTR_GROUP:
	case OST_WK_DEBUGFS:
	case OST_WK_PROC:
		return f->kinds & 1u << OST_DL_REFS_WAIT;
	case OST_WK_SRCU:
		return f->kinds & 1u << OST_DL_RCU_WAIT;
	case OST_WK_COMPLETION:
		return f->kinds & 1u << OST_DL_COMPLETION_WAIT;
	default:
		return false;
	}
}

static bool is_wait(const struct ost_finder *f, const struct ost_lk_summary *sum, uint32_t event)
{
	const struct ost_lk_event *ev = &sum->events[event];

	return ev->kind == OST_EV_WAIT && ev->lock < sum->nr_locks && is_ours(f, ev);
}

static void clear_belows(struct drains *q)
{
	for (size_t i = 0; i < q->belows.nr; i++)
		ost_below_deinit(&q->belows.items[i]);
	ost_vec_clear(&q->belows);
}

/* A chain of this wait may come by what is asked for. */
static bool may_be_asked(const struct drains *q)
{
	const struct ost_focus *focus = q->f->focus;
	bool is_asked = !focus || is_held_by_asked(q, q->sum->unit);

	for (size_t i = 0; i < q->runners.nr && !is_asked; i++) {
		const struct runner *r = &q->runners.items[i];

		is_asked = ost_focus_is_called(focus, r->callback, OST_BELOW_DEPTH) || focus->asked_file[r->file] ||
			   ost_focus_binds(focus, r->binding) ||
			   (r->queued != OST_NO_ID && ost_focus_binds(focus, q->queues->v.items[r->queued].binding));
	}
	for (size_t i = 0; i < q->readers.nr && !is_asked && wait_of(q)->prim->kind == OST_WK_SRCU; i++)
		is_asked = q->readers.items[i].is_asked;
	for (size_t i = 0; i < q->completers.nr && !is_asked && wait_of(q)->prim->kind == OST_WK_COMPLETION; i++)
		is_asked = ost_focus_asks(focus, q->completers.items[i].unit);
	return is_asked;
}

/* The waits of one unit; what is not of the wait at hand is shared. */
static void look_at_unit(struct ost_finder *f, void *ctx, size_t item)
{
	const struct drains *all = ctx;
	struct drains q = *all;

	q.f = f;
	q.sum = f->w->sums[all->units.items[item]];
	for (q.event = 0; q.event < q.sum->nr_events; q.event++) {
		if (!is_wait(f, q.sum, q.event))
			continue;
		find_runners(&q);
		if (!may_be_asked(&q))
			continue;
		for (size_t i = 0; i < q.runners.nr; i++) {
			q.runners.items[i].below = (uint32_t)i;
			ost_below_init(ost_vec_push(&q.belows));
		}
		ost_each_hold(f->entries, q.sum, q.event, look_at_hold, &q);
		clear_belows(&q);
	}
	ost_vec_deinit(&q.runners);
	ost_vec_deinit(&q.belows);
}

static void collect_waits(struct drains *q)
{
	for (uint32_t u = 0; u < q->f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = q->f->w->sums[u];
		uint32_t nr = 0;

		for (uint32_t i = 0; sum && i < sum->nr_events; i++)
			nr += is_wait(q->f, sum, i);
		if (nr)
			ost_vec_add(&q->units, u);
		q->f->nr_wait_sites += q->f->kinds & OST_WAIT_KINDS ? 0 : nr;
	}
}

void ost_find_drains(struct ost_finder *f)
{
	struct drains q = { .f = f };

	ost_finder_entries(f);
	q.asked = f->focus ? ost_entries_asked(f->entries, f->focus) : NULL;
	q.queues = ost_finder_queues(f);
	collect_files(&q);
	if (f->kinds & 1u << OST_DL_RCU_WAIT)
		collect_readers(&q);
	if (f->kinds & 1u << OST_DL_COMPLETION_WAIT)
		collect_completers(&q);
	collect_waits(&q);
	ost_finder_each(f, q.units.nr, look_at_unit, &q);
	free(q.asked);
	ost_vec_deinit(&q.readers);
	ost_vec_deinit(&q.completers);
	ost_vec_deinit(&q.files);
	ost_vec_deinit(&q.units);
}
