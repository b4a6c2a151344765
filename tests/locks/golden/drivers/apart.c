// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two of a kind that are not the same: elements of an array, members of one
 * wrapper, items of one ordered queue, callbacks of another class, a function
 * that is handed over and called later, a lock that a loop has released.
 */
#include <linux/kernel.h>
#include <linux/bus.h>

enum { FIRST_CORE, SECOND_CORE };

struct wrap {
	struct workqueue_struct *wq;
	struct work_struct work;
};

struct deck {
	struct mutex locks[4];
	struct work_struct one, two, any, slow, fast, late;
	struct wrap left, right;
	struct workqueue_struct *ordered;
	struct mutex lock, conf, state, side, rows[4], cols;
	int count;
};

static void deck_lock(struct deck *d, int core)
{
	mutex_lock(&d->locks[core]);
}

static void deck_one(struct work_struct *work)
{
	struct deck *d = container_of(work, struct deck, one);

	mutex_lock(&d->locks[SECOND_CORE]);
	mutex_unlock(&d->locks[SECOND_CORE]);
}

static void deck_two(struct work_struct *work)
{
	struct deck *d = container_of(work, struct deck, two);

	deck_lock(d, SECOND_CORE);
	mutex_unlock(&d->locks[SECOND_CORE]);
}

void maybe_first_core(struct deck *d)
{
	mutex_lock(&d->locks[FIRST_CORE]);
	cancel_work_sync(&d->one);
	mutex_unlock(&d->locks[FIRST_CORE]);
}

void maybe_first_core_below(struct deck *d)
{
	deck_lock(d, FIRST_CORE);
	cancel_work_sync(&d->two);
	mutex_unlock(&d->locks[FIRST_CORE]);
}

/* any element, twice */
void maybe_any_core(struct deck *d, int n)
{
	mutex_lock(&d->rows[n]);
	mutex_lock(&d->cols);
	mutex_unlock(&d->cols);
	mutex_unlock(&d->rows[n]);
}

void deck_any_back(struct deck *d, int n)
{
	mutex_lock(&d->cols);
	mutex_lock(&d->rows[n]);
	mutex_unlock(&d->rows[n]);
	mutex_unlock(&d->cols);
}

/* the same element */
void bad_second_core(struct deck *d)
{
	mutex_lock(&d->locks[SECOND_CORE]);
	cancel_work_sync(&d->one);
	mutex_unlock(&d->locks[SECOND_CORE]);
}

void bad_second_core_below(struct deck *d)
{
	deck_lock(d, SECOND_CORE);
	cancel_work_sync(&d->two);
	mutex_unlock(&d->locks[SECOND_CORE]);
}

/* ---- members of one wrapper ---- */

static void wrap_left(struct work_struct *work)
{
	struct deck *d = container_of(work, struct deck, left.work);

	mutex_lock(&d->lock);
	d->count++;
	mutex_unlock(&d->lock);
}

static void wrap_right(struct work_struct *work)
{
	struct deck *d = container_of(work, struct deck, right.work);

	d->count = 0;
}

void bad_flush_left(struct deck *d)
{
	mutex_lock(&d->lock);
	flush_workqueue(d->left.wq);
	mutex_unlock(&d->lock);
}

void good_flush_right(struct deck *d)
{
	mutex_lock(&d->lock);
	flush_workqueue(d->right.wq);
	mutex_unlock(&d->lock);
}

/* ---- one ordered queue ---- */

static void deck_fast(struct work_struct *work)
{
	struct deck *d = container_of(work, struct deck, fast);

	mutex_lock(&d->conf);
	mutex_unlock(&d->conf);
}

static void maybe_in_order(struct deck *d)
{
	mutex_lock(&d->conf);
	cancel_work_sync(&d->fast);
	mutex_unlock(&d->conf);
}

static void deck_slow(struct work_struct *work)
{
	maybe_in_order(container_of(work, struct deck, slow));
}

static void deck_late(struct work_struct *work)
{
	struct deck *d = container_of(work, struct deck, late);

	mutex_lock(&d->conf);
	mutex_unlock(&d->conf);
}

/* the same, of an item that any queue runs */
static void bad_out_of_order(struct deck *d)
{
	mutex_lock(&d->conf);
	cancel_work_sync(&d->late);
	mutex_unlock(&d->conf);
}

static void deck_any(struct work_struct *work)
{
	bad_out_of_order(container_of(work, struct deck, any));
}

void deck_make(struct deck *d)
{
	INIT_WORK(&d->one, deck_one);
	INIT_WORK(&d->two, deck_two);
	INIT_WORK(&d->slow, deck_slow);
	INIT_WORK(&d->fast, deck_fast);
	INIT_WORK(&d->late, deck_late);
	INIT_WORK(&d->any, deck_any);
	INIT_WORK(&d->left.work, wrap_left);
	INIT_WORK(&d->right.work, wrap_right);
	d->ordered = alloc_ordered_workqueue("deck", 0);
}

void deck_go(struct deck *d)
{
	queue_work(d->ordered, &d->slow);
	queue_work(d->ordered, &d->fast);
	queue_work(d->ordered, &d->any);
	schedule_work(&d->late);
	queue_work(d->left.wq, &d->left.work);
	queue_work(d->right.wq, &d->right.work);
}

