// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/pack.h"
#include "store/store.h"

#define MARKER "STORE"
#define TOUCH_NS (60 * 1000000000ll)
#define STR_(x) #x
#define STR(x) STR_(x)
#define MARKER_TEXT "ostler store " STR(OST_STORE_FORMAT) "\n"

/* mkdir -p with mode 0700 for what is made. */
static struct ost_err *make_dirs(char *path)
{
	char *p, saved;

	for (p = path + 1; ; p++) {
		if (*p && *p != '/')
			continue;
		saved = *p;
		*p = 0;
		if (mkdir(path, 0700) && errno != EEXIST && errno != EROFS && errno != EACCES) {
			struct ost_err *err = ost_err_create_errno(path, errno);

			*p = saved;
			return err;
		}
		*p = saved;
		if (!saved)
			return NULL;
	}
}

static bool is_ours(const char *name)
{
	size_t len = strlen(name);

	if (!strncmp(name, "tmp-", 4))
		return true;
	return len > 9 && len < sizeof(((struct ost_store_file *)0)->name) &&
	       (!strncmp(name, "pack-", 5) || !strncmp(name, "slot-", 5)) &&
	       !strcmp(name + len - 4, ".ost");
}

static DIR *open_list(const struct ost_store_dir *d)
{
	int fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

/* Does the directory hold nothing but what a store may hold? */
static bool only_ours(const struct ost_store_dir *d)
{
	DIR *dir = open_list(d);
	struct dirent *e;
	bool ours = true;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    strcmp(e->d_name, MARKER) && strcmp(e->d_name, "git") &&	/* git/walk.h keeps its own there */
		    !is_ours(e->d_name))
			ours = false;
	if (dir)
		closedir(dir);
	return ours;
}

static void remove_all(const struct ost_store_dir *d)
{
	struct ost_store_files files = { 0 };
	size_t i;

	ost_store_dir_list(d, "", &files);
	for (i = 0; i < files.v.nr; i++)
		unlinkat(d->fd, files.v.items[i].name, 0);
	ost_vec_deinit(&files.v);
}

static struct ost_err *write_marker(struct ost_store_dir *d)
{
	struct ost_err *err = NULL;
	char tmp[48];
	int fd;

	ost_try(ost_tmp_create(d->fd, d->path, tmp, &fd));
	if (!ost_write_all(fd, MARKER_TEXT, strlen(MARKER_TEXT)) ||
	    renameat(d->fd, tmp, d->fd, MARKER)) {
		err = ost_err_create_errno(d->path, errno);
		unlinkat(d->fd, tmp, 0);
	}
	close(fd);
	return err;
}

/* 1: fits, 0: another, -1: none. */
static int read_marker(const struct ost_store_dir *d)
{
	char text[64] = "";
	int fd = openat(d->fd, MARKER, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? -1 : 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n == (ssize_t)strlen(MARKER_TEXT) && !strcmp(text, MARKER_TEXT);
}

static struct ost_err *check_marker(struct ost_store_dir *d, char **ret_note)
{
	struct ost_store_files files = { 0 };
	int marker = read_marker(d);

	if (marker == 1)
		return NULL;
	if (!only_ours(d))
		return ost_err_create(OST_ERR_ENV, d->path, "name an empty directory with --store",
				      "not a store of ostler, and not empty");
	ost_store_dir_list(d, "", &files);
	if (files.v.nr && marker == 0)
		*ret_note = ost_strdup("the store was of another version and is built anew");
	ost_vec_deinit(&files.v);
	if (!d->is_writable)
		return ost_err_create(OST_ERR_ENV, d->path, "give --store or --no-store",
				      "no store, and none can be made here");
	if (marker == 0)
		remove_all(d);
	return write_marker(d);
}

struct ost_err *ost_store_dir_open(struct ost_store_dir *d, const char *dir, char **ret_note)
{
	struct ost_err *err;

	*ret_note = NULL;
	d->path = ost_malloc(strlen(dir) + sizeof("/store"));
	sprintf(d->path, "%s/store", dir);
	d->fd = -1;
	err = make_dirs(d->path);
	if (!err) {
		d->fd = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (d->fd < 0)
			err = ost_err_create_errno(d->path, errno);
	}
	if (!err) {
		d->is_writable = !faccessat(d->fd, ".", W_OK | X_OK, 0);
		err = check_marker(d, ret_note);
	}
	if (err)
		ost_store_dir_close(d);
	return err;
}

void ost_store_dir_close(struct ost_store_dir *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	free(d->path);
	d->path = NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ost_store_file *)a)->name,
		      ((const struct ost_store_file *)b)->name);
}

