// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Indexes over what the walk wrote down, and the questions on them: who
 * calls, what is stored where, what a slot may reach.
 */
#include "base/pool.h"
#include "base/sort.h"
#include "program/internal.h"

#include <stdlib.h>

#define FORWARD_MAX 5	/* functions that hand a parameter on */

/* ---- sorted ids -------------------------------------------------------- */

typedef uint32_t (*key_fn)(const struct ost_program *p, uint32_t id);

struct keyed {
	uint32_t key, id;
};

/* By key; two passes of 16 bits, stable, so that ids stay ordered. tmp is as large as list. */
static void sort_keyed(struct keyed *list, struct keyed *tmp, uint32_t nr)
{
	uint32_t *count = ost_malloc(65537 * sizeof(*count)), i, shift;
	struct keyed *swap;

	for (shift = 0; shift < 32; shift += 16) {
		memset(count, 0, 65537 * sizeof(*count));
		for (i = 0; i < nr; i++)
			count[(list[i].key >> shift & 0xffff) + 1]++;
		for (i = 0; i < 65536; i++)
			count[i + 1] += count[i];
		for (i = 0; i < nr; i++)
			tmp[count[list[i].key >> shift & 0xffff]++] = list[i];
		swap = list;
		list = tmp;
		tmp = swap;
	}
	free(count);
}

static uint32_t *ids_by(const struct ost_program *p, size_t nr, key_fn key)
{
	struct keyed *list = ost_malloc((nr + 1) * sizeof(*list)), *tmp = ost_malloc((nr + 1) * sizeof(*list));
	uint32_t *ids = ost_malloc((nr + 1) * sizeof(*ids)), i;

	for (i = 0; i < nr; i++)
		list[i] = (struct keyed){ key(p, i), i };
	sort_keyed(list, tmp, (uint32_t)nr);
	for (i = 0; i < nr; i++)
		ids[i] = list[i].id;
	free(list);
	free(tmp);
	return ids;
}

/* The ids with that key, in ids sorted by ids_by(). */
static uint32_t range(const struct ost_program *p, const uint32_t *ids, uint32_t nr, key_fn key,
		      uint32_t want, const uint32_t **ret)
{
	uint32_t lo = 0, hi = nr, mid, end;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (key(p, ids[mid]) < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < nr && key(p, ids[end]) == want; end++)
		;
	*ret = ids + lo;
	return end - lo;
}

static uint32_t key_flow_callee(const struct ost_program *p, uint32_t i)
{
	return p->argflows.items[i].callee;
}
static uint32_t key_flow_unit(const struct ost_program *p, uint32_t i)
{
	return p->argflows.items[i].unit;
}
static uint32_t key_flow_src(const struct ost_program *p, uint32_t i)
{
	const struct ost_argflow *af = &p->argflows.items[i];

	return af->src_kind == OST_SRC_UNIT ? af->src : OST_NO_ID;
}
static uint32_t key_target_unit(const struct ost_program *p, uint32_t i)
{
	return p->targets.items[i].unit;
}
static uint32_t key_target_table(const struct ost_program *p, uint32_t i)
{
	return ost_object_pack(p->targets.items[i].table);
}
static uint32_t key_binding_unit(const struct ost_program *p, uint32_t i)
{
	return p->bindings.items[i].callback;
}
static uint32_t key_binding_object(const struct ost_program *p, uint32_t i)
{
	return ost_object_pack(p->bindings.items[i].object);
}
static void order(struct ost_program *p, size_t item)
{
	const struct {
		uint32_t **ids;
		size_t nr;
		key_fn key;
	} orders[OST_NR_ORDERS] = {
		{ &p->flows_by_unit, p->argflows.nr, key_flow_unit },
		{ &p->flows_by_callee, p->argflows.nr, key_flow_callee },
		{ &p->flows_by_src, p->argflows.nr, key_flow_src },
		{ &p->targets_by_unit, p->targets.nr, key_target_unit },
		{ &p->targets_by_table, p->targets.nr, key_target_table },
		{ &p->bindings_by_unit, p->bindings.nr, key_binding_unit },
		{ &p->bindings_by_object, p->bindings.nr, key_binding_object },
	};

	if (!*orders[item].ids)	/* the first one is needed before the others */
		*orders[item].ids = ids_by(p, orders[item].nr, orders[item].key);
}

