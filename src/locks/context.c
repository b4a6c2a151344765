// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/context.h"

#include <string.h>

#include "locks/below.h"
#include "locks/chain.h"

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

enum ost_context ost_callback_context(struct ost_finder *f, const struct ost_binding *b)
{
	if (!strcmp(ost_program_binding_row(f->p, b->row)->kind, "work") && b->object.kind != OST_OBJ_NONE &&
	    ost_is_queued_only(f, b->object, "system_bh", "WQ_BH"))
		return OST_CX_SOFT;
	return ost_binding_context(f->p, b);
}

/* The name that a node is, or "". */
static const char *name_at(const struct ost_scope *s, uint32_t n)
{
	return ost_at(s, n)->op == OST_N_NAME ? ost_facts_str(s->f, ost_at(s, n)->a) : "";
}

/* The function binds the object to another callback before that node. */
static bool binds_other(const struct ost_finder *f, const struct ost_binding *b, uint32_t unit, uint32_t node)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_object_bindings(f->p, b->object, &ids);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *other = ost_program_binding(f->p, ids[i]);

		if (other->in == unit && other->callback != OST_NO_ID && other->callback != b->callback &&
		    other->node < node)
			return true;
	}
	return false;
}

static bool is_timer_start(const char *name)
{
	static const char *const names[] = { "add_timer", "mod_timer", "add_timer_on", "timer_reduce", "mod_timer_pending" };

	for (size_t i = 0; i < OST_ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* What the function starts the timer for: 1 this binding's callback, -1 another one's, 0: it does not. */
static int starts_timer(struct ost_finder *f, const struct ost_binding *b, uint32_t unit)
{
	int found = 0;

	if (!ost_finder_enter(f, unit))
		return 0;
	for (uint32_t n = 0; n + 1 < f->cur->tree.v.nr; n++) {
		uint32_t arg = 0;
		struct ost_path path;
		struct ost_object object;

		if (ost_at(f->cur, n)->op == OST_N_CALL && is_timer_start(name_at(f->cur, n + 1)))
			arg = ost_lk_call_arg(f->cur, n, 0);
		if (!arg)
			continue;
		ost_expr_path(f->cur, arg, OST_PATH_LOCALS | OST_PATH_CALLS, &path);
		object = ost_path_object(&path);
		if (object.kind != b->object.kind || object.id != b->object.id)
			continue;
		if (!binds_other(f, b, unit, n))
			return 1;
		found = -1;
	}
	return found;
}

/* In the same folder, not below it. */
static bool is_beside(const char *path, const char *other)
{
	size_t len = ost_folder_len(path);

	return len == ost_folder_len(other) && !memcmp(path, other, len);
}

static bool names_timer_start(const struct ost_facts *facts)
{
	for (uint32_t i = 0; i < facts->nr_strs; i++)
		if (is_timer_start(ost_facts_str(facts, i)))
			return true;
	return false;
}

/* What the functions of a file start the timer for, as above. */
static int file_starts_timer(struct ost_finder *f, const struct ost_binding *b, uint32_t file)
{
	bool is_known = false;	/* the file has such a name */
	int found = 0, starts;
	uint32_t unit;

	for (uint32_t i = 0; found <= 0 && (unit = ost_program_func_unit(f->p, file, i)) != OST_NO_ID; i++) {
		if (!is_known && ost_finder_enter(f, unit)) {
			is_known = names_timer_start(f->cur->f);
			if (!is_known)
				return 0;
		}
		starts = starts_timer(f, b, unit);
		found = starts ? starts : found;
	}
	return found;
}

bool ost_is_bound_in_vain(struct ost_finder *f, const struct ost_binding *b)
{
	const char *path = ost_program_path(f->p, b->file);
	const uint32_t *ids;
	uint32_t nr = b->object.kind == OST_OBJ_NONE ? 0 : ost_program_object_bindings(f->p, b->object, &ids);
	bool is_other = false, found = false;

	if (strcmp(ost_program_binding_row(f->p, b->row)->kind, "timer"))
		return false;
	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *other = ost_program_binding(f->p, ids[i]);

		if (!is_beside(path, ost_program_path(f->p, other->file)))
			return false;
		is_other |= other->callback != OST_NO_ID && other->callback != b->callback;
	}
	for (uint32_t i = 0; is_other && i < ost_program_nr_files(f->p); i++) {
		int starts = is_beside(path, ost_program_path(f->p, i)) ? file_starts_timer(f, b, i) : 0;

		if (starts > 0)
			return false;
		found |= starts < 0;
	}
	return found;
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

		if (ost_at(f->cur, n)->op != OST_N_CALL)
			continue;
		is = ost_lk_context(t, name_at(f->cur, n + 1));
		is = is == OST_LKX_POLL_END ? OST_LKX_SOFTIRQ : is;
		if ((is == what || (what == OST_LKX_SLEEPS && has_sleeping_arg(t, f->cur, n))) &&
		    (what != OST_LKX_SLEEPS || !ost_is_in_branch(f->cur, n)))
			return true;
	}
	return false;
}

