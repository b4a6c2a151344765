// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <stdbool.h>
#include <string.h>

#include "gitrepo.h"

#include "base/utf8.h"
#include "kbuild/kernels.h"
#include "review/check.h"
#include "review/roles.h"
#include "review/texts.h"
#include "review/words.h"

/* ---- phrases and titles ---- */

static bool finds(const char *text, const char *phrase)
{
	size_t len;

	return ost_phrase_find(text, phrase, &len) != NULL;
}

static void good_phrases_are_found(void **state)
{
	assert_true(finds("a Use-After-Free here", "use after free*"));
	assert_true(finds("use after\n  free", "use after free*"));
	assert_true(finds("two deadlocks", "deadlock*"));
	assert_true(finds("deadlock", "deadlock*"));
	assert_true(finds("(UAF)", "uaf"));
	assert_true(finds("slab-use_after_free.", "slab use after free*"));
	assert_true(finds("WARN_ON_ONCE(x)", "warn_on*"));
	assert_true(finds("lockdep: _ no", "lockdep"));
}

static void bad_phrases_are_not(void **state)
{
	assert_false(finds("leaky", "leak"));
	assert_false(finds("bleak", "leak"));
	assert_false(finds("use after", "use after free*"));
	assert_false(finds("", "leak"));
	assert_false(finds("useafterfree", "use after free*"));
	assert_false(finds("? lockdep_hardirqs_on_prepare+0x273/0x3e0", "lockdep"));
	assert_false(finds("mtk_hang", "hang"));
	assert_false(finds("l\xc3\xa9" "ak", "leak"));
}

static void symptoms_and_verbs_are_read(void **state)
{
	struct ost_word_tables w;

	assert_null(ost_word_tables_init(&w));
	assert_true(w.symptoms.nr > 100 && w.verbs.nr > 100);
	assert_int_equal(ost_verb_class(&w, "Fix", 3), OST_VERB_FIX);
	assert_int_equal(ost_verb_class(&w, "fix it", 3), OST_VERB_FIX);
	assert_int_equal(ost_verb_class(&w, "frobnicate", 10), OST_VERB_UNKNOWN);
	ost_word_tables_deinit(&w);
}

static void titles_are_taken_apart(void **state)
{
	static const struct {
		const char *title, *prefix, *summary, *verb;
		enum ost_verb_class cls;
	} rows[] = {
		{ "wifi: cfg80211: lock wiphy mutex", "wifi: cfg80211", "lock wiphy mutex", "lock", OST_VERB_GUARD },
		{ "wifi: rsi_91x_usb: do not pause rfkill polling", "wifi: rsi_91x_usb", "do not pause rfkill polling", "pause", OST_VERB_GUARD },
		{ "net/mlx5e: Properly handle errors", "net/mlx5e", "Properly handle errors", "handle", OST_VERB_GUARD },
		{ "KVM: x86/mmu: fix: off by one", "KVM: x86/mmu: fix", "off by one", "off", OST_VERB_UNKNOWN },
		{ "just a sentence", "", "just a sentence", "just", OST_VERB_UNKNOWN },
		{ "Add a thing", "", "Add a thing", "Add", OST_VERB_ADD },
		{ "one two three four: fix it", "", "one two three four: fix it", "one", OST_VERB_UNKNOWN },
		{ "x:fix", "", "x:fix", "x", OST_VERB_UNKNOWN },
		{ "x: ", "", "x: ", "x", OST_VERB_UNKNOWN },
		{ "", "", "", "", OST_VERB_UNKNOWN },
	};
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_word_tables w;
	struct ost_title t;
	size_t i;

	assert_null(ost_word_tables_init(&w));
	for (i = 0; i < OST_ARRAY_SIZE(rows); i++) {
		ost_title_parse(&t, &a, &w, rows[i].title);
		assert_string_equal(t.prefix, rows[i].prefix);
		assert_string_equal(t.summary, rows[i].summary);
		assert_string_equal(t.verb, rows[i].verb);
		assert_int_equal(t.cls, rows[i].cls);
	}
	ost_title_parse(&t, &a, &w, "Revert \"toy: add x\"");
	assert_true(t.is_revert);
	ost_word_tables_deinit(&w);
	ost_arena_deinit(&a);
}

/* ---- Cc: stable ---- */