/* ---- registrations ----------------------------------------------------- */

static uint32_t stores_of(const struct ost_program *p, uint32_t unit, const struct ost_paramstore **ret)
{
	uint32_t lo = 0, hi = (uint32_t)p->paramstores.nr, mid, end;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (p->paramstores.items[mid].unit < unit)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < p->paramstores.nr && p->paramstores.items[end].unit == unit; end++)
		;
	*ret = p->paramstores.items + lo;
	return end - lo;
}

struct join {
	struct ost_program *p;
	const struct ost_argflow *from;	/* the call that hands a known thing in */
	uint32_t seen[64], nr_seen;
};

static void join_store(struct join *j, const struct ost_paramstore *ps, bool is_first)
{
	const struct ost_argflow *af = j->from;
	struct ost_object table = ost_object_unpack(ps->table);
	struct ost_points_to *pt;
	struct ost_target *t;

	if (!table.kind && is_first && ps->table_param < OST_ARGFLOW_ARGS)
		table = ost_object_unpack(af->args[ps->table_param]);
	if (af->src_kind == OST_SRC_UNIT) {
		t = ost_vec_push(&j->p->targets);
		*t = (struct ost_target){ .slot = ps->field, .unit = af->src, .table = table,
			.file = af->file, .line = af->line, .in = af->unit, .how = OST_HOW_REGISTER };
		return;
	}
	pt = ost_vec_push(&j->p->points);
	pt->field = ps->field;
	pt->object = (struct ost_object){ af->src_kind == OST_SRC_GLOBAL ? OST_OBJ_GLOBAL : OST_OBJ_FIELD, af->src };
	pt->file = af->file;
	pt->line = af->line;
	pt->in = af->unit;
	pt->how = OST_HOW_REGISTER;
}

static void join_callee(struct join *j, uint32_t file, uint32_t callee, uint32_t arg, int depth)
{
	const struct ost_paramstore *stores;
	const struct ost_argflow *af;
	const uint32_t *flows;
	struct ost_resolved r;
	uint32_t i, k, nr;

	ost_program_resolve(j->p, file, callee, &r);
	for (i = 0; i < r.nr && i < 4; i++) {
		for (k = 0; k < j->nr_seen && j->seen[k] != r.units[i]; k++)
			;
		if (k < j->nr_seen || j->nr_seen == OST_ARRAY_SIZE(j->seen))
			continue;
		j->seen[j->nr_seen++] = r.units[i];
		nr = stores_of(j->p, r.units[i], &stores);
		for (k = 0; k < nr; k++)
			if (stores[k].param == arg)
				join_store(j, &stores[k], depth == 0);
		nr = depth < FORWARD_MAX ? range(j->p, j->p->flows_by_unit, (uint32_t)j->p->argflows.nr,
						 key_flow_unit, r.units[i], &flows) : 0;
		for (k = 0; k < nr; k++) {
			af = &j->p->argflows.items[flows[k]];
			if (af->src_kind == OST_SRC_PARAM && af->src == arg)
				join_callee(j, af->file, af->callee, af->arg, depth + 1);
		}
	}
}

void ost_program_join_flows(struct ost_program *p)
{
	struct join j = { .p = p };
	uint32_t i, nr = (uint32_t)p->argflows.nr;

	order(p, 0);
	for (i = 0; i < nr; i++) {
		j.from = &p->argflows.items[i];
		j.nr_seen = 0;
		if (j.from->src_kind != OST_SRC_PARAM)
			join_callee(&j, j.from->file, j.from->callee, j.from->arg, 0);
	}
}

