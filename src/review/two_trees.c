// SPDX-License-Identifier: GPL-2.0-or-later
#include "review/two_trees.h"

#include <string.h>

static struct ost_err *open_one(const struct ost_tree_facts *tree, const struct ost_deadlocks_opts *opts,
				struct ost_kernels_kept *kernels, struct ost_program **ret_program, struct ost_session **ret_session)
{
	struct ost_program_opts po = { .jobs = opts->source.jobs, .no_kept = opts->source.no_store };

	ost_try(ost_program_create(tree, &po, ret_program));
	ost_try(ost_session_create(tree, *ret_program, opts, ret_session));
	ost_session_lend_kernels(*ret_session, kernels);
	return NULL;
}

struct ost_err *ost_two_trees_open(struct ost_two_trees *ret, const struct ost_source *src,
				   const struct ost_deadlocks_opts *opts,
				   const struct ost_tree_change *changes, size_t nr_changes,
				   struct ost_kernels_kept *kernels)
{
	memset(ret, 0, sizeof(*ret));
	ost_try(ost_tree_facts_read(&ret->tree, src, &opts->source));
	ost_try(open_one(ret->tree, opts, kernels, &ret->before, &ret->sb));
	ost_try(ost_tree_overlay(&ret->patched, ret->tree, changes, nr_changes));
	return open_one(ret->patched, opts, kernels, &ret->after, &ret->sa);
}

void ost_two_trees_close(struct ost_two_trees *t)
{
	ost_session_destroy(t->sa);
	ost_session_destroy(t->sb);
	ost_program_destroy(t->after);
	ost_program_destroy(t->before);
	ost_tree_facts_destroy(t->patched);
	ost_tree_facts_destroy(t->tree);
	memset(t, 0, sizeof(*t));
}

struct ost_err *ost_two_trees_search(struct ost_two_trees *t, const struct ost_deadlocks_opts *opts,
				     struct ost_deadlocks_report **ret_before, struct ost_deadlocks_report **ret_after)
{
	struct ost_err *err;

	ost_try(ost_session_search(t->sb, opts, ret_before));
	err = ost_session_search(t->sa, opts, ret_after);
	if (err) {
		ost_deadlocks_report_destroy(*ret_before);
		*ret_before = NULL;
	}
	return err;
}
