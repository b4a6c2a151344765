// SPDX-License-Identifier: GPL-2.0-or-later
/* What looks like another value and is the same, and what is set without an assignment. */
#include <linux/kernel.h>
#include "valued.h"
#ifdef CONFIG_OLD_VALVES
#include "valued_old.h"
#else
#include "valued_new.h"
#endif

#define PRESS_HARD 1
#define KEY(x) ((x) & 3)

void bad_press_holds(struct valve *v)
{
	mutex_lock(&v->pressed);
	bad_press(v, 2);
	mutex_unlock(&v->pressed);
}

/* two names of one constant, and two arguments of one value */
static void bad_named(struct valve *v, int how)
{
	if (how != CMD_CLOSE)
		return;
	mutex_lock(&v->named);
	mutex_unlock(&v->named);
}

void bad_named_holds(struct valve *v)
{
	mutex_lock(&v->named);
	bad_named(v, CMD_SHUT);
	mutex_unlock(&v->named);
}

static void bad_keyed(struct valve *v, int how)
{
	if (how != KEY(1))
		return;
	mutex_lock(&v->keyed);
	mutex_unlock(&v->keyed);
}

void bad_keyed_holds(struct valve *v)
{
	mutex_lock(&v->keyed);
	bad_keyed(v, KEY(5));
	mutex_unlock(&v->keyed);
}

/* the header of this configuration, or the other one */
static void bad_either(struct valve *v, int how)
{
	if (how != 2)
		return;
	mutex_lock(&v->either);
	mutex_unlock(&v->either);
}

void bad_either_holds(struct valve *v)
{
	mutex_lock(&v->either);
	bad_either(v, VALVE_MODE);
	mutex_unlock(&v->either);
}

/* set by assembly, by a macro whose text is no code, and two locals of one name */
static void bad_asked(struct valve *v, int how)
{
	asm volatile("cpuid" : "=a" (how));
	if (!how)
		return;
	mutex_lock(&v->asked);
	mutex_unlock(&v->asked);
}

void bad_asked_holds(struct valve *v)
{
	mutex_lock(&v->asked);
	bad_asked(v, 0);
	mutex_unlock(&v->asked);
}

#define fetch_valve(x, v) (x) = (v)->n; do { } while
static void bad_fetched(struct valve *v, int how)
{
	fetch_valve(how, v)(0);
	if (!how)
		return;
	mutex_lock(&v->fetched);
	mutex_unlock(&v->fetched);
}

void bad_fetched_holds(struct valve *v)
{
	mutex_lock(&v->fetched);
	bad_fetched(v, 0);
	mutex_unlock(&v->fetched);
}

static void bad_scoped(struct valve *v, int flags)
{
	if (v->n) {
		bool x = flags & 4;

		v->n = x;
	} else {
		bool x = flags & 1;

		if (x) {
			mutex_lock(&v->scoped);
			mutex_unlock(&v->scoped);
		}
	}
}

void bad_scoped_holds(struct valve *v)
{
	mutex_lock(&v->scoped);
	bad_scoped(v, 1);
	mutex_unlock(&v->scoped);
}

/* jumped into */
static void bad_jumped(struct valve *v, int how)
{
	if (v->n)
		goto inside;
	if (how) {
inside:
		mutex_lock(&v->jumped);
		mutex_unlock(&v->jumped);
	}
}

void bad_jumped_holds(struct valve *v)
{
	mutex_lock(&v->jumped);
	bad_jumped(v, 0);
	mutex_unlock(&v->jumped);
}
