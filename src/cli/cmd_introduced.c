// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "options.h"
#include "ostler/introduced.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"introduced", "PATCH|COMMIT --repo=REPO",
	"Finds the commit that brought in the bug that a patch repairs, without its\n"
	"Fixes: tag: candidates from history, with what speaks for and against each.",
};

struct run {
	bool full, is_json;
	size_t nr_problems;
};

static struct ost_err *on_report(void *ctx, const struct ost_introduced_report *r)
{
	struct run *run = ctx;

	ost_terminal_clear();
	return run->is_json ? ost_introduced_write_json(stdout, r) : ost_introduced_write_text(stdout, r, run->full);
}

static void on_problem(void *ctx, struct ost_err *err)
{
	struct run *run = ctx;

	run->nr_problems++;
	ost_terminal_clear();
	ost_cli_report(err);
}

static struct ost_err *ask(const struct ost_introduced_options *o, const struct ost_common *common, struct run *run)
{
	const struct ost_introduced_sink sink = { on_report, on_problem, run };
	struct ost_err *err;

	run->is_json = !strcmp(common->format, "json");
	if (!run->is_json && strcmp(common->format, "text"))
		return ost_err_create(OST_ERR_USAGE, common->format, "use text or json", "no such format");
	if (!common->quiet)
		ost_terminal_progress();
	if (!run->is_json && !common->quiet)
		ost_terminal_page();
	err = ost_introduced_run(o, &sink);
	ost_terminal_end();
	return err;
}

int ost_cmd_introduced(int argc, char **argv, struct ost_err **ret_err)
{
	struct ost_introduced_options o = { .repo = "." };
	struct run run = { false, false, 0 };
	const struct ost_option options[] = {
		{ "repo", OST_OPT_STRING, &o.repo, "REPO", "the repository (default: the current directory)" },
		{ "base", OST_OPT_STRING, &o.base, "REV", "what the patch applies to" },
		{ "full", OST_OPT_FLAG, &run.full, NULL, "show all candidates" },
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
	o.input = args.nr ? args.v[0] : NULL;
	*ret_err = args.nr > 1 ? ost_err_create(OST_ERR_USAGE, args.v[1], "put several patches into one mailbox",
						"one PATCH or COMMIT at a time") : ask(&o, &common, &run);
	return run.nr_problems ? OST_EXIT_INPUT : OST_EXIT_OK;
}
