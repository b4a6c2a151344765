// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "source/blob_facts.h"
#include "source/recognise.h"
#include "source/tree.h"
#include "gitrepo.h"

/* ---- a directory with a tree and a store, gone afterwards ------------------ */

struct box {
	char root[64], tree[80], store[80];
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static int box_init(void **state)
{
	struct box *b = ost_calloc(1, sizeof(*b));

	strcpy(b->root, "/tmp/ostler-tree-XXXXXX");
	assert_non_null(mkdtemp(b->root));
	snprintf(b->tree, sizeof(b->tree), "%s/tree", b->root);
	snprintf(b->store, sizeof(b->store), "%s/store", b->root);
	assert_int_equal(mkdir(b->tree, 0755), 0);
	*state = b;
	return 0;
}

static int box_deinit(void **state)
{
	struct box *b = *state;

	nftw(b->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(b);
	return 0;
}

static void write_file(const struct box *b, const char *path, const char *text)
{
	char full[256], *p;
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", b->tree, path);
	for (p = full + strlen(b->tree) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(full, 0755);
		*p = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* Long ago, so that it is not racy. Its ctime is now: wait a little. */
static void let_it_age(void)
{
	usleep(30000);
}

static struct ost_tree_facts *read_with(const struct ost_source *src,
					const struct ost_source_opts *opts)
{
	struct ost_tree_facts *t;
	struct ost_err *err = ost_tree_facts_read(&t, src, opts);

	if (err)
		print_message("# %s: %s\n", err->what, err->why);
	assert_null(err);
	return t;
}

static struct ost_tree_facts *read_tree(const struct box *b)
{
	struct ost_source src = { .dir = b->tree };
	struct ost_source_opts opts = { .store_dir = b->store };

	return read_with(&src, &opts);
}

static void assert_paths(const struct ost_tree_facts *t, const char *want)
{
	OST_BUF have = OST_BUF_INIT;
	uint32_t i;

	for (i = 0; i < t->nr_files; i++)
		ost_buf_addf(&have, "%s%s", i ? " " : "", t->files[i].path);
	assert_string_equal(have.ptr, want);
}

static void assert_digest(const struct ost_tree_facts *t, const struct ost_oid *want)
{
	struct ost_oid have;

	assert_null(ost_tree_digest(t, 0, &have));
	assert_int_equal(ost_oid_cmp(&have, want), 0);
}

/* ---- tests ---------------------------------------------------------------- */

static void good_files_in_path_order(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;
	char link[256];

	write_file(b, "b/x.c", "int x;\n");
	write_file(b, "b-a.h", "int y;\n");
	write_file(b, "b.c", "int z;\n");
	write_file(b, "b/.c", "int dot;\n");
	write_file(b, "README", "no\n");
	write_file(b, "a.S", "nop\n");
	write_file(b, "dir.c/in.h", "int in;\n");
	write_file(b, ".git/hidden.c", "int no;\n");
	write_file(b, "sub/.git", "gitdir: elsewhere\n");
	write_file(b, "sub/module.c", "int no;\n");
	snprintf(link, sizeof(link), "%s/link.c", b->tree);
	assert_int_equal(symlink("b.c", link), 0);
	snprintf(link, sizeof(link), "%s/loop", b->tree);
	assert_int_equal(symlink(".", link), 0);
	t = read_tree(b);
	assert_paths(t, "b-a.h b.c b/.c b/x.c dir.c/in.h");
	assert_int_equal(ost_tree_find(t, "b/x.c"), 3);
	assert_int_equal(ost_tree_find(t, "b/y.c"), OST_TREE_NONE);
	assert_int_equal(t->blobs_new, 5);
	assert_int_equal(t->bytes, 7 * 3 + 9 + 8);
	ost_tree_facts_destroy(t);
}

static void good_each_blob_once(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;

	write_file(b, "a.c", "int x;\n");
	write_file(b, "b.c", "int x;\n");
	write_file(b, "c.c", "int y;\n");
	let_it_age();
	t = read_tree(b);
	assert_int_equal(t->blobs_new, 2);
	assert_int_equal(t->blobs_reused, 0);
	ost_tree_facts_destroy(t);
	write_file(b, "c.c", "int x;\n");
	write_file(b, "d.c", "int z;\n");
	t = read_tree(b);
	assert_int_equal(t->blobs_new, 1);
	assert_int_equal(t->blobs_reused, 1);
	ost_tree_facts_destroy(t);
}

/* Same size, same tick of the clock: only the racy rule can see the change. */
static void good_change_within_a_tick_is_seen(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;
	struct ost_oid want;
	char text[32];
	int i;

	for (i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "int v%02d;\n", i);
		write_file(b, "a.c", text);
		t = read_tree(b);
		ost_blob_id(&want, text, strlen(text));
		assert_int_equal(ost_oid_cmp(&t->files[0].id, &want), 0);
		ost_tree_facts_destroy(t);
	}
}

static void good_removed_and_added_files(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;
	char path[256];

	write_file(b, "a.c", "int a;\n");
	write_file(b, "b.c", "int b;\n");
	ost_tree_facts_destroy(read_tree(b));
	snprintf(path, sizeof(path), "%s/a.c", b->tree);
	unlink(path);
	write_file(b, "c.c", "int c;\n");
	t = read_tree(b);
	assert_paths(t, "b.c c.c");
	ost_tree_facts_destroy(t);
}

static const char *const sources[][2] = {
	{ "drivers/a.c", "#include <linux/a.h>\nstatic int a(void)\n{\n\treturn b(1);\n}\n" },
	{ "drivers/b.c", "int b(int x)\n{\n\tif (x)\n\t\tc();\n\treturn x;\n}\n" },
	{ "include/linux/a.h", "struct a { int x; };\n#define A(x) b(x)\n" },
	{ "kernel/empty.c", "" },
	{ "kernel/odd.c", "int f( {{{ \"\n#if 0\n" },
};

static void write_sources(const struct box *b)
{
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(sources); i++)
		write_file(b, sources[i][0], sources[i][1]);
	let_it_age();
}

static void good_same_facts_however_read(void **state)
{
	struct box *b = *state;
	struct ost_source src = { .dir = b->tree };
	struct ost_source_opts opts = { .no_store = true, .jobs = 1 };
	struct ost_tree_facts *t;
	struct ost_oid digest, key;

	write_sources(b);
	t = read_with(&src, &opts);
	key = t->key;
	assert_null(ost_tree_digest(t, 1, &digest));
	ost_tree_facts_destroy(t);
	opts.jobs = 4;
	t = read_with(&src, &opts);
	assert_digest(t, &digest);
	ost_tree_facts_destroy(t);
	opts = (struct ost_source_opts){ .store_dir = b->store, .jobs = 3 };
	t = read_with(&src, &opts);
	assert_int_equal(t->blobs_new, 5);
	assert_digest(t, &digest);
	ost_tree_facts_destroy(t);
	t = read_with(&src, &opts);
	assert_int_equal(t->blobs_new, 0);
	assert_digest(t, &digest);
	assert_int_equal(ost_oid_cmp(&t->key, &key), 0);
	ost_tree_facts_destroy(t);
}

static bool make_commit(const struct box *b)
{
	const char *init[] = { "git", "init", "-q", b->tree, NULL };
	const char *add[] = { "git", "-C", b->tree, "add", "-A", NULL };
	const char *commit[] = { "git", "-C", b->tree, "-c", "user.name=n", "-c", "user.email=e@x",
				 "commit", "-q", "-m", "m", NULL };

	return run_program(init, NULL, NULL) && run_program(add, NULL, NULL) &&
	       run_program(commit, NULL, NULL);
}

static void good_git_and_directory_are_one(void **state)
{
	struct box *b = *state;
	struct ost_source src = { .repo = b->tree, .rev = "HEAD" };
	struct ost_source_opts opts = { .store_dir = b->store };
	struct ost_tree_facts *t, *from_dir;
	OST_BUF text = OST_BUF_INIT;
	struct ost_oid digest;
	int round;

	write_sources(b);
	write_file(b, "kernel/twin.c", sources[0][1]);
	assert_true(make_commit(b));
	opts.no_store = true;
	src = (struct ost_source){ .dir = b->tree };
	from_dir = read_with(&src, &opts);
	assert_null(ost_tree_digest(from_dir, 0, &digest));
	opts.no_store = false;
	src = (struct ost_source){ .repo = b->tree, .rev = "HEAD" };
	for (round = 0; round < 2; round++) {
		t = read_with(&src, &opts);
		assert_int_equal(t->blobs_new, round ? 0 : 5);
		assert_int_equal(t->blobs_reused, round ? 5 : 0);
		assert_int_equal(t->bytes, from_dir->bytes);
		assert_int_equal(ost_oid_cmp(&t->key, &from_dir->key), 0);
		assert_digest(t, &digest);
		assert_null(ost_tree_text(t, 1, &text));
		assert_string_equal(text.ptr, sources[1][1]);
		ost_tree_facts_destroy(t);
	}
	ost_tree_facts_destroy(from_dir);
}

static void bad_missing_object_is_named(void **state)
{
	struct box *b = *state;
	struct ost_source src = { .repo = b->tree, .rev = "HEAD" };
	struct ost_source_opts opts = { .store_dir = b->store };
	char hex[OST_HEX_SIZE], path[256];
	struct ost_tree_facts *t;
	struct ost_oid id;

	write_sources(b);
	assert_true(make_commit(b));
	ost_blob_id(&id, sources[1][1], strlen(sources[1][1]));
	ost_oid_to_hex(hex, &id);
	snprintf(path, sizeof(path), "%s/.git/objects/%.2s/%s", b->tree, hex, hex + 2);
	assert_int_equal(unlink(path), 0);
	t = read_with(&src, &opts);
	assert_int_equal(t->nr_files, 5);
	assert_int_equal(t->nr_unreadable, 1);
	assert_non_null(t->files[1].why);
	assert_non_null(strstr(t->files[1].why, "missing"));
	assert_int_equal(ost_oid_cmp(&t->files[1].id, &id), 0);
	ost_tree_facts_destroy(t);
}

static void good_overlay_is_the_tree_with_the_patch(void **state)
{
	struct box *b = *state;
	const struct ost_tree_change changes[] = {
		{ "drivers/b.c", "wrong\n", 6 },
		{ "drivers/b.c", "int b;\n", 7 },
		{ "drivers/new.c", "int n;\n", 7 },
		{ "include/linux/a.h", NULL, 0 },
		{ "Makefile", "obj-y\n", 6 },
	};
	struct ost_tree_facts *base, *over, *t;
	OST_BUF text = OST_BUF_INIT;
	struct ost_oid digest;
	char path[256];

	write_sources(b);
	base = read_tree(b);
	assert_null(ost_tree_overlay(&over, base, changes, OST_ARRAY_SIZE(changes)));
	assert_paths(over, "drivers/a.c drivers/b.c drivers/new.c kernel/empty.c kernel/odd.c");
	assert_null(ost_tree_text(over, 1, &text));
	assert_string_equal(text.ptr, "int b;\n");
	assert_null(ost_tree_text(over, 0, &text));
	assert_string_equal(text.ptr, sources[0][1]);
	assert_null(ost_tree_digest(over, 0, &digest));

	write_file(b, "drivers/b.c", "int b;\n");
	write_file(b, "drivers/new.c", "int n;\n");
	snprintf(path, sizeof(path), "%s/include/linux/a.h", b->tree);
	unlink(path);
	t = read_tree(b);
	assert_int_equal(t->blobs_new, 0);
	assert_int_equal(ost_oid_cmp(&t->key, &over->key), 0);
	assert_digest(t, &digest);
	ost_tree_facts_destroy(t);
	ost_tree_facts_destroy(over);
	ost_tree_facts_destroy(base);
}

static void good_text_that_changed_is_told(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;
	OST_BUF text = OST_BUF_INIT;
	struct ost_err *err;

	write_file(b, "a.c", "int a;\n");
	t = read_tree(b);
	write_file(b, "a.c", "int b;\n");
	err = ost_tree_text(t, 0, &text);
	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_INPUT);
	ost_err_destroy(err);
	ost_tree_facts_destroy(t);
}

static void good_kept_with_the_tree(void **state)
{
	struct box *b = *state;
	struct ost_tree_kept kept;
	struct ost_tree_facts *t;

	write_sources(b);
	t = read_tree(b);
	assert_false(ost_tree_kept_load(t, "program", 1, &kept));
	ost_tree_kept_save(t, "program", 1, "linked", 6);
	ost_tree_facts_destroy(t);
	t = read_tree(b);
	assert_true(ost_tree_kept_load(t, "program", 1, &kept));
	assert_int_equal(kept.len, 6);
	assert_memory_equal(kept.ptr, "linked", 6);
	ost_tree_kept_end(&kept);
	assert_false(ost_tree_kept_load(t, "program", 2, &kept));
	ost_tree_facts_destroy(t);
	write_file(b, "kernel/empty.c", "int no_more;\n");
	t = read_tree(b);
	assert_false(ost_tree_kept_load(t, "program", 1, &kept));
	ost_tree_facts_destroy(t);
}

static void bad_binary_is_named(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;
	struct ost_tree_reader *r;
	struct ost_facts f;
	char path[256];
	FILE *out;
	int round, i;

	write_file(b, "a.c", "int a;\n");
	write_file(b, "b.c", "");
	snprintf(path, sizeof(path), "%s/b.c", b->tree);
	out = fopen(path, "w");
	for (i = 0; i < 4000; i++)
		putc(i * 7 & 255, out);
	fclose(out);
	for (round = 0; round < 2; round++) {
		t = read_tree(b);
		assert_int_equal(t->nr_unreadable, 1);
		assert_non_null(strstr(t->files[1].why, "not C"));
		r = ost_tree_reader_create(t);
		assert_true(ost_tree_fetch(r, 0, &f));
		assert_false(ost_tree_fetch(r, 1, &f));
		ost_tree_reader_destroy(r);
		ost_tree_facts_destroy(t);
	}
}

struct lent {
	char mem[4096] __attribute__((aligned(16)));
	size_t bytes;
	int nr_asked;
	bool is_refused;
};

static void *lend(void *ctx, size_t bytes)
{
	struct lent *l = ctx;

	l->nr_asked++;
	l->bytes = bytes;
	return l->is_refused || bytes > sizeof(l->mem) ? NULL : l->mem;
}

/* Facts lie where the caller says, and stay when something else is fetched; else in the reader's memory. */
static void good_fetched_to_where_the_caller_says(void **state)
{
	struct lent here = { .nr_asked = 0 }, nowhere = { .is_refused = true };
	struct ost_tree_facts *t;
	struct ost_tree_reader *r;
	struct ost_facts f, g;
	struct box *b = *state;

	write_file(b, "a.c", "int a;\nvoid fa(void) { }\n");
	write_file(b, "b.c", "long bb;\n");
	t = read_tree(b);
	r = ost_tree_reader_create(t);
	assert_true(ost_tree_fetch_into(r, 0, lend, &here, &f));
	assert_int_equal(here.nr_asked, 1);
	assert_in_range((uintptr_t)f.str_bytes, (uintptr_t)here.mem, (uintptr_t)here.mem + here.bytes);
	assert_true(ost_tree_fetch_into(r, 1, lend, &nowhere, &g));
	assert_true(nowhere.nr_asked > 0);
	assert_string_equal(ost_facts_str(&g, g.globals[0].name), "bb");
	assert_string_equal(ost_facts_str(&f, f.globals[0].name), "a");
	assert_string_equal(ost_facts_str(&f, f.funcs[0].name), "fa");
	ost_tree_reader_destroy(r);
	ost_tree_facts_destroy(t);
}

static void bad_no_such_directory(void **state)
{
	struct ost_source src = { .dir = "/nowhere/at/all" };
	struct ost_source_opts opts = { .no_store = true };
	struct ost_tree_facts *t;
	struct ost_err *err = ost_tree_facts_read(&t, &src, &opts);

	assert_non_null(err);
	assert_int_equal(err->code, OST_ERR_INPUT);
	ost_err_destroy(err);
}

static bool count_one(void *ctx, uint32_t file, const struct ost_facts *facts, unsigned worker)
{
	atomic_uint *counts = ctx;

	if (facts)
		atomic_fetch_add(&counts[file], 1);
	return true;
}

static void good_for_each_calls_once(void **state)
{
	struct box *b = *state;
	struct ost_tree_facts *t;
	atomic_uint counts[300] = { 0 };
	char path[32], text[32];
	int i;

	for (i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "d%d/f%d.c", i % 7, i);
		snprintf(text, sizeof(text), "int v%d;\n", i);
		write_file(b, path, text);
	}
	t = read_tree(b);
	assert_null(ost_tree_for_each(t, 4, count_one, counts));
	for (i = 0; i < 300; i++)
		assert_int_equal(counts[i], 1);
	ost_tree_facts_destroy(t);
}

