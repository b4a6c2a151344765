// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * relink_tool DIR STORE OTHER PATH...: lays the files PATH of the tree OTHER over the
 * tree DIR one after the other and links each overlay from what is kept; then
 * all together that could be linked so, and compares with linking from nothing.
 *
 * relink_tool --next STORE REPO OLD NEW: links revision OLD when it is not kept, NEW
 * from that one, and compares with linking NEW from nothing.
 */
#include <stdlib.h>

#include "../unit/same_program.h"

static struct ost_tree_facts *tree;
static unsigned nr_reused;

/* Links an overlay from what is kept; *ret_same says whether it is what linking anew yields, when that is asked. */
static bool link_overlay(const char *what, const struct ost_tree_change *changes, size_t nr, bool *ret_same)
{
	struct ost_program_opts anew = { .no_kept = true };
	struct ost_program *a, *b;
	struct ost_program_stats st;
	struct ost_tree_facts *over;
	bool was_reused;

	if (ost_tree_overlay(&over, tree, changes, nr) || ost_program_create(over, NULL, &a))
		exit(2);
	ost_program_stats(a, &st);
	was_reused = a->was_reused;
	printf("%s: %.2f s%s\n", what, st.link_seconds, was_reused ? "" : " (linked anew)");
	if (ret_same) {
		if (ost_program_create(over, &anew, &b))
			exit(2);
		*ret_same = !compare_programs(a, b);
		ost_program_destroy(b);
	}
	ost_program_destroy(a);
	ost_tree_facts_destroy(over);
	return was_reused;
}

static struct ost_program *link_rev(const char *store, const char *repo, const char *rev, bool no_kept)
{
	struct ost_source src = { .repo = repo, .rev = rev };
	struct ost_source_opts opts = { .store_dir = store };
	struct ost_program_opts po = { .no_kept = no_kept };
	struct ost_program_stats st;
	struct ost_program *p;

	if (ost_tree_facts_read(&tree, &src, &opts) || ost_program_create(tree, &po, &p))
		exit(2);
	ost_program_stats(p, &st);
	printf("%s: %.2f s%s, %u of %u files walked\n", rev, st.link_seconds,
	       p->is_of_near ? " from another tree" : p->is_kept ? " kept" : "", p->nr_walked, p->nr_files);
	return p;
}

static int next_release(const char *store, const char *repo, const char *old, const char *new)
{
	struct ost_tree_facts *tree_a;
	struct ost_program *a, *b;
	bool is_same;

	ost_program_destroy(link_rev(store, repo, old, false));
	ost_tree_facts_destroy(tree);
	a = link_rev(store, repo, new, false);
	tree_a = tree;
	b = link_rev(store, repo, new, true);
	is_same = a->is_of_near && !compare_programs(a, b);
	printf("%s\n", is_same ? "the same" : a->is_of_near ? "DIFFERENT" : "not linked from the other tree");
	ost_program_destroy(b);
	ost_tree_facts_destroy(tree);
	ost_program_destroy(a);
	ost_tree_facts_destroy(tree_a);
	return !is_same;
}

int main(int argc, char **argv)
{
	struct ost_source src = { .dir = argc > 4 ? argv[1] : NULL };
	struct ost_source_opts opts = { .store_dir = argc > 4 ? argv[2] : NULL };
	struct ost_tree_change *changes = ost_calloc((size_t)argc, sizeof(*changes));
	bool is_same = true;
	int i;

	setlinebuf(stdout);
	if (argc == 6 && !strcmp(argv[1], "--next"))
		return next_release(argv[2], argv[3], argv[4], argv[5]);
	if (argc < 5 || ost_tree_facts_read(&tree, &src, &opts))
		return 2;
	for (i = 4; i < argc; i++) {
		struct ost_buf text = OST_BUF_INIT;
		OST_BUF path = OST_BUF_INIT;

		ost_buf_addf(&path, "%s/%s", argv[3], argv[i]);
		if (ost_buf_read_file(&text, path.ptr, 64u << 20))
			return 2;
		changes[nr_reused] = (struct ost_tree_change){ argv[i], text.ptr, text.len };
		nr_reused += link_overlay(argv[i], &changes[nr_reused], 1, NULL);
	}
	if (nr_reused && !link_overlay("these together", changes, nr_reused, &is_same))
		is_same = false;
	ost_tree_facts_destroy(tree);	/* and the store keeps what was linked */
	printf("%u of %d reused, together %s\n", nr_reused, argc - 4, is_same ? "the same" : "DIFFERENT");
	return !is_same;
}
