// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "frame.h"
#include "options.h"
#include "ostler/introduced.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"introduced", "PATCH|COMMIT --repo=REPO",
	"Finds the commit that brought in the bug that a patch repairs, without its\n"
	"Fixes: tag: candidates from history, with what speaks for and against each.",
};

static struct ost_err *on_report(void *ctx, const struct ost_introduced_report *r)
{
	struct ost_frame *f = ctx;

	ost_frame_show(f);
	return f->is_json ? ost_introduced_write_json(stdout, r) : ost_introduced_write_text(stdout, r, f->full);
}

static struct ost_err *ask(const struct ost_introduced_options *o, const struct ost_common *common, struct ost_frame *f)
{
	const struct ost_introduced_sink sink = { on_report, ost_frame_problem, f };
	struct ost_err *err;

	ost_try(ost_frame_format(f, common));
	ost_frame_begin(f, common);
	err = ost_introduced_run(o, &sink);
	ost_terminal_end();
	return err;
}

int ost_cmd_introduced(int argc, char **argv, struct ost_err **ret_err)
{
	struct ost_introduced_options o = { .repo = "." };
	struct ost_frame frame = { false, false, 0 };
	const struct ost_option options[] = {
		{ "repo", OST_OPT_STRING, &o.repo, "REPO", "the repository (default: the current directory)" },
		{ "base", OST_OPT_STRING, &o.base, "REV", "what the patch applies to" },
		{ "no-proofs", OST_OPT_FLAG, &o.no_proofs, NULL, "do not look for deadlocks" },
		{ "full", OST_OPT_FLAG, &frame.full, NULL, "show all candidates" },
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_common common;
	struct ost_args args;

	*ret_err = ost_options_parse(&usage, options, argc, argv, &common, &args);
	if (*ret_err || common.helped)
		return OST_EXIT_OK;
	o.jobs = common.jobs;
	o.store = common.store;
	o.no_store = common.no_store;
	*ret_err = ost_frame_input(&args, &o.input);
	if (!*ret_err)
		*ret_err = ask(&o, &common, &frame);
	return frame.nr_problems ? OST_EXIT_INPUT : OST_EXIT_OK;
}