/* ---- indexes ----------------------------------------------------------- */

#define CMP(a, b) do { if ((a) != (b)) return (a) < (b) ? -1 : 1; } while (0)

static int cmp_target(const void *a, const void *b)
{
	const struct ost_target *x = a, *y = b;

	CMP(x->slot, y->slot);
	CMP(x->file, y->file);
	CMP(x->line, y->line);
	CMP(x->unit, y->unit);
	CMP(x->table.kind, y->table.kind);
	CMP(x->table.id, y->table.id);
	CMP(x->how, y->how);
	return 0;
}

static int cmp_points(const void *a, const void *b)
{
	const struct ost_points_to *x = a, *y = b;

	CMP(x->field, y->field);
	CMP(x->file, y->file);
	CMP(x->line, y->line);
	CMP(x->object.kind, y->object.kind);
	CMP(x->object.id, y->object.id);
	CMP(x->how, y->how);
	return 0;
}

static int cmp_binding(const void *a, const void *b)
{
	const struct ost_binding *x = a, *y = b;

	CMP(x->file, y->file);
	CMP(x->line, y->line);
	CMP(x->row, y->row);
	CMP(x->callback, y->callback);
	CMP(x->node, y->node);
	CMP(x->object.kind, y->object.kind);
	CMP(x->object.id, y->object.id);
	return 0;
}

/* The same fact twice (a macro seen in both arms of an #if) is one. */
#define SORT_UNIQUE(v, cmp)							\
	do {									\
		size_t n_ = 0, i_;						\
		if (!(v)->nr)							\
			break;							\
		ost_sort_tail((v)->items, (v)->nr, sizeof(*(v)->items), cmp);	\
		for (i_ = 1; i_ < (v)->nr; i_++)				\
			if (cmp(&(v)->items[n_], &(v)->items[i_]))		\
				(v)->items[++n_] = (v)->items[i_];		\
		(v)->nr = n_ + 1;						\
	} while (0)

#define COPY_ROUNDS 3	/* records that it is handed through */
#define MAX_COPIES 1000000	/* in one round */

bool ost_program_copied_at(const struct ost_program *p, const struct ost_target *t, uint32_t *ret_file, uint32_t *ret_line)
{
	const struct ost_points_to *pt;
	const struct ost_target *from;
	uint32_t nr = t->how == OST_HOW_COPY ? ost_program_points_to(p, t->slot, &pt) : 0;

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t nr_from = pt[i].how == OST_HOW_COPY ? ost_program_slot_targets(p, pt[i].object.id, &from) : 0;

		for (uint32_t k = 0; k < nr_from; k++)
			if (from[k].unit == t->unit && from[k].file == t->file && from[k].line == t->line) {
				*ret_file = pt[i].file;
				*ret_line = pt[i].line;
				return true;
			}
	}
	return false;
}

typedef OST_VEC(struct ost_target) targets_vec;

static void copy_targets(const struct ost_program *p, const struct ost_points_to *pt, targets_vec *ret)
{
	const struct ost_target *from;
	uint32_t nr = ost_program_slot_targets(p, pt->object.id, &from);

	for (uint32_t i = 0; i < nr && ret->nr < MAX_COPIES; i++) {
		struct ost_target t = from[i];

		t.slot = pt->field;
		t.table = (struct ost_object){ OST_OBJ_NONE, 0 };
		t.how = OST_HOW_COPY;
		if (!bsearch(&t, p->targets.items, p->targets.nr, sizeof(t), cmp_target))
			ost_vec_add(ret, t);
	}
}

/* What is copied from field to field, again for those that it is copied on from. */
static void follow_copies(struct ost_program *p)
{
	targets_vec new = OST_VEC_INIT;
	bool is_more = true;

	for (unsigned round = 0; is_more && round < COPY_ROUNDS; round++) {
		size_t before = p->targets.nr;

		ost_vec_clear(&new);
		for (size_t i = 0; i < p->points.nr; i++)
			if (p->points.items[i].how == OST_HOW_COPY)
				copy_targets(p, &p->points.items[i], &new);
		for (size_t i = 0; i < new.nr; i++)
			ost_vec_add(&p->targets, new.items[i]);
		SORT_UNIQUE(&p->targets, cmp_target);
		is_more = p->targets.nr > before;
	}
	ost_vec_deinit(&new);
}

