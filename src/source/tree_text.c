// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tree_text.c - the texts behind a tree, and trees with some texts replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/tree_priv.h"

/* All of a file that had `want` bytes when it was opened, and maybe more by now. */
static const char *read_all(int fd, size_t want, struct ost_buf *buf)
{
	ssize_t n;

	for (;;) {
		ost_buf_reserve(buf, want + 1);
		n = read(fd, buf->ptr + buf->len, want + 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return strerrordesc_np(errno);
		buf->len += (size_t)n;
		if (buf->len > TREE_FILE_MAX)
			return "too large";
		/* a file that is as long as it was told is at its end */
		if (!n || (size_t)n == want)
			break;
		want = (size_t)n < want ? want - (size_t)n : 1 << 16;
	}
	buf->ptr[buf->len] = '\0';
	return NULL;
}

bool ost_tree_read_file(int dirfd, const char *path, struct ost_buf *buf, struct stat *ret_st,
		    const char **ret_why)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	ost_buf_clear(buf);
	*ret_why = NULL;
	if (fd < 0 || fstat(fd, ret_st))
		*ret_why = strerrordesc_np(errno);
	else if (!S_ISREG(ret_st->st_mode))
		*ret_why = "not a regular file";
	else if (ret_st->st_size > TREE_FILE_MAX)
		*ret_why = "too large";
	else
		*ret_why = read_all(fd, (size_t)ret_st->st_size, buf);
	if (fd >= 0)
		close(fd);
	return !*ret_why;
}

static struct ost_err *text_of_dir(const struct tree *t, const struct ost_tree_file *f,
				   struct ost_buf *buf)
{
	int dirfd = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct ost_oid id;
	const char *why;
	struct stat st;

	if (dirfd < 0)
		return ost_err_create_errno(t->dir, errno);
	ost_tree_read_file(dirfd, f->path, buf, &st, &why);
	close(dirfd);
	if (why)
		return ost_err_create(OST_ERR_INPUT, f->path, NULL, "%s", why);
	ost_blob_id(&id, buf->ptr, buf->len);
	if (ost_oid_cmp(&id, &f->id))
		return ost_err_create(OST_ERR_INPUT, f->path, "run again",
				      "it has changed since the tree was read");
	return NULL;
}

static struct ost_err *text_of_git(const struct tree *t, const struct ost_tree_file *f,
				   struct ost_buf *buf)
{
	pthread_mutex_t *lock = &((struct tree *)t)->repo_lock;
	char hex[OST_HEX_SIZE];
	struct ost_err *err;

	ost_oid_to_hex(hex, &f->id);
	ost_buf_clear(buf);
	pthread_mutex_lock(lock);
	err = ost_repo_read_blob(t->repo, hex, buf);
	pthread_mutex_unlock(lock);
	return err;
}

