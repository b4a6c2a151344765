// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * MAINTAINERS made up for the rules one by one. The answers were checked with
 * the kernel's script; scripts/oracle-maintainers.py compares with it at large.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "review/maintainers.h"

struct file {
	const char *path, *text;	/* text NULL: a folder */
};

struct tree {
	const struct file *files;	/* ended by a NULL path */
};

static const struct file *find(const struct tree *t, const char *path)
{
	const struct file *f;

	for (f = t->files; f->path; f++)
		if (!strcmp(f->path, path))
			return f;
	return NULL;
}

static struct ost_err *tree_read(void *ctx, const char *path, struct ost_buf *ret_bytes, bool *ret_is_file)
{
	const struct file *f = find(ctx, path);

	*ret_is_file = f && f->text;
	if (*ret_is_file)
		ost_buf_addstr(ret_bytes, f->text);
	return NULL;
}

static bool tree_is_dir(void *ctx, const char *path)
{
	const struct file *f = find(ctx, path);

	return f && !f->text;
}

/* The answer as the script prints it, in memory of the arena. */
static const char *ask(struct ost_arena *a, const struct file *files, const char *path, const char *patch)
{
	struct tree t = { files };
	struct ost_maintainers_source source = { &t, tree_read, tree_is_dir, NULL };
	struct ost_maintainers *m;
	struct ost_maint_answer answer;
	const char *out = "";
	size_t i;

	assert_null(ost_maintainers_create(&m, &source));
	assert_non_null(m);
	if (path)
		assert_null(ost_maintainers_for_path(&answer, a, m, path));
	else
		assert_null(ost_maintainers_for_patch(&answer, a, m, patch, strlen(patch)));
	for (i = 0; i < answer.nr_entries; i++)
		out = ost_arena_printf(a, "%s%s (%s)\n", out, answer.entries[i].email,
				       answer.entries[i].role);
	ost_maintainers_destroy(m);
	return out;
}

static const char *ask_path(struct ost_arena *a, const char *maintainers, const char *path)
{
	const struct file files[] = {
		{ "MAINTAINERS", maintainers }, { "drivers/dir", NULL }, { NULL, NULL } };

	return ask(a, files, path, NULL);
}

#define CHECK(maintainers, path, want)							\
	do {										\
		struct ost_arena a_ = OST_ARENA_INIT;					\
		assert_string_equal(ask_path(&a_, maintainers, path), want);		\
		ost_arena_deinit(&a_);							\
	} while (0)

static const char two_depths[] =
	"List of maintainers\n"
	"\tM: *Mail* patches to\n"
	"\n"
	"DRIVERS IN GENERAL\n"
	"M:\tGeneral <general@example.org>\n"
	"S:\tSupported\n"
	"F:\tdrivers/\n"
	"\n"
	"# a comment\n"
	"ONE DRIVER\n"
	"M:\tOne <one@example.org>\n"
	"R:\tTwo <two@example.org>\n"
	"L:\tone-list@example.org (moderated for non-subscribers)\n"
	"L:\tsecret@example.org (subscribers-only)\n"
	"S:\tMaintained\n"
	"F:\tdrivers/one/one.c\n"
	"\n"
	"THE REST\n"
	"M:\tLinus Torvalds <torvalds@linux-foundation.org>\n"
	"L:\tlinux-kernel@example.org\n"
	"S:\tBuried alive in reporters\n"
	"F:\t*\n"
	"F:\t*/\n";

static void the_deeper_section_comes_first(void **state)
{
	CHECK(two_depths, "drivers/one/one.c",
	      "One <one@example.org> (maintainer:ONE DRIVER)\n"
	      "Two <two@example.org> (reviewer:ONE DRIVER)\n"
	      "General <general@example.org> (supporter:DRIVERS IN GENERAL)\n"
	      "one-list@example.org (moderated list:ONE DRIVER)\n"
	      "linux-kernel@example.org (open list)\n");
}

static void the_rest_answers_for_everything(void **state)
{
	CHECK(two_depths, "README", "linux-kernel@example.org (open list)\n");
	CHECK(two_depths, "lib/x/y.c", "linux-kernel@example.org (open list)\n");
}

#define SECTION(patterns) "A\nM:\ta@example.org\nS:\tOdd Fixes\n" patterns
#define ANSWER "a@example.org (odd fixer:A)\n"

