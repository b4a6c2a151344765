// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same lock twice, where a caller's own record says whether; where it needs
 * an object that has no function of its own; and where the way comes back.
 */
#include <linux/kernel.h>

struct lift;
struct lift_ops { void (*stop)(struct lift *l); };

struct lift {
	struct mutex asked, told, plain, hooked, deep, flat, broken, whole, torn, odd;
	const struct lift_ops *ops;
	int level, is_up, is_full, is_slow, is_old;
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

/* ---- many states, but where something has failed ---- */

int lift_test(struct lift *l);

static void lift_undo(struct lift *l)
{
	mutex_lock(&l->broken);
	l->level--;
	mutex_unlock(&l->broken);
}

static int bad_lift_fails(struct lift *l)
{
	int err;

	if (!l->is_slow)
		return 0;
	err = lift_test(l);
	if (err)
		goto err_test;
	return 0;

err_test:
	lift_undo(l);
	return err;
}

static int lift_try(struct lift *l)
{
	if (l->is_old)
		return bad_lift_fails(l);
	return 0;
}

void bad_lift_failed(struct lift *l)
{
	mutex_lock(&l->broken);
	if (l->is_up)
		lift_try(l);
	mutex_unlock(&l->broken);
}

static void lift_cut(struct lift *l)
{
	mutex_lock(&l->torn);
	l->level--;
	mutex_unlock(&l->torn);
}

static int bad_lift_arm(struct lift *l)
{
	int err;

	if (!l->is_slow)
		return 0;
	err = lift_test(l);
	if (err) {
		lift_cut(l);
		return err;
	}
	return 0;
}

static int lift_arm(struct lift *l)
{
	if (l->is_old)
		return bad_lift_arm(l);
	return 0;
}

void bad_lift_armed(struct lift *l)
{
	mutex_lock(&l->torn);
	if (l->is_up)
		lift_arm(l);
	mutex_unlock(&l->torn);
}

static void lift_odd(struct lift *l)
{
	mutex_lock(&l->odd);
	l->level--;
	mutex_unlock(&l->odd);
}

static int bad_lift_case(struct lift *l)
{
	if (!l->is_slow)
		return 0;
	switch (l->level) {
	case 1:
		break;
	default:
		lift_odd(l);
		return -5;
	}
	return lift_test(l);
}

static int lift_case(struct lift *l)
{
	if (l->is_old)
		return bad_lift_case(l);
	return 0;
}

void bad_lift_cased(struct lift *l)
{
	mutex_lock(&l->odd);
	if (l->is_up)
		lift_case(l);
	mutex_unlock(&l->odd);
}

/* As many, and nothing fails: somebody would have gone there. */
static void lift_mend(struct lift *l)
{
	mutex_lock(&l->whole);
	l->level--;
	mutex_unlock(&l->whole);
}

static int maybe_lift_works(struct lift *l)
{
	if (!l->is_slow)
		return 0;
	lift_mend(l);
	return lift_test(l);
}

static int lift_work(struct lift *l)
{
	if (l->is_old)
		return maybe_lift_works(l);
	return 0;
}

void maybe_lift_worked(struct lift *l)
{
	mutex_lock(&l->whole);
	if (l->is_up)
		lift_work(l);
	mutex_unlock(&l->whole);
}
