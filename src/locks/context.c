// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/context.h"

#include <string.h>

/* The file sets up an hrtimer that is run by soft interrupts: its own are taken for such. */
static bool has_soft_hrtimers(const struct ost_program *p, uint32_t file)
{
	static const char head[] = "HRTIMER_MODE_", tail[] = "_SOFT";
	const struct ost_facts *f = ost_program_facts(p, file);

	for (uint32_t i = 0; f && i < f->nr_strs; i++) {
		const char *str = ost_facts_str(f, i);
		uint32_t len = ost_facts_strlen(f, i);

		if (len > sizeof(head) + sizeof(tail) && !memcmp(str, head, sizeof(head) - 1) &&
		    strstr(str + sizeof(head) - 1, tail))
			return true;
	}
	return false;
}

enum ost_context ost_binding_context(const struct ost_program *p, const struct ost_binding *b)
{
	static const char *const soft[] = { "timer", "tasklet", "napi", "rcu", "urb" };
	const struct ost_binding_row *row = ost_program_binding_row(p, b->row);

	if (row->flags & OST_BR_THREADED)
		return OST_CX_TASK;
	if (!strcmp(row->kind, "irq") || !strcmp(row->kind, "irq-work") || !strcmp(row->kind, "ipi"))
		return OST_CX_HARD;
	if (!strcmp(row->kind, "hrtimer"))
		return has_soft_hrtimers(p, b->file) ? OST_CX_SOFT : OST_CX_HARD;
	for (size_t i = 0; i < OST_ARRAY_SIZE(soft); i++)
		if (!strcmp(row->kind, soft[i]))
			return OST_CX_SOFT;
	return OST_CX_TASK;
}

static const struct ost_node *node_at(const struct ost_scope *s, uint32_t n)
{
	return &s->tree.v.items[n];
}

/* The name that a node is, or "". */
static const char *name_at(const struct ost_scope *s, uint32_t n)
{
	return node_at(s, n)->op == OST_N_NAME ? ost_facts_str(s->f, node_at(s, n)->a) : "";
}

static bool has_sleeping_arg(const struct ost_lk_tables *t, const struct ost_scope *s, uint32_t call)
{
	uint32_t arg;

	for (unsigned i = 0; (arg = ost_lk_call_arg(s, call, i)) != 0; i++)
		if (ost_lk_context(t, name_at(s, arg)) == OST_LKX_SLEEPS_ARG)
			return true;
	return false;
}

/* Some call in the unit's body says that. */
static bool has_call(struct ost_finder *f, uint32_t unit, unsigned what)
{
	const struct ost_lk_tables *t = &f->w->tables;

	if (!ost_finder_enter(f, unit))
		return false;
	for (uint32_t n = 0; n < f->cur->tree.v.nr; n++) {
		unsigned is;

		if (node_at(f->cur, n)->op != OST_N_CALL)
			continue;
		is = ost_lk_context(t, name_at(f->cur, n + 1));
		is = is == OST_LKX_POLL_END ? OST_LKX_SOFTIRQ : is;
		if ((is == what || (what == OST_LKX_SLEEPS && has_sleeping_arg(t, f->cur, n))) &&
		    (what != OST_LKX_SLEEPS || !ost_is_in_branch(f->cur, n)))
			return true;
	}
	return false;
}

bool ost_may_sleep(struct ost_finder *f, uint32_t unit)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(f->p, unit, &ids);
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);

		if (ost_program_binding_row(f->p, b->row)->flags & OST_BR_THREADED)
			return true;
	}
	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].prim &&
		    sum->events[i].prim->kind <= OST_LKK_RWSEM)
			return true;
	return has_call(f, unit, OST_LKX_SLEEPS);
}

bool ost_next_param_call(struct ost_finder *f, uint32_t unit, uint32_t *node, const struct ost_lk_event **ret)
{
	*ret = NULL;
	if (!ost_finder_enter(f, unit))
		return false;
	for (uint32_t n = *node; n < f->cur->tree.v.nr; n++) {
		struct ost_frame at = { .unit = unit, .slot = OST_NO_ID };
		struct ost_call call;

		if (node_at(f->cur, n)->op != OST_N_CALL)
			continue;
		ost_call_resolve(f->cur, n, &call);
		if (call.kind != OST_CALL_PARAM)
			continue;
		at.line = node_at(f->cur, n)->line;
		at.callee = name_at(f->cur, n + 1);
		*ret = ost_finder_event(f, &at);
		*node = n + 1;
		return true;
	}
	return false;
}

bool ost_calls_param(struct ost_finder *f, uint32_t unit, bool by_hard, bool *is_shut)
{
	unsigned shut = OST_EVF_IRQS_OFF | (by_hard ? 0u : OST_EVF_BH_OFF);
	const struct ost_lk_event *ev;
	uint32_t node = 0;
	bool any = false;

	while (ost_next_param_call(f, unit, &node, &ev)) {
		*is_shut |= ev && ev->flags & shut;
		any = true;
	}
	return any;
}

#define POLL_DEPTH 2	/* calls below the function that hand packets on */

static bool hands_packets_on(struct ost_finder *f, uint32_t unit, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;

	if (has_call(f, unit, OST_LKX_SOFTIRQ))
		return true;
	for (uint64_t i = g->out_first[unit]; depth && i < g->out_first[unit + 1]; i++)
		if (!g->out[i].is_one_of && hands_packets_on(f, g->out[i].unit, depth - 1))
			return true;
	return false;
}

bool ost_is_polling(struct ost_finder *f, uint32_t unit)
{
	const struct ost_unit *u = ost_program_unit(f->p, unit);

	for (uint32_t i = 0; i < u->nr_params; i++) {
		uint32_t rec = ost_ctype_record(f->p, ost_unit_param_type(f->p, unit, i));
		struct ost_record_def def;

		if (rec == OST_NO_ID)
			continue;
		ost_program_record(f->p, rec, &def);
		if (def.tag != OST_NO_ID && !strcmp(ost_program_name(f->p, def.tag), "napi_struct"))
			return hands_packets_on(f, unit, POLL_DEPTH);
	}
	return false;
}
