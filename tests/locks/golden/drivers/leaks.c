// SPDX-License-Identifier: GPL-2.0-or-later
/* Ways out of a function that keep a lock. */
#include <linux/kernel.h>

struct box {
	struct mutex lock;
	int full;
};

int box_fill(struct box *b);

int bad_error_path(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret)
		return -5;
	mutex_unlock(&b->lock);
	return 0;
}

/* another one of the class was released before: that is not what the other ways do */
int bad_second_box(struct box *a, struct box *b)
{
	mutex_lock(&a->lock);
	box_fill(a);
	mutex_unlock(&a->lock);
	mutex_lock(&b->lock);
	if (box_fill(b))
		return -5;
	mutex_unlock(&b->lock);
	return 0;
}

/* taken to read, and so it says */
struct shelf { struct rw_semaphore books; };

int bad_reader_path(struct shelf *s)
{
	down_read(&s->books);
	if (box_fill(NULL))
		return -5;
	up_read(&s->books);
	return 0;
}

int good_error_path(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret) {
		mutex_unlock(&b->lock);
		return -5;
	}
	mutex_unlock(&b->lock);
	return 0;
}

int bad_goto(struct box *b)
{
	mutex_lock(&b->lock);
	if (b->full)
		goto out;
	mutex_unlock(&b->lock);
	return 0;
out:
	return -16;
}

int good_goto(struct box *b)
{
	int ret = -16;

	mutex_lock(&b->lock);
	if (b->full)
		goto out;
	ret = 0;
out:
	mutex_unlock(&b->lock);
	return ret;
}

int good_guard(struct box *b)
{
	guard(mutex)(&b->lock);
	if (b->full)
		return -16;
	return 0;
}

int good_conditional(struct box *b, int locked)
{
	if (!locked)
		mutex_lock(&b->lock);
	if (b->full) {
		if (!locked)
			mutex_unlock(&b->lock);
		return -16;
	}
	if (!locked)
		mutex_unlock(&b->lock);
	return 0;
}

int good_take(struct box *b)
{
	mutex_lock(&b->lock);
	if (b->full) {
		mutex_unlock(&b->lock);
		return -16;
	}
	return 0;	/* the caller gives it back */
}

int good_interruptible(struct box *b)
{
	int ret = mutex_lock_interruptible(&b->lock);

	if (ret)
		return ret;
	mutex_unlock(&b->lock);
	return 0;
}

/* handed on: a function beside it, which does not unlock by its name, releases what it did not take */
struct gate_keeper {
	struct mutex lock;
	struct mutex own;
	int open;
};

void maybe_gate_down(struct gate_keeper *k)
{
	mutex_lock(&k->lock);
	if (k->open) {
		mutex_unlock(&k->lock);
		return;
	}
	k->open = 1;
}

void gate_keeper_up(struct gate_keeper *k)
{
	k->open = 1;
	mutex_unlock(&k->lock);
}

void bad_gate_own(struct gate_keeper *k)
{
	mutex_lock(&k->own);
	if (k->open) {
		mutex_unlock(&k->own);
		return;
	}
	k->open = 1;
}

/* What box_fill() says is an error when it is not zero, without being shown to be one. */
int bad_error_code(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret)
		return ret;
	mutex_unlock(&b->lock);
	return 0;
}

/* True says that the lock is kept. */
_Bool maybe_kept(struct box *b)
{
	_Bool full;

	mutex_lock(&b->lock);
	full = box_fill(b) > 3;
	if (full)
		return full;
	mutex_unlock(&b->lock);
	return 0;
}

struct door {
	struct semaphore turns;
};

/* Whoever comes through gives it back. */
void maybe_turned(struct door *d, struct box *b)
{
	down(&d->turns);
	if (box_fill(b))
		return;
	up(&d->turns);
}

/* It is given back where all goes well: whoever hears of an error has nothing to give back. */
int bad_turned(struct door *d, struct box *b)
{
	int ret;

	down(&d->turns);
	ret = box_fill(b);
	if (ret)
		return ret;
	up(&d->turns);
	return 0;
}

/* A pair of functions, one for each half, hands nothing to others. */
struct valve {
	struct mutex lock;
	int open;
};

void valve_prepare(struct valve *v)
{
	mutex_lock(&v->lock);
	v->open = 1;
}

void valve_unprepare(struct valve *v)
{
	v->open = 0;
	mutex_unlock(&v->lock);
}

int bad_valve(struct valve *v)
{
	mutex_lock(&v->lock);
	if (v->open)
		return -16;
	mutex_unlock(&v->lock);
	return 0;
}

