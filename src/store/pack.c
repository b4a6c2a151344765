// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/sum.h"

#define MAGIC "OSTPACK"
#define HEADER_LEN 16

struct pack_header {
	char magic[8];
	uint32_t format;
	uint32_t entry_len;
};

struct pack_footer {
	uint64_t file_len;
	uint64_t index_sum;
	uint32_t index_offset;
	uint32_t nr;
	uint64_t footer_sum;	/* over the 24 bytes before it */
};

_Static_assert(sizeof(struct pack_header) == HEADER_LEN, "header of a pack");
_Static_assert(sizeof(struct ost_pack_entry) == 64, "entry of a pack");
_Static_assert(sizeof(struct pack_footer) == 32, "footer of a pack");

struct ost_pack *ost_pack_create(void)
{
	struct pack_header head = { MAGIC, OST_STORE_FORMAT, sizeof(struct ost_pack_entry) };
	struct ost_pack *p = ost_calloc(1, sizeof(*p));

	p->fd = -1;
	p->mem_cap = 1 << 20;
	p->mem = ost_malloc(p->mem_cap);
	memcpy(p->mem, &head, sizeof(head));
	p->size = sizeof(head);
	p->is_used = true;
	return p;
}

void ost_pack_destroy(struct ost_pack *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	free(p->mem);
	free(p->entries);
	free(p);
}

bool ost_pack_add(struct ost_pack *p, const struct ost_pack_entry *entry, const void *stored)
{
	struct ost_pack_entry *e;

	if (p->nr && p->size + entry->len > OST_STORE_PACK_MAX)
		return false;
	while (p->size + entry->len > p->mem_cap) {
		p->mem_cap *= 2;
		p->mem = ost_realloc(p->mem, p->mem_cap);
	}
	if (p->nr == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 256;
		p->entries = ost_reallocarray(p->entries, p->cap, sizeof(*p->entries));
	}
	e = &p->entries[p->nr++];
	*e = *entry;
	e->offset = (uint32_t)p->size;
	memcpy(p->mem + p->size, stored, e->len);
	p->size += e->len;
	return true;
}

bool ost_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n ? errno : ENOSPC;
			return false;
		}
		p += n;
		len -= (size_t)n;
	}
	return true;
}

struct ost_err *ost_tmp_create(int dirfd, const char *dir, char name[48], int *ret_fd)
{
	static atomic_uint number;
	struct stat st;
	int fd, tries;

	for (tries = 0; tries < 100; tries++) {
		snprintf(name, 48, "tmp-%ld-%u", (long)getpid(), atomic_fetch_add(&number, 1));
		fd = openat(dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno == EEXIST)
			continue;	/* left by a process that had our number */
		if (fd < 0)
			return ost_err_create_errno(dir, errno);
		/* someone who cleans up may have been faster than the lock */
		if (!flock(fd, LOCK_EX) && !fstat(fd, &st) && st.st_nlink) {
			*ret_fd = fd;
			return NULL;
		}
		close(fd);
	}
	return ost_err_create(OST_ERR_ENV, dir, NULL, "no temporary file could be made");
}

static void choose_name(char name[48])
{
	static atomic_uint number;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(name, 48, "pack-%016llx-%06lx%02x.ost",
		 (unsigned long long)now.tv_sec * 1000000000ull + (unsigned long long)now.tv_nsec,
		 (unsigned long)getpid() & 0xffffff, atomic_fetch_add(&number, 1) & 0xff);
}

struct ost_pack_entry *ost_pack_index(const struct ost_pack *p)
{
	struct ost_pack_entry *entries = ost_reallocarray(NULL, p->nr, sizeof(*entries));
	uint32_t i;

	for (i = 0; i < p->nr; i++) {
		entries[i] = p->entries[i];
		entries[i].flags = 0;	/* no business of a file's: it would be refused */
	}
	return entries;
}

static bool write_parts(const struct ost_pack *p, const struct ost_pack_entry *entries, int fd)
{
	size_t index_len = p->nr * sizeof(*entries);
	struct pack_footer foot = {
		.file_len = p->size + index_len + sizeof(foot),
		.index_sum = ost_store_sum(entries, index_len),
		.index_offset = (uint32_t)p->size,
		.nr = p->nr,
	};

	foot.footer_sum = ost_store_sum(&foot, offsetof(struct pack_footer, footer_sum));
	return ost_write_all(fd, p->mem, p->size) &&
	       ost_write_all(fd, entries, index_len) &&
	       ost_write_all(fd, &foot, sizeof(foot));
}

