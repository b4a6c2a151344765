// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conditions on a way that are decided further up on it: by what is handed
 * down, and by objects that were just made.
 */
#include <linux/kernel.h>
#include "levers.h"

#define LOUD 1
#define HARD 2
#define LOCAL 4
#define WINDOW(n) ((n) << 4)

void *kzalloc(int size, int flags);
void list_add(struct list_head *item, struct list_head *head);

struct lever {
	struct mutex quick, both, grown, filled, passed, next_up, window, numbered, reset, plain, masked, chosen, called, left, sent, hard, own, shown, held, begun, opened, kind, sort, behind, before;
	struct rw_semaphore table, book;
	struct list_head item;
	int is_set, n;
	void *next;
};

static DEFINE_MUTEX(rack_lock);
static LIST_HEAD(rack);

/* several bits, of which the caller sets one */
static void good_masked(struct lever *l, int flags)
{
	if (!(flags & (LOCAL | HARD))) {
		mutex_lock(&l->masked);
		mutex_unlock(&l->masked);
	}
}

void good_masked_holds(struct lever *l)
{
	mutex_lock(&l->masked);
	good_masked(l, HARD);
	mutex_unlock(&l->masked);
}

/* what stands behind a macro of two arguments is the last one all the same */
#define BOTH(v) (v), (v) + 1

static void good_behind_macro(struct lever *l, int mask, int val, int flags)
{
	if (!(flags & (LOCAL | HARD))) {
		mutex_lock(&l->behind);
		mutex_unlock(&l->behind);
	}
}

void good_behind_macro_holds(struct lever *l)
{
	mutex_lock(&l->behind);
	good_behind_macro(l, BOTH(LOUD), HARD);
	mutex_unlock(&l->behind);
}

static void bad_behind_macro(struct lever *l, int mask, int val, int flags)
{
	if (!(flags & (LOCAL | HARD))) {
		mutex_lock(&l->before);
		mutex_unlock(&l->before);
	}
}

void bad_behind_macro_holds(struct lever *l)
{
	mutex_lock(&l->before);
	bad_behind_macro(l, BOTH(HARD), LOUD);
	mutex_unlock(&l->before);
}

static void bad_unmasked(struct lever *l, int flags)
{
	if (!(flags & (LOCAL | HARD))) {
		mutex_lock(&l->plain);
		mutex_unlock(&l->plain);
	}
}

void bad_unmasked_holds(struct lever *l)
{
	mutex_lock(&l->plain);
	bad_unmasked(l, LOUD);
	mutex_unlock(&l->plain);
}

/* a local that is one constant */
static void good_hard(struct lever *l, int how)
{
	if (how != HARD)
		return;
	mutex_lock(&l->hard);
	mutex_unlock(&l->hard);
}

int good_hard_holds(struct lever *l)
{
	int how = LOUD;

	mutex_lock(&l->hard);
	good_hard(l, how);
	mutex_unlock(&l->hard);
	return how;
}

static void bad_chosen(struct lever *l, int how)
{
	if (how != HARD)
		return;
	mutex_lock(&l->chosen);
	mutex_unlock(&l->chosen);
}

int bad_chosen_holds(struct lever *l, int loud)
{
	int how = HARD;

	mutex_lock(&l->chosen);
	if (loud)
		how = LOUD;
	bad_chosen(l, how);
	mutex_unlock(&l->chosen);
	return how;
}

/* what a header says that another one includes */
static void good_quick(struct lever *l, int how)
{
	if (how & LEVER_SAFE) {
		mutex_lock(&l->quick);
		mutex_unlock(&l->quick);
	}
}

void good_quick_holds(struct lever *l)
{
	mutex_lock(&l->quick);
	good_quick(l, LEVER_QUICK);
	mutex_unlock(&l->quick);
}

/* and which is more than its first number */
static void bad_both(struct lever *l, int how)
{
	if (how & LEVER_SAFE) {
		mutex_lock(&l->both);
		mutex_unlock(&l->both);
	}
}

void bad_both_holds(struct lever *l)
{
	mutex_lock(&l->both);
	bad_both(l, LEVER_BOTH);
	mutex_unlock(&l->both);
}

/* a macro sets a local, and a definition names what it defines */
unsigned int read_port(int port);
#define READ_PORT(port, val) ((val) = read_port(port))
#define POLL_PORT(val, port) do { READ_PORT(port, val); } while (!(val))