/* A parameter decides, and there may be no leaf at all. */
struct leaf {
	struct mutex lock;
	int refs, size;
};

static void leaf_lock(struct leaf *l, int locked)
{
	if (l) {
		if (!locked)
			mutex_lock(&l->lock);
		l->refs++;
	}
}

static void leaf_unlock(struct leaf *l, int locked)
{
	l->refs--;
	if (!locked)
		mutex_unlock(&l->lock);
}

void bad_leaf(struct leaf *l)
{
	leaf_lock(l, 0);
	if (l->size)
		leaf_unlock(l, 0);
	else if (l->refs == 1)
		leaf_unlock(l, 0);
}

void good_leaf(struct leaf *l)
{
	leaf_lock(l, 0);
	if (l->size)
		leaf_unlock(l, 0);
	else
		leaf_unlock(l, 0);
}

void mutex_destroy(struct mutex *lock);
void kfree(const void *object);

void bad_destroyed(struct box *b)
{
	mutex_lock(&b->lock);
	b->full = 0;
	mutex_destroy(&b->lock);
}

void good_destroyed(struct box *b)
{
	mutex_lock(&b->lock);
	b->full = 0;
	mutex_unlock(&b->lock);
	mutex_destroy(&b->lock);
}

/* With the box its lock is gone. */
int good_freed(struct box *b)
{
	mutex_lock(&b->lock);
	if (b->full) {
		kfree(b);
		return -5;
	}
	mutex_unlock(&b->lock);
	return 0;
}

struct parcel {
	struct mutex lock;
	int full;
};

/* The caller counts on it by whatever return. */
int bad_promise(struct parcel *b, int *from)
	__releases(&b->lock)
{
	if (!from)
		return -22;
	b->full = *from;
	mutex_unlock(&b->lock);
	return 0;
}

int good_promise(struct parcel *b, int *from)
	__releases(&b->lock)
{
	if (!from) {
		mutex_unlock(&b->lock);
		return -22;
	}
	b->full = *from;
	mutex_unlock(&b->lock);
	return 0;
}

/* Nothing says __releases() here, but who calls takes the lock for it and does not give it back. */
static int bad_lent(struct parcel *b, int *from)
{
	if (!from)
		return -22;
	b->full = *from;
	mutex_unlock(&b->lock);
	return 0;
}

int parcel_lend(struct parcel *b, int *from)
{
	mutex_lock(&b->lock);
	return bad_lent(b, from);
}

/* Given up for a while before. */
static int bad_lent_again(struct parcel *b, int *from)
{
	mutex_unlock(&b->lock);
	b->full++;
	mutex_lock(&b->lock);
	if (!from)
		return -22;
	mutex_unlock(&b->lock);
	return 0;
}

int parcel_lend_again(struct parcel *b, int *from)
{
	mutex_lock(&b->lock);
	return bad_lent_again(b, from);
}

/* After an error the caller has it still, and gives it back. */
static int good_lent(struct parcel *b, int *from)
{
	if (!from)
		return -22;
	b->full = *from;
	mutex_unlock(&b->lock);
	return 0;
}

int parcel_lend_well(struct parcel *b, int *from)
{
	int err;

	mutex_lock(&b->lock);
	err = good_lent(b, from);
	if (err)
		mutex_unlock(&b->lock);
	return err;
}

/* One of those who call may not have it at all. */
static int good_lent_by_some(struct parcel *b, int *from)
{
	if (!from)
		return -22;
	b->full = *from;
	mutex_unlock(&b->lock);
	return 0;
}

int parcel_lend_sometimes(struct parcel *b, int *from)
{
	mutex_lock(&b->lock);
	return good_lent_by_some(b, from);
}

int parcel_handed_on(struct parcel *b, int *from)
{
	return good_lent_by_some(b, from);
}

/* Success hands the box over with its lock, and an error hands nothing over. */
struct box *box_find(int key);

struct box *bad_result(int key)
{
	struct box *b = box_find(key);

	if (!b)
		return ERR_PTR(-2);
	mutex_lock(&b->lock);
	if (box_fill(b))
		return ERR_PTR(-5);
	return b;
}

struct box *good_result(int key)
{
	struct box *b = box_find(key);

	if (!b)
		return ERR_PTR(-2);
	mutex_lock(&b->lock);
	if (box_fill(b)) {
		mutex_unlock(&b->lock);
		return ERR_PTR(-5);
	}
	return b;
}

