// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
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

static void print_json(const struct ost_prove_report *r)
{
	json_t *list = json_array(), *doc;

	for (size_t i = 0; i < r->nr_results; i++) {
		const struct ost_prove_result *p = &r->results[i];

		json_array_append_new(list, json_pack("{s:s, s:b, s:o, s:s}", "id", p->id, "accepted", p->accepted,
			"failed_step", p->failed_step < 0 ? json_null() : json_integer(p->failed_step),
			"reason", p->reason));
	}
	doc = json_pack("{s:s, s:o}", "schema", "ostler/prove/1", "results", list);
	json_dumpf(doc, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(doc);
}

static int print_results(const struct ost_prove_report *r, const struct ost_common *common)
{
	size_t rejected = 0;

	for (size_t i = 0; i < r->nr_results; i++)
		rejected += !r->results[i].accepted;
	if (!strcmp(common->format, "json")) {
		print_json(r);
		return rejected ? OST_EXIT_FINDINGS : OST_EXIT_OK;
	}
	for (size_t i = 0; i < r->nr_results; i++) {
		const struct ost_prove_result *p = &r->results[i];

		if (p->accepted)
			printf("accepted %s\n", p->id);
		else if (p->failed_step >= 0)
			printf("rejected %s: step %d: %s\n", p->id, p->failed_step + 1, p->reason);
		else
			printf("rejected %s: %s\n", p->id, p->reason);
	}
	printf("%zu accepted, %zu rejected\n", r->nr_results - rejected, rejected);
	return rejected ? OST_EXIT_FINDINGS : OST_EXIT_OK;
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
		status = print_results(&report, &common);
	ost_prove_report_deinit(&report);
	free(text);
	return *ret_err ? OST_EXIT_INPUT : status;
}
