// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tree_dir.c - a directory as a tree.
 *
 * Known files are not opened: a slot of the store remembers, for each file
 * of this directory, its size, mtime, ctime and inode together with the blob
 * id that these bytes had. As in git, that is only trusted when the file was
 * older than the moment it was read at (by more than the clock of the file
 * system can tell apart): a file written to within the same tick as it was
 * read could have changed behind an unchanged stamp ("racy").
 *
 * The walk goes level by level, the directories of one level in parallel,
 * and the lists are put together in path order afterwards.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/pool.h"
#include "ostler/progress.h"
#include "source/tree_priv.h"

/* How coarse ctime may be: the kernel's tick, or whole seconds on old file systems. */
#define TICK_NS 20000000ll
#define COARSE_NS 2000000000ll

/* What stat says, as in the slot. */
struct stamp {
	int64_t mtime_ns, ctime_ns;
	uint64_t ino, size;
};

/* ---- the walk ----------------------------------------------------------- */

struct walk_entry {
	char *path;		/* a directory's ends with '/' */
	const char *why;	/* a directory that could not be read, a file that could not be looked at */
	struct walk_dir *dir;	/* NULL: a file */
	struct stamp stamp;
};

struct walk_dir {
	char *path;		/* "" or ends with '/' */
	OST_VEC(struct walk_entry) entries;	/* sorted by path */
	const char *why;
	bool is_submodule;
};

struct walk {
	int rootfd;
	OST_VEC(struct walk_dir *) level, next;
};

static int64_t ns_of(const struct timespec *t)
{
	return t->tv_sec * 1000000000ll + t->tv_nsec;
}

static void stamp_of(struct stamp *s, const struct stat *st)
{
	s->mtime_ns = ns_of(&st->st_mtim);
	s->ctime_ns = ns_of(&st->st_ctim);
	s->ino = st->st_ino;
	s->size = (uint64_t)st->st_size;
}

static int by_entry_path(const void *a, const void *b)
{
	return strcmp(((const struct walk_entry *)a)->path, ((const struct walk_entry *)b)->path);
}

static char *join(const char *dir, const char *name, const char *end)
{
	size_t d = strlen(dir), n = strlen(name), e = strlen(end);
	char *path = ost_malloc(d + n + e + 1);

	memcpy(path, dir, d);
	memcpy(path + d, name, n);
	memcpy(path + d + n, end, e + 1);
	return path;
}

