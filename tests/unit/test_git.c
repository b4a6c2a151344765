// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "git/apply.h"
#include "git/blanks.h"
#include "git/commit.h"
#include "git/equivalent.h"
#include "git/image.h"
#include "git/kept.h"
#include "git/objects.h"
#include "git/repo.h"
#include "git/run.h"
#include "git/tags.h"
#include "git/trailers.h"
#include "git/walk.h"
#include "gitrepo.h"

static char dir[] = "/tmp/ostler-git-XXXXXX";
static struct ost_repo *repo;

static int setup(void **state)
{
	return make_repo(dir, "basic.fi") && !ost_repo_open(&repo, dir) ? 0 : -1;
}

static int teardown(void **state)
{
	ost_repo_destroy(repo);
	remove_tree(dir);
	return 0;
}

/* Ends the error after a look at it. */
static void assert_err(struct ost_err *err, enum ost_err_code code, const char *part)
{
	assert_non_null(err);
	assert_int_equal(err->code, code);
	if (!strstr(err->why, part) && !strstr(err->remedy ? err->remedy : "", part))
		fail_msg("\"%s\" does not say \"%s\"", err->why, part);
	ost_err_destroy(err);
}

static void assert_ok(struct ost_err *err)
{
	if (err)
		fail_msg("%s: %s", err->what, err->why);
}

static void sh(const char *script)
{
	const char *argv[] = { "sh", "-euc", script, "sh", dir, NULL };

	if (!run_program(argv, NULL, "/dev/null"))
		fail_msg("failed: %s", script);
}

static void revisions_resolve(void **state)
{
	static const char *const same[][2] = {
		{ "main", "86b661d14aa1b249eec62c151b4929c0cbbbfa10" },
		{ "refs/heads/main", "86b661d14aa1b249eec62c151b4929c0cbbbfa10" },
		{ "86b661d14a", "86b661d14aa1b249eec62c151b4929c0cbbbfa10" },
		{ "main^", "b848585cbf98029cbfdf20fa0c848ae7a7f58355" },
		{ "main~2^2", "207f2c931d07cc938b8db24545b881cd7b337e3b" },
		{ "v1.0", "75f175ce4a3d6ef2e659ded03d6c82a1497994b0" },
		{ "v1.0^{commit}", "75f175ce4a3d6ef2e659ded03d6c82a1497994b0" },
		{ "stable/linux-6.1.y", "b848585cbf98029cbfdf20fa0c848ae7a7f58355" },
		{ "linux-6.1.y~1", "dc9a337f1e878ce59c6c4bf64ba503eee7fa2782" },
	};
	char hex[OST_HEX_SIZE], to[OST_HEX_SIZE];
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_ok(ost_repo_resolve(repo, same[i][0], hex));
		assert_string_equal(hex, same[i][1]);
	}
	assert_ok(ost_repo_resolve_range(repo, "v1.0..main^", hex, to));
	assert_string_equal(hex, same[5][1]);
	assert_string_equal(to, same[3][1]);
}

static void bad_revisions_are_named(void **state)
{
	char hex[OST_HEX_SIZE], to[OST_HEX_SIZE];

	assert_err(ost_repo_resolve(repo, "nowhere", hex), OST_ERR_INPUT, "no such");
	assert_err(ost_repo_resolve(repo, "", hex), OST_ERR_INPUT, "empty");
	assert_err(ost_repo_resolve(repo, "--all", hex), OST_ERR_INPUT, "begin");
	assert_err(ost_repo_resolve(repo, "a..b", hex), OST_ERR_INPUT, "range");
	assert_err(ost_repo_resolve(repo, "main:Makefile", hex), OST_ERR_INPUT, "file");
	assert_err(ost_repo_resolve(repo, "main^{tree}", hex), OST_ERR_INPUT, "tree");
	assert_err(ost_repo_resolve(repo, "linux-6.6.y", hex), OST_ERR_INPUT, "ambiguous");
	assert_err(ost_repo_resolve(repo, "0123456789012345678901234567890123456789", hex),
		   OST_ERR_INPUT, "no such");
	assert_err(ost_repo_resolve_range(repo, "main", hex, to), OST_ERR_USAGE, "range");
	assert_err(ost_repo_resolve_range(repo, "v1.0...main", hex, to), OST_ERR_USAGE, "A...B");
}

static void branches_are_in_version_order(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_branch *b;
	size_t nr;

	assert_ok(ost_repo_branches(repo, &a, "linux-*.y", &b, &nr));
	assert_int_equal(nr, 4);
	assert_string_equal(b[0].name, "linux-5.4.y");
	assert_string_equal(b[0].ref, "refs/heads/linux-5.4.y");
	assert_string_equal(b[1].name, "linux-5.10.y");
	assert_string_equal(b[2].name, "stable/linux-6.1.y");
	assert_string_equal(b[3].name, "origin/linux-6.6.y");
	ost_arena_deinit(&a);
}

static void commits_are_read(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_commit c;

	assert_ok(ost_commit_read(&c, &a, repo, "main~6"));
	assert_string_equal(c.subject, "core: do not wait with the lock held");
	assert_string_equal(c.author.name, "B Other");
	assert_string_equal(c.author.email, "other@example.org");
	assert_string_equal(ost_ident_date(&a, &c.author), "2023-11-14 17:00:00 -0530");
	assert_string_equal(ost_ident_date(&a, &c.committer), "2023-11-14 22:31:00 +0000");
	assert_int_equal(c.nr_parents, 1);
	assert_string_equal(c.parents[0], "75f175ce4a3d6ef2e659ded03d6c82a1497994b0");
	assert_non_null(strstr(c.message, "\n <other@example.org>\n"));
	assert_ok(ost_commit_read(&c, &a, repo, "v1.1"));
	assert_int_equal(c.nr_parents, 2);
	assert_ok(ost_commit_read(&c, &a, repo, "v1.0"));
	assert_int_equal(c.nr_parents, 0);
	assert_false(c.is_boundary);
	ost_arena_deinit(&a);
}

static void paths_and_blobs(void **state)
{
	struct ost_path_info info;
	OST_BUF b = OST_BUF_INIT;

	assert_ok(ost_repo_path(repo, "main", "drivers/core.c", &info));
	assert_int_equal(info.kind, OST_PATH_FILE);
	assert_int_equal(info.mode, 0100644);
	assert_ok(ost_repo_read_blob(repo, info.id, &b));
	assert_ok(ost_repo_read_path(repo, "main", "drivers/core.c", &b));
	assert_int_equal(b.len % 2, 0);
	assert_memory_equal(b.ptr, b.ptr + b.len / 2, b.len / 2);
	assert_ok(ost_repo_path(repo, "main", "drivers", &info));
	assert_int_equal(info.kind, OST_PATH_DIR);
	assert_ok(ost_repo_path(repo, "main", "", &info));
	assert_int_equal(info.kind, OST_PATH_DIR);
	assert_ok(ost_repo_path(repo, "main", "link", &info));
	assert_int_equal(info.kind, OST_PATH_SYMLINK);
	assert_ok(ost_repo_path(repo, "main", "sub", &info));
	assert_int_equal(info.kind, OST_PATH_SUBMODULE);
	assert_ok(ost_repo_path(repo, "main", "drivers/core.c/x", &info));
	assert_int_equal(info.kind, OST_PATH_ABSENT);
	assert_ok(ost_repo_path(repo, "main", "../etc/passwd", &info));
	assert_int_equal(info.kind, OST_PATH_ABSENT);
	assert_err(ost_repo_read_path(repo, "main", "nope", &b), OST_ERR_INPUT, "no such file");
	assert_err(ost_repo_read_path(repo, "main", "drivers", &b), OST_ERR_INPUT, "not a file");
	assert_err(ost_repo_read_blob(repo, "0123456789", &b), OST_ERR_INPUT, "missing");
	assert_true(ost_repo_has_object(repo, "86b661d14a"));
	assert_false(ost_repo_has_object(repo, "0123456789"));
}