/* A box that comes locked through a pointer of the caller's. */
static int box_get_locked(int key, struct box **ret)
{
	struct box *b = box_find(key);

	if (!b)
		return -2;
	mutex_lock(&b->lock);
	*ret = b;
	return 0;
}

int bad_out(int key)
{
	struct box *b;
	int err = box_get_locked(key, &b);

	if (err)
		return err;
	err = box_fill(b);
	if (err)
		return err;
	mutex_unlock(&b->lock);
	return 0;
}

int good_out(int key)
{
	struct box *b;
	int err = box_get_locked(key, &b);

	if (err)
		return err;
	err = box_fill(b);
	mutex_unlock(&b->lock);
	return err;
}

/* That it was got is told by a comparison. */
static _Bool box_try(struct box *b)
{
	_Bool got = mutex_trylock(&b->lock) != 0;

	b->full++;
	return got;
}

int bad_got(struct box *b)
{
	if (!box_try(b))
		return -11;
	if (b->full == 3)
		return -5;
	mutex_unlock(&b->lock);
	return 0;
}

int good_got(struct box *b)
{
	if (!box_try(b))
		return -11;
	b->full = 3;
	mutex_unlock(&b->lock);
	return 0;
}

/* What a call is given the address of is not what it was before. */
int box_look(struct box **ret);

int bad_looked(struct box *b)
{
	struct box *other = NULL;

	box_look(&other);
	if (!other)
		return -2;
	mutex_lock(&b->lock);
	if (b->full)
		return -5;
	mutex_unlock(&b->lock);
	return 0;
}

/* Out of a loop that takes the lock each time. */
int bad_round(struct box *b)
{
	int ret;

	for (;;) {
		mutex_lock(&b->lock);
		if (b->full) {
			ret = -5;
			goto out;
		}
		if (box_fill(b))
			break;
		mutex_unlock(&b->lock);
	}
	mutex_unlock(&b->lock);
	ret = 0;
out:
	return ret;
}

int good_round(struct box *b)
{
	int ret;

	for (;;) {
		mutex_lock(&b->lock);
		if (b->full) {
			ret = -5;
			goto out;
		}
		if (box_fill(b))
			break;
		mutex_unlock(&b->lock);
	}
	ret = 0;
out:
	mutex_unlock(&b->lock);
	return ret;
}

/* "block" is no lock, and a setup releases nothing by its name. */
int bad_block(struct valve *v)
{
	mutex_lock(&v->lock);
	if (v->open)
		return -16;
	mutex_unlock(&v->lock);
	return 0;
}

struct post {
	struct mutex lock;
	int open;
};

void setup_post(struct post *p)
{
	p->open = 1;
	mutex_unlock(&p->lock);
}

void maybe_post(struct post *p)
{
	mutex_lock(&p->lock);
	if (p->open) {
		mutex_unlock(&p->lock);
		return;
	}
	p->open = 1;
}

/* One release of two, by a condition. */
static void box_let_go(int write, struct rw_semaphore *sem)
{
	(write ? up_write : up_read)(sem);
}

struct shelf_box {
	struct rw_semaphore sem;
	int broken;
};

struct shelf_box *shelf_box_find(int key);

struct shelf_box *good_either(int key)
{
	struct shelf_box *b = shelf_box_find(key);

	if (!b)
		return ERR_PTR(-2);
	down_write(&b->sem);
	if (b->broken) {
		box_let_go(1, &b->sem);
		return ERR_PTR(-5);
	}
	return b;
}

/* An error in place of a locked box is said by a number. */
static struct box *box_begin(int key)
{
	struct box *b = box_find(key);

	if (!b)
		return ERR_PTR(-2);
	mutex_lock(&b->lock);
	return b;
}

int good_number(int key)
{
	struct box *b = box_begin(key);
	int err = PTR_ERR_OR_ZERO(b);

	if (err)
		goto out;
	b->full = 1;
	mutex_unlock(&b->lock);
out:
	return err;
}

struct crate {
	struct mutex lock;
	int full;
};

/* As many as were taken are given back. */
int good_all_of_them(struct crate **all, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		mutex_lock(&all[i]->lock);
		if (all[i]->full)
			goto out;
		mutex_unlock(&all[i]->lock);
	}
	return 0;
out:
	for (; i >= 0; i--)
		mutex_unlock(&all[i]->lock);
	return -16;
}