static bool may_sleep(struct ost_finder *f, uint32_t unit)
{
	const uint32_t *ids;
	uint32_t nr = ost_program_callback_bindings(f->p, unit, &ids);
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_binding *b = ost_program_binding(f->p, ids[i]);

		if (ost_program_binding_row(f->p, b->row)->flags & OST_BR_THREADED)
			return ost_callback_context(f, b) == OST_CX_TASK;
	}
	for (uint32_t i = 0; sum && i < sum->nr_events; i++)
		if (sum->events[i].kind == OST_EV_ACQUIRE && sum->events[i].prim &&
		    sum->events[i].prim->kind <= OST_LKK_RWSEM)
			return true;
	return has_call(f, unit, OST_LKX_SLEEPS);
}

bool ost_may_sleep(struct ost_finder *f, uint32_t unit)
{
	const uint64_t *known = ost_table_get(&f->sleeps, unit);
	bool does;

	if (known)
		return *known != 0;
	does = may_sleep(f, unit);
	*ost_table_put(&f->sleeps, unit, NULL) = does;
	return does;
}

bool ost_next_param_call(struct ost_finder *f, uint32_t unit, uint32_t *node, const struct ost_lk_event **ret)
{
	*ret = NULL;
	if (!ost_finder_enter(f, unit))
		return false;
	for (uint32_t n = *node; n < f->cur->tree.v.nr; n++) {
		struct ost_frame at = { .unit = unit, .slot = OST_NO_ID };
		struct ost_call call;

		if (ost_at(f->cur, n)->op != OST_N_CALL)
			continue;
		ost_call_resolve(f->cur, n, &call);
		if (call.kind != OST_CALL_PARAM)
			continue;
		at.line = ost_at(f->cur, n)->line;
		at.callee = name_at(f->cur, n + 1);
		*ret = ost_finder_event(f, &at);
		*node = n + 1;
		return true;
	}
	return false;
}

static bool is_function_type(const struct ost_program *p, struct ost_ctype type)
{
	type = ost_ctype_strip(p, type);
	if (!type.type)
		return false;
	if (ost_program_facts(p, type.file)->types[type.type].kind == OST_T_POINTER)
		type = ost_ctype_strip(p, ost_ctype_deref(p, type));
	return type.type && ost_program_facts(p, type.file)->types[type.type].kind == OST_T_FUNC;
}

bool ost_hands_param_on(struct ost_finder *f, uint32_t unit, uint32_t line)
{
	if (!ost_finder_enter(f, unit))
		return false;
	for (uint32_t n = 0; n < f->cur->tree.v.nr; n++) {
		uint32_t arg;

		if (ost_at(f->cur, n)->op != OST_N_CALL || ost_at(f->cur, n)->line != line)
			continue;
		for (unsigned i = 0; (arg = ost_lk_call_arg(f->cur, n, i)) != 0; i++) {
			int param = ost_arg_param(f->cur, arg);

			if (param >= 0 && is_function_type(f->p, ost_unit_param_type(f->p, unit, (uint32_t)param)))
				return true;
		}
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
