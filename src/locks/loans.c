// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/loans.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ostler/progress.h"

/* The field that a lock is reached through: `mutex_lock(q->lock)` names a pointer's value. */
static uint32_t pointer_field(const struct ost_lk_ref *ref)
{
	const struct ost_path *path = &ref->path;

	return ref->field != OST_NO_ID && !ref->nr_names && !path->addr && path->nr_steps &&
	       path->steps[path->nr_steps - 1].kind == OST_STEP_FIELD &&
	       path->steps[path->nr_steps - 1].id == ref->field ? ref->field : OST_NO_ID;
}

static void link_to(struct ost_loans *l, uint64_t cls, uint32_t loan)
{
	uint64_t *first = ost_table_put(&l->first, cls, NULL);

	ost_vec_add(&l->links, loan);
	ost_vec_add(&l->links, (uint32_t)*first);
	*first = l->links.nr / 2;
}

struct loans { OST_VEC(struct ost_loan) v; };

/* A store that is to be read. */
struct reading {
	uint32_t pointer;	/* position in fields */
	const struct ost_store *store;
	struct ost_loan loan;	/* unit OST_NO_ID: it lends nothing */
};

/* Pointers through which somebody takes a lock, in the order in which they are come by, and what is stored in each. */
struct pointers {
	OST_VEC(uint32_t) fields;
	struct loans *of;	/* by position in fields */
	const struct ost_kept_loans *kept;
	OST_VEC(struct reading) readings;	/* by unit, so that each file is read once for all pointers */
};

static void list_pointers(const struct ost_lk_world *w, struct pointers *p)
{
	struct ost_table known = OST_TABLE_INIT;

	for (uint32_t u = 0; u < w->nr_units; u++) {
		const struct ost_lk_summary *sum = w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_locks; i++) {
			uint32_t field = pointer_field(&sum->locks[i]);
			bool is_new = false;

			if (field != OST_NO_ID)
				ost_table_put(&known, field, &is_new);
			if (is_new)
				ost_vec_add(&p->fields, field);
		}
	}
	p->of = ost_calloc(p->fields.nr + 1, sizeof(*p->of));
	ost_table_deinit(&known);
}

