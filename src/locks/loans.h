/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loans.h - locks that an object is lent by who made it.
 *
 *	q->lock = &dev->lock;
 *
 * From here on the core, which takes *q->lock, and the driver, which takes
 * dev->lock, mean one lock under two classes: the field of the pointer and
 * that of the lock. A loan counts for the functions of the folder that makes
 * it: another driver has lent its own.
 */
#ifndef OST_LOCKS_LOANS_H
#define OST_LOCKS_LOANS_H

#include "locks/finder.h"

struct ost_loan {
	uint64_t pointer, lock;	/* classes; lock 0: something else is stored there */
	uint32_t field, unit, node, line;	/* the pointer's field, and where it is set */
	bool is_only;		/* that folder lends no other lock by that pointer */
};
struct ost_loans {
	OST_VEC(struct ost_loan) v;
	struct ost_table first;		/* class → position + 1 in links of its first one */
	OST_VEC(uint32_t) links;	/* pairs: position in v, the next pair of that class + 1 */
};

/*
 * All loans of locks that somebody takes through the pointer. Each is read in
 * its place; what was found is kept with the tree (kept_loans.c), and an overlay
 * reads those of changed files only. Ends with _deinit().
 */
void ost_loans_init(struct ost_loans *l, struct ost_finder *f);
void ost_loans_deinit(struct ost_loans *l);
/* Loans that the class is part of, one after the other; *at is 0 at first. NULL: no more. */
const struct ost_loan *ost_next_loan(const struct ost_loans *l, uint64_t cls, uint32_t *at);
/* The class that it goes by on the other side. */
static inline uint64_t ost_loan_other(const struct ost_loan *loan, uint64_t cls)
{
	return cls == loan->lock ? loan->pointer : loan->lock;
}
/* The loan by which the lock that `a` takes as one class and `b` as another may be one, or NULL. */
const struct ost_loan *ost_loan_between(const struct ost_loans *l, const struct ost_program *p, uint64_t cls_a,
					uint32_t unit_a, uint64_t cls_b, uint32_t unit_b);
/* The address of the lock that is lent, from the path that ends in the pointer; false: it leads elsewhere. */
bool ost_follow_loan(struct ost_finder *f, const struct ost_loan *loan, const struct ost_path *pointer,
		     struct ost_path *ret);

/*
 * kept_loans.c: of pointers, each once, all that is stored there, as it is kept
 * with the tree, or with the one that it lies on. What changed files store is not in it.
 */
struct ost_kept_loans {
	OST_VEC(struct ost_loan) v;	/* by field, unit and node */
	struct ost_table of_field;	/* field → position of its first one + 1; nr + 1: there is none */
	bool is_kept;
};
/* Finds nothing when nothing is kept. Ends with _deinit(). */
void ost_kept_loans_init(struct ost_kept_loans *k, const struct ost_finder *f);
void ost_kept_loans_deinit(struct ost_kept_loans *k);
/* fields: the pointers that were looked at. */
void ost_kept_loans_save(const struct ost_finder *f, const uint32_t *fields, uint32_t nr_fields, const struct ost_loans *l);

#endif