/* The lock is held past the end of the loop where one was found. */
int good_past_loop(struct crate **all, int nr)
{
	struct crate *found = NULL;

	for (int i = 0; i < nr; i++) {
		mutex_lock(&all[i]->lock);
		if (all[i]->full) {
			found = all[i];
			break;
		}
		mutex_unlock(&all[i]->lock);
	}
	if (!found)
		return -2;
	found->full = 0;
	mutex_unlock(&found->lock);
	return 0;
}

/* A key that is asked twice says the same twice. */
extern struct key boxes_shared;

int good_by_key(struct box *b)
{
	int err;

	if (key_is_on(&boxes_shared))
		mutex_lock(&b->lock);
	err = box_fill(b);
	if (key_is_on(&boxes_shared))
		mutex_unlock(&b->lock);
	if (err)
		return -5;
	return 0;
}

/* Whoever finishes what was queued gives it back. */
int maybe_queued(struct box *b)
{
	int ret;

	mutex_lock(&b->lock);
	ret = box_fill(b);
	if (ret != -EIOCBQUEUED)
		mutex_unlock(&b->lock);
	return ret;
}

/* Whatever it returns, it always keeps the lock there, and nobody else gives it back. */
struct lid {
	struct mutex lock;
	int angle;
};

unsigned lid_measure(struct lid *l);

unsigned bad_measure(struct lid *l)
{
	unsigned angle;

	mutex_lock(&l->lock);
	angle = lid_measure(l);
	if (l->angle)
		return angle * 2;
	mutex_unlock(&l->lock);
	return angle;
}

/* A getter that fails has got nothing. */
int bad_get_measure(struct lid *l)
{
	mutex_lock(&l->lock);
	if (!lid_measure(l))
		return -5;
	mutex_unlock(&l->lock);
	return 0;
}

/* ---- nobody is there whom it could be handed on to ------------------------------- */

struct chest {
	struct mutex lock, code;
	struct work_struct bad, good;
	int weight;
};

/* takes it for others who give it back */
void chest_give_back(struct chest *c)
{
	mutex_unlock(&c->lock);
}

void chest_close(struct chest *c)
{
	mutex_unlock(&c->code);
}

static void bad_chest_work(struct work_struct *work)
{
	struct chest *c = container_of(work, struct chest, bad);

	if (!mutex_trylock(&c->lock))
		goto out;
	if (!c->weight)
		goto out;
	c->weight--;
	mutex_unlock(&c->lock);
out:
	c->weight++;
}

static void good_chest_work(struct work_struct *work)
{
	struct chest *c = container_of(work, struct chest, good);

	if (!mutex_trylock(&c->lock))
		goto out;
	if (!c->weight)
		goto unlock;
	c->weight--;
unlock:
	mutex_unlock(&c->lock);
out:
	c->weight++;
}

/* whoever calls this may be the one who lets chest_give_back() */
void maybe_chest_take(struct chest *c)
{
	if (!mutex_trylock(&c->lock))
		goto out;
	if (!c->weight)
		goto out;
	c->weight--;
	mutex_unlock(&c->lock);
out:
	c->weight++;
}

void chest_bind(struct chest *c)
{
	INIT_WORK(&c->bad, bad_chest_work);
	INIT_WORK(&c->good, good_chest_work);
}

int chest_weigh(struct chest *c);

/* who succeeds has no lock, so who gets an error has none to give back */
int bad_chest_code(struct chest *c)
{
	int err;

	mutex_lock(&c->code);
	err = chest_weigh(c);
	if (err)
		return err;
	mutex_unlock(&c->code);
	return 0;
}

/* where the error comes from somebody who may have given it back */
static int chest_weigh_or_close(struct chest *c)
{
	if (c->weight) {
		mutex_unlock(&c->code);
		return c->weight;
	}
	return 0;
}

int good_chest_open(struct chest *c)
{
	int err;

	mutex_lock(&c->code);
	err = chest_weigh_or_close(c);
	if (err)
		return err;
	mutex_unlock(&c->code);
	return 0;
}

/* ---- a lock of the function's own ---------------------------------------------- */

int bad_own_once(struct chest *c)
{
	static DEFINE_MUTEX(once);

	mutex_lock(&once);
	if (!c->weight)
		return -5;
	c->weight++;
	mutex_unlock(&once);
	return 0;
}

int good_own_once(struct chest *c)
{
	static DEFINE_MUTEX(once);

	mutex_lock(&once);
	if (!c->weight) {
		mutex_unlock(&once);
		return -5;
	}
	c->weight++;
	mutex_unlock(&once);
	return 0;
}

/* Nothing at hand describes the record: the lock goes by its name. */
struct chest;

