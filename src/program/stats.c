// SPDX-License-Identifier: GPL-2.0-or-later
#include "ostler/query.h"
#include "program/program.h"

static void figure(struct ost_link_stats *s, const char *name, uint64_t part, uint64_t whole)
{
	if (s->nr_figures < OST_LINK_FIGURES)
		s->figures[s->nr_figures++] = (struct ost_link_figure){ name, part, whole };
}

static void list_figures(const struct ost_program_stats *p, struct ost_link_stats *s)
{
	static const char *const hows[] = {
		[OST_LOCK_NAME] = "  an identifier that nothing declares",
		[OST_LOCK_RESULT] = "  the result of a function",
		[OST_LOCK_MEMORY] = "  a pointer that is not from a field",
		[OST_LOCK_UNKNOWN] = "  not understood",
	};
	static const char *const whys[] = {
		"  the record has no such field", "  an identifier without a type",
		"  the result of a function or macro", "  a member of an unknown record", "  not understood",
	};
	int i;

	figure(s, "lock and wait arguments with a class", p->nr_lock_typed, p->nr_lock_args);
	figure(s, "  of these as handed in by the caller", p->lock_how[OST_LOCK_PARAM], p->nr_lock_args);
	figure(s, "  of these objects on the stack", p->lock_how[OST_LOCK_LOCAL], p->nr_lock_args);
	for (i = OST_LOCK_NAME; i < OST_NR_LOCK_HOWS; i++)
		figure(s, hows[i], p->lock_how[i], p->nr_lock_args);
	figure(s, "calls through fields with a type", p->nr_slot_typed, p->nr_slot_calls);
	for (i = 0; i < OST_NR_SLOT_WHYS; i++)
		figure(s, whys[i], p->slot_why[i], p->nr_slot_calls);
	figure(s, "calls by a name that is defined", p->nr_direct, p->nr_direct + p->nr_unknown);
	figure(s, "bindings with object and callback", p->nr_bindings_known, p->nr_bindings);
	figure(s, "functions stored in fields", p->nr_targets, p->nr_targets);
}

struct ost_err *ost_link_stats_read(const struct ost_source *source, const struct ost_source_opts *opts,
				    struct ost_link_stats *ret_stats)
{
	struct ost_program_opts po = { .jobs = opts ? opts->jobs : 0 };
	struct ost_program_stats ps;
	struct ost_tree_facts *tree;
	struct ost_program *p;
	struct ost_err *err;

	memset(ret_stats, 0, sizeof(*ret_stats));
	ost_try(ost_tree_facts_read(&tree, source, opts));
	err = ost_program_create(tree, &po, &p);
	if (!err) {
		ost_program_stats(p, &ps);
		ret_stats->seconds = ps.link_seconds;
		list_figures(&ps, ret_stats);
		ost_program_destroy(p);
	}
	ost_tree_facts_destroy(tree);
	return err;
}