/* Stores in a field that a row of bindings.txt names. */
static void bind_slots(struct ost_program *p)
{
	uint32_t fields[16], i, k, m, nr, nr_t;
	const struct ost_target *t;
	struct ost_binding *b;

	for (i = 0; i < p->rows.nr; i++) {
		if (!strchr(p->rows.items[i].name, '.'))
			continue;
		nr = ost_program_find_fields(p, p->rows.items[i].name, fields, OST_ARRAY_SIZE(fields));
		for (k = 0; k < nr; k++) {
			nr_t = ost_program_slot_targets(p, fields[k], &t);
			for (m = 0; m < nr_t; m++) {
				if (!t[m].table.kind)
					continue;
				b = ost_vec_push(&p->bindings);
				*b = (struct ost_binding){ .row = i, .object = t[m].table, .callback = t[m].unit,
					.file = t[m].file, .line = t[m].line, .in = t[m].in };
			}
		}
	}
}

/* A binding read off a call says more than the store that the call leads to. */
static void drop_doubles(struct ost_program *p)
{
	size_t i, k, n = 0;

	for (i = 0; i < p->bindings.nr; i++) {
		const struct ost_binding *b = &p->bindings.items[i], *o;
		bool is_double = false;

		for (k = i; !b->node && k-- > 0 && !is_double; ) {
			o = &p->bindings.items[k];
			if (o->file != b->file || o->line != b->line)
				break;
			is_double = o->callback == b->callback && !strcmp(p->rows.items[o->row].kind,
									  p->rows.items[b->row].kind);
		}
		if (!is_double)
			p->bindings.items[n++] = *b;
	}
	p->bindings.nr = n;
}

/* Rows that name no callback (queue_work()) are not asked for one. */
static void count_binding(struct ost_program *p, const struct ost_binding *b)
{
	const struct ost_binding_row *row = &p->rows.items[b->row];

	if (row->callback < 0 && !*row->slot)
		return;
	p->stats.nr_bindings++;
	p->stats.nr_bindings_known += (b->object.kind != OST_OBJ_NONE || row->object == -1) &&
		b->callback != OST_NO_ID;
}

enum { SORT_TARGETS, SORT_POINTS, NR_SORTS };

static bool sort_flows(void *program, size_t item, unsigned worker)
{
	struct ost_program *p = program;

	(void)worker;
	if (item == SORT_POINTS)
		SORT_UNIQUE(&p->points, cmp_points);
	else
		SORT_UNIQUE(&p->targets, cmp_target);
	return true;
}

void ost_program_index_flows(struct ost_program *p, unsigned jobs)
{
	uint32_t i;

	ost_pool_run(jobs, NR_SORTS, 1, sort_flows, p);
	follow_copies(p);
	bind_slots(p);
	SORT_UNIQUE(&p->bindings, cmp_binding);
	drop_doubles(p);
	p->stats.nr_targets = p->targets.nr;
	for (i = 0; i < p->bindings.nr; i++)
		count_binding(p, &p->bindings.items[i]);
}

bool ost_program_order_flows(void *program, size_t item, unsigned worker)
{
	order(program, item);
	return true;
}

/* ---- slots ------------------------------------------------------------- */