static void blob_ids_are_gits(void **state)
{
	char hex[OST_HEX_SIZE];
	struct ost_oid oid;

	ost_blob_id(&oid, "", 0);
	ost_oid_to_hex(hex, &oid);
	assert_string_equal(hex, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	ost_blob_id(&oid, "hello\n", 6);
	ost_oid_to_hex(hex, &oid);
	assert_string_equal(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
}

static bool count_piece(void *ctx, const char *piece, size_t len)
{
	size_t *nr = ctx;

	assert_int_equal(len, 40);
	return ++*nr < 5;
}

static void git_runs_without_a_shell(void **state)
{
	const char *const list[] = { "rev-list", "--all", NULL };
	const char *const bad[] = { "cat-file", "-t", "0123456789012345678901234567890123456789", NULL };
	const char *const in[] = { "hash-object", "--stdin", NULL };
	struct ost_git_run run = { .args = list };
	OST_BUF out = OST_BUF_INIT;
	size_t nr = 0;

	assert_ok(ost_git_run(repo, &run, &out));
	assert_int_equal(out.len, 11 * 41);
	assert_ok(ost_git_stream(repo, &run, '\n', count_piece, &nr));
	assert_int_equal(nr, 5);
	run.max = 100;
	assert_err(ost_git_run(repo, &run, &out), OST_ERR_INPUT, "limit");
	run = (struct ost_git_run){ .args = bad };
	assert_err(ost_git_run(repo, &run, &out), OST_ERR_INPUT, "could not get object info");
	run = (struct ost_git_run){ .args = in, .in = "hello\n", .in_len = 6 };
	ost_buf_clear(&out);
	assert_ok(ost_git_run(repo, &run, &out));
	assert_string_equal(out.ptr, "ce013625030ba8dba906f756967f9e9ca394464a\n");
}

/* Opens $dir-suffix; the script made it. */
static struct ost_err *open_other(const char *suffix, struct ost_repo **ret)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, suffix);
	return ost_repo_open(ret, path);
}

static void work_trees_open(void **state)
{
	struct ost_repo *r;
	char hex[OST_HEX_SIZE];

	sh("cd \"$1\"; git clone -q -b main . wt; git -C wt config extensions.worktreeConfig true;"
	   "git -C wt config core.repositoryformatversion 1;"
	   "git -C wt worktree add -q ../linked v1.0");
	assert_ok(open_other("wt/drivers", &r));
	assert_non_null(ost_repo_info(r)->work_tree);
	assert_false(ost_repo_info(r)->is_shallow);
	assert_false(ost_repo_info(r)->is_partial);
	ost_repo_destroy(r);
	assert_ok(open_other("linked", &r));
	assert_ok(ost_repo_resolve(r, "HEAD", hex));
	assert_string_equal(hex, "75f175ce4a3d6ef2e659ded03d6c82a1497994b0");
	assert_string_not_equal(ost_repo_info(r)->git_dir, ost_repo_info(r)->common_dir);
	ost_repo_destroy(r);
}

static void shallow_and_partial_are_known(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_repo *r;
	struct ost_commit c;
	char hex[OST_HEX_SIZE];

	sh("cd \"$1\"; git clone -q --depth 2 -b linux-5.10.y file://$PWD shallow.git;"
	   "git config uploadpack.allowFilter true;"
	   "git clone -q --no-checkout --filter=blob:none -b main file://$PWD partial.git");
	assert_ok(open_other("shallow.git", &r));
	assert_true(ost_repo_info(r)->is_shallow);
	assert_err(ost_repo_resolve(r, "main~5", hex), OST_ERR_INPUT, "unshallow");
	ost_repo_destroy(r);
	sh("cd \"$1\"; git clone -q --depth 1 -b linux-5.10.y file://$PWD shallow1.git");
	assert_ok(open_other("shallow1.git", &r));
	assert_ok(ost_commit_read(&c, &a, r, "HEAD"));
	assert_true(c.is_boundary);
	assert_int_equal(c.nr_parents, 0);
	ost_repo_destroy(r);
	assert_ok(open_other("partial.git", &r));
	assert_true(ost_repo_info(r)->is_partial);
	OST_BUF b = OST_BUF_INIT;
	assert_err(ost_repo_read_path(r, "main", "Makefile", &b), OST_ERR_INPUT, "partial clone");
	ost_repo_destroy(r);
	ost_arena_deinit(&a);
}

static void bad_repositories_get_one_line(void **state)
{
	struct ost_repo *r = NULL;

	sh("cd \"$1\"; git init -q --bare --object-format=sha256 sha256.git; mkdir empty;"
	   "git init -q --bare corrupt.git; echo garbage >corrupt.git/HEAD;"
	   "echo '[core' >corrupt.git/config");
	assert_err(open_other("sha256.git", &r), OST_ERR_INPUT, "not supported");
	assert_err(open_other("corrupt.git", &r), OST_ERR_INPUT, "");
	assert_err(open_other("nothing", &r), OST_ERR_INPUT, "no such file");
	assert_err(ost_repo_open(&r, "/proc/self"), OST_ERR_INPUT, "not a git repository");
	assert_err(ost_repo_open(&r, "/proc/self"), OST_ERR_INPUT, "name one with --repo");
	assert_err(ost_repo_open(&r, "/nowhere"), OST_ERR_INPUT, "with --repo");
	assert_null(r);
}

/* ---- changes ---- */

static const struct ost_file_change *file_named(const struct ost_change *c, const char *path)
{
	uint32_t i;

	for (i = 0; i < c->nr_files; i++)
		if (!strcmp(c->files[i].new_path, path))
			return &c->files[i];
	fail_msg("no file %s", path);
	return NULL;
}

static void commits_become_changes(void **state)
{
	struct ost_diff_options copies = { .find_copies = true };
	struct ost_arena a = OST_ARENA_INIT;
	const struct ost_file_change *f;
	struct ost_change c;

	assert_ok(ost_change_from_commit(&c, &a, repo, "v1.0", NULL));
	assert_int_equal(c.nr_files, 4);
	assert_int_equal(c.nr_added, 65);
	assert_int_equal(file_named(&c, "scripts/run.sh")->status, OST_FILE_ADDED);
	assert_int_equal(file_named(&c, "scripts/run.sh")->new_mode, 0100755);
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~6", NULL));
	assert_int_equal(c.nr_files, 1);
	assert_int_equal(c.nr_removed, 2);
	assert_string_equal(c.files[0].hunks[0].lines[3].text, "\tmutex_lock(&c->lock);");
	assert_int_equal(c.files[0].hunks[0].lines[3].old_line, 14);
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~5", NULL));
	f = file_named(&c, "lib/helper.c");
	assert_int_equal(f->status, OST_FILE_RENAMED);
	assert_string_equal(f->old_path, "drivers/helper.c");
	assert_int_equal(f->similarity, 95);
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~4", NULL));
	assert_int_equal(file_named(&c, "sub")->new_mode, 0160000);
	assert_int_equal(file_named(&c, "link")->new_mode, 0120000);
	assert_true(file_named(&c, "data.bin")->is_binary);
	assert_int_equal(file_named(&c, "odd \"name.c")->nr_added, 1);
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~3", NULL));
	assert_int_equal(file_named(&c, "scripts/run.sh")->status, OST_FILE_MODE);
	assert_int_equal(strlen(file_named(&c, "scripts/run.sh")->new_blob), 40);
	f = file_named(&c, "Makefile");
	assert_true(f->hunks[0].lines[1].no_newline);
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~2", NULL));
	assert_int_equal(c.nr_files, 1);
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~1", &copies));
	assert_int_equal(file_named(&c, "lib/helper_copy.c")->status, OST_FILE_COPIED);
	assert_int_equal(strlen(file_named(&c, "lib/helper_copy.c")->old_blob), 40);
	ost_arena_deinit(&a);
}