static const struct tree_text *find_text(const struct tree *t, const char *path)
{
	size_t low = 0, high = t->texts.nr, mid;
	int cmp;

	while (low < high) {
		mid = low + (high - low) / 2;
		cmp = strcmp(t->texts.items[mid].path, path);
		if (!cmp)
			return &t->texts.items[mid];
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

struct ost_err *ost_tree_text(const struct ost_tree_facts *pub, uint32_t file, struct ost_buf *buf)
{
	const struct tree *t = (const struct tree *)pub;
	const struct ost_tree_file *f = &pub->files[file];
	const struct tree_text *text;

	for (; t->base; t = t->base) {
		text = find_text(t, f->path);
		if (text && text->text) {
			ost_buf_clear(buf);
			ost_buf_add(buf, text->text, text->len);
			return NULL;
		}
	}
	if (t->is_listed)
		return ost_err_create(OST_ERR_INPUT, f->path, NULL, "its text is not at hand");
	return t->dir ? text_of_dir(t, f, buf) : text_of_git(t, f, buf);
}

bool ost_tree_origin(const struct ost_tree_facts *pub, struct ost_tree_origin *ret)
{
	const struct tree *t = (const struct tree *)pub;

	while (t->base)
		t = t->base;
	*ret = (struct ost_tree_origin){ t->dir, t->repo, t->rev };
	return !t->is_listed && (t->dir || t->rev);
}

/* ---- overlays ------------------------------------------------------------ */

static int by_path_then_place(const void *a, const void *b)
{
	const struct ost_tree_change *x = *(const struct ost_tree_change *const *)a;
	const struct ost_tree_change *y = *(const struct ost_tree_change *const *)b;
	int cmp = strcmp(x->path, y->path);

	return cmp ? cmp : x < y ? -1 : x > y;
}

/* The changes in path order, the last one of each path. */
static void keep_texts(struct tree *t, const struct ost_tree_change *changes, size_t nr)
{
	const struct ost_tree_change **order = ost_reallocarray(NULL, nr + 1, sizeof(*order));
	struct tree_text *text;
	size_t i, nr_wanted = 0;

	for (i = 0; i < nr; i++)
		if (ost_tree_wants(changes[i].path))
			order[nr_wanted++] = &changes[i];
	qsort(order, nr_wanted, sizeof(*order), by_path_then_place);
	for (i = 0; i < nr_wanted; i++) {
		if (i + 1 < nr_wanted && !strcmp(order[i]->path, order[i + 1]->path))
			continue;
		text = ost_vec_push(&t->texts);
		text->path = ost_arena_strdup(&t->arena, order[i]->path);
		text->len = order[i]->len;
		if (order[i]->text) {
			char *copy = ost_arena_alloc(&t->arena, text->len + 1);

			memcpy(copy, order[i]->text, text->len);
			copy[text->len] = '\0';
			text->text = copy;
		}
	}
	free(order);
}

static void make_text(struct tree *t, const struct tree_text *text, struct tree_maker *m,
		      struct ost_tree_file *ret_file)
{
	struct tree_item item = { .path = text->path, .has_id = true };

	ost_blob_id(&item.id, text->text, text->len);
	if (!ost_tree_item_known(t, &item))
		ost_tree_item_make(t, &item, m, text->text, text->len);
	t->pub.blobs_new += item.is_made;
	ost_tree_item_to_file(t, &item, ret_file);
}

/* Both lists are in path order; where both have a path, the change counts. */
static void lay_over(struct tree *t, struct tree_maker *m)
{
	const struct ost_tree_facts *base = &t->base->pub;
	struct ost_tree_file *files;
	uint32_t i = 0, nr = 0;
	size_t k = 0;
	int cmp;

	files = ost_arena_calloc(&t->arena, base->nr_files + t->texts.nr + 1, sizeof(*files));
	while (i < base->nr_files || k < t->texts.nr) {
		if (i == base->nr_files)
			cmp = 1;
		else if (k == t->texts.nr)
			cmp = -1;
		else
			cmp = strcmp(base->files[i].path, t->texts.items[k].path);
		if (cmp < 0) {
			files[nr++] = base->files[i++];
			continue;
		}
		if (t->texts.items[k].text)
			make_text(t, &t->texts.items[k], m, &files[nr++]);
		i += cmp == 0;
		k++;
	}
	t->pub.files = files;
	t->pub.nr_files = nr;
}

struct ost_err *ost_tree_overlay(struct ost_tree_facts **ret_tree, const struct ost_tree_facts *base,
				 const struct ost_tree_change *changes, size_t nr_changes)
{
	struct tree *t = ost_tree_create();
	struct tree_makers makers;

	t->base = (const struct tree *)base;
	t->pub.is_slice = base->is_slice;
	t->store = t->base->store;
	ost_tree_makers_init(&makers, 1);
	keep_texts(t, changes, nr_changes);
	lay_over(t, &makers.m[0]);
	ost_tree_makers_deinit(&makers);
	ost_tree_sum_up(t);
	*ret_tree = &t->pub;
	return NULL;
}
