// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a poll function does once it has said that it is done: napi_disable()
 * does not wait for that.
 */
#include "locks/frames.h"
#include "locks/waits.h"

/* What data/lock-context.txt says of the call that the node is. */
static unsigned context_of(const struct ost_finder *f, uint32_t n)
{
	const struct ost_scope *s = f->cur;

	if (ost_at(s, n)->op != OST_N_CALL || ost_at(s, n + 1)->op != OST_N_NAME)
		return OST_LKX_NONE;
	return ost_lk_context(&f->w->tables, ost_facts_str(s->f, ost_at(s, n + 1)->a));
}

static bool is_call(void *ctx, uint32_t part)
{
	return part == *(const uint32_t *)ctx;
}

/* The acquisition, or the call that leads to it, in the callback, which is entered. */
static uint32_t node_in_callback(const struct ost_finder *f, const struct ost_wait_acq *acq)
{
	const struct ost_reach_node *down = f->search.down.items;
	uint32_t n = acq->node;

	if (!n)
		return acq->ev->node & ~OST_CALL_HANDED;
	while (down[n].parent)
		n = down[n].parent;
	return ost_call_node(f->cur, down[n].line, ost_callee_name(f, down[n].unit, down[n].slot)) & ~OST_CALL_HANDED;
}

enum ost_poll_state ost_wait_poll_state(struct ost_finder *f, const struct ost_wait_site *s,
					const struct ost_wait_acq *acq)
{
	enum ost_poll_state state = OST_POLL_WAITED;
	uint32_t node;

	if (s->wait->prim->kind != OST_WK_NAPI || !ost_finder_enter(f, s->callback))
		return state;
	node = node_in_callback(f, acq);
	for (uint32_t n = 0; n + 1 < node; n++) {
		unsigned what = context_of(f, n);

		if (what == OST_LKX_POLL_END && ost_is_granted(f->cur, node, is_call, &n))
			state = OST_POLL_OVER;
		else if (what == OST_LKX_POLL_END && ost_is_passed(f->cur, n, node))
			state = state == OST_POLL_OVER ? state : OST_POLL_PERHAPS;
		else if (what == OST_LKX_POLL_AGAIN && state == OST_POLL_OVER)
			state = OST_POLL_PERHAPS;
	}
	return state;
}