static void many_commits_are_read_at_once(void **state)
{
	static const char *const revs[] = { "v1.0", "main~2", "main~1", "main~5", "main~6" };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_change many[5], one;
	char hex[5][OST_HEX_SIZE];
	const char *ids[5];
	uint32_t i, k;

	for (i = 0; i < 5; i++) {
		assert_ok(ost_repo_resolve(repo, revs[i], hex[i]));
		ids[i] = hex[i];
	}
	assert_ok(ost_changes_from_commits(many, &a, repo, ids, 5, NULL));
	for (i = 0; i < 5; i++) {
		assert_ok(ost_change_from_commit(&one, &a, repo, ids[i], NULL));
		assert_int_equal(many[i].nr_files, one.nr_files);
		assert_int_equal(many[i].nr_added, one.nr_added);
		for (k = 0; k < one.nr_files; k++) {
			assert_string_equal(many[i].files[k].old_path, one.files[k].old_path);
			assert_int_equal(many[i].files[k].status, one.files[k].status);
			assert_string_equal(many[i].files[k].new_blob, one.files[k].new_blob);
		}
	}
	ost_arena_deinit(&a);
}

static struct ost_err *parse(struct ost_change *c, struct ost_arena *a, const char *text)
{
	return ost_change_parse(c, a, "test", text, strlen(text));
}

static void good_diffs(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_change c;

	assert_ok(parse(&c, &a, "Just words.\n--- \nno diff\n"));
	assert_int_equal(c.nr_files, 0);
	assert_ok(parse(&c, &a, ""));
	assert_int_equal(c.nr_files, 0);
	/* a plain diff of two folders, with dates, a new file and a deleted one */
	assert_ok(parse(&c, &a,
			"diff -urN linux.orig/fs/a.c linux/fs/a.c\n"
			"--- linux.orig/fs/a.c\t2020-01-01 00:00:00\n+++ linux/fs/a.c\t2021-01-01\n"
			"@@ -1,2 +1,2 @@ int f(void)\n a\n--- x\n++++ y\n"
			"--- /dev/null\n+++ linux/fs/new.c\n@@ -0,0 +1 @@\n+x\n"
			"--- linux.orig/fs/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"));
	assert_int_equal(c.nr_files, 3);
	assert_string_equal(c.files[0].new_path, "fs/a.c");
	assert_string_equal(c.files[0].hunks[0].section, "int f(void)");
	assert_string_equal(c.files[0].hunks[0].lines[1].text, "-- x");
	assert_string_equal(c.files[0].hunks[0].lines[2].text, "+++ y");
	assert_string_equal(c.files[1].new_path, "fs/new.c");
	assert_int_equal(c.files[1].status, OST_FILE_ADDED);
	assert_string_equal(c.files[2].old_path, "fs/old.c");
	assert_int_equal(c.files[2].status, OST_FILE_DELETED);
	assert_null(c.damage);
	/* names with blanks, without prefix, quoted */
	assert_ok(parse(&c, &a,
			"diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n"
			"diff --git net/a.c net/a.c\n--- net/a.c\n+++ net/a.c\n@@ -1 +1 @@\n-a\n+b\n"
			"diff --git \"a/\\303\\274\\\"\" \"b/\\303\\274\\\"\"\nold mode 100644\n"
			"new mode 100755\n"));
	assert_int_equal(c.nr_files, 3);
	assert_string_equal(c.files[0].new_path, "x y");
	assert_int_equal(c.files[0].status, OST_FILE_MODE);
	assert_string_equal(c.files[1].new_path, "net/a.c");
	assert_string_equal(c.files[2].new_path, "\303\274\"");
	/* CRLF on the way, an empty context line, no newline at end */
	assert_ok(parse(&c, &a,
			"diff --git a/x b/x\r\n--- a/x\r\n+++ b/x\r\n@@ -1,3 +1,3 @@\r\n a\r\n\r\n"
			"-b\r\n\\ No newline at end of file\r\n+c\r\n-- \r\n2.39.5\r\n"));
	assert_int_equal(c.nr_removed, 1);
	assert_string_equal(c.files[0].hunks[0].lines[2].text, "b");
	assert_true(c.files[0].hunks[0].lines[2].no_newline);
	assert_false(c.files[0].hunks[0].lines[3].no_newline);
	assert_null(c.damage);
	/* a file with CRLF of its own */
	assert_ok(parse(&c, &a, "--- a/x\n+++ b/x\n@@ -1 +1 @@ f()\n-b\r\n+c\r\n"));
	assert_string_equal(c.files[0].hunks[0].lines[0].text, "b\r");
	ost_arena_deinit(&a);
}