static void add_entry(struct walk_dir *d, int fd, const struct dirent64 *de)
{
	bool wanted = ost_tree_wants(de->d_name), is_dir = de->d_type == DT_DIR;
	struct walk_entry *e;
	struct stat st;

	if (!wanted && !is_dir && de->d_type != DT_UNKNOWN)
		return;
	if (!is_dir && fstatat(fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
		if (!wanted || errno == ENOENT)
			return;
		e = ost_vec_push(&d->entries);
		e->path = join(d->path, de->d_name, "");
		e->why = strerrordesc_np(errno);
		return;
	}
	is_dir = is_dir || S_ISDIR(st.st_mode);
	if (!is_dir && (!wanted || !S_ISREG(st.st_mode)))
		return;
	e = ost_vec_push(&d->entries);
	e->path = join(d->path, de->d_name, is_dir ? "/" : "");
	if (is_dir) {
		e->dir = ost_calloc(1, sizeof(*e->dir));
		e->dir->path = e->path;
	} else {
		stamp_of(&e->stamp, &st);
	}
}

/* What opendir() and its kin would ask the system besides is known, and a kernel has 5,800 folders. */
static void add_entries(struct walk_dir *d, int fd)
{
	char buf[32768] __attribute__((aligned(16)));
	const struct dirent64 *de;
	ssize_t n, at;

	while ((n = getdents64(fd, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += de->d_reclen) {
			de = (const void *)(buf + at);
			if (!strcmp(de->d_name, ".git"))
				d->is_submodule = *d->path;
			else if (strcmp(de->d_name, ".") && strcmp(de->d_name, ".."))
				add_entry(d, fd, de);
		}
	}
	if (n < 0)
		d->why = strerrordesc_np(errno);
}

static bool walk_one(void *ctx, size_t item, unsigned worker)
{
	struct walk *w = ctx;
	struct walk_dir *d = w->level.items[item];
	int fd = openat(w->rootfd, *d->path ? d->path : ".",
			O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0) {
		d->why = strerrordesc_np(errno);
		return true;
	}
	add_entries(d, fd);
	close(fd);
	if (d->entries.nr)
		qsort(d->entries.items, d->entries.nr, sizeof(*d->entries.items), by_entry_path);
	return true;
}

static struct ost_err *walk(struct walk *w, const char *dir, struct walk_dir *root, unsigned jobs)
{
	struct ost_err *err = NULL;
	unsigned depth;
	size_t i, k;

	ost_vec_add(&w->level, root);
	for (depth = 0; w->level.nr && !err; depth++) {
		if (!ost_pool_run(jobs, w->level.nr, 8, walk_one, w))
			err = ost_err_create(OST_ERR_INTERRUPTED, dir, NULL, "interrupted");
		else if (depth == OST_TREE_MAX_DEPTH_DIRS)
			err = ost_err_create(OST_ERR_INPUT, dir, NULL,
					     "directories are nested more than %d deep",
					     OST_TREE_MAX_DEPTH_DIRS);
		ost_vec_clear(&w->next);
		for (i = 0; i < w->level.nr && !err; i++) {
			struct walk_dir *d = w->level.items[i];

			for (k = 0; k < d->entries.nr && !d->is_submodule; k++)
				if (d->entries.items[k].dir)
					ost_vec_add(&w->next, d->entries.items[k].dir);
		}
		__typeof__(w->level) swap = w->level;

		w->level = w->next;
		w->next = swap;
	}
	ost_vec_deinit(&w->level);
	ost_vec_deinit(&w->next);
	return err;
}

/* Lists the tree in path order: items, and their stamps beside them. */
struct listing {
	struct tree *t;
	OST_VEC(struct stamp) stamps;
};

static void add_item(struct listing *l, const char *path, const char *why,
		     const struct stamp *stamp)
{
	struct tree_item *item = ost_vec_push(&l->t->items);

	item->path = ost_arena_strdup(&l->t->arena, path);
	item->why = why;
	ost_vec_add(&l->stamps, *stamp);
}

static void flatten(struct listing *l, struct walk_dir *d)
{
	static const struct stamp none;
	size_t i;

	if (d->why)
		add_item(l, d->path, d->why, &none);
	for (i = 0; i < d->entries.nr && !d->is_submodule; i++) {
		struct walk_entry *e = &d->entries.items[i];

		if (e->dir)
			flatten(l, e->dir);
		else
			add_item(l, e->path, e->why, &e->stamp);
	}
}

static void walk_dir_destroy(struct walk_dir *d)
{
	size_t i;

	for (i = 0; i < d->entries.nr; i++) {
		if (d->entries.items[i].dir)
			walk_dir_destroy(d->entries.items[i].dir);
		free(d->entries.items[i].path);
	}
	ost_vec_deinit(&d->entries);
	free(d);
}

/* ---- what is remembered of a directory ---------------------------------- */

/*
 * The slot: a count, so many records in path order, and the paths behind
 * each other, each with its NUL.
 */
struct stat_record {
	struct stamp stamp;
	struct ost_oid id;
	uint32_t path;		/* offset into the paths */
};

struct stat_slot {
	struct ost_store_slot slot;
	const struct stat_record *records;
	const char *paths;
	uint64_t nr;
};

static void stat_key(const struct tree *t, struct ost_store_key *key)
{
	struct ost_oid id;

	ost_blob_id(&id, t->dir, strlen(t->dir));
	*key = (struct ost_store_key){ .kind = OST_SK_STAT, .version = TREE_STAT_VERSION };
	memcpy(key->id, id.id, sizeof(key->id));
}

/* An absent or odd slot is an empty one. */
static void stat_open(const struct tree *t, struct stat_slot *s)
{
	struct ost_store_key key;
	uint64_t i, paths_len;

	memset(s, 0, sizeof(*s));
	stat_key(t, &key);
	if (!ost_store_slot_get(t->store, &key, &s->slot) || s->slot.len < sizeof(s->nr) + 1)
		return;
	memcpy(&s->nr, s->slot.ptr, sizeof(s->nr));
	s->records = (const void *)((const char *)s->slot.ptr + sizeof(s->nr));
	if (s->nr > (s->slot.len - sizeof(s->nr)) / sizeof(*s->records)) {
		s->nr = 0;
		return;
	}
	s->paths = (const char *)(s->records + s->nr);
	paths_len = s->slot.len - (uint64_t)(s->paths - (const char *)s->slot.ptr);
	if (!paths_len || s->paths[paths_len - 1])
		s->nr = 0;
	for (i = 0; i < s->nr; i++)
		if (s->records[i].path >= paths_len)
			s->nr = 0;
}

/* Could it have changed since with the same stamp? `now`: before it was read. */
static bool is_racy(const struct stamp *s, int64_t now_ns)
{
	int64_t tick = s->ctime_ns % 1000000000 ? TICK_NS : COARSE_NS;

	return s->ctime_ns + tick >= now_ns;
}

static void stat_save(const struct listing *l)
{
	const struct tree *t = l->t;
	struct ost_store_key key;
	OST_BUF records = OST_BUF_INIT;
	OST_BUF paths = OST_BUF_INIT;
	uint64_t nr = 0;
	size_t i;

	ost_buf_add(&records, &nr, sizeof(nr));
	for (i = 0; i < t->items.nr; i++) {
		struct stat_record r = { l->stamps.items[i], t->items.items[i].id,
					 (uint32_t)paths.len };

		/* no ctime: it could not be read, or it was racy */
		if (!t->items.items[i].has_id || !r.stamp.ctime_ns)
			continue;
		ost_buf_add(&records, &r, sizeof(r));
		ost_buf_add(&paths, t->items.items[i].path, strlen(t->items.items[i].path) + 1);
		nr++;
	}
	if (!nr)
		return;
	memcpy(records.ptr, &nr, sizeof(nr));
	ost_buf_add(&records, paths.ptr, paths.len);
	stat_key(t, &key);
	ost_store_slot_put(t->store, &key, records.ptr, records.len);
}

/* Gives items the ids that are remembered; true when nothing else was. */
static bool recall(struct listing *l)
{
	struct tree *t = l->t;
	struct stat_slot s;
	uint64_t k = 0, nr_known = 0;
	size_t i;
	int cmp;

	stat_open(t, &s);
	for (i = 0; i < t->items.nr; i++) {
		struct tree_item *item = &t->items.items[i];

		for (cmp = 1; k < s.nr; k++) {
			cmp = strcmp(s.paths + s.records[k].path, item->path);
			if (cmp >= 0)
				break;
		}
		if (k == s.nr || cmp || item->why ||
		    memcmp(&s.records[k].stamp, &l->stamps.items[i], sizeof(struct stamp)))
			continue;
		item->id = s.records[k].id;
		item->has_id = true;
		nr_known++;
	}
	k = s.nr;
	ost_store_slot_end(&s.slot);
	return nr_known == t->items.nr && k == nr_known;
}

/* ---- reading what is not known ------------------------------------------ */

struct reading {
	struct listing *l;
	int rootfd;
	struct tree_makers makers;
	OST_VEC(size_t) todo;	/* items */
	atomic_size_t nr_done;
};

static bool read_one(void *ctx, size_t n, unsigned worker)
{
	struct reading *r = ctx;
	struct tree *t = r->l->t;
	struct tree_item *item = &t->items.items[r->todo.items[n]];
	struct stamp *stamp = &r->l->stamps.items[r->todo.items[n]];
	struct tree_maker *m = &r->makers.m[worker];
	struct timespec now;
	struct stat st;

	clock_gettime(CLOCK_REALTIME, &now);
	if (ost_tree_read_file(r->rootfd, item->path, &m->text, &st, &item->why)) {
		stamp_of(stamp, &st);
		if (is_racy(stamp, ns_of(&now)) || m->text.len != stamp->size)
			stamp->ctime_ns = 0;
		ost_blob_id(&item->id, m->text.ptr, m->text.len);
		item->has_id = true;
		if (!ost_tree_item_known(t, item))
			ost_tree_item_make(t, item, m, m->text.ptr, m->text.len);
	}
	ost_progress("reading", atomic_fetch_add(&r->nr_done, 1) + 1, r->todo.nr);
	return true;
}

static struct ost_err *read_unknown(struct listing *l, int rootfd, unsigned jobs)
{
	struct reading r = { .l = l, .rootfd = rootfd };
	struct tree *t = l->t;
	bool all_remembered = recall(l), done = true;
	size_t i;

	for (i = 0; i < t->items.nr; i++) {
		struct tree_item *item = &t->items.items[i];

		if (!item->why && !(item->has_id && ost_tree_item_known(t, item)))
			ost_vec_add(&r.todo, i);
	}
	if (r.todo.nr) {
		ost_tree_makers_init(&r.makers, jobs);
		done = ost_pool_run(r.makers.nr, r.todo.nr, 4, read_one, &r);
		ost_tree_makers_deinit(&r.makers);
	}
	if (!all_remembered)
		stat_save(l);
	ost_vec_deinit(&r.todo);
	return done ? NULL : ost_err_create(OST_ERR_INTERRUPTED, t->dir, NULL,
					    "interrupted; what was read is kept");
}

struct ost_err *ost_tree_read_dir(struct tree *t, const char *dir, unsigned jobs)
{
	struct walk_dir *root = ost_calloc(1, sizeof(*root));
	struct walk w = { .rootfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	struct listing l = { .t = t };
	struct ost_err *err = NULL;
	char empty[] = "";

	root->path = empty;
	if (w.rootfd < 0)
		err = ost_err_create(OST_ERR_INPUT, dir, NULL, "%s", strerrordesc_np(errno));
	if (!err)
		err = walk(&w, dir, root, jobs);
	if (!err && root->why)
		err = ost_err_create(OST_ERR_INPUT, dir, NULL, "%s", root->why);
	if (!err) {
		t->dir = realpath(dir, NULL);
		if (!t->dir)
			t->dir = ost_strdup(dir);
		flatten(&l, root);
		if (t->items.nr > OST_TREE_MAX_FILES)
			err = ost_err_create(OST_ERR_INPUT, dir, NULL, "more than %d files",
					     OST_TREE_MAX_FILES);
	}
	if (!err)
		err = read_unknown(&l, w.rootfd, jobs);
	if (w.rootfd >= 0)
		close(w.rootfd);
	walk_dir_destroy(root);
	ost_vec_deinit(&l.stamps);
	return err;
}