static void folders_and_files_differ(void **state)
{
	CHECK(SECTION("F:\tdrivers/net/\n"), "drivers/net/a/b.c", ANSWER);
	CHECK(SECTION("F:\tdrivers/net/\n"), "drivers/net.c", "");
	CHECK(SECTION("F:\tdrivers/net/*\n"), "drivers/net/a.c", ANSWER);
	CHECK(SECTION("F:\tdrivers/net/*\n"), "drivers/net/a/b.c", "");
	CHECK(SECTION("F:\tdrivers/net\n"), "drivers/net/a.c", "");
	/* a folder named without its slash */
	CHECK(SECTION("F:\tdrivers/dir\n"), "drivers/dir/a.c", ANSWER);
	CHECK(SECTION("F:\tdrivers/dir\n"), "drivers/dir.c", "");
	/* the end is open */
	CHECK(SECTION("F:\tdrivers/a.c\n"), "drivers/a.cc", ANSWER);
	CHECK(SECTION("F:\tdrivers/a.c\n"), "drivers/abc", "");
}

static void globs_are_those_of_the_script(void **state)
{
	CHECK(SECTION("F:\tdrivers/*/a?.[ch]\n"), "drivers/net/ab.h", ANSWER);
	CHECK(SECTION("F:\tdrivers/*/a?.[ch]\n"), "drivers/net/abb.h", "");
	CHECK(SECTION("F:\tdrivers/*/a?.[ch]\n"), "drivers/net/x/ab.h", "");
	CHECK(SECTION("F:\tsound/da[79]*.txt\n"), "sound/da7213.txt", ANSWER);
	CHECK(SECTION("F:\tsound/da[79]*.txt\n"), "sound/da8.txt", "");
	CHECK(SECTION("F:\t*/net/a*\n"), "x/net/ab", ANSWER);
}

static void exclusion_wins_in_its_section(void **state)
{
	CHECK(SECTION("F:\tdrivers/\nX:\tdrivers/net/\n"), "drivers/a.c", ANSWER);
	CHECK(SECTION("F:\tdrivers/\nX:\tdrivers/net/\n"), "drivers/net/a.c", "");
	CHECK(SECTION("N:\tnet\nX:\tdrivers/net/\n"), "drivers/net/a.c", "");
}

static void names_are_perl_expressions(void **state)
{
	CHECK(SECTION("N:\t[^a-z]tegra\n"), "drivers/x-tegra.c", ANSWER);
	CHECK(SECTION("N:\t[^a-z]tegra\n"), "drivers/xtegra.c", "");
	CHECK(SECTION("N:\t^.*/vdso/[^/]*getrandom[^/]+$\n"), "arch/x/vdso/vgetrandom.c", ANSWER);
	CHECK(SECTION("N:\t(?i)PidFD\n"), "fs/pidfd.c", ANSWER);
}

static void the_last_match_gives_the_depth(void **state)
{
	static const char text[] =
		"A\nM:\ta@example.org\nS:\tMaintained\nF:\tdrivers/net/x/\nN:\tnet\n\n"
		"B\nM:\tb@example.org\nS:\tMaintained\nF:\tdrivers/\n";

	CHECK(text, "drivers/net/x/a.c",
	      "b@example.org (maintainer:B)\na@example.org (maintainer:A)\n");
}

static void one_person_one_line(void **state)
{
	static const char text[] =
		"A\nM:\tAn Other <an@example.org>\nM:\tan other <home@example.org>\n"
		"M:\t\"Who\" <AN@example.org>\nS:\tMaintained\nF:\tx/\n";

	CHECK(text, "x/y", "An Other <an@example.org> (maintainer:A)\n");
}

static void names_are_quoted_where_needed(void **state)
{
	static const char text[] =
		"A\nM:\t\"Lee, Chun-Yi\" <a@example.org>\nM:\tEnrico, metux <b@example.org>\n"
		"M:\tJ. R. <c@example.org> (RDMA, other)\nM:\td@example.org, e@example.org\n"
		"S:\tOrphan\nF:\tx/\n";

	CHECK(text, "x/y",
	      "\"Lee, Chun-Yi\" <a@example.org> (orphan minder:A)\n"
	      "\"Enrico, metux\" <b@example.org> (orphan minder:A)\n"
	      "\"J. R.\" <c@example.org> (orphan minder:A)\n"
	      "d@example.org (orphan minder:A)\n"
	      "e@example.org (orphan minder:A)\n");
}

