// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * archive_cache.c - the index in a file (docs/format/mail-index.md). It is
 * a cache for this machine: native byte order, and anything odd about it
 * means that it is made again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "mail/archive_data.h"

#define MAGIC 0x5844494c49414d4full	/* "OMAILIDX" read as a number: also says the byte order */
#define VERSION 1
#define MAX_FILE ((size_t)6 << 30)

struct file_head {
	uint64_t magic;
	uint32_t version, entry_size;
	uint64_t nr_sources, nr_entries, nr_refs, pool_len;
	uint32_t nr_duplicates, nr_unreadable;
	uint64_t bytes;
	uint32_t problems[8];	/* offsets into the pool, 0: none */
	uint64_t check;		/* of everything behind the head */
};

struct file_source {
	char head[48];
	int64_t mtime, size;
	uint32_t is_git, path_len;	/* the path follows, padded to 8 */
};

/* ---- reading ----------------------------------------------------------- */

struct cursor {
	const char *p, *end;
};

static const void *take(struct cursor *c, size_t size)
{
	const char *p = c->p;

	size = (size + 7) & ~(size_t)7;
	if (size > (size_t)(c->end - p))
		return NULL;
	c->p += size;
	return p;
}

static bool read_sources(struct ost_archive *a, struct cursor *c, uint64_t nr)
{
	const struct file_source *f;
	struct ost_archive_source *s;
	const char *path;

	for (; nr; nr--) {
		f = take(c, sizeof(*f));
		path = f && f->path_len < 65536 ? take(c, f->path_len) : NULL;
		if (!path || f->head[sizeof(s->head) - 1])
			return false;
		s = ost_vec_push(&a->sources);
		s->path = ost_strndup(path, f->path_len);
		s->is_git = f->is_git;
		s->mtime = f->mtime;
		s->size = f->size;
		memcpy(s->head, f->head, sizeof(s->head));
	}
	return true;
}

/* Every offset inside, every string ended. */
static bool is_sound(const struct ost_archive *a)
{
	size_t i, len = a->pool.len;

	if (!len || a->pool.ptr[0] || a->pool.ptr[len - 1])
		return false;
	for (i = 0; i < a->entries.nr; i++) {
		const struct ost_archive_entry *e = &a->entries.items[i];

		if (e->id >= len || e->parent_id >= len || e->subject >= len || e->from_name >= len ||
		    e->from_addr >= len || e->source >= a->sources.nr || e->nr_refs > OST_ARCHIVE_MAX_REFS ||
		    e->first_ref > a->refs.nr || e->nr_refs > a->refs.nr - e->first_ref)
			return false;
	}
	return true;
}

static bool read_problems(struct ost_archive *a, const struct file_head *h)
{
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(h->problems) && h->problems[i]; i++) {
		if (h->problems[i] >= a->pool.len)
			return false;
		a->stats.problems[i] = ost_arena_strdup(&a->problems, ost_archive_str(a, h->problems[i]));
	}
	return true;
}

static bool read_all(struct ost_archive *a, const char *bytes, size_t len)
{
	const struct file_head *h = (const void *)bytes;
	struct cursor c = { bytes + sizeof(*h), bytes + len };
	const void *entries, *refs, *pool;

	if (len < sizeof(*h) || h->magic != MAGIC || h->version != VERSION ||
	    h->entry_size != sizeof(*a->entries.items) || h->nr_sources > OST_ARCHIVE_MAX_SOURCES ||
	    h->nr_entries > OST_ARCHIVE_MAX_MAILS || h->nr_refs > UINT32_MAX || h->pool_len > OST_ARCHIVE_MAX_POOL ||
	    h->check != ost_hash_bytes(bytes + sizeof(*h), len - sizeof(*h)))
		return false;
	if (!read_sources(a, &c, h->nr_sources))
		return false;
	entries = take(&c, h->nr_entries * sizeof(*a->entries.items));
	refs = take(&c, h->nr_refs * sizeof(*a->refs.items));
	pool = take(&c, h->pool_len);
	if (!entries || !refs || !pool)
		return false;
	ost_vec_reserve(&a->entries, h->nr_entries + 1);
	memcpy(a->entries.items, entries, h->nr_entries * sizeof(*a->entries.items));
	a->entries.nr = h->nr_entries;
	ost_vec_reserve(&a->refs, h->nr_refs + 1);
	memcpy(a->refs.items, refs, h->nr_refs * sizeof(*a->refs.items));
	a->refs.nr = h->nr_refs;
	ost_buf_clear(&a->pool);
	ost_buf_add(&a->pool, pool, h->pool_len);
	a->stats.nr_duplicates = h->nr_duplicates;
	a->stats.nr_unreadable = h->nr_unreadable;
	a->stats.bytes = h->bytes;
	return is_sound(a) && read_problems(a, h);
}

