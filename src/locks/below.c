// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/below.h"

#include <stdlib.h>
#include <string.h>

#include "locks/decided.h"

void ost_below_init(struct ost_below *b)
{
	memset(b, 0, sizeof(*b));
	ost_table_init(&b->seen);
}

void ost_below_deinit(struct ost_below *b)
{
	ost_vec_deinit(&b->v);
	ost_table_deinit(&b->seen);
}

static void add(struct ost_finder *f, struct ost_below *b, const struct ost_below_node *node)
{
	bool is_new;

	if (b->v.nr >= OST_BELOW_MAX || node->depth > OST_BELOW_DEPTH ||
	    (f->graph.unit_flags[node->unit] & (OST_GU_LEAF | OST_GU_UNLOCK)))
		return;
	ost_table_put(&b->seen, node->unit, &is_new);
	if (is_new)
		ost_vec_add(&b->v, *node);
}

void ost_below_from(struct ost_finder *f, uint32_t unit, struct ost_below *b)
{
	const struct ost_lk_graph *g = &f->graph;
	struct ost_below_node root = { .unit = unit };

	ost_vec_clear(&b->v);
	ost_table_deinit(&b->seen);
	ost_table_init(&b->seen);
	add(f, b, &root);
	for (uint32_t at = 0; at < b->v.nr; at++) {
		struct ost_below_node up = b->v.items[at];

		for (uint64_t i = g->out_first[up.unit]; i < g->out_first[up.unit + 1]; i++) {
			struct ost_below_node node = { g->out[i].unit, at, g->out[i].line, (uint16_t)(up.depth + 1),
						       up.is_one_of || g->out[i].is_one_of };

			add(f, b, &node);
		}
	}
}

bool ost_below_lift(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_path *path,
		    struct ost_path *ret)
{
	*ret = *path;
	for (; at; at = b->v.items[at].parent) {
		const struct ost_below_node *n = &b->v.items[at];
		struct ost_path lifted;

		if (ret->kind == OST_BASE_GLOBAL)
			return true;
		if (!ost_finder_enter(f, b->v.items[n->parent].unit) ||
		    !ost_lift_path(f->cur, ost_call_node(f->cur, n->line, ost_unit_name(f, n->unit)), ret, &lifted))
			return false;
		*ret = lifted;
	}
	return ost_path_is_rooted(ret);
}

void ost_below_say(struct ost_finder *f, const struct ost_below *b, uint32_t at, unsigned thread)
{
	uint32_t way[OST_BELOW_DEPTH + 1], nr = 0;

	for (; at; at = b->v.items[at].parent)
		way[nr++] = at;
	while (nr--)
		ost_draft_step(f, OST_ROLE_CALL, thread, b->v.items[b->v.items[way[nr]].parent].unit,
			       b->v.items[way[nr]].line, "direct call");
}

/* From the event at that node up to node 0. */
static unsigned way_of(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev,
		       struct ost_frame *frames)
{
	unsigned nr = 0;

	frames[nr++] = (struct ost_frame){ b->v.items[at].unit, ev->line, "", OST_NO_ID, 0, false };
	for (; at; at = b->v.items[at].parent) {
		const struct ost_below_node *n = &b->v.items[at];

		frames[nr++] = (struct ost_frame){ b->v.items[n->parent].unit, n->line, ost_unit_name(f, n->unit),
						   OST_NO_ID, 0, n->is_one_of };
	}
	return nr;
}

bool ost_below_is_excluded(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev)
{
	struct ost_frame frames[OST_BELOW_DEPTH + 2];
	unsigned nr = way_of(f, b, at, ev, frames);

	return ost_way_is_closed(f, frames, nr, ev) || ost_way_is_decided(f, frames, nr, ev);
}

void ost_below_judge_new(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev)
{
	struct ost_frame frames[OST_BELOW_DEPTH + 2];

	ost_judge_new(f, frames, way_of(f, b, at, ev, frames), ev);
}

unsigned ost_below_branches(struct ost_finder *f, const struct ost_below *b, uint32_t at, const struct ost_lk_event *ev)
{
	struct ost_frame frames[OST_BELOW_DEPTH + 2];
	unsigned nr = way_of(f, b, at, ev, frames);

	return ost_count_branches(f, frames, nr, ev, false);
}

/* ---- queues --------------------------------------------------------------- */

