// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/ordered.h"

#include <string.h>

#include "base/hash.h"

#define MAX_CALLERS 40

static bool is_ordered(const struct ost_finder *f, struct ost_object queue)
{
	const uint32_t *ids;
	uint32_t nr = queue.kind == OST_OBJ_NONE ? 0 : ost_program_object_bindings(f->p, queue, &ids);
	bool found = false;

	for (uint32_t i = 0; i < nr; i++) {
		const char *kind = ost_program_binding_row(f->p, ost_program_binding(f->p, ids[i])->row)->kind;

		if (!strcmp(kind, "workqueue"))
			return false;
		found |= !strcmp(kind, "workqueue-ordered");
	}
	return found;
}

/* The ordered queue that this call puts an item on, or 0. */
static uint64_t queue_of(struct ost_finder *f, const struct ost_binding *b)
{
	const struct ost_binding_row *row = ost_program_binding_row(f->p, b->row);
	struct ost_object queue;
	struct ost_path path;
	uint32_t n;

	if (!strcmp(row->kind, "queue-ordered"))	/* one that its callers do not name */
		return ost_hash_bytes(row->source, strlen(row->source)) | 1;
	if (strcmp(row->kind, "queue") || b->in == OST_NO_ID || !b->node || !ost_finder_enter(f, b->in))
		return 0;
	n = ost_lk_call_arg(f->cur, b->node, (unsigned)row->queue);
	if (!n)
		return 0;
	ost_expr_path(f->cur, n, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
	queue = ost_path_object(&path);
	return is_ordered(f, queue) ? ost_hash_mix((uint64_t)queue.kind << 32 | queue.id) & ~1ull : 0;
}

uint64_t ost_ordered_queue_of(struct ost_finder *f, struct ost_object work)
{
	const uint32_t *ids;
	uint32_t nr = work.kind == OST_OBJ_NONE ? 0 : ost_program_object_bindings(f->p, work, &ids);
	uint64_t found = 0;

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);
		uint64_t queue;

		if (strncmp(ost_program_binding_row(f->p, b->row)->kind, "queue", 5))
			continue;
		queue = queue_of(f, b);
		if (!queue || (found && found != queue))
			return 0;
		found = queue;
	}
	return found;
}

/* Adds what is known of one way into a function; false: the ways do not agree. */
static bool agree(uint64_t queue, uint64_t *found)
{
	if (!queue || (*found && *found != queue))
		return false;
	*found = queue;
	return true;
}

static uint64_t above(struct ost_finder *f, uint32_t unit, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;
	const uint32_t *ids, *targets;
	uint32_t nr = ost_program_callback_bindings(f->p, unit, &ids), nr_slots = ost_program_unit_slots(f->p, unit, &targets);
	uint64_t found = 0;

	if (!depth || g->in_first[unit + 1] - g->in_first[unit] > MAX_CALLERS)
		return 0;
	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);

		if (strcmp(ost_program_binding_row(f->p, b->row)->kind, "work") || !agree(ost_ordered_queue_of(f, b->object), &found))
			return 0;
	}
	for (uint32_t i = 0; i < nr_slots; i++)
		if (ost_lk_slot(g, ost_program_target(f->p, targets[i])->slot)->what != OST_LKS_THREAD)
			return 0;
	if (!nr && nr_slots)
		return 0;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++)
		if (g->in[i].is_handed || !agree(above(f, g->in[i].unit, depth - 1), &found))
			return 0;
	return found;
}

uint64_t ost_ordered_queue_above(struct ost_finder *f, uint32_t unit)
{
	return above(f, unit, OST_ORDERED_DEPTH);
}
