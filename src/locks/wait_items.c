// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When the waited-for item can run at all: not while the system sleeps when
 * its queue is frozen then, not on another processor when it is pinned, and
 * not once the object is there when it is what makes the object.
 */
#include <string.h>

#include "locks/below.h"
#include "locks/chain.h"
#include "locks/ordered.h"
#include "locks/waits.h"

static const char *name_at(const struct ost_scope *s, uint32_t n)
{
	const struct ost_node *node = &s->tree.v.items[n];

	return node->op == OST_N_NAME || node->op == OST_N_MEMBER ? ost_facts_str(s->f, node->a) : "";
}

/* Some name in the subtree has the word in it. */
static bool mentions(const struct ost_scope *s, uint32_t n, const char *word)
{
	uint32_t end = s->tree.v.items[n].end;

	for (; n < end; n++)
		if (strstr(name_at(s, n), word))
			return true;
	return false;
}

/* The condition is so only where the name that has the word in it is: it stands alone, or beside others by `&&`. */
static bool is_asked(const struct ost_scope *s, uint32_t n, const char *word)
{
	const struct ost_node *node = &s->tree.v.items[n];

	if (node->op == OST_N_BINARY && node->sub == OST_OP_LAND)
		return is_asked(s, n + 1, word) || is_asked(s, s->tree.v.items[n + 1].end, word);
	return strstr(name_at(s, n), word) != NULL;
}

/* Whoever queues the item does so on a queue that is frozen while the system sleeps. */
static bool is_frozen(struct ost_finder *f, const struct ost_wait_site *s)
{
	return s->field != OST_NO_ID &&
	       ost_is_queued_only(f, (struct ost_object){ OST_OBJ_FIELD, s->field }, "freez", "WQ_FREEZABLE");
}

/* Some function on the way has a name that is about sleep or its end. */
static bool is_on_way_to_sleep(const struct ost_finder *f, const struct ost_wait_cand *c)
{
	for (unsigned i = 0; i < c->nr_frames; i++)
		if (strstr(ost_unit_name(f, c->frames[i].unit), "suspend") ||
		    strstr(ost_unit_name(f, c->frames[i].unit), "resume"))
			return true;
	return false;
}

/* The wait is made where a condition says that the system sleeps: in the `if`, not in its `else` or for a `!`. */
static bool is_while_asleep(struct ost_finder *f, const struct ost_wait_cand *c)
{
	uint32_t node = c->s->wait->node;

	if (!ost_finder_enter(f, c->frames[0].unit))
		return false;
	for (uint32_t n = 0; n < node; n++) {
		const struct ost_node *items = f->cur->tree.v.items;
		uint32_t then;

		if (items[n].op != OST_N_IF || items[n].end <= node)
			continue;
		then = items[n + 1].end;
		if (then <= node && node < items[then].end && is_asked(f->cur, n + 1, "suspend"))
			return true;
	}
	return false;
}

static void judge_sleep(struct ost_finder *f, const struct ost_wait_cand *c)
{
	bool is_asleep = is_while_asleep(f, c);

	if ((is_asleep || is_on_way_to_sleep(f, c)) && is_frozen(f, c->s))
		ost_draft_doubt(f, is_asleep ? OST_RANK_POSSIBLE : OST_RANK_LIKELY,
				"its queue is frozen while the system sleeps");
}