static struct ost_object system_queue(const struct ost_finder *f)
{
	uint32_t name = ost_program_find_name(f->p, "system_wq"), global = OST_NO_ID;

	for (uint32_t file = 0; name != OST_NO_ID && global == OST_NO_ID && file < ost_program_nr_files(f->p); file++) {
		const char *path = ost_program_path(f->p, file);

		if (strstr(path, "workqueue"))
			global = ost_program_resolve_global(f->p, file, name);
	}
	return global == OST_NO_ID ? (struct ost_object){ OST_OBJ_NONE, 0 } : (struct ost_object){ OST_OBJ_GLOBAL, global };
}

static int by_queue(const void *a, const void *b)
{
	const struct ost_queued *x = a, *y = b;
	const uint32_t k[][2] = { { x->queue.kind, y->queue.kind }, { x->queue.id, y->queue.id },
		{ x->work.kind, y->work.kind }, { x->work.id, y->work.id }, { x->binding, y->binding } };

	for (size_t i = 0; i < OST_ARRAY_SIZE(k); i++)
		if (k[i][0] != k[i][1])
			return k[i][0] < k[i][1] ? -1 : 1;
	return 0;
}

static void add_queued(struct ost_finder *f, struct ost_queues *q, uint32_t binding, struct ost_object system)
{
	const struct ost_binding *b = ost_program_binding(f->p, binding);
	const struct ost_binding_row *row = ost_program_binding_row(f->p, b->row);
	struct ost_queued new = { .work = b->object, .queue = system, .binding = binding };
	uint32_t n;

	if (b->in == OST_NO_ID || !b->node || row->object < 0 || !ost_finder_enter(f, b->in))
		return;
	n = ost_lk_call_arg(f->cur, b->node, (unsigned)row->object);
	if (!n)
		return;
	ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &new.work_path);
	if (row->queue >= 0) {
		n = ost_lk_call_arg(f->cur, b->node, (unsigned)row->queue);
		if (!n)
			return;
		ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &new.queue_path);
		new.queue = ost_path_object(&new.queue_path);
	}
	if (!new.work.kind)
		new.work = ost_path_object(&new.work_path);
	if (new.queue.kind && new.work.kind)
		ost_vec_add(&q->v, new);
}

static struct ost_queues *make_queues(struct ost_finder *f)
{
	struct ost_object system = system_queue(f), none = { OST_OBJ_NONE, 0 };
	struct ost_queues *q = ost_calloc(1, sizeof(*q));

	for (uint32_t i = 0; i < ost_program_nr_bindings(f->p); i++) {
		const char *kind = ost_program_binding_row(f->p, ost_program_binding(f->p, i)->row)->kind;

		if (!strcmp(kind, "queue"))
			add_queued(f, q, i, none);
		else if (!strcmp(kind, "queue-system"))
			add_queued(f, q, i, system);
	}
	if (q->v.nr)
		qsort(q->v.items, q->v.nr, sizeof(struct ost_queued), by_queue);
	return q;
}

const struct ost_queues *ost_finder_queues(struct ost_finder *f)
{
	struct ost_finder *owner = f->owner ? f->owner : f;

	pthread_mutex_lock(&owner->queues_lock);
	if (!owner->queues)
		owner->queues = make_queues(f);
	pthread_mutex_unlock(&owner->queues_lock);
	return owner->queues;
}

static bool is_behind(const struct ost_queued *q, struct ost_object queue)
{
	return q->queue.kind != queue.kind ? q->queue.kind > queue.kind : q->queue.id > queue.id;
}

uint32_t ost_queues_of(const struct ost_queues *q, struct ost_object queue, uint32_t *ret_first)
{
	size_t first = 0, end = q->v.nr;

	while (first < end) {	/* to the one behind the last of it */
		size_t middle = first + (end - first) / 2;

		if (is_behind(&q->v.items[middle], queue))
			end = middle;
		else
			first = middle + 1;
	}
	while (first && q->v.items[first - 1].queue.kind == queue.kind && q->v.items[first - 1].queue.id == queue.id)
		first--;
	*ret_first = (uint32_t)first;
	return (uint32_t)(end - first);
}