static void bad_grown(struct lever *l, int how)
{
	if (how == LOUD)
		return;
	mutex_lock(&l->grown);
	mutex_unlock(&l->grown);
}

void bad_grown_holds(struct lever *l)
{
	int how;

	READ_PORT(4, how);
	how = how | HARD;
	mutex_lock(&l->grown);
	bad_grown(l, how);
	mutex_unlock(&l->grown);
}

static void bad_filled(struct lever *l, int how)
{
	if (!how)
		return;
	mutex_lock(&l->filled);
	mutex_unlock(&l->filled);
}

void bad_filled_holds(struct lever *l)
{
	int how = 0;

	POLL_PORT(how, 4);
	mutex_lock(&l->filled);
	bad_filled(l, how);
	mutex_unlock(&l->filled);
}

/* the same of a parameter */
static void bad_reset(struct lever *l, int how)
{
	READ_PORT(how, how);
	if (how == LOUD) {
		mutex_lock(&l->reset);
		mutex_unlock(&l->reset);
	}
}

void bad_reset_holds(struct lever *l)
{
	mutex_lock(&l->reset);
	bad_reset(l, HARD);
	mutex_unlock(&l->reset);
}

static void bad_passed(struct lever *l, int how)
{
	bool is_loud = how == LOUD;

	how = l->n;
	is_loud = how == LOUD;
	if (is_loud) {
		mutex_lock(&l->passed);
		mutex_unlock(&l->passed);
	}
}

void bad_passed_holds(struct lever *l)
{
	mutex_lock(&l->passed);
	bad_passed(l, HARD);
	mutex_unlock(&l->passed);
}

/* constants that nobody here gives a value: the next one is another one, and so is that of other arguments */
static void bad_next(struct lever *l, int port)
{
	if (port == PORT_FIRST)
		return;
	mutex_lock(&l->next_up);
	mutex_unlock(&l->next_up);
}

void bad_next_holds(struct lever *l)
{
	mutex_lock(&l->next_up);
	bad_next(l, PORT_FIRST + 1);
	mutex_unlock(&l->next_up);
}

static void bad_window(struct lever *l, int port)
{
	if (port == PORT_OF(PORT_FIRST | PORT_WIDE))
		return;
	mutex_lock(&l->window);
	mutex_unlock(&l->window);
}

void bad_window_holds(struct lever *l)
{
	mutex_lock(&l->window);
	bad_window(l, PORT_OF(PORT_FIRST | PORT_DEEP));
	mutex_unlock(&l->window);
}

/* a name and a number may be the same */
static void bad_numbered(struct lever *l, int how)
{
	if (how == HARD) {
		mutex_lock(&l->numbered);
		mutex_unlock(&l->numbered);
	}
}

void bad_numbered_holds(struct lever *l)
{
	mutex_lock(&l->numbered);
	bad_numbered(l, 2);
	mutex_unlock(&l->numbered);
}

/* a function that everybody hands in */
static void lever_pull(struct lever *l)
{
	l->n++;
}

static void good_default(struct lever *l)
{
	mutex_lock(&l->called);
	mutex_unlock(&l->called);
}

static void good_each(struct lever *l, void (*fn)(struct lever *l))
{
	mutex_lock(&l->called);
	if (fn)
		fn(l);
	else
		good_default(l);
	mutex_unlock(&l->called);
}

void good_each_once(struct lever *l)
{
	good_each(l, lever_pull);
}

void good_each_twice(struct lever *l)
{
	good_each(l, lever_pull);
	good_each(l, lever_pull);
}

static void bad_default(struct lever *l)
{
	mutex_lock(&l->left);
	mutex_unlock(&l->left);
}

static void bad_some(struct lever *l, void (*fn)(struct lever *l))
{
	mutex_lock(&l->left);
	if (fn)
		fn(l);
	else
		bad_default(l);
	mutex_unlock(&l->left);
}

void some_pull(struct lever *l)
{
	bad_some(l, lever_pull);
}

void some_none(struct lever *l)
{
	bad_some(l, NULL);
}

/* what a new object says is known to who has made it */
static void maybe_free_lever(struct lever *l)
{
	if (l->is_set) {
		mutex_lock(&rack_lock);
		mutex_unlock(&rack_lock);
	}
}

