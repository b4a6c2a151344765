// SPDX-License-Identifier: GPL-2.0-or-later
/* Waits for many with a lock held: a queue, attributes, readers, a completion. */
#include <linux/kernel.h>

struct host {
	struct mutex lock;
	struct mutex other;
	struct mutex done_lock;
	struct work_struct work;
	struct work_struct quiet;
	struct workqueue_struct *queue;
	struct workqueue_struct *calm;
	struct completion done;
	struct completion signal;
	struct srcu_struct readers;
	struct device dev;
	struct dentry *dir;
	struct proc_dir_entry *entry, *folder;
};

static DEFINE_MUTEX(attr_lock);
static DEFINE_MUTEX(file_lock);

static void host_work(struct work_struct *work)
{
	struct host *h = container_of(work, struct host, work);

	mutex_lock(&h->lock);
	mutex_unlock(&h->lock);
}

static void host_quiet(struct work_struct *work)
{
	struct host *h = container_of(work, struct host, quiet);

	h->dir = 0;
}

void host_bind(struct host *h)
{
	INIT_WORK(&h->work, host_work);
	INIT_WORK(&h->quiet, host_quiet);
}

void host_kick(struct host *h)
{
	queue_work(h->queue, &h->work);
	queue_work(h->calm, &h->quiet);
}

void bad_flush(struct host *h)
{
	mutex_lock(&h->lock);
	flush_workqueue(h->queue);
	mutex_unlock(&h->lock);
}

static void bad_destroy(struct host *h)
{
	destroy_workqueue(h->queue);
}

void bad_destroy_caller(struct host *h)
{
	guard(mutex)(&h->lock);
	bad_destroy(h);
}

void good_flush_after(struct host *h)
{
	mutex_lock(&h->lock);
	mutex_unlock(&h->lock);
	flush_workqueue(h->queue);
}

void good_flush_calm(struct host *h)
{
	mutex_lock(&h->lock);
	flush_workqueue(h->calm);
	mutex_unlock(&h->lock);
}

void good_flush_other(struct host *h)
{
	mutex_lock(&h->other);
	flush_workqueue(h->queue);
	mutex_unlock(&h->other);
}

static void host_take(struct host *h)
{
	mutex_lock(&h->lock);
}

static void host_drop(struct host *h)
{
	mutex_unlock(&h->lock);
}

/* the names do not speak of locks, but what one takes the other one gives back */
void likely_flush_pair(struct host *h)
{
	host_take(h);
	flush_workqueue(h->queue);
	host_drop(h);
}

/* nobody gives it back: that it is held may be a mistake of the reading */
void maybe_flush_kept(struct host *h)
{
	host_take(h);
	flush_workqueue(h->queue);
}

/* ---- attributes ---- */

static long mode_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	mutex_lock(&attr_lock);
	mutex_unlock(&attr_lock);
	return 0;
}

static long name_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return 0;
}

static struct device_attribute dev_attr_mode = { .show = mode_show };
static struct device_attribute dev_attr_name = { .show = name_show };
static struct attribute *host_attrs[] = { &dev_attr_name.attr, &dev_attr_mode.attr, 0 };
static const struct attribute_group host_group = { .attrs = host_attrs };
static struct attribute *calm_attrs[] = { &dev_attr_name.attr, 0 };
static const struct attribute_group calm_group = { .attrs = calm_attrs };

void bad_remove_file(struct host *h)
{
	mutex_lock(&attr_lock);
	device_remove_file(&h->dev, &dev_attr_mode);
	mutex_unlock(&attr_lock);
}

void good_remove_file(struct host *h)
{
	mutex_lock(&attr_lock);
	device_remove_file(&h->dev, &dev_attr_name);
	mutex_unlock(&attr_lock);
}

/* it runs once, and nobody knows of the file yet */
int __init maybe_start_host(struct host *h)
{
	mutex_lock(&attr_lock);
	device_remove_file(&h->dev, &dev_attr_mode);
	mutex_unlock(&attr_lock);
	return 0;
}

void bad_remove_group(struct host *h)
{
	mutex_lock(&attr_lock);
	sysfs_remove_group(&h->dev.kobj, &host_group);
	mutex_unlock(&attr_lock);
}

void good_remove_group(struct host *h)
{
	mutex_lock(&attr_lock);
	sysfs_remove_group(&h->dev.kobj, &calm_group);
	mutex_unlock(&attr_lock);
}

/* ---- debugfs ---- */

static int state_show(struct seq_file *m, void *v)
{
	mutex_lock(&file_lock);
	mutex_unlock(&file_lock);
	return 0;
}

static int state_open(struct inode *inode, struct file *file)
{
	return single_open(file, state_show, 0);
}

static const struct file_operations state_fops = { .open = state_open };

void host_debugfs(struct host *h)
{
	h->dir = debugfs_create_file("state", 0400, 0, h, &state_fops);
}