void ost_store_dir_list(const struct ost_store_dir *d, const char *prefix,
			struct ost_store_files *files)
{
	DIR *dir = open_list(d);
	struct ost_store_file *f;
	struct dirent *e;
	struct stat st;

	while (dir && (e = readdir(dir))) {
		if (!is_ours(e->d_name) || !strncmp(e->d_name, "tmp-", 4) ||
		    strncmp(e->d_name, prefix, strlen(prefix)) ||
		    fstatat(d->fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		f = ost_vec_push(&files->v);
		memcpy(f->name, e->d_name, strlen(e->d_name) + 1);
		f->size = (uint64_t)st.st_size;
		f->used_ns = st.st_mtim.tv_sec * 1000000000ll + st.st_mtim.tv_nsec;
		files->bytes += f->size;
	}
	if (dir)
		closedir(dir);
	if (files->v.nr)
		qsort(files->v.items, files->v.nr, sizeof(*f), by_name);
}

void ost_store_dir_touch(const struct ost_store_dir *d, const char *name)
{
	struct timespec now;
	struct stat st;

	clock_gettime(CLOCK_REALTIME, &now);
	if (!fstatat(d->fd, name, &st, AT_SYMLINK_NOFOLLOW) &&
	    (now.tv_sec - st.st_mtim.tv_sec) * 1000000000ll > TOUCH_NS)
		utimensat(d->fd, name, NULL, AT_SYMLINK_NOFOLLOW);
}

/* Temporary files whose writer is gone: nobody holds their lock. */
static void remove_leftovers(const struct ost_store_dir *d)
{
	DIR *dir = open_list(d);
	struct dirent *e;
	int fd;

	while (dir && (e = readdir(dir))) {
		if (strncmp(e->d_name, "tmp-", 4))
			continue;
		fd = openat(d->fd, e->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue;
		if (!flock(fd, LOCK_EX | LOCK_NB))
			unlinkat(d->fd, e->d_name, 0);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

static int by_use(const void *a, const void *b)
{
	const struct ost_store_file *x = a, *y = b;

	if (x->used_ns != y->used_ns)
		return x->used_ns < y->used_ns ? -1 : 1;
	return strcmp(x->name, y->name);
}

uint64_t ost_store_dir_clean(const struct ost_store_dir *d, uint64_t limit)
{
	struct ost_store_files files = { 0 };
	int lock = openat(d->fd, MARKER, O_RDONLY | O_CLOEXEC);
	uint64_t left;
	size_t i;

	/* one process cleans at a time; another one need not wait for it */
	if (lock >= 0 && !flock(lock, LOCK_EX | LOCK_NB))
		remove_leftovers(d);
	ost_store_dir_list(d, "", &files);
	left = files.bytes;
	if (left > limit && lock >= 0) {
		qsort(files.v.items, files.v.nr, sizeof(*files.v.items), by_use);
		for (i = 0; i < files.v.nr && left > limit / 10 * 9; i++)
			if (!unlinkat(d->fd, files.v.items[i].name, 0))
				left -= files.v.items[i].size;
	}
	ost_vec_deinit(&files.v);
	if (lock >= 0)
		close(lock);
	return left;
}