static struct lever *maybe_make_lever(void)
{
	struct lever *l = kzalloc(sizeof(*l), 0);

	l->next = kzalloc(8, 0);
	if (!l->next)
		maybe_free_lever(l);
	return l;
}

void maybe_make_holds(void)
{
	mutex_lock(&rack_lock);
	maybe_make_lever();
	mutex_unlock(&rack_lock);
}

static DEFINE_MUTEX(shelf_lock);

static void bad_drop_lever(struct lever *l)
{
	if (l->is_set) {
		mutex_lock(&shelf_lock);
		mutex_unlock(&shelf_lock);
	}
}

void bad_drop_holds(struct lever *l)
{
	mutex_lock(&shelf_lock);
	bad_drop_lever(l);
	mutex_unlock(&shelf_lock);
}

/* two orders: the lock of an object that nobody has yet, and of one that is shown before */
static void maybe_fill(struct lever *l)
{
	mutex_lock(&l->own);
	l->n++;
	mutex_unlock(&l->own);
}

static DEFINE_MUTEX(desk_lock);

void maybe_fill_new(void)
{
	struct lever *l = kzalloc(sizeof(*l), 0);

	mutex_lock(&desk_lock);
	maybe_fill(l);
	mutex_unlock(&desk_lock);
}

void maybe_desk_on_lever(struct lever *l)
{
	mutex_lock(&l->own);
	mutex_lock(&desk_lock);
	mutex_unlock(&desk_lock);
	mutex_unlock(&l->own);
}

static DEFINE_MUTEX(wall_lock);

static void bad_fill(struct lever *l)
{
	mutex_lock(&l->shown);
	l->n++;
	mutex_unlock(&l->shown);
}

void bad_fill_shown(void)
{
	struct lever *l = kzalloc(sizeof(*l), 0);

	list_add(&l->item, &rack);
	mutex_lock(&wall_lock);
	bad_fill(l);
	mutex_unlock(&wall_lock);
}

void bad_wall_on_lever(struct lever *l)
{
	mutex_lock(&l->shown);
	mutex_lock(&wall_lock);
	mutex_unlock(&wall_lock);
	mutex_unlock(&l->shown);
}

/* two orders: a function on the way takes the first lock itself, so that nobody holds it there */
static DEFINE_MUTEX(yard_lock);

static void maybe_inner(struct lever *l)
{
	mutex_lock(&l->held);
	mutex_unlock(&l->held);
}

static void retake(struct lever *l)
{
	mutex_lock(&yard_lock);
	l->n++;
	mutex_unlock(&yard_lock);
	maybe_inner(l);
}

void yard_holds(struct lever *l)
{
	mutex_lock(&yard_lock);
	if (l->is_set > 2 && l->n > 3 && l->next)
		retake(l);
	mutex_unlock(&yard_lock);
}

void maybe_yard_on_lever(struct lever *l)
{
	mutex_lock(&l->held);
	mutex_lock(&yard_lock);
	mutex_unlock(&yard_lock);
	mutex_unlock(&l->held);
}

/* what the thread itself is in: who comes from the holder is in it */
struct task { void *in; };
extern struct task *current;

static void maybe_begin(struct lever *l)
{
	if (current->in)
		return;
	mutex_lock(&l->begun);
	mutex_unlock(&l->begun);
}

void maybe_begin_holds(struct lever *l)
{
	mutex_lock(&l->begun);
	current->in = l;
	maybe_begin(l);
	mutex_unlock(&l->begun);
}

static void bad_begin(struct lever *l)
{
	if (l->next)
		return;
	mutex_lock(&l->opened);
	mutex_unlock(&l->opened);
}

void bad_begin_holds(struct lever *l)
{
	mutex_lock(&l->opened);
	bad_begin(l);
	mutex_unlock(&l->opened);
}

/* two readers: somebody must write while the object is there */
static void maybe_look(struct lever *l)
{
	down_read(&l->table);
	up_read(&l->table);
}

void maybe_look_twice(struct lever *l)
{
	down_read(&l->table);
	maybe_look(l);
	up_read(&l->table);
}

void lever_remove(struct lever *l)
{
	down_write(&l->table);
	up_write(&l->table);
}

static void bad_read(struct lever *l)
{
	down_read(&l->book);
	up_read(&l->book);
}

void bad_read_twice(struct lever *l)
{
	down_read(&l->book);
	bad_read(l);
	up_read(&l->book);
}

