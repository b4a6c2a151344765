// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compiles_probe REPO REV < paths: what would be refused of these files as
 * they stand, if all their lines had been added. A kernel that is released
 * compiles, so that every line that comes out is a false "no".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "branch/module_lines.h"
#include "branch/open_records.h"
#include "branch/types.h"
#include "review/declared.h"
#include "review/unseen.h"

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

struct probe {
	struct ost_branch_question q;
	struct ost_side_files side;
	struct ost_symbols *symbols;
	struct ost_header_trees trees;
};

static void say(const char *check, const char *path, const char **what)
{
	if (*what)
		printf("%s %s: %s\n", check, path, *what);
	*what = NULL;
}

/* What the names of the file, and the headers that it includes, are refused for. */
static void check_names(struct probe *p, const struct ost_branch_file *f, struct ost_uses_check *c, const bool *added)
{
	struct ost_file_trial file = { .path = f->path, .text = f->text.ptr, .len = f->text.len };
	struct ost_trial trial = { .files = &file, .nr_files = 1 };
	struct ost_unseen u = { &p->side, &p->trees, &p->q, &trial, p->symbols };
	struct ost_unseen_file a = { &file, &f->facts, NULL, added, f->facts.lines };
	struct ost_err *err = ost_unseen_check(&u, &a, c);
	size_t i;

	say("warned", f->path, &c->warning);
	say("announced", f->path, &c->unannounced);
	if (err)
		die(err);
	say("seen", f->path, &c->trouble);
	say("fits", f->path, &c->conversion);
	for (i = 0; i < c->missing.nr; i++)
		printf("names %s:%u: %s %s\n", f->path, c->missing.items[i].line, c->missing.items[i].kind, c->missing.items[i].name);
}

static void check(struct probe *p, const char *path)
{
	struct ost_branch_file *f = ost_side_file(&p->side, path);
	struct ost_uses_check c = { .arena = &p->side.arena };
	const char *ifs;
	bool *added;
	size_t i;

	if (!f->is_there || f->is_unreadable)
		return;
	added = calloc(f->facts.lines + 2, sizeof(*added));
	for (i = 1; added && i <= f->facts.lines; i++)
		added[i] = true;
	c.is_open = !ost_declared_around(p->symbols, &p->side, path);
	ost_symbols_add(p->symbols, &f->facts, true);
	ost_open_records_add(p->symbols, &f->facts, f->open_records);
	c.ifs = ost_if_lines(&p->side.arena, f->text.ptr, f->text.len, f->facts.lines, NULL);
	ifs = ost_unbalanced_ifs(&p->side.arena, f->text.ptr, f->text.len);
	say("ifs", path, &ifs);
	ost_check_types(&c, p->symbols, &f->facts, added, f->facts.lines);
	say("types", path, &c.trouble);
	say("types", path, &c.conversion);
	check_names(p, f, &c, added);
	ost_symbols_clear_added(p->symbols);
	ost_vec_deinit(&c.missing);
	free(added);
}

int main(int argc, char **argv)
{
	struct ost_recogniser *r = ost_recogniser_create();
	struct ost_review_options options = { .repo = argc > 1 ? argv[1] : "." };
	struct ost_branches_options branches = { .repo = options.repo };
	struct ost_review_shared shared;
	struct probe p = { .q = { .shared = &shared, .options = &branches } };
	struct ost_words words;
	char path[4096], hex[OST_HEX_SIZE];
	struct ost_err *err;

	if (argc != 3)
		return 2;
	err = ost_shared_init(&shared, &options);
	if (!err)
		err = ost_repo_resolve(shared.repo, argv[2], hex);
	if (!err)
		err = ost_declared_headers(&p.trees, &branches, hex);
	if (err)
		die(err);
	p.symbols = shared_headers(argv[1], hex);
	ost_words_init(&words);
	ost_side_files_init(&p.side, shared.repo, hex, &words, r);
	while (scanf("%4095s", path) == 1)
		check(&p, path);
	ost_side_files_deinit(&p.side);
	ost_declared_headers_end(&p.trees);
	ost_symbols_destroy(p.symbols);
	ost_words_deinit(&words);
	ost_shared_deinit(&shared);
	ost_recogniser_destroy(r);
	return 0;
}
