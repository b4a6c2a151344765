// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same lock twice, where a caller's own record says whether; where it needs
 * an object that has no function of its own; and where the way comes back.
 */
#include <linux/kernel.h>

struct lift;
struct lift_ops { void (*stop)(struct lift *l); };

struct lift {
	struct mutex asked, told, plain, hooked, deep, flat;
	const struct lift_ops *ops;
	int level, is_up, is_full, is_slow;
};

struct lift_order { int code, wait; };

void lift_fill(struct lift_order *order, int code);

/* ---- an order that the caller made up ---- */

static void lift_send(struct lift *l, struct lift_order *order)
{
	switch (order->code) {
	case 1:
	case 2:
		break;
	default:
		mutex_lock(&l->asked);
		l->level++;
		mutex_unlock(&l->asked);
		break;
	}
}

static void lift_pass(struct lift *l, struct lift_order *order)
{
	lift_send(l, order);
}

void maybe_lift_filled(struct lift *l)
{
	struct lift_order order;

	mutex_lock(&l->asked);
	lift_fill(&order, 2);
	lift_pass(l, &order);
	mutex_unlock(&l->asked);
}

static void lift_tell(struct lift *l, struct lift_order *order)
{
	if (order->code)
		l->level++;
	mutex_lock(&l->told);
	mutex_unlock(&l->told);
}

/* What is asked for does not decide whether the lock is taken. */
void bad_lift_told(struct lift *l)
{
	struct lift_order order;

	mutex_lock(&l->told);
	lift_fill(&order, 2);
	lift_tell(l, &order);
	mutex_unlock(&l->told);
}

/* ---- an object without that function ---- */

static void lift_halt(struct lift *l)
{
	if (l->ops->stop) {
		l->ops->stop(l);
	} else {
		mutex_lock(&l->hooked);
		mutex_unlock(&l->hooked);
	}
}

static void lift_slow(struct lift *l)
{
	if (l->is_slow)
		lift_halt(l);
}

void maybe_no_function(struct lift *l)
{
	mutex_lock(&l->hooked);
	if (l->is_up)
		lift_slow(l);
	mutex_unlock(&l->hooked);
}

static void lift_call(struct lift *l)
{
	if (l->ops->stop) {
		mutex_lock(&l->plain);
		mutex_unlock(&l->plain);
	}
}

static void lift_slow_call(struct lift *l)
{
	if (l->is_slow)
		lift_call(l);
}

void likely_a_function(struct lift *l)
{
	mutex_lock(&l->plain);
	if (l->is_up)
		lift_slow_call(l);
	mutex_unlock(&l->plain);
}

/* ---- what only a kernel that checks its locks compiles ---- */

static void lift_check(struct lift *l)
{
#ifdef CONFIG_LOCKDEP
	mutex_lock(&l->flat);
	mutex_unlock(&l->flat);
#endif
	l->level++;
}

void maybe_checked(struct lift *l)
{
	mutex_lock(&l->flat);
	lift_check(l);
	mutex_unlock(&l->flat);
}

/* ---- back through who holds it ---- */

static void lift_shut(struct lift *l)
{
	mutex_lock(&l->deep);
	mutex_unlock(&l->deep);
}

void maybe_lift_round(struct lift *l);

static void lift_round(struct lift *l)
{
	if (!l->is_full)
		maybe_lift_round(l);
}

void maybe_lift_round(struct lift *l)
{
	mutex_lock(&l->deep);
	lift_round(l);
	mutex_unlock(&l->deep);
	lift_shut(l);
}