static int by_place(const void *a, const void *b)
{
	const struct ost_loan *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* Each makes it known whether it is the only one of its folder. */
static void compare(const struct ost_finder *f, struct loans *l)
{
	for (size_t k = 0; k < l->v.nr; k++)
		for (size_t i = 0; i < k; i++)
			if (l->v.items[i].lock != l->v.items[k].lock &&
			    ost_lk_folder(f->p, l->v.items[i].unit) == ost_lk_folder(f->p, l->v.items[k].unit))
				l->v.items[i].is_only = l->v.items[k].is_only = false;
}

static const uint64_t *first_kept(const struct pointers *p, uint32_t pointer)
{
	return ost_table_get(&p->kept->of_field, p->fields.items[pointer]);
}

static int by_unit(const void *a, const void *b)
{
	const struct ost_store *x = ((const struct reading *)a)->store, *y = ((const struct reading *)b)->store;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return ((const struct reading *)a)->pointer < ((const struct reading *)b)->pointer ? -1 : 1;
}

static void list_readings(const struct ost_finder *f, struct pointers *p)
{
	for (uint32_t i = 0; i < p->fields.nr; i++) {
		bool is_kept = first_kept(p, i) != NULL;
		const struct ost_store *store;
		size_t at = 0;

		while ((!is_kept || f->w->walked) &&
		       (store = ost_next_store(&f->w->stores, f->p, p->fields.items[i], is_kept ? f->w->kept_files : NULL, &at)))
			*ost_vec_push(&p->readings) = (struct reading){ i, store, { .unit = OST_NO_ID } };
	}
	if (p->readings.nr)
		qsort(p->readings.items, p->readings.nr, sizeof(struct reading), by_unit);
}

static void read_store(struct ost_finder *f, struct reading *r, uint32_t field)
{
	struct ost_loan *loan = &r->loan;
	uint32_t to_field, to_global;
	struct ost_rule rule;

	if (!ost_read_store(&f->rule_scope, r->store, field, &rule))
		return;
	*loan = (struct ost_loan){ .pointer = ost_lk_class(field, OST_NO_ID), .field = field, .unit = rule.unit,
				   .node = rule.node, .line = rule.line, .is_only = true };
	ost_path_class(&rule.value, &to_field, &to_global);
	if (!rule.value.is_truncated && rule.value.addr == 1)
		loan->lock = ost_lk_class(to_field, to_global);	/* else something else, 0 */
	if (loan->lock == loan->pointer)
		loan->unit = OST_NO_ID;
}

#define READ_TOGETHER 128	/* stores that a thread reads */

static void read_stores(struct ost_finder *f, void *ctx, size_t item)
{
	struct pointers *p = ctx;

	for (size_t i = item * READ_TOGETHER; i < (item + 1) * READ_TOGETHER && i < p->readings.nr; i++)
		read_store(f, &p->readings.items[i], p->fields.items[p->readings.items[i].pointer]);
}

/* An item: a pointer, and all stores that lend something by it. */
static void look_at_field(struct ost_finder *f, void *ctx, size_t item)
{
	struct pointers *p = ctx;
	struct loans *l = &p->of[item];
	const uint64_t *first = first_kept(p, (uint32_t)item);

	for (size_t i = first ? *first - 1 : p->kept->v.nr; i < p->kept->v.nr && p->kept->v.items[i].field == p->fields.items[item]; i++)
		ost_vec_add(&l->v, p->kept->v.items[i]);
	if (l->v.nr)
		qsort(l->v.items, l->v.nr, sizeof(struct ost_loan), by_place);
	compare(f, l);
}

/* What lends something goes to its pointer: of one pointer they come by unit and node. */
static void share_out(struct pointers *p)
{
	for (size_t i = 0; i < p->readings.nr; i++) {
		const struct reading *r = &p->readings.items[i];

		if (r->loan.unit != OST_NO_ID)
			ost_vec_add(&p->of[r->pointer].v, r->loan);
	}
	ost_vec_deinit(&p->readings);
}

static void add_all(struct ost_loans *l, struct pointers *p)
{
	for (size_t i = 0; i < p->fields.nr; i++) {
		for (size_t k = 0; k < p->of[i].v.nr; k++)
			ost_vec_add(&l->v, p->of[i].v.items[k]);
		ost_vec_deinit(&p->of[i].v);
	}
	for (uint32_t i = 0; i < l->v.nr; i++) {
		if (!l->v.items[i].lock)
			continue;
		link_to(l, l->v.items[i].pointer, i);
		link_to(l, l->v.items[i].lock, i);
	}
}

void ost_loans_init(struct ost_loans *l, struct ost_finder *f)
{
	struct ost_kept_loans kept;
	struct pointers p = { .kept = &kept };

	memset(l, 0, sizeof(*l));
	ost_table_init(&l->first);
	ost_kept_loans_init(&kept, f);
	list_pointers(f->w, &p);
	list_readings(f, &p);
	ost_finder_each(f, p.readings.nr / READ_TOGETHER + 1, read_stores, &p);
	share_out(&p);
	ost_finder_each(f, p.fields.nr, look_at_field, &p);
	add_all(l, &p);
	if (!kept.is_kept && !ost_interrupted())
		ost_kept_loans_save(f, p.fields.items, (uint32_t)p.fields.nr, l);
	ost_kept_loans_deinit(&kept);
	ost_vec_deinit(&p.fields);
	free(p.of);
}

void ost_loans_deinit(struct ost_loans *l)
{
	ost_vec_deinit(&l->v);
	ost_vec_deinit(&l->links);
	ost_table_deinit(&l->first);
}

const struct ost_loan *ost_next_loan(const struct ost_loans *l, uint64_t cls, uint32_t *at)
{
	const uint64_t *first = *at ? NULL : ost_table_get(&l->first, cls);
	uint32_t pair = *at ? l->links.items[2 * (*at - 1) + 1] : first ? (uint32_t)*first : 0;

	*at = pair;
	return pair ? &l->v.items[l->links.items[2 * (pair - 1)]] : NULL;
}

const struct ost_loan *ost_loan_between(const struct ost_loans *l, const struct ost_program *p, uint64_t cls_a,
					uint32_t unit_a, uint64_t cls_b, uint32_t unit_b)
{
	const struct ost_loan *loan;
	uint32_t at = 0;

	while ((loan = ost_next_loan(l, cls_a, &at))) {
		uint32_t lender = cls_a == loan->lock ? unit_a : unit_b;

		if (ost_loan_other(loan, cls_a) == cls_b &&
		    ost_lk_folder(p, lender) == ost_lk_folder(p, loan->unit))
			return loan;
	}
	return NULL;
}
