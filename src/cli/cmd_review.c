// SPDX-License-Identifier: GPL-2.0-or-later
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "frame.h"
#include "options.h"
#include "ostler/report.h"
#include "ostler/review.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"review", "PATCH|COMMIT --repo=REPO",
	"Reviews one change for stable trees. PATCH is an existing file (a mail, the\n"
	"output of git format-patch, a mailbox) or '-'; anything else is taken for a\n"
	"commit of the repository.",
};

struct run {
	struct ost_frame frame;		/* first: the context of ost_frame_problem() */
	struct ost_report *report;
};

static struct ost_err *on_review(void *ctx, const struct ost_review *r)
{
	struct run *run = ctx;

	ost_frame_show(&run->frame);
	return ost_report_review(run->report, r);
}

static struct ost_err *review(const struct ost_review_options *o, const struct ost_common *common, bool full, int *ret_status)
{
	const struct ost_report_options look = {
		.full = full, .colour = ost_terminal_colour(), .width = ost_terminal_width(),
	};
	struct run run = { .report = NULL };
	const struct ost_review_sink sink = { on_review, ost_frame_problem, &run };
	struct ost_err *err;
	size_t nr = 0;

	ost_try(ost_report_create(common->format, stdout, &look, &run.report));
	run.frame.is_json = strcmp(common->format, "text") != 0;
	ost_frame_begin(&run.frame, common);
	err = ost_review_run(o, &sink, &nr);
	ost_report_destroy(run.report);
	ost_terminal_end();
	if (run.frame.nr_problems)
		fprintf(stderr, "ostler: %s: %zu of its messages could not be reviewed\n", o->input, run.frame.nr_problems);
	*ret_status = !nr && run.frame.nr_problems ? OST_EXIT_INPUT : OST_EXIT_OK;
	return err;
}

int ost_cmd_review(int argc, char **argv, struct ost_err **ret_err)
{
	struct ost_review_options o = { .repo = "." };
	struct ost_option_list stable = { NULL, 0 };
	bool full = false;
	const struct ost_option options[] = {
		{ "repo", OST_OPT_STRING, &o.repo, "REPO", "the repository (default: the current directory)" },
		{ "stable", OST_OPT_LIST, &stable, "BRANCH,...", "branches to answer for (default: every linux-*.y)" },
		{ "base", OST_OPT_STRING, &o.base, "REV", "what the patch applies to (default: the tree that has\n"
		  "                         the blobs of its index lines, else HEAD)" },
		{ "upstream", OST_OPT_STRING, &o.upstream, "REV", "the mainline commit, where the message does not say" },
		{ "archive", OST_OPT_STRING, &o.archive, "DIR", "a list archive (public-inbox or mailboxes)" },
		{ "no-proofs", OST_OPT_FLAG, &o.no_proofs, NULL, "do not look for deadlocks (2.3, 5.4, 8.2, 8.3)" },
		{ "full", OST_OPT_FLAG, &full, NULL, "show every record with the command that proves it" },
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_common common;
	struct ost_args args;
	int status = OST_EXIT_OK;

	/*
	 * Of the reviews of a mailbox one runs at a time, on threads of their
	 * own: with a heap for each, what one gave back is lost to the others.
	 * What is large is mapped, and so given back to all.
	 */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	*ret_err = ost_options_parse(&usage, options, argc, argv, &common, &args);
	if (!*ret_err && !common.helped) {
		o.stable = (const char *const *)stable.items;
		o.nr_stable = stable.nr;
		o.jobs = common.jobs;
		o.store = common.store;
		o.no_store = common.no_store;
		*ret_err = ost_frame_input(&args, &o.input);
		if (!*ret_err)
			*ret_err = review(&o, &common, full, &status);
	}
	ost_option_list_clear(&stable);
	return status;
}
