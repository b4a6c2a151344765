// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "frame.h"
#include "options.h"
#include "ostler/branches.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"branches", "PATCH|COMMIT --repo=REPO",
	"Says for each stable branch, from its own code, whether it has the bug that\n"
	"the patch repairs. PATCH is an existing file (a mail, the output of git\n"
	"format-patch, a mailbox) or '-'; anything else is taken for a commit.",
};

static struct ost_err *on_report(void *ctx, const struct ost_branches_report *r)
{
	struct ost_frame *f = ctx;

	ost_frame_show(f);
	return f->is_json ? ost_branches_write_json(stdout, r) :
			      ost_branches_write_text(stdout, r, f->full, ost_terminal_colour());
}

static struct ost_err *ask(const struct ost_branches_options *o, const struct ost_common *common,
			   struct ost_frame *f)
{
	const struct ost_branches_sink sink = { on_report, ost_frame_problem, f };
	struct ost_err *err;

	ost_try(ost_frame_format(f, common));
	ost_frame_begin(f, common);
	err = ost_branches_run(o, &sink);
	ost_terminal_end();
	return err;
}

int ost_cmd_branches(int argc, char **argv, struct ost_err **ret_err)
{
	struct ost_branches_options o = { .repo = "." };
	struct ost_option_list stable = { NULL, 0 };
	struct ost_frame frame = { false, false, 0 };
	const struct ost_option options[] = {
		{ "repo", OST_OPT_STRING, &o.repo, "REPO", "the repository (default: the current directory)" },
		{ "stable", OST_OPT_LIST, &stable, "BRANCH,...", "branches to answer for (default: every linux-*.y)" },
		{ "base", OST_OPT_STRING, &o.base, "REV", "what the patch applies to" },
		{ "upstream", OST_OPT_STRING, &o.upstream, "REV", "the mainline commit, where the message does not say" },
		{ "queue", OST_OPT_STRING, &o.queue, "DIR", "a stable queue (quilt series): what is in it is on its way" },
		{ "patches", OST_OPT_STRING, &o.patches, "DIR", "write each result as a patch for its branch" },
		{ "config", OST_OPT_STRING, &o.config, "FILE", "a kernel configuration: say whether it builds the code" },
		{ "no-proofs", OST_OPT_FLAG, &o.no_proofs, NULL, "do not look for deadlocks that the patch removes or brings in" },
		{ "full", OST_OPT_FLAG, &frame.full, NULL, "show all reasons, with the commands that prove them" },
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
		*ret_err = ost_frame_input(&args, &o.input);
		if (!*ret_err)
			*ret_err = ask(&o, &common, &frame);
	}
	ost_option_list_clear(&stable);
	return frame.nr_problems ? OST_EXIT_INPUT : OST_EXIT_OK;
}
