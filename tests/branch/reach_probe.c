// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reach_probe REPO REV [CONFIG] < list: for each line, a path, prints who has
 * that file in his kernel, as one line of JSON.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "git/objects.h"
#include "kbuild/reach.h"
#include "report/json_parts.h"

static void check(struct ost_err *err)
{
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", err->what, err->why);
	ost_err_destroy(err);
	exit(3);
}

int main(int argc, char **argv)
{
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_kb_config *config = NULL;
	struct ost_reacher *reacher;
	struct ost_reach_file file;
	struct ost_tree_list list;
	struct ost_repo *repo;
	char line[4096], rev[OST_HEX_SIZE];

	if (argc < 3)
		return 2;
	check(ost_repo_open(&repo, argv[1]));
	check(ost_repo_resolve(repo, argv[2], rev));
	check(ost_tree_list(&list, &arena, repo, rev, NULL));
	if (argc > 3)
		check(ost_kb_config_read(&config, &arena, argv[3]));
	check(ost_reacher_create(&reacher, &arena, repo, &list, config));
	while (fgets(line, sizeof(line), stdin)) {
		json_t *o;

		line[strcspn(line, "\n")] = '\0';
		ost_reach_of(reacher, line, &file);
		o = ost_json_reach(&file, 1);
		json_dumpf(json_array_get(o, 0), stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(o);
	}
	ost_reacher_destroy(reacher);
	ost_repo_destroy(repo);
	ost_arena_deinit(&arena);
	return 0;
}