static void long_titles_are_cut(void **state)
{
	CHECK("A TITLE OF MORE THAN FIFTY CHARACTERS, COUNTED   ONE BY ONE\n"
	      "M:\ta@example.org\nF:\tx\n", "x",
	      "a@example.org (unknown:A TITLE OF MORE THAN FIFTY CHARACTERS, COUNTED...)\n");
}

static const struct file with_extras[] = {
	{ "MAINTAINERS", SECTION("F:\tDoc/\n") "\nK\nM:\tK <k@example.org>\nL:\tk-list@example.org\n"
			 "S:\tMaintained\nF:\tk/\nK:\tmacsec|\\bmdo_\n" },
	{ ".mailmap", "New Name <a@example.org> # comment\n<new@example.org> <k@example.org>\n"
		      "R <r@example.org> Wrong <w@example.org>\n" },
	{ "Doc/a.yaml", "maintainers:\n  - J. R. Hacker <j@example.org>\n  - Wrong <w@example.org>\n"
			"  - Very Long Family Name <long@example.org>\n  - K <k@example.org>\n" },
	{ "scripts/get_maintainer.pl", "keywords-in-file" },
	{ NULL, NULL },
};

static void mailmap_and_addresses_in_bindings(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;

	assert_string_equal(ask(&a, with_extras, "Doc/a.yaml", NULL),
			    "New Name <a@example.org> (odd fixer:A)\n"
			    "\"J. R. Hacker\" <j@example.org> (in file)\n"
			    "R <r@example.org> (in file)\n"
			    "Family Name <long@example.org> (in file)\n"
			    "K <new@example.org> (in file)\n");
	ost_arena_deinit(&a);
}

#define DIFF(line) "diff --git a/q/x.c b/q/x.c\n--- a/q/x.c\n+++ b/q/x.c\n@@ -1,2 +1,2 @@ f\n" line
#define K_ANSWER "K <new@example.org> (maintainer:K:Keyword:macsec|\\bmdo_)\n" \
		 "k-list@example.org (open list:K:Keyword:macsec|\\bmdo_)\n"

static void keywords_count_in_message_and_changed_lines(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;

	assert_string_equal(ask(&a, with_extras, NULL, DIFF("+a macsec b\n")), K_ANSWER);
	assert_string_equal(ask(&a, with_extras, NULL, DIFF(" a macsec b\n")), "");
	/* the second alternative is not bound to changed lines */
	assert_string_equal(ask(&a, with_extras, NULL, DIFF(" a mdo_b\n")), K_ANSWER);
	assert_string_equal(ask(&a, with_extras, NULL, "about macsec\n" DIFF("+x\n")), K_ANSWER);
	assert_string_equal(ask(&a, with_extras, NULL, DIFF("+x\n")), "");
	assert_string_equal(ask(&a, with_extras, "k/macsec.c", NULL),
			    "K <new@example.org> (maintainer:K)\nk-list@example.org (open list:K)\n");
	ost_arena_deinit(&a);
}

static void a_patch_is_all_its_files(void **state)
{
	static const char patch[] =
		" mode change 100644 => 100755 Doc/tool\n"
		"diff --git a/old.c b/k/new.c\nrename from old.c\nrename to k/new.c\n";
	struct ost_arena a = OST_ARENA_INIT;

	assert_string_equal(ask(&a, with_extras, NULL, patch),
			    "New Name <a@example.org> (odd fixer:A)\n"
			    "K <new@example.org> (maintainer:K)\n"
			    "k-list@example.org (open list:K)\n");
	ost_arena_deinit(&a);
}

static void older_trees_get_the_older_answer(void **state)
{
	static const struct file old[] = {
		{ "MAINTAINERS", SECTION("K:\tmacsec\n") }, { "x.c", "int macsec;\n" },
		{ "scripts/get_maintainer.pl", "keywords" }, { NULL, NULL } };
	struct ost_arena a = OST_ARENA_INIT;

	assert_string_equal(ask(&a, old, "x.c", NULL), ANSWER);
	assert_string_equal(ask(&a, old, NULL, "a macsec\n"), ANSWER);
	ost_arena_deinit(&a);
}