/* ---- handed over: called at once only in the work itself ---- */

struct hand {
	struct mutex first, second, third, fourth, fifth;
	struct work_struct work;
	int count;
};

static int hand_run(struct hand *h, int (*fn)(struct hand *h))
{
	if (current_work() == &h->work)
		return fn(h);
	h->count++;
	return 0;
}

static int hand_at_once(struct hand *h, int (*fn)(struct hand *h))
{
	return fn(h);
}

static int maybe_called_later(struct hand *h)
{
	mutex_lock(&h->second);
	mutex_unlock(&h->second);
	return 0;
}

static int bad_called_there(struct hand *h)
{
	mutex_lock(&h->fourth);
	mutex_unlock(&h->fourth);
	return 0;
}

static int hand_run_once(struct hand *h, int (*fn)(struct hand *h))
{
	if (h->count)
		return 0;
	return hand_run(h, fn);
}

static int maybe_called_once(struct hand *h)
{
	mutex_lock(&h->second);
	mutex_unlock(&h->second);
	return 0;
}

void hand_once(struct hand *h)
{
	mutex_lock(&h->fifth);
	hand_run_once(h, maybe_called_once);
	mutex_unlock(&h->fifth);
	mutex_lock(&h->second);
	mutex_lock(&h->fifth);
	mutex_unlock(&h->fifth);
	mutex_unlock(&h->second);
}

void hand_later(struct hand *h)
{
	mutex_lock(&h->first);
	hand_run(h, maybe_called_later);
	mutex_unlock(&h->first);
}

void hand_there(struct hand *h)
{
	mutex_lock(&h->third);
	hand_at_once(h, bad_called_there);
	mutex_unlock(&h->third);
}

void hand_back(struct hand *h)
{
	mutex_lock(&h->second);
	mutex_lock(&h->first);
	mutex_unlock(&h->first);
	mutex_unlock(&h->second);
	mutex_lock(&h->fourth);
	mutex_lock(&h->third);
	mutex_unlock(&h->third);
	mutex_unlock(&h->fourth);
}

/* ---- held by a loop ---- */

struct row { struct mutex lock; };
struct rows { struct mutex side; struct row *row; int nr; };

void maybe_loop_released(struct rows *r)
{
	int i;

	for (i = 0; i < r->nr; i++)
		mutex_lock(&r->row[i].lock);
	for (i = 0; i < r->nr; i++)
		mutex_unlock(&r->row[i].lock);
	mutex_lock(&r->side);
	mutex_unlock(&r->side);
}

void rows_back(struct rows *r)
{
	mutex_lock(&r->side);
	mutex_lock(&r->row->lock);
	mutex_unlock(&r->row->lock);
	mutex_unlock(&r->side);
}

/* ---- of another class ---- */

static DEFINE_MUTEX(apart_lock);

static void maybe_other_class(struct device *dev)
{
	mutex_lock(&apart_lock);
	mutex_unlock(&apart_lock);
}

static void apart_nothing(struct device *dev)
{
}

struct class_interface apart_one = { .remove_dev = maybe_other_class };
struct class_interface apart_two = { .remove_dev = apart_nothing };

void apart_back(void)
{
	mutex_lock(&apart_lock);
	mutex_lock(&class_lock);
	mutex_unlock(&class_lock);
	mutex_unlock(&apart_lock);
}

/* a wrapper of a semaphore: each of its users is a lock of its own */
struct big_sem {
	struct rw_semaphore inner;
};

static inline void big_down(struct big_sem *sem)
{
	down_write(&sem->inner);
}

static inline void big_up(struct big_sem *sem)
{
	up_write(&sem->inner);
}

struct attic {
	struct big_sem stairs, hatch;
	struct mutex door, key, lamp;
};

struct attic *attic_of_today(void);

void maybe_door_in_stairs(struct attic *a)
{
	big_down(&a->stairs);
	mutex_lock(&a->door);
	mutex_unlock(&a->door);
	big_up(&a->stairs);
}

void maybe_hatch_in_door(struct attic *a)
{
	struct attic *l;

	mutex_lock(&a->door);
	l = attic_of_today();
	big_down(&l->hatch);
	big_up(&l->hatch);
	mutex_unlock(&a->door);
}

void bad_stairs_in_key(struct attic *a)
{
	mutex_lock(&a->key);
	big_down(&a->stairs);
	big_up(&a->stairs);
	mutex_unlock(&a->key);
}

void bad_key_in_stairs(struct attic *a)
{
	big_down(&a->stairs);
	mutex_lock(&a->key);
	mutex_unlock(&a->key);
	big_up(&a->stairs);
}

/* what is sent to another processor is no call here */
static void attic_there(void *info)
{
	struct attic *a = info;

	mutex_lock(&a->lamp);
	mutex_unlock(&a->lamp);
}

void good_sent_away(struct attic *a)
{
	mutex_lock(&a->lamp);
	smp_call_function_single(1, attic_there, a, 0);
	mutex_unlock(&a->lamp);
}

static void attic_here(struct attic *a, void (*fn)(void *info))
{
	fn(a);
}

void bad_handed_on(struct attic *a)
{
	mutex_lock(&a->lamp);
	attic_here(a, attic_there);
	mutex_unlock(&a->lamp);
}
