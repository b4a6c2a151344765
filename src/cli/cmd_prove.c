// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "options.h"
#include "ostler/deadlocks.h"
#include "source.h"

#define MAX_REPORT (512u << 20)

static const struct ost_usage usage = {
	.command = "prove",
	.operands = "REPORT.json SOURCE",
	.about = "Reads every step of a report of `ostler deadlocks --format=json` again in\n"
		 "the sources and accepts or rejects each finding.\n",
};

static char *read_report(const char *path, size_t *ret_len, struct ost_err **ret_err)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "r") : stdin;
	char *text = NULL;
	size_t len = 0, cap = 0, n;

	if (!in) {
		*ret_err = ost_err_create(OST_ERR_INPUT, path, NULL, "cannot be read");
		return NULL;
	}
	do {
		if (len + 65536 > cap) {
			cap = cap ? cap * 2 : 1 << 20;
			text = realloc(text, cap);
			if (!text)
				abort();
		}
		n = fread(text + len, 1, 65536, in);
		len += n;
	} while (n && len < MAX_REPORT);
	if (in != stdin)
		fclose(in);
	*ret_len = len;
	return text;
}

static int print_results(const struct ost_prove_report *r, const struct ost_common *common, struct ost_err **ret_err)
{
	if (!strcmp(common->format, "json"))
		*ret_err = ost_prove_write_json(stdout, r);
	else
		ost_prove_write_text(stdout, r);
	for (size_t i = 0; i < r->nr_results; i++)
		if (!r->results[i].accepted)
			return OST_EXIT_FINDINGS;
	return OST_EXIT_OK;
}

int ost_cmd_prove(int argc, char **argv, struct ost_err **ret_err)
{
	const char *repo = NULL, *limit = NULL, *path;
	const struct ost_option options[] = {
		OST_SOURCE_OPTIONS(&repo, &limit),
		{ NULL, 0, NULL, NULL, NULL },
	};
	struct ost_source_opts opts;
	struct ost_source source;
	struct ost_common common;
	struct ost_prove_report report;
	struct ost_args args;
	size_t len = 0;
	char *text;
	int status = OST_EXIT_OK;

	*ret_err = ost_options_parse(&usage, options, argc, argv, &common, &args);
	if (*ret_err || common.helped)
		return *ret_err ? OST_EXIT_USAGE : OST_EXIT_OK;
	if (args.nr < 2) {
		*ret_err = ost_err_create(OST_ERR_USAGE, "prove", "ostler prove --help tells more",
					  "a report and a source are wanted");
		return OST_EXIT_USAGE;
	}
	path = args.v[0];
	args.v++;
	args.nr--;
	*ret_err = ost_source_args(&args, repo, limit, &common, &source, &opts);
	if (*ret_err)
		return OST_EXIT_USAGE;
	text = read_report(path, &len, ret_err);
	if (!text)
		return OST_EXIT_INPUT;
	*ret_err = ost_prove(text, len, &source, &report);
	if (!*ret_err)
		status = print_results(&report, &common, ret_err);
	ost_prove_report_deinit(&report);
	free(text);
	return *ret_err ? OST_EXIT_INPUT : status;
}