static void stable_notes_are_understood(void **state)
{
	static const struct {
		const char *value, *version;
		bool and_later;
		const char *commit, *subject;
	} rows[] = {
		{ "stable@vger.kernel.org", "", false, "", "" },
		{ "stable@vger.kernel.org # 6.1+", "6.1", true, "", "" },
		{ "<stable@vger.kernel.org> # v5.10.x", "5.10", false, "", "" },
		{ "stable@vger.kernel.org # 5.4.x+", "5.4", true, "", "" },
		{ "stable@vger.kernel.org # 3.3.x: a1f84a3: sched: Check for idle", "3.3", false, "a1f84a3", "sched: Check for idle" },
		{ "stable@vger.kernel.org # 3.3.x: 1b9508f: sched: Rate-limit newidle", "3.3", false, "1b9508f", "sched: Rate-limit newidle" },
		{ "stable@vger.kernel.org # after -rc3", "", false, "", "" },
		{ "stable@vger.kernel.org # >= 4.19", "4.19", true, "", "" },
		{ "stable@vger.kernel.org # see 1.2.3.4 dead", "1.2.3.4", true, "", "" },
	};
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_stable_note n;
	size_t i;

	for (i = 0; i < OST_ARRAY_SIZE(rows); i++) {
		ost_stable_note_parse(&n, &a, rows[i].value);
		assert_string_equal(n.version, rows[i].version);
		assert_int_equal(n.and_later, rows[i].and_later);
		assert_string_equal(n.commit, rows[i].commit);
		assert_string_equal(n.commit_subject, rows[i].subject);
	}
	assert_true(ost_is_stable_address("<stable@kernel.org>"));
	assert_true(ost_is_noautosel("<stable+noautosel@kernel.org> # why"));
	assert_false(ost_is_stable_address("unstable@example.org"));
	ost_arena_deinit(&a);
}

/* ---- hunks ---- */

static struct ost_change parse(struct ost_arena *a, const char *diff)
{
	struct ost_change c;

	assert_null(ost_change_parse(&c, a, "t", diff, strlen(diff)));
	assert_int_equal(c.nr_files, 1);
	return c;
}

static void hunks_are_found_where_they_stand(void **state)
{
	static const char diff[] = "--- a/f\n+++ b/f\n@@ -2,3 +2,3 @@\n b\n-c\n+C\n d\n";
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_change c = parse(&a, diff);
	const struct ost_hunk *h = c.files[0].hunks;

	assert_int_equal(ost_hunk_find(h, "a\nb\nc\nd\ne\n", 10, 2), 2);
	assert_int_equal(ost_hunk_find(h, "x\nx\na\nb\nc\nd\ne\n", 14, 2), 4);
	assert_int_equal(ost_hunk_find(h, "b\nc\nd\nb\nc\nd\n", 12, 4), 4);
	assert_int_equal(ost_hunk_find(h, "b\nc\nd", 5, 2), 1);
	assert_int_equal(ost_hunk_find(h, "b\nc\nd\n", 6, 4000000000u), 1);
	assert_int_equal(ost_hunk_find(h, "a\nb\nC\nd\n", 8, 2), 0);
	assert_int_equal(ost_hunk_find(h, "", 0, 2), 0);
	ost_arena_deinit(&a);
}

static void hunks_stay_in_the_function_they_name(void **state)
{
	static const char diff[] = "--- a/f\n+++ b/f\n@@ -30,2 +30,3 @@ static int two(void)\n err:\n+\tput(x);\n \treturn ret;\n";
	static const char both[] = "static int one(void)\n{\nerr:\n\treturn ret;\n}\nstatic int two(void)\n{\nerr:\n\treturn ret;\n}\n"
				   "static int three(void)\n{\nerr:\n\treturn ret;\n}\n";
	static const char fixed[] = "static int one(void)\n{\nerr:\n\treturn ret;\n}\nstatic int two(void)\n{\nerr:\n\tput(x);\n\treturn ret;\n}\n";
	static const char renamed[] = "static int one(void)\n{\nerr:\n\treturn ret;\n}\n";
	struct ost_arena a = OST_ARENA_INIT;
	struct ost_change c = parse(&a, diff);
	const struct ost_hunk *h = c.files[0].hunks;

	assert_int_equal(ost_hunk_find(h, both, strlen(both), 3), 3);	/* its numbers hold */
	assert_int_equal(ost_hunk_find(h, both, strlen(both), 2), 8);
	assert_int_equal(ost_hunk_find(h, both, strlen(both), 30), 8);
	assert_int_equal(ost_hunk_find(h, fixed, strlen(fixed), 30), 0);
	assert_int_equal(ost_hunk_find(h, renamed, strlen(renamed), 30), 3);
	ost_arena_deinit(&a);
}

