// SPDX-License-Identifier: GPL-2.0-or-later
#include "locks/loans.h"

#include <string.h>

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

/* All stores of the field that lend something; each makes it known whether it is the only one of its folder. */
static void add_field(struct ost_loans *l, struct ost_finder *f, uint32_t field)
{
	size_t first = l->v.nr, at = 0;
	struct ost_rule rule;

	while (ost_next_store(&f->w->stores, &f->rule_scope, field, &at, &rule)) {
		uint32_t to_field, to_global;
		struct ost_loan loan = { .pointer = ost_lk_class(field, OST_NO_ID), .at = rule, .is_only = true };

		ost_path_class(&rule.value, &to_field, &to_global);
		if (!rule.value.is_truncated && rule.value.addr == 1)
			loan.lock = ost_lk_class(to_field, to_global);	/* else something else, 0 */
		if (loan.lock == loan.pointer)
			continue;
		for (size_t i = first; i < l->v.nr; i++)
			if (l->v.items[i].lock != loan.lock &&
			    ost_lk_folder(f->p, l->v.items[i].at.unit) == ost_lk_folder(f->p, rule.unit))
				l->v.items[i].is_only = loan.is_only = false;
		ost_vec_add(&l->v, loan);
	}
}

void ost_loans_init(struct ost_loans *l, struct ost_finder *f)
{
	struct ost_table known = OST_TABLE_INIT;

	memset(l, 0, sizeof(*l));
	ost_table_init(&l->first);
	for (uint32_t u = 0; u < f->w->nr_units; u++) {
		const struct ost_lk_summary *sum = f->w->sums[u];

		for (uint32_t i = 0; sum && i < sum->nr_locks; i++) {
			uint32_t field = pointer_field(&sum->locks[i]);
			bool is_new;

			if (field == OST_NO_ID)
				continue;
			ost_table_put(&known, field, &is_new);
			if (is_new)
				add_field(l, f, field);
		}
	}
	for (uint32_t i = 0; i < l->v.nr; i++) {
		if (!l->v.items[i].lock)
			continue;
		link_to(l, l->v.items[i].pointer, i);
		link_to(l, l->v.items[i].lock, i);
	}
	ost_table_deinit(&known);
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
		    ost_lk_folder(p, lender) == ost_lk_folder(p, loan->at.unit))
			return loan;
	}
	return NULL;
}