static void bad_diffs(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_change c;

	assert_err(parse(&c, &a, "diff --cc a.c\n"), OST_ERR_INPUT, "combined diff");
	assert_err(parse(&c, &a, "--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n"),
		   OST_ERR_INPUT, "'..'");
	assert_err(parse(&c, &a, "--- /etc/x\n+++ /etc/x\n@@ -1 +1 @@\n-a\n+b\n"),
		   OST_ERR_INPUT, "absolute");
	assert_err(parse(&c, &a, "diff --git a/.git/hooks/x b/.git/hooks/x\nold mode 100644\n"),
		   OST_ERR_INPUT, ".git");
	assert_err(parse(&c, &a, "diff --git \"a/x\\n\" \"b/x\\n\"\nold mode 100644\n"),
		   OST_ERR_INPUT, "control");
	assert_err(parse(&c, &a, "diff --git a/x b/x\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n"),
		   OST_ERR_INPUT, "differ");
	assert_err(parse(&c, &a, "diff --git a/x b/y\nindex 1..2\n"), OST_ERR_INPUT, "told apart");
	/* truncated, wrapped, more than said: read as far as it goes, and said */
	assert_ok(parse(&c, &a, "--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n-b\n+c\n-- \n2.39\n"));
	assert_true(c.is_truncated);
	assert_int_equal(c.nr_removed, 1);
	assert_non_null(strstr(c.damage, "line 7"));
	assert_ok(parse(&c, &a, "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a long line\nwrapped\n-b\n"
				"@@ -9 +9 @@\n-y\n+z\n"));
	assert_true(c.is_truncated);
	assert_int_equal(c.files[0].nr_hunks, 2);
	assert_ok(parse(&c, &a, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n+d\n"));
	assert_false(c.is_truncated);
	assert_non_null(strstr(c.damage, "more lines"));
	assert_ok(ost_change_parse(&c, &a, "nul", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\0c\n+d\n",
				   36));
	assert_non_null(strstr(c.damage, "NUL"));
	assert_int_equal(c.files[0].hunks[0].lines[0].len, 3);
	ost_arena_deinit(&a);
}

/* ---- trailers ---- */

static void trailers_have_lines_and_notes(void **state)
{
	static const char msg[] = "core: fix\n\nText: is not\na block\n\n"
		"Fixes: 0123456789ab (\"core\")\nCc: stable@vger.kernel.org # 6.1+\n"
		"[committer: typo]\nSigned-off-by: B Other\n <other@example.org>\n";
	struct ost_arena a = OST_ARENA_INIT;
	const struct ost_trailer *item;
	struct ost_trailers t;
	size_t pos = 0;

	ost_trailers_parse(&t, &a, msg, strlen(msg), OST_TRAILERS_NO_DIVIDER);
	assert_int_equal(t.nr, 4);
	assert_int_equal(t.first_line, 6);
	item = ost_trailers_next(&t, "cc", &pos);
	assert_string_equal(item->value, "stable@vger.kernel.org # 6.1+");
	assert_int_equal(item->line, 7);
	assert_string_equal(t.items[2].token, "");
	assert_string_equal(t.items[2].value, "[committer: typo]");
	assert_string_equal(t.items[3].value, "B Other <other@example.org>");
	assert_int_equal(t.items[3].nr_lines, 2);
	assert_null(ost_trailers_next(&t, "cc", &pos));
	ost_trailers_parse(&t, &a, "Signed-off-by: title\n", 21, 0);
	assert_int_equal(t.nr, 0);
	ost_arena_deinit(&a);
}

/* ---- whole trees ---- */

struct seen {
	size_t bytes[16], nr_missing;
};

static bool note_blob(void *ctx, size_t item, unsigned worker, const char *data, size_t len,
		      const char *why)
{
	struct seen *seen = ctx;

	seen->bytes[item] = len;
	if (!data) {
		assert_string_equal(why, "missing");
		__atomic_add_fetch(&seen->nr_missing, 1, __ATOMIC_RELAXED);
	}
	return true;
}

/* The same entries as by looking at each, for each folder and for what is none. */
static void folders_are_found_by_halving(const struct ost_tree_list *l)
{
	static const char *const folders[] = { "drivers", "driver", "drivers/c", "a", "zz", "Makefile", "lib", "" };
	size_t i, k, begin, end, n;

	for (i = 0; i < OST_ARRAY_SIZE(folders); i++) {
		begin = ost_tree_under(l, folders[i], &end);
		assert_true(begin <= end && end <= l->nr);
		n = strlen(folders[i]);
		for (k = 0; k < l->nr; k++)
			assert_int_equal(k >= begin && k < end,
					 !n || (!strncmp(l->entries[k].path, folders[i], n) && l->entries[k].path[n] == '/'));
	}
}

static void trees_are_listed_and_read(void **state)
{
	static const char *const some[] = { "drivers", "Makefile", "nowhere", NULL };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_tree_list l;
	struct ost_oid ids[3];
	struct seen seen = { .nr_missing = 0 };

	assert_ok(ost_tree_list(&l, &a, repo, "main~4", NULL));
	assert_int_equal(l.nr, 9);
	assert_int_equal(l.nr_missing, 0);
	assert_string_equal(l.entries[0].path, "Makefile");
	assert_string_equal(l.entries[2].path, "drivers/core.c");
	folders_are_found_by_halving(&l);
	assert_ok(ost_tree_list(&l, &a, repo, "main", some));
	assert_int_equal(l.nr, 3);
	assert_string_equal(l.entries[2].path, "Makefile");
	ids[0] = l.entries[0].id;
	ids[1] = l.entries[2].id;
	memset(&ids[2], 0x5a, sizeof(ids[2]));
	assert_ok(ost_blobs_read(repo, 2, ids, 3, note_blob, &seen));
	assert_int_equal(seen.bytes[1], 24);
	assert_int_equal(seen.nr_missing, 1);
	ost_arena_deinit(&a);
}

static void trees_are_lent(void **state)
{
	const struct ost_tree_list *l, *again, *other;
	uint32_t at = 0;
	int i;

	assert_ok(ost_tree_borrow(&l, repo, "main~4"));
	assert_int_equal(l->nr, 9);
	assert_ok(ost_tree_borrow(&again, repo, "main~4^{commit}"));
	assert_ptr_equal(l, again);
	assert_string_equal(ost_tree_ending(l, "core.c", &at), "drivers/core.c");
	assert_null(ost_tree_ending(l, "core.c", &at));
	at = 0;
	assert_string_equal(ost_tree_ending(l, "drivers/core.c", &at) ? "found" : "not below a folder", "not below a folder");
	/* held while others come and go */
	for (i = 0; i < 2 * OST_TREES_KEPT; i++) {
		char rev[16];

		snprintf(rev, sizeof(rev), "main~%d", i);
		assert_ok(ost_tree_borrow(&other, repo, rev));
		ost_tree_return(other);
	}
	assert_string_equal(l->entries[0].path, "Makefile");
	ost_tree_return(again);
	ost_tree_return(l);
	ost_tree_return(NULL);
	assert_err(ost_tree_borrow(&l, repo, "nowhere"), OST_ERR_INPUT, "no such");
}

/* ---- history ---- */

static void logs_and_ancestry(void **state)
{
	static const char *const helper[] = { "lib/helper.c", "drivers/helper.c", NULL };
	struct ost_log_query q = { .rev = "main", .paths = helper };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_log log;
	size_t nr;
	bool is;

	assert_ok(ost_log(&log, &a, repo, &q));
	assert_int_equal(log.nr, 3);
	assert_false(log.is_cut);
	assert_string_equal(log.entries[1].subject, "helper: move to lib");
	assert_int_equal(log.entries[1].author_time, 1700002000);
	assert_int_equal(log.entries[2].nr_parents, 0);
	q.limit = 2;
	assert_ok(ost_log(&log, &a, repo, &q));
	assert_int_equal(log.nr, 2);
	assert_true(log.is_cut);
	q = (struct ost_log_query){ .rev = "main", .not_rev = "v1.0", .author = "OTHER@example.org" };
	assert_ok(ost_log_count(&nr, repo, &q));
	assert_int_equal(nr, 1);
	q.author = "ther@example.org";
	assert_ok(ost_log_count(&nr, repo, &q));
	assert_int_equal(nr, 0);
	assert_ok(ost_is_ancestor(&is, repo, "v1.0", "main"));
	assert_true(is);
	assert_ok(ost_is_ancestor(&is, repo, "main", "v1.0"));
	assert_false(is);
	assert_ok(ost_is_ancestor(&is, repo, "main", "main"));
	assert_true(is);
	ost_arena_deinit(&a);
}

/* Every pair of commits, in one number; git itself is not there to be asked when `no_git`. */
static unsigned ancestry_of_all(struct ost_repo *r, bool no_git)
{
	static const char *const revs[] = { "main", "main~1", "main~2", "main~3", "main~5", "side", "v1.0", "octopus", "octopus^3",
					    "alone", "linux-5.4.y", "linux-6.1.y" };
	char hex[OST_ARRAY_SIZE(revs)][OST_HEX_SIZE], *path = strdup(getenv("PATH"));
	unsigned sum = 0;
	size_t i, k;
	bool is;

	for (i = 0; i < OST_ARRAY_SIZE(revs); i++)
		assert_ok(ost_repo_resolve(r, revs[i], hex[i]));
	if (no_git)
		setenv("PATH", "/nonexistent", 1);
	for (i = 0; i < OST_ARRAY_SIZE(revs); i++)
		for (k = 0; k < OST_ARRAY_SIZE(revs); k++) {
			assert_ok(ost_is_ancestor(&is, r, hex[i], hex[k]));
			sum = sum * 31 + is;
			assert_ok(ost_have_common(&is, r, hex[i], hex[k]));
			sum = sum * 31 + is;
		}
	setenv("PATH", path, 1);
	free(path);
	return sum;
}

static struct ost_repo *with_graph(const char *cache)
{
	struct ost_repo *r;

	assert_ok(ost_repo_open(&r, dir));
	ost_repo_set_cache(r, cache);
	return r;
}

/* The whole graph with three bytes of it made 0xff where ours is looked for. */
static void damage_graph(struct ost_arena *a, int at)
{
	OST_BUF b = OST_BUF_INIT;
	glob_t g;
	FILE *f;

	assert_ok(ost_buf_read_file(&b, ost_arena_printf(a, "%s/whole", dir), 1 << 20));
	assert_true(b.len > (size_t)at + 3);
	memset(b.ptr + at, 0xff, 3);
	assert_int_equal(glob(ost_arena_printf(a, "%s/graphs/git/*/info", dir), 0, NULL, &g), 0);
	f = fopen(ost_arena_printf(a, "%s/commit-graph", g.gl_pathv[0]), "w");
	assert_non_null(f);
	fwrite(b.ptr, 1, b.len, f);
	fclose(f);
	globfree(&g);
}

/* By git, by a commit-graph alone, about a commit that is newer than it, and with bytes of it gone wrong. */
static void ancestry_is_in_the_graph(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	const char *cache = ost_arena_printf(&a, "%s/graphs", dir);
	struct ost_repo *r;
	unsigned sum;
	bool is;
	int i;

	sh("cd \"$1\"; export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b;"
	   "git branch octopus $(git commit-tree -m o -p main~3 -p side -p linux-5.4.y -p stable/linux-6.1.y main^{tree});"
	   "git branch alone $(git commit-tree -m a main^{tree})");
	sum = ancestry_of_all(repo, false);
	r = with_graph(cache);
	assert_int_equal(ancestry_of_all(r, true), sum);
	assert_int_equal(ancestry_of_all(r, true), sum);
	sh("cd \"$1\"; export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b;"
	   "git update-ref refs/newer $(git commit-tree -m n -p octopus main^{tree})");
	assert_ok(ost_is_ancestor(&is, r, "side", "refs/newer"));
	assert_true(is);
	assert_ok(ost_is_ancestor(&is, r, "refs/newer", "octopus"));
	assert_false(is);
	ost_repo_destroy(r);
	sh("cd \"$1\"; chmod u+w graphs/git/*/info/commit-graph; mv graphs/git/*/info/commit-graph whole");
	for (i = 0; i < 20; i++) {	/* what git makes of such a file is its own; we end, within the file */
		damage_graph(&a, i < 12 ? i * 10 : 1130 + (i - 12) * 120);
		r = with_graph(cache);
		ost_err_destroy(ost_is_ancestor(&is, r, "side", "octopus"));
		ost_err_destroy(ost_have_common(&is, r, "main", "alone"));
		ost_repo_destroy(r);
	}
	sh("cd \"$1\"; git update-ref -d refs/newer; git branch -q -D octopus alone; rm -rf graphs whole");
	ost_arena_deinit(&a);
}

static void check_counts(struct ost_repo *with, const char *rev, int64_t since, int64_t oldest)
{
	static const char *const authors[] = { NULL, "author@example.org", "OTHER@example.org", "thor@example.org", "" };
	size_t i, here, by_git;
	bool reaches, is_known;

	for (i = 0; i < 2 * OST_ARRAY_SIZE(authors); i++) {
		const struct ost_log_query q = { .rev = rev, .since = since, .author = authors[i / 2], .no_merges = i % 2 };

		is_known = ost_log_count_here(&here, with, &q);
		assert_ok(ost_log_count(&by_git, repo, &q));
		if (is_known)
			assert_int_equal(here, by_git);
		else
			assert_non_null(q.author);	/* the first one */
	}
	assert_true(ost_reaches_back_here(&reaches, with, rev, since));
	assert_int_equal(reaches, since >= oldest);
	assert_true(ost_reaches_back_here(&reaches, with, rev, oldest - 1));
	assert_false(reaches);
}

/* What is counted in the commit-graph is what git counts, for each commit and the time of each. */
static void counts_are_git_s(void **state)
{
	static const char *const revs[] = { "main", "main~3", "side", "linux-5.4.y", "main~7" };
	const struct ost_log_query with_paths = { .rev = "main", .paths = (const char *const[]){ "lib", NULL } };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_repo *r = with_graph(ost_arena_printf(&a, "%s/counts", dir));
	struct ost_commit commit, root;
	size_t i, k, nr;

	assert_ok(ost_commit_read(&root, &a, repo, "main~7"));
	assert_int_equal(root.nr_parents, 0);
	for (i = 0; i < OST_ARRAY_SIZE(revs); i++)
		for (k = 0; k < OST_ARRAY_SIZE(revs); k++) {
			assert_ok(ost_commit_read(&commit, &a, repo, revs[k]));
			check_counts(r, revs[i], commit.committer.when, root.committer.when);
			check_counts(r, revs[i], commit.committer.when + 1, root.committer.when);
		}
	assert_false(ost_log_count_here(&nr, r, &with_paths));
	assert_false(ost_log_count_here(&nr, repo, &(const struct ost_log_query){ .rev = "main" }));
	assert_false(ost_log_count_here(&nr, r, &(const struct ost_log_query){ .rev = "nowhere" }));
	ost_repo_destroy(r);
	ost_arena_deinit(&a);
}

/* The first releases of five revisions of the fixture, with the last tag that main has. */
static void check_releases(struct ost_repo *r, const char *main_tag)
{
	static const char *const revs[] = { "v1.0", "main~5", "side", "main~3", "main" };
	const char *tags[] = { "v1.0", "v1.1", "v1.1", "v1.1", main_tag };
	const char *paths[] = { "v1.0", "v1.1-rc1~1", "v1.1^2", "v1.1~1", main_tag };
	char hex[5][OST_HEX_SIZE];
	const char *ids[5];
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_release found[5];
	int i;

	for (i = 0; i < 5; i++) {
		assert_ok(ost_repo_resolve(r, revs[i], hex[i]));
		ids[i] = hex[i];
	}
	assert_ok(ost_first_releases(found, &a, r, ids, 5));
	for (i = 0; i < 5; i++) {
		if (!tags[i]) {
			assert_null(found[i].tag);
			assert_null(found[i].path);
			continue;
		}
		assert_string_equal(found[i].tag, tags[i]);
		assert_string_equal(found[i].path, paths[i]);
	}
	ost_arena_deinit(&a);
}

static void releases_are_found(void **state)
{
	check_releases(repo, NULL);
}

static void check_releases_anew(const char *cache, const char *main_tag)
{
	struct ost_repo *r = with_graph(cache);

	check_releases(r, main_tag);
	check_releases(r, main_tag);
	ost_repo_destroy(r);
}

/* All commits are named at once where there is a graph, and anew when a tag has come; a file that is cut is none. */
static void releases_are_kept(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	const char *cache = ost_arena_printf(&a, "%s/names", dir);

	check_releases_anew(cache, NULL);
	check_releases_anew(cache, NULL);
	sh("cd \"$1\"; test $(ls names/git/*/names-* | wc -l) = 1; git tag v1.2 main");
	check_releases_anew(cache, "v1.2");
	sh("cd \"$1\"; test $(ls names/git/*/names-* | wc -l) = 2; for f in names/git/*/names-*; do dd of=$f bs=1 seek=100 count=0 2>/dev/null; done");
	check_releases_anew(cache, "v1.2");
	sh("cd \"$1\"; git tag -d v1.2 >/dev/null; rm -rf names");
	ost_arena_deinit(&a);
}

static bool has_entry(const struct ost_tree_list *list, const struct ost_tree_entry *e)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (!strcmp(list->entries[i].path, e->path) && !ost_oid_cmp(&list->entries[i].id, &e->id))
			return true;
	return false;
}

/* Each file of each tag: the newest tag that has the same; all of a tag's: that tag; with another blob: none. */
static void tags_are_found_by_files(void **state)
{
	static const char *const tags[] = { "v1.1-rc1", "v1.1", "v1.0" };	/* git's order of versions, backwards */
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_tree_list list[3];
	struct ost_tag_file *files;
	char hex[OST_HEX_SIZE];
	const char *tag;
	size_t i, k, n, nr;

	for (i = 0; i < 3; i++)
		assert_ok(ost_tree_list(&list[i], &a, repo, tags[i], NULL));
	for (i = 0; i < 3; i++) {
		files = ost_arena_calloc(&a, list[i].nr, sizeof(*files));
		for (n = nr = 0; n < list[i].nr; n++) {
			if (list[i].entries[n].mode >> 12 != 010)	/* a link is no file */
				continue;
			ost_oid_to_hex(hex, &list[i].entries[n].id);
			files[nr] = (struct ost_tag_file){ list[i].entries[n].path, ost_arena_strndup(&a, hex, 7 + n) };
			assert_ok(ost_tag_with_files(&tag, hex, repo, &files[nr++], 1));
			for (k = 0; k < i && !has_entry(&list[k], &list[i].entries[n]); k++)
				;
			assert_string_equal(tag, tags[k]);
		}
		assert_ok(ost_tag_with_files(&tag, hex, repo, files, nr));
		assert_string_equal(tag, tags[i]);
		files[0].blob = "0123456789";
		assert_ok(ost_tag_with_files(&tag, hex, repo, files, nr));
		assert_null(tag);
	}
	ost_arena_deinit(&a);
}

static void blame_knows_roots_and_renames(void **state)
{
	struct ost_line_range ranges[] = { { 14, 20 }, { 18, 18 }, { 500, 600 } };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_blame_line *l;
	size_t nr;

	assert_ok(ost_blame(&l, &nr, &a, repo, "main", "lib/helper.c", ranges, 3));
	assert_int_equal(nr, 7);
	assert_int_equal(l[4].line, 18);
	assert_int_equal(l[4].orig_line, 18);
	assert_string_equal(l[4].path, "lib/helper.c");
	assert_false(l[4].is_boundary);
	assert_string_equal(l[0].path, "drivers/helper.c");
	assert_true(l[0].is_boundary);
	assert_string_equal(l[0].id, "75f175ce4a3d6ef2e659ded03d6c82a1497994b0");
	assert_ok(ost_blame(&l, &nr, &a, repo, "main", "lib/helper.c", ranges + 2, 1));
	assert_int_equal(nr, 0);
	assert_err(ost_blame(&l, &nr, &a, repo, "main", "nope", ranges, 1), OST_ERR_INPUT, "no such");
	ost_arena_deinit(&a);
}

static void blame_again(struct ost_repo *r)
{
	struct ost_line_range range = { 14, 20 };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_blame_line *l;
	size_t nr;

	assert_ok(ost_blame(&l, &nr, &a, r, "main", "lib/helper.c", &range, 1));
	assert_int_equal(nr, 7);
	assert_string_equal(l[0].path, "drivers/helper.c");
	assert_string_equal(l[4].path, "lib/helper.c");
	ost_arena_deinit(&a);
}

static void check_messages(struct ost_repo *r, const char *rev, size_t nr_all)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_messages *m;
	struct ost_message_hit *h;

	assert_ok(ost_messages_create(&m, r, rev, NULL));
	assert_int_equal(ost_messages_nr(m), nr_all);
	assert_int_equal(ost_messages_by_subject(m, &a, "helper: move to lib", &h), 1);
	assert_int_equal(ost_messages_by_subject(m, &a, "helper: move", &h), 0);
	assert_int_equal(ost_messages_by_id(m, &a, "75f175ce4a3", &h), 1);
	assert_string_equal(h[0].subject, "Start with a core and its helpers");
	assert_int_equal(ost_messages_mentioning(m, &a, "0123456789ab", &h), 2);
	assert_int_equal(h[0].mention, OST_MENTION_CHERRY);
	assert_int_equal(h[1].mention, OST_MENTION_FIXES);
	assert_int_equal(ost_messages_mentioning(m, &a, "0123456789ac", &h), 0);
	assert_int_equal(ost_messages_mentioning(m, &a, "abc", &h), 0);
	if (nr_all > 8) {
		assert_int_equal(ost_messages_mentioning(
			m, &a, "89abcdef0123456789abcdef0123456789abcdef", &h), 1);
		assert_int_equal(h[0].mention, OST_MENTION_UPSTREAM);
	}
	ost_messages_destroy(m);
	assert_ok(ost_messages_create(&m, r, "linux-5.4.y", "v1.0"));
	assert_int_equal(ost_messages_nr(m), 1);
	assert_int_equal(ost_messages_mentioning(m, &a, "111111111111", &h), 1);
	assert_int_equal(h[0].mention, OST_MENTION_UPSTREAM);
	ost_messages_destroy(m);
	ost_arena_deinit(&a);
}