uint32_t ost_next_callback(const struct ost_finder *f, struct ost_object object, const char *kind, uint32_t *at)
{
	const uint32_t *ids;
	uint32_t nr = object.kind ? ost_program_object_bindings(f->p, object, &ids) : 0;

	while (*at < nr) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[(*at)++]);

		if (b->callback != OST_NO_ID && !strcmp(ost_program_binding_row(f->p, b->row)->kind, kind))
			return ids[*at - 1];
	}
	return OST_NO_ID;
}

void ost_say_binding(struct ost_finder *f, uint32_t binding, unsigned thread, const char *object)
{
	const struct ost_binding *b = ost_program_binding(f->p, binding);

	ost_draft_step(f, OST_ROLE_CALLBACK, thread, b->in, b->line, "%s binds %s to %s",
		       ost_program_binding_row(f->p, b->row)->name, object, ost_unit_name(f, b->callback));
	if (b->in == OST_NO_ID) {
		ost_vec_last(&f->draft.steps)->function = ost_unit_name(f, b->callback);
		ost_vec_last(&f->draft.steps)->file = ost_program_path(f->p, b->file);
	}
}

/* Some name in the subtree has the word in it. */
static bool mentions(const struct ost_scope *s, uint32_t n, const char *word)
{
	for (uint32_t end = s->tree.v.items[n].end; n < end; n++) {
		const struct ost_node *node = &s->tree.v.items[n];

		if ((node->op == OST_N_NAME || node->op == OST_N_MEMBER) && strstr(ost_facts_str(s->f, node->a), word))
			return true;
	}
	return false;
}

/* All that makes the queue says so. */
static bool is_made_with(struct ost_finder *f, struct ost_object queue, const char *word, const char *flag)
{
	const uint32_t *ids;
	uint32_t nr = queue.kind == OST_OBJ_NONE ? 0 : ost_program_object_bindings(f->p, queue, &ids);
	bool found = false;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);
		const struct ost_binding_row *row = ost_program_binding_row(f->p, b->row);

		if (strncmp(row->kind, "workqueue", 9))
			continue;
		found = strstr(row->name, word) ||
			(b->in != OST_NO_ID && b->node && ost_finder_enter(f, b->in) && mentions(f->cur, b->node, flag));
		if (!found)
			return false;
	}
	return found;
}

bool ost_is_queued_only(struct ost_finder *f, struct ost_object work, const char *word, const char *flag)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_object_bindings(f->p, work, &ids);
	bool found = false;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);
		const struct ost_binding_row *row = ost_program_binding_row(f->p, b->row);
		struct ost_path path;
		uint32_t queue;

		if (strncmp(row->kind, "queue", 5))
			continue;
		if (row->queue < 0 || b->in == OST_NO_ID || !b->node || !ost_finder_enter(f, b->in))
			return false;
		queue = ost_lk_call_arg(f->cur, b->node, (unsigned)row->queue);
		if (!queue)
			return false;
		ost_expr_path(f->cur, queue, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		if (!mentions(f->cur, queue, word) && !is_made_with(f, ost_path_object(&path), word, flag))
			return false;
		found = true;
	}
	return found;
}

bool ost_binding_object(struct ost_finder *f, const struct ost_binding *b, struct ost_path *ret)
{
	const struct ost_binding_row *row = ost_program_binding_row(f->p, b->row);
	uint32_t n;

	if (b->in == OST_NO_ID || !b->node || row->object < 0 || !ost_finder_enter(f, b->in))
		return false;
	n = ost_lk_call_arg(f->cur, b->node, (unsigned)row->object);
	if (n)
		ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, ret);
	return n != 0;
}

/* The member `up` members out from the path's end, or OST_NO_ID where a pointer or the base comes first. */
static uint32_t outer_member(const struct ost_path *path, unsigned up)
{
	for (uint32_t i = path->nr_steps; i-- > 0;) {
		if (path->steps[i].kind == OST_STEP_ELEM)
			continue;
		if (path->steps[i].kind != OST_STEP_FIELD)
			return OST_NO_ID;
		if (!up--)
			return path->steps[i].id;
	}
	return OST_NO_ID;
}

bool ost_is_other_member(const struct ost_path *a, const struct ost_path *b)
{
	for (unsigned up = 0;; up++) {
		uint32_t x = outer_member(a, up), y = outer_member(b, up);

		if (x == OST_NO_ID || y == OST_NO_ID)
			return false;
		if (x != y)
			return up > 0;
	}
}
