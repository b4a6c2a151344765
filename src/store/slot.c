// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/pack.h"
#include "store/sum.h"

#define MAGIC "OSTSLOT"
#define PAGE 4096

struct slot_header {
	char magic[8];
	uint32_t format, kind, version;
	uint8_t id[OST_STORE_ID_LEN];
	uint64_t len;
	uint64_t data_sum;
	uint64_t header_sum;	/* over all bytes before it */
};

union slot_page {
	struct slot_header head;
	char bytes[PAGE];
};

void ost_slot_name(char name[112], const struct ost_store_key *key)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * OST_STORE_ID_LEN + 1];
	unsigned i;

	for (i = 0; i < OST_STORE_ID_LEN; i++) {
		hex[2 * i] = digits[key->id[i] >> 4];
		hex[2 * i + 1] = digits[key->id[i] & 15];
	}
	hex[2 * OST_STORE_ID_LEN] = 0;
	snprintf(name, 112, "slot-%u-%u-%s.ost", key->kind, key->version, hex);
}

static void fill_header(struct slot_header *h, const struct ost_store_key *key,
			uint64_t len, uint64_t data_sum)
{
	memset(h, 0, sizeof(*h));
	memcpy(h->magic, MAGIC, sizeof(h->magic));
	h->format = OST_STORE_FORMAT;
	h->kind = key->kind;
	h->version = key->version;
	memcpy(h->id, key->id, sizeof(h->id));
	h->len = len;
	h->data_sum = data_sum;
	h->header_sum = ost_store_sum(h, offsetof(struct slot_header, header_sum));
}

struct ost_err *ost_slot_write(const struct ost_store_dir *d, const struct ost_store_key *key,
			       const void *data, size_t len)
{
	union slot_page page = { .bytes = "" };
	struct ost_err *err = NULL;
	char tmp[48], name[112];
	int fd;

	fill_header(&page.head, key, len, ost_store_sum(data, len));
	ost_slot_name(name, key);
	ost_try(ost_tmp_create(d->fd, d->path, tmp, &fd));
	if (!ost_write_all(fd, &page, sizeof(page)) || !ost_write_all(fd, data, len) ||
	    renameat(d->fd, tmp, d->fd, name)) {
		err = ost_err_create_errno(d->path, errno);
		unlinkat(d->fd, tmp, 0);
	}
	close(fd);
	return err;
}

static const char *check(const void *map, size_t map_len, const struct ost_store_key *key)
{
	const struct slot_header *h = map;
	struct slot_header want;

	if (memcmp(h->magic, MAGIC, sizeof(h->magic)))
		return "not a slot";
	fill_header(&want, key, h->len, h->data_sum);
	if (memcmp(h, &want, sizeof(want)))
		return "damaged in its header";
	if (h->len != map_len - PAGE)
		return "cut short";
	if (ost_store_sum_mapped((const char *)map + PAGE, h->len) != h->data_sum)
		return "damaged";
	return NULL;
}

bool ost_slot_read(const struct ost_store_dir *d, const struct ost_store_key *key,
		   struct ost_store_slot *ret_slot, const char **ret_why)
{
	char name[112];
	struct stat st;
	void *map;
	int fd;

	ost_slot_name(name, key);
	*ret_why = NULL;
	fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		*ret_why = errno == ENOENT ? NULL : "cannot be opened";
		return false;
	}
	*ret_why = "cannot be read";
	if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
		*ret_why = "cut short";
		map = MAP_FAILED;
		if (st.st_size >= PAGE && (uint64_t)st.st_size <= OST_STORE_SLOT_MAX + PAGE)
			map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			*ret_why = check(map, (size_t)st.st_size, key);
			if (*ret_why)
				munmap(map, (size_t)st.st_size);
			else
				*ret_slot = (struct ost_store_slot){ (char *)map + PAGE,
					(size_t)st.st_size - PAGE, map, (size_t)st.st_size };
		}
	}
	close(fd);
	return !*ret_why;
}

void ost_store_slot_rest(const struct ost_store_slot *slot)
{
	if (slot->map)
		madvise(slot->map, slot->map_len, MADV_DONTNEED);
}

void ost_store_slot_end(struct ost_store_slot *slot)
{
	if (slot->map)
		munmap(slot->map, slot->map_len);
	*slot = (struct ost_store_slot){ 0 };
}
