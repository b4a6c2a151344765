// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a pack or a slot of a store. The first byte says which, and
 * whether the checksums are made right before, so that what lies behind them
 * is reached too. Nothing may be handed out whose checksum does not fit.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "fuzz.h"
#include "store/pack.h"
#include "store/store.h"
#include "store/sum.h"

#define FOOTER 32
#define ENTRY sizeof(struct ost_pack_entry)

static char dir[64], store_dir[128];

static void make_dir(void)
{
	strcpy(dir, "/tmp/ostler-fuzz-XXXXXX");
	FUZZ_ASSERT(mkdtemp(dir));
	snprintf(store_dir, sizeof(store_dir), "%s/store", dir);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void remove_all(void)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Footer and index sums as they should be; the records' sums stay as they are. */
static void mend_pack(struct ost_buf *b)
{
	uint32_t offset, nr;
	uint64_t len = b->len, sum;
	char *foot;

	if (b->len < FOOTER + 16)
		return;
	foot = b->ptr + b->len - FOOTER;
	memcpy(&offset, foot + 16, sizeof(offset));
	offset = 16 + offset % (uint32_t)(b->len - FOOTER - 15);
	nr = (uint32_t)((b->len - FOOTER - offset) / ENTRY);
	offset = (uint32_t)(b->len - FOOTER - nr * ENTRY);
	memcpy(b->ptr, "OSTPACK\0\1\0\0\0\100\0\0\0", 16);
	sum = ost_store_sum(b->ptr + offset, nr * ENTRY);
	memcpy(foot, &len, sizeof(len));
	memcpy(foot + 8, &sum, sizeof(sum));
	memcpy(foot + 16, &offset, sizeof(offset));
	memcpy(foot + 20, &nr, sizeof(nr));
	sum = ost_store_sum(foot, 24);
	memcpy(foot + 24, &sum, sizeof(sum));
}

static void write_file(const char *name, const struct ost_buf *b)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", store_dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	FUZZ_ASSERT(fd >= 0 && ost_write_all(fd, b->ptr, b->len));
	close(fd);
}

static struct ost_store *open_store(void)
{
	struct ost_store_opts opts = { .dir = dir };
	struct ost_store *s;
	struct ost_err *err = ost_store_create(&s, &opts);

	FUZZ_ASSERT(!err);
	return s;
}

/* Every key that the bytes could name, whole or not. */
static void try_pack(struct ost_buf *b)
{
	struct ost_store_figures fig;
	struct ost_store_key key;
	OST_BUF out = OST_BUF_INIT;
	struct ost_store *s;
	size_t at;

	write_file("pack-fuzz.ost", b);
	s = open_store();
	for (at = b->len % ENTRY; at + ENTRY <= b->len; at += ENTRY) {
		memcpy(&key, b->ptr + at, sizeof(key));
		ost_store_has(s, &key, &fig);
		if (ost_store_get(s, &key, &out))
			FUZZ_ASSERT(out.len <= OST_STORE_RECORD_MAX && !out.ptr[out.len]);
		else
			FUZZ_ASSERT(!ost_store_has(s, &key, NULL));
	}
	free(ost_store_note(s));
	ost_store_destroy(s);
}

static void try_slot(struct ost_buf *b)
{
	struct ost_store_key key = { .kind = OST_SK_STAT, .version = 1 };
	struct ost_store_slot slot = { 0 };
	struct ost_store *s = open_store();

	write_file("slot-2-1-0000000000000000000000000000000000000000.ost", b);
	if (ost_store_slot_get(s, &key, &slot)) {
		FUZZ_ASSERT(slot.len + 4096 == b->len);
		ost_store_slot_end(&slot);
	}
	ost_store_destroy(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OST_BUF b = OST_BUF_INIT;

	if (!size || size > 1 << 20)
		return 0;
	make_dir();
	ost_store_destroy(open_store());	/* makes the directory */
	ost_buf_add(&b, data + 1, size - 1);
	if (data[0] & 2)
		try_slot(&b);
	else {
		if (data[0] & 1)
			mend_pack(&b);
		try_pack(&b);
	}
	remove_all();
	return 0;
}
