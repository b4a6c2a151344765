// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "options.h"
#include "ostler/query.h"
#include "source.h"

static const struct ost_usage usage = {
	"query", "SOURCE callers|callees|ops|type|locks|bindings NAME",
	"Asks a kernel tree: who calls a function and what it calls, through function\n"
	"pointers too (marked *), what is stored in a slot, what a name means, who takes\n"
	"a lock, which function a work item or timer runs. SOURCE is a directory, or\n"
	"--repo=REPO REV. NAME is an identifier or record.field; `path:` before it keeps\n"
	"to what one file defines.",
};

static void print_text(const struct ost_query *q)
{
	const struct ost_query_result *r;
	size_t i;

	for (i = 0; i < q->nr_results; i++) {
		r = &q->results[i];
		printf("%s:%u: %s", r->file, r->line, *r->name ? r->name : "?");
		if (*r->type)
			printf(": %s", r->type);
		if (*r->object)
			printf(" [%s]", r->object);
		if (*r->kind && strcmp(r->kind, "call"))
			printf(" (%s)", r->kind);
		if (*r->via)
			printf(" via %s", r->via);
		if (*r->in && strcmp(r->in, r->name) && q->kind != OST_QUERY_CALLEES)
			printf(" in %s", r->in);
		if (r->is_indirect && r->is_one_of)
			printf(" *");
		putchar('\n');
	}
}

static json_t *result_json(const struct ost_query_result *r)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:b, s:b}",
			 "name", ost_json_text(r->name), "file", ost_json_text(r->file), "line", (int)r->line,
			 "via", ost_json_text(r->via), "kind", ost_json_text(r->kind), "in", ost_json_text(r->in),
			 "object", ost_json_text(r->object), "type", ost_json_text(r->type),
			 "def_file", ost_json_text(r->def_file), "def_line", (int)r->def_line,
			 "indirect", (int)r->is_indirect, "one_of", (int)r->is_one_of);
}

static void print_json(const struct ost_query *q, const char *name)
{
	json_t *results = json_array(), *doc;
	size_t i;

	for (i = 0; i < q->nr_results; i++)
		json_array_append_new(results, result_json(&q->results[i]));
	doc = json_pack("{s:s, s:s, s:o, s:o, s:{s:I, s:I}}", "schema", "ostler/query/1",
			"query", ost_query_name(q->kind), "name", ost_json_text(name), "results", results,
			"tree", "files", (json_int_t)q->files, "unreadable", (json_int_t)q->unreadable);
	json_dumpf(doc, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(doc);
}

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
	*ret_err = ost_query_create(source, opts, (enum ost_query_kind)kind, args->v[1], &q);
	if (*ret_err)
		return OST_EXIT_INPUT;
	if (!strcmp(common->format, "json"))
		print_json(q, args->v[1]);
	else
		print_text(q);
	ost_source_notes(common, q->store_note, NULL);
	if (q->unreadable && !common->quiet)
		fprintf(stderr, "ostler: %llu of %llu files could not be read\n",
			(unsigned long long)q->unreadable, (unsigned long long)q->files);
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
