// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/irq_slots.h"

/* Comes back with a lock that switched interrupts off. */
static bool leaves_off(const struct ost_finder *f, uint32_t unit)
{
	const struct ost_lk_summary *sum = ost_lk_sum(f->w, unit);

	for (uint32_t i = 0; sum && i < sum->nr_effects; i++)
		if (sum->effects[i].kind == OST_FX_ACQUIRE && sum->effects[i].ctx != OST_LKC_NONE)
			return true;
	return false;
}

/* The function lies in some slot of that record. */
static bool is_stored_in(const struct ost_finder *f, uint32_t unit, uint32_t record)
{
	const struct ost_lk_graph *g = &f->graph;
	struct ost_field_def field;

	for (uint64_t i = g->entry_first[unit]; i < g->entry_first[unit + 1]; i++) {
		ost_program_field(f->p, g->slots.items[g->entries[i].slot].field, &field);
		if (field.record == record)
			return true;
	}
	return false;
}

/* Some function of the unit's file that is in the same kind of table does so: seq_operations.start before .show. */
static bool comes_after_off(const struct ost_finder *f, uint32_t slot, uint32_t unit)
{
	uint32_t file = ost_program_unit(f->p, unit)->file, other;
	struct ost_field_def field;

	ost_program_field(f->p, f->graph.slots.items[slot].field, &field);
	for (uint32_t i = 0; (other = ost_program_func_unit(f->p, file, i)) != OST_NO_ID; i++)
		if (leaves_off(f, other) && is_stored_in(f, other, field.record))
			return true;
	return false;
}

bool ost_irq_is_for_tasks(const struct ost_finder *f, uint32_t unit)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->entry_first[unit]; i < g->entry_first[unit + 1]; i++) {
		unsigned what = g->slots.items[g->entries[i].slot].what;

		if ((what == OST_LKS_TASK || what == OST_LKS_DOWN) && !comes_after_off(f, g->entries[i].slot, unit))
			return true;
	}
	return false;
}

/* The call at that line of the unit registers what lies in the table. */
static bool registers(struct ost_finder *f, uint32_t unit, uint32_t line, const char *callee, struct ost_object table)
{
	uint32_t call = ost_finder_enter(f, unit) ? ost_call_node(f->cur, line, callee) : 0;
	uint32_t arg = call && !(call & OST_CALL_HANDED) ? ost_lk_call_arg(f->cur, call, 0) : 0;
	struct ost_object object;
	struct ost_path path;

	if (!arg)
		return false;
	ost_expr_path(f->cur, arg, OST_PATH_LOCALS, &path);
	object = ost_path_object(&path);
	return object.kind != OST_OBJ_NONE && object.kind == table.kind && object.id == table.id;
}

/* Some function of the file registers the table with somebody who calls with interrupts off. */
static bool is_registered_off(struct ost_finder *f, uint32_t file, struct ost_object table)
{
	const struct ost_lk_graph *g = &f->graph;
	uint32_t unit;

	for (uint32_t i = 0; (unit = ost_program_func_unit(f->p, file, i)) != OST_NO_ID; i++)
		for (uint64_t k = g->out_first[unit]; k < g->out_first[unit + 1]; k++) {
			const char *callee = ost_unit_name(f, g->out[k].unit);

			if (!g->out[k].is_handed && ost_lk_context(&f->w->tables, callee) == OST_LKX_IRQS_OFF &&
			    registers(f, unit, g->out[k].line, callee, table))
				return true;
		}
	return false;
}

bool ost_irq_is_called_off(struct ost_finder *f, uint32_t unit)
{
	const struct ost_lk_graph *g = &f->graph;

	for (uint64_t i = g->entry_first[unit]; i < g->entry_first[unit + 1]; i++) {
		const struct ost_target *target = ost_program_target(f->p, g->entries[i].target);

		if (g->slots.items[g->entries[i].slot].what == OST_LKS_CHAIN && is_registered_off(f, target->file, target->table))
			return true;
	}
	return false;
}

/* The unit is a function of the handler's table that runs while the handler's does not. */
static bool is_down_slot(const struct ost_finder *f, uint32_t slot, uint32_t unit)
{
	const struct ost_lk_graph *g = &f->graph;
	struct ost_field_def one, other;

	ost_program_field(f->p, slot, &one);
	for (uint64_t i = g->entry_first[unit]; i < g->entry_first[unit + 1]; i++) {
		const struct ost_lk_slot *in = &g->slots.items[g->entries[i].slot];

		if (in->what != OST_LKS_DOWN)
			continue;
		ost_program_field(f->p, in->field, &other);
		if (one.record == other.record)
			return true;
	}
	return false;
}

#define DOWN_DEPTH 3
#define DOWN_CALLERS 12

/* Such a one, or only called from such. */
static bool is_while_down(const struct ost_finder *f, uint32_t slot, uint32_t unit, unsigned depth)
{
	const struct ost_lk_graph *g = &f->graph;
	uint64_t nr = g->in_first[unit + 1] - g->in_first[unit];

	if (is_down_slot(f, slot, unit))
		return true;
	if (!depth || !nr || nr > DOWN_CALLERS || g->entry_first[unit] != g->entry_first[unit + 1])
		return false;
	for (uint64_t i = g->in_first[unit]; i < g->in_first[unit + 1]; i++)
		if (!is_while_down(f, slot, g->in[i].unit, depth - 1))
			return false;
	return true;
}

bool ost_irq_is_while_down(const struct ost_finder *f, uint32_t slot, uint32_t unit)
{
	return is_while_down(f, slot, unit, DOWN_DEPTH);
}