void lever_write(struct lever *l)
{
	down_write(&l->book);
	up_write(&l->book);
}

/* a constant is of one kind each time */
int lever_kind(int n);

static void maybe_kind(struct lever *l, int n)
{
	int kind = lever_kind(n);

	if (kind == 1) {
		mutex_lock(&l->kind);
		mutex_unlock(&l->kind);
	}
}

void maybe_kind_holds(struct lever *l)
{
	mutex_lock(&l->kind);
	maybe_kind(l, 3);
	mutex_unlock(&l->kind);
}

void maybe_kind_of_macro(struct lever *l)
{
	mutex_lock(&l->kind);
	maybe_kind(l, WINDOW(HARD));
	mutex_unlock(&l->kind);
}

static void bad_kind(struct lever *l, int n)
{
	int kind = lever_kind(n);

	if (kind == 1) {
		mutex_lock(&l->sort);
		mutex_unlock(&l->sort);
	}
}

void bad_kind_holds(struct lever *l)
{
	mutex_lock(&l->sort);
	bad_kind(l, l->n);
	mutex_unlock(&l->sort);
}

/* who has just made it and let nobody wait for it */
static DEFINE_MUTEX(pole_lock);

static inline int is_lone(struct lever *l)
{
	return l->is_set;
}

static void maybe_add_pole(struct lever *l)
{
	if (is_lone(l))
		return;
	mutex_lock(&pole_lock);
	mutex_unlock(&pole_lock);
}

void maybe_add_holds(void)
{
	struct lever *l = NULL;

	l = kzalloc(sizeof(*l), 0);
	l->is_set = 1;
	mutex_lock(&pole_lock);
	maybe_add_pole(l);
	mutex_unlock(&pole_lock);
}

/* a reference that others have, too */
int refcount_dec_and_test(int *count);
static DEFINE_MUTEX(last_lock);
static DEFINE_MUTEX(first_lock);

static void maybe_lever_put(struct lever *l)
{
	if (refcount_dec_and_test(&l->n)) {
		mutex_lock(&last_lock);
		mutex_unlock(&last_lock);
	}
}

void maybe_put_holds(struct lever *l)
{
	mutex_lock(&last_lock);
	maybe_lever_put(l);
	mutex_unlock(&last_lock);
}

static void bad_lever_put(struct lever *l)
{
	mutex_lock(&first_lock);
	refcount_dec_and_test(&l->n);
	mutex_unlock(&first_lock);
}

static inline void bad_lever_put_once(struct lever *l)
{
	bad_lever_put(l);
}

void bad_put_holds(struct lever *l)
{
	mutex_lock(&first_lock);
	bad_lever_put_once(l);
	mutex_unlock(&first_lock);
}

/* two orders: two pointers of one record, or one */
struct tree { struct mutex lock; };
struct forest { struct tree *oak, *elm, *ash; };
static DEFINE_MUTEX(oak_lock);
static DEFINE_MUTEX(ash_lock);

struct forest *forest_of(int n);

void maybe_oak(struct forest *f)
{
	mutex_lock(&f->oak->lock);
	mutex_lock(&oak_lock);
	mutex_unlock(&oak_lock);
	mutex_unlock(&f->oak->lock);
}

void maybe_elm(int n)
{
	struct forest *f = forest_of(n);

	mutex_lock(&oak_lock);
	mutex_lock(&f->elm->lock);
	mutex_unlock(&f->elm->lock);
	mutex_unlock(&oak_lock);
}

struct bush { struct mutex leaf; };
struct hedge { struct bush *left; };
struct hedge *hedge_of(int n);

void bad_bush(struct hedge *h)
{
	mutex_lock(&h->left->leaf);
	mutex_lock(&ash_lock);
	mutex_unlock(&ash_lock);
	mutex_unlock(&h->left->leaf);
}

void bad_ash(int n)
{
	struct hedge *h = hedge_of(n);

	mutex_lock(&ash_lock);
	mutex_lock(&h->left->leaf);
	mutex_unlock(&h->left->leaf);
	mutex_unlock(&ash_lock);
}

/* two orders: the held lock is reached by a pointer that must be NULL below, or another one must */
struct bell { struct mutex rope; };
struct tower_of { struct bell *bell, *spare; };
static DEFINE_MUTEX(church_lock);
static DEFINE_MUTEX(chapel_lock);
struct tower_of *tower_of(int n);