struct ost_err *ost_pack_file_write(const struct ost_pack *p, const struct ost_pack_entry *entries,
				    int dirfd, const char *dir, struct ost_pack_file *ret)
{
	char tmp[48];
	int errnum;

	ost_try(ost_tmp_create(dirfd, dir, tmp, &ret->fd));
	choose_name(ret->name);
	if (!write_parts(p, entries, ret->fd) || renameat(dirfd, tmp, dirfd, ret->name)) {
		errnum = errno;
		unlinkat(dirfd, tmp, 0);
		close(ret->fd);
		return ost_err_create_errno(dir, errnum);
	}
	flock(ret->fd, LOCK_UN);
	ret->size = p->size + p->nr * sizeof(*entries) + sizeof(struct pack_footer);
	return NULL;
}

void ost_pack_is_written(struct ost_pack *p, const struct ost_pack_file *f)
{
	p->fd = f->fd;
	p->size = f->size;
	memcpy(p->name, f->name, sizeof(p->name));
	free(p->mem);
	p->mem = NULL;
}

struct ost_err *ost_pack_write(struct ost_pack *p, int dirfd, const char *dir)
{
	struct ost_pack_entry *entries = ost_pack_index(p);
	struct ost_pack_file f;
	struct ost_err *err = ost_pack_file_write(p, entries, dirfd, dir, &f);

	if (!err)
		ost_pack_is_written(p, &f);
	free(entries);
	return err;
}

static bool read_at(int fd, void *dst, size_t len, uint64_t offset)
{
	char *p = dst;
	ssize_t n;

	while (len) {
		n = pread(fd, p, len, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

static const char *check_ends(int fd, uint64_t size, struct pack_footer *foot)
{
	struct pack_header head;

	if (size < sizeof(head) + sizeof(*foot))
		return "too short";
	if (size > OST_PACK_MAX_BYTES)
		return "too long";
	if (!read_at(fd, &head, sizeof(head), 0) ||
	    !read_at(fd, foot, sizeof(*foot), size - sizeof(*foot)))
		return "cannot be read";
	if (memcmp(head.magic, MAGIC, sizeof(head.magic)))
		return "not a pack";
	if (head.format != OST_STORE_FORMAT || head.entry_len != sizeof(struct ost_pack_entry))
		return "of another format";
	if (foot->footer_sum != ost_store_sum(foot, offsetof(struct pack_footer, footer_sum)) ||
	    foot->file_len != size)
		return "cut short or damaged at its end";
	if (foot->index_offset < sizeof(head) ||
	    foot->index_offset + (uint64_t)foot->nr * sizeof(struct ost_pack_entry) +
	    sizeof(*foot) != size)
		return "damaged in its footer";
	return NULL;
}

static const char *read_index(struct ost_pack *p, const struct pack_footer *foot)
{
	size_t len = foot->nr * sizeof(*p->entries);
	const struct ost_pack_entry *e;
	uint32_t i;

	p->nr = p->cap = foot->nr;
	p->entries = ost_malloc(len);
	if (!read_at(p->fd, p->entries, len, foot->index_offset))
		return "cannot be read";
	if (ost_store_sum(p->entries, len) != foot->index_sum)
		return "damaged in its index";
	for (i = 0; i < p->nr; i++) {
		e = &p->entries[i];
		if (e->offset < HEADER_LEN || e->flags || e->raw_len > OST_STORE_RECORD_MAX ||
		    (uint64_t)e->offset + e->len > foot->index_offset)
			return "damaged in its index";
	}
	return NULL;
}

void ost_pack_open(struct ost_pack **ret_pack, const char **ret_why, int dirfd, const char *name)
{
	struct pack_footer foot;
	struct ost_pack *p;
	struct stat st;
	int fd;

	*ret_pack = NULL;
	*ret_why = NULL;
	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		*ret_why = errno == ENOENT ? NULL : "cannot be opened";
		return;
	}
	p = ost_calloc(1, sizeof(*p));
	p->fd = fd;
	snprintf(p->name, sizeof(p->name), "%s", name);
	*ret_why = "not a file";
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		p->size = (uint64_t)st.st_size;
		*ret_why = check_ends(fd, p->size, &foot);
		if (!*ret_why)
			*ret_why = read_index(p, &foot);
	}
	if (*ret_why)
		ost_pack_destroy(p);
	else
		*ret_pack = p;
}

bool ost_pack_read(const struct ost_pack *p, const struct ost_pack_entry *e, void *dst)
{
	if (p->mem)
		memcpy(dst, p->mem + e->offset, e->len);
	else if (!read_at(p->fd, dst, e->len, e->offset))
		return false;
	return (uint32_t)ost_store_sum(dst, e->len) == e->sum;
}
