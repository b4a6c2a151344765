// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * maintainers_tool TREE < questions: answers as get_maintainer.pl prints them.
 *
 * A line "-f PATH" asks for a path of the tree, any other line names a patch
 * file. Before each answer stands "== " and the line. Used by
 * scripts/oracle-maintainers.py only, and not installed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "review/maintainers.h"

static bool full_path(const char *tree, const char *path, char out[4096])
{
	if (path[0] == '/' || strstr(path, ".."))
		return false;
	return snprintf(out, 4096, "%s/%s", tree, path) < 4096;
}

static struct ost_err *tree_read(void *ctx, const char *path, struct ost_buf *ret_bytes, bool *ret_is_file)
{
	char full[4096];
	struct stat st;

	*ret_is_file = full_path(ctx, path, full) && !stat(full, &st) && S_ISREG(st.st_mode);
	return *ret_is_file ? ost_buf_read_file(ret_bytes, full, 256u << 20) : NULL;
}

static bool tree_is_dir(void *ctx, const char *path)
{
	char full[4096];
	struct stat st;

	return full_path(ctx, path, full) && !stat(full, &st) && S_ISDIR(st.st_mode);
}

static int fail(struct ost_err *err)
{
	fprintf(stderr, "maintainers_tool: %s: %s\n", err->what, err->why);
	ost_err_destroy(err);
	return 3;
}

static struct ost_err *ask(struct ost_maintainers *m, const char *question)
{
	struct ost_arena arena = OST_ARENA_INIT;
	OST_BUF patch = OST_BUF_INIT;
	struct ost_maint_answer answer;
	struct ost_err *err;
	size_t i;

	if (!strncmp(question, "-f ", 3)) {
		err = ost_maintainers_for_path(&answer, &arena, m, question + 3);
	} else {
		err = ost_buf_read_file(&patch, question, 256u << 20);
		if (!err)
			err = ost_maintainers_for_patch(&answer, &arena, m, patch.ptr, patch.len);
	}
	printf("== %s\n", question);
	for (i = 0; !err && i < answer.nr_entries; i++)
		printf("%s (%s)\n", answer.entries[i].email, answer.entries[i].role);
	ost_arena_deinit(&arena);
	return err;
}

int main(int argc, char **argv)
{
	struct ost_maintainers_source source = { argc == 2 ? argv[1] : NULL, tree_read, tree_is_dir, NULL };
	struct ost_maintainers *m = NULL;
	struct ost_err *err;
	char line[8192];

	if (argc != 2) {
		fputs("usage: maintainers_tool TREE < questions\n", stderr);
		return 2;
	}
	err = ost_maintainers_create(&m, &source);
	while (!err && m && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		err = ask(m, line);
	}
	if (!err && !m)
		err = ost_err_create(OST_ERR_INPUT, argv[1], NULL, "no MAINTAINERS file there");
	ost_maintainers_destroy(m);
	return err ? fail(err) : 0;
}