void bad_remove_debugfs(struct host *h)
{
	mutex_lock(&file_lock);
	debugfs_remove(h->dir);
	mutex_unlock(&file_lock);
}

void good_remove_debugfs(struct host *h)
{
	debugfs_remove(h->dir);
}

/* files in folders: in that which is removed, and in one beside it */
struct cabinet {
	struct dentry *root, *top, *low;
};

void cabinet_debugfs(struct cabinet *c)
{
	struct dentry *dir = debugfs_create_dir("low", c->low), *inner = debugfs_create_dir("inner", dir);

	debugfs_create_file("state", 0400, inner, c, &state_fops);
}

void maybe_remove_top(struct cabinet *c)
{
	mutex_lock(&file_lock);
	debugfs_remove(c->top);
	mutex_unlock(&file_lock);
}

void bad_remove_low(struct cabinet *c)
{
	mutex_lock(&file_lock);
	debugfs_remove(c->low);
	mutex_unlock(&file_lock);
}

static void cabinet_remove(struct dentry *dir)
{
	debugfs_remove(dir);
}

void maybe_remove_root(struct cabinet *c)
{
	mutex_lock(&file_lock);
	cabinet_remove(c->root);
	mutex_unlock(&file_lock);
}

/* ---- /proc ---- */

static DEFINE_MUTEX(proc_lock);
static DEFINE_MUTEX(list_lock);

static long proc_state_read(struct file *file, char *buf, unsigned long n, long *at)
{
	mutex_lock(&proc_lock);
	mutex_unlock(&proc_lock);
	return 0;
}

static int proc_list_show(struct seq_file *m, void *v)
{
	mutex_lock(&list_lock);
	mutex_unlock(&list_lock);
	return 0;
}

static const struct proc_ops proc_state_ops = { .proc_read = proc_state_read };

void host_proc(struct host *h)
{
	h->entry = proc_create_data("state", 0400, h->folder, &proc_state_ops, h);
	proc_create_single("list", 0400, h->folder, proc_list_show);
}

void bad_remove_entry(struct host *h)
{
	mutex_lock(&proc_lock);
	proc_remove(h->entry);
	mutex_unlock(&proc_lock);
}

void bad_remove_list(struct host *h)
{
	mutex_lock(&list_lock);
	remove_proc_entry("list", h->folder);
	mutex_unlock(&list_lock);
}

/* another file than the one whose function takes it */
void good_remove_state(struct host *h)
{
	mutex_lock(&list_lock);
	remove_proc_entry("state", h->folder);
	mutex_unlock(&list_lock);
}

/* a name that is made at run time is none that was written down */
void good_remove_named(struct host *h, const char *name)
{
	mutex_lock(&list_lock);
	remove_proc_entry(name, h->folder);
	mutex_unlock(&list_lock);
}

void good_remove_after(struct host *h)
{
	mutex_lock(&proc_lock);
	mutex_unlock(&proc_lock);
	proc_remove(h->entry);
}

/* attributes by a list of them, and out of a group */
void bad_remove_files(struct host *h)
{
	mutex_lock(&attr_lock);
	sysfs_remove_files(&h->dev.kobj, host_attrs);
	mutex_unlock(&attr_lock);
}

void good_remove_files(struct host *h)
{
	mutex_lock(&attr_lock);
	sysfs_remove_files(&h->dev.kobj, calm_attrs);
	mutex_unlock(&attr_lock);
}

void bad_remove_from_group(struct host *h)
{
	mutex_lock(&attr_lock);
	sysfs_remove_file_from_group(&h->dev.kobj, &dev_attr_mode.attr, 0);
	mutex_unlock(&attr_lock);
}

/* ---- readers ---- */

void bad_reader(struct host *h)
{
	int idx = srcu_read_lock(&h->readers);

	mutex_lock(&h->lock);
	mutex_unlock(&h->lock);
	srcu_read_unlock(&h->readers, idx);
}

void bad_synchronize(struct host *h)
{
	mutex_lock(&h->lock);
	synchronize_srcu(&h->readers);
	mutex_unlock(&h->lock);
}

void good_synchronize(struct host *h)
{
	mutex_lock(&h->other);
	synchronize_srcu(&h->readers);
	mutex_unlock(&h->other);
}

/* ---- completions ---- */

void bad_completer(struct host *h)
{
	mutex_lock(&h->done_lock);
	complete(&h->done);
	mutex_unlock(&h->done_lock);
}

void bad_wait_done(struct host *h)
{
	mutex_lock(&h->done_lock);
	wait_for_completion(&h->done);
	mutex_unlock(&h->done_lock);
}

void good_completer(struct host *h)
{
	mutex_lock(&h->done_lock);
	mutex_unlock(&h->done_lock);
	complete(&h->signal);
}

void good_wait_signal(struct host *h)
{
	mutex_lock(&h->done_lock);
	wait_for_completion(&h->signal);
	mutex_unlock(&h->done_lock);
}
