// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * functions_tool.c - prints the functions that commits touch, for
 * scripts/oracle-functions.py.
 *
 *	functions_tool REPO <ids	"commit ID", then a line a function: path of the new side
 *					(the old one of a deleted file), name, "modified", "added" or "removed"
 *
 * Fields are separated by tabs.
 */
#include <stdio.h>
#include <string.h>

#include "git/commit.h"
#include "review/touched.h"

static struct ost_err *print_touched(struct ost_repo *repo, struct ost_recogniser *r, struct ost_arena *arena,
				     const char *id)
{
	static const char *const how[] = { "modified", "added", "removed" };
	struct ost_touched_list list;
	struct ost_texts texts;
	struct ost_change c;
	struct ost_commit k;
	struct ost_err *err;
	uint32_t i;

	ost_try(ost_commit_read(&k, arena, repo, id));
	ost_try(ost_change_from_commit(&c, arena, repo, id, NULL));
	err = ost_texts_init(&texts, arena, repo, &c, k.nr_parents ? k.parents[0] : "", id);
	if (!err)
		err = ost_touched_find(&list, arena, r, &texts);
	for (i = 0; !err && i < list.nr; i++)
		if (*list.items[i].name)
			printf("%s\t%s\t%s\n", c.files[list.items[i].file].new_path, list.items[i].name,
			       how[list.items[i].how]);
	ost_texts_deinit(&texts);
	return err;
}

static void one_commit(struct ost_repo *repo, struct ost_recogniser *r, const char *id)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_err *err;

	printf("commit %s\n", id);
	err = print_touched(repo, r, &arena, id);
	if (err)
		printf("error\t%s: %s\n", err->what, err->why);
	ost_err_destroy(err);
	ost_arena_deinit(&arena);
}

int main(int argc, char **argv)
{
	struct ost_recogniser *r = ost_recogniser_create();
	struct ost_repo *repo;
	char id[256];
	struct ost_err *err;

	err = argc == 2 ? ost_repo_open(&repo, argv[1]) : ost_err_create(OST_ERR_USAGE, "functions_tool", NULL, "REPO <ids");
	if (err) {
		fprintf(stderr, "%s: %s\n", err->what, err->why);
		ost_err_destroy(err);
		return 2;
	}
	while (fgets(id, sizeof(id), stdin)) {
		id[strcspn(id, "\n")] = '\0';
		one_commit(repo, r, id);
	}
	ost_repo_destroy(repo);
	ost_recogniser_destroy(r);
	return 0;
}
