/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The least of a kernel that the made-up drivers need. */
struct mutex { int owner; };
typedef struct spinlock { int raw; } spinlock_t;
struct rw_semaphore { int count; };
struct work_struct { void (*func)(struct work_struct *work); };
struct timer_list { void (*function)(struct timer_list *t); };
struct delayed_work { struct work_struct work; struct timer_list timer; };
struct workqueue_struct;
struct task_struct { int pid; };

#define DEFINE_MUTEX(name) struct mutex name = { 0 }

void mutex_lock(struct mutex *lock);
int mutex_lock_interruptible(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
_Bool mutex_is_locked(struct mutex *lock);
void set_bit(int nr, unsigned long *at);
void clear_bit(int nr, unsigned long *at);
_Bool test_bit(int nr, const unsigned long *at);
void down_read(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
_Bool cancel_work_sync(struct work_struct *work);
_Bool flush_work(struct work_struct *work);
_Bool cancel_delayed_work_sync(struct delayed_work *dwork);
struct task_struct *kthread_run(int (*fn)(void *data), void *data, const char *name);
int kthread_stop(struct task_struct *task);
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

_Bool queue_work(struct workqueue_struct *wq, struct work_struct *work);
struct workqueue_struct *alloc_workqueue(const char *name, unsigned flags, int max);
struct workqueue_struct *alloc_ordered_workqueue(const char *name, unsigned flags);
void flush_workqueue(struct workqueue_struct *wq);
void destroy_workqueue(struct workqueue_struct *wq);
struct work_struct *current_work(void);

struct completion { int done; };
void wait_for_completion(struct completion *x);
static inline void complete(struct completion *x)
{
	x->done = 1;
}

struct srcu_struct { int idx; };
int srcu_read_lock(struct srcu_struct *ssp);
void srcu_read_unlock(struct srcu_struct *ssp, int idx);
void synchronize_srcu(struct srcu_struct *ssp);

struct kobject { int ref; };
struct attribute { const char *name; };
struct device { struct kobject kobj; };
struct device_attribute {
	struct attribute attr;
	long (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	long (*store)(struct device *dev, struct device_attribute *attr, const char *buf, unsigned long n);
};
struct attribute_group { struct attribute **attrs; };
void device_remove_file(struct device *dev, const struct device_attribute *attr);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp);

struct inode;
struct file;
struct seq_file;
struct dentry;
struct file_operations {
	int (*open)(struct inode *inode, struct file *file);
	long (*read)(struct file *file, char *buf, unsigned long n, long *pos);
};
int single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data);
struct dentry *debugfs_create_file(const char *name, unsigned short mode, struct dentry *parent, void *data,
				   const struct file_operations *fops);
void debugfs_remove(struct dentry *dentry);
struct proc_ops {
	long (*proc_read)(struct file *file, char *buf, unsigned long n, long *at);
};
struct proc_dir_entry *proc_create_data(const char *name, unsigned short mode, struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data);
struct proc_dir_entry *proc_create_single(const char *name, unsigned short mode, struct proc_dir_entry *parent,
					  int (*show)(struct seq_file *m, void *v));
void proc_remove(struct proc_dir_entry *entry);
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
struct usb_device;
struct urb {
	void *context;
	void (*complete)(struct urb *urb);
};
static inline void usb_fill_bulk_urb(struct urb *urb, struct usb_device *dev, unsigned pipe, void *buf, int len,
				     void (*complete)(struct urb *urb), void *context)
{
	urb->complete = complete;
	urb->context = context;
}

typedef int (*irq_handler_t)(int irq, void *data);
int request_irq(unsigned irq, irq_handler_t handler, unsigned long flags, const char *name, void *data);
int request_threaded_irq(unsigned irq, irq_handler_t handler, irq_handler_t thread, unsigned long flags,
			 const char *name, void *data);
struct tasklet_struct { void (*callback)(struct tasklet_struct *t); };
void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *t));
#define from_tasklet(var, callback_tasklet, field) container_of(callback_tasklet, typeof(*var), field)
void free_irq(unsigned irq, void *data);
void disable_irq(unsigned irq);
void enable_irq(unsigned irq);
void spin_lock_irq(spinlock_t *lock);
void spin_unlock_irq(spinlock_t *lock);
_Bool in_interrupt(void);
void local_irq_disable(void);
void local_irq_enable(void);
void *kmalloc(unsigned long size, unsigned flags);
void kfree(const void *at);
#define GFP_KERNEL 1u
#define GFP_ATOMIC 2u
#define TIMER_IRQSAFE 1u
struct sk_buff;
struct napi_struct { int weight; };
struct net_device;
void netif_napi_add(struct net_device *dev, struct napi_struct *napi, int (*poll)(struct napi_struct *napi, int budget));
_Bool napi_complete_done(struct napi_struct *napi, int done);
_Bool napi_schedule(struct napi_struct *napi);
int napi_gro_receive(struct napi_struct *napi, struct sk_buff *skb);

struct hrtimer { int (*function)(struct hrtimer *t); };
enum hrtimer_mode { HRTIMER_MODE_REL = 1, HRTIMER_MODE_REL_PINNED = 3, HRTIMER_MODE_REL_SOFT = 5 };
#define hrtimer_setup(t, f, clock, mode) ((t)->function = (f))
void hrtimer_start(struct hrtimer *t, long long after, enum hrtimer_mode mode);
int hrtimer_cancel(struct hrtimer *t);
void panic(const char *fmt, ...);

struct semaphore { int count; };
#define DEFINE_SEMAPHORE(name, n) struct semaphore name = { n }
void down(struct semaphore *sem);
void up(struct semaphore *sem);
void console_lock(void);
void console_unlock(void);
void rtnl_lock(void);
void rtnl_unlock(void);
int rtnl_is_locked(void);
#define ASSERT_RTNL() WARN_ONCE(!rtnl_is_locked(), "RTNL: assertion failed")

struct kref { int refs; };
static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (--kref->refs)
		return 0;
	release(kref);
	return 1;
}
void *vzalloc(unsigned long size);
int smp_call_function_single(int cpu, void (*func)(void *info), void *info, int wait);
struct rcu_head { void (*func)(struct rcu_head *head); };
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
typedef struct { int readers; } rwlock_t;
void read_lock(rwlock_t *lock);
void read_unlock(rwlock_t *lock);
void write_lock(rwlock_t *lock);
void write_unlock(rwlock_t *lock);