/* `hrtimer_start(&x->timer, ..., HRTIMER_MODE_REL_PINNED)` in the unit: 1, another mode: -1, none: 0. */
static int start_in(struct ost_finder *f, uint32_t unit, uint32_t field)
{
	int found = 0;

	if (!ost_finder_enter(f, unit))
		return 0;
	for (uint32_t n = 0; n + 1 < f->cur->tree.v.nr; n++) {
		struct ost_path path;
		uint32_t arg;

		if (f->cur->tree.v.items[n].op != OST_N_CALL || strncmp(name_at(f->cur, n + 1), "hrtimer_start", 13))
			continue;
		arg = ost_lk_call_arg(f->cur, n, 0);
		if (!arg)
			continue;
		ost_expr_path(f->cur, arg, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		if (!path.nr_steps || path.steps[path.nr_steps - 1].id != field)
			continue;
		if (!mentions(f->cur, n, "_PINNED"))
			return -1;
		found = 1;
	}
	return found;
}

static bool is_pinned(struct ost_finder *f, const struct ost_wait_site *s)
{
	const struct ost_binding *b = ost_program_binding(f->p, s->binding);
	const struct ost_facts *facts = ost_program_facts(f->p, b->file);
	bool found = false;

	if (s->field == OST_NO_ID)
		return false;
	if (b->in != OST_NO_ID && b->node && ost_finder_enter(f, b->in) && mentions(f->cur, b->node, "_PINNED"))
		return true;
	if (s->wait->prim->kind != OST_WK_HRTIMER)
		return false;
	for (uint32_t i = 0; i < facts->nr_funcs; i++) {
		int start = start_in(f, ost_program_func_unit(f->p, b->file, i), s->field);

		if (start < 0)
			return false;
		found |= start > 0;
	}
	return found;
}

/* The callback may not sleep: where it seems to come to a lock that does, some branch keeps it from there. */
static bool sleeps_in_atomic(const struct ost_wait_cand *c, const struct ost_lk_ref *need)
{
	unsigned kind = c->s->wait->prim->kind;

	return (kind == OST_WK_TIMER || kind == OST_WK_HRTIMER || kind == OST_WK_TASKLET || kind == OST_WK_NAPI) &&
	       (need->kind == OST_LKK_MUTEX || need->kind == OST_LKK_RWSEM || need->kind == OST_LKK_SEM);
}

/* Who waits is itself part of an item of the ordered queue that the waited-for item is put on. */
static bool is_on_one_queue(struct ost_finder *f, const struct ost_wait_cand *c)
{
	struct ost_object work = { OST_OBJ_NONE, 0 };
	uint64_t queue;

	if (c->s->field != OST_NO_ID)
		work = (struct ost_object){ OST_OBJ_FIELD, c->s->field };
	else if (c->s->global != OST_NO_ID)
		work = (struct ost_object){ OST_OBJ_GLOBAL, c->s->global };
	queue = ost_ordered_queue_of(f, work);
	return queue && ost_ordered_queue_above(f, c->frames[c->nr_frames - 1].unit) == queue;
}

void ost_wait_judge_item(struct ost_finder *f, const struct ost_wait_cand *c)
{
	unsigned kind = c->s->wait->prim->kind;
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, f->search.down.items[c->acq->node].unit);

	if (sleeps_in_atomic(c, &sum->locks[c->acq->ev->lock]))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the callback may not sleep, and the lock does");
	if (kind == OST_WK_WORK)
		judge_sleep(f, c);
	if (kind == OST_WK_WORK && is_on_one_queue(f, c))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "both run on one ordered queue: never at the same time");
	if (ost_wait_poll_state(f, c->s, c->acq) == OST_POLL_PERHAPS)
		ost_draft_doubt(f, OST_RANK_LIKELY, "the poll function may have said before that it is done");
	if ((kind == OST_WK_HRTIMER || kind == OST_WK_TIMER) && c->s->wait->flags & OST_EVF_IRQS_OFF &&
	    is_pinned(f, c->s))
		ost_draft_doubt(f, OST_RANK_POSSIBLE, "the timer runs on the processor that started it, where interrupts may be off");
	for (uint32_t n = c->acq->node; n; n = f->search.down.items[n].parent) {
		const char *name = ost_unit_name(f, f->search.down.items[n].unit);

		if (ost_is_making(f, name))
			ost_draft_doubt(f, OST_RANK_LIKELY, "the callback makes the object, in %s(), which nobody else has before", name);
	}
}