/* The first target of this slot or a later one, at `from` or behind it. */
static uint32_t first_target(const struct ost_program *p, uint32_t slot, uint32_t from)
{
	uint32_t lo = from, hi = (uint32_t)p->targets.nr, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (p->targets.items[mid].slot < slot)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t ost_program_slot_targets(const struct ost_program *p, uint32_t slot,
				  const struct ost_target **ret_targets)
{
	uint32_t first = first_target(p, slot, 0);

	*ret_targets = p->targets.items + first;
	return first_target(p, slot + 1, first) - first;
}

uint32_t ost_program_nr_targets(const struct ost_program *p)
{
	return (uint32_t)p->targets.nr;
}

const struct ost_target *ost_program_target(const struct ost_program *p, uint32_t target)
{
	return &p->targets.items[target];
}

uint32_t ost_program_unit_slots(const struct ost_program *p, uint32_t unit, const uint32_t **ret)
{
	return range(p, p->targets_by_unit, (uint32_t)p->targets.nr, key_target_unit, unit, ret);
}

uint32_t ost_program_table_targets(const struct ost_program *p, struct ost_object table, const uint32_t **ret)
{
	return range(p, p->targets_by_table, (uint32_t)p->targets.nr, key_target_table,
		     ost_object_pack(table), ret);
}

uint32_t ost_program_points_to(const struct ost_program *p, uint32_t field, const struct ost_points_to **ret)
{
	uint32_t lo = 0, hi = (uint32_t)p->points.nr, mid, end;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (p->points.items[mid].field < field)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < p->points.nr && p->points.items[end].field == field; end++)
		;
	*ret = p->points.items + lo;
	return end - lo;
}

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void unique_ids(struct ost_ids *ids, size_t first)
{
	size_t i, n = first;

	if (ids->v.nr - first < 2)
		return;
	qsort(ids->v.items + first, ids->v.nr - first, sizeof(uint32_t), cmp_u32);
	for (i = first + 1; i < ids->v.nr; i++)
		if (ids->v.items[i] != ids->v.items[n])
			ids->v.items[++n] = ids->v.items[i];
	ids->v.nr = n + 1;
}

/* By (table, slot), as targets_by_table is ordered: targets stand by slot. */
static bool is_before(const struct ost_target *t, uint32_t table, uint32_t slot)
{
	uint32_t own = ost_object_pack(t->table);

	return own < table || (own == table && t->slot < slot);
}

/* Targets of slot in one table; true when the table is known to set anything there. */
static bool add_from_table(const struct ost_program *p, uint32_t slot, struct ost_object object,
			   struct ost_ids *units)
{
	uint32_t table = ost_object_pack(object), lo = 0, nr = (uint32_t)p->targets.nr, hi = nr, mid, first;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (is_before(&p->targets.items[p->targets_by_table[mid]], table, slot))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (first = lo; lo < nr; lo++) {
		const struct ost_target *t = &p->targets.items[p->targets_by_table[lo]];

		if (t->slot != slot || ost_object_pack(t->table) != table)
			break;
		ost_vec_add(&units->v, t->unit);
	}
	return lo > first;
}

bool ost_program_slot_tied(const struct ost_program *p, uint32_t slot, const struct ost_path *receiver,
			   struct ost_ids *units)
{
	struct ost_object o = receiver ? ost_path_object(receiver) : (struct ost_object){ OST_OBJ_NONE, 0 };
	size_t first = units->v.nr;
	const struct ost_points_to *pt;
	uint32_t nr, i, table = 0;
	bool has_table = false;

	if (o.kind != OST_OBJ_NONE && add_from_table(p, slot, o, units)) {
		unique_ids(units, first);
		return true;
	}
	nr = o.kind == OST_OBJ_FIELD ? ost_program_points_to(p, o.id, &pt) : 0;
	for (i = 0; i < nr; i++) {
		uint32_t own = ost_object_pack(pt[i].object);

		if ((has_table && own == table) || !add_from_table(p, slot, pt[i].object, units))
			continue;
		if (has_table) {	/* a second one */
			units->v.nr = first;
			return false;
		}
		table = own;
		has_table = true;
	}
	unique_ids(units, first);
	return has_table;
}

/* ---- bindings ---------------------------------------------------------- */

uint32_t ost_program_nr_bindings(const struct ost_program *p)
{
	return (uint32_t)p->bindings.nr;
}