/* The same answers without a cache, with a new one, with an old one, with a damaged one. */
/* Lines of what the boundary does not reach are as without it; the others go to a commit that it reaches. */
static void blame_ends_at_a_boundary(void **state)
{
	static const char *const paths[] = { "lib/helper.c", "drivers/core.c" };
	const struct ost_line_range all = { 1, 1000 };
	char hex[OST_HEX_SIZE], id[OST_HEX_SIZE], fork[OST_HEX_SIZE];
	const char *pair[] = { hex, id };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_blame_line *whole, *after;
	size_t nr, nr_after, i, nr_cut = 0, nr_same = 0, k;
	bool is_before;

	assert_ok(ost_repo_resolve(repo, "main~3", hex));
	for (k = 0; k < 2; k++) {
		assert_ok(ost_blame_after(&after, &nr_after, &a, repo, "main", hex, paths[k], &all, 1));
		assert_ok(ost_blame(&whole, &nr, &a, repo, "main", paths[k], &all, 1));
		assert_int_equal(nr, nr_after);
		for (i = 0; i < nr; i++) {
			assert_ok(ost_is_ancestor(&is_before, repo, whole[i].id, hex));
			if (!is_before)
				assert_string_equal(whole[i].id, after[i].id);
			nr_same += !is_before;
			nr_cut += is_before && strcmp(whole[i].id, after[i].id);
			assert_true(!is_before || after[i].is_boundary);
		}
		assert_ok(ost_blame_after(&after, &nr_after, &a, repo, "main", hex, paths[k], &all, 1));
		assert_string_equal(after[0].id, whole[0].id);	/* the whole answer is kept now */
	}
	assert_true(nr_cut && nr_same);
	assert_ok(ost_repo_resolve(repo, "main", id));
	assert_ok(ost_common_base(fork, repo, pair, 2));
	assert_string_equal(fork, hex);
	assert_ok(ost_repo_resolve(repo, "side", id));
	assert_ok(ost_repo_resolve(repo, "main~4", hex));
	assert_ok(ost_fork_point(fork, repo, "main", id));
	assert_string_equal(fork, hex);
	assert_ok(ost_fork_point(fork, repo, "main", "main"));
	assert_string_equal(fork, "main");
	ost_arena_deinit(&a);
}