int bad_undescribed(struct chest *c, int len)
{
	mutex_lock(&c->core.lock);
	if (len < 0)
		return -22;
	mutex_unlock(&c->core.lock);
	return 0;
}

int good_undescribed(struct chest *c, int len)
{
	mutex_lock(&c->core.lock);
	if (len < 0) {
		mutex_unlock(&c->core.lock);
		return -22;
	}
	mutex_unlock(&c->core.lock);
	return 0;
}

/* What never fails needs no release where it has failed. */
struct depot { struct mutex lock; int nr, room; };

int depot_enter(struct depot *d)
{
	mutex_lock(&d->lock);
	return 0;
}

void depot_leave(struct depot *d)
{
	mutex_unlock(&d->lock);
}

int depot_enter_checked(struct depot *d)
{
	mutex_lock(&d->lock);
	if (!d->room)
		return -28;
	return 0;
}

int good_depot_count(struct depot *d)
{
	int ret = depot_enter(d);

	if (ret)
		return ret;
	d->nr++;
	depot_leave(d);
	return 0;
}

int bad_depot_count(struct depot *d)
{
	int ret = depot_enter_checked(d);

	if (ret)
		return ret;
	d->nr++;
	depot_leave(d);
	return 0;
}

/* and is held where nobody asks what it said */
void good_depot_look(struct depot *d)
{
	depot_enter(d);
	d->nr--;
	depot_leave(d);
}

/* an object that comes back with its lock, and is put where the caller finds it */
struct track {
	struct box *box[4];
	int locked[4];
};

struct box *box_of(struct track *t);

static struct box *box_read_lock(struct track *t)
{
	struct box *b = box_of(t);

	mutex_lock(&b->lock);
	return b;
}

int maybe_store_box(struct track *t, int level)
{
	struct box *cur;
	int ret = 1;

	cur = box_read_lock(t);
	t->box[level] = cur;
	t->locked[level] = 1;
	ret = box_fill(cur);
	if (ret < 0)
		goto out;
	mutex_unlock(&cur->lock);
	ret = 0;
out:
	return ret;
}

int bad_drop_box(struct track *t, int level)
{
	struct box *cur;

	cur = box_read_lock(t);
	t->locked[level] = 1;
	if (box_fill(cur))
		return -5;
	mutex_unlock(&cur->lock);
	return 0;
}

/* who is given the object says whether he has given its lock back */
int box_handle(struct box *b, int how);

void maybe_box_told(struct track *t, int how)
{
	struct box *cur;
	int fault;

	cur = box_read_lock(t);
	if (!how) {
		mutex_unlock(&cur->lock);
		return;
	}
	fault = box_handle(cur, how);
	if (!(fault & 4))
		mutex_unlock(&cur->lock);
	if (!(fault & 4))
		return;
	if (how > 3)
		return;
	t->locked[0] = fault;
}

/* and here nobody was asked */
void bad_box_left(struct track *t, int how)
{
	struct box *cur;

	cur = box_read_lock(t);
	if (!how) {
		mutex_unlock(&cur->lock);
		return;
	}
	box_handle(cur, how);
	if (how > 3)
		return;
	mutex_unlock(&cur->lock);
}

/* a function three calls below gives it back where it comes back with something */
static DEFINE_MUTEX(crates_lock);

static int crate_zombie(int how)
{
	if (how > 2) {
		mutex_unlock(&crates_lock);
		return how;
	}
	return 0;
}

static int crate_consider(int how)
{
	return crate_zombie(how - 1);
}

static int crate_pid(int how)
{
	return crate_consider(how + 3);
}

int maybe_crate_wait(int how)
{
	int ret;

	mutex_lock(&crates_lock);
	ret = crate_pid(how);
	if (ret)
		return ret;
	mutex_unlock(&crates_lock);
	return 0;
}

/* a semaphore that is handed to who gives it back, and one that is not */
struct courier {
	struct semaphore done, own;
};

struct order {
	struct semaphore *sem;
};

int courier_send(struct order *o);
int down_interruptible(struct semaphore *sem);

int maybe_courier_read(struct courier *c)
{
	struct order o;

	o.sem = &c->done;
	if (down_interruptible(&c->done))
		return -1;
	if (courier_send(&o)) {
		up(&c->done);
		return -1;
	}
	if (down_interruptible(&c->done))
		return -1;
	up(&c->done);
	return 0;
}

int bad_courier_read(struct courier *c)
{
	if (down_interruptible(&c->own))
		return -1;
	if (courier_send(0))
		return -1;
	up(&c->own);
	return 0;
}