const struct ost_binding *ost_program_binding(const struct ost_program *p, uint32_t binding)
{
	return &p->bindings.items[binding];
}

uint32_t ost_program_object_bindings(const struct ost_program *p, struct ost_object object, const uint32_t **ret)
{
	return range(p, p->bindings_by_object, (uint32_t)p->bindings.nr, key_binding_object,
		     ost_object_pack(object), ret);
}

uint32_t ost_program_callback_bindings(const struct ost_program *p, uint32_t unit, const uint32_t **ret)
{
	return range(p, p->bindings_by_unit, (uint32_t)p->bindings.nr, key_binding_unit, unit, ret);
}

/* ---- call graph -------------------------------------------------------- */

static bool holds(const struct ost_resolved *r, uint32_t unit)
{
	uint32_t i;

	for (i = 0; i < r->nr; i++)
		if (r->units[i] == unit)
			return true;
	return false;
}

static void add_edge(struct ost_edges *edges, uint32_t from, uint32_t to, uint32_t line, int kind,
		     bool is_one_of, uint32_t via)
{
	struct ost_edge e = { from, to, line, (uint16_t)kind, is_one_of, via };

	ost_vec_add(&edges->v, e);
}

static int cmp_edge_out(const void *a, const void *b)
{
	const struct ost_edge *x = a, *y = b;

	CMP(x->line, y->line);
	CMP(x->to, y->to);
	CMP(x->kind, y->kind);
	CMP(x->via, y->via);
	CMP(x->from, y->from);
	return 0;
}

static int cmp_edge_in(const void *a, const void *b)
{
	const struct ost_edge *x = a, *y = b;

	CMP(x->from, y->from);
	CMP(x->line, y->line);
	CMP(x->kind, y->kind);
	CMP(x->via, y->via);
	CMP(x->to, y->to);
	return 0;
}

static void sort_edges(struct ost_edges *edges, size_t first, int (*cmp)(const void *, const void *))
{
	size_t i, n = first;

	if (edges->v.nr - first < 2)
		return;
	qsort(edges->v.items + first, edges->v.nr - first, sizeof(struct ost_edge), cmp);
	for (i = first + 1; i < edges->v.nr; i++)
		if (cmp(&edges->v.items[i], &edges->v.items[n]))
			edges->v.items[++n] = edges->v.items[i];
	edges->v.nr = n + 1;
}

/* Functions that callers of `unit` pass as its parameter, through units that hand theirs on. */
static void add_passed(const struct ost_program *p, uint32_t from, uint32_t unit, uint32_t param,
		       uint32_t line, struct ost_edges *edges, int depth)
{
	const struct ost_argflow *af;
	const uint32_t *flows;
	struct ost_resolved r;
	uint32_t nr, i;

	nr = range(p, p->flows_by_callee, (uint32_t)p->argflows.nr, key_flow_callee,
		   p->units.items[unit].name, &flows);
	for (i = 0; i < nr; i++) {
		af = &p->argflows.items[flows[i]];
		if (af->arg != param || (af->src_kind != OST_SRC_UNIT && af->src_kind != OST_SRC_PARAM))
			continue;
		ost_program_resolve(p, af->file, af->callee, &r);
		if (!holds(&r, unit))
			continue;
		if (af->src_kind == OST_SRC_UNIT)
			add_edge(edges, from, af->src, line, OST_EDGE_PARAM, true, af->unit);
		else if (depth < FORWARD_MAX && af->unit != OST_NO_ID)
			add_passed(p, from, af->unit, af->src, line, edges, depth + 1);
	}
}

