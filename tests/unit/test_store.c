// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "store/patch.h"
#include "store/store.h"

/* ---- a directory a test, gone afterwards --------------------------------- */

static int make_dir(void **state)
{
	char path[] = "/tmp/ostler-store-XXXXXX";

	*state = ost_strdup(mkdtemp(path));
	return 0;
}

static void path_in(char path[512], const char *dir, const char *name)
{
	snprintf(path, 512, "%s/store/%s", dir, name);
}

static int remove_dir(void **state)
{
	char path[512];
	struct dirent *e;
	DIR *d;

	path_in(path, *state, "");
	d = opendir(path);
	while (d && (e = readdir(d))) {
		path_in(path, *state, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	path_in(path, *state, "");
	rmdir(path);
	rmdir(*state);
	free(*state);
	return 0;
}

static unsigned count_files(const char *dir, const char *prefix, char ret_name[256])
{
	char path[512];
	struct dirent *e;
	unsigned nr = 0;
	DIR *d;

	path_in(path, dir, "");
	d = opendir(path);
	while (d && (e = readdir(d)))
		if (!strncmp(e->d_name, prefix, strlen(prefix))) {
			nr++;
			if (ret_name)
				snprintf(ret_name, 256, "%s", e->d_name);
		}
	if (d)
		closedir(d);
	return nr;
}

static struct ost_store *open_limited(const char *dir, uint64_t limit)
{
	struct ost_store_opts opts = { .dir = dir, .limit = limit };
	struct ost_store *s;
	struct ost_err *err = ost_store_create(&s, &opts);

	if (err)
		print_message("# %s: %s\n", err->what, err->why);
	assert_null(err);
	return s;
}

static struct ost_store *open_store(const char *dir)
{
	return open_limited(dir, 0);
}

/* ---- records that can be told right from wrong --------------------------- */

static void key_of(struct ost_store_key *key, uint32_t n)
{
	uint64_t h = ost_hash_mix(n + 1);

	memset(key, 0, sizeof(*key));
	memcpy(key->id, &h, sizeof(h));
	memcpy(key->id + 8, &n, sizeof(n));
	key->kind = OST_SK_FACTS;
	key->version = 7;
}

/* Its length and every byte follow from n; half of it does not compress. */
static void record_of(struct ost_buf *b, uint32_t n)
{
	size_t words = 5 + n * 37 % 600, i;
	uint64_t h = n;

	ost_buf_clear(b);
	for (i = 0; i < words; i++) {
		h = ost_hash_mix(h + i);
		ost_buf_add(b, i % 2 ? &h : &words, sizeof(h));
	}
}

static void put(struct ost_store *s, uint32_t n)
{
	struct ost_store_figures fig = { { n, n + 1, n + 2, n + 3 } };
	struct ost_store_key key;
	OST_BUF b = OST_BUF_INIT;

	key_of(&key, n);
	record_of(&b, n);
	ost_store_put(s, &key, &fig, b.ptr, b.len);
}

enum { NONE, RIGHT, WRONG };

static int look(struct ost_store *s, uint32_t n)
{
	struct ost_store_figures fig;
	struct ost_store_key key;
	OST_BUF want = OST_BUF_INIT;
	OST_BUF have = OST_BUF_INIT;

	key_of(&key, n);
	if (!ost_store_get(s, &key, &have))
		return NONE;
	record_of(&want, n);
	if (have.len != want.len || memcmp(have.ptr, want.ptr, want.len))
		return WRONG;
	return ost_store_has(s, &key, &fig) && fig.v[3] == n + 3 ? RIGHT : WRONG;
}

static unsigned count_right(struct ost_store *s, uint32_t nr)
{
	unsigned right = 0;
	uint32_t n;

	for (n = 0; n < nr; n++) {
		int found = look(s, n);

		assert_int_not_equal(found, WRONG);
		right += found == RIGHT;
	}
	return right;
}

static void fill(const char *dir, uint32_t first, uint32_t nr)
{
	struct ost_store *s = open_store(dir);
	uint32_t n;

	for (n = first; n < first + nr; n++)
		put(s, n);
	ost_store_destroy(s);
}

/* ---- tests ---------------------------------------------------------------- */

static void good_records_come_back(void **state)
{
	struct ost_store *s = open_store(*state);
	uint32_t n;

	assert_int_equal(look(s, 1), NONE);
	for (n = 0; n < 2000; n++)
		put(s, n);
	assert_int_equal(count_right(s, 2000), 2000);	/* before they are written */
	ost_store_flush(s);
	assert_int_equal(count_right(s, 2000), 2000);
	ost_store_destroy(s);
	s = open_store(*state);
	assert_int_equal(count_right(s, 3000), 2000);
	assert_null(ost_store_note(s));
	ost_store_destroy(s);
}

/* What is dropped before its pack is written does not make the pack a damaged one. */
static void good_pack_is_whole_after_a_drop(void **state)
{
	struct ost_store *s = open_store(*state), *other;
	struct ost_store_key key;

	put(s, 1);
	put(s, 2);
	key_of(&key, 1);
	ost_store_drop(s, &key);
	ost_store_flush(s);
	other = open_store(*state);
	assert_int_equal(look(other, 2), RIGHT);
	assert_null(ost_store_note(other));
	ost_store_destroy(other);
	ost_store_destroy(s);
}

/* A record that was dropped may be put again, and nobody is told of damage. */
static void good_dropped_record_is_forgotten(void **state)
{
	struct ost_store *s = open_store(*state);
	struct ost_store_key key;
	int round;

	for (round = 0; round < 2; round++) {	/* before it is written, and after */
		put(s, 1);
		put(s, 2);
		if (round)
			ost_store_flush(s);
		key_of(&key, 1);
		ost_store_drop(s, &key);
		assert_int_equal(look(s, 1), NONE);
		assert_false(ost_store_has(s, &key, NULL));
		put(s, 1);
		assert_int_equal(count_right(s, 3), 2);
		assert_null(ost_store_note(s));
	}
	ost_store_drop(s, &key);
	ost_store_destroy(s);
	s = open_store(*state);
	assert_int_equal(look(s, 1), NONE);
	assert_null(ost_store_note(s));
	ost_store_destroy(s);
}

static void good_another_version_is_another_key(void **state)
{
	struct ost_store *s = open_store(*state);
	struct ost_store_key key;
	OST_BUF b = OST_BUF_INIT;

	put(s, 1);
	key_of(&key, 1);
	key.version = 8;
	assert_false(ost_store_get(s, &key, &b));
	key.version = 7;
	key.kind = OST_SK_KEPT;
	assert_false(ost_store_get(s, &key, &b));
	ost_store_put(s, &key, NULL, "", 0);
	assert_true(ost_store_get(s, &key, &b));
	assert_int_equal(b.len, 0);
	ost_store_destroy(s);
}

static void good_memory_alone(void **state)
{
	struct ost_store *s = open_store(NULL);
	struct ost_store_slot slot;
	struct ost_store_key key;
	uint32_t n;

	for (n = 0; n < 500; n++)
		put(s, n);
	assert_int_equal(count_right(s, 500), 500);
	key_of(&key, 1);
	ost_store_slot_put(s, &key, "x", 1);
	assert_false(ost_store_slot_get(s, &key, &slot));
	assert_null(ost_store_take_err(s));
	ost_store_destroy(s);
}

static void good_directory_is_private(void **state)
{
	char path[512];
	struct stat st;

	fill(*state, 0, 1);
	path_in(path, *state, "");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void good_slots_are_replaced(void **state)
{
	struct ost_store *s = open_store(*state);
	struct ost_store_slot slot = { 0 };
	struct ost_store_key key;

	key_of(&key, 3);
	key.kind = OST_SK_STAT;
	assert_false(ost_store_slot_get(s, &key, &slot));
	ost_store_slot_put(s, &key, "first", 5);
	ost_store_slot_put(s, &key, "second!", 7);
	assert_true(ost_store_slot_get(s, &key, &slot));
	assert_int_equal(slot.len, 7);
	assert_memory_equal(slot.ptr, "second!", 7);
	assert_int_equal((uintptr_t)slot.ptr % 4096, 0);
	ost_store_slot_end(&slot);
	ost_store_destroy(s);
	assert_int_equal(count_files(*state, "slot-", NULL), 1);
	assert_int_equal(count_files(*state, "tmp-", NULL), 0);
}

static void good_small_packs_are_merged(void **state)
{
	struct ost_store *s;
	uint32_t n;

	for (n = 0; n < 40; n++)
		fill(*state, n * 10, 10);
	assert_true(count_files(*state, "pack-", NULL) < 40);
	s = open_store(*state);
	assert_int_equal(count_right(s, 400), 400);
	ost_store_destroy(s);
}

struct race {
	struct ost_store *s;
	unsigned seed, wrong;
};

static void *read_and_write(void *arg)
{
	struct race *r = arg;
	uint32_t i, n;

	for (i = 0; i < 3000; i++) {
		n = (uint32_t)(ost_hash_mix(i * 31 + r->seed) % 2000);
		if (i % 3)
			r->wrong += look(r->s, n) == WRONG;
		else
			put(r->s, n);
		if (i % 500 == r->seed)
			ost_store_flush(r->s);
	}
	return NULL;
}

/* A record of 64 KiB that cannot be made smaller, or a look whether it is right. */
static bool large_record(struct ost_store *s, uint32_t n, bool is_put)
{
	uint64_t data[8192];
	struct ost_store_key key;
	OST_BUF b = OST_BUF_INIT;
	size_t i;

	for (i = 0; i < 8192; i++)
		data[i] = ost_hash_mix(n * 8192ull + i);
	key_of(&key, n);
	if (is_put)
		ost_store_put(s, &key, NULL, data, sizeof(data));
	return ost_store_get(s, &key, &b) && b.len == sizeof(data) && !memcmp(b.ptr, data, b.len);
}

static void *put_large(void *arg)
{
	struct race *r = arg;
	uint32_t i;

	for (i = 0; i < 160; i++) {
		r->wrong += !large_record(r->s, 2 * i + r->seed, true);
		r->wrong += !large_record(r->s, 2 * (i / 2) + r->seed, false);
	}
	return NULL;
}

/* Packs that are full are written by whoever filled them, and read by all meanwhile. */
static void good_full_packs_are_read_while_written(void **state)
{
	struct ost_store *s = open_store(*state);
	struct race races[2] = { { s, 0, 0 }, { s, 1, 0 } };
	pthread_t thread;
	uint32_t n;

	assert_int_equal(pthread_create(&thread, NULL, put_large, &races[0]), 0);
	put_large(&races[1]);
	pthread_join(thread, NULL);
	assert_int_equal(races[0].wrong + races[1].wrong, 0);
	assert_int_equal(count_files(*state, "pack-", NULL), 1);
	ost_store_destroy(s);
	assert_int_equal(count_files(*state, "pack-", NULL), 2);
	s = open_store(*state);
	for (n = 0; n < 320; n++)
		assert_true(large_record(s, n, false));
	assert_null(ost_store_note(s));
	ost_store_destroy(s);
}

static void good_threads_share_a_store(void **state)
{
	struct ost_store *s = open_store(*state);
	struct race races[4];
	pthread_t threads[4];
	unsigned i;

	for (i = 0; i < 4; i++) {
		races[i] = (struct race){ s, i, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, read_and_write, &races[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(races[i].wrong, 0);
	}
	ost_store_destroy(s);
}

/* What a reader has open stays good while others write, merge and evict. */
static void good_readers_outlive_writers(void **state)
{
	struct ost_store *reader;
	uint32_t n;

	fill(*state, 0, 300);
	reader = open_store(*state);
	for (n = 1; n < 40; n++)
		fill(*state, n * 300, 20);
	ost_store_destroy(open_limited(*state, 1));
	assert_int_equal(count_right(reader, 300), 300);
	ost_store_destroy(reader);
}

static void write_for_ever(const char *dir, uint32_t first)
{
	struct ost_store *s = open_store(dir);
	uint32_t n;

	for (n = first; ; n++) {
		put(s, n % 2000);
		if (n % 97 == 0)
			ost_store_flush(s);
		if (n % 700 == 0) {
			ost_store_destroy(s);
			s = open_store(dir);
		}
	}
}

/* A writer killed at random moments: all that was seen once stays, nothing is wrong. */
static void good_killed_at_any_moment(void **state)
{
	unsigned round, right, before = 0;
	struct ost_store *s;
	char *note;
	pid_t pid;

	for (round = 0; round < 15; round++) {
		pid = fork();
		if (!pid)
			write_for_ever(*state, round * 111);
		usleep(2000 + (useconds_t)(ost_hash_mix(round) % 60000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		s = open_store(*state);
		note = ost_store_note(s);
		assert_null(note);
		right = count_right(s, 2000);
		assert_true(right >= before);
		before = right;
		ost_store_destroy(s);
	}
	assert_true(before > 0);
	fill(*state, 5000, 1);
	assert_int_equal(count_files(*state, "tmp-", NULL), 0);
}

static void flip(const char *path, long at, int how)
{
	FILE *f = fopen(path, "r+");
	int c;

	assert_non_null(f);
	fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
	c = getc(f);
	fseek(f, at, at < 0 ? SEEK_END : SEEK_SET);
	putc(c ^ how, f);
	fclose(f);
}

/* Each damage is noticed; the rest of the store still serves; new records mend it. */
static void mend_after(const char *dir, uint32_t nr)
{
	struct ost_store *s = open_store(dir);
	unsigned right = count_right(s, nr);
	char *note = ost_store_note(s);

	assert_true(right < nr);
	assert_non_null(note);
	free(note);
	ost_store_destroy(s);
	fill(dir, 0, nr);
	s = open_store(dir);
	assert_int_equal(count_right(s, nr), nr);
	note = ost_store_note(s);
	if (note)
		print_message("# %s\n", note);
	assert_null(note);
	ost_store_destroy(s);
}

static void bad_flipped_bytes(void **state)
{
	static const long places[] = { 0, 9, 100, 5000, 20000, -1, -10, -20, -30, -40, -200, -3000 };
	char name[256], path[512];
	unsigned i;

	for (i = 0; i < OST_ARRAY_SIZE(places); i++) {
		fill(*state, 0, 200);
		assert_true(count_files(*state, "pack-", name) >= 1);
		path_in(path, *state, name);
		flip(path, places[i], 1 << i % 8);
		mend_after(*state, 200);
	}
}

static void bad_truncated_or_foreign_pack(void **state)
{
	static const long lens[] = { 0, 1, 15, 16, 48, 5000, -1, -2 };
	char name[256], path[512];
	struct stat st;
	unsigned i;

	for (i = 0; i < OST_ARRAY_SIZE(lens); i++) {
		fill(*state, 0, 50);
		assert_true(count_files(*state, "pack-", name) >= 1);
		path_in(path, *state, name);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(truncate(path, lens[i] < 0 ? st.st_size + lens[i] : lens[i]), 0);
		mend_after(*state, 50);
	}
	path_in(path, *state, "pack-0000-foreign.ost");
	assert_int_equal(symlink("/etc/passwd", path), 0);
	ost_store_destroy(open_store(*state));
	assert_int_equal(access("/etc/passwd", F_OK), 0);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void bad_slot(void **state)
{
	static const long places[] = { 0, 8, 20, 60, 4096, 5000, -1 };
	struct ost_store_slot slot = { 0 };
	char name[256], path[512], data[3000];
	struct ost_store_key key;
	struct ost_store *s;
	unsigned i;

	memset(data, 'd', sizeof(data));
	key_of(&key, 1);
	key.kind = OST_SK_FILES;
	for (i = 0; i <= OST_ARRAY_SIZE(places); i++) {
		s = open_store(*state);
		ost_store_slot_put(s, &key, data, sizeof(data));
		assert_int_equal(count_files(*state, "slot-", name), 1);
		path_in(path, *state, name);
		if (i < OST_ARRAY_SIZE(places))
			flip(path, places[i], 4);
		else
			assert_int_equal(truncate(path, 4095), 0);
		assert_false(ost_store_slot_get(s, &key, &slot));
		assert_int_equal(count_files(*state, "slot-", name), 0);
		ost_store_destroy(s);
	}
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	path_in(path, dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void bad_other_version(void **state)
{
	struct ost_store *s;
	char *note;

	fill(*state, 0, 50);
	write_file(*state, "STORE", "ostler store 99\n");
	s = open_store(*state);
	note = ost_store_note(s);
	assert_non_null(note);
	free(note);
	assert_int_equal(count_right(s, 50), 0);
	ost_store_destroy(s);
	s = open_store(*state);
	assert_null(ost_store_note(s));
	ost_store_destroy(s);
}

static void bad_foreign_directory(void **state)
{
	struct ost_store_opts opts = { .dir = *state };
	struct ost_store *s;
	struct ost_err *err;
	char path[512];

	path_in(path, *state, "");
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(*state, "thesis.txt", "the only copy");
	err = ost_store_create(&s, &opts);
	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_ENV);
	ost_err_destroy(err);
	path_in(path, *state, "thesis.txt");
	assert_int_equal(access(path, F_OK), 0);
}

static void bad_unmakeable_directory(void **state)
{
	struct ost_store_opts opts = { .dir = "/proc/nowhere/ostler" };
	struct ost_store *s;
	struct ost_err *err = ost_store_create(&s, &opts);

	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_ENV);
	ost_err_destroy(err);
}

/* A full disk (here: a limit on file sizes): told once, nothing is lost in this run. */
static void bad_full_disk(void **state)
{
	struct rlimit old, small = { 20000, RLIM_INFINITY };
	struct ost_store *s;
	struct ost_err *err;
	uint32_t n;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	fill(*state, 0, 3);
	s = open_store(*state);
	small.rlim_max = old.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	for (n = 3; n < 100; n++) {
		put(s, n);
		if (n % 20 == 0)
			ost_store_flush(s);
	}
	ost_store_flush(s);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(count_right(s, 100), 100);
	err = ost_store_take_err(s);
	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_ENV);
	ost_err_destroy(err);
	assert_null(ost_store_take_err(s));
	ost_store_destroy(s);
	s = open_store(*state);
	assert_true(count_right(s, 100) >= 3);
	assert_null(ost_store_note(s));
	ost_store_destroy(s);
}

static void good_limit_evicts_the_least_recently_used(void **state)
{
	struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
	struct stat st;
	char name[256], path[512];
	struct ost_store *s;
	uint32_t n;

	fill(*state, 0, 100);
	assert_int_equal(count_files(*state, "pack-", name), 1);
	path_in(path, *state, name);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	fill(*state, 100, 100);
	s = open_limited(*state, (uint64_t)st.st_size * 5 / 2);
	for (n = 200; n < 300; n++)
		put(s, n);
	ost_store_destroy(s);
	s = open_store(*state);
	assert_int_equal(look(s, 0), NONE);
	assert_int_equal(look(s, 150), RIGHT);
	assert_int_equal(look(s, 250), RIGHT);
	ost_store_destroy(s);
}

static void good_default_directory(void **state)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_err *err;

	setenv("XDG_CACHE_HOME", "/x", 1);
	assert_null(ost_store_default_dir(&b));
	assert_string_equal(b.ptr, "/x/ostler");
	ost_buf_clear(&b);
	setenv("XDG_CACHE_HOME", "relative", 1);
	setenv("HOME", "/h", 1);
	assert_null(ost_store_default_dir(&b));
	assert_string_equal(b.ptr, "/h/.cache/ostler");
	unsetenv("HOME");
	err = ost_store_default_dir(&b);
	assert_non_null(err);
	ost_err_destroy(err);
}

#define IN_DIR(fn) cmocka_unit_test_setup_teardown(fn, make_dir, remove_dir)

/* ---- patches -------------------------------------------------------------- */

/* Bytes that compress little, the same for the same seed. */
static void fill_bytes(struct ost_buf *b, size_t len, uint64_t seed)
{
	ost_buf_clear(b);
	while (b->len < len) {
		seed = ost_hash_mix(seed + 1);
		ost_buf_add(b, &seed, sizeof(seed));
	}
}

static void good_patch_is_small_and_makes_the_same(void **state)
{
	OST_BUF like = OST_BUF_INIT;
	OST_BUF data = OST_BUF_INIT;
	OST_BUF patch = OST_BUF_INIT;
	OST_BUF back = OST_BUF_INIT;
	size_t len;

	for (len = 0; len < 8 << 20; len = len * 16 + 1024) {
		fill_bytes(&like, len, 7);
		ost_buf_clear(&data);
		ost_buf_addstr(&data, "something new");
		ost_buf_add(&data, like.ptr, like.len);
		data.ptr[data.len / 2] ^= 1;
		assert_true(ost_patch_make(&like, data.ptr, data.len, &patch));
		assert_true(patch.len < 128 + len / 1000);
		assert_true(ost_patch_apply(&like, patch.ptr, patch.len, &back));
		assert_int_equal(back.len, data.len);
		assert_memory_equal(back.ptr, data.ptr, data.len);
	}
	assert_true(ost_patch_make(&like, "", 0, &patch));
	assert_true(ost_patch_apply(&like, patch.ptr, patch.len, &back));
	assert_int_equal(back.len, 0);
}

static void bad_patch_makes_nothing(void **state)
{
	OST_BUF like = OST_BUF_INIT;
	OST_BUF data = OST_BUF_INIT;
	OST_BUF other = OST_BUF_INIT;
	OST_BUF patch = OST_BUF_INIT;
	OST_BUF back = OST_BUF_INIT;
	uint64_t huge = UINT64_MAX;
	size_t i;

	fill_bytes(&like, 64 << 10, 7);
	ost_buf_add(&data, like.ptr, 32 << 10);
	assert_true(ost_patch_make(&like, data.ptr, data.len, &patch));
	assert_true(patch.len < 1024);
	ost_buf_add(&other, like.ptr, like.len);
	other.ptr[20000] ^= 1;
	assert_false(ost_patch_apply(&other, patch.ptr, patch.len, &back));	/* made against other bytes */
	ost_buf_trim(&other, 5000);
	assert_false(ost_patch_apply(&other, patch.ptr, patch.len, &back));
	for (i = 0; i < patch.len; i++)
		assert_false(ost_patch_apply(&like, patch.ptr, i, &back));	/* cut short */
	for (i = 0; i < patch.len * 8; i++) {
		patch.ptr[i / 8] ^= (char)(1 << i % 8);
		if (ost_patch_apply(&like, patch.ptr, patch.len, &back))	/* a bit that says nothing */
			assert_memory_equal(back.ptr, like.ptr, 32 << 10);
		patch.ptr[i / 8] ^= (char)(1 << i % 8);
	}
	memcpy(patch.ptr, &huge, sizeof(huge));
	assert_false(ost_patch_apply(&like, patch.ptr, patch.len, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIR(good_records_come_back),
		IN_DIR(good_dropped_record_is_forgotten),
		IN_DIR(good_pack_is_whole_after_a_drop),
		IN_DIR(good_another_version_is_another_key),
		cmocka_unit_test(good_memory_alone),
		IN_DIR(good_directory_is_private),
		IN_DIR(good_slots_are_replaced),
		IN_DIR(good_small_packs_are_merged),
		IN_DIR(good_threads_share_a_store),
		IN_DIR(good_full_packs_are_read_while_written),
		IN_DIR(good_readers_outlive_writers),
		IN_DIR(good_killed_at_any_moment),
		IN_DIR(bad_flipped_bytes),
		IN_DIR(bad_truncated_or_foreign_pack),
		IN_DIR(bad_slot),
		IN_DIR(bad_other_version),
		IN_DIR(bad_foreign_directory),
		cmocka_unit_test(bad_unmakeable_directory),
		IN_DIR(bad_full_disk),
		IN_DIR(good_limit_evicts_the_least_recently_used),
		cmocka_unit_test(good_default_directory),
		cmocka_unit_test(good_patch_is_small_and_makes_the_same),
		cmocka_unit_test(bad_patch_makes_nothing),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
