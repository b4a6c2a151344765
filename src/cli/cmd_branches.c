// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "options.h"
#include "ostler/branches.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"branches", "PATCH|COMMIT --repo=REPO",
	"Says for each stable branch, from its own code, whether it has the bug that\n"
	"the patch repairs. PATCH is an existing file (a mail, the output of git\n"
	"format-patch, a mailbox) or '-'; anything else is taken for a commit.",
};

struct run {
	bool full, is_json;
	size_t nr_problems;
};

static struct ost_err *on_report(void *ctx, const struct ost_branches_report *r)
{
	struct run *run = ctx;

	ost_terminal_clear();
	return run->is_json ? ost_branches_write_json(stdout, r) :
			      ost_branches_write_text(stdout, r, run->full, ost_terminal_colour());
}

static void on_problem(void *ctx, struct ost_err *err)
{
	struct run *run = ctx;

	run->nr_problems++;
	ost_terminal_clear();
	ost_cli_report(err);
}

static struct ost_err *ask(const struct ost_branches_options *o, const struct ost_common *common,
			   struct run *run)
{
	const struct ost_branches_sink sink = { on_report, on_problem, run };
	struct ost_err *err;

	run->is_json = !strcmp(common->format, "json");
	if (!run->is_json && strcmp(common->format, "text"))
		return ost_err_create(OST_ERR_USAGE, common->format, "use text or json", "no such format");
	if (!common->quiet)
		ost_terminal_progress();
	if (!run->is_json && !common->quiet)
		ost_terminal_page();
	err = ost_branches_run(o, &sink);
	ost_terminal_end();
	return err;
}

int ost_cmd_branches(int argc, char **argv, struct ost_err **ret_err)
{
	struct ost_branches_options o = { .repo = "." };
	struct ost_option_list stable = { NULL, 0 };
	struct run run = { false, false, 0 };
	const struct ost_option options[] = {
		{ "repo", OST_OPT_STRING, &o.repo, "REPO", "the repository (default: the current directory)" },
		{ "stable", OST_OPT_LIST, &stable, "BRANCH,...", "branches to answer for (default: every linux-*.y)" },
		{ "base", OST_OPT_STRING, &o.base, "REV", "what the patch applies to" },
		{ "upstream", OST_OPT_STRING, &o.upstream, "REV", "the mainline commit, where the message does not say" },
		{ "queue", OST_OPT_STRING, &o.queue, "DIR", "a stable queue (quilt series): what is in it is on its way" },
		{ "patches", OST_OPT_STRING, &o.patches, "DIR", "write each result as a patch for its branch" },
		{ "no-proofs", OST_OPT_FLAG, &o.no_proofs, NULL, "do not look for deadlocks that the patch removes or brings in" },
		{ "full", OST_OPT_FLAG, &run.full, NULL, "show all reasons, with the commands that prove them" },
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_common common;
	struct ost_args args;

	*ret_err = ost_options_parse(&usage, options, argc, argv, &common, &args);
	if (!*ret_err && !common.helped) {
		o.stable = (const char *const *)stable.items;
		o.nr_stable = stable.nr;
		o.jobs = common.jobs;
		o.store = common.store;
		o.no_store = common.no_store;
		o.input = args.nr ? args.v[0] : NULL;
		*ret_err = args.nr > 1 ? ost_err_create(OST_ERR_USAGE, args.v[1], "put several patches into one mailbox",
							"one PATCH or COMMIT at a time") :
					 ask(&o, &common, &run);
	}
	ost_option_list_clear(&stable);
	return run.nr_problems ? OST_EXIT_INPUT : OST_EXIT_OK;
}