static void bad_expressions_are_counted(void **state)
{
	static const struct file files[] = {
		{ "MAINTAINERS", SECTION("N:\t(unclosed\nN:\t\nN:\t(a+)+$\nF:\tx\n") }, { NULL, NULL } };
	struct tree t = { files };
	struct ost_maintainers_source source = { &t, tree_read, NULL, NULL };
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_maint_answer answer;
	struct ost_maintainers *m;
	int i;

	assert_null(ost_maintainers_create(&m, &source));
	for (i = 0; i < 10; i++)
		assert_null(ost_maintainers_for_path(&answer, &a, m,
						     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
	assert_int_equal(answer.nr_entries, 0);
	assert_int_equal(ost_maintainers_nr_bad(m), 3);
	ost_maintainers_destroy(m);
	ost_arena_deinit(&a);
}

static void sections_know_their_lines(void **state)
{
	static const struct file files[] = { { "MAINTAINERS", two_depths }, { NULL, NULL } };
	struct tree t = { files };
	struct ost_maintainers_source source = { &t, tree_read, tree_is_dir, NULL };
	const struct ost_maint_section *s;
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_maint_answer answer;
	struct ost_maint_place *places;
	struct ost_maintainers *m;
	size_t nr;

	assert_null(ost_maintainers_create(&m, &source));
	assert_int_equal(ost_maintainers_nr_sections(m), 3);
	s = ost_maintainers_section(m, 1);
	assert_string_equal(s->title, "ONE DRIVER");
	assert_string_equal(s->status, "Maintained");
	assert_int_equal(s->first_line, 10);
	assert_int_equal(s->last_line, 16);
	assert_null(ost_maintainers_for_path(&answer, &a, m, "drivers/one/one.c"));
	assert_int_equal(answer.nr_matches, 3);
	assert_int_equal(answer.matches[0].line, 16);
	assert_int_equal(answer.matches[0].depth, 3);
	assert_int_equal(answer.matches[2].depth, -1);
	assert_int_equal(answer.entries[1].line, 12);
	ost_maintainers_places_of(&places, &nr, &a, m, NULL, "TWO@example.org");
	assert_int_equal(nr, 1);
	assert_int_equal(places[0].kind, 'R');
	assert_int_equal(places[0].line, 12);
	ost_maintainers_places_of(&places, &nr, &a, m, "one", "elsewhere@example.org");
	assert_int_equal(nr, 1);
	ost_maintainers_places_of(&places, &nr, &a, m, NULL, "nobody@example.org");
	assert_int_equal(nr, 0);
	ost_maintainers_destroy(m);
	ost_arena_deinit(&a);
}

static void a_tree_without_the_file_has_no_answer(void **state)
{
	static const struct file none[] = { { NULL, NULL } };
	struct tree t = { none };
	struct ost_maintainers_source source = { &t, tree_read, tree_is_dir, NULL };
	struct ost_maintainers *m;

	assert_null(ost_maintainers_create(&m, &source));
	assert_null(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_deeper_section_comes_first),
		cmocka_unit_test(the_rest_answers_for_everything),
		cmocka_unit_test(folders_and_files_differ),
		cmocka_unit_test(globs_are_those_of_the_script),
		cmocka_unit_test(exclusion_wins_in_its_section),
		cmocka_unit_test(names_are_perl_expressions),
		cmocka_unit_test(the_last_match_gives_the_depth),
		cmocka_unit_test(one_person_one_line),
		cmocka_unit_test(names_are_quoted_where_needed),
		cmocka_unit_test(long_titles_are_cut),
		cmocka_unit_test(mailmap_and_addresses_in_bindings),
		cmocka_unit_test(keywords_count_in_message_and_changed_lines),
		cmocka_unit_test(a_patch_is_all_its_files),
		cmocka_unit_test(older_trees_get_the_older_answer),
		cmocka_unit_test(bad_expressions_are_counted),
		cmocka_unit_test(sections_know_their_lines),
		cmocka_unit_test(a_tree_without_the_file_has_no_answer),
	};

	return cmocka_run_group_tests_name("maintainers", tests, NULL, NULL);
}
