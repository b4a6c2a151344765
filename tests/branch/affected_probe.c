// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * affected_probe REPO < list: for each line "PATCH REV" prints what the text
 * of the branch says, hunk by hunk, as one JSON object a line. For tests and
 * bench/affected.py.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "branch/affected.h"
#include "mail/input.h"
#include "review/shared.h"

static void die(struct ost_err *err)
{
	fprintf(stderr, "%s: %s\n", err->what, err->why);
	ost_err_destroy(err);
	exit(3);
}

static json_t *hunk_json(const struct ost_hunk_verdict *h)
{
	return json_pack("{s:s,s:s,s:s?,s:s?,s:s?,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:b,s:b,s:b}",
			 "state", ost_hunk_state_name(h->state), "why", h->why ? h->why : "",
			 "path", h->path, "func", h->func, "wanted", h->wanted,
			 "line", (int)h->first_line, "weight", (int)h->weight,
			 "removed", h->removed, "added", h->added, "near", h->near_found,
			 "after", h->after_found, "old", h->old_found, "margin", h->margin,
			 "absent", h->is_func_absent,
			 "whole_before", h->is_whole_before, "whole_after", h->is_whole_after);
}

/* Kept while the revision stays the same: lines in the order of REV are quicker. */
static struct ost_symbols *shared_headers(const char *path, const char *rev)
{
	static struct ost_symbols *kept;
	static char kept_rev[256];
	struct ost_source src = { .repo = path, .rev = rev, .under = "include" };
	struct ost_tree_facts *tree;
	struct ost_err *err;

	if (!strcmp(kept_rev, rev))
		return kept;
	ost_symbols_destroy(kept);
	err = ost_tree_facts_read(&tree, &src, NULL);
	if (!err)
		err = ost_symbols_create(tree, 0, &kept);
	if (err)
		die(err);
	ost_tree_facts_destroy(tree);
	snprintf(kept_rev, sizeof(kept_rev), "%s", rev);
	return kept;
}

static const char *release_of(struct ost_repo *repo, struct ost_arena *arena, const char *rev)
{
	const char *release = "";
	struct ost_err *err = ost_kernel_release(repo, arena, rev, &release);

	if (err)
		die(err);
	return release;
}

static void probe(struct ost_repo *repo, const char *path, struct ost_recogniser *r,
		  const char *patch, const char *rev)
{
	struct ost_symbols *shared = shared_headers(path, rev);
	struct ost_patches ps;
	struct ost_words words;
	struct ost_side_files side;
	struct ost_about about = { "", "", false };
	struct ost_text_verdict v;
	struct ost_err *err;
	char hex[OST_HEX_SIZE];
	json_t *out, *hunks = json_array();
	uint32_t i;

	err = ost_patches_read(&ps, patch);
	if (!err)
		err = ost_repo_resolve(repo, rev, hex);
	if (err)
		die(err);
	ost_words_init(&words);
	ost_side_files_init(&side, repo, hex, &words, r);
	side.shared = shared;
	about.message = ps.v.items[0].msg.commit_text;
	about.is_later_of_series = ps.v.items[0].msg.subject.number > 1;
	about.release = release_of(repo, &side.arena, hex);
	ost_affected_by_text(&side, &ps.v.items[0].change, &about, &v);
	for (i = 0; i < v.nr_hunks; i++)
		json_array_append_new(hunks, hunk_json(&v.hunks[i]));
	out = json_pack("{s:s,s:s,s:s,s:s,s:o}", "patch", patch, "rev", rev,
			"affected", ost_affected_name(v.affected), "reason", v.reason, "hunks", hunks);
	json_dumpf(out, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(out);
	ost_side_files_deinit(&side);
	ost_words_deinit(&words);
	ost_patches_deinit(&ps);
}

int main(int argc, char **argv)
{
	struct ost_recogniser *r = ost_recogniser_create();
	char patch[4096], rev[256];
	struct ost_repo *repo;
	struct ost_err *err;

	if (argc != 2)
		return 2;
	err = ost_repo_open(&repo, argv[1]);
	if (err)
		die(err);
	while (scanf("%4095s %255s", patch, rev) == 2)
		probe(repo, argv[1], r, patch, rev);
	ost_recogniser_destroy(r);
	ost_repo_destroy(repo);
	return 0;
}