/* What a tree has left in the store is found by the id of the blob alone, and the other way round. */
static void good_facts_by_blob(void **state)
{
	static const char text[] = "int f(void) { return 1; }\n", more[] = "int g;\n";
	struct box *b = *state;
	const struct ost_source_opts opts = { .store_dir = b->store }, none = { .no_store = true };
	struct ost_blob_facts *kept;
	struct ost_tree_facts *t;
	struct ost_facts f;
	char id[OST_HEX_SIZE];
	struct ost_oid oid;
	OST_BUF record = OST_BUF_INIT;
	OST_BUF made = OST_BUF_INIT;
	struct ost_recogniser *r = ost_recogniser_create();

	write_file(b, "f.c", text);
	t = read_tree(b);
	ost_oid_to_hex(id, &t->files[0].id);
	assert_null(ost_blob_facts_open(&kept, &opts));
	assert_true(ost_blob_facts_get(kept, id, &record));
	ost_recognise(r, "other.c", text, sizeof(text) - 1, &made);
	assert_int_equal(record.len, made.len);
	assert_memory_equal(record.ptr, made.ptr, made.len);
	ost_tree_facts_destroy(t);

	ost_blob_id(&oid, more, sizeof(more) - 1);
	ost_oid_to_hex(id, &oid);
	assert_false(ost_blob_facts_get(kept, id, &record));
	ost_recognise(r, "g.c", more, sizeof(more) - 1, &made);
	assert_null(ost_facts_open(&f, made.ptr, made.len));
	ost_blob_facts_put(kept, id, sizeof(more) - 1, &made, &f);
	ost_blob_facts_close(kept);
	write_file(b, "g.c", more);
	t = read_tree(b);
	assert_int_equal(t->nr_files, 2);
	assert_int_equal(t->blobs_new, 0);
	ost_tree_facts_destroy(t);

	assert_null(ost_blob_facts_open(&kept, &none));
	assert_null(kept);
	ost_blob_facts_close(kept);
	ost_recogniser_destroy(r);
}

#define BOXED(fn) cmocka_unit_test_setup_teardown(fn, box_init, box_deinit)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(good_files_in_path_order),
		BOXED(good_each_blob_once),
		BOXED(good_change_within_a_tick_is_seen),
		BOXED(good_removed_and_added_files),
		BOXED(good_same_facts_however_read),
		BOXED(good_git_and_directory_are_one),
		BOXED(bad_missing_object_is_named),
		BOXED(good_overlay_is_the_tree_with_the_patch),
		BOXED(good_text_that_changed_is_told),
		BOXED(good_kept_with_the_tree),
		BOXED(good_facts_by_blob),
		BOXED(bad_binary_is_named),
		BOXED(good_fetched_to_where_the_caller_says),
		cmocka_unit_test(bad_no_such_directory),
		BOXED(good_for_each_calls_once),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