static void messages_are_indexed(void **state)
{
	struct ost_repo *r;
	char cache[4096];

	check_messages(repo, "main", 9);
	snprintf(cache, sizeof(cache), "%s/cache", dir);
	assert_ok(ost_repo_open(&r, dir));
	ost_repo_set_cache(r, cache);
	sh("cd \"$1\"; git update-ref refs/heads/moving main~1; test -f cache/git/*/info/commit-graph");
	check_messages(r, "moving", 8);
	blame_again(r);
	sh("cd \"$1\"; ls cache/git/*/blame-*");
	ost_repo_destroy(r);
	assert_ok(ost_repo_open(&r, dir));
	ost_repo_set_cache(r, cache);
	blame_again(r);
	sh("cd \"$1\"; for f in cache/git/*/blame-*; do printf 'half' >$f; done");
	ost_repo_destroy(r);
	assert_ok(ost_repo_open(&r, dir));
	ost_repo_set_cache(r, cache);
	blame_again(r);
	sh("cd \"$1\"; git update-ref refs/heads/moving main; ls cache/git/*/messages-*");
	check_messages(r, "moving", 9);
	check_messages(r, "moving", 9);
	sh("cd \"$1\"; for f in cache/git/*/messages-*; do"
	   " printf x | dd of=$f bs=1 seek=300 conv=notrunc 2>/dev/null; done");
	check_messages(r, "moving", 9);
	sh("cd \"$1\"; for f in cache/git/*/messages-*; do echo >$f; done");
	check_messages(r, "moving", 9);
	ost_repo_destroy(r);
}

