// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "frame.h"
#include "options.h"
#include "ostler/missing.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"missing", "BRANCH --repo=REPO --from=A..B",
	"Lists the fixes among the commits of A..B that a branch lacks and needs, worst\n"
	"first: neither reached nor backported, and by its own code it has the bug.",
};

struct run {
	struct ost_frame frame;
	size_t nr;
};

static struct ost_err *on_report(void *ctx, const struct ost_missing_report *r)
{
	struct run *run = ctx;

	run->nr = r->nr_fixes;
	ost_frame_show(&run->frame);
	return run->frame.is_json ? ost_missing_write_json(stdout, r) :
			      ost_missing_write_text(stdout, r, run->frame.full, ost_terminal_colour());
}

static struct ost_err *ask(const struct ost_missing_options *o, const struct ost_common *common, struct run *run)
{
	struct ost_err *err;

	ost_try(ost_frame_format(&run->frame, common));
	if (!o->branch)
		return ost_err_create(OST_ERR_USAGE, "missing", "name a branch or a revision", "nothing to ask about");
	if (!o->range || !strstr(o->range, ".."))
		return ost_err_create(OST_ERR_USAGE, o->range ? o->range : "missing", "name the commits with --from=A..B",
				      o->range ? "not a range" : "no range");
	ost_frame_begin(&run->frame, common);
	err = ost_missing_run(o, on_report, run);
	ost_terminal_end();
	return err;
}

int ost_cmd_missing(int argc, char **argv, struct ost_err **ret_err)
{
	struct ost_missing_options o = { .repo = "." };
	struct run run = { .nr = 0 };
	const struct ost_option options[] = {
		{ "repo", OST_OPT_STRING, &o.repo, "REPO", "the repository (default: the current directory)" },
		{ "from", OST_OPT_STRING, &o.range, "A..B", "the commits of mainline to look at" },
		{ "queue", OST_OPT_STRING, &o.queue, "DIR", "a stable queue (quilt series): what is in it is on its way" },
		{ "all", OST_OPT_FLAG, &o.all, NULL, "look at every commit, not only at those that call themselves a fix" },
		{ "full", OST_OPT_FLAG, &run.frame.full, NULL, "say why for each" },
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
	o.branch = args.nr ? args.v[0] : NULL;
	*ret_err = args.nr > 1 ? ost_err_create(OST_ERR_USAGE, args.v[1], NULL, "one branch at a time") : ask(&o, &common, &run);
	return run.nr ? OST_EXIT_FINDINGS : OST_EXIT_OK;
}