/* ---- what is shown ---- */

static void shown_text_is_clean(void **state)
{
	char esc[] = "a\033[31mb", bad[] = "x\xffy\xc3", bidi[] = "a\xe2\x80\xae" "b", fine[] = "\xc3\xa9\t\n";

	assert_string_equal(ost_utf8_clean(esc), "a?[31mb");
	assert_string_equal(ost_utf8_clean(bad), "x?y?");
	assert_string_equal(ost_utf8_clean(bidi), "a???b");
	assert_string_equal(ost_utf8_clean(fine), "\xc3\xa9\t\n");
	assert_int_equal(ost_utf8_width("\xc3\xa9" "e\xcc\x81\xe4\xb8\xad"), 4);
}

static void shell_words_are_quoted(void **state)
{
	struct ost_arena a = OST_ARENA_INIT;

	assert_string_equal(ost_shell_quote(&a, "drivers/net/a.c"), "drivers/net/a.c");
	assert_string_equal(ost_shell_quote(&a, "a b"), "'a b'");
	assert_string_equal(ost_shell_quote(&a, "a'b;$(id)"), "'a'\\''b;$(id)'");
	assert_string_equal(ost_shell_quote(&a, "-x"), "'-x'");
	assert_string_equal(ost_shell_quote(&a, ""), "''");
	ost_arena_deinit(&a);
}

/* ---- build files that are kept ---- */

static void kernels_are_kept_by_revision(void **state)
{
	static const char *const revs[] = { "v6.1", "v6.2-rc1", "v6.2", "the-fix", "the-id", "the-typo", "the-optout", "master" };
	struct ost_kernel_place a = { .file = "drivers/a.c" }, b = { .file = "net/b.c" };
	char dir[] = "/tmp/ostler-kernels-XXXXXX", hex[OST_ARRAY_SIZE(revs)][OST_HEX_SIZE];
	struct ost_kernels_kept kept = { 0 };
	struct ost_kernels *k, *again;
	struct ost_repo *repo;
	struct ost_err *err;
	size_t i;

	assert_true(make_repo(dir, "review.fi"));
	assert_null(ost_repo_open(&repo, dir));
	for (i = 0; i < OST_ARRAY_SIZE(revs); i++) {	/* more than are kept */
		assert_null(ost_repo_resolve(repo, revs[i], hex[i]));
		assert_null(ost_kernels_take(&kept, repo, hex[i], &k));
		assert_null(ost_never_together(k, &a, &b));
		assert_null(ost_kernels_take(&kept, repo, hex[i / 2], &again));
		assert_true(i ? again != k : again == k);
		assert_null(ost_kernels_take(&kept, repo, hex[i], &again));
		assert_ptr_equal(again, k);
	}
	err = ost_kernels_take(&kept, repo, "0123456789012345678901234567890123456789", &k);
	assert_non_null(err);
	assert_null(k);
	ost_err_destroy(err);
	assert_null(ost_kernels_take(&kept, repo, hex[0], &k));
	ost_kernels_kept_deinit(&kept);
	ost_repo_destroy(repo);
	remove_tree(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_phrases_are_found),
		cmocka_unit_test(bad_phrases_are_not),
		cmocka_unit_test(symptoms_and_verbs_are_read),
		cmocka_unit_test(titles_are_taken_apart),
		cmocka_unit_test(stable_notes_are_understood),
		cmocka_unit_test(hunks_are_found_where_they_stand),
		cmocka_unit_test(hunks_stay_in_the_function_they_name),
		cmocka_unit_test(shown_text_is_clean),
		cmocka_unit_test(shell_words_are_quoted),
		cmocka_unit_test(kernels_are_kept_by_revision),
	};

	return cmocka_run_group_tests_name("review", tests, NULL, NULL);
}