void ost_program_callees(const struct ost_program *p, uint32_t unit, bool indirect, struct ost_edges *edges)
{
	const struct ost_target *t;
	struct ost_resolved r;
	const struct ost_site *s;
	size_t first = edges->v.nr;
	uint32_t nr_sites = ost_sites_of(p, unit, &s), k, nr, id;

	for (; nr_sites--; s++) {
		id = OST_SITE_ID(s->key);
		switch (OST_SITE_KIND(s->key)) {
		case OST_SITE_NAME:
		case OST_SITE_REF:
			ost_program_resolve(p, p->units.items[unit].file, id, &r);
			for (k = 0; k < r.nr; k++)
				add_edge(edges, unit, r.units[k], s->line, OST_SITE_KIND(s->key) == OST_SITE_REF ?
					 OST_EDGE_REF : OST_EDGE_DIRECT, r.nr_all > 1, OST_NO_ID);
			break;
		case OST_SITE_SLOT:
			nr = indirect ? ost_program_slot_targets(p, id, &t) : 0;
			for (k = 0; k < nr; k++)
				add_edge(edges, unit, t[k].unit, s->line, OST_EDGE_SLOT, nr > 1, id);
			break;
		case OST_SITE_PARAM:
			if (indirect)
				add_passed(p, unit, unit, id, s->line, edges, 0);
			break;
		}
	}
	sort_edges(edges, first, cmp_edge_out);
}

static void named_callers(const struct ost_program *p, uint32_t unit, int kind, struct ost_edges *edges)
{
	struct ost_site_uses uses = { OST_VEC_INIT };
	struct ost_resolved r = { 0 };
	uint32_t from, file = OST_NO_ID, name = p->units.items[unit].name;
	size_t i;

	ost_site_uses_of(p, OST_SITE_KEY(kind, name), &uses);
	for (i = 0; i < uses.v.nr; i++) {
		from = uses.v.items[i].unit;
		if (p->units.items[from].file != file) {
			file = p->units.items[from].file;
			ost_program_resolve(p, file, name, &r);
		}
		if (holds(&r, unit))
			add_edge(edges, from, unit, uses.v.items[i].line,
				 kind == OST_SITE_REF ? OST_EDGE_REF : OST_EDGE_DIRECT, r.nr_all > 1, OST_NO_ID);
	}
	ost_vec_deinit(&uses.v);
}

void ost_program_slot_callers(const struct ost_program *p, uint32_t slot, struct ost_edges *edges)
{
	struct ost_site_uses uses = { OST_VEC_INIT };
	const struct ost_target *targets;
	bool is_one_of = ost_program_slot_targets(p, slot, &targets) > 1;
	size_t i;

	ost_site_uses_of(p, OST_SITE_KEY(OST_SITE_SLOT, slot), &uses);
	for (i = 0; i < uses.v.nr; i++)
		add_edge(edges, uses.v.items[i].unit, OST_NO_ID, uses.v.items[i].line, OST_EDGE_SLOT, is_one_of, slot);
	ost_vec_deinit(&uses.v);
}

/* The unit calls its parameter, or hands it on to somebody who does. */
static bool calls_param(const struct ost_program *p, uint32_t unit, uint32_t param, int depth)
{
	const struct ost_argflow *af;
	const uint32_t *flows;
	const struct ost_site *s;
	struct ost_resolved r;
	uint32_t i, k, nr = ost_sites_of(p, unit, &s);

	for (; nr--; s++)
		if (s->key == OST_SITE_KEY(OST_SITE_PARAM, param))
			return true;
	nr = depth < FORWARD_MAX ? range(p, p->flows_by_unit, (uint32_t)p->argflows.nr, key_flow_unit,
					 unit, &flows) : 0;
	for (i = 0; i < nr; i++) {
		af = &p->argflows.items[flows[i]];
		if (af->src_kind != OST_SRC_PARAM || af->src != param)
			continue;
		ost_program_resolve(p, af->file, af->callee, &r);
		for (k = 0; k < r.nr && k < 4; k++)
			if (r.units[k] != unit && calls_param(p, r.units[k], af->arg, depth + 1))
				return true;
	}
	return false;
}

