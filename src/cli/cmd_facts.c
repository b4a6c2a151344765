// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "options.h"
#include "ostler/query.h"
#include "source.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"facts", "DIR | --repo=REPO REV",
	"Reads the .c and .h files of a kernel tree, each blob once, and keeps what they\n"
	"say in the store.",
};

struct facts_cmd {
	struct ost_common common;
	struct ost_source source;
	struct ost_source_opts opts;
	struct ost_facts_ask ask;
	bool wants_stats;
};

static void print_text(void *ctx, const char *text, size_t len)
{
	fwrite(text, 1, len, stdout);
}

static struct ost_err *print_link(const struct facts_cmd *cmd)
{
	struct ost_link_stats s;

	ost_try(ost_link_stats_read(&cmd->source, &cmd->opts, &s));
	ost_terminal_clear();
	ost_link_stats_write_text(stdout, &s);
	return NULL;
}

static int run(struct facts_cmd *cmd, struct ost_err **ret_err)
{
	bool is_json = !strcmp(cmd->common.format, "json");
	struct ost_facts_report r;
	int status;

	if (!is_json && strcmp(cmd->common.format, "text")) {
		*ret_err = ost_err_create(OST_ERR_USAGE, "--format", NULL,
					  "%s is not text or json", cmd->common.format);
		return OST_EXIT_USAGE;
	}
	if (!cmd->common.quiet)
		ost_terminal_progress();
	*ret_err = ost_facts_read(&cmd->source, &cmd->opts, &cmd->ask, &r);
	if (*ret_err)
		return OST_EXIT_INPUT;
	ost_terminal_clear();
	*ret_err = ost_source_empty(&cmd->source, r.files);
	if (*ret_err) {
		ost_facts_report_deinit(&r);
		return OST_EXIT_INPUT;
	}
	if (cmd->ask.dump)
		;		/* printed already, and alone */
	else if (is_json)
		*ret_err = ost_facts_write_json(stdout, &r, cmd->ask.troubles);
	else
		ost_facts_write_text(stdout, &r, cmd->wants_stats);
	if (!*ret_err && cmd->wants_stats && !cmd->ask.dump && !is_json)
		*ret_err = print_link(cmd);
	ost_source_notes(&cmd->common, r.store_note, r.store_err);
	status = r.store_err ? OST_EXIT_INPUT : OST_EXIT_OK;
	ost_facts_report_deinit(&r);
	return status;
}

int ost_cmd_facts(int argc, char **argv, struct ost_err **ret_err)
{
	struct facts_cmd cmd = { .ask.dump_to = print_text };
	const char *repo = NULL, *limit = NULL;
	const struct ost_option options[] = {
		OST_SOURCE_OPTIONS(&repo, &limit),
		{ "stats", OST_OPT_FLAG, &cmd.wants_stats, NULL, "time and memory too, and how much got a type when linked" },
		{ "troubles", OST_OPT_FLAG, &cmd.ask.troubles, NULL,
		  "list the functions that were not wholly understood" },
		{ "digest", OST_OPT_FLAG, &cmd.ask.digest, NULL,
		  "a name for all facts: equal trees have equal ones" },
		{ "dump", OST_OPT_STRING, &cmd.ask.dump, "FILE", "print the facts of one file, and nothing else" },
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_args args;

	*ret_err = ost_options_parse(&usage, options, argc, argv, &cmd.common, &args);
	if (*ret_err || cmd.common.helped)
		return OST_EXIT_OK;
	*ret_err = ost_source_args(&args, repo, limit, &cmd.common, &cmd.source, &cmd.opts);
	if (!*ret_err && args.nr)
		*ret_err = ost_err_create(OST_ERR_USAGE, args.v[0], "ostler facts --help shows the options",
					  "one argument too many");
	return *ret_err ? OST_EXIT_USAGE : run(&cmd, ret_err);
}
