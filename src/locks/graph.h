/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * graph.h - who calls whom, laid out for searching.
 *
 * Direct calls as arrays in both directions; calls through a slot as (unit,
 * line, slot), expanded by the searcher. Built once from the program.
 */
#ifndef OST_LOCKS_GRAPH_H
#define OST_LOCKS_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "base/vec.h"
#include "program/program.h"

struct ost_lk_edge {
	uint32_t unit;		/* the other end */
	uint32_t line;		/* of the call, in the caller's file */
	uint32_t slot;		/* field, OST_NO_ID: a direct call */
	uint32_t is_one_of;	/* the name resolved to several definitions */
};

struct ost_lk_graph {
	const struct ost_program *p;
	uint32_t nr_units;
	uint64_t *out_first, *in_first;		/* nr_units + 1 */
	struct ost_lk_edge *out, *in;		/* direct calls: callees of, callers of */
	uint64_t *site_first;			/* nr_units + 1 */
	struct ost_lk_edge *sites;		/* calls through slots made by a unit; unit: itself */
	struct ost_table slot_ranges;		/* slot → first << 32 | number, in by_slot */
	OST_VEC(struct ost_lk_edge) by_slot;	/* unit: who calls through it */
};

void ost_lk_graph_init(struct ost_lk_graph *g, const struct ost_program *p);
void ost_lk_graph_deinit(struct ost_lk_graph *g);

/* Who calls through the slot; the number is returned. */
uint32_t ost_lk_slot_callers(const struct ost_lk_graph *g, uint32_t slot, const struct ost_lk_edge **ret);

#endif