/* A row says that the argument is a callback for later, or for another processor: it is no call there. */
static bool is_registered(const struct ost_program *p, const struct ost_argflow *af)
{
	uint64_t *row = ost_table_get(&p->row_of, af->callee);

	for (uint32_t r = row ? (uint32_t)*row : 0; r; r = p->row_next[r - 1])
		if (p->rows.items[r - 1].callback == (int)af->arg && strcmp(p->rows.items[r - 1].kind, "devres"))
			return true;
	return false;
}

void ost_program_handed(const struct ost_program *p, uint32_t unit, struct ost_edges *edges)
{
	const uint32_t *flows;
	uint32_t nr = range(p, p->flows_by_unit, (uint32_t)p->argflows.nr, key_flow_unit, unit, &flows);

	for (uint32_t i = 0; i < nr; i++) {
		const struct ost_argflow *af = &p->argflows.items[flows[i]];
		struct ost_resolved r;

		if (af->src_kind != OST_SRC_UNIT || is_registered(p, af))
			continue;
		ost_program_resolve(p, af->file, af->callee, &r);
		for (uint32_t k = 0; k < r.nr && k < 4; k++)
			if (calls_param(p, r.units[k], af->arg, 0)) {
				add_edge(edges, unit, af->src, af->line, OST_EDGE_PARAM, false, r.units[k]);
				break;
			}
	}
}

/* Sites where `unit` calls its parameter `param`. */
static void param_callers(const struct ost_program *p, uint32_t unit, uint32_t param, uint32_t target,
			  uint32_t via, struct ost_edges *edges, int depth)
{
	const struct ost_argflow *af;
	const struct ost_site *s;
	const uint32_t *flows;
	struct ost_resolved r;
	uint32_t i, k, nr = ost_sites_of(p, unit, &s);

	for (i = 0; i < nr; i++)
		if (s[i].key == OST_SITE_KEY(OST_SITE_PARAM, param))
			add_edge(edges, unit, target, s[i].line, OST_EDGE_PARAM, true, via);
	nr = depth < FORWARD_MAX ? range(p, p->flows_by_unit, (uint32_t)p->argflows.nr, key_flow_unit,
					 unit, &flows) : 0;
	for (i = 0; i < nr; i++) {
		af = &p->argflows.items[flows[i]];
		if (af->src_kind != OST_SRC_PARAM || af->src != param)
			continue;
		ost_program_resolve(p, af->file, af->callee, &r);
		for (k = 0; k < r.nr && k < 4; k++)
			if (r.units[k] != unit)
				param_callers(p, r.units[k], af->arg, target, via, edges, depth + 1);
	}
}

static void callback_callers(const struct ost_program *p, uint32_t unit, struct ost_edges *edges)
{
	const struct ost_argflow *af;
	const uint32_t *flows;
	struct ost_resolved r;
	uint32_t i, k, nr;

	nr = range(p, p->flows_by_src, (uint32_t)p->argflows.nr, key_flow_src, unit, &flows);
	for (i = 0; i < nr; i++) {
		af = &p->argflows.items[flows[i]];
		ost_program_resolve(p, af->file, af->callee, &r);
		for (k = 0; k < r.nr && k < 4; k++)
			param_callers(p, r.units[k], af->arg, unit, af->unit, edges, 0);
	}
}

void ost_program_callers(const struct ost_program *p, uint32_t unit, bool indirect, struct ost_edges *edges)
{
	const uint32_t *targets;
	size_t first = edges->v.nr, k;
	uint32_t nr, i;

	named_callers(p, unit, OST_SITE_NAME, edges);
	named_callers(p, unit, OST_SITE_REF, edges);
	nr = indirect ? ost_program_unit_slots(p, unit, &targets) : 0;
	for (i = 0; i < nr; i++) {
		k = edges->v.nr;
		ost_program_slot_callers(p, p->targets.items[targets[i]].slot, edges);
		for (; k < edges->v.nr; k++)
			edges->v.items[k].to = unit;
	}
	if (indirect)
		callback_callers(p, unit, edges);
	sort_edges(edges, first, cmp_edge_in);
}