static void good_no_bell(struct tower_of *t)
{
	struct bell *bell = t->bell;

	if (!bell) {
		mutex_lock(&church_lock);
		mutex_unlock(&church_lock);
	}
}

void good_rings(struct tower_of *t)
{
	mutex_lock(&t->bell->rope);
	good_no_bell(t);
	mutex_unlock(&t->bell->rope);
}

void good_church(int n)
{
	struct tower_of *t = tower_of(n);

	mutex_lock(&church_lock);
	mutex_lock(&t->bell->rope);
	mutex_unlock(&t->bell->rope);
	mutex_unlock(&church_lock);
}

struct gong { struct mutex cord; };
struct porch { struct gong *gong, *spare; };
struct porch *porch_of(int n);

static void bad_no_spare(struct porch *t)
{
	struct gong *spare = t->spare;

	if (!spare) {
		mutex_lock(&chapel_lock);
		mutex_unlock(&chapel_lock);
	}
}

void bad_gongs(struct porch *t)
{
	mutex_lock(&t->gong->cord);
	bad_no_spare(t);
	mutex_unlock(&t->gong->cord);
}

void bad_chapel(int n)
{
	struct porch *t = porch_of(n);

	mutex_lock(&chapel_lock);
	mutex_lock(&t->gong->cord);
	mutex_unlock(&t->gong->cord);
	mutex_unlock(&chapel_lock);
}

/* two orders: an element that the caller has in hand, and another one */
struct ring { struct mutex lock; };
struct rings { struct ring of[8]; int cmd, mon; };
static DEFINE_MUTEX(base_lock);

static void maybe_send(struct ring *r)
{
	mutex_lock(&r->lock);
	mutex_unlock(&r->lock);
}

void maybe_base_sends(struct rings *all)
{
	struct ring *r = &all->of[all->cmd];

	mutex_lock(&base_lock);
	maybe_send(r);
	mutex_unlock(&base_lock);
}

void maybe_mon_on_base(struct rings *all)
{
	struct ring *r = &all->of[all->mon];

	mutex_lock(&r->lock);
	mutex_lock(&base_lock);
	mutex_unlock(&base_lock);
	mutex_unlock(&r->lock);
}

/* two orders: who comes to the first lock has the second one, always, or not */
struct path { struct mutex lock; int n; };
static DEFINE_MUTEX(paths_lock);
static DEFINE_MUTEX(roads_lock);
struct path *path_of(int n);

static void maybe_path_sever(struct path *p)
{
	if (p->n > 2) {
		mutex_lock(&paths_lock);
		mutex_unlock(&paths_lock);
	}
}

static void maybe_path_close(struct path *p)
{
	if (p->n < 7)
		maybe_path_sever(p);
}

static void maybe_path_pending(struct path *p)
{
	mutex_lock(&p->lock);
	if (p->n > 1)
		maybe_path_close(p);
	mutex_unlock(&p->lock);
}

void maybe_paths_list(int n)
{
	struct path *p = path_of(n);

	mutex_lock(&paths_lock);
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	mutex_unlock(&paths_lock);
}

void maybe_paths_work(int n)
{
	struct path *p = path_of(n);

	mutex_lock(&paths_lock);
	if (p->n)
		maybe_path_pending(p);
	mutex_unlock(&paths_lock);
}

struct road { struct mutex lock; int n; };
struct road *road_of(int n);

static void bad_road_sever(struct road *p)
{
	if (p->n > 2) {
		mutex_lock(&roads_lock);
		mutex_unlock(&roads_lock);
	}
}

static void bad_road_pending(struct road *p)
{
	mutex_lock(&p->lock);
	if (p->n > 1)
		bad_road_sever(p);
	mutex_unlock(&p->lock);
}

void bad_roads_list(int n)
{
	struct road *p = road_of(n);

	mutex_lock(&roads_lock);
	mutex_lock(&p->lock);
	mutex_unlock(&p->lock);
	mutex_unlock(&roads_lock);
}

void roads_work(int n)
{
	struct road *p = road_of(n);

	mutex_lock(&roads_lock);
	if (p->n)
		bad_road_pending(p);
	mutex_unlock(&roads_lock);
}

void roads_ioctl(int n)
{
	bad_road_pending(road_of(n));
}
