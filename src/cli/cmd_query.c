// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "options.h"
#include "ostler/query.h"
#include "source.h"
#include "terminal.h"

static const struct ost_usage usage = {
	"query", "SOURCE callers|callees|ops|type|locks|bindings NAME",
	"Asks a kernel tree: who calls a function and what it calls, through function\n"
	"pointers too (marked *), what is stored in a slot, what a name means, who takes\n"
	"a lock, which function a work item or timer runs. SOURCE is a directory, or\n"
	"--repo=REPO REV. NAME is an identifier or record.field; `path:` before it keeps\n"
	"to what one file defines.",
};

static struct ost_err *usage_err(const char *what, const char *why)
{
	return ost_err_create(OST_ERR_USAGE, what, "ostler query -h tells more", "%s", why);
}

static int ask(const struct ost_source *source, const struct ost_source_opts *opts, const struct ost_args *args,
	       const struct ost_common *common, struct ost_err **ret_err)
{
	int kind = ost_query_parse(args->v[0]), status;
	struct ost_query *q;

	if (kind < 0) {
		*ret_err = usage_err(args->v[0], "no such question");
		return OST_EXIT_USAGE;
	}
	if (!common->quiet)
		ost_terminal_progress();
	*ret_err = ost_query_create(source, opts, (enum ost_query_kind)kind, args->v[1], &q);
	ost_terminal_clear();
	if (!*ret_err) {
		*ret_err = ost_source_empty(source, q->files);
		if (*ret_err)
			ost_query_destroy(q);
	}
	if (*ret_err)
		return OST_EXIT_INPUT;
	if (!strcmp(common->format, "json"))
		*ret_err = ost_query_write_json(stdout, q, args->v[1]);
	else
		ost_query_write_text(stdout, q);
	ost_source_notes(common, q->store_note, NULL);
	if (q->unreadable && !common->quiet)
		fprintf(stderr, "ostler: %llu of %llu files could not be read\n",
			(unsigned long long)q->unreadable, (unsigned long long)q->files);
	if (!q->nr_results && !common->quiet)
		fprintf(stderr, "ostler: %s: %s%s\n", args->v[1], q->is_defined ? "it is in this tree, but has no " :
			"nothing of that name in this tree", q->is_defined ? ost_query_name(q->kind) : "");
	status = q->nr_results ? OST_EXIT_OK : OST_EXIT_FINDINGS;
	ost_query_destroy(q);
	return status;
}

int ost_cmd_query(int argc, char **argv, struct ost_err **ret_err)
{
	const char *repo = NULL, *limit = NULL;
	const struct ost_option options[] = {
		OST_SOURCE_OPTIONS(&repo, &limit),
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_source_opts opts;
	struct ost_source source;
	struct ost_common common;
	struct ost_args args;

	*ret_err = ost_options_parse(&usage, options, argc, argv, &common, &args);
	if (!*ret_err && common.helped)
		return OST_EXIT_OK;
	if (!*ret_err)
		*ret_err = ost_source_args(&args, repo, limit, &common, &source, &opts);
	if (!*ret_err && args.nr != 2)
		*ret_err = usage_err("query", "SOURCE, a question and a NAME are wanted");
	else if (!*ret_err && strcmp(common.format, "text") && strcmp(common.format, "json"))
		*ret_err = usage_err(common.format, "no such format: text, json");
	return *ret_err ? OST_EXIT_USAGE : ask(&source, &opts, &args, &common, ret_err);
}