static bool is_kept(struct ost_repo *r, const char *kind, const char *question, const char *wanted)
{
	OST_BUF b = OST_BUF_INIT;

	return ost_kept_get(r, kind, question, &b) && !strcmp(b.ptr, wanted);
}

/* By kind and question, by another handle from the folder once, and not from a file that is cut or another question's. */
static void answers_are_kept(void **state)
{
	OST_BUF b = OST_BUF_INIT;
	struct ost_arena a = OST_ARENA_INIT;
	const char *cache = ost_arena_printf(&a, "%s/answers", dir);
	struct ost_repo *r = with_graph(cache);

	ost_buf_addstr(&b, "yes\n");
	ost_kept_put(r, "about", "one question\n", &b);
	assert_true(is_kept(r, "about", "one question\n", "yes\n"));
	assert_false(is_kept(r, "blame", "one question\n", "yes\n"));
	assert_false(is_kept(r, "about", "another one\n", "yes\n"));
	ost_repo_destroy(r);
	r = with_graph(cache);
	assert_true(is_kept(r, "about", "one question\n", "yes\n"));
	assert_false(is_kept(repo, "about", "one question\n", "yes\n"));
	sh("cd \"$1\"; f=$(ls answers/git/*/about-*); printf 'one question\\nye' >$f");
	assert_true(is_kept(r, "about", "one question\n", "yes\n"));	/* read once */
	ost_repo_destroy(r);
	r = with_graph(cache);
	assert_false(is_kept(r, "about", "one question\n", "yes\n"));
	sh("cd \"$1\"; f=$(ls answers/git/*/about-*); printf 'one answer..\\nyes\\nend\\n' >$f");
	assert_false(is_kept(r, "about", "one question\n", "yes\n"));
	ost_repo_destroy(r);
	ost_arena_deinit(&a);
}

/* ---- trials ---- */

#define CORE_HEAD "--- a/drivers/core.c\n+++ b/drivers/core.c\n"

static void try_text(struct ost_trial *t, struct ost_arena *a, const char *text, const char *rev)
{
	struct ost_change *c = ost_arena_calloc(a, 1, sizeof(*c));

	assert_ok(parse(c, a, text));
	assert_int_equal(c->is_truncated, false);
	assert_ok(ost_apply(t, a, repo, c, rev, NULL));
}

