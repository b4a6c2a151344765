// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compiles_probe REPO REV < paths: what would be refused of these files as
 * they stand, if all their lines had been added. A kernel that is released
 * compiles, so that every line that comes out is a false "no".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "branch/forms.h"
#include "branch/left.h"
#include "branch/open_records.h"
#include "branch/types.h"
#include "review/declared.h"

static void die(struct ost_err *err)
{
	fprintf(stderr, "%s: %s\n", err->what, err->why);
	ost_err_destroy(err);
	exit(3);
}

static struct ost_symbols *shared_headers(const char *repo, const char *rev)
{
	struct ost_branches_options o = { .repo = repo };
	struct ost_arena arena = OST_ARENA_INIT;
	struct ost_symbols *s;
	const char *why;
	struct ost_err *err = ost_declared_shared(&s, &why, &arena, &o, rev);

	if (err)
		die(err);
	if (!s)
		exit(3);
	ost_arena_deinit(&arena);
	return s;
}

static void check(struct ost_side_files *side, struct ost_symbols *s, const struct ost_header_trees *trees, const char *path)
{
	struct ost_included *included;
	struct ost_branch_file *f = ost_side_file(side, path);
	struct ost_uses_check c = { .arena = &side->arena };
	bool *added;
	size_t i;

	if (!f->is_there || f->is_unreadable)
		return;
	added = calloc(f->facts.lines + 2, sizeof(*added));
	for (i = 1; added && i <= f->facts.lines; i++)
		added[i] = true;
	c.is_open = !ost_declared_around(s, side, path);
	ost_symbols_add(s, &f->facts, true);
	ost_open_records_add(s, &f->facts, f->open_records);
	ost_check_types(&c, s, &f->facts, added, f->facts.lines);
	if (c.trouble)
		printf("types %s: %s\n", path, c.trouble);
	c.trouble = NULL;
	ost_check_forms(&c, s, &f->facts, NULL, added, f->facts.lines);
	if (c.trouble)
		printf("forms %s: %s\n", path, c.trouble);
	c.trouble = NULL;
	ost_check_left(&c, s, &f->facts, NULL, f->text.ptr, f->text.len, added, f->facts.lines);
	if (c.trouble)
		printf("left %s: %s\n", path, c.trouble);
	included = ost_included_create(side, trees, false);
	ost_included_add(included, path, &f->facts, f->text.ptr, f->text.len);
	ost_included_close(included);
	c.included = included;
	ost_check_uses(&c, s, path, &f->facts, NULL, added, f->facts.lines);
	ost_declared_otherwise(side, path, &c);
	for (i = 0; i < c.missing.nr; i++)
		printf("names %s:%u: %s %s\n", path, c.missing.items[i].line, c.missing.items[i].kind, c.missing.items[i].name);
	for (i = 0; i < c.hidden.nr; i++)
		printf("hidden %s:%u: %s %s\n", path, c.hidden.items[i].line, c.hidden.items[i].kind, c.hidden.items[i].name);
	printf("stat %s open %d doubtful %u of %u\n", path, ost_included_is_open(included), c.nr_doubtful, c.nr_uses);
	ost_included_destroy(included);
	ost_vec_deinit(&c.hidden);
	ost_symbols_clear_added(s);
	ost_vec_deinit(&c.missing);
	free(added);
}

int main(int argc, char **argv)
{
	struct ost_recogniser *r = ost_recogniser_create();
	struct ost_side_files side;
	struct ost_header_trees trees;
	struct ost_words words;
	struct ost_symbols *s;
	struct ost_repo *repo;
	char path[4096], hex[OST_HEX_SIZE];
	struct ost_err *err;

	if (argc != 3)
		return 2;
	err = ost_repo_open(&repo, argv[1]);
	if (!err)
		err = ost_repo_resolve(repo, argv[2], hex);
	if (err)
		die(err);
	s = shared_headers(argv[1], hex);
	err = ost_declared_headers(&trees, &(struct ost_branches_options){ .repo = argv[1] }, hex);
	if (err)
		die(err);
	ost_words_init(&words);
	ost_side_files_init(&side, repo, hex, &words, r);
	while (scanf("%4095s", path) == 1)
		check(&side, s, &trees, path);
	ost_side_files_deinit(&side);
	ost_declared_headers_end(&trees);
	ost_symbols_destroy(s);
	ost_words_deinit(&words);
	ost_recogniser_destroy(r);
	ost_repo_destroy(repo);
	return 0;
}
