/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The least of a kernel that the made-up drivers need. */
struct mutex { int owner; };
typedef struct spinlock { int raw; } spinlock_t;
struct rw_semaphore { int count; };
struct work_struct { void (*func)(struct work_struct *work); };
struct timer_list { void (*function)(struct timer_list *t); };
struct delayed_work { struct work_struct work; struct timer_list timer; };
struct workqueue_struct;

#define DEFINE_MUTEX(name) struct mutex name = { 0 }

void mutex_lock(struct mutex *lock);
int mutex_lock_interruptible(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void down_read(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
_Bool cancel_work_sync(struct work_struct *work);
_Bool flush_work(struct work_struct *work);
_Bool cancel_delayed_work_sync(struct delayed_work *dwork);
int del_timer_sync(struct timer_list *timer);
_Bool schedule_work(struct work_struct *work);
void lockdep_assert_held(void *lock);

#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define from_timer(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, typeof(*var), timer_fieldname)
#define INIT_WORK(w, f) ((w)->func = (f))
#define INIT_DELAYED_WORK(w, f) ((w)->work.func = (f))
#define timer_setup(t, f, flags) ((t)->function = (f))
#define DEFINE_GUARD(name, type, lock, unlock) /* cleanup.h */

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))

void spin_lock_bh(spinlock_t *lock);
void spin_unlock_bh(spinlock_t *lock);