static void trials_say_how(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_change c;
	struct ost_trial t;

	/* the fix on the tree that lacks it, with the same bytes as the commit made */
	assert_ok(ost_change_from_commit(&c, &a, repo, "main~6", NULL));
	assert_ok(ost_apply(&t, &a, repo, &c, "v1.0", NULL));
	assert_int_equal(t.applies, OST_APPLIES_CLEAN);
	assert_string_equal(t.files[0].path, "drivers/core.c");
	assert_non_null(strstr(t.files[0].text, "{\n\tcancel_work_sync(&c->work);\n}"));
	assert_int_equal(t.files[0].hunks[0].line, 11);
	/* where it is already: a conflict that names the hunk, and merged as nothing new */
	assert_ok(ost_apply(&t, &a, repo, &c, "main", &(struct ost_apply_options){ .no_merge = true }));
	assert_int_equal(t.applies, OST_APPLIES_CONFLICT);
	assert_non_null(strstr(t.files[0].why, "hunk 1"));
	/* a change of a file that has moved meanwhile */
	try_text(&t, &a, "--- a/drivers/helper.c\n+++ b/drivers/helper.c\n"
		 "@@ -34,5 +34,5 @@ int helper_5(void)\n \n int helper_6(void)\n {\n-\treturn 6;\n"
		 "+\treturn 66;\n }\n", "main");
	assert_true(t.files[0].is_moved);
	assert_string_equal(t.files[0].path, "lib/helper.c");
	/* the same lines in a file of that name, but not the function: a driver that began as a copy */
	try_text(&t, &a, "--- a/drivers/helper.c\n+++ b/drivers/helper.c\n"
		 "@@ -34,5 +34,5 @@ int other_5(void)\n \n int helper_6(void)\n {\n-\treturn 6;\n"
		 "+\treturn 66;\n }\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_ABSENT);
	try_text(&t, &a, "--- a/drivers/none.c\n+++ b/drivers/none.c\n@@ -1,1 +1,1 @@\n-a\n+b\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_ABSENT);
	/* an offset is clean, another outer line is fuzz */
	try_text(&t, &a, CORE_HEAD "@@ -105,6 +105,6 @@ static int core_lock(struct core *c)\n {\n"
		 " \tmutex_lock(&c->lock);\n-\tc->users++;\n+\tc->users += 2;\n"
		 " \tmutex_unlock(&c->lock);\n \treturn 0;\n }\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_CLEAN);
	assert_int_equal(t.files[0].hunks[0].offset, -100);
	assert_string_equal(t.files[0].hunks[0].function, "static int core_lock(struct core *c)");
	try_text(&t, &a, CORE_HEAD "@@ -5,6 +5,6 @@ static int core_lock(struct core *c)\n {\n"
		 " \tmutex_lock(&c->lock);\n-\tc->users++;\n+\tc->users += 2;\n"
		 " \tmutex_unlock(&c->lock);\n \treturn 0;\n } /* other */\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_FUZZ);
	assert_int_equal(t.files[0].hunks[0].fuzz, 1);
	ost_arena_deinit(&a);
}

/* What a mailer or a re-indented branch does to a hunk is a conflict, and told apart from code that is not there. */
static void other_white_space_is_named(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_trial t;

	try_text(&t, &a, CORE_HEAD "@@ -5,6 +5,6 @@ static int core_lock(struct core *c)\n {\n"
		 "  mutex_lock(&c->lock);\n- c->users++;\n+ c->users += 2;\n"
		 "  mutex_unlock(&c->lock);\n  return 0;\n }\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_CONFLICT);
	assert_non_null(strstr(t.files[0].why, "hunk 1: its context and removed lines stand at line 5 with other white space:"
			       " the tabs of the patch became spaces"));
	/* tabs are there, others than in the branch */
	try_text(&t, &a, CORE_HEAD "@@ -5,6 +5,6 @@ static int core_lock(struct core *c)\n {\n"
		 " \t\tmutex_lock( &c->lock );\n-\t\tc->users++;\n+\t\tc->users += 2;\n"
		 " \t\tmutex_unlock(&c->lock);\n \t\treturn 0;\n }\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_CONFLICT);
	assert_non_null(strstr(t.files[0].why, "with other white space"));
	assert_null(strstr(t.files[0].why, "tabs"));
	/* nothing but white space says nothing; nor do other words */
	try_text(&t, &a, CORE_HEAD "@@ -5,3 +5,3 @@\n  \n- \n+x\n  \n", "main");
	assert_null(strstr(t.files[0].why, "white space"));
	try_text(&t, &a, CORE_HEAD "@@ -5,3 +5,3 @@\n {\n-\tmutex_trylock(&c->lock);\n+\tx;\n \tc->users++;\n", "main");
	assert_null(strstr(t.files[0].why, "white space"));
	ost_arena_deinit(&a);
}

/* Every line is like the hunk and none is in its function: one look at each, or this would not end. */
static void lines_alike_are_looked_at_once(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_image image = { 0 };
	struct ost_change c;
	OST_BUF text = OST_BUF_INIT;
	int i;

	for (i = 0; i < 1000000; i++)
		ost_buf_addstr(&text, " x\n");
	ost_image_fill(&image, text.ptr, text.len);
	assert_ok(parse(&c, &a, CORE_HEAD "@@ -500,3 +500,3 @@ int f(void)\n \tx\n-\tx\n+\ty\n \tx\n"));
	assert_null(ost_blanks_why(&a, &image, &c.files[0].hunks[0], 500000));
	assert_ok(parse(&c, &a, CORE_HEAD "@@ -500,3 +500,3 @@\n \tx\n-\tx\n+\ty\n \tx\n"));
	assert_non_null(strstr(ost_blanks_why(&a, &image, &c.files[0].hunks[0], 500000), "at line 500000 with"));
	ost_vec_deinit(&image);
	ost_arena_deinit(&a);
}

static void fuzz_in_another_function_is_a_conflict(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_trial t;

	/* made for core_start(), which is not there; core_lock() looks alike inside */
	try_text(&t, &a, CORE_HEAD "@@ -5,5 +5,5 @@ static int core_start(struct core *c)\n"
		 " \t/* start */\n \tmutex_lock(&c->lock);\n-\tc->users++;\n+\tc->users += 2;\n"
		 " \tmutex_unlock(&c->lock);\n \treturn 1;\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_CONFLICT);
	assert_non_null(strstr(t.files[0].why, "another function"));
	assert_null(t.files[0].text);
	/* the twin that may */
	try_text(&t, &a, CORE_HEAD "@@ -5,5 +5,5 @@ int core_lock(struct core *c, int flags)\n"
		 " \t/* start */\n \tmutex_lock(&c->lock);\n-\tc->users++;\n+\tc->users += 2;\n"
		 " \tmutex_unlock(&c->lock);\n \treturn 1;\n", "main");
	assert_int_equal(t.applies, OST_APPLIES_FUZZ);
	ost_arena_deinit(&a);
}

#define TWO_FUNCS "int one(void)\n{\n\treturn 1;\n}\n\n/*\n * Two.\n *\n * Returns:\n *\t0\n */\n" \
		  "int two(void)\n{\n\treturn 2;\n}\n"

/* Does the only hunk of a patch of TWO_FUNCS land behind another header than the one it was made for? */
static bool is_elsewhere(struct ost_arena *a, const char *hunk)
{
	struct ost_image image = { 0 };
	struct ost_hunk_trial trial;
	struct ost_change c;
	OST_BUF text = OST_BUF_INIT;

	ost_buf_addf(&text, CORE_HEAD "%s", hunk);
	assert_ok(parse(&c, a, text.ptr));
	ost_image_fill(&image, TWO_FUNCS, strlen(TWO_FUNCS));
	assert_true(ost_image_apply(&image, a, &c.files[0], &trial));
	ost_vec_deinit(&image);
	ost_buf_deinit(&text);
	return trial.is_elsewhere;
}

/* What stands behind the second "@@" is the last header before the hunk, whether or not that function goes on. */
static void comments_are_between_functions(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;

	assert_false(is_elsewhere(&a, "@@ -8,6 +8,6 @@ int one(void)\n  *\n  * Returns:\n- *\t0\n+ *\t2\n  */\n int two(void)\n {\n"));
	assert_false(is_elsewhere(&a, "@@ -8,4 +8,4 @@ int one(void)\n  *\n  * Returns:\n- *\t0\n+ *\t2\n  */\n"));
	/* of a function that is not the last one before it here */
	assert_true(is_elsewhere(&a, "@@ -8,4 +8,4 @@ int other(void)\n  *\n  * Returns:\n- *\t0\n+ *\t2\n  */\n"));
	ost_arena_deinit(&a);
}

static void equal_changes_are_known(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;
	char one[OST_HEX_SIZE], two[OST_HEX_SIZE];
	struct ost_change c, d;
	struct ost_change_state s;
	struct ost_trial t;

	assert_ok(ost_change_from_commit(&c, &a, repo, "main~6", NULL));
	assert_ok(ost_change_from_commit(&d, &a, repo, "linux-5.4.y", NULL));
	assert_true(ost_patch_id(one, &c));
	assert_true(ost_patch_id(two, &d));
	assert_string_equal(one, two);
	assert_ok(ost_change_state(&s, &a, repo, &c, "v1.0", 3));
	assert_int_equal(s.nr_pre, 1);
	assert_int_equal(s.nr_post, 0);
	assert_ok(ost_change_state(&s, &a, repo, &c, "main", 1));
	assert_int_equal(s.nr_pre, 0);
	assert_int_equal(s.nr_post, 1);
	ost_change_reverse(&d, &a, &c);
	assert_int_equal(d.nr_added, 2);
	assert_ok(ost_apply(&t, &a, repo, &d, "main", NULL));
	assert_int_equal(t.applies, OST_APPLIES_CLEAN);
	ost_arena_deinit(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(revisions_resolve),
		cmocka_unit_test(bad_revisions_are_named),
		cmocka_unit_test(branches_are_in_version_order),
		cmocka_unit_test(commits_are_read),
		cmocka_unit_test(paths_and_blobs),
		cmocka_unit_test(blob_ids_are_gits),
		cmocka_unit_test(git_runs_without_a_shell),
		cmocka_unit_test(work_trees_open),
		cmocka_unit_test(shallow_and_partial_are_known),
		cmocka_unit_test(bad_repositories_get_one_line),
		cmocka_unit_test(commits_become_changes),
		cmocka_unit_test(many_commits_are_read_at_once),
		cmocka_unit_test(good_diffs),
		cmocka_unit_test(bad_diffs),
		cmocka_unit_test(trailers_have_lines_and_notes),
		cmocka_unit_test(trees_are_listed_and_read),
		cmocka_unit_test(trees_are_lent),
		cmocka_unit_test(logs_and_ancestry),
		cmocka_unit_test(ancestry_is_in_the_graph),
		cmocka_unit_test(counts_are_git_s),
		cmocka_unit_test(releases_are_found),
		cmocka_unit_test(releases_are_kept),
		cmocka_unit_test(tags_are_found_by_files),
		cmocka_unit_test(blame_knows_roots_and_renames),
		cmocka_unit_test(blame_ends_at_a_boundary),
		cmocka_unit_test(messages_are_indexed),
		cmocka_unit_test(answers_are_kept),
		cmocka_unit_test(trials_say_how),
		cmocka_unit_test(other_white_space_is_named),
		cmocka_unit_test(lines_alike_are_looked_at_once),
		cmocka_unit_test(fuzz_in_another_function_is_a_conflict),
		cmocka_unit_test(comments_are_between_functions),
		cmocka_unit_test(equal_changes_are_known),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
