// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * git_tool.c - prints what src/git says of commits, for scripts/oracle-git.py.
 *
 *	git_tool change REPO <ids	"commit ID", then a line a file:
 *					status, added, removed ("-" for binary), old path, new path; "patch-id"
 *	git_tool trailers REPO <ids	"commit ID", then "line<TAB>token: value"
 *	git_tool patch FILE...		as change, from patch files
 *	git_tool apply REPO <pairs	"ID REV" lines: "commit ID REV", the answer, then a line a
 *					file: answer, "moved" or "-", blob id of the result or "-",
 *					path, why
 *	git_tool apply-text REPO <pairs	the same without merges and without looking for moved files
 *
 * Fields are separated by tabs; paths cannot hold one.
 */
#include <stdio.h>
#include <string.h>

#include "git/apply.h"
#include "git/commit.h"
#include "git/equivalent.h"
#include "git/trailers.h"

static int complain(struct ost_err *err)
{
	if (!err)
		return 0;
	printf("error\t%s: %s\n", err->what, err->why);
	ost_err_destroy(err);
	return 1;
}

static void print_change(const struct ost_change *c)
{
	uint32_t i;

	for (i = 0; i < c->nr_files; i++) {
		const struct ost_file_change *f = &c->files[i];

		if (f->is_binary)
			printf("%c\t-\t-", "MADRCT"[f->status]);
		else
			printf("%c\t%u\t%u", "MADRCT"[f->status], f->nr_added, f->nr_removed);
		printf("\t%s\t%s\n", f->old_path, f->new_path);
	}
	if (c->damage)
		printf("damage\t%s\n", c->damage);
}

static void one_change(struct ost_repo *repo, const char *id)
{
	struct ost_arena arena = OST_ARENA_INIT;
	char hex[OST_HEX_SIZE];
	struct ost_change c;

	if (!complain(ost_change_from_commit(&c, &arena, repo, id, NULL))) {
		print_change(&c);
		if (ost_patch_id(hex, &c))
			printf("patch-id\t%s\n", hex);
	}
	ost_arena_deinit(&arena);
}

static void one_message(struct ost_repo *repo, const char *id)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_trailers t;
	struct ost_commit c;
	size_t i;

	if (!complain(ost_commit_read(&c, &arena, repo, id))) {
		ost_trailers_parse(&t, &arena, c.message, c.message_len, 0);
		for (i = 0; i < t.nr; i++)
			if (*t.items[i].token)
				printf("%u\t%s: %s\n", t.items[i].line, t.items[i].token,
				       t.items[i].value);
	}
	ost_arena_deinit(&arena);
}

static void one_patch(const char *path)
{
	struct ost_arena arena = OST_ARENA_INIT;
	OST_BUF text = OST_BUF_INIT;
	struct ost_change c;

	printf("commit %s\n", path);
	if (!complain(ost_buf_read_file(&text, path, (size_t)1 << 30)) &&
	    !complain(ost_change_parse(&c, &arena, path, text.ptr, text.len)))
		print_change(&c);
	ost_arena_deinit(&arena);
}

static void print_trial(const struct ost_trial *t)
{
	char hex[OST_HEX_SIZE];
	struct ost_oid oid;
	uint32_t i;

	printf("%s\n", ost_applies_name(t->applies));
	for (i = 0; i < t->nr_files; i++) {
		const struct ost_file_trial *f = &t->files[i];

		ost_blob_id(&oid, f->text ? f->text : "", f->text ? f->len : 0);
		ost_oid_to_hex(hex, &oid);
		printf("%s\t%s\t%s\t%s\t%s\n", ost_applies_name(f->applies),
		       f->is_moved ? "moved" : "-", f->text ? hex : "-", f->path,
		       f->why ? f->why : "");
	}
}

static void one_trial(struct ost_repo *repo, char *pair, bool only_text)
{
	struct ost_apply_options options = { .no_merge = only_text, .no_moves = only_text };
	struct ost_arena arena = OST_ARENA_INIT;
	char *rev = strchr(pair, ' ');
	struct ost_trial t;
	struct ost_change c;

	if (!rev)
		return;
	*rev++ = '\0';
	if (!complain(ost_change_from_commit(&c, &arena, repo, pair, NULL)) &&
	    !complain(ost_apply(&t, &arena, repo, &c, rev, &options)))
		print_trial(&t);
	ost_arena_deinit(&arena);
}

int main(int argc, char **argv)
{
	struct ost_repo *repo;
	char line[256];
	int i;

	if (argc < 3)
		return 2;
	for (i = 2; !strcmp(argv[1], "patch") && i < argc; i++)
		one_patch(argv[i]);
	if (!strcmp(argv[1], "patch"))
		return 0;
	if (complain(ost_repo_open(&repo, argv[2])))
		return 3;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		printf("commit %s\n", line);
		if (!strcmp(argv[1], "change"))
			one_change(repo, line);
		else if (!strncmp(argv[1], "apply", 5))
			one_trial(repo, line, !strcmp(argv[1], "apply-text"));
		else
			one_message(repo, line);
	}
	ost_repo_destroy(repo);
	return 0;
}