bool ost_archive_cache_read(struct ost_archive *a, const char *file)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err;
	size_t i;

	if (access(file, R_OK))
		return false;
	err = ost_buf_read_file(&b, file, MAX_FILE);
	ost_err_destroy(err);
	if (!err && read_all(a, b.ptr, b.len))
		return true;
	for (i = 0; i < a->sources.nr; i++)
		free(a->sources.items[i].path);
	ost_vec_clear(&a->sources);
	ost_vec_clear(&a->entries);
	ost_vec_clear(&a->refs);
	ost_buf_clear(&a->pool);
	ost_buf_addch(&a->pool, '\0');
	memset(&a->stats, 0, sizeof(a->stats));
	return false;
}

/* ---- writing ----------------------------------------------------------- */

static void put(struct ost_buf *b, const void *data, size_t size)
{
	static const char zeros[8];

	ost_buf_add(b, data, size);
	ost_buf_add(b, zeros, -size & 7);
}

static void build(struct ost_archive *a, struct ost_buf *b)
{
	struct file_head h = {
		.magic = MAGIC, .version = VERSION, .entry_size = sizeof(*a->entries.items),
		.nr_sources = a->sources.nr, .nr_entries = a->entries.nr, .nr_refs = a->refs.nr,
		.nr_duplicates = a->stats.nr_duplicates,
		.nr_unreadable = a->stats.nr_unreadable, .bytes = a->stats.bytes,
	};
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(h.problems) && a->stats.problems[i]; i++) {
		h.problems[i] = a->pool.len;
		ost_buf_add(&a->pool, a->stats.problems[i], strlen(a->stats.problems[i]) + 1);
	}
	h.pool_len = a->pool.len;
	put(b, &h, sizeof(h));
	for (i = 0; i < a->sources.nr; i++) {
		const struct ost_archive_source *s = &a->sources.items[i];
		struct file_source f = { .mtime = s->mtime, .size = s->size, .is_git = s->is_git,
					 .path_len = strlen(s->path) };

		memcpy(f.head, s->head, sizeof(s->head));
		put(b, &f, sizeof(f));
		put(b, s->path, f.path_len);
	}
	put(b, a->entries.items, a->entries.nr * sizeof(*a->entries.items));
	put(b, a->refs.items, a->refs.nr * sizeof(*a->refs.items));
	put(b, a->pool.ptr, a->pool.len);
	h.check = ost_hash_bytes(b->ptr + sizeof(h), b->len - sizeof(h));
	memcpy(b->ptr, &h, sizeof(h));
}

static bool write_file(const char *path, const struct ost_buf *b)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t done = 0;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	while (done < b->len && (n = write(fd, b->ptr + done, b->len - done)) > 0)
		done += n;
	return !close(fd) && done == b->len;
}

void ost_archive_cache_write(struct ost_archive *a, const char *file)
{
	OST_BUF b = OST_BUF_INIT;
	OST_BUF tmp = OST_BUF_INIT;

	build(a, &b);
	ost_buf_addstr(&tmp, file);
	if (strrchr(tmp.ptr, '/')) {
		ost_buf_trim(&tmp, strrchr(tmp.ptr, '/') - tmp.ptr);
		mkdir(tmp.ptr, 0700);	/* no harm when it is there */
	}
	ost_buf_clear(&tmp);
	ost_buf_addf(&tmp, "%s.%d.tmp", file, (int)getpid());
	/* another run that does the same writes the same: the last rename wins */
	if (!write_file(tmp.ptr, &b) || rename(tmp.ptr, file))
		unlink(tmp.ptr);
}
